// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/eventfields.h"

namespace watchline {

/// What a mark on the timeline says. Where several fall on one place the greatest is shown, so the
/// order is: how much its reader must not miss it.
enum class Severity : quint8 {
    Quiet,
    Ok,
    Waiting,
    Ended, ///< A watch that ended cleanly.
    Wake,
    Timeout,
    Error,
    Conflict,
    Stopped, ///< The token was rejected.
};
inline constexpr int kSeverityCount = 9;

/// By the event's kind and its `outcome`, `result`, `phase` or `status`.
Severity severityOf(EventKind kind, Word word);
/// Of a decision, by what it does next.
Severity severityOf(Action action);

} // namespace watchline
