// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QDateTime>
#include <QStringView>

#include <optional>

namespace watchline {

/// A time of a session as somebody types it, to go there:
///
/// - `+90s`, `1.5h`, `+1:02:03.5`, `2:03`: since the start;
/// - `14:32:05.250`, `14:32`, `2026-11-23 14:32:05`, also with `Z` or `UTC`: the time of day.
///
/// What can be read both ways (a sign, `Z` and a date leave no doubt) is a time since the start if
/// the session goes on until then, else the first such time of day after the session's start.
/// Nothing when it is no time, or one of a day of a session that does not know when it started.
std::optional<Nanoseconds> timeFromText(QStringView typed, const QDateTime &started,
                                        Nanoseconds sessionEnd);

} // namespace watchline
