// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/closest.h"

#include <algorithm>
#include <vector>

namespace watchline {

namespace {

/// How many letters have to be typed differently.
qsizetype distance(const QString &a, const QString &b)
{
    std::vector<qsizetype> row(static_cast<std::size_t>(b.size()) + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = static_cast<qsizetype>(j);
    for (qsizetype i = 0; i < a.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i + 1;
        for (qsizetype j = 0; j < b.size(); ++j) {
            const auto at = static_cast<std::size_t>(j) + 1;
            const qsizetype replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[at];
            row[at] = std::min({row[at] + 1, row[at - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

QString closestTo(const QString &typed, const QStringList &candidates)
{
    QString best;
    qsizetype least = std::max<qsizetype>(1, typed.size() / 3) + 1;
    for (const auto &candidate : candidates) {
        const qsizetype needed = distance(typed.left(64), candidate);
        if (needed < least) {
            least = needed;
            best = candidate;
        }
    }
    return best;
}

} // namespace watchline
