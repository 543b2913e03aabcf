// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

namespace watchline {

/// A user's annotation at `t`, with the source and the attempt of the last event before it.
Event makeNote(const SessionStore &store, const QString &text, Nanoseconds t);

/// Adds a note to a session that is not being recorded: to the end of its file, then to the store,
/// whose one writer the caller is. False: the file could not be written, and `error` says why; the
/// store is then as it was.
bool addNote(SessionStore &store, const QString &path, const QString &text, Nanoseconds t,
             QString *error);

} // namespace watchline
