// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/virtualclock.h"
#include "ui/playhead.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

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

QTEST_GUILESS_MAIN(PlayheadTest)
#include "tst_playhead.moc"
