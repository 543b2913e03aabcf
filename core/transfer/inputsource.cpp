// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/inputsource.h"

#include "core/base/fileproblem.h"
#include "core/session/eventparser.h"
#include "core/transfer/logimport.h"
#include "generated/version.h"

#include <QDir>
#include <QTemporaryFile>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr QByteArrayView kHeaderStart = R"({"watchline")";

/// Of a pipe, before a gateway's line must have come: nothing else is kept without end.
constexpr qint64 kMostWithoutLine = 256 * 1024 * 1024;

InputSource::Problem cannotRead(const QString &reason)
{
    return {u"cannot read the session"_s, reason};
}

InputSource::Problem cancelled()
{
    return {u"reading was cancelled"_s, u"nothing was read; start again"_s, true};
}

InputSource::Problem cannotKeep(const QString &reason)
{
    return {u"cannot import the log"_s,
            u"no temporary file in %1: %2; free some space, or set TMPDIR to a folder that has it"_s
                .arg(QDir::tempPath(), reason)};
}

bool isEventLine(QByteArrayView line)
{
    return line.startsWith("{\"t\":") && line.contains("\"kind\":");
}

/// A session's, if only what is left of one.
bool looksLikeSession(QByteArrayView start)
{
    if (start.startsWith("\xEF\xBB\xBF"))
        start = start.sliced(3);
    const auto end = start.indexOf('\n');
    const auto first = end < 0 ? start : start.first(end);
    if (start.trimmed().isEmpty() || first.startsWith(kHeaderStart) ||
        (end < 0 && kHeaderStart.startsWith(first)))
        return true;
    SessionHeader header;
    if (EventParser().parseHeader(first, header))
        return true;
    for (qsizetype begin = 0; begin < start.size();) {
        const auto next = start.indexOf('\n', begin);
        const auto line = start.sliced(begin, (next < 0 ? start.size() : next) - begin);
        if (isEventLine(line))
            return true;
        begin += line.size() + 1;
    }
    return false;
}

bool openTemporary(QTemporaryFile &file)
{
    file.setFileTemplate(QDir::tempPath() + u"/watchline-XXXXXX"_s);
    return file.open(); // for its owner alone
}

bool hasGatewayLine(const QString &path)
{
    LogImport log({});
    if (!log.open(path).isEmpty())
        return false;
    EventBatch events;
    for (;;) {
        const auto got = log.next(events);
        if (!events.isEmpty())
            return true;
        if (got == LogImport::Got::End)
            return false;
    }
}

} // namespace

InputSource::Problem InputSource::open(const QString &path, const ReadProgress &progress)
{
    m_isLog = false;
    m_logProblem.clear();
    if (const int error = FileSource::open(path); error != 0)
        return cannotRead(fileReason(error));
    QByteArray start;
    while (peek(start) == Got::NotYet) {
        if (progress && !progress(0, total()))
            return cancelled();
    }
    if (path.endsWith(".watchline"_L1) || !problem().isEmpty() || looksLikeSession(start))
        return {};
    if (isRegular())
        return import(path, progress);

    // A pipe is read once: what was looked at comes from a file.
    QTemporaryFile copy;
    if (!openTemporary(copy))
        return cannotKeep(copy.errorString());
    LinePiece piece;
    bool isLookedAt = false;
    for (;;) {
        const auto got = next(piece);
        if (got == Got::End)
            break;
        if (!isLookedAt && position() >= kMostWithoutLine) {
            isLookedAt = true;
            if (!copy.flush())
                return cannotKeep(copy.errorString());
            if (!hasGatewayLine(copy.fileName()))
                return neither(copy.fileName(), u"no line of a gateway in its first %1 MiB"_s.arg(
                                                    kMostWithoutLine / (1024 * 1024)));
        }
        if (got == Got::Lines && copy.write(piece.buffer.constData(), piece.size) != piece.size)
            return cannotKeep(copy.errorString());
        if (progress && !progress(position(), -1))
            return cancelled();
    }
    if (!copy.flush())
        return cannotKeep(copy.errorString());
    return import(copy.fileName(), progress);
}

InputSource::Problem InputSource::import(const QString &path, const ReadProgress &progress)
{
    LogImportOptions options;
    options.generator = u"watchline "_s + QString::fromLatin1(kVersion);
    LogImport log(options);
    if (const auto problem = log.open(path); !problem.isEmpty())
        return cannotRead(problem);
    QTemporaryFile session;
    if (!openTemporary(session))
        return cannotKeep(session.errorString());
    LogImportWriter out(log, [&session](SessionWriter &writer, const SessionHeader &header) {
        return writer.open(&session, header);
    });
    EventBatch events;
    for (;;) {
        const auto got = log.next(events);
        if (got == LogImport::Got::End)
            break;
        if (!out.write(events))
            return cannotKeep(out.writer().error());
        if (progress && !progress(log.reader().position(), log.reader().total()))
            return cancelled();
    }
    if (!out.writeWaiting())
        return cannotKeep(out.writer().error());
    if (!out.isOpen())
        return neither(path, log.reader().problem().section(u';', 0, 0));
    if (!out.writer().close() || !session.flush())
        return cannotKeep(out.writer().error());
    m_isLog = true;
    m_logProblem = log.reader().problem();
    if (const int error = FileSource::open(session.fileName()); error != 0)
        return cannotKeep(fileReason(error));
    return {};
}

qint64 InputSource::read(char *place, qint64 size)
{
    const auto got = FileSource::read(place, size);
    if (got == kEnd && !m_logProblem.isEmpty())
        setProblem(m_logProblem);
    return got;
}

/// Of what is no text at all the reader of sessions says what it seems to be.
InputSource::Problem InputSource::neither(const QString &path, const QString &asLog)
{
    if (const int error = FileSource::open(path); error != 0)
        return cannotRead(fileReason(error));
    QByteArray start;
    while (peek(start) == Got::NotYet) {
    }
    const auto text =
        QByteArrayView(start).first(std::min<qsizetype>(start.size(), 4096)).trimmed();
    if (text.contains('\0') || text.startsWith('<'))
        return {};
    return {u"not a session"_s,
            u"it does not start with a session's header, and as a gateway's log: %1; choose a file "
            u"that Watchline recorded, or a gateway's log"_s.arg(asLog)};
}

bool InputSource::openFor(SessionScan &scan, const QString &path, const ReadProgress &progress)
{
    if (const auto problem = open(path, progress)) {
        scan.fail(problem.what, problem.reason);
        return false;
    }
    return scan.readHeader();
}

ReadResult readSessionOrLog(const QString &path, SessionStore &store, bool &isLog,
                            const ReadProgress &progress)
{
    InputSource source;
    const auto name = shownPath(path, Direction::Input);
    if (const auto problem = source.open(path, progress)) {
        ReadResult result;
        result.status =
            problem.isCancelled ? ReadResult::Status::Cancelled : ReadResult::Status::Failed;
        result.message = fileProblem(problem.what, name, problem.reason);
        return result;
    }
    isLog = source.isLog();
    return readSession(source, name, store, progress);
}

ReadResult readSessionOrLog(const QString &path, SessionStore &store, const ReadProgress &progress)
{
    bool isLog = false;
    return readSessionOrLog(path, store, isLog, progress);
}

} // namespace watchline
