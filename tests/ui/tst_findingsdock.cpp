// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/eventtableview.h"
#include "ui/findingcard.h"
#include "ui/findingsdock.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/timeline/timelineview.h"

#include <QAction>
#include <QLabel>
#include <QMenuBar>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

class FindingsDockTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void showsWhatTheDiagnosisFinds();
    void saysSoWhenThereIsNothing();
    void beginsAnewWithAnotherSession();
    void followsASessionThatGrows();
    void announcesOnlyWhatIsNewInALiveSession();
    void aLongSessionIsDiagnosedToItsEnd();
    void aChosenFindingNamesItsEventsInTurn_data();
    void aChosenFindingNamesItsEventsInTurn();
    void aFindingWithoutEventsIsNotChosen();
    void aVeryLongWordWidensNothing();
    void hostileTextIsPlain();
    void theWindowShowsTheEventsOfAFinding();
    void isReachedByKey();
    void anEndedWatchIsNoLongerWaitedFor();
};

namespace {

void add(SessionStore &store, SessionBuilder &session)
{
    for (const auto &event : session.takeEvents())
        store.append(event);
}

std::vector<FindingCode> codes(const FindingsDock &dock)
{
    std::vector<FindingCode> result;
    for (const auto *card : dock.cards())
        result.push_back(card->finding().code);
    return result;
}

using Codes = std::vector<FindingCode>;

bool hasText(const QWidget &widget, const QString &part)
{
    for (const auto *label : widget.findChildren<QLabel *>()) {
        if (!label->isHidden() && label->text().contains(part))
            return true;
    }
    return false;
}

/// A window that shows the outage, with its findings.
std::unique_ptr<MainWindow> windowWith(const SessionStore &store, const QString &path)
{
    SessionWriter writer;
    bool isOk = writer.open(path, store.header(), SessionWriter::Existing::Replace);
    for (qsizetype row = 0; row < store.size(); ++row)
        isOk = isOk && writer.append(store.line(row));
    if (!isOk || !writer.close())
        qFatal("%s", qPrintable(writer.error()));
    auto window = std::make_unique<MainWindow>(ConnectionPreset{});
    window->show();
    window->openSession(path);
    return window;
}

} // namespace

void FindingsDockTest::showsWhatTheDiagnosisFinds()
{
    const auto store = outageSession();
    FindingsDock dock;
    dock.setStore(store.get(), false);
    QTRY_VERIFY(dock.watcher().isUpToDate());
    Diagnosis diagnosis;
    for (qsizetype row = 0; row < store->size(); ++row)
        diagnosis.take(*store, row);
    const auto findings = diagnosis.findings();
    QCOMPARE(dock.watcher().findings(), findings);
    const auto cards = dock.cards();
    QCOMPARE(cards.size(), findings.size());
    int alarms = 0;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        QVERIFY(!cards[i]->isHidden());
        QVERIFY(hasText(*cards[i], findings[i].text));
        QVERIFY(hasText(*cards[i], findings[i].advice));
        alarms += findings[i].severity != FindingSeverity::Info ? 1 : 0;
    }
    QVERIFY(alarms > 0);
    QCOMPARE(dock.windowTitle(), u"Findings (%1)"_s.arg(alarms));
}

void FindingsDockTest::saysSoWhenThereIsNothing()
{
    FindingsDock dock;
    SessionStore store;
    dock.setStore(&store, false);
    QVERIFY(dock.cards().empty());
    QVERIFY(hasText(dock, u"Nothing was found"_s));
    dock.setStore(&store, true);
    QVERIFY(hasText(dock, u"Nothing to say yet"_s));
}

void FindingsDockTest::beginsAnewWithAnotherSession()
{
    const auto outage = outageSession();
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(1min).stop();
    const auto healthy = session.store();
    FindingsDock dock;
    dock.setStore(outage.get(), false);
    QTRY_VERIFY(dock.cards().size() > 1);
    dock.setStore(healthy.get(), false);
    QVERIFY(dock.cards().empty());
    QTRY_COMPARE(codes(dock), Codes{FindingCode::Healthy});
    QCOMPARE(dock.windowTitle(), u"Findings"_s);
}

void FindingsDockTest::followsASessionThatGrows()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(1min);
    add(store, session);
    FindingsDock dock;
    dock.setStore(&store, true);
    QTRY_COMPARE(codes(dock), Codes{FindingCode::Healthy});
    session.heartbeat(Word::Gone, 20ms, 410).end(WatchOutcome::HeartbeatGone);
    add(store, session);
    dock.refresh();
    QTRY_COMPARE(codes(dock), Codes{FindingCode::LeaseLost});
    QCOMPARE(dock.watcher().rows(), store.size());
}

void FindingsDockTest::announcesOnlyWhatIsNewInALiveSession()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(1min);
    add(store, session);
    FindingsDock dock;
    QSignalSpy announced(&dock, &FindingsDock::announced);
    dock.setStore(&store, true);
    QTRY_COMPARE(codes(dock), Codes{FindingCode::Healthy});
    QCOMPARE(announced.size(), 0);
    for (int i = 0; i < 2; ++i) {
        session.heartbeat(Word::Gone, 20ms, 410).end(WatchOutcome::HeartbeatGone);
        session.connect(u"rwl_b"_s).run(1min);
        add(store, session);
        dock.refresh();
        QTRY_VERIFY(dock.watcher().isUpToDate());
        QCOMPARE(announced.size(), 1);
    }
    QCOMPARE(announced.first().first().toString(), u"New finding: Lease lost"_s);

    // All that a file has is there at once: nothing of it is news.
    const auto outage = outageSession();
    dock.setStore(outage.get(), false);
    QTRY_VERIFY(dock.watcher().isUpToDate());
    QCOMPARE(announced.size(), 1);
}

void FindingsDockTest::aLongSessionIsDiagnosedToItsEnd()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start();
    for (int lease = 0; store.size() < 60'000; ++lease) {
        session.connect(u"rwl_%1"_s.arg(lease)).run(1h).end(WatchOutcome::StreamEnded);
        add(store, session);
    }
    FindingsDock dock;
    dock.setStore(&store, false);
    QTRY_VERIFY_WITH_TIMEOUT(dock.watcher().isUpToDate(), 60'000);
    QCOMPARE(codes(dock), Codes{FindingCode::PeriodicCut});
}

void FindingsDockTest::aChosenFindingNamesItsEventsInTurn_data()
{
    QTest::addColumn<bool>("byKey");
    QTest::newRow("by click") << false;
    QTest::newRow("by key") << true;
}

void FindingsDockTest::aChosenFindingNamesItsEventsInTurn()
{
    QFETCH(bool, byKey);
    SessionBuilder session;
    session.start().failConnect(ConnectError::Api, 503).failConnect(ConnectError::Api, 503);
    const auto store = session.store();
    FindingsDock dock;
    dock.setStore(store.get(), false);
    QTRY_COMPARE(codes(dock), Codes{FindingCode::ServerErrors});
    auto *card = dock.cards().front();
    const auto seqs = card->finding().seqs;
    QCOMPARE(seqs.size(), std::size_t{2});
    std::vector<qsizetype> rows;
    TimeRange range;
    connect(&dock, &FindingsDock::chosen, &dock,
            [&](const std::vector<qsizetype> &chosen, TimeRange of) {
                rows = chosen;
                range = of;
            });
    const auto choose = [&] {
        byKey ? QTest::keyClick(card, Qt::Key_Return) : QTest::mouseClick(card, Qt::LeftButton);
    };
    choose();
    QCOMPARE(rows, (std::vector<qsizetype>{seqs[0] - 1, seqs[1] - 1}));
    QCOMPARE(range, (TimeRange{card->finding().from, card->finding().to}));
    choose();
    QCOMPARE(rows, (std::vector<qsizetype>{seqs[1] - 1, seqs[0] - 1}));
    choose();
    QCOMPARE(rows.front(), seqs[0] - 1);
}

void FindingsDockTest::aFindingWithoutEventsIsNotChosen()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(1min);
    const auto store = session.store();
    FindingsDock dock;
    dock.setStore(store.get(), false);
    QTRY_COMPARE(codes(dock), Codes{FindingCode::Healthy});
    QSignalSpy chosen(&dock, &FindingsDock::chosen);
    QTest::mouseClick(dock.cards().front(), Qt::LeftButton);
    QCOMPARE(chosen.size(), 0);
}

void FindingsDockTest::aVeryLongWordWidensNothing()
{
    Finding finding;
    finding.text = QString(500, u'x');
    finding.advice = QString(500, u'y');
    FindingCard card;
    card.setFinding(finding);
    QVERIFY2(card.minimumSizeHint().width() < 400,
             qPrintable(QString::number(card.minimumSizeHint().width())));
}

void FindingsDockTest::hostileTextIsPlain()
{
    SessionBuilder session(u"<b>robot</b>"_s);
    session.start().failConnect(ConnectError::Unauthorized, 401);
    SessionBuilder other(u"robot-2"_s);
    other.start();
    const auto store = SessionBuilder::merged({session, other});
    FindingsDock dock;
    dock.setStore(store.get(), false);
    QTRY_COMPARE(codes(dock), Codes{FindingCode::TokenRejected});
    QVERIFY(hasText(dock, u"<b>robot</b>"_s));
    for (const auto *label : dock.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void FindingsDockTest::theWindowShowsTheEventsOfAFinding()
{
    QTemporaryDir folder;
    const auto store = outageSession();
    const auto window = windowWith(*store, folder.filePath(u"outage.watchline"_s));
    auto *dock = window->findings();
    QTRY_VERIFY(!dock->cards().empty() && dock->watcher().rows() == store->size());
    auto *view = window->sessionView();
    for (auto *card : dock->cards()) {
        const auto finding = card->finding();
        if (finding.seqs.empty())
            continue;
        QTest::keyClick(card, Qt::Key_Space);
        QCOMPARE(view->selectedRow(), finding.seqs.front() - 1);
        QCOMPARE(view->timeline()->selectedRow(), finding.seqs.front() - 1);
        QCOMPARE(view->timeline()->moreSelected().size(), finding.seqs.size() - 1);
        QCOMPARE(view->table()->selectedCount(), static_cast<qsizetype>(finding.seqs.size()));
        const auto visible = view->timeline()->visibleRange();
        QVERIFY(visible.begin <= finding.from && finding.to <= visible.end);
        QCOMPARE(view->timeline()->selectedRange().has_value(), finding.from != finding.to);
    }
    QVERIFY(window->close());
}

void FindingsDockTest::isReachedByKey()
{
    QTemporaryDir folder;
    const auto window = windowWith(*outageSession(), folder.filePath(u"outage.watchline"_s));
    auto *dock = window->findings();
    QTRY_VERIFY(!dock->cards().empty());
    QAction *reveal = nullptr;
    for (auto *action : window->actions()) {
        if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F))
            reveal = action;
    }
    QVERIFY(reveal && reveal->isEnabled());
    reveal->trigger();
    QVERIFY(dock->isVisible());
    QCOMPARE(dock->focusWidget(), dock->cards().front());
    QTest::keyClick(dock->cards().front(), Qt::Key_Down);
    QCOMPARE(dock->focusWidget(), dock->cards().at(1));
    QTest::keyClick(dock->cards().at(1), Qt::Key_Up);
    QCOMPARE(dock->focusWidget(), dock->cards().front());
    QVERIFY(window->close());
}

void FindingsDockTest::anEndedWatchIsNoLongerWaitedFor()
{
    SessionStore store;
    FindingsDock dock;
    QSignalSpy announced(&dock, &FindingsDock::announced);
    dock.setStore(&store, true);
    QVERIFY(hasText(dock, u"Nothing to say yet"_s));
    dock.setLive(false);
    QVERIFY(hasText(dock, u"Nothing was found"_s));
    // What the last rows show is there to be read, not news.
    SessionBuilder session;
    session.start().failConnect(ConnectError::Api, 503);
    add(store, session);
    dock.refresh();
    QTRY_COMPARE(codes(dock), Codes{FindingCode::ServerErrors});
    QCOMPARE(announced.size(), 0);
}

QTEST_MAIN(FindingsDockTest)
#include "tst_findingsdock.moc"
