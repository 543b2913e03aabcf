// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"
#include "core/session/sessionwriter.h"
#include "tests/integration/simulatedrun.h"

#include <QDir>
#include <QHash>
#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

/// Every built-in scenario, played in full, is found to suffer from what it shows, and from nothing
/// else. The recordings stay in a folder, for the figures to be checked.
class TestFindings : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void areTheScenarios_data();
    void areTheScenarios();
};

namespace {

bool record(const QString &name, const EventBatch &events)
{
    SessionHeader header;
    header.started = QDateTime::fromString(u"2026-11-23T14:30:00.000Z"_s, Qt::ISODateWithMs);
    header.generator = u"watchline test"_s;
    const QDir folder(QStringLiteral(WATCHLINE_RECORDINGS));
    SessionWriter writer;
    bool isOk = folder.mkpath(u"."_s) && writer.open(folder.filePath(name + u".watchline"_s),
                                                     header, SessionWriter::Existing::Replace);
    for (const auto &event : events)
        isOk = isOk && writer.append(toJsonLine(event));
    return isOk && writer.close();
}

} // namespace

void TestFindings::areTheScenarios_data()
{
    QTest::addColumn<QStringList>("expected");
    QHash<QString, QStringList> expected;
    const auto row = [&](const char *name, const char *findings) {
        expected.insert(QLatin1StringView(name),
                        QString::fromLatin1(findings).split(u", "_s, Qt::SkipEmptyParts));
    };
    row("tour", "error flapping, error heartbeat_failures, error hot_loop, error lease_contention, "
                "error maintenance_page, error malformed, info slow_heartbeats, info unreachable, "
                "info woken, warning lease_lost, warning server_errors, warning silent_stream");
    row("happy-day", "info healthy");
    row("proxy-cut", "warning periodic_cut");
    row("lease-fight", "error lease_contention, warning lease_lost");
    row("maintenance", "error maintenance_page");
    row("silent-stream", "error silent_stream");
    row("flaky-heartbeats",
        "error heartbeat_failures, warning lease_lost, warning slow_heartbeats");
    row("malformed", "error malformed, info unreachable");
    row("hot-loop", "error flapping, error hot_loop");
    row("outage", "error server_errors, warning unreachable");
    row("wake", "info woken");
    for (const auto &listed : Scenario::builtIn()) // one without a row here fails
        QTest::newRow(qPrintable(listed.name)) << expected.value(listed.name);
}

void TestFindings::areTheScenarios()
{
    QFETCH(const QStringList, expected);
    const auto scenarioName = QString::fromLatin1(QTest::currentDataTag());
    QString error;
    const auto scenario = Scenario::load(scenarioName, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatedRun run(*scenario);
    QVERIFY2(run.play(scenario->length()), qPrintable(run.error()));
    Diagnosis diagnosis;
    for (const auto &event : run.events())
        diagnosis.take(event);
    QStringList found;
    for (const auto &finding : diagnosis.findings()) {
        const auto text = [](std::string_view name) {
            return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
        };
        found.append(text(name(finding.severity)) + u' ' + text(name(finding.code)));
        // Whoever reads it knows what to look at next.
        QVERIFY2(!finding.text.isEmpty(), qPrintable(found.last()));
        QVERIFY2(finding.advice.endsWith(u'.'), qPrintable(found.last()));
    }
    found.sort();
    QCOMPARE(found, expected);
    QCOMPARE(diagnosis.leftOut(), QStringList());
    QVERIFY(record(scenarioName, run.events()));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestFindings)
#include "tst_findings.moc"
