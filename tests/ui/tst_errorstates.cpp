// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/simulator.h"
#include "core/watch/livesession.h"
#include "tests/support/testcertificate.h"
#include "tests/ui/badapis.h"
#include "ui/document.h"
#include "ui/mainwindow.h"
#include "ui/settings.h"

#include <QAction>
#include <QApplication>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

ConnectionOptions optionsFor(const QUrl &url)
{
    ConnectionOptions options;
    options.watch.apiUrl = url;
    options.watch.token = Secret("token-of-the-test");
    return options;
}

} // namespace

/// What the window says when something is wrong with the API that it watches: in its message bar,
/// once, whatever is tried meanwhile.
class ErrorStatesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-errorstates"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void tellsWhatIsWrongWithTheApi_data();
    void tellsWhatIsWrongWithTheApi();
    void tellsOfACertificateThatIsNotTrusted();
    void takesTheMessageAwayWhenAllIsWell();

private:
    static bool hasMessage(const MainWindow &window, const QString &part)
    {
        return QTest::qWaitFor([&] { return window.messageBar()->text().contains(part); },
                               kPatience);
    }

    static qsizetype failures(const MainWindow &window)
    {
        const auto &store = window.document()->store();
        qsizetype count = 0;
        for (qsizetype row = 0; row < store.size(); ++row) {
            const auto kind = store.kind(row);
            count += kind == EventKind::ConnectError || kind == EventKind::DeviceInfo;
        }
        return count;
    }
};

void ErrorStatesTest::tellsWhatIsWrongWithTheApi_data()
{
    QTest::addColumn<QByteArray>("scenario");
    QTest::addColumn<QString>("says");
    for (const auto &api : kBadApis)
        QTest::newRow(api.name) << QByteArray(api.scenario) << QString::fromLatin1(api.says);
}

void ErrorStatesTest::tellsWhatIsWrongWithTheApi()
{
    QFETCH(const QByteArray, scenario);
    QFETCH(const QString, says);
    QString error;
    const auto parsed = Scenario::parse(scenario, u"bad-api"_s, &error);
    QVERIFY2(parsed, qPrintable(error));
    SimulatorThread simulator(*parsed);
    QVERIFY2(simulator.listen(), qPrintable(simulator.error()));
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatch(optionsFor(simulator.url()));
    QVERIFY2(hasMessage(window, says), qPrintable(window.messageBar()->text()));
    const auto text = window.messageBar()->text();
    QVERIFY2(text.endsWith(u'.') || text.endsWith(u'?'), qPrintable(text));
    QVERIFY2(!text.contains(u"token-of-the-test"_s), qPrintable(text));
    QVERIFY(!QApplication::activeModalWidget());
    if (!window.document()->isLive())
        return; // unauthorized: nothing more is tried

    // The next failure says nothing new, and nothing else.
    const auto before = failures(window);
    for (auto *action : window.actions()) {
        if (action->text() == "Retry now"_L1)
            action->trigger();
    }
    QVERIFY(QTest::qWaitFor([&] { return failures(window) > before; }, kPatience));
    QCoreApplication::processEvents();
    QCOMPARE(window.messageBar()->text(), text);
    QVERIFY(!QApplication::activeModalWidget());
}

void ErrorStatesTest::tellsOfACertificateThatIsNotTrusted()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    QString error;
    const auto scenario = Scenario::load(u"happy-day"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatorThread simulator(*scenario);
    QVERIFY(simulator.listen({0, certificate.certificateFile(), certificate.keyFile()}));
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatch(optionsFor(simulator.url()));
    QVERIFY2(hasMessage(window, u"certificate"_s), qPrintable(window.messageBar()->text()));
    const auto text = window.messageBar()->text();
    QVERIFY2(text.contains(u"CA file"_s), qPrintable(text));
    QVERIFY2(text.contains(simulator.url().authority()), qPrintable(text));

    auto trusting = optionsFor(simulator.url());
    trusting.caFile = certificate.certificateFile();
    MainWindow another{ConnectionPreset{}};
    another.show();
    another.startWatch(trusting);
    const auto isWatching = [&] {
        const auto &store = another.document()->store();
        for (qsizetype row = 0; row < store.size(); ++row) {
            if (store.kind(row) == EventKind::Hello)
                return true;
        }
        return false;
    };
    QVERIFY(QTest::qWaitFor(isWatching, kPatience));
    QCOMPARE(another.messageBar()->text(), QString());
}

void ErrorStatesTest::takesTheMessageAwayWhenAllIsWell()
{
    QString error;
    const auto scenario = Scenario::parse(
        R"({"title": "Better the second time.",
            "connects": [[{"status": 503}], [{"hello": {}}, {"keepalives": {"every_ms": 200}}]]})",
        u"better"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatorThread simulator(*scenario);
    QVERIFY(simulator.listen());
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatch(optionsFor(simulator.url()));
    QVERIFY(hasMessage(window, u"HTTP 503"_s));
    QTRY_COMPARE_WITH_TIMEOUT(window.messageBar()->text(), QString(), kPatience);
}

QTEST_MAIN(ErrorStatesTest)
#include "tst_errorstates.moc"
