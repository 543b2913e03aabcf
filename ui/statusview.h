// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/runstate.h"
#include "core/watch/watchclient.h"
#include "ui/theme.h"

#include <QString>

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
    QString state;    ///< One or two words.
    QString sentence; ///< What is being done or waited for, and for how long yet.
    double left = -1; ///< Share of the wait that is left, 0 to 1; below 0: nothing is waited for.
    StatusFigure attempt;
    StatusFigure lease;
    QString leaseCaption;
    StatusFigure heartbeat;
    StatusFigure readTimeout;
    StatusFigure connected;
    StatusFigure rule;

    bool operator==(const StatusView &) const = default;
};

/// What it is made from.
struct StatusInput
{
    RunState state;
    Waiting waiting;
    Nanoseconds now{}; ///< Session time.
    bool hotLoop = false;
};

StatusView statusView(const StatusInput &input, const SessionStore &store);

/// What a recorded source was waiting for at `now`, from its state; live it is known exactly.
Waiting waitingAt(const RunState &state, Nanoseconds now);

/// 5 or more connect attempts within the 10 s before `now` and no backoff between them. Costs no
/// more than a look at the last few rows.
bool isHotLoop(const SessionStore &store, Nanoseconds now);

} // namespace watchline
