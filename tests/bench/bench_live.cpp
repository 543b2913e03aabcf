// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/floodserver.h"
#include "ui/appearance.h"
#include "ui/livedocument.h"
#include "ui/mainwindow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

/// Of this process, in MB.
double megabytes(const char *key)
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : file.readAll().split('\n')) {
        if (line.startsWith(key))
            return line.simplified().split(' ').at(1).toDouble() / 1024;
    }
    return 0;
}

/// The peak so far is the previous flood's.
void forgetPeak()
{
    QFile file(u"/proc/self/clear_refs"_s);
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

/// How late the event loop comes to a timer that is always due: what a click would have to wait.
class StallMeter : public QObject
{
public:
    StallMeter()
    {
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double gap = static_cast<double>(m_since.nsecsElapsed()) / 1e6;
            m_since.start();
            m_gaps.push_back(gap);
        });
        m_timer.setTimerType(Qt::PreciseTimer);
    }

    void start()
    {
        m_gaps.clear();
        m_since.start();
        m_timer.start(1);
    }
    void stop() { m_timer.stop(); }
    double longest() const { return *std::max_element(m_gaps.begin(), m_gaps.end()); }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_gaps;
};

void report(const char *name, const char *flood, qint64 n, double value, const char *unit,
            const char *peer = nullptr, double peerValue = 0)
{
    std::printf("{\"name\":\"live_flood, %s, %s\",\"n\":%lld,\"value\":%.1f,\"unit\":\"%s\",",
                flood, name, static_cast<long long>(n), value, unit);
    if (peer && peerValue > 0)
        std::printf("\"peer\":\"%s\",\"peer_value\":%.1f,\"ratio\":%.3f}\n", peer, peerValue,
                    value / peerValue);
    else
        std::printf("\"peer\":null,\"peer_value\":null,\"ratio\":null}\n");
    std::fflush(stdout);
}

void spin(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

void run(const char *name, const FloodServer::Flood &flood, int seconds)
{
    forgetPeak();
    FloodServer server(flood);
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = server.url();
    options.watch.token = Secret("any-token");
    const double before = megabytes("VmRSS:");
    window.startWatch(options);
    while (server.watches() == 0)
        spin(5);
    StallMeter meter;
    meter.start();
    QElapsedTimer time;
    time.start();
    const auto sentBefore = server.sent();
    spin(seconds * 1000);
    meter.stop();
    const double took = static_cast<double>(time.elapsed()) / 1000;
    const auto path = window.document()->path();
    const double megabytesWritten = static_cast<double>(QFileInfo(path).size()) / 1e6;
    const auto sent = server.sent() - sentBefore;
    report("frames sent", name, seconds, static_cast<double>(sent) / took, "frames/s");
    report("frames recorded", name, seconds,
           static_cast<double>(static_cast<LiveDocument *>(window.document())->recordedEvents()) /
               took,
           "frames/s");
    report("longest stall of the window", name, seconds, meter.longest(), "ms", "allowed", 50);
    report("growth of memory", name, seconds, megabytes("VmHWM:") - before, "MB");
    report("growth of the recording", name, seconds, megabytesWritten / took, "MB/s");
    window.close();
    QFile::remove(path);
}

} // namespace

int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true);
    QApplication app(argc, argv);
    app.setApplicationName(u"watchline-bench-live"_s);
    applyAppearance(ThemeChoice::Light);
    const bool isQuick = app.arguments().contains("--quick"_L1);
    const int seconds = isQuick ? 10 : 60;

    FloodServer::Flood paced;
    paced.piece = chunkOf(QByteArray(": keep-alive\n\n").repeated(500));
    paced.frames = 500;
    paced.rate = 100'000;
    run("100,000 frames/s", paced, seconds);

    auto unbounded = paced;
    unbounded.rate = 0;
    run("as fast as it is taken", unbounded, seconds);

    FloodServer::Flood bytes;
    bytes.piece = oneByteChunks(QByteArray(":\n").repeated(5'000));
    bytes.frames = 5'000;
    run("chunks of one byte", bytes, seconds);
    return 0;
}
