// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"

namespace watchline {

/// The policy's times, to ask what it would do with others.
struct PolicyConstants
{
    Milliseconds initialBackoff = kInitialBackoff;
    Milliseconds maxBackoff = kMaxBackoff;
    Milliseconds leaseConflictBackoff = kLeaseConflictBackoff;
    Milliseconds nonSseResponseBackoff = kNonSseResponseBackoff;

    bool operator==(const PolicyConstants &) const = default;
};

// The same policy with these constants. A run's first state has the initial backoff.

RetryState initialState(const PolicyConstants &constants);
Decision onConnectSuccess(RetryState &state, const PolicyConstants &constants);
Decision onConnectError(ConnectError error, RetryState &state, const PolicyConstants &constants);
Decision onOutcome(const EndedWatch &watch, RetryState &state, const PolicyConstants &constants);

} // namespace watchline
