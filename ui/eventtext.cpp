// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/eventtext.h"

#include "core/base/text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("EventText", text);
}

QString duration(std::optional<double> milliseconds)
{
    const double ns = std::min(milliseconds.value_or(0) * 1e6, 9e18);
    return readableDuration(Nanoseconds(std::llround(ns)));
}

void add(QStringList &parts, const QString &part)
{
    if (!part.isEmpty())
        parts.append(part);
}

QString helloText(const Event &event)
{
    QStringList parts;
    parts.append(tr("heartbeat %1").arg(duration(event.number(Field::HeartbeatIntervalMs))));
    if (event.number(Field::AdvertisedHeartbeatIntervalMs) !=
        event.number(Field::HeartbeatIntervalMs)) {
        if (const auto advertised = event.number(Field::AdvertisedHeartbeatIntervalMs))
            parts.last() += tr(" (advertised %1)").arg(duration(advertised));
    }
    parts.append(
        tr("wait for viewer %1").arg(duration(event.number(Field::DeviceWaitForViewerMs))));
    return parts.join(u", "_s);
}

QString decisionText(const Event &event)
{
    QStringList parts;
    const auto previous = event.text(Field::PreviousLeaseId);
    parts.append(previous.isEmpty() ? tr("no lease to offer") : tr("will offer %1").arg(previous));
    if (event.has(Field::BackoffMs))
        parts.append(tr("backoff state %1").arg(duration(event.number(Field::BackoffMs))));
    return parts.join(u", "_s);
}

QString backoffText(const Event &event)
{
    if (!event.has(Field::DurationMs))
        return {};
    return tr("planned %1, took %2")
        .arg(duration(event.number(Field::DelayMs)), duration(event.number(Field::DurationMs)));
}

QString attemptText(const Event &event)
{
    const auto previous = event.text(Field::PreviousLeaseId);
    return previous.isEmpty() ? tr("offers no lease") : tr("offers %1").arg(previous);
}

QString phaseText(const Event &event)
{
    QStringList parts;
    if (event.has(Field::DurationMs))
        parts.append(duration(event.number(Field::DurationMs)));
    add(parts, event.text(Field::HttpVersion));
    if (event.has(Field::HttpStatus))
        parts.append(valueText(*event.value(Field::HttpStatus)));
    add(parts, event.text(Field::ContentType));
    add(parts, event.text(Field::Detail));
    return parts.join(u", "_s);
}

/// Status, round trip, then what the source said.
QString answerText(const Event &event)
{
    QStringList parts;
    if (event.has(Field::HttpStatus) && event.word() != Word::Ok)
        parts.append(u"HTTP "_s + valueText(*event.value(Field::HttpStatus)));
    if (event.has(Field::DurationMs))
        parts.append(duration(event.number(Field::DurationMs)));
    add(parts, event.text(Field::DeviceName));
    add(parts, event.text(Field::ContentType));
    add(parts, event.text(Field::Detail));
    return parts.join(u", "_s);
}

QString outcomeText(const Event &event)
{
    QStringList parts;
    if (event.has(Field::DurationMs))
        parts.append(tr("ran %1").arg(duration(event.number(Field::DurationMs))));
    add(parts, event.text(Field::Detail));
    return parts.join(u", "_s);
}

QString noteText(const Event &event)
{
    const auto text = event.text(Field::Detail);
    return event.has(Field::DurationMs)
               ? tr("%1: %2").arg(duration(event.number(Field::DurationMs)), text)
               : text;
}

QString membersText(const Event &event)
{
    QStringList parts;
    for (const auto &member : event.members) {
        const auto name =
            member.field == Field::Unknown ? member.name : fromView(watchline::name(member.field));
        parts.append(name + u'=' + valueText(member.value));
    }
    return parts.join(u"; "_s);
}

QString rawSummary(const Event &event)
{
    switch (event.kind) {
    case EventKind::Hello:
        return helloText(event);
    case EventKind::Decision:
        return decisionText(event);
    case EventKind::Backoff:
        return backoffText(event);
    case EventKind::ConnectAttempt:
        return attemptText(event);
    case EventKind::ConnectPhase:
        return phaseText(event);
    case EventKind::Heartbeat:
    case EventKind::ConnectError:
    case EventKind::DeviceInfo:
        return answerText(event);
    case EventKind::Outcome:
        return outcomeText(event);
    case EventKind::KeepAlive:
        return event.text(Field::Text);
    case EventKind::Status:
        return {};
    case EventKind::Note:
        return noteText(event);
    case EventKind::Unknown:
    case EventKind::SseEvent:
    case EventKind::Wake:
    case EventKind::Room:
        return membersText(event);
    }
    return {};
}

} // namespace

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString groupedNumber(qint64 number)
{
    auto text = QString::number(number);
    const qsizetype first = number < 0 ? 1 : 0;
    for (qsizetype i = text.size() - 3; i > first; i -= 3)
        text.insert(i, QChar(0x202F));
    return text;
}

QString clockText(const QDateTime &started, Nanoseconds t)
{
    if (!started.isValid())
        return elapsedText(t);
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(t).count();
    return started.toUTC().addMSecs(milliseconds).toString(u"HH:mm:ss.zzz"_s);
}

QString dateText(const QDateTime &started, Nanoseconds t)
{
    if (!started.isValid())
        return {};
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(t).count();
    return QLocale::c().toString(started.toUTC().addMSecs(milliseconds).date(), u"MMM d"_s);
}

bool spansDays(const QDateTime &started, Nanoseconds first, Nanoseconds last)
{
    if (!started.isValid())
        return false;
    const auto day = [&](Nanoseconds t) {
        return started.toUTC()
            .addMSecs(std::chrono::floor<std::chrono::milliseconds>(t).count())
            .date();
    };
    return day(first) != day(last);
}

QString elapsedText(Nanoseconds t)
{
    const auto all = std::chrono::floor<std::chrono::milliseconds>(t).count();
    const auto ms = std::abs(all);
    return u"%1%2:%3:%4.%5"_s.arg(all < 0 ? u"-"_s : u"+"_s)
        .arg(ms / 3'600'000, 2, 10, QChar(u'0'))
        .arg(ms / 60'000 % 60, 2, 10, QChar(u'0'))
        .arg(ms / 1'000 % 60, 2, 10, QChar(u'0'))
        .arg(ms % 1'000, 3, 10, QChar(u'0'));
}

QString summaryText(const Event &event)
{
    return singleLine(rawSummary(event), 400);
}

QString valueText(const Value &value)
{
    struct Visitor
    {
        QString operator()(std::nullptr_t) const { return tr("none"); }
        QString operator()(bool flag) const { return flag ? u"true"_s : u"false"_s; }
        QString operator()(qint64 number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::number(number, 'g', 15); }
        QString operator()(const QString &text) const { return singleLine(text); }
    };
    return std::visit(Visitor{}, value);
}

QString plainTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    QString escaped = text.toHtmlEscaped();
    escaped.replace(u'\n', u"<br>"_s);
    return u"<qt>"_s + escaped + u"</qt>"_s;
}

QString ruleSentence(Rule rule)
{
    switch (rule) {
    case Rule::ConnectSuccess:
        return tr("hello came: the watch runs, the backoff starts over");
    case Rule::ConnectUnauthorized:
        return tr("the token was rejected: the run ends");
    case Rule::ConnectConflict:
        return tr("another gateway holds the lease: always 30 s");
    case Rule::ConnectNonSse:
        return tr("the answer was no event stream: always 30 s");
    case Rule::ConnectTransient:
        return tr("the attempt failed: waits the backoff, then doubles it");
    case Rule::OutcomeWake:
        return tr("a viewer wants the robot: the wake is handed over");
    case Rule::OutcomeReadTimeout:
        return tr("the stream fell silent: connects again at once");
    case Rule::OutcomeStreamEnded:
        return tr("the server ended the stream: connects again at once");
    case Rule::OutcomeStreamErrorHealthy:
        return tr("cut after a heartbeat interval or more: connects again at once");
    case Rule::OutcomeStreamErrorEarly:
        return tr("cut within a heartbeat interval: waits the backoff, then doubles it");
    case Rule::OutcomeHeartbeatConflict:
        return tr("another gateway took the lease: always 30 s");
    case Rule::OutcomeHeartbeatGone:
        return tr("the lease is gone: connects at once for a new one");
    case Rule::OutcomeHeartbeatUnauthorized:
        return tr("the token was rejected: the run ends");
    case Rule::OutcomeHeartbeatFailed:
        return tr("heartbeats failed for three intervals: connects again at once");
    case Rule::OutcomeHeartbeatCancelled:
        return tr("the heartbeats were cancelled: the loop ends");
    }
    return {};
}

} // namespace watchline
