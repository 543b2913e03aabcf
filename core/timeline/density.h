// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/severity.h"
#include "core/timeline/timerange.h"

#include <vector>

namespace watchline {

/// How many events lie where in a session, for the overview: a bounded number of buckets of equal
/// time that are merged in pairs as the session grows. Adding is cheap; nothing is ever computed
/// anew.
class Density
{
public:
    static constexpr std::size_t kMostBuckets = 4'096;

    struct Bucket
    {
        quint64 count = 0;
        quint32 severities = 0; ///< bit n: a Severity of value n is among them

        bool has(Severity severity) const
        {
            return (severities >> static_cast<int>(severity)) & 1U;
        }
        Severity worst() const; ///< Quiet for an empty one.
    };

    void add(Nanoseconds t, Severity severity);
    /// All events in it. By whole buckets: what a bucket holds counts where its middle lies.
    Bucket sum(TimeRange range) const;
    /// Time that a bucket covers; buckets begin at the first event that was added.
    Nanoseconds bucketDuration() const { return m_bucket; }
    quint64 total() const { return m_total; }

private:
    void grow(qint64 offset);

    std::vector<Bucket> m_buckets;
    Nanoseconds m_origin{};
    Nanoseconds m_bucket{std::chrono::microseconds(1)};
    quint64 m_total = 0;
    std::size_t m_last = 0; // the bucket that was added to
    qint64 m_lastBegin = 0; // its offset from the origin
};

} // namespace watchline
