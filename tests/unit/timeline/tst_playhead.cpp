// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"
#include "core/timeline/playhead.h"
#include "tests/support/virtualclock.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

void add(SessionStore &store, Nanoseconds t)
{
    Event event(EventKind::KeepAlive);
    event.t = t;
    store.append(event);
}

} // namespace

class PlayheadTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void staysWithinTheSession();
    void runsAtItsSpeed_data();
    void runsAtItsSpeed();
    void showsTheWholeSessionAtAGlanceAtMaximum();
    void isNoSlowerAtMaximumThanAtAThousand();
    void pausesAtTheEnd();
    void startsOverFromTheEnd();
    void goesOnFromWhereItWasDraggedTo();
    void keepsItsPlaceWhenTheSpeedChanges();
    void waitsForNothingWhilePaused();
    void playsALoopAgainAndAgain_data();
    void playsALoopAgainAndAgain();
    void beginsALoopFromOutside();
    void playsOnFromBehindTheLoop();
    void loopsTheWholeSessionWithoutMarks();
    void aMarkOnTheWrongSideTakesTheOtherAway();
    void marksStayWithinTheSession();
    void skipsWhatIsIdle();
    void playsTheEdgesOfIdleTime();
    void skipsWithinALoop();
    void skipsManyIdleTimesInOneFrame();
    void keepsItsPaceInADenseSession();
};

void PlayheadTest::staysWithinTheSession()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(10s, 20s);
    QCOMPARE(playhead.position(), Nanoseconds(10s));
    playhead.moveTo(30s);
    QCOMPARE(playhead.position(), Nanoseconds(20s));
    playhead.moveTo(0s);
    QCOMPARE(playhead.position(), Nanoseconds(10s));
}

void PlayheadTest::runsAtItsSpeed_data()
{
    QTest::addColumn<double>("speed");
    QTest::addColumn<qint64>("milliseconds");
    QTest::addRow("a tenth") << 0.1 << qint64{330};
    QTest::addRow("as it was") << 1.0 << qint64{3'300};
    QTest::addRow("a thousand times") << 1000.0 << qint64{3'300'000};
}

void PlayheadTest::runsAtItsSpeed()
{
    QFETCH(const double, speed);
    QFETCH(const qint64, milliseconds);
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 24h);
    playhead.setSpeed(speed);
    playhead.play();
    clock.advance(3'300ms);
    QCOMPARE(playhead.position(), Nanoseconds(std::chrono::milliseconds(milliseconds)));
}

void PlayheadTest::showsTheWholeSessionAtAGlanceAtMaximum()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 72h);
    playhead.setSpeed(Playhead::kMaxSpeed);
    QSignalSpy moved(&playhead, &Playhead::moved);
    playhead.play();
    clock.advance(400ms);
    QVERIFY(!playhead.isPlaying());
    QCOMPARE(playhead.position(), Nanoseconds(72h));
    QVERIFY(moved.size() >= 5);
}

void PlayheadTest::isNoSlowerAtMaximumThanAtAThousand()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 60s);
    playhead.setSpeed(Playhead::kMaxSpeed);
    playhead.play();
    clock.advance(66ms);
    QVERIFY(!playhead.isPlaying());
    QCOMPARE(playhead.position(), Nanoseconds(60s));
}

void PlayheadTest::pausesAtTheEnd()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 1s);
    QSignalSpy playing(&playhead, &Playhead::playingChanged);
    playhead.play();
    clock.advance(2s);
    QCOMPARE(playhead.position(), Nanoseconds(1s));
    QCOMPARE(playing.size(), 2);
    QCOMPARE(clock.activeTimers(), 0);
}

void PlayheadTest::startsOverFromTheEnd()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 10s);
    playhead.moveTo(10s);
    playhead.play();
    QCOMPARE(playhead.position(), Nanoseconds(0s));
    QVERIFY(playhead.isPlaying());
}

void PlayheadTest::goesOnFromWhereItWasDraggedTo()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.play();
    clock.advance(330ms);
    playhead.moveTo(50s);
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(50'330ms));
}

void PlayheadTest::keepsItsPlaceWhenTheSpeedChanges()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.play();
    clock.advance(330ms);
    playhead.setSpeed(10);
    QCOMPARE(playhead.position(), Nanoseconds(330ms));
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(3'630ms));
}

void PlayheadTest::waitsForNothingWhilePaused()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.play();
    playhead.pause();
    QCOMPARE(clock.activeTimers(), 0);
    clock.advance(10s);
    QCOMPARE(playhead.position(), Nanoseconds(0s));
}

void PlayheadTest::playsALoopAgainAndAgain_data()
{
    QTest::addColumn<double>("speed");
    QTest::addColumn<qint64>("afterMs");
    QTest::addColumn<qint64>("positionMs");
    QTest::addRow("once round") << 1.0 << qint64{3'300} << qint64{11'300};
    QTest::addRow("five times") << 1.0 << qint64{9'900} << qint64{11'900};
    QTest::addRow("faster than the loop is long") << 100.0 << qint64{330} << qint64{11'000};
}

void PlayheadTest::playsALoopAgainAndAgain()
{
    QFETCH(const double, speed);
    QFETCH(const qint64, afterMs);
    QFETCH(const qint64, positionMs);
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.setLoopBegin(10s);
    playhead.setLoopEnd(12s);
    playhead.setLooping(true);
    playhead.setSpeed(speed);
    playhead.moveTo(10s);
    playhead.play();
    clock.advance(std::chrono::milliseconds(afterMs));
    QVERIFY(playhead.isPlaying());
    QCOMPARE(playhead.position(), Nanoseconds(std::chrono::milliseconds(positionMs)));
}

void PlayheadTest::beginsALoopFromOutside()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.setLoopBegin(10s);
    playhead.setLoopEnd(12s);
    playhead.setLooping(true);
    playhead.moveTo(50s);
    playhead.play();
    QCOMPARE(playhead.position(), Nanoseconds(10s));
}

void PlayheadTest::playsOnFromBehindTheLoop()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.setLoopBegin(10s);
    playhead.setLoopEnd(12s);
    playhead.setLooping(true);
    playhead.play();
    playhead.moveTo(99s);
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(99'330ms));
    clock.advance(1s);
    QVERIFY(!playhead.isPlaying());
}

void PlayheadTest::loopsTheWholeSessionWithoutMarks()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(5s, 8s);
    playhead.setLooping(true);
    QCOMPARE(playhead.loop(), (TimeRange{5s, 8s}));
    playhead.moveTo(8s);
    playhead.play();
    clock.advance(3'300ms);
    QVERIFY(playhead.isPlaying());
    QCOMPARE(playhead.position(), Nanoseconds(5'300ms));
    playhead.setLooping(false);
    clock.advance(10s);
    QVERIFY(!playhead.isPlaying());
}

void PlayheadTest::aMarkOnTheWrongSideTakesTheOtherAway()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.setLoopBegin(20s);
    playhead.setLoopEnd(30s);
    playhead.setLoopEnd(10s);
    QCOMPARE(playhead.loop(), (TimeRange{0s, 10s}));
    playhead.setLoopBegin(40s);
    QCOMPARE(playhead.loop(), (TimeRange{40s, 100s}));
}

void PlayheadTest::marksStayWithinTheSession()
{
    VirtualClock clock;
    Playhead playhead(clock);
    playhead.setRange(10s, 20s);
    playhead.setLoopBegin(5s);
    playhead.setLoopEnd(50s);
    QCOMPARE(playhead.loop(), (TimeRange{10s, 20s}));
    // A loop outside of what there is loops nothing, and ends.
    playhead.setRange(10s, 20s);
    playhead.setLoopBegin(20s);
    playhead.setLoopEnd(std::nullopt);
    playhead.setLooping(true);
    playhead.play();
    clock.advance(60s);
    QVERIFY(!playhead.isPlaying());
}

void PlayheadTest::skipsWhatIsIdle()
{
    VirtualClock clock;
    SessionStore store;
    for (const auto t : {0s, 1s, 61s, 62s})
        add(store, t);
    Playhead playhead(clock);
    playhead.setRange(0s, 62s);
    playhead.setSkipsIdle(&store);
    playhead.play();
    // 0 to 2 s, then from 60 s on
    clock.advance(1'980ms);
    QCOMPARE(playhead.position(), Nanoseconds(1'980ms));
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(60'310ms));
    clock.advance(2s);
    QVERIFY(!playhead.isPlaying());
    QCOMPARE(playhead.position(), Nanoseconds(62s));
}

void PlayheadTest::playsTheEdgesOfIdleTime()
{
    VirtualClock clock;
    SessionStore store;
    for (const auto t : {0s, 100s})
        add(store, t);
    Playhead playhead(clock);
    playhead.setRange(0s, 100s);
    playhead.setSkipsIdle(&store);
    // From the midst of it the rest of it is left out.
    playhead.moveTo(50s);
    playhead.play();
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(99'330ms));
    // When told to, all is played.
    playhead.moveTo(10s);
    playhead.setSkipsIdle(nullptr);
    clock.advance(330ms);
    QCOMPARE(playhead.position(), Nanoseconds(10'330ms));
}

void PlayheadTest::skipsWithinALoop()
{
    VirtualClock clock;
    SessionStore store;
    for (const auto t : {0s, 100s, 200s})
        add(store, t);
    Playhead playhead(clock);
    playhead.setRange(0s, 200s);
    playhead.setSkipsIdle(&store);
    playhead.setLoopBegin(0s);
    playhead.setLoopEnd(150s);
    playhead.setLooping(true);
    playhead.play();
    // A round: 0 to 1 s, 99 to 101 s; from there idle time leads past the loop's end.
    clock.advance(2'970ms);
    QCOMPARE(playhead.position(), Nanoseconds(100'970ms));
    clock.advance(330ms);
    QVERIFY(playhead.isPlaying());
    QVERIFY(playhead.loop().contains(playhead.position()));
    QVERIFY(playhead.position() < 1s);
}

void PlayheadTest::skipsManyIdleTimesInOneFrame()
{
    VirtualClock clock;
    SessionStore store;
    for (int i = 0; i <= 1'000; ++i)
        add(store, std::chrono::seconds(100 * i));
    Playhead playhead(clock);
    playhead.setRange(0s, 100'000s);
    playhead.setSkipsIdle(&store);
    playhead.setSpeed(1'000);
    playhead.play();
    clock.advance(33ms); // 33 s of playing: 2 s of each 100
    QCOMPARE(playhead.position(), Nanoseconds(1'600s + 1s));
}

void PlayheadTest::keepsItsPaceInADenseSession()
{
    VirtualClock clock;
    SessionStore store;
    for (int i = 0; i <= 200'000; ++i)
        add(store, std::chrono::milliseconds(i));
    Playhead playhead(clock);
    playhead.setRange(0s, 200s);
    playhead.setSkipsIdle(&store);
    playhead.setSpeed(1'000);
    playhead.play();
    clock.advance(99ms);
    QCOMPARE(playhead.position(), Nanoseconds(99s));
}

QTEST_GUILESS_MAIN(PlayheadTest)
#include "tst_playhead.moc"
