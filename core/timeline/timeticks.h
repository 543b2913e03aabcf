// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QDateTime>
#include <QString>

#include <vector>

namespace watchline {

/// A ruler's ticks for a range, from nanoseconds to weeks.
struct TimeTicks
{
    struct Tick
    {
        Nanoseconds t{};
        QString label;
    };
    Nanoseconds step{};
    /// What all labels have in common, said once: a date, or the time that fine labels add to.
    QString prefix;
    std::vector<Tick> ticks; ///< Ascending; all within the range.
};

/// Times since `origin`: `+47:10`, `+1:02:03`, `2 d 05:00`. `labelWidth` is the width of a
/// character in pixels; steps are chosen such that labels do not touch each other.
TimeTicks relativeTicks(const TimeScale &scale, double characterWidth, Nanoseconds origin);
/// Wall-clock time (UTC) of a session that began at `started`.
TimeTicks wallClockTicks(const TimeScale &scale, double characterWidth, const QDateTime &started);

/// One time in full, as precise as a range of this duration asks for.
QString relativeTimeText(Nanoseconds t, Nanoseconds visible);
QString wallClockTimeText(const QDateTime &started, Nanoseconds t, Nanoseconds visible);

} // namespace watchline
