// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/linetail.h"

#include <algorithm>

namespace watchline {

void LineTail::add(qint64 position, QByteArrayView lines)
{
    const std::scoped_lock lock(m_mutex);
    const bool fits = !m_blocks.empty() && m_blocks.back().end() == position &&
                      m_blocks.back().bytes.size() + lines.size() <= kBlockSize;
    if (!fits) {
        m_blocks.push_back({position, {}});
        m_blocks.back().bytes.reserve(std::max(kBlockSize, lines.size() + 1));
    }
    auto &block = m_blocks.back();
    const auto before = block.bytes.size();
    block.bytes.append(lines);
    if (!lines.isEmpty() && !lines.endsWith('\n'))
        block.bytes.append('\n');
    m_end = block.end();
    m_size += block.bytes.size() - before;
    while (m_size > m_capacity && m_blocks.size() > 1) {
        const auto &oldest = m_blocks.front();
        const auto below = std::clamp<qint64>(m_below - oldest.begin, 0, oldest.bytes.size());
        m_lost += QByteArrayView(oldest.bytes).sliced(below).count('\n');
        m_size -= oldest.bytes.size();
        m_blocks.pop_front();
    }
}

qint64 LineTail::end() const
{
    const std::scoped_lock lock(m_mutex);
    return m_end;
}

std::optional<QByteArray> LineTail::from(qint64 position, qsizetype limit) const
{
    const std::scoped_lock lock(m_mutex);
    const auto after =
        std::upper_bound(m_blocks.begin(), m_blocks.end(), position,
                         [](qint64 value, const Block &block) { return value < block.begin; });
    if (after == m_blocks.begin() || position >= std::prev(after)->end())
        return std::nullopt;
    const auto &block = *std::prev(after);
    const qsizetype begin = position - block.begin;
    if (block.bytes.size() - begin <= limit)
        return block.bytes.sliced(begin);
    const auto lineEnd = block.bytes.indexOf('\n', begin + limit);
    return block.bytes.sliced(begin, lineEnd + 1 - begin);
}

std::optional<LineTail::Held> LineTail::firstAtOrAfter(qint64 position) const
{
    const std::scoped_lock lock(m_mutex);
    for (const auto &block : m_blocks) {
        if (position < block.end())
            return Held{std::max(position, block.begin), m_lost};
    }
    return std::nullopt;
}

void LineTail::dropBelow(qint64 position)
{
    const std::scoped_lock lock(m_mutex);
    m_below = std::max(m_below, position);
    while (!m_blocks.empty() && m_blocks.front().end() <= position) {
        m_size -= m_blocks.front().bytes.size();
        m_blocks.pop_front();
    }
}

void LineTail::setCapacity(qsizetype bytes)
{
    const std::scoped_lock lock(m_mutex);
    m_capacity = bytes;
}

qint64 LineTail::lost() const
{
    const std::scoped_lock lock(m_mutex);
    return m_lost;
}

} // namespace watchline
