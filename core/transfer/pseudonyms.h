// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

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

/// A pseudonym for each name: its kind and a number, in the order in which they were added. May be
/// read by several threads once all are there.
class Pseudonyms
{
public:
    /// More share one pseudonym a kind, so that memory stays bounded.
    static constexpr std::size_t kMost = 1'000'000;

    void add(NameKind kind, std::string_view text);
    void appendTo(std::string &out, NameKind kind, std::string_view text) const;

    struct Match
    {
        std::size_t size;
        NameKind kind;
        std::string_view name; ///< As it was added; the text may have it in another case.
    };
    /// The longest name that stands at `at`, as words of its own. `at` is no word's inside.
    std::optional<Match> matchAt(std::string_view text, std::size_t at) const;

private:
    void lookFor(std::string_view name, quint32 index);

    NameList m_names;
    std::vector<quint32> m_numbers; // beside m_names.all()
    std::array<quint32, kNameKindCount> m_counts{};
    // What is looked for in texts: by the hash of what it begins with, of all of it, and its sizes
    // by its first byte; all in lower case.
    std::unordered_set<std::size_t> m_firstWords;
    std::unordered_multimap<std::size_t, quint32> m_byText;
    std::array<std::vector<std::size_t>, 256> m_sizes; // falling
};

bool isWordByte(char c);
char lowered(char c);

} // namespace watchline
