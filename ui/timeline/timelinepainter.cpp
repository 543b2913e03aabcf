// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelinepainter.h"

#include "core/base/text.h"
#include "core/timeline/timelinefold.h"
#include "core/timeline/timeticks.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

struct Rulers
{
    TimeTicks large; ///< The grid's.
    TimeTicks small;
};

Rulers rulersOf(const TimelineScene &scene)
{
    const auto scale = scene.scale();
    const auto started = scene.store ? scene.store->header().started : QDateTime();
    const auto relative = relativeTicks(scale, scene.fonts.digitWidth, scene.timeOrigin);
    const auto wall = wallClockTicks(scale, scene.fonts.digitWidth, started);
    return scene.wallClock ? Rulers{wall, relative} : Rulers{relative, wall};
}

void drawElided(QPainter &painter, const QRectF &rect, const QString &text, int flags)
{
    const QFontMetricsF metrics(painter.font());
    if (metrics.horizontalAdvance(text) <= rect.width())
        painter.drawText(rect, flags, text);
    else
        painter.drawText(rect, flags, metrics.elidedText(text, Qt::ElideRight, rect.width()));
}

} // namespace

void paintBack(QPainter &painter, const TimelineScene &scene)
{
    const auto &canvas = scene.layout.canvas;
    painter.fillRect(canvas, scene.theme.pane);
    // Nothing is known of what lies outside of the session.
    if (scene.index && scene.index->size() > 0) {
        const double begin =
            std::clamp(scene.snapped(scene.x(scene.session.begin)), canvas.left(), canvas.right());
        painter.fillRect(
            QRectF(canvas.left(), canvas.top(), begin - canvas.left(), canvas.height()),
            scene.theme.window);
        const double end =
            std::clamp(scene.snapped(scene.x(scene.session.end)), canvas.left(), canvas.right());
        if (!scene.live)
            painter.fillRect(QRectF(end, canvas.top(), canvas.right() - end, canvas.height()),
                             scene.theme.window);
    }
    const double pixel = 1 / scene.devicePixelRatio;
    for (const auto &tick : rulersOf(scene).large.ticks) {
        const double x = scene.snapped(scene.x(tick.t));
        painter.fillRect(QRectF(x, canvas.top(), pixel, canvas.height()), scene.theme.line);
    }
    const auto line = [&](double y) {
        if (y > canvas.top() && y <= canvas.bottom())
            painter.fillRect(QRectF(canvas.left(), y - 1, canvas.width(), 1), scene.theme.line);
    };
    for (const auto &source : scene.layout.sources) {
        const QRectF strip = source.rect & canvas;
        if (!strip.isEmpty() && !source.isFolded)
            painter.fillRect(strip, scene.theme.window);
    }
    for (const auto &box : scene.layout.lanes)
        line(box.area.bottom());
}

void paintRuler(QPainter &painter, const TimelineScene &scene)
{
    const auto &ruler = scene.layout.ruler;
    const auto &corner = scene.layout.corner;
    const auto &theme = scene.theme;
    const double unit = scene.fonts.unit;
    painter.fillRect(QRectF(corner.topLeft(), ruler.bottomRight()), theme.pane);
    painter.fillRect(corner, theme.window);
    const auto rulers = rulersOf(scene);
    const double middle = ruler.top() + std::round(ruler.height() * 0.46);
    const QRectF upper(ruler.left(), ruler.top() + 3 * unit, ruler.width(),
                       middle - ruler.top() - 3 * unit);
    const QRectF lower(ruler.left(), middle, ruler.width(), ruler.bottom() - middle - 3 * unit);

    painter.setFont(scene.fonts.small);
    const QFontMetricsF metrics(scene.fonts.small);
    const double pixel = 1 / scene.devicePixelRatio;
    const auto row = [&](const TimeTicks &ticks, const QRectF &rect, const QColor &color,
                         double tickTop, double tickHeight) {
        double free = rect.left() + 2;
        for (const auto &tick : ticks.ticks) {
            const double x = scene.snapped(scene.x(tick.t));
            painter.fillRect(QRectF(x, tickTop, pixel, tickHeight), theme.faintText);
            const double width = metrics.horizontalAdvance(tick.label);
            const double left = x + 4 * unit;
            if (left < free || left + width > rect.right() - 2)
                continue;
            painter.setPen(color);
            painter.drawText(QRectF(left, rect.top(), width + 2, rect.height()),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, tick.label);
            free = left + width + 6 * unit;
        }
    };
    row(rulers.small, upper, theme.dark ? theme.dimText.darker(125) : theme.dimText.lighter(125),
        upper.top() + 3 * unit, upper.height() - 5 * unit);
    row(rulers.large, lower, theme.text, lower.top() + 1 * unit, ruler.bottom() - lower.top() - 1);

    // What the labels have in common stands beside them.
    const QString since = scene.timeOrigin == Nanoseconds::zero()
                              ? translated(QT_TRANSLATE_NOOP("TimelineView", "since start"))
                              : translated(QT_TRANSLATE_NOOP("TimelineView", "from ")) +
                                    relativeTimeText(scene.timeOrigin, scene.range.duration());
    const auto relativePrefix = scene.wallClock ? rulers.small.prefix : rulers.large.prefix;
    const QString wallPrefix =
        (scene.wallClock ? rulers.large.prefix : rulers.small.prefix) + u" UTC"_s;
    const auto relativeText = relativePrefix.isEmpty() ? since : relativePrefix;
    const double margin = 12 * unit;
    const auto side = [&](const QRectF &rect) {
        return QRectF(corner.left() + margin, rect.top(), corner.width() - margin - 4 * unit,
                      rect.height());
    };
    painter.setPen(theme.dimText);
    drawElided(painter, side(upper), scene.wallClock ? relativeText : wallPrefix,
               Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
    drawElided(painter, side(lower), scene.wallClock ? wallPrefix : relativeText,
               Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);

    painter.fillRect(QRectF(corner.left(), ruler.bottom() - 1, ruler.right() - corner.left(), 1),
                     theme.line);
    painter.fillRect(QRectF(ruler.left() - 1, ruler.top(), 1, ruler.height()), theme.line);
}

void paintLabels(QPainter &painter, const TimelineScene &scene)
{
    const auto &labels = scene.layout.labels;
    const auto &theme = scene.theme;
    const double unit = scene.fonts.unit;
    painter.fillRect(labels, theme.window);
    const double left = labels.left() + 12 * unit;
    const double width = labels.right() - left - 4 * unit;
    const QFontMetricsF bold(scene.fonts.bold);
    const QFontMetricsF small(scene.fonts.small);
    for (const auto &box : scene.layout.lanes) {
        if (box.isFolded || box.label.bottom() < labels.top() || box.label.top() > labels.bottom())
            continue;
        auto subtitle = box.isWhatIf ? whatIfSubtitle() : laneSubtitle(box.lane);
        if (box.lane == Lane::Heartbeats && scene.index) {
            const int axis = heartbeatAxis(scene, box.source);
            subtitle = translated(QT_TRANSLATE_NOOP("TimelineView", "up to ")) +
                       readableDuration(std::chrono::microseconds(qint64{axis} * 100));
        }
        const bool two =
            !subtitle.isEmpty() && box.label.height() >= bold.height() + small.height();
        const double text = two ? bold.height() + small.height() : bold.height();
        double y = box.label.center().y() - text / 2;
        painter.setFont(scene.fonts.bold);
        painter.setPen(theme.text);
        drawElided(painter, QRectF(left, y, width, bold.height()),
                   box.isWhatIf ? whatIfTitle() : laneTitle(box.lane),
                   Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
        if (two) {
            y += bold.height();
            painter.setFont(scene.fonts.small);
            painter.setPen(theme.dimText);
            drawElided(painter, QRectF(left, y, width, small.height()), subtitle,
                       Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
        }
        painter.fillRect(QRectF(labels.left(), box.label.bottom() - 1, labels.width(), 1),
                         theme.line);
    }
    for (const auto &source : scene.layout.sources) {
        if (source.rect.bottom() < labels.top() || source.rect.top() > labels.bottom())
            continue;
        painter.fillRect(
            QRectF(labels.left(), source.rect.top(), labels.width(), source.rect.height()),
            theme.chip);
        // A triangle that points at what is folded, or down at what is not.
        const double half = 4 * unit;
        const QPointF middle(labels.left() + 11 * unit, source.rect.center().y());
        const QPolygonF folded({middle + QPointF(-half / 2, -half), middle + QPointF(half, 0),
                                middle + QPointF(-half / 2, half)});
        const QPolygonF open({middle + QPointF(-half, -half / 2), middle + QPointF(half, -half / 2),
                              middle + QPointF(0, half)});
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.dimText);
        painter.drawPolygon(source.isFolded ? folded : open);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setFont(scene.fonts.bold);
        painter.setPen(theme.text);
        const auto name =
            scene.store
                ? singleLine(scene.store->sourceName(static_cast<quint16>(source.source)), 200)
                : QString();
        drawElided(
            painter,
            QRectF(left + 9 * unit, source.rect.top(), width - 9 * unit, source.rect.height()),
            name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
    }
    painter.fillRect(QRectF(labels.right() - 1, labels.top(), 1, labels.height()), theme.line);
}

void paintOverview(QPainter &painter, const TimelineScene &scene, TimeRange whole)
{
    const auto &strip = scene.layout.overview;
    const auto &side = scene.layout.overviewLabel;
    if (strip.isEmpty())
        return;
    const auto &theme = scene.theme;
    const double unit = scene.fonts.unit;
    painter.fillRect(QRectF(side.topLeft(), QPointF(strip.right(), side.bottom())), theme.pane);
    painter.fillRect(side, theme.window);
    painter.fillRect(QRectF(side.left(), side.top(), strip.right() - side.left(), 1), theme.line);
    painter.fillRect(QRectF(side.right() - 1, side.top(), 1, side.height()), theme.line);
    painter.fillRect(strip, theme.overview);

    const QFontMetricsF bold(scene.fonts.bold);
    const QFontMetricsF small(scene.fonts.small);
    const double left = side.left() + 12 * unit;
    const double y = side.center().y() - (bold.height() + small.height()) / 2;
    painter.setFont(scene.fonts.bold);
    painter.setPen(theme.text);
    drawElided(painter, QRectF(left, y, side.right() - left, bold.height()),
               translated(QT_TRANSLATE_NOOP("TimelineView", "Whole session")),
               Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
    painter.setFont(scene.fonts.small);
    painter.setPen(theme.dimText);
    drawElided(painter, QRectF(left, y + bold.height(), side.right() - left, small.height()),
               readableDuration(scene.session.duration()),
               Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
    if (!scene.index || whole.isEmpty())
        return;

    const TimeScale scale{whole, strip.width()};
    // Waits lie behind, so that an outage is a block of colour. Those of a fleet would be all over.
    constexpr int kMostSources = 8;
    const int waiting = scene.index->sourceCount() <= kMostSources ? scene.index->sourceCount() : 0;
    for (int source = 0; source < waiting; ++source) {
        const auto band = [&](double from, double to) {
            painter.fillRect(QRectF(strip.left() + from, strip.top() + 3 * unit, to - from,
                                    strip.height() - 6 * unit),
                             withAlpha(theme.color(Tone::Waiting), theme.dark ? 0.26 : 0.30));
        };
        double from = 0;
        double to = 0;
        for (const auto &fold : scene.index->folds().spans(scene.index->source(source).waits, scale,
                                                           1, scene.openEnd)) {
            const double begin = std::max(0.0, fold.x);
            const double end = std::min(fold.x + std::max(1.0, fold.width), strip.width());
            // Those that touch are one band.
            if (begin > to + 0.5) {
                band(from, to);
                from = begin;
            }
            to = std::max(to, end);
        }
        band(from, to);
    }

    const double bar = 3;
    std::vector<Density::Bucket> buckets;
    quint64 most = 1;
    // Narrower bars than buckets would leave empty bars in a steady stream.
    const double bucketPixels =
        static_cast<double>(scene.index->density().bucketDuration().count()) * strip.width() /
        static_cast<double>(whole.duration().count());
    const double step = std::max(bar, std::ceil(bucketPixels));
    for (double x = 0; x < strip.width(); x += step) {
        buckets.push_back(scene.index->density().sum(
            {scale.toTime(x), scale.toTime(std::min(x + step, strip.width()))}));
        most = std::max(most, buckets.back().count);
    }
    const double tallest = strip.height() * 0.68;
    double x = strip.left();
    for (const auto &bucket : buckets) {
        const Severity worst = bucket.worst();
        if (bucket.count > 0) {
            const bool bad = worst >= Severity::Wake;
            const double part =
                std::sqrt(static_cast<double>(bucket.count) / static_cast<double>(most));
            const double tall = std::max({tallest * part, 2.0, bad ? tallest * 0.55 : 0.0});
            const auto color = bad ? withAlpha(theme.color(toneOf(worst)), 0.92)
                                   : withAlpha(theme.color(Tone::Ok), theme.dark ? 0.5 : 0.45);
            painter.fillRect(
                QRectF(x, strip.bottom() - 2 - tall, std::min(step - 0.8, strip.right() - x), tall),
                color);
        }
        x += step;
    }
}

void paintOverviewWindow(QPainter &painter, const TimelineScene &scene, TimeRange whole,
                         TimeRange window)
{
    const auto &strip = scene.layout.overview;
    if (strip.isEmpty() || whole.isEmpty() || window.isEmpty())
        return;
    const TimeScale scale{whole, strip.width()};
    const double begin = std::clamp(scale.toPixel(window.begin), 0.0, strip.width());
    const double end = std::clamp(scale.toPixel(window.end), 0.0, strip.width());
    if (end - begin >= strip.width() - 0.5)
        return; // all of it: there is nothing to tell apart
    // However short it is, it can be seen and gripped.
    const double width = std::max(4.0, end - begin);
    const double left = std::min(strip.left() + begin, strip.right() - width);
    const QRectF rect(scene.snapped(left), strip.top() - 2, scene.snapped(width),
                      strip.height() + 4);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(scene.theme.accent, 1.2));
    painter.setBrush(withAlpha(scene.theme.accent, 0.16));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    if (rect.width() > 24) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(scene.theme.accent);
        const double middle = rect.center().y();
        for (const double x : {rect.left() + 3.5, rect.right() - 5.5})
            painter.drawRoundedRect(QRectF(x, middle - 7, 2, 14), 1, 1);
    }
    painter.restore();
}

} // namespace watchline
