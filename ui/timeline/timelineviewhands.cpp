// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"
#include "ui/timeline/timelineview_p.h"

#include <QGestureEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QNativeGestureEvent>
#include <QPinchGesture>
#include <QScrollBar>
#include <QToolTip>

#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr double kWheelZoom = 1.2;
constexpr double kKeyPan = 0.1;
constexpr double kKeySelect = 0.02;
constexpr double kWheelPan = 0.1;
constexpr int kDragDistance = 4;

} // namespace

bool TimelineView::event(QEvent *event)
{
    switch (event->type()) {
    case QEvent::ToolTip: {
        const auto *help = static_cast<QHelpEvent *>(event);
        const auto tip = tipAt(help->pos());
        if (tip.isEmpty()) {
            QToolTip::hideText();
            event->ignore();
            return true;
        }
        // What looks like markup in it was sent by somebody: it is shown, not obeyed.
        const QString shown =
            u"<qt>"_s + tip.toHtmlEscaped().replace(u'\n', u"<br>"_s) + u"</qt>"_s;
        const auto area =
            d->hover ? d->hover->outline.toAlignedRect() : QRect(help->pos(), QSize(2, 2));
        QToolTip::showText(help->globalPos(), shown, this, area.adjusted(-3, -3, 3, 3));
        return true;
    }
    case QEvent::NativeGesture: {
        const auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() != Qt::ZoomNativeGesture)
            break;
        const auto scene = d->scene();
        const Nanoseconds anchor =
            scene.scale().toTime(gesture->position().x() - scene.layout.canvas.left());
        d->byHand([&] { d->viewport.zoom(1 / std::max(0.1, 1 + gesture->value()), anchor); });
        return true;
    }
    case QEvent::Gesture: {
        auto *gestures = static_cast<QGestureEvent *>(event);
        if (const auto *pinch = static_cast<QPinchGesture *>(gestures->gesture(Qt::PinchGesture))) {
            const auto scene = d->scene();
            const double x = mapFromGlobal(pinch->hotSpot()).x() - scene.layout.canvas.left();
            if (pinch->scaleFactor() > 0)
                d->byHand(
                    [&] { d->viewport.zoom(1 / pinch->scaleFactor(), scene.scale().toTime(x)); });
            gestures->accept();
            return true;
        }
        break;
    }
    case QEvent::ShortcutOverride: {
        // Keys that mean something here are not the window's while the timeline has the focus.
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool plain = (key->modifiers() & ~Qt::ShiftModifier) == Qt::NoModifier;
        if (plain && (key->key() == Qt::Key_Home || key->key() == Qt::Key_End ||
                      (key->key() == Qt::Key_Escape && d->selection))) {
            event->accept();
            return true;
        }
        break;
    }
    default:
        break;
    }
    return QWidget::event(event);
}

std::optional<Nanoseconds> TimelineView::Private::selectionEdgeAt(const TimelineScene &scene,
                                                                  double x) const
{
    if (!selection)
        return std::nullopt;
    const double reach = kEdgeReach * scene.fonts.unit;
    const double toBegin = std::abs(scene.x(selection->begin) - x);
    const double toEnd = std::abs(scene.x(selection->end) - x);
    if (std::min(toBegin, toEnd) > reach)
        return std::nullopt;
    return toBegin < toEnd ? selection->begin : selection->end;
}

bool TimelineView::Private::isAtPlayhead(const TimelineScene &scene, QPointF position) const
{
    if (!playhead || position.y() > scene.layout.canvas.bottom())
        return false;
    return std::abs(scene.x(*playhead) - position.x()) <= kEdgeReach * scene.fonts.unit;
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    const auto scene = d->scene();
    const auto position = event->position();
    const bool left = event->button() == Qt::LeftButton;
    d->pressed = position;
    d->rangeAtPress = d->viewport.range();
    d->anchor = scene.scale().toTime(position.x() - scene.layout.canvas.left());
    const auto &strip = scene.layout.overview;
    const bool inTime =
        position.x() >= scene.layout.canvas.left() && position.x() <= scene.layout.canvas.right();
    if (left && inTime && position.y() >= strip.top() - 6 && position.y() <= strip.bottom() + 6) {
        const TimeScale overview{d->whole(), strip.width()};
        const double begin = strip.left() + overview.toPixel(d->viewport.range().begin);
        const double end = strip.left() + overview.toPixel(d->viewport.range().end);
        const double reach = kEdgeReach * scene.fonts.unit;
        if (end - begin > 3 * reach && std::abs(position.x() - begin) <= reach)
            d->drag = Private::Drag::OverviewBegin;
        else if (end - begin > 3 * reach && std::abs(position.x() - end) <= reach)
            d->drag = Private::Drag::OverviewEnd;
        else
            d->drag = Private::Drag::OverviewMove;
        if (d->drag == Private::Drag::OverviewMove &&
            (position.x() < begin || position.x() > end)) {
            // A click beside the window brings it there.
            const Nanoseconds middle = overview.toTime(position.x() - strip.left());
            const Nanoseconds half = d->viewport.range().duration() / 2;
            d->byHand([&] { d->viewport.setRange({middle - half, middle + half}); });
            d->rangeAtPress = d->viewport.range();
        }
    } else if (const auto *source = scene.layout.sourceAt(position);
               left && source && (!inTime || !source->isFolded)) {
        d->drag = Private::Drag::None;
        d->toggleSource(source->source);
    } else if (!inTime || position.y() > scene.layout.canvas.bottom()) {
        d->drag = Private::Drag::None;
    } else if (event->button() == Qt::MiddleButton ||
               (left && event->modifiers().testFlag(Qt::ShiftModifier))) {
        d->drag = Private::Drag::Pan;
    } else if (left && (d->isAtPlayhead(scene, position) ||
                        (d->playhead && scene.layout.ruler.contains(position)))) {
        d->drag = Private::Drag::Playhead;
        d->dragTo(position);
    } else if (left) {
        d->drag = Private::Drag::Press;
        if (const auto edge = d->selectionEdgeAt(scene, position.x())) {
            d->drag = Private::Drag::Select;
            d->anchor = *edge == d->selection->begin ? d->selection->end : d->selection->begin;
        }
    }
    d->updateCursor(position);
    event->accept();
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    if (d->drag != Private::Drag::None) {
        d->dragTo(event->position());
        return;
    }
    d->setHover(hitAt(d->scene(), event->position()));
    d->updateCursor(event->position());
}

void TimelineView::Private::dragTo(QPointF position)
{
    const auto current = scene();
    const auto &canvas = current.layout.canvas;
    const Nanoseconds t = current.scale().toTime(
        std::clamp(position.x(), canvas.left(), canvas.right()) - canvas.left());
    switch (drag) {
    case Drag::Press:
        if (std::abs(position.x() - pressed.x()) < kDragDistance)
            return;
        drag = Drag::Select;
        [[fallthrough]];
    case Drag::Select:
        q->setSelectedRange(ordered(anchor, t));
        return;
    case Drag::Pan: {
        const TimeScale scale{rangeAtPress, canvas.width()};
        const Nanoseconds moved = scale.toTime(pressed.x() - position.x()) - rangeAtPress.begin;
        byHand([&] { viewport.setRange({rangeAtPress.begin + moved, rangeAtPress.end + moved}); });
        return;
    }
    case Drag::Playhead: {
        const TimeRange known = content();
        const Nanoseconds to = std::clamp(t, known.begin, known.end);
        q->setPlayhead(to);
        emit q->playheadMoved(to);
        return;
    }
    case Drag::OverviewMove:
    case Drag::OverviewBegin:
    case Drag::OverviewEnd:
        dragOverview(current, position.x());
        return;
    case Drag::None:
        return;
    }
}

void TimelineView::Private::dragOverview(const TimelineScene &scene, double x)
{
    const TimeScale scale{whole(), scene.layout.overview.width()};
    const double limited =
        std::clamp(x, scene.layout.overview.left(), scene.layout.overview.right());
    const Nanoseconds moved = scale.toTime(limited - scene.layout.overview.left()) -
                              scale.toTime(pressed.x() - scene.layout.overview.left());
    TimeRange range = rangeAtPress;
    if (drag != Drag::OverviewEnd)
        range.begin += moved;
    if (drag != Drag::OverviewBegin)
        range.end += moved;
    // An edge that is dragged past the other stops there.
    const Nanoseconds least = TimelineViewport::kShortest;
    if (drag == Drag::OverviewBegin)
        range.begin = std::min(range.begin, range.end - least);
    else
        range.end = std::max(range.end, range.begin + least);
    byHand([&] { viewport.setRange(range); });
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    const auto drag = std::exchange(d->drag, Private::Drag::None);
    if (drag == Private::Drag::Press) {
        const auto hit = hitAt(d->scene(), event->position());
        if (hit)
            d->activate(hit->row);
        if (hit && hit->isWhatIf)
            emit whatIfActivated(hit->source, static_cast<qsizetype>(hit->first));
    } else if (drag == Private::Drag::Select) {
        emit rangeSelected(d->selection);
    }
    d->updateCursor(event->position());
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto hit = hitAt(d->scene(), event->position());
    if (event->button() != Qt::LeftButton || !hit || hit->time.isEmpty())
        return;
    const Nanoseconds margin = hit->time.duration() / 20;
    d->byHand([&] { d->viewport.setRange({hit->time.begin - margin, hit->time.end + margin}); });
}

void TimelineView::leaveEvent(QEvent *event)
{
    d->setHover(std::nullopt);
    QWidget::leaveEvent(event);
}

void TimelineView::Private::setHover(std::optional<TimelineHit> hit)
{
    if (hover == hit)
        return;
    for (const auto &changed : {hover, hit}) {
        if (changed)
            q->update(changed->outline.adjusted(-4, -4, 4, 4).toAlignedRect());
    }
    hover = std::move(hit);
}

void TimelineView::Private::updateCursor(QPointF position)
{
    const auto current = scene();
    Qt::CursorShape shape = Qt::ArrowCursor;
    const auto &strip = current.layout.overview;
    if (drag == Drag::Pan || drag == Drag::OverviewMove) {
        shape = Qt::ClosedHandCursor;
    } else if (current.layout.canvas.contains(position) ||
               current.layout.ruler.contains(position)) {
        if (isAtPlayhead(current, position) || selectionEdgeAt(current, position.x()))
            shape = Qt::SizeHorCursor;
    } else if (strip.contains(position)) {
        const TimeScale scale{whole(), strip.width()};
        const double begin = strip.left() + scale.toPixel(viewport.range().begin);
        const double end = strip.left() + scale.toPixel(viewport.range().end);
        const double reach = kEdgeReach * current.fonts.unit;
        if (std::min(std::abs(position.x() - begin), std::abs(position.x() - end)) <= reach)
            shape = Qt::SizeHorCursor;
        else if (position.x() > begin && position.x() < end)
            shape = Qt::OpenHandCursor;
    }
    if (q->cursor().shape() != shape)
        q->setCursor(shape);
}

void TimelineView::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    const int delta = angle.y() != 0 ? angle.y() : angle.x();
    const double steps = delta / 120.0;
    const auto scene = d->scene();
    event->accept();
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        const auto &canvas = scene.layout.canvas;
        const double x = std::clamp(event->position().x(), canvas.left(), canvas.right());
        d->byHand([&] {
            d->viewport.zoom(std::pow(kWheelZoom, -steps), scene.scale().toTime(x - canvas.left()));
        });
    } else if (event->modifiers().testFlag(Qt::ShiftModifier) ||
               std::abs(angle.x()) > std::abs(angle.y())) {
        d->byHand([&] { d->viewport.panBy(-steps * kWheelPan); });
    } else {
        const int pixels = static_cast<int>(std::lround(steps * 3 * d->scrollBar->singleStep()));
        d->scrollBar->setValue(d->scrollBar->value() - pixels);
    }
}

void TimelineView::Private::activate(qsizetype activated)
{
    if (activated < 0)
        return;
    q->selectRow(activated, false);
    emit q->rowActivated(activated);
}

void TimelineView::Private::step(Step step)
{
    if (!store || store->isEmpty())
        return;
    qsizetype next = -1;
    if (row < 0) // from where one looks
        next = std::min(store->lowerBound(viewport.range().begin), store->size() - 1);
    else
        next = q->neighbour(row, step);
    if (next < 0)
        return;
    q->selectRow(next, true);
    emit q->rowActivated(next);
}

/// By a share of what is in sight; a new one begins at the selected event, or in the middle.
void TimelineView::Private::extendSelection(double share)
{
    if (!store || store->isEmpty())
        return;
    if (!selection)
        anchor = timeOfInterest().value_or(zoomAnchor());
    else if (anchor != selection->begin && anchor != selection->end)
        anchor = share < 0 ? selection->end : selection->begin;
    const Nanoseconds edge = !selection                   ? anchor
                             : anchor == selection->begin ? selection->end
                                                          : selection->begin;
    const auto step = std::chrono::duration_cast<Nanoseconds>(viewport.range().duration() * share);
    const Nanoseconds moved = std::clamp(edge + step, content().begin, content().end);
    if (moved == anchor)
        return q->setSelectedRange(std::nullopt);
    q->setSelectedRange(ordered(anchor, moved));
    if (moved < viewport.range().begin || moved > viewport.range().end)
        byHand([&] { viewport.panBy(share < 0 ? -kKeyPan : kKeyPan); });
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    event->accept();
    switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        if (!control || event->key() != Qt::Key_W)
            return zoomIn();
        break;
    case Qt::Key_S:
        if (!control)
            return zoomOut();
        break;
    case Qt::Key_Minus:
        return zoomOut();
    case Qt::Key_A:
    case Qt::Key_Left:
        if (shift && !control && event->key() == Qt::Key_Left)
            return d->extendSelection(-kKeySelect);
        if (!control)
            return d->byHand([this] { d->viewport.panBy(-kKeyPan); });
        break;
    case Qt::Key_D:
    case Qt::Key_Right:
        if (shift && !control && event->key() == Qt::Key_Right)
            return d->extendSelection(kKeySelect);
        if (!control)
            return d->byHand([this] { d->viewport.panBy(kKeyPan); });
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        d->scrollBar->triggerAction(event->key() == Qt::Key_Up
                                        ? QAbstractSlider::SliderSingleStepSub
                                        : QAbstractSlider::SliderSingleStepAdd);
        return;
    case Qt::Key_F:
        if (control)
            break;
        if (std::exchange(d->focusedBefore, !d->focusedBefore)) {
            fit();
        } else {
            focusSelection();
        }
        return;
    case Qt::Key_R:
        if (!control)
            return selectRangeOfSelection();
        break;
    case Qt::Key_O:
        if (control || d->folding.count < 2)
            break;
        if (event->modifiers().testFlag(Qt::ShiftModifier))
            setAllSourcesFolded(!d->folding.isFolded(d->sourceOfInterest()));
        else
            d->toggleSource(d->sourceOfInterest());
        return;
    case Qt::Key_Home:
        return goHome();
    case Qt::Key_End:
        return goEnd();
    case Qt::Key_Period:
        return d->step(control ? Step::NextInAttempt : Step::NextInLane);
    case Qt::Key_Comma:
        return d->step(control ? Step::PreviousInAttempt : Step::PreviousInLane);
    case Qt::Key_Escape:
        if (d->drag != Private::Drag::None) {
            d->drag = Private::Drag::None;
        } else if (!d->selection) {
            break;
        }
        return setSelectedRange(std::nullopt);
    case Qt::Key_M:
        if (control || !d->store)
            break;
        {
            const Nanoseconds t = d->timeOfInterest().value_or(d->zoomAnchor());
            emit noteRequested(d->selection.value_or(TimeRange{t, t}));
            return;
        }
    case Qt::Key_T:
        if (!control)
            break;
        // Again: from the start of the session.
        {
            const Nanoseconds t = d->timeOfInterest().value_or(d->zoomAnchor());
            return setTimeOrigin(t == d->origin ? Nanoseconds::zero() : t);
        }
    default:
        break;
    }
    event->ignore();
    QWidget::keyPressEvent(event);
}

void TimelineView::focusInEvent(QFocusEvent *event)
{
    update();
    QWidget::focusInEvent(event);
}

void TimelineView::focusOutEvent(QFocusEvent *event)
{
    update();
    QWidget::focusOutEvent(event);
}

} // namespace watchline
