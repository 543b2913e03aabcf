// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"
#include "core/timeline/severity.h"
#include "core/timeline/timerange.h"

#include <limits>
#include <vector>

namespace watchline {

/// An event at one time, 16 bytes; millions of them are kept.
struct Mark
{
    qint64 t = 0; ///< ns
    quint32 row = 0;
    EventKind kind = EventKind::Unknown;
    Word word = Word::None;
    /// Heartbeats: the round trip in tenths of a millisecond, 65535 for that and more; 0: unknown.
    /// Decisions: the action + 1 in the low byte, the rule + 1 in the high one; 0: unknown.
    quint16 value = 0;

    Severity severity() const;
    /// Of what falls on one place the greatest rank is shown: by severity, and of equals what
    /// is less usual than a keep-alive or the decision to run.
    int rank() const;
    std::optional<Action> action() const;
    std::optional<Rule> rule() const;
};
static_assert(sizeof(Mark) == 16);

inline constexpr qint64 kNoTime = std::numeric_limits<qint64>::min();
inline constexpr qint64 kOpenEnd = std::numeric_limits<qint64>::max();
inline constexpr quint32 kNoRow = std::numeric_limits<quint32>::max();

/// A stretch of time that an event began and another ended: a status, an attempt with the watch
/// that came of it, a wait.
struct Span
{
    qint64 begin = 0;
    qint64 end = kOpenEnd;    ///< kOpenEnd while it runs
    qint64 hello = kNoTime;   ///< attempts: when the watch began
    qint64 offerer = kNoTime; ///< attempts: the end of the watch whose lease is offered again
    qint64 planned = -1;      ///< waits: the planned delay in ns; negative: not known
    quint32 row = 0;          ///< of the event that began it
    quint32 endRow = kNoRow;
    StringId leaseId = 0;
    int attempt = 0;
    EventKind kind = EventKind::Unknown; ///< of the event that began it
    Word word = Word::None;   ///< the status; or how it ended; None: it runs, or not known
    std::optional<Rule> rule; ///< waits: the decision before
    bool hot = false;         ///< attempts: one of many in a short time with no wait between them

    int rank() const { return static_cast<int>(severity()); }
    bool isOpen() const { return end == kOpenEnd; }
    qint64 endOr(qint64 openEnd) const { return isOpen() ? std::max(begin, openEnd) : end; }
    Severity severity() const;
};

/// Marks or spans in ascending order of time, with what is worst in any stretch of them at a cost
/// that hardly grows with the stretch. Late ones (a file whose times go backwards) are sorted in.
template<typename T>
class Series
{
public:
    static constexpr std::size_t kBlock = 64;

    std::size_t size() const { return m_items.size(); }
    bool isEmpty() const { return m_items.empty(); }
    const T &operator[](std::size_t i) const { return m_items[i]; }

    /// To be followed by settle() before anything is looked up.
    void append(const T &item);
    /// Makes order and summaries whole again after append() and edit().
    void settle();
    /// For changes that leave its time alone. To be followed by settle().
    T &edit(std::size_t i)
    {
        touch(i);
        return m_items[i];
    }

    /// First item at (spans: that begins at) or after `t`.
    std::size_t lowerBound(qint64 t) const;
    /// The worst of [first, last), the first of equals. Not for an empty stretch.
    std::size_t worst(std::size_t first, std::size_t last) const;
    /// The largest value of [first, last) whose severity is Ok or Quiet: marks alone.
    int largestOrdinary(std::size_t first, std::size_t last) const;
    /// Of the item that `row` began; size() when there is none.
    std::size_t indexOfRow(quint32 row, qint64 t) const;

private:
    struct Block
    {
        std::size_t worst = 0;
        int largestOrdinary = 0;
    };

    Block summary(std::size_t first, std::size_t last) const;
    void touch(std::size_t i) { m_dirty = std::min(m_dirty, i); }

    std::vector<T> m_items;
    std::vector<Block> m_blocks; // full and partial, of m_items up to the last settle()
    std::size_t m_settled = 0;
    std::size_t m_dirty = 0; // first item whose block is not up to date
};

using MarkSeries = Series<Mark>;
using SpanSeries = Series<Span>;
extern template class Series<Mark>;
extern template class Series<Span>;

} // namespace watchline
