// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// The gateway's retry policy: a pure function of an event and a state. No clock, no I/O, no Qt.
/// It decides; whoever runs a watch obeys, and reports the rule as the reason.
/// Source: the watch loop's policy of Foxglove SDK 0.25.
namespace watchline {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

inline constexpr Milliseconds kInitialBackoff{1'000};
inline constexpr Milliseconds kMaxBackoff{30'000};
inline constexpr Milliseconds kLeaseConflictBackoff{30'000};
inline constexpr Milliseconds kNonSseResponseBackoff{30'000};

/// Why a connect attempt did not get as far as `hello`.
enum class ConnectError {
    Conflict,
    Unauthorized,
    Api,
    UnexpectedContentType,
    UnexpectedEof,
    Transport,
    HelloTimeout,
    MalformedEvent,
};

/// How a watch that had its `hello` ended.
enum class WatchOutcome {
    Wake,
    StreamEnded,
    ReadTimeout,
    StreamError,
    HeartbeatConflict,
    HeartbeatGone,
    HeartbeatUnauthorized,
    HeartbeatFailed,
    HeartbeatCancelled,
};

/// What is to be done next.
enum class Action {
    Run,              ///< Run the watch that has just been connected.
    RetryAfter,       ///< Show `connecting`, wait, connect again.
    Reconnect,        ///< Connect again at once; the status stays as it is.
    Backoff,          ///< Show `connecting`, wait, connect again: a watch had been running.
    Wake,             ///< Hand the wake over.
    Stop,             ///< End the loop; the token is not at fault.
    StopUnauthorized, ///< End the run: the token was rejected.
};

/// The row of the policy's table that matched.
enum class Rule {
    ConnectSuccess,
    ConnectUnauthorized,
    ConnectConflict,
    ConnectNonSse,
    ConnectTransient,
    OutcomeWake,
    OutcomeReadTimeout,
    OutcomeStreamEnded,
    OutcomeStreamErrorHealthy,
    OutcomeStreamErrorEarly,
    OutcomeHeartbeatConflict,
    OutcomeHeartbeatGone,
    OutcomeHeartbeatUnauthorized,
    OutcomeHeartbeatFailed,
    OutcomeHeartbeatCancelled,
};

/// What the policy remembers between two decisions.
struct RetryState
{
    /// The lease to offer with the next connect attempt.
    std::optional<std::string> previousLeaseId;
    /// The wait after the next transient failure.
    Milliseconds backoff = kInitialBackoff;

    bool operator==(const RetryState &) const = default;
};

/// A watch that had its `hello` and is over.
struct EndedWatch
{
    WatchOutcome outcome;
    std::string leaseId;
    Microseconds duration;          ///< From `hello` to the outcome.
    Milliseconds heartbeatInterval; ///< The effective one, after clamping.
};

struct Decision
{
    Rule rule;
    Action action;
    /// Set for `RetryAfter` and `Backoff` alone.
    std::optional<Milliseconds> delay;

    bool operator==(const Decision &) const = default;
};

/// `hello` was received.
Decision onConnectSuccess(RetryState &state);
/// A connect attempt failed before `hello`.
Decision onConnectError(ConnectError error, RetryState &state);
/// A connected watch ended.
Decision onOutcome(const EndedWatch &watch, RetryState &state);

/// The names that session files, the CSV and the window use; the inverse gives nothing for a name
/// that it does not know.
std::string_view name(ConnectError error);
std::string_view name(WatchOutcome outcome);
std::string_view name(Action action);
std::string_view name(Rule rule);
std::optional<ConnectError> connectErrorFromName(std::string_view name);
std::optional<WatchOutcome> watchOutcomeFromName(std::string_view name);
std::optional<Action> actionFromName(std::string_view name);
std::optional<Rule> ruleFromName(std::string_view name);

} // namespace watchline
