// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/typedtime.h"

#include "core/base/text.h"
#include "core/session/event.h"

#include <QTimeZone>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr Nanoseconds kDay = std::chrono::hours(24);
constexpr qsizetype kMostDigits = 6;

bool isNumber(QStringView text, bool mayHaveFraction)
{
    int points = 0;
    for (const QChar c : text) {
        const bool isPoint = mayHaveFraction && c == u'.';
        if (!isPoint && (c < u'0' || c > u'9'))
            return false;
        points += isPoint ? 1 : 0;
    }
    return !text.isEmpty() && points <= 1 && text.front() != u'.' && text.back() != u'.';
}

/// `h:mm`, `h:mm:ss.fff`, or where hours are left out `m:ss`.
std::optional<Nanoseconds> fromColons(QStringView text, bool twoAreMinutes)
{
    const auto parts = text.split(u':');
    if (parts.size() < 2 || parts.size() > 3)
        return std::nullopt;
    std::array<double, 3> values{};
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool isLast = i + 1 == parts.size();
        const auto part = parts.at(i);
        if (!isNumber(part, isLast) || part.indexOf(u'.') > kMostDigits ||
            (!part.contains(u'.') && part.size() > kMostDigits))
            return std::nullopt;
        values.at(static_cast<std::size_t>(i)) = part.toDouble();
        if (i > 0 && values.at(static_cast<std::size_t>(i)) >= 60)
            return std::nullopt;
    }
    const bool isMinutes = parts.size() == 2 && twoAreMinutes;
    const double seconds =
        isMinutes ? values[0] * 60 + values[1] : (values[0] * 60 + values[1]) * 60 + values[2];
    return Nanoseconds(std::llround(seconds * 1e9));
}

std::optional<Nanoseconds> sinceStart(QStringView text)
{
    if (const auto duration = parseDuration(text))
        return *duration;
    return fromColons(text, true);
}

std::optional<Nanoseconds> timeOfDay(QStringView text, const QDateTime &started)
{
    const auto time = fromColons(text, false);
    if (!time || *time >= kDay || !started.isValid())
        return std::nullopt;
    const auto start =
        Nanoseconds(std::chrono::milliseconds(started.toUTC().time().msecsSinceStartOfDay()));
    return *time >= start ? *time - start : *time + kDay - start;
}

std::optional<Nanoseconds> dateAndTime(QStringView text, const QDateTime &started)
{
    // `2026-11-23` and a space or a T
    constexpr qsizetype kDateSize = 10;
    if (text.size() <= kDateSize + 1 || !started.isValid())
        return std::nullopt;
    const QChar between = text.at(kDateSize);
    const auto date = QDate::fromString(text.first(kDateSize).toString(), Qt::ISODate);
    const auto time = fromColons(text.sliced(kDateSize + 1), false);
    if (!date.isValid() || !time || *time >= kDay || (between != u' ' && between != u'T'))
        return std::nullopt;
    const QDateTime day(date, QTime(0, 0), QTimeZone::utc());
    const std::chrono::milliseconds offset(started.toUTC().msecsTo(day));
    if (offset > kFarthestTime || offset < -kFarthestTime)
        return std::nullopt;
    return offset + *time;
}

} // namespace

std::optional<Nanoseconds> timeFromText(QStringView typed, const QDateTime &started,
                                        Nanoseconds sessionEnd)
{
    auto text = typed.trimmed();
    if (text.startsWith(u'+'))
        return sinceStart(text.sliced(1).trimmed());
    bool isOfDay = false;
    for (const auto &zone : {u"UTC"_s, u"Z"_s}) {
        if (!isOfDay && text.endsWith(zone, Qt::CaseInsensitive)) {
            text = text.chopped(zone.size()).trimmed();
            isOfDay = true;
        }
    }
    if (const auto t = dateAndTime(text, started))
        return t;
    const auto elapsed = isOfDay ? std::nullopt : sinceStart(text);
    if (elapsed && *elapsed <= sessionEnd)
        return elapsed;
    const auto ofDay = timeOfDay(text, started);
    return ofDay ? ofDay : elapsed;
}

} // namespace watchline
