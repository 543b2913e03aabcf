// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timeticks.h"

#include <QTimeZone>

#include <array>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kMicrosecond = 1'000;
constexpr qint64 kMillisecond = 1'000'000;
constexpr qint64 kSecond = 1'000'000'000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr qint64 kWeek = 7 * kDay;
/// 1970-01-01 was a Thursday; weeks begin on Mondays.
constexpr qint64 kFirstMonday = 4 * kDay;
/// Nobody can read more, and a broken range cannot ask for millions.
constexpr std::size_t kMostTicks = 2'000;

constexpr std::array<qint64, 22> kSteps{
    1 * kSecond, 2 * kSecond, 5 * kSecond, 10 * kSecond, 15 * kSecond, 30 * kSecond,
    1 * kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute,
    1 * kHour,   2 * kHour,   3 * kHour,   6 * kHour,    12 * kHour,   1 * kDay,
    2 * kDay,    kWeek,       2 * kWeek,   4 * kWeek};

qint64 floorTo(qint64 value, qint64 step)
{
    const qint64 rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/// The step after `step`: 1, 2, 5 below a second, clock-like above, doubling above weeks.
qint64 nextStep(qint64 step)
{
    if (step >= kSteps.back())
        return step * 2;
    for (const qint64 candidate : kSteps) {
        if (step >= kSecond / 2 && candidate > step)
            return candidate;
    }
    qint64 power = 1;
    while (power * 10 <= step)
        power *= 10;
    return step < 2 * power ? 2 * power : step < 5 * power ? 5 * power : 10 * power;
}

/// Characters of a label, with some air.
double labelCharacters(qint64 step)
{
    if (step >= kDay)
        return 10;
    if (step >= kSecond)
        return 12;
    return step >= kMillisecond ? 15 : 11;
}

qint64 chooseStep(const TimeScale &scale, double characterWidth)
{
    const double perPixel = static_cast<double>(scale.range.duration().count()) / scale.width;
    qint64 step = 1;
    while (static_cast<double>(step) < perPixel * labelCharacters(step) * characterWidth &&
           step < (qint64{1} << 60))
        step = nextStep(step);
    return step;
}

int decimals(qint64 step)
{
    int digits = 0;
    for (qint64 unit = kSecond; unit > step && digits < 9; unit /= 10)
        ++digits;
    return digits;
}

QString twoDigits(qint64 number)
{
    return QString::number(number).rightJustified(2, u'0');
}

QString fraction(qint64 nanoseconds, int digits)
{
    if (digits == 0)
        return {};
    return u'.' + QString::number(nanoseconds).rightJustified(9, u'0').left(digits);
}

/// `4.25 µs`, for offsets below a millisecond.
QString fineOffset(qint64 nanoseconds)
{
    if (nanoseconds % kMicrosecond == 0 || nanoseconds >= kMicrosecond)
        return u'+' + QString::number(static_cast<double>(nanoseconds) / 1e3, 'g', 7) + u" µs"_s;
    return u'+' + QString::number(nanoseconds) + u" ns"_s;
}

/// Hours run on past a day; below an hour they are left out.
QString clockText(qint64 t, int digits)
{
    const QString sign = t < 0 ? u"−"_s : u"+"_s;
    const qint64 value = t < 0 ? -t : t;
    const qint64 hours = value / kHour;
    const QString seconds =
        twoDigits(value % kMinute / kSecond) + fraction(value % kSecond, digits);
    if (hours == 0)
        return sign + QString::number(value / kMinute) + u':' + seconds;
    return sign + QString::number(hours) + u':' + twoDigits(value % kHour / kMinute) + u':' +
           seconds;
}

QString dayText(qint64 t, qint64 step)
{
    const QString sign = t < 0 ? u"−"_s : u"+"_s;
    const qint64 value = t < 0 ? -t : t;
    QString days = sign + QString::number(value / kDay) + u" d"_s;
    if (step >= kDay)
        return days;
    return days + u' ' + twoDigits(value % kDay / kHour) + u':' +
           twoDigits(value % kHour / kMinute);
}

QDateTime dateTime(qint64 sinceEpoch)
{
    return QDateTime::fromMSecsSinceEpoch(floorTo(sinceEpoch, kMillisecond) / kMillisecond,
                                          QTimeZone::utc());
}

QString wallText(qint64 sinceEpoch, qint64 step)
{
    const auto when = dateTime(sinceEpoch);
    if (step >= kDay)
        return QLocale::c().toString(when, u"MMM d"_s);
    if (step >= kMinute)
        return when.toString(u"HH:mm"_s);
    const qint64 rest = sinceEpoch - floorTo(sinceEpoch, kSecond);
    return when.toString(u"HH:mm:ss"_s) + fraction(rest, decimals(step));
}

/// The session's start in nanoseconds of the epoch, out of reach of an overflow.
qint64 epochOf(const QDateTime &started)
{
    constexpr qint64 kMost = (qint64{1} << 61) / kMillisecond;
    const qint64 milliseconds = started.isValid() ? started.toMSecsSinceEpoch() : 0;
    return std::clamp(milliseconds, -kMost, kMost) * kMillisecond;
}

/// Calls back for each multiple of `step` (counted from `zero`) in the range.
template<typename Callback>
void forEachTick(TimeRange range, qint64 step, qint64 zero, Callback callback)
{
    qint64 t = floorTo(range.begin.count() - zero, step) + zero;
    if (t < range.begin.count())
        t += step;
    for (std::size_t count = 0; t <= range.end.count() && count < kMostTicks; ++count, t += step)
        callback(t);
}

} // namespace

TimeTicks relativeTicks(const TimeScale &scale, double characterWidth, Nanoseconds origin)
{
    TimeTicks result;
    if (scale.range.isEmpty() || scale.width <= 0)
        return result;
    const qint64 step = chooseStep(scale, characterWidth);
    result.step = Nanoseconds(step);
    const qint64 zero = origin.count();
    // Below a millisecond labels would be all digits: they count from a time that is said once.
    const qint64 base = floorTo(scale.range.begin.count() - zero, kMillisecond);
    const bool fine = step < kMillisecond;
    const bool days = std::max(std::abs(scale.range.begin.count() - zero),
                               std::abs(scale.range.end.count() - zero)) >= kDay &&
                      step >= kMinute;
    if (fine)
        result.prefix = clockText(base, 3);
    forEachTick(scale.range, step, zero, [&](qint64 t) {
        const qint64 value = t - zero;
        const auto label = fine   ? fineOffset(value - base)
                           : days ? dayText(value, step)
                                  : clockText(value, decimals(step));
        result.ticks.push_back({Nanoseconds(t), label});
    });
    return result;
}

TimeTicks wallClockTicks(const TimeScale &scale, double characterWidth, const QDateTime &started)
{
    TimeTicks result;
    if (scale.range.isEmpty() || scale.width <= 0)
        return result;
    const qint64 step = chooseStep(scale, characterWidth);
    result.step = Nanoseconds(step);
    const qint64 epoch = epochOf(started);
    const qint64 zero = (step % kWeek == 0 ? kFirstMonday : 0) - epoch;
    const qint64 base = floorTo(scale.range.begin.count() + epoch, kMillisecond);
    const bool fine = step < kMillisecond;
    const auto firstDay = dateTime(scale.range.begin.count() + epoch).date();
    if (fine)
        result.prefix = wallText(base, kMillisecond);
    else if (step < kDay)
        result.prefix = firstDay.toString(Qt::ISODate);
    else
        result.prefix = QString::number(firstDay.year());
    auto day = firstDay;
    forEachTick(scale.range, step, zero, [&](qint64 t) {
        const qint64 at = t + epoch;
        auto label = fine ? fineOffset(at - base) : wallText(at, step);
        // The date is in the prefix until another one begins.
        const auto date = dateTime(at).date();
        if (!fine && step < kDay && date != day)
            label = QLocale::c().toString(date, u"MMM d"_s);
        day = date;
        result.ticks.push_back({Nanoseconds(t), label});
    });
    return result;
}

QString relativeTimeText(Nanoseconds t, Nanoseconds visible)
{
    const qint64 step = std::max<qint64>(1, visible.count() / 1'000);
    return clockText(t.count(), std::clamp(decimals(step), 0, 9));
}

QString wallClockTimeText(const QDateTime &started, Nanoseconds t, Nanoseconds visible)
{
    const qint64 step = std::clamp<qint64>(visible.count() / 1'000, 1, kSecond);
    return wallText(t.count() + epochOf(started), step);
}

} // namespace watchline
