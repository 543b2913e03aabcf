// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <array>
#include <string_view>
#include <vector>

namespace watchline {

/// A member's value, as Value. Nothing is copied: a text is a view into the line, or into its
/// parser.
struct ValueView
{
    enum class Type : quint8 {
        Null,
        Flag,
        Integer,
        Real,
        Text, ///< Also nested JSON, and a number that nothing else can hold.
    };
    Type type = Type::Null;
    bool flag = false;
    qint64 integer = 0;
    double real = 0;
    /// UTF-8; of a Real its digits as they were recorded.
    std::string_view text;

    Value toValue() const;
};

struct MemberView
{
    explicit MemberView(Field memberField, std::string_view memberName = {})
        : field(memberField)
        , name(memberName)
    {}

    Field field;
    std::string_view name; ///< Set for Field::Unknown alone.
    ValueView value;
};

/// An event as it stands in its line: what bulk work looks at instead of an Event. Made by
/// EventParser; valid until that parses the next line, and as long as the line's bytes are there.
class EventView
{
public:
    EventView() { clear(); }

    Nanoseconds t{};
    EventKind kind = EventKind::Unknown;
    std::string_view kindText; ///< As the file spells it.
    std::string_view source;
    int attempt = 0;

    const std::vector<MemberView> &members() const { return m_members; }
    const ValueView *value(Field field) const; ///< nullptr when absent.
    std::string_view text(Field field) const;  ///< Empty when absent, null or no text.
    std::optional<double> number(Field field) const;
    /// The value of `status`, `result`, `phase` or `outcome`, whichever the event has.
    Word word() const;

    Event toEvent() const;

    void clear();
    /// The value of one more member, to be set; `name` of Field::Unknown alone. Of a known field
    /// the last value counts, at its first place.
    ValueView &add(Field field, std::string_view name);

private:
    static constexpr qint16 kAbsent = -1;

    std::vector<MemberView> m_members;
    std::array<qint16, kFieldCount> m_places{}; ///< In m_members, by field.
};

} // namespace watchline
