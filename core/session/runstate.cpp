// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/runstate.h"

#include <algorithm>
#include <vector>

namespace watchline {

namespace {

constexpr Nanoseconds kMinute = std::chrono::minutes(1);
/// Times of damaged files may be anything; within this far of zero they can be reckoned with.
constexpr Nanoseconds kFar = std::chrono::hours(24 * 365 * 50);
/// How many rows are folded again at most to find a state.
constexpr qsizetype kRowsPerCheckpoint = 4'096;

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
    while (recent.front() <= t - kMinute || recent.size() > RunState::kMostRecentAttempts)
        recent.pop_front();
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
    /// The state before `row`, and the latest time of the source's rows before it.
    struct Checkpoint
    {
        qsizetype row = 0;
        Nanoseconds latest = Nanoseconds::min();
        RunState state;
    };

    struct Source
    {
        RunState state;
        Nanoseconds latest = Nanoseconds::min();
        std::vector<Checkpoint> checkpoints; // the first is row 0's, left out
    };

    const SessionStore &store;
    qsizetype rows = 0;
    std::vector<Source> sources;

    void take(qsizetype row)
    {
        const auto number = store.source(row);
        if (sources.size() <= number)
            sources.resize(number + std::size_t{1});
        auto &source = sources[number];
        const qsizetype last = source.checkpoints.empty() ? 0 : source.checkpoints.back().row;
        if (row - last >= kRowsPerCheckpoint)
            source.checkpoints.push_back({row, source.latest, source.state});
        if (store.kind(row) == EventKind::Note)
            return;
        advance(source.state, store, row);
        source.latest = std::max(source.latest, store.time(row));
    }
};

RunStateIndex::RunStateIndex(const SessionStore &store)
    : d(new Private{store, 0, {}})
{}

RunStateIndex::~RunStateIndex() = default;

void RunStateIndex::update()
{
    for (const qsizetype size = d->store.size(); d->rows < size; ++d->rows)
        d->take(d->rows);
}

RunState RunStateIndex::stateAt(Nanoseconds t, quint16 source) const
{
    if (source >= d->sources.size())
        return {};
    const auto &checkpoints = d->sources[source].checkpoints;
    const auto after = std::upper_bound(
        checkpoints.begin(), checkpoints.end(), t,
        [](Nanoseconds time, const Private::Checkpoint &point) { return time < point.latest; });
    const auto start = after == checkpoints.begin() ? Private::Checkpoint() : *std::prev(after);
    RunState state = start.state;
    // Beyond this many rows there is another checkpoint, or no row of this source.
    const qsizetype end = std::min(d->rows, start.row + kRowsPerCheckpoint);
    for (qsizetype row = start.row; row < end; ++row) {
        if (d->store.source(row) != source || d->store.kind(row) == EventKind::Note)
            continue;
        if (d->store.time(row) > t)
            break;
        advance(state, d->store, row);
    }
    return state;
}

const RunState &RunStateIndex::latest(quint16 source) const
{
    static const RunState none;
    return source < d->sources.size() ? d->sources[source].state : none;
}

} // namespace watchline
