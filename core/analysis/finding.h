// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QString>

#include <string_view>
#include <vector>

namespace watchline {

/// What a session can be found to suffer from. Their names are for scripts and never change.
enum class FindingCode : quint8 {
    TokenRejected,
    LeaseContention,
    LeaseLost,
    MaintenancePage,
    Unreachable,
    ServerErrors,
    RateLimited,
    WrongEndpoint,
    HelloTimeout,
    SilentStream,
    PeriodicCut,
    BurstyStream,
    HotLoop,
    Flapping,
    SlowHeartbeats,
    HeartbeatFailures,
    Malformed,
    LogGap, ///< Of imported logs, as the two below.
    PolicyMismatch,
    Restarted,
    Woken,
    Healthy,
};
inline constexpr std::size_t kFindingCodeCount = 22;

enum class FindingSeverity : quint8 {
    Error,   ///< It kept the robot from being reached.
    Warning, ///< The gateway put up with it.
    Info,
};

struct Finding
{
    FindingCode code = FindingCode::Healthy;
    FindingSeverity severity = FindingSeverity::Info;
    Nanoseconds from{}; ///< Of the first event that shows it, and of the last one.
    Nanoseconds to{};
    qsizetype count = 0;
    std::vector<qsizetype> seqs; ///< The first few events that show it, ascending.
    QString text;                ///< What was seen, with figures; made safe to show.
    QString advice;              ///< What to look at next.

    bool operator==(const Finding &) const = default;
};

std::string_view name(FindingCode code);
std::string_view name(FindingSeverity severity);

} // namespace watchline
