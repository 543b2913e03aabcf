// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/logentry.h"

namespace watchline {

/// What a gateway's line is about.
enum class LogMessage {
    Unknown,
    DeviceInfoOk,
    DeviceInfoFailed,
    Unauthorized, ///< Of device-info or of connecting.
    Established,
    ConnectFailed,
    NonSse,
    Woken,
    ReadTimeout,
    StreamEnded,
    StreamError,
    HeartbeatConflict,
    HeartbeatGone,
    HeartbeatUnauthorized,
    HeartbeatsFailed, ///< The watch's end.
    HeartbeatStale,   ///< The heartbeat that made it end.
    HeartbeatCancelled,
    HeartbeatFailed,
    UnexpectedHello,
    EventBeforeHello,
    UnknownEvent,
    RoomConnecting,
    RoomConnected,
    RoomRunning,
    RoomDisconnecting,
    RoomFailed,
    SessionDiffers,
};

LogMessage logMessageOf(const LogEntry &entry);

/// The class of a failed connect by the text of its `error`.
ConnectError connectErrorOf(QByteArrayView error);
/// The status in such a text; 0: it has none.
int httpStatusOf(QByteArrayView error);

} // namespace watchline
