// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventview.h"

namespace watchline {

namespace {

constexpr std::array kWordFields{Field::Status, Field::Result, Field::Phase, Field::Outcome};

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

Value ValueView::toValue() const
{
    switch (type) {
    case Type::Null:
        return nullptr;
    case Type::Flag:
        return flag;
    case Type::Integer:
        return integer;
    case Type::Real:
        return real;
    case Type::Text:
        return toQString(text);
    }
    return nullptr;
}

const ValueView *EventView::value(Field field) const
{
    const auto place = m_places[static_cast<std::size_t>(field)];
    return place == kAbsent ? nullptr : &m_members[static_cast<std::size_t>(place)].value;
}

std::string_view EventView::text(Field field) const
{
    const auto *found = value(field);
    return found && found->type == ValueView::Type::Text ? found->text : std::string_view();
}

std::optional<double> EventView::number(Field field) const
{
    const auto *found = value(field);
    if (found && found->type == ValueView::Type::Integer)
        return static_cast<double>(found->integer);
    if (found && found->type == ValueView::Type::Real)
        return found->real;
    return std::nullopt;
}

Word EventView::word() const
{
    for (const auto field : kWordFields) {
        if (const auto name = text(field); !name.empty())
            return wordFromName(name);
    }
    return Word::None;
}

Event EventView::toEvent() const
{
    Event event(kind);
    event.t = t;
    if (kind == EventKind::Unknown)
        event.kindName = toQString(kindText);
    event.source = toQString(source);
    event.attempt = attempt;
    event.members.reserve(m_members.size());
    for (const auto &member : m_members)
        event.members.push_back({member.field, toQString(member.name), member.value.toValue()});
    return event;
}

void EventView::clear()
{
    t = {};
    kind = EventKind::Unknown;
    kindText = {};
    source = {};
    attempt = 0;
    m_members.clear();
    m_places.fill(kAbsent);
}

ValueView &EventView::add(Field field, std::string_view name)
{
    if (field == Field::Unknown)
        return m_members.emplace_back(field, name).value;
    auto &place = m_places[static_cast<std::size_t>(field)];
    if (place != kAbsent)
        return m_members[static_cast<std::size_t>(place)].value;
    place = static_cast<qint16>(m_members.size());
    return m_members.emplace_back(field).value;
}

} // namespace watchline
