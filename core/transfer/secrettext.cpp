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
constexpr std::array<std::string_view, 19> kSecretKeys{
    "password",    "passwd",        "passphrase", "pwd",       "secret",
    "secretkey",   "token",         "apikey",     "accesskey", "privatekey",
    "jwt",         "credential",    "signingkey", "authkey",   "secretkeybase",
    "credentials", "authorization", "cookie",     "signature"};

/// Shorter ones, that other words end with too: they have to be a word of their own in the name.
constexpr std::array<std::string_view, 4> kShortSecretKeys{"pass", "pw", "auth", "sid"};

/// What makes a secret of the word `key` behind it: `api key: ...`.
constexpr std::array<std::string_view, 5> kBeforeKey{"api", "access", "private", "secret",
                                                     "signing"};

/// What only a credential begins with: the platform's own, and a JSON web token.
constexpr std::array<std::string_view, 3> kSecretStarts{"fox_dt_", "fox_sk_", "eyJ"};

/// What a header that authorizes begins with.
constexpr std::array<std::string_view, 8> kSchemes{"bearer",    "basic", "devicetoken", "token",
                                                   "negotiate", "ntlm",  "apikey",      "digest"};

/// What is said of a secret, and is none.
constexpr std::array<std::string_view, 50> kNoSecrets{"expired",
                                                      "invalid",
                                                      "rejected",
                                                      "missing",
                                                      "required",
                                                      "revoked",
                                                      "unauthorized",
                                                      "unknown",
                                                      "null",
                                                      "none",
                                                      "true",
                                                      "false",
                                                      "not",
                                                      "is",
                                                      "was",
                                                      "has",
                                                      "must",
                                                      "expected",
                                                      "error",
                                                      "failed",
                                                      "denied",
                                                      "malformed",
                                                      "and",
                                                      "at",
                                                      "auth",
                                                      "authentication",
                                                      "authorization",
                                                      "by",
                                                      "cannot",
                                                      "does",
                                                      "failure",
                                                      "for",
                                                      "from",
                                                      "given",
                                                      "header",
                                                      "in",
                                                      "needs",
                                                      "of",
                                                      "ok",
                                                      "on",
                                                      "option",
                                                      "or",
                                                      "refused",
                                                      "requires",
                                                      "scheme",
                                                      "takes",
                                                      "the",
                                                      "to",
                                                      "will",
                                                      "with"};

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

/// A word that is hardly one of a language: of letters and figures.
bool looksLikeCredential(std::string_view word)
{
    constexpr std::size_t kLeast = 6;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto isLetter = [](char c) { return lowered(c) >= 'a' && lowered(c) <= 'z'; };
    return word.size() >= kLeast && word.find(':') == std::string_view::npos &&
           std::any_of(word.begin(), word.end(), isDigit) &&
           std::any_of(word.begin(), word.end(), isLetter);
}

/// What stands on the next line, further in: `token=\n  ...`.
std::optional<TextPart> valueOnNextLine(std::string_view text, std::size_t at)
{
    const auto lineAt = runEnd(text, at, 2, [](char c) { return c == '\r' || c == '\n'; });
    const auto begin = runEnd(text, lineAt, kLongestGap, isSpace);
    if (lineAt == at || begin == lineAt || begin >= text.size())
        return std::nullopt;
    const auto end = bareEnd(text, begin);
    const bool isValue = looksLikeCredential(text.substr(begin, end - begin));
    return isValue ? std::optional(TextPart{begin, end}) : std::nullopt;
}

/// The value behind a = or : in per cent, up to where that ends, in per cent too.
std::optional<TextPart> encodedValue(std::string_view text, std::size_t end)
{
    constexpr std::size_t kCode = 3;
    const auto isCodeOf = [text](std::size_t at, std::string_view bytes) {
        return at < text.size() && text[at] == '%' &&
               bytes.find(spelledByteAt(text, at).byte) != std::string_view::npos;
    };
    auto at = end;
    for (std::size_t gap = 0; gap < 2 && isCodeOf(at, " \"'\\"); ++gap)
        at += kCode;
    if (!isCodeOf(at, "=:"))
        return std::nullopt;
    at += kCode;
    for (std::size_t gap = 0; gap < 3 && isCodeOf(at, " \"'\\"); ++gap)
        at += kCode;
    auto valueEnd = at;
    while (valueEnd < text.size() && !isSpace(text[valueEnd]) && !isCodeOf(valueEnd, "&\"' ,;}"))
        ++valueEnd;
    valueEnd = bareEnd(text.substr(0, valueEnd), at);
    return valueEnd > at ? std::optional(TextPart{at, valueEnd}) : std::nullopt;
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
        if (at < text.size() && (text[at] == '\r' || text[at] == '\n'))
            return valueOnNextLine(text, at);
        return valueAt(text, at, key);
    }
    if (at == end && at < text.size() && text[at] == '%')
        return encodedValue(text, end);
    // `token "..."`, as sentences have it.
    constexpr std::size_t kLeast = 4;
    if (end + 1 >= text.size() || !isSpace(text[end]) || !isQuote(text[end + 1]))
        return std::nullopt;
    const auto value = valueAt(text, end + 1, key);
    return value && value->end - value->begin >= kLeast ? value : std::nullopt;
}

/// The word behind a key as command lines and headers are written down: `--token ...`,
/// `'--token', '...'`, `x-device-token ...`. `at` is where the key begins.
std::optional<TextPart> argumentAt(std::string_view text, std::size_t at, std::size_t end,
                                   std::string_view key)
{
    const bool isOption = text[at] == '-' && (at == 0 || !isWordByte(text[at - 1]));
    const bool isHeader = text[at + 1] == '-' && lowered(text[at]) == 'x';
    if (!isOption && !isHeader)
        return std::nullopt;
    auto next = runEnd(text, end, 1, isQuote);
    next = runEnd(text, next, 1, [](char c) { return c == ','; });
    const auto begin = runEnd(text, next, kLongestGap, isSpace);
    if (begin == end || begin >= text.size() || text[begin] == '-')
        return std::nullopt;
    return valueAt(text, begin, key);
}

/// The word behind a key in a sentence, if it is none of a language: `token ... rejected`,
/// `passphrase is ...`.
std::optional<TextPart> saidAt(std::string_view text, std::size_t end)
{
    auto begin = runEnd(text, end, 1, isSpace);
    if (begin == end)
        return std::nullopt;
    for (const std::string_view verb : {"is ", "was "}) {
        if (text.substr(begin).starts_with(verb)) {
            begin += verb.size();
            break;
        }
    }
    if (begin >= text.size() || !isWordByte(text[begin]))
        return std::nullopt;
    const auto valueEnd = bareEnd(text, begin);
    const bool isValue = looksLikeCredential(text.substr(begin, valueEnd - begin));
    return isValue ? std::optional(TextPart{begin, valueEnd}) : std::nullopt;
}

/// The secrets of a list: `tokens: [...]`.
std::optional<TextPart> listAt(std::string_view text, std::size_t end)
{
    const auto begin = runEnd(text, end, kLongestGap, [](char c) {
        return isSpace(c) || isQuote(c) || c == '\\' || c == ':' || c == '=';
    });
    if (begin == end || begin >= text.size() || text[begin] != '[')
        return std::nullopt;
    const auto close = text.find(']', begin);
    const auto listEnd = close == std::string_view::npos ? lineEnd(text, begin) : close;
    return listEnd > begin + 1 ? std::optional(TextPart{begin + 1, listEnd}) : std::nullopt;
}

/// Where `api key` ends whose first word ends at `end`; that end if it is none.
std::size_t keyOfTwoWordsEnd(std::string_view text, std::size_t end, std::string_view first)
{
    const auto rest = text.substr(end, 5);
    const bool isKey = rest.size() >= 4 && isSpace(rest[0]) && lowered(rest[1]) == 'k' &&
                       lowered(rest[2]) == 'e' && lowered(rest[3]) == 'y' &&
                       (rest.size() == 4 || !isWordByte(rest[4]));
    return isKey && isAmong(kBeforeKey, joined(first)) ? end + 4 : end;
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
    // The platform's own scheme; the other two are words of the language.
    if (scheme.size() == end - at && scheme == "devicetoken") {
        const bool isWord = value.empty() || isAmong(kNoSecrets, joined(value));
        return isWord ? std::nullopt : std::optional(TextPart{begin, valueEnd});
    }
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
    if (std::any_of(kSecretKeys.begin(), kSecretKeys.end(),
                    [&name](std::string_view secret) { return name.ends_with(secret); }))
        return true;
    const auto isShort = [key](std::string_view secret) {
        if (key.size() < secret.size())
            return false;
        const auto at = key.size() - secret.size();
        if (joined(key.substr(at)) != secret)
            return false;
        const auto isSmall = [](char c) { return c >= 'a' && c <= 'z'; };
        return at == 0 || key[at - 1] == '-' || key[at - 1] == '_' ||
               (isSmall(key[at - 1]) && !isSmall(key[at]));
    };
    return std::any_of(kShortSecretKeys.begin(), kShortSecretKeys.end(), isShort);
}

bool isKeyOfSecrets(std::string_view key)
{
    return !key.empty() && lowered(key.back()) == 's' &&
           (isSecretKey(key) || isSecretKey(key.substr(0, key.size() - 1)));
}

std::optional<TextPart> secretAt(std::string_view text, std::size_t at)
{
    const auto end =
        runEnd(text, at, kLongestKey, [](char c) { return isWordByte(c) || c == '-'; });
    const auto first = text.substr(at, std::min(kLongestKey, text.size() - at));
    for (const auto start : kSecretStarts) {
        constexpr std::size_t kLeast = 12;
        const auto isOfSecret = [](char c) { return isWordByte(c) || c == '-' || c == '.'; };
        if (!first.starts_with(start))
            continue;
        const auto secretEnd = runEnd(text, at, text.size(), isOfSecret);
        if (secretEnd - at >= kLeast)
            return TextPart{at, secretEnd};
    }
    if (end == at || (end < text.size() && isWordByte(text[end])))
        return std::nullopt;
    const auto key = text.substr(at, end - at);
    if (isKeyOfSecrets(key)) {
        if (const auto list = listAt(text, end))
            return list;
    }
    if (isSecretKey(key)) {
        const auto name = joined(key);
        if (const auto value = keysValue(text, end, name))
            return value;
        if (const auto value = argumentAt(text, at, end, name))
            return value;
        if (const auto value = saidAt(text, end))
            return value;
    } else if (const auto keyEnd = keyOfTwoWordsEnd(text, end, key); keyEnd > end) {
        if (const auto value = keysValue(text, keyEnd, "key"))
            return value;
    }
    return schemeAt(text, at, wordEnd(text, at));
}

} // namespace watchline
