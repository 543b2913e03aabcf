// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timelineviewport.h"
#include "ui/theme.h"
#include "ui/timeline/timelinelayout.h"

class QPainter;

namespace watchline {

struct WhatIfLanes;

/// All that a timeline's picture depends on; the same for the window and for exported pictures.
/// Values but for the pointers, which have to outlive the painting.
struct TimelineScene
{
    explicit TimelineScene(const TimelineFonts &f)
        : fonts(f)
    {}

    const SessionStore *store = nullptr;
    const TimelineIndex *index = nullptr;
    const WhatIfLanes *whatIf = nullptr; ///< For the lanes that the layout has for it.
    Theme theme;
    TimelineFonts fonts;
    TimelineLayout layout;
    TimeRange range;
    TimeRange session;     ///< First to last event, or to now: what lies outside is not known.
    Nanoseconds openEnd{}; ///< Where spans that still run are drawn to.
    std::optional<Nanoseconds> plannedEnd; ///< Of the wait that runs, from its real timer.
    Nanoseconds timeOrigin{};
    bool wallClock = true;
    bool live = false;           ///< Then the end of the session is not drawn: it moves.
    double devicePixelRatio = 1; ///< Edges are put on whole device pixels.

    TimeScale scale() const { return {range, layout.canvas.width()}; }
    /// Of a time, in the pixels of the whole timeline.
    double x(Nanoseconds t) const { return layout.canvas.left() + scale().toPixel(t); }
    double snapped(double x) const { return std::round(x * devicePixelRatio) / devicePixelRatio; }
};

/// Which spans are drawn: those that are over lie in a layer that is kept.
enum class Spans { Closed, Open, All };

// Each paints one part, clipped by geometry, not by the painter, so that every paint engine shows
// the same.

/// Background, the time outside of the session, grid, lines between lanes.
void paintBack(QPainter &painter, const TimelineScene &scene);
void paintRuler(QPainter &painter, const TimelineScene &scene);
void paintLabels(QPainter &painter, const TimelineScene &scene);
/// All lanes.
void paintEvents(QPainter &painter, const TimelineScene &scene, Spans spans);
/// The strip with all of `whole`; `window` is marked in it unless it is empty.
void paintOverview(QPainter &painter, const TimelineScene &scene, TimeRange whole);
void paintOverviewWindow(QPainter &painter, const TimelineScene &scene, TimeRange whole,
                         TimeRange window);

/// Where a span's box lies in its lane, for painting, hovering and selecting alike.
QRectF spanBox(const TimelineScene &scene, const LaneBox &lane);
/// The largest round trip that the heartbeat lane shows in full, in tenths of a millisecond.
int heartbeatAxis(const TimelineScene &scene, int source);
/// Where the brackets of notes stand that are about a stretch of time.
double noteBracketBottom(const LaneBox &lane, double unit);

/// The pixels that a cell of folded marks, and of folded spans, is wide.
inline constexpr double kMarkCell = 3;
inline constexpr double kSpanCell = 2;

/// What a wait's label says: planned delay, why, and how it went when that was not as planned.
QString waitText(const Span &wait);

} // namespace watchline
