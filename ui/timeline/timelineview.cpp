// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelineview.h"

#include "core/base/text.h"
#include "core/session/sessionstore.h"
#include "core/timeline/timeticks.h"
#include "ui/timeline/timelinehit.h"
#include "ui/timeline/timelinepainter.h"

#include <QFontMetricsF>
#include <QGestureEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLoggingCategory>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPinchGesture>
#include <QPixmap>
#include <QScopeGuard>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>

#include <chrono>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

Q_LOGGING_CATEGORY(lcFrameTime, "watchline.timeline.frametime", QtWarningMsg)

constexpr double kWheelZoom = 1.2;
constexpr double kKeyZoom = 1.5;
constexpr double kKeyPan = 0.1;
constexpr double kWheelPan = 0.1;
constexpr double kEdgeReach = 5;
constexpr int kDragDistance = 4;
/// A long session is taken in by pieces, so that the window stays alive meanwhile.
constexpr qsizetype kRowsAtOnce = 200'000;
/// A live overview grows in steps of this share, so that it does not move all the time.
constexpr int kOverviewSteps = 16;

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

} // namespace

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
    std::unique_ptr<TimelineIndex> index;
    TimelineViewport viewport;
    std::optional<Nanoseconds> now;
    std::optional<Nanoseconds> playhead;
    std::optional<PlannedBackoff> waiting;
    std::optional<TimeRange> selection;
    Nanoseconds origin{};
    qsizetype row = -1;
    bool following = false;
    bool wallClock = true;
    bool fitting = true;        // until the user moves, what arrives stays in sight
    bool focusedBefore = false; // F was pressed: the next one shows all
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

    // What is drawn.
    TimelineLayout layout(const TimelineFonts &fonts) const;
    TimelineScene scene() const;
    TimeRange content() const;
    TimeRange whole() const;
    void renderFrame(const TimelineScene &scene);
    void renderOverview(const TimelineScene &scene);
    void paintOverlay(QPainter &painter, const TimelineScene &scene) const;
    void paintSelection(QPainter &painter, const TimelineScene &scene) const;
    void paintCursor(QPainter &painter, const TimelineScene &scene) const;
    void paintEmpty(QPainter &painter, const TimelineScene &scene) const;
    void updateScrollBar();
    void updateLive(std::optional<Nanoseconds> before);

    // What the hands do.
    template<typename Change>
    void byHand(Change change);
    template<typename Change>
    void changeRange(Change change);
    void announceRange(TimeRange before);
    void stopFollowing();
    void setHover(std::optional<TimelineHit> hit);
    void dragTo(QPointF position);
    void dragOverview(const TimelineScene &scene, double x);
    void updateCursor(QPointF position);
    std::optional<Nanoseconds> selectionEdgeAt(const TimelineScene &scene, double x) const;
    bool isAtPlayhead(const TimelineScene &scene, QPointF position) const;
    void activate(qsizetype activated);
    void step(Step step);
    Nanoseconds zoomAnchor() const;
    std::optional<Nanoseconds> timeOfInterest() const;
};

TimelineLayout TimelineView::Private::layout(const TimelineFonts &fonts) const
{
    const int sources = index ? std::max(1, index->sourceCount()) : 1;
    const double margin = scrollBar->isVisibleTo(q) ? scrollBar->width() : 0;
    return layoutTimeline(QRectF(q->rect()), fonts, sources, scrollBar->value(), true, margin);
}

TimeRange TimelineView::Private::content() const
{
    TimeRange content = index ? index->extent() : TimeRange();
    if (now)
        content.end = std::max(content.end, *now);
    return content;
}

TimeRange TimelineView::Private::whole() const
{
    TimeRange whole = content();
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
    const TimelineFonts fonts(q->font());
    TimelineScene scene(fonts);
    scene.store = store;
    scene.index = index.get();
    scene.theme = Theme::of(q->palette());
    scene.layout = layout(fonts);
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
    if (key == frameKey && !frame.isNull())
        return;
    frameKey = key;
    ++rebuilds;
    const auto pixels = (QSizeF(q->size()) * scene.devicePixelRatio).toSize();
    if (frame.size() != pixels)
        frame = QPixmap(pixels);
    frame.setDevicePixelRatio(scene.devicePixelRatio);
    QPainter painter(&frame);
    painter.fillRect(q->rect(), scene.theme.pane);
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
    if (key == overviewKey && !overview.isNull())
        return;
    overviewKey = key;
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
    if (const auto outline = outlineOfRow(scene, row)) {
        const double x = scene.snapped(scene.x(store->time(row)));
        if (x >= canvas.left() && x <= canvas.right())
            painter.fillRect(QRectF(x, canvas.top(), 1, canvas.height()),
                             withAlpha(scene.theme.accent, 0.55));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(scene.theme.accent, 1.8));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(outline->adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4);
        painter.setRenderHint(QPainter::Antialiasing, false);
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
    paintCursor(painter, scene);
    if (q->hasFocus()) {
        painter.setPen(QPen(withAlpha(scene.theme.accent, 0.8), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(canvas.adjusted(1, 1, -1, -1));
    }
}

void TimelineView::Private::updateScrollBar()
{
    const TimelineFonts fonts(q->font());
    // Twice: whether the bar is needed does not depend on its own width, its place does.
    const auto placed = layout(fonts);
    const bool needed = placed.contentHeight > placed.canvas.height() + 0.5;
    scrollBar->setVisible(needed);
    scrollBar->setRange(
        0, needed ? static_cast<int>(std::ceil(placed.contentHeight - placed.canvas.height())) : 0);
    scrollBar->setPageStep(static_cast<int>(placed.canvas.height()));
    scrollBar->setSingleStep(static_cast<int>(24 * fonts.unit));
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
        if (box.source >= index->sourceCount())
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

// ------------------------------------------------------------------------------------------------

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

void TimelineView::setStore(const SessionStore *store)
{
    d->more->stop();
    d->store = store;
    d->index = store ? std::make_unique<TimelineIndex>(*store) : nullptr;
    d->now.reset();
    d->playhead.reset();
    d->waiting.reset();
    d->hover.reset();
    d->row = -1;
    d->origin = {};
    d->fitting = true;
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

void TimelineView::refresh()
{
    if (!d->index || !d->index->update(kRowsAtOnce))
        return;
    if (d->index->size() < d->store->size())
        d->more->start(0);
    d->hover.reset();
    d->changeRange([this] {
        if (d->following)
            d->viewport.follow(d->content().end);
        else if (d->fitting && !d->now)
            d->viewport.fit();
    });
    d->updateScrollBar();
    update();
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

TimeRange TimelineView::visibleRange() const
{
    return d->viewport.range();
}

template<typename Change>
void TimelineView::Private::changeRange(Change change)
{
    const TimeRange before = viewport.range();
    viewport.setContent(content());
    change();
    announceRange(before);
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

/// A change by the user's hand: it ends following, if it changes anything.
template<typename Change>
void TimelineView::Private::byHand(Change change)
{
    const TimeRange before = viewport.range();
    changeRange(change);
    if (viewport.range() != before)
        stopFollowing();
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
    d->focusedBefore = false;
    if (row >= 0 && reveal) {
        d->byHand([&] { d->viewport.reveal(d->store->time(row)); });
        // Its lane too.
        const auto scene = d->scene();
        const auto *box = scene.layout.find(d->store->row(row).source, laneOf(d->store->kind(row)));
        if (box && box->area.top() < scene.layout.canvas.top())
            d->scrollBar->setValue(d->scrollBar->value() -
                                   static_cast<int>(scene.layout.canvas.top() - box->area.top()));
        else if (box && box->area.bottom() > scene.layout.canvas.bottom())
            d->scrollBar->setValue(
                d->scrollBar->value() +
                static_cast<int>(box->area.bottom() - scene.layout.canvas.bottom()));
    }
    update();
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
}

void TimelineView::clearSelection()
{
    setSelectedRange(std::nullopt);
    selectRow(-1, false);
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

int TimelineView::eventLayerRebuilds() const
{
    return d->rebuilds;
}

QString TimelineView::tipAt(QPointF position) const
{
    const auto scene = d->scene();
    const auto hit = hitAt(scene, position);
    return hit ? tipText(scene, *hit) : QString();
}

QRectF TimelineView::canvasRect() const
{
    return d->layout(TimelineFonts(font())).canvas;
}

QRectF TimelineView::overviewRect() const
{
    return d->layout(TimelineFonts(font())).overview;
}

// ------------------------------------------------------------------------------------------------

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
    painter.drawPixmap(scene.layout.overviewLabel.topLeft(), d->overview);
    if (d->index && d->index->size() > 0) {
        painter.setClipRect(scene.layout.canvas);
        paintEvents(painter, scene, Spans::Open);
        painter.setClipping(false);
        const TimeRange whole = d->overviewKey.whole;
        paintOverviewWindow(painter, scene, whole, scene.range);
        if (d->playhead) {
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

// ------------------------------------------------------------------------------------------------

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
        if (const auto hit = hitAt(d->scene(), event->position()))
            d->activate(hit->row);
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

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
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
        if (!control)
            return d->byHand([this] { d->viewport.panBy(-kKeyPan); });
        break;
    case Qt::Key_D:
    case Qt::Key_Right:
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
        emit noteRequested(d->timeOfInterest().value_or(d->zoomAnchor()));
        return;
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
