// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <deque>
#include <limits>
#include <mutex>
#include <optional>

namespace watchline {

/// The end of a session's bytes: those that are in no file, or not yet. Whole lines, each at a
/// position of its own, ascending. One thread adds and drops; any thread reads.
class LineTail
{
public:
    /// Adds lines at `position`, which is end() or beyond it. The last one gets the line feed that
    /// it may lack.
    void add(qint64 position, QByteArrayView lines);
    /// Where the last line ends.
    qint64 end() const;
    /// The bytes from `position` to the end of the lines that were added there, at most `limit`
    /// and a line; nothing when they are not held here.
    std::optional<QByteArray> from(qint64 position, qsizetype limit) const;
    struct Held
    {
        qint64 position;
        qint64 lost; ///< lost() at the same moment

        bool operator==(const Held &) const = default;
    };
    /// Where what is held goes on: `position`, or the next one behind a gap.
    std::optional<Held> firstAtOrAfter(qint64 position) const;
    /// Forgets what lies wholly below.
    void dropBelow(qint64 position);
    /// Past this many bytes the oldest lines are forgotten.
    void setCapacity(qsizetype bytes);
    /// Lines forgotten for want of room: those that dropBelow() could have dropped do not count.
    qint64 lost() const;

private:
    static constexpr qsizetype kBlockSize = 64 * 1024;

    struct Block
    {
        qint64 begin;
        QByteArray bytes;

        qint64 end() const { return begin + bytes.size(); }
    };

    mutable std::mutex m_mutex;
    std::deque<Block> m_blocks;
    qint64 m_end = 0;
    qsizetype m_size = 0;
    qsizetype m_capacity = std::numeric_limits<qsizetype>::max();
    qint64 m_lost = 0;
    qint64 m_below = 0; // as last told by dropBelow()
};

} // namespace watchline
