// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <QStringList>

namespace watchline {

/// The first line of a session file.
struct SessionHeader
{
    QDateTime started; ///< UTC, to the millisecond; events add their monotonic time to it.
    QString generator;
    QString apiUrl;
    QStringList sources;

    bool operator==(const SessionHeader &) const = default;
};

/// The header's line, without its line end.
QByteArray toJsonLine(const SessionHeader &header);

} // namespace watchline
