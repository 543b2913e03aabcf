// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/secrettext.h"

#include "core/transfer/textpieces.h"

#include <algorithm>
#include <array>
#include <string>

namespace watchline {

namespace {

constexpr std::size_t kLongestKey = 64;
constexpr std::size_t kLongestGap = 8; // between a key and its value

/// What the names of secrets end with; without - and _ between their words.
constexpr std::array<std::string_view, 16> kSecretKeys{
    "password",    "passwd",        "passphrase", "pwd",        "secret", "secretkey",
    "token",       "apikey",        "accesskey",  "privatekey", "jwt",    "credential",
    "credentials", "authorization", "cookie",     "signature"};

/// What a header that authorizes begins with.
constexpr std::array<std::string_view, 8> kSchemes{"bearer",    "basic", "devicetoken", "token",
                                                   "negotiate", "ntlm",  "apikey",      "digest"};

/// What is said of a secret, and is none.
constexpr std::array<std::string_view, 22> kNoSecrets{
    "expired", "invalid",  "rejected", "missing", "required", "revoked",  "unauthorized", "unknown",
    "null",    "none",     "true",     "false",   "not",      "is",       "was",          "has",
    "must",    "expected", "error",    "failed",  "denied",   "malformed"};

template<typename List>
bool isAmong(const List &list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// In lower case and without what its words are joined by; empty when it is long for a name.
std::string joined(std::string_view text)
{
    std::string result;
    if (text.size() > kLongestKey)
        return result;
    for (const char c : text) {
        if (c != '-' && c != '_')
            result += lowered(c);
    }
    return result;
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t';
}

bool isQuote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

template<typename Is>
std::size_t runEnd(std::string_view text, std::size_t at, std::size_t most, Is is)
{
    const auto end = text.size() - at > most ? at + most : text.size();
    while (at < end && is(text[at]))
        ++at;
    return at;
}

std::size_t wordEnd(std::string_view text, std::size_t at)
{
    return runEnd(text, at, text.size(), [](char c) { return isWordByte(c); });
}

std::size_t lineEnd(std::string_view text, std::size_t at)
{
    return std::min(text.find_first_of("\r\n", at), text.size());
}

/// Where what a quote opened at `open` ends. The quote itself may be spelled with a backslash.
std::size_t quotedEnd(std::string_view text, std::size_t open)
{
    const char quote = text[open];
    const bool isEscaped = open > 0 && text[open - 1] == '\\';
    for (std::size_t at = open + 1; at < text.size(); ++at) {
        if (isEscaped && text[at] == '\\' && at + 1 < text.size() && text[at + 1] == quote)
            return at;
        if (!isEscaped && text[at] == '\\')
            ++at;
        else if (text[at] == quote)
            return at;
    }
    return text.size();
}

/// Up to a space or what ends a value in a list, without the sentence's own points.
std::size_t bareEnd(std::string_view text, std::size_t at)
{
    const auto begin = at;
    at = runEnd(text, at, text.size(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && !isQuote(c) && c != '&' && c != '<' &&
               c != '>';
    });
    while (at > begin &&
           std::string_view(".,;:!?)]}\\").find(text[at - 1]) != std::string_view::npos)
        --at;
    return at;
}

/// The value that begins at `at`.
std::optional<TextPart> valueAt(std::string_view text, std::size_t at, std::string_view key)
{
    if (at >= text.size())
        return std::nullopt;
    if (isQuote(text[at])) {
        const auto end = quotedEnd(text, at);
        return end > at + 1 ? std::optional(TextPart{at + 1, end}) : std::nullopt;
    }
    if (key.ends_with("cookie"))
        return TextPart{at, std::min(text.find_first_of("\"'", at), lineEnd(text, at))};
    const auto word = joined(text.substr(at, std::min(wordEnd(text, at) - at, kLongestKey)));
    if (key.ends_with("authorization") && word == "digest")
        return TextPart{at, lineEnd(text, at)};
    const bool hasScheme = isAmong(kSchemes, word);
    auto begin = at;
    if (hasScheme) {
        const auto next = runEnd(text, wordEnd(text, at), kLongestGap, isSpace);
        begin = next > wordEnd(text, at) ? next : at;
    }
    const auto end = bareEnd(text, begin);
    if (end == begin || isAmong(kNoSecrets, joined(text.substr(begin, end - begin))))
        return std::nullopt;
    return TextPart{begin, end};
}

/// The value of a key that ends at `end`.
std::optional<TextPart> keysValue(std::string_view text, std::size_t end, std::string_view key)
{
    const auto isGap = [](char c) { return isSpace(c) || isQuote(c) || c == '\\'; };
    auto at = runEnd(text, end, kLongestGap, isGap);
    if (at < text.size() && (text[at] == '=' || text[at] == ':')) {
        if (text.substr(at).starts_with("::"))
            return std::nullopt;
        at = runEnd(text, at + 1, kLongestGap,
                    [](char c) { return isSpace(c) || c == '\\' || c == '>'; });
        return valueAt(text, at, key);
    }
    // `token "..."`, as sentences have it.
    constexpr std::size_t kLeast = 4;
    if (end + 1 >= text.size() || !isSpace(text[end]) || !isQuote(text[end + 1]))
        return std::nullopt;
    const auto value = valueAt(text, end + 1, key);
    return value && value->end - value->begin >= kLeast ? value : std::nullopt;
}

/// `Bearer` and the like, and what can only be a credential.
std::optional<TextPart> schemeAt(std::string_view text, std::size_t at, std::size_t end)
{
    constexpr std::size_t kLeast = 8;
    constexpr std::size_t kLong = 20;
    const auto scheme = joined(text.substr(at, end - at));
    if (scheme != "bearer" && scheme != "basic" && scheme != "devicetoken")
        return std::nullopt;
    const auto begin = runEnd(text, end, kLongestGap, isSpace);
    if (begin == end || begin >= text.size())
        return std::nullopt;
    const auto valueEnd = bareEnd(text, begin);
    const auto value = text.substr(begin, valueEnd - begin);
    const bool isMixed =
        std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (value.size() < kLeast || (!isMixed && value.size() < kLong))
        return std::nullopt;
    return TextPart{begin, valueEnd};
}

} // namespace

bool isSecretKey(std::string_view key)
{
    const auto name = joined(key);
    return std::any_of(kSecretKeys.begin(), kSecretKeys.end(),
                       [&name](std::string_view secret) { return name.ends_with(secret); });
}

std::optional<TextPart> secretAt(std::string_view text, std::size_t at)
{
    const auto end =
        runEnd(text, at, kLongestKey, [](char c) { return isWordByte(c) || c == '-'; });
    if (end == at || (end < text.size() && isWordByte(text[end])))
        return std::nullopt;
    const auto key = text.substr(at, end - at);
    if (isSecretKey(key)) {
        if (const auto value = keysValue(text, end, joined(key)))
            return value;
    }
    return schemeAt(text, at, wordEnd(text, at));
}

} // namespace watchline
