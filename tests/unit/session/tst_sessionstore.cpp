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
    void numbersCountLinesWithoutARow();
    void rowsOfOtherSourcesArePassedOver();
    void sourcesPastTheMostHaveOneNameThatSaysSo();
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

void TestSessionStore::numbersCountLinesWithoutARow()
{
    SessionStore store;
    const Event event(EventKind::KeepAlive);
    store.append(event);
    store.append(event);
    QCOMPARE(store.seq(1), 2);
    for (int i = 0; i < 3; ++i)
        store.appendLine(toJsonLine(event));
    QCOMPARE(store.seq(1), 2);
    store.append(event);
    store.append(event);
    store.appendLine(toJsonLine(event));
    store.append(event);
    QList<qint64> numbers;
    for (qsizetype row = 0; row < store.size(); ++row)
        numbers.append(store.seq(row));
    QCOMPARE(numbers, (QList<qint64>{1, 2, 6, 7, 9}));
    QCOMPARE(store.rowOfSeq(1), 0);
    QCOMPARE(store.rowOfSeq(4), 2); // it has no row: the next one
    QCOMPARE(store.rowOfSeq(9), 4);
    QCOMPARE(store.rowOfSeq(10), store.size());
}

void TestSessionStore::rowsOfOtherSourcesArePassedOver()
{
    SessionStore store;
    store.takeOnly({u"b"_s, u"?"_s});
    for (const auto &source : {u"a"_s, u"b"_s, QString(), u"c"_s, u"b"_s}) {
        Event event(EventKind::Note);
        event.source = source;
        store.append(event);
    }
    QCOMPARE(store.size(), 3);
    QCOMPARE(store.sourceCount(), 2);
    QCOMPARE(store.sourceName(store.source(0)), u"b"_s);
    QCOMPARE(store.sourceName(store.source(1)), u"?"_s);
}

void TestSessionStore::sourcesPastTheMostHaveOneNameThatSaysSo()
{
    SessionStore store;
    Event event(EventKind::Note);
    for (int i = 0; i < SessionStore::kMostSources + 1'000; ++i) {
        event.source = QString::number(i);
        store.append(event, "{}");
    }
    event.source = u"7"_s;
    store.append(event, "{}");
    QCOMPARE(store.sourceCount(), SessionStore::kMostSources);
    const auto nameOf = [&](qsizetype row) { return store.sourceName(store.source(row)); };
    QCOMPARE(nameOf(0), u"0"_s);
    QCOMPARE(nameOf(SessionStore::kMostSources - 2),
             QString::number(SessionStore::kMostSources - 2));
    for (const qsizetype row : {SessionStore::kMostSources - 1, SessionStore::kMostSources + 999})
        QCOMPARE(nameOf(row), u"(sources past the 65535th)"_s);
    QCOMPARE(nameOf(store.size() - 1), u"7"_s);
}

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_sessionstore.moc"
