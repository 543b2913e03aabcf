// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/logsteps.h"

#include "core/analysis/inference.h"
#include "core/analysis/verify.h"
#include "core/transfer/gatewaylog.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString shown(const Event &event, Field field)
{
    const auto *value = event.value(field);
    if (!value)
        return u"?"_s;
    if (const auto *text = std::get_if<QString>(value))
        return *text;
    if (const auto number = event.number(field))
        return QString::number(std::llround(*number));
    return u"null"_s;
}

} // namespace

EventBatch eventsOfLog(const QByteArray &log)
{
    LogOptions options;
    options.zone = QTimeZone::utc();
    GatewayLogParser parser(options);
    QList<LogEntry> entries;
    parser.feed(log, entries);
    parser.finish(entries);
    LogInference inference;
    EventBatch events;
    for (const auto &entry : entries)
        inference.take(entry, events);
    inference.finish(events);
    return events;
}

QStringList logSteps(const EventBatch &events)
{
    QStringList steps;
    for (const auto &event : events) {
        switch (event.kind) {
        case EventKind::DeviceInfo:
            steps.append(u"device_info "_s + event.wordText() +
                         (event.word() == Word::Ok ? QString()
                                                   : u" delay="_s + shown(event, Field::DelayMs)));
            break;
        case EventKind::ConnectAttempt:
            steps.append(u"connect_attempt lease=%1 session=%2"_s.arg(
                shown(event, Field::PreviousLeaseId), shown(event, Field::RemoteAccessSessionId)));
            break;
        case EventKind::Hello:
            steps.append(u"hello %1 %2"_s.arg(shown(event, Field::LeaseId),
                                              shown(event, Field::HeartbeatIntervalMs)));
            break;
        case EventKind::ConnectError:
            steps.append(u"connect_error "_s + event.wordText());
            break;
        case EventKind::Outcome:
            steps.append(u"outcome %1 %2"_s.arg(event.wordText(), shown(event, Field::LeaseId)));
            break;
        case EventKind::Decision:
            if (const auto action = shown(event, Field::Action); action != "run"_L1) {
                const auto delay = event.number(Field::DelayMs);
                const bool goesOn = action == "retry_after"_L1 || action == "reconnect"_L1 ||
                                    action == "backoff"_L1;
                steps.append(u"decision %1 delay=%2 lease=%3"_s.arg(
                    action, delay ? QString::number(std::llround(*delay)) : u"-"_s,
                    goesOn ? shown(event, Field::PreviousLeaseId) : u"-"_s));
            }
            break;
        default:
            break;
        }
    }
    return steps;
}

QStringList logRules(const EventBatch &events)
{
    QStringList rules;
    for (const auto &event : events) {
        if (event.kind == EventKind::Decision)
            rules.append(shown(event, Field::Rule));
    }
    return rules;
}

QStringList logStatuses(const EventBatch &events)
{
    QStringList statuses;
    for (const auto &event : events) {
        if (event.kind == EventKind::Status)
            statuses.append(event.wordText());
    }
    return statuses;
}

QString verified(const EventBatch &events)
{
    SessionStore store;
    for (const auto &event : events)
        store.append(event);
    const auto result = verify(store);
    if (result.agrees() && result.unreadable == 0)
        return {};
    if (result.first.empty())
        return u"unreadable"_s;
    const auto &first = result.first.front();
    return u"event %1: %2 instead of %3"_s.arg(QString::number(first.row + 1), first.recorded,
                                               first.expected);
}

} // namespace watchline
