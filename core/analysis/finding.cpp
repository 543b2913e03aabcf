// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/finding.h"

#include <array>

namespace watchline {

namespace {

constexpr std::array<std::string_view, kFindingCodeCount> kCodeNames{
    "token_rejected", "lease_contention", "lease_lost",      "maintenance_page",
    "unreachable",    "server_errors",    "rate_limited",    "wrong_endpoint",
    "hello_timeout",  "silent_stream",    "periodic_cut",    "bursty_stream",
    "hot_loop",       "flapping",         "slow_heartbeats", "heartbeat_failures",
    "malformed",      "log_gap",          "policy_mismatch", "restarted",
    "woken",          "healthy",
};

} // namespace

std::string_view name(FindingCode code)
{
    return kCodeNames[static_cast<std::size_t>(code)];
}

std::string_view name(FindingSeverity severity)
{
    switch (severity) {
    case FindingSeverity::Error:
        return "error";
    case FindingSeverity::Warning:
        return "warning";
    case FindingSeverity::Info:
        return "info";
    }
    return {};
}

} // namespace watchline
