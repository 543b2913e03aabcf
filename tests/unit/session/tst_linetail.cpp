// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/linetail.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestLineTail : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void givesBackWhatWasAdded();
    void addsALineEndThatIsMissing();
    void givesWholeLinesPastTheLimit();
    void forgetsWhatIsInTheFile();
    void forgetsTheOldestForWantOfRoom();
    void doesNotCountWhatIsInTheFileAsLost();
    void knowsWhereItGoesOn();
};

void TestLineTail::givesBackWhatWasAdded()
{
    LineTail tail;
    QCOMPARE(tail.end(), 0);
    QVERIFY(!tail.from(0, 10));
    tail.add(100, "one\n");
    tail.add(104, "two\nthree\n");
    QCOMPARE(tail.end(), 114);
    QCOMPARE(tail.from(100, 100), QByteArray("one\ntwo\nthree\n"));
    QCOMPARE(tail.from(108, 100), QByteArray("three\n"));
    QVERIFY(!tail.from(99, 10));
    QVERIFY(!tail.from(114, 10));
    // Beyond the end: what lies between was in none of the lines.
    tail.add(200, "four\n");
    QCOMPARE(tail.from(200, 10), QByteArray("four\n"));
    QVERIFY(!tail.from(150, 10));
}

void TestLineTail::addsALineEndThatIsMissing()
{
    LineTail tail;
    tail.add(0, "one\ntwo");
    QCOMPARE(tail.end(), 8);
    tail.add(tail.end(), "three\n");
    QCOMPARE(tail.from(4, 100), QByteArray("two\nthree\n"));
}

void TestLineTail::givesWholeLinesPastTheLimit()
{
    LineTail tail;
    const QByteArray longLine = QByteArray(1000, 'x') + '\n';
    tail.add(0, longLine + "next\n");
    QCOMPARE(tail.from(0, 10), longLine);
}

void TestLineTail::forgetsWhatIsInTheFile()
{
    LineTail tail;
    const QByteArray block = QByteArray(60'000, 'x') + '\n';
    for (int i = 0; i < 10; ++i)
        tail.add(tail.end(), block);
    tail.dropBelow(block.size() * 9);
    QVERIFY(!tail.from(block.size() * 8, 10));
    QCOMPARE(tail.from(block.size() * 9, 10), block);
    QCOMPARE(tail.end(), block.size() * 10);
    QCOMPARE(tail.lost(), 0);
}

void TestLineTail::forgetsTheOldestForWantOfRoom()
{
    LineTail tail;
    tail.setCapacity(200'000);
    const QByteArray block = QByteArray(29'999, 'x') + '\n' + QByteArray(29'999, 'y') + '\n';
    for (int i = 0; i < 10; ++i)
        tail.add(tail.end(), block);
    QCOMPARE(tail.lost(), 14);
    QVERIFY(!tail.from(block.size() * 6, 10));
    QCOMPARE(tail.from(block.size() * 7, 100'000), block);
    QCOMPARE(tail.from(block.size() * 9, 100'000), block);
}

void TestLineTail::doesNotCountWhatIsInTheFileAsLost()
{
    LineTail tail;
    tail.setCapacity(70'000);
    tail.add(0, "one\ntwo\nthree\n");
    tail.dropBelow(8); // the third is in memory alone
    const QByteArray large = QByteArray(65'000, 'x') + '\n';
    tail.add(tail.end(), large);
    tail.add(tail.end(), large);
    QCOMPARE(tail.lost(), 2);
    QCOMPARE(tail.firstAtOrAfter(8), (LineTail::Held{14 + large.size(), 2}));
}

void TestLineTail::knowsWhereItGoesOn()
{
    LineTail tail;
    QVERIFY(!tail.firstAtOrAfter(0));
    tail.add(100, "one\ntwo\n");
    tail.add(200, "three\n");
    QCOMPARE(tail.firstAtOrAfter(0), (LineTail::Held{100, 0}));
    QCOMPARE(tail.firstAtOrAfter(104), (LineTail::Held{104, 0}));
    QCOMPARE(tail.firstAtOrAfter(108), (LineTail::Held{200, 0}));
    QVERIFY(!tail.firstAtOrAfter(206));
}

QTEST_GUILESS_MAIN(TestLineTail)
#include "tst_linetail.moc"
