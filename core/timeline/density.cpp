// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/density.h"

namespace watchline {

Severity Density::Bucket::worst() const
{
    for (int value = kSeverityCount - 1; value > 0; --value) {
        if (has(static_cast<Severity>(value)))
            return static_cast<Severity>(value);
    }
    return Severity::Quiet;
}

void Density::add(Nanoseconds t, Severity severity)
{
    if (m_total++ == 0)
        m_origin = t;
    // What is earlier than the first (times that went backwards) stays in sight, at the beginning.
    const qint64 offset = std::max<qint64>(0, (t - m_origin).count());
    // Mostly it is the same bucket as before.
    if (offset < m_lastBegin || offset - m_lastBegin >= m_bucket.count()) {
        if (offset / m_bucket.count() >= static_cast<qint64>(kMostBuckets))
            grow(offset);
        m_last = static_cast<std::size_t>(offset / m_bucket.count());
        m_lastBegin = static_cast<qint64>(m_last) * m_bucket.count();
    }
    if (m_last >= m_buckets.size())
        m_buckets.resize(m_last + 1);
    ++m_buckets[m_last].count;
    m_buckets[m_last].severities |= 1U << static_cast<int>(severity);
}

void Density::grow(qint64 offset)
{
    while (offset / m_bucket.count() >= static_cast<qint64>(kMostBuckets)) {
        const std::size_t half = (m_buckets.size() + 1) / 2;
        for (std::size_t i = 0; i < half; ++i) {
            Bucket merged = m_buckets[2 * i];
            if (2 * i + 1 < m_buckets.size()) {
                merged.count += m_buckets[2 * i + 1].count;
                merged.severities |= m_buckets[2 * i + 1].severities;
            }
            m_buckets[i] = merged;
        }
        m_buckets.resize(half);
        m_bucket *= 2;
    }
}

Density::Bucket Density::sum(TimeRange range) const
{
    Bucket result;
    if (range.isEmpty())
        return result;
    const qint64 half = m_bucket.count() / 2;
    const auto indexFrom = [&](Nanoseconds t) {
        const qint64 offset = (t - m_origin).count() - half;
        const qint64 index = offset <= 0 ? 0 : (offset + m_bucket.count() - 1) / m_bucket.count();
        return std::min(static_cast<std::size_t>(index), m_buckets.size());
    };
    const std::size_t last = indexFrom(range.end);
    for (std::size_t i = indexFrom(range.begin); i < last; ++i) {
        result.count += m_buckets[i].count;
        result.severities |= m_buckets[i].severities;
    }
    return result;
}

} // namespace watchline
