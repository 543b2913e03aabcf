// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGlobal>

#include <optional>
#include <span>
#include <string_view>

/// The words of the session file, version 1: kinds, members, and the closed sets of values.
/// Adding a kind or a member means adding it here and in the tables of eventfields.cpp, nowhere
/// else.
namespace watchline {

enum class EventKind : quint8 {
    Unknown, ///< A kind that this version does not know; Event::kindName has its name.
    Status,
    DeviceInfo,
    ConnectAttempt,
    ConnectPhase,
    Hello,
    ConnectError,
    KeepAlive,
    SseEvent,
    Heartbeat,
    Wake,
    Outcome,
    Decision,
    Backoff,
    Room,
    Note,
};
inline constexpr int kEventKindCount = 16;

enum class Field : quint8 {
    Unknown, ///< A member that this version does not know; Member::name has its name.
    Status,
    Result,
    DeviceId,
    DeviceName,
    ProjectId,
    HttpStatus,
    DurationMs,
    DelayMs,
    PreviousLeaseId,
    RemoteAccessSessionId,
    Url,
    Phase,
    HttpVersion,
    ContentType,
    LeaseId,
    HeartbeatIntervalMs,
    AdvertisedHeartbeatIntervalMs,
    DeviceWaitForViewerMs,
    Outcome,
    Text,
    Type,
    Size,
    TokenFingerprint,
    Rule,
    Action,
    BackoffMs,
    Detail,
    Inferred,
};
inline constexpr int kFieldCount = 29;

/// A value of `status`, `result`, `phase` or `outcome`.
enum class Word : quint8 {
    None,  ///< The event has no such member.
    Other, ///< It has one that this version does not know; look at the event.
    Connecting,
    Connected,
    ShuttingDown,
    Shutdown,
    Ok,
    Error,
    Socket,
    Tls,
    RequestSent,
    Headers,
    Conflict,
    Unauthorized,
    Api,
    UnexpectedContentType,
    UnexpectedEof,
    Transport,
    HelloTimeout,
    MalformedEvent,
    Failed,
    Gone,
    Wake,
    StreamEnded,
    ReadTimeout,
    StreamError,
    HeartbeatConflict,
    HeartbeatGone,
    HeartbeatUnauthorized,
    HeartbeatFailed,
    HeartbeatCancelled,
    Started,
    Finished,
    Cancelled,
    Skipped,
    Running,
    Disconnecting,
};

std::string_view name(EventKind kind);
std::string_view name(Field field);
std::string_view name(Word word);
EventKind kindFromName(std::string_view name); ///< Unknown when it is none of ours.
Field fieldFromName(std::string_view name);    ///< Unknown when it is none of ours.
Word wordFromName(std::string_view name);      ///< Other when it is none of ours.

/// The members that a kind has, in the order of the file format's table (`detail` last where the
/// kind has it); empty for Unknown.
std::span<const Field> fieldsOf(EventKind kind);

} // namespace watchline
