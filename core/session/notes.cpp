// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/notes.h"

#include "core/session/sessionwriter.h"

namespace watchline {

namespace {

/// Where its line begins in the file; -1: it could not be written.
qint64 write(const QString &path, const Event &note, QString *error)
{
    SessionWriter writer;
    if (writer.openForAppend(path)) {
        const auto position = writer.end();
        if (writer.append(toJsonLine(note)) && writer.close())
            return position;
    }
    *error = writer.error();
    return -1;
}

} // namespace

Event makeNote(const SessionStore &store, const QString &text, Nanoseconds t, Nanoseconds length)
{
    Event note(EventKind::Note);
    note.t = t;
    if (const auto whole = std::chrono::round<Microseconds>(length); whole > Microseconds::zero())
        note.setDuration(Field::DurationMs, whole);
    note.set(Field::Detail, text);
    const auto after = store.lowerBound(t + Nanoseconds(1));
    if (after > 0) {
        const auto row = store.row(after - 1);
        note.source = store.sourceName(row.source);
        note.attempt = row.attempt;
    } else if (!store.header().sources.isEmpty()) {
        note.source = store.header().sources.first();
    }
    return note;
}

bool writeNote(const QString &path, const Event &note, QString *error)
{
    return write(path, note, error) >= 0;
}

bool addNote(SessionStore &store, const QString &path, const Event &note, QString *error)
{
    const auto position = write(path, note, error);
    if (position < 0)
        return false;
    // Behind what others have added, which has no rows here.
    if (store.hasFile())
        store.setFileEnd(position);
    store.append(note);
    return true;
}

} // namespace watchline
