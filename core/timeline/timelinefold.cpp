// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelinefold.h"

namespace watchline {

namespace {

/// Spans of a lane follow each other; where times went backwards a few may overlap.
constexpr std::size_t kOverlapping = 8;

qint64 floorDiv(qint64 a, qint64 b)
{
    const qint64 quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

qint64 cellDuration(const TimeScale &scale, double cell)
{
    if (scale.width <= 0)
        return std::max<qint64>(1, scale.range.duration().count());
    const double exact = static_cast<double>(scale.range.duration().count()) * cell / scale.width;
    return std::max<qint64>(1, std::llround(exact));
}

std::size_t firstTouching(const SpanSeries &series, qint64 t)
{
    const std::size_t place = series.lowerBound(t);
    return place - std::min(place, kOverlapping);
}

/// [first, last) of the series, in cells of `step`.
std::vector<MarkFold> markCells(const MarkSeries &series, std::size_t first, std::size_t last,
                                qint64 step)
{
    std::vector<MarkFold> folds;
    for (std::size_t i = first; i < last;) {
        const qint64 t = series.time(i);
        const qint64 cellEnd = (floorDiv(t, step) + 1) * step;
        // The next mark mostly lies in the next cell: look there before searching.
        std::size_t next = i + 1;
        if (next < last && series.time(next) < cellEnd)
            next = std::min(last, series.lowerBound(cellEnd, next));
        const Extremes extremes = series.extremes(i, next);
        folds.push_back(
            {t, 0, i, next - i, extremes.worst, extremes.rank, extremes.largestOrdinary});
        i = next;
    }
    return folds;
}

/// Without those that end before `from`, unless their cell has others.
std::vector<SpanFold> spanCells(const SpanSeries &series, std::size_t first, std::size_t last,
                                qint64 step, qint64 from, qint64 openEnd, bool closedOnly)
{
    std::vector<SpanFold> folds;
    for (std::size_t i = first; i < last;) {
        const Span &span = series[i];
        const qint64 spanEnd = span.endOr(openEnd);
        if (spanEnd < from || (closedOnly && span.isOpen())) {
            ++i;
            continue;
        }
        std::size_t next = i + 1;
        if (spanEnd - span.begin < step) {
            const qint64 cellEnd = (floorDiv(span.begin, step) + 1) * step;
            if (next < last && series[next].begin < cellEnd)
                next = std::min(last, series.lowerBound(cellEnd, next));
            // Only the last one of those that begin in a cell can be a long one.
            const Span &end = series[next - 1];
            if (next - 1 > i && (end.isOpen() || end.end - end.begin >= step))
                --next;
        }
        const qint64 foldEnd = std::max(spanEnd, series[next - 1].endOr(openEnd));
        folds.push_back({span.begin, foldEnd, 0, 0, i, next - i, series.worst(i, next)});
        i = next;
    }
    return folds;
}

void place(std::vector<MarkFold> &folds, const TimeScale &scale)
{
    for (auto &fold : folds)
        fold.x = scale.toPixel(Nanoseconds(fold.t));
}

void place(std::vector<SpanFold> &folds, const TimeScale &scale)
{
    std::erase_if(folds, [&](const SpanFold &fold) {
        return fold.end < scale.range.begin.count() || fold.begin >= scale.range.end.count();
    });
    for (auto &fold : folds) {
        fold.x = scale.toPixel(Nanoseconds(fold.begin));
        fold.width = scale.toPixel(Nanoseconds(fold.end)) - fold.x;
    }
}

qint64 timeOf(const MarkFold &fold)
{
    return fold.t;
}

qint64 timeOf(const SpanFold &fold)
{
    return fold.begin;
}

} // namespace

std::vector<MarkFold> foldMarks(const MarkSeries &series, const TimeScale &scale, double cell,
                                TimeRange slice)
{
    auto folds = markCells(series, series.lowerBound(slice.begin.count()),
                           series.lowerBound(slice.end.count()), cellDuration(scale, cell));
    place(folds, scale);
    return folds;
}

std::vector<SpanFold> foldSpans(const SpanSeries &series, const TimeScale &scale, double cell,
                                Nanoseconds openEnd, bool closedOnly)
{
    auto folds = spanCells(series, firstTouching(series, scale.range.begin.count()),
                           series.lowerBound(scale.range.end.count()), cellDuration(scale, cell),
                           scale.range.begin.count(), openEnd.count(), closedOnly);
    place(folds, scale);
    return folds;
}

/// Makes what is missing in front and behind, and lets go what is not asked for.
template<typename Fold, typename Make>
const std::vector<Fold> &FoldCache::grown(Kept<Fold> &kept, qint64 begin, qint64 end, Make make)
{
    auto &folds = kept.folds;
    if (end <= kept.begin || begin >= kept.end) {
        folds = make(begin, end);
    } else {
        const auto isBefore = [](const Fold &fold, qint64 t) { return timeOf(fold) < t; };
        folds.erase(std::lower_bound(folds.begin(), folds.end(), end, isBefore), folds.end());
        folds.erase(folds.begin(), std::lower_bound(folds.begin(), folds.end(), begin, isBefore));
        if (begin < kept.begin) {
            const auto before = make(begin, kept.begin);
            folds.insert(folds.begin(), before.begin(), before.end());
        }
        if (end > kept.end) {
            const auto behind = make(kept.end, end);
            folds.insert(folds.end(), behind.begin(), behind.end());
        }
    }
    kept.begin = begin;
    kept.end = end;
    return folds;
}

/// Some widths of cells are of use at a time: of those that the user zoomed through none is.
template<typename Fold>
FoldCache::Kept<Fold> &FoldCache::keptAt(KeptFolds<Fold> &all, const Key &key)
{
    constexpr std::size_t kMost = 256;
    if (all.size() >= kMost && !all.contains(key))
        all.clear();
    return all[key];
}

std::vector<MarkFold> FoldCache::marks(const MarkSeries &series, const TimeScale &scale,
                                       double cell, TimeRange slice)
{
    const qint64 step = cellDuration(scale, cell);
    const qint64 begin = floorDiv(slice.begin.count(), step) * step;
    const qint64 end = (floorDiv(slice.end.count() - 1, step) + 1) * step;
    auto folds = grown(keptAt(m_marks, {&series, step, false}), begin, std::max(begin, end),
                       [&](qint64 from, qint64 to) {
                           const std::size_t first = series.lowerBound(from);
                           return markCells(series, first, series.lowerBound(to, first), step);
                       });
    place(folds, scale);
    return folds;
}

std::vector<SpanFold> FoldCache::spans(const SpanSeries &series, const TimeScale &scale,
                                       double cell, Nanoseconds openEnd, bool closedOnly)
{
    const qint64 step = cellDuration(scale, cell);
    const qint64 begin = floorDiv(scale.range.begin.count(), step) * step;
    const qint64 end = (floorDiv(scale.range.end.count() - 1, step) + 1) * step;
    auto &kept = keptAt(m_spans, {&series, step, closedOnly});
    if (!closedOnly && kept.openEnd != openEnd.count())
        kept = {};
    kept.openEnd = openEnd.count();
    const std::size_t first = series.lowerBound(begin);
    // Those that begin earlier and reach into sight.
    auto folds = spanCells(series, firstTouching(series, begin), first, step,
                           scale.range.begin.count(), openEnd.count(), closedOnly);
    const auto &inSight = grown(kept, begin, std::max(begin, end), [&](qint64 from, qint64 to) {
        const std::size_t place = series.lowerBound(from);
        return spanCells(series, place, series.lowerBound(to, place), step, from, openEnd.count(),
                         closedOnly);
    });
    folds.insert(folds.end(), inSight.begin(), inSight.end());
    place(folds, scale);
    return folds;
}

void FoldCache::forget(const void *series, qint64 t)
{
    const auto forgetIn = [&](auto &all) {
        for (auto at = all.lower_bound({series, 0, false});
             at != all.end() && at->first.series == series; ++at) {
            auto &[key, kept] = *at;
            const qint64 edge = floorDiv(t, key.step) * key.step;
            if (edge >= kept.end)
                continue;
            std::erase_if(kept.folds, [&](const auto &fold) { return timeOf(fold) >= edge; });
            kept.end = std::max(kept.begin, edge);
        }
    };
    forgetIn(m_marks);
    forgetIn(m_spans);
}

std::size_t spanAt(const SpanSeries &series, Nanoseconds t, Nanoseconds tolerance,
                   Nanoseconds openEnd)
{
    const std::size_t end = series.lowerBound((t + tolerance).count() + 1);
    std::size_t nearest = series.size();
    qint64 distance = tolerance.count() + 1;
    for (std::size_t i = firstTouching(series, (t - tolerance).count()); i < end; ++i) {
        const Span &span = series[i];
        const qint64 before = span.begin - t.count();
        const qint64 after = t.count() - span.endOr(openEnd.count());
        const qint64 away = std::max({before, after, qint64{0}});
        // The later one of equals: it is drawn on top.
        if (away <= tolerance.count() && away <= distance) {
            distance = away;
            nearest = i;
        }
    }
    return nearest;
}

} // namespace watchline
