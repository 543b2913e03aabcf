// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/series.h"

/// What is to be drawn of a lane: as much as there are pixels, however many events there are.
/// Cells lie on a grid that is fixed in time, so that panning does not regroup what is seen.
namespace watchline {

/// One or more marks that share a cell.
struct MarkFold
{
    double x = 0; ///< Of its first mark.
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t worst = 0;   ///< Index of the mark that is shown.
    int rank = 0;            ///< Its rank.
    int largestOrdinary = 0; ///< Heartbeats that succeeded: largest round trip, Mark::value.

    Severity severity() const { return severityOfRank(rank); }
    /// Keep-alives, or decisions to run, and nothing else.
    bool isUsual() const { return isUsualRank(rank); }
};

/// One span, or several that are shorter than a cell and begin in the same one.
struct SpanFold
{
    double x = 0;
    double width = 0; ///< Unclipped; of a fold, to the end of its last span.
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t worst = 0;
};

/// Folds the marks of `slice` into cells of `cell` pixels. The counts add up to the marks in it.
std::vector<MarkFold> foldMarks(const MarkSeries &series, const TimeScale &scale, double cell,
                                TimeRange slice);
/// Folds the spans that touch the scale's range. Open spans end at `openEnd`, or are left out with
/// `closedOnly`.
std::vector<SpanFold> foldSpans(const SpanSeries &series, const TimeScale &scale, double cell,
                                Nanoseconds openEnd, bool closedOnly = false);

/// The span at `t`, or the nearest within `tolerance`; size() when there is none.
std::size_t spanAt(const SpanSeries &series, Nanoseconds t, Nanoseconds tolerance,
                   Nanoseconds openEnd);

} // namespace watchline
