// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionscan.h"

#include "core/base/fileproblem.h"
#include "core/base/orderedworkers.h"
#include "core/session/eventparser.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kMostThreads = 8;
/// Lines longer than this take many times their size to be read: one at a time.
constexpr qsizetype kLargePiece = 4 * 1024 * 1024;

QByteArrayView withoutCarriageReturn(QByteArrayView line)
{
    return line.endsWith('\r') ? line.chopped(1) : line;
}

bool isBlank(QByteArrayView line)
{
    return line.isEmpty() || (line.front() != '{' && line.trimmed().isEmpty());
}

QString counted(qint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? u""_s : u"s"_s);
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

/// On one core threads would only take turns, and so they would in a session that comes in drops.
int threadsFor(const LineSource &source)
{
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    return cores < 2 || source.mayWait() ? 0 : std::min(cores, kMostThreads);
}

} // namespace

/// Some lines with all that a thread needs to read them, and what it found. Used again and again.
struct SessionScan::Piece
{
    LinePiece lines;
    std::unique_ptr<LineProduct> product;
    EventParser parser;
    EventView event;

    qsizetype lineCount = 0;
    qsizetype events = 0;
    qsizetype lostLines = 0;
    qsizetype firstLost = 0; // by its number in the piece, from 1
    QString firstReason;
    qint64 lostBytes = 0;

    bool isLarge() const { return lines.buffer.size() > kLargePiece + EventParser::kPadding; }
    void read();
    void readLine(QByteArrayView line, qint64 position, bool isWhole);
    void lose(const QString &reason);
};

void SessionScan::Piece::read()
{
    product->clear();
    lineCount = events = lostLines = firstLost = 0;
    lostBytes = 0;
    if (lines.isTooLong) {
        ++lineCount;
        lose(u"it is longer than 128 MiB"_s);
    }
    const auto bytes = lines.bytes();
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        const char *line = bytes.data() + begin;
        const qsizetype rest = bytes.size() - begin;
        const void *end = std::memchr(line, '\n', static_cast<std::size_t>(rest));
        const qsizetype size = end ? static_cast<const char *>(end) - line : rest;
        readLine({line, size}, lines.position + begin, end != nullptr);
        begin += size + 1;
    }
}

void SessionScan::Piece::readLine(QByteArrayView line, qint64 position, bool isWhole)
{
    ++lineCount;
    const auto text = withoutCarriageReturn(line);
    if (isBlank(text))
        return;
    if (parser.parsePadded(text, event)) {
        product->add(event, text, position);
        ++events;
    } else if (isWhole) {
        lose(lostLines == 0 ? parser.error() : QString());
    } else {
        lostBytes = line.size();
    }
}

void SessionScan::Piece::lose(const QString &reason)
{
    if (lostLines++ > 0)
        return;
    firstLost = lineCount;
    firstReason = reason;
}

SessionScan::SessionScan(LineSource &source, QString name, ReadProgress progress)
    : m_source(source)
    , m_name(std::move(name))
    , m_progress(std::move(progress))
{}

bool SessionScan::readHeader()
{
    bool isWhole = false;
    while (m_source.firstLine(m_headerLine, isWhole) == LineSource::Got::NotYet) {
        if (!tell(0))
            return false;
    }
    if (m_headerLine.isEmpty() && !m_source.problem().isEmpty()) {
        fail(u"cannot read the session"_s, m_source.problem() + u"; check where it comes from"_s);
        return false;
    }
    m_lines = 1;
    if (m_headerLine.startsWith("\xEF\xBB\xBF"))
        m_headerLine.remove(0, 3);
    if (m_headerLine.endsWith('\r'))
        m_headerLine.chop(1);
    EventParser parser;
    if (parser.parseHeader(m_headerLine, m_header))
        return true;
    if (isWhole && parser.error().contains(u"later release"_s))
        fail(u"cannot read the session"_s, parser.error() + u"; update Watchline"_s);
    else
        fail(u"not a session"_s, whatItIs(m_headerLine));
    return false;
}

void SessionScan::run(const Make &make, const Take &take)
{
    if (!tell(0))
        return;
    const int threads = threadsFor(m_source);
    std::vector<std::unique_ptr<Piece>> pieces;
    std::vector<Piece *> idle;
    // Enough for all threads to be at work while the caller reads one and takes one.
    for (int i = 0; i < threads + 2; ++i) {
        pieces.push_back(std::make_unique<Piece>());
        pieces.back()->product = make();
        idle.push_back(pieces.back().get());
    }
    OrderedWorkers<Piece> workers(threads, [](Piece &piece) { piece.read(); });
    const auto takeOldest = [&] {
        Piece &piece = workers.take();
        idle.push_back(&piece);
        account(piece);
        const bool goOn =
            take(*piece.product, piece.lines) && tell(piece.lines.position + piece.lines.size);
        if (piece.isLarge()) {
            piece = Piece(); // gives the memory back
            piece.product = make();
        }
        return goOn;
    };
    const auto takeAll = [&] {
        while (!workers.isEmpty()) {
            if (!takeOldest())
                return false;
        }
        return true;
    };
    bool isOver = false;
    while (!isOver || !workers.isEmpty()) {
        auto got = LineSource::Got::NotYet;
        if (!isOver && !idle.empty())
            got = m_source.next(idle.back()->lines);
        if (got == LineSource::Got::End) {
            isOver = true;
        } else if (got == LineSource::Got::Lines) {
            Piece &piece = *idle.back();
            idle.pop_back();
            if (piece.isLarge() && !takeAll())
                return;
            workers.put(piece);
            if (piece.isLarge() && !takeAll())
                return;
            if (!m_source.mayWait())
                continue;
        } else if (workers.isEmpty() && !tell(m_source.position())) {
            return;
        }
        if (!workers.isEmpty() && !takeOldest())
            return;
    }
    conclude();
}

void SessionScan::fail(const QString &what, const QString &reason)
{
    m_result.status = ReadResult::Status::Failed;
    m_result.message = fileProblem(what, m_name, reason);
}

/// False: cancelled.
bool SessionScan::tell(qint64 done)
{
    if (!m_progress || m_progress(done, m_source.total()))
        return true;
    m_result.status = ReadResult::Status::Cancelled;
    m_result.message = fileProblem(u"reading was cancelled"_s, m_name,
                                   u"the events so far are kept; open it again for the rest"_s);
    return false;
}

void SessionScan::account(const Piece &piece)
{
    if (m_result.lostLines == 0 && piece.lostLines > 0) {
        m_firstLost = m_lines + piece.firstLost;
        m_firstReason = piece.firstReason;
    }
    m_lines += piece.lineCount;
    m_result.events += piece.events;
    m_result.lostLines += piece.lostLines;
    m_result.lostBytes += piece.lostBytes;
}

void SessionScan::conclude()
{
    using Status = ReadResult::Status;
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
    if (const auto problem = m_source.problem(); !problem.isEmpty()) {
        m_result.status = m_result.lostLines > 0 ? Status::Damaged : Status::Truncated;
        m_result.message = fileProblem(u"the session could not be read to its end"_s, m_name,
                                       problem + u"; "_s + kept);
    }
}

} // namespace watchline
