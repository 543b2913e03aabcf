// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "core/timeline/timelinefold.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/whatifpainter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <array>
#include <numeric>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestLabel = 120;
/// From this on a folded source shows what happened in its lanes.
constexpr Severity kLeastTrouble = Severity::Wake;
/// Only the last few spans of a series can still run.
constexpr std::size_t kMostRunning = 8;

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

QString countText(std::size_t count)
{
    return u'×' + QString::number(count);
}

/// Of a text in a font whose characters are all as wide as each other. Where the text has to come
/// from another font it is measured.
double monoWidth(const QString &text, const QFont &font)
{
    const QFontMetricsF metrics(font);
    const bool plain =
        std::ranges::all_of(text, [](QChar c) { return (c >= u' ' && c <= u'~') || c == u'…'; });
    return plain ? metrics.horizontalAdvance(u'0') * static_cast<double>(text.size())
                 : metrics.horizontalAdvance(text);
}

/// Which share of the time that a fold covers was really spent in its spans (of a watch: with its
/// stream), by a few of them. Without it a wait of a second an hour would look like waiting all
/// day.
double coverage(const SpanSeries &series, const SpanFold &fold, const TimeScale &scale,
                double leastWidth)
{
    constexpr std::size_t kSamples = 4;
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
        , m_folds(scene.index->folds())
        , m_theme(scene.theme)
        , m_spans(spans)
        , m_small(scene.fonts.small)
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
    struct Room // for a line of text, beside the glyphs
    {
        double from = 0;
        double to = 0;
    };
    struct Glyph // one, or several that would cover each other
    {
        double x = 0;
        Severity severity = Severity::Quiet;
        std::size_t count = 1;
        double left = 0; ///< Of the glyph; with what is written beside it, to `right`.
        double right = 0;
    };

    void paintStatus();
    void paintStatusFold(const SpanFold &fold, const QRectF &rect);
    void paintTroubles();
    void paintWatches();
    void paintDecisions();
    void paintWaits();
    void paintHeartbeats();
    void paintFrames();
    void paintMarks();
    void paintNoteRanges();

    std::vector<Piece> pieces(const SpanSeries &series, double leastWidth) const;
    std::vector<MarkFold> marks(Lane lane) const;
    void paintWatchBox(const Piece &piece, const QRectF &box);
    void paintWatchLabel(const Piece &piece, const QRectF &box, const Room &beside);
    double watchLine(const QRectF &box) const;
    bool paintLease(const QString &lease, const QRectF &line);
    void paintLink(const Piece &piece, const QRectF &box, double &lastArrow);
    void measure(Glyph &glyph) const;
    std::vector<Glyph> grouped(const std::vector<Glyph> &glyphs) const;
    void paintGroups(const std::vector<Glyph> &glyphs, double y);
    double opensAt(const SpanSeries &series) const;
    double closedReach(const SpanSeries &series, double before) const;
    void paintWait(const Piece &piece, const QRectF &box, double outlineEnd, double planned);
    void paintWaitLabel(const Piece &piece, std::size_t count, const QRectF &box, Room room,
                        double solidEnd, double spanEnd);
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
    FoldCache &m_folds;
    const Theme &m_theme;
    Spans m_spans;
    QFontMetricsF m_small; ///< Of `small`.
    double m_unit;
    double m_left;
    double m_right;
};

void LanePainter::paint()
{
    switch (m_box.lane) {
    case Lane::Status:
        paintStatus();
        if (m_box.isFolded && m_spans != Spans::Open)
            paintTroubles();
        return;
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
        for (std::size_t i = series.size() - std::min(series.size(), kMostRunning);
             i < series.size(); ++i) {
            if (!series[i].isOpen())
                continue;
            const double x = scale.toPixel(Nanoseconds(series[i].begin));
            const double end = scale.toPixel(Nanoseconds(series[i].endOr(m_scene.openEnd.count())));
            add({series[i].begin, 0, x, end - x, i, 1, i});
        }
        return result;
    }
    for (const auto &fold :
         m_folds.spans(series, scale, kSpanCell, m_scene.openEnd, m_spans == Spans::Closed))
        add(fold);
    return result;
}

std::vector<MarkFold> LanePainter::marks(Lane lane) const
{
    const auto scale = m_scene.scale();
    // Of the last mark before the left edge a part may be in sight.
    const Nanoseconds around = scale.perPixel() * 8;
    auto folds = m_folds.marks(m_lanes.lane(lane), scale, kMarkCell,
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
    // There may be a thousand narrow ones, and smooth corners take ten times as long as these.
    if (rect.width() < 44 && pen.style() == Qt::NoPen) {
        const QColor fill = onPane(brush.color());
        const double most = std::min(rect.width() / 4, rect.height() / 4);
        const int steps = static_cast<int>(std::min(std::round(radius * 0.6), most));
        for (int i = 0; i < steps; ++i) {
            const double inset = steps - i;
            const double width = rect.width() - 2 * inset;
            m_painter.fillRect(QRectF(rect.left() + inset, rect.top() + i, width, 1), fill);
            m_painter.fillRect(QRectF(rect.left() + inset, rect.bottom() - i - 1, width, 1), fill);
        }
        m_painter.fillRect(rect.adjusted(0, steps, 0, -steps), fill);
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
    const QRectF place = spanBox(m_scene, m_box);
    const QRectF band(m_left, std::round(place.top()), m_right - m_left,
                      std::round(place.height()));
    auto all = pieces(m_lanes.statuses, 2);
    // A short interruption lies on top of what was before and after it.
    std::stable_sort(all.begin(), all.end(), [](const Piece &a, const Piece &b) {
        return a.span->severity() < b.span->severity();
    });
    for (const auto &piece : all) {
        const Severity severity = piece.span->severity();
        auto rect = piece.rect(band);
        if (piece.fold.count > 1) {
            paintStatusFold(piece.fold, rect);
            continue;
        }
        // A hair of room keeps neighbours of one colour apart.
        if (rect.width() > 4)
            rect.setRight(rect.right() - 1);
        const bool waiting = severity == Severity::Waiting;
        if (severity == Severity::Quiet)
            rect.adjust(0, 5 * m_unit, 0, -5 * m_unit);
        if (waiting) {
            // Not by its colour alone: hatched, and a little lower.
            rect.adjust(0, 1 * m_unit, 0, -1 * m_unit);
            roundedRect(rect, 3, color(severity));
            if (rect.width() > 6)
                hatch(rect.adjusted(1, 1, -1, -1),
                      withAlpha(m_theme.dark ? QColor(Qt::black) : QColor(Qt::white), 0.32));
        } else {
            roundedRect(rect, 3, color(severity));
        }
        if (severity == Severity::Quiet)
            continue;
        if (rect.width() < 20 * m_unit || m_small.ascent() > rect.height() - 2)
            continue;
        const auto label = textOf(name(piece.span->word));
        const double width = m_small.horizontalAdvance(label);
        if (width + 20 * m_unit > rect.width())
            continue;
        const QRectF line(rect.left() + 8 * m_unit, rect.top(), width, rect.height());
        if (waiting)
            m_painter.fillRect(QRectF(line.left() - 3, rect.top(), width + 6, rect.height()),
                               color(severity));
        text(line, label, m_scene.fonts.small, QColor(0x0B, 0x12, 0x0F));
    }
}

/// The status that took most of the time, by a few of them; what else there was is a strip below,
/// as high as its share and never too thin to be seen.
void LanePainter::paintStatusFold(const SpanFold &fold, const QRectF &rect)
{
    constexpr std::size_t kSamples = 4;
    const auto &series = m_lanes.statuses;
    std::array<qint64, kSeverityCount> spent{};
    const std::size_t last = fold.first + std::min(fold.count, kSamples);
    for (std::size_t i = fold.first; i < last; ++i)
        spent.at(static_cast<std::size_t>(series[i].severity())) +=
            series[i].endOr(m_scene.openEnd.count()) - series[i].begin;
    const auto longest = std::ranges::max_element(spent);
    const auto usual = static_cast<Severity>(longest - spent.begin());
    const Severity worst = series[fold.worst].severity();
    m_painter.fillRect(rect, color(usual));
    if (worst == usual)
        return;
    const auto share = static_cast<double>(spent.at(static_cast<std::size_t>(worst))) /
                       static_cast<double>(std::max<qint64>(
                           1, std::accumulate(spent.begin(), spent.end(), qint64{0})));
    const double tall = rect.height() * std::clamp(share, 0.25, 1.0);
    m_painter.fillRect(QRectF(rect.left(), rect.bottom() - tall, rect.width(), tall), color(worst));
}

/// What a folded source's lanes have that must not be missed: along the lower edge of its status.
void LanePainter::paintTroubles()
{
    constexpr double kCell = 6;
    const double tall = 5 * m_unit;
    const double wide = std::max(3.0, m_scene.snapped(4 * m_unit));
    for (const Lane lane : kAllLanes) {
        const auto &series = m_lanes.lane(lane);
        const std::size_t first = series.lowerBound(m_scene.range.begin.count());
        const std::size_t last = series.lowerBound(m_scene.range.end.count(), first);
        if (first == last || severityOfRank(series.extremes(first, last).rank) < kLeastTrouble)
            continue;
        for (const auto &fold : foldMarks(series, m_scene.scale(), kCell, m_scene.range)) {
            if (fold.severity() < kLeastTrouble)
                continue;
            const QRectF mark(m_scene.snapped(m_left + fold.x - wide / 2),
                              m_box.area.bottom() - tall - 1, wide, tall);
            m_painter.fillRect(mark.adjusted(-1, -1, 1, 0) & m_box.area, m_theme.pane);
            m_painter.fillRect(mark & m_box.area, color(fold.severity()));
        }
    }
}

/// The upper edge of the text in a watch's box; the glyphs keep below its first line.
double LanePainter::watchLine(const QRectF &box) const
{
    const double both = QFontMetricsF(m_scene.fonts.monoBold).height() + 16 * m_unit;
    return box.top() + std::max(1.0, (box.height() - 5 * m_unit - both) / 2);
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
        roundedRect(QRectF(watch.left(), watch.top(),
                           std::min(3.5, std::max(1.0, watch.width() / 5)), watch.height()),
                    1.5, edge);
}

/// A lease has its line for itself, from edge to edge: whole in the largest font that fits, else
/// its end, by which leases are told apart, else nothing.
bool LanePainter::paintLease(const QString &lease, const QRectF &line)
{
    const QFont &tiny = m_scene.fonts.monoTiny;
    for (const QFont &font : {m_scene.fonts.monoBold, m_scene.fonts.mono, tiny}) {
        if (monoWidth(lease, font) <= line.width()) {
            text(line, lease, font, m_theme.text);
            return true;
        }
    }
    constexpr qsizetype kLeastTail = 4;
    const qsizetype afterPrefix = lease.size() - lease.lastIndexOf(u'_') - 1;
    const qsizetype least = afterPrefix > 0 ? std::min(kLeastTail, afterPrefix) : kLeastTail;
    for (qsizetype size = lease.size() - 1; size >= least; --size) {
        // Of the prefix, which all have, no part is shown.
        if (size > afterPrefix && afterPrefix >= kLeastTail)
            continue;
        const QString tail = u'…' + lease.last(size);
        if (monoWidth(tail, tiny) <= line.width()) {
            text(line, tail, tiny, m_theme.text);
            return true;
        }
    }
    return false;
}

/// Two lines: the lease or what goes on, and below it, beside the glyphs, how long it took.
void LanePainter::paintWatchLabel(const Piece &piece, const QRectF &box, const Room &beside)
{
    const Span &span = *piece.span;
    if (piece.fold.count > 1)
        return;
    const bool watched = span.hello != kNoTime;
    const double begin =
        watched ? std::clamp(pixel(span.hello), piece.left, piece.right) : piece.left;
    const double end = piece.right - 2 * m_unit;
    const double edge = begin + std::min(11 * m_unit, 4 * m_unit + 0.06 * (end - begin));
    // There may be a thousand with room for nothing.
    if (end - edge < 2 * m_scene.fonts.digitWidth)
        return;
    const QFontMetricsF first(m_scene.fonts.monoBold);
    const QRectF line(edge, watchLine(box), end - edge, first.height());
    if (watched) {
        if (!paintLease(singleLine(m_scene.store->string(span.leaseId), kLongestLabel), line))
            return;
    } else {
        // Its box is lower than a watch's, and has room for one line.
        const QString title = span.kind == EventKind::DeviceInfo
                                  ? translated(QT_TRANSLATE_NOOP("TimelineView", "device info"))
                                  : translated(QT_TRANSLATE_NOOP("TimelineView", "connecting"));
        const double from = std::max(edge, beside.from);
        const double width = std::min(end, beside.to) - from;
        if (m_small.horizontalAdvance(title) <= width)
            text({from, box.center().y() - m_small.height() / 2, width, m_small.height()}, title,
                 m_scene.fonts.small, m_theme.text);
        return;
    }
    const auto length =
        readableDuration(Nanoseconds(span.endOr(m_scene.openEnd.count()) - span.hello));
    const double from = std::max(edge, beside.from);
    const double width = std::min(end, beside.to) - from;
    if (m_small.horizontalAdvance(length) <= width)
        text({from, line.bottom() + 1 * m_unit, width, m_small.height()}, length,
             m_scene.fonts.small, m_theme.dimText);
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

/// Where it lies, with the number of those it stands for to its right, kept within the lane.
void LanePainter::measure(Glyph &glyph) const
{
    const double half = 8 * m_unit;
    double beside = 0;
    if (glyph.count > 1) {
        // By its digits: groups are measured again and again while they grow.
        int digits = 2;
        for (std::size_t rest = glyph.count; rest >= 10; rest /= 10)
            ++digits;
        beside = digits * m_scene.fonts.digitWidth + 3 * m_unit;
    }
    glyph.left = std::min(glyph.x - half, m_right - 2 * half - beside);
    glyph.right = glyph.left + 2 * half + beside;
}

/// Those that would touch are one. No two of the result touch.
std::vector<LanePainter::Glyph> LanePainter::grouped(const std::vector<Glyph> &glyphs) const
{
    constexpr double kWithoutGap = 5;
    std::vector<Glyph> groups;
    double first = 0;
    double last = 0;
    bool isRow = true; // one without gaps, however many they are
    for (auto glyph : glyphs) {
        measure(glyph);
        if (groups.empty() ||
            (glyph.left > groups.back().right + 1 && glyph.x - last >= kWithoutGap)) {
            groups.push_back(glyph);
            first = last = glyph.x;
            isRow = true;
            continue;
        }
        auto &group = groups.back();
        isRow &= glyph.x - last < kWithoutGap;
        last = glyph.x;
        group.count += glyph.count;
        group.severity = std::max(group.severity, glyph.severity);
        // A long row of them is named in its middle.
        if (isRow && last - first > 15 * m_unit)
            group.x = (first + last) / 2;
        measure(group);
        // A count at the right edge moves its group to the left.
        while (groups.size() > 1 && groups.back().left <= groups[groups.size() - 2].right + 1) {
            auto &before = groups[groups.size() - 2];
            before.count += groups.back().count;
            before.severity = std::max(before.severity, groups.back().severity);
            measure(before);
            groups.pop_back();
            isRow = false;
        }
    }
    return groups;
}

/// The glyphs' upper edge is at `y`; how many one stands for is written beside it.
void LanePainter::paintGroups(const std::vector<Glyph> &glyphs, double y)
{
    const double size = 16 * m_unit;
    for (const auto &glyph : glyphs) {
        const QRectF place(glyph.left, y, glyph.right - glyph.left, size);
        if (place.left() < m_left - 2 || place.right() > m_right + 2)
            continue;
        roundedRect(place, 4, withAlpha(m_theme.pane, 0.94));
        const QRectF chip(place.topLeft(), QSizeF(size, size));
        paintGlyph(m_painter, chip.adjusted(2 * m_unit, 2 * m_unit, -2 * m_unit, -2 * m_unit),
                   toneOf(glyph.severity), m_theme);
        if (glyph.count > 1)
            text({chip.right(), y, place.right() - chip.right(), size}, countText(glyph.count),
                 m_scene.fonts.small, m_theme.text);
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
    const auto groups = grouped(glyphs);
    auto next = groups.begin();
    for (const auto &piece : all) {
        paintLink(piece, box, lastArrow);
        Room beside{m_left + 2, piece.right - 2 * m_unit};
        while (next != groups.end() && next->right < piece.left)
            ++next;
        for (auto glyph = next; glyph != groups.end() && glyph->left < piece.right; ++glyph) {
            // A count beside a length would read as one number.
            const double gap = (glyph->count > 1 ? 7 : 2) * m_unit;
            if (glyph->left < piece.left + 4 * m_unit)
                beside.from = std::max(beside.from, glyph->right + gap);
            else
                beside.to = std::min(beside.to, glyph->left - 2 * m_unit);
        }
        paintWatchLabel(piece, box, beside);
    }
    paintGroups(groups, watchLine(box) + QFontMetricsF(m_scene.fonts.monoBold).height());
}

void LanePainter::paintDecisions()
{
    struct Item
    {
        double x;
        double last;
        std::size_t worst; ///< Index of the mark that is shown.
        int rank;
        std::size_t count;
    };
    std::vector<Item> items;
    const auto &series = m_lanes.lane(Lane::Decisions);
    const double apart = 12 * m_unit;
    for (const auto &fold : marks(Lane::Decisions)) {
        if (!items.empty() && isOneGroup(items.back().x, items.back().last, fold.x, apart)) {
            items.back().last = fold.x;
            items.back().count += fold.count;
            if (fold.rank > items.back().rank) {
                items.back().rank = fold.rank;
                items.back().worst = fold.worst;
            }
        } else {
            items.push_back({fold.x, fold.x, fold.worst, fold.rank, fold.count});
        }
    }
    const double y = m_box.area.center().y();
    const double half = 5 * m_unit;
    for (const auto &item : items) {
        const Tone tone = toneOf(severityOfRank(item.rank));
        if (item.last > item.x + 3 * half)
            m_painter.fillRect(QRectF(item.x, y - 1.5, item.last - item.x, 3), m_theme.color(tone));
        paintGlyph(m_painter, {item.x - half, y - half, 2 * half, 2 * half}, tone, m_theme);
    }
    // Always to the right of its mark: on the left it would read as the mark's before it.
    const QFontMetricsF metrics(m_scene.fonts.mono);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const double left = items[i].last + half + 3 * m_unit;
        const double right =
            i + 1 < items.size() ? items[i + 1].x - half - 7 * m_unit : m_right - 2;
        if (right - left < 3 * m_scene.fonts.digitWidth)
            continue;
        const Mark mark = series[items[i].worst];
        const auto rule = mark.rule();
        auto full = rule ? textOf(name(*rule)) : textOf(name(mark.kind));
        auto brief = full.mid(full.indexOf(u'.') + 1);
        if (items[i].count > 1) {
            const QString more = u" +"_s + QString::number(items[i].count - 1);
            full += more;
            brief += more;
        }
        for (const auto &label : {full, brief}) {
            const double width = metrics.horizontalAdvance(label);
            if (left + width > right)
                continue;
            text({left, y - metrics.height() / 2, width, metrics.height()}, label,
                 m_scene.fonts.mono, m_theme.dimText);
            break;
        }
    }
}

/// Where the first span begins that still runs: what is over is painted without those.
double LanePainter::opensAt(const SpanSeries &series) const
{
    double at = std::numeric_limits<double>::max();
    for (std::size_t i = series.size() - std::min(series.size(), kMostRunning); i < series.size();
         ++i) {
        if (series[i].isOpen())
            at = std::min(at, pixel(series[i].begin));
    }
    return at;
}

/// How far spans reach that are over, of those that begin before `before`.
double LanePainter::closedReach(const SpanSeries &series, double before) const
{
    double reach = m_left;
    for (std::size_t i = series.size() - std::min(series.size(), 2 * kMostRunning);
         i < series.size(); ++i) {
        if (!series[i].isOpen() && pixel(series[i].begin) <= before)
            reach = std::max(reach, pixel(series[i].end));
    }
    return reach;
}

/// What was waited, hatched as far as it was planned, and an empty outline for the rest of the
/// plan.
void LanePainter::paintWait(const Piece &piece, const QRectF &box, double outlineEnd,
                            double planned)
{
    const QColor amber = m_theme.color(Tone::Waiting);
    const auto rect = piece.rect(box);
    if (outlineEnd > piece.right) {
        roundedRect(QRectF(piece.right, box.top(), outlineEnd - piece.right, box.height())
                        .adjusted(0, 0.5, -0.5, -0.5),
                    4, Qt::NoBrush, QPen(withAlpha(amber, 0.8), 1, Qt::DashLine));
    }
    if (rect.width() <= 5 * m_unit) {
        const double share = coverage(m_lanes.waits, piece.fold, m_scene.scale(), 3 * m_unit);
        const double tall = rect.height() * std::max(0.3, share);
        m_painter.fillRect(QRectF(rect.left(), rect.bottom() - tall, rect.width(), tall), amber);
        return;
    }
    roundedRect(rect, 4, withAlpha(amber, m_theme.dark ? 0.20 : 0.22));
    // What was waited beyond the plan is not hatched.
    const double hatched =
        piece.fold.count == 1 ? std::clamp(planned, rect.left(), rect.right()) : rect.right();
    hatch(QRectF(rect.left() + 1, rect.top() + 1, hatched - rect.left() - 2, rect.height() - 2),
          withAlpha(amber, 0.85));
    roundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, Qt::NoBrush, QPen(amber, 1));
    if (hatched < rect.right() - 1.5)
        m_painter.fillRect(QRectF(hatched, rect.top(), 1, rect.height()), amber);
}

/// Inside of its own span, or to the right of it where that is free; never over another one, for
/// there it would read as the other's. `room` is free of others.
void LanePainter::paintWaitLabel(const Piece &piece, std::size_t count, const QRectF &box,
                                 Room room, double solidEnd, double spanEnd)
{
    const Span &span = *piece.span;
    const QFontMetricsF metrics(m_scene.fonts.small);
    const double tall = std::min(box.height() - 2, metrics.height() + 2);
    const QString full = count == 1 ? waitText(span) : countText(count);
    const QString brief =
        count == 1 && span.planned >= 0 ? readableDuration(Nanoseconds(span.planned)) : full;
    const double margin = 4 * m_unit;
    for (const auto &label : {full, brief}) {
        const double width = metrics.horizontalAdvance(label) + 8 * m_unit;
        const Room places[] = {{piece.left + margin, solidEnd - margin},
                               {solidEnd + margin, spanEnd - margin},
                               {piece.left + margin, spanEnd - margin},
                               {spanEnd + 1 * m_unit, m_right}};
        for (const auto &place : places) {
            const double left = std::max(place.from, room.from);
            const QRectF chip(left, box.center().y() - tall / 2, width, tall);
            if (chip.right() > std::min(place.to, room.to - 4 * m_unit))
                continue;
            if (left < spanEnd)
                roundedRect(chip, 4, withAlpha(m_theme.pane, 0.9));
            text(chip, label, m_scene.fonts.small, m_theme.text, Qt::AlignCenter);
            return;
        }
    }
}

void LanePainter::paintWaits()
{
    const QRectF box = spanBox(m_scene, m_box);
    const auto all = pieces(m_lanes.waits, 3 * m_unit);
    const double running =
        m_spans == Spans::Closed ? opensAt(m_lanes.waits) : std::numeric_limits<double>::max();
    std::size_t unlabelled = 0; // labels have been seen to before this one
    double occupied = m_left;   // by what was before
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto &piece = all[i];
        const Span &span = *piece.span;
        const auto nextLeft = [&](std::size_t of) {
            const double next =
                of + 1 < all.size() ? all[of + 1].left : std::numeric_limits<double>::max();
            return std::min(next, std::max(running, piece.left));
        };
        qint64 until = span.planned >= 0 ? span.begin + span.planned : kNoTime;
        if (span.isOpen() && m_scene.plannedEnd)
            until = m_scene.plannedEnd->count();
        const double planned = until == kNoTime ? piece.right : pixel(until);
        double spanEnd = piece.right;
        if (piece.fold.count == 1 && piece.endIsVisible) {
            const double to = std::min({planned, m_right, nextLeft(i) - 2});
            if (to > piece.right + 2)
                spanEnd = to;
        }
        paintWait(piece, box, spanEnd, planned);
        if (m_spans == Spans::Open)
            occupied = std::max(occupied, closedReach(m_lanes.waits, piece.left));
        // Short ones that follow each other closely are counted together.
        std::size_t last = i;
        const auto isShort = [&](const Piece &p) { return p.right - p.left <= 5 * m_unit; };
        if (i >= unlabelled) {
            std::size_t count = piece.fold.count;
            while (last + 1 < all.size() && isShort(all[last]) && isShort(all[last + 1]) &&
                   all[last + 1].left - all[last].right < 5 * m_unit)
                count += all[++last].fold.count;
            unlabelled = last + 1;
            const double solidEnd = last > i ? all[last].right : piece.right;
            paintWaitLabel(piece, count, box, {occupied, nextLeft(last)}, solidEnd,
                           std::max(solidEnd, last > i ? solidEnd : spanEnd));
        }
        occupied = std::max(occupied, spanEnd);
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
    struct Cross
    {
        double x;
        Severity severity;
    };
    std::vector<Cross> crosses;
    const auto bar = [&](const MarkFold &fold, double value, double least) {
        // By the root: next to one slow round trip the others keep a height that can be told apart.
        const double root = std::sqrt(std::clamp(value / axis, 0.0, 1.0)) * tallest;
        const double tall = std::max(root, least);
        return QRectF(m_scene.snapped(fold.x - wide / 2), base - tall, wide, tall);
    };
    const auto folds = marks(Lane::Heartbeats);
    // Bars of one height that touch are one: tall and narrow is what takes longest to fill.
    QRectF block;
    Severity shown = Severity::Ok;
    for (const auto &fold : folds) {
        if (fold.severity() > Severity::Ok)
            continue;
        const QRectF next = bar(fold, fold.largestOrdinary, 2.5 * m_unit);
        if (fold.severity() == shown && next.left() <= block.right() &&
            std::abs(next.top() - block.top()) < 0.5) {
            block.setRight(next.right());
            continue;
        }
        m_painter.fillRect(block, color(shown));
        block = next;
        shown = fold.severity();
    }
    m_painter.fillRect(block, color(shown));
    // Upon their neighbours, which lie so close that they would cover them.
    for (const auto &fold : folds) {
        const Severity severity = fold.severity();
        if (severity <= Severity::Ok)
            continue;
        m_painter.fillRect(bar(fold, series[fold.worst].value, tallest * 0.5), color(severity));
        // Those that would touch are one, the worst of them.
        if (crosses.empty() || fold.x - crosses.back().x > cross + 2 * m_unit)
            crosses.push_back({fold.x, severity});
        else
            crosses.back().severity = std::max(crosses.back().severity, severity);
    }
    for (const auto &[x, severity] : crosses)
        paintGlyph(m_painter, {x - cross / 2, base - tallest - cross - 3 * m_unit, cross, cross},
                   toneOf(severity), m_theme);
}

void LanePainter::paintFrames()
{
    const double y = m_box.area.center().y();
    const double thin = std::max(1.0, m_scene.snapped(1.5 * m_unit));
    const QColor one = onPane(withAlpha(m_theme.color(Tone::Quiet), 0.85));
    const QColor several = m_theme.color(Tone::Quiet);
    const auto folds = marks(Lane::Frames);
    for (const auto &fold : folds) {
        const double tall = (fold.count > 1 ? 15 : 13) * m_unit;
        m_painter.fillRect(QRectF(m_scene.snapped(fold.x - thin / 2), y - tall / 2, thin, tall),
                           fold.count > 1 ? several : one);
    }
    // The first frame of a watch is its hello; of those that would touch the first is shown.
    double last = -1e9;
    const double half = 6 * m_unit;
    for (const auto &fold :
         m_folds.spans(m_lanes.watches, m_scene.scale(), half, m_scene.openEnd, false)) {
        const Span &span = m_lanes.watches[fold.first];
        if (span.hello == kNoTime)
            continue;
        const double x = pixel(span.hello);
        if (x < m_left || x > m_right || x - last < 2 * half + 1)
            continue;
        last = x;
        // Where there are many it is a row of dots, and each need not be round.
        const double dot = 2.5 * m_unit;
        if (fold.count > 1)
            m_painter.fillRect(QRectF(x - dot, y - dot, 2 * dot, 2 * dot), m_theme.color(Tone::Ok));
        else
            paintGlyph(m_painter, {x - half, y - half, 2 * half, 2 * half}, Tone::Ok, m_theme);
    }
    // No keep-alive: something that the reader may not have expected here, so nothing covers it.
    double lastDiamond = -1e9;
    const double r = 4.5 * m_unit;
    for (const auto &fold : folds) {
        if (fold.isUsual() || fold.x - lastDiamond < 2 * r + 1)
            continue;
        lastDiamond = fold.x;
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        m_painter.setPen(QPen(m_theme.text, 1.3 * m_unit));
        m_painter.setBrush(m_theme.pane);
        m_painter.drawPolygon(
            QPolygonF({{fold.x, y - r}, {fold.x + r, y}, {fold.x, y + r}, {fold.x - r, y}}));
        m_painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

/// Brackets under the notes that are about more than a moment.
void LanePainter::paintNoteRanges()
{
    const auto scale = m_scene.scale();
    const double y = m_scene.snapped(noteBracketBottom(m_box, m_unit));
    const double thin = std::max(1.0, m_scene.snapped(1.5 * m_unit));
    double last = -1e9;
    for (const auto &range : m_lanes.noteRanges) {
        const double begin = m_left + scale.toPixel(Nanoseconds(range.begin));
        const double end = m_left + scale.toPixel(Nanoseconds(range.end));
        // Those that would cover each other are seen as one.
        if (end < m_left || begin > m_right || (end - begin < 2 && begin - last < 2))
            continue;
        last = begin;
        const double left = m_scene.snapped(std::max(begin, m_left));
        const double right = std::max(left + thin, m_scene.snapped(std::min(end, m_right)));
        m_painter.fillRect(QRectF(left, y - thin, right - left, thin), m_theme.dimText);
        const double tick = 5 * m_unit;
        if (begin >= m_left)
            m_painter.fillRect(QRectF(left, y - tick, thin, tick), m_theme.dimText);
        if (end <= m_right)
            m_painter.fillRect(QRectF(right - thin, y - tick, thin, tick), m_theme.dimText);
    }
}

void LanePainter::paintMarks()
{
    if (m_box.lane == Lane::Marks)
        paintNoteRanges();
    const auto &series = m_lanes.lane(m_box.lane);
    const QFontMetricsF metrics(m_scene.fonts.small);
    const double y = m_box.area.center().y();
    const double half = 6 * m_unit;
    const double tall = std::min(m_box.area.height() - 6, 18 * m_unit);
    // Those whose glyphs would touch are one, the worst of them.
    std::vector<MarkFold> folds;
    for (const auto &fold : marks(m_box.lane)) {
        if (folds.empty() || fold.x - folds.back().x > 2 * half + 2) {
            folds.push_back(fold);
            continue;
        }
        auto &before = folds.back();
        before.count += fold.count;
        if (series[fold.worst].rank() > series[before.worst].rank())
            before.worst = fold.worst;
    }
    for (std::size_t i = 0; i < folds.size(); ++i) {
        const Mark &mark = series[folds[i].worst];
        const double x = folds[i].x;
        const double room = (i + 1 < folds.size() ? folds[i + 1].x - half : m_right) - x;
        QString label;
        // Only what can be read is looked up.
        if (room > 24 * m_unit) {
            const auto event = m_scene.store->event(mark.row);
            label = mark.kind == EventKind::Note ? event.text(Field::Detail) : event.kindText();
            if (mark.kind == EventKind::Room)
                label = event.wordText();
            label = singleLine(label, kLongestLabel);
            if (folds[i].count > 1)
                label += u" ×"_s + QString::number(folds[i].count);
        }
        const double most = std::min({room - 24 * m_unit, 220 * m_unit, m_right - x - 18 * m_unit});
        const auto shown = metrics.elidedText(label, Qt::ElideRight, std::max(0.0, most));
        const double width = shown.size() < 2 ? 0 : metrics.horizontalAdvance(shown);
        if (mark.kind == EventKind::Note) {
            const double body = width + (width > 0 ? 12 : 3) * m_unit;
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
            continue;
        }
        paintGlyph(m_painter, {x - half, y - half, 2 * half, 2 * half}, toneOf(mark.severity()),
                   m_theme);
        if (width > 0)
            text({x + half + 3 * m_unit, y - tall / 2, width, tall}, shown, m_scene.fonts.small,
                 m_theme.text);
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
    else if (wait.rule() == Rule::ConnectConflict || wait.rule() == Rule::OutcomeHeartbeatConflict)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "conflict")));
    else if (wait.rule() == Rule::ConnectNonSse)
        add(translated(QT_TRANSLATE_NOOP("TimelineView", "no event stream")));
    else if (wait.rule() == Rule::OutcomeStreamErrorEarly)
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
        return area.adjusted(0, std::min(6 * unit, area.height() * 0.09), 0, -15 * unit);
    case Lane::Backoff:
        return area.adjusted(0, std::min(6 * unit, area.height() * 0.14), 0,
                             -std::min(7 * unit, area.height() * 0.17));
    case Lane::Status: {
        // Below a folded source's status is the room for its troubles.
        if (lane.isFolded)
            return area.adjusted(0, 2 * unit, 0, -8 * unit);
        const double tall = std::min(18 * unit, area.height() - 3);
        return {area.left(), area.center().y() - tall / 2, area.width(), tall};
    }
    default:
        return area.adjusted(0, 4 * unit, 0, -5 * unit);
    }
}

double noteBracketBottom(const LaneBox &lane, double unit)
{
    return lane.area.bottom() - 4 * unit;
}

int heartbeatAxis(const TimelineScene &scene, int source)
{
    constexpr int kLeast = 200; // 20 ms
    if (!scene.index || source >= scene.index->sourceCount())
        return kLeast;
    const auto &series = scene.index->source(source).lane(Lane::Heartbeats);
    const std::size_t first = series.lowerBound(scene.range.begin.count());
    const std::size_t last = series.lowerBound(scene.range.end.count());
    const int largest = first < last ? series.extremes(first, last).largestOrdinary : 0;
    return std::max(kLeast, niceCeiling(largest));
}

void paintEvents(QPainter &painter, const TimelineScene &scene, Spans spans)
{
    if (!scene.index)
        return;
    const auto &canvas = scene.layout.canvas;
    for (const auto &box : scene.layout.lanes) {
        const bool inSight = box.area.bottom() > canvas.top() && box.area.top() < canvas.bottom();
        if (box.isWhatIf) {
            if (inSight && spans != Spans::Open)
                paintWhatIf(painter, scene, box);
            continue;
        }
        if (inSight && box.source < scene.index->sourceCount())
            LanePainter(painter, scene, box, spans).paint();
    }
}

} // namespace watchline
