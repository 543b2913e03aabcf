// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/gatewaylog.h"
#include "core/transfer/journalexport.h"
#include "core/transfer/logfinder.h"
#include "core/transfer/logline.h"

#include <QHash>
#include <QSet>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

namespace watchline {

namespace {

/// A line that goes on beyond that is passed over to its end.
constexpr qsizetype kLongestLine = 1024 * 1024;
/// Of what was read before a line: whether it is the middle of one that docker has broken.
constexpr qsizetype kHistory = 64 * 1024;
constexpr qsizetype kCompactFrom = 512 * 1024;
constexpr qsizetype kSmall = 4096;
constexpr qsizetype kStep = 256 * 1024;
/// How far an error's text may go on.
constexpr qsizetype kLongestText = LogEntry::kLongestRaw;
constexpr std::size_t kMostBodyLines = 2000;
/// A body is written at once. So many gateways' lines in it that go on in time, or so many in all,
/// show that its last quote was lost.
constexpr int kMostLaterInBody = 8;
constexpr int kMostGatewaysInBody = 64;
constexpr qint64 kBodyWritten = 1'000'000'000;
constexpr std::size_t kMostLooseLines = 200;
/// After a body has ended: a line that has its last quote shows that it had not.
constexpr std::size_t kMostDoubtful = 8;
constexpr int kMostForeign = 64;
constexpr std::size_t kMostRemembered = 1024;
constexpr qsizetype kMostOrigins = 256;
constexpr qsizetype kMostShown = 512;

constexpr std::string_view kBody = " with body '";

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QByteArray bytesOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// Appends no more than there may be.
void appendBounded(QByteArray &out, std::string_view text)
{
    const auto room = std::max<qsizetype>(kLongestText - out.size(), 0);
    out.append(text.data(), std::min(room, static_cast<qsizetype>(text.size())));
}

bool isUtf8(std::string_view text)
{
    return simdjson::validate_utf8(text.data(), text.size());
}

/// Where a server's body begins whose end is not on the same line.
bool hasOpenBody(std::string_view error)
{
    const auto at = error.find(kBody);
    return at != error.npos && !error.substr(at + kBody.size()).ends_with('\'');
}

/// Texts that are known to end with their line.
bool isOneLine(std::string_view error)
{
    return error == "watch stream conflict: another gateway holds the lease" ||
           error == "device token unauthorized" ||
           error == "watch stream ended before `hello` event" ||
           error == "timed out waiting for `hello` event" ||
           (error.starts_with("received error response ") && error.ends_with('}')) ||
           (error.starts_with("error response ") && error.ends_with(" too large"));
}

/// A quote that ends what began on another line.
bool endsStrayQuote(std::string_view text)
{
    return text.ends_with('\'') && std::count(text.begin(), text.end(), '\'') % 2 == 1;
}

/// A file that was emptied while its writer went on has zeros up to where that writes.
std::string_view withoutHole(std::string_view line)
{
    constexpr std::size_t kHole = 4096;
    if (line.size() < kHole || line.front() != '\0')
        return line;
    const auto zeros = std::min(line.find_first_not_of('\0'), line.size());
    return zeros < kHole ? line : line.substr(zeros);
}

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

} // namespace

class GatewayLogParser::Implementation
{
public:
    explicit Implementation(const LogOptions &options)
        : m_clock(options)
    {}

    void setChanged(qint64 unixNanoseconds) { m_clock.setChanged(unixNanoseconds); }
    void feed(QByteArrayView bytes, QList<LogEntry> &entries);
    void flush(QList<LogEntry> &entries);
    bool holdsBack() const { return m_held && !m_held->isGiven; }
    void finish(QList<LogEntry> &entries);
    void remark(LogRemark::Kind kind, qint64 line);
    void remark(LogRemark::Kind kind) { remark(kind, std::max<qint64>(m_nextLine - 1, 1)); }
    const LogCounts &counts();

private:
    struct Line
    {
        qint64 number = 0;
        std::string text;
    };

    /// An entry whose text may go on in the lines to come.
    struct Held
    {
        LogEntry entry;
        std::string carriers;
        LogShape shape = LogShape::None;
        std::size_t indent = 0;
        std::vector<Line> doubtful; ///< may belong to it, or not
        qsizetype doubtfulSize = 0;
        std::size_t lines = 1; ///< that do
        int foreign = 0;       ///< between them
        bool isBodyOpen = false;
        int gatewaysInBody = 0;
        int laterInBody = 0;     ///< of them, those that go on in time
        qint64 latestInBody = 0; ///< Unix time
        bool isAfterBody = false;
        bool isGiven = false; ///< only later lines' place is still told by it
    };

    /// A line that docker or kubelet has broken.
    struct Part
    {
        std::string carriers;
        std::string stream;
        QByteArray origin;
        std::string text;
        LogEntry entry; ///< its line, its raw text
        std::optional<WrittenTime> carrierTime;
        int foreign = 0; ///< lines between its pieces
    };

    struct LastOfOrigin
    {
        qint64 moment = 0;
        qint64 resolution = 0;
    };

    // bytes to lines
    bool scan();
    void scanLines(const char *end);
    void skipLongLine();
    void compact();
    bool takesEveryLine() const { return m_held || m_part; }
    bool isInsidePart(const char *lineBegin, const LogLine &line);
    const char *begin() const { return m_buffer.constData() + m_done; }

    // lines to entries
    enum class Body { Allowed, Refused };
    void handle(std::string_view raw, qint64 number, Body body, const char *place = nullptr);
    void handleParsed(std::string_view raw, qint64 number, Body body);
    bool continueHeld(std::string_view raw, qint64 number);
    bool continueBody(std::string_view raw, std::string_view text, qint64 number);
    void countInBody(std::string_view text);
    bool joinPart(std::string_view raw);
    void parseWithin(std::string_view text);
    void append(std::string_view raw, std::string_view text);
    void takeDoubtful();
    std::string_view textWithin(std::string_view raw);
    void release(Body body);
    void takeRecord(JournalExport &record);
    void setTime(LogEntry &entry, const LogLine &line);
    std::optional<WrittenTime> ownTime(const LogLine &line, std::optional<qint64> previous);
    LogEntry entryOf(std::string_view raw, qint64 number);
    void hold(LogEntry &&entry, Body body);
    void give(LogEntry &&entry);
    void notUnderstood(std::string_view raw, qint64 number);
    bool isRepeated(const LogEntry &entry);

    LogClock m_clock;
    LogLineParser m_lineParser;
    LogLineParser m_otherParser;
    LogLine m_line;
    LogCounts m_counts;
    QList<LogEntry> *m_out = nullptr;

    QByteArray m_buffer;
    qsizetype m_filled = 0;
    qsizetype m_done = 0;
    qsizetype m_seen = 0; ///< up to here there is no line end that was not dealt with
    qint64 m_nextLine = 1;
    bool m_isInLongLine = false;
    std::optional<JournalExport> m_export;
    std::optional<Held> m_held;
    std::optional<Part> m_part;
    QHash<QByteArray, LastOfOrigin> m_last;
    std::deque<std::size_t> m_remembered;
    QSet<std::size_t> m_known;
};

// Bytes to lines.

void GatewayLogParser::Implementation::feed(QByteArrayView bytes, QList<LogEntry> &entries)
{
    m_out = &entries;
    while (!bytes.isEmpty()) {
        compact();
        const auto count = std::min(bytes.size(), kStep);
        if (m_buffer.size() < m_filled + count)
            m_buffer.resize(m_filled + count);
        std::memcpy(m_buffer.data() + m_filled, bytes.data(), static_cast<std::size_t>(count));
        m_filled += count;
        bytes = bytes.sliced(count);
        while (scan()) {
        }
    }
    m_out = nullptr;
}

/// Drops what was read, all but a little.
void GatewayLogParser::Implementation::compact()
{
    if (m_done < kCompactFrom)
        return;
    const auto from = m_done - kHistory;
    std::memmove(m_buffer.data(), m_buffer.constData() + from,
                 static_cast<std::size_t>(m_filled - from));
    m_filled -= from;
    m_done -= from;
    m_seen = std::max<qsizetype>(m_seen - from, 0);
}

/// False: the rest has to wait for more.
bool GatewayLogParser::Implementation::scan()
{
    // However small the pieces of a long line are, each byte is looked at once for its end.
    const auto from = std::max(m_done, m_seen);
    const auto size = static_cast<std::size_t>(m_filled - from);
    const char *const fresh = m_buffer.constData() + from;
    const auto *last = size ? static_cast<const char *>(::memrchr(fresh, '\n', size)) : nullptr;
    const auto pending = m_filled - m_done;
    m_seen = m_filled;
    if (m_export) {
        if (!last && !m_export->isInValue() && pending > kSmall && pending <= kLongestLine)
            return false;
        m_done += m_export->take({begin(), pending},
                                 [this](JournalExport &record) { takeRecord(record); });
        if (!m_export->isOver())
            return false;
        m_nextLine = m_export->nextLine();
        m_export.reset();
        m_seen = m_done;
        return true;
    }
    if (m_isInLongLine) {
        const void *lineEnd = last ? std::memchr(fresh, '\n', size) : nullptr;
        m_done = lineEnd ? static_cast<const char *>(lineEnd) - m_buffer.constData() + 1 : m_filled;
        if (!lineEnd)
            return false;
        ++m_nextLine;
        m_isInLongLine = false;
        m_seen = m_done;
        return true;
    }
    if (!last) {
        if (pending > kLongestLine)
            skipLongLine();
        return false;
    }
    scanLines(last + 1);
    if (m_export)
        m_seen = m_done;
    return m_export.has_value();
}

void GatewayLogParser::Implementation::scanLines(const char *end)
{
    while (begin() != end && !m_export) {
        const char *const from = begin();
        const char *lineBegin = from;
        if (!takesEveryLine()) {
            const char *const found = findGatewayText(from, end);
            if (found != end && found != from) {
                const void *lineEnd = ::memrchr(from, '\n', static_cast<std::size_t>(found - from));
                lineBegin = lineEnd ? static_cast<const char *>(lineEnd) + 1 : from;
            } else if (found == end) {
                lineBegin = end;
            }
            m_nextLine += countLines(from, lineBegin);
            m_done += lineBegin - from;
            if (found == end)
                return;
        }
        const auto *lineEnd = static_cast<const char *>(
            std::memchr(lineBegin, '\n', static_cast<std::size_t>(end - lineBegin)));
        const std::string_view line(lineBegin, static_cast<std::size_t>(lineEnd - lineBegin));
        const bool isExport = line.starts_with("__CURSOR=") && !m_part;
        while (isExport && m_held && !m_held->isBodyOpen)
            release(Body::Allowed);
        if (isExport && !m_held) {
            m_export.emplace(m_nextLine);
            return;
        }
        m_done += lineEnd - lineBegin + 1;
        const auto number = m_nextLine++;
        handle(withoutHole(line), number, Body::Allowed, lineBegin);
    }
}

/// Of a line without end its beginning counts.
void GatewayLogParser::Implementation::skipLongLine()
{
    // A file that was emptied while its writer went on: the line stands behind the zeros.
    const auto zeros = static_cast<qsizetype>(
        std::find_if(begin(), begin() + (m_filled - m_done), [](char c) { return c != '\0'; }) -
        begin());
    if (zeros > kHistory) {
        m_done += zeros;
        return;
    }
    const std::string_view line(begin(), LogLineParser::kLongestText);
    if (takesEveryLine() ||
        findGatewayText(line.data(), line.data() + line.size()) != line.data() + line.size()) {
        remark(LogRemark::Kind::TooLong, m_nextLine);
        handle(line, m_nextLine, Body::Allowed);
    }
    m_done = m_filled;
    m_isInLongLine = true;
}

/// Whether the line before it on the same stream had no end: then it is the middle of one.
bool GatewayLogParser::Implementation::isInsidePart(const char *lineBegin, const LogLine &line)
{
    constexpr int kMostLines = 8;
    const char *end = lineBegin;
    for (int i = 0; i < kMostLines && end > m_buffer.constData(); ++i) {
        --end;
        const auto size = static_cast<std::size_t>(end - m_buffer.constData());
        const void *before = size ? ::memrchr(m_buffer.constData(), '\n', size) : nullptr;
        const char *const from =
            before ? static_cast<const char *>(before) + 1 : m_buffer.constData();
        LogLine other;
        m_otherParser.parseCarriers({from, static_cast<std::size_t>(end - from)}, other);
        if (other.carriers == line.carriers && other.stream == line.stream &&
            other.origin == line.origin)
            return other.isPart;
        end = from;
    }
    return false;
}

void GatewayLogParser::Implementation::finish(QList<LogEntry> &entries)
{
    m_out = &entries;
    if (m_isInLongLine) {
        m_done = m_filled;
        m_isInLongLine = false;
        ++m_nextLine;
    }
    while (m_done < m_filled || m_export) {
        if (m_export) {
            m_done += m_export->finish({begin(), m_filled - m_done},
                                       [this](JournalExport &record) { takeRecord(record); });
            m_nextLine = m_export->nextLine();
            m_export.reset();
            m_seen = m_done;
            while (scan()) {
            }
            continue;
        }
        const std::string_view line(begin(), static_cast<std::size_t>(m_filled - m_done));
        m_done = m_filled;
        handle(withoutHole(line).substr(0, LogLineParser::kLongestText), m_nextLine, Body::Allowed);
        ++m_nextLine;
    }
    if (m_part) {
        remark(LogRemark::Kind::Cut, m_part->entry.line);
        joinPart({});
    }
    while (m_held)
        release(m_held->isBodyOpen ? Body::Refused : Body::Allowed);
    m_filled = 0;
    m_done = 0;
    m_seen = 0;
    m_out = nullptr;
}

void GatewayLogParser::Implementation::flush(QList<LogEntry> &entries)
{
    m_out = &entries;
    while (m_held && !m_held->isBodyOpen && !m_held->doubtful.empty())
        release(Body::Allowed);
    if (m_held && !m_held->isGiven) {
        // What follows is still read as its text, but no longer added to it.
        LogEntry entry = m_held->entry;
        m_held->isGiven = true;
        give(std::move(entry));
    }
    m_out = nullptr;
}

const LogCounts &GatewayLogParser::Implementation::counts()
{
    m_counts.read = (m_export ? m_export->nextLine() : m_nextLine) - 1;
    m_counts.skipped =
        std::max<qint64>(m_counts.read - m_counts.understood - m_counts.notUnderstood, 0);
    return m_counts;
}

// Lines to entries.

void GatewayLogParser::Implementation::handle(std::string_view raw, qint64 number, Body body,
                                              const char *place)
{
    if (m_part && joinPart(raw))
        return;
    while (m_held) {
        if (continueHeld(raw, number))
            return;
    }
    m_lineParser.parse(raw, m_line);
    if (place && !m_line.stream.empty() && !m_part && m_line.head.kind != LogKind::Other &&
        isInsidePart(place, m_line))
        return;
    if (m_line.isPart && !m_part) {
        m_part.emplace(Part{m_line.carriers,
                            m_line.stream,
                            m_line.origin,
                            std::string(m_line.text),
                            {},
                            m_line.carrierTime,
                            0});
        m_part->entry.line = number;
        appendBounded(m_part->entry.raw, raw);
        return;
    }
    handleParsed(raw, number, body);
}

void GatewayLogParser::Implementation::handleParsed(std::string_view raw, qint64 number, Body body)
{
    if (m_line.isUnprintable)
        remark(LogRemark::Kind::Unprintable, number);
    if (m_line.head.kind == LogKind::Unknown)
        notUnderstood(raw, number);
    if (m_line.head.kind != LogKind::Known)
        return;
    auto entry = entryOf(raw, number);
    ++m_counts.understood;
    const bool mayGoOn = m_line.head.isOpen && !m_line.isJson && !m_line.isRecord &&
                         !isOneLine(viewOf(entry.fields.last().second));
    if (mayGoOn)
        hold(std::move(entry), body);
    else
        give(std::move(entry));
}

/// True: the line belongs to one that was broken, or is of another stream.
bool GatewayLogParser::Implementation::joinPart(std::string_view raw)
{
    auto &part = *m_part;
    LogLine line;
    if (!raw.empty()) {
        m_otherParser.parseCarriers(raw, line);
        if (line.carriers != part.carriers || line.stream != part.stream ||
            line.origin != part.origin) {
            if (++part.foreign > kMostForeign) {
                remark(LogRemark::Kind::Cut, part.entry.line);
                joinPart({});
            }
            return false;
        }
        if (part.text.size() < static_cast<std::size_t>(kLongestText))
            part.text += line.text;
        appendBounded(part.entry.raw, "\n");
        appendBounded(part.entry.raw, raw);
        if (line.isPart)
            return true;
    }
    const auto whole = std::move(part);
    m_part.reset();
    m_line = {};
    m_line.carriers = whole.carriers;
    m_line.stream = whole.stream;
    m_line.origin = whole.origin;
    m_line.carrierTime = whole.carrierTime;
    m_line.isCarrierExact = true;
    parseWithin(whole.text);
    handleParsed(viewOf(whole.entry.raw), whole.entry.line, Body::Allowed);
    return true;
}

LogEntry GatewayLogParser::Implementation::entryOf(std::string_view raw, qint64 number)
{
    LogEntry entry;
    entry.line = number;
    appendBounded(entry.raw, raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw);
    entry.origin = m_line.origin;
    entry.process = m_line.process;
    entry.level = m_line.head.level;
    entry.module = m_line.head.module;
    entry.message = bytesOf(m_line.head.message->text);
    entry.fields = m_line.head.fields;
    setTime(entry, m_line);
    if (m_line.head.isCut)
        remark(LogRemark::Kind::Cut, number);
    // The export format has sizes that are no text.
    const auto text = m_line.isRecord ? m_line.text : raw;
    if (m_line.isRecord)
        appendBounded(entry.recordText, text);
    if (!isUtf8(text))
        remark(LogRemark::Kind::InvalidUtf8, number);
    if (text.find('\0') != text.npos)
        remark(LogRemark::Kind::NulBytes, number);
    return entry;
}

/// What a carrier held that was not read as a line: other carriers may be in it.
void GatewayLogParser::Implementation::parseWithin(std::string_view text)
{
    LogLine inner;
    m_lineParser.parse(text, inner);
    m_line.carriers += inner.carriers;
    if (!m_line.origin.isEmpty() && !inner.origin.isEmpty())
        m_line.origin += '/';
    m_line.origin += inner.origin;
    if (!inner.process.isEmpty())
        m_line.process = inner.process;
    if (inner.carrierTime)
        m_line.carrierTime = inner.carrierTime;
    m_line.isJson = inner.isJson;
    m_line.text = inner.text;
    m_line.head = std::move(inner.head);
}

/// The program's own time, with the zone that a carrier's complete one shows it to have.
std::optional<WrittenTime> GatewayLogParser::Implementation::ownTime(const LogLine &line,
                                                                     std::optional<qint64> previous)
{
    auto own = line.head.time;
    if (!own || !own->hasDate())
        return std::nullopt;
    if (own->isComplete() || own->year == 0 || !line.carrierTime || !line.carrierTime->isComplete())
        return own;
    const auto carrier = m_clock.momentOf(*line.carrierTime, previous);
    own->offsetSeconds = 0;
    const auto local = m_clock.momentOf(*own, previous);
    own->offsetSeconds.reset();
    if (!carrier || !local)
        return own;
    // Zones differ by quarters of an hour; what was written is carried within minutes.
    constexpr qint64 kQuarter = 900;
    constexpr qint64 kLate = 300;
    constexpr qint64 kWidest = 14 * 3600;
    const auto seconds =
        (local->time.unixNanoseconds - carrier->time.unixNanoseconds) / 1'000'000'000;
    const auto offset = (seconds + (seconds < 0 ? -1 : 1) * kQuarter / 2) / kQuarter * kQuarter;
    if (std::abs(offset) <= kWidest && std::abs(seconds - offset) <= kLate)
        own->offsetSeconds = static_cast<int>(offset);
    return own;
}

void GatewayLogParser::Implementation::setTime(LogEntry &entry, const LogLine &line)
{
    const auto last = m_last.constFind(entry.origin);
    const auto previous =
        last == m_last.constEnd() ? std::nullopt : std::optional<qint64>(last->moment);
    std::optional<LogClock::Moment> moment;
    if (const auto own = ownTime(line, previous))
        moment = m_clock.momentOf(*own, previous);
    if (!moment && line.carrierTime) {
        moment = m_clock.momentOf(*line.carrierTime, previous);
        if (moment && line.isCarrierExact)
            moment->time.resolution = Nanoseconds(1);
    }
    if (!moment && line.head.time)
        moment = m_clock.momentOf(*line.head.time, previous);
    if (!moment) {
        remark(LogRemark::Kind::NoTime, entry.line);
        return;
    }
    entry.time = moment->time;
    if (moment->isDateAssumed)
        remark(LogRemark::Kind::YearAssumed, entry.line);
    if (moment->isRepeated)
        remark(LogRemark::Kind::LocalTimeRepeated, entry.line);
    if (moment->isSkipped)
        remark(LogRemark::Kind::LocalTimeSkipped, entry.line);
    const auto now = moment->time.unixNanoseconds;
    if (last != m_last.constEnd() && now < last->moment)
        remark(LogRemark::Kind::OutOfOrder, entry.line);
    if (last != m_last.constEnd() || m_last.size() < kMostOrigins)
        m_last.insert(entry.origin, {now, moment->time.resolution.count()});
}

void GatewayLogParser::Implementation::hold(LogEntry &&entry, Body body)
{
    Held held;
    held.carriers = m_line.carriers;
    held.shape = m_line.head.shape;
    held.indent = m_line.textAt;
    const auto error = viewOf(entry.fields.last().second);
    if (body == Body::Allowed) {
        held.isBodyOpen = hasOpenBody(error);
        held.isAfterBody = !held.isBodyOpen && error.find(kBody) != error.npos;
    }
    held.entry = std::move(entry);
    m_held = std::move(held);
}

void GatewayLogParser::Implementation::append(std::string_view raw, std::string_view text)
{
    auto &held = *m_held;
    ++m_counts.understood;
    ++held.lines;
    if (held.isGiven)
        return;
    appendBounded(held.entry.raw, "\n");
    appendBounded(held.entry.raw, raw);
    auto &value = held.entry.fields.last().second;
    appendBounded(value, "\n");
    appendBounded(value, text);
}

/// A line's text as the held line's: without the same carriers, or without the blanks that
/// journalctl puts in their place.
std::string_view GatewayLogParser::Implementation::textWithin(std::string_view raw)
{
    m_otherParser.parseCarriers(raw, m_line);
    if (m_line.carriers == m_held->carriers)
        return m_line.text;
    const auto blanks = std::min(raw.find_first_not_of(' '), raw.size());
    return withoutBlanks(raw.substr(std::min(blanks, m_held->indent)));
}

void GatewayLogParser::Implementation::takeDoubtful()
{
    const auto lines = std::move(m_held->doubtful);
    m_held->doubtful.clear();
    m_held->doubtfulSize = 0;
    for (const auto &line : lines) {
        const auto text = textWithin(line.text);
        m_otherParser.parseText(text, m_line);
        if (m_line.head.kind != LogKind::Other)
            remark(LogRemark::Kind::ForgedLine, line.number);
        append(line.text, text);
    }
}

/// Counts the line of a gateway in the shape and the carriers of the one that is held.
void GatewayLogParser::Implementation::countInBody(std::string_view text)
{
    auto &held = *m_held;
    if (m_line.carriers != held.carriers)
        return;
    m_otherParser.parseText(text, m_line);
    if (m_line.head.kind != LogKind::Known || m_line.head.shape != held.shape)
        return;
    ++held.gatewaysInBody;
    const auto written = m_line.head.time ? m_line.head.time : m_line.carrierTime;
    if (!held.entry.time || !written)
        return;
    // Nothing may be learnt from a time that a server can have written.
    auto clock = m_clock;
    const auto first = held.entry.time->unixNanoseconds;
    const auto previous = std::max(held.latestInBody, first);
    const auto moment = clock.momentOf(*written, previous);
    if (!moment || moment->time.unixNanoseconds < previous ||
        moment->time.unixNanoseconds - first < kBodyWritten)
        return;
    ++held.laterInBody;
    held.latestInBody = moment->time.unixNanoseconds;
}

/// A body is quoted: until its last quote all is text, whatever it looks like. If that does not
/// come the body has no end that can be told, and lines count as what they look like.
bool GatewayLogParser::Implementation::continueBody(std::string_view raw, std::string_view text,
                                                    qint64 number)
{
    auto &held = *m_held;
    const bool isEnd = text.ends_with('\'');
    held.doubtful.push_back({number, std::string(raw)});
    held.doubtfulSize += static_cast<qsizetype>(raw.size());
    if (isEnd) {
        takeDoubtful();
        held.isBodyOpen = false;
        held.isAfterBody = true;
        return true;
    }
    countInBody(text);
    if (held.doubtful.size() > kMostBodyLines || held.doubtfulSize > kLongestText ||
        held.laterInBody > kMostLaterInBody || held.gatewaysInBody > kMostGatewaysInBody)
        release(Body::Refused);
    return true;
}

/// True: the line is dealt with. False: it is to be looked at anew, the held entry has gone.
bool GatewayLogParser::Implementation::continueHeld(std::string_view raw, qint64 number)
{
    auto &held = *m_held;
    m_otherParser.parseCarriers(raw, m_line);
    const bool isSame = m_line.carriers == held.carriers;
    const auto goOn = [&](Body body) {
        release(body);
        return false;
    };
    if (isSame && (m_line.origin != held.entry.origin || m_line.process != held.entry.process)) {
        // Another program wrote in between.
        if (!m_line.isJson)
            m_otherParser.parseText(m_line.text, m_line);
        if (m_line.head.kind != LogKind::Other || ++held.foreign > kMostForeign)
            return goOn(held.isBodyOpen ? Body::Refused : Body::Allowed);
        return true;
    }
    const bool lacksCarrier = !isSame && m_line.carriers.empty();
    const auto text = isSame ? withoutBlanks(m_line.text) : textWithin(raw);
    if (held.isBodyOpen)
        return continueBody(raw, text, number);
    if (!isSame && !lacksCarrier)
        return goOn(Body::Allowed);

    const bool isOwnJson = m_line.isJson;
    if (!isOwnJson)
        m_otherParser.parseText(text, m_line);
    const bool isGateway = m_line.head.kind != LogKind::Other;
    const bool isOfOther =
        isGateway && !held.entry.process.isEmpty() && isSame && m_line.head.shape != held.shape;
    if (isGateway && (lacksCarrier || isOfOther)) {
        // A process does not change its shape, and its carrier leaves no line out.
        if (held.lines >= kMostLooseLines)
            return goOn(Body::Allowed);
        remark(LogRemark::Kind::ForgedLine, number);
        append(raw, text);
        return true;
    }
    if (isGateway) {
        const bool isOfBody = held.isAfterBody && text.find(kBody) == text.npos;
        if (!isOfBody || held.doubtful.size() >= kMostDoubtful)
            return goOn(Body::Allowed);
        held.doubtful.push_back({number, std::string(raw)});
        if (endsStrayQuote(text))
            takeDoubtful();
        return true;
    }
    if (isOwnJson || !held.doubtful.empty() || beginsLikeLine(text) || text.empty() ||
        held.lines >= kMostLooseLines || held.entry.raw.size() >= kLongestText)
        return goOn(Body::Allowed);
    append(raw, text);
    return true;
}

/// Gives the held entry, and looks anew at the lines that turn out not to belong to it.
void GatewayLogParser::Implementation::release(Body body)
{
    const auto held = std::move(*m_held);
    m_held.reset();
    if (!held.isGiven)
        give(LogEntry(held.entry));
    // Refused: no body that began in these lines has ended in them.
    for (const auto &line : held.doubtful)
        handle(line.text, line.number, body);
}

void GatewayLogParser::Implementation::takeRecord(JournalExport &record)
{
    m_line = {};
    record.record().applyTo(m_line);
    m_line.carriers.assign(1, 'E');
    m_line.isRecord = true;
    parseWithin(withoutBlanks(record.record().message));
    const auto before = m_counts.understood + m_counts.notUnderstood;
    const bool isKnown = m_line.head.kind == LogKind::Known;
    handleParsed(record.raw(), record.firstLine(), Body::Allowed);
    if (m_counts.understood + m_counts.notUnderstood > before)
        (isKnown ? m_counts.understood : m_counts.notUnderstood) += record.lines() - 1;
}

void GatewayLogParser::Implementation::give(LogEntry &&entry)
{
    if (isRepeated(entry)) {
        remark(LogRemark::Kind::Repeated, entry.line);
        return;
    }
    if (!m_counts.origins.contains(entry.origin) && m_counts.origins.size() < kMostOrigins)
        m_counts.origins.append(entry.origin);
    ++m_counts.entries;
    m_out->append(std::move(entry));
}

/// Nothing happens twice within a millisecond; of coarser times nothing can be said.
bool GatewayLogParser::Implementation::isRepeated(const LogEntry &entry)
{
    if (!entry.time || entry.time->resolution > std::chrono::milliseconds(1))
        return false;
    const auto key = qHash(entry.raw, 0x5bd1e995);
    if (m_known.contains(key))
        return true;
    m_known.insert(key);
    m_remembered.push_back(key);
    if (m_remembered.size() > kMostRemembered) {
        m_known.remove(m_remembered.front());
        m_remembered.pop_front();
    }
    return false;
}

void GatewayLogParser::Implementation::notUnderstood(std::string_view raw, qint64 number)
{
    ++m_counts.notUnderstood;
    if (m_counts.firstNotUnderstood.size() < LogRemark::kFirst)
        m_counts.firstNotUnderstood.append(
            {number, bytesOf(raw.substr(0, static_cast<std::size_t>(kMostShown)))});
}

void GatewayLogParser::Implementation::remark(LogRemark::Kind kind, qint64 line)
{
    for (auto &remark : m_counts.remarks) {
        if (remark.kind != kind)
            continue;
        ++remark.count;
        if (remark.firstLines.size() < LogRemark::kFirst)
            remark.firstLines.append(line);
        return;
    }
    m_counts.remarks.append({kind, 1, {line}});
}

GatewayLogParser::GatewayLogParser(const LogOptions &options)
    : m_implementation(std::make_unique<Implementation>(options))
{}

GatewayLogParser::~GatewayLogParser() = default;
GatewayLogParser::GatewayLogParser(GatewayLogParser &&) noexcept = default;
GatewayLogParser &GatewayLogParser::operator=(GatewayLogParser &&) noexcept = default;

void GatewayLogParser::setChanged(qint64 unixNanoseconds)
{
    m_implementation->setChanged(unixNanoseconds);
}

void GatewayLogParser::feed(QByteArrayView bytes, QList<LogEntry> &entries)
{
    m_implementation->feed(bytes, entries);
}

void GatewayLogParser::flush(QList<LogEntry> &entries)
{
    m_implementation->flush(entries);
}

bool GatewayLogParser::holdsBack() const
{
    return m_implementation->holdsBack();
}

void GatewayLogParser::finish(QList<LogEntry> &entries)
{
    m_implementation->finish(entries);
}

void GatewayLogParser::remark(LogRemark::Kind kind)
{
    m_implementation->remark(kind);
}

const LogCounts &GatewayLogParser::counts() const
{
    return m_implementation->counts();
}

} // namespace watchline
