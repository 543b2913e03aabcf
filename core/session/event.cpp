// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/event.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace watchline {

namespace {

constexpr std::array kWordFields{Field::Status, Field::Result, Field::Phase, Field::Outcome};

template<typename Number>
void appendNumber(QByteArray &out, Number number)
{
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), result.ptr - buffer.data());
}

void appendDouble(QByteArray &out, double number)
{
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    appendNumber(out, number);
}

void appendValue(QByteArray &out, const Member &member)
{
    if (std::holds_alternative<std::nullptr_t>(member.value))
        out += "null";
    else if (const auto *flag = std::get_if<bool>(&member.value))
        out += *flag ? "true" : "false";
    else if (const auto *integer = std::get_if<qint64>(&member.value))
        appendNumber(out, *integer);
    else if (const auto *number = std::get_if<double>(&member.value))
        appendDouble(out, *number);
    else
        appendJsonString(out, std::get<QString>(member.value));
}

void appendMember(QByteArray &out, const Member &member)
{
    out += ',';
    if (member.field == Field::Unknown) {
        appendJsonString(out, member.name);
    } else {
        const auto key = name(member.field);
        out += '"';
        out.append(key.data(), static_cast<qsizetype>(key.size()));
        out += '"';
    }
    out += ':';
    appendValue(out, member);
}

} // namespace

Event &Event::set(Field field, Value value)
{
    const auto found = std::find_if(members.begin(), members.end(), [field](const Member &member) {
        return member.field == field;
    });
    if (found != members.end())
        found->value = std::move(value);
    else
        members.push_back({field, QString(), std::move(value)});
    return *this;
}

Event &Event::set(Field field, std::string_view text)
{
    return set(field, Value(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))));
}

Event &Event::setDuration(Field field, std::chrono::microseconds duration)
{
    const auto count = duration.count();
    if (count % 1000 == 0)
        return set(field, Value(qint64{count / 1000}));
    return set(field, Value(static_cast<double>(count) / 1000.0));
}

const Value *Event::value(Field field) const
{
    const auto found = std::find_if(members.begin(), members.end(), [field](const Member &member) {
        return member.field == field;
    });
    return found == members.end() ? nullptr : &found->value;
}

QString Event::text(Field field) const
{
    const auto *found = value(field);
    const auto *string = found ? std::get_if<QString>(found) : nullptr;
    return string ? *string : QString();
}

std::optional<double> Event::number(Field field) const
{
    const auto *found = value(field);
    if (!found)
        return std::nullopt;
    if (const auto *integer = std::get_if<qint64>(found))
        return static_cast<double>(*integer);
    if (const auto *number = std::get_if<double>(found))
        return *number;
    return std::nullopt;
}

Word Event::word() const
{
    const auto text = wordText();
    return text.isEmpty() ? Word::None : wordFromName(text.toStdString());
}

QString Event::wordText() const
{
    for (const auto field : kWordFields) {
        if (auto string = text(field); !string.isEmpty())
            return string;
    }
    return {};
}

QString Event::kindText() const
{
    if (kind == EventKind::Unknown)
        return kindName;
    const auto text = name(kind);
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray toJsonLine(const Event &event)
{
    QByteArray out;
    out.reserve(192);
    out += R"({"t":)";
    appendNumber(out, static_cast<qint64>(event.t.count()));
    out += R"(,"kind":)";
    appendJsonString(out, event.kindText());
    out += R"(,"source":)";
    appendJsonString(out, event.source);
    out += R"(,"attempt":)";
    appendNumber(out, event.attempt);
    const auto order = fieldsOf(event.kind);
    for (const auto field : order) {
        const auto found =
            std::find_if(event.members.begin(), event.members.end(),
                         [field](const Member &member) { return member.field == field; });
        if (found != event.members.end())
            appendMember(out, *found);
    }
    for (const auto &member : event.members) {
        if (std::find(order.begin(), order.end(), member.field) == order.end())
            appendMember(out, member);
    }
    out += '}';
    return out;
}

} // namespace watchline
