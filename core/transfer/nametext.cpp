// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/nametext.h"

#include "core/policy/retrypolicy.h"
#include "core/transfer/secrettext.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace watchline {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return lowered(c) >= 'a' && lowered(c) <= 'z';
}

bool isHexDigit(char c)
{
    return isDigit(c) || (lowered(c) >= 'a' && lowered(c) <= 'f');
}

bool isAscii(char c)
{
    return static_cast<unsigned char>(c) < 0x80;
}

/// Of a host's label; those of other alphabets too.
bool isLabelByte(char c)
{
    return isDigit(c) || isLetter(c) || c == '-' || !isAscii(c);
}

/// Where a URL's text ends at the latest.
bool endsUrl(char c)
{
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F ||
           std::string_view("\"'<>`{}|\\^").find(c) != std::string_view::npos;
}

bool isWordAt(std::string_view text, std::size_t at)
{
    return at < text.size() && isWordByte(text[at]);
}

template<typename Is>
std::size_t runEnd(std::string_view text, std::size_t at, Is is)
{
    while (at < text.size() && is(text[at]))
        ++at;
    return at;
}

constexpr std::size_t kLongestWord = 16; // that is looked at as one of a sentence

/// In lower case; empty when it is longer.
std::string wordStart(std::string_view rest)
{
    const auto size = runEnd(rest.substr(0, kLongestWord + 1), 0, isWordByte);
    std::string word(size > kLongestWord ? std::string_view() : rest.substr(0, size));
    std::transform(word.begin(), word.end(), word.begin(), lowered);
    return word;
}

/// The word before `at`, with spaces, a quote or a bracket in between.
std::string wordBefore(std::string_view text, std::size_t at)
{
    constexpr std::size_t kMostBetween = 3;
    auto end = at;
    while (end > 0 && at - end < kMostBetween &&
           std::string_view(" =:\"'([").find(text[end - 1]) != std::string_view::npos)
        --end;
    auto begin = end;
    while (begin > 0 && end - begin <= kLongestWord && isWordByte(text[begin - 1]))
        --begin;
    return begin == at ? std::string() : wordStart(text.substr(begin, end - begin));
}

struct Found
{
    NameKind kind;
    std::size_t size;
};
using MaybeFound = std::optional<Found>;

MaybeFound longer(MaybeFound a, MaybeFound b)
{
    if (!a || !b)
        return a ? a : b;
    return b->size > a->size ? b : a;
}

// Each looks at the beginning of `rest`, where no word goes on, and no further than it takes to
// tell: texts may be long, and made to be slow.

constexpr std::size_t kLongestAddress = 64;
constexpr std::size_t kLongestHost = 512;
constexpr std::size_t kLongestScheme = 32;

MaybeFound ipv4(std::string_view rest)
{
    std::size_t at = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (at >= rest.size() || rest[at] != '.')
                return std::nullopt;
            ++at;
        }
        const auto end = runEnd(rest, at, isDigit);
        if (end == at || end - at > 3)
            return std::nullopt;
        at = end;
    }
    const bool goesOn =
        isWordAt(rest, at) || (at + 1 < rest.size() && rest[at] == '.' && isDigit(rest[at + 1]));
    return goesOn ? std::nullopt : MaybeFound(Found{NameKind::Host, at});
}

/// IPv6, and a hardware address.
MaybeFound colonAddress(std::string_view rest)
{
    rest = rest.substr(0, kLongestAddress);
    const auto end = runEnd(rest, 0, [](char c) { return isHexDigit(c) || c == ':' || c == '.'; });
    auto text = rest.substr(0, end);
    while (text.ends_with('.') || (text.ends_with(':') && !text.ends_with("::")))
        text.remove_suffix(1);
    const auto colons = std::count(text.begin(), text.end(), ':');
    const bool isShort = text.find("::") != std::string_view::npos && text.size() > 2;
    if (isWordAt(rest, text.size()) || (!isShort && colons != 7 && colons != 5))
        return std::nullopt;
    return Found{NameKind::Host, text.size()};
}

/// What was looked at, and whether it is something.
struct Looked
{
    MaybeFound found;
    std::size_t size;
};

/// Labels with points between them, the last one of letters.
Looked hostName(std::string_view rest)
{
    rest = rest.substr(0, kLongestHost);
    std::size_t labels = 0;
    std::size_t at = 0;
    std::size_t lastLabel = 0;
    while (at < rest.size() && isLabelByte(rest[at]) && rest[at] != '-') {
        lastLabel = at;
        at = runEnd(rest, at, isLabelByte);
        ++labels;
        const bool goesOn = at + 1 < rest.size() && rest[at] == '.' && isLabelByte(rest[at + 1]);
        if (!goesOn)
            break;
        ++at;
    }
    const auto last = rest.substr(lastLabel, at - lastLabel);
    const bool isName =
        std::all_of(last.begin(), last.end(), [](char c) { return isLetter(c) || !isAscii(c); }) ||
        last.starts_with("xn--");
    const bool isHost = labels >= 2 && last.size() >= 2 && isName && !isWordAt(rest, at) &&
                        at < kLongestHost && !ruleFromName(rest.substr(0, at));
    return {isHost ? MaybeFound(Found{NameKind::Host, at}) : std::nullopt, at};
}

template<typename List>
bool isAmong(const List &list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string inLowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), lowered);
    return lower;
}

constexpr std::size_t kLongestLabel = 63;

/// The size of a host's name of one word that `rest` begins with, or 0.
std::size_t labelSize(std::string_view rest)
{
    // Words that stand where a host could, but name none.
    static constexpr std::array<std::string_view, 40> kNoHosts{
        "a",      "address", "an",  "and",   "any",    "api",     "at",    "be",
        "by",     "cannot",  "dns", "error", "failed", "failure", "for",   "has",
        "host",   "hosts",   "in",  "ip",    "is",     "it",      "its",   "localhost",
        "name",   "no",      "not", "of",    "on",     "or",      "proxy", "remote",
        "server", "that",    "the", "this",  "timed",  "to",      "was",   "with"};
    if (rest.empty() || rest.front() == '-')
        return 0;
    const auto size = runEnd(rest.substr(0, kLongestLabel + 1), 0, isLabelByte);
    const auto label = rest.substr(0, size);
    const bool isName =
        std::any_of(label.begin(), label.end(), [](char c) { return isLetter(c) || !isAscii(c); });
    const bool goesOn = isWordAt(rest, size) || (size + 1 < rest.size() && rest[size] == '.' &&
                                                 isLabelByte(rest[size + 1]));
    if (size > kLongestLabel || !isName || goesOn || isAmong(kNoHosts, inLowerCase(label)))
        return 0;
    return size;
}

/// The size of a colon and a port, or 0.
std::size_t portSize(std::string_view rest)
{
    constexpr std::size_t kMostDigits = 5;
    constexpr unsigned kLargest = 65'535;
    if (!rest.starts_with(':'))
        return 0;
    const auto end = runEnd(rest.substr(0, kMostDigits + 2), 1, isDigit);
    unsigned port = 0;
    std::from_chars(rest.data() + 1, rest.data() + end, port);
    const bool goesOn =
        isWordAt(rest, end) ||
        (end + 1 < rest.size() && (rest[end] == ':' || rest[end] == '.') && isDigit(rest[end + 1]));
    return end < 3 || port > kLargest || goesOn ? 0 : end;
}

/// A host of one word with its port. Words with figures behind a colon are so many that the name
/// has to have a digit, or that something else in the text speaks for a host.
MaybeFound hostWithPort(std::string_view text, std::size_t at)
{
    static constexpr std::array<std::string_view, 14> kBefore{
        "address", "connect", "connecting", "dial", "econnrefused", "from",     "host",
        "peer",    "proxy",   "server",     "tcp",  "to",           "upstream", "via"};
    static constexpr std::array<std::string_view, 10> kAfter{
        "closed", "connection", "did",         "is",    "network",
        "not",    "refused",    "unreachable", "timed", "timeout"};
    const auto rest = text.substr(at);
    const auto size = labelSize(rest);
    if (size == 0 || !isLetter(rest.front()))
        return std::nullopt;
    const auto port = portSize(rest.substr(size));
    if (port == 0)
        return std::nullopt;
    const Found found{NameKind::Host, size};
    const auto label = rest.substr(0, size);
    const auto after = rest.substr(size + port);
    if (at == 0 && after.empty())
        return found;
    if (std::any_of(label.begin(), label.end(), isDigit))
        return found;
    const auto before = wordBefore(text, at);
    if (isAmong(kBefore, before) || (at > 0 && text[at - 1] == '@'))
        return found;
    const auto wordAt = runEnd(after.substr(0, 3), 0, [](char c) { return c == ' ' || c == ':'; });
    const auto next = wordStart(after.substr(std::min(wordAt, after.size())));
    return wordAt > 0 && isAmong(kAfter, next) ? MaybeFound(found) : std::nullopt;
}

Looked emailAddress(std::string_view rest)
{
    rest = rest.substr(0, kLongestHost);
    const auto at = runEnd(rest, 0, [](char c) {
        return isWordByte(c) || !isAscii(c) || c == '.' || c == '%' || c == '+' || c == '-';
    });
    if (at == 0 || at + 1 >= rest.size() || rest[at] != '@')
        return {std::nullopt, at};
    auto size = runEnd(rest, at + 1, [](char c) { return isLabelByte(c) || c == '.' || c == '_'; });
    while (size > at + 1 && (rest[size - 1] == '.' || rest[size - 1] == '-'))
        --size;
    return {size == at + 1 ? std::nullopt : MaybeFound(Found{NameKind::User, size}), at};
}

/// A host of one word that the words around it call one: `lookup robot: no such host`.
MaybeFound calledHost(std::string_view text, std::size_t at)
{
    static constexpr std::array<std::string_view, 7> kBefore{
        "lookup", "resolve", "resolving", "enotfound", "econnrefused", "eai_again", "hostname"};
    const auto rest = text.substr(at);
    const auto size = labelSize(rest);
    if (size == 0)
        return std::nullopt;
    const Found found{NameKind::Host, size};
    const auto before = wordBefore(text, at);
    if (before.empty())
        return std::nullopt;
    const auto after = rest.substr(size);
    if (isAmong(kBefore, before))
        return found;
    if (before == "host") {
        const char joint = text[at - 1];
        const bool isSaid = joint != ' ' || (at > 1 && text[at - 2] == ':') ||
                            after.starts_with(" not found") || after.starts_with(" unreachable") ||
                            after.starts_with(':');
        return isSaid ? MaybeFound(found) : std::nullopt;
    }
    const bool isBeforePort = after.starts_with(" port ") && after.size() > 6 && isDigit(after[6]);
    return before == "to" && isBeforePort ? MaybeFound(found) : std::nullopt;
}

/// As the platform spells its identifiers.
MaybeFound platformId(std::string_view rest)
{
    struct Prefix
    {
        std::string_view text;
        NameKind kind;
    };
    constexpr std::array<Prefix, 4> kPrefixes{{{"rwl_", NameKind::Lease},
                                               {"ras_", NameKind::Session},
                                               {"dev_", NameKind::DeviceId},
                                               {"prj_", NameKind::Project}}};
    for (const auto &prefix : kPrefixes) {
        const auto end = runEnd(rest, 0, isWordByte);
        if (rest.starts_with(prefix.text) && end > prefix.text.size())
            return Found{prefix.kind, end};
    }
    return std::nullopt;
}

/// Of words with - and _ between them.
std::size_t wordsEnd(std::string_view rest)
{
    return runEnd(rest, 0, [](char c) { return isWordByte(c) || c == '-'; });
}

/// A word that no language has: long, with letters and digits; of such words and - and _, all.
Looked randomWord(std::string_view rest)
{
    constexpr std::size_t kLong = 16;
    constexpr std::size_t kVeryLong = 40;
    const auto end = wordsEnd(rest);
    bool isRandom = false;
    for (std::size_t at = 0; at < end && !isRandom;) {
        const auto part = rest.substr(
            at, runEnd(rest, at, [](char c) { return isDigit(c) || isLetter(c); }) - at);
        const auto digits = std::count_if(part.begin(), part.end(), isDigit);
        const bool isMixed = digits > 0 && digits < static_cast<std::ptrdiff_t>(part.size());
        isRandom = part.size() >= kVeryLong || (part.size() >= kLong && isMixed);
        at += part.size() + 1;
    }
    return {isRandom ? MaybeFound(Found{NameKind::Id, end}) : std::nullopt, end};
}

/// 8-4-4-4-12 digits.
MaybeFound uuid(std::string_view rest)
{
    constexpr std::size_t kSize = 36;
    if (rest.size() < kSize || isWordAt(rest, kSize))
        return std::nullopt;
    for (std::size_t i = 0; i < kSize; ++i) {
        const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
        if (isDash ? rest[i] != '-' : !isHexDigit(rest[i]))
            return std::nullopt;
    }
    return Found{NameKind::Id, kSize};
}

/// Finds names by what they look like. What began nowhere in a run of bytes is not looked for
/// again at each of its parts.
class PatternFinder
{
public:
    explicit PatternFinder(std::string_view text)
        : m_text(text)
    {}

    MaybeFound find(std::size_t at)
    {
        const auto rest = m_text.substr(at);
        auto found = longer(ipv4(rest), colonAddress(rest));
        found = longer(found, unless(m_noHostTo, at, hostName));
        found = longer(found, unless(m_noAddressTo, at, emailAddress));
        found = longer(found, uuid(rest));
        found = longer(found, longer(hostWithPort(m_text, at), calledHost(m_text, at)));
        found = longer(found, unless(m_noRandomTo, at, randomWord));
        // What it is the identifier of is better to know than that it looks random.
        if (const auto id = platformId(rest); id && (!found || id->size >= found->size))
            return id;
        return found;
    }

private:
    MaybeFound unless(std::size_t &noneTo, std::size_t at, Looked (*look)(std::string_view)) const
    {
        if (at < noneTo)
            return std::nullopt;
        const auto looked = look(m_text.substr(at));
        if (!looked.found)
            noneTo = at + looked.size;
        return looked.found;
    }

    const std::string_view m_text;
    std::size_t m_noHostTo = 0;
    std::size_t m_noAddressTo = 0;
    std::size_t m_noRandomTo = 0;
};

/// The URL that `rest` begins with; empty when it begins with none.
std::string_view urlOf(std::string_view rest)
{
    const auto scheme = runEnd(rest.substr(0, kLongestScheme), 0, [](char c) {
        return isLetter(c) || isDigit(c) || c == '+' || c == '-' || c == '.';
    });
    if (rest.empty() || !isLetter(rest[0]) || !rest.substr(scheme).starts_with("://"))
        return {};
    auto url = rest.substr(0, runEnd(rest, scheme + 3, [](char c) { return !endsUrl(c); }));
    // What follows it in a sentence.
    for (int i = 0;
         i < 4 && std::string_view(".,;:!?)]").find(url.back()) != std::string_view::npos; ++i) {
        const bool closes = (url.back() == ']' && url.find('[') != std::string_view::npos) ||
                            (url.back() == ')' && url.find('(') != std::string_view::npos);
        if (closes)
            break;
        url.remove_suffix(1);
    }
    return url.size() > scheme + 3 ? url : std::string_view();
}

bool isPlainNumber(std::string_view text)
{
    return text.size() <= 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || c == '.'; });
}

void takeApartQuery(std::string_view query, NameSink &sink)
{
    while (true) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto key = pair.substr(0, equals);
        const bool isWord = key.size() <= 40 && std::all_of(key.begin(), key.end(), isWordByte) &&
                            !randomWord(key).found;
        if (isWord)
            sink.plain(key);
        else
            sink.name(NameKind::Id, key);
        if (equals < pair.size()) {
            sink.plain("=");
            const auto value = percentDecoded(pair.substr(equals + 1));
            if (isSecretKey(key))
                sink.secret();
            else if (key == "protocolVersion" && isPlainNumber(value))
                sink.plain(value);
            else if (key == "previousWatchLeaseId")
                sink.name(NameKind::Lease, value);
            else if (key == "remoteAccessSessionId")
                sink.name(NameKind::Session, value);
            else if (!value.empty())
                sink.name(NameKind::Id, value);
        }
        if (end == query.size())
            return;
        sink.plain("&");
        query.remove_prefix(end + 1);
    }
}

/// Of a path only the platform's own part says nothing about anybody.
void takeApartPath(std::string_view path, NameSink &sink)
{
    constexpr std::string_view kPlatform = "/internal/platform/v1/";
    constexpr std::array<std::string_view, 3> kEndpoints{"device-info", "remote-sessions/watch",
                                                         "remote-sessions/watch/heartbeat"};
    const auto place = path.find(kPlatform);
    const auto endpoint =
        place == std::string_view::npos ? path : path.substr(place + kPlatform.size());
    const bool isEndpoint =
        place != std::string_view::npos &&
        std::find(kEndpoints.begin(), kEndpoints.end(), endpoint) != kEndpoints.end();
    const auto own = path.substr(0, isEndpoint ? place : path.size());
    if (own == "/" || own.empty()) {
        sink.plain(own);
    } else {
        sink.plain("/");
        sink.name(NameKind::Path, own);
    }
    if (isEndpoint) {
        sink.plain(kPlatform);
        sink.plain(endpoint);
    }
}

void takeApartHost(std::string_view host, NameSink &sink)
{
    const bool isBracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
    if (isBracketed)
        sink.plain("[");
    if (!host.empty())
        sink.name(NameKind::Host, isBracketed ? host.substr(1, host.size() - 2) : host);
    if (isBracketed)
        sink.plain("]");
}

void takeApartUrlText(std::string_view url, NameSink &sink)
{
    const auto authorityAt = url.find("://") + 3;
    sink.plain(url.substr(0, authorityAt));
    url.remove_prefix(authorityAt);
    auto authority = url.substr(0, url.find_first_of("/?#"));
    url.remove_prefix(authority.size());
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        sink.name(NameKind::User, authority.substr(0, at));
        sink.plain("@");
        authority.remove_prefix(at + 1);
    }
    auto portAt = authority.rfind(':');
    const bool hasPort = portAt != std::string_view::npos &&
                         std::all_of(authority.begin() + static_cast<std::ptrdiff_t>(portAt) + 1,
                                     authority.end(), isDigit);
    if (!hasPort)
        portAt = authority.size();
    takeApartHost(authority.substr(0, portAt), sink);
    sink.plain(authority.substr(portAt));
    const auto path = url.substr(0, url.find_first_of("?#"));
    takeApartPath(path, sink);
    url.remove_prefix(path.size());
    if (url.starts_with('?')) {
        const auto query = url.substr(1, url.find('#') - 1);
        sink.plain("?");
        takeApartQuery(query, sink);
        url.remove_prefix(query.size() + 1);
    }
    if (url.size() > 1) {
        sink.plain("#");
        sink.name(NameKind::Id, url.substr(1));
    }
}

/// The user whose folder the path at `at` leads into: `/home/jo`, `C:\\Users\\jo`.
std::optional<TextPart> userAt(std::string_view text, std::size_t at)
{
    constexpr std::size_t kLongest = 64;
    constexpr std::array<std::string_view, 2> kFolders{"home", "users"};
    const auto isSeparator = [](char c) { return c == '/' || c == '\\'; };
    if (!isSeparator(text[at]) || (at > 0 && isSeparator(text[at - 1]) && text[at] == '/'))
        return std::nullopt;
    const auto folderAt = runEnd(text.substr(0, at + 2), at, isSeparator);
    const auto folder = wordStart(text.substr(std::min(folderAt, text.size())));
    if (!isAmong(kFolders, folder))
        return std::nullopt;
    const auto behind = folderAt + folder.size();
    const auto begin = runEnd(text.substr(0, behind + 2), behind, isSeparator);
    if (begin == behind || begin >= text.size())
        return std::nullopt;
    const auto isOfName = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F &&
               std::string_view("/\\:*?\"<>|'`,;()").find(c) == std::string_view::npos;
    };
    const auto most = text.substr(0, std::min(text.size(), begin + kLongest));
    auto end = runEnd(most, begin, isOfName);
    // Spaces belong to it where the path goes on.
    const bool goesOn = text[at] == '\\' && end < text.size() && text[end] == '\\';
    if (!goesOn)
        end = runEnd(most, begin, [&](char c) { return isOfName(c) && c != ' '; });
    while (!goesOn && end > begin && (text[end - 1] == '.' || text[end - 1] == '!'))
        --end;
    return end > begin ? std::optional(TextPart{begin, end}) : std::nullopt;
}

/// A host with or without a port, and nothing else. Of one word only with it.
bool isHostAndPort(std::string_view text)
{
    if (const auto found = hostWithPort(text, 0);
        found && found->size + portSize(text.substr(found->size)) == text.size())
        return true;
    auto host = text;
    if (const auto colon = text.rfind(':'); colon != std::string_view::npos && colon > 0) {
        const auto port = text.substr(colon + 1);
        const bool isPort =
            !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), isDigit);
        if (isPort && (text[colon - 1] == ']' || text.find(':') == colon))
            host = text.substr(0, colon);
    }
    if (host.size() > 2 && host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (host == "localhost")
        return true;
    const auto found = longer(longer(ipv4(host), colonAddress(host)), hostName(host).found);
    return found && found->size == host.size();
}

} // namespace

namespace {

/// Goes through a text once, from word to word.
class Taker
{
public:
    Taker(std::string_view text, const Pseudonyms *known, NameSink &sink)
        : m_text(text)
        , m_pieces(text)
        , m_patterns(text)
        , m_sink(sink)
    {
        if (known)
            m_search.emplace(*known, m_pieces);
    }

    void run()
    {
        while (m_piece < m_pieces.size()) {
            const auto at = m_pieces.begin(m_piece);
            if (at >= m_plain && takeAt(at))
                continue;
            ++m_piece;
        }
        giveOn(m_text.size());
    }

private:
    void giveOn(std::size_t end)
    {
        if (end > m_plain)
            m_sink.plain(m_text.substr(m_plain, end - m_plain));
        m_plain = end;
    }

    void goOnFrom(std::size_t end)
    {
        m_plain = end;
        while (m_piece < m_pieces.size() && m_pieces.begin(m_piece) < end)
            ++m_piece;
    }

    void takeName(NameKind kind, std::string_view name, std::size_t begin, std::size_t end)
    {
        giveOn(begin);
        m_sink.name(kind, name);
        goOnFrom(end);
    }

    void takeSecret(std::size_t at)
    {
        giveOn(at);
        m_sink.secret();
        goOnFrom(m_secret->end);
        m_secret.reset();
    }

    bool takeAt(std::size_t at)
    {
        const auto rest = m_text.substr(at);
        if (m_secret && at >= m_secret->end)
            m_secret.reset(); // a name had it in it
        if (m_secret && at >= m_secret->begin) {
            takeSecret(at);
            return true;
        }
        if (const auto url = urlOf(rest); !url.empty()) {
            giveOn(at);
            takeApartUrlText(url, m_sink);
            goOnFrom(at + url.size());
            return true;
        }
        if (!m_secret)
            m_secret = secretAt(m_text, at);
        if (m_secret && m_secret->begin == at) {
            takeSecret(at);
            return true;
        }
        const auto match = m_search ? m_search->at(m_piece) : std::nullopt;
        const auto matchEnd = match ? m_pieces.begin(m_piece + match->pieces) : at;
        const auto found = findAt(at);
        if (match && (!found || matchEnd >= at + found->size)) {
            takeName(match->kind, match->name, at, matchEnd);
            return true;
        }
        if (found) {
            takeName(found->kind, rest.substr(0, found->size), at, at + found->size);
            return true;
        }
        if (const auto user = userAt(m_text, at)) {
            takeName(NameKind::User, m_text.substr(user->begin, user->end - user->begin),
                     user->begin, user->end);
            return true;
        }
        return false;
    }

    MaybeFound findAt(std::size_t at)
    {
        const auto rest = m_text.substr(at);
        // Of a run of characters of other alphabets only the first begins anything.
        const bool goesOn = at > m_plain && !isAscii(rest.front()) && !isAscii(m_text[at - 1]);
        const bool mayBegin =
            isWordByte(rest.front()) || !isAscii(rest.front()) || rest.starts_with("::");
        return mayBegin && !goesOn ? m_patterns.find(at) : std::nullopt;
    }

    const std::string_view m_text;
    const TextPieces m_pieces;
    PatternFinder m_patterns;
    NameSink &m_sink;
    std::optional<NameSearch> m_search;
    std::optional<TextPart> m_secret; // further on
    std::size_t m_piece = 0;
    std::size_t m_plain = 0; // not given on yet, from here
};

} // namespace

void takeApart(std::string_view text, const Pseudonyms *known, NameSink &sink)
{
    Taker(text, known, sink).run();
}

void takeApartUrl(std::string_view text, const Pseudonyms *known, NameSink &sink)
{
    if (text.empty())
        return;
    const auto url = urlOf(text);
    if (url.size() == text.size())
        takeApartUrlText(url, sink);
    else if (isHostAndPort(text))
        takeApart(text, known, sink);
    else
        sink.name(NameKind::Path, text);
}

void takeApartSource(std::string_view source, NameSink &sink)
{
    if (source.empty() || source == "?")
        sink.plain(source);
    else if (source != "localhost" && isHostAndPort(source))
        takeApart(source, nullptr, sink);
    else
        sink.name(NameKind::Source, source);
}

} // namespace watchline
