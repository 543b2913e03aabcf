// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <optional>

/// Text that came from outside, made safe to show; and durations, read and written.
/// Pure functions; any thread.
namespace watchline {

/// Appends a JSON string with its quotes: controls, quotes and backslashes escaped, lone surrogates
/// replaced, U+2028 and U+2029 escaped, UTF-8.
void appendJsonString(QByteArray &out, QStringView text);

/// One printable line: controls, line breaks, bidirectional overrides and zero-width characters as
/// `\n`, `\x1b` or `\u202e`; cut after `limit` characters with an ellipsis.
QString singleLine(QStringView text, qsizetype limit = 4096);

/// `500ms`, `20s`, `5m`, `2h`, whole or with decimals; nothing for anything else, negative values
/// and values above 10,000 hours.
std::optional<std::chrono::milliseconds> parseDuration(QStringView text);

/// A duration for the eye: `0.4 ms`, `167 ms`, `2.6 s`, `30 s`, `5 min 10 s`, `1 h 17 min`, `3 d 2
/// h`.
QString readableDuration(std::chrono::nanoseconds duration);

} // namespace watchline
