// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"

#include "core/session/eventparser.h"

#include <QFile>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <vector>

namespace watchline {

namespace {

constexpr quint32 kNoNumber = std::numeric_limits<quint32>::max();
/// The number is too large for its column: the event's line has it.
constexpr quint32 kLargeNumber = kNoNumber - 1;
/// Marks the place of a line that is in the mapping, not in memory.
constexpr quint64 kMappedLine = quint64{1} << 63;
constexpr quint8 kNoCode = std::numeric_limits<quint8>::max();

quint32 packed(std::optional<double> number, double scale)
{
    if (!number || !std::isfinite(*number) || *number < 0)
        return kNoNumber;
    const double scaled = std::round(*number * scale);
    return scaled >= kLargeNumber ? kLargeNumber : static_cast<quint32>(scaled);
}

template<typename Enum>
quint8 code(std::optional<Enum> value)
{
    return value ? static_cast<quint8>(*value) : kNoCode;
}

template<typename Enum>
std::optional<Enum> fromCode(quint8 code)
{
    if (code == kNoCode)
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

/// 40 bytes a row.
struct SessionStore::Chunk
{
    template<typename T>
    using Column = std::array<T, kRowsPerChunk>;

    Column<qint64> t;
    Column<quint64> line;
    Column<StringId> leaseId;
    Column<quint32> attempt;
    Column<quint32> durationUs;
    Column<quint32> delayMs;
    Column<quint16> source;
    Column<quint16> httpStatus;
    Column<EventKind> kind;
    Column<Word> word;
    Column<quint8> rule;
    Column<quint8> action;
};

/// Lines of a session that has no file to look them up in. Blocks are never moved: a reader that
/// knows an offset may read while the writer appends.
struct SessionStore::Arena
{
    static constexpr quint64 kBlockBits = 20;
    static constexpr qsizetype kBlockSize = qsizetype{1} << kBlockBits;

    /// Where the line was put: the block's number above kBlockBits, the place in it below.
    quint64 add(QByteArrayView line)
    {
        const qsizetype needed = line.size() + 1;
        const std::scoped_lock lock(mutex);
        if (blocks.empty() || used + needed > kBlockSize) {
            const auto size = std::max(needed, kBlockSize);
            blocks.push_back({std::make_unique<char[]>(static_cast<std::size_t>(size)), size});
            used = 0;
        }
        const quint64 offset = ((blocks.size() - 1) << kBlockBits) | static_cast<quint64>(used);
        char *place = blocks.back().bytes.get() + used;
        std::memcpy(place, line.data(), static_cast<std::size_t>(line.size()));
        place[line.size()] = '\n';
        used += needed;
        return offset;
    }

    /// From there to the end of its block; only the line, up to its line feed, may be looked at.
    QByteArrayView from(quint64 offset)
    {
        const std::scoped_lock lock(mutex);
        const auto &block = blocks.at(offset >> kBlockBits);
        const auto begin = static_cast<qsizetype>(offset & (kBlockSize - 1));
        return {block.bytes.get() + begin, block.size - begin};
    }

    struct Block
    {
        std::unique_ptr<char[]> bytes;
        qsizetype size;
    };

    // Guards the list of blocks, not the bytes in them.
    std::mutex mutex;
    std::vector<Block> blocks;
    qsizetype used = 0;
};

SessionStore::SessionStore(SessionHeader header)
    : m_header(std::move(header))
    , m_chunks(std::make_unique<std::array<std::atomic<Chunk *>, kMaxChunks>>())
    , m_arena(std::make_unique<Arena>())
{}

SessionStore::~SessionStore()
{
    for (auto &slot : *m_chunks) {
        auto *chunk = slot.load(std::memory_order_relaxed);
        if (!chunk)
            break;
        delete chunk;
    }
}

void SessionStore::append(const Event &event, QByteArrayView line)
{
    appendRow(event, m_arena->add(line));
}

bool SessionStore::setMapping(std::unique_ptr<QFile> file)
{
    const qint64 size = file->size(); // asked once: the file may be growing
    const auto *bytes = reinterpret_cast<const char *>(file->map(0, size));
    if (!bytes)
        return false;
    m_mapping = QByteArrayView(bytes, size);
    m_file = std::move(file);
    return true;
}

void SessionStore::appendMapped(const Event &event, qsizetype offset)
{
    appendRow(event, static_cast<quint64>(offset) | kMappedLine);
}

void SessionStore::setHeader(SessionHeader header)
{
    Q_ASSERT(isEmpty());
    m_header = std::move(header);
}

void SessionStore::appendRow(const Event &event, quint64 lineOffset)
{
    const qsizetype index = m_size.load(std::memory_order_relaxed);
    const qsizetype chunkIndex = index / kRowsPerChunk;
    if (chunkIndex >= kMaxChunks)
        return;
    auto &slot = m_chunks->at(static_cast<std::size_t>(chunkIndex));
    auto *chunk = slot.load(std::memory_order_relaxed);
    if (!chunk) {
        chunk = new Chunk;
        slot.store(chunk, std::memory_order_release);
    }
    const auto i = static_cast<std::size_t>(index % kRowsPerChunk);
    chunk->t[i] = event.t.count();
    chunk->line[i] = lineOffset;
    chunk->leaseId[i] = m_strings.intern(event.text(Field::LeaseId));
    chunk->attempt[i] = static_cast<quint32>(std::max(event.attempt, 0));
    chunk->durationUs[i] = packed(event.number(Field::DurationMs), 1000.0);
    chunk->delayMs[i] = packed(event.number(Field::DelayMs), 1.0);
    chunk->source[i] = sourceId(event.source);
    chunk->httpStatus[i] =
        static_cast<quint16>(std::clamp(event.number(Field::HttpStatus).value_or(0), 0.0, 999.0));
    chunk->kind[i] = event.kind;
    chunk->word[i] = event.word();
    chunk->rule[i] = code(ruleFromName(event.text(Field::Rule).toStdString()));
    chunk->action[i] = code(actionFromName(event.text(Field::Action).toStdString()));

    m_lastTime.store(std::max(m_lastTime.load(std::memory_order_relaxed), chunk->t[i]),
                     std::memory_order_release);
    m_size.store(index + 1, std::memory_order_release);
}

quint16 SessionStore::sourceId(const QString &source)
{
    const StringId id = m_sources.intern(source.isEmpty() ? QStringLiteral("?") : source);
    return static_cast<quint16>(std::min<StringId>(id == 0 ? 0 : id - 1, 0xFFFF));
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
    if (chunk.durationUs[i] == kLargeNumber)
        out.duration = microseconds(event(row).number(Field::DurationMs));
    else if (chunk.durationUs[i] != kNoNumber)
        out.duration = Microseconds(chunk.durationUs[i]);
    if (chunk.delayMs[i] == kLargeNumber)
        out.delay =
            std::chrono::round<Milliseconds>(microseconds(event(row).number(Field::DelayMs)));
    else if (chunk.delayMs[i] != kNoNumber)
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

QByteArray SessionStore::line(qsizetype row) const
{
    const quint64 offset = chunkOf(row).line[static_cast<std::size_t>(row % kRowsPerChunk)];
    const auto rest = offset & kMappedLine
                          ? m_mapping.sliced(static_cast<qsizetype>(offset & ~kMappedLine))
                          : m_arena->from(offset);
    // A damaged line may hold NULs: its line feed alone ends it.
    const auto *begin = rest.data();
    const void *end = std::memchr(begin, '\n', static_cast<std::size_t>(rest.size()));
    qsizetype size = end ? static_cast<const char *>(end) - begin : rest.size();
    if (size > 0 && begin[size - 1] == '\r')
        --size;
    return {begin, size};
}

Event SessionStore::event(qsizetype row) const
{
    thread_local EventParser parser;
    Event event;
    parser.parse(line(row), event);
    return event;
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
