// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/linereader.h"
#include "core/session/sessionstore.h"

#include <QString>

#include <functional>

namespace watchline {

/// Which events are wanted. A plain value; what is empty lets everything through.
struct EventFilter
{
    QString text{};       ///< In the kind, the source or any member's value, whatever its case.
    quint32 kinds = 0;    ///< A bit (1 << kind) each.
    quint64 words = 0;    ///< A bit (1 << word) each: `outcome`, `result`, `phase` or `status`.
    quint32 actions = 0;  ///< A bit (1 << action) each; of decisions. Either these or `words`.
    QString lease{};      ///< A part of `lease_id`, whatever its case.
    StringId leaseId = 0; ///< All of `lease_id`.
    std::optional<Nanoseconds> from{}; ///< Since the session's start.
    std::optional<Nanoseconds> to{};
    std::optional<quint16> source{}; ///< By its index.
    std::optional<int> attempt{};

    bool operator==(const EventFilter &) const = default;
    bool isEmpty() const
    {
        return text.isEmpty() && kinds == 0 && words == 0 && actions == 0 && lease.isEmpty() &&
               leaseId == 0 && !from && !to && !source && !attempt;
    }
};

/// A filter as it is typed: `kind:heartbeat,wake outcome:failed lease:7f3a from:20m to:1h` in any
/// order, and all other words are the text. Names may be cut short. What looks like one of these
/// but cannot be one is text too.
EventFilter eventFilterFromText(QStringView typed);

/// Decides row by row; made once for many rows, quickest when they come in their order. Columns
/// decide first; of a row that they let through the line's bytes mostly tell the rest. One thread.
class EventMatcher
{
public:
    /// `store` is not owned and must outlive the matcher.
    EventMatcher(const SessionStore &store, EventFilter filter);

    bool matches(qsizetype row);

private:
    bool columnsMatch(qsizetype row);
    bool leaseMatches(StringId lease);
    std::optional<bool> lineHolds(QByteArrayView line);

    const SessionStore &m_store;
    const EventFilter m_filter;
    LineReader m_lines;
    bool m_needsRow = false;
    QByteArray m_lowerCase;  ///< The text; empty when the bytes of a line tell nothing of it.
    bool m_isWorded = false; ///< The text may be in the wording of a number, true, false or null.
    std::vector<signed char> m_leases; ///< By StringId: 1 yes, 0 no, -1 not asked yet.
    QByteArray m_scratch;
};

/// Whether a text is in the event's kind, its source or any member's value, whatever its case.
bool containsText(const Event &event, QStringView text);

/// The next row that `shown` lets through and that is `wanted`, after `from` (`step` 1) or before
/// it (-1), then round the end up to `from` itself. -1: there is none, or `goOn`, which is asked
/// now and then, gave false.
qsizetype findEvent(const SessionStore &store, const EventFilter &shown, const EventFilter &wanted,
                    qsizetype from, int step, const std::function<bool()> &goOn);

} // namespace watchline
