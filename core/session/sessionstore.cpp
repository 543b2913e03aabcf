// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"

#include "core/session/eventparser.h"
#include "core/session/linereader.h"
#include "core/session/rowbatch.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

template<typename Enum>
std::optional<Enum> fromCode(quint8 code)
{
    if (code == PackedRow::kNoCode)
        return std::nullopt;
    return static_cast<Enum>(code);
}

Microseconds microseconds(std::optional<double> milliseconds)
{
    constexpr auto kLongest = static_cast<double>(Microseconds(kFarthestTime).count());
    return Microseconds(
        std::llround(std::clamp(milliseconds.value_or(0) * 1000.0, -kLongest, kLongest)));
}

} // namespace

/// 38 bytes a row.
struct SessionStore::Chunk
{
    template<typename T>
    using Column = std::array<T, kRowsPerChunk>;

    Column<qint64> t;
    Column<quint32> line; // the low part of its position
    Column<StringId> leaseId;
    Column<quint32> attempt;
    Column<quint32> durationUs;
    Column<quint32> delayMs;
    Column<quint16> lineHigh;
    Column<quint16> source;
    Column<quint16> httpStatus;
    Column<EventKind> kind;
    Column<Word> word;
    Column<quint8> rule;
    Column<quint8> action;
};

SessionStore::SessionStore(SessionHeader header)
    : m_header(std::move(header))
    , m_chunks(std::make_unique<std::array<std::atomic<Chunk *>, kMaxChunks>>())
{}

SessionStore::~SessionStore()
{
    for (auto &slot : *m_chunks) {
        auto *chunk = slot.load(std::memory_order_relaxed);
        if (!chunk)
            break;
        delete chunk;
    }
    if (m_fd >= 0)
        ::close(m_fd);
}

void SessionStore::append(const Event &event, QByteArrayView line)
{
    if (!isWanted(event.source))
        return;
    const qint64 position = m_tail.end();
    m_tail.add(position, line);
    appendRow(packed(event), position, m_strings.intern(event.text(Field::LeaseId)),
              sourceId(event.source));
    publish(m_appended);
}

void SessionStore::appendLine(QByteArrayView line)
{
    m_tail.add(m_tail.end(), line);
    ++m_hidden;
}

void SessionStore::append(const RowBatch &batch)
{
    std::vector<StringId> leases{0};
    for (const auto &lease : batch.leases().all())
        leases.push_back(m_strings.intern(QString::fromStdString(lease)));
    std::vector<std::optional<quint16>> sources{std::nullopt}; // nothing: not wanted
    const auto numberOf = [this](const QString &source) {
        return isWanted(source) ? std::optional(sourceId(source)) : std::nullopt;
    };
    for (const auto &source : batch.sources().all())
        sources.push_back(numberOf(QString::fromStdString(source)));
    for (const auto &row : batch.rows()) {
        const auto source = row.source == 0 ? numberOf({}) : sources[row.source];
        if (source)
            appendRow(row.columns, row.line, leases[row.lease], *source);
    }
    publish(m_appended);
}

void SessionStore::append(const RowBatch &batch, QByteArrayView lines, qint64 position)
{
    if (batch.rows().empty())
        return;
    m_tail.add(position, lines);
    append(batch);
}

void SessionStore::setHeader(SessionHeader header, QByteArray line)
{
    Q_ASSERT(isEmpty());
    m_header = std::move(header);
    m_headerLine = std::move(line);
}

void SessionStore::setFile(int fd, qint64 end)
{
    Q_ASSERT(isEmpty() && m_fd < 0);
    m_fd = fd;
    m_tail.add(end, {});
    m_fileEnd.store(end, std::memory_order_release);
}

void SessionStore::setFileEnd(qint64 end)
{
    if (end <= m_fileEnd.load(std::memory_order_relaxed))
        return;
    // Others have added to the file.
    if (m_tail.end() < end)
        m_tail.add(end, {});
    m_fileEnd.store(end, std::memory_order_release);
    m_tail.dropBelow(end);
}

/// Not seen by readers before publish().
void SessionStore::appendRow(const PackedRow &columns, qint64 line, StringId lease, quint16 source)
{
    const qsizetype chunkIndex = m_appended / kRowsPerChunk;
    if (chunkIndex >= kMaxChunks)
        return;
    auto &slot = (*m_chunks)[static_cast<std::size_t>(chunkIndex)];
    auto *chunk = slot.load(std::memory_order_relaxed);
    if (!chunk) {
        chunk = new Chunk;
        slot.store(chunk, std::memory_order_release);
    }
    if (m_hidden > 0 && (m_hiddenBefore.empty() || m_hiddenBefore.back().count < m_hidden)) {
        const std::scoped_lock lock(m_hiddenMutex);
        m_hiddenBefore.push_back({m_appended, m_hidden});
    }
    const auto i = static_cast<std::size_t>(m_appended % kRowsPerChunk);
    chunk->t[i] = columns.t;
    chunk->line[i] = static_cast<quint32>(line);
    chunk->lineHigh[i] = static_cast<quint16>(line >> 32);
    chunk->leaseId[i] = lease;
    chunk->attempt[i] = columns.attempt;
    chunk->durationUs[i] = columns.durationUs;
    chunk->delayMs[i] = columns.delayMs;
    chunk->source[i] = source;
    chunk->httpStatus[i] = columns.httpStatus;
    chunk->kind[i] = columns.kind;
    chunk->word[i] = columns.word;
    chunk->rule[i] = columns.rule;
    chunk->action[i] = columns.action;
    ++m_appended;
    if (columns.t > m_lastTime.load(std::memory_order_relaxed))
        m_lastTime.store(columns.t, std::memory_order_release);
}

void SessionStore::publish(qsizetype size)
{
    m_size.store(size, std::memory_order_release);
    m_hiddenLines.store(m_hidden, std::memory_order_release);
}

quint16 SessionStore::sourceId(const QString &source)
{
    constexpr StringId kLast = kMostSources;
    const StringId known = m_sources.idOf(source.isEmpty() ? u"?"_s : source);
    if (known != 0 && known < kLast)
        return static_cast<quint16>(known - 1);
    if (m_sources.size() < kLast - 1)
        return static_cast<quint16>(m_sources.intern(source.isEmpty() ? u"?"_s : source) - 1);
    if (m_sources.size() < kLast)
        m_sources.intern(u"(sources past the %1th)"_s.arg(kLast - 1));
    return static_cast<quint16>(kLast - 1);
}

bool SessionStore::isWanted(const QString &source) const
{
    return m_wanted.isEmpty() || m_wanted.contains(source.isEmpty() ? u"?"_s : source);
}

qint64 SessionStore::seq(qsizetype row) const
{
    const std::scoped_lock lock(m_hiddenMutex);
    const auto after = std::ranges::upper_bound(m_hiddenBefore, row, std::less<>(), &Hidden::row);
    return row + 1 + (after == m_hiddenBefore.begin() ? 0 : std::prev(after)->count);
}

qsizetype SessionStore::rowOfSeq(qint64 seq) const
{
    qsizetype first = 0;
    qsizetype count = size();
    while (count > 0) {
        const qsizetype half = count / 2;
        if (this->seq(first + half) < seq) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

const SessionStore::Chunk &SessionStore::chunkOf(qsizetype row) const
{
    return *m_chunks->at(static_cast<std::size_t>(row / kRowsPerChunk))
                .load(std::memory_order_acquire);
}

EventRow SessionStore::row(qsizetype row) const
{
    const auto &chunk = chunkOf(row);
    const auto i = static_cast<std::size_t>(row % kRowsPerChunk);
    EventRow out{Nanoseconds(chunk.t[i]),
                 chunk.kind[i],
                 chunk.word[i],
                 chunk.source[i],
                 static_cast<int>(chunk.attempt[i]),
                 chunk.leaseId[i],
                 chunk.httpStatus[i],
                 fromCode<Rule>(chunk.rule[i]),
                 fromCode<Action>(chunk.action[i]),
                 std::nullopt,
                 std::nullopt};
    if (chunk.durationUs[i] == PackedRow::kLargeNumber)
        out.duration = microseconds(event(row).number(Field::DurationMs));
    else if (chunk.durationUs[i] != PackedRow::kNoNumber)
        out.duration = Microseconds(chunk.durationUs[i]);
    if (chunk.delayMs[i] == PackedRow::kLargeNumber)
        out.delay =
            std::chrono::round<Milliseconds>(microseconds(event(row).number(Field::DelayMs)));
    else if (chunk.delayMs[i] != PackedRow::kNoNumber)
        out.delay = Milliseconds(chunk.delayMs[i]);
    return out;
}

Nanoseconds SessionStore::time(qsizetype row) const
{
    return Nanoseconds(chunkOf(row).t[static_cast<std::size_t>(row % kRowsPerChunk)]);
}

EventKind SessionStore::kind(qsizetype row) const
{
    return chunkOf(row).kind[static_cast<std::size_t>(row % kRowsPerChunk)];
}

quint16 SessionStore::source(qsizetype row) const
{
    return chunkOf(row).source[static_cast<std::size_t>(row % kRowsPerChunk)];
}

qint64 SessionStore::linePosition(qsizetype row) const
{
    const auto &chunk = chunkOf(row);
    const auto i = static_cast<std::size_t>(row % kRowsPerChunk);
    return qint64{chunk.lineHigh[i]} << 32 | chunk.line[i];
}

QByteArray SessionStore::bytes(qint64 position, qsizetype size) const
{
    if (position >= m_fileEnd.load(std::memory_order_acquire)) {
        if (const auto held = m_tail.from(position, size))
            return *held;
        // Forgotten, or written to the file just now.
    }
    return fileBytes(position, size);
}

QByteArray SessionStore::fileBytes(qint64 position, qsizetype size) const
{
    size = std::min<qint64>(size, m_fileEnd.load(std::memory_order_acquire) - position);
    if (size <= 0)
        return {};
    QByteArray out;
    out.reserve(size + EventParser::kPadding); // which readers add
    out.resize(size);
    qsizetype done = 0;
    while (done < size) {
        const auto count = ::pread(m_fd, out.data() + done, static_cast<std::size_t>(size - done),
                                   position + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += count;
    }
    out.truncate(done);
    return out;
}

QByteArray SessionStore::line(qsizetype row) const
{
    return LineReader(*this).line(row).toByteArray();
}

Event SessionStore::event(qsizetype row) const
{
    thread_local EventParser parser;
    Event event;
    return parser.parse(line(row), event) ? event : eventWithoutLine(row);
}

Event SessionStore::eventWithoutLine(qsizetype row) const
{
    const auto &chunk = chunkOf(row);
    const auto i = static_cast<std::size_t>(row % kRowsPerChunk);
    Event event(chunk.kind[i]);
    if (event.kind == EventKind::Unknown)
        event.kindName = u"?"_s;
    event.t = Nanoseconds(chunk.t[i]);
    event.source = sourceName(chunk.source[i]);
    event.attempt = static_cast<int>(chunk.attempt[i]);
    if (const auto lease = string(chunk.leaseId[i]); !lease.isEmpty())
        event.set(Field::LeaseId, lease);
    const bool wasInFile = linePosition(row) < m_fileEnd.load(std::memory_order_acquire);
    event.set(Field::Detail, wasInFile
                                 ? u"the rest of this event cannot be read any more: its file was "
                                   "cut short or changed while it was open"_s
                                 : u"the rest of this event was dropped from memory: it could not "
                                   "be recorded"_s);
    return event;
}

QByteArray SessionStore::headerLine() const
{
    return m_headerLine.isEmpty() ? toJsonLine(m_header) : m_headerLine;
}

QString SessionStore::sourceName(quint16 source) const
{
    return m_sources.at(source + StringId{1});
}

/// The next row before `end` that is no note; `row` itself when there is none near.
qsizetype SessionStore::pastNotes(qsizetype row, qsizetype end) const
{
    constexpr qsizetype kNear = 64;
    for (qsizetype next = row; next < std::min(end, row + kNear); ++next) {
        if (kind(next) != EventKind::Note)
            return next;
    }
    return row;
}

qsizetype SessionStore::lowerBound(Nanoseconds t) const
{
    qsizetype first = 0;
    qsizetype count = size();
    while (count > 0) {
        const qsizetype half = count / 2;
        const qsizetype probe = pastNotes(first + half, first + count);
        if (time(probe) < t) {
            count -= probe + 1 - first;
            first = probe + 1;
        } else {
            count = half;
        }
    }
    return first;
}

Nanoseconds SessionStore::firstTime() const
{
    return isEmpty() ? Nanoseconds::zero() : time(0);
}

} // namespace watchline
