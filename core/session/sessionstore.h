// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/event.h"
#include "core/session/stringpool.h"

#include <QDateTime>
#include <QStringList>

#include <array>
#include <atomic>
#include <memory>

class QFile;

namespace watchline {

/// The first line of a session file.
struct SessionHeader
{
    QDateTime started; ///< UTC, to the millisecond; events add their monotonic time to it.
    QString generator;
    QString apiUrl;
    QStringList sources;

    bool operator==(const SessionHeader &) const = default;
};

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

/// All events of a session, by column: 40 bytes each and their line, which is held once, in memory
/// or in the file it was read from. Rows are numbered from 0 in file order; `seq` is the row + 1.
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
    /// end).
    void append(const Event &event, QByteArrayView line);
    void append(const Event &event) { append(event, toJsonLine(event)); }
    /// The file that appendMapped() refers to; mapped whole, kept open. False: it cannot be mapped.
    bool setMapping(std::unique_ptr<QFile> file);
    /// The mapped bytes; empty without a mapping.
    QByteArrayView mapping() const { return m_mapping; }
    /// The event's line is at `offset` of the mapping and ends before the next line feed.
    void appendMapped(const Event &event, qsizetype offset);
    /// To be called before the first event is appended.
    void setHeader(SessionHeader header);

    // Reading: any thread.

    const SessionHeader &header() const { return m_header; }
    qsizetype size() const { return m_size.load(std::memory_order_acquire); }
    bool isEmpty() const { return size() == 0; }

    EventRow row(qsizetype row) const;
    Nanoseconds time(qsizetype row) const;
    EventKind kind(qsizetype row) const;
    quint16 source(qsizetype row) const;
    /// The line as it was recorded, without its line end.
    QByteArray line(qsizetype row) const;
    /// The whole event, made from its line.
    Event event(qsizetype row) const;
    QString string(StringId id) const { return m_strings.at(id); }
    QString sourceName(quint16 source) const;
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
    struct Arena;
    static constexpr qsizetype kMaxChunks = 32'768; // half a billion rows

    qsizetype pastNotes(qsizetype row, qsizetype end) const;
    const Chunk &chunkOf(qsizetype row) const;
    void appendRow(const Event &event, quint64 lineOffset);
    quint16 sourceId(const QString &source);

    SessionHeader m_header;
    std::unique_ptr<std::array<std::atomic<Chunk *>, kMaxChunks>> m_chunks;
    std::atomic<qsizetype> m_size{0};
    std::atomic<qint64> m_lastTime{0};
    StringPool m_strings;
    StringPool m_sources; // its id - 1 is the source's index
    std::unique_ptr<Arena> m_arena;
    std::unique_ptr<QFile> m_file;
    QByteArrayView m_mapping;
};

} // namespace watchline
