// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/runstate.h"
#include "tests/support/sessionbuilder.h"
#include "ui/statusview.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

class StatusViewTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void countsTheBackoffDown();
    void countsTheReadTimeoutDown();
    void saysThatTheRunIsOver();
    void saysThatDeviceInfoRejectedTheToken();
    void saysWhichLeaseIsOffered();
    void isLoudAboutAHotLoop();
    void callsNoLoopHotThatBacksOff();
    void callsNoSlowLoopHot();
    void saysTheSameOfTheSameMoment();
    void countsWhatAFleetDoes();
    void isAboutOneOfAFleet();
    void saysThatARecordingEnds();

private:
    static StatusView viewAt(const SessionStore &store, Nanoseconds t)
    {
        RunStateIndex states(store);
        states.update();
        StatusInput input;
        input.now = t;
        input.state = states.stateAt(t);
        input.waiting = waitingAt(input.state, t);
        input.hotLoop = input.state.isHotLoop(t);
        return statusView(input, store);
    }
};

void StatusViewTest::countsTheBackoffDown()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(20s);
    const auto ended = session.now();
    session.end(WatchOutcome::HeartbeatConflict);
    const auto store = session.store();
    const auto view = viewAt(*store, ended + 12s);
    QCOMPARE(view.state, u"Connecting"_s);
    QVERIFY2(view.sentence.contains(u"18.0 s of 30 s"_s), qPrintable(view.sentence));
    QVERIFY(qAbs(view.left - 0.6) < 0.01);
    QCOMPARE(view.tone, Tone::Waiting);
    QCOMPARE(view.rule.value, u"outcome.heartbeat_conflict"_s);
}

void StatusViewTest::countsTheReadTimeoutDown()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s);
    const auto hello = session.now();
    const auto store = session.store();
    const auto view = viewAt(*store, hello + 5s);
    QCOMPARE(view.state, u"Connected"_s);
    QCOMPARE(view.tone, Tone::Ok);
    QVERIFY2(view.sentence.contains(u"7.5 s left"_s), qPrintable(view.sentence));
    QCOMPARE(view.readTimeout.value, u"12.5 s"_s);
    QCOMPARE(view.lease.value, u"rwl_1"_s);
}

void StatusViewTest::saysThatTheRunIsOver()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s).stop();
    const auto store = session.store();
    const auto view = viewAt(*store, session.now());
    QCOMPARE(view.state, u"Stopped"_s);
    QVERIFY(view.left < 0);
}

void StatusViewTest::saysThatDeviceInfoRejectedTheToken()
{
    SessionStore store(SessionBuilder::header());
    Event connecting(EventKind::Status);
    connecting.set(Field::Status, u"connecting"_s);
    store.append(connecting);
    Event rejected(EventKind::DeviceInfo);
    rejected.set(Field::Result, u"error"_s).set(Field::HttpStatus, 401);
    store.append(rejected);
    Event over(EventKind::Status);
    over.set(Field::Status, u"shutdown"_s);
    store.append(over);
    const auto view = viewAt(store, 1s);
    QCOMPARE(view.state, u"Stopped"_s);
    QCOMPARE(view.tone, Tone::Stopped);
    QCOMPARE(view.sentence, u"the token was rejected"_s);
}

void StatusViewTest::saysWhichLeaseIsOffered()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(1s);
    const auto ended = session.now();
    session.end(WatchOutcome::StreamError);
    const auto store = session.store();
    const auto view = viewAt(*store, ended + 500ms);
    QCOMPARE(view.leaseCaption, u"Lease offered"_s);
    QCOMPARE(view.lease.value, u"rwl_1"_s);
}

void StatusViewTest::isLoudAboutAHotLoop()
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 5; ++i)
        session.connect(u"rwl_1"_s).end(WatchOutcome::StreamEnded);
    const auto store = session.store();
    const auto view = viewAt(*store, session.now());
    QVERIFY(view.attempt.loud);
    QVERIFY2(view.attempt.note.contains(u"hot loop"_s), qPrintable(view.attempt.note));
}

void StatusViewTest::callsNoLoopHotThatBacksOff()
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 3; ++i)
        session.connect(u"rwl_1"_s).end(WatchOutcome::StreamEnded);
    session.connect(u"rwl_1"_s).end(WatchOutcome::StreamError);
    for (int i = 0; i < 3; ++i)
        session.connect(u"rwl_1"_s).end(WatchOutcome::StreamEnded);
    QVERIFY(!viewAt(*session.store(), session.now()).attempt.loud);
}

void StatusViewTest::callsNoSlowLoopHot()
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 8; ++i)
        session.connect(u"rwl_1"_s).run(10s).end(WatchOutcome::StreamEnded);
    QVERIFY(!viewAt(*session.store(), session.now()).attempt.loud);
}

void StatusViewTest::saysTheSameOfTheSameMoment()
{
    const auto store = outageSession();
    QCOMPARE(viewAt(*store, 100s), viewAt(*store, 100s));
    QVERIFY(!(viewAt(*store, 100s) == viewAt(*store, 190s)));
}

void StatusViewTest::countsWhatAFleetDoes()
{
    RunState connected;
    connected.status = Word::Connected;
    RunState backingOff;
    backingOff.status = Word::Connecting;
    backingOff.backoffBegan = 1s;
    RunState stopped;
    stopped.status = Word::Shutdown;
    StatusInput input;
    input.fleet.emplace();
    for (const auto &state : {connected, connected, backingOff, stopped, RunState()})
        input.fleet->add(state.doing());
    QCOMPARE(input.fleet->total(), 5);
    const SessionStore store;
    const auto view = statusView(input, store);
    QCOMPARE(view.state, u"2 connected"_s);
    QCOMPARE(view.sentence, u"1 connecting, 1 backing off, 1 stopped"_s);
    QCOMPARE(view.watch.value, u"5 watches"_s);
    QCOMPARE(view.tone, Tone::Waiting);
}

void StatusViewTest::isAboutOneOfAFleet()
{
    StatusInput input;
    input.state.status = Word::Connected;
    input.fleet.emplace();
    input.fleet->add(input.state.doing());
    input.fleet->add(RunState().doing());
    input.source = u"crane-1"_s;
    const SessionStore store;
    const auto view = statusView(input, store);
    QCOMPARE(view.state, u"Connected"_s);
    QCOMPARE(view.watch.value, u"crane-1"_s);
    QCOMPARE(view.watch.note, u"1 of 2 connected"_s);
}

void StatusViewTest::saysThatARecordingEnds()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(20s);
    const auto store = session.store();
    RunStateIndex states(*store);
    states.update();
    StatusInput input;
    input.now = session.now();
    input.state = states.stateAt(input.now);
    input.waiting = waitingAt(input.state, input.now);
    input.isAtEnd = true;
    const auto view = statusView(input, *store);
    QCOMPARE(view.sentence, u"when the recording ended"_s);
    QVERIFY(view.left < 0); // nothing is counted down
}

QTEST_GUILESS_MAIN(StatusViewTest)
#include "tst_statusview.moc"
