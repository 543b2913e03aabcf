// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelinehit.h"

#include "core/base/text.h"
#include "core/timeline/timelinefold.h"
#include "core/timeline/timeticks.h"
#include "ui/timeline/timelinetips.h"
#include "ui/timeline/whatifpainter.h"

#include <QCoreApplication>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How far beside a mark the pointer may be.
constexpr double kReach = 6;
constexpr qsizetype kLongestLine = 160;

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::optional<TimelineHit> spanHit(const TimelineScene &scene, const LaneBox &box,
                                   const SpanSeries &series, double x)
{
    const auto box0 = spanBox(scene, box);
    const double reach = kReach * scene.fonts.unit;
    std::optional<TimelineHit> best;
    double nearest = reach;
    for (const auto &fold :
         scene.index->folds().spans(series, scene.scale(), kSpanCell, scene.openEnd)) {
        const double left = box.area.left() + fold.x;
        const double right = left + std::max(fold.width, 3 * scene.fonts.unit);
        const double away = std::max({left - x, x - right, 0.0});
        if (away > nearest || right < box.area.left() || left > box.area.right())
            continue;
        nearest = away;
        const Span &span = series[fold.worst];
        TimelineHit hit;
        hit.source = box.source;
        hit.lane = box.lane;
        hit.isSpan = true;
        hit.first = fold.first;
        hit.count = fold.count;
        hit.row = span.row;
        // The glyph at its right end is the event that ended it.
        const bool atItsEnd = right - left > 30 * scene.fonts.unit
                                  ? x > right - 20 * scene.fonts.unit
                                  : x > (left + right) / 2;
        if (box.lane != Lane::Status && span.endRow != kNoRow && atItsEnd)
            hit.row = span.endRow;
        const double from = std::max(left, box.area.left());
        hit.outline =
            QRectF(from, box0.top(), std::min(right, box.area.right()) - from, box0.height());
        const Span &last = series[fold.first + fold.count - 1];
        hit.time = {Nanoseconds(series[fold.first].begin),
                    Nanoseconds(last.endOr(scene.openEnd.count()))};
        best = hit;
    }
    return best;
}

/// The arrow that leads to an attempt, below the bars; drawn where there is room.
std::optional<TimelineHit> linkHit(const TimelineScene &scene, const LaneBox &box,
                                   const SpanSeries &series, QPointF position)
{
    const double unit = scene.fonts.unit;
    const double top = spanBox(scene, box).bottom();
    if (position.y() < top)
        return std::nullopt;
    std::optional<TimelineHit> best;
    for (const auto &fold :
         scene.index->folds().spans(series, scene.scale(), kSpanCell, scene.openEnd)) {
        const Span &span = series[fold.worst];
        if (span.offerer == kNoTime || fold.count > 1)
            continue;
        const double from =
            std::max(scene.x(Nanoseconds(span.offerer)) - 9 * unit, box.area.left());
        const double to = scene.x(Nanoseconds(span.begin)) + 8 * unit;
        if (position.x() < from - 2 || position.x() > to + 2)
            continue;
        TimelineHit hit;
        hit.source = box.source;
        hit.lane = box.lane;
        hit.isSpan = hit.isLink = true;
        hit.first = fold.first;
        hit.row = span.row;
        hit.outline = QRectF(from, top, to - from, 14 * unit);
        hit.time = {Nanoseconds(span.offerer), Nanoseconds(span.begin)};
        best = hit;
    }
    return best;
}

std::optional<TimelineHit> markHit(const TimelineScene &scene, const LaneBox &box,
                                   const MarkSeries &series, double x)
{
    const auto scale = scene.scale();
    const double reach = kReach * scene.fonts.unit;
    const double inLane = x - box.area.left();
    // Whole cells, so that the folds are those that are seen.
    const Nanoseconds around = scale.perPixel() * static_cast<int>(reach + 2 * kMarkCell);
    const Nanoseconds t = scale.toTime(inLane);
    std::optional<TimelineHit> best;
    double nearest = reach;
    for (const auto &fold : foldMarks(series, scale, kMarkCell, {t - around, t + around})) {
        const double away = std::abs(fold.x - inLane);
        if (away > nearest)
            continue;
        nearest = away;
        const double center = box.area.left() + fold.x;
        TimelineHit hit;
        hit.source = box.source;
        hit.lane = box.lane;
        hit.first = fold.first;
        hit.count = fold.count;
        hit.row = series.row(fold.worst);
        hit.outline = QRectF(center - reach, box.area.top() + 3, 2 * reach, box.area.height() - 7);
        hit.time = {Nanoseconds(series.time(fold.first)),
                    Nanoseconds(series.time(fold.first + fold.count - 1))};
        best = hit;
    }
    return best;
}

/// The innermost note that is about that time.
std::optional<TimelineHit> noteRangeHit(const TimelineScene &scene, const LaneBox &box,
                                        const SourceLanes &lanes, double x)
{
    const qint64 t = scene.scale().toTime(x - box.area.left()).count();
    const NoteRange *best = nullptr;
    for (const auto &range : lanes.noteRanges) {
        const bool isIn = range.begin <= t && t <= range.end;
        if (isIn && (!best || range.end - range.begin < best->end - best->begin))
            best = &range;
    }
    if (!best)
        return std::nullopt;
    TimelineHit hit;
    hit.source = box.source;
    hit.lane = box.lane;
    hit.row = best->row;
    hit.time = {Nanoseconds(best->begin), Nanoseconds(best->end)};
    const double left = std::max(scene.x(hit.time.begin), box.area.left());
    const double right = std::min(scene.x(hit.time.end), box.area.right());
    hit.outline = QRectF(left, box.area.top() + 3, right - left, box.area.height() - 4);
    return hit;
}

/// The worst of what a folded source's lanes have there.
std::optional<TimelineHit> troubleHit(const TimelineScene &scene, const LaneBox &box,
                                      const SourceLanes &lanes, double x)
{
    std::optional<TimelineHit> worst;
    int rank = static_cast<int>(Severity::Wake) * 2 - 1;
    for (const Lane lane : kAllLanes) {
        LaneBox folded = box;
        folded.lane = lane;
        const auto &series = lanes.lane(lane);
        const auto hit = markHit(scene, folded, series, x);
        if (!hit)
            continue;
        const int found = series.extremes(hit->first, hit->first + hit->count).rank;
        if (found > rank) {
            rank = found;
            worst = hit;
        }
    }
    return worst;
}

QString timesText(const TimelineScene &scene, TimeRange time)
{
    const Nanoseconds visible =
        std::min(scene.range.duration(), Nanoseconds(std::chrono::seconds(1)));
    const auto started = scene.store->header().started;
    QString text = wallClockTimeText(started, time.begin, visible);
    if (time.end > time.begin)
        text += u" – "_s + wallClockTimeText(started, time.end, visible);
    return text + u"  ("_s + relativeTimeText(time.begin - scene.timeOrigin, visible) + u')';
}

QString wordOf(const Event &event)
{
    const QString word = event.wordText();
    return word.isEmpty() ? event.text(Field::Action) : word;
}

QStringList spanLines(const TimelineScene &scene, const Span &span)
{
    QStringList lines;
    const auto length =
        readableDuration(Nanoseconds(span.endOr(scene.openEnd.count()) - span.begin));
    if (span.kind == EventKind::Status) {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "Status ")) + textOf(name(span.word));
        lines += length;
        return lines;
    }
    if (span.planned >= 0 || span.kind == EventKind::Backoff) {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "Backoff ")) + waitText(span);
        if (const auto rule = span.rule())
            lines += textOf(name(*rule));
        if (span.planned >= 0) {
            lines +=
                translated(QT_TRANSLATE_NOOP("TimelineView", "planned %1, %2 %3"))
                    .arg(readableDuration(Nanoseconds(span.planned)),
                         span.isOpen() ? translated(QT_TRANSLATE_NOOP("TimelineView", "so far"))
                                       : translated(QT_TRANSLATE_NOOP("TimelineView", "took")),
                         length);
        }
        return lines;
    }
    if (span.kind == EventKind::DeviceInfo) {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "Device info: ")) +
                 textOf(name(span.word));
        lines += length;
        return lines;
    }
    if (span.hello != kNoTime) {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "Watch ")) +
                 singleLine(scene.store->string(span.leaseId), kLongestLine);
        lines +=
            translated(QT_TRANSLATE_NOOP("TimelineView", "attempt %1, hello after %2, ran %3"))
                .arg(QString::number(span.attempt),
                     readableDuration(Nanoseconds(span.hello - span.begin)),
                     readableDuration(Nanoseconds(span.endOr(scene.openEnd.count()) - span.hello)));
    } else {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "Connect attempt %1, %2"))
                     .arg(QString::number(span.attempt), length);
    }
    if (span.isOpen())
        lines += translated(
            QT_TRANSLATE_NOOP("TimelineView", "still running at the end of what is known"));
    else if (span.word != Word::None)
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "ended: ")) + textOf(name(span.word));
    if (span.hot)
        lines += translated(QT_TRANSLATE_NOOP(
            "TimelineView", "hot loop: 5 or more connects in 10 s with no wait between them"));
    if (span.endRow != kNoRow) {
        const auto detail = scene.store->event(span.endRow).text(Field::Detail);
        if (!detail.isEmpty())
            lines += singleLine(detail, kLongestLine);
    }
    return lines;
}

QStringList markLines(const TimelineScene &scene, qsizetype row)
{
    const Event event = scene.store->event(row);
    QString title = event.kindText();
    const auto word = wordOf(event);
    if (!word.isEmpty())
        title += u": "_s + word;
    QStringList lines{singleLine(title, kLongestLine)};
    if (const auto duration = event.number(Field::DurationMs)) {
        const auto nanoseconds = Nanoseconds(std::llround(std::clamp(*duration, 0.0, 1e12) * 1e6));
        lines += (event.kind == EventKind::Note
                      ? translated(QT_TRANSLATE_NOOP("TimelineView", "about "))
                      : translated(QT_TRANSLATE_NOOP("TimelineView", "after "))) +
                 readableDuration(nanoseconds);
    }
    for (const Field field : {Field::Rule, Field::Type, Field::LeaseId,
                              Field::RemoteAccessSessionId, Field::Text, Field::Detail}) {
        const auto text = event.text(field);
        if (!text.isEmpty())
            lines += singleLine(text, kLongestLine);
    }
    return lines;
}

/// Durations are not broken between number and unit, nor between their two parts.
QString withWholeDurations(QString text)
{
    static const QRegularExpression number(u"(\\d) (?=(?:ms|s|min|h|d)\\b)"_s);
    static const QRegularExpression parts(u"(\u00A0(?:min|h|d)) (?=\\d+\u00A0)"_s);
    return text.replace(number, u"\\1\u00A0"_s).replace(parts, u"\\1\u00A0"_s);
}

} // namespace

std::optional<TimelineHit> hitAt(const TimelineScene &scene, QPointF position)
{
    if (!scene.index || !scene.layout.canvas.contains(position))
        return std::nullopt;
    const auto *box = scene.layout.laneAt(position);
    if (!box || box->source >= scene.index->sourceCount())
        return std::nullopt;
    if (box->isWhatIf)
        return whatIfHitAt(scene, *box, position);
    const auto &lanes = scene.index->source(box->source);
    if (box->isFolded && position.y() > box->area.bottom() - 7 * scene.fonts.unit) {
        if (const auto trouble = troubleHit(scene, *box, lanes, position.x()))
            return trouble;
    }
    if (box->lane == Lane::Watch && !box->isFolded) {
        if (auto link = linkHit(scene, *box, lanes.watches, position))
            return link;
    }
    if (const auto *spans = lanes.spans(box->lane))
        return spanHit(scene, *box, *spans, position.x());
    if (auto mark = markHit(scene, *box, lanes.lane(box->lane), position.x()))
        return mark;
    return box->lane == Lane::Marks && !box->isFolded
               ? noteRangeHit(scene, *box, lanes, position.x())
               : std::nullopt;
}

std::optional<QRectF> outlineOfRow(const TimelineScene &scene, qsizetype row)
{
    if (!scene.index || row < 0 || row >= scene.index->size())
        return std::nullopt;
    const EventRow event = scene.store->row(row);
    const auto *box = scene.layout.find(event.source, laneOf(event.kind));
    if (!box)
        return std::nullopt;
    const auto &canvas = scene.layout.canvas;
    const double reach = kReach * scene.fonts.unit;
    double left = scene.x(event.t) - reach;
    double right = left + 2 * reach;
    QRectF area(0, box->area.top() + 3, 0, box->area.height() - 7);
    if (const auto span = box->isFolded && event.kind != EventKind::Status
                              ? std::nullopt
                              : scene.index->spanOf(row)) {
        left = scene.x(Nanoseconds(span->begin));
        right = std::max(left + 3 * scene.fonts.unit,
                         scene.x(Nanoseconds(span->endOr(scene.openEnd.count()))));
        area = spanBox(scene, *box);
    } else if (event.kind == EventKind::Note && event.duration && !box->isFolded) {
        right = std::max(right, scene.x(event.t + Nanoseconds(*event.duration)) + reach);
    }
    if (right < canvas.left() || left > canvas.right())
        return std::nullopt;
    area.setLeft(std::max(left, canvas.left()));
    area.setRight(std::min(right, canvas.right()));
    return area;
}

QString tipText(const TimelineScene &scene, const TimelineHit &hit)
{
    if (hit.isWhatIf)
        return withWholeDurations(
            (whatIfLines(scene, hit) << timesText(scene, hit.time)).join(u'\n'));
    const auto &lanes = scene.index->source(hit.source);
    QStringList lines;
    if (hit.count > 1) {
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "%1 in %2; the most severe:"))
                     .arg(QString::number(hit.count), readableDuration(hit.time.duration()));
    }
    const auto *spans = lanes.spans(hit.lane);
    auto own = hit.isLink ? linkLines(scene, (*spans)[hit.first])
               : hit.isSpan && spans
                   ? spanLines(scene, (*spans)[spans->worst(hit.first, hit.first + hit.count)])
                   : markLines(scene, hit.row);
    const auto sentence = hit.isLink ? QString() : sentenceOf(scene, hit);
    if (!sentence.isEmpty()) {
        // What it says already is not said twice.
        for (qsizetype i = own.size() - 1; i > 0; --i) {
            if (sentence.contains(own.at(i)))
                own.removeAt(i);
        }
        own.insert(1, sentence);
    }
    lines += own;
    lines += timesText(scene, hit.time);
    return withWholeDurations(lines.join(u'\n'));
}

} // namespace watchline
