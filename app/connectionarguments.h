// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/commandline.h"
#include "core/watch/fleetfile.h"
#include "core/watch/watchrunner.h"

#include <variant>

namespace watchline {

/// What the command line and the environment say about a connection; what they do not say is
/// absent.
struct ConnectionArguments
{
    std::optional<QUrl> apiUrl;
    std::optional<Secret> token;
    std::optional<Milliseconds> apiTimeout;
    std::optional<QString> tokenFile; ///< Where the token came from, unless it is `-`.
    std::optional<QString> caFile;
    std::optional<Fleet> fleet; ///< Then there is neither URL nor token.
    QString fleetFile;          ///< Where it came from.
};

void addConnectionOptions(CommandLine &line);
/// The part of a help text that explains them, and how a fleet file is written.
QString connectionHelp();
QString fleetHelp();

enum class Environment {
    Read,
    Ignore,
};

/// Reads the options, then the environment. The token comes from there or from a file, never from
/// an argument. A status: something is wrong, and has been told.
std::variant<ConnectionArguments, ExitStatus> readConnection(const CommandLine &line,
                                                             Environment environment);

} // namespace watchline
