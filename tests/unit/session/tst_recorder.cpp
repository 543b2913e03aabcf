// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/notes.h"
#include "core/session/recorder.h"
#include "core/session/sessionreader.h"
#include "tests/support/samplesession.h"
#include "tests/support/virtualclock.h"

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Existing = SessionWriter::Existing;

class TestRecorder : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"a.watchline"_s);
        m_clock = std::make_unique<VirtualClock>();
        m_store = std::make_unique<SessionStore>(sampleHeader());
        m_recorder = std::make_unique<Recorder>(*m_store, *m_clock);
    }
    void cleanup() { m_recorder.reset(); }
    void recordsToStoreAndFileAlike();
    void looksLinesUpInTheJournal();
    void keepsTheLastLinesWithoutAJournal();
    void keepsLinesThatTheJournalDidNotTake();
    void countsHiddenFramesThatTheJournalDidNotTake();
    void countsTheEventsThatTheJournalTook();
    void isInTheFileWithinASecond();
    void setsNoTimerWithoutNeed();
    void tellsOnceUntilItIsHeard();
    void goesOnWithoutItsFile();
    void worksWithoutAFile();
    void addsNotes();
    void addsNotesAfterTheEnd();
    void addsNotesToASessionThatWasOpened();
    void refusesANoteWhereItCannotBeWritten();

private:
    qsizetype linesInFile() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : -1;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<VirtualClock> m_clock;
    std::unique_ptr<SessionStore> m_store;
    std::unique_ptr<Recorder> m_recorder;
};

void TestRecorder::recordsToStoreAndFileAlike()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(sampleEvents());
    m_recorder->finish();
    QCOMPARE(m_store->size(), sampleEvents().size());
    SessionStore read;
    QCOMPARE(readSession(m_path, read).status, ReadResult::Status::Complete);
    QCOMPARE(read.header(), sampleHeader());
    QCOMPARE(read.size(), m_store->size());
    for (qsizetype row = 0; row < read.size(); ++row)
        QCOMPARE(read.line(row), m_store->line(row));
}

void TestRecorder::looksLinesUpInTheJournal()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    const auto events = sampleEvents();
    for (int i = 0; i < 100; ++i)
        m_recorder->record(events);
    // Some wait in memory for the flush.
    QVERIFY(m_store->fileEnd() < m_store->linesEnd());
    QVERIFY(m_store->linesEnd() - m_store->fileEnd() < 128 * 1024);
    QCOMPARE(m_store->event(m_store->size() - 1), events.last());
    m_clock->advance(1s);
    QCOMPARE(m_store->fileEnd(), m_store->linesEnd());
    QCOMPARE(m_store->fileEnd(), QFile(m_path).size());
    m_recorder->finish();
    for (qsizetype row = 0; row < m_store->size(); ++row)
        QCOMPARE(m_store->event(row), events.at(row % events.size()));
    QCOMPARE(m_store->lostLines(), 0);
}

void TestRecorder::keepsTheLastLinesWithoutAJournal()
{
    Event event(EventKind::Note);
    event.source = u"robot-7"_s;
    event.set(Field::Detail, QString(1'000'000, u'x'));
    constexpr int kEvents = 80;
    for (int i = 0; i < kEvents; ++i)
        m_recorder->record({event});
    QCOMPARE(m_store->size(), kEvents);
    QVERIFY(m_store->lostLines() > 0);
    QVERIFY(m_store->lostLines() < kEvents / 2);
    QCOMPARE(m_store->event(kEvents - 1), event);
    const auto lost = m_store->event(0);
    QCOMPARE(lost.kind, EventKind::Note);
    QVERIFY2(lost.text(Field::Detail).contains(u"dropped from memory"_s),
             qPrintable(lost.text(Field::Detail).left(200)));
}

void TestRecorder::keepsLinesThatTheJournalDidNotTake()
{
    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    rlimit small = before;
    small.rlim_cur = 100'000;
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto events = sampleEvents();
    for (int i = 0; i < 100; ++i)
        m_recorder->record(events);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QVERIFY(!m_recorder->writer().error().isEmpty());
    QVERIFY(m_store->fileEnd() < m_store->linesEnd());
    for (qsizetype row = 0; row < m_store->size(); ++row)
        QCOMPARE(m_store->event(row), events.at(row % events.size()));
}

void TestRecorder::countsHiddenFramesThatTheJournalDidNotTake()
{
    // All in one second: the first of them are shown, the others are not.
    constexpr int kFrames = 2 * FrameBudget::kFramesPerSecond;
    Event frame(EventKind::KeepAlive);
    frame.source = u"robot-7"_s;
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(EventBatch(kFrames, frame));
    m_clock->advance(1s);
    const auto recorded = m_recorder->hiddenFrames();
    QVERIFY(recorded > 0);
    QCOMPARE(m_recorder->unrecordedFrames(), 0);

    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    rlimit full = before;
    full.rlim_cur = static_cast<rlim_t>(QFile(m_path).size());
    ::setrlimit(RLIMIT_FSIZE, &full);
    m_recorder->record(EventBatch(10, frame));
    QCOMPARE(m_recorder->unrecordedFrames(), 0); // they may be written yet
    m_clock->advance(1s);
    m_recorder->record(EventBatch(5, frame));
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QCOMPARE(m_recorder->hiddenFrames(), recorded + 15);
    QCOMPARE(m_recorder->unrecordedFrames(), 15);
    QCOMPARE(linesInFile(), 1 + kFrames);
    QCOMPARE(m_recorder->recordedEvents(), kFrames);
}

void TestRecorder::countsTheEventsThatTheJournalTook()
{
    const auto events = sampleEvents();
    m_recorder->record(events); // there is no journal yet
    QCOMPARE(m_recorder->recordedEvents(), 0);
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(events);
    QCOMPARE(m_recorder->recordedEvents(), events.size());
    m_clock->advance(1s);

    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    rlimit full = before;
    full.rlim_cur = static_cast<rlim_t>(QFile(m_path).size());
    ::setrlimit(RLIMIT_FSIZE, &full);
    m_recorder->record(events); // waits, and is lost
    m_clock->advance(1s);
    m_recorder->record(events);
    m_recorder->finish();
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QCOMPARE(m_store->size(), 4 * events.size());
    QCOMPARE(m_recorder->recordedEvents(), events.size());
    QCOMPARE(linesInFile(), 1 + events.size());
}

void TestRecorder::isInTheFileWithinASecond()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    const auto events = sampleEvents();
    m_recorder->record({events.at(0)});
    QCOMPARE(linesInFile(), 1);
    // What comes later must not put the first line's flush off.
    m_clock->advance(400ms);
    m_recorder->record({events.at(1)});
    m_clock->advance(599ms);
    QCOMPARE(linesInFile(), 3);
    m_recorder->record({events.at(2)});
    m_clock->advance(1s);
    QCOMPARE(linesInFile(), 4);
}

void TestRecorder::setsNoTimerWithoutNeed()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    QCOMPARE(m_clock->activeTimers(), 0);
    m_recorder->record(sampleEvents());
    QCOMPARE(m_clock->activeTimers(), 1);
    m_clock->advance(1s);
    QCOMPARE(m_clock->activeTimers(), 0);
    m_recorder->record(sampleEvents());
    m_recorder->finish();
    QCOMPARE(m_clock->activeTimers(), 0);
}

void TestRecorder::tellsOnceUntilItIsHeard()
{
    QSignalSpy recorded(m_recorder.get(), &Recorder::recorded);
    m_recorder->record({});
    QCOMPARE(recorded.size(), 0);
    m_recorder->record(sampleEvents());
    m_recorder->record(sampleEvents());
    QCOMPARE(recorded.size(), 1);
    m_recorder->taken();
    m_recorder->record(sampleEvents());
    QCOMPARE(recorded.size(), 2);
}

void TestRecorder::goesOnWithoutItsFile()
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto pipe = m_folder->filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    const int reader = ::open(QFile::encodeName(pipe).constData(), O_RDONLY | O_NONBLOCK);
    QVERIFY(m_recorder->open(pipe, Existing::Refuse));
    QSignalSpy failed(m_recorder.get(), &Recorder::recordingFailed);
    m_recorder->record(sampleEvents());
    ::close(reader);
    m_clock->advance(1s);
    QCOMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().toString().startsWith(u"cannot write the session: "_s));
    m_recorder->record(sampleEvents());
    m_clock->advance(1s);
    m_recorder->finish();
    QCOMPARE(failed.size(), 1);
    QCOMPARE(m_store->size(), sampleEvents().size() * 2);
}

void TestRecorder::worksWithoutAFile()
{
    QSignalSpy failed(m_recorder.get(), &Recorder::recordingFailed);
    m_recorder->record(sampleEvents());
    m_clock->advance(1s);
    m_recorder->finish();
    QCOMPARE(failed.size(), 0);
    QCOMPARE(m_store->size(), sampleEvents().size());
}

void TestRecorder::addsNotes()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->addNote(u"before anything"_s, 0s);
    m_recorder->record(sampleEvents());
    m_recorder->addNote(u"while it backed off"_s, 500ms);
    m_recorder->finish();
    QCOMPARE(m_store->event(0).source, u"robot-7"_s);
    QCOMPARE(m_store->event(0).attempt, 0);
    const auto note = m_store->event(m_store->size() - 1);
    QCOMPARE(note.kind, EventKind::Note);
    QCOMPARE(note.text(Field::Detail), u"while it backed off"_s);
    QVERIFY(note.t == 500ms);
    QCOMPARE(note.source, u"robot-7"_s);
    QCOMPARE(note.attempt, 1);
    QCOMPARE(linesInFile(), 1 + m_store->size());
}

void TestRecorder::addsNotesAfterTheEnd()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(sampleEvents());
    m_recorder->finish();
    m_recorder->addNote(u"afterwards"_s, 20s);
    QCOMPARE(m_store->size(), sampleEvents().size() + 1);
    QCOMPARE(linesInFile(), 1 + m_store->size());
}

void TestRecorder::addsNotesToASessionThatWasOpened()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(sampleEvents());
    m_recorder->finish();
    SessionStore opened;
    readSession(m_path, opened);
    QString error;
    QVERIFY2(addNote(opened, m_path, makeNote(opened, u"seen later"_s, 2s), &error),
             qPrintable(error));
    QCOMPARE(opened.event(opened.size() - 1).text(Field::Detail), u"seen later"_s);
    SessionStore again;
    QCOMPARE(readSession(m_path, again).status, ReadResult::Status::Complete);
    QCOMPARE(again.size(), opened.size());

    // Of a stretch of time long before: other lines stay as they are.
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto before = file.readAll();
    const auto range = makeNote(opened, u"a\nb"_s, 100ms, 1'500ms);
    QVERIFY2(addNote(opened, m_path, range, &error), qPrintable(error));
    QVERIFY(file.seek(0));
    const auto after = file.readAll();
    QVERIFY(after.startsWith(before));
    QCOMPARE(after.count('\n'), before.count('\n') + 1);
    QVERIFY(after.contains(R"("duration_ms":1500)"));
    SessionStore reread;
    QCOMPARE(readSession(m_path, reread).status, ReadResult::Status::Complete);
    const auto note = reread.event(reread.size() - 1);
    QVERIFY(note.t == 100ms);
    QCOMPARE(note.number(Field::DurationMs), 1'500.0);
    QCOMPARE(note.text(Field::Detail), u"a\nb"_s);
    QCOMPARE(reread.lastTime(), again.lastTime());
    QCOMPARE(opened.size(), again.size() + 1);
}

void TestRecorder::refusesANoteWhereItCannotBeWritten()
{
    QVERIFY(m_recorder->open(m_path, Existing::Refuse));
    m_recorder->record(sampleEvents());
    m_clock->advance(1s);
    SessionStore opened;
    readSession(m_path, opened);
    const auto size = opened.size();
    QString error;
    // Its lines are where the one who records it has put them.
    QVERIFY(!addNote(opened, m_path, makeNote(opened, u"too early"_s, 2s), &error));
    QVERIFY2(error.contains(u"being recorded"_s), qPrintable(error));
    m_recorder->finish();

    QVERIFY(QFile::setPermissions(m_path, QFileDevice::ReadOwner));
    if (QFile probe(m_path); !probe.open(QIODevice::Append)) { // not for root
        QVERIFY(!addNote(opened, m_path, makeNote(opened, u"refused"_s, 2s), &error));
        QVERIFY2(error.contains(u"permission denied"_s), qPrintable(error));
    }

    QVERIFY(QFile::remove(m_path));
    QVERIFY(!addNote(opened, m_path, makeNote(opened, u"lost"_s, 2s), &error));
    QVERIFY(!error.isEmpty());
    QCOMPARE(opened.size(), size);
}

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
