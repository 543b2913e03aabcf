// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionreader.h"

#include "core/base/fileproblem.h"
#include "core/session/eventparser.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kProgressStep = 4 * 1024 * 1024;
constexpr qsizetype kChunk = 1024 * 1024;
/// What has no line end within this much is no session.
constexpr qsizetype kLongestHeader = 1024 * 1024;
const QString kCannotRead = u"cannot read the session"_s;
const QString kNoSession = u"not a session"_s;

QByteArrayView withoutCarriageReturn(QByteArrayView line)
{
    return line.endsWith('\r') ? line.chopped(1) : line;
}

QString counted(qint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? u""_s : u"s"_s);
}

bool isBlank(QByteArrayView line)
{
    return line.trimmed().isEmpty();
}

/// Says of a file that is no session what it seems to be instead.
QString whatItIs(QByteArrayView start)
{
    const auto text = start.first(std::min<qsizetype>(start.size(), 4096)).trimmed();
    const auto lower = text.first(std::min<qsizetype>(text.size(), 64)).toByteArray().toLower();
    if (text.isEmpty())
        return u"it is empty; choose a file that Watchline recorded"_s;
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html"))
        return u"it is a web page; choose a file that Watchline recorded"_s;
    if (text.contains('\0'))
        return u"it is a binary file; choose a file that Watchline recorded"_s;
    if (text.startsWith(R"({"watchline")"))
        return u"its first line, the header, is cut off or damaged; nothing could be saved"_s;
    return u"it does not start with a session's header; choose a file that Watchline recorded"_s;
}

/// Takes a session line by line, wherever the lines come from.
class LineTaker
{
public:
    LineTaker(QString name, SessionStore &store, const ReadProgress &progress)
        : m_name(std::move(name))
        , m_store(store)
        , m_progress(progress)
    {}

    /// `line` has no line end; `offset` is its place in the store's mapping, -1 without one.
    /// `whole` says that its line end was there. False: there is no use in going on.
    bool take(QByteArrayView line, qsizetype offset, bool whole)
    {
        ++m_lineNumber;
        const qint64 bytes = line.size();
        if (m_lineNumber == 1)
            return takeHeader(line, whole);
        line = withoutCarriageReturn(line);
        if (isBlank(line))
            return true;
        if (m_parser.parse(line, m_event)) {
            if (offset >= 0)
                m_store.appendMapped(m_event, offset);
            else
                m_store.append(m_event, line);
            ++m_result.events;
        } else if (whole) {
            skip(m_parser.error());
        } else {
            m_result.lostBytes = bytes;
        }
        return true;
    }

    /// A line that is left out unseen.
    void skipLine(const QString &reason)
    {
        ++m_lineNumber;
        skip(reason);
    }

    /// False: cancelled.
    bool tell(qint64 done, qint64 total)
    {
        if (!m_progress || done < m_nextProgress)
            return true;
        m_nextProgress = done + kProgressStep;
        return goesOn(done, total);
    }

    /// As tell(), however little was done since.
    bool goesOn(qint64 done, qint64 total)
    {
        if (!m_progress || m_progress(done, total))
            return true;
        m_result.status = ReadResult::Status::Cancelled;
        m_result.message = fileProblem(u"reading was cancelled"_s, m_name,
                                       u"the events so far are kept; open it again for the rest"_s);
        return false;
    }

    void fail(const QString &what, const QString &reason)
    {
        m_result.status = ReadResult::Status::Failed;
        m_result.message = fileProblem(what, m_name, reason);
    }

    bool hasHeader() const { return m_lineNumber > 0; }

    /// `problem` is what ended the reading early, if anything did.
    ReadResult finish(const QString &problem = {})
    {
        using Status = ReadResult::Status;
        if (m_result.status == Status::Failed || m_result.status == Status::Cancelled)
            return m_result;
        const QString kept = counted(m_result.events, u"event"_s) + u" read"_s;
        const QString cutOff = u"the last "_s + counted(m_result.lostBytes, u"byte"_s) +
                               u" are no whole line and were left out"_s;
        if (m_result.lostLines > 0) {
            auto reason =
                m_result.lostLines == 1
                    ? u"line %1 could not be understood (%2) and was left out"_s.arg(m_firstLost)
                          .arg(m_firstReason)
                    : u"%1 lines could not be understood (first line %2: %3) and were left out"_s
                          .arg(m_result.lostLines)
                          .arg(m_firstLost)
                          .arg(m_firstReason);
            if (m_result.lostBytes > 0)
                reason += u", "_s + cutOff;
            m_result.status = Status::Damaged;
            m_result.message =
                fileProblem(u"the session is damaged"_s, m_name, reason + u"; "_s + kept);
        } else if (m_result.lostBytes > 0) {
            m_result.status = Status::Truncated;
            m_result.message =
                fileProblem(u"the session is cut off"_s, m_name, cutOff + u"; "_s + kept);
        }
        if (!problem.isEmpty()) {
            m_result.status = m_result.lostLines > 0 ? Status::Damaged : Status::Truncated;
            m_result.message = fileProblem(u"the session could not be read to its end"_s, m_name,
                                           problem + u"; "_s + kept);
        }
        return m_result;
    }

private:
    bool takeHeader(QByteArrayView line, bool whole)
    {
        if (line.startsWith("\xEF\xBB\xBF"))
            line = line.sliced(3);
        SessionHeader header;
        if (m_parser.parseHeader(withoutCarriageReturn(line), header)) {
            m_store.setHeader(std::move(header));
            return true;
        }
        const bool isLater = whole && m_parser.error().contains(u"later release"_s);
        if (isLater)
            fail(kCannotRead, m_parser.error() + u"; update Watchline"_s);
        else
            fail(kNoSession, whatItIs(line));
        return false;
    }

    void skip(const QString &reason)
    {
        if (m_result.lostLines++ > 0)
            return;
        m_firstLost = m_lineNumber;
        m_firstReason = reason;
    }

    QString m_name;
    SessionStore &m_store;
    const ReadProgress &m_progress;
    EventParser m_parser;
    Event m_event;
    ReadResult m_result;
    qsizetype m_lineNumber = 0;
    qsizetype m_firstLost = 0;
    QString m_firstReason;
    qint64 m_nextProgress = 0;
};

ReadResult readMapped(QByteArrayView bytes, LineTaker &taker)
{
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        const auto rest = bytes.sliced(begin);
        const auto searched =
            taker.hasHeader() ? rest : rest.first(std::min(rest.size(), kLongestHeader));
        const void *end =
            std::memchr(searched.data(), '\n', static_cast<std::size_t>(searched.size()));
        const qsizetype size =
            end ? static_cast<const char *>(end) - searched.data() : searched.size();
        if (!taker.take(searched.first(size), begin, end != nullptr))
            break;
        begin += size + 1;
        if (!taker.tell(std::min(begin, bytes.size()), bytes.size()))
            break;
    }
    return taker.finish();
}

bool hasFailed(const QIODevice &device)
{
    const auto *file = qobject_cast<const QFileDevice *>(&device);
    return file && file->error() != QFileDevice::NoError;
}

constexpr int kNoPipe = -1;
constexpr int kAskAgainMs = 100;

/// Data, or an end after a writer. Until the first writer has come a pipe has neither.
bool hasSomething(int pipe)
{
    pollfd waited{pipe, POLLIN, 0};
    return ::poll(&waited, 1, kAskAgainMs) != 0 && waited.revents != 0;
}

/// Of a named pipe `pipe` is the descriptor: its writer is waited for, and the wait can be
/// cancelled.
ReadResult readSequential(QIODevice &device, LineTaker &taker, int pipe = kNoPipe)
{
    QByteArray pending;
    qint64 done = 0;
    bool tooLong = false; // inside a line that is being left out
    QByteArray chunk(kChunk, Qt::Uninitialized);
    for (;;) {
        while (pipe != kNoPipe && !hasSomething(pipe)) {
            if (!taker.goesOn(done, -1))
                return taker.finish();
        }
        const qint64 count = device.read(chunk.data(), chunk.size());
        if (count <= 0) {
            if (count == 0 && device.waitForReadyRead(-1))
                continue;
            break;
        }
        done += count;
        const auto searchFrom = pending.size();
        pending.append(chunk.constData(), count);
        qsizetype begin = 0;
        qsizetype end = pending.indexOf('\n', searchFrom);
        for (; end >= 0; begin = end + 1, end = pending.indexOf('\n', begin)) {
            if (tooLong)
                taker.skipLine(u"it is longer than 128 MiB"_s);
            else if (!taker.take(QByteArrayView(pending).sliced(begin, end - begin), -1, true))
                return taker.finish();
            tooLong = false;
        }
        pending.remove(0, begin);
        if (!taker.hasHeader() && pending.size() > kLongestHeader) {
            taker.take(pending, -1, false);
            return taker.finish();
        }
        if (tooLong || pending.size() > EventParser::kLongestLine) {
            tooLong = true;
            pending.clear();
        }
        if (!taker.tell(done, -1))
            return taker.finish();
    }
    if (tooLong)
        taker.skipLine(u"it is longer than 128 MiB"_s);
    else if (!pending.isEmpty() || !taker.hasHeader())
        taker.take(pending, -1, false);
    if (!hasFailed(device))
        return taker.finish();
    if (done == 0)
        taker.fail(kCannotRead, device.errorString() + u"; check where it comes from"_s);
    return taker.finish(device.errorString());
}

} // namespace

ReadResult readSession(const QString &path, SessionStore &store, const ReadProgress &progress)
{
    const bool isStandardInput = path == "-"_L1;
    LineTaker taker(shownPath(path, Direction::Input), store, progress);
    // Not blocking: opening a pipe that nobody writes to yet would wait where nothing can cancel.
    const int fd = isStandardInput ? ::dup(STDIN_FILENO)
                                   : ::open(QFile::encodeName(path).constData(),
                                            O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    const auto failed = [&](int number) {
        taker.fail(kCannotRead, fileReason(number));
        return taker.finish();
    };
    if (fd < 0)
        return failed(errno);
    struct stat status = {};
    const int problem = ::fstat(fd, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    auto file = std::make_unique<QFile>();
    if (problem != 0 || !file->open(fd, QIODevice::ReadOnly | QIODevice::Unbuffered,
                                    QFileDevice::AutoCloseHandle)) {
        ::close(fd);
        return failed(problem != 0 ? problem : EIO);
    }
    if (!isStandardInput)
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    // Files of the kernel say that they are empty, and are not.
    const bool canMap = S_ISREG(status.st_mode) && status.st_size > 0 && !isStandardInput;
    if (!canMap)
        return readSequential(*file, taker,
                              S_ISFIFO(status.st_mode) && !isStandardInput ? fd : kNoPipe);
    if (!store.setMapping(std::move(file)))
        return failed(EIO);
    return readMapped(store.mapping(), taker);
}

ReadResult readSession(QIODevice *device, const QString &name, SessionStore &store,
                       const ReadProgress &progress)
{
    LineTaker taker(name, store, progress);
    return readSequential(*device, taker);
}

} // namespace watchline
