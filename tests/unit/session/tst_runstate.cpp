// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/runstate.h"
#include "tests/support/samplesession.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <limits>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Event make(Nanoseconds t, EventKind kind, int attempt = 1, const QString &source = u"a"_s)
{
    Event event(kind);
    event.t = t;
    event.source = source;
    event.attempt = attempt;
    return event;
}

/// The state as it is defined: all rows of the source, from the first, until one is later.
RunState naiveStateAt(const SessionStore &store, Nanoseconds t, quint16 source)
{
    RunState state;
    for (qsizetype row = 0; row < store.size(); ++row) {
        if (store.source(row) != source || store.kind(row) == EventKind::Note)
            continue;
        if (store.time(row) > t)
            break;
        advance(state, store, row);
    }
    return state;
}

} // namespace

class TestRunState : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void isEmptyBeforeTheFirstRow();
    void followsARun();
    void offersTheLeaseUntilAConflict();
    void aStopEndsEverything();
    void countsTheAttemptsOfTheLastMinute();
    void staysSmallInAHotLoop();
    void findsAHotLoopInAFleet();
    void takesNoFleetForAHotLoop();
    void forgetsTheLoopAfterABackoff();
    void takesInNoMoreThanAsked();
    void seekingEqualsTheNaiveFold_data();
    void seekingEqualsTheNaiveFold();
    void liveEqualsReplay();
    void notesAddedLaterChangeNothing();
    void survivesImpossibleTimes();
};

void TestRunState::isEmptyBeforeTheFirstRow()
{
    SessionStore store;
    RunStateIndex index(store);
    index.update();
    QVERIFY(index.latest() == RunState());
    QVERIFY(index.stateAt(1h, 7) == RunState());
    store.append(make(1s, EventKind::ConnectAttempt));
    index.update();
    QVERIFY(index.stateAt(0s) == RunState());
    QVERIFY(index.stateAt(1s) != RunState());
}

void TestRunState::followsARun()
{
    SessionStore store;
    for (const auto &event : sampleEvents())
        store.append(event);
    RunStateIndex index(store);
    index.update();

    const auto connecting = index.stateAt(30ms);
    QCOMPARE(connecting.status, Word::Connecting);
    QCOMPARE(connecting.attempt, 1);
    QVERIFY(connecting.attemptBegan == Nanoseconds(21ms));
    QVERIFY(!connecting.backoffBegan);

    const auto waiting = index.stateAt(500ms);
    QVERIFY(!waiting.attemptBegan);
    QVERIFY(waiting.backoffBegan == Nanoseconds(40ms));
    QVERIFY(waiting.backoffDelay == 1s);
    QVERIFY(waiting.nextBackoff == 2s);
    QVERIFY(waiting.lastRule == Rule::ConnectTransient);
    QVERIFY(waiting.lastAction == Action::RetryAfter);
    QVERIFY(waiting.lastDelay == 1s);
    QCOMPARE(waiting.lastDecisionRow, 4);

    const auto running = index.stateAt(12s);
    QCOMPARE(running.status, Word::Connected);
    QCOMPARE(running.attempt, 2);
    QVERIFY(!running.attemptBegan);
    QVERIFY(!running.backoffBegan);
    QVERIFY(running.watchBegan == Nanoseconds(1060ms));
    QCOMPARE(store.string(running.leaseId), u"rwl_400"_s);
    QVERIFY(running.heartbeatInterval == 10s);
    QVERIFY(running.nextBackoff == 1s);
    QVERIFY(running.lastFrame == Nanoseconds(6060ms));
    QVERIFY(running.lastHeartbeat == Nanoseconds(11'063ms));
    QCOMPARE(running.lastHeartbeatResult, Word::Ok);
    QVERIFY(running.lastRoundTrip == 3001us);
    QVERIFY(running.connectedTime == 0s);

    const auto over = index.latest();
    QCOMPARE(over.leaseId, StringId{0});
    QVERIFY(!over.watchBegan);
    QVERIFY(over.connectedTime == 11'940ms);
    QCOMPARE(store.string(over.offeredLeaseId), u"rwl_400"_s);
    QVERIFY(over.lastRule == Rule::OutcomeStreamErrorHealthy);
}

void TestRunState::offersTheLeaseUntilAConflict()
{
    SessionStore store;
    for (const auto &event : sampleEvents())
        store.append(event);
    RunStateIndex index(store);
    store.append(make(13s, EventKind::ConnectAttempt, 3, u"robot-7"_s)
                     .set(Field::PreviousLeaseId, u"rwl_400"_s));
    index.update();
    QCOMPARE(store.string(index.latest().offeredLeaseId), u"rwl_400"_s);
    store.append(make(14s, EventKind::Decision, 3, u"robot-7"_s)
                     .set(Field::Rule, "connect.conflict")
                     .set(Field::Action, "retry_after")
                     .set(Field::DelayMs, 30'000)
                     .setNull(Field::PreviousLeaseId)
                     .set(Field::BackoffMs, 1000));
    index.update();
    QCOMPARE(index.latest().offeredLeaseId, StringId{0});
}

void TestRunState::aStopEndsEverything()
{
    SessionStore store;
    store.append(make(1s, EventKind::ConnectAttempt));
    store.append(make(2s, EventKind::Hello).set(Field::LeaseId, u"l"_s));
    store.append(make(5s, EventKind::Status).set(Field::Status, "shutting_down"));
    store.append(make(5s, EventKind::Status).set(Field::Status, "shutdown"));
    RunStateIndex index(store);
    index.update();
    const auto state = index.latest();
    QCOMPARE(state.status, Word::Shutdown);
    QVERIFY(!state.watchBegan);
    QCOMPARE(state.leaseId, StringId{0});
    QVERIFY(state.connectedTime == 3s);
}

void TestRunState::countsTheAttemptsOfTheLastMinute()
{
    SessionStore store;
    for (int i = 0; i < 10; ++i)
        store.append(make(i * 10s, EventKind::ConnectAttempt, i + 1));
    RunStateIndex index(store);
    index.update();
    QCOMPARE(index.latest().attemptsInTheLastMinute(90s), 6);
    QCOMPARE(index.latest().attemptsInTheLastMinute(120s), 3);
    QCOMPARE(index.latest().attemptsInTheLastMinute(1h), 0);
    QCOMPARE(index.stateAt(25s).attemptsInTheLastMinute(25s), 3);
}

void TestRunState::staysSmallInAHotLoop()
{
    SessionStore store;
    RunStateIndex index(store);
    for (int i = 0; i < 20'000; ++i)
        store.append(make(i * 1ms, EventKind::ConnectAttempt, i + 1));
    index.update();
    QCOMPARE(index.latest().recentAttempts.size(), RunState::kMostRecentAttempts);
    QCOMPARE(index.latest().attemptsInTheLastMinute(20s),
             static_cast<int>(RunState::kMostRecentAttempts));
}

/// Attempts of one source, 100 ms apart, among a thousand keep-alives each of others.
void TestRunState::findsAHotLoopInAFleet()
{
    SessionStore store;
    for (int i = 0; i < 5; ++i) {
        store.append(make(i * 100ms, EventKind::ConnectAttempt, i + 1));
        for (int other = 0; other < 1'000; ++other)
            store.append(make(i * 100ms, EventKind::KeepAlive, 1, QString::number(other % 50)));
    }
    RunStateIndex index(store);
    index.update();
    QVERIFY(!index.stateAt(399ms).isHotLoop(399ms));
    QVERIFY(index.stateAt(400ms).isHotLoop(400ms));
    QVERIFY(index.latest().isHotLoop(10s));
    QVERIFY(!index.latest().isHotLoop(10s + 1ms));
    QVERIFY(!index.latest(1).isHotLoop(400ms));
}

void TestRunState::takesNoFleetForAHotLoop()
{
    SessionStore store;
    for (int i = 0; i < 50; ++i)
        store.append(make(i * 1ms, EventKind::ConnectAttempt, 1, QString::number(i)));
    RunStateIndex index(store);
    index.update();
    for (quint16 source = 0; source < 50; ++source)
        QVERIFY(!index.latest(source).isHotLoop(50ms));
}

void TestRunState::forgetsTheLoopAfterABackoff()
{
    SessionStore store;
    for (int i = 0; i < 5; ++i)
        store.append(make(i * 1ms, EventKind::ConnectAttempt, i + 1));
    store.append(make(5ms, EventKind::Backoff, 5).set(Field::Result, "started"));
    RunStateIndex index(store);
    index.update();
    QVERIFY(index.stateAt(4ms).isHotLoop(4ms));
    QVERIFY(!index.latest().isHotLoop(5ms));
}

void TestRunState::takesInNoMoreThanAsked()
{
    SessionStore store;
    for (int i = 0; i < 10; ++i)
        store.append(make(i * 1s, EventKind::ConnectAttempt, i + 1));
    RunStateIndex index(store);
    QVERIFY(index.update(4));
    QCOMPARE(index.size(), 4);
    QCOMPARE(index.latest().attempt, 4);
    QVERIFY(index.update());
    QCOMPARE(index.latest().attempt, 10);
    QVERIFY(!index.update());
}

void TestRunState::seekingEqualsTheNaiveFold_data()
{
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("sources");
    for (quint32 seed = 1; seed <= 6; ++seed)
        QTest::addRow("short %u", seed) << seed << 300 << 2;
    QTest::newRow("several checkpoints") << 77U << 20'000 << 1;
    QTest::newRow("several sources") << 78U << 20'000 << 5;
}

/// Not what a gateway does, but every kind in any order, with notes out of order.
static Event randomEvent(QRandomGenerator &random, Nanoseconds t, int sources)
{
    constexpr std::array kWords{"connecting", "connected", "shutting_down", "ok",
                                "failed",     "started",   "finished"};
    const auto kind = static_cast<EventKind>(random.bounded(kEventKindCount));
    // The first source is rare, so that long stretches without it come up.
    const int source = random.bounded(100) == 0 ? 0 : random.bounded(sources > 1 ? 1 : 0, sources);
    auto event = make(t, kind, random.bounded(50), QString::number(source));
    if (kind == EventKind::Unknown)
        event.kindName = u"other"_s;
    if (kind == EventKind::Note)
        event.t = Nanoseconds(random.bounded(qint64{t.count()} + 1));
    event.set(Field::Result, kWords.at(static_cast<std::size_t>(random.bounded(7))));
    event.set(Field::LeaseId, u"lease-%1"_s.arg(random.bounded(4)));
    if (random.bounded(2) == 0)
        event.set(Field::PreviousLeaseId, u"lease-%1"_s.arg(random.bounded(4)));
    event.set(Field::BackoffMs, random.bounded(30'000));
    event.set(Field::DelayMs, random.bounded(30'000));
    event.set(Field::HeartbeatIntervalMs, random.bounded(30'000));
    event.set(Field::Rule, "connect.transient").set(Field::Action, "retry_after");
    return event;
}

void TestRunState::seekingEqualsTheNaiveFold()
{
    QFETCH(quint32, seed);
    QFETCH(int, rows);
    QFETCH(int, sources);
    QRandomGenerator random(seed);
    SessionStore store;
    for (int i = 0; i < sources; ++i)
        store.append(make(0s, EventKind::Status, 0, QString::number(i)));
    RunStateIndex index(store);
    Nanoseconds t{};
    for (int i = 0; i < rows; ++i) {
        t += Milliseconds(random.bounded(3) == 0 ? 0 : random.bounded(2'000));
        store.append(randomEvent(random, t, sources));
        if (random.bounded(1'000) == 0)
            index.update();
    }
    index.update();
    for (int i = 0; i < 20; ++i) {
        const Nanoseconds at(random.bounded(qint64{t.count()} + 1));
        const auto source = static_cast<quint16>(random.bounded(sources));
        const auto expected = naiveStateAt(store, at, source);
        QVERIFY(index.stateAt(at, source) == expected);
        QCOMPARE(index.doingAt(at, source), expected.doing());
    }
    for (quint16 source = 0; source < sources; ++source) {
        QVERIFY(index.stateAt(t, source) == index.latest(source));
        QVERIFY(index.latest(source) == naiveStateAt(store, t, source));
    }
}

void TestRunState::liveEqualsReplay()
{
    SessionStore store;
    RunStateIndex live(store);
    for (const auto &event : sampleEvents()) {
        store.append(event);
        live.update();
    }
    RunStateIndex replay(store);
    replay.update();
    QVERIFY(live.latest() == replay.latest());
    QVERIFY(replay.stateAt(store.lastTime()) == live.latest());
}

void TestRunState::notesAddedLaterChangeNothing()
{
    SessionStore store;
    for (const auto &event : sampleEvents())
        store.append(event);
    RunStateIndex index(store);
    index.update();
    const auto before = index.latest();
    store.append(make(30ms, EventKind::Note, 1, u"robot-7"_s).set(Field::Detail, u"here"_s));
    index.update();
    QVERIFY(index.latest() == before);
    QVERIFY(index.stateAt(1h) == before);
    QCOMPARE(store.lowerBound(5s), 11);
    QCOMPARE(store.lowerBound(30ms), 3);
}

void TestRunState::survivesImpossibleTimes()
{
    SessionStore store;
    constexpr auto kEarliest = Nanoseconds::min();
    constexpr auto kLatest = Nanoseconds::max();
    for (const auto t : {kEarliest, kLatest, Nanoseconds(0), kEarliest, kLatest}) {
        store.append(make(t, EventKind::ConnectAttempt));
        store.append(make(t, EventKind::Hello));
        store.append(make(t, EventKind::Outcome));
    }
    RunStateIndex index(store);
    index.update();
    QVERIFY(index.stateAt(kEarliest).attempt == 1);
    QVERIFY(index.stateAt(kLatest) == index.latest());
    QVERIFY(index.latest().attemptsInTheLastMinute(kEarliest) >= 0);
}

QTEST_GUILESS_MAIN(TestRunState)
#include "tst_runstate.moc"
