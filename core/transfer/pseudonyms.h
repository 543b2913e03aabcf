// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/textpieces.h"

#include <QtGlobal>

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace watchline {

/// What a name is the name of; its pseudonym says so.
enum class NameKind : quint8 {
    Lease,
    Session,
    Device, ///< By its name.
    DeviceId,
    Project,
    Source,
    Host,
    Path, ///< Of a URL.
    User,
    Token, ///< A fingerprint of one.
    Id,    ///< Whatever else may tell somebody from others.
};
inline constexpr int kNameKindCount = 11;

/// Names in the order in which they were met first, each once. Hosts are compared without case.
class NameList
{
public:
    struct Name
    {
        NameKind kind;
        std::string text;
    };

    NameList() = default;
    NameList(const NameList &) = delete; // views into itself
    NameList &operator=(const NameList &) = delete;
    NameList(NameList &&) = default;
    NameList &operator=(NameList &&) = default;

    /// False: it was there.
    bool add(NameKind kind, std::string_view text);
    const std::deque<Name> &all() const { return m_all; }
    void clear();

private:
    std::deque<Name> m_all;
    std::array<std::unordered_map<std::string_view, quint32>, kNameKindCount>
        m_places; // into m_all

    friend class Pseudonyms;
};

/// Finds the longest of many names that a text goes on with. A look costs as many steps as the
/// length of the longest name has binary digits, whatever names and texts are like: that length is
/// found digit by digit. Beside each name there are therefore its beginnings of such lengths as
/// are asked for on the way to its own.
class NameTable
{
public:
    /// Of names that are alike the first one counts.
    void add(const PieceHashes &hashes, std::size_t pieces, quint32 name);
    /// Once all are there, of each again: says of beginnings which name they begin with.
    void finish(const PieceHashes &hashes, std::size_t pieces);

    struct Found
    {
        std::size_t pieces;
        quint32 name;
    };
    std::optional<Found> longest(const PieceHashes &hashes, std::size_t first,
                                 std::size_t most) const;

private:
    struct Entry
    {
        quint32 name = 0;
        quint16 pieces = 0; ///< Of the longest name in it; 0: there is none.
        bool isName = false;
    };

    std::unordered_map<quint64, Entry> m_entries; // by hash
    std::size_t m_longest = 0;                    // in pieces, rounded up to a power of two
};

/// A pseudonym for each name: its kind and a number, in the order in which they were added. Once
/// all are there and finish() was called, several threads may read it.
class Pseudonyms
{
public:
    /// More names, or more bytes of them, share one pseudonym a kind, so that memory stays bounded.
    /// Those, and names of more than 1,024 bytes, are replaced where a member holds them and
    /// nothing else; within texts they are not looked for.
    static constexpr std::size_t kMost = 1'000'000;
    static constexpr std::size_t kMostBytes = 128'000'000;

    void add(NameKind kind, std::string_view text);
    /// Makes names be found in texts.
    void finish();
    void appendTo(std::string &out, NameKind kind, std::string_view text) const;

private:
    friend class NameSearch;

    NameList m_names;
    std::size_t m_bytes = 0;
    std::vector<quint32> m_numbers; // beside m_names.all()
    std::array<quint32, kNameKindCount> m_counts{};
    std::unordered_set<quint64> m_firstPieces; // of all names, by their loose hash
    NameTable m_exact;                         // identifiers: they may differ in nothing but case
    NameTable m_loose;
};

/// Looks for names in one text, whose pieces must outlive it.
class NameSearch
{
public:
    NameSearch(const Pseudonyms &names, const TextPieces &pieces);

    struct Match
    {
        std::size_t pieces;
        NameKind kind;
        std::string_view name; ///< As it was added; the text may have it in another case.
    };
    /// The longest name that begins with this piece and ends with one.
    std::optional<Match> at(std::size_t piece) const;

private:
    const Pseudonyms &m_names;
    const TextPieces &m_pieces;
    const PieceHashes m_exact;
    const PieceHashes m_loose;
};

} // namespace watchline
