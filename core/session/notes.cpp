// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/notes.h"

#include "core/session/sessionwriter.h"

namespace watchline {

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
    SessionWriter writer;
    if (writer.openForAppend(path) && writer.append(toJsonLine(note)) && writer.close())
        return true;
    *error = writer.error();
    return false;
}

bool addNote(SessionStore &store, const QString &path, const Event &note, QString *error)
{
    if (!writeNote(path, note, error))
        return false;
    store.append(note);
    return true;
}

} // namespace watchline
