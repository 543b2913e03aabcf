// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/exportfilter.h"

namespace watchline {

RowFilter::RowFilter(const SessionStore &store, ExportFilter filter)
    : m_store(store)
    , m_filter(std::move(filter))
{
    for (const auto &kind : std::as_const(m_filter.kinds))
        m_kinds.at(static_cast<std::size_t>(kindFromName(kind.toStdString()))) = true;
}

bool RowFilter::accepts(qsizetype row)
{
    const EventRow columns = m_store.row(row);
    if (m_filter.from && columns.t < *m_filter.from)
        return false;
    if (m_filter.to && columns.t >= *m_filter.to)
        return false;
    return acceptsKind(columns, row) && acceptsSource(columns.source);
}

bool RowFilter::acceptsKind(const EventRow &row, qsizetype index) const
{
    if (m_filter.kinds.isEmpty())
        return true;
    if (!m_kinds.at(static_cast<std::size_t>(row.kind)))
        return false;
    // All kinds that are not known share one number: only the event has the name.
    return row.kind != EventKind::Unknown ||
           m_filter.kinds.contains(m_store.event(index).kindText());
}

bool RowFilter::acceptsSource(quint16 source)
{
    if (m_filter.sources.isEmpty())
        return true;
    if (source >= m_sources.size())
        m_sources.resize(source + std::size_t{1});
    auto &answer = m_sources[source];
    if (!answer)
        answer = m_filter.sources.contains(m_store.sourceName(source));
    return *answer;
}

} // namespace watchline
