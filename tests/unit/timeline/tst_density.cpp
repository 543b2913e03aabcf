// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/density.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestDensity : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void nothingIsLostWhileItGrows();
    void aLoneErrorIsStillThere();
    void aGapStaysEmpty();
    void timesThatGoBackwardsAreCounted();
};

void TestDensity::nothingIsLostWhileItGrows()
{
    Density density;
    QRandomGenerator random(3);
    Nanoseconds t{};
    for (int i = 0; i < 50'000; ++i) {
        t += Nanoseconds(random.bounded(200'000'000));
        density.add(t, Severity::Ok);
    }
    quint64 sum = 0;
    const qint64 part = t.count() / 400;
    // Stretches that touch each other share nothing and leave nothing out.
    for (qint64 i = 0; i <= 400; ++i)
        sum += density.sum({Nanoseconds(i * part), Nanoseconds((i + 1) * part)}).count;
    QCOMPARE(sum, quint64{50'000});
    QCOMPARE(density.total(), quint64{50'000});
    QVERIFY(density.bucketDuration() * static_cast<int>(Density::kMostBuckets) >= t);
    QVERIFY(density.bucketDuration() * static_cast<int>(Density::kMostBuckets) < 2 * t + 1s);
}

void TestDensity::aLoneErrorIsStillThere()
{
    Density density;
    for (int i = 0; i < 100'000; ++i)
        density.add(i * 100ms, i == 61'234 ? Severity::Error : Severity::Quiet);
    QCOMPARE(density.sum({0s, 100'000s}).worst(), Severity::Error);
    QCOMPARE(density.sum({0s, 6'000s}).worst(), Severity::Quiet);
    QVERIFY(density.sum({6'100s, 6'150s}).has(Severity::Error));
}

void TestDensity::aGapStaysEmpty()
{
    Density density;
    for (int i = 0; i < 1'000; ++i) {
        density.add(i * 1s, Severity::Ok);
        density.add(i * 1s + 3'000s, Severity::Ok);
    }
    QCOMPARE(density.sum({1'010s, 2'990s}).count, quint64{0});
}

void TestDensity::timesThatGoBackwardsAreCounted()
{
    Density density;
    density.add(100s, Severity::Ok);
    density.add(5s, Severity::Error);
    density.add(101s, Severity::Ok);
    QCOMPARE(density.sum({0s, 200s}).count, quint64{3});
    QCOMPARE(density.sum({0s, 200s}).worst(), Severity::Error);
}

QTEST_GUILESS_MAIN(TestDensity)
#include "tst_density.moc"
