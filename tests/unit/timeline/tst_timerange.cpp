// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timerange.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestTimeRange : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aTimeComesBackFromItsPixel_data();
    void aTimeComesBackFromItsPixel();
    void whatIsOutsideStaysOutside();
    void nothingDividesByZero();
    void rangesIntersect();
};

void TestTimeRange::aTimeComesBackFromItsPixel_data()
{
    QTest::addColumn<qint64>("begin");
    QTest::addColumn<qint64>("duration");
    QTest::addColumn<double>("width");
    QTest::newRow("nanoseconds") << qint64{17} << qint64{200} << 1000.0;
    QTest::newRow("a second") << qint64{0} << qint64{1'000'000'000} << 333.0;
    QTest::newRow("a minute, late")
        << qint64{86'400'000'000'000} << qint64{60'000'000'000} << 1500.0;
    QTest::newRow("weeks") << qint64{-5'000} << qint64{3'000'000'000'000'000} << 3840.0;
}

void TestTimeRange::aTimeComesBackFromItsPixel()
{
    QFETCH(qint64, begin);
    QFETCH(qint64, duration);
    QFETCH(double, width);
    const TimeScale scale{{Nanoseconds(begin), Nanoseconds(begin + duration)}, width};
    QCOMPARE(scale.toPixel(scale.range.begin), 0.0);
    QCOMPARE(scale.toPixel(scale.range.end), width);
    for (int part = 0; part <= 10; ++part) {
        const Nanoseconds t(begin + duration / 10 * part);
        const auto back = scale.toTime(scale.toPixel(t));
        // A double has 53 bits: a nanosecond in a hundred days is not told apart.
        QVERIFY(std::abs((back - t).count()) <= std::max<qint64>(1, duration / 1'000'000'000'000));
    }
}

void TestTimeRange::whatIsOutsideStaysOutside()
{
    const TimeScale scale{{10s, 20s}, 100};
    QCOMPARE(scale.toPixel(5s), -50.0);
    QCOMPARE(scale.toPixel(30s), 200.0);
    QCOMPARE(scale.toTime(-10), Nanoseconds(9s));
    QCOMPARE(scale.perPixel(), Nanoseconds(100ms));
}

void TestTimeRange::nothingDividesByZero()
{
    QCOMPARE((TimeScale{{5s, 5s}, 100}).toPixel(7s), 0.0);
    QCOMPARE((TimeScale{{5s, 6s}, 0}).toTime(10), Nanoseconds(5s));
    QCOMPARE((TimeScale{{5s, 5s}, 100}).perPixel(), Nanoseconds(1));
    QCOMPARE((TimeScale{{5s, 6s}, 0}).perPixel(), Nanoseconds(1s));
}

void TestTimeRange::rangesIntersect()
{
    QCOMPARE((TimeRange{1s, 5s} & TimeRange{3s, 9s}), (TimeRange{3s, 5s}));
    QVERIFY((TimeRange{1s, 2s} & TimeRange{3s, 9s}).isEmpty());
    QCOMPARE(ordered(5s, 2s), (TimeRange{2s, 5s}));
    QVERIFY((TimeRange{1s, 2s}).contains(1s));
    QVERIFY(!(TimeRange{1s, 2s}).contains(2s));
}

QTEST_GUILESS_MAIN(TestTimeRange)
#include "tst_timerange.moc"
