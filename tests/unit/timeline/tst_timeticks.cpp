// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timeticks.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QDateTime kStarted = QDateTime::fromString(u"2026-11-23T14:30:00.250Z"_s, Qt::ISODateWithMs);

QStringList labels(const TimeTicks &ticks)
{
    QStringList result;
    for (const auto &tick : ticks.ticks)
        result += tick.label;
    return result;
}

} // namespace

class TestTimeTicks : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void relative_data();
    void relative();
    void wallClock_data();
    void wallClock();
    void countFromAnyOrigin();
    void labelsNeverTouch_data();
    void labelsNeverTouch();
    void anEmptyRangeHasNone();
    void oneTimeIsAsPreciseAsTheView();
};

void TestTimeTicks::relative_data()
{
    QTest::addColumn<qint64>("begin");
    QTest::addColumn<qint64>("duration");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QStringList>("expected");
    const qint64 second = 1'000'000'000;
    QTest::newRow("nanoseconds") << 3 * second << qint64{200} << u"+0:03.000"_s
                                 << QStringList{u"+0 µs"_s, u"+50 ns"_s, u"+100 ns"_s, u"+150 ns"_s,
                                                u"+200 ns"_s};
    QTest::newRow("microseconds") << 3 * second + 1'500'000 << qint64{40'000} << u"+0:03.001"_s
                                  << QStringList{u"+500 µs"_s, u"+510 µs"_s, u"+520 µs"_s,
                                                 u"+530 µs"_s, u"+540 µs"_s};
    QTest::newRow("milliseconds") << 75 * second << qint64{500'000'000} << QString()
                                  << QStringList{u"+1:15.0"_s, u"+1:15.2"_s, u"+1:15.4"_s};
    QTest::newRow("seconds") << qint64{0} << 20 * second << QString()
                             << QStringList{u"+0:00"_s, u"+0:05"_s, u"+0:10"_s, u"+0:15"_s,
                                            u"+0:20"_s};
    QTest::newRow("minutes") << 3'000 * second << 1'800 * second << QString()
                             << QStringList{u"+50:00"_s, u"+1:00:00"_s, u"+1:10:00"_s,
                                            u"+1:20:00"_s};
    QTest::newRow("days") << qint64{0} << 3 * 86'400 * second << QString()
                          << QStringList{u"+0 d"_s, u"+1 d"_s, u"+2 d"_s, u"+3 d"_s};
    QTest::newRow("before the start")
        << -10 * second << 20 * second << QString()
        << QStringList{u"−0:10"_s, u"−0:05"_s, u"+0:00"_s, u"+0:05"_s, u"+0:10"_s};
}

void TestTimeTicks::relative()
{
    QFETCH(qint64, begin);
    QFETCH(qint64, duration);
    const TimeScale scale{{Nanoseconds(begin), Nanoseconds(begin + duration)}, 400};
    const auto ticks = relativeTicks(scale, 6.0, {});
    QTEST(labels(ticks), "expected");
    QTEST(ticks.prefix, "prefix");
}

void TestTimeTicks::wallClock_data()
{
    QTest::addColumn<qint64>("begin");
    QTest::addColumn<qint64>("duration");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QStringList>("expected");
    const qint64 second = 1'000'000'000;
    QTest::newRow("milliseconds") << qint64{0} << qint64{500'000'000} << u"2026-11-23"_s
                                  << QStringList{u"14:30:00.4"_s, u"14:30:00.6"_s};
    QTest::newRow("on whole seconds")
        << qint64{0} << 20 * second << u"2026-11-23"_s
        << QStringList{u"14:30:05"_s, u"14:30:10"_s, u"14:30:15"_s, u"14:30:20"_s};
    QTest::newRow("midnight says the date")
        << 8 * 3'600 * second << 4 * 3'600 * second << u"2026-11-23"_s
        << QStringList{u"23:00"_s, u"Nov 24"_s, u"01:00"_s, u"02:00"_s};
    QTest::newRow("days") << qint64{0} << 4 * 86'400 * second << u"2026"_s
                          << QStringList{u"Nov 24"_s, u"Nov 25"_s, u"Nov 26"_s, u"Nov 27"_s};
    QTest::newRow("weeks begin on Mondays")
        << qint64{0} << 28 * 86'400 * second << u"2026"_s
        << QStringList{u"Nov 30"_s, u"Dec 7"_s, u"Dec 14"_s, u"Dec 21"_s};
}

void TestTimeTicks::wallClock()
{
    QFETCH(qint64, begin);
    QFETCH(qint64, duration);
    const TimeScale scale{{Nanoseconds(begin), Nanoseconds(begin + duration)}, 400};
    const auto ticks = wallClockTicks(scale, 6.0, kStarted);
    QTEST(labels(ticks), "expected");
    QTEST(ticks.prefix, "prefix");
}

void TestTimeTicks::countFromAnyOrigin()
{
    const TimeScale scale{{0s, 20s}, 400};
    const auto ticks = relativeTicks(scale, 6.0, 7s);
    QCOMPARE(ticks.ticks.front().t, Nanoseconds(2s));
    QCOMPARE(labels(ticks), (QStringList{u"−0:05"_s, u"+0:00"_s, u"+0:05"_s, u"+0:10"_s}));
}

void TestTimeTicks::labelsNeverTouch_data()
{
    QTest::addColumn<qint64>("duration");
    for (qint64 duration = 200; duration < 40LL * 86'400 * 1'000'000'000;
         duration = duration * 17 / 5)
        QTest::addRow("%lld ns", static_cast<long long>(duration)) << duration;
}

void TestTimeTicks::labelsNeverTouch()
{
    QFETCH(qint64, duration);
    constexpr double kCharacter = 7;
    for (const double width : {300.0, 900.0, 3700.0}) {
        const TimeScale scale{{Nanoseconds(duration / 3), Nanoseconds(duration / 3 + duration)},
                              width};
        for (const auto &ticks :
             {relativeTicks(scale, kCharacter, {}), wallClockTicks(scale, kCharacter, kStarted)}) {
            QVERIFY(ticks.ticks.size() < 200);
            double free = -1e9;
            Nanoseconds before = scale.range.begin - 1ns;
            for (const auto &tick : ticks.ticks) {
                QVERIFY(tick.t > before && tick.t <= scale.range.end);
                before = tick.t;
                QVERIFY2(scale.toPixel(tick.t) >= free, qPrintable(tick.label));
                free = scale.toPixel(tick.t) + static_cast<double>(tick.label.size()) * kCharacter;
            }
        }
    }
}

void TestTimeTicks::anEmptyRangeHasNone()
{
    QVERIFY(relativeTicks({{5s, 5s}, 100}, 6, {}).ticks.empty());
    QVERIFY(wallClockTicks({{5s, 6s}, 0}, 6, kStarted).ticks.empty());
}

void TestTimeTicks::oneTimeIsAsPreciseAsTheView()
{
    QCOMPARE(relativeTimeText(62'500ms, 1h), u"+1:02"_s);
    QCOMPARE(relativeTimeText(62'500ms, 10s), u"+1:02.50"_s);
    QCOMPARE(wallClockTimeText(kStarted, 62'500ms, 1s), u"14:31:02.750"_s);
}

QTEST_GUILESS_MAIN(TestTimeTicks)
#include "tst_timeticks.moc"
