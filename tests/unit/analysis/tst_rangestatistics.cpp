// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"
#include "core/analysis/rangestatistics.h"
#include "tests/support/sessionbuilder.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Counts = std::vector<std::pair<QString, qsizetype>>;

Event made(EventKind kind, Nanoseconds t, Field field = Field::Unknown, const char *word = nullptr,
           const QString &source = u"robot"_s)
{
    Event event(kind);
    event.t = t;
    event.source = source;
    if (word)
        event.set(field, word);
    return event;
}

Event lasting(Event event, Microseconds duration)
{
    event.setDuration(Field::DurationMs, duration);
    return event;
}

/// A watch from 2 s to 12 s, a conflict at 15 s, a wait up to 45 s, and a watch from 46 s that runs
/// at the last event, at 60 s.
void fill(SessionStore &store)
{
    const auto add = [&store](const Event &event) { store.append(event); };
    add(made(EventKind::Status, 0s, Field::Status, "connecting"));
    add(made(EventKind::ConnectAttempt, 1s));
    add(made(EventKind::Hello, 2s));
    add(made(EventKind::KeepAlive, 3s));
    add(lasting(made(EventKind::Heartbeat, 5s, Field::Result, "ok"), 20ms));
    add(made(EventKind::KeepAlive, 8s));
    add(lasting(made(EventKind::Outcome, 12s, Field::Outcome, "stream_error"), 10s));
    add(made(EventKind::Backoff, 12s, Field::Result, "started"));
    add(made(EventKind::Backoff, 14s, Field::Result, "finished"));
    add(made(EventKind::ConnectAttempt, 14s));
    add(made(EventKind::ConnectError, 15s, Field::Outcome, "conflict"));
    add(made(EventKind::Backoff, 15s, Field::Result, "started"));
    add(made(EventKind::Backoff, 45s, Field::Result, "finished"));
    add(made(EventKind::ConnectAttempt, 45s));
    add(made(EventKind::Hello, 46s));
    add(lasting(made(EventKind::Heartbeat, 47s, Field::Result, "failed"), 100ms));
    add(made(EventKind::SseEvent, 50s));
    add(made(EventKind::Note, 59s));
    add(lasting(made(EventKind::Heartbeat, 60s, Field::Result, "ok"), 40ms));
}

RangeStatistics statistics(const SessionStore &store, TimeRange range, Nanoseconds end = {})
{
    return *statisticsOf(store, range, end, [] { return true; });
}

} // namespace

class TestRangeStatistics : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void figuresAreThoseOfTheRange_data();
    void figuresAreThoseOfTheRange();
    void percentilesAreValuesThatWereSeen_data();
    void percentilesAreValuesThatWereSeen();
    void whatRunsGoesOnToNow();
    void whatHasNoEndIsOverWhenTheNextThingBegins();
    void sourcesAreTakenTogether();
    void timesMayGoBackwards();
    void outcomesThatAreNotKnownAreCountedByName();
    void lifetimesOfACutStandOut();
    void clustersAreTheMostThatAreAlike_data();
    void clustersAreTheMostThatAreAlike();
    void barsTakeEveryDuration();
    void aWholeSessionsFiguresAreTheDiagnosis();
    void anEmptySessionHasNothing();
    void canBeGivenUp();
};

void TestRangeStatistics::figuresAreThoseOfTheRange_data()
{
    QTest::addColumn<TimeRange>("range");
    QTest::addColumn<TimeRange>("clipped");
    QTest::addColumn<Nanoseconds>("connected");
    QTest::addColumn<Nanoseconds>("backoff");
    QTest::addColumn<qsizetype>("attempts");
    QTest::addColumn<Counts>("attemptsByOutcome");
    QTest::addColumn<qsizetype>("roundTrips");
    QTest::addColumn<Nanoseconds>("silence");
    QTest::addColumn<Nanoseconds>("silenceBegan");
    QTest::addColumn<Counts>("watchesByOutcome");
    const Counts none;
    const Counts cut{{u"stream_error"_s, 1}};
    const auto row = [](const char *name, TimeRange range, TimeRange clipped, Nanoseconds connected,
                        Nanoseconds backoff, qsizetype attempts, const Counts &attemptsByOutcome,
                        qsizetype roundTrips, Nanoseconds silence, Nanoseconds silenceBegan,
                        const Counts &watches) {
        QTest::newRow(name) << range << clipped << connected << backoff << attempts
                            << attemptsByOutcome << roundTrips << silence << silenceBegan
                            << watches;
    };
    const Counts all{{u"hello"_s, 2}, {u"conflict"_s, 1}};
    row("all", {0s, 60s}, {0s, 60s}, 24s, 32s, 3, all, 3, 10s, 50s, cut);
    row("more than all", {-10s, 100s}, {0s, 60s}, 24s, 32s, 3, all, 3, 10s, 50s, cut);
    row("within a watch", {4s, 10s}, {4s, 10s}, 6s, 0s, 0, none, 1, 4s, 4s, none);
    row("from a watch into a wait", {10s, 20s}, {10s, 20s}, 2s, 7s, 1, {{u"conflict"_s, 1}}, 0, 2s,
        10s, cut);
    row("a wait", {20s, 40s}, {20s, 40s}, 0s, 20s, 0, none, 0, 0s, 0s, none);
    row("both ends belong to it", {2s, 12s}, {2s, 12s}, 10s, 0s, 0, {{u"hello"_s, 1}}, 1, 5s, 3s,
        cut);
    row("an instant", {5s, 5s}, {5s, 5s}, 0s, 0s, 0, none, 1, 0s, 0s, none);
    row("a silence that goes on", {55s, 58s}, {55s, 58s}, 3s, 0s, 0, none, 0, 3s, 55s, none);
}

void TestRangeStatistics::figuresAreThoseOfTheRange()
{
    QFETCH(TimeRange, range);
    QFETCH(TimeRange, clipped);
    QFETCH(Nanoseconds, connected);
    QFETCH(Nanoseconds, backoff);
    QFETCH(qsizetype, attempts);
    QFETCH(Counts, attemptsByOutcome);
    QFETCH(qsizetype, roundTrips);
    QFETCH(Nanoseconds, silence);
    QFETCH(Nanoseconds, silenceBegan);
    QFETCH(Counts, watchesByOutcome);
    SessionStore store;
    fill(store);
    const auto found = statistics(store, range);
    QVERIFY(found.range == clipped);
    QCOMPARE(found.connected.count(), connected.count());
    QCOMPARE((found.connected + found.disconnected).count(), clipped.duration().count());
    QCOMPARE(found.backoff.count(), backoff.count());
    QCOMPARE(found.attempts, attempts);
    QCOMPARE(found.attemptsByOutcome, attemptsByOutcome);
    QCOMPARE(found.roundTrips, roundTrips);
    QCOMPARE(found.longestSilence.count(), silence.count());
    if (silence > 0s)
        QCOMPARE(found.silenceBegan.count(), silenceBegan.count());
    QCOMPARE(found.watchesByOutcome, watchesByOutcome);
}

void TestRangeStatistics::percentilesAreValuesThatWereSeen_data()
{
    QTest::addColumn<int>("heartbeats"); // of 1 ms, 2 ms and so on, in a mixed order
    QTest::addColumn<int>("median");
    QTest::addColumn<int>("p90");
    QTest::addColumn<int>("p99");
    QTest::newRow("one") << 1 << 1 << 1 << 1;
    QTest::newRow("two") << 2 << 1 << 2 << 2;
    QTest::newRow("three") << 3 << 2 << 3 << 3;
    QTest::newRow("ten") << 10 << 5 << 9 << 10;
    QTest::newRow("eleven") << 11 << 6 << 10 << 11;
    QTest::newRow("a hundred") << 100 << 50 << 90 << 99;
    QTest::newRow("a hundred and one") << 101 << 51 << 91 << 100;
    QTest::newRow("a thousand") << 1'000 << 500 << 900 << 990;
}

void TestRangeStatistics::percentilesAreValuesThatWereSeen()
{
    QFETCH(int, heartbeats);
    QFETCH(int, median);
    QFETCH(int, p90);
    QFETCH(int, p99);
    SessionStore store;
    for (int i = 0; i < heartbeats; ++i) {
        // 7 has no divisor in common with any of these numbers.
        const int value = (i * 7 + 3) % heartbeats + 1;
        store.append(lasting(made(EventKind::Heartbeat, i * 1s, Field::Result, "ok"),
                             std::chrono::milliseconds(value)));
    }
    // One that got no answer has no round trip.
    store.append(made(EventKind::Heartbeat, 5s, Field::Result, "failed"));
    const auto found = statistics(store, {0s, 1h});
    QCOMPARE(found.roundTrips, heartbeats);
    QVERIFY(found.roundTripMedian == Microseconds(median * 1ms));
    QVERIFY(found.roundTripP90 == Microseconds(p90 * 1ms));
    QVERIFY(found.roundTripP99 == Microseconds(p99 * 1ms));
    QVERIFY(found.roundTripMax == Microseconds(heartbeats * 1ms));
}

void TestRangeStatistics::whatRunsGoesOnToNow()
{
    SessionStore store;
    fill(store);
    const auto found = statistics(store, {55s, 100s}, 75s);
    QVERIFY(found.range == (TimeRange{55s, 75s}));
    QCOMPARE(found.connected.count(), Nanoseconds(20s).count());
    QCOMPARE(found.longestSilence.count(), Nanoseconds(20s).count());
    QCOMPARE(found.connectedShare(), 1.0);
}

void TestRangeStatistics::whatHasNoEndIsOverWhenTheNextThingBegins()
{
    SessionStore store;
    store.append(made(EventKind::Hello, 0s));
    store.append(made(EventKind::ConnectAttempt, 10s));
    store.append(made(EventKind::Backoff, 11s, Field::Result, "started"));
    store.append(made(EventKind::Hello, 14s));
    store.append(made(EventKind::Status, 20s, Field::Status, "shutdown"));
    store.append(made(EventKind::Note, 30s));
    const auto found = statistics(store, {0s, 30s});
    QCOMPARE(found.connected.count(), Nanoseconds(16s).count());
    QCOMPARE(found.backoff.count(), Nanoseconds(3s).count());
    // None of them has an outcome, and how long they would have lived is not known.
    QCOMPARE(found.watchesEnded, 0);
    QCOMPARE(found.lifetimesKnown, 0);
}

void TestRangeStatistics::sourcesAreTakenTogether()
{
    SessionStore store;
    store.append(made(EventKind::Hello, 0s, Field::Unknown, nullptr, u"a"_s));
    store.append(made(EventKind::Hello, 5s, Field::Unknown, nullptr, u"b"_s));
    store.append(made(EventKind::ConnectAttempt, 10s, Field::Unknown, nullptr, u"a"_s));
    store.append(made(EventKind::ConnectAttempt, 20s, Field::Unknown, nullptr, u"c"_s));
    auto found = statistics(store, {0s, 10s});
    QCOMPARE(found.sources, 2); // of the third one nothing had been heard
    QCOMPARE(found.connected.count(), Nanoseconds(15s).count());
    QCOMPARE(found.connectedShare(), 0.75);
    found = statistics(store, {0s, 20s});
    QCOMPARE(found.sources, 3);
    QCOMPARE(found.connected.count(), Nanoseconds(25s).count());
    QCOMPARE(found.disconnected.count(), Nanoseconds(35s).count());
}

void TestRangeStatistics::timesMayGoBackwards()
{
    SessionStore store;
    store.append(made(EventKind::Hello, 10s));
    store.append(made(EventKind::KeepAlive, 5s));
    store.append(made(EventKind::Outcome, 4s, Field::Outcome, "stream_ended"));
    store.append(made(EventKind::Hello, 2s));
    store.append(made(EventKind::KeepAlive, 30s));
    const auto found = statistics(store, {0s, 30s});
    QCOMPARE(found.connected.count(), Nanoseconds(20s).count()); // within the session's own times
    QCOMPARE(found.longestSilence.count(), Nanoseconds(20s).count());
    QCOMPARE(found.watchesEnded, 0);
}

void TestRangeStatistics::outcomesThatAreNotKnownAreCountedByName()
{
    SessionStore store;
    for (const char *outcome : {"lost", "lost", "read_timeout", "\n"})
        store.append(made(EventKind::Outcome, 1s, Field::Outcome, outcome));
    store.append(made(EventKind::ConnectError, 1s));
    const auto found = statistics(store, {0s, 2s});
    QCOMPARE(found.watchesByOutcome,
             (Counts{{u"read_timeout"_s, 1}, {u"\\n"_s, 1}, {u"lost"_s, 2}}));
    QCOMPARE(found.attemptsByOutcome, (Counts{{u"?"_s, 1}}));
    QCOMPARE(found.lifetimesKnown, 0);
}

void TestRangeStatistics::lifetimesOfACutStandOut()
{
    SessionStore store;
    Nanoseconds t{};
    for (const auto lifetime : {60s, 7s, 60s, 300s, 60s, 60s}) {
        store.append(made(EventKind::Hello, t));
        t += lifetime;
        // Half of them do not say how long it was.
        auto outcome = made(EventKind::Outcome, t, Field::Outcome, "stream_error");
        store.append(lifetime == 60s ? lasting(outcome, lifetime + 200ms) : outcome);
    }
    const auto found = statistics(store, {0s, 1h});
    QCOMPARE(found.lifetimesKnown, 6);
    QCOMPARE(found.commonLifetime, (DurationCluster{4, 60'200ms, 60'200ms}));
    qsizetype highest = 0;
    int atHighest = 0;
    for (int bar = 0; bar < found.lifetimes.size(); ++bar) {
        if (found.lifetimes.count(bar) > highest) {
            highest = found.lifetimes.count(bar);
            atHighest = bar;
        }
    }
    QCOMPARE(highest, 4);
    QVERIFY(found.lifetimes.begin(atHighest) <= 60'200ms);
    QVERIFY(found.lifetimes.begin(atHighest + 1) > 60'200ms);
    // A range has those that ended in it, with all of their lives.
    const auto part = statistics(store, {50s, 70s});
    QCOMPARE(part.lifetimesKnown, 2);
    QCOMPARE(part.lifetimes.count(atHighest), 1);
}

void TestRangeStatistics::clustersAreTheMostThatAreAlike_data()
{
    QTest::addColumn<std::vector<Nanoseconds>>("durations");
    QTest::addColumn<DurationCluster>("cluster");
    using Durations = std::vector<Nanoseconds>;
    QTest::newRow("none") << Durations{} << DurationCluster{};
    QTest::newRow("one") << Durations{5s} << DurationCluster{1, 5s, 5s};
    QTest::newRow("within a second")
        << Durations{3s, 1s, 2s, 2'500ms} << DurationCluster{3, 2s, 3s};
    QTest::newRow("just more than a second")
        << Durations{1s, 2'001ms} << DurationCluster{1, 1s, 1s};
    QTest::newRow("within five per cent")
        << Durations{100s, 105s, 200s} << DurationCluster{2, 100s, 105s};
    QTest::newRow("just more") << Durations{100s, 105'300ms, 200s}
                               << DurationCluster{1, 100s, 100s};
    QTest::newRow("the larger one")
        << Durations{10s, 350s, 10s, 351s, 352s} << DurationCluster{3, 350s, 352s};
    QTest::newRow("of equals the shorter")
        << Durations{10s, 350s, 10s, 351s} << DurationCluster{2, 10s, 10s};
}

void TestRangeStatistics::clustersAreTheMostThatAreAlike()
{
    QFETCH(std::vector<Nanoseconds>, durations);
    QFETCH(DurationCluster, cluster);
    QCOMPARE(largestCluster(durations), cluster);
}

void TestRangeStatistics::barsTakeEveryDuration()
{
    DurationHistogram bars(1ms, 10s, 5);
    QCOMPARE(bars.size(), 20);
    QCOMPARE(bars.used(), (std::pair{0, 0}));
    QVERIFY(bars.begin(0) == 1ms);
    QVERIFY(bars.begin(5) == 10ms);
    QVERIFY(bars.begin(20) == 10s);
    for (const Nanoseconds duration : {Nanoseconds(-1s), Nanoseconds(0), Nanoseconds(1ms),
                                       Nanoseconds(11ms), Nanoseconds(1h), Nanoseconds::max()})
        bars.add(duration);
    QCOMPARE(bars.count(0), 3);
    QCOMPARE(bars.count(5), 1);
    QCOMPARE(bars.count(19), 2);
    QCOMPARE(bars.used(), (std::pair{0, 20}));
    for (int bar = 0; bar < bars.size(); ++bar) {
        QVERIFY(bars.begin(bar) < bars.begin(bar + 1));
        QVERIFY(std::abs(bars.position(bars.begin(bar)) - bar / 20.0) < 1e-6);
    }
}

/// The definitions are the same.
void TestRangeStatistics::aWholeSessionsFiguresAreTheDiagnosis()
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 30; ++i) {
        session.connect(u"rwl_%1"_s.arg(i)).run((i * 37 % 90 + 1) * 1s);
        session.end(i % 3 == 0 ? WatchOutcome::StreamError : WatchOutcome::ReadTimeout);
        if (i % 4 == 1)
            session.failConnect(ConnectError::Api, 503).failConnect(ConnectError::Transport);
    }
    session.connect(u"rwl_last"_s).run(17s);
    const auto outage = outageSession();
    const auto other = session.store();
    for (const auto *store : {outage.get(), other.get()}) {
        Diagnosis diagnosis;
        for (qsizetype row = 0; row < store->size(); ++row)
            diagnosis.take(*store, row);
        const auto figures = diagnosis.figures();
        const auto found = statistics(*store, {store->firstTime(), store->lastTime()});
        QCOMPARE(found.range.duration().count(), figures.duration.count());
        QCOMPARE(found.connected.count(), figures.connected.count());
        QCOMPARE(found.backoff.count(), figures.backoff.count());
        QCOMPARE(found.attempts, figures.attempts);
        QCOMPARE(found.attemptsByOutcome, figures.attemptsByOutcome);
        QCOMPARE(found.watchesByOutcome, figures.watchesByOutcome);
        QCOMPARE(found.longestSilence.count(), figures.longestSilence.count());
        QVERIFY(found.roundTripMedian && found.roundTripMedian == figures.roundTripP50);
        QVERIFY(found.roundTripP90 == figures.roundTripP90);
        QVERIFY(found.roundTripP99 == figures.roundTripP99);
        QVERIFY(found.roundTripMax == figures.roundTripMax);
    }
}

void TestRangeStatistics::anEmptySessionHasNothing()
{
    const SessionStore store;
    const auto found = statistics(store, {0s, 10s});
    QCOMPARE(found.sources, 0);
    QCOMPARE(found.connectedShare(), 0.0);
    QVERIFY(!found.roundTripMedian);
}

void TestRangeStatistics::canBeGivenUp()
{
    SessionStore store;
    fill(store);
    QVERIFY(!statisticsOf(store, {0s, 10s}, 0s, [] { return false; }));
}

QTEST_GUILESS_MAIN(TestRangeStatistics)
#include "tst_rangestatistics.moc"
