// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/counts.h"

#include "core/base/text.h"

#include <algorithm>

namespace watchline {

bool isSameTime(Nanoseconds shorter, Nanoseconds longer)
{
    return longer - shorter <= std::max<Nanoseconds>(std::chrono::seconds(1), longer / 20);
}

Nanoseconds cappedSum(Nanoseconds a, Nanoseconds b)
{
    return std::min<Nanoseconds>(kFarthestTime, a + std::min<Nanoseconds>(b, kFarthestTime));
}

QString shortName(const QString &name)
{
    constexpr qsizetype kLongest = 100;
    return singleLine(name, kLongest);
}

} // namespace watchline
