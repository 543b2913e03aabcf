// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/comparepanel.h"
#include "ui/compareview.h"
#include "ui/eventtext.h"
#include "ui/findingcard.h"
#include "ui/findingsdock.h"
#include "ui/mainwindow.h"
#include "ui/recordeddocument.h"
#include "ui/sessionview.h"
#include "ui/timeline/timelineview.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

class CompareViewTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void panAndZoomMoveBoth();
    void bothShowTheWholeOfBoth();
    void timeHasTheSamePlaceInBoth();
    void alignsAsTheCoreDoes_data();
    void alignsAsTheCoreDoes();
    void leasesAreOfferedOnlyWhenShared();
    void aTypedOffsetMovesB();
    void whatIsNoOffsetIsRefused_data();
    void whatIsNoOffsetIsRefused();
    void anEventMarksItsTimeInTheOther();
    void aRangeIsSelectedInBoth();
    void showsTheFirstDecisionThatDiffers();
    void goesFromSourceToSource();
    void saysSoWhenNoDecisionDiffers();
    void hasTheCoresFigures();
    void showsWhoseTheFindingsAre();
    void aFindingShowsItsEvent();
    void saysWhatMakesThemHardToCompare();
    void saysSoWhileAFileIsBeingRead();
    void whatIsStillBeingRecordedIsComparedAgain();
    void anotherAlignmentDoesNotEndReading();
    void theAlignmentsAreListedAnewOnlyWhenTheyChange();
    void aDifferenceOfNothingMovesNothing();
    void whyAnAlignmentIsImpossibleIsPlainText();
    void aDamagedFileIsComparedAsFarAsItGoes();
    void anUnreadableFileIsNotCompared_data();
    void anUnreadableFileIsNotCompared();
    void anEmptySessionIsCompared();
    void hostileTextIsPlain();
    void closingGoesBackToTheSession();
    void openingAnotherSessionEndsIt();
    void aFileDroppedWithShiftIsCompared();
    void bothKeepOneIndex();
    void fitsASmallWindow();

private:
    QString write(const SessionStore &store, const QString &name);
    std::unique_ptr<MainWindow> windowWith(const SessionStore &a, const SessionStore &b);

    QTemporaryDir m_folder;
};

namespace {

SessionBuilder other()
{
    SessionBuilder session;
    session.start()
        .connect(u"rwl_51c0"_s)
        .run(43s)
        .end(WatchOutcome::StreamError)
        .failConnect(ConnectError::Api, 503)
        .connect(u"rwl_52e2"_s)
        .run(60s);
    return session;
}

ComparedSession readStore(const SessionStore &store, const QString &name)
{
    return readForComparison(store, name, [](qint64, qint64) { return true; });
}

/// Two sources whose second decision is another one in `different`.
std::unique_ptr<SessionStore> twoSources(bool different)
{
    std::vector<SessionBuilder> builders;
    for (const auto &name : {u"one"_s, u"two"_s}) {
        SessionBuilder session(name, name == u"two"_s ? 500ms : 0ms);
        session.start().failConnect(ConnectError::Api, 503);
        if (different)
            session.failConnect(ConnectError::Conflict, 409);
        else
            session.failConnect(ConnectError::Api, 503);
        session.connect(u"rwl_"_s + name).run(20s);
        builders.push_back(session);
    }
    return SessionBuilder::merged(builders);
}

QTreeWidget *tree(const CompareView &view, const QString &name)
{
    for (auto *candidate : view.panel()->findChildren<QTreeWidget *>()) {
        if (candidate->accessibleName() == name)
            return candidate;
    }
    return nullptr;
}

QTreeWidget *decisions(const CompareView &view)
{
    return tree(view, u"The first decision that differs"_s);
}

QStringList columns(const QTreeWidgetItem &item)
{
    QStringList texts;
    for (int column = 0; column < item.columnCount(); ++column)
        texts.append(item.text(column));
    return texts;
}

bool hasText(const QWidget &widget, const QString &part)
{
    for (const auto *label : widget.findChildren<QLabel *>()) {
        if (!label->isHidden() && QString(label->text()).remove(QChar(0x200b)).contains(part))
            return true;
    }
    return false;
}

TimeRange shifted(TimeRange range, Nanoseconds by)
{
    return {range.begin + by, range.end + by};
}

bool isShown(const TimelineView &timeline, qsizetype row)
{
    return timeline.visibleRange().contains(timeline.store()->time(row));
}

} // namespace

QString CompareViewTest::write(const SessionStore &store, const QString &name)
{
    const auto path = m_folder.filePath(name);
    SessionWriter writer;
    bool isOk = writer.open(path, store.header(), SessionWriter::Existing::Replace);
    for (qsizetype row = 0; row < store.size(); ++row)
        isOk = isOk && writer.append(store.line(row));
    if (!isOk || !writer.close())
        qFatal("%s", qPrintable(writer.error()));
    return path;
}

std::unique_ptr<MainWindow> CompareViewTest::windowWith(const SessionStore &a,
                                                        const SessionStore &b)
{
    auto window = std::make_unique<MainWindow>(ConnectionPreset{});
    window->resize(1200, 900);
    window->show();
    window->compareSessions(write(a, u"a.watchline"_s), write(b, u"b.watchline"_s));
    const auto isDone = [&] {
        return window->isComparing() && window->compareView()->run().hasResult();
    };
    if (!QTest::qWaitFor(isDone, 20'000))
        qFatal("the sessions were not compared");
    return window;
}

void CompareViewTest::panAndZoomMoveBoth()
{
    const auto window = windowWith(*outageSession(), *other().store());
    auto *view = window->compareView();
    auto *a = view->timelineA();
    auto *b = view->timelineB();
    view->setOffset(u"7s"_s);
    a->setVisibleRange({20s, 50s});
    QCOMPARE(b->visibleRange(), (TimeRange{13s, 43s}));
    QTest::keyClick(b, Qt::Key_W);
    QVERIFY(b->visibleRange().duration() < 30s);
    QCOMPARE(a->visibleRange(), shifted(b->visibleRange(), 7s));
    QTest::keyClick(b, Qt::Key_D);
    QCOMPARE(a->visibleRange(), shifted(b->visibleRange(), 7s));
    QTest::keyClick(a, Qt::Key_A);
    QCOMPARE(a->visibleRange(), shifted(b->visibleRange(), 7s));
    QTest::keyClick(a, Qt::Key_Home);
    QCOMPARE(a->visibleRange(), shifted(b->visibleRange(), 7s));
}

void CompareViewTest::bothShowTheWholeOfBoth()
{
    const auto outage = outageSession();
    const auto window = windowWith(*outage, *other().store());
    auto *view = window->compareView();
    const auto isAllShown = [&] {
        const auto *a = view->timelineA();
        const auto *b = view->timelineB();
        return isShown(*a, 0) && isShown(*a, a->store()->size() - 1) && isShown(*b, 0) &&
               isShown(*b, b->store()->size() - 1);
    };
    QVERIFY(isAllShown());
    // What is aligned otherwise is fitted again, until somebody moves.
    view->setOffset(u"20m"_s);
    QVERIFY(isAllShown());
    view->timelineA()->setVisibleRange({20s, 50s});
    view->setOffset(u"0"_s);
    QCOMPARE(view->timelineA()->visibleRange(), (TimeRange{20s, 50s}));
    view->fit();
    QVERIFY(isAllShown());
}

void CompareViewTest::timeHasTheSamePlaceInBoth()
{
    const auto window = windowWith(*outageSession(), *twoSources(true));
    auto *view = window->compareView();
    for (const auto &size : {QSize(1400, 1300), QSize(900, 600)}) {
        window->resize(size);
        QTRY_COMPARE(window->size(), size);
        const auto a = view->timelineA()->canvasRect();
        const auto b = view->timelineB()->canvasRect();
        QCOMPARE(a.left(), b.left());
        QCOMPARE(a.width(), b.width());
    }
}

void CompareViewTest::alignsAsTheCoreDoes_data()
{
    QTest::addColumn<int>("alignment");
    QTest::newRow("start") << static_cast<int>(Alignment::Start);
    QTest::newRow("wall") << static_cast<int>(Alignment::Wall);
    QTest::newRow("first outcome") << static_cast<int>(Alignment::FirstOutcome);
    QTest::newRow("leases") << static_cast<int>(Alignment::Leases);
}

void CompareViewTest::alignsAsTheCoreDoes()
{
    QFETCH(int, alignment);
    const auto by = static_cast<Alignment>(alignment);
    const auto a = outageSession();
    auto header = SessionBuilder::header();
    header.started = header.started.addMSecs(31'500);
    SessionStore b(header);
    const auto later = other();
    for (auto event : later.events()) {
        event.t += 3s;
        b.append(event);
    }
    const auto window = windowWith(*a, b);
    auto *view = window->compareView();
    view->setAlignment(by);
    QTRY_VERIFY(!view->run().isRunning());

    const auto readA = readStore(*a, u"a.watchline"_s);
    const auto readB = readStore(b, u"b.watchline"_s);
    TimeAligner aligner(readA.moments, readB.moments);
    QVERIFY(aligner.can(by));
    aligner.setAlignment(by);
    view->timelineA()->setVisibleRange({40s, 90s});
    QCOMPARE(shifted(view->timelineB()->visibleRange(), aligner.shift()),
             view->timelineA()->visibleRange());
    const auto expected = compare(readA, readB, by);
    QCOMPARE(view->run().result().originA, expected.originA);
    QCOMPARE(view->run().result().originB, expected.originB);
    QCOMPARE(view->run().result().sources.size(), expected.sources.size());
    QCOMPARE(view->run().result().sources.front().alike, expected.sources.front().alike);
    // The ruler is one for both.
    QCOMPARE(view->timelineA()->isWallClock(), by == Alignment::Wall);
    QCOMPARE(view->timelineB()->isWallClock(), by == Alignment::Wall);
    QCOMPARE(view->timelineB()->timeOrigin() + aligner.shift(), view->timelineA()->timeOrigin());
}

void CompareViewTest::leasesAreOfferedOnlyWhenShared()
{
    const auto offered = [](const MainWindow &window) {
        return window.compareView()->findChild<QComboBox *>()->findData(
                   static_cast<int>(Alignment::Leases)) >= 0;
    };
    QVERIFY(offered(*windowWith(*outageSession(), *other().store())));
    SessionBuilder stranger;
    stranger.start().connect(u"rwl_never"_s).run(10s);
    QVERIFY(!offered(*windowWith(*outageSession(), *stranger.store())));
}

void CompareViewTest::aTypedOffsetMovesB()
{
    const auto window = windowWith(*outageSession(), *outageSession());
    auto *view = window->compareView();
    auto *edit = view->findChild<QLineEdit *>(u"offset"_s);
    QVERIFY(edit);
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, u"-1.5"_s);
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(edit->text(), u"-1.5s"_s);
    const auto range = view->timelineA()->visibleRange();
    QCOMPARE(view->timelineB()->visibleRange(), shifted(range, 1'500ms));
    QTRY_COMPARE(view->run().result().sources.front().largestShift, Nanoseconds(1'500ms));
}

void CompareViewTest::whatIsNoOffsetIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("a word") << u"soon"_s;
    QTest::newRow("markup") << u"<b>1</b>"_s;
    QTest::newRow("too long") << u"99999h"_s;
}

void CompareViewTest::whatIsNoOffsetIsRefused()
{
    QFETCH(QString, text);
    const auto window = windowWith(*outageSession(), *outageSession());
    auto *view = window->compareView();
    QVERIFY(view->setOffset(u"2s"_s));
    QVERIFY(!view->setOffset(text));
    QVERIFY(window->messageBar()->isActive());
    QVERIFY(window->messageBar()->text().contains(text));
    QCOMPARE(view->findChild<QLineEdit *>(u"offset"_s)->text(), u"+2s"_s);
    QCOMPARE(view->timelineB()->visibleRange(), shifted(view->timelineA()->visibleRange(), -2s));
}

void CompareViewTest::anEventMarksItsTimeInTheOther()
{
    const auto window = windowWith(*outageSession(), *other().store());
    auto *view = window->compareView();
    view->setOffset(u"3s"_s);
    auto *a = view->timelineA();
    auto *b = view->timelineB();
    emit a->rowActivated(40);
    const auto t = a->store()->time(40);
    QCOMPARE(a->playhead(), std::optional(t));
    QCOMPARE(b->playhead(), std::optional<Nanoseconds>(t - 3s));
    b->selectRow(12, false);
    emit b->rowActivated(12);
    QCOMPARE(a->playhead(), std::optional<Nanoseconds>(b->store()->time(12) + 3s));
    QCOMPARE(a->selectedRow(), -1);
    // The cursor stays where it is in A when B is moved.
    view->setOffset(u"5s"_s);
    QCOMPARE(*a->playhead() - *b->playhead(), Nanoseconds(5s));
    emit b->playheadMoved(20s);
    QCOMPARE(a->playhead(), std::optional<Nanoseconds>(25s));
}

void CompareViewTest::aRangeIsSelectedInBoth()
{
    const auto window = windowWith(*outageSession(), *other().store());
    auto *view = window->compareView();
    view->setOffset(u"3s"_s);
    view->timelineB()->setSelectedRange(TimeRange{10s, 20s});
    QCOMPARE(view->timelineA()->selectedRange(), std::optional(TimeRange{13s, 23s}));
    view->timelineA()->setSelectedRange(std::nullopt);
    QCOMPARE(view->timelineB()->selectedRange(), std::optional<TimeRange>());
}

void CompareViewTest::showsTheFirstDecisionThatDiffers()
{
    const auto a = outageSession();
    const auto b = other().store();
    const auto window = windowWith(*a, *b);
    auto *view = window->compareView();
    const auto expected =
        compare(readStore(*a, u"a"_s), readStore(*b, u"b"_s), Alignment::Start).sources.front();
    QVERIFY(expected.firstA && expected.firstB);
    auto *list = decisions(*view);
    QCOMPARE(list->topLevelItemCount(), 1);
    auto *item = list->topLevelItem(0);
    QVERIFY(item->text(0).contains(u"%1 decisions alike"_s.arg(expected.alike)));
    QStringList rules;
    for (int i = 0; i < item->childCount(); ++i) {
        if (item->child(i)->text(0) == u"Rule"_s)
            rules = columns(*item->child(i));
    }
    QCOMPARE(rules, (QStringList{u"Rule"_s, fromView(name(*expected.firstA->rule)),
                                 fromView(name(*expected.firstB->rule))}));

    view->timelineA()->setVisibleRange({0s, 1s});
    list->setCurrentItem(item->child(1));
    QCOMPARE(view->timelineA()->selectedRow(), expected.firstA->seq - 1);
    QCOMPARE(view->timelineB()->selectedRow(), expected.firstB->seq - 1);
    QVERIFY(isShown(*view->timelineA(), expected.firstA->seq - 1));
    QVERIFY(isShown(*view->timelineB(), expected.firstB->seq - 1));
    QCOMPARE(view->timelineA()->visibleRange(), view->timelineB()->visibleRange());
    QCOMPARE(view->timelineA()->playhead(), std::optional(expected.firstA->t));
}

void CompareViewTest::goesFromSourceToSource()
{
    const auto a = twoSources(false);
    const auto b = twoSources(true);
    const auto window = windowWith(*a, *b);
    auto *view = window->compareView();
    QCOMPARE(decisions(*view)->topLevelItemCount(), 2);
    const auto shownSource = [&] {
        const auto row = view->timelineA()->selectedRow();
        return row < 0 ? QString() : view->timelineA()->store()->event(row).source;
    };
    auto *next = view->findChild<QPushButton *>(u"nextDifference"_s);
    next->click();
    QCOMPARE(shownSource(), u"one"_s);
    next->click();
    QCOMPARE(shownSource(), u"two"_s);
    next->click();
    QCOMPARE(shownSource(), u"one"_s);
}

void CompareViewTest::saysSoWhenNoDecisionDiffers()
{
    const auto window = windowWith(*outageSession(), *outageSession());
    window->compareView()->nextDifference();
    QVERIFY(window->messageBar()->isActive());
    QCOMPARE(window->messageBar()->text(), u"No decision differs."_s);
}

void CompareViewTest::hasTheCoresFigures()
{
    const auto a = outageSession();
    const auto b = other().store();
    const auto window = windowWith(*a, *b);
    const auto expected =
        compare(readStore(*a, u"a"_s), readStore(*b, u"b"_s), Alignment::Start).figures;
    const auto &figures = window->compareView()->run().result().figures;
    QCOMPARE(figures.size(), expected.size());
    auto *list = tree(*window->compareView(), u"Figures"_s);
    QCOMPARE(list->topLevelItemCount(), static_cast<int>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(figures[i].name, expected[i].name);
        QCOMPARE(figures[i].a, expected[i].a);
        QCOMPARE(figures[i].b, expected[i].b);
    }
    const auto row = [list](const QString &title) {
        const auto found = list->findItems(title, Qt::MatchExactly);
        return found.isEmpty() ? QStringList() : columns(*found.first()).first(4);
    };
    QCOMPARE(row(u"Attempts"_s), (QStringList{u"Attempts"_s, u"9"_s, u"3"_s, u"\u22126"_s}));
    QCOMPARE(row(u"Device info"_s),
             (QStringList{u"Device info"_s, u"40 ms"_s, u"40 ms"_s, QString()}));
    QVERIFY(!row(u"Attempts by outcome: api"_s).isEmpty());
}

void CompareViewTest::showsWhoseTheFindingsAre()
{
    const auto a = outageSession();
    const auto b = other().store();
    const auto window = windowWith(*a, *b);
    const auto *panel = window->compareView()->panel();
    const auto expected =
        compare(readStore(*a, u"a"_s), readStore(*b, u"b"_s), Alignment::Start).findings;
    std::size_t cards = 0;
    for (const auto &finding : expected) {
        for (const auto &each : {finding.a, finding.b}) {
            if (!each)
                continue;
            ++cards;
            QVERIFY2(hasText(*panel, each->text), qPrintable(each->text));
        }
    }
    QCOMPARE(static_cast<std::size_t>(panel->findChildren<FindingCard *>().size()), cards);
    QVERIFY(hasText(*panel, u"Only in A"_s));
}

void CompareViewTest::aFindingShowsItsEvent()
{
    const auto window = windowWith(*outageSession(), *other().store());
    auto *view = window->compareView();
    view->timelineA()->setVisibleRange({0s, 1s});
    for (auto *card : view->panel()->findChildren<FindingCard *>()) {
        if (card->finding().code != FindingCode::LeaseContention)
            continue;
        emit card->chosen();
        const auto row = card->finding().seqs.front() - 1;
        QCOMPARE(view->timelineA()->selectedRow(), row);
        QVERIFY(isShown(*view->timelineA(), row));
        QCOMPARE(view->timelineB()->playhead(),
                 std::optional(view->timelineA()->store()->time(row)));
        return;
    }
    QFAIL("the lease was fought for");
}

void CompareViewTest::saysWhatMakesThemHardToCompare()
{
    SessionBuilder one(u"one"_s);
    one.start().failConnect(ConnectError::Api, 503);
    const auto window = windowWith(*one.store(), *twoSources(false));
    QVERIFY(!window->compareView()->run().result().remarks.isEmpty());
    for (auto remark : window->compareView()->run().result().remarks)
        QVERIFY2(hasText(*window->compareView()->panel(), remark.mid(1)), qPrintable(remark));
}

void CompareViewTest::saysSoWhileAFileIsBeingRead()
{
    const auto window = windowWith(*outageSession(), *other().store());
    window->compareWith(write(*other().store(), u"c.watchline"_s));
    QVERIFY(hasText(*window->compareView()->panel(), u"Still reading c.watchline."_s));
    QVERIFY(!window->compareView()->run().hasResult());
    QTRY_VERIFY(window->compareView()->run().hasResult());
    QVERIFY(!hasText(*window->compareView()->panel(), u"Still reading"_s));
}

void CompareViewTest::whatIsStillBeingRecordedIsComparedAgain()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s);
    const auto window = windowWith(*session.store(), *session.store());
    auto *view = window->compareView();
    QVERIFY(!view->run().result().decisionsDiffer());
    session.takeEvents();
    session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s).run(20s);
    QFile file(view->documentB()->path());
    QVERIFY(file.open(QIODevice::Append));
    for (const auto &event : session.takeEvents())
        file.write(toJsonLine(event) + '\n');
    file.close();
    QTRY_VERIFY_WITH_TIMEOUT(view->documentB()->isBeingRecorded(), 30'000);
    // What was found stands until it is compared anew.
    QVERIFY(view->run().hasResult());
    QTRY_VERIFY_WITH_TIMEOUT(view->run().result().decisionsDiffer(), 30'000);
    QCOMPARE(view->run().eventsRead(),
             view->timelineA()->store()->size() + view->timelineB()->store()->size());
    QTRY_VERIFY(isShown(*view->timelineB(), view->timelineB()->store()->size() - 1));
    // And compared with another, it begins as far as it goes.
    window->compareSessions(view->documentB()->path(), view->documentB()->path());
    QTRY_COMPARE(window->document()->name(), u"b.watchline"_s);
    QTRY_VERIFY(view->isActive() && view->run().hasResult());
    QVERIFY(!view->run().result().decisionsDiffer());
}

void CompareViewTest::anotherAlignmentDoesNotEndReading()
{
    const auto a = outageSession();
    SessionStore b(SessionBuilder::header());
    auto session = other();
    session.appendTo(b);
    ComparisonRun run;
    run.start(a.get(), u"a"_s, &b, u"b"_s);
    QTRY_VERIFY_WITH_TIMEOUT(run.hasResult() && !run.isRunning(), 30'000);
    session.takeEvents();
    session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s).run(20s);
    session.appendTo(b);
    run.start(a.get(), u"a"_s, &b, u"b"_s);
    run.compare(Alignment::FirstOutcome, 2s);
    QTRY_COMPARE_WITH_TIMEOUT(run.eventsRead(), a->size() + b.size(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!run.isRunning(), 30'000);
    const auto expected =
        compare(readStore(*a, u"a"_s), readStore(b, u"b"_s), Alignment::FirstOutcome, 2s);
    QCOMPARE(run.result().originB, expected.originB);
    QCOMPARE(run.result().sources.front().alike, expected.sources.front().alike);
}

void CompareViewTest::theAlignmentsAreListedAnewOnlyWhenTheyChange()
{
    auto session = other();
    const auto window = windowWith(*outageSession(), *session.store());
    auto *view = window->compareView();
    QSignalSpy removed(view->findChild<QComboBox *>()->model(), &QAbstractItemModel::rowsRemoved);
    QSignalSpy readAnew(&view->run(), &ComparisonRun::read);
    session.takeEvents();
    session.wait(1s).keepAlive();
    QFile file(view->documentB()->path());
    QVERIFY(file.open(QIODevice::Append));
    for (const auto &event : session.takeEvents())
        file.write(toJsonLine(event) + '\n');
    file.close();
    QTRY_VERIFY_WITH_TIMEOUT(!readAnew.isEmpty(), 30'000);
    QCOMPARE(removed.size(), 0);
}

void CompareViewTest::aDifferenceOfNothingMovesNothing()
{
    const auto window = windowWith(*outageSession(), *other().store());
    auto *view = window->compareView();
    emit view->timelineA()->rowActivated(40);
    const auto playhead = view->timelineA()->playhead();
    const auto range = view->timelineA()->visibleRange();
    emit view->panel()->differenceChosen(ComparedSource());
    QCOMPARE(view->timelineA()->playhead(), playhead);
    QCOMPARE(view->timelineA()->visibleRange(), range);
}

void CompareViewTest::whyAnAlignmentIsImpossibleIsPlainText()
{
    SessionBuilder session;
    session.start();
    const auto window = windowWith(*outageSession(), *session.store());
    const auto *list = window->compareView()->findChild<QComboBox *>();
    const auto index = list->findData(static_cast<int>(Alignment::FirstOutcome));
    const auto tip = list->itemData(index, Qt::ToolTipRole).toString();
    QVERIFY2(tip.startsWith(u"<qt>"_s) && tip.contains(u"b.watchline"_s), qPrintable(tip));
}

void CompareViewTest::aDamagedFileIsComparedAsFarAsItGoes()
{
    const auto whole = write(*outageSession(), u"whole.watchline"_s);
    QFile file(whole);
    QVERIFY(file.open(QIODevice::ReadOnly));
    auto bytes = file.readAll();
    const auto line = bytes.indexOf('\n', bytes.size() / 2) + 1;
    bytes.insert(line, "\x01 no event\n");
    bytes.chop(20);
    const auto path = m_folder.filePath(u"damaged.watchline"_s);
    QFile damaged(path);
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(bytes);
    damaged.close();

    MainWindow window{ConnectionPreset{}};
    window.show();
    window.compareSessions(whole, path);
    QTRY_VERIFY(window.isComparing() && window.compareView()->run().hasResult());
    QVERIFY(window.messageBar()->isActive());
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Warning);
    QVERIFY2(window.messageBar()->text().contains(u"damaged.watchline"_s),
             qPrintable(window.messageBar()->text()));
    QVERIFY(window.compareView()->run().result().sources.front().alike > 0);
}

void CompareViewTest::anUnreadableFileIsNotCompared_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("none") << u"gone.watchline"_s << QByteArray();
    QTest::newRow("no session") << u"milk.txt"_s << QByteArray("Buy milk\n");
}

void CompareViewTest::anUnreadableFileIsNotCompared()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const auto path = m_folder.filePath(name);
    if (!bytes.isEmpty()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.compareSessions(write(*outageSession(), u"a.watchline"_s), path);
    QTRY_VERIFY(window.messageBar()->isActive());
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
    QVERIFY(window.messageBar()->text().contains(name));
    QVERIFY(!window.isComparing());
    QVERIFY(!window.isShowingStartPage());
    QCOMPARE(window.document()->name(), u"a.watchline"_s);
}

void CompareViewTest::anEmptySessionIsCompared()
{
    const SessionStore empty(SessionBuilder::header());
    const auto window = windowWith(*outageSession(), empty);
    QVERIFY(hasText(*window->compareView()->panel(), u"here is no decision in b.watchline."_s));
    QVERIFY(isShown(*window->compareView()->timelineA(), 0));
    window->compareView()->nextDifference();
    QVERIFY(window->messageBar()->text().contains(u"no decisions that could be compared"_s));
}

void CompareViewTest::hostileTextIsPlain()
{
    const auto hostile = u"<b>x</b>\u202e\n<img src=y>"_s;
    SessionBuilder a(hostile);
    a.start().failConnect(ConnectError::Api, 503).connect(hostile).run(10s);
    SessionBuilder b(hostile);
    b.start().failConnect(ConnectError::Conflict, 409).connect(hostile).run(10s);
    const auto window = windowWith(*a.store(), *b.store());
    auto *view = window->compareView();
    view->nextDifference();
    for (const auto *label : view->findChildren<QLabel *>()) {
        if (label->buddy() == nullptr)
            QCOMPARE(label->textFormat(), Qt::PlainText);
        QVERIFY(!label->text().contains(QChar(0x202e)));
    }
    for (const auto *list : view->findChildren<QTreeWidget *>()) {
        for (int i = 0; i < list->topLevelItemCount(); ++i) {
            const auto text = list->topLevelItem(i)->text(0);
            QVERIFY(!text.contains(u'\n') && !text.contains(QChar(0x202e)));
            QVERIFY(list->topLevelItem(i)->toolTip(0).isEmpty());
        }
    }
    QVERIFY(decisions(*view)->topLevelItem(0)->text(0).startsWith(u"<b>x</b>\\u202e\\n"_s));
}

void CompareViewTest::closingGoesBackToTheSession()
{
    const auto window = windowWith(*outageSession(), *other().store());
    for (const auto *dock : window->findChildren<QDockWidget *>())
        QVERIFY2(dock->isHidden(), qPrintable(dock->objectName()));
    window->compareView()->findChild<QPushButton *>(u"closeComparison"_s)->click();
    QVERIFY(!window->isComparing());
    QVERIFY(!window->isShowingStartPage());
    QVERIFY(!window->findings()->isHidden());
    QVERIFY(!window->compareView()->isActive());
    QCOMPARE(window->windowTitle(), u"a.watchline – Watchline"_s);
    window->sessionView()->select(5);
    QCOMPARE(window->sessionView()->selectedRow(), 5);
    // And again.
    window->compareWith(m_folder.filePath(u"b.watchline"_s));
    QTRY_VERIFY(window->isComparing() && window->compareView()->run().hasResult());
    for (auto *action : window->actions()) {
        if (action->shortcut() == QKeySequence(QKeySequence::Close))
            action->trigger();
    }
    QVERIFY(!window->isComparing());
    QVERIFY(window->document());
}

void CompareViewTest::openingAnotherSessionEndsIt()
{
    const auto window = windowWith(*outageSession(), *other().store());
    window->openSession(write(*other().store(), u"c.watchline"_s));
    QTRY_COMPARE(window->document()->name(), u"c.watchline"_s);
    QVERIFY(!window->isComparing());
    QVERIFY(!window->compareView()->isActive());
}

void CompareViewTest::aFileDroppedWithShiftIsCompared()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.openSession(write(*outageSession(), u"a.watchline"_s));
    QTRY_VERIFY(window.document());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(write(*other().store(), u"b.watchline"_s))});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::ShiftModifier);
    QApplication::sendEvent(&window, &enter);
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::ShiftModifier);
    QApplication::sendEvent(&window, &drop);
    QVERIFY(window.isComparing());
    QTRY_VERIFY(window.compareView()->run().hasResult());
    QCOMPARE(window.document()->name(), u"a.watchline"_s);
    QCOMPARE(window.compareView()->documentB()->name(), u"b.watchline"_s);
}

void CompareViewTest::bothKeepOneIndex()
{
    SessionStore store(SessionBuilder::header());
    const auto outage = outageSession();
    for (qsizetype row = 0; row < outage->size(); ++row)
        store.append(outage->event(row));
    TimelineView one;
    one.setStore(&store);
    QCOMPARE(one.indexedRows(), store.size());
    TimelineView two;
    two.setStore(&store, &one);
    QCOMPARE(two.indexedRows(), store.size());
    // What one has taken in is news to the other.
    QSignalSpy taken(&two, &TimelineView::rowsTaken);
    SessionBuilder more;
    more.start();
    more.appendTo(store);
    one.refresh();
    two.refresh();
    QCOMPARE(taken.size(), 1);
    two.refresh();
    QCOMPARE(taken.size(), 1);
}

void CompareViewTest::fitsASmallWindow()
{
    const auto window = windowWith(*outageSession(), *other().store());
    window->resize(900, 600);
    QTRY_COMPARE(window->size(), QSize(900, 600));
    const auto *view = window->compareView();
    for (const auto *timeline : {view->timelineA(), view->timelineB()}) {
        QVERIFY(timeline->canvasRect().height() >= 50);
        QVERIFY(timeline->canvasRect().bottom() <= timeline->height());
    }
    QVERIFY(view->panel()->height() >= 100);
}

QTEST_MAIN(CompareViewTest)
#include "tst_compareview.moc"
