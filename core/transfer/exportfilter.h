// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QStringList>

#include <array>
#include <optional>
#include <vector>

namespace watchline {

/// Which events an export takes. An empty list takes all. The time is half open, so that adjoining
/// ranges share no event: `from` is in, `to` is out; both count from the session's start.
struct ExportFilter
{
    QStringList kinds; ///< As the file spells them; kinds that this version does not know too.
    QStringList sources;
    std::optional<Nanoseconds> from;
    std::optional<Nanoseconds> to;
};

/// A filter applied to a store; one thread.
class RowFilter
{
public:
    /// `store` is not owned.
    RowFilter(const SessionStore &store, ExportFilter filter);

    bool accepts(qsizetype row);

private:
    bool acceptsKind(const EventRow &row, qsizetype index) const;
    bool acceptsSource(quint16 source);

    const SessionStore &m_store;
    ExportFilter m_filter;
    std::array<bool, kEventKindCount> m_kinds{};
    std::vector<std::optional<bool>> m_sources; // answers by the source's index
};

} // namespace watchline
