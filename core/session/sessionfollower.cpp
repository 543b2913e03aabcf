// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionfollower.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace watchline {

namespace {

constexpr std::chrono::milliseconds kEvery{500};
/// Read in one turn; more comes in the next one.
constexpr qsizetype kUsualRoom = 1024 * 1024;
/// So many in a row find the file locked when it is being recorded.
constexpr int kLooksOfARecorder = 2;

/// Up to `size` bytes; fewer at the file's end, nothing when it cannot be read.
std::optional<QByteArray> readAt(int fd, qint64 position, qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    qint64 done = 0;
    while (done < size) {
        const auto count = ::pread(fd, bytes.data() + done, static_cast<std::size_t>(size - done),
                                   position + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        done += count;
    }
    bytes.truncate(done);
    return bytes;
}

/// The writer holds an exclusive lock; this one is given back at once.
bool isLocked(int fd)
{
    if (::flock(fd, LOCK_SH | LOCK_NB) != 0)
        return errno == EWOULDBLOCK;
    ::flock(fd, LOCK_UN);
    return false;
}

} // namespace

void RunEnds::take(const SessionStore &store, qsizetype row)
{
    if (store.kind(row) != EventKind::Status)
        return;
    const auto event = store.row(row);
    if (event.word == Word::Shutdown)
        m_ended.insert(event.source);
    else
        m_ended.erase(event.source);
}

void RunEnds::update(const SessionStore &store)
{
    for (const qsizetype size = store.size(); m_rows < size; ++m_rows)
        take(store, m_rows);
}

bool RunEnds::areAll(const SessionStore &store) const
{
    const auto sources =
        std::max<std::size_t>(static_cast<std::size_t>(store.sourceCount()),
                              static_cast<std::size_t>(store.header().sources.size()));
    return !m_ended.empty() && m_ended.size() >= sources;
}

SessionFollower::SessionFollower(SessionStore &store, RunEnds ends, QString path, qint64 position,
                                 Clock &clock, std::function<void()> grown,
                                 std::function<void(End)> ended)
    : m_store(store)
    , m_path(std::move(path))
    , m_position(position)
    , m_size(position)
    , m_grown(std::move(grown))
    , m_ended(std::move(ended))
    , m_timer(clock.makeTimer([this] { poll(); }))
    , m_ends(std::move(ends))
    , m_room(kUsualRoom)
{}

SessionFollower::~SessionFollower()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

void SessionFollower::start()
{
    m_timer->start(Nanoseconds::zero());
}

void SessionFollower::stop()
{
    m_timer->stop();
    m_isBeingRecorded = false;
    m_wasLocked = false;
    m_looksLocked = 0;
}

void SessionFollower::look()
{
    if (const auto end = check()) {
        finish(*end);
        return;
    }
    while (m_position < m_size) {
        const auto room = m_room;
        if (!readMore() && m_room == room)
            break;
    }
    m_grown();
}

void SessionFollower::poll()
{
    if (const auto end = check()) {
        finish(*end);
        return;
    }
    const bool wasBeingRecorded = m_isBeingRecorded;
    const bool isLocked = watchline::isLocked(m_fd);
    const bool hasGrown = readMore();
    // Whoever adds a note alone holds the lock for a moment; a recorder holds it all the time.
    m_looksLocked = isLocked ? m_looksLocked + 1 : 0;
    m_wasLocked = m_wasLocked || m_looksLocked >= kLooksOfARecorder;
    m_isBeingRecorded = m_isBeingRecorded || m_wasLocked || hasGrown;
    m_ends.update(m_store);
    if (m_ends.areAll(m_store) && !isLocked && m_size == m_position) {
        finish(End::Shutdown);
        return;
    }
    if (m_wasLocked && !isLocked && !hasGrown) {
        finish(End::Interrupted);
        return;
    }
    const bool hasMore = hasGrown && m_size - m_position >= kUsualRoom;
    m_timer->start(hasMore ? Nanoseconds::zero() : Nanoseconds(kEvery));
    if (hasGrown || m_isBeingRecorded != wasBeingRecorded)
        m_grown();
}

/// Whether the file is still the one that was read.
std::optional<SessionFollower::End> SessionFollower::check()
{
    const auto name = QFile::encodeName(m_path);
    if (m_fd < 0) {
        m_fd = ::open(name.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (m_fd < 0)
            return errno == ENOENT ? End::Gone : End::Unreadable;
        const auto header = m_store.headerLine();
        const auto start = readAt(m_fd, 0, header.size() + 3); // behind a byte order mark
        if (!start || !start->contains(header))
            return End::Replaced;
    }
    struct stat named = {};
    struct stat opened = {};
    if (::stat(name.constData(), &named) != 0)
        return errno == ENOENT ? End::Gone : End::Unreadable;
    if (::fstat(m_fd, &opened) != 0)
        return End::Unreadable;
    if (named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
        return End::Replaced;
    if (m_hasEndlessLine)
        return End::Unreadable;
    m_size = opened.st_size;
    // A file that was emptied and written anew may be as long again: a line ended there.
    if (m_size < m_position)
        return End::Shorter;
    if (m_position > 0) {
        const auto last = readAt(m_fd, m_position - 1, 1);
        if (!last)
            return End::Unreadable;
        if (*last != "\n")
            return End::Shorter;
    }
    return std::nullopt;
}

/// False: no whole line has come.
bool SessionFollower::readMore()
{
    const auto size = std::min<qint64>(m_size - m_position, m_room);
    if (size <= 0)
        return false;
    const auto bytes = readAt(m_fd, m_position, size);
    if (!bytes)
        return false;
    const auto end = bytes->lastIndexOf('\n') + 1;
    if (end > 0) {
        m_room = kUsualRoom;
        readLines(QByteArrayView(*bytes).first(end));
        return true;
    }
    if (bytes->size() == m_room) {
        m_hasEndlessLine = m_room > EventParser::kLongestLine;
        m_room *= 2;
    }
    return false;
}

void SessionFollower::readLines(QByteArrayView bytes)
{
    m_batch.clear();
    qsizetype begin = 0;
    EventView event;
    while (begin < bytes.size()) {
        const auto end = bytes.indexOf('\n', begin);
        auto line = bytes.sliced(begin, end - begin);
        if (line.endsWith('\r'))
            line.chop(1);
        if (!line.trimmed().isEmpty()) {
            if (m_parser.parse(line, event))
                m_batch.add(event, m_position + begin);
            else
                ++m_lostLines;
        }
        begin = end + 1;
    }
    m_position += bytes.size();
    m_store.setFileEnd(m_position);
    m_store.append(m_batch);
}

void SessionFollower::finish(End end)
{
    stop();
    m_ended(end);
}

} // namespace watchline
