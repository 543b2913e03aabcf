// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/timeline/timelinepainter.h"

namespace watchline {

/// What lies under a place of the timeline: a mark, a span, or as many as are drawn there as one.
struct TimelineHit
{
    int source = 0;
    Lane lane = Lane::Status;
    qsizetype row = -1; ///< The event that a click selects; of several the worst.
    std::size_t first = 0;
    std::size_t count = 1;
    bool isSpan = false;
    bool isLink = false; ///< The arrow to that attempt.
    /// Of what would have been: `first` is the attempt in its lane, `row` the event whose answer is
    /// assumed; without isSpan it is the wait after that attempt.
    bool isWhatIf = false;
    QRectF outline;
    TimeRange time;

    bool operator==(const TimelineHit &) const = default;
};

/// Finds what is drawn at or right beside a place.
std::optional<TimelineHit> hitAt(const TimelineScene &scene, QPointF position);
/// Where a row is drawn; nothing when its lane or its time is out of sight.
std::optional<QRectF> outlineOfRow(const TimelineScene &scene, qsizetype row);
/// What a tooltip says: lines of plain text.
QString tipText(const TimelineScene &scene, const TimelineHit &hit);

} // namespace watchline
