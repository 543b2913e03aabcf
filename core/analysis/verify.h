// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

#include <functional>
#include <vector>

namespace watchline {

/// One place where a session is not what the policy makes of its inputs. Texts are one line, made
/// safe to show.
struct Difference
{
    qsizetype seq = 0; ///< Of the event that differs, or of the input that has no decision.
    QString source;
    QString expected; ///< Only what differs, as `delay_ms=1000`.
    QString recorded;

    bool operator==(const Difference &) const = default;
};

struct Verification
{
    qsizetype decisions = 0;   ///< Recorded decisions that were compared.
    qsizetype differences = 0; ///< How many there are.
    /// The first of them, at most kMostDifferences.
    std::vector<Difference> first;
    bool cancelled = false;

    bool agrees() const { return differences == 0 && !cancelled; }
};

inline constexpr std::size_t kMostDifferences = 1'000;

/// Told now and then how many events of how many were looked at; false cancels.
using VerifyProgress = std::function<bool(qsizetype done, qsizetype total)>;

/// Runs the policy over each source's recorded inputs (`hello`, `connect_error`, `outcome`) and
/// compares every recorded `decision`, the delay of each `backoff` that starts, and the lease and
/// session that each `connect_attempt` offers. An input that the end of the session cut off from
/// its decision is no difference, unless the run was shut down after it. Any thread.
Verification verify(const SessionStore &store, const VerifyProgress &progress = {});

} // namespace watchline
