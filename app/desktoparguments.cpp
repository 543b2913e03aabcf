// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/desktoparguments.h"

#include "app/terminal.h"
#include "core/simulator/scenario.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline [CONNECTION | --fleet FILE] [--connect] [--demo [SCENARIO]] [SESSION ...]
       watchline COMMAND ...

Shows why a robot's gateway could not be reached: watches the API as the gateway
does and draws every attempt, backoff and lease on a timeline. Without a command
it is the desktop app.

Commands (watchline COMMAND --help says more):
  record     watch the API and record a session, without a window
  import     make a session of a robot's log, without taking its lease
  replay     write a session's events, each at its time
  export     write a session as CSV, JSON Lines, PNG or SVG
  verify     compare a session's decisions with the policy
  diagnose   say what is wrong in a session, in figures and findings
  what-if    play a session with other waits and time-outs
  compare    say how two sessions differ
  report     write a page about a session, for a ticket
  check      try the way to the API, without taking the lease
  simulate   serve the staging simulator

Options:
  --connect          connect at once, without asking
  --fleet FILE       connect to all that the file names, in one window
  --demo [SCENARIO]  show the embedded simulator's scenario (default: tour)
  --compare          show the two sessions that are named in one window
  --version          show the version
  --help             show this text
)"_s + connectionHelp() +
           fleetHelp() + exitStatusHelp() + uR"(
Examples:
  watchline --demo
  watchline night.watchline
  watchline --api-url https://staging.example.com --token-file token.txt --connect
)"_s;
}

/// What is neither an option nor a session to open beside the demo.
bool isScenario(const QString &text)
{
    return !text.startsWith(u'-') && !text.endsWith(".watchline"_L1);
}

/// Takes `--demo` out: its value may be missing, which the parser does not know.
std::optional<QString> takeDemo(QStringList &arguments)
{
    const auto isDemo = [](const QString &argument) {
        return argument == "--demo"_L1 || argument.startsWith("--demo="_L1);
    };
    const auto found = std::find_if(arguments.begin(), arguments.end(), isDemo);
    if (found == arguments.end())
        return std::nullopt;
    const auto index = found - arguments.begin();
    const auto option = arguments.takeAt(index);
    if (option.contains(u'='))
        return option.section(u'=', 1);
    if (index < arguments.size() && isScenario(arguments.at(index)))
        return arguments.takeAt(index);
    return QString();
}

/// Qt's own options, which are for the toolkit: `-platform offscreen`, `-style=fusion`.
void dropToolkitOptions(QStringList &arguments)
{
    const QStringList withValue{u"platform"_s,   u"platformtheme"_s, u"style"_s,
                                u"stylesheet"_s, u"geometry"_s,      u"display"_s};
    for (qsizetype i = 0; i < arguments.size();) {
        auto option = arguments.at(i);
        const bool isLong = option.startsWith("--"_L1);
        const auto name =
            option.sliced(std::min<qsizetype>(isLong ? 2 : 1, option.size())).section(u'=', 0, 0);
        if (!option.startsWith(u'-') || !withValue.contains(name)) {
            ++i;
            continue;
        }
        arguments.removeAt(i);
        if (!option.contains(u'=') && i < arguments.size())
            arguments.removeAt(i);
    }
}

} // namespace

std::variant<DesktopArguments, ExitStatus> readDesktopArguments(QStringList arguments,
                                                                const QStringList &commands)
{
    CommandLine line(QString(), help());
    addConnectionOptions(line);
    line.addFlag(u"connect"_s);
    line.addFlag(u"compare"_s);
    line.addFlag(u"version"_s);
    DesktopArguments desktop;
    dropToolkitOptions(arguments);
    desktop.demo = takeDemo(arguments);
    if (const auto status = line.parse(arguments))
        return *status;
    if (desktop.demo && !desktop.demo->isEmpty()) {
        QString error;
        if (!Scenario::load(*desktop.demo, &error)) {
            if (!QFileInfo::exists(*desktop.demo))
                return line.complain(error);
            printMessage(error);
            return ExitStatus::Input;
        }
    }
    desktop.sessions = line.positional();
    if (!desktop.sessions.isEmpty()) {
        // A word that is neither a file nor looks like one was meant as a command.
        const auto &first = desktop.sessions.constFirst();
        const bool isFile =
            QFileInfo::exists(first) || first.contains(u'.') || first.contains(u'/');
        if (!isFile) {
            const auto meant = closestTo(first, commands);
            return line.complain(
                meant.isEmpty() ? u"unknown command: %1: choose %2, or name a session file"_s.arg(
                                      first, commands.join(u", "_s))
                                : u"unknown command: %1: did you mean %2?"_s.arg(first, meant));
        }
    }
    desktop.compare = line.isSet(u"compare"_s);
    if (desktop.compare && desktop.sessions.size() != 2)
        return line.complain(u"--compare takes two sessions, not %1: watchline --compare A B"_s.arg(
            desktop.sessions.size()));
    desktop.connectNow = line.isSet(u"connect"_s);
    // Without --connect the dialog asks first, and tells what is wrong with the environment.
    auto connection =
        readConnection(line, desktop.connectNow ? Environment::Read : Environment::Ignore);
    if (const auto *status = std::get_if<ExitStatus>(&connection))
        return *status;
    desktop.connection = std::get<ConnectionArguments>(std::move(connection));
    return desktop;
}

} // namespace watchline
