// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionstore.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestSessionStore : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void givesBackWhatWasAppended();
    void keepsDurationsWithinReason_data();
    void keepsDurationsWithinReason();
    void linesCrossBlocks();
};

void TestSessionStore::givesBackWhatWasAppended()
{
    SessionStore store;
    Event event(EventKind::Heartbeat);
    event.t = std::chrono::milliseconds(1500);
    event.source = u"gateway"_s;
    event.attempt = 3;
    event.set(Field::LeaseId, u"rwl_1"_s)
        .set(Field::Result, "conflict")
        .set(Field::HttpStatus, 409);
    event.setDuration(Field::DurationMs, std::chrono::microseconds(18'214));
    event.set(Field::Detail, u"two\nlines, \"quoted\" \u2028 and \u001b[31m"_s);
    store.append(event);

    QCOMPARE(store.size(), 1);
    QCOMPARE(store.event(0), event);
    const auto row = store.row(0);
    QCOMPARE(row.kind, EventKind::Heartbeat);
    QCOMPARE(row.word, Word::Conflict);
    QCOMPARE(row.httpStatus, 409);
    QCOMPARE(row.attempt, 3);
    QCOMPARE(store.string(row.leaseId), u"rwl_1"_s);
    QCOMPARE(store.sourceName(row.source), u"gateway"_s);
    QVERIFY(row.duration == std::chrono::microseconds(18'214));
    QVERIFY(!row.delay);
}

void TestSessionStore::keepsDurationsWithinReason_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<bool>("isClamped");
    QTest::newRow("50 days") << 4'320'000'000.0 << false;
    QTest::newRow("as long as can be")
        << static_cast<double>(Milliseconds(kFarthestTime).count()) << false;
    QTest::newRow("longer") << 1e15 << true;
    QTest::newRow("as large as a number can be") << 1e308 << true;
}

void TestSessionStore::keepsDurationsWithinReason()
{
    QFETCH(double, number);
    QFETCH(bool, isClamped);
    Event event(EventKind::Backoff);
    event.set(Field::DurationMs, Value(number)).set(Field::DelayMs, Value(number));
    SessionStore store;
    store.append(event);
    const Milliseconds expected =
        isClamped ? Milliseconds(kFarthestTime) : Milliseconds(static_cast<qint64>(number));
    const auto row = store.row(0);
    QVERIFY(row.duration == expected);
    QVERIFY(row.delay == expected);
    QVERIFY(row.t + *row.duration + kFarthestTime > row.t);
}

void TestSessionStore::linesCrossBlocks()
{
    SessionStore store;
    constexpr qsizetype kCount = SessionStore::kRowsPerChunk * 2 + 7;
    for (qsizetype i = 0; i < kCount; ++i) {
        Event event(EventKind::Note);
        event.t = std::chrono::microseconds(i);
        event.source = u"a"_s;
        event.set(Field::Detail, QString::number(i));
        store.append(event);
    }
    QCOMPARE(store.size(), kCount);
    for (const qsizetype row :
         {qsizetype{0}, SessionStore::kRowsPerChunk - 1, SessionStore::kRowsPerChunk, kCount - 1}) {
        QCOMPARE(store.event(row).text(Field::Detail), QString::number(row));
        QCOMPARE(store.lowerBound(std::chrono::microseconds(row)), row);
    }
    QCOMPARE(store.lowerBound(std::chrono::hours(1)), kCount);
}

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_sessionstore.moc"
