// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/pseudonyms.h"

#include <algorithm>
#include <functional>

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

/// What a name begins with: a word, or one byte that is part of none.
std::string_view firstWord(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && isWordByte(text[end]))
        ++end;
    return text.substr(0, std::max<std::size_t>(end, 1));
}

std::size_t hashOf(std::string_view text)
{
    return std::hash<std::string_view>()(text);
}

/// A name that is looked for in texts. Single letters are everywhere, and so are short values.
bool isLookedFor(NameKind kind, std::string_view text)
{
    constexpr std::size_t kLeast = 2;
    constexpr std::size_t kLeastOfUnclear = 8;
    constexpr std::size_t kMost = 1'024;
    const bool isUnclear = kind == NameKind::Id || kind == NameKind::Path;
    return text.size() >= (isUnclear ? kLeastOfUnclear : kLeast) && text.size() <= kMost;
}

/// Identifiers may differ in nothing but case.
bool isCaseSensitive(NameKind kind)
{
    return kind == NameKind::Lease || kind == NameKind::Session || kind == NameKind::DeviceId ||
           kind == NameKind::Token || kind == NameKind::Id;
}

bool isSame(std::string_view a, std::string_view b, bool caseSensitive)
{
    if (caseSensitive || a == b)
        return a == b;
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lowered(x) == lowered(y); });
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

void Pseudonyms::add(NameKind kind, std::string_view text)
{
    if (m_names.all().size() >= kMost || !m_names.add(kind, text))
        return;
    const auto index = static_cast<quint32>(m_numbers.size());
    m_numbers.push_back(++m_counts[static_cast<std::size_t>(kind)]);
    if (const std::string_view name = m_names.all().back().text; isLookedFor(kind, name))
        lookFor(name, index);
}

void Pseudonyms::lookFor(std::string_view name, quint32 index)
{
    const auto lower = inLowerCase(name);
    m_firstWords.insert(hashOf(firstWord(lower)));
    m_byText.emplace(hashOf(lower), index);
    auto &sizes = m_sizes[static_cast<unsigned char>(lower.front())];
    const auto place = std::lower_bound(sizes.begin(), sizes.end(), lower.size(), std::greater<>());
    if (place == sizes.end() || *place != lower.size())
        sizes.insert(place, lower.size());
}

void Pseudonyms::appendTo(std::string &out, NameKind kind, std::string_view text) const
{
    const auto &places = m_names.m_places[static_cast<std::size_t>(kind)];
    const auto found = kind == NameKind::Host ? places.find(inLowerCase(text)) : places.find(text);
    out += kWords[static_cast<std::size_t>(kind)];
    out += '-';
    out += found == places.end() ? "other" : std::to_string(m_numbers[found->second]);
}

std::optional<Pseudonyms::Match> Pseudonyms::matchAt(std::string_view text, std::size_t at) const
{
    const auto rest = text.substr(at);
    const auto &sizes = m_sizes[static_cast<unsigned char>(lowered(rest.front()))];
    if (sizes.empty() || !m_firstWords.contains(hashOf(inLowerCase(firstWord(rest)))))
        return std::nullopt;
    for (const auto size : sizes) {
        const bool endsAWord =
            size <= rest.size() &&
            (size == rest.size() || !isWordByte(rest[size]) || !isWordByte(rest[size - 1]));
        if (!endsAWord)
            continue;
        const auto candidate = rest.substr(0, size);
        std::optional<quint32> first; // of names that are alike
        const auto [begin, end] = m_byText.equal_range(hashOf(inLowerCase(candidate)));
        for (auto i = begin; i != end; ++i) {
            const auto &name = m_names.all()[i->second];
            if (isSame(candidate, name.text, isCaseSensitive(name.kind)))
                first = std::min(i->second, first.value_or(i->second));
        }
        if (first) {
            const auto &name = m_names.all()[*first];
            return Match{size, name.kind, name.text};
        }
    }
    return std::nullopt;
}

} // namespace watchline
