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

} // namespace

std::vector<MarkFold> foldMarks(const MarkSeries &series, const TimeScale &scale, double cell,
                                TimeRange slice)
{
    std::vector<MarkFold> folds;
    const qint64 step = cellDuration(scale, cell);
    const std::size_t end = series.lowerBound(slice.end.count());
    for (std::size_t i = series.lowerBound(slice.begin.count()); i < end;) {
        const qint64 t = series.time(i);
        const qint64 cellEnd = (floorDiv(t, step) + 1) * step;
        // The next mark mostly lies in the next cell: look there before searching.
        std::size_t next = i + 1;
        if (next < end && series.time(next) < cellEnd)
            next = std::min(end, series.lowerBound(cellEnd, next));
        const Extremes extremes = series.extremes(i, next);
        folds.push_back({scale.toPixel(Nanoseconds(t)), i, next - i, extremes.worst, extremes.rank,
                         extremes.largestOrdinary});
        i = next;
    }
    return folds;
}

std::vector<SpanFold> foldSpans(const SpanSeries &series, const TimeScale &scale, double cell,
                                Nanoseconds openEnd, bool closedOnly)
{
    std::vector<SpanFold> folds;
    const qint64 step = cellDuration(scale, cell);
    const auto pixel = [&](qint64 t) { return scale.toPixel(Nanoseconds(t)); };
    const std::size_t end = series.lowerBound(scale.range.end.count());
    std::size_t i = firstTouching(series, scale.range.begin.count());
    while (i < end) {
        const Span &span = series[i];
        const qint64 spanEnd = span.endOr(openEnd.count());
        if (spanEnd < scale.range.begin.count() || (closedOnly && span.isOpen())) {
            ++i;
            continue;
        }
        std::size_t next = i + 1;
        if (spanEnd - span.begin < step) {
            const qint64 cellEnd = (floorDiv(span.begin, step) + 1) * step;
            if (next < end && series[next].begin < cellEnd)
                next = std::min(end, series.lowerBound(cellEnd, next));
            // Only the last one of those that begin in a cell can be a long one.
            const Span &last = series[next - 1];
            if (next - 1 > i && (last.isOpen() || last.end - last.begin >= step))
                --next;
        }
        const qint64 foldEnd = std::max(spanEnd, series[next - 1].endOr(openEnd.count()));
        const double x = pixel(span.begin);
        folds.push_back({x, pixel(foldEnd) - x, i, next - i, series.worst(i, next)});
        i = next;
    }
    return folds;
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
