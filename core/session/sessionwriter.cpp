// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"

#include "core/base/descriptoroutput.h"
#include "core/base/fileproblem.h"
#include "core/session/eventparser.h"

#include <QByteArray>
#include <QFile>
#include <QFileDevice>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Lines wait here until a flush, or until this much has come together.
constexpr qsizetype kBufferSize = 64 * 1024;
constexpr qsizetype kLongestHeader = 1024 * 1024;
constexpr int kMostTries = 20;
constexpr std::chrono::milliseconds kBetweenTries{1};
const QString kCannotWrite = u"cannot write the session"_s;

/// A pipe or a terminal holds nothing that could be lost: it is written to, never replaced.
bool isStream(const struct stat &status)
{
    return S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

/// Whoever lists sessions sees by this lock, which goes with the process, that the file is being
/// written. False: by somebody else. Some file systems have no locks; nothing depends on it.
/// Those who only look hold a shared lock for a moment, which is waited for.
bool markAsRecording(int fd)
{
    for (int i = 0; i < kMostTries; ++i) {
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return true;
        if (::flock(fd, LOCK_SH | LOCK_NB) != 0)
            return false;
        ::flock(fd, LOCK_UN);
        std::this_thread::sleep_for(kBetweenTries);
    }
    return true;
}

/// For a duplicate may be open yet.
void markAsRecorded(int fd)
{
    ::flock(fd, LOCK_UN);
}

/// All of it, or an errno.
int writeAll(QIODevice &device, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        errno = 0;
        const auto written = device.write(bytes.data(), bytes.size());
        if (written <= 0)
            return errno != 0 ? errno : EIO;
        bytes = bytes.sliced(written);
    }
    auto *file = qobject_cast<QFileDevice *>(&device);
    errno = 0;
    if (file && !file->flush())
        return errno != 0 ? errno : EIO;
    return 0;
}

bool startsWithHeader(int fd)
{
    QByteArray start(kLongestHeader, Qt::Uninitialized);
    const auto count = ::pread(fd, start.data(), static_cast<std::size_t>(start.size()), 0);
    if (count <= 0)
        return false;
    start.truncate(count);
    const auto end = start.indexOf('\n');
    EventParser parser;
    SessionHeader header;
    return parser.parseHeader(end < 0 ? start : start.first(end), header);
}

} // namespace

struct SessionWriter::Private
{
    int fd = -1;
    bool ownsFd = false;
    QIODevice *device = nullptr;
    QString path;
    QByteArray buffer;
    QString error;
    bool readerHasGone = false;
    /// Where a regular file's last whole line ends.
    qint64 goodSize = -1;

    bool isOpen() const { return fd >= 0 || device; }
    bool fail(int number);
    bool failWith(const QString &reason);
    bool writeOut();
    bool begin(const SessionHeader &header);
    bool openStream(const QString &name);
    bool create(const QString &name, const SessionHeader &header);
    bool replace(const QString &name, const SessionHeader &header);
    void closeFd();
};

bool SessionWriter::Private::fail(int number)
{
    readerHasGone = number == EPIPE;
    error = fileProblem(kCannotWrite, shownPath(path, Direction::Output), number);
    return false;
}

bool SessionWriter::Private::failWith(const QString &reason)
{
    error = fileProblem(kCannotWrite, shownPath(path, Direction::Output), reason);
    return false;
}

/// Hands the buffer on. It holds whole lines only.
bool SessionWriter::Private::writeOut()
{
    if (!error.isEmpty())
        return false;
    if (buffer.isEmpty())
        return true;
    const int number = device ? writeAll(*device, buffer) : watchline::writeAll(fd, buffer);
    const auto size = buffer.size();
    buffer.clear();
    if (number != 0) {
        // What was written of a last line is taken back, so that the file stays whole.
        if (goodSize >= 0 && ::ftruncate(fd, goodSize) != 0)
            goodSize = -1;
        return fail(number);
    }
    if (goodSize >= 0)
        goodSize += size;
    return true;
}

bool SessionWriter::Private::begin(const SessionHeader &header)
{
    buffer = toJsonLine(header);
    buffer += '\n';
    return writeOut();
}

bool SessionWriter::Private::openStream(const QString &name)
{
    // Not blocking: a pipe that nobody reads is an error, not a wait without end.
    fd = ::open(QFile::encodeName(name).constData(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(errno);
    ownsFd = true;
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    return true;
}

bool SessionWriter::Private::create(const QString &name, const SessionHeader &header)
{
    fd = ::open(QFile::encodeName(name).constData(),
                O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(errno);
    ownsFd = true;
    goodSize = 0;
    markAsRecording(fd);
    if (begin(header))
        return true;
    // A file without even its header would only be in the way of the next try.
    ::unlink(QFile::encodeName(name).constData());
    return false;
}

/// The new file takes the old one's name once its header stands.
bool SessionWriter::Private::replace(const QString &name, const SessionHeader &header)
{
    const QByteArray target = QFile::encodeName(name);
    QByteArray temporary = target + ".XXXXXX";
    fd = ::mkostemp(temporary.data(), O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return fail(errno);
    ownsFd = true;
    goodSize = 0;
    markAsRecording(fd);
    if (begin(header)) {
        if (::rename(temporary.constData(), target.constData()) == 0)
            return true;
        fail(errno);
    }
    ::unlink(temporary.constData());
    return false;
}

void SessionWriter::Private::closeFd()
{
    if (fd >= 0 && ownsFd) {
        markAsRecorded(fd);
        ::close(fd);
    }
    fd = -1;
    ownsFd = false;
    device = nullptr;
    goodSize = -1;
}

SessionWriter::SessionWriter()
    : d(std::make_unique<Private>())
{}

SessionWriter::~SessionWriter()
{
    close();
}

bool SessionWriter::open(const QString &path, const SessionHeader &header, Existing existing)
{
    close();
    *d = Private();
    d->path = path;
    struct stat status = {};
    const bool isStandardOutput = path == "-"_L1;
    bool opened = false;
    if (path.isEmpty()) {
        opened = d->failWith(u"the file name is empty; name a file"_s);
    } else if (isStandardOutput) {
        d->fd = STDOUT_FILENO;
        opened = d->begin(header);
    } else if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        opened = d->create(path, header);
    } else if (S_ISDIR(status.st_mode)) {
        opened = d->fail(EISDIR);
    } else if (isStream(status)) {
        opened = d->openStream(path) && d->begin(header);
    } else if (!S_ISREG(status.st_mode)) {
        opened = d->failWith(u"it is no regular file; choose another name"_s);
    } else if (existing == Existing::Refuse) {
        opened = d->fail(EEXIST);
    } else {
        opened = d->replace(path, header);
    }
    if (!opened)
        d->closeFd();
    return opened;
}

bool SessionWriter::open(QIODevice *device, const SessionHeader &header)
{
    close();
    *d = Private();
    d->device = device;
    d->path = u"-"_s;
    return d->begin(header);
}

bool SessionWriter::openForAppend(const QString &path)
{
    close();
    *d = Private();
    d->path = path;
    d->fd = ::open(QFile::encodeName(path).constData(),
                   O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (d->fd < 0)
        return d->fail(errno);
    d->ownsFd = true;
    struct stat status = {};
    bool usable = false;
    if (::fstat(d->fd, &status) != 0)
        d->fail(errno);
    else if (!S_ISREG(status.st_mode) || !startsWithHeader(d->fd))
        d->failWith(u"it is no Watchline session; choose one"_s);
    else if (!markAsRecording(d->fd))
        d->failWith(u"it is being recorded; use the window that records it, or wait"_s);
    else
        usable = true;
    if (!usable) {
        d->closeFd();
        return false;
    }
    d->goodSize = status.st_size;
    char last = '\n';
    if (::pread(d->fd, &last, 1, status.st_size - 1) == 1 && last != '\n')
        d->buffer += '\n';
    return true;
}

bool SessionWriter::append(QByteArrayView line)
{
    if (!d->isOpen() || !d->error.isEmpty())
        return false;
    d->buffer += line;
    d->buffer += '\n';
    return d->buffer.size() < kBufferSize || d->writeOut();
}

bool SessionWriter::flush()
{
    return d->isOpen() && d->writeOut();
}

bool SessionWriter::close()
{
    if (!d->isOpen())
        return d->error.isEmpty();
    bool good = d->writeOut();
    if (d->ownsFd)
        markAsRecorded(d->fd);
    // Network file systems report a full disk only here.
    if (d->ownsFd && ::close(d->fd) != 0 && good)
        good = d->fail(errno);
    d->ownsFd = false;
    d->closeFd();
    return good;
}

bool SessionWriter::hasUnflushed() const
{
    return !d->buffer.isEmpty();
}

qint64 SessionWriter::end() const
{
    return d->goodSize < 0 ? -1 : d->goodSize + d->buffer.size();
}

qint64 SessionWriter::flushedEnd() const
{
    return d->goodSize;
}

int SessionWriter::duplicate() const
{
    return d->goodSize < 0 ? -1 : ::fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
}

QString SessionWriter::path() const
{
    return d->path;
}

QString SessionWriter::error() const
{
    return d->error;
}

bool SessionWriter::readerHasGone() const
{
    return d->readerHasGone;
}

} // namespace watchline
