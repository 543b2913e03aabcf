// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventview.h"
#include "core/session/linesource.h"
#include "core/session/sessionheader.h"

#include <functional>
#include <memory>

namespace watchline {

/// How far reading got.
struct ReadResult
{
    enum class Status {
        Complete,
        Truncated, ///< The last line is cut off: everything before it was read.
        Damaged,   ///< Some lines could not be understood and were left out.
        Failed,    ///< Nothing could be read: no file, no session.
        Cancelled,
    };
    Status status = Status::Complete;
    /// What, where, and what to do; one line; empty when Complete.
    QString message;
    qsizetype events = 0;
    qsizetype lostLines = 0;
    qint64 lostBytes = 0;
};

/// Told now and then how many bytes of how many (-1: unknown) were read, and many times a second
/// while a named pipe's writer is waited for; false cancels.
using ReadProgress = std::function<bool(qint64 done, qint64 total)>;

/// What is made of some lines' events.
class LineProduct
{
public:
    virtual ~LineProduct() = default;
    virtual void clear() = 0;
    /// One event, in order; `line` has no line end and begins at `position`.
    virtual void add(const EventView &event, QByteArrayView line, qint64 position) = 0;
};

/// Walks through a session's lines on all cores: threads of its own make products of pieces of the
/// session, which are taken in the session's order in the caller's thread. Damaged lines are left
/// out and counted. However large the session is, only some pieces are in memory at a time.
class SessionScan
{
public:
    using Make = std::function<std::unique_ptr<LineProduct>()>;
    /// False ends the scan.
    using Take = std::function<bool(LineProduct &product, const LinePiece &piece)>;

    /// `source` is not owned; `name` is what to call it.
    SessionScan(LineSource &source, QString name, ReadProgress progress);

    /// Reads the header. False: it has none, or reading was cancelled; result() says so.
    bool readHeader();
    const SessionHeader &header() const { return m_header; }
    /// As it stands in the file.
    QByteArray headerLine() const { return m_headerLine; }

    /// Walks to the end; after readHeader(), or without when the source has no header.
    void run(const Make &make, const Take &take);

    void fail(const QString &what, const QString &reason);
    const ReadResult &result() const { return m_result; }

private:
    struct Piece;

    bool tell(qint64 done);
    void account(const Piece &piece);
    void conclude();

    LineSource &m_source;
    const QString m_name;
    const ReadProgress m_progress;
    SessionHeader m_header;
    QByteArray m_headerLine;
    ReadResult m_result;
    qsizetype m_lines = 0;
    qsizetype m_firstLost = 0; // by its number in the file
    QString m_firstReason;
};

} // namespace watchline
