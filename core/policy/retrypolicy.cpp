// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/policy/retrypolicy.h"

#include "core/policy/policyconstants.h"

#include <algorithm>
#include <utility>

namespace watchline {

namespace {

/// The current backoff, which doubles for the next time.
Milliseconds takeBackoff(RetryState &state, const PolicyConstants &constants)
{
    return std::exchange(state.backoff, std::min(state.backoff * 2, constants.maxBackoff));
}

Decision retryAfter(Rule rule, Milliseconds delay)
{
    return {rule, Action::RetryAfter, delay};
}

Decision backOff(Rule rule, Milliseconds delay)
{
    return {rule, Action::Backoff, delay};
}

Decision decide(Rule rule, Action action)
{
    return {rule, action, std::nullopt};
}

} // namespace

RetryState initialState(const PolicyConstants &constants)
{
    return {std::nullopt, constants.initialBackoff};
}

Decision onConnectSuccess(RetryState &state, const PolicyConstants &constants)
{
    state = initialState(constants);
    return decide(Rule::ConnectSuccess, Action::Run);
}

Decision onConnectError(ConnectError error, RetryState &state, const PolicyConstants &constants)
{
    switch (error) {
    case ConnectError::Unauthorized:
        return decide(Rule::ConnectUnauthorized, Action::StopUnauthorized);
    case ConnectError::Conflict:
        // Another gateway owns the device: a lease of ours is no longer worth offering.
        state.previousLeaseId.reset();
        return retryAfter(Rule::ConnectConflict, constants.leaseConflictBackoff);
    case ConnectError::UnexpectedContentType:
        // A maintenance page or a misrouted proxy: a fixed wait, nothing escalates.
        return retryAfter(Rule::ConnectNonSse, constants.nonSseResponseBackoff);
    case ConnectError::Api:
    case ConnectError::UnexpectedEof:
    case ConnectError::Transport:
    case ConnectError::HelloTimeout:
    case ConnectError::MalformedEvent:
        break;
    }
    return retryAfter(Rule::ConnectTransient, takeBackoff(state, constants));
}

Decision onOutcome(const EndedWatch &watch, RetryState &state, const PolicyConstants &constants)
{
    switch (watch.outcome) {
    case WatchOutcome::Wake:
        return decide(Rule::OutcomeWake, Action::Wake);
    case WatchOutcome::ReadTimeout:
        state.previousLeaseId = watch.leaseId;
        return decide(Rule::OutcomeReadTimeout, Action::Reconnect);
    case WatchOutcome::StreamEnded:
        state.previousLeaseId = watch.leaseId;
        return decide(Rule::OutcomeStreamEnded, Action::Reconnect);
    case WatchOutcome::StreamError:
        state.previousLeaseId = watch.leaseId;
        if (watch.duration >= watch.heartbeatInterval)
            return decide(Rule::OutcomeStreamErrorHealthy, Action::Reconnect);
        return backOff(Rule::OutcomeStreamErrorEarly, takeBackoff(state, constants));
    case WatchOutcome::HeartbeatConflict:
        state.previousLeaseId.reset();
        return backOff(Rule::OutcomeHeartbeatConflict, constants.leaseConflictBackoff);
    case WatchOutcome::HeartbeatGone:
        state.previousLeaseId.reset();
        return decide(Rule::OutcomeHeartbeatGone, Action::Reconnect);
    case WatchOutcome::HeartbeatUnauthorized:
        return decide(Rule::OutcomeHeartbeatUnauthorized, Action::StopUnauthorized);
    case WatchOutcome::HeartbeatFailed:
        // The lease may still be valid on the server: offer it again.
        state.previousLeaseId = watch.leaseId;
        return decide(Rule::OutcomeHeartbeatFailed, Action::Reconnect);
    case WatchOutcome::HeartbeatCancelled:
        break;
    }
    return decide(Rule::OutcomeHeartbeatCancelled, Action::Stop);
}

Decision onConnectSuccess(RetryState &state)
{
    return onConnectSuccess(state, PolicyConstants());
}

Decision onConnectError(ConnectError error, RetryState &state)
{
    return onConnectError(error, state, PolicyConstants());
}

Decision onOutcome(const EndedWatch &watch, RetryState &state)
{
    return onOutcome(watch, state, PolicyConstants());
}

namespace {

// In the order of the enumerations: a value is its name's index.
constexpr std::array<std::string_view, 8> kConnectErrorNames{
    "conflict",       "unauthorized", "api",           "unexpected_content_type",
    "unexpected_eof", "transport",    "hello_timeout", "malformed_event"};
constexpr std::array<std::string_view, 9> kWatchOutcomeNames{"wake",
                                                             "stream_ended",
                                                             "read_timeout",
                                                             "stream_error",
                                                             "heartbeat_conflict",
                                                             "heartbeat_gone",
                                                             "heartbeat_unauthorized",
                                                             "heartbeat_failed",
                                                             "heartbeat_cancelled"};
constexpr std::array<std::string_view, 7> kActionNames{
    "run", "retry_after", "reconnect", "backoff", "wake", "stop", "stop_unauthorized"};
constexpr std::array<std::string_view, 15> kRuleNames{"connect.success",
                                                      "connect.unauthorized",
                                                      "connect.conflict",
                                                      "connect.non_sse",
                                                      "connect.transient",
                                                      "outcome.wake",
                                                      "outcome.read_timeout",
                                                      "outcome.stream_ended",
                                                      "outcome.stream_error_healthy",
                                                      "outcome.stream_error_early",
                                                      "outcome.heartbeat_conflict",
                                                      "outcome.heartbeat_gone",
                                                      "outcome.heartbeat_unauthorized",
                                                      "outcome.heartbeat_failed",
                                                      "outcome.heartbeat_cancelled"};

template<typename Enum, std::size_t N>
std::optional<Enum> fromName(const std::array<std::string_view, N> &names, std::string_view name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string_view name(ConnectError error)
{
    return kConnectErrorNames.at(static_cast<std::size_t>(error));
}

std::string_view name(WatchOutcome outcome)
{
    return kWatchOutcomeNames.at(static_cast<std::size_t>(outcome));
}

std::string_view name(Action action)
{
    return kActionNames.at(static_cast<std::size_t>(action));
}

std::string_view name(Rule rule)
{
    return kRuleNames.at(static_cast<std::size_t>(rule));
}

std::optional<ConnectError> connectErrorFromName(std::string_view name)
{
    return fromName<ConnectError>(kConnectErrorNames, name);
}

std::optional<WatchOutcome> watchOutcomeFromName(std::string_view name)
{
    return fromName<WatchOutcome>(kWatchOutcomeNames, name);
}

std::optional<Action> actionFromName(std::string_view name)
{
    return fromName<Action>(kActionNames, name);
}

std::optional<Rule> ruleFromName(std::string_view name)
{
    return fromName<Rule>(kRuleNames, name);
}

} // namespace watchline
