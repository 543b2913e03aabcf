// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventfields.h"

#include <algorithm>
#include <array>

namespace watchline {

namespace {

// Each in the order of its enumeration: a value is its name's index.
constexpr std::array<std::string_view, kEventKindCount> kKindNames{
    "",      "status",        "device_info", "connect_attempt", "connect_phase",
    "hello", "connect_error", "keepalive",   "sse_event",       "heartbeat",
    "wake",  "outcome",       "decision",    "backoff",         "room",
    "note"};

constexpr std::array<std::string_view, kFieldCount> kFieldNames{"",
                                                                "status",
                                                                "result",
                                                                "device_id",
                                                                "device_name",
                                                                "project_id",
                                                                "http_status",
                                                                "duration_ms",
                                                                "delay_ms",
                                                                "previous_lease_id",
                                                                "remote_access_session_id",
                                                                "url",
                                                                "phase",
                                                                "http_version",
                                                                "content_type",
                                                                "lease_id",
                                                                "heartbeat_interval_ms",
                                                                "advertised_heartbeat_interval_ms",
                                                                "device_wait_for_viewer_ms",
                                                                "outcome",
                                                                "text",
                                                                "type",
                                                                "size",
                                                                "token_fingerprint",
                                                                "rule",
                                                                "action",
                                                                "backoff_ms",
                                                                "detail",
                                                                "inferred"};

constexpr std::array<std::string_view, 37> kWordNames{"",
                                                      "",
                                                      "connecting",
                                                      "connected",
                                                      "shutting_down",
                                                      "shutdown",
                                                      "ok",
                                                      "error",
                                                      "socket",
                                                      "tls",
                                                      "request_sent",
                                                      "headers",
                                                      "conflict",
                                                      "unauthorized",
                                                      "api",
                                                      "unexpected_content_type",
                                                      "unexpected_eof",
                                                      "transport",
                                                      "hello_timeout",
                                                      "malformed_event",
                                                      "failed",
                                                      "gone",
                                                      "wake",
                                                      "stream_ended",
                                                      "read_timeout",
                                                      "stream_error",
                                                      "heartbeat_conflict",
                                                      "heartbeat_gone",
                                                      "heartbeat_unauthorized",
                                                      "heartbeat_failed",
                                                      "heartbeat_cancelled",
                                                      "started",
                                                      "finished",
                                                      "cancelled",
                                                      "skipped",
                                                      "running",
                                                      "disconnecting"};

/// Finds a name without comparing all: a hash table, filled by the compiler.
template<std::size_t N>
class NameIndex
{
public:
    explicit constexpr NameIndex(const std::array<std::string_view, N> &names)
        : m_names(names)
    {
        for (std::size_t i = 0; i < N; ++i) {
            if (names.at(i).empty())
                continue;
            std::size_t slot = firstSlot(names.at(i));
            while (m_slots.at(slot) != 0)
                slot = (slot + 1) % kSlots;
            m_slots.at(slot) = static_cast<quint8>(i);
        }
    }

    /// 0 when it is none of them.
    std::size_t find(std::string_view name) const
    {
        if (name.empty())
            return 0;
        for (std::size_t slot = firstSlot(name);; slot = (slot + 1) % kSlots) {
            const std::size_t index = m_slots[slot];
            if (index == 0 || m_names[index] == name)
                return index;
        }
    }

private:
    static constexpr std::size_t kSlots = 128;
    static_assert(N < kSlots / 2);

    static constexpr std::size_t firstSlot(std::string_view name)
    {
        const auto byte = [name](std::size_t i) { return static_cast<unsigned char>(name[i]); };
        return (name.size() * 7 + byte(0) * 31U + byte(name.size() / 2) * 5U +
                byte(name.size() - 1) * 11U) %
               kSlots;
    }

    std::array<std::string_view, N> m_names;
    std::array<quint8, kSlots> m_slots{};
};

constexpr NameIndex kKinds(kKindNames);
constexpr NameIndex kFields(kFieldNames);
constexpr NameIndex kWords(kWordNames);

using enum Field;
constexpr std::array kStatusFields{Status};
constexpr std::array kDeviceInfoFields{Result,     DeviceId,   DeviceName, ProjectId,
                                       HttpStatus, DurationMs, DelayMs,    Detail};
constexpr std::array kConnectAttemptFields{PreviousLeaseId, RemoteAccessSessionId, Url};
constexpr std::array kConnectPhaseFields{Phase,       DurationMs,  HttpStatus,
                                         HttpVersion, ContentType, Detail};
constexpr std::array kHelloFields{LeaseId, HeartbeatIntervalMs, AdvertisedHeartbeatIntervalMs,
                                  DeviceWaitForViewerMs, DurationMs};
constexpr std::array kConnectErrorFields{Field::Outcome, HttpStatus, ContentType, DurationMs,
                                         Detail};
constexpr std::array kKeepAliveFields{LeaseId, Text};
constexpr std::array kSseEventFields{Type, Size, Detail};
constexpr std::array kHeartbeatFields{LeaseId, Result, HttpStatus, DurationMs, Detail};
constexpr std::array kWakeFields{LeaseId, RemoteAccessSessionId, Url, TokenFingerprint};
constexpr std::array kOutcomeFields{Field::Outcome, LeaseId, DurationMs, Detail};
constexpr std::array kDecisionFields{Rule, Action, DelayMs, PreviousLeaseId, BackoffMs};
constexpr std::array kBackoffFields{Result, DelayMs, DurationMs};
constexpr std::array kRoomFields{Phase, RemoteAccessSessionId, Url, Detail};
constexpr std::array kNoteFields{Detail};

} // namespace

std::string_view name(EventKind kind)
{
    return kKindNames.at(static_cast<std::size_t>(kind));
}

std::string_view name(Field field)
{
    return kFieldNames.at(static_cast<std::size_t>(field));
}

std::string_view name(Word word)
{
    return kWordNames.at(static_cast<std::size_t>(word));
}

EventKind kindFromName(std::string_view name)
{
    return static_cast<EventKind>(kKinds.find(name));
}

Field fieldFromName(std::string_view name)
{
    return static_cast<Field>(kFields.find(name));
}

Word wordFromName(std::string_view name)
{
    const auto index = kWords.find(name);
    return index == 0 ? Word::Other : static_cast<Word>(index);
}

std::span<const Field> fieldsOf(EventKind kind)
{
    switch (kind) {
    case EventKind::Unknown:
        return {};
    case EventKind::Status:
        return kStatusFields;
    case EventKind::DeviceInfo:
        return kDeviceInfoFields;
    case EventKind::ConnectAttempt:
        return kConnectAttemptFields;
    case EventKind::ConnectPhase:
        return kConnectPhaseFields;
    case EventKind::Hello:
        return kHelloFields;
    case EventKind::ConnectError:
        return kConnectErrorFields;
    case EventKind::KeepAlive:
        return kKeepAliveFields;
    case EventKind::SseEvent:
        return kSseEventFields;
    case EventKind::Heartbeat:
        return kHeartbeatFields;
    case EventKind::Wake:
        return kWakeFields;
    case EventKind::Outcome:
        return kOutcomeFields;
    case EventKind::Decision:
        return kDecisionFields;
    case EventKind::Backoff:
        return kBackoffFields;
    case EventKind::Room:
        return kRoomFields;
    case EventKind::Note:
        return kNoteFields;
    }
    return {};
}

} // namespace watchline
