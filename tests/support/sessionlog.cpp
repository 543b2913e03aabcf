// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/sessionlog.h"

#include "core/policy/retrypolicy.h"

#include <QDateTime>

#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kStarted = 1'795'426'200'000; // milliseconds

QByteArray timeText(Nanoseconds t)
{
    const auto microseconds = std::chrono::floor<std::chrono::microseconds>(t).count();
    return QDateTime::fromMSecsSinceEpoch(kStarted + microseconds / 1'000'000 * 1'000)
               .toUTC()
               .toString(u"yyyy-MM-dd'T'HH:mm:ss"_s)
               .toLatin1() +
           '.' + QByteArray::number(microseconds % 1'000'000).rightJustified(6, '0') + 'Z';
}

/// As Rust prints it.
QByteArray durationText(double milliseconds)
{
    if (milliseconds < 1000)
        return QByteArray::number(milliseconds) + "ms";
    return QByteArray::number(milliseconds / 1000, 'g', 12) + 's';
}

QByteArray quoted(const QString &text)
{
    return '"' + text.toUtf8() + '"';
}

class Log
{
public:
    void add(const Event &event)
    {
        switch (event.kind) {
        case EventKind::DeviceInfo:
            addDeviceInfo(event);
            break;
        case EventKind::Hello:
            line(event, "INFO", "watch",
                 "watch stream established watch_lease_id=" + quoted(event.text(Field::LeaseId)) +
                     " heartbeat_interval=" +
                     durationText(event.number(Field::HeartbeatIntervalMs).value_or(0)) +
                     " device_wait_for_viewer=" +
                     durationText(event.number(Field::DeviceWaitForViewerMs).value_or(0)));
            break;
        case EventKind::ConnectError:
            addConnectError(event);
            break;
        case EventKind::Outcome:
            addOutcome(event);
            break;
        case EventKind::Wake:
            line(event, "INFO", "watch",
                 "received wake watch_lease_id=" + quoted(event.text(Field::LeaseId)) +
                     (event.text(Field::RemoteAccessSessionId).isNull()
                          ? QByteArray()
                          : " remote_access_session_id=" +
                                quoted(event.text(Field::RemoteAccessSessionId))));
            break;
        case EventKind::Heartbeat:
            if (event.word() == Word::Failed)
                m_failure = httpText(event);
            break;
        default:
            break;
        }
    }

    QByteArray take() { return std::move(m_log); }

private:
    void line(const Event &event, const QByteArray &level, const QByteArray &target,
              const QByteArray &text)
    {
        m_log += timeText(event.t) + ' ' + level.rightJustified(5) +
                 " foxglove::remote_access::" + target + ": " + text + '\n';
    }

    static QByteArray httpText(const Event &event)
    {
        const auto status = std::lround(event.number(Field::HttpStatus).value_or(0));
        if (status >= 300)
            return "received malformed error response " + QByteArray::number(qint64{status}) +
                   " Something with body ''";
        return "failed to send request: " + event.text(Field::Detail).toUtf8();
    }

    void addDeviceInfo(const Event &event)
    {
        if (event.word() == Word::Ok)
            line(event, "INFO", "connection",
                 "device context initialized device_id=" + event.text(Field::DeviceId).toUtf8() +
                     " device_name=" + event.text(Field::DeviceName).toUtf8());
        else if (event.number(Field::HttpStatus) == 401.0)
            line(event, "ERROR", "connection",
                 "device token unauthorized; stopping remote access gateway error=unauthorized");
        else
            line(event, "WARN", "connection",
                 "failed to initialize device context; retrying error=" + httpText(event));
    }

    void addConnectError(const Event &event)
    {
        const auto error = connectErrorFromName(event.text(Field::Outcome).toStdString());
        QByteArray text;
        switch (error.value_or(ConnectError::Api)) {
        case ConnectError::Conflict:
            text = "watch stream conflict: another gateway holds the lease";
            break;
        case ConnectError::Unauthorized:
            text = "device token unauthorized";
            break;
        case ConnectError::UnexpectedContentType: {
            const auto type = event.text(Field::ContentType);
            line(event, "INFO", "watch",
                 "watch endpoint returned non-SSE response; backing off" +
                     (type.isEmpty() ? QByteArray() : " content_type=" + quoted(type)));
            return;
        }
        case ConnectError::UnexpectedEof:
            text = "watch stream ended before `hello` event";
            break;
        case ConnectError::Transport:
            text = "stream transport error: connection broken";
            break;
        case ConnectError::HelloTimeout:
            text = "timed out waiting for `hello` event";
            break;
        case ConnectError::MalformedEvent:
            text = "malformed `hello` event: missing field";
            break;
        case ConnectError::Api:
            text = httpText(event);
            break;
        }
        line(event, "WARN", "watch", "watch stream connect failed error=" + text);
    }

    void addOutcome(const Event &event)
    {
        const auto lease = " watch_lease_id=" + quoted(event.text(Field::LeaseId));
        const auto warn = [&](const QByteArray &text, const QByteArray &more = {}) {
            line(event, "WARN", "watch", text + lease + more);
        };
        switch (event.word()) {
        case Word::ReadTimeout:
            return warn("watch stream read-timeout; reconnecting");
        case Word::StreamEnded:
            return warn("watch stream ended before wake; reconnecting");
        case Word::StreamError:
            return warn("watch stream error; reconnecting",
                        " error=stream transport error: " + event.text(Field::Detail).toUtf8());
        case Word::HeartbeatConflict:
            return warn("another gateway holds the watch lease; backing off");
        case Word::HeartbeatGone:
            return warn("watch lease gone; reconnecting to acquire a fresh lease");
        case Word::HeartbeatUnauthorized:
            return line(event, "ERROR", "watch",
                        "device token unauthorized; stopping remote access gateway" + lease);
        case Word::HeartbeatFailed:
            line(event, "WARN", "watch",
                 "heartbeat failed for too long stale_for_ms=3000 error=" + m_failure);
            return warn("watch heartbeat failed for too long; reconnecting");
        default:
            return; // a wake has its own line
        }
    }

    QByteArray m_log;
    QByteArray m_failure;
};

} // namespace

QByteArray logOfSession(const EventBatch &events)
{
    Log log;
    for (const auto &event : events)
        log.add(event);
    return log.take();
}

} // namespace watchline
