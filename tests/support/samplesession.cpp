// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/samplesession.h"

#include "core/session/eventparser.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

Event at(int milliseconds, EventKind kind, int attempt)
{
    Event event(kind);
    event.t = Milliseconds(milliseconds);
    event.source = u"robot-7"_s;
    event.attempt = attempt;
    return event;
}

} // namespace

SessionHeader sampleHeader()
{
    return {QDateTime(QDate(2026, 11, 23), QTime(9, 36, 36, 161), QTimeZone::utc()),
            u"watchline test"_s,
            u"http://127.0.0.1:8080"_s,
            {u"robot-7"_s}};
}

EventBatch sampleEvents()
{
    const auto lease = u"rwl_400"_s;
    EventBatch events;
    events << at(0, EventKind::Status, 0).set(Field::Status, "connecting");
    events << at(20, EventKind::DeviceInfo, 0)
                  .set(Field::Result, "ok")
                  .set(Field::DeviceName, u"Röver „sieben“ <b>"_s)
                  .setDuration(Field::DurationMs, Microseconds(18'214));
    events << at(21, EventKind::ConnectAttempt, 1).set(Field::Url, "http://127.0.0.1:8080/watch");
    events << at(40, EventKind::ConnectError, 1)
                  .set(Field::Outcome, "api")
                  .set(Field::HttpStatus, 503)
                  .set(Field::Detail, u"down\n\u001b[31mred"_s);
    events << at(40, EventKind::Decision, 1)
                  .set(Field::Rule, "connect.transient")
                  .set(Field::Action, "retry_after")
                  .set(Field::DelayMs, 1000)
                  .setNull(Field::PreviousLeaseId)
                  .set(Field::BackoffMs, 2000);
    events << at(40, EventKind::Backoff, 1).set(Field::Result, "started").set(Field::DelayMs, 1000);
    events << at(1041, EventKind::Backoff, 1)
                  .set(Field::Result, "finished")
                  .setDuration(Field::DurationMs, Microseconds(1'000'400));
    events << at(1041, EventKind::ConnectAttempt, 2);
    events << at(1060, EventKind::Hello, 2)
                  .set(Field::LeaseId, lease)
                  .set(Field::HeartbeatIntervalMs, 10'000);
    events << at(1060, EventKind::Decision, 2)
                  .set(Field::Rule, "connect.success")
                  .set(Field::Action, "run")
                  .setNull(Field::PreviousLeaseId)
                  .set(Field::BackoffMs, 1000);
    events << at(1060, EventKind::Status, 2).set(Field::Status, "connected");
    events << at(6060, EventKind::KeepAlive, 2).set(Field::LeaseId, lease);
    events << at(11'063, EventKind::Heartbeat, 2)
                  .set(Field::LeaseId, lease)
                  .set(Field::Result, "ok")
                  .setDuration(Field::DurationMs, Microseconds(3'001));
    events << at(12'000, EventKind::Note, 2).set(Field::Detail, u"moved the \"rover\""_s);
    events << at(13'000, EventKind::Outcome, 2)
                  .set(Field::Outcome, "stream_error")
                  .set(Field::LeaseId, lease)
                  .setDuration(Field::DurationMs, Microseconds(11'940'000));
    events << at(13'000, EventKind::Decision, 2)
                  .set(Field::Rule, "outcome.stream_error_healthy")
                  .set(Field::Action, "reconnect")
                  .set(Field::PreviousLeaseId, lease)
                  .set(Field::BackoffMs, 1000);
    return events;
}

QByteArray sampleFile()
{
    QByteArray bytes = toJsonLine(sampleHeader()) + '\n';
    for (const auto &event : sampleEvents())
        bytes += toJsonLine(event) + '\n';
    return bytes;
}

} // namespace watchline
