// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/notes.h"
#include "core/session/sessionfollower.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "tests/support/virtualclock.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

using End = SessionFollower::End;

QByteArray linesOf(SessionBuilder &session)
{
    QByteArray lines;
    for (const auto &event : session.takeEvents())
        lines += toJsonLine(event) + '\n';
    return lines;
}

} // namespace

class SessionFollowerTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_follower.reset(); }

    void whatIsAddedBecomesRows();
    void halfALineWaitsForItsRest();
    void aFileThatRestsIsNotBeingRecorded();
    void aWriterAtWorkIsSeenByItsLock();
    void endsWithTheSessionsShutdown();
    void aFleetEndsWithItsLastSource();
    void endsWhenTheWriterIsGone();
    void aShorterFileEndsIt();
    void aFileWrittenAnewEndsIt();
    void anotherFileOfThatNameEndsIt_data();
    void anotherFileOfThatNameEndsIt();
    void aRemovedFileEndsIt();
    void stoppedItLooksNoMore();
    void damagedLinesAreLeftOutAndCounted();
    void aVeryLongLineComesInTheEnd();
    void muchIsReadInSeveralTurns();
    void aNoteOfOursIsReadOnce();
    void aNoteOfOursIsReadWhileStopped();
    void aNoteOfOthersIsNoRecording();
    void aKilledWritersLastLineIsCounted();
    void aNoteStandsBehindWhatOthersAdded();
    void linesAreLookedUpWhereTheyStand();

private:
    void append(const QByteArray &bytes) const
    {
        QFile file(m_path);
        if (!file.open(QIODevice::Append) || file.write(bytes) != bytes.size())
            qFatal("%s", qPrintable(file.errorString()));
    }
    void write(const QByteArray &bytes) const
    {
        QFile file(m_path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("%s", qPrintable(file.errorString()));
    }
    /// Reads what is there and begins to follow.
    void follow()
    {
        m_store = std::make_unique<SessionStore>();
        const auto result = readSession(m_path, *m_store);
        RunEnds ends;
        ends.update(*m_store);
        m_grown = 0;
        m_end.reset();
        m_follower = std::make_unique<SessionFollower>(
            *m_store, ends, m_path, m_store->fileEnd() - result.lostBytes, m_clock,
            [this] { ++m_grown; }, [this](End end) { m_end = end; });
        m_follower->start();
        m_clock.advance(0ns);
    }

    QTemporaryDir m_folder;
    QString m_path;
    VirtualClock m_clock;
    SessionBuilder m_session;
    std::unique_ptr<SessionStore> m_store;
    std::unique_ptr<SessionFollower> m_follower;
    int m_grown = 0;
    std::optional<End> m_end;
};

void SessionFollowerTest::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_path = m_folder.filePath(u"grows.watchline"_s);
    m_session = SessionBuilder();
    m_session.start().connect(u"rwl_1"_s).run(10s);
    write(toJsonLine(SessionBuilder::header()) + '\n' + linesOf(m_session));
}

void SessionFollowerTest::whatIsAddedBecomesRows()
{
    follow();
    const auto before = m_store->size();
    m_session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s);
    const auto lines = linesOf(m_session);
    append(lines);
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before + lines.count('\n'));
    QCOMPARE(m_grown, 1);
    QVERIFY(m_follower->isBeingRecorded());
    QCOMPARE(m_store->row(m_store->size() - 1).kind, EventKind::Decision);
    m_clock.advance(10s);
    QCOMPARE(m_grown, 1);
    QVERIFY(m_follower->isFollowing());
}

void SessionFollowerTest::halfALineWaitsForItsRest()
{
    m_session.wait(1s).keepAlive();
    const auto line = linesOf(m_session);
    append(line.first(20));
    follow();
    const auto before = m_store->size();
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before);
    QCOMPARE(m_follower->unfinishedBytes(), 20);
    append(line.sliced(20));
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before + 1);
    QCOMPARE(m_store->event(before).kind, EventKind::KeepAlive);
    QCOMPARE(m_follower->unfinishedBytes(), 0);
    QCOMPARE(m_follower->lostLines(), 0);
}

void SessionFollowerTest::aFileThatRestsIsNotBeingRecorded()
{
    follow();
    m_clock.advance(1min);
    QVERIFY(m_follower->isFollowing());
    QVERIFY(!m_follower->isBeingRecorded());
    QCOMPARE(m_grown, 0);
}

void SessionFollowerTest::aWriterAtWorkIsSeenByItsLock()
{
    SessionWriter writer;
    QVERIFY(writer.openForAppend(m_path));
    follow();
    m_clock.advance(1s);
    QVERIFY(m_follower->isBeingRecorded());
    QCOMPARE(m_grown, 1);
}

void SessionFollowerTest::endsWithTheSessionsShutdown()
{
    follow();
    const auto before = m_store->size();
    m_session.end(WatchOutcome::StreamEnded).stop();
    const auto lines = linesOf(m_session);
    append(lines);
    m_clock.advance(1s);
    QCOMPARE(m_end, End::Shutdown);
    QCOMPARE(m_store->size(), before + lines.count('\n'));
    QVERIFY(!m_follower->isFollowing());
    QVERIFY(!m_follower->isBeingRecorded());
}

void SessionFollowerTest::aFleetEndsWithItsLastSource()
{
    SessionBuilder first(u"a"_s);
    SessionBuilder second(u"b"_s);
    first.start().connect(u"rwl_a"_s);
    second.start().connect(u"rwl_b"_s);
    write(toJsonLine(SessionBuilder::header()) + '\n' + linesOf(first) + linesOf(second));
    follow();
    first.stop();
    append(linesOf(first));
    m_clock.advance(5s);
    QVERIFY(m_follower->isFollowing());
    second.stop();
    append(linesOf(second));
    m_clock.advance(5s);
    QCOMPARE(m_end, End::Shutdown);
}

void SessionFollowerTest::endsWhenTheWriterIsGone()
{
    auto writer = std::make_unique<SessionWriter>();
    QVERIFY(writer->openForAppend(m_path));
    follow();
    m_clock.advance(1s);
    m_session.wait(1s).keepAlive();
    QVERIFY(writer->append(linesOf(m_session).chopped(1)));
    writer.reset();
    const auto before = m_store->size();
    m_clock.advance(5s);
    QCOMPARE(m_end, End::Interrupted);
    QVERIFY(m_store->size() >= before); // what it had written is there
    QVERIFY(!m_follower->isFollowing());
}

void SessionFollowerTest::aShorterFileEndsIt()
{
    follow();
    const auto before = m_store->size();
    QVERIFY(QFile::resize(m_path, 300));
    m_clock.advance(1s);
    QCOMPARE(m_end, End::Shorter);
    QCOMPARE(m_store->size(), before);
}

/// As long as before, or longer, by the time somebody looks.
void SessionFollowerTest::aFileWrittenAnewEndsIt()
{
    follow();
    write(QByteArray(20'000, 'x') + '\n');
    m_clock.advance(1s);
    QCOMPARE(m_end, End::Shorter);
}

void SessionFollowerTest::anotherFileOfThatNameEndsIt_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("before the first look") << true;
    QTest::newRow("later") << false;
}

void SessionFollowerTest::anotherFileOfThatNameEndsIt()
{
    QFETCH(bool, atOnce);
    const auto replace = [this] {
        QVERIFY(QFile::rename(m_path, m_path + u".1"_s));
        auto header = SessionBuilder::header();
        header.started = header.started.addSecs(3'600);
        write(toJsonLine(header) + '\n');
    };
    if (atOnce) {
        m_store = std::make_unique<SessionStore>();
        readSession(m_path, *m_store);
        replace();
        m_follower = std::make_unique<SessionFollower>(
            *m_store, RunEnds(), m_path, m_store->fileEnd(), m_clock, [] {},
            [this](End end) { m_end = end; });
        m_end.reset();
        m_follower->start();
    } else {
        follow();
        replace();
    }
    m_clock.advance(1s);
    QCOMPARE(m_end, End::Replaced);
    QFile::remove(m_path + u".1"_s);
}

void SessionFollowerTest::aRemovedFileEndsIt()
{
    follow();
    QVERIFY(QFile::remove(m_path));
    m_clock.advance(1s);
    QCOMPARE(m_end, End::Gone);
}

void SessionFollowerTest::stoppedItLooksNoMore()
{
    follow();
    const auto before = m_store->size();
    m_follower->stop();
    m_session.wait(1s).keepAlive();
    append(linesOf(m_session));
    m_clock.advance(1min);
    QCOMPARE(m_store->size(), before);
    m_follower->start();
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before + 1);
}

void SessionFollowerTest::damagedLinesAreLeftOutAndCounted()
{
    follow();
    const auto before = m_store->size();
    m_session.wait(1s).keepAlive();
    append(QByteArray("{\"t\": oops}\n\nnonsense\n") + linesOf(m_session));
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before + 1);
    QVERIFY(m_follower->lostLines() >= 1);
}

void SessionFollowerTest::aVeryLongLineComesInTheEnd()
{
    follow();
    const auto before = m_store->size();
    m_session.wait(1s).note(QString(5'000'000, u'x'));
    append(linesOf(m_session));
    m_clock.advance(1min);
    QCOMPARE(m_store->size(), before + 1);
    QCOMPARE(m_store->event(before).text(Field::Detail).size(), 5'000'000);
}

void SessionFollowerTest::muchIsReadInSeveralTurns()
{
    follow();
    const auto before = m_store->size();
    m_session.run(Nanoseconds(24h) * 2);
    const auto lines = linesOf(m_session);
    QVERIFY(lines.size() > 4'000'000);
    append(lines);
    m_clock.advance(1s);
    QCOMPARE(m_store->size(), before + lines.count('\n'));
    QVERIFY(m_grown > 2);
}

void SessionFollowerTest::aNoteOfOursIsReadOnce()
{
    m_session.wait(1s).keepAlive();
    append(linesOf(m_session).first(15)); // its writer was killed
    follow();
    const auto before = m_store->size();
    QString error;
    QVERIFY2(writeNote(m_path, makeNote(*m_store, u"seen"_s, 1s), &error), qPrintable(error));
    m_follower->look();
    QCOMPARE(m_store->size(), before + 1);
    QCOMPARE(m_store->event(before).text(Field::Detail), u"seen"_s);
    m_clock.advance(1min);
    QCOMPARE(m_store->size(), before + 1);
}

void SessionFollowerTest::aNoteOfOursIsReadWhileStopped()
{
    follow();
    m_follower->stop();
    const auto before = m_store->size();
    m_session.wait(1s).keepAlive();
    append(linesOf(m_session));
    QString error;
    QVERIFY2(writeNote(m_path, makeNote(*m_store, u"seen"_s, 1s), &error), qPrintable(error));
    m_follower->look();
    QCOMPARE(m_store->size(), before + 2);
    QVERIFY(m_store->line(before + 1).contains("seen"));
    QVERIFY(!m_follower->isFollowing());
    m_follower->start();
    m_clock.advance(5s);
    QCOMPARE(m_store->size(), before + 2);
    QVERIFY(!m_follower->isBeingRecorded());
}

void SessionFollowerTest::aNoteOfOthersIsNoRecording()
{
    follow();
    auto writer = std::make_unique<SessionWriter>();
    QVERIFY(writer->openForAppend(m_path));
    m_clock.advance(500ms);
    writer.reset();
    m_clock.advance(1min);
    QVERIFY(!m_end);
    QVERIFY(m_follower->isFollowing());
    QVERIFY(!m_follower->isBeingRecorded());
}

void SessionFollowerTest::aKilledWritersLastLineIsCounted()
{
    auto writer = std::make_unique<SessionWriter>();
    QVERIFY(writer->openForAppend(m_path));
    follow();
    m_clock.advance(1s);
    m_session.wait(1s).keepAlive();
    append(linesOf(m_session).first(17));
    writer.reset();
    m_clock.advance(5s);
    QCOMPARE(m_end, End::Interrupted);
    QCOMPARE(m_follower->unfinishedBytes(), 17);
}

/// Of a session that has its end, which nobody follows.
void SessionFollowerTest::aNoteStandsBehindWhatOthersAdded()
{
    m_session.end(WatchOutcome::StreamEnded).stop();
    append(linesOf(m_session));
    SessionStore store;
    QCOMPARE(readSession(m_path, store).status, ReadResult::Status::Complete);
    QString error;
    QVERIFY(writeNote(m_path, makeNote(store, u"theirs, and longer"_s, 2s), &error));
    QVERIFY(addNote(store, m_path, makeNote(store, u"ours"_s, 2s), &error));
    QVERIFY(addNote(store, m_path, makeNote(store, u"once more"_s, 2s), &error));
    QVERIFY(store.line(store.size() - 2).contains("ours"));
    QVERIFY(store.line(store.size() - 1).contains("once more"));
}

void SessionFollowerTest::linesAreLookedUpWhereTheyStand()
{
    follow();
    m_session.end(WatchOutcome::StreamEnded).stop();
    append(linesOf(m_session));
    m_clock.advance(1s);
    QString error;
    QVERIFY(addNote(*m_store, m_path, makeNote(*m_store, u"afterwards"_s, 2s), &error));
    SessionStore again;
    QCOMPARE(readSession(m_path, again).status, ReadResult::Status::Complete);
    QCOMPARE(again.size(), m_store->size());
    for (qsizetype row = 0; row < again.size(); ++row)
        QCOMPARE(m_store->line(row), again.line(row));
}

QTEST_GUILESS_MAIN(SessionFollowerTest)
#include "tst_sessionfollower.moc"
