// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventfilter.h"
#include "core/session/filterrun.h"
#include "core/session/sessionreader.h"
#include "tests/support/nothreads.h"
#include "tests/support/sessionbuilder.h"

#include <QRegularExpression>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

quint32 bit(EventKind kind)
{
    return 1U << static_cast<int>(kind);
}

quint64 bit(Word word)
{
    return quint64{1} << static_cast<int>(word);
}

std::vector<quint32> rowsOf(const SessionStore &store, const EventFilter &filter)
{
    EventMatcher matcher(store, filter);
    std::vector<quint32> rows;
    for (qsizetype row = 0; row < store.size(); ++row) {
        if (matcher.matches(row))
            rows.push_back(static_cast<quint32>(row));
    }
    return rows;
}

} // namespace

class TestEventFilter : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void findsTextAsTheWholeEventWould_data();
    void findsTextAsTheWholeEventWould();
    void columnsDecide_data();
    void columnsDecide();
    void readsWhatIsTyped_data();
    void readsWhatIsTyped();
    void aRunFindsWhatALookAtEachRowFinds();
    void aRunCanBeGivenUp();
    void aRunNeedsNoThreads();
    void findingIsGivenUpWithinAPiece();
    void findsTheNextAndThePreviousRoundTheEnds_data();
    void findsTheNextAndThePreviousRoundTheEnds();
};

void TestEventFilter::findsTextAsTheWholeEventWould_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    const QByteArray plain = R"({"t":1503,"kind":"heartbeat","source":"Robot-07","attempt":42,)"
                             R"("lease_id":"rwl_7F3a","result":"ok","http_status":204,)"
                             R"("duration_ms":12.500,"detail":null,"inferred":true})";
    const auto row = [&](const char *name, const QByteArray &line, const QString &text,
                         bool found) { QTest::newRow(name) << line << text << found; };
    row("a value", plain, u"7f3A"_s, true);
    row("the kind", plain, u"heartB"_s, true);
    row("the source", plain, u"robot-07"_s, true);
    row("a member's name", plain, u"lease_id"_s, false);
    row("the time", plain, u"1503"_s, false);
    row("the attempt", plain, u"42"_s, false);
    row("a whole number", plain, u"204"_s, true);
    row("a number as it is shown", plain, u"12.5"_s, true);
    row("a number as it is not shown", plain, u"12.50"_s, false);
    row("null is none", plain, u"none"_s, true);
    row("part of none", plain, u"ON"_s, true);
    row("null is not null", plain, u"null"_s, false);
    row("true", plain, u"true"_s, true);
    row("what stands between members", plain, u"ok,"_s, false);
    row("quotes", plain, u"\"ok\""_s, false);
    row("nothing", plain, u"absent"_s, false);
    row("an exponent", R"({"t":1,"kind":"note","attempt":0,"duration_ms":1e3})", u"1000"_s, true);
    row("a small number", R"({"t":1,"kind":"note","attempt":0,"duration_ms":0.00001})", u"1e-05"_s,
        true);
    row("an escape", R"({"t":1,"kind":"note","attempt":0,"detail":"a\u0062c"})", u"abc"_s, true);
    row("a slash", R"({"t":1,"kind":"note","attempt":0,"detail":"a\/b"})", u"a/b"_s, true);
    row("another language", "{\"t\":1,\"kind\":\"note\",\"attempt\":0,\"detail\":\"Größe\"}",
        u"GRÖSSE"_s, false);
    row("another language, another case",
        "{\"t\":1,\"kind\":\"note\",\"attempt\":0,\"detail\":\"Größe\"}", u"gRÖ"_s, true);
    row("beside another language",
        "{\"t\":1,\"kind\":\"note\",\"attempt\":0,\"detail\":\"Größe 12\"}", u"12"_s, true);
    row("nested", R"({"t":1,"kind":"note","attempt":0,"deep":{"kind":"x","y":"found"}})",
        u"found"_s, true);
    row("an unknown kind", R"({"t":1,"kind":"Later","attempt":0})", u"later"_s, true);
    row("spaces", R"({ "t" : 1 , "kind" : "note" , "attempt" : 0 , "detail" : "spaced" })",
        u"spaced"_s, true);
}

void TestEventFilter::findsTextAsTheWholeEventWould()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, text);
    QFETCH(bool, found);
    QTemporaryDir folder;
    const auto path = folder.filePath(u"one.watchline"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"watchline\":1,\"started\":\"2026-11-23T14:30:00.000Z\"}\n" + line + '\n');
    file.close();
    SessionStore store;
    QCOMPARE(readSession(path, store).status, ReadResult::Status::Complete);
    QCOMPARE(store.size(), qsizetype{1});
    EventFilter filter;
    filter.text = text;
    QCOMPARE(EventMatcher(store, filter).matches(0), found);
    QCOMPARE(containsText(store.event(0), text), found);
}

void TestEventFilter::columnsDecide_data()
{
    QTest::addColumn<EventFilter>("filter");
    QTest::addColumn<std::vector<quint32>>("rows");
    EventFilter filter;
    QTest::newRow("all") << filter << std::vector<quint32>{0, 1, 2, 3};
    filter.kinds = bit(EventKind::Heartbeat) | bit(EventKind::Decision);
    QTest::newRow("kinds") << filter << std::vector<quint32>{0, 1, 3};
    filter.words = bit(Word::Failed);
    QTest::newRow("kinds and outcome") << filter << std::vector<quint32>{1};
    filter = {};
    filter.actions = 1U << static_cast<int>(Action::RetryAfter);
    QTest::newRow("action") << filter << std::vector<quint32>{3};
    filter.words = bit(Word::Ok);
    QTest::newRow("action or outcome") << filter << std::vector<quint32>{0, 3};
    filter = {};
    filter.lease = u"RWL_1"_s;
    QTest::newRow("a part of the lease") << filter << std::vector<quint32>{0, 2};
    filter = {};
    filter.from = 1s;
    filter.to = 2s;
    QTest::newRow("time") << filter << std::vector<quint32>{1, 2};
    filter.text = u"keepalive"_s;
    QTest::newRow("time and text") << filter << std::vector<quint32>{2};
    filter = {};
    filter.attempt = 2;
    QTest::newRow("attempt") << filter << std::vector<quint32>{1, 2};
    filter.source = quint16{1};
    QTest::newRow("attempt of a source") << filter << std::vector<quint32>{2};
    filter = {};
    filter.source = quint16{0};
    QTest::newRow("source") << filter << std::vector<quint32>{0, 1, 3};
}

void TestEventFilter::columnsDecide()
{
    QFETCH(EventFilter, filter);
    QFETCH(std::vector<quint32>, rows);
    SessionStore store(SessionBuilder::header());
    int attempt = 0;
    const auto add = [&](EventKind kind, Nanoseconds t, const char *lease) -> Event {
        Event event(kind);
        event.t = t;
        event.attempt = ++attempt == 3 ? 2 : attempt;
        event.source = attempt == 3 ? u"other"_s : QString();
        return event.set(Field::LeaseId, lease);
    };
    store.append(add(EventKind::Heartbeat, 0s, "rwl_1").set(Field::Result, "ok"));
    store.append(add(EventKind::Heartbeat, 1s, "rwl_2").set(Field::Result, "failed"));
    store.append(add(EventKind::KeepAlive, 2s, "rwl_12"));
    store.append(Event(EventKind::Decision).set(Field::Action, "retry_after"));
    QCOMPARE(rowsOf(store, filter), rows);
}

void TestEventFilter::readsWhatIsTyped_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<EventFilter>("filter");
    EventFilter filter;
    QTest::newRow("nothing") << u"  "_s << filter;
    filter.text = u"two words"_s;
    QTest::newRow("text") << u" two  words "_s << filter;
    filter = {};
    filter.kinds = bit(EventKind::Heartbeat) | bit(EventKind::Wake);
    filter.text = u"slow"_s;
    QTest::newRow("kinds cut short") << u"kind:heart,wake slow"_s << filter;
    filter = {};
    filter.words = bit(Word::Failed);
    filter.lease = u"7f3a"_s;
    filter.from = 20min;
    filter.to = 1h;
    QTest::newRow("all else") << u"outcome:failed lease:7f3a from:20m to:1h"_s << filter;
    filter = {};
    filter.actions = 1U << static_cast<int>(Action::RetryAfter);
    QTest::newRow("an action") << u"outcome:retry_"_s << filter;
    filter = {};
    filter.text = u"https://host kind:nothing from:soon kind:"_s;
    QTest::newRow("what is none of these") << filter.text << filter;
}

void TestEventFilter::readsWhatIsTyped()
{
    QFETCH(QString, typed);
    QFETCH(EventFilter, filter);
    QCOMPARE(eventFilterFromText(typed), filter);
}

void TestEventFilter::aRunFindsWhatALookAtEachRowFinds()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 30'000; ++i) {
        Event event(i % 3 == 0 ? EventKind::Note : EventKind::KeepAlive);
        event.t = i * 1ms;
        event.set(Field::Detail, QString::number(i));
        store.append(event);
    }
    EventFilter filter;
    filter.text = u"77"_s;
    filter.kinds = bit(EventKind::Note);
    QSemaphore news;
    FilterRun run(store, filter, 100, 29'000, [&news] { news.release(); });
    std::vector<quint32> found;
    FilterRun::Progress progress;
    while (!progress.isDone) {
        QVERIFY(news.tryAcquire(1, 30'000));
        progress = run.take(found);
        QVERIFY(found.empty() || found.back() < progress.seen);
    }
    QCOMPARE(progress.seen, qsizetype{29'000});
    auto wanted = rowsOf(store, filter);
    std::erase_if(wanted, [](quint32 row) { return row < 100 || row >= 29'000; });
    QVERIFY(!wanted.empty());
    QCOMPARE(found, wanted);
}

void TestEventFilter::aRunCanBeGivenUp()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    event.set(Field::Text, "keep-alive");
    const auto line = toJsonLine(event);
    for (int i = 0; i < 100'000; ++i)
        store.append(event, line);
    EventFilter filter;
    filter.text = u"absent"_s;
    for (int i = 0; i < 20; ++i)
        FilterRun(store, filter, 0, store.size(), [] {});
    FilterRun run(store, filter, 5, 5, [] {});
    std::vector<quint32> found;
    QVERIFY(run.take(found).isDone);
    QVERIFY(found.empty());
}

void TestEventFilter::findsTheNextAndThePreviousRoundTheEnds_data()
{
    QTest::addColumn<qsizetype>("from");
    QTest::addColumn<int>("step");
    QTest::addColumn<qsizetype>("found");
    const auto row = [](const char *name, qsizetype from, int step, qsizetype found) {
        QTest::newRow(name) << from << step << found;
    };
    row("next", 100, 1, 5'000);
    row("next after one", 5'000, 1, 9'999);
    row("round the end", 9'999, 1, 100);
    row("from nowhere", -1, 1, 100);
    row("previous", 9'999, -1, 5'000);
    row("previous in the same piece", 101, -1, 100);
    row("round the beginning", 100, -1, 9'999);
    row("back from nowhere", 20'000, -1, 9'999);
}

void TestEventFilter::findsTheNextAndThePreviousRoundTheEnds()
{
    QFETCH(qsizetype, from);
    QFETCH(int, step);
    QFETCH(qsizetype, found);
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 20'000; ++i) {
        const bool isIt = i == 100 || i == 5'000 || i == 9'999 || i == 7'000;
        Event event(isIt ? EventKind::Wake : EventKind::KeepAlive);
        event.source = i == 7'000 ? u"hidden"_s : u"shown"_s;
        store.append(event);
    }
    EventFilter shown;
    shown.text = u"shown"_s;
    EventFilter wanted;
    wanted.kinds = bit(EventKind::Wake);
    const auto goOn = [] { return true; };
    QCOMPARE(findEvent(store, shown, wanted, from, step, goOn), found);
    wanted.kinds = bit(EventKind::Room);
    QCOMPARE(findEvent(store, shown, wanted, from, step, goOn), qsizetype{-1});
    wanted.kinds = bit(EventKind::Wake);
    QCOMPARE(findEvent(store, shown, wanted, from, step, [] { return false; }), qsizetype{-1});
}

void TestEventFilter::aRunNeedsNoThreads()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 10'000; ++i)
        store.append(Event(i % 5'000 == 1 ? EventKind::Wake : EventKind::Room));
    EventFilter filter;
    filter.kinds = bit(EventKind::Wake);
    const NoThreads noThreads;
    int news = 0;
    FilterRun run(store, filter, 0, store.size(), [&news] { ++news; });
    QCOMPARE(news, 1);
    std::vector<quint32> found;
    QVERIFY(run.take(found).isDone);
    QCOMPARE(found, (std::vector<quint32>{1, 5'001}));
}

void TestEventFilter::findingIsGivenUpWithinAPiece()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 4'000; ++i)
        store.append(Event(i == 1'000 ? EventKind::Wake : EventKind::Room));
    EventFilter wanted;
    wanted.kinds = bit(EventKind::Wake);
    int asked = 0;
    QCOMPARE(findEvent(store, {}, wanted, -1, 1, [&asked] { return ++asked < 3; }), qsizetype{-1});
    QCOMPARE(findEvent(store, {}, wanted, -1, 1, [] { return true; }), qsizetype{1'000});
}

QTEST_GUILESS_MAIN(TestEventFilter)
#include "tst_eventfilter.moc"
