// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"
#include "core/timeline/whatiflane.h"
#include "ui/timeline/timelinetips.h"
#include "ui/timeline/timelineview_p.h"

#include <QCursor>
#include <QScrollBar>
#include <QTimer>

#include <chrono>
#include <cmath>

namespace watchline {

namespace {

constexpr double kKeyZoom = 1.5;
/// A long session is taken in by pieces, so that the window stays alive meanwhile: rows at once,
/// and how long it may go on before the window has its turn.
constexpr qsizetype kRowsAtOnce = 10'000;
constexpr std::chrono::milliseconds kTakeInFor{8};

} // namespace

TimelineView::TimelineView(QWidget *parent)
    : QWidget(parent)
    , d(std::make_unique<Private>(this))
{
    d->scrollBar = new QScrollBar(Qt::Vertical, this);
    d->scrollBar->hide();
    connect(d->scrollBar, &QScrollBar::valueChanged, this, [this] {
        d->hover.reset();
        update();
    });
    d->more = new QTimer(this);
    d->more->setSingleShot(true);
    connect(d->more, &QTimer::timeout, this, &TimelineView::refresh);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    grabGesture(Qt::PinchGesture);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(tr("Lanes of status, watches, decisions, backoffs, heartbeats, frames "
                                "and marks over time"));
}

TimelineView::~TimelineView() = default;

QSize TimelineView::sizeHint() const
{
    return {1000, 410};
}

QSize TimelineView::minimumSizeHint() const
{
    return {360, 180};
}

void TimelineView::setStore(const SessionStore *store, const TimelineView *other)
{
    d->more->stop();
    setWhatIf(nullptr);
    d->store = store;
    if (other && store && other->store() == store)
        d->index = other->d->index;
    else
        d->index = store ? std::make_shared<TimelineIndex>(*store) : nullptr;
    d->taken = 0;
    d->now.reset();
    d->playhead.reset();
    d->loop.reset();
    d->waiting.reset();
    d->hover.reset();
    d->row = -1;
    d->besides.clear();
    d->origin = {};
    d->fitting = true;
    d->folding = {};
    d->frameKey = {};
    d->overviewKey = {};
    d->viewport = {};
    if (d->selection)
        setSelectedRange(std::nullopt);
    setFollowing(false);
    refresh();
    d->updateScrollBar();
    update();
}

const SessionStore *TimelineView::store() const
{
    return d->store;
}

void TimelineView::Private::takeIn()
{
    const auto began = std::chrono::steady_clock::now();
    while (index->update(kRowsAtOnce)) {
        if (std::chrono::steady_clock::now() - began > kTakeInFor)
            break;
    }
}

void TimelineView::refresh()
{
    if (!d->index)
        return;
    d->takeIn();
    if (std::exchange(d->taken, d->index->size()) == d->index->size())
        return;
    if (d->index->size() < d->store->size())
        d->more->start(0);
    d->folding.count = std::max(1, d->index->sourceCount());
    d->folding.hasRooms = d->index->hasRooms();
    d->hover.reset();
    d->changeRange([this] {
        if (d->following)
            d->viewport.follow(d->content().end);
        else if (d->fitting && !d->now && !d->sharedReach)
            d->viewport.fit();
    });
    d->updateScrollBar();
    update();
    emit rowsTaken();
}

void TimelineView::setReach(std::optional<TimeRange> reach)
{
    if (std::exchange(d->sharedReach, reach) == reach)
        return;
    d->frameKey = {}; // it knows of no margins
    d->hover.reset();
    d->updateScrollBar();
    update();
}

void TimelineView::setRulerHidden(bool hidden)
{
    d->rulerHidden = hidden;
    d->frameKey = {};
    d->hover.reset();
    d->updateScrollBar();
    update();
}

TimeRange TimelineView::extent() const
{
    return d->content();
}

void TimelineView::setNow(std::optional<Nanoseconds> now)
{
    if (d->now == now)
        return;
    const auto before = std::exchange(d->now, now);
    if (!now || !before) {
        d->changeRange([this] {
            if (d->now && d->fitting)
                d->viewport.showBeginning();
        });
        update();
        return;
    }
    const auto range = d->viewport.range();
    const auto whole = d->overviewKey.whole;
    d->changeRange([this] {
        if (d->following)
            d->viewport.follow(*d->now);
    });
    if (d->viewport.range() == range)
        d->updateLive(before);
    const auto scene = d->scene();
    if (d->whole() != whole || std::chrono::floor<std::chrono::seconds>(*before) !=
                                   std::chrono::floor<std::chrono::seconds>(*now))
        update(scene.layout.overviewLabel.united(scene.layout.overview).toAlignedRect());
}

void TimelineView::setFollowing(bool following)
{
    if (d->following == following)
        return;
    d->following = following;
    if (following) {
        d->fitting = false;
        d->changeRange([this] {
            // A view of an instant, or of hours, follows badly.
            if (d->viewport.range().duration() > TimelineViewport::kLive &&
                d->content().duration() < TimelineViewport::kLive)
                d->viewport.showBeginning();
            d->viewport.follow(d->content().end);
        });
    }
    emit followingChanged(following);
}

bool TimelineView::isFollowing() const
{
    return d->following;
}

void TimelineView::setPlayhead(std::optional<Nanoseconds> t)
{
    if (d->playhead == t)
        return;
    const auto before = std::exchange(d->playhead, t);
    const auto scene = d->scene();
    for (const auto &at : {before, t}) {
        if (at) {
            const double half = 8 * scene.fonts.unit;
            update(QRectF(scene.x(*at) - half, 0, 2 * half, scene.layout.canvas.bottom())
                       .toAlignedRect());
        }
    }
    update(scene.layout.overview.adjusted(0, -6, 0, 6).toAlignedRect());
    if (d->following && t)
        d->changeRange([this] { d->viewport.follow(*d->playhead); });
}

void TimelineView::setLoop(std::optional<TimeRange> loop)
{
    if (std::exchange(d->loop, loop) != loop)
        update();
}

std::optional<Nanoseconds> TimelineView::playhead() const
{
    return d->playhead;
}

void TimelineView::setWaiting(std::optional<PlannedBackoff> waiting)
{
    if (d->waiting == waiting)
        return;
    d->waiting = waiting;
    update();
}

void TimelineView::setWhatIf(std::shared_ptr<const WhatIfLanes> lanes)
{
    if (d->whatIf == lanes)
        return;
    // What is outlined stays so as long as it is still that attempt.
    const auto begin = [selected = d->whatIfSelected](const WhatIfLanes *of) {
        const auto *lane = of ? of->lane(selected.first) : nullptr;
        const auto place = static_cast<std::size_t>(selected.second);
        return lane && selected.second >= 0 && place < lane->size() ? lane->attempts()[place].begin
                                                                    : kNoTime;
    };
    if (begin(d->whatIf.get()) != begin(lanes.get()))
        d->whatIfSelected = {-1, -1};
    d->whatIf = std::move(lanes);
    ++d->whatIfs;
    d->hover.reset();
    d->folding.hasWhatIf = d->whatIf != nullptr;
    d->updateScrollBar();
    update();
}

bool TimelineView::hasWhatIf() const
{
    return d->whatIf != nullptr;
}

void TimelineView::selectWhatIf(int source, qsizetype attempt)
{
    d->whatIfSelected = {source, attempt};
    const auto *lane = d->whatIf ? d->whatIf->lane(source) : nullptr;
    if (lane && attempt >= 0 && attempt < static_cast<qsizetype>(lane->size())) {
        setSourceFolded(source, false);
        const auto &span = lane->attempts()[static_cast<std::size_t>(attempt)];
        d->byHand([&] { d->viewport.reveal(Nanoseconds(span.begin)); });
        const auto scene = d->scene();
        d->scrollTo(scene.layout.findWhatIf(source));
    }
    update();
}

/// Brings a lane into sight.
void TimelineView::Private::scrollTo(const LaneBox *box)
{
    const auto canvas = layout().canvas;
    if (box && box->area.top() < canvas.top())
        scrollBar->setValue(scrollBar->value() - static_cast<int>(canvas.top() - box->area.top()));
    else if (box && box->area.bottom() > canvas.bottom())
        scrollBar->setValue(scrollBar->value() +
                            static_cast<int>(box->area.bottom() - canvas.bottom()));
}

TimeRange TimelineView::visibleRange() const
{
    return d->viewport.range();
}

void TimelineView::Private::announceRange(TimeRange before)
{
    if (viewport.range() == before)
        return;
    hover.reset();
    q->update();
    emit q->visibleRangeChanged(viewport.range());
}

void TimelineView::Private::stopFollowing()
{
    fitting = false;
    q->setFollowing(false);
}

void TimelineView::setVisibleRange(TimeRange range)
{
    d->byHand([&] { d->viewport.setRange(range); });
}

void TimelineView::fit()
{
    d->byHand([this] { d->viewport.fit(); });
    if (!d->now)
        d->fitting = true;
}

Nanoseconds TimelineView::Private::zoomAnchor() const
{
    const auto current = scene();
    const QPointF pointer = q->mapFromGlobal(QPointF(QCursor::pos()));
    if (q->underMouse() && current.layout.canvas.contains(pointer))
        return current.scale().toTime(pointer.x() - current.layout.canvas.left());
    const auto interest = timeOfInterest();
    if (interest && current.range.contains(*interest))
        return *interest;
    return current.range.begin + current.range.duration() / 2;
}

std::optional<Nanoseconds> TimelineView::Private::timeOfInterest() const
{
    if (store && row >= 0 && row < store->size())
        return store->time(row);
    if (selection)
        return selection->begin + selection->duration() / 2;
    return playhead ? playhead : now;
}

void TimelineView::zoomIn()
{
    d->byHand([this] { d->viewport.zoom(1 / kKeyZoom, d->zoomAnchor()); });
}

void TimelineView::zoomOut()
{
    d->byHand([this] { d->viewport.zoom(kKeyZoom, d->zoomAnchor()); });
}

void TimelineView::goHome()
{
    fit();
}

void TimelineView::goEnd()
{
    if (d->now) {
        setFollowing(true);
        return;
    }
    d->byHand([this] {
        const TimeRange range = d->viewport.range();
        const TimeRange fitted = d->viewport.fitted();
        d->viewport.setRange({fitted.end - range.duration(), fitted.end});
    });
}

void TimelineView::selectRow(qsizetype row, bool reveal)
{
    if (row < 0 || !d->store || row >= d->store->size())
        row = -1;
    if (d->row == row && !reveal)
        return;
    d->row = row;
    d->besides.clear();
    d->focusedBefore = false;
    if (row >= 0 && reveal) {
        d->byHand([&] { d->viewport.reveal(d->store->time(row)); });
        // Its lane too.
        const auto scene = d->scene();
        d->scrollTo(scene.layout.find(d->store->row(row).source, laneOf(d->store->kind(row))));
    }
    update();
}

void TimelineView::selectMore(std::vector<qsizetype> rows)
{
    const auto size = d->store ? d->store->size() : 0;
    std::erase_if(rows, [this, size](auto row) { return row < 0 || row >= size || row == d->row; });
    d->besides = std::move(rows);
    update();
}

const std::vector<qsizetype> &TimelineView::moreSelected() const
{
    return d->besides;
}

qsizetype TimelineView::selectedRow() const
{
    return d->row;
}

std::optional<TimeRange> TimelineView::selectedRange() const
{
    return d->selection;
}

void TimelineView::setSelectedRange(std::optional<TimeRange> range)
{
    if (d->selection == range)
        return;
    d->selection = range;
    d->focusedBefore = false;
    update();
    emit rangeSelected(range);
}

bool TimelineView::isSelecting() const
{
    return d->drag == Private::Drag::Select;
}

void TimelineView::focusSelection()
{
    const auto span = d->index ? d->index->spanOf(d->row) : std::nullopt;
    if (!d->selection && d->row < 0) {
        fit();
        return;
    }
    d->byHand([&] {
        TimeRange target;
        if (d->selection)
            target = *d->selection;
        else if (span)
            target = {Nanoseconds(span->begin), Nanoseconds(span->endOr(d->content().end.count()))};
        if (target.isEmpty()) {
            const Nanoseconds t = d->store->time(d->row);
            const Nanoseconds half = d->viewport.range().duration() / 2;
            d->viewport.setRange({t - half, t + half});
            return;
        }
        const Nanoseconds margin = target.duration() / 20;
        d->viewport.setRange({target.begin - margin, target.end + margin});
    });
}

void TimelineView::selectRangeOfSelection()
{
    if (const auto span = d->index ? d->index->spanOf(d->row) : std::nullopt)
        setSelectedRange(TimeRange{Nanoseconds(span->begin),
                                   Nanoseconds(span->endOr(d->content().end.count()))});
    else if (const auto note = d->index ? d->index->noteRangeOf(d->row) : std::nullopt)
        setSelectedRange(TimeRange{Nanoseconds(note->begin), Nanoseconds(note->end)});
}

void TimelineView::clearSelection()
{
    setSelectedRange(std::nullopt);
    selectRow(-1, false);
}

void TimelineView::setSourceFolded(int source, bool folded)
{
    if (source >= 0 && source < d->folding.count && d->folding.isFolded(source) != folded)
        d->toggleSource(source);
}

bool TimelineView::isSourceFolded(int source) const
{
    return d->folding.isFolded(source);
}

void TimelineView::setAllSourcesFolded(bool folded)
{
    d->folding.setAll(folded);
    d->hover.reset();
    d->updateScrollBar();
    update();
}

void TimelineView::Private::toggleSource(int source)
{
    // What is pressed stays under the hand.
    folding.toggle(source);
    hover.reset();
    updateScrollBar();
    q->update();
}

int TimelineView::Private::sourceOfInterest() const
{
    if (store && row >= 0 && row < store->size())
        return store->source(row);
    const auto current = layout();
    for (const auto &source : current.sources) {
        if (source.rect.bottom() > current.canvas.top())
            return source.source;
    }
    return 0;
}

void TimelineView::setWallClock(bool wallClock)
{
    if (std::exchange(d->wallClock, wallClock) != wallClock)
        update();
}

bool TimelineView::isWallClock() const
{
    return d->wallClock;
}

void TimelineView::setTimeOrigin(Nanoseconds t)
{
    if (d->origin == t)
        return;
    d->origin = t;
    update();
    emit timeOriginChanged(t);
}

Nanoseconds TimelineView::timeOrigin() const
{
    return d->origin;
}

qsizetype TimelineView::neighbour(qsizetype row, Step step) const
{
    if (!d->index)
        return -1;
    switch (step) {
    case Step::NextInLane:
        return d->index->neighbourInLane(row, 1);
    case Step::PreviousInLane:
        return d->index->neighbourInLane(row, -1);
    case Step::NextInAttempt:
        return d->index->neighbourInAttempt(row, 1);
    case Step::PreviousInAttempt:
        return d->index->neighbourInAttempt(row, -1);
    }
    return -1;
}

qsizetype TimelineView::indexedRows() const
{
    return d->index ? d->index->size() : 0;
}

int TimelineView::eventLayerRebuilds() const
{
    return d->rebuilds;
}

QString TimelineView::tipAt(QPointF position) const
{
    const auto scene = d->scene();
    const auto hit = hitAt(scene, position);
    if (hit)
        return tipText(scene, *hit);
    return scene.index ? surroundingsTip(scene, position, d->playhead.has_value()) : QString();
}

QRectF TimelineView::canvasRect() const
{
    return d->layout().canvas;
}

QRectF TimelineView::overviewRect() const
{
    return d->layout().overview;
}

} // namespace watchline
