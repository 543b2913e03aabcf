// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatifsettings.h"
#include "core/session/sessionscan.h"
#include "core/timeline/whatiflane.h"

#include <QString>

#include <functional>
#include <optional>
#include <vector>

/// What a gateway with other settings would have done. The recorded inputs go through the policy
/// once more; whatifwords.h says what has to be assumed for that.
namespace watchline {

/// What all runs of one source come to.
struct WhatIfFigures
{
    qint64 attempts = 0;
    qint64 watches = 0;
    /// From each run's first attempt to its end: the time without a watch.
    Nanoseconds disconnected{};
    Nanoseconds longestDisconnected{};
    /// The time with a watch, and what of it came after the watch's last frame and the read timeout
    /// that was recorded: a stream that may well have been dead.
    Nanoseconds connected{};
    Nanoseconds silent{};
    /// The most attempts within any 60 s.
    qint64 worstMinute = 0;

    bool operator==(const WhatIfFigures &) const = default;
};

/// One attempt that would have been made.
struct WhatIfAttempt
{
    qint64 number = 0; ///< From 1, over all runs of its source.
    Nanoseconds at{};
    std::optional<ConnectError> error; ///< Nothing: it gets its hello, or nobody knows.
    bool isKnown = true;               ///< False: the recording never says how it went.
    /// It falls between two recorded ones: how it goes is a guess from the nearer one.
    bool isGuess = false;

    bool operator==(const WhatIfAttempt &) const = default;
};

/// Where the two part for the first time; absent where one makes no more attempts.
struct WhatIfDifference
{
    qint64 number = 0; ///< Of the attempt.
    std::optional<Nanoseconds> recorded;
    std::optional<Nanoseconds> whatIf;

    bool operator==(const WhatIfDifference &) const = default;
};

struct WhatIfSource
{
    QString name;
    int number = -1; ///< In its store, where it was played from one.
    WhatIfFigures recorded;
    WhatIfFigures whatIf;
    qint64 guesses = 0;
    std::optional<WhatIfDifference> difference;
    /// From the difference on, at most kMostWhatIfAttempts.
    std::vector<WhatIfAttempt> attempts;
    qint64 moreAttempts = 0; ///< That are not among them.

    qint64 backwardTimes = 0; ///< Events earlier than the one before: taken as at the same time.
    qint64 leftOut = 0;       ///< Events that nothing could be made of.
};

struct WhatIf
{
    WhatIfSettings recordedSettings;
    WhatIfSettings settings;
    std::vector<WhatIfSource> sources; ///< In the order of their first events.
    /// Why some of it is missing, one line; empty when all is there.
    QString incomplete;
};

inline constexpr std::size_t kMostWhatIfAttempts = 1'000;
/// Draws depend on this and on the source's name alone.
inline constexpr quint64 kWhatIfSeed = 1;

/// Without a limit, waits of a millisecond in a session of years would never end.
inline constexpr qint64 kMostOwnAttempts = 10'000'000;

/// Plays a session whose header was read. With the recorded settings the result is what was
/// recorded. One pass; memory grows neither with the session nor with the attempts, only with its
/// sources. More than `mostAttempts` that were not recorded are not made, and that is said.
WhatIf whatIf(SessionScan &scan, const WhatIfSettings &settings,
              qint64 mostAttempts = kMostOwnAttempts);

/// Told now and then how many rows of how many were taken in; false cancels.
using WhatIfProgress = std::function<bool(qsizetype done, qsizetype total)>;

/// The same of a store's first `rows` rows, with all attempts in `lanes`, which are empty before.
/// Nothing when it was cancelled. Any thread.
std::optional<WhatIf> whatIf(const SessionStore &store, const WhatIfSettings &settings,
                             WhatIfLanes &lanes, qsizetype rows,
                             const WhatIfProgress &progress = {});

} // namespace watchline
