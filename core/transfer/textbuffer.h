// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

namespace watchline {

/// Text in the making. Whoever adds to it has made room for it before, once for many pieces.
class TextBuffer
{
public:
    void clear()
    {
        // A long line needed more, once.
        if (m_capacity > kKept) {
            m_bytes.reset();
            m_capacity = 0;
        }
        m_size = 0;
    }

    qsizetype size() const { return m_size; }
    QByteArrayView view() const { return {m_bytes.get(), m_size}; }

    /// For that many more bytes.
    void makeRoom(qsizetype bytes)
    {
        if (m_capacity - m_size >= bytes)
            return;
        m_capacity = std::max(m_size + bytes, m_capacity * 2);
        std::unique_ptr<char[]> larger(new char[static_cast<std::size_t>(m_capacity)]);
        if (m_size > 0)
            std::memcpy(larger.get(), m_bytes.get(), static_cast<std::size_t>(m_size));
        m_bytes = std::move(larger);
    }

    void add(char c) { m_bytes[static_cast<std::size_t>(m_size++)] = c; }

    void add(std::string_view text)
    {
        std::memcpy(end(), text.data(), text.size());
        m_size += static_cast<qsizetype>(text.size());
    }

    /// At most kLongestNumber bytes, unless `format` makes them more.
    template<typename Number, typename... Format>
    void addNumber(Number number, Format... format)
    {
        m_size =
            std::to_chars(end(), m_bytes.get() + m_capacity, number, format...).ptr - m_bytes.get();
    }

    /// A number from 0 on, with zeros before it.
    void addDigits(qint64 number, int width)
    {
        char *place = end();
        for (int i = width - 1; i >= 0; --i, number /= 10)
            place[i] = static_cast<char>('0' + number % 10);
        m_size += width;
    }

    static constexpr qsizetype kLongestNumber = 32;

private:
    static constexpr qsizetype kKept = 8 * 1024 * 1024;

    char *end() { return m_bytes.get() + m_size; }

    std::unique_ptr<char[]> m_bytes;
    qsizetype m_size = 0;
    qsizetype m_capacity = 0;
};

} // namespace watchline
