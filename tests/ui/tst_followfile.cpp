// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/findingcard.h"
#include "ui/findingsdock.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/rangepanel.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/timeline/timelineview.h"
#include "ui/verifymark.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

} // namespace

/// A window that shows a file which another process writes.
class FollowFileTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-followfile"_s);
    }
    void init();
    void cleanup() { m_window.reset(); }

    void whatIsAddedIsShown();
    void theCheckGoesOnWithTheFile();
    void newFindingsAreAnnounced();
    void theUserStopsIt();
    void saysThatTheRecordingHasEnded();
    void saysThatTheFileWasCut();
    void aLineBeingWrittenIsNoDamage();
    void aNoteIsShownOnce();
    void aNoteIsShownOnceWhenNothingIsFollowed();
    void saysWhatAKilledRecorderLost();
    void figuresOfARangeAreRenewed();

private:
    void append(SessionBuilder &session)
    {
        QFile file(m_path);
        if (!file.open(QIODevice::Append))
            qFatal("%s", qPrintable(file.errorString()));
        for (const auto &event : session.takeEvents())
            file.write(toJsonLine(event) + '\n');
    }
    bool open()
    {
        m_window->openSession(m_path);
        return QTest::qWaitFor(
            [&] { return m_window->document() && !m_window->document()->isGrowing(); }, kPatience);
    }
    QString statusText() const { return m_window->findChild<QLabel *>(u"statusText"_s)->text(); }
    QAction *followAction() const
    {
        for (auto *action : m_window->actions()) {
            if (action->text().remove(u'&') == u"Follow the file"_s)
                return action;
        }
        qFatal("no action");
    }
    qsizetype rows() const { return m_window->sessionView()->table()->events()->rowCount(); }

    QTemporaryDir m_folder;
    QString m_path;
    SessionBuilder m_session;
    std::unique_ptr<MainWindow> m_window;
};

void FollowFileTest::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    applicationSettings().clear();
    m_path = m_folder.filePath(u"grows.watchline"_s);
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toJsonLine(SessionBuilder::header()) + '\n');
    file.close();
    m_session = SessionBuilder();
    m_session.start().connect(u"rwl_1"_s).run(10s);
    append(m_session);
    m_window = std::make_unique<MainWindow>(ConnectionPreset{});
    m_window->show();
}

void FollowFileTest::whatIsAddedIsShown()
{
    QVERIFY(open());
    const auto before = rows();
    QVERIFY(!statusText().contains(u"still being recorded"_s));
    QVERIFY(!m_window->messageBar()->isActive());
    m_session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s).run(20s);
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(rows() > before + 10, kPatience);
    QCOMPARE(rows(), int(m_window->document()->store().size()));
    QVERIFY(statusText().contains(u"still being recorded"_s));
    QVERIFY(m_window->messageBar()->text().contains(u"still being recorded"_s));
    // All of it is in sight, and the playhead has gone along.
    QCOMPARE(m_window->sessionView()->shownTime(), m_window->document()->store().lastTime());
    QVERIFY(m_window->sessionView()->timeline()->visibleRange().contains(
        m_window->document()->store().lastTime()));
}

void FollowFileTest::theCheckGoesOnWithTheFile()
{
    QVERIFY(open());
    auto *mark = m_window->verifyMark();
    QTRY_COMPARE_WITH_TIMEOUT(mark->text(), u"these decisions are the gateway's"_s, kPatience);
    m_session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s);
    append(m_session);
    QTRY_COMPARE_WITH_TIMEOUT(mark->text(), u"so far the gateway's decisions"_s, kPatience);
    m_session.stop();
    append(m_session);
    QTRY_COMPARE_WITH_TIMEOUT(mark->text(), u"these decisions are the gateway's"_s, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(mark->toolTip().contains(u"All 3 decisions"_s), kPatience);
}

void FollowFileTest::newFindingsAreAnnounced()
{
    QVERIFY(open());
    auto *findings = m_window->findings();
    QTRY_VERIFY_WITH_TIMEOUT(findings->watcher().isUpToDate(), kPatience);
    QSignalSpy announced(findings, &FindingsDock::announced);
    m_session.heartbeat(Word::Gone, 20ms, 410).end(WatchOutcome::HeartbeatGone);
    append(m_session);
    QTRY_COMPARE_WITH_TIMEOUT(announced.size(), 1, kPatience);
}

void FollowFileTest::theUserStopsIt()
{
    QVERIFY(open());
    auto *follow = followAction();
    QTRY_VERIFY_WITH_TIMEOUT(follow->isEnabled() && follow->isChecked(), kPatience);
    m_session.wait(1s).keepAlive();
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->messageBar()->isActive(), kPatience);
    m_window->messageBar()->findChild<QPushButton *>(u"messageAction"_s)->click();
    QVERIFY(!m_window->messageBar()->isActive());
    QVERIFY(!m_window->document()->isGrowing());
    QVERIFY(!follow->isChecked());
    QVERIFY(!statusText().contains(u"still being recorded"_s));
    const auto before = m_window->document()->store().size();
    m_session.wait(1s).keepAlive();
    append(m_session);
    follow->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->store().size(), before + 1, kPatience);
}

void FollowFileTest::saysThatTheRecordingHasEnded()
{
    QVERIFY(open());
    m_session.wait(1s).keepAlive();
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(statusText().contains(u"still being recorded"_s), kPatience);
    m_session.stop();
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->messageBar()->text().contains(u"come to its end"_s),
                             kPatience);
    QVERIFY(!statusText().contains(u"still being recorded"_s));
    QVERIFY(!followAction()->isChecked());
}

void FollowFileTest::saysThatTheFileWasCut()
{
    QVERIFY(open());
    const auto before = rows();
    QVERIFY(QFile::resize(m_path, 200));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->messageBar()->text().contains(u"cut shorter"_s), kPatience);
    QCOMPARE(rows(), before);
    m_window->grab(); // what is gone is said in its place
}

void FollowFileTest::aLineBeingWrittenIsNoDamage()
{
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::Append));
    m_session.wait(1s).keepAlive().wait(1s).keepAlive();
    QByteArray lines;
    for (const auto &event : m_session.takeEvents())
        lines += toJsonLine(event) + '\n';
    file.write(lines.first(10));
    file.flush();
    QVERIFY(open());
    QVERIFY(m_window->messageBar()->text().contains(u"cut off"_s));
    const auto before = rows();
    file.write(lines.sliced(10));
    file.close();
    QTRY_COMPARE_WITH_TIMEOUT(rows(), int(before + 2), kPatience);
    QVERIFY(m_window->messageBar()->text().contains(u"still being recorded"_s));
}

void FollowFileTest::aNoteIsShownOnce()
{
    QVERIFY(open());
    const auto before = m_window->document()->store().size();
    QCOMPARE(m_window->document()->addNote(u"seen"_s, 1s, {}), QString());
    QCOMPARE(m_window->document()->store().size(), before + 1);
    m_session.wait(1s).keepAlive();
    append(m_session);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->store().size(), before + 2, kPatience);
}

void FollowFileTest::aNoteIsShownOnceWhenNothingIsFollowed()
{
    QVERIFY(open());
    auto *follow = followAction();
    QTRY_VERIFY_WITH_TIMEOUT(follow->isEnabled() && follow->isChecked(), kPatience);
    follow->trigger();
    QVERIFY(!follow->isChecked());
    const auto &store = m_window->document()->store();
    const auto before = store.size();
    m_session.wait(1s).keepAlive();
    append(m_session);
    QCOMPARE(m_window->document()->addNote(u"seen"_s, 1s, {}), QString());
    QCOMPARE(store.size(), before + 2);
    QVERIFY(store.line(before + 1).contains("seen"));
    follow->trigger();
    m_session.wait(1s).keepAlive();
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(store.size() > before + 2, kPatience);
    QCOMPARE(store.size(), before + 3);
    QVERIFY(store.line(before + 1).contains("seen"));
}

void FollowFileTest::saysWhatAKilledRecorderLost()
{
    auto recorder = std::make_unique<SessionWriter>();
    QVERIFY(recorder->openForAppend(m_path));
    m_window->openSession(m_path);
    QTRY_VERIFY_WITH_TIMEOUT(statusText().contains(u"still being recorded"_s), kPatience);
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"t\": 12.5, \"ki");
    file.close();
    recorder.reset();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->messageBar()->text().contains(u"recorder was killed"_s),
                             kPatience);
    QVERIFY2(m_window->messageBar()->text().contains(u"last 15 bytes"_s),
             qPrintable(m_window->messageBar()->text()));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->verifyMark()->text(),
                              u"the gateway's decisions, as far as they can be read"_s, kPatience);
}

void FollowFileTest::figuresOfARangeAreRenewed()
{
    QVERIFY(open());
    QSignalSpy shown(m_window->rangePanel(), &RangePanel::shown);
    m_window->sessionView()->timeline()->setSelectedRange(TimeRange{5s, 1h});
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    m_session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s);
    append(m_session);
    QTRY_VERIFY_WITH_TIMEOUT(shown.size() > 1, kPatience);
}

QTEST_MAIN(FollowFileTest)
#include "tst_followfile.moc"
