// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"
#include "core/timeline/pieces.h"
#include "core/timeline/severity.h"
#include "core/timeline/timerange.h"

#include <limits>
#include <vector>

namespace watchline {

/// An event at one time, made from its row when somebody looks at it.
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
    std::optional<Action> action() const
    {
        return kind == EventKind::Decision ? fromCode<Action>(value & 0xFF) : std::nullopt;
    }
    std::optional<Rule> rule() const
    {
        return kind == EventKind::Decision ? fromCode<Rule>(value >> 8) : std::nullopt;
    }

private:
    template<typename Enum>
    static std::optional<Enum> fromCode(int code)
    {
        if (code == 0)
            return std::nullopt;
        return static_cast<Enum>(code - 1);
    }
};

inline Severity severityOfRank(int rank)
{
    return static_cast<Severity>(rank / 2);
}
inline bool isUsualRank(int rank)
{
    return rank % 2 == 0;
}

/// An event's time as the timeline reckons with it: within some 70 years of the start, so that no
/// difference of two can overflow.
qint64 timelineTime(Nanoseconds t);
Mark markOf(quint32 row, const EventRow &event);

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
    Word word = Word::None; ///< the status; or how it ended; None: it runs, or not known
    qint8 ruleCode = -1;    ///< see rule()
    bool hot = false;       ///< attempts: one of many in a short time with no wait between them

    /// Waits: the decision before.
    std::optional<Rule> rule() const
    {
        return ruleCode < 0 ? std::nullopt : std::optional(static_cast<Rule>(ruleCode));
    }
    void setRule(std::optional<Rule> rule)
    {
        ruleCode = rule ? static_cast<qint8>(*rule) : qint8{-1};
    }
    int rank() const { return static_cast<int>(severity()); }
    bool isOpen() const { return end == kOpenEnd; }
    qint64 endOr(qint64 openEnd) const { return isOpen() ? std::max(begin, openEnd) : end; }
    Severity severity() const;
};
static_assert(sizeof(Span) == 64); // a line of the cache each: a frame looks at thousands

/// What is greatest in a stretch of a series.
struct Extremes
{
    std::size_t worst = 0; ///< Index of the item with the greatest rank, the first of equals.
    int rank = -1;
    int largestOrdinary = 0; ///< Marks: the largest value of those that are Ok or Quiet.
};

/// Finds times in a series, and what is greatest in any stretch of it, at a cost that hardly grows
/// with its length: keeps a summary of every 16 and of every 512 items, a byte an item.
class Summaries
{
public:
    static constexpr std::size_t kBlock = 16;
    static constexpr std::size_t kLargeBlock = 512;

    /// Of a new last item, whose time is `t`.
    void append(qint64 t, const Extremes &item);
    /// Forgets `first`, all after it and some before it: append() is to be called from size() on.
    void truncate(std::size_t first);
    /// Items taken in.
    std::size_t size() const { return m_size; }
    /// Of [first, last); `item(i)` gives the extremes of one.
    template<typename Item>
    Extremes over(std::size_t first, std::size_t last, Item item) const;
    /// First item at or after `t`, which is known not to lie before `from`; `time(i)` gives an
    /// item's.
    template<typename Time>
    std::size_t lowerBound(qint64 t, std::size_t from, Time time) const;

private:
    struct Block
    {
        qint64 t = 0; ///< Of its first item.
        quint32 worst = 0;
        quint16 largestOrdinary = 0;
        qint8 rank = -1;
    };
    static_assert(sizeof(Block) == 16);
    using Blocks = std::vector<Block>;

    static void widen(Extremes &extremes, const Extremes &other);
    static Extremes of(const Block &block);
    /// The first of [first, last) for which `isBefore` is false, found from a guess outwards: the
    /// nearer the guess, the fewer are looked at.
    template<typename IsBefore>
    static std::size_t search(std::size_t first, std::size_t last, std::size_t guess,
                              IsBefore isBefore);
    /// Where `t` lies in [first, last) if their times, from `begin` to `end`, are evenly spread.
    static std::size_t guess(std::size_t first, std::size_t last, qint64 begin, qint64 end,
                             qint64 t);

    Blocks m_blocks;
    Blocks m_largeBlocks;
    std::size_t m_size = 0;
};

/// The marks of a lane in ascending order of time: rows of a store, some 9 bytes each. Late ones (a
/// file whose times go backwards) are sorted in. One thread.
class MarkSeries
{
public:
    /// `store` is not owned and must outlive the series.
    explicit MarkSeries(const SessionStore &store);

    std::size_t size() const { return m_entries.size(); }
    bool isEmpty() const { return m_entries.empty(); }
    Mark operator[](std::size_t i) const;
    qint64 time(std::size_t i) const;
    quint32 row(std::size_t i) const { return m_entries[i].row; }

    /// Takes a row of the store in. To be followed by settle() before anything is looked up.
    void append(const Mark &mark);
    /// Makes order and summaries whole again. Gives the time from which on something is new;
    /// kOpenEnd: nothing is.
    qint64 settle();

    /// First mark at or after `t`; it is known not to lie before `from`.
    std::size_t lowerBound(qint64 t, std::size_t from = 0) const;
    /// Not for an empty stretch.
    Extremes extremes(std::size_t first, std::size_t last) const;
    /// Of the mark of `row`, which is at `t`; size() when there is none.
    std::size_t indexOfRow(quint32 row, qint64 t) const;

private:
    struct Entry
    {
        quint32 row = 0;
        quint16 ordinary = 0; ///< Its value when it is Ok or Quiet, else 0.
        qint8 rank = 0;
    };
    static_assert(sizeof(Entry) == 8);

    const SessionStore *m_store;
    Pieces<Entry> m_entries;
    Summaries m_summaries;
    qint64 m_latest = kNoTime;
    qint64 m_earliestLate = kOpenEnd; // of those that came after a later one
};

/// The spans of a lane in ascending order of their begin; late ones are sorted in.
class SpanSeries
{
public:
    std::size_t size() const { return m_spans.size(); }
    bool isEmpty() const { return m_spans.empty(); }
    const Span &operator[](std::size_t i) const { return m_spans[i]; }

    /// To be followed by settle() before anything is looked up.
    void append(const Span &span);
    /// Makes order and summaries whole again after append() and edit(). Gives the time from which
    /// on spans that begin are new or changed; kOpenEnd: none.
    qint64 settle();
    /// For changes that leave its begin alone. To be followed by settle().
    Span &edit(std::size_t i);

    /// First span that begins at or after `t`; it is known not to lie before `from`.
    std::size_t lowerBound(qint64 t, std::size_t from = 0) const;
    /// The worst of [first, last), the first of equals. Not for an empty stretch.
    std::size_t worst(std::size_t first, std::size_t last) const;

private:
    Pieces<Span> m_spans;
    std::vector<qint8> m_ranks; // of the spans, close together: they are looked at most
    Summaries m_summaries;
    std::size_t m_settled = 0;
    std::size_t m_dirty = 0; // first span whose block is not up to date
};

template<typename Item>
Extremes Summaries::over(std::size_t first, std::size_t last, Item item) const
{
    Extremes result;
    for (std::size_t i = first; i < last;) {
        if (i % kLargeBlock == 0 && i + kLargeBlock <= last) {
            widen(result, of(m_largeBlocks[i / kLargeBlock]));
            i += kLargeBlock;
        } else if (i % kBlock == 0 && i + kBlock <= last) {
            widen(result, of(m_blocks[i / kBlock]));
            i += kBlock;
        } else {
            widen(result, item(i));
            ++i;
        }
    }
    return result;
}

template<typename IsBefore>
std::size_t Summaries::search(std::size_t first, std::size_t last, std::size_t guess,
                              IsBefore isBefore)
{
    std::size_t low = first;
    std::size_t high = last;
    std::size_t probe = std::clamp(guess, first, last);
    if (probe < last && isBefore(probe)) {
        for (std::size_t step = 1; probe < last && isBefore(probe); step *= 2) {
            low = probe + 1;
            probe = std::min(last, probe + step);
        }
        high = probe;
    } else {
        high = probe;
        for (std::size_t step = 1; probe > first && !isBefore(probe - 1); step *= 2) {
            high = probe - 1;
            probe -= std::min(probe - first, step);
        }
        low = probe;
    }
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (isBefore(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

inline std::size_t Summaries::guess(std::size_t first, std::size_t last, qint64 begin, qint64 end,
                                    qint64 t)
{
    if (t <= begin || end <= begin)
        return first;
    const double share = static_cast<double>(t - begin) / static_cast<double>(end - begin);
    return first +
           static_cast<std::size_t>(std::min(share, 1.0) * static_cast<double>(last - first));
}

template<typename Time>
std::size_t Summaries::lowerBound(qint64 t, std::size_t from, Time time) const
{
    // The answer lies in the last block that begins before `t`, or right behind it.
    const auto isBefore = [t](const Blocks &blocks) {
        return [t, &blocks](std::size_t i) { return blocks[i].t < t; };
    };
    constexpr std::size_t kRatio = kLargeBlock / kBlock;
    const auto beginOf = [](const Blocks &blocks, std::size_t i) {
        return i < blocks.size() ? blocks[i].t : blocks.back().t;
    };
    // Whoever asks for the next place in a row of them finds it near the one before.
    const std::size_t fromLarge = from / kLargeBlock;
    const std::size_t large =
        from == 0
            ? search(0, m_largeBlocks.size(), m_largeBlocks.size() / 2, isBefore(m_largeBlocks))
            : search(std::min(fromLarge, m_largeBlocks.size()), m_largeBlocks.size(), fromLarge,
                     isBefore(m_largeBlocks));
    if (large == 0)
        return std::min(from, m_size);
    const std::size_t firstBlock = (large - 1) * kRatio;
    const std::size_t lastBlock = std::min(large * kRatio, m_blocks.size());
    const std::size_t block = search(
        firstBlock, lastBlock,
        guess(firstBlock, lastBlock, m_largeBlocks[large - 1].t, beginOf(m_largeBlocks, large), t),
        isBefore(m_blocks));
    const std::size_t first = (block - 1) * kBlock;
    const std::size_t last = std::min(block * kBlock, m_size);
    const std::size_t found =
        search(first, last, guess(first, last, m_blocks[block - 1].t, beginOf(m_blocks, block), t),
               [&](std::size_t i) { return time(i) < t; });
    return std::max(found, std::min(from, m_size));
}

inline void Summaries::widen(Extremes &extremes, const Extremes &other)
{
    if (other.rank > extremes.rank) {
        extremes.rank = other.rank;
        extremes.worst = other.worst;
    }
    extremes.largestOrdinary = std::max(extremes.largestOrdinary, other.largestOrdinary);
}

inline Extremes Summaries::of(const Block &block)
{
    return {block.worst, block.rank, block.largestOrdinary};
}

} // namespace watchline
