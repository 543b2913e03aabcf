// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"

#include <QString>

class QIODevice;

namespace watchline {

/// Reads a session file into a store, which keeps it open to look lines up in. May run in any
/// thread: it is the store's one writer meanwhile, and the store can be looked at while it fills
/// once its header is set (it is no longer empty). `path` "-" is standard input.
/// What is added to the file later is not seen. A file that is cut shorter meanwhile gives what is
/// left of it.
ReadResult readSession(const QString &path, SessionStore &store, const ReadProgress &progress = {});
/// The same of a file that is open already; `name` is what to call it.
ReadResult readSession(FileSource &source, const QString &name, SessionStore &store,
                       const ReadProgress &progress = {});
/// From a sequential device that is not owned, to its end.
ReadResult readSession(QIODevice *device, const QString &name, SessionStore &store,
                       const ReadProgress &progress = {});

} // namespace watchline
