// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/series.h"

#include <memory>

namespace watchline {

class FoldCache;

/// Where the answer to an attempt that was not recorded comes from.
enum class WhatIfBasis : quint8 {
    Recorded, ///< It is a recorded attempt, at its own time.
    Watch,    ///< A recorded watch was running then.
    Nearest,  ///< A guess, from the nearer of the two recorded attempts that it lies between.
    Unknown,  ///< The recording never says.
};

/// One attempt that would have been made, and all that would have come of it.
struct WhatIfStep
{
    WhatIfBasis basis = WhatIfBasis::Unknown;
    Nanoseconds at{};
    std::optional<Nanoseconds> answered; ///< Its hello or its error; nothing: nobody knows.
    bool isWatch = false;                ///< It gets its hello.
    std::optional<Nanoseconds> ended;    ///< Of its watch; nothing: it runs on.
    Word word = Word::None;              ///< Its error, or how its watch ended.
    std::optional<Rule> rule;            ///< Of the decision after it.
    std::optional<Milliseconds> delay;   ///< That the policy asks for then.
    std::optional<Nanoseconds> next;     ///< When the wait was over; nothing: with the run.
    qsizetype row = -1; ///< The recorded event whose answer is assumed; -1: none, or not known.

    bool operator==(const WhatIfStep &) const = default;
};

/// What would have been at one source, as spans over time: attempts with their watches, and the
/// waits between them. Filled once, then only looked at.
class WhatIfLane
{
public:
    /// In the order of time. Only the last one of a run may have no end.
    void append(const WhatIfStep &step);
    /// The run is over: nothing of it lies later.
    void endRun(Nanoseconds end);
    /// Once, when all runs are over.
    void settle();

    /// Attempt number n is at n - 1 unless times went backwards; Span::attempt is its number,
    /// Span::row the recorded event, Span::planned the wait that the policy asked for.
    const SpanSeries &attempts() const { return m_attempts; }
    const SpanSeries &waits() const { return m_waits; }
    std::size_t size() const { return m_attempts.size(); }
    /// Of attempts()[i]. What would have gone on when its run was over has no end and no word.
    WhatIfStep step(std::size_t i) const;
    WhatIfBasis basis(std::size_t i) const
    {
        return m_bases[static_cast<std::size_t>(m_attempts[i].attempt - 1)];
    }
    /// The attempt before a wait of waits(); size() when there is none.
    std::size_t attemptBefore(const Span &wait) const;
    /// The attempt with this number, from 1 on; size() when it is not here.
    std::size_t indexOf(qint64 number) const;

private:
    void add(const WhatIfStep &step, std::optional<Nanoseconds> end = std::nullopt);

    SpanSeries m_attempts;
    SpanSeries m_waits;
    Pieces<WhatIfBasis> m_bases;      // by number
    std::optional<WhatIfStep> m_last; // of the run
};

/// The lanes of all sources, by the numbers that they have in their store.
struct WhatIfLanes
{
    /// Of all sources together: some 130 bytes each.
    static constexpr qint64 kMostSteps = 2'000'000;

    WhatIfLanes();
    ~WhatIfLanes();

    /// nullptr: nothing is known of that source.
    const WhatIfLane *lane(int source) const;

    std::vector<std::unique_ptr<WhatIfLane>> bySource;
    qint64 leftOut = 0;               ///< Attempts beyond kMostSteps.
    std::unique_ptr<FoldCache> folds; ///< Of what was drawn last; the window's thread alone.
};

} // namespace watchline
