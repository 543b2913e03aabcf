// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/jumpdialog.h"
#include "ui/mainwindow.h"
#include "ui/positionslider.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/timeline/timelineview.h"

#include <QAction>
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

namespace {

constexpr int kPatience = 30'000;

} // namespace

class TransportTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-transport"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void stepsByAttemptBothWays();
    void stepsFarWithoutHoldingTheWindowUp();
    void stepsPastTheEndStayWhereTheyAre();
    void keysSetTheLoop();
    void loopsTheSelectedRange();
    void theLoopGoesWithTheSession();
    void jumpsIntoSight();
    void readsATimeToJumpTo();
    void skipsIdleTimeWhenToldTo();
    void saysHowLongItWasSilent();
    void saysTheBackoffAtThePlayhead();
    void keepsRoomForItsSliderWhenNarrow();
    void isThereForRecordingsAlone();

private:
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

    static QAction *action(const MainWindow &window, const QString &text)
    {
        for (auto *action : window.actions()) {
            if (action->text().remove(u'&') == text)
                return action;
        }
        qFatal("no action %s", qPrintable(text));
    }

    QTemporaryDir m_folder;
};

void TransportTest::stepsByAttemptBothWays()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    view->select(0);
    std::vector<qsizetype> visited;
    for (int i = 0; i < 3; ++i) {
        action(window, u"Next attempt"_s)->trigger();
        QCOMPARE(store.kind(view->selectedRow()), EventKind::ConnectAttempt);
        QCOMPARE(store.row(view->selectedRow()).attempt, i + 1);
        QCOMPARE(view->playhead()->position(), store.time(view->selectedRow()));
        visited.push_back(view->selectedRow());
    }
    action(window, u"Previous attempt"_s)->trigger();
    QCOMPARE(view->selectedRow(), visited.at(1));
}

void TransportTest::stepsFarWithoutHoldingTheWindowUp()
{
    SessionStore store(SessionBuilder::header());
    store.append(Event(EventKind::ConnectAttempt));
    for (int i = 0; i < 60'000; ++i)
        store.append(Event(EventKind::KeepAlive));
    store.append(Event(EventKind::ConnectAttempt));
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"far.watchline"_s)));
    auto *view = window.sessionView();
    view->select(0);
    view->step(1, StepTo::Attempt);
    QTRY_COMPARE_WITH_TIMEOUT(view->selectedRow(), store.size() - 1, kPatience);
    view->step(-1, StepTo::Attempt);
    QTRY_COMPARE_WITH_TIMEOUT(view->selectedRow(), 0, kPatience);
}

void TransportTest::stepsPastTheEndStayWhereTheyAre()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto last = window.document()->store().size() - 1;
    view->select(last);
    for (const auto what : {StepTo::Event, StepTo::Decision, StepTo::Attempt})
        view->step(1, what);
    QCOMPARE(view->selectedRow(), last);
    view->select(0);
    for (const auto what : {StepTo::Event, StepTo::Decision, StepTo::Attempt})
        view->step(-1, what);
    QCOMPARE(view->selectedRow(), 0);
}

void TransportTest::keysSetTheLoop()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *playhead = window.sessionView()->playhead();
    const auto *slider = window.findChild<PositionSlider *>();
    QVERIFY(!slider->loop());
    playhead->moveTo(60s);
    QCOMPARE(action(window, u"Loop from here"_s)->shortcut(), QKeySequence(Qt::Key_BracketLeft));
    action(window, u"Loop from here"_s)->trigger();
    playhead->moveTo(90s);
    action(window, u"Loop up to here"_s)->trigger();
    QCOMPARE(playhead->loop(), (TimeRange{60s, 90s}));
    QVERIFY(playhead->isLooping());
    QVERIFY(action(window, u"Loop"_s)->isChecked());
    QVERIFY(slider->loop());
    action(window, u"Loop"_s)->trigger();
    QVERIFY(!playhead->isLooping());
    QCOMPARE(playhead->loop(), (TimeRange{60s, 90s})); // to be had again
    action(window, u"Loop no more"_s)->trigger();
    QVERIFY(!playhead->hasLoopMarks());
    QVERIFY(!slider->loop());
}

void TransportTest::loopsTheSelectedRange()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    QVERIFY(!action(window, u"Loop the selected range"_s)->isEnabled());
    view->timeline()->setSelectedRange(TimeRange{30s, 45s});
    action(window, u"Loop"_s)->trigger(); // without marks it is the range
    QCOMPARE(view->playhead()->loop(), (TimeRange{30s, 45s}));
    view->timeline()->setSelectedRange(TimeRange{100s, 110s});
    QVERIFY(action(window, u"Loop the selected range"_s)->isEnabled());
    action(window, u"Loop the selected range"_s)->trigger();
    QCOMPARE(view->playhead()->loop(), (TimeRange{100s, 110s}));
    QVERIFY(view->playhead()->isLooping());
}

void TransportTest::theLoopGoesWithTheSession()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"first.watchline"_s)));
    auto *playhead = window.sessionView()->playhead();
    playhead->moveTo(60s);
    action(window, u"Loop from here"_s)->trigger();
    QVERIFY(open(window, write(*outageSession(), u"second.watchline"_s)));
    QVERIFY(!playhead->hasLoopMarks());
    QVERIFY(!playhead->isLooping());
    QVERIFY(!action(window, u"Loop"_s)->isChecked());
}

void TransportTest::jumpsIntoSight()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    view->timeline()->setVisibleRange({0s, 20s});
    view->jumpTo(200s);
    QCOMPARE(view->playhead()->position(), Nanoseconds(200s));
    QVERIFY(view->timeline()->visibleRange().contains(200s));
    const auto &store = window.document()->store();
    QVERIFY(store.time(view->selectedRow()) <= 200s);
    QVERIFY(store.time(view->selectedRow() + 1) > 200s);
}

void TransportTest::readsATimeToJumpTo()
{
    JumpDialog dialog(SessionBuilder::header().started, {0s, 5min});
    auto *text = dialog.findChild<QLineEdit *>();
    auto *go = [&]() -> QPushButton * {
        for (auto *button : dialog.findChildren<QPushButton *>()) {
            if (button->isDefault())
                return button;
        }
        return nullptr;
    }();
    QVERIFY(text && go);
    QVERIFY(!go->isEnabled());
    for (const auto &[typed, expected] :
         {std::pair(u"+90s"_s, Nanoseconds(90s)), std::pair(u"0:01:30"_s, Nanoseconds(90s)),
          std::pair(u"14:31:30"_s, Nanoseconds(90s)), std::pair(u"5m"_s, Nanoseconds(5min))}) {
        text->setText(typed);
        QVERIFY2(go->isEnabled(), qPrintable(typed));
        QCOMPARE(dialog.target(), std::optional(expected));
    }
    for (const auto &typed : {u"6m"_s, u"14:29:59"_s, u"soon"_s, QString()}) {
        text->setText(typed);
        QVERIFY2(!go->isEnabled(), qPrintable(typed));
        QVERIFY(!dialog.target());
    }
    for (const auto *label : dialog.findChildren<QLabel *>())
        QVERIFY(!label->text().contains(u'<'));
}

void TransportTest::skipsIdleTimeWhenToldTo()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *playhead = window.sessionView()->playhead();
    QVERIFY(!playhead->skipsIdle());
    action(window, u"Skip idle time"_s)->trigger();
    QVERIFY(playhead->skipsIdle());
    // It is the reader's wish, not the session's.
    QVERIFY(open(window, write(*outageSession(), u"other.watchline"_s)));
    QVERIFY(playhead->skipsIdle());
    action(window, u"Close the session"_s)->trigger();
    QVERIFY(!playhead->skipsIdle());
}

void TransportTest::saysHowLongItWasSilent()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s);
    const auto lastFrame = session.now();
    session.wait(9s).note(u"nothing came"_s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*session.store(), u"silent.watchline"_s)));
    auto *view = window.sessionView();
    view->playhead()->moveTo(lastFrame + 7'500ms);
    const auto input = view->statusInput();
    const auto status = statusView(input, window.document()->store());
    const auto silence = input.now - input.state.lastFrame.value_or(Nanoseconds{});
    QVERIFY(silence >= 7'500ms);
    QCOMPARE(status.readTimeout.note,
             u"silent for %1 s"_s.arg(std::chrono::floor<std::chrono::seconds>(silence).count()));
}

void TransportTest::saysTheBackoffAtThePlayhead()
{
    SessionBuilder session;
    session.start();
    std::vector<Nanoseconds> begins;
    for (int i = 0; i < 6; ++i) {
        begins.push_back(session.now() + 200ms); // the attempt took 120 ms
        session.failConnect(ConnectError::Api, 503);
    }
    session.connect(u"rwl_1"_s).run(10s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*session.store(), u"backoff.watchline"_s)));
    auto *view = window.sessionView();
    const auto figure = [&](Nanoseconds t) {
        view->playhead()->moveTo(t);
        return statusView(view->statusInput(), window.document()->store()).backoff;
    };
    QCOMPARE(figure(begins.at(0)).value, u"2 s"_s);
    QCOMPARE(figure(begins.at(0)).note, u"next; now 1 s"_s);
    QCOMPARE(figure(begins.at(2)).value, u"8 s"_s);
    QCOMPARE(figure(session.now() - 1s).value, u"1 s"_s);
    QCOMPARE(figure(session.now() - 1s).note, u"after the next failure"_s);
}

void TransportTest::keepsRoomForItsSliderWhenNarrow()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *transport = window.sessionView()->transport();
    const auto *slider = transport->findChild<PositionSlider *>();
    window.resize(1400, 800);
    QTRY_VERIFY(transport->positionText().contains(u'/'));
    window.resize(760, 600);
    QTRY_VERIFY(!transport->positionText().contains(u'/'));
    QTRY_VERIFY(slider->width() >= 60);
    for (const auto *part : transport->findChildren<QWidget *>(Qt::FindDirectChildrenOnly))
        QVERIFY(transport->rect().contains(part->geometry()));
}

void TransportTest::isThereForRecordingsAlone()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startDemo(u"happy-day"_s);
    QVERIFY(window.document());
    for (const auto &text : {u"Loop"_s, u"Loop from here"_s, u"Skip idle time"_s})
        QVERIFY(!action(window, text)->isEnabled());
    QVERIFY(!window.sessionView()->transport()->isVisible());
    window.close();
}

QTEST_MAIN(TransportTest)
#include "tst_transport.moc"
