// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace watchline {

/// In one word, as a fleet's are counted.
enum class Doing : quint8 { Connecting, Connected, BackingOff, Stopped };

/// What one source is doing at one moment, folded from its events. Live and replay use the same
/// fold.
struct RunState
{
    Word status =
        Word::None; ///< Connecting, Connected, ShuttingDown, Shutdown; None before the first.
    int attempt = 0;
    StringId leaseId = 0;     ///< Of the running watch; 0 when none runs.
    StringId lastLeaseId = 0; ///< Of the last watch, running or over.
    StringId offeredLeaseId =
        0; ///< Offered again with the current or the next attempt; 0 for none.
    std::optional<Nanoseconds> attemptBegan; ///< While connecting.
    std::optional<Nanoseconds> watchBegan;   ///< While a watch runs: its `hello`.
    std::optional<Nanoseconds> backoffBegan; ///< While a backoff runs.
    Milliseconds backoffDelay{};
    Milliseconds heartbeatInterval{}; ///< Effective, of the last `hello`.
    std::optional<Nanoseconds> lastFrame;
    std::optional<Nanoseconds> lastHeartbeat;
    Word lastHeartbeatResult = Word::None;
    std::optional<Microseconds> lastRoundTrip;
    std::optional<Rule> lastRule;
    std::optional<Action> lastAction;
    std::optional<Milliseconds> lastDelay;
    bool tokenWasRejected = false;              ///< By device-info, or as the last decision says.
    Milliseconds nextBackoff = kInitialBackoff; ///< The policy's state after the last decision.
    Nanoseconds connectedTime{}; ///< In watches that ended; the running one comes on top.
    /// Of the minute before the last attempt, at most kMostRecentAttempts.
    std::vector<Nanoseconds> recentAttempts;
    /// Since a backoff last began or ended, at most kMostRecentAttempts.
    int attemptsSinceBackoff = 0;
    qsizetype lastDecisionRow = -1;

    /// A hot loop makes more attempts than anyone counts; memory stays bounded.
    static constexpr std::size_t kMostRecentAttempts = 1'000;

    bool operator==(const RunState &) const = default;
    /// Attempts in the minute up to `t`; kMostRecentAttempts stands for "that many or more".
    int attemptsInTheLastMinute(Nanoseconds t) const;
    /// 5 or more attempts within the 10 s before `t` and no backoff between them.
    bool isHotLoop(Nanoseconds t) const;
    Doing doing() const;
};

/// The fold's one step: takes in a row of the state's source.
void advance(RunState &state, const SessionStore &store, qsizetype row);

/// The state of a source at any time, at a cost that grows neither with the session nor with the
/// number of its sources: where a source's rows are and checkpoints of its state are kept while
/// the session grows. That takes 8 bytes for each stretch of rows of one source, and a byte or two
/// a row for the checkpoints. One thread.
class RunStateIndex
{
public:
    /// `store` is not owned and must outlive the index.
    explicit RunStateIndex(const SessionStore &store);
    ~RunStateIndex();

    /// Takes in rows that have come since the last call, at most so many: decisions, attempts and
    /// hellos cost a look at their lines. Whether there were any.
    bool update(qsizetype most = std::numeric_limits<qsizetype>::max());
    /// Rows taken in.
    qsizetype size() const;
    /// After the last row at or before `t`, for a source by its index. Where a file's times go
    /// backwards: before the first row that is later than `t`. Notes, which may be added at any
    /// time, change no state.
    RunState stateAt(Nanoseconds t, quint16 source = 0) const;
    /// stateAt().doing(), found by a binary search: cheap enough to ask for all of a fleet.
    Doing doingAt(Nanoseconds t, quint16 source = 0) const;
    /// After the last row that update() took in.
    const RunState &latest(quint16 source = 0) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
