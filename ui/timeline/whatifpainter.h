// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/timeline/timelinehit.h"

/// The lane of what would have been: attempts, their watches and the waits between them, in the
/// colours and shapes of the recorded ones, but in outline, for none of it happened.
namespace watchline {

void paintWhatIf(QPainter &painter, const TimelineScene &scene, const LaneBox &box);
/// An attempt or a wait at or right beside a place; TimelineHit::first is the attempt.
std::optional<TimelineHit> whatIfHitAt(const TimelineScene &scene, const LaneBox &box,
                                       QPointF position);
/// Where an attempt is drawn; nothing when it is out of sight.
std::optional<QRectF> whatIfOutline(const TimelineScene &scene, int source, std::size_t attempt);
/// What a tooltip says of it, without its times.
QStringList whatIfLines(const TimelineScene &scene, const TimelineHit &hit);

} // namespace watchline
