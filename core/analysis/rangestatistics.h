// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/counts.h"
#include "core/session/sessionstore.h"
#include "core/timeline/timerange.h"

#include <functional>
#include <vector>

namespace watchline {

/// How many durations lie where, on a scale of powers: each bar is as much longer than the one
/// before as that was. The first and the last take what lies beyond them, too.
class DurationHistogram
{
public:
    /// Bars for `shortest` up to `longest`, `perDecade` for each power of ten.
    DurationHistogram(Nanoseconds shortest, Nanoseconds longest, int perDecade);

    void add(Nanoseconds duration);
    int size() const { return static_cast<int>(m_counts.size()); }
    qsizetype count(int bar) const { return m_counts[static_cast<std::size_t>(bar)]; }
    /// Where a bar begins; that of size() is where the last one ends.
    Nanoseconds begin(int bar) const;
    /// 0 to 1 along the scale; clamped.
    double position(Nanoseconds duration) const;
    /// Of the bars that have any; {0, 0} when none has.
    std::pair<int, int> used() const;

private:
    double m_shortest; // logarithms to ten, of nanoseconds
    double m_perDecade;
    std::vector<qsizetype> m_counts;
};

/// Durations that are all about the same: see isSameTime().
struct DurationCluster
{
    qsizetype count = 0;
    Nanoseconds shortest{};
    Nanoseconds longest{};
    bool operator==(const DurationCluster &) const = default;
};

/// The most of them that are about the same; of equals the shortest.
DurationCluster largestCluster(std::vector<Nanoseconds> durations);

/// What happened in a stretch of a session, over all its sources. Events at both ends belong to it;
/// of what began before or ended later the part within counts.
struct RangeStatistics
{
    TimeRange range; ///< As far as there is a session.
    int sources = 0; ///< That had been heard of by its end.
    // All sources together, as long as there is room for:
    Nanoseconds connected{};    ///< In watches, from `hello` to their end.
    Nanoseconds disconnected{}; ///< All other time, from the range's begin to its end.
    Nanoseconds backoff{};      ///< In waits that began.

    qsizetype attempts = 0;
    /// `hello`, then the errors; without those that were not seen.
    NamedCounts attemptsByOutcome;

    qsizetype roundTrips = 0; ///< Of heartbeats with a duration, whatever their result.
    /// A percentile is the smallest value that at least that share does not exceed.
    std::optional<Microseconds> roundTripMedian;
    std::optional<Microseconds> roundTripP90;
    std::optional<Microseconds> roundTripP99;
    std::optional<Microseconds> roundTripMax;
    DurationHistogram roundTripBars{std::chrono::milliseconds(1), std::chrono::seconds(100), 6};

    Nanoseconds longestSilence{}; ///< Of a running watch: no frame for so long.
    Nanoseconds silenceBegan{};   ///< Meaningless when that is zero.

    qsizetype watchesEnded = 0; ///< With an outcome.
    NamedCounts watchesByOutcome;
    /// How long those had lived, of which that is known; all of their lives.
    DurationHistogram lifetimes{std::chrono::milliseconds(100), std::chrono::hours(24 * 7), 20};
    qsizetype lifetimesKnown = 0;
    DurationCluster commonLifetime;

    /// 0 to 1: of the time that all sources had; 0 for no time at all.
    double connectedShare() const;
};

/// `end`: where the session ends, or is now. Looks at every event, so that times may go backwards:
/// a second for a hundred million of them. `goOn` is asked now and then; nothing when it gave
/// false. Any thread.
std::optional<RangeStatistics> statisticsOf(const SessionStore &store, TimeRange range,
                                            Nanoseconds end, const std::function<bool()> &goOn);

} // namespace watchline
