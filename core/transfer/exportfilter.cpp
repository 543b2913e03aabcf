// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/exportfilter.h"

#include <algorithm>

namespace watchline {

namespace {

bool contains(const std::vector<std::string> &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

ExportMatcher::ExportMatcher(const ExportFilter &filter)
    : m_from(filter.from.value_or(Nanoseconds::min()))
    , m_to(filter.to.value_or(Nanoseconds::max()))
    , m_takesAllKinds(filter.kinds.isEmpty())
{
    for (const auto &text : filter.kinds) {
        const auto name = text.toStdString();
        const auto kind = kindFromName(name);
        if (kind == EventKind::Unknown)
            m_unknownKinds.push_back(name);
        else
            m_kinds[static_cast<std::size_t>(kind)] = true;
    }
    for (const auto &source : filter.sources)
        m_sources.push_back(source.toStdString());
}

bool ExportMatcher::accepts(const EventView &event) const
{
    return acceptsKind(event) && acceptsSource(event);
}

bool ExportMatcher::acceptsKind(const EventView &event) const
{
    return m_takesAllKinds || m_kinds[static_cast<std::size_t>(event.kind)] ||
           (event.kind == EventKind::Unknown && contains(m_unknownKinds, event.kindText));
}

bool ExportMatcher::acceptsSource(const EventView &event) const
{
    return m_sources.empty() ||
           contains(m_sources, event.source.empty() ? kNoSource : event.source);
}

} // namespace watchline
