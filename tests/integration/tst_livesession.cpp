// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionfolder.h"
#include "core/session/sessionreader.h"
#include "core/simulator/simulator.h"
#include "core/watch/livesession.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using Existing = SessionWriter::Existing;

namespace {

/// Far more than needed: only a hang takes as long.
constexpr int kTimeout = 30'000;

} // namespace

/// A watch of the real simulator with everything that is real: threads, sockets, clock, file.
class TestLiveSession : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        QString error;
        const auto scenario = Scenario::parse(
            R"({"title": "A watch.", "connects": [[{"hello": {}}, {"keepalives": {"every_ms": 20}}]]})",
            u"the test"_s, &error);
        QVERIFY2(scenario, qPrintable(error));
        m_simulator = std::make_unique<SimulatorThread>(*scenario);
        QVERIFY2(m_simulator->listen(), qPrintable(m_simulator->error()));
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"a.watchline"_s);
    }
    void cleanup()
    {
        m_simulator.reset();
        QDir(sessionFolder()).removeRecursively();
    }
    void recordsWhatItWatches();
    void theEndIsStoredBeforeItIsTold();
    void recordsWithoutBeingAskedTo();
    void aDestroyedSessionIsComplete();
    void tellsWhatItWaitsFor();
    void takesNotesDuringAndAfter();
    void goesOnWithoutItsFile();
    void startsNothingWithoutAFile();
    void startsNothingWhenItsPipeIsFull();
    void startsNothingWithoutItsAuthority();

private:
    ConnectionOptions options() const
    {
        ConnectionOptions options;
        options.watch.apiUrl = m_simulator->url();
        options.watch.token = Secret("any");
        return options;
    }

    static bool hasKind(const SessionStore &store, EventKind kind)
    {
        for (qsizetype row = 0; row < store.size(); ++row) {
            if (store.kind(row) == kind)
                return true;
        }
        return false;
    }

    /// What stands in the file is what is in the store, and ends in order.
    static void checkFile(const QString &path, const SessionStore &store)
    {
        SessionStore read;
        const auto result = readSession(path, read);
        QCOMPARE(result.message, QString());
        QCOMPARE(read.header(), store.header());
        QCOMPARE(read.size(), store.size());
        for (qsizetype row = 0; row < read.size(); ++row)
            QCOMPARE(read.line(row), store.line(row));
        QVERIFY(read.row(read.size() - 1).word == Word::Shutdown ||
                read.kind(read.size() - 1) == EventKind::Note);
    }

    std::unique_ptr<SimulatorThread> m_simulator;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestLiveSession::recordsWhatItWatches()
{
    LiveSession session(options(), m_path, Existing::Refuse);
    QSignalSpy appended(&session, &LiveSession::rowsAppended);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY2(session.start(), qPrintable(session.error()));
    QVERIFY(session.isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(hasKind(session.store(), EventKind::KeepAlive), kTimeout);
    QVERIFY(appended.size() > 0);
    QVERIFY(appended.size() <= session.store().size());
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(finished.first().first().value<RunEnd>(), RunEnd::Stopped);
    QVERIFY(!session.isRunning());
    QVERIFY(session.sessionTime() >= session.store().lastTime());
    const auto source = u"127.0.0.1:%1"_s.arg(m_simulator->url().port());
    QCOMPARE(session.store().header().sources, QStringList{source});
    QCOMPARE(session.store().sourceName(0), source);
    checkFile(m_path, session.store());
}

void TestLiveSession::theEndIsStoredBeforeItIsTold()
{
    LiveSession session(options(), m_path, Existing::Refuse);
    qsizetype sizeAtTheEnd = -1;
    connect(&session, &LiveSession::finished, this, [&] {
        sizeAtTheEnd = session.store().size();
        checkFile(m_path, session.store());
    });
    QVERIFY(session.start());
    QTRY_VERIFY_WITH_TIMEOUT(hasKind(session.store(), EventKind::Hello), kTimeout);
    session.stop();
    QTRY_VERIFY_WITH_TIMEOUT(sizeAtTheEnd > 0, kTimeout);
    QCOMPARE(session.store().size(), sizeAtTheEnd);
}

void TestLiveSession::recordsWithoutBeingAskedTo()
{
    QString path;
    {
        LiveSession session(options(), QString(), Existing::Refuse);
        QVERIFY2(session.start(), qPrintable(session.error()));
        path = session.path();
        QCOMPARE(recordedSessions().size(), 1);
        QCOMPARE(recordedSessions().first().path, path);
        QCOMPARE(recordedSessions().first().end, RecordedSession::End::Recording);
        QTRY_VERIFY_WITH_TIMEOUT(hasKind(session.store(), EventKind::Hello), kTimeout);
    }
    QCOMPARE(recordedSessions().first().end, RecordedSession::End::Orderly);
    QVERIFY(removeRecordedSession(path));
}

void TestLiveSession::aDestroyedSessionIsComplete()
{
    std::shared_ptr<SessionStore> store;
    {
        LiveSession session(options(), m_path, Existing::Refuse);
        QVERIFY(session.start());
        QTRY_VERIFY_WITH_TIMEOUT(hasKind(session.store(), EventKind::Hello), kTimeout);
        store = session.sharedStore();
    }
    checkFile(m_path, *store);
}

void TestLiveSession::tellsWhatItWaitsFor()
{
    LiveSession session(options(), m_path, Existing::Refuse);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY(session.start());
    QTRY_COMPARE_WITH_TIMEOUT(session.waiting().what, Waiting::For::Frame, kTimeout);
    QVERIFY(session.waiting().deadline > session.waiting().since);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    QCOMPARE(session.waiting().what, Waiting::For::Nothing);
}

void TestLiveSession::takesNotesDuringAndAfter()
{
    LiveSession session(options(), m_path, Existing::Refuse);
    QSignalSpy finished(&session, &LiveSession::finished);
    QVERIFY(session.start());
    session.addNote(u"during"_s, session.sessionTime());
    QTRY_VERIFY_WITH_TIMEOUT(hasKind(session.store(), EventKind::Note), kTimeout);
    session.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kTimeout);
    const auto size = session.store().size();
    session.addNote(u"after"_s, session.sessionTime());
    QTRY_COMPARE_WITH_TIMEOUT(session.store().size(), size + 1, kTimeout);
    QCOMPARE(session.store().event(size).text(Field::Detail), u"after"_s);
    // The note is in the file as soon as the session lets go of it.
    QTRY_VERIFY_WITH_TIMEOUT(
        [this] {
            QFile file(m_path);
            return file.open(QIODevice::ReadOnly) && file.readAll().contains("\"after\"");
        }(),
        kTimeout);
    checkFile(m_path, session.store());
}

void TestLiveSession::goesOnWithoutItsFile()
{
    const auto pipe = m_folder->filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    const int reader = ::open(QFile::encodeName(pipe).constData(), O_RDONLY | O_NONBLOCK);
    LiveSession session(options(), pipe, Existing::Refuse);
    QSignalSpy failed(&session, &LiveSession::recordingFailed);
    QVERIFY2(session.start(), qPrintable(session.error()));
    ::close(reader);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kTimeout);
    QVERIFY(session.readerHasGone());
    const auto size = session.store().size();
    QTRY_VERIFY_WITH_TIMEOUT(session.store().size() > size, kTimeout);
    QCOMPARE(failed.size(), 1);
}

void TestLiveSession::startsNothingWithoutAFile()
{
    QSignalSpy asked(m_simulator.get(), &SimulatorThread::logged);
    LiveSession session(options(), m_folder->path(), Existing::Replace);
    QVERIFY(!session.start());
    QVERIFY(session.isFileProblem());
    QVERIFY(session.error().contains(u"it is a folder"_s));
    QVERIFY(!session.isRunning());
    QCOMPARE(asked.size(), 0);
}

void TestLiveSession::startsNothingWhenItsPipeIsFull()
{
    const auto pipe = m_folder->filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    const int reader = ::open(QFile::encodeName(pipe).constData(), O_RDONLY | O_NONBLOCK);
    const int filler = ::open(QFile::encodeName(pipe).constData(), O_WRONLY | O_NONBLOCK);
    const QByteArray much(4'096, 'x');
    while (::write(filler, much.constData(), static_cast<std::size_t>(much.size())) > 0) {
    }
    QSignalSpy asked(m_simulator.get(), &SimulatorThread::logged);
    LiveSession session(options(), pipe, Existing::Refuse);
    QVERIFY(!session.start());
    QVERIFY(session.isFileProblem());
    QVERIFY2(session.error().contains(u"it has taken nothing for 5 s"_s),
             qPrintable(session.error()));
    // Now the pipe takes it after all, but nothing begins.
    QByteArray taken;
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            QByteArray bytes(64 * 1024, Qt::Uninitialized);
            const auto count = ::read(reader, bytes.data(), static_cast<std::size_t>(bytes.size()));
            if (count > 0)
                taken += bytes.first(count);
            return taken.endsWith("}\n");
        }(),
        kTimeout);
    ::close(filler);
    ::close(reader);
    QCOMPARE(asked.size(), 0);
}

void TestLiveSession::startsNothingWithoutItsAuthority()
{
    auto connection = options();
    connection.caFile = m_folder->filePath(u"missing.pem"_s);
    LiveSession session(connection, m_path, Existing::Refuse);
    QVERIFY(!session.start());
    QVERIFY(!session.isFileProblem());
    QVERIFY(session.error().contains(u"missing.pem"_s));
    QVERIFY(!QFile::exists(m_path));
}

QTEST_GUILESS_MAIN(TestLiveSession)
#include "tst_livesession.moc"
