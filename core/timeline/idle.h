// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <optional>

namespace watchline {

class SessionStore;

/// A longer time without events is idle...
inline constexpr Nanoseconds kLongestIdle = std::chrono::seconds(2);
/// ...but for this much after the event before it, and before the event after it.
inline constexpr Nanoseconds kIdleEdge = std::chrono::seconds(1);

/// The time from the last event at or before `t` to the first after it, of whatever source. Nothing
/// where one of them is missing, and where times go backwards so that neither can be told.
std::optional<TimeRange> stretchAt(const SessionStore &store, Nanoseconds t);
/// What may be skipped of a time between two events.
std::optional<TimeRange> idlePart(TimeRange stretch);

} // namespace watchline
