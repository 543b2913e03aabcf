// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/integration/simulatedrun.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

/// Hostile servers, and what a gateway does with each: for every scenario in the data folder
/// (NAME.json) the steps that the gateway makes (NAME.jsonl). A step is the part of an event that
/// counts; all steps of these kinds must be there, in order.
class TestReference : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void makesTheGatewaysSteps_data();
    void makesTheGatewaysSteps();
};

namespace {

struct Expected
{
    QJsonObject run; ///< `seconds`, `api_timeout_ms`, `after_wake`, `url_suffix`
    QList<QJsonObject> steps;
};

QString folder()
{
    return QStringLiteral(WATCHLINE_TEST_DATA "/reference/");
}

Expected readExpected(const QString &name)
{
    Expected expected;
    QFile file(folder() + name + u".jsonl"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s", qPrintable(file.errorString()));
    while (!file.atEnd()) {
        QJsonParseError error;
        const auto line = QJsonDocument::fromJson(file.readLine(), &error).object();
        if (error.error != QJsonParseError::NoError)
            qFatal("%s: %s", qPrintable(name), qPrintable(error.errorString()));
        if (line.contains(u"run"))
            expected.run = line.value(u"run").toObject();
        else
            expected.steps.append(line);
    }
    return expected;
}

bool isStep(const Event &event)
{
    switch (event.kind) {
    case EventKind::Status:
    case EventKind::DeviceInfo:
    case EventKind::ConnectAttempt:
    case EventKind::Hello:
    case EventKind::ConnectError:
    case EventKind::Outcome:
        return true;
    case EventKind::Decision:
        return event.text(Field::Action) != u"run";
    default:
        return false;
    }
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// As much of the event as the expected step speaks of.
QByteArray inTheWordsOf(const QJsonObject &expected, const Event &event)
{
    const auto whole = QJsonDocument::fromJson(toJsonLine(event)).object();
    QJsonObject result;
    for (const auto &name : expected.keys())
        result.insert(name, whole.value(name));
    return compact(result);
}

} // namespace

void TestReference::makesTheGatewaysSteps_data()
{
    QTest::addColumn<QString>("name");
    const auto files = QDir(folder()).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name);
    QVERIFY(!files.isEmpty());
    for (const auto &file : files)
        QTest::newRow(qPrintable(file.completeBaseName())) << file.completeBaseName();
}

void TestReference::makesTheGatewaysSteps()
{
    QFETCH(const QString, name);
    QString error;
    const auto scenario = Scenario::load(folder() + name + u".json"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    const auto expected = readExpected(name);

    SimulatedRunOptions options;
    options.apiTimeout =
        std::chrono::milliseconds(expected.run.value(u"api_timeout_ms").toInt(30'000));
    options.urlSuffix = expected.run.value(u"url_suffix").toString();
    if (expected.run.value(u"after_wake").toString() == u"continue")
        options.afterWake = AfterWake::Continue;
    SimulatedRun run(*scenario, options);
    const std::chrono::duration<double> seconds(expected.run.value(u"seconds").toDouble());
    QVERIFY2(run.play(std::chrono::duration_cast<Nanoseconds>(seconds)), qPrintable(run.error()));

    EventBatch steps;
    std::copy_if(run.events().begin(), run.events().end(), std::back_inserter(steps), isStep);
    for (qsizetype i = 0; i < std::min(steps.size(), expected.steps.size()); ++i)
        QCOMPARE(inTheWordsOf(expected.steps.at(i), steps.at(i)), compact(expected.steps.at(i)));
    QCOMPARE(steps.size(), expected.steps.size());
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestReference)
#include "tst_reference.moc"
