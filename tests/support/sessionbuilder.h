// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <memory>
#include <utility>

namespace watchline {

/// Writes sessions as a watch would have: it runs the policy, so that rules, delays and statuses
/// are the real ones. Time moves forward by what is done; wait() adds to it.
///
///     SessionBuilder session;
///     session.start().connect(u"rwl_1"_s).run(60s).end(WatchOutcome::StreamError);
class SessionBuilder
{
public:
    explicit SessionBuilder(QString source = QStringLiteral("gateway"), Nanoseconds begin = {});

    // Whole steps.

    /// Status `connecting`, device info after `duration`.
    SessionBuilder &start(Nanoseconds duration = std::chrono::milliseconds(40));
    /// An attempt that gets its hello, which the policy answers with `run`.
    SessionBuilder &connect(const QString &leaseId,
                            Nanoseconds duration = std::chrono::milliseconds(167));
    /// An attempt that fails after `duration`, the decision, and the wait until the next attempt.
    SessionBuilder &failConnect(ConnectError error, int httpStatus = 0,
                                Nanoseconds duration = std::chrono::milliseconds(120));
    /// Keep-alives and heartbeats of a healthy watch.
    SessionBuilder &run(Nanoseconds duration);
    /// The watch ends: outcome, decision, and the wait if there is one.
    SessionBuilder &end(WatchOutcome outcome);
    /// The user's stop: cancels nothing, adds `shutting_down` and `shutdown`.
    SessionBuilder &stop();

    // Single events at the present time.

    SessionBuilder &wait(Nanoseconds duration);
    SessionBuilder &heartbeat(Word result, Nanoseconds roundTrip, int httpStatus = 200);
    SessionBuilder &keepAlive();
    SessionBuilder &strayEvent(const QString &type);
    SessionBuilder &note(const QString &text);
    SessionBuilder &wake();
    SessionBuilder &status(Word status);
    SessionBuilder &add(Event event);

    SessionBuilder &setHeartbeatInterval(Nanoseconds interval);
    SessionBuilder &setKeepAliveInterval(Nanoseconds interval);
    /// The next wait ends after this long, with this result, instead of as planned.
    SessionBuilder &nextWaitEnds(Word result, Nanoseconds after);

    Nanoseconds now() const { return m_now; }
    const EventBatch &events() const { return m_events; }
    /// The events so far, which it then has no more; the run goes on.
    EventBatch takeEvents() { return std::exchange(m_events, {}); }
    void appendTo(SessionStore &store) const;
    /// A store with all events, whose header began on 2026-11-23 at 14:30:00 UTC.
    std::unique_ptr<SessionStore> store() const;
    static SessionHeader header();
    /// Several sources in one store, in the order of time.
    static std::unique_ptr<SessionStore> merged(const std::vector<SessionBuilder> &builders);

private:
    Event make(EventKind kind) const;
    void decide(const Decision &decision);

    QString m_source;
    Nanoseconds m_now;
    Nanoseconds m_heartbeatInterval{std::chrono::seconds(5)};
    Nanoseconds m_keepAliveInterval{std::chrono::milliseconds(2'500)};
    Nanoseconds m_hello{};
    EventBatch m_events;
    RetryState m_state;
    Word m_status = Word::None;
    QString m_lease;
    int m_attempt = 0;
    quint32 m_seed = 1;
    std::optional<std::pair<Word, Nanoseconds>> m_nextWait;
};

/// A watch that is cut every minute, a lease conflict and a growing backoff: five minutes.
std::unique_ptr<SessionStore> outageSession();

} // namespace watchline
