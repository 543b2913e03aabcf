// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/event.h"
#include "core/session/linetail.h"
#include "core/session/sessionheader.h"
#include "core/session/stringpool.h"

#include <QStringList>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace watchline {

class RowBatch;
struct PackedRow;

/// An event's hot columns. What is looked at rarely stays in the event's line.
struct EventRow
{
    Nanoseconds t;
    EventKind kind;
    Word word;      ///< `status`, `result`, `phase` or `outcome`
    quint16 source; ///< index into sources()
    int attempt;
    StringId leaseId; ///< of lease_id; 0 is none
    int httpStatus;   ///< 0 is none
    std::optional<Rule> rule;
    std::optional<Action> action;
    std::optional<std::chrono::microseconds> duration;
    std::optional<Milliseconds> delay;
};

/// All events of a session, by column: 38 bytes each. Their lines stay in the file that they were
/// read from, or that they are being recorded to, until somebody looks; lines that are in no file
/// are held in memory. Rows are numbered from 0 in file order; see seq() for their numbers in the
/// session, which has lines without a row too.
///
/// A line's position is where it begins in the file, or would.
///
/// One thread appends; any number of threads read rows below a size() that they saw, without
/// locks and while it grows. Rows never change and never move.
class SessionStore
{
public:
    static constexpr qsizetype kRowsPerChunk = 16'384;

    explicit SessionStore(SessionHeader header = {});
    ~SessionStore();
    SessionStore(const SessionStore &) = delete;
    SessionStore &operator=(const SessionStore &) = delete;

    // Writing: one thread.

    /// Keeps a copy of `line` (toJsonLine() of the event, or as it stands in its file; no line
    /// end) in memory, at linesEnd(), until setFileEnd() says that the file has it.
    void append(const Event &event, QByteArrayView line);
    void append(const Event &event) { append(event, toJsonLine(event)); }
    /// The line of an event that gets no row: it is among the lines, for exports.
    void appendLine(QByteArrayView line);
    /// Rows whose lines are in the file.
    void append(const RowBatch &batch);
    /// Rows whose lines are kept in memory: they are in `lines`, which begins at `position`.
    void append(const RowBatch &batch, QByteArrayView lines, qint64 position);
    /// To be called before the first event is appended. `line` is the header's line as it stands in
    /// the file, where there is one.
    void setHeader(SessionHeader header, QByteArray line = {});
    /// To be called before the first event is appended: the file to look lines up in, open for
    /// reading; the store closes it. It holds all below `end`.
    void setFile(int fd, qint64 end);
    /// The file has grown so far: lines below are not needed in memory any more.
    void setFileEnd(qint64 end);
    /// To be called before the first event is appended: rows of other sources are passed over.
    void takeOnly(const QStringList &sources) { m_wanted = sources; }
    /// Past this many bytes of lines in memory the oldest are forgotten; lostLines() counts them.
    void setLineCapacity(qsizetype bytes) { m_tail.setCapacity(bytes); }

    // Reading: any thread.

    const SessionHeader &header() const { return m_header; }
    qsizetype size() const { return m_size.load(std::memory_order_acquire); }
    bool isEmpty() const { return size() == 0; }

    EventRow row(qsizetype row) const;
    Nanoseconds time(qsizetype row) const;
    EventKind kind(qsizetype row) const;
    quint16 source(qsizetype row) const;
    /// Where the row's line begins.
    qint64 linePosition(qsizetype row) const;
    /// Where the next line would begin.
    qint64 linesEnd() const { return m_tail.end(); }
    bool hasFile() const { return m_fd >= 0; }
    /// The file holds the lines below; those from here on are in memory.
    qint64 fileEnd() const { return m_fileEnd.load(std::memory_order_acquire); }
    /// Lines' bytes from a position on: at least the line there, if it is no longer than `size`.
    /// Fewer than `size` where the file ends, or memory does; none when they cannot be read any
    /// more.
    QByteArray bytes(qint64 position, qsizetype size) const;
    /// The first position at or after this one whose line is in memory, and lostLines() then.
    std::optional<LineTail::Held> heldFrom(qint64 position) const
    {
        return m_tail.firstAtOrAfter(position);
    }
    /// The line as it was recorded, without its line end. Empty when it cannot be read any more:
    /// the file was cut short while it was open, or the line was forgotten. Whoever wants many
    /// lines in their order takes a LineReader.
    QByteArray line(qsizetype row) const;
    /// The whole event, made from its line; without it what the columns know, and a `detail` that
    /// says so.
    Event event(qsizetype row) const;
    /// Lines that were forgotten for want of room; their rows are there.
    qint64 lostLines() const { return m_tail.lost(); }
    /// Lines without a row that stand before the last row. Looked at before size(), it is never
    /// more than there are before the last of those rows.
    qint64 hiddenLines() const { return m_hiddenLines.load(std::memory_order_acquire); }
    /// The row's number in the session, counted from 1 over all of its lines, those without a row
    /// too: what exports call it.
    qint64 seq(qsizetype row) const;
    /// The row of that number, or the next one; size() when there is none.
    qsizetype rowOfSeq(qint64 seq) const;
    /// The header's line as it stands in the file, or would.
    QByteArray headerLine() const;
    QString string(StringId id) const { return m_strings.at(id); }
    QString sourceName(quint16 source) const;
    /// All sources past this many have one name, which says so.
    static constexpr int kMostSources = 65'536;
    int sourceCount() const { return static_cast<int>(m_sources.size()); }
    /// First row at or after `t`; size() when there is none. Assumes ascending times, except of
    /// notes, which may be added later: in a file with times that go backwards, some row near it.
    qsizetype lowerBound(Nanoseconds t) const;
    /// Of the first event, or zero.
    Nanoseconds firstTime() const;
    /// The latest time of all events, or zero.
    Nanoseconds lastTime() const { return Nanoseconds(m_lastTime.load(std::memory_order_acquire)); }

private:
    struct Chunk;
    static constexpr qsizetype kMaxChunks = 32'768; // half a billion rows

    qsizetype pastNotes(qsizetype row, qsizetype end) const;
    const Chunk &chunkOf(qsizetype row) const;
    void appendRow(const PackedRow &columns, qint64 line, StringId lease, quint16 source);
    void publish(qsizetype size);
    quint16 sourceId(const QString &source);
    bool isWanted(const QString &source) const;
    QByteArray fileBytes(qint64 position, qsizetype size) const;
    Event eventWithoutLine(qsizetype row) const;

    SessionHeader m_header;
    QByteArray m_headerLine;
    std::unique_ptr<std::array<std::atomic<Chunk *>, kMaxChunks>> m_chunks;
    qsizetype m_appended = 0; // the writer's; m_size follows
    std::atomic<qsizetype> m_size{0};
    qint64 m_hidden = 0; // the writer's; m_hiddenLines follows
    std::atomic<qint64> m_hiddenLines{0};
    std::atomic<qint64> m_lastTime{0};
    StringPool m_strings;
    StringPool m_sources; // its id - 1 is the source's index
    QStringList m_wanted; // sources; empty: all
    struct Hidden         // lines before a row and all after it
    {
        qsizetype row = 0;
        qint64 count = 0;
    };
    mutable std::mutex m_hiddenMutex;
    std::vector<Hidden> m_hiddenBefore; // ascending
    int m_fd = -1;
    std::atomic<qint64> m_fileEnd{0};
    LineTail m_tail;
};

} // namespace watchline
