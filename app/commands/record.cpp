// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/connectionarguments.h"
#include "app/eventline.h"
#include "app/runproblem.h"
#include "app/stopsignals.h"
#include "app/terminal.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "core/watch/livesession.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline record [CONNECTION] [OPTIONS]

Watches the API as a robot's gateway does, and records everything that happens to
a session file. This takes the device's lease away from its gateway.

Options:
  --fleet FILE                watch all that the file names, into one session
  --output FILE|-             file to record to; - writes the lines to standard
                              output (default: watchline-<UTC time>.watchline here)
  --duration TIME             stop after this time, such as 500ms, 20s, 5m or 2h
  --after-wake stop|continue  what to do when a wake comes (default: stop)
  --force                     replace an existing file
  --help                      show this text
)"_s + connectionHelp() +
           fleetHelp() + uR"(
It ends after --duration, when the token is rejected, with a wake, or by SIGINT
(Ctrl+C) or SIGTERM: always with a complete session. Another one, a second later, ends it at once.
Of a fleet, each watch ends by itself, and the recording with the last one.
)"_s + exitStatusHelp() +
           uR"(  (1: the device token, or one of the fleet's, was rejected)

Examples:
  watchline record --token-file token.txt --duration 5m --output five.watchline
  watchline record --api-url https://staging.example.com --output - | jq .kind
  watchline record --fleet robots.txt --after-wake continue --output robots.watchline
)"_s;
}

struct Request
{
    QList<ConnectionOptions> watches; // one, or a fleet
    QString path;
    SessionWriter::Existing existing = SessionWriter::Existing::Refuse;
    std::optional<Milliseconds> duration;
};

QString defaultFileName()
{
    return QDateTime::currentDateTimeUtc().toString(
        u"'watchline-'yyyyMMdd'T'HHmmss'Z.watchline'"_s);
}

std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    addConnectionOptions(line);
    line.addOption(u"output"_s);
    line.addOption(u"duration"_s);
    line.addOption(u"after-wake"_s);
    line.addFlag(u"force"_s);
    if (const auto status = line.parse(arguments))
        return *status;
    const auto afterWake = line.choice(u"after-wake"_s, {u"stop"_s, u"continue"_s});
    if (!line.hasNoArguments() || !afterWake)
        return ExitStatus::Usage;

    Request request;
    if (line.isSet(u"duration"_s)) {
        request.duration = line.duration(u"duration"_s);
        if (!request.duration)
            return ExitStatus::Usage;
        if (*request.duration <= Milliseconds::zero())
            return line.complain(u"not a time: --duration %1: it must be longer than nothing"_s.arg(
                line.value(u"duration"_s)));
    }
    request.path = line.given(u"output"_s).value_or(defaultFileName());
    if (request.path.isEmpty())
        return line.complain(u"no file name: --output: name a file, or - for standard output"_s);
    if (line.isSet(u"force"_s))
        request.existing = SessionWriter::Existing::Replace;

    const auto connection = readConnection(line, Environment::Read);
    if (const auto *status = std::get_if<ExitStatus>(&connection))
        return *status;
    const auto &given = std::get<ConnectionArguments>(connection);
    if (!given.fleet && !given.token) {
        return line.complain(u"no device token: set FOXGLOVE_DEVICE_TOKEN, or name a file that "
                             u"holds it with --token-file"_s);
    }
    ConnectionOptions common;
    common.watch.apiUrl = given.apiUrl.value_or(QUrl(QString::fromLatin1(kDefaultApiUrl)));
    common.watch.token = given.token.value_or(Secret());
    common.watch.apiTimeout = given.apiTimeout.value_or(common.watch.apiTimeout);
    common.watch.afterWake = *afterWake == "stop"_L1 ? AfterWake::Stop : AfterWake::Continue;
    common.caFile = given.caFile.value_or(QString());
    request.watches = given.fleet ? fleetOptions(*given.fleet, common) : QList{common};
    return request;
}

/// Not each sign of life, on a terminal.
bool isOfInterest(const Event &event)
{
    return event.kind != EventKind::KeepAlive && event.kind != EventKind::ConnectPhase &&
           !(event.kind == EventKind::Heartbeat && event.word() == Word::Ok);
}

/// Tells on standard error how a run goes: every step on a terminal, otherwise what went wrong.
class Reporter
{
public:
    explicit Reporter(const LiveSession &session)
        : m_session(session)
        , m_store(session.store())
    {}

    void report()
    {
        for (const auto size = m_store.size(); m_told < size; ++m_told) {
            if (const auto kind = m_store.kind(m_told);
                kind == EventKind::KeepAlive || kind == EventKind::ConnectPhase)
                continue;
            tell(m_store.event(m_told));
        }
    }

private:
    void tell(const Event &event)
    {
        if (m_isTerminal && isOfInterest(event)) {
            const QByteArray line = eventLine(event, m_hasColour) + '\n';
            std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
        }
        const int watch = m_session.watchOf(event.source);
        if (watch < 0)
            return;
        auto &lastProblem = m_lastProblems[event.source];
        if (event.kind == EventKind::Hello)
            lastProblem.clear();
        // A server that stays away is told of once.
        const auto problem = runProblem(event, m_session.watch(watch).apiUrl.toString());
        if (!problem.isEmpty() && problem != lastProblem) {
            lastProblem = problem;
            printMessage(m_session.watchCount() > 1 ? QString(event.source + u": "_s + problem)
                                                    : problem);
        }
    }

    const LiveSession &m_session;
    const SessionStore &m_store;
    const bool m_isTerminal = isTerminal(stderr);
    const bool m_hasColour = wantsColour(stderr);
    qsizetype m_told = 0;
    QHash<QString, QString> m_lastProblems; // by source
};

QString reasonText(RunEnd end)
{
    switch (end) {
    case RunEnd::Unauthorized:
        return u"the device token was rejected"_s;
    case RunEnd::Woken:
        return u"ended by a wake"_s;
    case RunEnd::Cancelled:
        return u"ended by the policy"_s;
    case RunEnd::Stopped:
        break;
    }
    return u"stopped"_s;
}

ExitStatus record(const Request &request)
{
    LiveSession session(request.watches, request.path, request.existing);
    StopSignals stopSignals;
    if (!session.start()) {
        if (session.readerHasGone())
            return ExitStatus::Done;
        const bool isTaken = session.isFileProblem() &&
                             request.existing == SessionWriter::Existing::Refuse &&
                             QFileInfo(request.path).isFile();
        printMessage(isTaken ? QString(session.error() + u" with --force"_s) : session.error());
        return session.isFileProblem() ? ExitStatus::Output : ExitStatus::Input;
    }
    const bool isFleet = session.watchCount() > 1;
    printMessage(
        (isFleet ? u"recording %1 watches to "_s.arg(session.watchCount()) : u"recording to "_s) +
        shownPath(session.path(), Direction::Output) + u"; Ctrl+C ends it"_s);
    const auto isInTheClear = [](const ConnectionOptions &watch) {
        return sendsTokenInTheClear(watch.watch.apiUrl);
    };
    if (std::ranges::any_of(request.watches, isInTheClear))
        printMessage(u"without TLS everybody on the way can read the device token: use https://"_s);
    if (const auto proxy = session.proxyDescription(); !proxy.isEmpty())
        printMessage(u"through the proxy "_s + proxy);

    auto *app = QCoreApplication::instance();
    Reporter reporter(session);
    auto status = ExitStatus::Done;
    QString reason;
    QObject::connect(&session, &LiveSession::rowsAppended, app, [&] { reporter.report(); });
    QObject::connect(&session, &LiveSession::recordingFailed, app, [&](const QString &problem) {
        if (!session.readerHasGone()) {
            status = ExitStatus::Output;
            printMessage(problem);
        }
        session.stop();
    });
    if (isFleet) {
        QObject::connect(&session, &LiveSession::watchFinished, app, [&](int watch, RunEnd end) {
            // Those that a signal or --duration ends need no line each.
            if (end != RunEnd::Stopped)
                printMessage(session.watch(watch).source + u": "_s + reasonText(end));
        });
    }
    QObject::connect(&session, &LiveSession::finished, app, [&](RunEnd end) {
        if (end == RunEnd::Unauthorized && status == ExitStatus::Done)
            status = ExitStatus::No;
        reason = reasonText(end);
        QCoreApplication::quit();
    });
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &session, &LiveSession::stop);
    SteadyClock clock;
    const auto timer = clock.makeTimer([&session] { session.stop(); });
    if (request.duration)
        timer->start(*request.duration);
    QCoreApplication::exec();

    reporter.report();
    if (status != ExitStatus::Output && !session.readerHasGone()) {
        printMessage(u"recorded %1 events in %2 to %3: %4"_s.arg(
            QString::number(session.recordedEvents()), readableDuration(session.sessionTime()),
            shownPath(session.path(), Direction::Output), reason));
    }
    return status;
}

} // namespace

ExitStatus runRecord(const Invocation &invocation)
{
    CommandLine line(u"record"_s, help());
    const auto request = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&request))
        return *status;
    const QCoreApplication app(invocation.argc, invocation.argv);
    return record(std::get<Request>(request));
}

} // namespace watchline
