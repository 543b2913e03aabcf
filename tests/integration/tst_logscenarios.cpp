// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/integration/simulatedrun.h"
#include "tests/support/logsteps.h"
#include "tests/support/sessionlog.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

/// Every built-in scenario, watched live and read from the log that a gateway would have written
/// meanwhile: the same steps, the same rules.
class TestLogScenarios : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void giveTheSameDecisions_data();
    void giveTheSameDecisions();
};

namespace {

/// Without the end that the user made: an attempt or a status of which a log has no line.
EventBatch withoutEnd(const EventBatch &events)
{
    EventBatch result;
    for (const auto &event : events) {
        if (event.word() != Word::ShuttingDown && event.word() != Word::Shutdown)
            result.append(event);
    }
    return result;
}

} // namespace

void TestLogScenarios::giveTheSameDecisions_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<bool>("goesOn");
    for (const auto &listed : Scenario::builtIn()) {
        QTest::addRow("%s", qPrintable(listed.name)) << listed.name << false;
        QTest::addRow("%s, on after a wake", qPrintable(listed.name)) << listed.name << true;
    }
}

void TestLogScenarios::giveTheSameDecisions()
{
    QFETCH(const QString, scenario);
    QFETCH(const bool, goesOn);
    QString error;
    const auto loaded = Scenario::load(scenario, &error);
    QVERIFY2(loaded, qPrintable(error));
    SimulatedRunOptions options;
    options.afterWake = goesOn ? AfterWake::Continue : AfterWake::Stop;
    SimulatedRun run(*loaded, options);
    QVERIFY2(run.play(loaded->length()), qPrintable(run.error()));

    const auto live = withoutEnd(run.events());
    const auto imported = withoutEnd(eventsOfLog(logOfSession(run.events())));
    auto expected = logSteps(live);
    auto steps = logSteps(imported);
    // Whether the last attempt, after a wait or a wake, was made is in no log.
    if (!expected.isEmpty() && expected.last().startsWith("connect_attempt"_L1) &&
        steps.size() == expected.size() - 1)
        expected.removeLast();
    QCOMPARE(steps, expected);
    QCOMPARE(logRules(imported), logRules(live));
    QCOMPARE(logStatuses(imported), logStatuses(live));
    QCOMPARE(verified(imported), QString());
    for (const auto &event : imported)
        QVERIFY2(event.kind != EventKind::Note, qPrintable(event.text(Field::Detail)));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestLogScenarios)
#include "tst_logscenarios.moc"
