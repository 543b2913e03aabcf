// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/logmessage.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace watchline {

namespace {

struct Known
{
    std::string_view text;
    LogMessage message;
};

constexpr std::array kKnown{
    Known{"device context initialized", LogMessage::DeviceInfoOk},
    Known{"failed to initialize device context; retrying", LogMessage::DeviceInfoFailed},
    Known{"device token unauthorized; stopping remote access gateway", LogMessage::Unauthorized},
    Known{"watch stream established", LogMessage::Established},
    Known{"watch stream connect failed", LogMessage::ConnectFailed},
    Known{"watch endpoint returned non-SSE response; backing off", LogMessage::NonSse},
    Known{"received wake", LogMessage::Woken},
    Known{"watch stream read-timeout; reconnecting", LogMessage::ReadTimeout},
    Known{"watch stream ended before wake; reconnecting", LogMessage::StreamEnded},
    Known{"watch stream error; reconnecting", LogMessage::StreamError},
    Known{"another gateway holds the watch lease; backing off", LogMessage::HeartbeatConflict},
    Known{"watch lease gone; reconnecting to acquire a fresh lease", LogMessage::HeartbeatGone},
    Known{"watch heartbeat failed for too long; reconnecting", LogMessage::HeartbeatsFailed},
    Known{"heartbeat failed for too long", LogMessage::HeartbeatStale},
    Known{"heartbeat task exited without a terminal reason; check for panics",
          LogMessage::HeartbeatCancelled},
    Known{"heartbeat failed; will retry", LogMessage::HeartbeatFailed},
    Known{"received unexpected `hello` event on open stream; ignoring",
          LogMessage::UnexpectedHello},
    Known{"ignoring unexpected event before hello", LogMessage::EventBeforeHello},
    Known{"ignoring unknown SSE event", LogMessage::UnknownEvent},
    Known{"connecting to room", LogMessage::RoomConnecting},
    Known{"connected to room", LogMessage::RoomConnected},
    Known{"running remote access server", LogMessage::RoomRunning},
    Known{"disconnecting from room", LogMessage::RoomDisconnecting},
    Known{"failed to join room after wake", LogMessage::RoomFailed},
    Known{"wake remote access session ID differs from established ID; keeping established ID",
          LogMessage::SessionDiffers},
};

std::string_view view(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

LogMessage logMessageOf(const LogEntry &entry)
{
    const auto text = view(entry.message);
    const auto found = std::find_if(kKnown.begin(), kKnown.end(),
                                    [text](const Known &known) { return known.text == text; });
    if (found == kKnown.end())
        return LogMessage::Unknown;
    // The same words stand for two things: only a watch has a lease.
    if (found->message == LogMessage::Unauthorized && entry.field("watch_lease_id"))
        return LogMessage::HeartbeatUnauthorized;
    return found->message;
}

ConnectError connectErrorOf(QByteArrayView error)
{
    const auto text = view(error);
    if (text.starts_with("watch stream conflict"))
        return ConnectError::Conflict;
    if (text.starts_with("device token unauthorized"))
        return ConnectError::Unauthorized;
    if (text.starts_with("stream transport error"))
        return ConnectError::Transport;
    if (text.starts_with("watch stream ended before `hello` event"))
        return ConnectError::UnexpectedEof;
    if (text.starts_with("timed out waiting for `hello` event"))
        return ConnectError::HelloTimeout;
    if (text.starts_with("malformed `hello` event"))
        return ConnectError::MalformedEvent;
    if (text.starts_with("unexpected response content-type"))
        return ConnectError::UnexpectedContentType;
    return ConnectError::Api;
}

int httpStatusOf(QByteArrayView error)
{
    const auto text = view(error);
    // What a server sent stands behind these words: its numbers are not looked for.
    for (const std::string_view before :
         {"received error response ", "received malformed error response ", "error response "}) {
        if (!text.starts_with(before) || text.size() < before.size() + 3)
            continue;
        int status = 0;
        for (const char digit : text.substr(before.size(), 3)) {
            if (digit < '0' || digit > '9')
                return 0;
            status = status * 10 + (digit - '0');
        }
        return status;
    }
    return 0;
}

} // namespace watchline
