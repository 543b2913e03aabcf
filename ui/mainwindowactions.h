// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/mainwindow.h"

#include <QAction>

namespace watchline {

/// The window's actions; the window owns them.
struct MainWindow::Actions
{
    QAction *connect = nullptr;
    QAction *connectFleet = nullptr;
    QAction *demo = nullptr;
    QAction *open = nullptr;
    QAction *compare = nullptr;
    QAction *nextDifference = nullptr;
    QAction *saveCopy = nullptr;
    QAction *exportCsv = nullptr;
    QAction *exportPicture = nullptr;
    QAction *report = nullptr;
    QAction *closeSession = nullptr;
    QAction *copy = nullptr;
    QAction *find = nullptr;
    QAction *findNext = nullptr;
    QAction *findPrevious = nullptr;
    QAction *filter = nullptr;
    QAction *undoFilter = nullptr;
    QAction *redoFilter = nullptr;
    QAction *nextSameOutcome = nullptr;
    QAction *previousSameOutcome = nullptr;
    QAction *nextSameLease = nullptr;
    QAction *previousSameLease = nullptr;
    QAction *nextSameAttempt = nullptr;
    QAction *previousSameAttempt = nullptr;
    QAction *onlySameOutcome = nullptr;
    QAction *onlySameLease = nullptr;
    QAction *onlyInRange = nullptr;
    QAction *note = nullptr;
    QAction *back = nullptr;
    QAction *forward = nullptr;
    QAction *following = nullptr;
    QAction *fit = nullptr;
    QAction *zoomIn = nullptr;
    QAction *zoomOut = nullptr;
    QAction *relativeTimes = nullptr;
    QAction *stop = nullptr;
    QAction *followFile = nullptr;
    QAction *retryNow = nullptr;
    QAction *pause = nullptr;
    QAction *nextEvent = nullptr;
    QAction *previousEvent = nullptr;
    QAction *nextDecision = nullptr;
    QAction *previousDecision = nullptr;
    QAction *why = nullptr;
    QAction *nextAttempt = nullptr;
    QAction *previousAttempt = nullptr;
    QAction *jump = nullptr;
    QAction *loop = nullptr;
    QAction *loopFrom = nullptr;
    QAction *loopTo = nullptr;
    QAction *loopRange = nullptr;
    QAction *clearLoop = nullptr;
    QAction *skipIdle = nullptr;
    QAction *verify = nullptr;
    QAction *findings = nullptr;
    QAction *range = nullptr;
    QAction *whatIf = nullptr;
    QAction *commands = nullptr;
    QAction *keys = nullptr;
};

} // namespace watchline
