// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionfolder.h"

#include "core/base/fileproblem.h"
#include "core/session/eventparser.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>
#include <cerrno>
#include <sys/file.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How much of a file's end is searched for the shutdown; notes may follow it.
constexpr qint64 kTail = 64 * 1024;
const QString kSuffix = u".watchline"_s;

bool isBeingRecorded(const QFile &file)
{
    // The writer holds an exclusive lock; this one is given back when the file is closed.
    return ::flock(file.handle(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

bool endsWithShutdown(QFile &file)
{
    file.seek(std::max<qint64>(0, file.size() - kTail));
    const auto lines = file.readAll().split('\n');
    EventParser parser;
    Event event;
    return std::any_of(lines.rbegin(), lines.rend(), [&](const QByteArray &line) {
        return parser.parse(line, event) && event.kind == EventKind::Status &&
               event.word() == Word::Shutdown;
    });
}

RecordedSession::End endOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return RecordedSession::End::Interrupted;
    if (isBeingRecorded(file))
        return RecordedSession::End::Recording;
    return endsWithShutdown(file) ? RecordedSession::End::Orderly
                                  : RecordedSession::End::Interrupted;
}

bool makeFolder(const QString &path)
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return false;
    return ::mkdir(QFile::encodeName(path).constData(), 0700) == 0 || errno == EEXIST;
}

} // namespace

QString sessionFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + u"/sessions"_s;
}

QString sessionFileName(const QUrl &apiUrl, const QDateTime &started)
{
    QString host;
    for (const QChar c : apiUrl.host(QUrl::FullyEncoded).left(100)) {
        const bool plain = c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'.' || c == u'-');
        host += plain ? c : QChar(u'_');
    }
    if (host.isEmpty() || host.startsWith(u'.') || host.startsWith(u'-'))
        host.prepend(u"session"_s);
    return host + u'-' + started.toUTC().toString(u"yyyyMMdd'T'HHmmss'Z'"_s) + kSuffix;
}

QString defaultSessionPath(const QUrl &apiUrl, const QDateTime &started, QString *error)
{
    const QString folder = sessionFolder();
    if (!makeFolder(folder)) {
        *error = fileProblem(u"cannot make the folder for sessions"_s, folder, errno);
        return {};
    }
    const QString path = folder + u'/' + sessionFileName(apiUrl, started);
    QString free = path;
    for (int i = 2; QFileInfo::exists(free); ++i)
        free = path.chopped(kSuffix.size()) + u'-' + QString::number(i) + kSuffix;
    return free;
}

QList<RecordedSession> recordedSessions()
{
    QList<RecordedSession> sessions;
    const auto files =
        QDir(sessionFolder())
            .entryInfoList({u"*"_s + kSuffix}, QDir::Files | QDir::NoSymLinks, QDir::Time);
    for (const auto &file : files) {
        const auto path = file.absoluteFilePath();
        sessions.append({path, file.lastModified(), file.size(), endOf(path)});
    }
    return sessions;
}

bool removeRecordedSession(const QString &path)
{
    const QFileInfo info(path);
    const bool isOurs = info.absolutePath() == QFileInfo(sessionFolder()).absoluteFilePath() &&
                        info.fileName().endsWith(kSuffix);
    return isOurs && endOf(path) != RecordedSession::End::Recording && QFile::remove(path);
}

} // namespace watchline
