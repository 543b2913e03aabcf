// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>
#include <utility>

/// A gateway's log as values: what a reader of logs gives, and what events are inferred from.
namespace watchline {

/// When a line was written: at `unixNanoseconds` or less than `resolution` later.
struct LogTime
{
    qint64 unixNanoseconds = 0;
    Nanoseconds resolution{1}; ///< 1 s, 1 ms, 1 us or 1 ns, as many digits as the line has

    bool operator==(const LogTime &) const = default;
};

enum class LogLevel {
    Unknown,
    Trace,
    Debug,
    Info,
    Warn,
    Error,
};

/// One line of a gateway whose message is known. All texts are hostile, and UTF-8 only where the
/// log was.
struct LogEntry
{
    /// In the input, from 1; of a gzip file in what it unpacks to. Where the text was joined of
    /// several lines, the first of them.
    qint64 line = 0;
    /// As it stood, carrier and colours and all, without the last line end; with the lines that
    /// belong to it. At most kLongestRaw bytes of it.
    QByteArray raw;
    /// Of a record that has more members than the program's text: that text alone. Else empty.
    QByteArray recordText;
    /// Nothing: neither the line nor its carrier tells one.
    std::optional<LogTime> time;
    /// Which gateway: host, unit, container, process or ROS node, `/` between them where there are
    /// several: "robot-1/gateway". The same over a restart. Empty if nothing tells.
    QByteArray origin;
    /// The process's number, where the carrier has it: tells a restart, or two that share an
    /// origin.
    QByteArray process;
    LogLevel level = LogLevel::Unknown;
    QByteArray module;  ///< "connection" or "watch", told by the message where no target stands
    QByteArray message; ///< one of the known texts, to the letter
    /// In the line's order, strings unquoted. `error`, where there is one, is the last and may hold
    /// line breaks.
    QList<std::pair<QByteArray, QByteArray>> fields;

    static constexpr qsizetype kLongestRaw = 256 * 1024;

    /// The first of that name.
    std::optional<QByteArray> field(QByteArrayView name) const;
};

/// `1s`, `2.5s`, `500ms`, `10µs`, `3ns`: as Rust prints a duration. Nothing for anything else.
std::optional<Nanoseconds> parseLogDuration(QByteArrayView text);

} // namespace watchline
