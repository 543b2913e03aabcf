// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/latest.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

class LatestTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void isToldOncePerLook();
};

void LatestTest::isToldOncePerLook()
{
    Latest<int> latest;
    QVERIFY(latest.put(1));
    QVERIFY(!latest.put(2));
    QVERIFY(!latest.put(3));
    QCOMPARE(latest.take(), 3);
    QVERIFY(latest.put(4));
    QCOMPARE(latest.take(), 4);
    QCOMPARE(latest.take(), 4);
}

QTEST_GUILESS_MAIN(LatestTest)
#include "tst_latest.moc"
