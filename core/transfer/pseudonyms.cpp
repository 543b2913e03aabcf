// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/pseudonyms.h"

#include <algorithm>
#include <bit>

namespace watchline {

namespace {

constexpr std::array<std::string_view, kNameKindCount> kWords{
    "lease", "session", "device", "device-id", "project", "source",
    "host",  "path",    "user",   "token",     "id"};

std::string inLowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), lowered);
    return lower;
}

/// A name that is looked for in texts. Single letters are everywhere, and so are short values.
bool isLookedFor(NameKind kind, std::string_view text)
{
    constexpr std::size_t kLeast = 2;
    constexpr std::size_t kLeastOfUnclear = 8;
    constexpr std::size_t kMost = PieceHashes::kMostPieces; // so many pieces at most
    const bool isUnclear = kind == NameKind::Id || kind == NameKind::Path;
    return text.size() >= (isUnclear ? kLeastOfUnclear : kLeast) && text.size() <= kMost;
}

/// Identifiers may differ in nothing but case.
Spelling spellingOf(NameKind kind)
{
    const bool isIdentifier = kind == NameKind::Lease || kind == NameKind::Session ||
                              kind == NameKind::DeviceId || kind == NameKind::Token ||
                              kind == NameKind::Id;
    return isIdentifier ? Spelling::Exact : Spelling::Loose;
}

} // namespace

bool NameList::add(NameKind kind, std::string_view text)
{
    auto &places = m_places[static_cast<std::size_t>(kind)];
    std::string lower;
    if (kind == NameKind::Host) {
        lower = inLowerCase(text);
        text = lower;
    }
    if (places.contains(text))
        return false;
    m_all.push_back({kind, std::string(text)});
    places.emplace(m_all.back().text, static_cast<quint32>(m_all.size() - 1));
    return true;
}

void NameList::clear()
{
    for (auto &places : m_places)
        places.clear();
    m_all.clear();
}

void NameTable::add(const PieceHashes &hashes, std::size_t pieces, quint32 name)
{
    auto &entry = m_entries[hashes.of(0, pieces)];
    if (entry.isName)
        return;
    entry = {name, static_cast<quint16>(pieces), true};
    m_longest = std::max(m_longest, std::bit_ceil(pieces));
    std::size_t length = 0;
    for (auto digit = std::bit_floor(pieces); digit > 0; digit /= 2) {
        if ((pieces & digit) == 0)
            continue;
        length += digit;
        if (length < pieces)
            m_entries.try_emplace(hashes.of(0, length));
    }
}

void NameTable::finish(const PieceHashes &hashes, std::size_t pieces)
{
    Entry longest;
    for (std::size_t length = 1; length <= pieces; ++length) {
        const auto found = m_entries.find(hashes.of(0, length));
        if (found == m_entries.end())
            continue;
        auto &entry = found->second;
        if (entry.isName) {
            longest = entry;
        } else if (longest.pieces > 0) {
            entry.name = longest.name;
            entry.pieces = longest.pieces;
        }
    }
}

std::optional<NameTable::Found> NameTable::longest(const PieceHashes &hashes, std::size_t first,
                                                   std::size_t most) const
{
    std::optional<Found> best;
    std::size_t length = 0;
    for (auto digit = m_longest; digit > 0; digit /= 2) {
        if (length + digit > most)
            continue;
        const auto found = m_entries.find(hashes.of(first, length + digit));
        if (found == m_entries.end())
            continue;
        length += digit;
        if (found->second.pieces > 0)
            best = Found{found->second.pieces, found->second.name};
    }
    return best;
}

void Pseudonyms::add(NameKind kind, std::string_view text)
{
    const bool isFull = m_names.all().size() >= kMost || m_bytes + text.size() > kMostBytes;
    if (isFull || !m_names.add(kind, text))
        return;
    m_bytes += text.size();
    m_numbers.push_back(++m_counts[static_cast<std::size_t>(kind)]);
}

void Pseudonyms::finish()
{
    const auto forEach = [this](auto work) {
        quint32 index = 0;
        for (const auto &name : m_names.all()) {
            if (isLookedFor(name.kind, name.text)) {
                const auto spelling = spellingOf(name.kind);
                work(spelling == Spelling::Exact ? m_exact : m_loose, TextPieces(name.text),
                     spelling, index);
            }
            ++index;
        }
    };
    forEach([this](NameTable &table, const TextPieces &pieces, Spelling spelling, quint32 index) {
        table.add(PieceHashes(pieces, spelling), pieces.size(), index);
        m_firstPieces.insert(PieceHashes(pieces, Spelling::Loose).of(0, 1));
    });
    forEach([](NameTable &table, const TextPieces &pieces, Spelling spelling, quint32) {
        table.finish(PieceHashes(pieces, spelling), pieces.size());
    });
}

void Pseudonyms::appendTo(std::string &out, NameKind kind, std::string_view text) const
{
    const auto &places = m_names.m_places[static_cast<std::size_t>(kind)];
    const auto found = kind == NameKind::Host ? places.find(inLowerCase(text)) : places.find(text);
    out += kWords[static_cast<std::size_t>(kind)];
    out += '-';
    out += found == places.end() ? "other" : std::to_string(m_numbers[found->second]);
}

NameSearch::NameSearch(const Pseudonyms &names, const TextPieces &pieces)
    : m_names(names)
    , m_pieces(pieces)
    , m_exact(pieces, Spelling::Exact)
    , m_loose(pieces, Spelling::Loose)
{}

std::optional<NameSearch::Match> NameSearch::at(std::size_t piece) const
{
    if (!m_names.m_firstPieces.contains(m_loose.of(piece, 1)))
        return std::nullopt;
    const auto most = std::min(m_pieces.size() - piece, PieceHashes::kMostPieces);
    const auto exact = m_names.m_exact.longest(m_exact, piece, most);
    const auto loose = m_names.m_loose.longest(m_loose, piece, most);
    const bool isExact = exact && (!loose || exact->pieces > loose->pieces ||
                                   (exact->pieces == loose->pieces && exact->name < loose->name));
    const auto found = isExact ? exact : loose;
    if (!found)
        return std::nullopt;
    const auto &name = m_names.m_names.all()[found->name];
    const auto begin = m_pieces.begin(piece);
    const auto size = m_pieces.begin(piece + found->pieces) - begin;
    if (!isSameText(m_pieces.text().substr(begin, size), name.text,
                    isExact ? Spelling::Exact : Spelling::Loose))
        return std::nullopt;
    return Match{found->pieces, name.kind, name.text};
}

} // namespace watchline
