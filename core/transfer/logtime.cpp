// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/logtime.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <cstddef>

namespace watchline {

namespace {

constexpr qint64 kSecond = 1'000'000'000;
constexpr qint64 kDay = 86'400;
constexpr int kFirstYear = 1971;
constexpr int kLastYear = 2200;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool takeChar(std::string_view &text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

/// Between `least` and `most` digits; a further digit may follow.
bool takeNumber(std::string_view &text, std::size_t least, std::size_t most, int &number)
{
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < text.size() && isDigit(text[count])) {
        value = value * 10 + (text[count] - '0');
        ++count;
    }
    if (count < least)
        return false;
    number = value;
    text.remove_prefix(count);
    return true;
}

/// Nine digits of it count.
void takeFraction(std::string_view &text, WrittenTime &time)
{
    if (text.size() < 2 || (text.front() != '.' && text.front() != ',') || !isDigit(text[1]))
        return;
    text.remove_prefix(1);
    int scale = 100'000'000;
    while (!text.empty() && isDigit(text.front())) {
        time.nanosecond += (text.front() - '0') * scale;
        scale /= 10;
        time.digits = std::min(time.digits + 1, 9);
        text.remove_prefix(1);
    }
}

bool takeClock(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (!takeNumber(rest, 1, 2, time.hour) || !takeChar(rest, ':') ||
        !takeNumber(rest, 2, 2, time.minute) || !takeChar(rest, ':') ||
        !takeNumber(rest, 2, 2, time.second))
        return false;
    if (time.hour > 23 || time.minute > 59 || time.second > 60)
        return false;
    takeFraction(rest, time);
    text = rest;
    return true;
}

bool takeNamedZone(std::string_view &text, WrittenTime &time)
{
    for (const std::string_view name : {"UTC", "GMT", "Z", "z"}) {
        if (!text.starts_with(name) || (text.size() > name.size() && isLetter(text[name.size()])))
            continue;
        text.remove_prefix(name.size());
        time.offsetSeconds = 0;
        return true;
    }
    return false;
}

bool takeOffset(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (rest.empty() || (rest.front() != '+' && rest.front() != '-'))
        return false;
    const int sign = rest.front() == '-' ? -1 : 1;
    rest.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!takeNumber(rest, 2, 2, hours))
        return false;
    const auto withoutColon = rest;
    if (takeChar(rest, ':')) {
        if (!takeNumber(rest, 2, 2, minutes))
            rest = withoutColon;
    } else {
        takeNumber(rest, 2, 2, minutes);
    }
    if (hours > 18 || minutes > 59 || (!rest.empty() && isDigit(rest.front())))
        return false;
    time.offsetSeconds = sign * (hours * 3600 + minutes * 60);
    text = rest;
    return true;
}

void takeZone(std::string_view &text, WrittenTime &time)
{
    if (takeNamedZone(text, time) || takeOffset(text, time))
        return;
    auto rest = text;
    if (takeChar(rest, ' ') && (takeNamedZone(rest, time) || takeOffset(rest, time)))
        text = rest;
}

bool isDate(const WrittenTime &time)
{
    return time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= 31;
}

bool takeMonth(std::string_view &text, int &month)
{
    constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!text.starts_with(names[i]))
            continue;
        month = static_cast<int>(i) + 1;
        text.remove_prefix(names[i].size());
        return true;
    }
    return false;
}

void takeWeekday(std::string_view &text)
{
    for (const std::string_view name : {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}) {
        if (!text.starts_with(name))
            continue;
        auto rest = text.substr(name.size());
        takeChar(rest, ',');
        if (takeChar(rest, ' '))
            text = rest;
        return;
    }
}

/// `2026-11-23T09:36:36.161220Z`, also with a space, slashes, a comma, an offset.
bool takeIso(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (!takeNumber(rest, 4, 4, time.year) || rest.empty())
        return false;
    const char separator = rest.front();
    if ((separator != '-' && separator != '/') || !takeChar(rest, separator) ||
        !takeNumber(rest, 2, 2, time.month) || !takeChar(rest, separator) ||
        !takeNumber(rest, 2, 2, time.day) || !isDate(time))
        return false;
    if (!takeChar(rest, 'T') && !takeChar(rest, ' ') && !takeChar(rest, 't'))
        return false;
    if (!takeClock(rest, time))
        return false;
    takeZone(rest, time);
    text = rest;
    return true;
}

/// `Nov 23 09:36:36.161`, the year after the date or after the time, if at all.
bool takeMonthFirst(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (!takeMonth(rest, time.month) || !takeChar(rest, ' '))
        return false;
    takeChar(rest, ' ');
    if (!takeNumber(rest, 1, 2, time.day) || !isDate(time))
        return false;
    takeChar(rest, ',');
    if (!takeChar(rest, ' '))
        return false;
    auto afterYear = rest;
    if (takeNumber(afterYear, 4, 4, time.year) && takeChar(afterYear, ' '))
        rest = afterYear;
    else
        time.year = 0;
    if (!takeClock(rest, time))
        return false;
    takeZone(rest, time);
    if (time.year == 0) {
        afterYear = rest;
        int year = 0;
        if (takeChar(afterYear, ' ') && takeNumber(afterYear, 4, 4, year) && year >= kFirstYear &&
            year <= kLastYear && (afterYear.empty() || afterYear.front() == ' ')) {
            time.year = year;
            rest = afterYear;
        }
    }
    text = rest;
    return true;
}

/// `23/Nov/2026:09:36:36 +0000`, `23 Nov 2026 09:36:36`, `23.11.2026 09:36:36`.
bool takeDayFirst(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (!takeNumber(rest, 1, 2, time.day) || rest.empty())
        return false;
    const char separator = rest.front();
    if (separator != '/' && separator != ' ' && separator != '.' && separator != '-')
        return false;
    rest.remove_prefix(1);
    const bool isNamed = takeMonth(rest, time.month);
    if (!isNamed && (separator != '.' || !takeNumber(rest, 2, 2, time.month)))
        return false;
    if (!takeChar(rest, separator) || !takeNumber(rest, 4, 4, time.year) || !isDate(time))
        return false;
    if (!takeChar(rest, ' ') && !takeChar(rest, ':'))
        return false;
    if (!takeClock(rest, time))
        return false;
    takeZone(rest, time);
    text = rest;
    return true;
}

/// `11/23/2026 09:36:36 AM`: only with its half of the day is it clear which number is the month.
bool takeAmerican(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    if (!takeNumber(rest, 1, 2, time.month) || !takeChar(rest, '/') ||
        !takeNumber(rest, 1, 2, time.day) || !takeChar(rest, '/') ||
        !takeNumber(rest, 4, 4, time.year) || !takeChar(rest, ' ') || !isDate(time) ||
        !takeClock(rest, time) || !takeChar(rest, ' '))
        return false;
    const bool isMorning = rest.starts_with("AM");
    if ((!isMorning && !rest.starts_with("PM")) || time.hour < 1 || time.hour > 12)
        return false;
    time.hour = time.hour % 12 + (isMorning ? 0 : 12);
    rest.remove_prefix(2);
    text = rest;
    return true;
}

/// `1763890596.161220`
bool takeUnix(std::string_view &text, WrittenTime &time)
{
    auto rest = text;
    int first = 0;
    int second = 0;
    if (!takeNumber(rest, 5, 5, first) || !takeNumber(rest, 5, 5, second) || first < 10'000 ||
        first > 70'000)
        return false;
    takeFraction(rest, time);
    if (time.digits < 3)
        return false;
    time.unixNanoseconds = (first * qint64(100'000) + second) * kSecond + time.nanosecond;
    text = rest;
    return true;
}

qint64 daysFromCivil(int year, int month, int day)
{
    // Years that begin in March have the day that comes and goes at their end.
    const qint64 y = month <= 2 ? year - 1 : year;
    const qint64 era = y / 400;
    const qint64 yearOfEra = y - era * 400;
    const qint64 dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719'468;
}

int daysOf(int month, int year)
{
    if (month == 2)
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

qint64 secondsOfDay(const WrittenTime &time)
{
    return time.hour * 3600 + time.minute * 60 + time.second;
}

Nanoseconds resolutionOf(const WrittenTime &time)
{
    qint64 resolution = kSecond;
    for (int i = 0; i < time.digits; ++i)
        resolution /= 10;
    return Nanoseconds(resolution);
}

qint64 floorDivide(qint64 value, qint64 by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

} // namespace

bool takeTime(std::string_view &text, WrittenTime &time)
{
    if (text.empty() || !(isDigit(text.front()) || (text.front() >= 'A' && text.front() <= 'W')))
        return false;
    auto start = text;
    takeWeekday(start);
    const auto takes = {takeIso, takeMonthFirst, takeDayFirst, takeAmerican, takeUnix, takeClock};
    for (const auto take : takes) {
        auto rest = start;
        WrittenTime found;
        if (!take(rest, found))
            continue;
        if (!rest.empty() && (isLetter(rest.front()) || isDigit(rest.front())))
            continue;
        if (found.year != 0 && (found.year < kFirstYear || found.year > kLastYear))
            continue;
        time = found;
        text = rest;
        return true;
    }
    return false;
}

LogClock::LogClock(const LogOptions &options)
    : m_options(options)
    , m_year(options.year)
{
    m_changed =
        options.nowUnixNanoseconds.value_or(QDateTime::currentMSecsSinceEpoch() * 1'000'000);
}

void LogClock::setChanged(qint64 unixNanoseconds)
{
    m_changed = unixNanoseconds;
}

std::optional<LogClock::Moment> LogClock::momentOf(const WrittenTime &time,
                                                   std::optional<qint64> previous)
{
    Moment moment;
    moment.time.resolution = resolutionOf(time);
    std::optional<qint64> seconds;
    if (time.unixNanoseconds) {
        moment.time.unixNanoseconds = *time.unixNanoseconds;
        return moment;
    }
    if (!time.hasDate())
        seconds = withAssumedDay(time, moment, previous);
    else if (time.year == 0)
        seconds = withAssumedYear(time, moment, previous);
    else
        seconds = inYear(time, time.year, moment, previous);
    if (!seconds)
        return std::nullopt;
    moment.time.unixNanoseconds = *seconds * kSecond + time.nanosecond;
    return moment;
}

std::optional<qint64> LogClock::inYear(const WrittenTime &time, int year, Moment &moment,
                                       std::optional<qint64> previous) const
{
    if (year < kFirstYear || year > kLastYear || time.day > daysOf(time.month, year))
        return std::nullopt;
    const auto local = daysFromCivil(year, time.month, time.day) * kDay + secondsOfDay(time);
    if (time.offsetSeconds)
        return local - *time.offsetSeconds;
    return universal(local, moment, previous);
}

std::optional<qint64> LogClock::withAssumedYear(const WrittenTime &time, Moment &moment,
                                                std::optional<qint64> previous)
{
    if (m_year) {
        // A year has gone by between December and January, and lines that come late go back over
        // it.
        int year = *m_year;
        if (m_month >= 10 && time.month <= 3)
            ++year;
        else if (m_month != 0 && m_month <= 3 && time.month >= 10)
            --year;
        m_year = year;
        m_month = time.month;
        return inYear(time, year, moment, previous);
    }
    moment.isDateAssumed = true;
    const auto latest = floorDivide(m_changed, kSecond) + kDay;
    const int thisYear = QDateTime::fromSecsSinceEpoch(latest, QTimeZone::utc()).date().year();
    // The 29th of February may be up to eight years back.
    for (int year = thisYear; year >= thisYear - 8; --year) {
        Moment tried = moment;
        const auto seconds = inYear(time, year, tried, previous);
        if (!seconds || *seconds > latest)
            continue;
        moment = tried;
        return seconds;
    }
    return std::nullopt;
}

std::optional<qint64> LogClock::withAssumedDay(const WrittenTime &time, Moment &moment,
                                               std::optional<qint64> previous) const
{
    moment.isDateAssumed = true;
    const auto changed = floorDivide(m_changed, kSecond);
    const auto offset = time.offsetSeconds ? *time.offsetSeconds : offsetAt(changed);
    const auto today = floorDivide(changed + offset, kDay);
    // An hour's grace: the clocks of two machines.
    for (qint64 day = today + 1; day >= today - 2; --day) {
        const auto local = day * kDay + secondsOfDay(time);
        Moment tried = moment;
        const auto seconds =
            time.offsetSeconds ? local - *time.offsetSeconds : universal(local, tried, previous);
        if (seconds > changed + 3600)
            continue;
        moment = tried;
        return seconds;
    }
    return std::nullopt;
}

qint64 LogClock::offsetAt(qint64 unixSeconds) const
{
    return m_options.zone.offsetFromUtc(
        QDateTime::fromSecsSinceEpoch(unixSeconds, QTimeZone::utc()));
}

/// Asks the zone for the offsets of a day before and after: what fits its own offset is meant.
qint64 LogClock::universal(qint64 localSeconds, Moment &moment,
                           std::optional<qint64> previous) const
{
    if (!m_options.zone.isValid())
        return localSeconds;
    const auto before = offsetAt(localSeconds - kDay);
    const auto after = offsetAt(localSeconds + kDay);
    if (before == after && offsetAt(localSeconds - before) == before)
        return localSeconds - before;
    const auto early = localSeconds - std::max(before, after);
    const auto late = localSeconds - std::min(before, after);
    const bool isEarly = offsetAt(early) == std::max(before, after);
    const bool isLate = offsetAt(late) == std::min(before, after);
    if (isEarly != isLate)
        return isEarly ? early : late;
    if (!isEarly) {
        moment.isSkipped = true;
        return localSeconds - before;
    }
    moment.isRepeated = true;
    // Lines come in their order: the second time round once the first one is over.
    return previous && floorDivide(*previous, kSecond) > early ? late : early;
}

} // namespace watchline
