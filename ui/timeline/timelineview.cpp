// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelineview.h"

#include "core/session/sessionstore.h"
#include "ui/theme.h"

#include <QPainter>

namespace watchline {

struct TimelineView::Private
{
    const SessionStore *store = nullptr;
    std::optional<Nanoseconds> now, playhead;
    std::optional<PlannedBackoff> waiting;
    std::optional<TimeRange> selection;
    TimeRange range{Nanoseconds(0), std::chrono::minutes(2)};
    Nanoseconds origin{};
    qsizetype row = -1;
    bool following = false, wallClock = true;
};

TimelineView::TimelineView(QWidget *parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{}

TimelineView::~TimelineView() = default;

void TimelineView::setStore(const SessionStore *store)
{
    d->store = store;
    update();
}
const SessionStore *TimelineView::store() const
{
    return d->store;
}
void TimelineView::refresh()
{
    update();
}
void TimelineView::setNow(std::optional<Nanoseconds> now)
{
    d->now = now;
}
void TimelineView::setFollowing(bool following)
{
    if (std::exchange(d->following, following) != following)
        emit followingChanged(following);
}
bool TimelineView::isFollowing() const
{
    return d->following;
}
void TimelineView::setPlayhead(std::optional<Nanoseconds> t)
{
    d->playhead = t;
}
std::optional<Nanoseconds> TimelineView::playhead() const
{
    return d->playhead;
}
void TimelineView::setWaiting(std::optional<PlannedBackoff> waiting)
{
    d->waiting = waiting;
}
TimeRange TimelineView::visibleRange() const
{
    return d->range;
}
void TimelineView::setVisibleRange(TimeRange range)
{
    if (std::exchange(d->range, range) != range)
        emit visibleRangeChanged(range);
}
void TimelineView::fit() {}
void TimelineView::zoomIn() {}
void TimelineView::zoomOut() {}
void TimelineView::goHome() {}
void TimelineView::goEnd() {}
void TimelineView::selectRow(qsizetype row, bool)
{
    d->row = row;
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
    d->selection = range;
}
void TimelineView::focusSelection() {}
void TimelineView::selectRangeOfSelection() {}
void TimelineView::clearSelection()
{
    d->selection.reset();
}
void TimelineView::setWallClock(bool wallClock)
{
    d->wallClock = wallClock;
}
bool TimelineView::isWallClock() const
{
    return d->wallClock;
}
void TimelineView::setTimeOrigin(Nanoseconds t)
{
    d->origin = t;
}
Nanoseconds TimelineView::timeOrigin() const
{
    return d->origin;
}
qsizetype TimelineView::neighbour(qsizetype, Step) const
{
    return -1;
}
int TimelineView::eventLayerRebuilds() const
{
    return 0;
}
QString TimelineView::tipAt(QPointF) const
{
    return {};
}
QRectF TimelineView::canvasRect() const
{
    return rect();
}
QRectF TimelineView::overviewRect() const
{
    return {};
}
QSize TimelineView::sizeHint() const
{
    return {900, 396};
}
QSize TimelineView::minimumSizeHint() const
{
    return {360, 160};
}
bool TimelineView::event(QEvent *event)
{
    return QWidget::event(event);
}
void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Theme::of(palette()).pane);
}
void TimelineView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
}
void TimelineView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
}
void TimelineView::mousePressEvent(QMouseEvent *event)
{
    QWidget::mousePressEvent(event);
}
void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    QWidget::mouseMoveEvent(event);
}
void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    QWidget::mouseReleaseEvent(event);
}
void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    QWidget::mouseDoubleClickEvent(event);
}
void TimelineView::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
}
void TimelineView::wheelEvent(QWheelEvent *event)
{
    QWidget::wheelEvent(event);
}
void TimelineView::keyPressEvent(QKeyEvent *event)
{
    QWidget::keyPressEvent(event);
}
void TimelineView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
}
void TimelineView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
}

} // namespace watchline
