// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/idle.h"

#include "core/session/sessionstore.h"

namespace watchline {

namespace {

/// Notes stand where they were added, at any time: so many are passed over.
constexpr qsizetype kMostNotes = 64;

} // namespace

std::optional<TimeRange> stretchAt(const SessionStore &store, Nanoseconds t)
{
    const qsizetype size = store.size();
    qsizetype next = store.lowerBound(t + Nanoseconds(1));
    qsizetype before = next - 1;
    for (qsizetype i = 0; i < kMostNotes && before >= 0 && store.time(before) > t; ++i)
        --before;
    for (qsizetype i = 0; i < kMostNotes && next < size && store.time(next) <= t; ++i)
        ++next;
    if (before < 0 || next >= size || store.time(before) > t || store.time(next) <= t)
        return std::nullopt;
    return TimeRange{store.time(before), store.time(next)};
}

std::optional<TimeRange> idlePart(TimeRange stretch)
{
    if (stretch.duration() <= kLongestIdle)
        return std::nullopt;
    return TimeRange{stretch.begin + kIdleEdge, stretch.end - kIdleEdge};
}

} // namespace watchline
