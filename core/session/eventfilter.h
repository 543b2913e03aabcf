// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/linereader.h"
#include "core/session/sessionstore.h"

#include <QDateTime>
#include <QString>

#include <functional>

namespace watchline {

/// Which events are wanted. A plain value; what is empty lets everything through.
struct EventFilter
{
    QString text{};        ///< In the kind, the source or any member's value, whatever its case.
    quint32 kinds = 0;     ///< A bit (1 << kind) each.
    quint64 words = 0;     ///< A bit (1 << word) each: `outcome`, `result`, `phase` or `status`.
    quint32 actions = 0;   ///< A bit (1 << action) each; of decisions. Either these or `words`.
    QString kindName{};    ///< All of the kind, of those that are EventKind::Unknown.
    QString wordName{};    ///< All of the word, of those that are Word::Other, or of the action.
    QString lease{};       ///< A part of `lease_id`, whatever its case.
    QString wholeLease{};  ///< All of `lease_id`.
    QString sourceName{};  ///< A part of `source`, whatever its case.
    QString wholeSource{}; ///< All of `source`.
    std::optional<Nanoseconds> from{}; ///< Since the session's start.
    std::optional<Nanoseconds> to{};
    std::optional<quint16> source{}; ///< By its index.
    std::optional<int> attempt{};

    bool operator==(const EventFilter &) const = default;
    bool isEmpty() const
    {
        return text.isEmpty() && kinds == 0 && words == 0 && actions == 0 && lease.isEmpty() &&
               wholeLease.isEmpty() && sourceName.isEmpty() && wholeSource.isEmpty() && !from &&
               !to && !source && !attempt;
    }
};

/// A bit of EventFilter::kinds that no event has: nothing matches.
inline constexpr quint32 kNoKind = 1U << 31;

/// What a session says about times that are typed.
struct FilterContext
{
    QDateTime started{}; ///< Without it there are no times of day.
    Nanoseconds end{};   ///< Of the session, since its start.
};

/// A filter as it is typed: `kind:heartbeat,wake outcome:failed lease:7f3a source:crane from:20m
/// to:1h` in any order, and all other words are the text. Names may be cut short, but not behind
/// `:=`, where all of a name stands (of a kind known or not; `action:=` and `word:=` are for
/// actions alone and for names that are not known). A value or text with spaces stands in quotes,
/// within which a quote is doubled. Times may be negative and as fine as a nanosecond, and all that
/// timeFromText() takes: `from:+0:20 to:14:32:05`. What looks like one of these but cannot be one
/// is text too.
EventFilter eventFilterFromText(QStringView typed, const FilterContext &context = {});
/// What was typed like a key but is text, in a line for whoever finds nothing by it; else empty.
QString filterHint(QStringView typed, const FilterContext &context = {});
/// The same filter, typed; with all of every name. Of several kinds or words the lists are typed.
QString textOf(const EventFilter &filter);

/// What events that are alike have in common.
enum class Likeness { Outcome, Lease, Attempt };
/// Lets those through that are like an event; an empty one where there is nothing to be alike in.
EventFilter filterLike(const SessionStore &store, qsizetype row, Likeness like);

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
    bool isLease(const QString &lease) const;
    bool leaseMatches(StringId lease);
    bool sourceMatches(quint16 source);
    bool hasWordName(qsizetype row, const EventRow &event) const;
    std::optional<bool> lineHolds(QByteArrayView line);

    const SessionStore &m_store;
    const EventFilter m_filter;
    LineReader m_lines;
    bool m_needsRow = false;
    QByteArray m_lowerCase;  ///< The text; empty when the bytes of a line tell nothing of it.
    bool m_isWorded = false; ///< The text may be in the wording of a number, true, false or null.
    std::vector<signed char> m_leases;  ///< By StringId: 1 yes, 0 no, -1 not asked yet.
    std::vector<signed char> m_sources; ///< By index, likewise.
    QByteArray m_scratch;
};

/// Whether a text is in the event's kind, its source or any member's value, whatever its case.
bool containsText(const Event &event, QStringView text);

/// Whether a search that has come to the end goes on from the other one.
enum class Around { No, Yes };

/// The next row that `shown` lets through and that is `wanted`, after `from` (`step` 1) or before
/// it (-1), then perhaps round the end up to `from` itself. -1: there is none, or `goOn`, which is
/// asked now and then, gave false.
qsizetype findEvent(const SessionStore &store, const EventFilter &shown, const EventFilter &wanted,
                    qsizetype from, int step, Around around, const std::function<bool()> &goOn);

} // namespace watchline
