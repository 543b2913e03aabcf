// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/connectionarguments.h"

namespace watchline {

/// What the desktop app is asked for on the command line.
struct DesktopArguments
{
    ConnectionArguments connection;
    bool connectNow = false;
    std::optional<QString> demo; ///< `--demo`: a scenario's name or file; empty for the default.
    QStringList sessions;
    bool compare = false; ///< The two sessions, in one window.
};

/// Reads them. A status: the help was printed, or something is wrong and has been told.
std::variant<DesktopArguments, ExitStatus> readDesktopArguments(QStringList arguments,
                                                                const QStringList &commands);

} // namespace watchline
