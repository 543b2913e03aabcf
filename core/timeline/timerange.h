// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <algorithm>
#include <cmath>

namespace watchline {

/// A stretch of a session's time, [begin, end). Times are monotonic, since the session's start.
struct TimeRange
{
    Nanoseconds begin{};
    Nanoseconds end{};

    Nanoseconds duration() const { return end - begin; }
    bool isEmpty() const { return end <= begin; }
    bool contains(Nanoseconds t) const { return t >= begin && t < end; }
    bool operator==(const TimeRange &) const = default;
};

/// A range from two times in either order.
inline TimeRange ordered(Nanoseconds a, Nanoseconds b)
{
    return {std::min(a, b), std::max(a, b)};
}

/// What two ranges have in common; empty, at one of their ends, when that is nothing.
inline TimeRange operator&(const TimeRange &a, const TimeRange &b)
{
    const Nanoseconds begin = std::max(a.begin, b.begin);
    return {begin, std::max(begin, std::min(a.end, b.end))};
}

/// Maps times to pixels and back: `range` lies over [0, width]. Does not clamp: what is outside of
/// the range is outside of the pixels. An empty range or width maps everything to its beginning.
struct TimeScale
{
    TimeRange range;
    double width = 0;

    double toPixel(Nanoseconds t) const
    {
        if (range.isEmpty())
            return 0;
        return static_cast<double>((t - range.begin).count()) * width /
               static_cast<double>(range.duration().count());
    }

    Nanoseconds toTime(double x) const
    {
        if (width <= 0)
            return range.begin;
        const double share = x / width;
        return range.begin +
               Nanoseconds(std::llround(share * static_cast<double>(range.duration().count())));
    }

    /// How much time a pixel covers; at least a nanosecond.
    Nanoseconds perPixel() const
    {
        if (width <= 0)
            return std::max(range.duration(), Nanoseconds(1));
        return Nanoseconds(
            std::max(1LL, std::llround(static_cast<double>(range.duration().count()) / width)));
    }
};

} // namespace watchline
