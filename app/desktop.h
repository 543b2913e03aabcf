// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/fleetfile.h"
#include "ui/connectdialog.h"

#include <QStringList>

#include <optional>

class QApplication;

namespace watchline {

/// What the command line asks of the desktop app.
struct DesktopRequest
{
    ConnectionPreset connection; ///< defaultConnection(), and what was given on top of it.
    /// `--connect`: with a URL and a token at hand the watch starts without a dialog, since asking
    /// for it on the command line is the user's word.
    bool connectNow = false;
    QString fleetFile;           ///< `--fleet`; empty for none.
    Fleet fleet;                 ///< What that file names.
    std::optional<QString> demo; ///< `--demo`: a scenario's name or file; empty for the tour.
    QStringList sessions;        ///< A window each.
    bool compare = false;        ///< The two sessions in one window.
};

/// Names, icon and style: to be called before runDesktop(), right after the application was made.
void setUpDesktop(QApplication &app);
/// To be called before the application is made.
void prepareDesktop();

/// Runs the desktop app until its last window closes; gives the exit status.
int runDesktop(const DesktopRequest &request);

} // namespace watchline
