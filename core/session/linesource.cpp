// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/linesource.h"

#include "core/base/fileproblem.h"
#include "core/session/eventparser.h"

#include <QFile>
#include <QIODevice>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What has no line end within this much is no session.
constexpr qsizetype kLongestHeader = 1024 * 1024;
constexpr int kAskAgainMs = 100;

/// Data, or an end after a writer. Until the first writer has come a pipe has neither.
bool hasSomething(int fd, int waitMs)
{
    pollfd waited{fd, POLLIN, 0};
    return ::poll(&waited, 1, waitMs) != 0 && waited.revents != 0;
}

/// Past the last line feed.
qsizetype endOfLines(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return 0;
    const void *last = ::memrchr(bytes.data(), '\n', static_cast<std::size_t>(bytes.size()));
    return last ? static_cast<const char *>(last) - bytes.data() + 1 : 0;
}

QString systemMessage(int number)
{
    return QString::fromStdString(std::generic_category().message(number));
}

} // namespace

/// Until a line's end is in `m_rest`, the session's end, or more than a header has.
LineSource::Got LineSource::fetchLine(qsizetype &end)
{
    constexpr qsizetype kStep = 64 * 1024;
    end = m_rest.indexOf('\n');
    bool isOver = false;
    while (end < 0 && !isOver && m_rest.size() <= kLongestHeader) {
        const auto size = m_rest.size();
        m_rest.resize(size + kStep);
        const auto count = read(m_rest.data() + size, kStep);
        m_rest.truncate(size + std::max<qint64>(count, 0));
        if (count == kNotYet)
            return Got::NotYet;
        isOver = count == kEnd;
        end = m_rest.indexOf('\n', size);
    }
    return m_rest.isEmpty() ? Got::End : Got::Lines;
}

LineSource::Got LineSource::peek(QByteArray &start)
{
    qsizetype end = 0;
    const auto got = fetchLine(end);
    start = m_rest;
    return got;
}

LineSource::Got LineSource::firstLine(QByteArray &line, bool &isWhole)
{
    qsizetype end = 0;
    if (fetchLine(end) == Got::NotYet)
        return Got::NotYet;
    isWhole = end >= 0;
    line = isWhole ? m_rest.first(end) : m_rest;
    m_rest.remove(0, isWhole ? end + 1 : m_rest.size());
    m_position = line.size() + (isWhole ? 1 : 0);
    return line.isEmpty() && !isWhole ? Got::End : Got::Lines;
}

void LineSource::restart()
{
    m_rest.clear();
    m_position = 0;
    m_isInLongLine = false;
    m_problem.clear();
}

LineSource::Got LineSource::next(LinePiece &piece)
{
    piece.isTooLong = false;
    piece.isWhole = true;
    piece.size = 0;
    if (m_isInLongLine)
        return leaveOutLine(piece);
    // More was needed for a long line.
    if (piece.buffer.capacity() > 4 * m_pieceSize)
        piece.buffer = {};
    qsizetype room = std::max(m_pieceSize, m_rest.size() + 1);
    piece.buffer.resize(room + EventParser::kPadding);
    std::memcpy(piece.buffer.data(), m_rest.constData(), static_cast<std::size_t>(m_rest.size()));
    qsizetype filled = m_rest.size();
    qsizetype lines = endOfLines(m_rest);
    for (;;) {
        if (filled == room) {
            if (lines > 0)
                break;
            if (filled > EventParser::kLongestLine) {
                m_isInLongLine = true;
                m_position += filled;
                m_rest.clear();
                return leaveOutLine(piece);
            }
            room *= 2;
            piece.buffer.resize(room + EventParser::kPadding);
        }
        const auto count = read(piece.buffer.data() + filled, room - filled);
        if (count == kNotYet) {
            give(piece, filled, lines);
            return lines > 0 ? Got::Lines : Got::NotYet;
        }
        if (count == kEnd) {
            give(piece, filled, filled);
            piece.isWhole = lines == filled;
            return filled > 0 ? Got::Lines : Got::End;
        }
        const auto found = endOfLines({piece.buffer.constData() + filled, count});
        if (found > 0)
            lines = filled + found;
        filled += count;
        if (lines > 0 && !hasMore())
            break;
    }
    give(piece, filled, lines);
    return Got::Lines;
}

/// Of the `filled` bytes the piece gets `size`; the rest waits for the next one.
void LineSource::give(LinePiece &piece, qsizetype filled, qsizetype size)
{
    m_rest = QByteArray(piece.buffer.constData() + size, filled - size);
    std::memset(piece.buffer.data() + size, ' ', EventParser::kPadding);
    piece.size = size;
    piece.position = m_position;
    m_position += size;
}

LineSource::Got LineSource::leaveOutLine(LinePiece &piece)
{
    piece.buffer = {}; // it was made for the whole line
    piece.buffer.resize(m_pieceSize);
    for (;;) {
        const auto count = read(piece.buffer.data(), m_pieceSize);
        if (count == kNotYet)
            return Got::NotYet;
        const QByteArrayView bytes(piece.buffer.constData(), std::max<qint64>(count, 0));
        const auto end = bytes.indexOf('\n');
        if (end < 0 && count != kEnd) {
            m_position += count;
            continue;
        }
        if (end >= 0)
            m_rest = bytes.sliced(end + 1).toByteArray();
        m_position += end + 1;
        m_isInLongLine = false;
        piece.isTooLong = true;
        piece.position = m_position;
        return Got::Lines;
    }
}

FileSource::~FileSource()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

int FileSource::open(const QString &path)
{
    if (m_fd >= 0)
        ::close(m_fd);
    m_offset = 0;
    restart();
    // Not blocking: opening a pipe that nobody writes to yet would wait where nothing can cancel.
    const bool isStandardInput = path == "-"_L1;
    m_fd = isStandardInput ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                           : ::open(QFile::encodeName(path).constData(),
                                    O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status = {};
    if (m_fd < 0 || ::fstat(m_fd, &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    if (!isStandardInput)
        ::fcntl(m_fd, F_SETFL, ::fcntl(m_fd, F_GETFL) & ~O_NONBLOCK);
    // Files of the kernel say that they are empty, and are not. Standard input goes on where
    // whoever gave it has stopped.
    m_isRegular = S_ISREG(status.st_mode) && status.st_size > 0 && !isStandardInput;
    m_end = status.st_size;
    return 0;
}

int FileSource::duplicate() const
{
    return m_isRegular ? ::fcntl(m_fd, F_DUPFD_CLOEXEC, 0) : -1;
}

qint64 FileSource::read(char *place, qint64 size)
{
    if (m_isRegular)
        return readRegular(place, size);
    for (;;) {
        if (!hasSomething(m_fd, kAskAgainMs))
            return kNotYet;
        const auto count = ::read(m_fd, place, static_cast<std::size_t>(size));
        if (count >= 0)
            return count;
        if (errno == EINTR || errno == EAGAIN)
            continue;
        setProblem(systemMessage(errno));
        return kEnd;
    }
}

qint64 FileSource::readRegular(char *place, qint64 size)
{
    const auto wanted = std::min(size, m_end - m_offset);
    qint64 done = 0;
    while (done < wanted) {
        const auto count =
            ::pread(m_fd, place + done, static_cast<std::size_t>(wanted - done), m_offset + done);
        if (count > 0) {
            done += count;
        } else if (count == 0) {
            setProblem(u"the file was cut short while it was being read"_s);
            break;
        } else if (errno != EINTR) {
            setProblem(systemMessage(errno));
            break;
        }
    }
    m_offset += done;
    if (!problem().isEmpty())
        m_end = m_offset;
    return done;
}

bool FileSource::hasMore()
{
    return m_isRegular ? m_offset < m_end : hasSomething(m_fd, 0);
}

qint64 DeviceSource::read(char *place, qint64 size)
{
    for (;;) {
        const auto count = m_device.read(place, size);
        if (count > 0)
            return count;
        if (count < 0 || !m_device.waitForReadyRead(-1))
            break;
    }
    const auto *file = qobject_cast<const QFileDevice *>(&m_device);
    if (file && file->error() != QFileDevice::NoError)
        setProblem(m_device.errorString());
    return kEnd;
}

} // namespace watchline
