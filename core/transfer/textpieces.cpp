// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/textpieces.h"

#include <QRandomGenerator>

#include <array>

namespace watchline {

namespace {

constexpr std::size_t kCodeSize = 3; // of `%41`

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = lowered(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

char compared(char c, Spelling spelling)
{
    if (spelling == Spelling::Exact)
        return c;
    return c == '+' ? ' ' : lowered(c);
}

// Arithmetic modulo a prime of 61 bits, which takes no division.

constexpr quint64 kPrime = (quint64{1} << 61) - 1;

quint64 sum(quint64 a, quint64 b)
{
    const quint64 all = a + b;
    return all >= kPrime ? all - kPrime : all;
}

quint64 product(quint64 a, quint64 b)
{
    __extension__ using Wide = unsigned __int128;
    const auto all = static_cast<Wide>(a) * b;
    return sum(static_cast<quint64>(all & kPrime), static_cast<quint64>(all >> 61));
}

/// What a byte, and a piece, is worth beside the next one.
struct Bases
{
    quint64 ofByte;
    std::array<quint64, PieceHashes::kMostPieces + 1> ofPieces; // powers

    Bases()
    {
        auto *random = QRandomGenerator::system();
        const auto draw = [random] { return 256 + random->generate64() % (kPrime - 512); };
        ofByte = draw();
        const quint64 ofPiece = draw();
        ofPieces[0] = 1;
        for (std::size_t i = 1; i < ofPieces.size(); ++i)
            ofPieces[i] = product(ofPieces[i - 1], ofPiece);
    }
};

const Bases &bases()
{
    static const Bases drawn;
    return drawn;
}

} // namespace

bool isWordByte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

SpelledByte spelledByteAt(std::string_view text, std::size_t at)
{
    if (text[at] != '%' || text.size() - at < kCodeSize)
        return {text[at], 1};
    const int high = hexDigit(text[at + 1]);
    const int low = hexDigit(text[at + 2]);
    if (high < 0 || low < 0)
        return {text[at], 1};
    return {static_cast<char>(high * 16 + low), kCodeSize};
}

std::string percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto spelled = spelledByteAt(text, at);
        out += spelled.byte;
        at += spelled.size;
    }
    return out;
}

TextPieces::TextPieces(std::string_view text)
    : m_text(text)
{
    m_begins.reserve(text.size() / 4 + 2);
    bool isInWord = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto spelled = spelledByteAt(text, at);
        const bool isOfWord = isWordByte(spelled.byte);
        if (!isOfWord || !isInWord)
            m_begins.push_back(at);
        isInWord = isOfWord;
        at += spelled.size;
    }
    m_begins.push_back(text.size());
}

PieceHashes::PieceHashes(const TextPieces &pieces, Spelling spelling)
{
    const auto &base = bases();
    m_upTo.reserve(pieces.size() + 1);
    m_upTo.push_back(0);
    for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
        quint64 hash = 0;
        for (auto at = pieces.begin(piece); at < pieces.begin(piece + 1);) {
            const auto spelled = spelledByteAt(pieces.text(), at);
            const auto byte = static_cast<unsigned char>(compared(spelled.byte, spelling));
            hash = sum(product(hash, base.ofByte), byte + quint64{1});
            at += spelled.size;
        }
        m_upTo.push_back(sum(product(m_upTo.back(), base.ofPieces[1]), hash));
    }
}

quint64 PieceHashes::of(std::size_t first, std::size_t count) const
{
    const auto before = product(m_upTo[first], bases().ofPieces[count]);
    return sum(m_upTo[first + count], kPrime - before);
}

bool isSameText(std::string_view a, std::string_view b, Spelling spelling)
{
    std::size_t atA = 0;
    std::size_t atB = 0;
    while (atA < a.size() && atB < b.size()) {
        const auto ofA = spelledByteAt(a, atA);
        const auto ofB = spelledByteAt(b, atB);
        if (compared(ofA.byte, spelling) != compared(ofB.byte, spelling))
            return false;
        atA += ofA.size;
        atB += ofB.size;
    }
    return atA == a.size() && atB == b.size();
}

} // namespace watchline
