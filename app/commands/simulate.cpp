// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/stopsignals.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/base/text.h"
#include "core/simulator/simulator.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline simulate [OPTIONS]

Serves the staging simulator on this machine alone: a real HTTP server that plays
the platform's part of a scenario, with its faults. Its base URL is the first line
on standard output; what it is asked goes to standard error. Ctrl+C ends it.

Options:
  --port N                port on 127.0.0.1 (default: 0, any that is free)
  --scenario NAME|FILE    a scenario that comes with Watchline, a file of one's own,
                          or a session: the server as it was recorded (default: tour)
  --list                  list the scenarios that come with Watchline
  --tls-certificate FILE  speak TLS with this PEM certificate ...
  --tls-key FILE          ... and its PEM key
  --help                  show this text
)"_s + exitStatusHelp() +
           uR"(
Examples:
  watchline simulate --port 8090 --scenario lease-fight
  watchline simulate --port 8090 --scenario night.watchline
  FOXGLOVE_DEVICE_TOKEN=any watchline record --api-url http://127.0.0.1:8090
)"_s;
}

ExitStatus listScenarios()
{
    TextOutput output;
    for (const auto &scenario : Scenario::builtIn())
        output.writeLine(QString(scenario.name.leftJustified(24) + u' ' + scenario.title).toUtf8());
    output.flush();
    return output.status();
}

std::optional<SimulatorOptions> readOptions(const CommandLine &line)
{
    SimulatorOptions options;
    if (const auto text = line.given(u"port"_s)) {
        bool ok = false;
        options.port = text->toUShort(&ok);
        if (!ok) {
            line.complain(u"not a port: --port %1: write a number from 0 to 65535"_s.arg(*text));
            return std::nullopt;
        }
    }
    options.certificateFile = line.value(u"tls-certificate"_s);
    options.keyFile = line.value(u"tls-key"_s);
    if (options.certificateFile.isEmpty() != options.keyFile.isEmpty()) {
        line.complain(u"TLS needs both: give --tls-certificate and --tls-key"_s);
        return std::nullopt;
    }
    return options;
}

ExitStatus simulate(const Scenario &scenario, const SimulatorOptions &options)
{
    StopSignals stopSignals;
    SimulatorThread simulator(scenario);
    auto *app = QCoreApplication::instance();
    QObject::connect(&simulator, &SimulatorThread::logged, app, [](const QString &line) {
        const QByteArray bytes = singleLine(line).toUtf8() + '\n';
        std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
    });
    QObject::connect(&stopSignals, &StopSignals::stopRequested, app, &QCoreApplication::quit);
    if (!simulator.listen(options)) {
        printMessage(simulator.error());
        return ExitStatus::Output;
    }
    TextOutput output;
    output.writeLine(simulator.url().toString().toUtf8());
    if (!output.flush())
        return output.status();
    QCoreApplication::exec();
    return ExitStatus::Done;
}

} // namespace

ExitStatus runSimulate(const Invocation &invocation)
{
    CommandLine line(u"simulate"_s, help());
    for (const auto &option : {u"port"_s, u"scenario"_s, u"tls-certificate"_s, u"tls-key"_s})
        line.addOption(option);
    line.addFlag(u"list"_s);
    if (const auto status = line.parse(invocation.arguments))
        return *status;
    if (!line.hasNoArguments())
        return ExitStatus::Usage;
    const QCoreApplication app(invocation.argc, invocation.argv);
    if (line.isSet(u"list"_s))
        return listScenarios();
    const auto options = readOptions(line);
    if (!options)
        return ExitStatus::Usage;
    if (const auto problem = tlsProblem(*options); !problem.isEmpty()) {
        printMessage(problem);
        return ExitStatus::Input;
    }

    const auto name = line.given(u"scenario"_s).value_or(Scenario::defaultName());
    QString error;
    const auto scenario = Scenario::load(name, &error);
    if (!scenario) {
        if (QFileInfo::exists(name)) {
            printMessage(error);
            return ExitStatus::Input;
        }
        return line.complain(error);
    }
    if (!scenario->remark().isEmpty())
        printMessage(scenario->remark());
    return simulate(*scenario, *options);
}

} // namespace watchline
