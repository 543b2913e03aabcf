// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

#include <functional>
#include <memory>

class QIODevice;

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

/// Reads a session file into a store, which keeps it mapped. May run in any thread: it is the
/// store's one writer meanwhile, and the store can be looked at while it fills once its header is
/// set (it is no longer empty). `path` "-" is standard input.
/// What is added to the file later is not seen. The file must not be cut shorter while the store
/// lives: reading a mapped page that is gone ends the process. Watchline itself does so in one
/// case: a SessionWriter whose write failed takes its last, unfinished lines back.
ReadResult readSession(const QString &path, SessionStore &store, const ReadProgress &progress = {});
/// From a sequential device that is not owned, to its end.
ReadResult readSession(QIODevice *device, const QString &name, SessionStore &store,
                       const ReadProgress &progress = {});

} // namespace watchline
