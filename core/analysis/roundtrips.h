// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"

#include <QtGlobal>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace watchline {

/// Many durations, for exact percentiles: those of up to a second are counted by the microsecond,
/// in 4 MB at most; slower ones are kept, 8 bytes each.
class RoundTrips
{
public:
    void add(Microseconds duration);

    qsizetype count() const { return m_count; }
    /// The smallest value that at least that share (0 to 1) of all does not exceed; nothing when
    /// there are none.
    std::optional<Microseconds> percentile(double share) const;
    std::optional<Microseconds> max() const;

private:
    static constexpr std::size_t kPageSize = 1'024;
    static constexpr std::size_t kPages = 1'024;
    using Page = std::array<quint32, kPageSize>;

    std::array<std::unique_ptr<Page>, kPages> m_fast;
    mutable std::vector<qint64> m_slow; // sorted up to m_sorted
    mutable std::size_t m_sorted = 0;
    qsizetype m_count = 0;
    qint64 m_max = 0;
};

} // namespace watchline
