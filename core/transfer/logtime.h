// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/gatewaylog.h"

#include <optional>
#include <string_view>

namespace watchline {

/// A time as it stands in a line: what is not written is not known.
struct WrittenTime
{
    int year = 0;  ///< 0: not written
    int month = 0; ///< 0: no date at all
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanosecond = 0;
    int digits = 0; ///< of the fraction of a second, at most 9
    std::optional<int> offsetSeconds;
    /// Written as seconds since 1970; then nothing above but `digits` counts.
    std::optional<qint64> unixNanoseconds;

    bool hasDate() const { return month != 0 || unixNanoseconds.has_value(); }
    /// It names a moment by itself.
    bool isComplete() const
    {
        return unixNanoseconds.has_value() || (year != 0 && offsetSeconds.has_value());
    }
};

/// Takes a time of any usual form from the beginning of `text`: ISO 8601 and its relatives,
/// `Nov 23 09:36:36`, `Mon 2026-11-23 09:36:36 UTC`, `09:36:36,161`, `1763890596.161`.
/// False: there is none, and `text` is as before.
bool takeTime(std::string_view &text, WrittenTime &time);

/// Turns written times into moments: with the year, the date and the zone that they lack.
class LogClock
{
public:
    struct Moment
    {
        LogTime time;
        bool isDateAssumed = false;
        bool isRepeated = false; ///< the local time was twice
        bool isSkipped = false;  ///< there was no such local time
    };

    explicit LogClock(const LogOptions &options);

    /// No line is later than that, give or take a day.
    void setChanged(qint64 unixNanoseconds);
    /// `previous`: the moment of the line before it, which tells which of two it is. Nothing: it is
    /// no time (the 31st of June).
    std::optional<Moment> momentOf(const WrittenTime &time, std::optional<qint64> previous);

private:
    std::optional<qint64> inYear(const WrittenTime &time, int year, Moment &moment,
                                 std::optional<qint64> previous) const;
    std::optional<qint64> withAssumedYear(const WrittenTime &time, Moment &moment,
                                          std::optional<qint64> previous);
    std::optional<qint64> withAssumedDay(const WrittenTime &time, Moment &moment,
                                         std::optional<qint64> previous) const;
    qint64 universal(qint64 localSeconds, Moment &moment, std::optional<qint64> previous) const;
    qint64 offsetAt(qint64 unixSeconds) const;

    const LogOptions m_options;
    qint64 m_changed = 0;
    std::optional<int> m_year; // of the line before, where the first one's was given
    int m_month = 0;
};

} // namespace watchline
