// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

class QUrl;

namespace watchline {

/// Where live sessions are recorded that the user gave no file for: `sessions` in the application's
/// data folder. Reading and writing files; any thread.
QString sessionFolder();

/// A name for a session: `<host>-<UTC time>.watchline`, fit for any file system.
QString sessionFileName(const QUrl &apiUrl, const QDateTime &started);

/// A path in the session folder that is not taken. The folder is made, for the user alone, where it
/// is missing. Empty when that fails; `error` then says what, where and what to do.
QString defaultSessionPath(const QUrl &apiUrl, const QDateTime &started, QString *error);

struct RecordedSession
{
    enum class End {
        Orderly,     ///< Its run was shut down.
        Interrupted, ///< Watchline was killed, or the machine stopped.
        Recording,   ///< It is still being recorded, here or in another process.
    };
    QString path;
    QDateTime modified;
    qint64 size = 0;
    End end = End::Orderly;
};

/// What is in the session folder, newest first. Nothing in it is ever removed unasked.
QList<RecordedSession> recordedSessions();

/// Removes a session of the session folder for good; on the user's demand alone. False when it is
/// not in there, is being recorded, or cannot be removed.
bool removeRecordedSession(const QString &path);

} // namespace watchline
