// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelinefold.h"
#include "core/timeline/timelineindex.h"
#include "tests/support/sessionbuilder.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

std::size_t marksOf(const TimelineIndex &index)
{
    std::size_t sum = 0;
    for (int source = 0; source < index.sourceCount(); ++source) {
        for (const auto &lane : index.source(source).marks)
            sum += lane.size();
    }
    return sum;
}

/// `begin-end word` in milliseconds, a line a span.
QStringList printed(const SpanSeries &series)
{
    QStringList result;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const auto word = name(series[i].word);
        const auto end = series[i].isOpen() ? u"…"_s : QString::number(series[i].end / 1'000'000);
        result += QString::number(series[i].begin / 1'000'000) + u'-' + end + u' ' +
                  QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
    }
    return result;
}

} // namespace

class TestTimelineIndex : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void everyKindHasALane();
    void aWatchIsASpanFromAttemptToOutcome();
    void failedAttemptsAreSpans();
    void anAttemptKnowsWhoseLeaseItOffers();
    void aLeaseThatWasDroppedIsNotOffered();
    void waitsKnowTheirPlanAndTheirReason();
    void aSkippedWaitEndsEarly();
    void aWaitForDeviceInfoIsAWait();
    void statusesFollowEachOther();
    void whatRunsIsOpen();
    void aStopEndsTheWatchWithoutAnOutcome();
    void anAttemptWithoutItsEndIsClosed();
    void endsWithoutTheirBeginAreShown();
    void aLoopWithoutWaitsIsHot();
    void aBackoffKeepsAttemptsFromBeingHot();
    void eachSourceHasItsLanes();
    void growsInAnyPieces();
    void survivesTimesThatGoBackwards();
    void survivesAnyOrderOfEvents();
    void survivesExtremeTimes();
    void anOpenSpanIsFoundAmongManyLaterOnes_data();
    void anOpenSpanIsFoundAmongManyLaterOnes();
    void findsTheSpanOfARow();
    void stepsThroughALane();
    void stepsThroughAnAttempt();
};

void TestTimelineIndex::everyKindHasALane()
{
    SessionStore store;
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        Event event(static_cast<EventKind>(kind));
        event.source = u"a"_s;
        if (kind == 0)
            event.kindName = u"news"_s;
        event.t = kind * 1s;
        store.append(event);
    }
    TimelineIndex index(store);
    QVERIFY(index.update());
    QVERIFY(!index.update());
    QCOMPARE(marksOf(index), std::size_t{kEventKindCount});
    QCOMPARE(index.source(0).lane(Lane::Marks).size(), std::size_t{3});
    QCOMPARE(index.source(0).lane(Lane::Room).size(), std::size_t{1});
    QVERIFY(index.hasRooms());
    QCOMPARE(index.extent(), (TimeRange{0s, (kEventKindCount - 1) * 1s}));
}

void TestTimelineIndex::aWatchIsASpanFromAttemptToOutcome()
{
    SessionBuilder session;
    session.connect(u"rwl_1"_s, 100ms).run(10s).end(WatchOutcome::ReadTimeout);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    const auto &watches = index.source(0).watches;
    QCOMPARE(watches.size(), std::size_t{1});
    const Span &watch = watches[0];
    QCOMPARE(watch.begin, 0);
    QCOMPARE(watch.hello, Nanoseconds(100ms).count());
    QCOMPARE(watch.end, Nanoseconds(10'100ms).count());
    QCOMPARE(watch.word, Word::ReadTimeout);
    QCOMPARE(watch.severity(), Severity::Timeout);
    QCOMPARE(store->string(watch.leaseId), u"rwl_1"_s);
    QCOMPARE(watch.attempt, 1);
    QCOMPARE(store->kind(watch.row), EventKind::ConnectAttempt);
    QCOMPARE(store->kind(watch.endRow), EventKind::Outcome);
}

void TestTimelineIndex::failedAttemptsAreSpans()
{
    SessionBuilder session;
    session.failConnect(ConnectError::Api, 503, 100ms)
        .failConnect(ConnectError::Conflict, 409, 50ms);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).watches),
             (QStringList{u"0-100 api"_s, u"1100-1150 conflict"_s}));
    QCOMPARE(index.source(0).watches[1].hello, kNoTime);
}

void TestTimelineIndex::anAttemptKnowsWhoseLeaseItOffers()
{
    SessionBuilder session;
    session.connect(u"rwl_1"_s, 100ms).run(10s).end(WatchOutcome::StreamEnded);
    session.failConnect(ConnectError::Api, 503, 100ms);
    session.connect(u"rwl_2"_s, 100ms).run(1s);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    const auto &watches = index.source(0).watches;
    QCOMPARE(watches.size(), std::size_t{3});
    QCOMPARE(watches[0].offerer, kNoTime);
    QCOMPARE(watches[1].offerer, watches[0].end);
    QCOMPARE(watches[2].offerer, watches[0].end);
}

void TestTimelineIndex::aLeaseThatWasDroppedIsNotOffered()
{
    SessionBuilder session;
    session.connect(u"rwl_1"_s).run(1s).end(WatchOutcome::HeartbeatGone).connect(u"rwl_2"_s);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(index.source(0).watches[1].offerer, kNoTime);
}

void TestTimelineIndex::waitsKnowTheirPlanAndTheirReason()
{
    SessionBuilder session;
    session.nextWaitEnds(Word::Finished, 31s).failConnect(ConnectError::Conflict, 409, 100ms);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    const auto &waits = index.source(0).waits;
    QCOMPARE(printed(waits), QStringList{u"100-31100 finished"_s});
    QCOMPARE(waits[0].planned, Nanoseconds(30s).count());
    QVERIFY(waits[0].rule() == Rule::ConnectConflict);
}

void TestTimelineIndex::aSkippedWaitEndsEarly()
{
    SessionBuilder session;
    session.nextWaitEnds(Word::Skipped, 200ms).failConnect(ConnectError::Api, 503, 100ms);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).waits), QStringList{u"100-300 skipped"_s});
}

void TestTimelineIndex::aWaitForDeviceInfoIsAWait()
{
    SessionBuilder session;
    session.status(Word::Connecting).wait(100ms);
    Event failed(EventKind::DeviceInfo);
    failed.set(Field::Result, "error")
        .set(Field::DelayMs, 1'000)
        .setDuration(Field::DurationMs, 60ms);
    session.add(failed).wait(1'050ms);
    Event good(EventKind::DeviceInfo);
    good.set(Field::Result, "ok").setDuration(Field::DurationMs, 40ms);
    session.add(good);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).waits), QStringList{u"100-1100 finished"_s});
    QCOMPARE(printed(index.source(0).watches), (QStringList{u"40-100 error"_s, u"1110-1150 ok"_s}));
}

void TestTimelineIndex::statusesFollowEachOther()
{
    SessionBuilder session;
    session.start(100ms).connect(u"rwl_1"_s, 100ms).run(800ms).stop();
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).statuses),
             (QStringList{u"0-200 connecting"_s, u"200-1000 connected"_s,
                          u"1000-1002 shutting_down"_s, u"1002-1002 shutdown"_s}));
}

void TestTimelineIndex::whatRunsIsOpen()
{
    SessionBuilder session;
    session.start(100ms).connect(u"rwl_1"_s, 100ms).run(5s);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    const auto &lanes = index.source(0);
    QCOMPARE(printed(lanes.statuses), (QStringList{u"0-200 connecting"_s, u"200-… connected"_s}));
    QCOMPARE(printed(lanes.watches), (QStringList{u"0-100 ok"_s, u"100-… "_s}));
    QCOMPARE(lanes.watches[1].severity(), Severity::Ok);
    QCOMPARE(lanes.watches[1].endOr(Nanoseconds(9s).count()), Nanoseconds(9s).count());
}

void TestTimelineIndex::aStopEndsTheWatchWithoutAnOutcome()
{
    SessionBuilder session;
    session.connect(u"rwl_1"_s, 100ms).run(5s).stop();
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).watches), QStringList{u"0-5100 "_s});
}

void TestTimelineIndex::anAttemptWithoutItsEndIsClosed()
{
    SessionBuilder session;
    session.connect(u"rwl_1"_s, 100ms).run(5s).wait(1min).connect(u"rwl_2"_s, 100ms);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    // What was between the last that was heard of it and the next attempt is a gap.
    QCOMPARE(printed(index.source(0).watches), (QStringList{u"0-2600 "_s, u"65100-… "_s}));
}

void TestTimelineIndex::endsWithoutTheirBeginAreShown()
{
    SessionBuilder session;
    session.wait(10s);
    Event outcome(EventKind::Outcome);
    outcome.set(Field::Outcome, "stream_ended")
        .set(Field::LeaseId, u"rwl_0"_s)
        .setDuration(Field::DurationMs, 4s);
    session.add(outcome);
    Event finished(EventKind::Backoff);
    finished.set(Field::Result, "finished")
        .set(Field::DelayMs, 2'000)
        .setDuration(Field::DurationMs, 2s);
    session.wait(3s).add(finished);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(printed(index.source(0).watches), QStringList{u"6000-10000 stream_ended"_s});
    QCOMPARE(printed(index.source(0).waits), QStringList{u"11000-13000 finished"_s});
}

void TestTimelineIndex::aLoopWithoutWaitsIsHot()
{
    SessionBuilder session;
    session.connect(u"rwl_first"_s).run(1min).end(WatchOutcome::StreamEnded);
    for (int i = 0; i < 6; ++i)
        session.connect(u"rwl_%1"_s.arg(i), 20ms).end(WatchOutcome::StreamEnded);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    const auto &watches = index.source(0).watches;
    QVERIFY(!watches[0].hot);
    QVERIFY(watches[1].hot);
    QVERIFY(watches[6].hot);
    QCOMPARE(watches[6].severity(), Severity::Error);
}

void TestTimelineIndex::aBackoffKeepsAttemptsFromBeingHot()
{
    SessionBuilder session;
    for (int i = 0; i < 6; ++i)
        session.nextWaitEnds(Word::Skipped, 100ms).failConnect(ConnectError::Api, 503, 20ms);
    const auto store = session.store();
    TimelineIndex index(*store);
    index.update();
    for (std::size_t i = 0; i < index.source(0).watches.size(); ++i)
        QVERIFY(!index.source(0).watches[i].hot);
}

void TestTimelineIndex::eachSourceHasItsLanes()
{
    std::vector<SessionBuilder> builders{SessionBuilder(u"a"_s), SessionBuilder(u"b"_s, 3s)};
    builders[0].start().connect(u"rwl_a"_s).run(20s);
    builders[1].start().failConnect(ConnectError::Conflict, 409);
    const auto store = SessionBuilder::merged(builders);
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(index.sourceCount(), 2);
    QCOMPARE(index.source(0).waits.size(), std::size_t{0});
    QCOMPARE(index.source(1).waits.size(), std::size_t{1});
    QCOMPARE(marksOf(index), static_cast<std::size_t>(store->size()));
}

void TestTimelineIndex::growsInAnyPieces()
{
    const auto whole = outageSession();
    TimelineIndex once(*whole);
    once.update();
    SessionStore growing(SessionBuilder::header());
    TimelineIndex pieces(growing);
    QRandomGenerator random(2);
    for (qsizetype row = 0; row < whole->size();) {
        for (int more = random.bounded(1, 9); more > 0 && row < whole->size(); --more)
            growing.append(whole->event(row++));
        pieces.update(random.bounded(1, 4));
    }
    while (pieces.update(2)) {
    }
    QCOMPARE(pieces.size(), whole->size());
    for (const Lane lane : kAllLanes) {
        const auto &a = once.source(0).lane(lane);
        const auto &b = pieces.source(0).lane(lane);
        QCOMPARE(a.size(), b.size());
        if (!a.isEmpty()) {
            QCOMPARE(a.extremes(0, a.size()).worst, b.extremes(0, b.size()).worst);
        }
    }
    QCOMPARE(printed(once.source(0).watches), printed(pieces.source(0).watches));
    QCOMPARE(printed(once.source(0).waits), printed(pieces.source(0).waits));
    QCOMPARE(printed(once.source(0).statuses), printed(pieces.source(0).statuses));
}

void TestTimelineIndex::survivesTimesThatGoBackwards()
{
    SessionBuilder late(u"gateway"_s, 100s);
    late.start().connect(u"rwl_1"_s).run(10s).end(WatchOutcome::StreamEnded);
    SessionBuilder early(u"gateway"_s, 2s);
    early.start().connect(u"rwl_2"_s).run(10s).end(WatchOutcome::ReadTimeout);
    SessionStore store(SessionBuilder::header());
    late.appendTo(store);
    early.appendTo(store);
    TimelineIndex index(store);
    index.update();
    QCOMPARE(index.extent().begin, Nanoseconds(2s));
    QCOMPARE(marksOf(index), static_cast<std::size_t>(store.size()));
    const auto &watches = index.source(0).watches;
    for (std::size_t i = 1; i < watches.size(); ++i)
        QVERIFY(watches[i - 1].begin <= watches[i].begin);
    const TimeScale scale{index.extent(), 800};
    QCOMPARE(watches[watches.worst(0, watches.size())].word, Word::ReadTimeout);
    QVERIFY(!foldSpans(watches, scale, 2, scale.range.end).empty());
}

void TestTimelineIndex::survivesAnyOrderOfEvents()
{
    const auto session = outageSession();
    QRandomGenerator random(23);
    for (int round = 0; round < 20; ++round) {
        std::vector<qsizetype> order(static_cast<std::size_t>(session->size()));
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = static_cast<qsizetype>(i);
        std::shuffle(order.begin(), order.end(), random);
        SessionStore store(SessionBuilder::header());
        TimelineIndex index(store);
        for (const auto row : order) {
            store.append(session->event(row));
            if (random.bounded(10) == 0)
                index.update();
        }
        index.update();
        QCOMPARE(marksOf(index), order.size());
        const TimeScale scale{index.extent(), 1'000};
        for (const auto *spans :
             {&index.source(0).watches, &index.source(0).waits, &index.source(0).statuses}) {
            for (std::size_t i = 0; i < spans->size(); ++i) {
                QVERIFY((*spans)[i].end >= (*spans)[i].begin);
                QVERIFY(i == 0 || (*spans)[i - 1].begin <= (*spans)[i].begin);
            }
            foldSpans(*spans, scale, 2, scale.range.end);
        }
        for (qsizetype row = 0; row < store.size(); ++row)
            index.spanOf(row);
    }
}

void TestTimelineIndex::survivesExtremeTimes()
{
    SessionStore store;
    for (const qint64 t :
         {std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min(), qint64{0}}) {
        Event event(EventKind::ConnectError);
        event.t = Nanoseconds(t);
        event.source = u"a"_s;
        event.set(Field::Outcome, "api").set(Field::DurationMs, std::numeric_limits<qint64>::max());
        store.append(event);
    }
    TimelineIndex index(store);
    index.update();
    QVERIFY(index.extent().duration() > 0s);
    QCOMPARE(index.density().sum({index.extent().begin, index.extent().end + 1h}).count,
             quint64{3});
}

void TestTimelineIndex::anOpenSpanIsFoundAmongManyLaterOnes_data()
{
    QTest::addColumn<bool>("isSorted");
    QTest::newRow("in order") << true;
    QTest::newRow("sorted in") << false;
}

void TestTimelineIndex::anOpenSpanIsFoundAmongManyLaterOnes()
{
    QFETCH(bool, isSorted);
    constexpr int kMany = 100'000;
    SessionStore store;
    const auto add = [&](EventKind kind, Nanoseconds t) {
        Event event(kind);
        event.source = u"a"_s;
        event.t = t;
        store.append(event);
    };
    TimelineIndex index(store);
    add(EventKind::ConnectAttempt, 10s);
    index.update();
    for (int i = 0; i < kMany; ++i)
        add(EventKind::DeviceInfo, isSorted || i > 0 ? 11s : 1s);
    index.update();
    for (int i = 0; i < kMany; ++i)
        add(EventKind::Hello, 12s);
    // A walk past all of them for each would take minutes.
    QElapsedTimer time;
    time.start();
    index.update();
    QVERIFY2(time.elapsed() < 10'000, qPrintable(QString::number(time.elapsed())));
    const auto &watches = index.source(0).watches;
    QCOMPARE(watches.size(), std::size_t{kMany + 1});
    QCOMPARE(watches[isSorted ? 0 : 1].hello, Nanoseconds(12s).count());
}

void TestTimelineIndex::findsTheSpanOfARow()
{
    const auto store = outageSession();
    TimelineIndex index(*store);
    index.update();
    int spans = 0;
    for (qsizetype row = 0; row < store->size(); ++row) {
        const auto kind = store->kind(row);
        const auto span = index.spanOf(row);
        if (laneOf(kind) == Lane::Watch || laneOf(kind) == Lane::Backoff ||
            kind == EventKind::Status) {
            QVERIFY2(span.has_value(), store->line(row).constData());
            if (store->row(row).attempt > 0 && kind != EventKind::Status) {
                QCOMPARE(span->attempt, store->row(row).attempt);
            }
            ++spans;
        } else {
            QVERIFY(!span);
        }
    }
    QVERIFY(spans > 20);
    QVERIFY(!index.spanOf(-1));
    QVERIFY(!index.spanOf(store->size()));
}

void TestTimelineIndex::stepsThroughALane()
{
    const auto store = outageSession();
    TimelineIndex index(*store);
    index.update();
    std::vector<qsizetype> decisions;
    for (qsizetype row = 0; row < store->size(); ++row) {
        if (store->kind(row) == EventKind::Decision)
            decisions.push_back(row);
    }
    QVERIFY(decisions.size() > 5);
    std::vector<qsizetype> forth;
    for (qsizetype row = decisions.front(); row >= 0; row = index.neighbourInLane(row, 1))
        forth.push_back(row);
    QCOMPARE(forth, decisions);
    std::vector<qsizetype> back;
    for (qsizetype row = decisions.back(); row >= 0; row = index.neighbourInLane(row, -1))
        back.insert(back.begin(), row);
    QCOMPARE(back, decisions);
}

void TestTimelineIndex::stepsThroughAnAttempt()
{
    std::vector<SessionBuilder> builders{SessionBuilder(u"a"_s), SessionBuilder(u"b"_s, 1ms)};
    builders[0]
        .connect(u"rwl_a"_s)
        .run(20s)
        .end(WatchOutcome::StreamEnded)
        .connect(u"rwl_a2"_s)
        .run(5s);
    builders[1].connect(u"rwl_b"_s).run(30s);
    const auto store = SessionBuilder::merged(builders);
    TimelineIndex index(*store);
    index.update();
    QCOMPARE(store->kind(0), EventKind::ConnectAttempt);
    int steps = 0;
    for (qsizetype row = 0; row >= 0; row = index.neighbourInAttempt(row, 1)) {
        QCOMPARE(store->row(row).attempt, 1);
        QCOMPARE(store->row(row).source, quint16{0});
        ++steps;
    }
    const auto ofFirst = std::count_if(builders[0].events().begin(), builders[0].events().end(),
                                       [](const Event &event) { return event.attempt == 1; });
    QCOMPARE(steps, static_cast<int>(ofFirst));
    QCOMPARE(index.neighbourInAttempt(0, -1), -1);
}

QTEST_GUILESS_MAIN(TestTimelineIndex)
#include "tst_timelineindex.moc"
