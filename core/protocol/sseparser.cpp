// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/sseparser.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <string_view>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr QByteArrayView kByteOrderMark("\xEF\xBB\xBF");
constexpr QByteArrayView kDefaultType("message");

bool isUtf8(QByteArrayView bytes)
{
    return bytes.isEmpty() ||
           simdjson::validate_utf8(bytes.data(), static_cast<std::size_t>(bytes.size()));
}

/// The first `c` in a range, or its end.
const char *find(const char *begin, const char *end, char c)
{
    if (begin == end)
        return end;
    const void *found = std::memchr(begin, c, static_cast<std::size_t>(end - begin));
    return found ? static_cast<const char *>(found) : end;
}

/// The last `c` in a range, or its begin.
const char *findLast(const char *begin, const char *end, char c)
{
#ifdef __GLIBC__
    const void *found = memrchr(begin, c, static_cast<std::size_t>(end - begin));
    return found ? static_cast<const char *>(found) : begin;
#else
    const auto found = QByteArrayView(begin, end).lastIndexOf(c);
    return found < 0 ? begin : begin + found;
#endif
}

QByteArrayView view(const char *begin, const char *end)
{
    return {begin, end - begin};
}

/// Without the one space that may follow the colon.
QByteArrayView withoutSpace(QByteArrayView value)
{
    return !value.isEmpty() && value.front() == ' ' ? value.sliced(1) : value;
}

std::string_view text(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

bool SseParser::feedTo(QByteArrayView bytes, const FrameSink &sink)
{
    if (m_stopped)
        return false;
    if (bytes.isEmpty())
        return true;
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    // The line feed of a CRLF that was cut in two.
    if (m_skipLineFeed && *at == '\n')
        ++at;
    m_skipLineFeed = false;

    // Each byte is looked at once for either line end, however they alternate.
    const char *lineFeed = find(at, end, '\n');
    // Lines that are UTF-8 taken together spare a look at each. The first and the last may be cut
    // within a character: what stands there is looked at when its line is whole. Before the other
    // line ends are sought, since this takes longest: meanwhile the bytes come from memory.
    const char *const knownFrom = m_line.isEmpty() ? at : lineFeed;
    const char *knownTo = findLast(knownFrom, end, '\n');
    if (knownTo == knownFrom)
        knownTo = findLast(knownFrom, end, '\r');
    const bool isKnown = isUtf8(view(knownFrom, knownTo));
    const char *carriageReturn = find(at, end, '\r');
    while (at != end) {
        const char *const lineEnd = std::min(lineFeed, carriageReturn);
        if (lineEnd == end) {
            keepPartialLine(view(at, end));
            break;
        }
        const QByteArrayView line = view(at, lineEnd);
        at = lineEnd + 1;
        if (lineEnd == carriageReturn) {
            if (at == end)
                m_skipLineFeed = true;
            else if (*at == '\n')
                ++at;
            carriageReturn = find(at, end, '\r');
        }
        // After every event there is an empty line, which needs no search.
        if (lineFeed < at)
            lineFeed = at != end && *at == '\n' ? at : find(at, end, '\n');

        if (m_line.isEmpty())
            takeLine(line, isKnown && line.data() >= knownFrom && lineEnd <= knownTo, sink);
        else
            takeKeptLine(line, sink);
        if (m_stopped)
            return false;
    }
    keepEvent();
    return !m_stopped;
}

bool SseParser::finishTo(const FrameSink &sink)
{
    if (m_stopped)
        return false;
    if (m_hasData)
        dispatch(sink, true);
    m_stopped = true;
    return m_error.isEmpty();
}

void SseParser::keepPartialLine(QByteArrayView bytes)
{
    if (bytes.size() > m_limits.line - m_line.size()) {
        fail(u"a line of the event stream is longer than %1 bytes"_s.arg(m_limits.line));
        return;
    }
    m_line += bytes;
}

void SseParser::takeKeptLine(QByteArrayView rest, const FrameSink &sink)
{
    keepPartialLine(rest);
    if (m_stopped)
        return;
    const bool hadData = m_hasData;
    takeLine(m_line, false, sink);
    if (m_hasData && !hadData) {
        // The data is in m_line: pass its bytes on instead of copying them.
        m_dataStart = m_data.data() - m_line.constData();
        m_line.swap(m_dataBuffer);
        m_dataIsOurs = true;
    }
    keepType();
    m_line.resize(0);
}

void SseParser::takeLine(QByteArrayView line, bool isKnownUtf8, const FrameSink &sink)
{
    if (line.size() > m_limits.line) {
        fail(u"a line of the event stream is longer than %1 bytes"_s.arg(m_limits.line));
        return;
    }
    if (m_atStart) {
        m_atStart = false;
        if (line.startsWith(kByteOrderMark))
            line = line.sliced(kByteOrderMark.size());
    }
    if (line.isEmpty()) {
        dispatch(sink, false);
        return;
    }
    if (!isKnownUtf8 && !isUtf8(line)) {
        sink({SseFrame::Kind::BadLine, {}, line, false});
        return;
    }
    if (line.front() == ':')
        sink({SseFrame::Kind::Comment, {}, withoutSpace(line.sliced(1)), false});
    else
        takeField(line, sink);
}

void SseParser::takeField(QByteArrayView line, const FrameSink &sink)
{
    // What nearly every line is needs no search for its colon.
    constexpr std::string_view kData("data:");
    constexpr std::string_view kEvent("event:");
    const auto valueAfter = [&](std::string_view field) {
        return withoutSpace(line.sliced(static_cast<qsizetype>(field.size())));
    };
    if (text(line).starts_with(kData)) {
        addData(valueAfter(kData));
        return;
    }
    if (text(line).starts_with(kEvent)) {
        setType(valueAfter(kEvent));
        return;
    }
    const char *const end = line.data() + line.size();
    const char *const colon = find(line.data(), end, ':');
    const auto field = text(view(line.data(), colon));
    const QByteArrayView value = withoutSpace(view(colon == end ? end : colon + 1, end));
    if (field == "data")
        addData(value);
    else if (field == "event")
        setType(value);
    else if (field == "id")
        sink({SseFrame::Kind::Id, {}, value, false});
    else if (field == "retry")
        sink({SseFrame::Kind::Retry, {}, value, false});
}

void SseParser::setType(QByteArrayView value)
{
    m_type = value;
    m_typeIsOurs = false;
}

void SseParser::addData(QByteArrayView value)
{
    const qsizetype before = m_hasData ? m_data.size() + 1 : 0;
    if (value.size() > m_limits.event - before) {
        fail(u"an event of the stream has more than %1 bytes of data"_s.arg(m_limits.event));
        return;
    }
    if (!m_hasData) {
        m_hasData = true;
        m_dataIsOurs = false;
        m_data = value;
        return;
    }
    keepData();
    m_dataBuffer += '\n';
    m_dataBuffer += value;
    m_data = QByteArrayView(m_dataBuffer).sliced(m_dataStart);
}

void SseParser::dispatch(const FrameSink &sink, bool unterminated)
{
    const QByteArrayView type = m_type.isEmpty() ? kDefaultType : m_type;
    const QByteArrayView data = m_data;
    const bool hasData = m_hasData;
    m_hasData = false;
    m_type = {};
    m_data = {};
    if (hasData)
        sink({SseFrame::Kind::Event, type, data, unterminated});
}

/// What the event has so far outlives the bytes it came in.
void SseParser::keepEvent()
{
    keepType();
    if (m_hasData)
        keepData();
}

void SseParser::keepData()
{
    if (m_dataIsOurs)
        return;
    m_dataBuffer.resize(0);
    m_dataBuffer += m_data;
    m_dataStart = 0;
    m_data = m_dataBuffer;
    m_dataIsOurs = true;
}

void SseParser::keepType()
{
    if (m_type.isEmpty() || m_typeIsOurs)
        return;
    m_typeBuffer.resize(0);
    m_typeBuffer += m_type;
    m_type = m_typeBuffer;
    m_typeIsOurs = true;
}

void SseParser::fail(const QString &error)
{
    m_error = error;
    m_stopped = true;
}

} // namespace watchline
