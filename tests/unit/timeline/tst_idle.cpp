// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionstore.h"
#include "core/timeline/idle.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

void add(SessionStore &store, Nanoseconds t, EventKind kind = EventKind::KeepAlive)
{
    Event event(kind);
    event.t = t;
    store.append(event);
}

} // namespace

class IdleTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void stretchesLieBetweenEvents();
    void thereAreNoneOutsideOfTheEvents();
    void notesInBetweenAreNoTrouble();
    void timesThatGoBackwardsGiveNone();
    void onlyLongStretchesAreIdle();
};

void IdleTest::stretchesLieBetweenEvents()
{
    SessionStore store;
    for (const auto t : {0s, 5s, 5s, 9s})
        add(store, t);
    QCOMPARE(stretchAt(store, 0s), (TimeRange{0s, 5s}));
    QCOMPARE(stretchAt(store, 4'999ms), (TimeRange{0s, 5s}));
    QCOMPARE(stretchAt(store, 5s), (TimeRange{5s, 9s}));
}

void IdleTest::thereAreNoneOutsideOfTheEvents()
{
    SessionStore store;
    QVERIFY(!stretchAt(store, 0s));
    add(store, 1s);
    add(store, 2s);
    QVERIFY(!stretchAt(store, 0s));
    QVERIFY(!stretchAt(store, 2s));
    QVERIFY(!stretchAt(store, 3s));
}

void IdleTest::notesInBetweenAreNoTrouble()
{
    SessionStore store;
    add(store, 0s);
    add(store, 10s);
    add(store, 20s);
    add(store, 3s, EventKind::Note); // added last, of an early time
    QCOMPARE(stretchAt(store, 12s), (TimeRange{10s, 20s}));
}

void IdleTest::timesThatGoBackwardsGiveNone()
{
    SessionStore store;
    for (int i = 0; i < 1'000; ++i)
        add(store, i < 500 ? std::chrono::seconds(1'000 + i) : std::chrono::seconds(i - 500));
    for (int i = 0; i < 1'600; i += 7) {
        const auto t = Nanoseconds(std::chrono::seconds(i));
        const auto stretch = stretchAt(store, t);
        QVERIFY(!stretch || (stretch->begin <= t && stretch->end > t));
    }
}

void IdleTest::onlyLongStretchesAreIdle()
{
    QVERIFY(!idlePart({10s, 12s}));
    QCOMPARE(idlePart({10s, 15s}), (TimeRange{11s, 14s}));
}

QTEST_GUILESS_MAIN(IdleTest)
#include "tst_idle.moc"
