// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/severity.h"

namespace watchline {

Severity severityOf(EventKind kind, Word word)
{
    switch (word) {
    case Word::Connecting:
        return kind == EventKind::Room ? Severity::Quiet : Severity::Waiting;
    case Word::Connected:
    case Word::Ok:
    case Word::Running:
        return Severity::Ok;
    case Word::Started:
    case Word::Finished:
    case Word::Cancelled:
    case Word::Skipped:
        return Severity::Waiting;
    case Word::StreamEnded:
    case Word::HeartbeatCancelled:
        return Severity::Ended;
    case Word::Wake:
        return Severity::Wake;
    case Word::HelloTimeout:
    case Word::ReadTimeout:
        return Severity::Timeout;
    case Word::Error:
    case Word::Api:
    case Word::UnexpectedContentType:
    case Word::UnexpectedEof:
    case Word::Transport:
    case Word::MalformedEvent:
    case Word::Failed:
    case Word::Gone:
    case Word::StreamError:
    case Word::HeartbeatGone:
    case Word::HeartbeatFailed:
        return Severity::Error;
    case Word::Conflict:
    case Word::HeartbeatConflict:
        return Severity::Conflict;
    case Word::Unauthorized:
    case Word::HeartbeatUnauthorized:
        return Severity::Stopped;
    case Word::None:
    case Word::Other:
    case Word::ShuttingDown:
    case Word::Shutdown:
    case Word::Socket:
    case Word::Tls:
    case Word::RequestSent:
    case Word::Headers:
    case Word::Disconnecting:
        break;
    }
    if (kind == EventKind::Hello)
        return Severity::Ok;
    return kind == EventKind::Wake ? Severity::Wake : Severity::Quiet;
}

Severity severityOf(Action action)
{
    switch (action) {
    case Action::Run:
    case Action::Reconnect:
        return Severity::Ok;
    case Action::Stop:
        return Severity::Ended;
    case Action::RetryAfter:
    case Action::Backoff:
        return Severity::Waiting;
    case Action::Wake:
        return Severity::Wake;
    case Action::StopUnauthorized:
        return Severity::Stopped;
    }
    return Severity::Quiet;
}

} // namespace watchline
