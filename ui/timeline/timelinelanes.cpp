// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "core/timeline/timelinefold.h"
#include "ui/timeline/timelinepainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestLabel = 120;

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// Marks that would cover each other are drawn as one, and so are those that follow each other
/// without a gap however many they are.
bool isOneGroup(double first, double last, double x, double apart)
{
    constexpr double kWithoutGap = 5;
    return x - first < apart || x - last < kWithoutGap;
}

/// Which share of the time that a fold covers was really spent in its spans (of a watch: with its
/// stream), by a few of them. Without it a wait of a second an hour would look like waiting all
/// day.
double coverage(const SpanSeries &series, const SpanFold &fold, const TimeScale &scale,
                double leastWidth)
{
    constexpr std::size_t kSamples = 16;
    const std::size_t last = fold.first + std::min(fold.count, kSamples);
    qint64 spent = 0;
    for (std::size_t i = fold.first; i < last; ++i) {
        const Span &span = series[i];
        const qint64 begin = span.kind != EventKind::ConnectAttempt ? span.begin
                             : span.hello == kNoTime                ? span.endOr(span.begin)
                                                                    : span.hello;
        spent += span.endOr(begin) - begin;
    }
    const double share = static_cast<double>(last - fold.first) / static_cast<double>(fold.count);
    const double covered =
        std::max(fold.width, leastWidth) * static_cast<double>(scale.perPixel().count()) * share;
    return std::clamp(static_cast<double>(spent) / std::max(covered, 1.0), 0.0, 1.0);
}

/// Paints one lane. Everything is kept within the lane's area by arithmetic.
class LanePainter
{
public:
    LanePainter(QPainter &painter, const TimelineScene &scene, const LaneBox &box, Spans spans)
        : m_painter(painter)
        , m_scene(scene)
        , m_box(box)
        , m_lanes(scene.index->source(box.source))
        , m_theme(scene.theme)
        , m_spans(spans)
        , m_unit(scene.fonts.unit)
        , m_left(box.area.left())
        , m_right(box.area.right())
    {}

    void paint();

private:
    struct Piece // of a span, in pixels
    {
        SpanFold fold;
        const Span *span = nullptr;
        double left = 0;
        double right = 0;
        bool beginIsVisible = true;
        bool endIsVisible = true;
        QRectF rect(const QRectF &box) const
        {
            return {left, box.top(), right - left, box.height()};
        }
    };
    struct Room // for a label, beside the glyphs
    {
        double from = 0;
        double to = 0;
        bool isFreeBelow = true; // no count is written below a glyph
    };
    struct Glyph // one, or several that would cover each other
    {
        double x = 0;
        Severity severity = Severity::Quiet;
        std::size_t count = 1;
    };

    void paintStatus();
    void paintWatches();
    void paintDecisions();
    void paintWaits();
    void paintHeartbeats();
    void paintFrames();
    void paintMarks();

    std::vector<Piece> pieces(const SpanSeries &series, double leastWidth) const;
    std::vector<MarkFold> marks(Lane lane) const;
    void paintWatchBox(const Piece &piece, const QRectF &box);
    void paintWatchLabel(const Piece &piece, const QRectF &box, const Room &room);
    void paintLink(const Piece &piece, const QRectF &box, double &lastArrow);
    std::vector<Glyph> grouped(std::vector<Glyph> glyphs) const;
    void paintGroups(const std::vector<Glyph> &glyphs, double y, double bottom);
    void hatch(const QRectF &rect, const QColor &color);
    void roundedRect(const QRectF &rect, double radius, const QBrush &brush,
                     const QPen &pen = Qt::NoPen);
    void text(const QRectF &rect, const QString &text, const QFont &font, const QColor &color,
              Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter);
    /// An opaque colour that looks like this one upon the pane: many small fills that blend cost
    /// ten times as much.
    QColor onPane(const QColor &color) const;
    QColor color(Severity severity) const { return m_theme.color(toneOf(severity)); }
    double pixel(qint64 t) const { return m_scene.snapped(m_scene.x(Nanoseconds(t))); }

    QPainter &m_painter;
    const TimelineScene &m_scene;
    const LaneBox &m_box;
    const SourceLanes &m_lanes;
    const Theme &m_theme;
    Spans m_spans;
    double m_unit;
    double m_left;
    double m_right;
};

void LanePainter::paint()
{
    switch (m_box.lane) {
    case Lane::Status:
        return paintStatus();
    case Lane::Watch:
        return paintWatches();
    case Lane::Backoff:
        return paintWaits();
    default:
        break;
    }
    if (m_spans == Spans::Open)
        return;
    switch (m_box.lane) {
    case Lane::Decisions:
        return paintDecisions();
    case Lane::Heartbeats:
        return paintHeartbeats();
    case Lane::Frames:
        return paintFrames();
    default:
        return paintMarks();
    }
}

std::vector<LanePainter::Piece> LanePainter::pieces(const SpanSeries &series,
                                                    double leastWidth) const
{
    std::vector<Piece> result;
    const auto scale = m_scene.scale();
    const auto add = [&](const SpanFold &fold) {
        Piece piece;
        piece.fold = fold;
        piece.span = &series[fold.worst];
        const double begin = m_left + fold.x;
        const double end = begin + std::max(fold.width, leastWidth);
        if (end <= m_left || begin >= m_right)
            return;
        piece.beginIsVisible = begin >= m_left;
        piece.endIsVisible = end <= m_right;
        piece.left = std::max(m_left, m_scene.snapped(begin));
        piece.right = std::min(m_right, std::max(m_scene.snapped(end), piece.left + leastWidth));
        if (piece.right > piece.left)
            result.push_back(piece);
    };
    if (m_spans == Spans::Open) {
        // Only the last few of a series can run.
        for (std::size_t i = series.size() - std::min<std::size_t>(series.size(), 8);
             i < series.size(); ++i) {
            if (!series[i].isOpen())
                continue;
            const double x = scale.toPixel(Nanoseconds(series[i].begin));
            const double end = scale.toPixel(Nanoseconds(series[i].endOr(m_scene.openEnd.count())));
            add({x, end - x, i, 1, i});
        }
        return result;
    }
    for (const auto &fold :
         foldSpans(series, scale, kSpanCell, m_scene.openEnd, m_spans == Spans::Closed))
        add(fold);
    return result;
}

std::vector<MarkFold> LanePainter::marks(Lane lane) const
{
    const auto scale = m_scene.scale();
    // Of the last mark before the left edge a part may be in sight.
    const Nanoseconds around = scale.perPixel() * 8;
    auto folds = foldMarks(m_lanes.lane(lane), scale, kMarkCell,
                           {m_scene.range.begin - around, m_scene.range.end + around});
    for (auto &fold : folds)
        fold.x += m_left;
    std::erase_if(folds,
                  [this](const MarkFold &fold) { return fold.x < m_left || fold.x > m_right; });
    return folds;
}

void LanePainter::roundedRect(const QRectF &rect, double radius, const QBrush &brush,
                              const QPen &pen)
{
    if (rect.width() <= 0)
        return;
    // Corners of narrow ones cannot be seen, and there may be a thousand of them.
    if (rect.width() < 6 && pen.style() == Qt::NoPen) {
        m_painter.fillRect(rect, onPane(brush.color()));
        return;
    }
    radius = std::min(radius, rect.width() / 2);
    m_painter.setPen(pen);
    m_painter.setBrush(brush);
    m_painter.setRenderHint(QPainter::Antialiasing, true);
    m_painter.drawRoundedRect(rect, radius, radius);
    m_painter.setRenderHint(QPainter::Antialiasing, false);
}

QColor LanePainter::onPane(const QColor &color) const
{
    const auto mixed = [&](int above, int below) {
        return (above * color.alpha() + below * (255 - color.alpha()) + 127) / 255;
    };
    return {mixed(color.red(), m_theme.pane.red()), mixed(color.green(), m_theme.pane.green()),
            mixed(color.blue(), m_theme.pane.blue())};
}

void LanePainter::text(const QRectF &rect, const QString &text, const QFont &font,
                       const QColor &color, Qt::Alignment alignment)
{
    m_painter.setFont(font);
    m_painter.setPen(color);
    m_painter.drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine | Qt::TextDontClip,
                       text);
}

/// Lines at 45 degrees that end at the rectangle's edges; fixed to the picture, not to the
/// rectangle, so that they do not swim while it grows.
void LanePainter::hatch(const QRectF &rect, const QColor &color)
{
    const double step = 7 * m_unit;
    m_painter.save();
    m_painter.setRenderHint(QPainter::Antialiasing, true);
    m_painter.setPen(QPen(color, 1.8 * m_unit, Qt::SolidLine, Qt::FlatCap));
    // Points of a line have the same x + y.
    const double first = std::ceil((rect.left() + rect.top()) / step) * step;
    for (double sum = first; sum < rect.right() + rect.bottom(); sum += step) {
        const double x1 = std::max(rect.left(), sum - rect.bottom());
        const double x2 = std::min(rect.right(), sum - rect.top());
        if (x2 - x1 > 0.2)
            m_painter.drawLine(QPointF(x1, sum - x1), QPointF(x2, sum - x2));
    }
    m_painter.restore();
}

void LanePainter::paintStatus()
{
    const double tall = 15 * m_unit;
    const QRectF band(m_left, std::round(m_box.area.center().y() - tall / 2), m_right - m_left,
                      tall);
    const QFontMetricsF metrics(m_scene.fonts.small);
    auto all = pieces(m_lanes.statuses, 2);
    // A short interruption lies on top of what was before and after it.
    std::stable_sort(all.begin(), all.end(), [](const Piece &a, const Piece &b) {
        return a.span->severity() < b.span->severity();
    });
    for (const auto &piece : all) {
        const Severity severity = piece.span->severity();
        auto rect = piece.rect(band);
        // A hair of room keeps neighbours of one colour apart.
        if (rect.width() > 4)
            rect.setRight(rect.right() - 1);
        const bool waiting = severity == Severity::Waiting;
        if (severity == Severity::Quiet)
            rect.adjust(0, 4 * m_unit, 0, -4 * m_unit);
        if (waiting) {
            // Not by its colour alone: hatched, and a little lower.
            rect.adjust(0, 2 * m_unit, 0, -2 * m_unit);
            roundedRect(rect, 3, color(severity));
            if (rect.width() > 6)
                hatch(rect.adjusted(1, 1, -1, -1),
                      withAlpha(m_theme.dark ? QColor(Qt::black) : QColor(Qt::white), 0.32));
        } else {
            roundedRect(rect, 3, color(severity));
        }
        if (piece.fold.count > 1 || severity == Severity::Quiet)
            continue;
        const auto label = textOf(name(piece.span->word));
        const double width = metrics.horizontalAdvance(label);
        if (width + 20 * m_unit > rect.width())
            continue;
        const QRectF place(rect.left() + 8 * m_unit, band.top() - 1, width, band.height());
        if (waiting)
            m_painter.fillRect(QRectF(place.left() - 3, rect.top(), width + 6, rect.height()),
                               color(severity));
        text(place, label, m_scene.fonts.small, QColor(0x14, 0x1E, 0x1A));
    }
}

void LanePainter::paintWatchBox(const Piece &piece, const QRectF &box)
{
    const Span &span = *piece.span;
    const auto rect = piece.rect(box);
    const bool watched = span.hello != kNoTime;
    if (piece.fold.count > 1 || (rect.width() < 5 && !watched)) {
        // As much of its height as its time was not spent watching; from the middle of its glyph
        // downwards.
        const Severity severity = span.severity();
        const double top = (severity > Severity::Ok ? 14 : 4) * m_unit;
        const double tall = rect.height() - top - 4 * m_unit;
        const double watching = coverage(m_lanes.watches, piece.fold, m_scene.scale(), 3 * m_unit);
        if (watching > 0.02) {
            const double alpha = (m_theme.dark ? 0.24 : 0.20) * (0.4 + 0.6 * watching);
            m_painter.fillRect(rect, onPane(withAlpha(m_theme.color(Tone::Ok), alpha)));
        }
        const double part = std::max(0.3, 1 - watching);
        if (severity > Severity::Ok || watching < 0.5) {
            m_painter.fillRect(QRectF(rect.left(), rect.top() + top, rect.width(), tall * part),
                               color(severity));
        }
        return;
    }
    if (!watched) {
        // An attempt: on its way or failed.
        const auto attempt = rect.adjusted(0, 7 * m_unit, 0, -7 * m_unit);
        const QColor base =
            span.word == Word::None ? m_theme.color(Tone::Quiet) : color(span.severity());
        roundedRect(attempt, 3, withAlpha(base, m_theme.dark ? 0.26 : 0.18));
        roundedRect(
            QRectF(attempt.left(), attempt.top(), std::min(3.0, attempt.width()), attempt.height()),
            1, base);
        return;
    }
    const QColor ok = m_theme.color(Tone::Ok);
    const QColor edge = span.hot ? m_theme.color(Tone::Error) : ok;
    const double hello = std::clamp(pixel(span.hello), piece.left, piece.right);
    if (hello - piece.left > 3) {
        roundedRect(QRectF(piece.left, rect.top() + 7 * m_unit, hello - piece.left,
                           rect.height() - 14 * m_unit),
                    3, withAlpha(m_theme.color(Tone::Quiet), 0.24));
    }
    const QRectF watch(hello, rect.top(), std::max(piece.right - hello, 2.0), rect.height());
    roundedRect(watch, 5, withAlpha(ok, m_theme.dark ? 0.24 : 0.20));
    const double foot = 4 * m_unit;
    if (watch.width() > 4)
        roundedRect(QRectF(watch.left() + 1, watch.bottom() - foot, watch.width() - 2, foot), 2,
                    edge);
    if (hello > m_left || piece.beginIsVisible)
        roundedRect(QRectF(watch.left(), watch.top(), std::min(3.5, watch.width()), watch.height()),
                    1.5, edge);
}

void LanePainter::paintWatchLabel(const Piece &piece, const QRectF &box, const Room &room)
{
    const Span &span = *piece.span;
    if (piece.fold.count > 1)
        return;
    const bool watched = span.hello != kNoTime;
    const double begin =
        watched ? std::clamp(pixel(span.hello), piece.left, piece.right) : piece.left;
    QString title;
    if (span.kind == EventKind::DeviceInfo)
        title = translated(QT_TRANSLATE_NOOP("TimelineView", "device info"));
    else if (watched)
        title = singleLine(m_scene.store->string(span.leaseId), kLongestLabel);
    else
        title = translated(QT_TRANSLATE_NOOP("TimelineView", "connecting"));

    const QFont &font = watched ? m_scene.fonts.monoBold : m_scene.fonts.small;
    const QFontMetricsF metrics(font);
    const QFontMetricsF small(m_scene.fonts.small);
    const double left = std::max(room.from, begin + 11 * m_unit);
    const double width = room.to - left;
    const double wanted = std::min(metrics.horizontalAdvance(title), 110 * m_unit);
    if (width >= wanted) {
        double y = box.center().y() - 2 * m_unit - (metrics.height() + small.height()) / 2;
        text({left, y, width, metrics.height()}, metrics.elidedText(title, Qt::ElideMiddle, width),
             font, m_theme.text);
        y += metrics.height();
        const qint64 began = watched ? span.hello : span.begin;
        const auto length =
            readableDuration(Nanoseconds(span.endOr(m_scene.openEnd.count()) - began));
        if (small.horizontalAdvance(length) <= width)
            text({left, y, width, small.height()}, length, m_scene.fonts.small, m_theme.dimText);
        return;
    }
    // Too narrow beside the glyph: below it, smaller, from edge to edge. An ellipsis alone would
    // say nothing.
    const QFont &narrow = watched ? m_scene.fonts.mono : m_scene.fonts.small;
    const QFontMetricsF narrowMetrics(narrow);
    const double edge = std::max(m_left + 4 * m_unit, begin + 6 * m_unit);
    const double whole = piece.right - 2 * m_unit - edge;
    const auto fitted = narrowMetrics.elidedText(title, Qt::ElideMiddle, whole);
    if (room.isFreeBelow && fitted.size() >= std::min<qsizetype>(title.size(), 5)) {
        const double y = box.bottom() - 6 * m_unit - narrowMetrics.height();
        text({edge, y, whole, narrowMetrics.height()}, fitted, narrow, m_theme.text);
    }
}

void LanePainter::paintLink(const Piece &piece, const QRectF &box, double &lastArrow)
{
    const Span &span = *piece.span;
    if (span.offerer == kNoTime || piece.fold.count > 1 || !piece.beginIsVisible)
        return;
    const double from = m_scene.x(Nanoseconds(span.offerer));
    const double to = std::min(piece.left + 8 * m_unit, m_right - 4);
    if (to - lastArrow < 14 * m_unit || to < m_left + 8)
        return;
    lastArrow = to;
    const double start = std::max(from - 9 * m_unit, m_left);
    const double y = box.bottom() + 2 * m_unit;
    const double depth = 9 * m_unit;
    const double bend = std::min((to - start) * 0.4, 18 * m_unit);
    QPainterPath path(QPointF(start, y));
    path.cubicTo(start + bend * 0.4, y + depth, to - bend * 0.8, y + depth * 1.35, to,
                 y + 1.5 * m_unit);
    m_painter.setRenderHint(QPainter::Antialiasing, true);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(m_theme.dimText, 1.3 * m_unit));
    m_painter.drawPath(path);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_theme.dimText);
    m_painter.drawPolygon(QPolygonF({{to + 2.0 * m_unit, y - 1.5 * m_unit},
                                     {to + 1.6 * m_unit, y + 5 * m_unit},
                                     {to - 4.4 * m_unit, y + 2.2 * m_unit}}));
    m_painter.setRenderHint(QPainter::Antialiasing, false);
}

std::vector<LanePainter::Glyph> LanePainter::grouped(std::vector<Glyph> glyphs) const
{
    std::vector<Glyph> groups;
    double first = 0;
    double last = 0;
    for (const auto &glyph : glyphs) {
        if (!groups.empty() && isOneGroup(first, last, glyph.x, 15 * m_unit)) {
            auto &group = groups.back();
            group.count += glyph.count;
            group.severity = std::max(group.severity, glyph.severity);
            last = glyph.x;
            // A long row of them is named in its middle.
            if (last - first > 15 * m_unit)
                group.x = (first + last) / 2;
        } else {
            groups.push_back(glyph);
            first = last = glyph.x;
        }
    }
    return groups;
}

/// The glyphs' upper edge is at `y`; how many one stands for is written below it.
void LanePainter::paintGroups(const std::vector<Glyph> &glyphs, double y, double bottom)
{
    const double size = 16 * m_unit;
    const QFontMetricsF small(m_scene.fonts.small);
    double free = m_left;
    for (const auto &glyph : glyphs) {
        const QRectF chip(glyph.x - size / 2, y, size, size);
        if (chip.left() < m_left - 2 || chip.right() > m_right + 2)
            continue;
        roundedRect(chip, 4, withAlpha(m_theme.pane, 0.94));
        paintGlyph(m_painter, chip.adjusted(2 * m_unit, 2 * m_unit, -2 * m_unit, -2 * m_unit),
                   toneOf(glyph.severity), m_theme);
        if (glyph.count < 2)
            continue;
        const QString count = u'×' + QString::number(glyph.count);
        const double width = small.horizontalAdvance(count) + 4 * m_unit;
        const QRectF under(glyph.x - width / 2, chip.bottom(), width,
                           std::min(small.height(), bottom - chip.bottom()));
        if (under.left() < free || under.left() < m_left || under.right() > m_right)
            continue;
        roundedRect(under, 3, withAlpha(m_theme.pane, 0.9));
        text(under, count, m_scene.fonts.small, m_theme.text, Qt::AlignCenter);
        free = under.right() + 2;
    }
}

void LanePainter::paintWatches()
{
    const QRectF box = spanBox(m_scene, m_box);
    const auto all = pieces(m_lanes.watches, 3 * m_unit);
    double lastArrow = -1e9;
    std::vector<Glyph> glyphs;
    for (const auto &piece : all) {
        paintWatchBox(piece, box);
        const Severity severity = piece.span->severity();
        const bool ended = !piece.span->isOpen() && piece.span->word != Word::None;
        const bool told =
            piece.span->kind == EventKind::DeviceInfo ? severity > Severity::Ok : ended;
        if (told && piece.endIsVisible) {
            const bool wide = piece.right - piece.left > 30 * m_unit;
            glyphs.push_back({piece.right - (wide ? 11 * m_unit : 0) + (wide ? 0 : 1), severity,
                              piece.fold.count});
        }
    }
    const auto groups = grouped(std::move(glyphs));
    auto next = groups.begin();
    for (const auto &piece : all) {
        paintLink(piece, box, lastArrow);
        // Labels keep clear of the glyphs at both ends.
        Room room{m_left + 6, piece.right - 4 * m_unit};
        while (next != groups.end() && next->x + 9 * m_unit < piece.left)
            ++next;
        for (auto glyph = next; glyph != groups.end() && glyph->x - 9 * m_unit < piece.right;
             ++glyph) {
            if (glyph->x < piece.left + 12 * m_unit && glyph->x < (piece.left + piece.right) / 2)
                room.from = glyph->x + 12 * m_unit;
            else
                room.to = std::min(room.to, glyph->x - 10 * m_unit);
            room.isFreeBelow &= glyph->count == 1;
        }
        paintWatchLabel(piece, box, room);
    }
    paintGroups(groups, box.top() + 8 * m_unit, box.bottom());
}

void LanePainter::paintDecisions()
{
    struct Item
    {
        double x;
        double last;
        const Mark *mark;
        std::size_t count;
    };
    std::vector<Item> items;
    const auto &series = m_lanes.lane(Lane::Decisions);
    const double apart = 9 * m_unit;
    for (const auto &fold : marks(Lane::Decisions)) {
        const Mark &mark = series[fold.worst];
        if (!items.empty() && isOneGroup(items.back().x, items.back().last, fold.x, apart)) {
            items.back().last = fold.x;
            items.back().count += fold.count;
            if (mark.rank() > items.back().mark->rank())
                items.back().mark = &mark;
        } else {
            items.push_back({fold.x, fold.x, &mark, fold.count});
        }
    }
    const double y = m_box.area.center().y();
    const double half = 5 * m_unit;
    for (const auto &item : items) {
        const Tone tone = toneOf(item.mark->severity());
        if (item.last > item.x + 3 * half)
            m_painter.fillRect(QRectF(item.x, y - 1.5, item.last - item.x, 3), m_theme.color(tone));
        paintGlyph(m_painter, {item.x - half, y - half, 2 * half, 2 * half}, tone, m_theme);
    }
    // What matters most gets its label first: to the right of its mark, or to the left.
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return items[a].mark->rank() > items[b].mark->rank();
    });
    const QFontMetricsF metrics(m_scene.fonts.mono);
    const double gap = 8 * m_unit;
    std::vector<double> freeLeft(items.size()); // how far to the left a label may reach
    std::vector<double> freeRight(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        freeLeft[i] = i == 0 ? m_left + 2 : items[i - 1].last + gap;
        freeRight[i] = i + 1 == items.size() ? m_right - 2 : items[i + 1].x - gap;
    }
    for (const std::size_t i : order) {
        const auto rule = items[i].mark->rule();
        auto full = rule ? textOf(name(*rule)) : textOf(name(items[i].mark->kind));
        auto brief = full.mid(full.indexOf(u'.') + 1);
        if (items[i].count > 1) {
            const QString more = u" +"_s + QString::number(items[i].count - 1);
            full += more;
            brief += more;
        }
        for (const auto &label : {full, brief}) {
            const double width = metrics.horizontalAdvance(label);
            const double right = items[i].last + gap;
            const double left = items[i].x - gap - width;
            const QRectF place(right, y - metrics.height() / 2, width, metrics.height());
            if (right + width <= freeRight[i]) {
                text(place, label, m_scene.fonts.mono, m_theme.dimText);
                if (i + 1 < items.size())
                    freeLeft[i + 1] = std::max(freeLeft[i + 1], right + width + gap);
                break;
            }
            if (left >= freeLeft[i]) {
                text(place.translated(left - right, 0), label, m_scene.fonts.mono, m_theme.dimText);
                if (i > 0)
                    freeRight[i - 1] = std::min(freeRight[i - 1], left - gap);
                break;
            }
        }
    }
}

void LanePainter::paintWaits()
{
    const QRectF box = spanBox(m_scene, m_box);
    const QColor amber = m_theme.color(Tone::Waiting);
    const QFontMetricsF metrics(m_scene.fonts.small);
    const auto all = pieces(m_lanes.waits, 3 * m_unit);
    std::size_t unlabelled = 0; // labels have been seen to before this one
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto &piece = all[i];
        const Span &span = *piece.span;
        const auto rect = piece.rect(box);
        qint64 until = span.planned >= 0 ? span.begin + span.planned : kNoTime;
        if (span.isOpen() && m_scene.plannedEnd)
            until = m_scene.plannedEnd->count();
        const double planned = until == kNoTime ? piece.right : pixel(until);
        double nextLeft = i + 1 < all.size() ? all[i + 1].left : m_right;
        double occupied = piece.right;
        const bool single = piece.fold.count == 1;
        // What was planned but not waited for is an empty outline.
        if (single && planned > piece.right + 2 && piece.endIsVisible) {
            const double to = std::min({planned, m_right, span.isOpen() ? m_right : nextLeft - 2});
            if (to > piece.right + 2) {
                roundedRect(QRectF(piece.right, box.top(), to - piece.right, box.height())
                                .adjusted(0, 0.5, -0.5, -0.5),
                            4, Qt::NoBrush, QPen(withAlpha(amber, 0.8), 1, Qt::DashLine));
                occupied = to;
            }
        }
        if (rect.width() > 5 * m_unit) {
            roundedRect(rect, 4, withAlpha(amber, m_theme.dark ? 0.20 : 0.22));
        } else {
            const double share = coverage(m_lanes.waits, piece.fold, m_scene.scale(), 3 * m_unit);
            const double tall = rect.height() * std::max(0.3, share);
            m_painter.fillRect(QRectF(rect.left(), rect.bottom() - tall, rect.width(), tall),
                               amber);
        }
        // What was waited beyond the plan is not hatched.
        const double hatched =
            single ? std::clamp(planned, rect.left(), rect.right()) : rect.right();
        if (rect.width() > 5 * m_unit)
            hatch(QRectF(rect.left() + 1, rect.top() + 1, hatched - rect.left() - 2,
                         rect.height() - 2),
                  withAlpha(amber, 0.85));
        if (rect.width() > 5 * m_unit)
            roundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, Qt::NoBrush, QPen(amber, 1));
        if (rect.width() > 5 * m_unit && hatched < rect.right() - 1.5)
            m_painter.fillRect(QRectF(hatched, rect.top(), 1, rect.height()), amber);

        if (i < unlabelled)
            continue;
        // Short ones that follow each other closely are counted together.
        std::size_t count = piece.fold.count;
        std::size_t last = i;
        const auto isShort = [&](const Piece &p) { return p.right - p.left <= 5 * m_unit; };
        while (last + 1 < all.size() && isShort(all[last]) && isShort(all[last + 1]) &&
               all[last + 1].left - all[last].right < 5 * m_unit)
            count += all[++last].fold.count;
        unlabelled = last + 1;
        if (last > i) {
            nextLeft = last + 1 < all.size() ? all[last + 1].left : m_right;
            occupied = all[last].right;
        }
        const QString full = count == 1 ? waitText(span) : u'×' + QString::number(count);
        const QString brief =
            count == 1 && span.planned >= 0 ? readableDuration(Nanoseconds(span.planned)) : full;
        for (const auto &label : {full, brief}) {
            const double width = metrics.horizontalAdvance(label) + 10 * m_unit;
            const double tall = std::min(box.height() - 4, metrics.height() + 2);
            QRectF chip(piece.left + 5 * m_unit, box.center().y() - tall / 2, width, tall);
            if (chip.right() <= piece.right - 4 * m_unit) {
                roundedRect(chip, 4, withAlpha(m_theme.pane, 0.9));
                text(chip, label, m_scene.fonts.small, m_theme.text, Qt::AlignCenter);
                break;
            }
            chip.moveLeft(occupied + 1 * m_unit);
            if (chip.right() <= nextLeft - 2 * m_unit && chip.right() <= m_right) {
                text(chip, label, m_scene.fonts.small, m_theme.text, Qt::AlignCenter);
                break;
            }
        }
    }
}

void LanePainter::paintHeartbeats()
{
    const auto &series = m_lanes.lane(Lane::Heartbeats);
    const int axis = heartbeatAxis(m_scene, m_box.source);
    const double base = m_box.area.bottom() - 8 * m_unit;
    const double tallest = m_box.area.height() - 24 * m_unit;
    const double wide = std::max(2.0, m_scene.snapped(3.2 * m_unit));
    const double cross = 9 * m_unit;
    double lastCross = -1e9;
    Severity lastSeverity = Severity::Quiet;
    for (const auto &fold : marks(Lane::Heartbeats)) {
        const Mark &mark = series[fold.worst];
        const Severity severity = mark.severity();
        const bool bad = severity > Severity::Ok;
        const double value = bad ? mark.value : fold.largestOrdinary;
        // By the root: next to one slow round trip the others keep a height that can be told apart.
        double tall = std::sqrt(std::clamp(value / axis, 0.0, 1.0)) * tallest;
        tall = std::max(tall, bad ? tallest * 0.5 : 2.5 * m_unit);
        const double x = m_scene.snapped(fold.x - wide / 2);
        m_painter.fillRect(QRectF(x, base - tall, wide, tall), color(severity));
        if (bad && (fold.x - lastCross > cross || severity > lastSeverity)) {
            paintGlyph(m_painter,
                       {fold.x - cross / 2, base - tallest - cross - 3 * m_unit, cross, cross},
                       toneOf(severity), m_theme);
            lastCross = fold.x;
            lastSeverity = severity;
        }
    }
}

void LanePainter::paintFrames()
{
    const auto &series = m_lanes.lane(Lane::Frames);
    const double y = m_box.area.center().y();
    const double thin = std::max(1.0, m_scene.snapped(1.5 * m_unit));
    for (const auto &fold : marks(Lane::Frames)) {
        const Mark &mark = series[fold.worst];
        const double tall = (fold.count > 1 ? 15 : 13) * m_unit;
        const double x = m_scene.snapped(fold.x - thin / 2);
        m_painter.fillRect(
            QRectF(x, y - tall / 2, thin, tall),
            onPane(withAlpha(m_theme.color(Tone::Quiet), fold.count > 1 ? 1.0 : 0.85)));
        if (mark.kind != EventKind::SseEvent)
            continue;
        // No keep-alive: something that the reader may not have expected here.
        const double r = 4.5 * m_unit;
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        m_painter.setPen(QPen(m_theme.text, 1.3 * m_unit));
        m_painter.setBrush(m_theme.pane);
        m_painter.drawPolygon(
            QPolygonF({{fold.x, y - r}, {fold.x + r, y}, {fold.x, y + r}, {fold.x - r, y}}));
        m_painter.setRenderHint(QPainter::Antialiasing, false);
    }
    // The first frame of a watch is its hello.
    double last = -1e9;
    const double half = 6 * m_unit;
    for (const auto &piece : pieces(m_lanes.watches, 0.5)) {
        if (piece.span->hello == kNoTime)
            continue;
        const double x = pixel(piece.span->hello);
        if (x < m_left || x > m_right || x - last < 8 * m_unit)
            continue;
        last = x;
        paintGlyph(m_painter, {x - half, y - half, 2 * half, 2 * half}, Tone::Ok, m_theme);
    }
}

void LanePainter::paintMarks()
{
    const auto &series = m_lanes.lane(Lane::Marks);
    const QFontMetricsF metrics(m_scene.fonts.small);
    const auto folds = marks(Lane::Marks);
    const double y = m_box.area.center().y();
    const double half = 6 * m_unit;
    const double tall = std::min(m_box.area.height() - 6, 18 * m_unit);
    double free = m_left;
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < folds.size(); ++i) {
        const Mark &mark = series[folds[i].worst];
        const double x = folds[i].x;
        if (x < free - 1 && mark.severity() == Severity::Quiet) {
            // Covered by a label: a line in it says that there is something.
            m_painter.fillRect(QRectF(x, y - tall / 2, 1, tall), m_theme.dimText);
            ++hidden;
            continue;
        }
        const double room =
            (i + 1 < folds.size() ? std::max(folds[i + 1].x, x + 28 * m_unit) : m_right) - x;
        QString label;
        // Only what can be read is looked up.
        if (room > 24 * m_unit) {
            const auto event = m_scene.store->event(mark.row);
            label = mark.kind == EventKind::Note ? event.text(Field::Detail) : event.kindText();
            if (mark.kind == EventKind::Room)
                label += u' ' + event.wordText();
            label = singleLine(label, kLongestLabel);
            if (folds[i].count > 1)
                label += u" ×"_s + QString::number(folds[i].count);
        }
        const double most = std::min({room - 22 * m_unit, 220 * m_unit, m_right - x - 18 * m_unit});
        const auto shown = metrics.elidedText(label, Qt::ElideRight, std::max(0.0, most));
        const double width = shown.size() < 2 ? 0 : metrics.horizontalAdvance(shown);
        if (mark.kind == EventKind::Note) {
            const double body = width + (width > 0 ? 12 : 6) * m_unit;
            if (x + body + 7 * m_unit > m_right)
                continue;
            m_painter.setRenderHint(QPainter::Antialiasing, true);
            m_painter.setPen(QPen(m_theme.faintText, 1));
            m_painter.setBrush(m_theme.chip);
            m_painter.drawPolygon(QPolygonF({{x, y - tall / 2},
                                             {x + body, y - tall / 2},
                                             {x + body + 6 * m_unit, y},
                                             {x + body, y + tall / 2},
                                             {x, y + tall / 2}}));
            m_painter.setRenderHint(QPainter::Antialiasing, false);
            if (width > 0)
                text({x + 6 * m_unit, y - tall / 2, width, tall}, shown, m_scene.fonts.small,
                     m_theme.text);
            free = x + body + 8 * m_unit;
            continue;
        }
        paintGlyph(m_painter, {x - half, y - half, 2 * half, 2 * half}, toneOf(mark.severity()),
                   m_theme);
        if (width > 0)
            text({x + half + 3 * m_unit, y - tall / 2, width, tall}, shown, m_scene.fonts.small,
                 m_theme.text);
        free = x + half + 3 * m_unit + width;
    }
}

/// 1, 2 or 5 times a power of ten, at or above.
int niceCeiling(int value)
{
    int power = 1;
    while (true) {
        for (const int factor : {1, 2, 5}) {
            if (factor * power >= value)
                return factor * power;
        }
        power *= 10;
    }
}

} // namespace

QString waitText(const Span &wait)
{
    QString text = wait.planned >= 0 ? readableDuration(Nanoseconds(wait.planned)) : QString();
    const auto add = [&text](const QString &more) {
        text += text.isEmpty() ? more : QString(u"  "_s + more);
    };
    if (wait.kind == EventKind::DeviceInfo)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "device info")));
    else if (wait.rule == Rule::ConnectConflict || wait.rule == Rule::OutcomeHeartbeatConflict)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "conflict")));
    else if (wait.rule == Rule::ConnectNonSse)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "no event stream")));
    else if (wait.rule == Rule::OutcomeStreamErrorEarly)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "early cut")));
    if (wait.isOpen())
        return text;
    const auto took = readableDuration(Nanoseconds(wait.end - wait.begin));
    const bool asPlanned = wait.planned >= 0 && std::abs(wait.end - wait.begin - wait.planned) <=
                                                    std::max<qint64>(50'000'000, wait.planned / 50);
    if (wait.word == Word::Skipped)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "skipped after ")) + took);
    else if (wait.word == Word::Cancelled)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "cancelled after ")) + took);
    else if (!asPlanned)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "took ")) + took);
    return text;
}

QRectF spanBox(const TimelineScene &scene, const LaneBox &lane)
{
    const double unit = scene.fonts.unit;
    const auto &area = lane.area;
    switch (lane.lane) {
    case Lane::Watch:
        // Below it is the room for the arrows.
        return area.adjusted(0, 6 * unit, 0, -15 * unit);
    case Lane::Backoff:
        return area.adjusted(0, 6 * unit, 0, -7 * unit);
    case Lane::Status: {
        const double tall = 15 * unit;
        return {area.left(), area.center().y() - tall / 2, area.width(), tall};
    }
    default:
        return area.adjusted(0, 4 * unit, 0, -5 * unit);
    }
}

int heartbeatAxis(const TimelineScene &scene, int source)
{
    constexpr int kLeast = 200; // 20 ms
    if (!scene.index || source >= scene.index->sourceCount())
        return kLeast;
    const auto &series = scene.index->source(source).lane(Lane::Heartbeats);
    const std::size_t first = series.lowerBound(scene.range.begin.count());
    const std::size_t last = series.lowerBound(scene.range.end.count());
    const int largest = first < last ? series.largestOrdinary(first, last) : 0;
    return std::max(kLeast, niceCeiling(largest));
}

void paintEvents(QPainter &painter, const TimelineScene &scene, Spans spans)
{
    if (!scene.index)
        return;
    const auto &canvas = scene.layout.canvas;
    for (const auto &box : scene.layout.lanes) {
        const bool inSight = box.area.bottom() > canvas.top() && box.area.top() < canvas.bottom();
        if (inSight && box.source < scene.index->sourceCount())
            LanePainter(painter, scene, box, spans).paint();
    }
}

} // namespace watchline
