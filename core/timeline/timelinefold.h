// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/series.h"

#include <map>

/// What is to be drawn of a lane: as much as there are pixels, however many events there are.
/// Cells lie on a grid that is fixed in time, so that panning does not regroup what is seen.
namespace watchline {

/// One or more marks that share a cell.
struct MarkFold
{
    qint64 t = 0; ///< Of its first mark, and its pixel.
    double x = 0;
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
    qint64 begin = 0; ///< And the end of its last span; in pixels, unclipped:
    qint64 end = 0;
    double x = 0;
    double width = 0;
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

/// Folds that were made, by lane and width of a cell: whoever pans or paints the same again has
/// only those made that come into sight. One thread.
class FoldCache
{
public:
    /// As foldMarks(), but of whole cells: those that the slice touches.
    std::vector<MarkFold> marks(const MarkSeries &series, const TimeScale &scale, double cell,
                                TimeRange slice);
    /// As foldSpans().
    std::vector<SpanFold> spans(const SpanSeries &series, const TimeScale &scale, double cell,
                                Nanoseconds openEnd, bool closedOnly = false);
    /// What a series has from `t` on is new, or another.
    void forget(const void *series, qint64 t);

private:
    struct Key
    {
        const void *series = nullptr;
        qint64 step = 0; ///< ns of a cell
        bool closedOnly = false;
        auto operator<=>(const Key &) const = default;
    };
    /// All that begins in [begin, end), both at the edge of a cell.
    template<typename Fold>
    struct Kept
    {
        qint64 begin = 0;
        qint64 end = 0;
        qint64 openEnd = 0; ///< Of spans that still run.
        std::vector<Fold> folds;
    };
    template<typename Fold>
    using KeptFolds = std::map<Key, Kept<Fold>>;

    template<typename Fold, typename Make>
    static const std::vector<Fold> &grown(Kept<Fold> &kept, qint64 begin, qint64 end, Make make);
    template<typename Fold>
    static Kept<Fold> &keptAt(KeptFolds<Fold> &all, const Key &key);

    KeptFolds<MarkFold> m_marks;
    KeptFolds<SpanFold> m_spans;
};

/// The span at `t`, or the nearest within `tolerance`; size() when there is none.
std::size_t spanAt(const SpanSeries &series, Nanoseconds t, Nanoseconds tolerance,
                   Nanoseconds openEnd);

} // namespace watchline
