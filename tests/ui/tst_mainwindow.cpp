// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionreader.h"
#include "core/session/sessionwriter.h"
#include "core/simulator/simulator.h"
#include "core/transfer/csvexporter.h"
#include "tests/support/floodserver.h"
#include "tests/support/fulldisk.h"
#include "tests/support/sessionbuilder.h"
#include "ui/bigbutton.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/exporter.h"
#include "ui/inspector.h"
#include "ui/livehints.h"
#include "ui/mainwindow.h"
#include "ui/rangepanel.h"
#include "ui/report.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/timeline/timelineview.h"
#include "ui/valuetext.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>
#include <QTimer>

#include <csignal>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class MainWindowTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-mainwindow"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void beginsWithTheStartPage();
    void opensASession();
    void opensASessionWithoutEvents();
    void showsWhatIsLeftOfACutOffFile();
    void refusesWhatIsNoSession();
    void keepsTheSessionWhenAnotherCannotBeRead();
    void tellsWhenAFileIsNotThere();
    void returnPressesABigButton();
    void suggestsNamesAfterTheSession_data();
    void suggestsNamesAfterTheSession();
    void opensAFileThatIsDropped();
    void sharesTheSelection();
    void goesBackAndForthThroughTheSelection();
    void showsTheStateAtThePlayhead();
    void stepsByEventAndByDecision();
    void stepsToADecisionThatIsFarAway();
    void figuresOfARangeAreShownWhileThereIsOne();
    void findsText();
    void findsTheNextLikeTheSelected();
    void exportsTheSameCsvAsTheExporter();
    void writesAReport();
    void tellsWhenAnExportCannotBeWritten();
    void neverReplacesTheSessionItShows();
    void copiesTheSelectedRowsAsCsv();
    void refusesToCopyMoreThanTheClipboardShouldTake();
    void savesACopy();
    void savesWhatIsHeldAfterTheDiskWasFull();
    void aCopyWithoutAFileHasWhatIsHidden();
    void verifiesTheDecisions();
    void showsHostileTextAsItIs();
    void rejectedTokenStopsWithAMessage();
    void goesOnAfterARefusedConnection();
    void stopEndsTheHintAtTrying();
    void closingTheSessionTakesItsMessageAlong();
    void dismissedHintStaysAway();
    void hintsAtWhatHelps_data();
    void hintsAtWhatHelps();
    void tableStandsStillWhenItDoesNotFollow();
    void followingShowsWholeRows();
    void detailKeepsRoomInANarrowTable();
    void copiesAValueWithoutItsBreaks();
    void columnsStayAsTheUserPutThem();
    void selectedRowStaysInSightWhenRoomIsTaken();
    void recordsTheWholeRunWhenTheWindowCloses();
    void asksBeforeAKeyEndsAWatch_data();
    void asksBeforeAKeyEndsAWatch();
    void unusableCaFileIsToldBeforeAnythingIsSent();
    void watchesAFleet();
    void aFleetsMessageCountsItsTroubles();
    void tellsOfAFlood();
    void tellsWhatIsLostWhenNothingIsRecordedAnyMore();

private:
    static QAction *action(const MainWindow &window, const QString &text)
    {
        for (auto *action : window.actions()) {
            if (action->text().remove(u'&') == text)
                return action;
        }
        qFatal("no action %s", qPrintable(text));
    }

    /// Presses that button of the question that comes next.
    static void answerQuestion(MainWindow &window, const QString &answer, bool *isAsked)
    {
        if (QGuiApplication::platformName() == "offscreen"_L1)
            QTest::ignoreMessage(QtWarningMsg, "This plugin does not support propagateSizeHints()");
        QTimer::singleShot(0, &window, [answer, isAsked] {
            const auto *question = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
            if (!question)
                return;
            *isAsked = true;
            for (auto *button : question->buttons()) {
                if (button->text().remove(u'&') == answer)
                    button->click();
            }
        });
    }

    /// Watches a port at which nobody listens, and waits for what the window says to that.
    static bool watchNobody(MainWindow &window)
    {
        QTcpServer server;
        if (!server.listen(QHostAddress::LocalHost))
            return false;
        ConnectionOptions options;
        options.watch.apiUrl = QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort()));
        options.watch.token = Secret("token");
        server.close();
        window.startWatch(options);
        return QTest::qWaitFor([&] { return window.messageBar()->isActive(); }, kPatience);
    }

    QString write(const SessionStore &store, const QString &name)
    {
        const auto path = m_folder.filePath(name);
        SessionWriter writer;
        if (!writer.open(path, store.header(), SessionWriter::Existing::Replace))
            qFatal("%s", qPrintable(writer.error()));
        for (qsizetype row = 0; row < store.size(); ++row)
            writer.append(store.line(row));
        writer.close();
        return path;
    }

    static bool open(MainWindow &window, const QString &path)
    {
        window.openSession(path);
        return QTest::qWaitFor(
            [&] {
                return window.document() && window.document()->path() == path &&
                       !window.document()->isGrowing();
            },
            kPatience);
    }

    static qsizetype rowOf(const SessionStore &store, EventKind kind)
    {
        for (qsizetype row = 0; row < store.size(); ++row) {
            if (store.kind(row) == kind)
                return row;
        }
        return -1;
    }

    QTemporaryDir m_folder;
};

void MainWindowTest::beginsWithTheStartPage()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(window.isShowingStartPage());
    QVERIFY(!window.messageBar()->isActive());
}

void MainWindowTest::opensASession()
{
    const auto store = outageSession();
    const auto path = write(*store, u"outage.watchline"_s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, path));
    QVERIFY(!window.isShowingStartPage());
    QCOMPARE(window.sessionView()->table()->events()->rowCount(), int(store->size()));
    QCOMPARE(window.messageBar()->text(), QString());
    QCOMPARE(recentSessions(), QStringList{path});
    QVERIFY(window.windowTitle().contains(u"outage.watchline"_s));
}

void MainWindowTest::opensASessionWithoutEvents()
{
    const SessionStore store(SessionBuilder::header());
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"empty.watchline"_s)));
    QVERIFY(!window.isShowingStartPage());
    QVERIFY(window.messageBar()->text().contains(u"without events"_s));
}

void MainWindowTest::showsWhatIsLeftOfACutOffFile()
{
    const auto store = outageSession();
    const auto path = write(*store, u"cut.watchline"_s);
    QFile file(path);
    QVERIFY(file.resize(file.size() - 20));
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, path));
    QCOMPARE(window.document()->store().size(), store->size() - 1);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Warning);
    QVERIFY2(window.messageBar()->text().contains(u"cut.watchline"_s),
             qPrintable(window.messageBar()->text()));
}

void MainWindowTest::refusesWhatIsNoSession()
{
    QFile file(m_folder.filePath(u"shopping.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Buy milk\n");
    file.close();
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.openSession(file.fileName());
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
    QVERIFY(window.messageBar()->text().contains(u"shopping.txt"_s));
    QVERIFY(window.isShowingStartPage());
    QCOMPARE(recentSessions(), QStringList());
}

void MainWindowTest::keepsTheSessionWhenAnotherCannotBeRead()
{
    const auto path = write(*outageSession(), u"kept.watchline"_s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, path));
    window.openSession(m_folder.filePath(u"gone.watchline"_s));
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QVERIFY(window.messageBar()->text().contains(u"gone.watchline"_s));
    QVERIFY(!window.isShowingStartPage());
    QCOMPARE(window.document()->path(), path);
    QVERIFY(window.sessionView()->table()->events()->rowCount() > 0);
}

void MainWindowTest::returnPressesABigButton()
{
    BigButton button(u"Open"_s, u"a file"_s);
    ListButton entry(u"night.watchline"_s, u"~"_s, u"1 MB"_s);
    for (auto *pressed : std::initializer_list<QAbstractButton *>{&button, &entry}) {
        QSignalSpy clicked(pressed, &QAbstractButton::clicked);
        QTest::keyClick(pressed, Qt::Key_Return);
        QTest::keyClick(pressed, Qt::Key_Enter);
        QCOMPARE(clicked.size(), 2);
    }
}

void MainWindowTest::suggestsNamesAfterTheSession_data()
{
    QTest::addColumn<QString>("suffix");
    QTest::addColumn<QString>("expected");
    QTest::newRow("table") << u"csv"_s << u"night.2.csv"_s;
    QTest::newRow("picture") << u"png"_s << u"night.2.png"_s;
    QTest::newRow("copy") << u"watchline"_s << u"night.2-copy.watchline"_s;
}

void MainWindowTest::suggestsNamesAfterTheSession()
{
    QFETCH(QString, suffix);
    QFETCH(QString, expected);
    QCOMPARE(suggestedName(u"/some/where/night.2.watchline"_s, suffix), expected);
}

void MainWindowTest::tellsWhenAFileIsNotThere()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.openSession(m_folder.filePath(u"gone.watchline"_s));
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QVERIFY(window.messageBar()->text().contains(u"gone.watchline"_s));
    QVERIFY(window.isShowingStartPage());
}

void MainWindowTest::opensAFileThatIsDropped()
{
    const auto path = write(*outageSession(), u"dropped.watchline"_s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() && !window.document()->isGrowing(), kPatience);
    QCOMPARE(window.document()->path(), path);
}

void MainWindowTest::sharesTheSelection()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"selection.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    const auto decision = rowOf(store, EventKind::Decision);

    view->table()->setCurrentIndex(view->table()->events()->index(int(decision), 0));
    QCOMPARE(view->timeline()->selectedRow(), decision);
    QCOMPARE(view->playhead()->position(), store.time(decision));

    const auto hello = rowOf(store, EventKind::Hello);
    emit view->timeline()->rowActivated(hello);
    QCOMPARE(view->table()->selectedStoreRow(), hello);
    QCOMPARE(view->selectedRow(), hello);

    view->clearSelection();
    QCOMPARE(view->table()->selectedStoreRow(), -1);
    QCOMPARE(view->timeline()->selectedRow(), -1);
}

void MainWindowTest::goesBackAndForthThroughTheSelection()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"history.watchline"_s)));
    auto *view = window.sessionView();
    for (const qsizetype row : {3, 7, 11})
        view->select(row);
    view->goBack();
    view->goBack();
    QCOMPARE(view->selectedRow(), 3);
    QVERIFY(!view->canGoBack());
    view->goForward();
    QCOMPARE(view->selectedRow(), 7);
    view->select(20);
    QVERIFY(!view->canGoForward());
    view->goBack();
    QCOMPARE(view->selectedRow(), 7);
}

void MainWindowTest::showsTheStateAtThePlayhead()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(60s).end(WatchOutcome::HeartbeatConflict);
    session.connect(u"rwl_2"_s).run(10s).stop();
    QVERIFY(open(window, write(*session.store(), u"states.watchline"_s)));
    auto *view = window.sessionView();

    view->playhead()->moveTo(30s);
    QCOMPARE(view->statusInput().state.status, Word::Connected);
    QCOMPARE(view->statusInput().waiting.what, Waiting::For::Frame);
    view->playhead()->moveTo(65s);
    QCOMPARE(view->statusInput().state.status, Word::Connecting);
    QCOMPARE(view->statusInput().waiting.what, Waiting::For::Backoff);
    view->playhead()->moveTo(40s);
    QCOMPARE(view->statusInput().state.status, Word::Connected);
    QCOMPARE(view->timeline()->playhead(), std::optional<Nanoseconds>(40s));
    emit view->timeline()->playheadMoved(50s);
    QCOMPARE(view->playhead()->position(), Nanoseconds(50s));
}

void MainWindowTest::stepsByEventAndByDecision()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"steps.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    view->select(0);
    view->step(1, StepTo::Event);
    QCOMPARE(view->selectedRow(), 1);
    view->step(-1, StepTo::Event);
    QCOMPARE(view->selectedRow(), 0);
    view->step(1, StepTo::Decision);
    QCOMPARE(view->selectedRow(), rowOf(store, EventKind::Decision));
}

void MainWindowTest::figuresOfARangeAreShownWhileThereIsOne()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"range.watchline"_s)));
    auto *timeline = window.sessionView()->timeline();
    QVERIFY(!window.rangePanel()->isVisible());
    QSignalSpy shown(window.rangePanel(), &RangePanel::shown);
    timeline->setSelectedRange(TimeRange{100s, 200s});
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, 30'000);
    QVERIFY(window.rangePanel()->isVisible());
    timeline->setFocus();
    QTest::keyClick(timeline, Qt::Key_Escape);
    QVERIFY(!window.rangePanel()->isVisible());
    // It goes with its session.
    timeline->setSelectedRange(TimeRange{100s, 200s});
    QVERIFY(open(window, write(*outageSession(), u"other.watchline"_s)));
    QVERIFY(!window.rangePanel()->isVisible());
}

/// So far away that another thread looks for it.
void MainWindowTest::stepsToADecisionThatIsFarAway()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 60'000; ++i) {
        const bool decides = i == 50 || i == 59'000;
        Event event(decides ? EventKind::Decision : EventKind::KeepAlive);
        event.t = i * 1ms;
        event.source = u"robot"_s;
        if (decides)
            event.set(Field::Rule, "connect.success").set(Field::Action, "run");
        store.append(event);
    }
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"far.watchline"_s)));
    auto *view = window.sessionView();
    view->select(50);
    view->step(1, StepTo::Decision);
    QTRY_COMPARE_WITH_TIMEOUT(view->selectedRow(), 59'000, 30'000);
    view->step(-1, StepTo::Decision);
    QTRY_COMPARE_WITH_TIMEOUT(view->selectedRow(), 50, 30'000);
}

void MainWindowTest::findsText()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"find.watchline"_s)));
    auto *view = window.sessionView();
    QSignalSpy found(view, &SessionView::found);
    const auto find = [&](const QString &text, bool backwards) {
        found.clear();
        EventFilter wanted;
        wanted.text = text;
        view->find(wanted, backwards);
        return found.wait(30'000) && found.first().first().toBool();
    };
    QVERIFY(find(u"heartbeat_CONFLICT"_s, false));
    const auto first = view->selectedRow();
    QVERIFY(find(u"heartbeat_CONFLICT"_s, false));
    QVERIFY(view->selectedRow() > first);
    QVERIFY(find(u"heartbeat_CONFLICT"_s, true));
    QCOMPARE(view->selectedRow(), first);
    QVERIFY(!find(u"nothing like it"_s, false));
    QCOMPARE(view->selectedRow(), first);
}

void MainWindowTest::findsTheNextLikeTheSelected()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"alike.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    view->select(rowOf(store, EventKind::Outcome));
    const auto first = store.row(view->selectedRow());
    QSignalSpy found(view, &SessionView::found);
    view->findLike(Likeness::Outcome, false);
    QVERIFY(found.wait(30'000));
    const auto next = store.row(view->selectedRow());
    QVERIFY(next.t > first.t);
    QCOMPARE(next.kind, first.kind);
    QCOMPARE(next.word, first.word);
    view->findLike(Likeness::Lease, true);
    QVERIFY(found.wait(30'000));
    const auto before = store.row(view->selectedRow());
    QVERIFY(before.t < next.t);
    QCOMPARE(before.leaseId, next.leaseId);
}

void MainWindowTest::exportsTheSameCsvAsTheExporter()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"csv.watchline"_s)));
    QBuffer expected;
    QVERIFY(expected.open(QIODevice::WriteOnly));
    exportCsv(window.document()->store(), expected);
    const auto path = m_folder.filePath(u"out.csv"_s);
    window.exportCsv(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Note);
    QCOMPARE(contents(path), expected.data());
}

void MainWindowTest::writesAReport()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"report.watchline"_s)));
    QBuffer expected;
    QVERIFY(expected.open(QIODevice::WriteOnly));
    ReportOptions options;
    options.from = 30s;
    options.to = 90s;
    writeReport(expected, window.document()->store(), options);
    const auto path = m_folder.filePath(u"out.html"_s);
    window.sessionView()->timeline()->setSelectedRange(TimeRange{30s, 90s});
    window.writeReport(path, true);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Note);
    QCOMPARE(contents(path), expected.data());
}

void MainWindowTest::tellsWhenAnExportCannotBeWritten()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"unwritable.watchline"_s)));
    const auto path = m_folder.filePath(u"no/such/folder/out.csv"_s);
    window.exportCsv(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
    QVERIFY(window.messageBar()->text().contains(u"out.csv"_s));
}

void MainWindowTest::neverReplacesTheSessionItShows()
{
    const auto path = write(*outageSession(), u"itself.watchline"_s);
    const auto before = contents(path);
    for (const auto save :
         {&MainWindow::exportCsv, &MainWindow::exportPicture, &MainWindow::saveCopy}) {
        MainWindow window{ConnectionPreset{}};
        window.show();
        QVERIFY(open(window, path));
        (window.*save)(path);
        QVERIFY(window.messageBar()->isActive());
        QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
        QVERIFY(window.messageBar()->text().contains(u"the session itself"_s));
        QCOMPARE(contents(path), before);
    }
}

void MainWindowTest::copiesTheSelectedRowsAsCsv()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"copy.watchline"_s)));
    auto *table = window.sessionView()->table();
    table->selectRow(4);
    table->selectionModel()->select(table->events()->index(6, 0),
                                    QItemSelectionModel::Select | QItemSelectionModel::Rows);
    window.copySelection();
    QCOMPARE(QApplication::clipboard()->text().toUtf8(), csvOf(window.document()->store(), {4, 6}));
}

void MainWindowTest::refusesToCopyMoreThanTheClipboardShouldTake()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i <= 100'000; ++i)
        store.append(Event(EventKind::Room));
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"many.watchline"_s)));
    QApplication::clipboard()->setText(u"before"_s);
    window.sessionView()->table()->selectAll();
    window.copySelection();
    QCOMPARE(QApplication::clipboard()->text(), u"before"_s);
    QVERIFY(window.messageBar()->isActive());
    QVERIFY2(window.messageBar()->text().contains(u"export"_s),
             qPrintable(window.messageBar()->text()));
}

void MainWindowTest::savesACopy()
{
    const auto from = write(*outageSession(), u"original.watchline"_s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, from));
    const auto to = m_folder.filePath(u"copied.watchline"_s);
    window.saveCopy(to);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(contents(to), contents(from));
}

void MainWindowTest::savesWhatIsHeldAfterTheDiskWasFull()
{
    SessionStore store(SessionBuilder::header());
    QVERIFY(FullDisk::fill(store, m_folder.filePath(u"full.watchline"_s)));
    Exporter exporter;
    QSignalSpy finished(&exporter, &Exporter::finished);
    const auto path = m_folder.filePath(u"saved.watchline"_s);
    exporter.copySession(store, path);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
    QCOMPARE(finished.first().at(1).toString(), QString());
    SessionStore copy;
    QCOMPARE(readSession(path, copy).message, QString());
    QVERIFY(copy.size() > FullDisk::kInFile);
    QVERIFY(copy.size() < FullDisk::kEvents);
    QCOMPARE(finished.first().at(2).toLongLong(), FullDisk::kEvents - copy.size());
    QCOMPARE(copy.event(copy.size() - 1), store.event(store.size() - 1));
}

void MainWindowTest::aCopyWithoutAFileHasWhatIsHidden()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::Note);
    event.source = u"g"_s;
    store.append(event);
    store.appendLine(toJsonLine(event));
    store.append(event);
    Exporter exporter;
    QSignalSpy finished(&exporter, &Exporter::finished);
    const auto path = m_folder.filePath(u"hidden.watchline"_s);
    exporter.copySession(store, path);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
    QCOMPARE(finished.first().at(2).toLongLong(), 0);
    SessionStore copy;
    QCOMPARE(readSession(path, copy).message, QString());
    QCOMPARE(copy.size(), 3);
}

void MainWindowTest::verifiesTheDecisions()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"verified.watchline"_s)));
    window.verifySession();
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Note);

    SessionStore altered(SessionBuilder::header());
    const auto store = outageSession();
    for (qsizetype row = 0; row < store->size(); ++row) {
        auto event = store->event(row);
        if (event.text(Field::Rule) == u"outcome.heartbeat_conflict"_s)
            event.set(Field::DelayMs, 1'000);
        altered.append(event);
    }
    QVERIFY(open(window, write(altered, u"altered.watchline"_s)));
    window.verifySession();
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
}

void MainWindowTest::showsHostileTextAsItIs()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::Note);
    event.set(Field::Detail, u"<img src='http://example.org/x.png'><b>loud</b>"_s);
    store.append(event);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"hostile.watchline"_s)));
    window.sessionView()->select(0);
    bool shown = false;
    const auto holds = [&] {
        for (const auto *text : window.inspector()->findChildren<QTextEdit *>())
            shown = shown || text->toPlainText().contains(u"<b>loud</b>"_s);
        return shown;
    };
    QTRY_VERIFY_WITH_TIMEOUT(holds(), kPatience);
    for (const auto *label : window.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void MainWindowTest::rejectedTokenStopsWithAMessage()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, &server, [&server] {
        auto *socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->readAll();
            socket->write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
                          "Connection: close\r\n\r\n");
            socket->disconnectFromHost();
        });
    });
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort()));
    options.watch.token = Secret("wrong-token");
    window.startWatch(options);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
    QVERIFY(window.messageBar()->text().contains(u"401"_s));
    QVERIFY(!window.messageBar()->text().contains(u"wrong-token"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!window.document()->isLive(), kPatience);
}

void MainWindowTest::goesOnAfterARefusedConnection()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto port = server.serverPort();
    server.close();
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = QUrl(u"http://127.0.0.1:%1"_s.arg(port));
    options.watch.token = Secret("token");
    window.startWatch(options);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Warning);
    QVERIFY(window.messageBar()->text().contains(QString::number(port)));
    QVERIFY(window.document()->isLive());
    QVERIFY(window.sessionView()->isFollowing());
}

void MainWindowTest::stopEndsTheHintAtTrying()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(watchNobody(window));
    action(window, u"Stop"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.document()->isLive(), kPatience);
    QCOMPARE(window.messageBar()->text(), QString());
}

void MainWindowTest::closingTheSessionTakesItsMessageAlong()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(watchNobody(window));
    bool isAsked = false;
    answerQuestion(window, u"End it"_s, &isAsked);
    action(window, u"Close the session"_s)->trigger();
    QVERIFY(isAsked);
    QVERIFY(window.isShowingStartPage());
    QCOMPARE(window.messageBar()->text(), QString());
}

void MainWindowTest::dismissedHintStaysAway()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(watchNobody(window));
    window.messageBar()->findChild<QPushButton *>(u"messageDismiss"_s)->click();
    QVERIFY(!window.messageBar()->isActive());
    const auto seen = window.document()->store().size();
    bool retried = false;
    connect(window.document(), &Document::grown, &window, [&] {
        const auto &store = window.document()->store();
        for (auto row = seen; row < store.size(); ++row)
            retried = retried || store.event(row).word() == Word::Error;
    });
    action(window, u"Retry now"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(retried, kPatience);
    QCOMPARE(window.messageBar()->text(), QString());
}

void MainWindowTest::hintsAtWhatHelps_data()
{
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<HttpFailure>("failure");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<bool>("needsConnecting");
    // Whatever the words are, the failure's class decides.
    QTest::newRow("certificate") << u"api"_s << 0 << u"it is self-signed"_s
                                 << HttpFailure::Certificate << u"it is self-signed"_s << true;
    QTest::newRow("CA file") << u"api"_s << 0 << u"it is self-signed"_s << HttpFailure::Certificate
                             << u"CA file"_s << true;
    QTest::newRow("words of a certificate alone")
        << u"api"_s << 0 << u"the certificate of x:443 was not accepted"_s << HttpFailure::Other
        << u"No answer from"_s << false;
    QTest::newRow("host") << u"api"_s << 0 << u"no such host"_s << HttpFailure::HostNotFound
                          << u"name server"_s << true;
    QTest::newRow("redirects") << u"api"_s << 0 << u"the last one to http://x/"_s
                               << HttpFailure::RedirectLoop << u"round and round"_s << true;
    QTest::newRow("an answer before a newer failure")
        << u"api"_s << 503 << u"busy"_s << HttpFailure::Certificate << u"HTTP 503"_s << false;
    QTest::newRow("ended early") << u"unexpected_eof"_s << 200
                                 << u"the stream ended before `hello`"_s << HttpFailure::None
                                 << u"before its hello"_s << false;
    QTest::newRow("malformed") << u"malformed_event"_s << 200 << u"no lease"_s << HttpFailure::None
                               << u"cannot be understood"_s << false;
    QTest::newRow("cut off") << u"transport"_s << 200 << u"broken"_s << HttpFailure::Other
                             << u"broke off"_s << false;
}

void MainWindowTest::hintsAtWhatHelps()
{
    QFETCH(QString, outcome);
    QFETCH(int, status);
    QFETCH(QString, detail);
    Event event(EventKind::ConnectError);
    event.set(Field::Outcome, outcome).set(Field::Detail, detail);
    if (status > 0)
        event.set(Field::HttpStatus, status);
    QFETCH(HttpFailure, failure);
    const auto hint = liveHint(event, QUrl(u"https://x"_s), failure);
    QVERIFY(hint);
    QTEST(hint->needsConnecting, "needsConnecting");
    QFETCH(QString, expected);
    QVERIFY2(hint->text.contains(expected), qPrintable(hint->text));
    QVERIFY(!hint->text.contains(u"page stand"_s));
    QVERIFY(!hint->fatal);
}

void MainWindowTest::tableStandsStillWhenItDoesNotFollow()
{
    SessionStore store(SessionBuilder::header());
    const auto addRows = [&store](int count) {
        for (int i = 0; i < count; ++i)
            store.append(Event(EventKind::Note));
    };
    addRows(200);
    EventTableView table;
    table.resize(600, 300);
    table.show();
    table.events()->setStore(&store);
    table.setFollowing(true);
    auto *bar = table.verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    // As the session's view does for whoever selects a row; the last rows are still in sight.
    connect(&table, &EventTableView::storeRowSelected, &table, [&] { table.setFollowing(false); });
    table.setCurrentIndex(table.events()->index(197, 0));
    QTest::keyClick(&table, Qt::Key_Down);
    QTest::keyClick(&table, Qt::Key_Down);
    QCOMPARE(table.selectedStoreRow(), 199);
    QVERIFY(!table.isFollowing());
    const int before = bar->value();
    addRows(50);
    table.events()->refresh();
    QTRY_VERIFY(bar->maximum() > before);
    QCOMPARE(bar->value(), before);
}

void MainWindowTest::followingShowsWholeRows()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 200; ++i)
        store.append(Event(EventKind::Note));
    EventTableView table;
    table.events()->setStore(&store);
    table.setFollowing(true);
    table.show();
    const auto last = table.events()->index(199, 0);
    for (const int height : {300, 307, 313, 320}) {
        table.resize(600, height);
        QTRY_VERIFY(table.visualRect(last).bottom() + 1 >
                    table.viewport()->height() - table.rowHeight());
        QVERIFY(table.visualRect(last).bottom() + 1 <= table.viewport()->height());
        QCOMPARE(table.visualRect(table.indexAt({2, 0})).top(), 0);
    }
}

void MainWindowTest::detailKeepsRoomInANarrowTable()
{
    SessionStore store(SessionBuilder::header());
    store.append(Event(EventKind::Note));
    EventTableView table;
    table.events()->setStore(&store);
    table.show();
    table.resize(300, 300);
    QTRY_COMPARE(table.viewport()->width(), 300);
    const int detail = table.columnWidth(EventTableModel::Detail);
    const int least = table.horizontalHeader()->length() - detail;
    for (const int more : {200, 400, 800}) {
        const int width = least + more;
        table.resize(width, 300);
        QTRY_COMPARE(table.viewport()->width(), width);
        QCOMPARE(table.horizontalScrollBar()->maximum(), 0);
        QVERIFY(table.columnWidth(EventTableModel::Detail) >= 120);
    }
    const int wide = table.columnWidth(EventTableModel::RuleName);
    table.resize(300, 300);
    QTRY_VERIFY(table.columnWidth(EventTableModel::RuleName) < wide);
}

void MainWindowTest::selectedRowStaysInSightWhenRoomIsTaken()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 200; ++i)
        store.append(Event(EventKind::Note));
    EventTableView table;
    table.events()->setStore(&store);
    table.resize(600, 400);
    table.show();
    table.selectStoreRow(100); // at the bottom now
    table.resize(600, 300);
    const auto selected = table.events()->index(100, 0);
    QTRY_VERIFY(table.visualRect(selected).bottom() < table.viewport()->height());
    QVERIFY(table.visualRect(selected).top() >= 0);
}

void MainWindowTest::copiesAValueWithoutItsBreaks()
{
    ValueText value;
    for (const auto &text : {u"outcome.heartbeat_conflict"_s, u"HeartbeatLost{Conflict}"_s}) {
        value.setValue(text);
        QVERIFY(value.toPlainText().size() > text.size());
        value.selectAll();
        value.copy();
        QCOMPARE(QApplication::clipboard()->text(), text);
    }
}

void MainWindowTest::columnsStayAsTheUserPutThem()
{
    EventTableView table;
    table.resize(940, 300);
    table.show();
    table.setColumnWidth(EventTableModel::RuleName, 333);
    table.resize(1400, 300);
    QTRY_COMPARE(table.viewport()->width(), 1400);
    QCOMPARE(table.columnWidth(EventTableModel::RuleName), 333);
}

void MainWindowTest::recordsTheWholeRunWhenTheWindowCloses()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = QUrl(u"http://127.0.0.1:%1"_s.arg(silent.serverPort()));
    options.watch.token = Secret("token");
    window.startWatch(options);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() && !window.document()->store().isEmpty(), kPatience);
    const auto path = window.document()->path();
    window.close();
    QVERIFY(window.isShowingStartPage());
    const auto lines = contents(path).trimmed().split('\n');
    QVERIFY2(lines.last().contains("\"shutdown\""), lines.last().constData());
    QVERIFY(QFile::remove(path));
}

void MainWindowTest::asksBeforeAKeyEndsAWatch_data()
{
    QTest::addColumn<QString>("answer");
    QTest::addColumn<bool>("goesOn");
    QTest::addRow("end it") << u"End it"_s << false;
    QTest::addRow("go on") << u"Go on watching"_s << true;
}

void MainWindowTest::asksBeforeAKeyEndsAWatch()
{
    QFETCH(const QString, answer);
    QFETCH(const bool, goesOn);
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = QUrl(u"http://127.0.0.1:%1"_s.arg(silent.serverPort()));
    options.watch.token = Secret("token");
    window.startWatch(options);
    bool isAsked = false;
    answerQuestion(window, answer, &isAsked);
    action(window, u"Close the session"_s)->trigger();
    QVERIFY(isAsked);
    QCOMPARE(window.document() != nullptr, goesOn);
}

void MainWindowTest::unusableCaFileIsToldBeforeAnythingIsSent()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    MainWindow window{ConnectionPreset{}};
    window.show();
    ConnectionOptions options;
    options.watch.apiUrl = QUrl(u"https://127.0.0.1:%1"_s.arg(server.serverPort()));
    options.watch.token = Secret("token");
    options.caFile = m_folder.filePath(u"missing.pem"_s);
    window.startWatch(options);
    QVERIFY(window.messageBar()->text().contains(u"missing.pem"_s));
    QVERIFY(window.isShowingStartPage());
    QVERIFY(!server.hasPendingConnections());
}

void MainWindowTest::watchesAFleet()
{
    QString error;
    const auto scenario = Scenario::parse(
        R"({"title": "A fleet.", "token": "token-1", "connects": [[{"hello": {}}]]})",
        u"the test"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatorThread simulator(*scenario);
    QVERIFY2(simulator.listen(), qPrintable(simulator.error()));
    QList<ConnectionOptions> watches;
    for (int i = 0; i < 3; ++i) {
        ConnectionOptions options;
        options.watch.source = u"robot-%1"_s.arg(i);
        options.watch.apiUrl = simulator.url();
        options.watch.token = Secret("token-" + QByteArray::number(std::min(i, 1)));
        watches.append(options);
    }
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatches(watches);
    const auto fleet = [&] { return window.sessionView()->statusInput().fleet; };
    QTRY_VERIFY_WITH_TIMEOUT(fleet() && fleet()->connected == 2 && fleet()->stopped == 1,
                             kPatience);
    QCOMPARE(fleet()->total(), 3);
    QCOMPARE(window.sessionView()->shownSource(), -1);
    // One ended; that is told by its name, and the others go on.
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QVERIFY2(window.messageBar()->text().startsWith(u"Watch robot-0: "_s),
             qPrintable(window.messageBar()->text()));
    QVERIFY(window.document()->isLive());

    const auto &store = window.document()->store();
    const auto row = rowOf(store, EventKind::Hello);
    window.sessionView()->select(row);
    QCOMPARE(window.sessionView()->shownSource(), int(store.source(row)));
    QCOMPARE(window.sessionView()->statusInput().source, store.sourceName(store.source(row)));
    QCOMPARE(window.sessionView()->statusInput().state.status, Word::Connected);
}

void MainWindowTest::aFleetsMessageCountsItsTroubles()
{
    QString error;
    const auto scenario = Scenario::parse(
        R"({"title": "A fleet.", "token": "token-1", "connects": [[{"hello": {}}]]})",
        u"the test"_s, &error);
    QVERIFY2(scenario, qPrintable(error));
    SimulatorThread simulator(*scenario);
    QVERIFY2(simulator.listen(), qPrintable(simulator.error()));
    QList<ConnectionOptions> watches;
    for (int i = 0; i < 3; ++i) {
        ConnectionOptions options;
        options.watch.source = u"robot-%1"_s.arg(i);
        options.watch.apiUrl = simulator.url();
        options.watch.token = Secret(i == 1 ? "token-1" : "rejected");
        watches.append(options);
    }
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatches(watches);
    const auto text = [&] { return window.messageBar()->text(); };
    QTRY_VERIFY_WITH_TIMEOUT(text().startsWith(u"2 of 3 watches have a trouble: robot-"_s),
                             kPatience);
    QVERIFY2(text().contains(u"robot-0"_s) && text().contains(u"robot-2"_s), qPrintable(text()));
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Failure);
    QVERIFY(window.document()->isLive());
}

void MainWindowTest::tellsOfAFlood()
{
    FloodServer::Flood flood;
    flood.piece = chunkOf(QByteArray(":\n").repeated(100));
    flood.frames = 100;
    flood.rate = 10'000; // five times what is shown
    FloodServer server(flood);
    ConnectionOptions options;
    options.watch.apiUrl = server.url();
    options.watch.token = Secret("token");
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startWatch(options);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->text().contains(u"floods"_s), kPatience);
    QVERIFY2(window.messageBar()->text().contains(u"B a second"_s),
             qPrintable(window.messageBar()->text()));
    action(window, u"Stop"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.document()->isLive(), kPatience);
    QVERIFY(window.messageBar()->text().contains(u"not shown here"_s));
    // What is left out of the window is not left out of an export.
    const auto path = window.document()->path();
    const auto csv = m_folder.filePath(u"flood.csv"_s);
    window.exportCsv(csv);
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->text().contains(u"is written"_s), kPatience);
    QCOMPARE(contents(csv).count("\r\n"), contents(path).count('\n'));
    window.close();
    QVERIFY(QFile::remove(path));
}

void MainWindowTest::tellsWhatIsLostWhenNothingIsRecordedAnyMore()
{
    FloodServer::Flood flood;
    // Twelve kilobytes a frame: the memory for lines is full soon.
    flood.piece = chunkOf((u": "_s + QString(4'000, u'€') + u'\n').toUtf8().repeated(50));
    flood.frames = 50;
    FloodServer server(flood);
    ConnectionOptions options;
    options.watch.apiUrl = server.url();
    options.watch.token = Secret("token");
    MainWindow window{ConnectionPreset{}};
    window.show();
    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 64 * 1024;
    ::setrlimit(RLIMIT_FSIZE, &small);
    window.startWatch(options);
    const auto *status = window.findChild<QLabel *>(u"statusText"_s);
    QVERIFY(QTest::qWaitFor([&] { return status->text().contains(u"events said is lost"_s); },
                            4 * kPatience));
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QVERIFY2(status->text().contains(u"not recorded to its end"_s), qPrintable(status->text()));
    const auto path = window.document()->path();
    window.close();
    QVERIFY(QFile::remove(path));
}

QTEST_MAIN(MainWindowTest)
#include "tst_mainwindow.moc"
