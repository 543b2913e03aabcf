// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatif.h"

#include <deque>
#include <functional>

namespace watchline {

/// A stretch of a watch without a frame, longer than the read timeout asked for.
struct Silence
{
    Nanoseconds from{};
    Nanoseconds to{};
};

/// One recorded attempt and all that became of it.
struct RecordedAttempt
{
    enum class Result { Unknown, Failed, Hello };

    qint64 index = 0;
    Nanoseconds began{};
    qsizetype answerRow = -1; ///< Of its error or its hello, where rows are known.
    Result result = Result::Unknown;
    Nanoseconds answered{}; ///< Its error or its hello.
    std::optional<ConnectError> error;

    // Of a watch.
    Milliseconds heartbeatInterval{};
    Nanoseconds lastFrame{};
    bool isOver = false;
    Nanoseconds ended{};
    qsizetype outcomeRow = -1;
    std::optional<WatchOutcome> outcome; ///< Nothing: a word that this version does not know.
    std::optional<Microseconds> ran;     ///< As recorded.
    std::vector<Silence> silences;       ///< In order; none when the factor is the recorded one.

    // What was decided when it failed, or when its watch was over.
    bool isDecided = false;
    std::optional<Rule> rule;
    std::optional<Milliseconds> delay;

    Nanoseconds took() const { return answered - began; }
};

/// The most attempts within any 60 s, one after the other.
class BusiestMinute
{
public:
    void add(Nanoseconds at);
    qint64 most() const { return m_most; }

private:
    std::deque<Nanoseconds> m_recent;
    qint64 m_most = 0;
};

/// Figures of one line of attempts and watches, real or not.
class FigureCounter
{
public:
    void begin(Nanoseconds at);
    void attempt(Nanoseconds at);
    /// After its attempt; without an end it runs on. From `silentFrom` on it counts as silent.
    void watch(Nanoseconds from, std::optional<Nanoseconds> to,
               std::optional<Nanoseconds> silentFrom);
    /// Of the run; what would have come later does not count.
    void end(Nanoseconds at);

    WhatIfFigures figures() const;

private:
    struct Watch
    {
        Nanoseconds from{};
        std::optional<Nanoseconds> to;
        std::optional<Nanoseconds> silentFrom;
    };

    void settle(Nanoseconds at);
    void addGap(Nanoseconds from, Nanoseconds to);

    WhatIfFigures m_figures;
    BusiestMinute m_minute;
    std::optional<Nanoseconds> m_gapFrom; // while there is no watch
    std::optional<Watch> m_watch;         // may lie ahead
};

/// Numbers that are the same everywhere, for ever.
class Draws
{
public:
    explicit Draws(quint64 seed)
        : m_state(seed)
    {}
    double next(); ///< From 0 to below 1.

private:
    quint64 m_state;
};

/// What a calculation may use, over all sources.
struct WhatIfBudget
{
    /// Of its own: an hour of failures with a wait of a millisecond is 3.6 million.
    qint64 attempts;
    /// In memory at a time: 16 MiB.
    qint64 silences = kMostSilences;
    /// In lanes.
    qint64 steps = WhatIfLanes::kMostSteps;
    /// Asked now and then where there are many attempts to make; false ends it.
    std::function<bool()> goesOn{};

    bool isExceeded = false; ///< Of the attempts; or it was ended.
    qint64 stepsLeftOut = 0;

    static constexpr qint64 kMostSilences = 1'000'000;

    /// One more attempt. False: it is not to be made.
    bool takeAttempt();
};

/// Makes the attempts of one source, run after run, while the recorded ones come in: it needs no
/// more of them than the two that a moment lies between.
class WhatIfRun
{
public:
    /// `settings`, `budget` and `lane` are not owned; `name` is the source's. Attempts go to `lane`
    /// if there is one.
    WhatIfRun(const WhatIf &settings, const QString &name, WhatIfBudget &budget,
              WhatIfLane *lane = nullptr);

    /// From the attempt on, all that is known of it.
    void takeAttempt(RecordedAttempt &&attempt);
    /// The recorded run was over at this time.
    void endRun(Nanoseconds end);
    /// Moves what was found to where it belongs.
    void conclude(WhatIfSource &source);

private:
    /// How the server answers an attempt.
    struct Answer
    {
        const RecordedAttempt *like = nullptr; ///< Nothing: nobody knows.
        bool isThatOne = false;                ///< It is the recorded attempt itself.
        bool isGuess = false;
        std::optional<ConnectError> error;
        /// Such a watch would run once more, for as long. Nothing: it ends when it ended.
        std::optional<Nanoseconds> runs;
    };
    /// How a watch is over.
    struct End
    {
        Nanoseconds at{};
        WatchOutcome outcome{};
        bool isAsRecorded = false;
        Nanoseconds lastFrame{};
    };

    void letPreviousGo();
    void record(const WhatIfStep &step);
    bool isAtRecorded() const { return m_recorded && *m_recorded == m_previous->index; }
    void play(const RecordedAttempt *next);
    Answer answerAt(Nanoseconds at, const RecordedAttempt *next) const;
    void count(Nanoseconds at, const Answer &answer);
    void fail(Nanoseconds at, const Answer &answer, const RecordedAttempt *next);
    void runWatch(Nanoseconds at, const Answer &answer, const RecordedAttempt *next);
    std::optional<End> endOf(const Answer &answer, Nanoseconds hello) const;
    void goOn(const Decision &decision, Nanoseconds from, const RecordedAttempt *asAfter,
              const RecordedAttempt *next);
    void follow(qint64 index, const RecordedAttempt *next);
    Nanoseconds drawn(Nanoseconds delay);

    const WhatIf &m_settings;
    WhatIfBudget &m_budget;
    WhatIfLane *m_lane;
    WhatIfStep m_step; // the attempt that is being made
    Draws m_draws;
    FigureCounter m_counter;
    WhatIfSource m_found;
    qint64 m_attempts = 0;

    // Of the run.
    bool m_isBegun = false;
    RetryState m_state;
    std::optional<RecordedAttempt> m_previous; // the last one at or before m_at
    std::optional<Nanoseconds> m_at;           // when the next attempt would be made
    std::optional<qint64> m_recorded;          // it is that recorded one
    std::optional<WhatIfDifference> m_parting; // to be confirmed by the next attempt
};

/// A silence of this length ends a watch; nothing when its interval is not known.
std::optional<Nanoseconds> readTimeout(const WhatIfSettings &settings, Milliseconds interval);
/// When a watch with that last frame would have been given up as it was recorded; what is left of
/// it then is silent. Nothing when its interval is not known.
std::optional<Nanoseconds> silentFrom(const WhatIf &whatIf, Nanoseconds lastFrame,
                                      Milliseconds interval);

} // namespace watchline
