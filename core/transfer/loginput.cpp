// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/loginput.h"

#include <QByteArray>
#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kAskAgainMs = 100;
constexpr qsizetype kPackedStep = 64 * 1024;
/// Of what was read: tells whether a file was filled anew since.
constexpr qsizetype kRemembered = 64;

QString systemMessage(int number)
{
    return QString::fromStdString(std::generic_category().message(number));
}

/// Data, or an end after a writer. Until the first writer has come a pipe has neither.
bool hasSomething(int fd, int waitMs)
{
    pollfd waited{fd, POLLIN, 0};
    return ::poll(&waited, 1, waitMs) != 0 && waited.revents != 0;
}

qint64 changeOf(const struct stat &status)
{
    constexpr qint64 kSecond = 1'000'000'000;
    return status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec;
}

/// Not blocking: opening a pipe that nobody writes to yet would wait where nothing can cancel.
int openFile(const QString &path)
{
    return ::open(QFile::encodeName(path).constData(),
                  O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

} // namespace

/// gzip, one member after the other.
class LogInput::Unpacker
{
public:
    Unpacker() { m_isGood = ::inflateInit2(&m_stream, 16 + MAX_WBITS) == Z_OK; }
    ~Unpacker() { ::inflateEnd(&m_stream); }
    Unpacker(const Unpacker &) = delete;
    Unpacker &operator=(const Unpacker &) = delete;

    bool needsInput() const { return m_stream.avail_in == 0; }
    char *room() { return m_packed.data(); }
    void setInput(qsizetype count)
    {
        m_stream.next_in = reinterpret_cast<Bytef *>(m_packed.data());
        m_stream.avail_in = static_cast<uInt>(count);
    }
    void prepend(const char *bytes, qsizetype count)
    {
        std::memcpy(m_packed.data(), bytes, static_cast<std::size_t>(count));
        setInput(count);
    }
    /// Ends after a whole member.
    bool isBetween() const { return m_isBetween; }
    bool isGood() const { return m_isGood; }

    qsizetype unpackTo(char *place, qsizetype size)
    {
        m_stream.next_out = reinterpret_cast<Bytef *>(place);
        m_stream.avail_out = static_cast<uInt>(std::min<qsizetype>(size, kMost));
        const auto wanted = m_stream.avail_out;
        while (m_isGood && m_stream.avail_in > 0 && m_stream.avail_out > 0) {
            // Zeros fill up a member's last block on a tape.
            if (m_isBetween && *m_stream.next_in == 0) {
                ++m_stream.next_in;
                --m_stream.avail_in;
                continue;
            }
            m_isBetween = false;
            const int status = ::inflate(&m_stream, Z_NO_FLUSH);
            if (status == Z_STREAM_END) {
                m_isBetween = true;
                m_isGood = ::inflateReset(&m_stream) == Z_OK;
            } else if (status != Z_OK && status != Z_BUF_ERROR) {
                m_isGood = false;
            }
        }
        return static_cast<qsizetype>(wanted - m_stream.avail_out);
    }

private:
    static constexpr qsizetype kMost = 1024 * 1024 * 1024;
    z_stream m_stream = {};
    QByteArray m_packed = QByteArray(kPackedStep, '\0');
    bool m_isGood = false;
    bool m_isBetween = false;
};

LogInput::LogInput(GatewayLogReader::Mode mode)
    : m_mode(mode)
{}

LogInput::~LogInput()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

int LogInput::open(const QString &path)
{
    m_path = path;
    const bool isStandardInput = path == "-"_L1;
    const int fd = isStandardInput ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : openFile(path);
    if (fd < 0)
        return errno;
    if (const int error = adopt(fd); error != 0)
        return error;
    // Standard input goes on where whoever gave it has stopped, and has no name to follow.
    m_isRegular = m_isRegular && !isStandardInput;
    return 0;
}

int LogInput::adopt(int fd)
{
    struct stat status = {};
    const int error = ::fstat(fd, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (error != 0) {
        ::close(fd);
        return error;
    }
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = fd;
    m_device = status.st_dev;
    m_inode = status.st_ino;
    // Files of the kernel say that they are empty, and are not.
    m_isRegular =
        S_ISREG(status.st_mode) && (status.st_size > 0 || m_mode == GatewayLogReader::Mode::Follow);
    m_end = status.st_size;
    m_offset = 0;
    m_lastRead.clear();
    m_changed = S_ISREG(status.st_mode) ? changeOf(status) : 0;
    m_isKnown = false;
    m_unpacker.reset();
    return 0;
}

LogInput::Got LogInput::read(char *place, qsizetype size, qsizetype &count)
{
    count = 0;
    if (m_unpacker)
        return unpack(place, size, count);
    const auto got = readRaw(place, size, count);
    if (got != Got::Bytes || m_isKnown)
        return got;
    recognise(place, count);
    if (!m_packing.isEmpty())
        return Got::End;
    if (!m_unpacker)
        return got;
    return unpack(place, size, count);
}

void LogInput::recognise(const char *place, qsizetype count)
{
    const std::string_view bytes(place, static_cast<std::size_t>(count));
    m_isKnown = true;
    if (bytes.starts_with("\x1f\x8b")) {
        m_unpacker = std::make_unique<Unpacker>();
        // As much as fits; the file's rest is read from there on.
        const auto taken = std::min(count, kPackedStep);
        m_unpacker->prepend(place, taken);
        if (m_isRegular) {
            m_offset -= count - taken;
            m_lastRead.chop(std::min<qsizetype>(count - taken, m_lastRead.size()));
        }
        m_position -= count - taken;
        return;
    }
    if (bytes.starts_with(std::string_view("\xfd"
                                           "7zXZ")))
        m_packing = u"xz"_s;
    else if (bytes.starts_with("\x28\xb5\x2f\xfd"))
        m_packing = u"zstd"_s;
    else if (bytes.starts_with("BZh"))
        m_packing = u"bzip2"_s;
    else if (bytes.starts_with("PK\x03\x04"))
        m_packing = u"zip"_s;
}

LogInput::Got LogInput::unpack(char *place, qsizetype size, qsizetype &count)
{
    auto &unpacker = *m_unpacker;
    for (;;) {
        count = unpacker.unpackTo(place, size);
        if (count > 0)
            return Got::Bytes;
        if (!unpacker.isGood()) {
            m_isUnpackingCut = true;
            return Got::End;
        }
        if (!unpacker.needsInput())
            continue;
        qsizetype packed = 0;
        const auto got = readRaw(unpacker.room(), kPackedStep, packed);
        if (got != Got::Bytes) {
            m_isUnpackingCut = got == Got::End && !unpacker.isBetween();
            return got;
        }
        unpacker.setInput(packed);
    }
}

LogInput::Got LogInput::readRaw(char *place, qsizetype size, qsizetype &count)
{
    if (m_isRegular)
        return readRegular(place, size, count);
    // A pipe's first bytes tell whether they are packed, and fit where that is kept.
    const auto most = m_isKnown ? size : std::min(size, kPackedStep);
    for (;;) {
        if (!hasSomething(m_fd, kAskAgainMs))
            return Got::NotYet;
        const auto got = ::read(m_fd, place, static_cast<std::size_t>(most));
        if (got > 0) {
            count = got;
            m_position += got;
            return Got::Bytes;
        }
        if (got == 0)
            return Got::End;
        if (errno == EAGAIN)
            return Got::NotYet;
        if (errno == EINTR)
            continue;
        m_problem = systemMessage(errno);
        return Got::End;
    }
}

LogInput::Got LogInput::readRegular(char *place, qsizetype size, qsizetype &count)
{
    const bool isFollowed = m_mode == GatewayLogReader::Mode::Follow;
    const auto wanted = isFollowed ? size : std::min<qint64>(size, m_end - m_offset);
    if (std::exchange(m_wasAtEnd, false) && !isStillTheSame())
        return beginAnew(m_end);
    while (wanted > 0) {
        const auto got = ::pread(m_fd, place, static_cast<std::size_t>(wanted), m_offset);
        if (got > 0) {
            m_offset += got;
            m_position += got;
            m_end = std::max(m_end, m_offset);
            const auto last = std::min<qsizetype>(got, kRemembered);
            m_lastRead = (m_lastRead + QByteArray(place + got - last, last)).right(kRemembered);
            count = got;
            return Got::Bytes;
        }
        if (got == 0) {
            if (isFollowed)
                break;
            m_problem = u"the file was cut short while it was being read"_s;
            return Got::End;
        }
        if (errno != EINTR) {
            m_problem = systemMessage(errno);
            return Got::End;
        }
    }
    return isFollowed ? atEnd() : Got::End;
}

/// A file that was emptied may have grown beyond where it was read to before anybody looked.
bool LogInput::isStillTheSame() const
{
    QByteArray now(m_lastRead.size(), '\0');
    const auto got = ::pread(m_fd, now.data(), static_cast<std::size_t>(now.size()),
                             m_offset - m_lastRead.size());
    // What is shorter now, or cannot be read, is found out where it is read on.
    return got != now.size() || now == m_lastRead;
}

LogInput::Got LogInput::beginAnew(qint64 size)
{
    m_offset = 0;
    m_end = size;
    m_lastRead.clear();
    m_wasAtEnd = false;
    m_isKnown = false;
    m_unpacker.reset();
    m_whatHappened = LogRemark::Kind::Truncated;
    return Got::NewText;
}

/// A followed file has nothing new: it may have been emptied, or renamed for another one.
LogInput::Got LogInput::atEnd()
{
    m_wasAtEnd = true;
    struct stat status = {};
    if (::fstat(m_fd, &status) == 0) {
        m_changed = changeOf(status);
        if (status.st_size < m_offset)
            return beginAnew(status.st_size);
        if (status.st_size > m_offset)
            return Got::NotYet;
    }
    // The writer may go on in the old file for a while: until something stands in the new one.
    if (::stat(QFile::encodeName(m_path).constData(), &status) != 0 || status.st_size == 0 ||
        (status.st_dev == m_device && status.st_ino == m_inode))
        return Got::NotYet;
    const int fd = openFile(m_path);
    if (fd < 0 || adopt(fd) != 0)
        return Got::NotYet;
    m_whatHappened = LogRemark::Kind::Replaced;
    return Got::NewText;
}

} // namespace watchline
