// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/logline.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace watchline {

namespace {

using namespace std::string_view_literals;
namespace dom = simdjson::dom;

constexpr int kMostCarriers = 6;
constexpr std::size_t kLongestName = 256;

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
    return isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '-' || c == '/' || c == '@' ||
           c == '\\';
}

bool isAllDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

QByteArray bytes(std::string_view text)
{
    text = text.substr(0, kLongestName);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

void addOrigin(LogLine &line, std::string_view part)
{
    if (part.empty() || part == "-")
        return;
    if (!line.origin.isEmpty())
        line.origin += '/';
    line.origin += bytes(part);
}

std::string_view takeWord(std::string_view &text)
{
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

bool takeChar(std::string_view &text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

/// Colours and what else a terminal takes: ESC [ ... letter.
bool hasEscape(std::string_view text)
{
    return text.find('\x1b') != text.npos;
}

std::string withoutEscapes(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\x1b' || i + 1 >= text.size() || text[i + 1] != '[') {
            out += text[i];
            continue;
        }
        auto end = i + 2;
        while (end < text.size() && (isDigit(text[end]) || text[end] == ';'))
            ++end;
        if (end < text.size() && isLetter(text[end]))
            i = end;
        else
            out += text[i];
    }
    return out;
}

std::string_view withoutLineEnd(std::string_view text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::string_view withoutSuffix(std::string_view text, std::string_view suffix)
{
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

/// `<14>`
bool takePriority(std::string_view &text)
{
    auto rest = text;
    if (!takeChar(rest, '<'))
        return false;
    const auto end = rest.find('>');
    if (end == rest.npos || end > 3 || !isAllDigits(rest.substr(0, end)))
        return false;
    text = rest.substr(end + 1);
    return true;
}

/// `gateway[812]: ` or `gateway: `
bool takeTag(std::string_view &text, std::string_view &name, std::string_view &process)
{
    std::size_t length = 0;
    while (length < text.size() && length < 128 &&
           (isNameChar(text[length]) || text[length] == '(' || text[length] == ')'))
        ++length;
    if (length == 0)
        return false;
    name = text.substr(0, length);
    auto rest = text.substr(length);
    process = {};
    if (takeChar(rest, '[')) {
        const auto end = rest.find(']');
        if (end == rest.npos || !isAllDigits(rest.substr(0, end)))
            return false;
        process = rest.substr(0, end);
        rest.remove_prefix(end + 1);
    }
    if (!takeChar(rest, ':'))
        return false;
    if (!rest.empty() && !takeChar(rest, ' '))
        return false;
    if (logLevelOf(name) != LogLevel::Unknown || name.find("remote_access") != name.npos)
        return false;
    text = rest;
    return true;
}

/// A value by which a journald field is taken over.
void setIfEmpty(std::string &place, std::string_view value)
{
    if (place.empty())
        place = value.substr(0, kLongestName);
}

} // namespace

void JournalRecord::applyTo(LogLine &line) const
{
    addOrigin(line, hostname);
    const bool isSession =
        unit.starts_with("user@") || unit.starts_with("session-") || unit == "init.scope";
    // Docker and ROS run many programs in one unit: the container's name tells more.
    const auto name = !container.empty()            ? std::string_view(container)
                      : !userUnit.empty()           ? std::string_view(userUnit)
                      : !unit.empty() && !isSession ? std::string_view(unit)
                                                    : std::string_view(identifier);
    addOrigin(line, withoutSuffix(name, ".service"));
    line.process = bytes(process);
    qint64 number = 0;
    const auto *end = microseconds.data() + microseconds.size();
    const auto [parsed, error] = std::from_chars(microseconds.data(), end, number);
    constexpr qint64 kFarthest = 7'000'000'000'000'000;
    if (error == std::errc() && parsed == end && number > 0 && number < kFarthest) {
        WrittenTime time;
        time.unixNanoseconds = number * 1000;
        time.digits = 6;
        line.carrierTime = time;
    }
}

struct LogLineParser::Private
{
    dom::parser json;
    /// What a JSON carrier held, or was stripped of its colours: each keeps its place.
    std::array<std::string, 2 * kMostCarriers + 2> texts;
    std::size_t used = 0;

    std::string_view keep(std::string text)
    {
        if (used >= texts.size())
            return {};
        auto &place = texts[used++];
        place = std::move(text);
        return place;
    }

    bool takeCarrier(std::string_view &text, LogLine &line);
    bool takeJson(std::string_view &text, LogLine &line);
    bool takeJournal(const dom::object &object, std::string_view &text, LogLine &line);
    bool takeDocker(const dom::object &object, std::string_view &text, LogLine &line);
    static bool takeShape(const dom::object &object, LogLine &line);
    static bool takeSyslog5424(std::string_view &text, LogLine &line);
    static bool takeTimed(std::string_view &text, LogLine &line);
    static bool takeBracketed(std::string_view &text, LogLine &line);
    static bool takeCompose(std::string_view &text, LogLine &line);
};

namespace {

std::string_view stringOf(const dom::object &object, std::string_view key)
{
    std::string_view value;
    return object.at_key(key).get(value) == simdjson::SUCCESS ? value : std::string_view();
}

/// A string, or the bytes of one that JSON cannot hold.
bool textOf(const dom::object &object, std::string_view key, std::string &text)
{
    dom::element element;
    if (object.at_key(key).get(element) != simdjson::SUCCESS)
        return false;
    if (std::string_view value; element.get(value) == simdjson::SUCCESS) {
        text = value;
        return true;
    }
    dom::array array;
    if (element.get(array) != simdjson::SUCCESS)
        return false;
    text.clear();
    for (const dom::element item : array) {
        std::uint64_t byte = 0;
        if (item.get(byte) != simdjson::SUCCESS || byte > 255 ||
            text.size() >= LogLineParser::kLongestText)
            return false;
        text += static_cast<char>(byte);
    }
    return true;
}

/// As a line of text would show it.
std::string shownValue(const dom::element &element)
{
    if (std::string_view value; element.get(value) == simdjson::SUCCESS)
        return std::string(value);
    return simdjson::minify(element);
}

std::string_view firstOf(const dom::object &object, std::initializer_list<std::string_view> keys)
{
    for (const auto key : keys) {
        if (const auto value = stringOf(object, key); !value.empty())
            return value;
    }
    return {};
}

std::optional<WrittenTime> timeOf(const dom::object &object)
{
    for (const auto key : {"timestamp"sv, "time"sv, "asctime"sv, "@timestamp"sv, "ts"sv}) {
        dom::element element;
        if (object.at_key(key).get(element) != simdjson::SUCCESS)
            continue;
        WrittenTime time;
        auto text = stringOf(object, key);
        const auto number = text.empty() ? std::string(simdjson::minify(element)) : std::string();
        if (text.empty())
            text = number;
        if (takeTime(text, time))
            return time;
    }
    return std::nullopt;
}

bool isPlumbing(std::string_view key)
{
    constexpr std::array keys = {"timestamp"sv, "time"sv,     "asctime"sv,    "@timestamp"sv,
                                 "ts"sv,        "level"sv,    "levelname"sv,  "severity"sv,
                                 "target"sv,    "name"sv,     "logger"sv,     "message"sv,
                                 "msg"sv,       "span"sv,     "spans"sv,      "threadName"sv,
                                 "threadId"sv,  "filename"sv, "line_number"sv};
    return std::find(keys.begin(), keys.end(), key) != keys.end() || key.starts_with("log.");
}

void addJsonField(LogHead &head, std::string_view name, const dom::element &element)
{
    auto value = shownValue(element);
    if (element.is_null() || value == "None")
        return;
    if (value.starts_with("Some(\"") && value.ends_with("\")"))
        value = value.substr(5, value.size() - 6);
    if (name != "error" && value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
        value = value.substr(1, value.size() - 2);
    addLogField(head, name, value);
}

} // namespace

bool LogLineParser::Private::takeJournal(const dom::object &object, std::string_view &text,
                                         LogLine &line)
{
    JournalRecord record;
    if (!textOf(object, "MESSAGE", record.message) ||
        record.message.size() > LogLineParser::kLongestText)
        return false;
    setIfEmpty(record.hostname, stringOf(object, "_HOSTNAME"));
    setIfEmpty(record.unit, stringOf(object, "_SYSTEMD_UNIT"));
    setIfEmpty(record.userUnit, stringOf(object, "_SYSTEMD_USER_UNIT"));
    setIfEmpty(record.container, stringOf(object, "CONTAINER_NAME"));
    setIfEmpty(record.identifier, stringOf(object, "SYSLOG_IDENTIFIER"));
    setIfEmpty(record.identifier, stringOf(object, "_COMM"));
    setIfEmpty(record.process, stringOf(object, "_PID"));
    setIfEmpty(record.microseconds, stringOf(object, "__REALTIME_TIMESTAMP"));
    record.applyTo(line);
    line.carriers += 'J';
    line.isRecord = true;
    text = withoutLineEnd(keep(std::move(record.message)));
    return true;
}

bool LogLineParser::Private::takeDocker(const dom::object &object, std::string_view &text,
                                        LogLine &line)
{
    std::string_view log;
    if (object.at_key("log").get(log) != simdjson::SUCCESS)
        return false;
    // docker's daemon names what --log-opt tag says; fluentd and its like what kubernetes calls it.
    dom::object about;
    if (object.at_key("attrs").get(about) == simdjson::SUCCESS)
        addOrigin(line, stringOf(about, "tag"));
    else if (object.at_key("kubernetes").get(about) == simdjson::SUCCESS)
        addOrigin(line, firstOf(about, {"pod_name", "container_name"}));
    else
        addOrigin(line, stringOf(object, "container_name"));
    line.stream = stringOf(object, "stream").substr(0, 16);
    if (const auto time = timeOf(object)) {
        line.carrierTime = time;
        line.isCarrierExact = true;
    }
    line.isPart = !log.ends_with('\n');
    line.carriers += 'D';
    text = withoutLineEnd(keep(std::string(log.substr(0, LogLineParser::kLongestText))));
    return true;
}

/// tracing's JSON, and that of Python's formatters.
bool LogLineParser::Private::takeShape(const dom::object &object, LogLine &line)
{
    auto &head = line.head;
    dom::object fields;
    const bool isNested = object.at_key("fields").get(fields) == simdjson::SUCCESS;
    const auto level = logLevelOf(firstOf(object, {"level", "levelname", "severity"}));
    auto text = firstOf(isNested ? fields : object, {"message", "msg"});
    if (level == LogLevel::Unknown || text.empty())
        return false;
    const auto target = firstOf(object, {"target", "name", "logger"});
    const auto module = moduleOf(target);
    if (module.empty() && target.find("::") != target.npos)
        return true;
    head.level = level;
    head.shape = LogShape::TracingJson;
    head.time = timeOf(object);
    if (!module.empty() && !isReadModule(module))
        return true;
    const auto *message = takeMessage(text);
    if (message && parseLogFields(text, *message, head)) {
        for (const auto [key, value] : isNested ? fields : object) {
            if (!isPlumbing(key))
                addJsonField(head, key, value);
        }
        // The order is no message's: an error is the last of them.
        std::stable_partition(head.fields.begin(), head.fields.end(),
                              [](const auto &field) { return field.first != "error"; });
        head.isOpen = false;
        if (!module.empty() || hasFieldOf(head, *message)) {
            head.kind = LogKind::Known;
            head.message = message;
            head.module = bytes(module.empty() ? message->module : module);
            return true;
        }
    }
    if (!module.empty())
        head.kind = LogKind::Unknown;
    return true;
}

/// True: a carrier, or the program's own JSON, was read.
bool LogLineParser::Private::takeJson(std::string_view &text, LogLine &line)
{
    dom::object object;
    if (!text.starts_with('{') ||
        json.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS)
        return false;
    if (takeJournal(object, text, line) || takeDocker(object, text, line))
        return true;
    if (!takeShape(object, line))
        return false;
    line.isJson = true;
    return true;
}

/// `<14>1 2026-11-23T09:36:36.161Z host app 812 id [data] text`
bool LogLineParser::Private::takeSyslog5424(std::string_view &text, LogLine &line)
{
    auto rest = text;
    takePriority(rest);
    if (!takeChar(rest, '1') || !takeChar(rest, ' '))
        return false;
    WrittenTime time;
    const bool hasTime = takeTime(rest, time);
    if ((!hasTime && !takeChar(rest, '-')) || !takeChar(rest, ' '))
        return false;
    std::array<std::string_view, 4> words; // host, program, process, message's id
    for (auto &word : words) {
        word = takeWord(rest);
        if (word.empty() || !takeChar(rest, ' '))
            return false;
    }
    if (!takeChar(rest, '-')) {
        while (takeChar(rest, '[')) {
            bool isQuoted = false;
            std::size_t at = 0;
            for (; at < rest.size() && (isQuoted || rest[at] != ']'); ++at) {
                if (rest[at] == '\\')
                    ++at;
                else if (rest[at] == '"')
                    isQuoted = !isQuoted;
            }
            if (at >= rest.size())
                return false;
            rest.remove_prefix(at + 1);
        }
    }
    if (!rest.empty() && !takeChar(rest, ' '))
        return false;
    if (rest.starts_with("\xEF\xBB\xBF"))
        rest.remove_prefix(3);
    addOrigin(line, words[0]);
    addOrigin(line, words[1]);
    if (words[2] != "-")
        line.process = bytes(words[2]);
    if (hasTime)
        line.carrierTime = time;
    line.carriers += 'Y';
    text = rest;
    return true;
}

/// What begins with a time that is not the program's own: syslog, journalctl, kubectl, docker, CRI.
bool LogLineParser::Private::takeTimed(std::string_view &text, LogLine &line)
{
    auto rest = text;
    takePriority(rest);
    // journalctl's short-monotonic has no time of day.
    const bool isMonotonic = rest.starts_with('[') && rest.find(']') < 24;
    std::optional<WrittenTime> time;
    if (isMonotonic) {
        const auto inner = rest.substr(1, rest.find(']') - 1);
        if (inner.find('.') == inner.npos || !std::all_of(inner.begin(), inner.end(), [](char c) {
                return isDigit(c) || c == '.' || c == ' ';
            }))
            return false;
        rest.remove_prefix(inner.size() + 2);
    } else {
        WrittenTime found;
        if (!takeTime(rest, found))
            return false;
        time = found;
    }
    if (!takeChar(rest, ' '))
        return false;
    const bool isMoment = time && time->year != 0 && time->offsetSeconds.has_value();
    const auto take = [&](char carrier) {
        if (time)
            line.carrierTime = time;
        line.carriers += carrier;
        text = rest;
        return true;
    };

    if (isMoment && (rest.starts_with("stdout ") || rest.starts_with("stderr "))) {
        const auto flag = rest.substr(7, 2);
        if (flag == "F " || flag == "P ") {
            line.stream = rest.substr(0, 6);
            line.isPart = flag[0] == 'P';
            line.isCarrierExact = true;
            rest.remove_prefix(9);
            return take('C');
        }
    }

    // A time zone's name, as journalctl's short-full has it, is no host's.
    auto afterZone = rest;
    const auto zone = takeWord(afterZone);
    if (time && !time->offsetSeconds && zone.size() >= 3 && zone.size() <= 5 &&
        logLevelOf(zone) == LogLevel::Unknown && takeChar(afterZone, ' ') &&
        std::all_of(zone.begin(), zone.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
        rest = afterZone;

    auto tagged = rest;
    std::string_view host;
    std::string_view name;
    std::string_view process;
    if (!takeTag(tagged, name, process)) {
        host = takeWord(tagged);
        const bool isHost = !host.empty() && logLevelOf(host) == LogLevel::Unknown &&
                            std::all_of(host.begin(), host.end(),
                                        [](char c) { return isNameChar(c) || c == ':'; }) &&
                            host != "-" && host.find("remote_access") == host.npos &&
                            takeChar(tagged, ' ') && takeTag(tagged, name, process);
        if (!isHost)
            name = {};
    }
    if (!name.empty()) {
        rest = tagged;
        addOrigin(line, host);
        addOrigin(line, withoutSuffix(name, ".service"));
        line.process = bytes(process);
        line.isUnprintable = rest.ends_with("B blob data]") && rest.starts_with('[');
        return take('S');
    }
    // A time before another line's head: kubectl or docker with timestamps. A level right after it
    // makes it the program's own.
    if (isMoment) {
        auto word = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
        const auto first = takeWord(word);
        if (logLevelOf(first.substr(0, first.find(':'))) == LogLevel::Unknown ||
            first.find(':') != first.npos)
            return take('K');
    }
    return false;
}

/// `[gateway-1] ` of ROS's launch, `[pod/name/container] ` of kubectl --prefix.
bool LogLineParser::Private::takeBracketed(std::string_view &text, LogLine &line)
{
    auto rest = text;
    if (!takeChar(rest, '['))
        return false;
    const auto end = rest.find(']');
    if (end == rest.npos || end == 0 || end > kLongestName)
        return false;
    const auto name = rest.substr(0, end);
    if (!std::all_of(name.begin(), name.end(), isNameChar) || end + 1 >= rest.size() ||
        rest[end + 1] != ' ')
        return false;
    const bool isPod = name.starts_with("pod/");
    const auto dash = name.rfind('-');
    const bool isNode = dash != name.npos && dash > 0 && isAllDigits(name.substr(dash + 1)) &&
                        !isDigit(name.front());
    if (!isPod && !isNode)
        return false;
    addOrigin(line, isPod ? name.substr(4) : name);
    line.carriers += isPod ? 'P' : 'R';
    text = rest.substr(end + 2);
    return true;
}

/// `gateway-1  | ` of docker compose.
bool LogLineParser::Private::takeCompose(std::string_view &text, LogLine &line)
{
    std::size_t length = 0;
    while (length < text.size() && length < kLongestName && isNameChar(text[length]))
        ++length;
    auto rest = text.substr(length);
    while (takeChar(rest, ' ')) {
    }
    const auto name = text.substr(0, length);
    if (length == 0 || isDigit(name.front()) || rest.data() == name.data() + length ||
        logLevelOf(name) != LogLevel::Unknown || name.find("remote_access") != name.npos ||
        !rest.starts_with("| "))
        return false;
    addOrigin(line, name);
    line.carriers += 'O';
    text = rest.substr(2);
    return true;
}

bool LogLineParser::Private::takeCarrier(std::string_view &text, LogLine &line)
{
    if (text.empty())
        return false;
    return takeBracketed(text, line) || takeSyslog5424(text, line) || takeTimed(text, line) ||
           takeCompose(text, line);
}

LogLineParser::LogLineParser()
    : d(std::make_unique<Private>())
{}

LogLineParser::~LogLineParser() = default;
LogLineParser::LogLineParser(LogLineParser &&) noexcept = default;
LogLineParser &LogLineParser::operator=(LogLineParser &&) noexcept = default;

void LogLineParser::parse(std::string_view line, LogLine &result)
{
    parseCarriers(line, result);
    if (!result.isJson)
        parseText(result.text, result);
}

void LogLineParser::parseCarriers(std::string_view line, LogLine &result)
{
    result = {};
    d->used = 0;
    auto text = withoutLineEnd(line.substr(0, kLongestText));
    // A file that was emptied while its writer went on begins with zeros; a mark may stand at any
    // place where files were put together.
    while (!text.empty() && (text.front() == '\0' || text.starts_with("\xEF\xBB\xBF")))
        text.remove_prefix(text.front() == '\0' ? 1 : 3);
    result.textAt = static_cast<std::size_t>(text.data() - line.data());
    bool isInLine = true;
    for (int depth = 0; depth < kMostCarriers; ++depth) {
        if (text.starts_with('\x1b')) {
            text = d->keep(withoutEscapes(text));
            isInLine = false;
        }
        if (text.starts_with('{')) {
            if (!d->takeJson(text, result) || result.isJson)
                break;
            isInLine = false;
        } else if (!d->takeCarrier(text, result)) {
            break;
        }
    }
    result.text = text;
    if (isInLine)
        result.textAt = static_cast<std::size_t>(text.data() - line.data());
}

void LogLineParser::parseText(std::string_view text, LogLine &result)
{
    // Colours before the target are the shape's; within a value they are somebody's.
    constexpr std::size_t kWithoutTarget = 64;
    const auto target = text.find("remote_access");
    if (hasEscape(text.substr(0, target == text.npos ? kWithoutTarget : target))) {
        const auto plain = d->keep(withoutEscapes(text));
        if (!plain.empty())
            text = plain;
    }
    result.head = parseLogHead(text);
}

} // namespace watchline
