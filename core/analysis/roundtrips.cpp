// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/roundtrips.h"

#include <algorithm>
#include <cmath>

namespace watchline {

void RoundTrips::add(Microseconds duration)
{
    const qint64 value = std::max<qint64>(duration.count(), 0);
    ++m_count;
    m_max = std::max(m_max, value);
    const auto page = static_cast<std::size_t>(value) / kPageSize;
    if (page >= kPages) {
        m_slow.push_back(value);
        return;
    }
    if (!m_fast[page])
        m_fast[page] = std::make_unique<Page>();
    ++(*m_fast[page])[static_cast<std::size_t>(value) % kPageSize];
}

std::optional<Microseconds> RoundTrips::percentile(double share) const
{
    if (m_count == 0)
        return std::nullopt;
    // The slack keeps 0.9 * 10 from becoming the tenth of ten.
    const double wanted = std::ceil(share * static_cast<double>(m_count) - 1e-9);
    auto rank = std::clamp(static_cast<qsizetype>(wanted), qsizetype{1}, m_count);
    for (std::size_t page = 0; page < kPages; ++page) {
        if (!m_fast[page])
            continue;
        for (std::size_t i = 0; i < kPageSize; ++i) {
            rank -= (*m_fast[page])[i];
            if (rank <= 0)
                return Microseconds(page * kPageSize + i);
        }
    }
    if (m_sorted < m_slow.size()) {
        const auto middle = m_slow.begin() + static_cast<std::ptrdiff_t>(m_sorted);
        std::sort(middle, m_slow.end());
        std::inplace_merge(m_slow.begin(), middle, m_slow.end());
        m_sorted = m_slow.size();
    }
    return Microseconds(m_slow[static_cast<std::size_t>(rank - 1)]);
}

std::optional<Microseconds> RoundTrips::max() const
{
    return m_count == 0 ? std::nullopt : std::optional(Microseconds(m_max));
}

} // namespace watchline
