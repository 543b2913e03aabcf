// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <vector>

namespace watchline {

/// A list that grows without ever being copied as a whole: a vector of ten million takes a tenth of
/// a second when it moves. An empty one, of which there are many, takes next to no memory.
template<typename T>
class Pieces
{
public:
    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    const T &operator[](std::size_t i) const { return m_pieces[i / kPiece][i % kPiece]; }
    T &operator[](std::size_t i) { return m_pieces[i / kPiece][i % kPiece]; }

    void push_back(const T &item)
    {
        if (m_size % kPiece == 0)
            m_pieces.emplace_back();
        m_pieces.back().push_back(item);
        ++m_size;
    }
    /// Copies of all from `first` on.
    std::vector<T> tail(std::size_t first) const
    {
        std::vector<T> items;
        items.reserve(m_size - first);
        for (std::size_t i = first; i < m_size; ++i)
            items.push_back((*this)[i]);
        return items;
    }
    /// Puts others in their place, as many.
    void replaceTail(std::size_t first, const std::vector<T> &items)
    {
        for (std::size_t i = 0; i < items.size(); ++i)
            (*this)[first + i] = items[i];
    }

private:
    static constexpr std::size_t kPiece = 4'096;

    std::vector<std::vector<T>> m_pieces;
    std::size_t m_size = 0;
};

} // namespace watchline
