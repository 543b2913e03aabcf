// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

#include <memory>

class QIODevice;

namespace watchline {

/// A session file being written: a journal. Whole lines are appended, nothing is ever rewritten.
/// Lines are buffered; flush() hands them to the system, and the owner calls it within a second of
/// the first one that waits. When writing fails, a regular file is cut back to its last whole line.
/// Not thread-safe.
class SessionWriter
{
public:
    enum class Existing {
        Refuse,
        Replace,
    };

    SessionWriter();
    ~SessionWriter();

    /// Creates the file (mode 0600) and writes the header. `path` "-" is standard output. A file
    /// that is to be replaced stays until the new one has its header; whoever has it open keeps it.
    bool open(const QString &path, const SessionHeader &header, Existing existing);
    /// Onto an open device that is not owned.
    bool open(QIODevice *device, const SessionHeader &header);
    /// Goes on with a session that is there, at its end; a last line that is cut off stays and gets
    /// its line end.
    bool openForAppend(const QString &path);
    /// `line` is toJsonLine() of an event. False once writing has failed; error() says why.
    bool append(QByteArrayView line);
    bool flush();
    /// Flushes and lets go of the file.
    bool close();

    bool hasUnflushed() const;
    /// Where the next line begins in the file, and up to where the file has them; -1 when it is no
    /// regular file, or is not open.
    qint64 end() const;
    qint64 flushedEnd() const;
    /// The file opened once more, to look lines up; the caller closes it. -1 likewise.
    int duplicate() const;
    QString path() const;
    /// What, where, and what to do; empty while all is well.
    QString error() const;
    /// Writing failed because whoever read from the pipe has gone.
    bool readerHasGone() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
