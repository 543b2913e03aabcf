// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/gatewaylog.h"
#include "tests/support/gatewaylogwriter.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

QList<WrittenLine> allSamples()
{
    QList<WrittenLine> lines;
    const QDir folder(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs"));
    for (const auto &name : folder.entryList({u"*.log"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            lines += linesOfSample(file.readAll());
    }
    return lines;
}

LogOptions options()
{
    LogOptions options;
    options.zone = QTimeZone::utc();
    options.nowUnixNanoseconds =
        QDateTime(QDate(2026, 11, 24), QTime(0, 0), QTimeZone::utc()).toMSecsSinceEpoch() *
        1'000'000;
    return options;
}

struct Parsed
{
    QList<LogEntry> entries;
    LogCounts counts;
};

Parsed parse(const QByteArray &log, qsizetype step = 1 << 20)
{
    Parsed parsed;
    GatewayLogParser parser(options());
    for (qsizetype at = 0; at < log.size(); at += step)
        parser.feed(QByteArrayView(log).sliced(at, std::min(step, log.size() - at)),
                    parsed.entries);
    parser.finish(parsed.entries);
    parsed.counts = parser.counts();
    return parsed;
}

qint64 nanosecondsOf(const QByteArray &time)
{
    const auto seconds =
        QDateTime::fromString(QString::fromLatin1(time.left(19) + 'Z'), Qt::ISODate)
            .toSecsSinceEpoch();
    return seconds * 1'000'000'000 + time.mid(20, 6).toLongLong() * 1000;
}

QList<std::pair<QByteArray, QByteArray>> expectedFields(const WrittenLine &line)
{
    auto fields = line.fields;
    for (auto &[name, value] : fields) {
        if (name != "error" && value.startsWith('"'))
            value = value.mid(1, value.size() - 2);
    }
    return fields;
}

LogLevel levelOf(const QByteArray &level)
{
    return level == "INFO" ? LogLevel::Info : level == "WARN" ? LogLevel::Warn : LogLevel::Error;
}

/// Of lines that other programs write.
const QByteArray kOthers =
    "2026-11-23T09:36:36.100000Z  INFO other::module: watch_lease_id is a word\n"
    "something that is no log line at all, remote_access is in it\n"
    "2026-11-23T09:36:36.100000Z DEBUG foxglove::remote_access::session: not of interest\n";

} // namespace

class TestGatewayLogShapes : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void samplesAreWhole();
    void eachShapeInEachCarrier_data();
    void eachShapeInEachCarrier();
    void mixedLinesInOneFile();
};

void TestGatewayLogShapes::samplesAreWhole()
{
    const auto samples = allSamples();
    QCOMPARE(samples.size(), 29);
    // What takes them apart here is put together again to the same line.
    QFile file(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/errors-then-connected.log"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray again;
    const auto log = file.readAll();
    for (const auto &line : linesOfSample(log))
        again += shaped(line, "tracing") + '\n';
    QCOMPARE(again, log);
}

void TestGatewayLogShapes::eachShapeInEachCarrier_data()
{
    QTest::addColumn<QByteArray>("shape");
    QTest::addColumn<QByteArray>("carrier");
    for (const auto &carrier : logCarriers()) {
        for (const auto &shape : logShapes())
            QTest::newRow((shape + " in " + carrier).constData()) << shape << carrier;
    }
}

void TestGatewayLogShapes::eachShapeInEachCarrier()
{
    QFETCH(const QByteArray, shape);
    QFETCH(const QByteArray, carrier);
    const auto samples = allSamples();
    QByteArray log;
    for (const auto &line : samples)
        log += carried(kOthers + shaped(line, shape) + '\n', line.time, carrier);

    const auto parsed = parse(log, 1000);
    QCOMPARE(parsed.counts.notUnderstood, 0);
    QCOMPARE(parsed.entries.size(), samples.size());
    for (qsizetype i = 0; i < samples.size(); ++i) {
        const auto &line = samples[i];
        const auto &entry = parsed.entries[i];
        QCOMPARE(entry.message, line.message);
        QCOMPARE(entry.module, line.target.mid(line.target.lastIndexOf(':') + 1));
        QCOMPARE(static_cast<int>(entry.level), static_cast<int>(levelOf(line.level)));
        QCOMPARE(entry.origin, originOfCarrier(carrier));
        auto fields = entry.fields;
        auto expected = expectedFields(line);
        if (entry.field("error"))
            QCOMPARE(fields.last().first, QByteArray("error"));
        std::sort(fields.begin(), fields.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(fields, expected);

        const bool isOwn = resolutionOfShape(shape) != 0;
        const auto resolution = isOwn ? resolutionOfShape(shape) : resolutionOfCarrier(carrier);
        QCOMPARE(entry.time.has_value(), resolution != 0);
        if (entry.time) {
            auto time = nanosecondsOf(line.time) + (!isOwn && resolution == 1 ? 987 : 0);
            time -= time % resolution;
            QCOMPARE(entry.time->unixNanoseconds, time);
            QCOMPARE(entry.time->resolution.count(), resolution);
        }
        const auto last = log.split('\n')[entry.line - 1];
        if (carrier != "export")
            QCOMPARE(entry.raw, last);
    }
}

void TestGatewayLogShapes::mixedLinesInOneFile()
{
    const auto samples = allSamples();
    QByteArray log;
    qsizetype next = 0;
    for (const auto &line : samples) {
        const auto &shape = logShapes()[next % logShapes().size()];
        const auto &carrier = logCarriers()[next++ % logCarriers().size()];
        log += carried(shaped(line, shape) + '\n', line.time, carrier) + kOthers;
    }
    for (const qsizetype step : {1, 7, 100'000}) {
        const auto parsed = parse(log, step);
        QCOMPARE(parsed.entries.size(), samples.size());
        for (qsizetype i = 0; i < samples.size(); ++i)
            QCOMPARE(parsed.entries[i].message, samples[i].message);
        QCOMPARE(parsed.counts.read, log.count('\n'));
    }
}

QTEST_GUILESS_MAIN(TestGatewayLogShapes)
#include "tst_gatewaylogshapes.moc"
