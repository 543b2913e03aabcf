// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/descriptors.h"
#include "core/simulator/simulator.h"
#include "core/watch/livesession.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <sys/resource.h>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

/// A day as any other: a keep-alive a second, a heartbeat every five.
constexpr char kScenario[] = R"({"title": "A fleet.", "connects": [
    [{"hello": {"interval_ms": 5000}}, {"keepalives": {"every_ms": 1000}}]]})";

/// The simulator is a process of its own, so that its share is not counted.
int serve(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QString error;
    const auto scenario = Scenario::parse(kScenario, u"the benchmark"_s, &error);
    if (!scenario)
        qFatal("%s", qPrintable(error));
    SimulatorThread simulator(*scenario);
    if (!simulator.listen())
        qFatal("%s", qPrintable(simulator.error()));
    std::printf("%s\n", qPrintable(simulator.url().toString()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}

double processorSeconds()
{
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double residentMegabytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toDouble() * 4096 / 1e6;
}

void spin(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

void report(const char *name, int watches, double value, const char *unit)
{
    std::printf("{\"name\":\"watches, %s\",\"n\":%d,\"value\":%.3f,\"unit\":\"%s\",\"peer\":null,"
                "\"peer_value\":null,\"ratio\":null}\n",
                name, watches, value, unit);
    std::fflush(stdout);
}

int countOf(const SessionStore &store, EventKind kind)
{
    int count = 0;
    for (qsizetype row = 0; row < store.size(); ++row)
        count += store.kind(row) == kind ? 1 : 0;
    return count;
}

void run(const QUrl &url, int size, int seconds, const QString &path)
{
    const double memoryBefore = residentMegabytes();
    const auto openBefore = raiseDescriptorLimit().open;
    QList<ConnectionOptions> watches;
    for (int i = 0; i < size; ++i) {
        ConnectionOptions options;
        options.watch.source = u"robot-%1"_s.arg(i);
        options.watch.apiUrl = url;
        options.watch.token = Secret("token-" + QByteArray::number(i));
        watches.append(options);
    }
    LiveSession session(watches, path, SessionWriter::Existing::Replace);
    QElapsedTimer time;
    time.start();
    if (!session.start())
        qFatal("%s", qPrintable(session.error()));
    while (countOf(session.store(), EventKind::Hello) < size)
        spin(5);
    report("all connected after", size, static_cast<double>(time.elapsed()) / 1000, "s");
    const double processorBefore = processorSeconds();
    time.start();
    spin(seconds * 1000);
    const double took = static_cast<double>(time.elapsed()) / 1000;
    report("processor, of one core, each", size,
           (processorSeconds() - processorBefore) / took / size * 100, "%");
    report("memory, each", size, (residentMegabytes() - memoryBefore) / size, "MB");
    report("file descriptors, each", size,
           static_cast<double>(raiseDescriptorLimit().open - openBefore) / size, "");
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 1 && QByteArray(argv[1]) == "--serve")
        return serve(argc, argv);
    const QCoreApplication app(argc, argv);
    const int seconds = app.arguments().contains("--quick"_L1) ? 5 : 20;
    QProcess simulator;
    simulator.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    simulator.start(QCoreApplication::applicationFilePath(), {u"--serve"_s});
    while (!simulator.canReadLine() && simulator.waitForReadyRead()) {
    }
    const QUrl url(QString::fromUtf8(simulator.readLine()).trimmed());
    const QTemporaryDir folder;
    for (const int size : {1, 10, 50, 200})
        run(url, size, seconds, folder.filePath(u"fleet.watchline"_s));
    simulator.kill();
    simulator.waitForFinished();
    return 0;
}
