// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/base/descriptors.h"
#include "core/session/runstate.h"
#include "core/session/sessionreader.h"
#include "core/simulator/simulator.h"
#include "core/watch/livesession.h"

#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using Existing = SessionWriter::Existing;

namespace {

/// Far more than needed: only a hang takes as long.
constexpr int kTimeout = 60'000;

} // namespace

/// Many watches in one process, against the simulator, with everything that is real.
class TestFleet : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_path = m_folder.filePath(
            u"%1.watchline"_s.arg(QString::fromLatin1(QTest::currentTestFunction())));
    }
    void cleanup() { m_simulator.reset(); }

    void watchesTwoHundredAtATime();
    void oneThatIsRejectedEndsAlone();
    void tellsOfEachWhatItWaitsFor();
    void endsWithTheLastOne();
    void refusesMoreThanItHasDescriptorsFor();

private:
    void simulate(const QByteArray &members)
    {
        QString error;
        const auto scenario =
            Scenario::parse(R"({"title": "A fleet.", )" + members + '}', u"the test"_s, &error);
        if (!scenario)
            qFatal("%s", qPrintable(error));
        m_simulator = std::make_unique<SimulatorThread>(*scenario);
        if (!m_simulator->listen())
            qFatal("%s", qPrintable(m_simulator->error()));
    }

    QList<ConnectionOptions> fleet(int size, AfterWake afterWake = AfterWake::Stop) const
    {
        QList<ConnectionOptions> watches;
        for (int i = 0; i < size; ++i) {
            ConnectionOptions options;
            options.watch.source = u"robot-%1"_s.arg(i);
            options.watch.apiUrl = m_simulator->url();
            options.watch.token = Secret("token-" + QByteArray::number(i));
            options.watch.afterWake = afterWake;
            watches.append(options);
        }
        return watches;
    }

    /// How many of the fleet's sources have a row that is asked for.
    template<typename Is>
    static int sourcesWith(const SessionStore &store, Is is)
    {
        QSet<quint16> sources;
        for (qsizetype row = 0; row < store.size(); ++row) {
            if (is(store.row(row)))
                sources.insert(store.source(row));
        }
        return static_cast<int>(sources.size());
    }

    static int sourcesWith(const SessionStore &store, EventKind kind)
    {
        return sourcesWith(store, [kind](const EventRow &row) { return row.kind == kind; });
    }

    static qsizetype count(const SessionStore &store, EventKind kind)
    {
        qsizetype found = 0;
        for (qsizetype row = 0; row < store.size(); ++row)
            found += store.kind(row) == kind ? 1 : 0;
        return found;
    }

    QTemporaryDir m_folder;
    QString m_path;
    std::unique_ptr<SimulatorThread> m_simulator;
};

void TestFleet::watchesTwoHundredAtATime()
{
    constexpr int kSize = 200;
    simulate(R"("connects": [[{"hello": {"interval_ms": 1000}},
                              {"keepalives": {"every_ms": 500}}]])");
    LiveSession session(fleet(kSize), m_path, Existing::Refuse);
    QSignalSpy finished(&session, &LiveSession::finished);
    QSignalSpy each(&session, &LiveSession::watchFinished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    // Each has its stream and its heartbeat at the same time: none waits for another's connection.
    QTRY_COMPARE_WITH_TIMEOUT(sourcesWith(session.store(), EventKind::Heartbeat), kSize, kTimeout);
    QTRY_COMPARE_WITH_TIMEOUT(sourcesWith(session.store(), EventKind::KeepAlive), kSize, kTimeout);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(each.size(), kSize);

    SessionStore read;
    const auto result = readSession(m_path, read);
    QCOMPARE(result.message, QString());
    QCOMPARE(read.header().sources.size(), kSize);
    QCOMPARE(read.header().apiUrl, m_simulator->url().toString());
    QCOMPARE(read.sourceCount(), kSize);
    for (int i = 0; i < kSize; ++i)
        QCOMPARE(read.sourceName(static_cast<quint16>(i)), u"robot-%1"_s.arg(i));
    QCOMPARE(count(read, EventKind::DeviceInfo), kSize);
    QCOMPARE(count(read, EventKind::ConnectAttempt), kSize);
    QCOMPARE(count(read, EventKind::Hello), kSize);
    QCOMPARE(count(read, EventKind::Outcome), 0);
    QCOMPARE(sourcesWith(read, [](const EventRow &row) { return row.word == Word::Shutdown; }),
             kSize);
    const auto verification = verify(read);
    QVERIFY(verification.agrees());
    QCOMPARE(verification.decisions, kSize);
    RunStateIndex states(read);
    states.update();
    for (int i = 0; i < kSize; ++i)
        QCOMPARE(states.latest(static_cast<quint16>(i)).status, Word::Shutdown);
}

void TestFleet::oneThatIsRejectedEndsAlone()
{
    simulate(R"("token": "token-1", "connects": [[{"hello": {}},
                                                  {"keepalives": {"every_ms": 20}}]])");
    LiveSession session(fleet(3), m_path, Existing::Refuse);
    QSignalSpy finished(&session, &LiveSession::finished);
    QSignalSpy each(&session, &LiveSession::watchFinished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    QTRY_COMPARE_WITH_TIMEOUT(each.size(), 2, kTimeout);
    for (const auto &ended : each) {
        QVERIFY(ended.at(0).toInt() != 1);
        QCOMPARE(ended.at(1).value<RunEnd>(), RunEnd::Unauthorized);
    }
    // The third goes on.
    QTRY_VERIFY_WITH_TIMEOUT(count(session.store(), EventKind::KeepAlive) > 2, kTimeout);
    const auto seen = count(session.store(), EventKind::KeepAlive);
    QTRY_VERIFY_WITH_TIMEOUT(count(session.store(), EventKind::KeepAlive) > seen, kTimeout);
    QVERIFY(session.isRunning());
    QCOMPARE(finished.size(), 0);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(finished.first().first().value<RunEnd>(), RunEnd::Unauthorized);
}

void TestFleet::tellsOfEachWhatItWaitsFor()
{
    simulate(R"("token": "token-0", "device_info": [{"status": 503}, "ok"],
                "connects": [[{"status": 409}]])");
    auto watches = fleet(1);
    auto other = watches.constFirst();
    other.watch.source = u"nobody"_s;
    other.watch.apiUrl = QUrl(u"http://127.0.0.1:1"_s);
    watches.append(other);
    LiveSession session(watches, m_path, Existing::Refuse);
    QVERIFY2(session.start(), qPrintable(session.error()));
    QCOMPARE(session.watchCount(), 2);
    QCOMPARE(session.watchOf(u"nobody"_s), 1);
    QCOMPARE(session.watchOf(u"somebody"_s), -1);
    QVERIFY(session.store().header().apiUrl.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(session.waiting(0).what, Waiting::For::DeviceInfoRetry, kTimeout);
    session.retryNow(0);
    QTRY_COMPARE_WITH_TIMEOUT(session.waiting(0).what, Waiting::For::Backoff, kTimeout);
    QTRY_COMPARE_WITH_TIMEOUT(session.waiting(1).what, Waiting::For::DeviceInfoRetry, kTimeout);
    QCOMPARE(session.lastFailure(1), HttpFailure::Other);
}

void TestFleet::endsWithTheLastOne()
{
    simulate(R"("connects": [[{"hello": {}}, {"wake": {}}]])");
    LiveSession session(fleet(3), m_path, Existing::Refuse);
    QSignalSpy finished(&session, &LiveSession::finished);
    QSignalSpy each(&session, &LiveSession::watchFinished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(each.size(), 3);
    QCOMPARE(finished.first().first().value<RunEnd>(), RunEnd::Woken);
    QVERIFY(!session.isRunning());
}

void TestFleet::refusesMoreThanItHasDescriptorsFor()
{
    simulate(R"("connects": [[{"hello": {}}]])");
    rlimit before = {};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const auto count = raiseDescriptorLimit();
    QVERIFY(count.left() > 0);

    // The hard limit cannot be raised again, so the fleet is what is too large.
    LiveSession session(fleet(static_cast<int>(count.left() / 4)), m_path, Existing::Refuse);
    QVERIFY(!session.start());
    QVERIFY(!session.isFileProblem());
    QVERIFY2(session.error().contains(u"file descriptors"_s), qPrintable(session.error()));
    QVERIFY2(session.error().contains(u"ulimit"_s), qPrintable(session.error()));
    QVERIFY(!QFile::exists(m_path));
}

QTEST_GUILESS_MAIN(TestFleet)
#include "tst_fleet.moc"
