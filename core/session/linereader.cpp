// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/linereader.h"

#include "core/session/eventparser.h"
#include "core/session/sessionstore.h"

#include <algorithm>

namespace watchline {

namespace {

constexpr qsizetype kOneLine = 1024;
constexpr qsizetype kAhead = 256 * 1024;

} // namespace

LineReader::LineReader(const SessionStore &store)
    : m_store(store)
{}

QByteArrayView LineReader::line(qsizetype row)
{
    const qint64 position = m_store.linePosition(row);
    const qint64 end = m_begin + m_size;
    qsizetype begin = 0;
    qsizetype lineEnd = -1;
    if (position >= m_begin && position < end) {
        begin = position - m_begin;
        lineEnd = m_bytes.indexOf('\n', begin);
    }
    if (lineEnd < 0) {
        // What follows closely is most likely a walk through all.
        const bool follows = m_size > 0 && position >= m_begin && position - end < kAhead;
        qsizetype size = follows ? kAhead : kOneLine;
        begin = 0;
        do {
            fill(position, size);
            lineEnd = m_bytes.indexOf('\n');
            size *= 4;
        } while (lineEnd < 0 && m_size == size / 4);
        // The last line of a file may lack its line end.
        if (lineEnd < 0)
            lineEnd = m_size;
    }
    auto line = QByteArrayView(m_bytes).sliced(begin, lineEnd - begin);
    return line.endsWith('\r') ? line.chopped(1) : line;
}

void LineReader::fill(qint64 position, qsizetype size)
{
    m_bytes = m_store.bytes(position, size);
    m_begin = position;
    m_size = m_bytes.size();
    m_bytes.append(EventParser::kPadding, ' ');
}

} // namespace watchline
