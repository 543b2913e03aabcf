// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/sessionbuilder.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

Microseconds microseconds(Nanoseconds duration)
{
    return std::chrono::round<Microseconds>(duration);
}

} // namespace

SessionBuilder::SessionBuilder(QString source, Nanoseconds begin)
    : m_source(std::move(source))
    , m_now(begin)
{}

Event SessionBuilder::make(EventKind kind) const
{
    return Event(kind);
}

SessionBuilder &SessionBuilder::add(Event event)
{
    event.t = m_now;
    event.source = m_source;
    event.attempt = m_attempt;
    m_events.append(std::move(event));
    return *this;
}

SessionBuilder &SessionBuilder::wait(Nanoseconds duration)
{
    m_now += duration;
    return *this;
}

SessionBuilder &SessionBuilder::status(Word status)
{
    if (m_status == status)
        return *this;
    m_status = status;
    return add(make(EventKind::Status).set(Field::Status, name(status)));
}

SessionBuilder &SessionBuilder::start(Nanoseconds duration)
{
    status(Word::Connecting);
    wait(duration);
    auto event = make(EventKind::DeviceInfo);
    event.set(Field::Result, "ok")
        .set(Field::DeviceId, u"dev_1"_s)
        .set(Field::DeviceName, u"robot"_s)
        .set(Field::HttpStatus, 200)
        .setDuration(Field::DurationMs, microseconds(duration));
    return add(event);
}

SessionBuilder &SessionBuilder::connect(const QString &leaseId, Nanoseconds duration)
{
    ++m_attempt;
    auto attempt = make(EventKind::ConnectAttempt);
    if (m_state.previousLeaseId)
        attempt.set(Field::PreviousLeaseId, *m_state.previousLeaseId);
    else
        attempt.setNull(Field::PreviousLeaseId);
    add(attempt);
    for (const char *phase : {"socket", "tls", "headers"}) {
        wait(duration / 4);
        auto event = make(EventKind::ConnectPhase);
        event.set(Field::Phase, phase).setDuration(Field::DurationMs, microseconds(duration / 4));
        add(event);
    }
    wait(duration - 3 * (duration / 4));
    m_lease = leaseId;
    m_hello = m_now;
    auto hello = make(EventKind::Hello);
    hello.set(Field::LeaseId, leaseId)
        .set(Field::HeartbeatIntervalMs,
             qint64{std::chrono::round<Milliseconds>(m_heartbeatInterval).count()})
        .setDuration(Field::DurationMs, microseconds(duration));
    add(hello);
    decide(onConnectSuccess(m_state));
    return status(Word::Connected);
}

SessionBuilder &SessionBuilder::failConnect(ConnectError error, int httpStatus,
                                            Nanoseconds duration)
{
    ++m_attempt;
    auto attempt = make(EventKind::ConnectAttempt);
    if (m_state.previousLeaseId)
        attempt.set(Field::PreviousLeaseId, *m_state.previousLeaseId);
    else
        attempt.setNull(Field::PreviousLeaseId);
    add(attempt);
    wait(duration);
    auto event = make(EventKind::ConnectError);
    event.set(Field::Outcome, name(error)).setDuration(Field::DurationMs, microseconds(duration));
    if (httpStatus != 0)
        event.set(Field::HttpStatus, httpStatus);
    add(event);
    decide(onConnectError(error, m_state));
    return *this;
}

SessionBuilder &SessionBuilder::run(Nanoseconds duration)
{
    const Nanoseconds begin = m_now;
    const Nanoseconds stop = begin + duration;
    Nanoseconds nextFrame = begin + m_keepAliveInterval;
    Nanoseconds nextHeartbeat = begin + m_heartbeatInterval;
    while (std::min(nextFrame, nextHeartbeat) < stop) {
        if (nextFrame <= nextHeartbeat) {
            m_now = nextFrame;
            keepAlive();
            nextFrame += m_keepAliveInterval;
        } else {
            m_now = nextHeartbeat;
            // Round trips that vary, and always the same ones.
            m_seed = m_seed * 1'664'525U + 1'013'904'223U;
            const auto roundTrip = 14ms + std::chrono::microseconds(m_seed % 12'000U);
            heartbeat(Word::Ok, m_seed % 17 == 0 ? roundTrip * 4 : Nanoseconds(roundTrip));
            nextHeartbeat += m_heartbeatInterval;
        }
    }
    m_now = stop;
    return *this;
}

SessionBuilder &SessionBuilder::end(WatchOutcome outcome)
{
    auto event = make(EventKind::Outcome);
    event.set(Field::Outcome, name(outcome))
        .set(Field::LeaseId, m_lease)
        .setDuration(Field::DurationMs, microseconds(m_now - m_hello));
    add(event);
    decide(onOutcome({outcome, m_lease.toStdString(), microseconds(m_now - m_hello),
                      std::chrono::round<Milliseconds>(m_heartbeatInterval)},
                     m_state));
    return *this;
}

void SessionBuilder::decide(const Decision &decision)
{
    auto event = make(EventKind::Decision);
    event.set(Field::Rule, name(decision.rule)).set(Field::Action, name(decision.action));
    if (decision.delay)
        event.set(Field::DelayMs, qint64{decision.delay->count()});
    if (m_state.previousLeaseId)
        event.set(Field::PreviousLeaseId, *m_state.previousLeaseId);
    event.set(Field::BackoffMs, qint64{m_state.backoff.count()});
    add(event);
    if (decision.action == Action::StopUnauthorized) {
        status(Word::ShuttingDown);
        status(Word::Shutdown);
    }
    if (!decision.delay)
        return;
    status(Word::Connecting);
    const qint64 planned = decision.delay->count();
    auto started = make(EventKind::Backoff);
    started.set(Field::Result, "started").set(Field::DelayMs, planned);
    add(started);
    const auto [result, after] =
        m_nextWait.value_or(std::pair{Word::Finished, Nanoseconds(*decision.delay) + 900us});
    m_nextWait.reset();
    if (result == Word::Started)
        return; // it still runs when the session ends
    wait(after);
    auto finished = make(EventKind::Backoff);
    finished.set(Field::Result, name(result))
        .set(Field::DelayMs, planned)
        .setDuration(Field::DurationMs, microseconds(after));
    add(finished);
}

SessionBuilder &SessionBuilder::stop()
{
    status(Word::ShuttingDown);
    wait(2ms);
    return status(Word::Shutdown);
}

SessionBuilder &SessionBuilder::heartbeat(Word result, Nanoseconds roundTrip, int httpStatus)
{
    auto event = make(EventKind::Heartbeat);
    event.set(Field::LeaseId, m_lease)
        .set(Field::Result, name(result))
        .setDuration(Field::DurationMs, microseconds(roundTrip));
    if (httpStatus != 0)
        event.set(Field::HttpStatus, httpStatus);
    return add(event);
}

SessionBuilder &SessionBuilder::keepAlive()
{
    auto event = make(EventKind::KeepAlive);
    event.set(Field::LeaseId, m_lease).set(Field::Text, u"keep-alive"_s);
    return add(event);
}

SessionBuilder &SessionBuilder::strayEvent(const QString &type)
{
    auto event = make(EventKind::SseEvent);
    event.set(Field::Type, type).set(Field::Size, 12);
    return add(event);
}

SessionBuilder &SessionBuilder::note(const QString &text)
{
    return add(make(EventKind::Note).set(Field::Detail, text));
}

SessionBuilder &SessionBuilder::wake()
{
    auto event = make(EventKind::Wake);
    event.set(Field::LeaseId, m_lease).set(Field::RemoteAccessSessionId, u"ras_1"_s);
    return add(event);
}

SessionBuilder &SessionBuilder::setHeartbeatInterval(Nanoseconds interval)
{
    m_heartbeatInterval = interval;
    return *this;
}

SessionBuilder &SessionBuilder::setKeepAliveInterval(Nanoseconds interval)
{
    m_keepAliveInterval = interval;
    return *this;
}

SessionBuilder &SessionBuilder::nextWaitEnds(Word result, Nanoseconds after)
{
    m_nextWait = std::pair{result, after};
    return *this;
}

void SessionBuilder::appendTo(SessionStore &store) const
{
    for (const auto &event : m_events)
        store.append(event);
}

SessionHeader SessionBuilder::header()
{
    SessionHeader header;
    header.started = QDateTime::fromString(u"2026-11-23T14:30:00.000Z"_s, Qt::ISODateWithMs);
    header.generator = u"watchline test"_s;
    header.apiUrl = u"https://staging.example.org"_s;
    return header;
}

std::unique_ptr<SessionStore> SessionBuilder::store() const
{
    auto store = std::make_unique<SessionStore>(header());
    appendTo(*store);
    return store;
}

std::unique_ptr<SessionStore> SessionBuilder::merged(const std::vector<SessionBuilder> &builders)
{
    EventBatch all;
    for (const auto &builder : builders)
        all += builder.events();
    std::stable_sort(all.begin(), all.end(),
                     [](const Event &a, const Event &b) { return a.t < b.t; });
    auto store = std::make_unique<SessionStore>(header());
    for (const auto &event : all)
        store->append(event);
    return store;
}

std::unique_ptr<SessionStore> outageSession()
{
    SessionBuilder session;
    session.start();
    for (const auto &lease : {u"rwl_51c0"_s, u"rwl_6b2e"_s, u"rwl_7110"_s})
        session.connect(lease).run(60s).end(WatchOutcome::StreamError);
    session.note(u"proxy restarted"_s);
    session.connect(u"rwl_7188"_s, 900ms).run(800ms);
    session.heartbeat(Word::Conflict, 21ms, 409).end(WatchOutcome::HeartbeatConflict);
    session.connect(u"rwl_7a57"_s).run(57s).strayEvent(u"ping"_s).run(2s);
    session.end(WatchOutcome::ReadTimeout);
    session.failConnect(ConnectError::Api, 503);
    session.failConnect(ConnectError::HelloTimeout, 0, 6s);
    session.failConnect(ConnectError::Transport);
    session.connect(u"rwl_80aa"_s).run(20s).wake().end(WatchOutcome::Wake);
    session.stop();
    return session.store();
}

} // namespace watchline
