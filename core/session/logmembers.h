// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"
#include "core/session/eventview.h"

/// What events have beside their kind's members when they were made from a gateway's log. A reader
/// that does not know them loses nothing but the way back to the log.
namespace watchline {

/// The line that says it, as it stood, at most kLongestLogLine bytes of it; and its number.
inline constexpr std::string_view kLineMember = "line";
inline constexpr std::string_view kLineNumberMember = "line_number";
/// Of an inferred event: the number of the line that it follows from.
inline constexpr std::string_view kFollowsLineMember = "follows_line";
/// Of a `note` that the import made: the code of the finding that it is evidence for.
inline constexpr std::string_view kFindingMember = "finding";

inline constexpr qsizetype kLongestLogLine = 16 * 1024;

inline void setMember(Event &event, std::string_view name, Value value)
{
    event.members.push_back({Field::Unknown,
                             QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())),
                             std::move(value)});
}

/// nullptr when the event has no such member.
inline const Value *member(const Event &event, std::string_view name)
{
    const QLatin1StringView wanted(name.data(), static_cast<qsizetype>(name.size()));
    for (const auto &own : event.members) {
        if (own.field == Field::Unknown && own.name == wanted)
            return &own.value;
    }
    return nullptr;
}

/// It was made from a log, or follows from one.
inline bool isFromLog(const Event &event)
{
    return member(event, kLineNumberMember) || member(event, kFollowsLineMember);
}

} // namespace watchline
