// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/timeline/timelinehit.h"
#include "ui/timeline/timelineview.h"

#include <QFont>
#include <QPixmap>

class QPainter;
class QScrollBar;
class QTimer;

namespace watchline {

/// How far beside an edge or the playhead the hand may take hold of it.
inline constexpr double kEdgeReach = 5;

/// The view's inside. Its parts: timelineview.cpp what it shows, timelineviewpaint.cpp how it is
/// drawn, timelineviewhands.cpp what the hands do.
struct TimelineView::Private
{
    enum class Drag {
        None,
        Press,
        Select,
        Pan,
        Playhead,
        OverviewMove,
        OverviewBegin,
        OverviewEnd
    };

    /// All that the kept picture of canvas, ruler and labels depends on.
    struct FrameKey
    {
        qsizetype rows = -1;
        TimeRange range;
        QSize size;
        double dpr = 0;
        bool dark = false;
        QRgb window = 0;
        double scroll = 0;
        bool wallClock = true;
        bool live = false;
        Nanoseconds origin{};
        QFont font;
        std::set<int> toggled;
        int whatIf = 0;
        bool operator==(const FrameKey &) const = default;
    };
    struct OverviewKey
    {
        qsizetype rows = -1;
        TimeRange whole;
        Nanoseconds sessionEnd{};
        QSize size;
        double dpr = 0;
        bool dark = false;
        QFont font;
        bool operator==(const OverviewKey &) const = default;
    };

    explicit Private(TimelineView *view)
        : q(view)
    {}

    TimelineView *q;
    const SessionStore *store = nullptr;
    std::shared_ptr<TimelineIndex> index; // perhaps another view's, too
    qsizetype taken = 0;                  // its rows, when this view last looked
    TimelineViewport viewport;
    std::optional<Nanoseconds> now;
    std::optional<Nanoseconds> playhead;
    std::optional<TimeRange> loop;
    std::optional<PlannedBackoff> waiting;
    std::optional<TimeRange> selection;
    std::optional<TimeRange> sharedReach;
    bool rulerHidden = false;
    std::shared_ptr<const WhatIfLanes> whatIf;
    int whatIfs = 0; // how often there was another
    std::pair<int, qsizetype> whatIfSelected{-1, -1};
    Nanoseconds origin{};
    qsizetype row = -1;
    std::vector<qsizetype> besides; // selected with it
    bool following = false;
    bool wallClock = true;
    bool fitting = true;        // until the user moves, what arrives stays in sight
    bool focusedBefore = false; // F was pressed: the next one shows all
    SourceFolding folding;
    QScrollBar *scrollBar = nullptr;
    QTimer *more = nullptr; // takes in the rest of a long session

    QPixmap frame;
    FrameKey frameKey;
    int rebuilds = 0;
    QPixmap overview;
    OverviewKey overviewKey;

    Drag drag = Drag::None;
    QPointF pressed;
    Nanoseconds anchor{}; // the end of a selection that stays; where a drag began
    TimeRange rangeAtPress;
    std::optional<TimelineHit> hover;
    mutable std::optional<TimelineFonts> keptFonts;
    mutable QFont keptFor;

    // What is drawn.
    const TimelineFonts &fonts() const;
    TimelineLayout layout() const;
    TimelineScene scene() const;
    TimeRange content() const;
    TimeRange reachable() const; // content(), and what it is beside
    TimeRange whole() const;
    void renderFrame(const TimelineScene &scene);
    void renderOverview(const TimelineScene &scene);
    void paintOverlay(QPainter &painter, const TimelineScene &scene) const;
    void paintSelection(QPainter &painter, const TimelineScene &scene) const;
    void paintLoop(QPainter &painter, const TimelineScene &scene) const;
    void paintCursor(QPainter &painter, const TimelineScene &scene) const;
    void paintEmpty(QPainter &painter, const TimelineScene &scene) const;
    void updateScrollBar() const;
    /// Of the store, for a few milliseconds.
    void takeIn();
    void updateLive(std::optional<Nanoseconds> before);

    // What the hands do.
    /// Changes what is in sight, and tells.
    template<typename Change>
    void changeRange(Change change);
    /// The same by the user's hand: it ends following, if it changes anything.
    template<typename Change>
    void byHand(Change change);
    void announceRange(TimeRange before);
    void stopFollowing();
    void setHover(std::optional<TimelineHit> hit);
    void dragTo(QPointF position);
    void extendSelection(double share);
    void dragOverview(const TimelineScene &scene, double x);
    void updateCursor(QPointF position);
    void scrollTo(const LaneBox *box);
    std::optional<Nanoseconds> selectionEdgeAt(const TimelineScene &scene, double x) const;
    bool isAtPlayhead(const TimelineScene &scene, QPointF position) const;
    void activate(qsizetype activated);
    void toggleSource(int source);
    /// That of the selected event, else the first in sight.
    int sourceOfInterest() const;
    void step(Step step);
    Nanoseconds zoomAnchor() const;
    std::optional<Nanoseconds> timeOfInterest() const;
};

template<typename Change>
void TimelineView::Private::changeRange(Change change)
{
    const TimeRange before = viewport.range();
    viewport.setContent(reachable());
    change();
    announceRange(before);
}

template<typename Change>
void TimelineView::Private::byHand(Change change)
{
    const TimeRange before = viewport.range();
    changeRange(change);
    if (viewport.range() != before)
        stopFollowing();
}

} // namespace watchline
