// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifrun.h"

#include <algorithm>
#include <utility>

namespace watchline {

namespace {

using namespace std::chrono_literals;

/// Attempts of a calculation are at least that far apart: it has to come to its end.
constexpr Nanoseconds kLeastStep = 1ms;

/// FNV-1a, so that the sources of a fleet do not draw alike.
quint64 hashOf(const QString &text)
{
    quint64 hash = 0xcbf29ce484222325;
    for (const char byte : text.toUtf8()) {
        hash ^= static_cast<quint8>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

/// The time at which a recorded attempt and what came of it were over.
Nanoseconds overAt(const RecordedAttempt &attempt)
{
    if (attempt.isOver)
        return attempt.ended;
    return attempt.result == RecordedAttempt::Result::Unknown ? attempt.began : attempt.answered;
}

bool isKnown(const RecordedAttempt &attempt)
{
    return attempt.result != RecordedAttempt::Result::Unknown;
}

} // namespace

void BusiestMinute::add(Nanoseconds at)
{
    m_recent.push_back(at);
    while (at - m_recent.front() >= 60s)
        m_recent.pop_front();
    m_most = std::max(m_most, static_cast<qint64>(m_recent.size()));
}

void FigureCounter::begin(Nanoseconds at)
{
    m_gapFrom = at;
    m_watch.reset();
}

void FigureCounter::attempt(Nanoseconds at)
{
    settle(at);
    ++m_figures.attempts;
    m_minute.add(at);
}

void FigureCounter::watch(Nanoseconds from, std::optional<Nanoseconds> to,
                          std::optional<Nanoseconds> silentFrom)
{
    m_watch = Watch{from, to, silentFrom};
}

void FigureCounter::end(Nanoseconds at)
{
    settle(at);
    if (m_gapFrom)
        addGap(*m_gapFrom, at);
    m_gapFrom.reset();
    m_watch.reset();
}

/// Accounts for the watch as far as it lies before `at`.
void FigureCounter::settle(Nanoseconds at)
{
    const auto watch = std::exchange(m_watch, std::nullopt);
    if (!watch || watch->from > at)
        return;
    ++m_figures.watches;
    if (m_gapFrom)
        addGap(*m_gapFrom, watch->from);
    m_gapFrom = watch->to && *watch->to <= at ? watch->to : std::nullopt;
    const auto to = m_gapFrom.value_or(at);
    m_figures.connected += to - watch->from;
    if (watch->silentFrom && *watch->silentFrom < to)
        m_figures.silent += to - std::max(*watch->silentFrom, watch->from);
}

void FigureCounter::addGap(Nanoseconds from, Nanoseconds to)
{
    const auto gap = std::max(to - from, Nanoseconds::zero());
    m_figures.disconnected += gap;
    m_figures.longestDisconnected = std::max(m_figures.longestDisconnected, gap);
}

WhatIfFigures FigureCounter::figures() const
{
    auto figures = m_figures;
    figures.worstMinute = m_minute.most();
    return figures;
}

/// SplitMix64.
double Draws::next()
{
    m_state += 0x9e3779b97f4a7c15;
    quint64 bits = m_state;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    bits ^= bits >> 31;
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

std::optional<Nanoseconds> readTimeout(const WhatIfSettings &settings, Milliseconds interval)
{
    if (interval <= Milliseconds::zero())
        return std::nullopt;
    const std::chrono::duration<double, std::nano> timeout = interval * settings.readTimeoutFactor;
    const std::chrono::duration<double, std::nano> longest = kFarthestTime;
    return std::chrono::duration_cast<Nanoseconds>(std::min(timeout, longest));
}

std::optional<Nanoseconds> silentFrom(const WhatIf &whatIf, Nanoseconds lastFrame,
                                      Milliseconds interval)
{
    const auto timeout = readTimeout(whatIf.recordedSettings, interval);
    return timeout ? std::optional(lastFrame + *timeout) : std::nullopt;
}

bool WhatIfBudget::takeAttempt()
{
    constexpr qint64 kBetweenAsking = 4'096;
    const bool isOver = attempts == 0 || (attempts % kBetweenAsking == 0 && goesOn && !goesOn());
    isExceeded = isExceeded || isOver;
    if (!isExceeded)
        --attempts;
    return !isExceeded;
}

WhatIfRun::WhatIfRun(const WhatIf &settings, const QString &name, WhatIfBudget &budget,
                     WhatIfLane *lane)
    : m_settings(settings)
    , m_budget(budget)
    , m_lane(lane)
    , m_draws(kWhatIfSeed ^ hashOf(name))
{}

void WhatIfRun::takeAttempt(RecordedAttempt &&attempt)
{
    while (m_at && (isAtRecorded() || *m_at < attempt.began))
        play(&attempt);
    if (!std::exchange(m_isBegun, true)) {
        m_state = initialState(m_settings.settings.policy);
        m_counter.begin(attempt.began);
        m_recorded = attempt.index;
    }
    letPreviousGo();
    m_previous = std::move(attempt);
    if (isAtRecorded())
        m_at = m_previous->began;
}

void WhatIfRun::endRun(Nanoseconds end)
{
    if (!std::exchange(m_isBegun, false))
        return;
    while (m_at && (isAtRecorded() || *m_at <= end))
        play(nullptr);
    m_counter.end(end);
    const auto parting = std::exchange(m_parting, std::nullopt);
    if (parting && parting->recorded && !m_found.difference)
        m_found.difference = parting;
    if (m_lane)
        m_lane->endRun(end);
    m_at.reset();
    m_recorded.reset();
    letPreviousGo();
}

/// Its silences make room for others.
void WhatIfRun::letPreviousGo()
{
    if (m_previous)
        m_budget.silences += static_cast<qint64>(m_previous->silences.size());
    m_previous.reset();
}

void WhatIfRun::conclude(WhatIfSource &source)
{
    source.whatIf = m_counter.figures();
    source.guesses = m_found.guesses;
    source.difference = m_found.difference;
    source.attempts = std::move(m_found.attempts);
    source.moreAttempts = m_found.moreAttempts;
}

/// Makes the attempt that is due. `next` is the first recorded attempt after it, if the run has
/// one.
void WhatIfRun::play(const RecordedAttempt *next)
{
    const auto at = *m_at;
    const auto answer = answerAt(at, next);
    m_at.reset();
    m_recorded.reset();
    if (!answer.isThatOne && !m_budget.takeAttempt())
        return;
    count(at, answer);
    m_step = {};
    m_step.at = at;
    if (!answer.like) {
        if (next)
            follow(next->index - 1, next);
    } else {
        m_step.basis = answer.isThatOne ? WhatIfBasis::Recorded
                       : answer.isGuess ? WhatIfBasis::Nearest
                                        : WhatIfBasis::Watch;
        // A conflict after a watch is known by how that watch ended.
        const bool isByOutcome =
            answer.error && answer.like->result == RecordedAttempt::Result::Hello;
        m_step.row = isByOutcome ? answer.like->outcomeRow : answer.like->answerRow;
        answer.error ? fail(at, answer, next) : runWatch(at, answer, next);
    }
    if (m_at && !m_recorded)
        m_at = std::max(*m_at, at + kLeastStep);
    m_step.next = m_at;
    if (m_lane)
        record(m_step);
}

void WhatIfRun::record(const WhatIfStep &step)
{
    if (m_budget.steps > 0) {
        --m_budget.steps;
        m_lane->append(step);
    } else {
        ++m_budget.stepsLeftOut;
    }
}

WhatIfRun::Answer WhatIfRun::answerAt(Nanoseconds at, const RecordedAttempt *next) const
{
    const auto &previous = *m_previous;
    Answer answer;
    if (isAtRecorded() || at == previous.began) {
        answer.isThatOne = true;
        answer.like = isKnown(previous) ? &previous : nullptr;
        answer.error = previous.error;
        return answer;
    }
    const bool isWatch = previous.result == RecordedAttempt::Result::Hello;
    if (isWatch && (!previous.isOver || at + previous.took() < previous.ended)) {
        answer.like = &previous;
        return answer;
    }

    answer.isGuess = true;
    const bool nextSays = next && isKnown(*next);
    // Where the next attempt came at once, it says more than the watch that was just lost.
    const bool isNextNearer =
        nextSays && ((isWatch && !previous.delay) || next->began - at < at - overAt(previous));
    if (isKnown(previous) && !isNextNearer) {
        answer.like = &previous;
        answer.error = previous.error;
        if (isWatch && previous.outcome == WatchOutcome::HeartbeatConflict)
            answer.error = ConnectError::Conflict; // the other gateway has the lease now
        else if (isWatch)
            answer.runs = previous.ended - previous.answered;
    } else if (nextSays) {
        answer.like = next;
        answer.error = next->error;
    }
    return answer;
}

void WhatIfRun::count(Nanoseconds at, const Answer &answer)
{
    ++m_attempts;
    m_counter.attempt(at);
    m_found.guesses += answer.isGuess ? 1 : 0;
    if (auto parting = std::exchange(m_parting, std::nullopt); parting && !m_found.difference) {
        parting->whatIf = at;
        if (parting->recorded != parting->whatIf)
            m_found.difference = parting;
    }
    if (!m_found.difference)
        return;
    if (m_found.attempts.size() < kMostWhatIfAttempts)
        m_found.attempts.push_back(
            {m_attempts, at, answer.error, answer.like != nullptr, answer.isGuess});
    else
        ++m_found.moreAttempts;
}

void WhatIfRun::fail(Nanoseconds at, const Answer &answer, const RecordedAttempt *next)
{
    const auto decision = onConnectError(*answer.error, m_state, m_settings.settings.policy);
    const auto answered = at + answer.like->took();
    m_step.answered = answered;
    m_step.word = wordFromName(name(*answer.error));
    goOn(decision, answered, answer.isThatOne ? answer.like : nullptr, next);
}

void WhatIfRun::runWatch(Nanoseconds at, const Answer &answer, const RecordedAttempt *next)
{
    const auto &like = *answer.like;
    const auto hello = at + like.took();
    onConnectSuccess(m_state, m_settings.settings.policy);
    m_step.answered = hello;
    m_step.isWatch = true;
    if (like.isOver && !like.outcome) {
        // Nobody knows what is to be decided then, but it is recorded what came of it.
        auto ended = answer.runs ? hello + *answer.runs : like.ended;
        if (next)
            ended = std::min(ended, next->began);
        ended = std::max(ended, hello);
        const auto shift = answer.runs ? hello - like.answered : Nanoseconds::zero();
        m_counter.watch(hello, ended,
                        silentFrom(m_settings, std::max(like.lastFrame + shift, hello),
                                   like.heartbeatInterval));
        m_step.ended = ended;
        m_step.word = Word::Other;
        follow(like.index, next);
        return;
    }
    const auto end = endOf(answer, hello);
    const auto lastFrame = end ? end->lastFrame : std::max(like.lastFrame, hello);
    m_counter.watch(hello, end ? std::optional(end->at) : std::nullopt,
                    silentFrom(m_settings, lastFrame, like.heartbeatInterval));
    if (!end)
        return;
    m_step.ended = end->at;
    m_step.word = wordFromName(name(end->outcome));
    auto ran = std::chrono::floor<Microseconds>(end->at - hello);
    if (answer.isThatOne && end->isAsRecorded) {
        if (like.ran)
            ran = *like.ran;
        else if (like.rule == Rule::OutcomeStreamErrorHealthy)
            ran = Microseconds::max();
    }
    const auto decision = onOutcome({end->outcome, {}, ran, like.heartbeatInterval}, m_state,
                                    m_settings.settings.policy);
    goOn(decision, end->at, end->isAsRecorded ? &like : nullptr, next);
}

std::optional<WhatIfRun::End> WhatIfRun::endOf(const Answer &answer, Nanoseconds hello) const
{
    const auto &like = *answer.like;
    if (answer.runs)
        return End{hello + *answer.runs, *like.outcome, false,
                   hello + (like.lastFrame - like.answered)};
    const auto timeout = readTimeout(m_settings.settings, like.heartbeatInterval);
    if (timeout) {
        auto silence =
            std::upper_bound(like.silences.begin(), like.silences.end(), hello,
                             [](Nanoseconds time, const Silence &s) { return time < s.to; });
        // Only the first one may have begun before the watch, and be too short then.
        if (silence != like.silences.end() &&
            silence->to - std::max(silence->from, hello) <= *timeout)
            ++silence;
        if (silence != like.silences.end()) {
            const auto from = std::max(silence->from, hello);
            return End{from + *timeout, WatchOutcome::ReadTimeout, false, from};
        }
    }
    if (!like.isOver)
        return std::nullopt;
    const auto lastFrame = std::max(like.lastFrame, hello);
    const bool isLongerTimeout =
        m_settings.settings.readTimeoutFactor != m_settings.recordedSettings.readTimeoutFactor;
    if (timeout && like.outcome == WatchOutcome::ReadTimeout &&
        (isLongerTimeout || hello > like.lastFrame))
        return End{lastFrame + *timeout, WatchOutcome::ReadTimeout, false, lastFrame};
    return End{like.ended, *like.outcome, true, lastFrame};
}

/// Plans the next attempt after a decision that falls at `from`. `asAfter` is the recorded attempt
/// whose own decision falls there too.
void WhatIfRun::goOn(const Decision &decision, Nanoseconds from, const RecordedAttempt *asAfter,
                     const RecordedAttempt *next)
{
    m_step.rule = decision.rule;
    m_step.delay = decision.delay;
    if (decision.action == Action::Stop || decision.action == Action::StopUnauthorized)
        return;
    if (decision.action == Action::Wake)
        m_state = initialState(m_settings.settings.policy);
    const bool isDrawn = decision.delay && m_settings.settings.jitter != Jitter::None;
    if (asAfter && asAfter->isDecided && asAfter->delay == decision.delay && !isDrawn) {
        follow(asAfter->index, next);
        return;
    }
    m_at = from + (decision.delay ? drawn(*decision.delay) : Nanoseconds::zero());
    if (!m_found.difference && !m_parting)
        m_parting =
            WhatIfDifference{m_attempts + 1, next ? std::optional(next->began) : std::nullopt, {}};
}

/// The next attempt is the one that was recorded after number `index`, at the same time.
void WhatIfRun::follow(qint64 index, const RecordedAttempt *next)
{
    m_recorded = index + 1;
    if (next && next->index == *m_recorded)
        m_at = next->began;
}

Nanoseconds WhatIfRun::drawn(Nanoseconds delay)
{
    const auto share = [&](Nanoseconds of) {
        return std::chrono::duration_cast<Nanoseconds>(of * m_draws.next());
    };
    switch (m_settings.settings.jitter) {
    case Jitter::None:
        break;
    case Jitter::Equal:
        return delay / 2 + share(delay / 2);
    case Jitter::Full:
        return share(delay);
    }
    return delay;
}

} // namespace watchline
