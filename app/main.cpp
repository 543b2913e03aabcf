// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/desktop.h"
#include "app/desktoparguments.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/protocol/endpoints.h"
#include "generated/version.h"

#include <QApplication>
#include <QLoggingCategory>

#include <array>
#include <clocale>
#include <csignal>
#include <cstring>
#include <langinfo.h>

using namespace Qt::StringLiterals;

namespace {

using namespace watchline;

struct Command
{
    QLatin1StringView name;
    ExitStatus (*run)(const Invocation &);
};

constexpr std::array kCommands{
    Command{"record"_L1, runRecord},     Command{"replay"_L1, runReplay},
    Command{"export"_L1, runExport},     Command{"verify"_L1, runVerify},
    Command{"diagnose"_L1, runDiagnose}, Command{"what-if"_L1, runWhatIf},
    Command{"compare"_L1, runCompare},   Command{"report"_L1, runReport},
    Command{"check"_L1, runCheck},       Command{"simulate"_L1, runSimulate},
    Command{"import"_L1, runImport},
};

/// Qt wants UTF-8 and would complain on standard error about any other locale.
void useUtf8()
{
    std::setlocale(LC_ALL, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0)
        qputenv("LC_ALL", "C.UTF-8");
}

/// A reader that has gone and a file that may not grow are errors of the write, not of the process.
void ignoreWriteSignals()
{
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

/// Standard error is for messages to the user; QT_LOGGING_RULES brings the toolkit's back.
void silenceToolkit()
{
    QLoggingCategory::setFilterRules(u"*.debug=false\n*.info=false\n*.warning=false"_s);
}

/// What a server makes Qt's HTTP/2 say is in the session, in better words.
void silenceHttp2()
{
    QLoggingCategory::setFilterRules(u"qt.network.http2.warning=false"_s);
}

ExitStatus printVersion()
{
    TextOutput output;
    const QByteArray line = QByteArray("watchline ") + kVersion;
    output.writeLine(line);
    output.flush();
    return output.status();
}

/// Without one the toolkit would end the process with a page of its own messages.
bool hasDisplay()
{
#ifdef Q_OS_LINUX
    const bool isChosen = qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
    return isChosen || !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
#else
    return true;
#endif
}

DesktopRequest requestFor(const DesktopArguments &desktop)
{
    DesktopRequest request;
    const auto &given = desktop.connection;
    auto &connection = request.connection;
    // What is not asked for is what the help says, not where somebody once connected to.
    connection = desktop.connectNow ? ConnectionPreset() : defaultConnection();
    if (desktop.connectNow)
        connection.apiUrl = QString::fromLatin1(kDefaultApiUrl);
    if (given.apiUrl)
        connection.apiUrl = given.apiUrl->toString();
    if (given.token)
        connection.token = *given.token;
    if (given.tokenFile)
        connection.tokenFile = *given.tokenFile;
    if (given.apiTimeout)
        connection.apiTimeout = *given.apiTimeout;
    if (given.caFile)
        connection.caFile = *given.caFile;
    request.connectNow = desktop.connectNow;
    request.fleetFile = given.fleetFile;
    request.fleet = given.fleet.value_or(Fleet());
    request.demo = desktop.demo;
    request.sessions = desktop.sessions;
    request.compare = desktop.compare;
    return request;
}

ExitStatus runDesktopApp(int &argc, char **argv, const QStringList &arguments)
{
    QStringList commands;
    for (const auto &command : kCommands)
        commands.append(command.name);
    const auto read = readDesktopArguments(arguments, commands);
    if (const auto *status = std::get_if<ExitStatus>(&read))
        return *status;
    const auto &desktop = std::get<DesktopArguments>(read);
    if (!hasDisplay()) {
        printMessage(u"cannot open a window: no display: set DISPLAY or WAYLAND_DISPLAY, or use a "
                     u"command (see watchline --help)"_s);
        return ExitStatus::Output;
    }
    silenceHttp2();
    prepareDesktop();
    QApplication app(argc, argv);
    setUpDesktop(app);
    return static_cast<ExitStatus>(runDesktop(requestFor(desktop)));
}

ExitStatus run(int &argc, char **argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    if (arguments.contains("--version"_L1))
        return printVersion();
    for (const auto &command : kCommands) {
        if (!arguments.isEmpty() && arguments.constFirst() == command.name) {
            silenceToolkit();
            return command.run({argc, argv, arguments.sliced(1)});
        }
    }
    return runDesktopApp(argc, argv, arguments);
}

} // namespace

int main(int argc, char **argv)
{
    useUtf8();
    ignoreWriteSignals();
    QCoreApplication::setApplicationName(u"watchline"_s);
    QCoreApplication::setApplicationVersion(QString::fromLatin1(kVersion));
    return static_cast<int>(run(argc, argv));
}
