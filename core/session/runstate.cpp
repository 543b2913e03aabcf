// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/runstate.h"

#include <algorithm>
#include <deque>

namespace watchline {

namespace {

constexpr Nanoseconds kMinute = std::chrono::minutes(1);
/// Times of damaged files may be anything; within this far of zero they can be reckoned with.
constexpr Nanoseconds kFar = std::chrono::hours(24 * 365 * 50);
/// How many rows of a source are folded again at most to find its state. Where it holds many
/// attempts it is big: then so many more for each.
constexpr qsizetype kRowsPerCheckpoint = 256;
constexpr qsizetype kRowsPerAttempt = 4;
constexpr Nanoseconds kHotLoopSpan = std::chrono::seconds(10);
constexpr std::size_t kHotLoopAttempts = 5;

void endWatch(RunState &state, Nanoseconds t)
{
    if (state.watchBegan)
        state.connectedTime = std::min(
            kFar, state.connectedTime + std::max(t - *state.watchBegan, Nanoseconds::zero()));
    state.watchBegan.reset();
    state.leaseId = 0;
}

void beginAttempt(RunState &state, Nanoseconds t)
{
    state.attemptBegan = t;
    state.backoffBegan.reset();
    auto &recent = state.recentAttempts;
    recent.push_back(t);
    auto first = recent.begin();
    if (recent.size() > RunState::kMostRecentAttempts)
        ++first;
    first =
        std::find_if(first, recent.end(), [t](Nanoseconds began) { return began > t - kMinute; });
    recent.erase(recent.begin(), first);
    constexpr int kMost = RunState::kMostRecentAttempts;
    state.attemptsSinceBackoff = std::min(state.attemptsSinceBackoff + 1, kMost);
}

/// The policy never offers a lease but that of the last watch.
void setOfferedLease(RunState &state, const SessionStore &store, const QString &lease)
{
    if (!lease.isEmpty() && lease == store.string(state.lastLeaseId))
        state.offeredLeaseId = state.lastLeaseId;
    else if (lease.isEmpty() || lease != store.string(state.offeredLeaseId))
        state.offeredLeaseId = 0;
}

Milliseconds milliseconds(const Event &event, Field field, Milliseconds otherwise)
{
    const auto number = event.number(field);
    return number ? std::chrono::round<Milliseconds>(
                        std::chrono::duration<double, std::milli>(std::clamp(*number, 0.0, 1e12)))
                  : otherwise;
}

} // namespace

int RunState::attemptsInTheLastMinute(Nanoseconds t) const
{
    t = std::clamp(t, -kFar, kFar);
    return static_cast<int>(
        std::count_if(recentAttempts.begin(), recentAttempts.end(),
                      [t](Nanoseconds began) { return began > t - kMinute && began <= t; }));
}

bool RunState::isHotLoop(Nanoseconds t) const
{
    t = std::clamp(t, -kFar, kFar);
    const auto since =
        std::min(recentAttempts.size(), static_cast<std::size_t>(attemptsSinceBackoff));
    return since >= kHotLoopAttempts &&
           recentAttempts[recentAttempts.size() - kHotLoopAttempts] >= t - kHotLoopSpan;
}

Doing RunState::doing() const
{
    if (status == Word::ShuttingDown || status == Word::Shutdown)
        return Doing::Stopped;
    if (backoffBegan)
        return Doing::BackingOff;
    return status == Word::Connected ? Doing::Connected : Doing::Connecting;
}

void advance(RunState &state, const SessionStore &store, qsizetype rowIndex)
{
    EventRow row = store.row(rowIndex);
    row.t = std::clamp(row.t, -kFar, kFar);
    if (row.kind == EventKind::Note)
        return;
    if (row.attempt > 0)
        state.attempt = row.attempt;
    switch (row.kind) {
    case EventKind::Status:
        state.status = row.word;
        if (row.word == Word::ShuttingDown || row.word == Word::Shutdown) {
            endWatch(state, row.t);
            state.attemptBegan.reset();
            state.backoffBegan.reset();
        }
        break;
    case EventKind::DeviceInfo:
        state.tokenWasRejected =
            row.word == Word::Error && store.event(rowIndex).number(Field::HttpStatus) == 401.0;
        break;
    case EventKind::ConnectAttempt:
        beginAttempt(state, row.t);
        setOfferedLease(state, store, store.event(rowIndex).text(Field::PreviousLeaseId));
        break;
    case EventKind::ConnectError:
        state.attemptBegan.reset();
        break;
    case EventKind::Hello:
        state.attemptBegan.reset();
        state.backoffBegan.reset();
        state.watchBegan = row.t;
        state.leaseId = row.leaseId;
        state.lastLeaseId = row.leaseId;
        state.lastFrame = row.t;
        state.lastHeartbeat.reset();
        state.lastHeartbeatResult = Word::None;
        state.lastRoundTrip.reset();
        state.heartbeatInterval =
            milliseconds(store.event(rowIndex), Field::HeartbeatIntervalMs, Milliseconds::zero());
        break;
    case EventKind::KeepAlive:
    case EventKind::SseEvent:
    case EventKind::Wake:
        state.lastFrame = row.t;
        break;
    case EventKind::Heartbeat:
        state.lastHeartbeat = row.t;
        state.lastHeartbeatResult = row.word;
        state.lastRoundTrip = row.duration;
        break;
    case EventKind::Outcome:
        endWatch(state, row.t);
        break;
    case EventKind::Decision: {
        const Event event = store.event(rowIndex);
        state.lastRule = row.rule;
        state.lastAction = row.action;
        state.tokenWasRejected = row.action == Action::StopUnauthorized;
        state.lastDelay = row.delay;
        state.lastDecisionRow = rowIndex;
        state.nextBackoff = milliseconds(event, Field::BackoffMs, state.nextBackoff);
        setOfferedLease(state, store, event.text(Field::PreviousLeaseId));
        break;
    }
    case EventKind::Backoff:
        state.attemptsSinceBackoff = 0;
        if (row.word == Word::Started) {
            state.backoffBegan = row.t;
            state.backoffDelay = row.delay.value_or(Milliseconds::zero());
        } else {
            state.backoffBegan.reset();
        }
        break;
    case EventKind::Unknown:
    case EventKind::ConnectPhase:
    case EventKind::Room:
    case EventKind::Note:
        break;
    }
}

struct RunStateIndex::Private
{
    /// Rows of one source that follow each other.
    struct Stretch
    {
        quint32 first = 0; // a store has fewer rows
        quint32 count = 0;
    };

    /// The state before a row, and the latest time of the source's rows before it.
    struct Checkpoint
    {
        std::size_t stretch = 0; // the row's place in `stretches`
        quint32 within = 0;
        Nanoseconds latest = Nanoseconds::min();
        RunState state;
    };

    /// From the first moment at which all rows up to one are over.
    struct Change
    {
        Nanoseconds from;
        Doing doing;
    };

    struct Source
    {
        RunState state;
        Nanoseconds latest = Nanoseconds::min();
        qsizetype rowsSinceCheckpoint = 0;
        std::deque<Stretch> stretches;      // a deque grows without moving what it has
        std::deque<Checkpoint> checkpoints; // the first row's is left out
        std::vector<Change> changes;        // it begins with Connecting
    };

    const SessionStore &store;
    qsizetype rows = 0;
    std::vector<Source> sources;

    void take(qsizetype row)
    {
        const auto number = store.source(row);
        if (sources.size() <= number)
            sources.resize(number + std::size_t{1});
        if (store.kind(row) != EventKind::Note)
            take(sources[number], row);
    }

    void take(Source &source, qsizetype row)
    {
        auto &stretches = source.stretches;
        const auto first = static_cast<quint32>(row);
        if (stretches.empty() || stretches.back().first + stretches.back().count != first)
            stretches.push_back({first, 0});
        const auto attempts = static_cast<qsizetype>(source.state.recentAttempts.size());
        if (source.rowsSinceCheckpoint >= kRowsPerCheckpoint + attempts * kRowsPerAttempt) {
            source.checkpoints.push_back(
                {stretches.size() - 1, stretches.back().count, source.latest, source.state});
            source.rowsSinceCheckpoint = 0;
        }
        ++stretches.back().count;
        ++source.rowsSinceCheckpoint;
        const auto before = source.state.doing();
        advance(source.state, store, row);
        source.latest = std::max(source.latest, store.time(row));
        if (const auto doing = source.state.doing(); doing != before)
            source.changes.push_back({source.latest, doing});
    }
};

RunStateIndex::RunStateIndex(const SessionStore &store)
    : d(new Private{store, 0, {}})
{}

RunStateIndex::~RunStateIndex() = default;

bool RunStateIndex::update(qsizetype most)
{
    const qsizetype before = d->rows;
    for (const qsizetype end = before + std::min(most, d->store.size() - before); d->rows < end;
         ++d->rows)
        d->take(d->rows);
    return d->rows > before;
}

qsizetype RunStateIndex::size() const
{
    return d->rows;
}

RunState RunStateIndex::stateAt(Nanoseconds t, quint16 number) const
{
    if (number >= d->sources.size())
        return {};
    const auto &source = d->sources[number];
    const auto after = std::upper_bound(
        source.checkpoints.begin(), source.checkpoints.end(), t,
        [](Nanoseconds time, const Private::Checkpoint &point) { return time < point.latest; });
    // The rows from here to the next checkpoint, or one that is later than `t`.
    const auto start =
        after == source.checkpoints.begin() ? Private::Checkpoint() : *std::prev(after);
    RunState state = start.state;
    quint32 within = start.within;
    for (auto i = start.stretch; i < source.stretches.size(); ++i, within = 0) {
        const auto &stretch = source.stretches[i];
        for (; within < stretch.count; ++within) {
            const qsizetype row = qsizetype{stretch.first} + within;
            if (d->store.time(row) > t)
                return state;
            advance(state, d->store, row);
        }
    }
    return state;
}

Doing RunStateIndex::doingAt(Nanoseconds t, quint16 source) const
{
    if (source >= d->sources.size())
        return Doing::Connecting;
    const auto &changes = d->sources[source].changes;
    const auto after = std::upper_bound(
        changes.begin(), changes.end(), t,
        [](Nanoseconds time, const Private::Change &change) { return time < change.from; });
    return after == changes.begin() ? Doing::Connecting : std::prev(after)->doing;
}

const RunState &RunStateIndex::latest(quint16 source) const
{
    static const RunState none;
    return source < d->sources.size() ? d->sources[source].state : none;
}

} // namespace watchline
