// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// How fast a gateway's lines are found in a large log: bench_import_log [--quick] FILE
// Makes the file if it is not there: 1 GB, of which one line in a thousand is a gateway's.
// Peer: grep -c over the same file, in turn with it; the best round of each counts.

#include "core/transfer/gatewaylog.h"

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sys/resource.h>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr int kRounds = 5;
constexpr qint64 kMegabyte = 1'000'000;

double secondsSince(SteadyTime::time_point began)
{
    return std::chrono::duration<double>(SteadyTime::now() - began).count();
}

double peakMegabytes()
{
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

QByteArray timeAt(qint64 line)
{
    const auto twoDigits = [](qint64 value) {
        return QByteArray::number(value).rightJustified(2, '0');
    };
    const auto seconds = line / 40;
    return "2026-11-" + twoDigits(1 + seconds / 86'400 % 30) + 'T' +
           twoDigits(seconds / 3600 % 24) + ':' + twoDigits(seconds / 60 % 60) + ':' +
           twoDigits(seconds % 60) + '.' +
           QByteArray::number(line % 40 * 25'000).rightJustified(6, '0') + 'Z';
}

/// What else a robot writes.
QByteArray otherLine(qint64 line, QRandomGenerator &random)
{
    static const QList<QByteArray> texts = {
        " INFO nav2::controller: path of 42 poses accepted, watch the goal tolerance x=",
        "DEBUG sensors::lidar: scan_range_max=30.0 points=",
        " INFO fleet::device: next waypoint reached in the context of task ",
        " WARN battery::monitor: cell voltage below average cell_index=",
        "TRACE hyper::proto::h1: flushed bytes to the remote end count=",
        " INFO camera::driver: frame published /camera/color/image_raw seq=",
    };
    return timeAt(line) + ' ' + texts[random.bounded(static_cast<int>(texts.size()))] +
           QByteArray::number(random.bounded(100'000)) + '\n';
}

QByteArray gatewayLine(qint64 line)
{
    const auto number = line / 2000;
    const auto head = timeAt(line) + "  INFO foxglove::remote_access::watch: ";
    const auto lease = " watch_lease_id=\"rwl_" + QByteArray::number(number) + '"';
    if (line / 1000 % 2 == 0)
        return head + "watch stream established" + lease +
               " heartbeat_interval=1s device_wait_for_viewer=30s\n";
    return head + "watch stream ended before wake; reconnecting" + lease + '\n';
}

bool makeLog(const QString &path, qint64 size)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    QRandomGenerator random(1);
    QByteArray piece;
    for (qint64 line = 0, written = 0; written < size; ++line) {
        piece += line % 1000 == 0 ? gatewayLine(line) : otherLine(line, random);
        if (piece.size() < kMegabyte)
            continue;
        if (file.write(piece) != piece.size())
            return false;
        written += piece.size();
        piece.clear();
    }
    return true;
}

struct Read
{
    double seconds = 0;
    qint64 entries = 0;
    qint64 lines = 0;
};

Read readLog(const QString &path)
{
    Read read;
    const auto began = SteadyTime::now();
    GatewayLogReader reader;
    if (!reader.open(path).isEmpty())
        return read;
    QList<LogEntry> entries;
    while (reader.next(entries) != GatewayLogReader::Got::End)
        read.entries += entries.size();
    read.lines = reader.counts().read;
    read.seconds = secondsSince(began);
    return read;
}

/// 0: it cannot be run, or finds something else.
double grepLog(const QString &path, qint64 expected)
{
    const auto began = SteadyTime::now();
    QProcess grep;
    grep.start(u"grep"_s, {u"-c"_s, u"remote_access"_s, path});
    if (!grep.waitForFinished(-1) ||
        grep.readAllStandardOutput().trimmed().toLongLong() != expected)
        return 0;
    return secondsSince(began);
}

} // namespace

int main(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments += QString::fromLocal8Bit(argv[i]);
    const bool isQuick = arguments.removeAll(u"--quick"_s) > 0;
    if (arguments.size() != 1) {
        std::fprintf(stderr, "bench_import_log [--quick] FILE\n");
        return 2;
    }
    const auto size = isQuick ? 100 * kMegabyte : 1000 * kMegabyte;
    const auto path = arguments.first() + (isQuick ? u".100"_s : u".1000"_s);
    if (!QFile::exists(path) &&
        (!makeLog(path + u".part"_s, size) || !QFile::rename(path + u".part"_s, path))) {
        std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
        return 1;
    }
    Read best;
    double peer = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto read = readLog(path);
        if (read.entries == 0)
            return 1;
        if (round == 0 || read.seconds < best.seconds)
            best = read;
        const auto grep = grepLog(path, read.entries);
        peer = round == 0 ? grep : std::min(peer, grep);
    }
    const auto print = [&](const char *name, double value, const char *unit, double peerValue) {
        std::printf("{\"name\": \"%s\", \"n\": %lld, \"value\": %.3f, \"unit\": \"%s\", ", name,
                    static_cast<long long>(best.lines), value, unit);
        if (peerValue > 0)
            std::printf("\"peer\": \"grep -c\", \"peer_value\": %.3f, \"ratio\": %.2f}\n",
                        peerValue, value / peerValue);
        else
            std::printf("\"peer\": null, \"peer_value\": null, \"ratio\": null}\n");
    };
    print("import_log", best.seconds, "s", peer);
    print("import_log, peak memory", peakMegabytes(), "MB", 0);
    return 0;
}
