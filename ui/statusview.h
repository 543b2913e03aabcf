// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/runstate.h"
#include "core/watch/watchclient.h"
#include "ui/theme.h"

#include <QString>

#include <optional>

namespace watchline {

/// One figure of the status strip.
struct StatusFigure
{
    QString value;
    QString note;
    bool loud = false; ///< Something is wrong with it.

    bool operator==(const StatusFigure &) const = default;
};

/// What the status strip says at one moment. A plain value, so that what has not changed is not
/// painted again.
struct StatusView
{
    Tone tone = Tone::Quiet;
    QString state;      ///< One or two words.
    QString sentence;   ///< What is being done or waited for, and for how long yet.
    double left = -1;   ///< Share of the wait that is left, 0 to 1; below 0: nothing is waited for.
    StatusFigure watch; ///< Of a fleet alone: which one this is about.
    StatusFigure attempt;
    StatusFigure lease;
    QString leaseCaption;
    StatusFigure heartbeat;
    StatusFigure readTimeout;
    StatusFigure backoff; ///< What the next failure would wait.
    StatusFigure connected;
    StatusFigure rule;

    bool operator==(const StatusView &) const = default;
};

/// How many of a session's sources are doing what.
struct FleetState
{
    int connected = 0;
    int connecting = 0;
    int backingOff = 0;
    int stopped = 0;

    void add(Doing doing);
    int total() const { return connected + connecting + backingOff + stopped; }
};

/// What it is made from.
struct StatusInput
{
    /// Of a session with several sources.
    std::optional<FleetState> fleet;
    /// Then: the source that the rest is about; empty when it is about none of them.
    QString source;
    RunState state;
    Waiting waiting;
    Nanoseconds now{};    ///< Session time.
    bool isAtEnd = false; ///< Of a recording: nothing is known of what came after.
    bool hotLoop = false;
};

StatusView statusView(const StatusInput &input, const SessionStore &store);

/// What a recorded source was waiting for at `now`, from its state; live it is known exactly.
Waiting waitingAt(const RunState &state, Nanoseconds now);

} // namespace watchline
