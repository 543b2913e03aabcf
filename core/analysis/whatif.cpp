// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatif.h"

#include "core/analysis/whatifrun.h"
#include "core/session/rowbatch.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <unordered_map>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// No event counts as further from the start than this: sums of a few such times always fit.
constexpr Nanoseconds kFarthestEvent = kFarthestTime / 4;
constexpr std::size_t kMostSources = 10'000;
/// Of one watch: 16 MiB.
constexpr std::size_t kMostSilences = 1'000'000;

template<typename Duration>
Duration fromMilliseconds(double milliseconds)
{
    using Ratio = std::ratio_divide<std::milli, typename Duration::period>;
    const double count = std::round(milliseconds * double(Ratio::num) / double(Ratio::den));
    const auto longest =
        static_cast<double>(std::chrono::duration_cast<Duration>(kFarthestTime).count());
    return Duration(static_cast<qint64>(std::clamp(count, -longest, longest)));
}

/// What of an event matters here.
struct Input
{
    Nanoseconds t{};
    StringId source = 0;
    EventKind kind = EventKind::Unknown;
    Word word = Word::None;
    std::optional<Rule> rule;
    /// The heartbeat interval of a hello, the delay of a decision.
    std::optional<Milliseconds> milliseconds;
    std::optional<Microseconds> duration;
};

class Inputs : public LineProduct
{
public:
    void clear() override
    {
        m_inputs.clear();
        m_sources.clear();
    }

    void add(const EventView &event, QByteArrayView, qint64) override
    {
        if (event.kind == EventKind::Note) // may be written at any time
            return;
        Input input;
        input.t = std::clamp(event.t, -kFarthestEvent, kFarthestEvent);
        input.source =
            m_sources.intern(event.source.empty() ? std::string_view("?") : event.source);
        input.kind = event.kind;
        const auto takeMilliseconds = [&](Field field) {
            if (const auto number = event.number(field))
                input.milliseconds = fromMilliseconds<Milliseconds>(*number);
        };
        switch (event.kind) {
        case EventKind::Hello:
            takeMilliseconds(Field::HeartbeatIntervalMs);
            break;
        case EventKind::Decision:
            takeMilliseconds(Field::DelayMs);
            input.rule = ruleFromName(event.text(Field::Rule));
            break;
        case EventKind::Outcome:
            if (const auto number = event.number(Field::DurationMs))
                input.duration = fromMilliseconds<Microseconds>(*number);
            [[fallthrough]];
        case EventKind::Status:
        case EventKind::ConnectError:
            input.word = event.word();
            break;
        default:
            break;
        }
        m_inputs.push_back(input);
    }

    const std::vector<Input> &all() const { return m_inputs; }
    const RowBatch::Strings &sources() const { return m_sources; }

private:
    std::vector<Input> m_inputs;
    RowBatch::Strings m_sources;
};

/// One source's events, made into attempts with all that became of them.
class Recording
{
public:
    Recording(const QString &name, const WhatIf &settings, WhatIfBudget &budget)
        : m_settings(settings)
        , m_run(settings, name, budget)
    {
        m_source.name = name;
    }

    void take(const Input &input)
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
        complete();
        if (!std::exchange(m_isRunning, true))
            m_counter.begin(at);
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

    void takeHello(const Input &input)
    {
        auto &attempt = unanswered();
        attempt.result = RecordedAttempt::Result::Hello;
        attempt.heartbeatInterval = input.milliseconds.value_or(Milliseconds::zero());
        attempt.lastFrame = m_last;
        const auto &settings = m_settings.settings;
        if (settings.readTimeoutFactor != m_settings.recordedSettings.readTimeoutFactor)
            m_timeout = readTimeout(settings, attempt.heartbeatInterval);
    }

    void takeError(const Input &input)
    {
        const auto error = connectErrorFromName(name(input.word));
        auto &attempt = unanswered();
        if (!error) {
            ++m_source.leftOut;
            return;
        }
        attempt.result = RecordedAttempt::Result::Failed;
        attempt.error = error;
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
        if (m_attempt->silences.size() < kMostSilences)
            m_attempt->silences.push_back({from, to});
        else
            m_hasTooManySilences = true;
    }

    void takeOutcome(const Input &input)
    {
        if (!isWatching()) {
            ++m_source.leftOut;
            return;
        }
        m_attempt->outcome = watchOutcomeFromName(name(input.word));
        m_attempt->ran = input.duration;
        if (!m_attempt->outcome)
            ++m_source.leftOut;
        endWatch(m_last);
    }

    void endWatch(Nanoseconds at)
    {
        takeSilence(at);
        m_attempt->isOver = true;
        m_attempt->ended = at;
    }

    void takeDecision(const Input &input)
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
            m_counter.watch(m_attempt->answered,
                            m_attempt->isOver ? std::optional(m_attempt->ended) : std::nullopt);
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
    }

    const WhatIf &m_settings;
    WhatIfSource m_source;
    FigureCounter m_counter;
    WhatIfRun m_run;
    bool m_hasEvents = false;
    Nanoseconds m_last{};
    Nanoseconds m_beforeLast{};
    bool m_isRunning = false;
    qint64 m_index = 0;
    std::optional<RecordedAttempt> m_attempt;
    std::optional<Nanoseconds> m_timeout; // of its watch, when it is not the recorded one
    bool m_hasTooManySilences = false;
};

/// All sources by their names.
class Recordings
{
public:
    Recordings(WhatIf &result, qint64 mostAttempts)
        : m_result(result)
        , m_mostAttempts(mostAttempts)
    {}

    void take(const Inputs &inputs)
    {
        std::vector<Recording *> recordings{nullptr};
        for (const auto &name : inputs.sources().all())
            recordings.push_back(find(name));
        for (const auto &input : inputs.all()) {
            if (auto *recording = recordings[input.source])
                recording->take(input);
        }
    }

    void conclude()
    {
        bool hasTooManySilences = false;
        for (auto &recording : m_recordings) {
            m_result.sources.push_back(recording.conclude());
            hasTooManySilences = hasTooManySilences || recording.hasTooManySilences();
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
                    .arg(static_cast<qint64>(kMostSilences));
    }

private:
    Recording *find(const std::string &name)
    {
        const auto found = m_byName.find(name);
        if (found != m_byName.end())
            return found->second;
        if (m_recordings.size() >= kMostSources) {
            m_hasTooManySources = true;
            return nullptr;
        }
        auto &recording =
            m_recordings.emplace_back(QString::fromStdString(name), m_result, m_budget);
        m_byName.emplace(name, &recording);
        return &recording;
    }

    WhatIf &m_result;
    const qint64 m_mostAttempts;
    WhatIfBudget m_budget{m_mostAttempts, false};
    std::deque<Recording> m_recordings;
    std::unordered_map<std::string, Recording *> m_byName;
    bool m_hasTooManySources = false;
};

} // namespace

WhatIf whatIf(SessionScan &scan, const WhatIfSettings &settings, qint64 mostAttempts)
{
    WhatIf result;
    result.recordedSettings = recordedSettings(scan.headerLine());
    result.settings = settings;
    Recordings recordings(result, mostAttempts);
    scan.run([] { return std::make_unique<Inputs>(); },
             [&recordings](LineProduct &product, const LinePiece &) {
                 recordings.take(static_cast<const Inputs &>(product));
                 return true;
             });
    recordings.conclude();
    return result;
}

QStringList whatIfAssumptions(const WhatIf &whatIf)
{
    QStringList assumptions{
        u"What the server would have answered is taken from the recording, at the time asked."_s,
        u"An attempt while a recorded watch was running gets its hello, as fast as that watch did, and ends when and how that one ended."_s,
        u"An attempt between two recorded ones is answered as the nearer of the two was; after a watch that was lost to another gateway it is a conflict. These are counted as guesses."_s,
        u"As long as a wait is the recorded one, the next attempt is made when it was recorded, cut short by the user or not."_s,
        u"Each run begins with its first recorded attempt; device-info is asked for as recorded."_s,
    };
    const auto &settings = whatIf.settings;
    if (settings.readTimeoutFactor > whatIf.recordedSettings.readTimeoutFactor)
        assumptions.append(
            u"A stream that was silent for the recorded read timeout would have stayed silent."_s);
    if (settings.jitter != Jitter::None)
        assumptions.append(
            u"Jitter is drawn for every wait, from the seed %1: the same each time."_s.arg(
                kWhatIfSeed));
    return assumptions;
}

} // namespace watchline
