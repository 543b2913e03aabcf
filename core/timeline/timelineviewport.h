// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

namespace watchline {

/// Which stretch of a session is in sight. Pure arithmetic: whoever changes it looks whether
/// range() is another one afterwards. Zooming and panning never lose the session out of sight.
class TimelineViewport
{
public:
    static constexpr Nanoseconds kShortest{200};
    /// What a live view shows at first, and the least that it can be zoomed out to.
    static constexpr Nanoseconds kLive{std::chrono::seconds(90)};

    TimeRange range() const { return m_range; }
    /// First to last event, or to now.
    TimeRange content() const { return m_content; }
    /// Does not move the range.
    void setContent(TimeRange content) { m_content = content; }

    /// As near to `range` as the limits allow; keeps its middle when it is too short or too long.
    void setRange(TimeRange range);
    /// All of the content with a little room at both ends.
    void fit() { m_range = fitted(); }
    TimeRange fitted() const;
    /// `factor` above 1 shows more time. `anchor` stays where it is.
    void zoom(double factor, Nanoseconds anchor);
    /// Later times for a positive share of the range.
    void panBy(double share);
    /// Brings `t` into sight, to the middle when it was not.
    void reveal(Nanoseconds t);
    /// Keeps `now` in sight, near the right edge: moves in steps, so that a picture can be kept
    /// meanwhile. The range keeps its duration.
    void follow(Nanoseconds now);
    /// The beginning of the content, for a live session that has just begun.
    void showBeginning(Nanoseconds duration = kLive);

private:
    Nanoseconds longest() const;
    TimeRange placed(Nanoseconds begin, Nanoseconds duration) const;

    TimeRange m_range{Nanoseconds(0), std::chrono::seconds(10)};
    TimeRange m_content;
};

} // namespace watchline
