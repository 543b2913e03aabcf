// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifplayer.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::size_t kMostSources = 10'000;

} // namespace

/// One source's events, made into attempts with all that became of them.
class WhatIfPlayer::Recording
{
public:
    Recording(const QString &name, const WhatIf &settings, WhatIfBudget &budget, WhatIfLane *lane)
        : m_settings(settings)
        , m_budget(budget)
        , m_run(settings, name, budget, lane)
    {
        m_source.name = name;
    }

    void take(const WhatIfInput &input)
    {
        const auto t = std::max(input.t, m_last);
        if (m_hasEvents && input.t < m_last)
            ++m_source.backwardTimes;
        m_last = std::exchange(m_hasEvents, true) ? t : input.t;
        switch (input.kind) {
        case EventKind::Status:
            if (input.word == Word::Shutdown)
                endRun(m_last);
            break;
        case EventKind::DeviceInfo:
            endRun(m_beforeLast);
            break;
        case EventKind::ConnectAttempt:
            begin(m_last);
            break;
        case EventKind::Hello:
            takeHello(input);
            break;
        case EventKind::ConnectError:
            takeError(input);
            break;
        case EventKind::KeepAlive:
        case EventKind::SseEvent:
            takeFrame(m_last);
            break;
        case EventKind::Outcome:
            takeOutcome(input);
            break;
        case EventKind::Decision:
            takeDecision(input);
            break;
        default:
            break;
        }
        m_beforeLast = m_last;
    }

    WhatIfSource conclude()
    {
        endRun(m_last);
        m_source.recorded = m_counter.figures();
        m_run.conclude(m_source);
        return std::move(m_source);
    }
    bool hasTooManySilences() const { return m_hasTooManySilences; }

private:
    void begin(Nanoseconds at)
    {
        if (isWatching()) {
            // How it ended was not recorded, but it can have lasted no longer than to here.
            ++m_source.leftOut;
            endWatch(m_beforeLast);
        }
        // Nothing follows a stop in its run, even if nothing says that another one began.
        if (m_isStopped)
            endRun(m_beforeLast);
        complete();
        if (!std::exchange(m_isRunning, true)) {
            m_counter.begin(at);
            m_state = initialState(m_settings.recordedSettings.policy);
        }
        m_counter.attempt(at);
        m_attempt.emplace();
        m_attempt->index = m_index++;
        m_attempt->began = at;
        m_timeout.reset();
    }

    /// The attempt that an answer belongs to; a log may not have said that it began.
    RecordedAttempt &unanswered()
    {
        if (!m_attempt || m_attempt->result != RecordedAttempt::Result::Unknown)
            begin(m_last);
        m_attempt->answered = m_last;
        return *m_attempt;
    }

    void takeHello(const WhatIfInput &input)
    {
        auto &attempt = unanswered();
        attempt.result = RecordedAttempt::Result::Hello;
        attempt.answerRow = input.row;
        attempt.heartbeatInterval = input.milliseconds.value_or(Milliseconds::zero());
        attempt.lastFrame = m_last;
        onConnectSuccess(m_state, m_settings.recordedSettings.policy);
        const auto &settings = m_settings.settings;
        if (settings.readTimeoutFactor != m_settings.recordedSettings.readTimeoutFactor)
            m_timeout = readTimeout(settings, attempt.heartbeatInterval);
    }

    void takeError(const WhatIfInput &input)
    {
        const auto error = connectErrorFromName(name(input.word));
        auto &attempt = unanswered();
        if (!error) {
            ++m_source.leftOut;
            return;
        }
        attempt.result = RecordedAttempt::Result::Failed;
        attempt.error = error;
        attempt.answerRow = input.row;
        expect(onConnectError(*error, m_state, m_settings.recordedSettings.policy));
    }

    void takeFrame(Nanoseconds at)
    {
        if (!isWatching())
            return;
        takeSilence(at);
        m_attempt->lastFrame = at;
    }

    void takeSilence(Nanoseconds to)
    {
        const auto from = m_attempt->lastFrame;
        if (!m_timeout || to - from <= *m_timeout)
            return;
        if (m_budget.silences > 0) {
            --m_budget.silences;
            m_attempt->silences.push_back({from, to});
        } else {
            m_hasTooManySilences = true;
        }
    }

    void takeOutcome(const WhatIfInput &input)
    {
        if (!isWatching()) {
            ++m_source.leftOut;
            return;
        }
        m_attempt->outcome = watchOutcomeFromName(name(input.word));
        m_attempt->ran = input.duration;
        m_attempt->outcomeRow = input.row;
        if (!m_attempt->outcome)
            ++m_source.leftOut;
        endWatch(m_last);
        const auto &ended = *m_attempt;
        if (!ended.outcome)
            return;
        const auto ran =
            ended.ran.value_or(std::chrono::floor<Microseconds>(ended.ended - ended.answered));
        expect(onOutcome({*ended.outcome, {}, ran, ended.heartbeatInterval}, m_state,
                         m_settings.recordedSettings.policy));
    }

    /// What must have been decided, should the recording not say.
    void expect(const Decision &decision)
    {
        m_attempt->rule = decision.rule;
        m_attempt->delay = decision.delay;
        m_attempt->isDecided = true;
        m_isStopped =
            decision.action == Action::Stop || decision.action == Action::StopUnauthorized;
        if (decision.action == Action::Wake)
            m_state = initialState(m_settings.recordedSettings.policy);
    }

    void endWatch(Nanoseconds at)
    {
        takeSilence(at);
        m_attempt->isOver = true;
        m_attempt->ended = at;
    }

    void takeDecision(const WhatIfInput &input)
    {
        if (!m_attempt || m_attempt->result == RecordedAttempt::Result::Unknown || isWatching())
            return; // to run a watch
        m_attempt->isDecided = true;
        m_attempt->rule = input.rule;
        m_attempt->delay = input.milliseconds;
    }

    bool isWatching() const
    {
        return m_attempt && m_attempt->result == RecordedAttempt::Result::Hello &&
               !m_attempt->isOver;
    }

    /// Nothing more will become of the attempt.
    void complete()
    {
        if (!m_attempt)
            return;
        if (m_attempt->result == RecordedAttempt::Result::Hello)
            m_counter.watch(
                m_attempt->answered,
                m_attempt->isOver ? std::optional(m_attempt->ended) : std::nullopt,
                silentFrom(m_settings, m_attempt->lastFrame, m_attempt->heartbeatInterval));
        m_run.takeAttempt(std::move(*m_attempt));
        m_attempt.reset();
    }

    void endRun(Nanoseconds at)
    {
        if (isWatching())
            takeSilence(at);
        complete();
        if (std::exchange(m_isRunning, false))
            m_counter.end(at);
        m_run.endRun(at);
        m_isStopped = false;
    }

    const WhatIf &m_settings;
    WhatIfBudget &m_budget;
    WhatIfSource m_source;
    FigureCounter m_counter;
    WhatIfRun m_run;
    bool m_hasEvents = false;
    Nanoseconds m_last{};
    Nanoseconds m_beforeLast{};
    bool m_isRunning = false;
    bool m_isStopped = false; // for good: by what came last
    RetryState m_state;       // of the recorded policy
    qint64 m_index = 0;
    std::optional<RecordedAttempt> m_attempt;
    std::optional<Nanoseconds> m_timeout; // of its watch, when it is not the recorded one
    bool m_hasTooManySilences = false;
};

WhatIfPlayer::WhatIfPlayer(WhatIf &result, WhatIfBudget budget)
    : m_result(result)
    , m_budget(std::move(budget))
    , m_mostAttempts(m_budget.attempts)
{}

WhatIfPlayer::~WhatIfPlayer() = default;

WhatIfPlayer::Recording *WhatIfPlayer::source(const std::string &name, WhatIfLane *lane)
{
    const auto found = m_byName.find(name);
    if (found != m_byName.end())
        return found->second;
    if (m_recordings.size() >= kMostSources) {
        m_hasTooManySources = true;
        return nullptr;
    }
    auto recording =
        std::make_unique<Recording>(QString::fromStdString(name), m_result, m_budget, lane);
    auto *made = recording.get();
    m_recordings.push_back(std::move(recording));
    m_byName.emplace(name, made);
    return made;
}

void WhatIfPlayer::take(Recording &source, const WhatIfInput &input)
{
    source.take(input);
}

void WhatIfPlayer::conclude()
{
    bool hasTooManySilences = false;
    for (auto &recording : m_recordings) {
        m_result.sources.push_back(recording->conclude());
        hasTooManySilences = hasTooManySilences || recording->hasTooManySilences();
    }
    if (m_hasTooManySources)
        m_result.incomplete = u"more than %1 sources: the others were left out"_s.arg(
            static_cast<qint64>(kMostSources));
    else if (m_budget.isExceeded)
        m_result.incomplete =
            u"more than %1 attempts would be made: stopped there; choose longer waits"_s.arg(
                m_mostAttempts);
    else if (hasTooManySilences)
        m_result.incomplete =
            u"more than %1 silences in one watch: the later ones were left out; choose a larger read_timeout_factor"_s
                .arg(WhatIfBudget::kMostSilences);
}

} // namespace watchline
