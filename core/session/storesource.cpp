// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/storesource.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Small, so that the user is told often, and can cancel soon.
constexpr qsizetype kPieceSize = 256 * 1024;

} // namespace

StoreSource::StoreSource(const SessionStore &store)
    : LineSource(kPieceSize)
    , m_store(store)
    , m_rows(store.size())
    , m_begin(m_rows == 0 ? 0 : store.linePosition(0))
    , m_end(m_rows == 0 ? 0 : endOfLine(store.linePosition(m_rows - 1)))
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

qint64 StoreSource::read(char *place, qint64 size)
{
    if (m_next >= m_end)
        return kEnd;
    // A file may lack its last line end, and have been added to in memory since.
    if (m_last != '\n' && m_next == m_store.fileEnd()) {
        *place = m_last = '\n';
        return 1;
    }
    auto bytes = m_store.bytes(m_next, std::min(size, m_end - m_next));
    bytes.truncate(std::min(size, m_end - m_next)); // memory gives whole lines
    if (bytes.isEmpty()) {
        setProblem(u"a part of it cannot be read any more"_s);
        return kEnd;
    }
    std::memcpy(place, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    m_last = bytes.back();
    m_next += bytes.size();
    return bytes.size();
}

} // namespace watchline
