// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/stringpool.h"

namespace watchline {

StringPool::StringPool() = default;

StringPool::~StringPool()
{
    for (auto &block : m_blocks)
        delete block.load(std::memory_order_relaxed);
}

StringId StringPool::intern(const QString &text)
{
    if (text.isEmpty())
        return 0;
    if (const auto known = m_ids.constFind(text); known != m_ids.constEnd())
        return known.value();
    const StringId index = m_size.load(std::memory_order_relaxed);
    if (index >= kCapacity)
        return 0;
    auto &slot = m_blocks.at(index / kBlock);
    auto *block = slot.load(std::memory_order_relaxed);
    if (!block) {
        block = new Block;
        slot.store(block, std::memory_order_release);
    }
    block->at(index % kBlock) = text;
    m_size.store(index + 1, std::memory_order_release);
    m_ids.insert(text, index + 1);
    return index + 1;
}

QString StringPool::at(StringId id) const
{
    if (id == 0 || id > size())
        return {};
    const auto *block = m_blocks.at((id - 1) / kBlock).load(std::memory_order_acquire);
    return block->at((id - 1) % kBlock);
}

} // namespace watchline
