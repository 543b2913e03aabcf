// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/storesource.h"

#include <algorithm>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Small, so that the user is told often, and can cancel soon.
constexpr qsizetype kPieceSize = 256 * 1024;

} // namespace

StoreSource::StoreSource(const SessionStore &store, Extent extent)
    : LineSource(kPieceSize)
    , m_store(store)
    , m_hiddenLines(store.hiddenLines())
    , m_rows(store.size())
    , m_begin(extent == Extent::Everything || m_rows == 0 ? 0 : store.linePosition(0))
    , m_end(extent == Extent::Everything ? store.linesEnd()
            : m_rows == 0                ? 0
                                         : endOfLine(store.linePosition(m_rows - 1)))
    , m_next(m_begin)
{}

qint64 StoreSource::endOfLine(qint64 position) const
{
    for (qsizetype size = 4096;; size *= 4) {
        const auto bytes = m_store.bytes(position, size);
        if (const auto end = bytes.indexOf('\n'); end >= 0)
            return position + end + 1;
        if (bytes.size() < size)
            return position + bytes.size();
    }
}

/// What is in no file may have been forgotten. False: it should be in the file.
bool StoreSource::skipGap()
{
    if (m_next < m_store.fileEnd())
        return false;
    const auto held = m_store.heldFrom(m_next).value_or(LineTail::Held{m_end, m_store.lostLines()});
    // All that is forgotten lay in front of what is held, and so did what was taken from memory.
    if (held.position > m_next)
        m_missing = std::max(m_missing, held.lost - m_linesInMemory);
    m_next = std::min(held.position, m_end);
    return true;
}

QByteArray StoreSource::handOut(qint64 size)
{
    auto bytes = std::exchange(m_rest, {});
    if (bytes.size() > size) {
        m_rest = bytes.sliced(size);
        bytes.truncate(size);
    }
    m_last = bytes.back();
    return bytes;
}

QByteArray StoreSource::take(qint64 size)
{
    if (!m_rest.isEmpty())
        return handOut(size);
    while (m_next < m_end) {
        // A file may lack its last line end, and have been added to in memory since.
        if (m_last != '\n' && m_next == m_store.fileEnd()) {
            m_last = '\n';
            return {1, m_last};
        }
        const auto wanted = std::min(size, m_end - m_next);
        const bool isInFile = m_next < m_store.fileEnd();
        auto bytes = m_store.bytes(m_next, wanted);
        bytes.truncate(m_end - m_next);
        if (!bytes.isEmpty()) {
            m_next += bytes.size();
            if (!isInFile)
                m_linesInMemory += bytes.count('\n');
            m_rest = std::move(bytes); // of memory whole lines, and so perhaps more than wanted
            return handOut(size);
        }
        if (!skipGap()) {
            setProblem(u"a part of it cannot be read any more"_s);
            break;
        }
    }
    return {};
}

qint64 StoreSource::read(char *place, qint64 size)
{
    const auto bytes = take(size);
    if (bytes.isEmpty())
        return kEnd;
    std::memcpy(place, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    return bytes.size();
}

} // namespace watchline
