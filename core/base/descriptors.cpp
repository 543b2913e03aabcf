// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/descriptors.h"

#include <QDir>

#include <algorithm>
#include <limits>
#include <sys/resource.h>

namespace watchline {

namespace {

/// Without limit, where the system says so.
constexpr qint64 kMost = std::numeric_limits<int>::max();

qint64 numberOf(rlim_t limit)
{
    return limit == RLIM_INFINITY ? kMost : static_cast<qint64>(std::min<rlim_t>(limit, kMost));
}

/// The folder that lists them has itself open while it is read.
qint64 countOpen()
{
    const auto listed = QDir(QStringLiteral("/dev/fd")).entryList(QDir::AllEntries | QDir::System);
    return std::count_if(listed.begin(), listed.end(),
                         [](const QString &name) { return name.at(0).isDigit(); });
}

} // namespace

DescriptorCount raiseDescriptorLimit()
{
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return {kMost, countOpen()};
    const auto soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    // Some systems refuse what they name as their highest.
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        limit.rlim_cur = soft;
    return {numberOf(limit.rlim_cur), countOpen()};
}

} // namespace watchline
