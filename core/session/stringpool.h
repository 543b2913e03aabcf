// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QHash>
#include <QString>

#include <array>
#include <atomic>
#include <memory>

namespace watchline {

/// An interned string; 0 is "none".
using StringId = quint32;

/// Each distinct string once. One thread interns; any thread reads ids that it was given, without
/// locks. Bounded: past kCapacity strings intern() gives 0 and the caller has to look elsewhere.
class StringPool
{
public:
    static constexpr StringId kBlock = 1'024;
    static constexpr StringId kCapacity = kBlock * 1'024;

    StringPool();
    ~StringPool();
    StringPool(const StringPool &) = delete;
    StringPool &operator=(const StringPool &) = delete;

    StringId intern(const QString &text);
    /// Of a string that was interned, else 0. The interning thread alone.
    StringId idOf(const QString &text) const { return m_ids.value(text, 0); }
    QString at(StringId id) const;
    /// How many strings there are.
    StringId size() const { return m_size.load(std::memory_order_acquire); }

private:
    using Block = std::array<QString, kBlock>;

    std::array<std::atomic<Block *>, kCapacity / kBlock> m_blocks{};
    std::atomic<StringId> m_size{0};
    QHash<QString, StringId> m_ids; // the interning thread's alone
};

} // namespace watchline
