// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

namespace watchline {

/// A user's annotation at `t`, or of the stretch of time that begins there and is `length` long
/// (`duration_ms`), with the source and the attempt of the last event before it.
Event makeNote(const SessionStore &store, const QString &text, Nanoseconds t,
               Nanoseconds length = {});

/// Adds a note to the end of a session's file, which is not being recorded. False: it could not be
/// written, and `error` says why.
bool writeNote(const QString &path, const Event &note, QString *error);

/// Adds a note to a session that is not being recorded: to the end of its file, whatever its time,
/// then to the store, whose one writer the caller is. False: the file could not be written, and
/// `error` says why; the store is then as it was.
bool addNote(SessionStore &store, const QString &path, const Event &note, QString *error);

} // namespace watchline
