// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifwords.h"
#include "core/base/text.h"
#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/findingsdock.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/timeline/timelineview.h"
#include "ui/whatifdock.h"
#include "ui/whatifform.h"
#include "ui/whatiftable.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

class WhatIfDockTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void showsTheRecordedSettingsAtFirst();
    void saysWhatTheCommandLineSays_data();
    void saysWhatTheCommandLineSays();
    void saysWhenSettingsContradictEachOther();
    void theArrowsGoThroughUsualValues_data();
    void theArrowsGoThroughUsualValues();
    void resetPutsAllBack();
    void showsTheFiguresOfTheCore();
    void listsSeveralSources();
    void sumsUpSeveralSources();
    void calculatesNothingWhileClosed();
    void followsASessionThatGrows();
    void canBeCancelled();
    void forgetsTheSessionThatGoes();
    void explainsAnAttempt();
    void keepsTheExplainedAttemptWhileTheSessionGrows();
    void hostileTextIsPlain();
    void theWindowHasALaneWhileTheDockIsOpen();
    void aClickInTheLaneExplainsAndSelects();
    void everyMarkOfTheLaneLiesAtItsTime();
    void aFoldedSourceIsOpenedForItsAttempt();
    void aRunningWatchHasALaneToo();
};

namespace {

/// A dock that is a window of its own has more to say than is of interest here.
void open(QWidget &window, WhatIfDock &dock)
{
    window.resize(400, 900);
    dock.resize(window.size());
    window.show();
    dock.show();
}

void type(const WhatIfDock &dock, const QString &name, const QString &text)
{
    auto *field = dock.findChild<WhatIfField *>(name);
    if (!field)
        qFatal("no field %s", qPrintable(name));
    field->findChild<QLineEdit *>()->setText(text);
}

QString typed(const WhatIfDock &dock, const QString &name)
{
    return dock.findChild<WhatIfField *>(name)->findChild<QLineEdit *>()->text();
}

QString text(const WhatIfDock &dock, const QString &label)
{
    const auto *found = dock.findChild<QLabel *>(label);
    // Places to break words at, and not to, are not to be read.
    return found ? found->text().remove(u'\u200B').replace(u'\u00A0', u' ') : QString();
}

WhatIfSettings with(const QStringList &assignments)
{
    WhatIfSettings settings;
    for (const auto &assignment : assignments) {
        if (const auto problem = assign(settings, assignment); !problem.isEmpty())
            qFatal("%s", qPrintable(problem));
    }
    return settings;
}

WhatIf played(const SessionStore &store, const WhatIfSettings &settings)
{
    WhatIfLanes lanes;
    return whatIf(store, settings, lanes, store.size()).value_or(WhatIf());
}

void add(SessionStore &store, SessionBuilder &session)
{
    for (const auto &event : session.takeEvents())
        store.append(event);
}

std::unique_ptr<SessionStore> twoSources()
{
    SessionBuilder one(u"robot-1"_s);
    SessionBuilder two(u"robot-2"_s);
    for (int i = 0; i < 4; ++i) {
        one.failConnect(ConnectError::Conflict, 409);
        two.failConnect(ConnectError::Api, 503).failConnect(ConnectError::Transport);
        for (auto *session : {&one, &two})
            session->connect(u"rwl_%1"_s.arg(i)).run(20s).end(WatchOutcome::StreamEnded);
    }
    return SessionBuilder::merged({one, two});
}

std::unique_ptr<MainWindow> windowWith(const SessionStore &store, const QString &path)
{
    SessionWriter writer;
    bool isOk = writer.open(path, store.header(), SessionWriter::Existing::Replace);
    for (qsizetype row = 0; row < store.size(); ++row)
        isOk = isOk && writer.append(store.line(row));
    if (!isOk || !writer.close())
        qFatal("%s", qPrintable(writer.error()));
    auto window = std::make_unique<MainWindow>(ConnectionPreset{});
    window->resize(1400, 1000);
    window->show();
    window->openSession(path);
    return window;
}

QAction *whatIfAction(const MainWindow &window)
{
    for (auto *action : window.actions()) {
        if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_W))
            return action;
    }
    return nullptr;
}

QPointF placeOf(const TimelineView &timeline, Nanoseconds t, double y)
{
    const auto canvas = timeline.canvasRect();
    return {canvas.left() + TimeScale{timeline.visibleRange(), canvas.width()}.toPixel(t), y};
}

/// The middle of the what-if lane, found by what its tool tips say.
double laneMiddle(const TimelineView &timeline, Nanoseconds t)
{
    const auto canvas = timeline.canvasRect();
    double first = -1;
    double last = -1;
    for (double y = canvas.top(); y < canvas.bottom(); y += 2) {
        if (!timeline.tipAt(placeOf(timeline, t, y)).contains(u"What if: "_s))
            continue;
        first = first < 0 ? y : first;
        last = y;
    }
    return (first + last) / 2;
}

} // namespace

void WhatIfDockTest::showsTheRecordedSettingsAtFirst()
{
    auto header = SessionBuilder::header();
    SessionStore store;
    store.setHeader(header, R"({"watchline":1,"policy":{"max_backoff_ms":90000}})");
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(&store, false);
    QCOMPARE(typed(dock, u"initial_backoff_ms"_s), u"1 s"_s);
    QCOMPARE(typed(dock, u"max_backoff_ms"_s), u"90 s"_s);
    QCOMPARE(typed(dock, u"lease_conflict_backoff_ms"_s), u"30 s"_s);
    QCOMPARE(typed(dock, u"non_sse_response_backoff_ms"_s), u"30 s"_s);
    QCOMPARE(typed(dock, u"read_timeout_factor"_s), u"2.5"_s);
    QCOMPARE(dock.form()->settings(), std::optional(with({u"max_backoff_ms=90s"_s})));
    QVERIFY(!dock.findChild<QPushButton *>(u"reset"_s)->isEnabled());
}

void WhatIfDockTest::saysWhatTheCommandLineSays_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("no number") << u"max_backoff_ms"_s << u"soon"_s;
    QTest::newRow("nothing") << u"initial_backoff_ms"_s << QString();
    QTest::newRow("zero") << u"initial_backoff_ms"_s << u"0s"_s;
    QTest::newRow("below zero") << u"lease_conflict_backoff_ms"_s << u"-5"_s;
    QTest::newRow("too long") << u"non_sse_response_backoff_ms"_s << u"10001h"_s;
    QTest::newRow("no factor") << u"read_timeout_factor"_s << u"0"_s;
    QTest::newRow("markup") << u"read_timeout_factor"_s << u"<b>2</b>"_s;
    QTest::newRow("a control") << u"read_timeout_factor"_s << u"2\u202E5"_s;
}

void WhatIfDockTest::saysWhatTheCommandLineSays()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    type(dock, name, value);
    WhatIfSettings settings;
    const auto problem = assign(settings, name + u'=' + value);
    QVERIFY(!problem.isEmpty());
    const auto *label = dock.findChild<QLabel *>(name + u"-problem"_s);
    QVERIFY(label->isVisible());
    QCOMPARE(text(dock, name + u"-problem"_s), problem);
    QCOMPARE(label->textFormat(), Qt::PlainText);
    QVERIFY(!dock.form()->settings());
    // What was last known stays, and says what it is.
    QVERIFY(dock.calculator().result());
    QVERIFY(text(dock, u"state"_s).contains(u"last possible settings"_s));
    type(dock, name, settingValue({}, name));
    QVERIFY(!label->isVisible());
    QVERIFY(dock.form()->settings());
}

void WhatIfDockTest::saysWhenSettingsContradictEachOther()
{
    QWidget window;
    WhatIfDock dock(&window);
    const auto store = outageSession();
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"max_backoff_ms"_s, u"500 ms"_s);
    QVERIFY(!dock.form()->settings());
    QCOMPARE(text(dock, u"contradiction"_s), contradiction(with({u"max_backoff_ms=500"_s})));
    type(dock, u"initial_backoff_ms"_s, u"500"_s);
    QVERIFY(dock.form()->settings());
    QVERIFY(!dock.findChild<QLabel *>(u"contradiction"_s)->isVisible());
}

void WhatIfDockTest::theArrowsGoThroughUsualValues_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("from");
    QTest::addColumn<int>("steps");
    QTest::addColumn<QString>("to");
    QTest::newRow("up") << u"max_backoff_ms"_s << u"30 s"_s << 1 << u"1 m"_s;
    QTest::newRow("down") << u"initial_backoff_ms"_s << u"1 s"_s << -1 << u"500 ms"_s;
    QTest::newRow("between, up") << u"max_backoff_ms"_s << u"1.5s"_s << 1 << u"2 s"_s;
    QTest::newRow("between, down") << u"max_backoff_ms"_s << u"1500"_s << -1 << u"1 s"_s;
    QTest::newRow("to the least") << u"max_backoff_ms"_s << u"2 ms"_s << -5 << u"1 ms"_s;
    QTest::newRow("no further") << u"max_backoff_ms"_s << u"9000 h"_s << 1 << u"9000 h"_s;
    QTest::newRow("a factor up") << u"read_timeout_factor"_s << u"2.5"_s << 1 << u"3"_s;
    QTest::newRow("a factor down") << u"read_timeout_factor"_s << u"2.7"_s << -1 << u"2.5"_s;
    QTest::newRow("the least factor") << u"read_timeout_factor"_s << u"0.5"_s << -1 << u"0.5"_s;
    QTest::newRow("not from what cannot be") << u"max_backoff_ms"_s << u"soon"_s << 1 << u"soon"_s;
}

void WhatIfDockTest::theArrowsGoThroughUsualValues()
{
    QFETCH(QString, name);
    QFETCH(QString, from);
    QFETCH(int, steps);
    QFETCH(QString, to);
    QWidget window;
    WhatIfDock dock(&window);
    type(dock, name, from);
    dock.findChild<WhatIfField *>(name)->stepBy(steps);
    QCOMPARE(typed(dock, name), to);
}

void WhatIfDockTest::resetPutsAllBack()
{
    const auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    for (const auto &name : settingNames())
        type(dock, name, u"3"_s);
    type(dock, u"max_backoff_ms"_s, u"nonsense"_s);
    auto *jitter = dock.findChild<QComboBox *>(u"jitter"_s);
    jitter->setCurrentIndex(2);
    auto *reset = dock.findChild<QPushButton *>(u"reset"_s);
    QVERIFY(reset->isEnabled());
    reset->click();
    QCOMPARE(dock.form()->settings(), std::optional(WhatIfSettings()));
    QCOMPARE(jitter->currentIndex(), 0);
    QVERIFY(!reset->isEnabled());
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QVERIFY(text(dock, u"state"_s).contains(u"this is the recording"_s));
    QCOMPARE(text(dock, u"difference"_s), u"The same attempts at the same times."_s);
}

void WhatIfDockTest::showsTheFiguresOfTheCore()
{
    const auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"lease_conflict_backoff_ms"_s, u"8 s"_s);
    dock.findChild<QComboBox *>(u"jitter"_s)->setCurrentIndex(1);
    auto settings = with({u"lease_conflict_backoff_ms=8s"_s});
    settings.jitter = Jitter::Equal;
    QTRY_VERIFY(dock.calculator().isUpToDate());
    const auto expected = played(*store, settings);
    const auto &shown = dock.calculator().result()->whatIf;
    QCOMPARE(shown.settings, settings);
    const auto &source = expected.sources.front();
    QVERIFY(shown.sources.front().whatIf == source.whatIf);
    QVERIFY(source.whatIf.attempts != source.recorded.attempts);
    const auto *table = dock.table();
    QCOMPARE(table->topLevelItemCount(), 7);
    const auto cell = [table](int row, int column) {
        return table->topLevelItem(row)->text(column);
    };
    QCOMPARE(cell(0, 1), QString::number(source.recorded.attempts));
    QCOMPARE(cell(0, 2), QString::number(source.whatIf.attempts));
    QCOMPARE(cell(0, 3), u'+' + QString::number(source.whatIf.attempts - source.recorded.attempts));
    QCOMPARE(cell(3, 2), readableDuration(source.whatIf.connected));
    QCOMPARE(cell(4, 0), u"of it silent"_s);
    QCOMPARE(cell(4, 2), readableDuration(source.whatIf.silent));
    QCOMPARE(cell(6, 2), QString::number(source.whatIf.worstMinute));
    QVERIFY(cell(2, 3).startsWith(u'\u2212'));
    QCOMPARE(text(dock, u"difference"_s), whatIfDifferenceText(source));
    for (const auto &assumption : whatIfAssumptions(expected))
        QVERIFY(text(dock, u"assumptions"_s).contains(assumption));
    QVERIFY(text(dock, u"remarks"_s).contains(whatIfGuessesText(source)));
}

void WhatIfDockTest::listsSeveralSources()
{
    const auto store = twoSources();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"lease_conflict_backoff_ms"_s, u"5 s"_s);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    auto *table = dock.table();
    QCOMPARE(table->topLevelItemCount(), 3);
    const auto &sources = dock.calculator().result()->whatIf.sources;
    for (int i = 0; i < 2; ++i) {
        const auto *item = table->topLevelItem(i + 1);
        QCOMPARE(item->text(0), u"robot-%1"_s.arg(i + 1));
        QCOMPARE(item->child(0)->text(2),
                 QString::number(sources[static_cast<std::size_t>(i)].whatIf.attempts));
    }
    // Of the one that is chosen it is said where it parts.
    QVERIFY(text(dock, u"difference"_s).startsWith(u"robot-1: The first that differs"_s));
    table->setCurrentItem(table->topLevelItem(2)->child(1));
    QCOMPARE(text(dock, u"difference"_s), u"robot-2: The same attempts at the same times."_s);
}

void WhatIfDockTest::sumsUpSeveralSources()
{
    std::vector<WhatIfSource> sources(2);
    sources[0].whatIf = {3, 1, 10s, 6s, 50s, 4s, 2};
    sources[1].whatIf = {4, 2, 20s, 5s, 40s, 3s, 3};
    const WhatIfFigures sum{7, 3, 30s, 6s, 90s, 7s, 3};
    QVERIFY(together(sources, &WhatIfSource::whatIf) == sum);
    QVERIFY(together(sources, &WhatIfSource::recorded) == WhatIfFigures());
    // More than any clock has.
    std::vector<WhatIfSource> many(10'000);
    for (auto &source : many)
        source.whatIf.disconnected = kFarthestTime / 4;
    QVERIFY(together(many, &WhatIfSource::whatIf).disconnected > Nanoseconds::zero());
}

void WhatIfDockTest::calculatesNothingWhileClosed()
{
    const auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    QSignalSpy lanes(&dock, &WhatIfDock::lanesChanged);
    dock.setStore(store.get(), false);
    QVERIFY(!dock.calculator().isRunning());
    QVERIFY(!dock.lanes());
    open(window, dock);
    QTRY_VERIFY(dock.lanes());
    lanes.clear();
    dock.hide();
    QVERIFY(!dock.lanes());
    QVERIFY(!lanes.isEmpty());
    type(dock, u"max_backoff_ms"_s, u"2 s"_s);
    QVERIFY(!dock.calculator().isRunning());
    open(window, dock);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QVERIFY(dock.lanes());
}

void WhatIfDockTest::followsASessionThatGrows()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().failConnect(ConnectError::Api, 503);
    add(store, session);
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(&store, true);
    open(window, dock);
    type(dock, u"initial_backoff_ms"_s, u"100 ms"_s);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    const auto before = dock.calculator().result()->whatIf.sources.front();
    session.failConnect(ConnectError::Api, 503).connect(u"rwl_1"_s).run(1min);
    add(store, session);
    dock.refresh();
    QVERIFY(!dock.calculator().isUpToDate());
    QVERIFY(text(dock, u"state"_s).contains(u"renewed as the session grows"_s));
    auto *refresh = dock.findChild<QPushButton *>(u"stateButton"_s);
    QVERIFY(refresh->isVisible());
    QTRY_VERIFY(dock.calculator().isUpToDate());
    const auto expected = played(store, with({u"initial_backoff_ms=100"_s}));
    QVERIFY(dock.calculator().result()->whatIf.sources.front().whatIf ==
            expected.sources.front().whatIf);
    QVERIFY(before.whatIf != expected.sources.front().whatIf);
    // Whoever does not want to wait presses the button.
    session.run(1min);
    add(store, session);
    dock.refresh();
    refresh->click();
    QVERIFY(dock.calculator().isRunning());
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QVERIFY(!refresh->isVisible());
}

void WhatIfDockTest::canBeCancelled()
{
    // Failures of a year, with a wait of a millisecond: that takes a while.
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().failConnect(ConnectError::Api, 503).wait(24h * 365).stop();
    add(store, session);
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(&store, false);
    open(window, dock);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    const auto known = dock.calculator().result()->whatIf.settings;
    type(dock, u"initial_backoff_ms"_s, u"1"_s);
    type(dock, u"max_backoff_ms"_s, u"1"_s);
    QTRY_VERIFY(dock.calculator().isRunning());
    auto *button = dock.findChild<QPushButton *>(u"stateButton"_s);
    QCOMPARE(button->text(), u"Cancel"_s);
    button->click();
    QVERIFY(!dock.calculator().isRunning());
    QVERIFY(dock.calculator().isCancelled());
    QCOMPARE(dock.calculator().result()->whatIf.settings, known);
    QVERIFY(text(dock, u"state"_s).contains(u"Cancelled"_s));
    // Another setting begins anew.
    type(dock, u"max_backoff_ms"_s, u"10 m"_s);
    QTRY_VERIFY_WITH_TIMEOUT(dock.calculator().isUpToDate(), 30'000);
    QVERIFY(!dock.calculator().isCancelled());
}

void WhatIfDockTest::forgetsTheSessionThatGoes()
{
    auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"max_backoff_ms"_s, u"2 s"_s);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    type(dock, u"max_backoff_ms"_s, u"3 s"_s);
    dock.setStore(nullptr, false);
    store.reset();
    QVERIFY(!dock.lanes());
    QVERIFY(!dock.table()->isVisible());
    QCOMPARE(typed(dock, u"max_backoff_ms"_s), u"30 s"_s);
    const auto next = outageSession();
    dock.setStore(next.get(), false);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QVERIFY(dock.lanes());
}

void WhatIfDockTest::explainsAnAttempt()
{
    const auto store = outageSession();
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"lease_conflict_backoff_ms"_s, u"8 s"_s);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QSignalSpy chosen(&dock, &WhatIfDock::attemptChosen);
    QSignalSpy rows(&dock, &WhatIfDock::rowRequested);
    QVERIFY(dock.differenceLink()->isVisible());
    dock.differenceLink()->click();
    const auto &source = dock.calculator().result()->whatIf.sources.front();
    const auto *lane = dock.lanes()->lane(source.number);
    const auto place = lane->indexOf(source.difference->number);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.last().at(1).value<qsizetype>(), static_cast<qsizetype>(place));
    const auto step = lane->step(place);
    QCOMPARE(text(dock, u"explanation"_s), whatIfExplanation(step).join(u'\n'));
    for (auto *button : dock.findChildren<QPushButton *>(u"link"_s)) {
        if (button->text().contains(u"Next"_s))
            button->click();
        else if (button->text().contains(u"Recorded"_s))
            button->click();
    }
    QCOMPARE(rows.size(), 1);
    QCOMPARE(chosen.size(), 2);
    QCOMPARE(text(dock, u"explanation"_s), whatIfExplanation(lane->step(place + 1)).join(u'\n'));
}

void WhatIfDockTest::keepsTheExplainedAttemptWhileTheSessionGrows()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().failConnect(ConnectError::Api, 503).connect(u"rwl_1"_s).run(1min);
    add(store, session);
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(&store, true);
    open(window, dock);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    dock.showAttempt(0, 0);
    const auto said = text(dock, u"explanation"_s);
    session.run(1min);
    add(store, session);
    dock.refresh();
    dock.findChild<QPushButton *>(u"stateButton"_s)->click();
    QTRY_VERIFY(dock.calculator().isUpToDate());
    const auto *explanation = dock.findChild<QLabel *>(u"explanation"_s);
    QVERIFY(explanation->isVisible());
    QCOMPARE(text(dock, u"explanation"_s), said);
    // With others it may be another attempt.
    type(dock, u"initial_backoff_ms"_s, u"7 s"_s);
    dock.showAttempt(0, 1);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    QVERIFY(!explanation->isVisible());
}

void WhatIfDockTest::hostileTextIsPlain()
{
    SessionBuilder one(u"<b>robot</b>\u202E"_s);
    SessionBuilder two(u"<img src=x>"_s);
    for (auto *session : {&one, &two})
        session->start().failConnect(ConnectError::Api, 503).failConnect(ConnectError::Api, 503);
    const auto store = SessionBuilder::merged({one, two});
    QWidget window;
    WhatIfDock dock(&window);
    dock.setStore(store.get(), false);
    open(window, dock);
    type(dock, u"initial_backoff_ms"_s, u"300 ms"_s);
    QTRY_VERIFY(dock.calculator().isUpToDate());
    dock.showAttempt(0, 1);
    for (const auto *label : dock.findChildren<QLabel *>()) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
        QVERIFY(!label->text().contains(u'\u202E'));
    }
    const auto tip = dock.table()->topLevelItem(1)->toolTip(0);
    QVERIFY(tip.startsWith(u"<qt>"_s) && tip.contains(u"&lt;b&gt;"_s));
    QVERIFY(!dock.table()->topLevelItem(1)->text(0).contains(u'\u202E'));
}

void WhatIfDockTest::theWindowHasALaneWhileTheDockIsOpen()
{
    QTemporaryDir folder;
    const auto window = windowWith(*outageSession(), folder.filePath(u"outage.watchline"_s));
    const auto *timeline = window->sessionView()->timeline();
    auto *action = whatIfAction(*window);
    QVERIFY(action);
    QTRY_VERIFY(action->isEnabled());
    QVERIFY(window->whatIfDock()->isHidden());
    QVERIFY(!timeline->hasWhatIf());
    action->trigger();
    QTRY_VERIFY(timeline->hasWhatIf());
    // Behind another dock it is still open.
    window->findings()->raise();
    QCoreApplication::processEvents();
    QVERIFY(timeline->hasWhatIf());
    window->whatIfDock()->close();
    QVERIFY(!timeline->hasWhatIf());
    window->whatIfDock()->toggleViewAction()->trigger();
    QTRY_VERIFY(timeline->hasWhatIf());
    QVERIFY(window->close());
}

void WhatIfDockTest::aClickInTheLaneExplainsAndSelects()
{
    QTemporaryDir folder;
    const auto window = windowWith(*outageSession(), folder.filePath(u"outage.watchline"_s));
    auto *timeline = window->sessionView()->timeline();
    auto *action = whatIfAction(*window);
    QTRY_VERIFY(action->isEnabled());
    action->trigger();
    auto *dock = window->whatIfDock();
    QTRY_VERIFY(dock->lanes() && dock->calculator().isUpToDate());
    QTRY_COMPARE(timeline->indexedRows(), window->document()->store().size());
    timeline->fit();
    const auto *lane = dock->lanes()->lane(0);
    const auto step = lane->step(1);
    QVERIFY(step.isWatch);
    const auto middle = *step.answered + (*step.ended - *step.answered) / 2;
    const double y = laneMiddle(*timeline, middle);
    QVERIFY(timeline->canvasRect().contains(placeOf(*timeline, middle, y)));
    QVERIFY(timeline->tipAt(placeOf(*timeline, middle, y)).contains(u"What if: attempt 2"_s));
    window->findings()->show();
    window->findings()->raise();
    QTest::mouseClick(timeline, Qt::LeftButton, {}, placeOf(*timeline, middle, y).toPoint());
    QCOMPARE(window->sessionView()->selectedRow(), step.row);
    QCOMPARE(window->document()->store().kind(step.row), EventKind::Hello);
    QCOMPARE(text(*dock, u"explanation"_s), whatIfExplanation(step).join(u'\n'));
    QVERIFY(dock->isVisible());
    QVERIFY(window->close());
}

void WhatIfDockTest::everyMarkOfTheLaneLiesAtItsTime()
{
    QTemporaryDir folder;
    const auto window = windowWith(*outageSession(), folder.filePath(u"outage.watchline"_s));
    auto *timeline = window->sessionView()->timeline();
    auto *dock = window->whatIfDock();
    QTRY_VERIFY(whatIfAction(*window)->isEnabled());
    whatIfAction(*window)->trigger();
    type(*dock, u"lease_conflict_backoff_ms"_s, u"6 s"_s);
    QTRY_VERIFY(dock->lanes() && dock->calculator().isUpToDate());
    QTRY_COMPARE(timeline->indexedRows(), window->document()->store().size());
    const auto lanes = dock->lanes();
    const auto *lane = lanes->lane(0);
    const double y = laneMiddle(*timeline, lane->step(1).at + 10s);
    for (std::size_t i = 0; i < lane->size(); ++i) {
        const auto step = lane->step(i);
        // Near enough that nothing else is in reach.
        timeline->setVisibleRange({step.at - 50ms, step.at + 50ms});
        const auto tip = timeline->tipAt(placeOf(*timeline, step.at, y));
        QVERIFY2(tip.contains(u"What if: attempt %1"_s.arg(i + 1)), qPrintable(tip));
        QVERIFY(tip.contains(whatIfExplanation(step).first().left(30)));
        if (!step.delay || !step.next)
            continue;
        const auto from = step.isWatch ? *step.ended : *step.answered;
        const auto middle = from + (*step.next - from) / 2;
        timeline->setVisibleRange({middle - 20ms, middle + 20ms});
        const auto wait = timeline->tipAt(placeOf(*timeline, middle, y));
        QVERIFY2(wait.contains(u"wait after attempt %1"_s.arg(i + 1)), qPrintable(wait));
    }
    QVERIFY(window->close());
}

void WhatIfDockTest::aFoldedSourceIsOpenedForItsAttempt()
{
    const auto store = twoSources();
    auto lanes = std::make_shared<WhatIfLanes>();
    QVERIFY(whatIf(*store, with({u"lease_conflict_backoff_ms=5s"_s}), *lanes, store->size()));
    TimelineView timeline;
    timeline.resize(1000, 500);
    timeline.setStore(store.get());
    timeline.setWhatIf(lanes);
    timeline.setAllSourcesFolded(true);
    timeline.selectWhatIf(1, 2);
    QVERIFY(timeline.isSourceFolded(0));
    QVERIFY(!timeline.isSourceFolded(1));
    const auto at = Nanoseconds(lanes->lane(1)->attempts()[2].begin);
    QVERIFY(timeline.visibleRange().contains(at));
    // Another session has none of it.
    timeline.setStore(nullptr);
    QVERIFY(!timeline.hasWhatIf());
}

void WhatIfDockTest::aRunningWatchHasALaneToo()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startDemo(u"happy-day"_s);
    QVERIFY(window.document() && window.document()->isLive());
    whatIfAction(window)->trigger();
    const auto *dock = window.whatIfDock();
    const auto *timeline = window.sessionView()->timeline();
    const auto rows = [dock] {
        const auto *result = dock->calculator().result();
        return result ? result->rows : 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(timeline->hasWhatIf() && rows() > 0, 30'000);
    // It follows what comes.
    const auto before = rows();
    QTRY_VERIFY_WITH_TIMEOUT(rows() > before, 30'000);
    QVERIFY(window.close());
}

QTEST_MAIN(WhatIfDockTest)
#include "tst_whatifdock.moc"
