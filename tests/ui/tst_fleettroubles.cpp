// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/fleettroubles.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

class FleetTroublesTest : public QObject
{
    Q_OBJECT

private slots:
    void oneIsToldByItsName();
    void saysHowManyAndWhichAndTheNewest();
    void manyAreNotAllNamed();
    void theSameAgainIsNothingNew();
    void anotherTroubleOfAWatchTakesThePlaceOfTheFirst();
    void whatRecoveredIsNotCounted();
    void dismissedTroublesComeBackWithANewOneOnly();
    void isFatalWhileOneIs();
    void namesAreShownAsTheyAre();
};

namespace {

const LiveHint kRefused{u"nobody answers"_s};
const LiveHint kRejected{u"the token was rejected"_s, true, true};

} // namespace

void FleetTroublesTest::oneIsToldByItsName()
{
    FleetTroubles troubles;
    QVERIFY(troubles.isEmpty());
    QVERIFY(troubles.add(u"crane"_s, kRefused));
    QCOMPARE(troubles.text(12), u"Watch crane: nobody answers"_s);
}

void FleetTroublesTest::saysHowManyAndWhichAndTheNewest()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRefused);
    troubles.add(u"b"_s, kRejected);
    QCOMPARE(troubles.text(12),
             u"2 of 12 watches have a trouble: b, a. The newest, b: the token was rejected"_s);
}

void FleetTroublesTest::manyAreNotAllNamed()
{
    FleetTroubles troubles;
    for (int i = 1; i <= 40; ++i)
        troubles.add(u"r%1"_s.arg(i), kRefused);
    QVERIFY(troubles.text(40).startsWith(u"40 of 40 watches have a trouble: r40, r39, r38, …. "_s));
}

void FleetTroublesTest::theSameAgainIsNothingNew()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRefused);
    troubles.add(u"b"_s, kRefused);
    QVERIFY(!troubles.add(u"a"_s, kRefused));
    QVERIFY(troubles.text(2).contains(u"The newest, b:"_s));
}

void FleetTroublesTest::anotherTroubleOfAWatchTakesThePlaceOfTheFirst()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRefused);
    QVERIFY(troubles.add(u"a"_s, kRejected));
    QCOMPARE(troubles.text(2), u"Watch a: the token was rejected"_s);
}

void FleetTroublesTest::whatRecoveredIsNotCounted()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRefused);
    troubles.add(u"b"_s, kRefused);
    QVERIFY(troubles.remove(u"b"_s));
    QCOMPARE(troubles.text(2), u"Watch a: nobody answers"_s);
    QVERIFY(!troubles.remove(u"b"_s));
    QVERIFY(troubles.remove(u"a"_s));
    QVERIFY(troubles.isEmpty());
    QVERIFY(troubles.text(2).isEmpty());
}

void FleetTroublesTest::dismissedTroublesComeBackWithANewOneOnly()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRefused);
    QVERIFY(troubles.isWorthTelling());
    troubles.dismiss();
    QVERIFY(!troubles.isWorthTelling());
    QVERIFY(!troubles.add(u"a"_s, kRefused));
    QVERIFY(troubles.add(u"b"_s, kRefused));
    QVERIFY(troubles.isWorthTelling());
    QCOMPARE(troubles.text(3), u"Watch b: nobody answers"_s);
}

void FleetTroublesTest::isFatalWhileOneIs()
{
    FleetTroubles troubles;
    troubles.add(u"a"_s, kRejected);
    troubles.add(u"b"_s, kRefused);
    QVERIFY(troubles.isFatal());
    troubles.remove(u"a"_s);
    QVERIFY(!troubles.isFatal());
    troubles.add(u"c"_s, kRejected);
    troubles.dismiss();
    QVERIFY(!troubles.isFatal());
    QVERIFY(troubles.text(3).isEmpty());
    troubles.add(u"d"_s, kRefused);
    QVERIFY(!troubles.isFatal());
}

void FleetTroublesTest::namesAreShownAsTheyAre()
{
    FleetTroubles troubles;
    troubles.add(u"a\nb\u202e"_s, kRefused);
    QCOMPARE(troubles.text(1), u"Watch a\\nb\\u202e: nobody answers"_s);
}

QTEST_MAIN(FleetTroublesTest)
#include "tst_fleettroubles.moc"
