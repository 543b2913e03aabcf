// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace watchline {

namespace {

namespace json = simdjson::ondemand;

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

qsizetype digitsAt(std::string_view text)
{
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
    return end - text.begin();
}

/// Whether it is a number by JSON's grammar, however large.
bool isNumber(std::string_view text)
{
    const auto skip = [&text](std::string_view any) {
        const bool found = !text.empty() && any.find(text.front()) != std::string_view::npos;
        if (found)
            text.remove_prefix(1);
        return found;
    };
    const auto skipDigits = [&text] {
        const auto count = digitsAt(text);
        text.remove_prefix(static_cast<std::size_t>(count));
        return count > 0;
    };
    skip("-");
    if (!skip("0") && !skipDigits())
        return false;
    if (skip(".") && !skipDigits())
        return false;
    if (skip("eE")) {
        skip("+-");
        if (!skipDigits())
            return false;
    }
    return text.empty();
}

std::string_view withoutTrailingSpace(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// A text as it stands between its quotes.
std::string_view withoutQuotes(std::string_view token)
{
    token = withoutTrailingSpace(token);
    return token.substr(1, token.size() - 2);
}

/// Without a backslash in the line a text need not be decoded: it is looked at where it stands.
enum class Escapes {
    None,
    Some,
};

/// Text, number, flag or null as it is; anything nested, and a number that does not fit, as its
/// JSON text.
simdjson::error_code readValue(json::value &value, Escapes escapes, ValueView &out)
{
    using Type = ValueView::Type;
    json::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    switch (type) {
    case json::json_type::string:
        out.type = Type::Text;
        if (escapes == Escapes::Some)
            return value.get_string().get(out.text);
        out.text = withoutQuotes(value.raw_json_token());
        return simdjson::SUCCESS;
    case json::json_type::number: {
        out.text = withoutTrailingSpace(value.raw_json_token());
        json::number number;
        if (const auto error = value.get_number().get(number)) {
            out.type = Type::Text;
            return isNumber(out.text) ? simdjson::SUCCESS : error;
        }
        if (number.is_int64()) {
            out.type = Type::Integer;
            out.integer = number.get_int64();
        } else {
            out.type = Type::Real;
            out.real = number.as_double();
        }
        return simdjson::SUCCESS;
    }
    case json::json_type::boolean:
        out.type = Type::Flag;
        return value.get_bool().get(out.flag);
    case json::json_type::null:
        out.type = Type::Null;
        return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    case json::json_type::object:
    case json::json_type::array:
        break;
    }
    out.type = Type::Text;
    return simdjson::to_json_string(value).get(out.text);
}

simdjson::error_code readKey(json::field &member, Escapes escapes, std::string_view &key)
{
    if (escapes == Escapes::Some)
        return member.unescaped_key().get(key);
    const char *begin = member.key().raw();
    const char *end = begin;
    while (*end != '"')
        ++end;
    key = {begin, static_cast<std::size_t>(end - begin)};
    return simdjson::SUCCESS;
}

/// What every event has, whatever its kind.
bool isEventsOwn(std::string_view key)
{
    return key == "t" || key == "kind" || key == "source" || key == "attempt";
}

/// Whether nothing but white space follows the object that was read.
bool atEnd(json::document &document)
{
    const char *next = nullptr;
    return document.current_location().get(next) != simdjson::SUCCESS;
}

} // namespace

struct EventParser::Private
{
    /// More than this is given back after the line that needed it.
    static constexpr std::size_t kUsualLine = 1024 * 1024;

    json::parser parser;
    /// A line with the padding that simdjson reads beyond it.
    std::vector<char> buffer;
    EventView view; // for parse() of an Event
    const char *problem = "";
    qint64 laterVersion = 0;

    QByteArrayView padded(QByteArrayView line);
    simdjson::error_code open(QByteArrayView line, json::document &document);
    simdjson::error_code read(QByteArrayView line, EventView &event, bool &hasTime, bool &hasKind);
};

QByteArrayView EventParser::Private::padded(QByteArrayView line)
{
    const auto size = static_cast<std::size_t>(line.size());
    if (buffer.size() > kUsualLine && size < kUsualLine)
        buffer = {};
    if (buffer.size() < size + kPadding)
        buffer.resize(size + kPadding);
    if (size > 0)
        std::memcpy(buffer.data(), line.data(), size);
    std::memset(buffer.data() + size, ' ', kPadding);
    return {buffer.data(), line.size()};
}

simdjson::error_code EventParser::Private::open(QByteArrayView line, json::document &document)
{
    static_assert(kPadding >= static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    const auto size = static_cast<std::size_t>(line.size());
    if (parser.capacity() > kUsualLine && size < kUsualLine)
        parser = json::parser();
    return parser.iterate(line.data(), size, size + kPadding).get(document);
}

simdjson::error_code EventParser::Private::read(QByteArrayView line, EventView &event,
                                                bool &hasTime, bool &hasKind)
{
    using Type = ValueView::Type;
    json::document document;
    if (const auto error = open(line, document))
        return error;
    json::object object;
    if (const auto error = document.get_object().get(object))
        return error;
    const auto escapes = line.contains('\\') ? Escapes::Some : Escapes::None;
    int members = 0;
    for (auto entry : object) {
        // Consumers look at all of an event's members: without a limit one line could take for
        // ever.
        if (++members > kMostMembers)
            return simdjson::CAPACITY;
        if (entry.error())
            return entry.error();
        json::field &&member =
            std::move(entry).value_unsafe(); // moving it would cost more than reading
        std::string_view key;
        if (const auto error = readKey(member, escapes, key))
            return error;
        const bool isOwn = isEventsOwn(key);
        const Field field = isOwn ? Field::Unknown : fieldFromName(key);
        ValueView own;
        auto &value =
            isOwn ? own : event.add(field, field == Field::Unknown ? key : std::string_view());
        if (const auto error = readValue(member.value(), escapes, value))
            return error;
        if (!isOwn)
            continue;
        if (key == "t") {
            hasTime = own.type == Type::Integer;
            event.t = Nanoseconds(own.integer);
        } else if (key == "kind") {
            hasKind = own.type == Type::Text && !own.text.empty();
            event.kindText = own.text;
        } else if (key == "source" && own.type == Type::Text) {
            event.source = own.text;
        } else if (key == "attempt" && own.type == Type::Integer) {
            event.attempt = static_cast<int>(
                std::clamp<qint64>(own.integer, 0, std::numeric_limits<int>::max()));
        }
    }
    return atEnd(document) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

EventParser::EventParser()
    : d(std::make_unique<Private>())
{}

EventParser::~EventParser() = default;
EventParser::EventParser(EventParser &&) noexcept = default;
EventParser &EventParser::operator=(EventParser &&) noexcept = default;

bool EventParser::parsePadded(QByteArrayView line, EventView &event)
{
    event.clear();
    const auto fail = [this](const char *problem) {
        d->problem = problem;
        d->laterVersion = 0;
        return false;
    };
    if (line.size() > kLongestLine)
        return fail("it is longer than 128 MiB");
    bool hasTime = false;
    bool hasKind = false;
    const auto error = d->read(line, event, hasTime, hasKind);
    if (error == simdjson::CAPACITY)
        return fail("it has too many members");
    if (error)
        return fail(simdjson::error_message(error));
    if (!hasTime)
        return fail("it has no integer member \"t\"");
    if (!hasKind)
        return fail("it has no text member \"kind\"");
    if (event.t < -kFarthestTime || event.t > kFarthestTime)
        return fail("its time is out of range");
    event.kind = kindFromName(event.kindText);
    return true;
}

bool EventParser::parse(QByteArrayView line, EventView &event)
{
    return parsePadded(line.size() > kLongestLine ? line : d->padded(line), event);
}

bool EventParser::parse(QByteArrayView line, Event &event)
{
    const bool isGood = parse(line, d->view);
    event = isGood ? d->view.toEvent() : Event();
    return isGood;
}

QString EventParser::error() const
{
    const auto text = QString::fromLatin1(d->problem);
    return d->laterVersion > 0 ? text.arg(d->laterVersion) : text;
}

bool EventParser::parseHeader(QByteArrayView line, SessionHeader &header)
{
    using Type = ValueView::Type;
    header = SessionHeader();
    d->laterVersion = 0;
    qint64 version = 0;
    const auto read = [&]() -> simdjson::error_code {
        json::document document;
        if (const auto error = d->open(d->padded(line), document))
            return error;
        json::object object;
        if (const auto error = document.get_object().get(object))
            return error;
        for (auto entry : object) {
            json::field member;
            if (const auto error = std::move(entry).get(member))
                return error;
            std::string_view key;
            if (const auto error = readKey(member, Escapes::Some, key))
                return error;
            if (key == "sources") {
                json::array sources;
                if (member.value().get_array().get(sources))
                    continue;
                for (auto source : sources) {
                    std::string_view text;
                    if (!source.get_string().get(text))
                        header.sources.append(toText(text));
                }
                continue;
            }
            ValueView value;
            if (const auto error = readValue(member.value(), Escapes::Some, value))
                return error;
            const bool isText = value.type == Type::Text;
            if (key == "watchline")
                version = value.type == Type::Integer ? value.integer : 0;
            else if (key == "started" && isText)
                header.started =
                    QDateTime::fromString(toText(value.text), Qt::ISODateWithMs).toUTC();
            else if (key == "generator" && isText)
                header.generator = toText(value.text);
            else if (key == "api_url" && isText)
                header.apiUrl = toText(value.text);
        }
        return atEnd(document) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    };
    const auto error = read();
    if (error || version <= 0) {
        d->problem = "it does not start with a Watchline session header";
        return false;
    }
    if (version > 1) {
        d->laterVersion = version;
        d->problem =
            "it was written by a later release (format version %1; this one reads version 1)";
        return false;
    }
    return true;
}

} // namespace watchline
