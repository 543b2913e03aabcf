// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/loghead.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace watchline {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kConnection = "connection";
constexpr std::string_view kWatch = "watch";

// The longer one first where one begins another.
constexpr std::array kMessages = {
    KnownMessage{"device context initialized", kConnection, "device_id device_name"},
    KnownMessage{"failed to initialize device context; retrying", kConnection, "error"},
    KnownMessage{"device token unauthorized; stopping remote access gateway", kConnection,
                 "error watch_lease_id"},
    KnownMessage{"watch stream established", kWatch, "watch_lease_id heartbeat_interval"},
    KnownMessage{"watch stream connect failed", kWatch, "error"},
    KnownMessage{"watch endpoint returned non-SSE response; backing off", kWatch, ""},
    KnownMessage{"received wake", kWatch, "watch_lease_id"},
    KnownMessage{"watch stream read-timeout; reconnecting", kWatch, "watch_lease_id"},
    KnownMessage{"watch stream ended before wake; reconnecting", kWatch, "watch_lease_id"},
    KnownMessage{"watch stream error; reconnecting", kWatch, "watch_lease_id error"},
    KnownMessage{"another gateway holds the watch lease; backing off", kWatch, "watch_lease_id"},
    KnownMessage{"watch lease gone; reconnecting to acquire a fresh lease", kWatch,
                 "watch_lease_id"},
    KnownMessage{"watch heartbeat failed for too long; reconnecting", kWatch, "watch_lease_id"},
    KnownMessage{"heartbeat failed for too long", kWatch, "error stale_for_ms"},
    KnownMessage{"heartbeat task exited without a terminal reason; check for panics", kWatch,
                 "watch_lease_id"},
    KnownMessage{"received unexpected `hello` event on open stream; ignoring", kWatch, ""},
    KnownMessage{"ignoring unexpected event before hello", kWatch, "event"},
    KnownMessage{"ignoring unknown SSE event", kWatch, "event"},
    KnownMessage{"heartbeat failed; will retry", kWatch, "error"},
    KnownMessage{"connecting to room", kConnection, "remote_access_session_id"},
    KnownMessage{"connected to room", kConnection, "remote_access_session_id"},
    KnownMessage{"running remote access server", kConnection, "remote_access_session_id"},
    KnownMessage{"disconnecting from room", kConnection, "remote_access_session_id"},
    KnownMessage{"failed to join room after wake", kConnection, "error"},
    KnownMessage{
        "wake remote access session ID differs from established ID; keeping established ID",
        kConnection, ""},
};

constexpr auto kSeparators = " \t-|:[](){}<>,;/=#*"sv;
/// What may stand around the parts of a line: a host, a process, a thread, a file.
constexpr int kMostWords = 6;
constexpr int kMostSpans = 16;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isNameChar(char c)
{
    return isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '#';
}

bool isWordChar(char c)
{
    return isNameChar(c) || c == '@' || c == '+' || c == '~' || c == '$' || c == '%' || c == '\'';
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

void appendUtf8(QByteArray &out, char32_t c)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

/// `\u{1f916}`, after its `u`.
bool takeUnicode(std::string_view &text, QByteArray &out)
{
    const auto end = text.find('}');
    if (text.empty() || text.front() != '{' || end == text.npos || end < 2 || end > 9)
        return false;
    char32_t c = 0;
    for (const char digit : text.substr(1, end - 1)) {
        const char lower = static_cast<char>(digit | 0x20);
        if (isDigit(digit))
            c = c * 16 + static_cast<char32_t>(digit - '0');
        else if (lower >= 'a' && lower <= 'f')
            c = c * 16 + static_cast<char32_t>(lower - 'a' + 10);
        else
            return false;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return false;
    appendUtf8(out, c);
    text.remove_prefix(end + 1);
    return true;
}

/// A string as Rust quotes it; `text` stands at its quote. False: it has no end.
bool takeQuoted(std::string_view &text, QByteArray &value)
{
    auto rest = text.substr(1);
    QByteArray found;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') {
            value = found;
            text = rest;
            return true;
        }
        if (c != '\\' || rest.empty()) {
            found += c;
            continue;
        }
        const char escaped = rest.front();
        rest.remove_prefix(1);
        switch (escaped) {
        case 'n':
            found += '\n';
            break;
        case 'r':
            found += '\r';
            break;
        case 't':
            found += '\t';
            break;
        case '0':
            found += '\0';
            break;
        case 'u':
            if (takeUnicode(rest, found))
                break;
            [[fallthrough]];
        default:
            if (escaped != '"' && escaped != '\\' && escaped != '\'')
                found += '\\';
            found += escaped;
        }
    }
    return false;
}

/// `key=`
bool takeName(std::string_view &text, std::string_view &name)
{
    std::size_t length = 0;
    while (length < text.size() && length < 64 && isNameChar(text[length]))
        ++length;
    if (length == 0 || isDigit(text.front()) || length >= text.size() || text[length] != '=')
        return false;
    name = text.substr(0, length);
    text.remove_prefix(length + 1);
    return true;
}

/// Where ` key=` begins, or the end.
std::size_t nextField(std::string_view text)
{
    for (auto at = text.find(' '); at != text.npos; at = text.find(' ', at + 1)) {
        auto rest = text.substr(at + 1);
        std::string_view name;
        if (takeName(rest, name))
            return at;
    }
    return text.size();
}

/// A value of several words, which nothing but the line's end ends.
bool isFreeText(std::string_view name)
{
    return name == "error" || name == "device_name";
}

std::string_view withoutEnd(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// `stale_for_ms` stands behind the error where the gateway names it there.
void takeStaleFor(std::string_view &error, LogHead &head)
{
    constexpr auto name = " stale_for_ms="sv;
    const auto at = error.rfind(name);
    if (at == error.npos)
        return;
    const auto number = error.substr(at + name.size());
    if (number.empty() || !std::all_of(number.begin(), number.end(), isDigit))
        return;
    addLogField(head, "stale_for_ms", number);
    error = error.substr(0, at);
}

/// `gateway{id=1 name="a}b"}`, at its brace.
bool takeBraces(std::string_view &text)
{
    int depth = 0;
    bool isQuoted = false;
    for (std::size_t i = 0; i < text.size() && i < 4096; ++i) {
        const char c = text[i];
        if (isQuoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isQuoted = false;
        } else if (c == '"') {
            isQuoted = true;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            text.remove_prefix(i + 1);
            return true;
        }
    }
    return false;
}

/// `foxglove::remote_access::watch`
std::string_view targetAt(std::string_view text)
{
    if (!text.starts_with("foxglove"))
        return {};
    std::size_t length = 0;
    while (length < text.size() && length < 128 &&
           (isLetter(text[length]) || isDigit(text[length]) || text[length] == '_' ||
            text[length] == '.' || text[length] == ':'))
        ++length;
    while (length > 0 && (text[length - 1] == ':' || text[length - 1] == '.'))
        --length;
    // Python's `name:text` has nothing between the two: the text is then a part of it.
    return text.substr(0, length);
}

/// Reads from left to right, and takes nothing that it does not know: a text that only mentions a
/// gateway's line is none.
class HeadParser
{
public:
    explicit HeadParser(std::string_view text)
        : m_text(text)
    {}

    LogHead parse()
    {
        if (!run())
            m_head.kind = LogKind::Other;
        return std::move(m_head);
    }

private:
    bool run()
    {
        m_isBracketed = m_text.starts_with('[');
        while (!m_text.empty()) {
            if (m_hasLevel && takeKnown())
                return true;
            if (takeSeparator())
                continue;
            if (takeWrittenTime() || takeLevel() || takeTarget())
                continue;
            if (!takeWord())
                return isUnknown();
        }
        return isUnknown();
    }

    bool takeKnown()
    {
        auto rest = m_text;
        const auto *message = takeMessage(rest);
        if (!message)
            return false;
        if (!m_module.empty() && !isReadModule(m_module))
            return false;
        LogHead head = m_head;
        if (!parseLogFields(rest, *message, head))
            return false;
        if (m_module.empty() && !hasFieldOf(head, *message))
            return false;
        m_head = std::move(head);
        m_head.kind = LogKind::Known;
        m_head.message = message;
        m_head.shape = shape();
        m_head.module = bytes(m_module.empty() ? moduleWithoutTarget(*message) : m_module);
        return true;
    }

    /// One text is written by both.
    std::string_view moduleWithoutTarget(const KnownMessage &message) const
    {
        if (!message.fields.ends_with("watch_lease_id") || message.module == kWatch)
            return message.module;
        const bool hasLease =
            std::any_of(m_head.fields.begin(), m_head.fields.end(),
                        [](const auto &f) { return f.first == "watch_lease_id"; });
        return hasLease ? kWatch : message.module;
    }

    LogShape shape() const
    {
        if (!m_isRust)
            return LogShape::Other;
        return m_isBracketed ? LogShape::EnvLogger : LogShape::Tracing;
    }

    /// Something of a module that is read, but no known text.
    bool isUnknown()
    {
        if (m_module.empty() || !m_hasLevel || !isReadModule(m_module))
            return false;
        m_head.kind = LogKind::Unknown;
        m_head.module = bytes(m_module);
        m_head.shape = shape();
        return true;
    }

    bool takeSeparator()
    {
        if (m_text.starts_with("::") || kSeparators.find(m_text.front()) == kSeparators.npos)
            return false;
        m_text.remove_prefix(1);
        return true;
    }

    bool takeWrittenTime()
    {
        if (m_head.time)
            return false;
        WrittenTime time;
        if (!takeTime(m_text, time))
            return false;
        m_head.time = time;
        return true;
    }

    bool takeLevel()
    {
        if (m_hasLevel)
            return false;
        std::size_t length = 0;
        while (length < m_text.size() && length < 9 && isLetter(m_text[length]))
            ++length;
        if (length < m_text.size() && isWordChar(m_text[length]))
            return false;
        const auto level = logLevelOf(m_text.substr(0, length));
        if (level == LogLevel::Unknown)
            return false;
        m_hasLevel = true;
        m_head.level = level;
        m_text.remove_prefix(length);
        return true;
    }

    bool takeTarget()
    {
        if (!m_module.empty())
            return false;
        auto target = targetAt(m_text);
        // `foxglove.remote_access.watch:watch stream established`
        auto module = moduleOf(target);
        if (const auto colon = module.find(':'); colon != module.npos) {
            target = target.substr(0, target.size() - (module.size() - colon));
            module = module.substr(0, colon);
            if (m_text.substr(target.size()).starts_with("::"))
                return false;
        }
        if (module.empty())
            return false;
        m_isRust = target.find("::") != target.npos;
        m_module = module;
        m_text.remove_prefix(target.size());
        return true;
    }

    bool takeWord()
    {
        std::size_t length = 0;
        while (length < m_text.size() && length < 256 && isWordChar(m_text[length]))
            ++length;
        if (length == 0)
            return false;
        auto rest = m_text.substr(length);
        if (rest.starts_with('{')) {
            if (++m_spans > kMostSpans || !takeBraces(rest))
                return false;
        } else if (++m_words > kMostWords || rest.starts_with("::")) {
            return false;
        }
        // Once the level or the target is read words that follow each other are a text. A thread's
        // name may stand before the target.
        const auto after = rest.substr(std::min<std::size_t>(rest.size(), 1));
        const bool isRunning = rest.size() >= 2 && rest[0] == ' ' && isLetter(after[0]) &&
                               targetAt(after).empty() && !after.starts_with("ThreadId(");
        if ((m_hasLevel || !m_module.empty()) && (isRunning || rest.empty()))
            return false;
        m_text = rest;
        return true;
    }

    std::string_view m_text;
    std::string_view m_module;
    LogHead m_head;
    bool m_hasLevel = false;
    bool m_isRust = false;
    bool m_isBracketed = false;
    int m_words = 0;
    int m_spans = 0;
};

} // namespace

LogHead parseLogHead(std::string_view text)
{
    return HeadParser(text).parse();
}

const KnownMessage *takeMessage(std::string_view &text)
{
    for (const auto &message : kMessages) {
        if (!text.starts_with(message.text))
            continue;
        const auto rest = text.substr(message.text.size());
        if (!rest.empty() && rest.front() != ' ' && rest.front() != '\r')
            continue;
        text = rest;
        return &message;
    }
    return nullptr;
}

bool parseLogFields(std::string_view text, const KnownMessage &message, LogHead &head)
{
    while (true) {
        while (!text.empty() && (text.front() == ' ' || text.front() == '\r'))
            text.remove_prefix(1);
        if (text.empty())
            return true;
        std::string_view name;
        const auto before = text;
        if (!takeName(text, name)) {
            // A name without its sign at the line's end: cut there.
            head.isCut = std::all_of(before.begin(), before.end(), isNameChar);
            return head.isCut;
        }
        if (name == "error") {
            text = withoutEnd(text);
            if (message.text == "heartbeat failed for too long")
                takeStaleFor(text, head);
            addLogField(head, name, text);
            head.isOpen = true;
            return true;
        }
        QByteArray value;
        const bool isQuoted = text.starts_with('"');
        if (isQuoted || text.starts_with("Some(\"")) {
            auto rest = isQuoted ? text : text.substr(5);
            if (takeQuoted(rest, value)) {
                if (!isQuoted && rest.starts_with(')'))
                    rest.remove_prefix(1);
                if (rest.empty() || rest.front() == ' ' || rest.front() == '\r') {
                    head.fields.emplace_back(bytes(name), value);
                    text = rest;
                    continue;
                }
            } else if (!isFreeText(name)) {
                head.isCut = true;
                return true;
            }
            if (!isFreeText(name))
                return false;
        }
        const auto end = isFreeText(name) ? text.size() : nextField(text);
        head.isOpen = isFreeText(name);
        const auto found = withoutEnd(text.substr(0, end));
        if (found != "None")
            head.fields.emplace_back(bytes(name), bytes(found));
        head.isCut = found.empty() && end == text.size() && !isFreeText(name);
        text.remove_prefix(end);
    }
}

void addLogField(LogHead &head, std::string_view name, std::string_view value)
{
    const bool isBeforeError = !head.fields.isEmpty() && head.fields.last().first == "error";
    head.fields.insert(head.fields.size() - (isBeforeError ? 1 : 0), {bytes(name), bytes(value)});
}

bool hasFieldOf(const LogHead &head, const KnownMessage &message)
{
    if (message.fields.empty())
        return true;
    return std::any_of(head.fields.begin(), head.fields.end(), [&](const auto &field) {
        const std::string_view name(field.first.constData(),
                                    static_cast<std::size_t>(field.first.size()));
        return message.fields.find(name) != message.fields.npos;
    });
}

std::string_view moduleOf(std::string_view target)
{
    for (const auto prefix : {"foxglove::remote_access::"sv, "foxglove.remote_access."sv}) {
        if (target.starts_with(prefix))
            return target.substr(prefix.size());
    }
    return {};
}

bool isReadModule(std::string_view module)
{
    return module == kConnection || module == kWatch;
}

LogLevel logLevelOf(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, LogLevel>, 9> levels = {{
        {"INFO", LogLevel::Info},
        {"WARN", LogLevel::Warn},
        {"WARNING", LogLevel::Warn},
        {"ERROR", LogLevel::Error},
        {"DEBUG", LogLevel::Debug},
        {"TRACE", LogLevel::Trace},
        {"CRITICAL", LogLevel::Error},
        {"FATAL", LogLevel::Error},
        {"NOTICE", LogLevel::Info},
    }};
    for (const auto &[name, level] : levels) {
        if (name.size() == word.size() &&
            std::equal(name.begin(), name.end(), word.begin(), [](char upper, char c) {
                return upper == c || upper == static_cast<char>(c & ~0x20);
            }))
            return level;
    }
    return LogLevel::Unknown;
}

bool beginsLikeLine(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '[' || text.front() == '<'))
        text.remove_prefix(1);
    WrittenTime time;
    auto rest = text;
    if (takeTime(rest, time))
        return true;
    std::size_t length = 0;
    while (length < text.size() && length < 9 && isLetter(text[length]))
        ++length;
    return length < text.size() &&
           (text[length] == ' ' || text[length] == ':' || text[length] == ']') &&
           logLevelOf(text.substr(0, length)) != LogLevel::Unknown;
}

} // namespace watchline
