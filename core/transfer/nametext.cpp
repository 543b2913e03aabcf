// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/nametext.h"

#include "core/policy/retrypolicy.h"

#include <algorithm>

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

std::string percentDecoded(std::string_view text)
{
    const auto digit = [](char c) { return isDigit(c) ? c - '0' : lowered(c) - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isCode = text[i] == '%' && i + 2 < text.size() && isHexDigit(text[i + 1]) &&
                            isHexDigit(text[i + 2]);
        out += isCode ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
        i += isCode ? 2 : 0;
    }
    return out;
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
            if (key == "protocolVersion" && isPlainNumber(value))
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

/// A host with or without a port, and nothing else.
bool isHostAndPort(std::string_view text)
{
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

void takeApart(std::string_view text, const Pseudonyms *known, NameSink &sink)
{
    PatternFinder patterns(text);
    std::size_t plain = 0; // not given on yet, from here
    const auto giveOn = [&](std::size_t end) {
        if (end > plain)
            sink.plain(text.substr(plain, end - plain));
    };
    for (std::size_t at = 0; at < text.size();) {
        if (at > 0 && isWordByte(text[at]) && isWordByte(text[at - 1])) {
            ++at;
            continue;
        }
        const auto rest = text.substr(at);
        if (const auto url = urlOf(rest); !url.empty()) {
            giveOn(at);
            takeApartUrlText(url, sink);
            plain = at += url.size();
            continue;
        }
        const auto match = known ? known->matchAt(text, at) : std::nullopt;
        // Of a run of characters of other alphabets only the first begins anything.
        const bool goesOn = at > plain && !isAscii(rest.front()) && !isAscii(text[at - 1]);
        const bool mayBegin =
            isWordByte(rest.front()) || !isAscii(rest.front()) || rest.starts_with("::");
        const auto found = mayBegin && !goesOn ? patterns.find(at) : std::nullopt;
        if (match && (!found || match->size >= found->size)) {
            giveOn(at);
            sink.name(match->kind, match->name);
            plain = at += match->size;
        } else if (found) {
            giveOn(at);
            sink.name(found->kind, rest.substr(0, found->size));
            plain = at += found->size;
        } else {
            ++at;
        }
    }
    giveOn(text.size());
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
