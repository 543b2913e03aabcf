// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "core/session/sessionstore.h"
#include "ui/timeline/timelineview_p.h"
#include "ui/timeline/whatifpainter.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QLoggingCategory>
#include <QPainter>
#include <QScopeGuard>
#include <QScrollBar>

#include <chrono>
#include <cmath>

namespace watchline {

namespace {

Q_LOGGING_CATEGORY(lcFrameTime, "watchline.timeline.frametime", QtWarningMsg)

/// A live overview grows in steps of this share, so that it does not move all the time.
constexpr int kOverviewSteps = 16;
/// Beside another session, how high a view has to be to have an overview.
constexpr double kLeastWithOverview = 250;

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

/// Round something that is selected.
void paintOutline(QPainter &painter, const TimelineScene &scene, const QRectF &rect, double width)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(scene.theme.accent, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

/// Kept: every move of the mouse needs them.
const TimelineFonts &TimelineView::Private::fonts() const
{
    if (!keptFonts || keptFor != q->font()) {
        keptFonts = TimelineFonts(q->font());
        keptFor = q->font();
    }
    return *keptFonts;
}

TimelineLayout TimelineView::Private::layout() const
{
    // Beside another view both have the same width, whichever has to scroll.
    const double margin = sharedReach                 ? scrollBar->sizeHint().width()
                          : scrollBar->isVisibleTo(q) ? scrollBar->width()
                                                      : 0;
    const bool withOverview = !sharedReach || q->height() >= kLeastWithOverview * fonts().unit;
    const auto placed = [&](const QRectF &rect) {
        return layoutTimeline(rect, fonts(), folding, scrollBar->value(), withOverview, margin);
    };
    const QRectF rect(q->rect());
    // A ruler that is not shown lies above the edge.
    return rulerHidden ? placed(rect.adjusted(0, -placed(rect).ruler.height(), 0, 0))
                       : placed(rect);
}

TimeRange TimelineView::Private::content() const
{
    TimeRange content = index ? index->extent() : TimeRange();
    if (now)
        content.end = std::max(content.end, *now);
    return content;
}

TimeRange TimelineView::Private::reachable() const
{
    const TimeRange own = content();
    if (!sharedReach)
        return own;
    if (!index || index->size() == 0)
        return *sharedReach;
    return {std::min(own.begin, sharedReach->begin), std::max(own.end, sharedReach->end)};
}

TimeRange TimelineView::Private::whole() const
{
    TimeRange whole = reachable();
    if (now) {
        // In steps: powers of two, divided.
        qint64 step = 1'000'000'000;
        while (step * kOverviewSteps < whole.duration().count())
            step *= 2;
        whole.end = whole.begin + Nanoseconds((whole.duration().count() / step + 1) * step);
    }
    if (whole.isEmpty())
        whole.end = whole.begin + std::chrono::seconds(1);
    return whole;
}

TimelineScene TimelineView::Private::scene() const
{
    TimelineScene scene(fonts());
    scene.store = store;
    scene.index = index.get();
    scene.whatIf = whatIf.get();
    scene.theme = Theme::of(q->palette());
    scene.layout = layout();
    scene.range = viewport.range();
    scene.session = content();
    scene.openEnd = scene.session.end;
    if (waiting)
        scene.plannedEnd = waiting->to;
    scene.timeOrigin = origin;
    scene.wallClock = wallClock;
    scene.live = now.has_value();
    scene.devicePixelRatio = q->devicePixelRatioF();
    return scene;
}

void TimelineView::Private::renderFrame(const TimelineScene &scene)
{
    FrameKey key;
    key.rows = index ? index->size() : 0;
    key.range = scene.range;
    key.size = q->size();
    key.dpr = scene.devicePixelRatio;
    key.dark = scene.theme.dark;
    key.window = scene.theme.window.rgb();
    key.scroll = scrollBar->value();
    key.wallClock = wallClock;
    key.live = scene.live;
    key.origin = origin;
    key.font = q->font();
    key.toggled = folding.toggled;
    key.whatIf = whatIfs;
    if (key == frameKey && !frame.isNull())
        return;
    frameKey = key;
    ++rebuilds;
    const auto pixels = (QSizeF(q->size()) * scene.devicePixelRatio).toSize();
    if (frame.size() != pixels)
        frame = QPixmap(pixels);
    frame.setDevicePixelRatio(scene.devicePixelRatio);
    QPainter painter(&frame);
    // Beside the scroll bar; all else is filled by what is painted there.
    const auto &canvas = scene.layout.canvas;
    painter.fillRect(QRectF(canvas.right(), 0, q->width() - canvas.right(), q->height()),
                     scene.theme.pane);
    paintBack(painter, scene);
    if (key.rows > 0) {
        painter.setClipRect(scene.layout.canvas);
        paintEvents(painter, scene, Spans::Closed);
        painter.setClipping(false);
    }
    painter.setClipRect(scene.layout.labels);
    paintLabels(painter, scene);
    painter.setClipping(false);
    paintRuler(painter, scene);
}

void TimelineView::Private::renderOverview(const TimelineScene &scene)
{
    OverviewKey key;
    key.rows = index ? index->size() : 0;
    key.whole = whole();
    key.sessionEnd = std::chrono::floor<std::chrono::seconds>(scene.session.end);
    key.size = q->size();
    key.dpr = scene.devicePixelRatio;
    key.dark = scene.theme.dark;
    key.font = q->font();
    if (key == overviewKey && overview.isNull() == scene.layout.overview.isEmpty())
        return;
    overviewKey = key;
    if (scene.layout.overview.isEmpty()) {
        overview = {};
        return;
    }
    const auto &side = scene.layout.overviewLabel;
    const QSizeF size(scene.layout.overview.right() - side.left(), side.height());
    overview = QPixmap((size * scene.devicePixelRatio).toSize());
    overview.setDevicePixelRatio(scene.devicePixelRatio);
    QPainter painter(&overview);
    painter.translate(-side.topLeft());
    TimelineScene stepped = scene;
    if (scene.live)
        stepped.session.end = key.sessionEnd;
    paintOverview(painter, stepped, key.whole);
}

void TimelineView::Private::paintSelection(QPainter &painter, const TimelineScene &scene) const
{
    const auto &canvas = scene.layout.canvas;
    if (selection) {
        const double begin = scene.snapped(scene.x(selection->begin));
        const double end = scene.snapped(scene.x(selection->end));
        const double left = std::clamp(begin, canvas.left(), canvas.right());
        const double right = std::clamp(end, canvas.left(), canvas.right());
        painter.fillRect(QRectF(left, canvas.top(), right - left, canvas.height()),
                         withAlpha(scene.theme.accent, scene.theme.dark ? 0.18 : 0.10));
        for (const double x : {begin, end}) {
            if (x >= canvas.left() && x <= canvas.right())
                painter.fillRect(QRectF(x - 0.7, canvas.top(), 1.4, canvas.height()),
                                 scene.theme.accent);
        }
        const auto label = readableDuration(selection->duration());
        QFont font = scene.fonts.small;
        font.setWeight(QFont::DemiBold);
        const QFontMetricsF metrics(font);
        const double width = metrics.horizontalAdvance(label) + 14 * scene.fonts.unit;
        const double tall = metrics.height() + 2;
        double x = (left + right - width) / 2;
        x = std::clamp(x, canvas.left() + 2,
                       std::max(canvas.left() + 2, canvas.right() - width - 2));
        if (right > canvas.left() && left < canvas.right()) {
            const QRectF chip(x, canvas.top() + 2, width, tall);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(scene.theme.accent);
            painter.drawRoundedRect(chip, 4, 4);
            painter.setRenderHint(QPainter::Antialiasing, false);
            painter.setFont(font);
            painter.setPen(Qt::white);
            painter.drawText(chip, Qt::AlignCenter | Qt::TextSingleLine, label);
        }
    }
    const auto [whatIfSource, whatIfAttempt] = whatIfSelected;
    if (const auto outline =
            whatIfAttempt < 0
                ? std::nullopt
                : whatIfOutline(scene, whatIfSource, static_cast<std::size_t>(whatIfAttempt))) {
        paintOutline(painter, scene, *outline, 1.8);
    }
    for (const auto other : besides) {
        if (const auto outline = outlineOfRow(scene, other))
            paintOutline(painter, scene, *outline, 1.2);
    }
    if (const auto outline = outlineOfRow(scene, row)) {
        const double x = scene.snapped(scene.x(store->time(row)));
        if (x >= canvas.left() && x <= canvas.right())
            painter.fillRect(QRectF(x, canvas.top(), 1, canvas.height()),
                             withAlpha(scene.theme.accent, 0.55));
        paintOutline(painter, scene, *outline, 1.8);
    }
}

/// A bracket that lies over the lanes.
void TimelineView::Private::paintLoop(QPainter &painter, const TimelineScene &scene) const
{
    const auto &canvas = scene.layout.canvas;
    if (!loop)
        return;
    const double left = std::clamp(scene.x(loop->begin), canvas.left(), canvas.right());
    const double right = std::clamp(scene.x(loop->end), canvas.left(), canvas.right());
    const double thick = 2 * scene.fonts.unit;
    const double top = canvas.top() - 4 * thick;
    painter.fillRect(QRectF(left, top, right - left, thick), scene.theme.accent);
    for (const auto t : {loop->begin, loop->end}) {
        const double x = scene.x(t);
        if (x >= canvas.left() && x <= canvas.right())
            painter.fillRect(QRectF(x - thick / 2, top, thick, canvas.top() - top),
                             scene.theme.accent);
    }
}

void TimelineView::Private::paintCursor(QPainter &painter, const TimelineScene &scene) const
{
    const auto cursor = playhead ? playhead : now;
    if (!cursor)
        return;
    const auto &canvas = scene.layout.canvas;
    const double x = scene.x(*cursor);
    if (x < canvas.left() - 5 || x > canvas.right() + 5)
        return;
    const QColor color = scene.theme.color(Tone::Error);
    painter.setClipRect(QRectF(canvas.left() - 6, 0, canvas.width() + 12, canvas.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(x - 0.8, canvas.top() - 4, 1.6, canvas.height() + 4), color);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double half = 5.5 * scene.fonts.unit;
    painter.drawPolygon(QPolygonF({{x - half, canvas.top() - 1.5 * half},
                                   {x + half, canvas.top() - 1.5 * half},
                                   {x, canvas.top()}}));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setClipping(false);
}

void TimelineView::Private::paintEmpty(QPainter &painter, const TimelineScene &scene) const
{
    QString text = tr("No session is open");
    if (store)
        text = now ? tr("Waiting for the first event") : tr("No events in this session");
    painter.setFont(scene.fonts.text);
    painter.setPen(scene.theme.dimText);
    painter.drawText(scene.layout.canvas, Qt::AlignCenter, text);
}

void TimelineView::Private::paintOverlay(QPainter &painter, const TimelineScene &scene) const
{
    const auto &canvas = scene.layout.canvas;
    painter.setClipRect(canvas);
    if (hover) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(withAlpha(scene.theme.text, 0.55), 1));
        painter.setBrush(withAlpha(scene.theme.text, 0.05));
        painter.drawRoundedRect(hover->outline.adjusted(-1, -1, 1, 1), 4, 4);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    paintSelection(painter, scene);
    painter.setClipping(false);
    paintLoop(painter, scene);
    paintCursor(painter, scene);
    if (q->hasFocus()) {
        painter.setPen(QPen(withAlpha(scene.theme.accent, 0.8), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(canvas.adjusted(1, 1, -1, -1));
    }
}

void TimelineView::Private::updateScrollBar() const
{
    // Whether it is needed does not depend on its own width.
    const auto placed = layout();
    const bool needed = placed.contentHeight > placed.canvas.height() + 0.5;
    scrollBar->setVisible(needed);
    scrollBar->setRange(
        0, needed ? static_cast<int>(std::ceil(placed.contentHeight - placed.canvas.height())) : 0);
    scrollBar->setPageStep(static_cast<int>(placed.canvas.height()));
    scrollBar->setSingleStep(static_cast<int>(24 * fonts().unit));
    const int width = scrollBar->sizeHint().width();
    scrollBar->setGeometry(q->width() - width, static_cast<int>(placed.canvas.top()), width,
                           static_cast<int>(placed.canvas.height()));
}

/// Repaints what runs and the cursor's old and new place.
void TimelineView::Private::updateLive(std::optional<Nanoseconds> before)
{
    const auto live = scene();
    const auto stripe = [&](Nanoseconds t) {
        const double half = 8 * live.fonts.unit;
        q->update(
            QRectF(live.x(t) - half, 0, 2 * half, live.layout.canvas.bottom()).toAlignedRect());
    };
    if (before)
        stripe(*before);
    if (!now)
        return;
    stripe(*now);
    if (!index)
        return;
    for (const auto &box : live.layout.lanes) {
        if (box.isWhatIf || box.source >= index->sourceCount() ||
            box.area.bottom() < live.layout.canvas.top() ||
            box.area.top() > live.layout.canvas.bottom())
            continue;
        const auto *spans = index->source(box.source).spans(box.lane);
        if (!spans || spans->isEmpty() || !(*spans)[spans->size() - 1].isOpen())
            continue;
        const double left =
            std::max(box.area.left(), live.x(Nanoseconds((*spans)[spans->size() - 1].begin)));
        // A wait's plan lies ahead of now.
        const double right = box.lane == Lane::Backoff ? box.area.right() : live.x(*now) + 8;
        if (right > left)
            q->update(QRectF(left - 2, box.area.top(), right - left + 4, box.area.height())
                          .toAlignedRect());
    }
}

void TimelineView::paintEvent(QPaintEvent *)
{
    const auto began = std::chrono::steady_clock::now();
    const auto report = qScopeGuard([&] {
        qCDebug(lcFrameTime) << std::chrono::duration_cast<std::chrono::microseconds>(
                                    std::chrono::steady_clock::now() - began)
                                    .count()
                             << "us";
    });
    const auto scene = d->scene();
    d->renderFrame(scene);
    d->renderOverview(scene);
    QPainter painter(this);
    painter.drawPixmap(0, 0, d->frame);
    if (!d->overview.isNull())
        painter.drawPixmap(scene.layout.overviewLabel.topLeft(), d->overview);
    if (d->index && d->index->size() > 0) {
        painter.setClipRect(scene.layout.canvas);
        paintEvents(painter, scene, Spans::Open);
        painter.setClipping(false);
        const TimeRange whole = d->overviewKey.whole;
        paintOverviewWindow(painter, scene, whole, scene.range);
        if (d->playhead && !scene.layout.overview.isEmpty()) {
            const double x = scene.layout.overview.left() +
                             TimeScale{whole, scene.layout.overview.width()}.toPixel(*d->playhead);
            painter.fillRect(QRectF(x - 0.8, scene.layout.overview.top() - 2, 1.6,
                                    scene.layout.overview.height() + 4),
                             scene.theme.color(Tone::Error));
        }
    } else {
        d->paintEmpty(painter, scene);
    }
    d->paintOverlay(painter, scene);
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    d->hover.reset();
    d->updateScrollBar();
}

void TimelineView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange ||
        event->type() == QEvent::StyleChange) {
        d->updateScrollBar();
        update();
    }
    QWidget::changeEvent(event);
}

} // namespace watchline
