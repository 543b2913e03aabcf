// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/gatewaylog.h"
#include "core/transfer/logtime.h"

#include <optional>
#include <string_view>

namespace watchline {

/// A message that the gateway is known to write.
struct KnownMessage
{
    std::string_view text;
    std::string_view module;
    /// One of these has to follow it where no target tells whose line it is; empty: none has to.
    std::string_view fields;
};

/// How a program shapes its lines.
enum class LogShape {
    None,
    Tracing,
    TracingJson,
    EnvLogger,
    Other, ///< Python's, in any order of its parts
};

enum class LogKind {
    Other,   ///< another program's, or one of a gateway's that is of no interest
    Unknown, ///< of one of the modules that are read, with a text that nobody knows
    Known,
};

/// A line without its carriers, taken apart.
struct LogHead
{
    LogKind kind = LogKind::Other;
    LogShape shape = LogShape::None;
    std::optional<WrittenTime> time;
    LogLevel level = LogLevel::Unknown;
    QByteArray module;
    const KnownMessage *message = nullptr;
    QList<std::pair<QByteArray, QByteArray>> fields;
    bool isCut = false; ///< ends within a value
    /// Its last value ends where the line does: more of it may stand in the next one.
    bool isOpen = false;
};

/// Reads `text`, which may hold line breaks in its last value.
LogHead parseLogHead(std::string_view text);

/// The known message that `text` begins with, or none; what follows it stays in `text`.
const KnownMessage *takeMessage(std::string_view &text);
/// ` key=value` as often as there is one. False: something else is there.
bool parseLogFields(std::string_view text, const KnownMessage &message, LogHead &head);
/// A field that has a value of its own, as a JSON shape gives it. `error` goes last.
void addLogField(LogHead &head, std::string_view name, std::string_view value);
/// Whether it has what a message needs to be a gateway's without a target.
bool hasFieldOf(const LogHead &head, const KnownMessage &message);

/// Whose line it is: `foxglove::remote_access::watch` or with dots. Empty: not a gateway's.
std::string_view moduleOf(std::string_view target);
/// Modules that are read.
bool isReadModule(std::string_view module);

/// INFO, warning, ...: of any case. Unknown for anything else.
LogLevel logLevelOf(std::string_view word);

/// What any program's line begins with: a time or a level. Text that goes on from the line before
/// mostly does not.
bool beginsLikeLine(std::string_view text);

} // namespace watchline
