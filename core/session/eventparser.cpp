// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"

#include "core/base/text.h"
#include "core/policy/retrypolicy.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

using namespace Qt::StringLiterals;

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

/// Text, number, flag or null as it is; anything nested, and a number that does not fit, as its
/// JSON text.
simdjson::error_code readValue(json::value value, Value &out)
{
    json::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    switch (type) {
    case json::json_type::string: {
        std::string_view text;
        if (const auto error = value.get_string().get(text))
            return error;
        out = toText(text);
        return simdjson::SUCCESS;
    }
    case json::json_type::number: {
        const std::string_view token = withoutTrailingSpace(value.raw_json_token());
        json::number number;
        if (const auto error = value.get_number().get(number)) {
            if (!isNumber(token))
                return error;
            out = toText(token);
            return simdjson::SUCCESS;
        }
        if (number.is_int64())
            out = qint64{number.get_int64()};
        else
            out = number.as_double();
        return simdjson::SUCCESS;
    }
    case json::json_type::boolean: {
        bool flag = false;
        if (const auto error = value.get_bool().get(flag))
            return error;
        out = flag;
        return simdjson::SUCCESS;
    }
    case json::json_type::null:
        out = nullptr;
        return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    case json::json_type::object:
    case json::json_type::array:
        break;
    }
    std::string_view nested;
    if (const auto error = simdjson::to_json_string(value).get(nested))
        return error;
    out = toText(nested);
    return simdjson::SUCCESS;
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
    json::parser parser;
    /// The line with the padding that simdjson reads beyond it.
    std::vector<char> buffer;

    simdjson::error_code open(QByteArrayView line, json::document &document)
    {
        const auto size = static_cast<std::size_t>(line.size());
        if (buffer.size() < size + simdjson::SIMDJSON_PADDING)
            buffer.resize(size + simdjson::SIMDJSON_PADDING);
        if (size > 0)
            std::memcpy(buffer.data(), line.data(), size);
        std::memset(buffer.data() + size, ' ', simdjson::SIMDJSON_PADDING);
        return parser.iterate(buffer.data(), size, buffer.size()).get(document);
    }
};

EventParser::EventParser()
    : d(std::make_unique<Private>())
{}

EventParser::~EventParser() = default;
EventParser::EventParser(EventParser &&) noexcept = default;
EventParser &EventParser::operator=(EventParser &&) noexcept = default;

bool EventParser::parse(QByteArrayView line, Event &event)
{
    event = Event();
    m_error.clear();
    if (line.size() > kLongestLine) {
        m_error = u"the line is longer than 128 MiB"_s;
        return false;
    }
    bool hasTime = false;
    bool hasKind = false;
    int members = 0;
    const auto read = [&]() -> simdjson::error_code {
        json::document document;
        if (const auto error = d->open(line, document))
            return error;
        json::object object;
        if (const auto error = document.get_object().get(object))
            return error;
        for (auto entry : object) {
            // Each is compared with those before it: without a limit one line could take for ever.
            if (++members > kMostMembers)
                return simdjson::CAPACITY;
            json::field member;
            if (const auto error = std::move(entry).get(member))
                return error;
            std::string_view key;
            if (const auto error = member.unescaped_key().get(key))
                return error;
            const QString keyText = toText(key);
            const Field field = fieldFromName(key);
            Value value;
            if (const auto error = readValue(member.value(), value))
                return error;
            if (keyText == "t"_L1) {
                const auto *t = std::get_if<qint64>(&value);
                hasTime = t != nullptr;
                event.t = Nanoseconds(t ? *t : 0);
            } else if (keyText == "kind"_L1) {
                const auto *text = std::get_if<QString>(&value);
                hasKind = text != nullptr && !text->isEmpty();
                event.kindName = text ? *text : QString();
            } else if (keyText == "source"_L1) {
                if (const auto *text = std::get_if<QString>(&value))
                    event.source = *text;
            } else if (keyText == "attempt"_L1) {
                if (const auto *count = std::get_if<qint64>(&value))
                    event.attempt = static_cast<int>(
                        std::clamp<qint64>(*count, 0, std::numeric_limits<int>::max()));
            } else if (field != Field::Unknown) {
                event.set(field, std::move(value));
            } else {
                event.members.push_back({Field::Unknown, keyText, std::move(value)});
            }
        }
        return atEnd(document) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    };
    if (const auto error = read()) {
        m_error = members > kMostMembers ? u"it has too many members"_s
                                         : QString::fromLatin1(simdjson::error_message(error));
        return false;
    }
    if (!hasTime || !hasKind) {
        m_error =
            hasTime ? u"it has no text member \"kind\""_s : u"it has no integer member \"t\""_s;
        return false;
    }
    if (event.t < -kFarthestTime || event.t > kFarthestTime) {
        m_error = u"its time is out of range"_s;
        return false;
    }
    event.kind = kindFromName(event.kindName.toStdString());
    if (event.kind != EventKind::Unknown)
        event.kindName.clear();
    return true;
}

bool EventParser::parseHeader(QByteArrayView line, SessionHeader &header)
{
    header = SessionHeader();
    m_error.clear();
    qint64 version = 0;
    const auto read = [&]() -> simdjson::error_code {
        json::document document;
        if (const auto error = d->open(line, document))
            return error;
        json::object object;
        if (const auto error = document.get_object().get(object))
            return error;
        for (auto entry : object) {
            json::field member;
            if (const auto error = std::move(entry).get(member))
                return error;
            std::string_view key;
            if (const auto error = member.unescaped_key().get(key))
                return error;
            const QString keyText = toText(key);
            if (keyText == "sources"_L1) {
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
            Value value;
            if (const auto error = readValue(member.value(), value))
                return error;
            const auto *text = std::get_if<QString>(&value);
            if (keyText == "watchline"_L1) {
                const auto *number = std::get_if<qint64>(&value);
                version = number ? *number : 0;
            } else if (keyText == "started"_L1 && text) {
                header.started = QDateTime::fromString(*text, Qt::ISODateWithMs).toUTC();
            } else if (keyText == "generator"_L1 && text) {
                header.generator = *text;
            } else if (keyText == "api_url"_L1 && text) {
                header.apiUrl = *text;
            }
        }
        return atEnd(document) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    };
    const auto error = read();
    if (error || version <= 0) {
        m_error = u"it does not start with a Watchline session header"_s;
        return false;
    }
    if (version > 1) {
        m_error =
            u"it was written by a later release (format version %1; this one reads version 1)"_s
                .arg(version);
        return false;
    }
    return true;
}

QByteArray toJsonLine(const SessionHeader &header)
{
    QByteArray out = R"({"watchline":1,"started":)";
    appendJsonString(out, header.started.toUTC().toString(Qt::ISODateWithMs));
    out += R"(,"generator":)";
    appendJsonString(out, header.generator);
    out += R"(,"api_url":)";
    appendJsonString(out, header.apiUrl);
    out += R"(,"sources":[)";
    for (qsizetype i = 0; i < header.sources.size(); ++i) {
        if (i > 0)
            out += ',';
        appendJsonString(out, header.sources[i]);
    }
    out += R"(],"policy":{"initial_backoff_ms":)" +
           QByteArray::number(qint64{kInitialBackoff.count()});
    out += R"(,"max_backoff_ms":)" + QByteArray::number(qint64{kMaxBackoff.count()});
    out += R"(,"lease_conflict_backoff_ms":)" +
           QByteArray::number(qint64{kLeaseConflictBackoff.count()});
    out += R"(,"non_sse_response_backoff_ms":)" +
           QByteArray::number(qint64{kNonSseResponseBackoff.count()});
    out += "}}";
    return out;
}

} // namespace watchline
