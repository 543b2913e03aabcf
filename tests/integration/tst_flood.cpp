// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/session/framebudget.h"
#include "core/session/sessionreader.h"
#include "core/session/storesource.h"
#include "core/simulator/simulator.h"
#include "core/watch/livesession.h"
#include "tests/support/floodserver.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using Existing = SessionWriter::Existing;

namespace {

/// Far more than needed: only a hang takes as long.
constexpr int kTimeout = 120'000;

qsizetype count(const SessionStore &store, EventKind kind, const QString &source = {})
{
    qsizetype found = 0;
    for (qsizetype row = 0; row < store.size(); ++row) {
        const bool isMeant = store.kind(row) == kind &&
                             (source.isEmpty() || store.sourceName(store.source(row)) == source);
        found += isMeant ? 1 : 0;
    }
    return found;
}

} // namespace

/// Servers that send as fast as they can, and what may be lost to them: nothing but the sight of
/// some frames.
class TestFlood : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void recordsEveryFrame_data();
    void recordsEveryFrame();
    void heartbeatsGoOn_data();
    void heartbeatsGoOn();
    void holdsUpNoOtherWatch_data();
    void holdsUpNoOtherWatch();

private:
    static ConnectionOptions optionsFor(const QUrl &url, const QString &source)
    {
        ConnectionOptions options;
        options.watch.apiUrl = url;
        options.watch.token = Secret("any-token");
        options.watch.source = source;
        return options;
    }

    /// 10,000 frames a piece.
    static void addFloods()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("large chunks") << chunkOf(QByteArray(":\n").repeated(10'000));
        QTest::newRow("a chunk for each frame") << chunkOf(":\n").repeated(10'000);
        QTest::newRow("a chunk for each byte") << oneByteChunks(":\n").repeated(10'000);
        QTest::newRow("stray events")
            << chunkOf(QByteArray("event: x\ndata: y\n\n").repeated(10'000));
    }

    QTemporaryDir m_folder;
};

void TestFlood::recordsEveryFrame_data()
{
    addFloods();
}

void TestFlood::recordsEveryFrame()
{
    constexpr qint64 kPieces = 10;
    constexpr qint64 kFrames = kPieces * 10'000;
    QFETCH(QByteArray, piece);
    FloodServer::Flood flood;
    flood.piece = piece;
    flood.pieces = kPieces;
    flood.heartbeatMs = 60'000;
    FloodServer server(flood);
    const auto path = m_folder.filePath(u"flood.watchline"_s);
    LiveSession session(optionsFor(server.url(), u"flood"_s), path, Existing::Replace);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(finished.first().first().value<RunEnd>(), RunEnd::Woken);

    SessionStore read;
    QCOMPARE(readSession(path, read).message, QString());
    QCOMPARE(count(read, EventKind::KeepAlive) + count(read, EventKind::SseEvent), kFrames);
    QCOMPARE(session.recordedEvents(), read.size());
    // Shown are fewer, and how many are missing is known.
    const auto &store = session.store();
    QVERIFY(store.size() < read.size());
    QCOMPARE(session.hiddenFrames(), read.size() - store.size());
    for (const auto kind : {EventKind::Hello, EventKind::Wake, EventKind::Outcome,
                            EventKind::Decision, EventKind::Status})
        QCOMPARE(count(store, kind), count(read, kind));
    QVERIFY(verify(store).agrees());
    // Whoever exports the store gets them all.
    StoreSource lines(store);
    QCOMPARE(lines.total(), QFileInfo(path).size() - store.headerLine().size() - 1);
    QVERIFY(verify(read).agrees());
}

void TestFlood::heartbeatsGoOn_data()
{
    addFloods();
}

void TestFlood::heartbeatsGoOn()
{
    QFETCH(QByteArray, piece);
    FloodServer::Flood flood;
    flood.piece = piece;
    // A machine that is busy with other things may be silent for 5 s without ending the watch.
    flood.heartbeatMs = 2'000;
    FloodServer server(flood);
    LiveSession session(optionsFor(server.url(), u"flood"_s),
                        m_folder.filePath(u"beats.watchline"_s), Existing::Replace);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    // Longer than its silence would be borne: the frames are seen, and so are the answers.
    QTRY_VERIFY_WITH_TIMEOUT(count(session.store(), EventKind::Heartbeat) >= 3, kTimeout);
    QCOMPARE(count(session.store(), EventKind::Outcome), 0);
    QCOMPARE(server.watches(), 1);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
}

void TestFlood::holdsUpNoOtherWatch_data()
{
    addFloods();
}

void TestFlood::holdsUpNoOtherWatch()
{
    QFETCH(QByteArray, piece);
    FloodServer::Flood flood;
    flood.piece = piece;
    FloodServer server(flood);
    QString error;
    const auto scenario = Scenario::parse(
        R"({"title": "Calm.", "connects": [[{"hello": {"interval_ms": 1000}},
                                            {"keepalives": {"every_ms": 100}}]]})",
        u"the test"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatorThread simulator(*scenario);
    QVERIFY2(simulator.listen(), qPrintable(simulator.error()));
    LiveSession session(
        {optionsFor(server.url(), u"flood"_s), optionsFor(simulator.url(), u"calm"_s)},
        m_folder.filePath(u"both.watchline"_s), Existing::Replace);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    const auto &store = session.store();
    QTRY_VERIFY_WITH_TIMEOUT(count(store, EventKind::Heartbeat, u"calm"_s) >= 2, kTimeout);
    QTRY_VERIFY_WITH_TIMEOUT(count(store, EventKind::KeepAlive, u"calm"_s) >= 20, kTimeout);
    QCOMPARE(count(store, EventKind::Outcome, u"calm"_s), 0);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
}

QTEST_GUILESS_MAIN(TestFlood)
#include "tst_flood.moc"
