// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/session/eventfields.h"

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>

#include <optional>
#include <variant>
#include <vector>

namespace watchline {

/// A JSON value of an event's member. nullptr is an explicit null, which says "none" and is not the
/// same as an absent member.
using Value = std::variant<std::nullptr_t, bool, qint64, double, QString>;

struct Member
{
    Field field = Field::Unknown;
    QString name; ///< Set for Field::Unknown alone.
    /// A nested value is its JSON text, and so is a number that no Value can hold.
    Value value;

    bool operator==(const Member &) const = default;
};

/// No event is further than this from its session's start, before or after, and no duration is
/// longer: a hundred years. Sums and differences of two such times always fit their type.
inline constexpr std::chrono::hours kFarthestTime{24 * 36'525};

/// One thing that happened: the only currency between sources (a live watch, a file) and
/// consumers (timeline, table, recorder, exporters). A plain value; may cross threads.
/// Holds no secrets: whoever makes one sees to that.
struct Event
{
    Nanoseconds t{}; ///< Monotonic, since the session's start.
    EventKind kind = EventKind::Unknown;
    QString kindName; ///< Set for EventKind::Unknown alone.
    QString source;
    int attempt = 0; ///< 1-based count of the source's connect attempts; 0 before the first.
    std::vector<Member> members;

    Event() = default;
    explicit Event(EventKind eventKind)
        : kind(eventKind)
    {}

    /// Sets a member, or replaces it.
    Event &set(Field field, Value value);
    Event &set(Field field, const QString &text) { return set(field, Value(text)); }
    Event &set(Field field, std::string_view text);
    Event &set(Field field, const char *text) { return set(field, std::string_view(text)); }
    Event &set(Field field, qint64 number) { return set(field, Value(number)); }
    Event &set(Field field, int number) { return set(field, Value(qint64{number})); }
    /// In milliseconds with three decimals, as all durations in the file.
    Event &setDuration(Field field, std::chrono::microseconds duration);
    Event &setNull(Field field) { return set(field, Value(nullptr)); }

    const Value *value(Field field) const; ///< nullptr when absent.
    bool has(Field field) const { return value(field) != nullptr; }
    QString text(Field field) const; ///< Empty when absent, null or no text.
    std::optional<double> number(Field field) const;

    /// The value of `status`, `result`, `phase` or `outcome`, whichever the event has.
    Word word() const;
    QString wordText() const;
    /// The kind as the file spells it.
    QString kindText() const;

    bool operator==(const Event &) const = default;
};

using EventBatch = QList<Event>;

/// The line of the session file for an event, without its line end. Members in the table's order,
/// whatever the order they were set in; unknown ones last. Controls are escaped: it is one line.
QByteArray toJsonLine(const Event &event);

} // namespace watchline

Q_DECLARE_METATYPE(watchline::Event)
