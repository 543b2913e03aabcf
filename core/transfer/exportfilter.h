// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventview.h"

#include <QStringList>

#include <array>
#include <optional>
#include <string>
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

/// What an event without a source is listed under.
inline constexpr std::string_view kNoSource = "?";

/// A filter made ready for many events. May be shared by threads.
class ExportMatcher
{
public:
    explicit ExportMatcher(const ExportFilter &filter);

    bool isInTime(Nanoseconds t) const { return t >= m_from && t < m_to; }
    /// Whatever its time.
    bool accepts(const EventView &event) const;

private:
    bool acceptsKind(const EventView &event) const;
    bool acceptsSource(const EventView &event) const;

    std::array<bool, kEventKindCount> m_kinds{};
    std::vector<std::string> m_unknownKinds; // all of them share one number
    std::vector<std::string> m_sources;
    Nanoseconds m_from;
    Nanoseconds m_to;
    bool m_takesAllKinds;
};

} // namespace watchline
