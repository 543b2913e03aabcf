// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGlobal>

#include <string>
#include <string_view>
#include <vector>

namespace watchline {

bool isWordByte(char c);
char lowered(char c);

/// A byte of a text as it is meant: `%41` is one byte, spelled with three.
struct SpelledByte
{
    char byte;
    std::size_t size;
};
SpelledByte spelledByteAt(std::string_view text, std::size_t at);
std::string percentDecoded(std::string_view text);

/// Where the words of a text begin, and whatever stands between them: each byte that is part of no
/// word is a piece of its own. A byte may be spelled in per cent.
class TextPieces
{
public:
    explicit TextPieces(std::string_view text);

    std::string_view text() const { return m_text; }
    std::size_t size() const { return m_begins.size() - 1; }
    /// In the text; of size() the text's end.
    std::size_t begin(std::size_t piece) const { return m_begins[piece]; }
    std::string_view from(std::size_t piece) const { return m_text.substr(m_begins[piece]); }

private:
    std::string_view m_text;
    std::vector<std::size_t> m_begins;
};

/// Which bytes are the same when texts are compared.
enum class Spelling {
    Exact,
    Loose, ///< Whatever their case, and a plus is a space.
};

/// Hashes of runs of pieces, each had at once. What collides depends on a number that is drawn anew
/// for each process, so that nobody can prepare texts that do.
class PieceHashes
{
public:
    static constexpr std::size_t kMostPieces = 1'024; ///< In a run.

    PieceHashes(const TextPieces &pieces, Spelling spelling);

    quint64 of(std::size_t first, std::size_t count) const;

private:
    std::vector<quint64> m_upTo; // of all before a piece
};

bool isSameText(std::string_view a, std::string_view b, Spelling spelling);

} // namespace watchline
