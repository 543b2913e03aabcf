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
    void saysWhatIsTakenAsText_data();
    void saysWhatIsTakenAsText();
    void choosesSourcesByTheirNames();
    void whatIsLikeAnEventIsTypedAndReadAgain_data();
    void whatIsLikeAnEventIsTypedAndReadAgain();
    void whatIsTypedIsReadAgain_data();
    void whatIsTypedIsReadAgain();
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
    filter.sourceName = u"crane 1"_s;
    filter.wholeSource = u"Crane"_s;
    QTest::newRow("sources") << u"source:\"crane 1\" source:=Crane"_s << filter;
    filter = {};
    filter.from = 20s;
    filter.to = 2min + 5s;
    QTest::newRow("times with a colon") << u"from:+0:20 to:14:32:05"_s << filter;
    filter = {};
    filter.from = 2min + 5s;
    filter.to = 24h;
    QTest::newRow("times of a day") << u"from:14:32:05Z to:\"2026-11-24 14:30:00\""_s << filter;
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
    QCOMPARE(eventFilterFromText(typed, {SessionBuilder::header().started, 1h}), filter);
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
    QCOMPARE(findEvent(store, shown, wanted, from, step, Around::Yes, goOn), found);
    // Without going round the end only what lies ahead is found.
    const bool isAhead = step > 0 ? found > from : found < from;
    QCOMPARE(findEvent(store, shown, wanted, from, step, Around::No, goOn),
             isAhead ? found : qsizetype{-1});
    wanted.kinds = bit(EventKind::Room);
    QCOMPARE(findEvent(store, shown, wanted, from, step, Around::Yes, goOn), qsizetype{-1});
    wanted.kinds = bit(EventKind::Wake);
    QCOMPARE(findEvent(store, shown, wanted, from, step, Around::Yes, [] { return false; }),
             qsizetype{-1});
}

void TestEventFilter::aRunNeedsNoThreads()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    event.set(Field::Text, "keep-alive");
    const auto line = toJsonLine(event);
    for (int i = 0; i < 200'000; ++i)
        store.append(event, i % 50'000 == 1 ? QByteArray(line).replace("keep", "odd") : line);
    EventFilter filter;
    filter.text = u"odd"_s;
    const NoThreads noThreads;
    int news = 0;
    FilterRun run(store, filter, 0, store.size(), [&news] { ++news; });
    std::vector<quint32> found;
    FilterRun::Progress progress;
    int taken = 0;
    for (; !progress.isDone; ++taken) {
        // Whoever asks has its turn in between.
        QCOMPARE(news, taken + 1);
        progress = run.take(found);
    }
    QVERIFY(taken > 1);
    QCOMPARE(progress.seen, store.size());
    QCOMPARE(found, (std::vector<quint32>{1, 50'001, 100'001, 150'001}));
}

void TestEventFilter::saysWhatIsTakenAsText_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char *typed, const char *hint) {
        QTest::newRow(typed) << QString::fromLatin1(typed) << QString::fromLatin1(hint);
    };
    row("", "");
    row("kind:wake some text", "");
    row("knd:wake", "knd: is taken as text; did you mean kind:?");
    row("slow outcom:failed", "outcom: is taken as text; did you mean outcome:?");
    row("Kind:wake", "Kind: is taken as text; did you mean kind:?");
    row("kind:hartbeat", "kind:hartbeat is taken as text; did you mean kind:heartbeat?");
    row("outcome:xyzzy", "outcome:xyzzy is taken as text: nothing is named so");
    row("lease:", "lease: is taken as text: nothing stands behind it");
    row("from:soon", "from:soon is taken as text: a time is 20m, +0:20 or 14:32:05");
    row("https://host http:x error: 12:30:00", "");
    row("\"knd:wake\"", "");
}

void TestEventFilter::saysWhatIsTakenAsText()
{
    QFETCH(QString, typed);
    QFETCH(QString, hint);
    QCOMPARE(filterHint(typed), hint);
}

void TestEventFilter::choosesSourcesByTheirNames()
{
    const auto store =
        SessionBuilder::merged({SessionBuilder(u"Crane-1"_s).status(Word::Connecting),
                                SessionBuilder(u"crane-10"_s).status(Word::Connecting),
                                SessionBuilder(u"mule"_s).status(Word::Connecting)});
    QCOMPARE(store->size(), qsizetype{3});
    const auto sources = [&store](QStringView typed) {
        QStringList names;
        for (const auto row : rowsOf(*store, eventFilterFromText(typed)))
            names.append(store->sourceName(store->source(row)));
        names.sort();
        return names;
    };
    QCOMPARE(sources(u"source:CRANE"), (QStringList{u"Crane-1"_s, u"crane-10"_s}));
    QCOMPARE(sources(u"source:=Crane-1"), QStringList{u"Crane-1"_s});
    QCOMPARE(sources(u"source:=crane-1"), QStringList());
    QCOMPARE(sources(u"source:0 source:=crane-10"), QStringList{u"crane-10"_s});
}

void TestEventFilter::whatIsLikeAnEventIsTypedAndReadAgain_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<Likeness>("like");
    const auto row = [](const char *name, const QByteArray &members,
                        Likeness like = Likeness::Outcome) {
        QTest::newRow(name) << members << like;
    };
    row("an outcome", R"("kind":"heartbeat","result":"failed")");
    row("an action that another begins with", R"("kind":"decision","action":"stop")");
    row("an action that is an outcome too", R"("kind":"decision","action":"wake")");
    row("an action that is not known", R"("kind":"decision","action":"wait \"a\" bit")");
    row("an action named like an outcome", R"("kind":"decision","action":"failed")");
    row("an outcome that is not known", R"("kind":"outcome","outcome":"lost, somehow")");
    row("a kind that is not known", R"("kind":"later")");
    row("a kind in words", R"("kind":"much later: \"soon\"","result":"ok")");
    row("a kind that looks like a key", R"("kind":"kind:hello")");
    row("a kind alone", R"("kind":"keepalive")");
    row("a lease", R"("kind":"hello","lease_id":"rwl_7F3a")", Likeness::Lease);
    row("a lease that another begins with", R"("kind":"hello","lease_id":"rwl_7F3")",
        Likeness::Lease);
    row("a lease in words", R"("kind":"hello","lease_id":"the \"first\"  one")", Likeness::Lease);
    row("a lease in quotes", R"("kind":"hello","lease_id":"\"quoted\"")", Likeness::Lease);
    row("a lease with an equals sign", R"("kind":"hello","lease_id":"=x,y")", Likeness::Lease);
}

void TestEventFilter::whatIsLikeAnEventIsTypedAndReadAgain()
{
    QFETCH(QByteArray, members);
    QFETCH(Likeness, like);
    QTemporaryDir folder;
    QFile file(folder.filePath(u"one.watchline"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"watchline\":1,\"started\":\"2026-11-23T14:30:00.000Z\"}\n");
    file.write("{\"t\":1,\"attempt\":0," + members + "}\n");
    // None of these is like any of them, but for what they begin with.
    for (const char *other :
         {R"("kind":"heartbeat","result":"failed_twice")", R"("kind":"late")",
          R"("kind":"decision","action":"stop_unauthorized")", R"("kind":"later on")",
          R"("kind":"hello","lease_id":"rwl_7f3a_2")", R"("kind":"kind")"})
        file.write("{\"t\":2,\"attempt\":0," + QByteArray(other) + "}\n");
    file.close();
    SessionStore store;
    QCOMPARE(readSession(file.fileName(), store).status, ReadResult::Status::Complete);
    const auto filter = filterLike(store, 0, like);
    QVERIFY(!filter.isEmpty());
    QCOMPARE(eventFilterFromText(textOf(filter)), filter);
    QCOMPARE(rowsOf(store, filter), std::vector<quint32>{0});
}

void TestEventFilter::whatIsTypedIsReadAgain_data()
{
    QTest::addColumn<EventFilter>("filter");
    const auto row = [](const char *name, const EventFilter &filter) {
        QTest::newRow(name) << filter;
    };
    EventFilter range;
    range.from = -5s - 1ns;
    range.to = 1h + 123'456'789ns;
    row("a range that begins before the session", range);
    EventFilter instant;
    instant.from = 0s;
    instant.to = 1ns;
    row("an instant", instant);
    EventFilter years;
    years.to = kFarthestTime;
    row("a hundred years", years);
    for (const QString &text :
         {u"two words"_s, u"two  spaces"_s, u" edges "_s, u"say \"so\""_s, u"\"quoted\""_s,
          u"kind:hello"_s, u"from:5s"_s, u"a lease:b"_s, u"from:14:32Z"_s}) {
        EventFilter filter;
        filter.text = text;
        QTest::newRow(qPrintable(text)) << filter;
    }
    EventFilter all;
    all.kinds = bit(EventKind::Hello) | bit(EventKind::Wake);
    all.words = bit(Word::Ok) | bit(Word::Failed);
    all.actions = 1U << static_cast<int>(Action::Stop);
    all.lease = u"part of"_s;
    all.wholeLease = u"all of"_s;
    all.sourceName = u"part of"_s;
    all.wholeSource = u"all \"of\""_s;
    all.text = u"text"_s;
    row("all there is", all);
}

void TestEventFilter::whatIsTypedIsReadAgain()
{
    QFETCH(EventFilter, filter);
    QCOMPARE(eventFilterFromText(textOf(filter), {SessionBuilder::header().started, 1h}), filter);
}

void TestEventFilter::findingIsGivenUpWithinAPiece()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 4'000; ++i)
        store.append(Event(i == 1'000 ? EventKind::Wake : EventKind::Room));
    EventFilter wanted;
    wanted.kinds = bit(EventKind::Wake);
    int asked = 0;
    QCOMPARE(findEvent(store, {}, wanted, -1, 1, Around::Yes, [&asked] { return ++asked < 3; }),
             qsizetype{-1});
    QCOMPARE(findEvent(store, {}, wanted, -1, 1, Around::Yes, [] { return true; }),
             qsizetype{1'000});
}

QTEST_GUILESS_MAIN(TestEventFilter)
#include "tst_eventfilter.moc"
