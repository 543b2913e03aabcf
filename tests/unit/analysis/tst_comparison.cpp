// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/comparison.h"
#include "core/session/sessionheader.h"
#include "tests/support/sessionbuilder.h"

#include <QBuffer>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

ComparedSession read(const QByteArray &file, const QString &name)
{
    QByteArray bytes = file;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::ReadOnly))
        qFatal("no buffer");
    DeviceSource source(buffer);
    SessionScan scan(source, name, {});
    if (!scan.readHeader())
        qFatal("no header");
    return readForComparison(scan, name);
}

/// A file with these events, `later` than the builder's usual start.
QByteArray fileOf(const EventBatch &events, Nanoseconds later = 0s)
{
    auto header = SessionBuilder::header();
    header.started =
        header.started.addMSecs(std::chrono::duration_cast<Milliseconds>(later).count());
    QByteArray file = toJsonLine(header) + '\n';
    for (const auto &event : events)
        file += toJsonLine(event) + '\n';
    return file;
}

ComparedSession read(const SessionBuilder &session, const QString &name = u"a"_s,
                     Nanoseconds later = 0s)
{
    return read(fileOf(session.events(), later), name);
}

/// An API that is down for a while, then a watch that is lost.
SessionBuilder outage(const QString &source = u"gateway"_s)
{
    SessionBuilder session(source);
    session.start()
        .failConnect(ConnectError::Api, 503)
        .failConnect(ConnectError::Api, 503)
        .connect(u"rwl_1"_s)
        .run(20s)
        .end(WatchOutcome::StreamError)
        .connect(u"rwl_2"_s)
        .run(10s);
    return session;
}

QString shown(const std::optional<ComparedDecision> &decision)
{
    if (!decision)
        return u"none"_s;
    const auto text = [](std::string_view name) {
        return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
    };
    return (decision->rule ? text(name(*decision->rule)) : u"unknown"_s) + u' ' +
           QString::number(decision->delayMs);
}

const ComparedFigure *figure(const Comparison &comparison, const QString &name)
{
    for (const auto &candidate : comparison.figures) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

bool hasRemark(const Comparison &comparison, const QString &part)
{
    for (const auto &remark : comparison.remarks) {
        if (remark.contains(part))
            return !remark.contains(u'\n');
    }
    return false;
}

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aSessionIsLikeItself_data();
    void aSessionIsLikeItself();
    void givesUpWhenItIsCancelled();
    void findsTheFirstDecisionThatDiffers();
    void theShorterOneHasNoMoreDecisions();
    void theInputOfADecisionCounts();
    void saysHowFarTheTimesAreApart();
    void comparesFiguresAndFindings();
    void leavesOutWhatIsBeforeTheFirstOutcome();
    void comparesWhatBothHaveRecordedAtTheTime();
    void leasesAlignWhatClocksDoNot();
    void anOffsetMovesB();
    void decisionsThatWereLeftOutAreNoDifference();
    void namesThatAreNotKnownAreToldApart();
    void veryLongDelaysAreToldApart();
    void aStoreIsReadAsItsFileIs();
    void saysWhyItCannotAlign_data();
    void saysWhyItCannotAlign();
    void sourcesAreComparedByName();
    void singleSourcesAreComparedWhateverTheirNames();
    void saysWhatMakesThemHardToCompare();
    void worksWithNothing();
};

void TestComparison::aSessionIsLikeItself_data()
{
    QTest::addColumn<int>("alignment");
    QTest::newRow("start") << static_cast<int>(Alignment::Start);
    QTest::newRow("wall") << static_cast<int>(Alignment::Wall);
    QTest::newRow("first outcome") << static_cast<int>(Alignment::FirstOutcome);
}

void TestComparison::aSessionIsLikeItself()
{
    QFETCH(int, alignment);
    const auto a = read(outage());
    const auto b = read(outage(), u"b"_s);
    const auto result = compare(a, b, static_cast<Alignment>(alignment));
    QCOMPARE(result.problem, QString());
    QCOMPARE(result.remarks, QStringList());
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.size(), std::size_t{1});
    QCOMPARE(result.sources.front().alike, alignment == int(Alignment::FirstOutcome) ? 2 : 5);
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(0));
    for (const auto &each : result.figures)
        QVERIFY2(!each.differs(), qPrintable(each.name));
    for (const auto &each : result.findings)
        QVERIFY(each.a && each.b);
}

void TestComparison::givesUpWhenItIsCancelled()
{
    auto a = read(outage());
    auto &decisions = a.decisions.begin()->second;
    decisions.assign(100'000, decisions.front());
    QCOMPARE(compare(a, a, Alignment::Start).sources.front().alike, qsizetype(100'000));
    int asked = 0;
    const auto result =
        compare(a, a, Alignment::Start, {}, [&asked](qint64, qint64) { return ++asked < 3; });
    QCOMPARE(asked, 3);
    QVERIFY(result.sources.empty());
}

void TestComparison::findsTheFirstDecisionThatDiffers()
{
    SessionBuilder other;
    other.start()
        .failConnect(ConnectError::Api, 503)
        .failConnect(ConnectError::Conflict, 409)
        .connect(u"rwl_1"_s);
    const auto result = compare(read(outage()), read(other), Alignment::Start);
    const auto &source = result.sources.front();
    QVERIFY(result.decisionsDiffer());
    QCOMPARE(source.alike, 1);
    QCOMPARE(shown(source.firstA), u"connect.transient 2000"_s);
    QCOMPARE(shown(source.firstB), u"connect.conflict 30000"_s);
    QCOMPARE(source.firstA->attempt, 2);
    // The decision's own event, by its number in the file.
    const auto events = other.events();
    QVERIFY(events.at(source.firstB->seq - 1).text(Field::Rule) == u"connect.conflict"_s);
}

void TestComparison::theShorterOneHasNoMoreDecisions()
{
    SessionBuilder shorter;
    shorter.start().failConnect(ConnectError::Api, 503);
    const auto result = compare(read(outage()), read(shorter), Alignment::Start);
    const auto &source = result.sources.front();
    QVERIFY(source.differs);
    QCOMPARE(source.alike, 1);
    QCOMPARE(shown(source.firstA), u"connect.transient 2000"_s);
    QCOMPARE(shown(source.firstB), u"none"_s);
}

void TestComparison::theInputOfADecisionCounts()
{
    SessionBuilder a;
    a.start().failConnect(ConnectError::Api, 503);
    SessionBuilder b;
    b.start().failConnect(ConnectError::HelloTimeout);
    const auto result = compare(read(a), read(b), Alignment::Start);
    QVERIFY(result.decisionsDiffer());
    QVERIFY(result.sources.front().firstA->input == Word::Api);
    QVERIFY(result.sources.front().firstB->input == Word::HelloTimeout);
}

void TestComparison::saysHowFarTheTimesAreApart()
{
    SessionBuilder slower;
    slower.start()
        .failConnect(ConnectError::Api, 503)
        .failConnect(ConnectError::Api, 503, 500ms)
        .connect(u"rwl_1"_s);
    SessionBuilder faster;
    faster.start()
        .failConnect(ConnectError::Api, 503)
        .failConnect(ConnectError::Api, 503)
        .connect(u"rwl_1"_s);
    const auto result = compare(read(slower), read(faster), Alignment::Start);
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(380ms));
}

void TestComparison::comparesFiguresAndFindings()
{
    SessionBuilder healthy;
    healthy.start().connect(u"rwl_1"_s).run(33s);
    const auto result = compare(read(outage()), read(healthy), Alignment::Start);
    const auto *failed = figure(result, u"attempts_by_outcome.api"_s);
    QVERIFY(failed);
    QCOMPARE(failed->a, std::optional(2.0));
    QCOMPARE(failed->b, std::optional(0.0));
    QVERIFY(failed->differs());
    const auto *attempts = figure(result, u"attempts"_s);
    QVERIFY(attempts);
    QCOMPARE(attempts->a, std::optional(4.0));
    QCOMPARE(attempts->b, std::optional(1.0));
    const auto *backoff = figure(result, u"backoff_ms"_s);
    QVERIFY(backoff && backoff->isTime);
    QCOMPARE(backoff->a.value_or(0), 3'001.8); // timers are a little late

    const auto has = [&result](FindingCode code, bool inA, bool inB) {
        return std::any_of(result.findings.begin(), result.findings.end(),
                           [=](const ComparedFinding &finding) {
                               return finding.code == code && finding.a.has_value() == inA &&
                                      finding.b.has_value() == inB;
                           });
    };
    QVERIFY(has(FindingCode::ServerErrors, true, false));
    QVERIFY(has(FindingCode::Healthy, false, true));
}

void TestComparison::leavesOutWhatIsBeforeTheFirstOutcome()
{
    SessionBuilder other;
    other.start()
        .connect(u"rwl_9"_s)
        .run(60s)
        .end(WatchOutcome::StreamError)
        .connect(u"rwl_2"_s)
        .run(10s);
    const auto byStart = compare(read(outage()), read(other), Alignment::Start);
    QVERIFY(byStart.decisionsDiffer());
    const auto result = compare(read(outage()), read(other), Alignment::FirstOutcome);
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.front().alike, 2);
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(0));
}

void TestComparison::comparesWhatBothHaveRecordedAtTheTime()
{
    const auto all = outage().events();
    // The same run, of which B has what came from the third attempt on: as a recording of its own.
    EventBatch rest;
    Nanoseconds cut{};
    for (auto event : all) {
        if (event.attempt < 3)
            continue;
        if (rest.isEmpty())
            cut = std::chrono::floor<Milliseconds>(event.t);
        event.t -= cut;
        rest.append(event);
    }
    const auto a = read(fileOf(all), u"a"_s);
    const auto b = read(fileOf(rest, cut), u"b"_s);
    QVERIFY(compare(a, b, Alignment::Start).decisionsDiffer());
    const auto result = compare(a, b, Alignment::Wall);
    QCOMPARE(result.problem, QString());
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.front().alike, 3);
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(0));
}

void TestComparison::leasesAlignWhatClocksDoNot()
{
    const auto all = outage().events();
    EventBatch rest;
    for (auto event : all) {
        if (event.attempt < 3)
            continue;
        event.t += 77s;
        rest.append(event);
    }
    // By the clock the two have nothing in common.
    const auto a = read(fileOf(all), u"a"_s);
    const auto b = read(fileOf(rest, 24h), u"b"_s);
    QVERIFY(!compare(a, b, Alignment::Wall).problem.isEmpty());
    const auto result = compare(a, b, Alignment::Leases);
    QCOMPARE(result.problem, QString());
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.front().alike, 3);
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(0));
    QCOMPARE(result.originB - result.originA, Nanoseconds(77s));
}

void TestComparison::anOffsetMovesB()
{
    const auto a = read(outage());
    const auto b = read(outage(), u"b"_s);
    const auto result = compare(a, b, Alignment::Start, 1500ms);
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.sources.front().largestShift, Nanoseconds(1500ms));
    QCOMPARE(result.originA - result.originB, Nanoseconds(1500ms));
    QVERIFY(compare(a, b, Alignment::Wall, 24h).problem.contains(u"no time in common"_s));
}

void TestComparison::decisionsThatWereLeftOutAreNoDifference()
{
    SessionBuilder shorter;
    shorter.start().failConnect(ConnectError::Api, 503);
    const auto a = read(outage());
    auto b = read(shorter, u"b"_s);
    QVERIFY(compare(a, b, Alignment::Start).decisionsDiffer());
    b.hasMoreDecisions = true;
    QVERIFY(!compare(a, b, Alignment::Start).decisionsDiffer());
    QVERIFY(!compare(b, a, Alignment::Start).decisionsDiffer());
}

void TestComparison::namesThatAreNotKnownAreToldApart()
{
    const auto with = [](const QByteArray &rule) {
        return "{\"watchline\":1}\n{\"t\":0,\"kind\":\"decision\",\"source\":\"g\",\"rule\":\"" +
               rule + "\",\"action\":\"run\"}\n";
    };
    const auto a = read(with("new.rule"), u"a"_s);
    QVERIFY(!compare(a, read(with("new.rule"), u"b"_s), Alignment::Start).decisionsDiffer());
    QVERIFY(compare(a, read(with("newer.rule"), u"b"_s), Alignment::Start).decisionsDiffer());
}

void TestComparison::veryLongDelaysAreToldApart()
{
    const auto with = [](const QByteArray &delay) {
        return "{\"watchline\":1}\n{\"t\":0,\"kind\":\"decision\",\"source\":\"g\",\"rule\":"
               "\"connect.transient\",\"action\":\"backoff\",\"delay_ms\":" +
               delay + "}\n";
    };
    const auto result = compare(read(with("5000000000"), u"a"_s), read(with("6000000000"), u"b"_s),
                                Alignment::Start);
    QVERIFY(result.decisionsDiffer());
    QCOMPARE(result.sources.front().firstA->delayMs, 5'000'000'000);
    QCOMPARE(result.sources.front().firstB->delayMs, 6'000'000'000);
}

void TestComparison::aStoreIsReadAsItsFileIs()
{
    const auto session = outage();
    const auto file = read(session);
    const auto store =
        readForComparison(*session.store(), u"b"_s, [](qint64, qint64) { return true; });
    QCOMPARE(store.events, file.events);
    QCOMPARE(store.diagnosis.figures(), file.diagnosis.figures());
    QCOMPARE(store.diagnosis.findings(), file.diagnosis.findings());
    QCOMPARE(store.devices, file.devices);
    const auto result = compare(file, store, Alignment::Leases);
    QCOMPARE(result.problem, QString());
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.remarks, QStringList());
    const auto &first = store.decisions.begin()->second.front();
    QCOMPARE(first.seq, file.decisions.begin()->second.front().seq);
}

void TestComparison::saysWhyItCannotAlign_data()
{
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<int>("alignment");
    QTest::addColumn<QString>("why");
    SessionBuilder noOutcome;
    noOutcome.start().connect(u"rwl_1"_s).run(5s);
    SessionBuilder noLeases;
    noLeases.start().failConnect(ConnectError::Api, 503);
    QTest::newRow("no outcome") << fileOf(noOutcome.events())
                                << static_cast<int>(Alignment::FirstOutcome)
                                << u"no watch ended in b: "_s;
    QTest::newRow("a day later") << fileOf(outage().events(), 24h)
                                 << static_cast<int>(Alignment::Wall)
                                 << u"they have no time in common"_s;
    QTest::newRow("a day earlier")
        << fileOf(outage().events(), -24h) << static_cast<int>(Alignment::Wall)
        << u"they have no time in common"_s;
    QTest::newRow("centuries apart")
        << QByteArray(R"({"watchline":1,"started":"2426-11-23T14:30:00.000Z"}
{"t":-3155760000000000000,"kind":"keepalive"}
{"t":3155760000000000000,"kind":"keepalive"}
)") << static_cast<int>(Alignment::Wall)
        << u"they have no time in common"_s;
    QTest::newRow("no lease in common")
        << fileOf(noLeases.events()) << static_cast<int>(Alignment::Leases)
        << u"a and b got no lease in common"_s;
    QTest::newRow("no start") << QByteArray("{\"watchline\":1}\n")
                              << static_cast<int>(Alignment::Wall)
                              << u"b does not say when it was recorded"_s;
}

void TestComparison::saysWhyItCannotAlign()
{
    QFETCH(QByteArray, b);
    QFETCH(int, alignment);
    QFETCH(QString, why);
    const auto result = compare(read(outage()), read(b, u"b"_s), static_cast<Alignment>(alignment));
    QVERIFY2(result.problem.contains(why), qPrintable(result.problem));
    QVERIFY(result.figures.empty());
}

void TestComparison::sourcesAreComparedByName()
{
    const auto file = [](const std::vector<SessionBuilder> &builders) {
        const auto store = SessionBuilder::merged(builders);
        EventBatch events;
        for (qsizetype row = 0; row < store->size(); ++row)
            events.append(store->event(row));
        return fileOf(events);
    };
    SessionBuilder other(u"two"_s);
    other.start().failConnect(ConnectError::Conflict, 409);
    const auto a = read(file({outage(u"one"_s), outage(u"two"_s), outage(u"three"_s)}), u"a"_s);
    const auto b = read(file({outage(u"one"_s), other, outage(u"four"_s)}), u"b"_s);
    const auto result = compare(a, b, Alignment::Start);
    QCOMPARE(result.sources.size(), std::size_t{2});
    QCOMPARE(result.sources[0].a, u"one"_s);
    QVERIFY(!result.sources[0].differs);
    QCOMPARE(result.sources[1].a, u"two"_s);
    QVERIFY(result.sources[1].differs);
    QCOMPARE(result.sources[1].alike, 0);
    QVERIFY(hasRemark(result, u"only a has these sources: three"_s));
    QVERIFY(hasRemark(result, u"only b has these sources: four"_s));
}

void TestComparison::singleSourcesAreComparedWhateverTheirNames()
{
    const auto result =
        compare(read(outage(u"one"_s)), read(outage(u"an\nother"_s)), Alignment::Start);
    QCOMPARE(result.sources.size(), std::size_t{1});
    QVERIFY(!result.decisionsDiffer());
    QCOMPARE(result.remarks, QStringList());
}

void TestComparison::saysWhatMakesThemHardToCompare()
{
    const QByteArray device = R"({"t":0,"kind":"device_info","result":"ok","device_id":")";
    const auto a = read("{\"watchline\":1}\n" + device + "one\\nx\"}\n", u"a"_s);
    const auto b = read(
        "{\"watchline\":1,\"policy\":{\"max_backoff_ms\":60000}}\n" + device + "two\"}\n", u"b"_s);
    const auto result = compare(a, b, Alignment::Start);
    QVERIFY(hasRemark(result, u"there is no decision in a"_s));
    QVERIFY(hasRemark(result, u"of different devices: one\\nx and two"_s));
    QVERIFY(hasRemark(result, u"max_backoff_ms is 30000 and 60000"_s));

    SessionBuilder one(u"one"_s);
    one.start().failConnect(ConnectError::Api);
    SessionBuilder two(u"two"_s);
    two.start().failConnect(ConnectError::Api);
    SessionBuilder three(u"three"_s);
    three.start().failConnect(ConnectError::Api);
    auto events = one.events() + two.events();
    const auto unrelated =
        compare(read(fileOf(events), u"a"_s), read(three, u"b"_s), Alignment::Start);
    QVERIFY(unrelated.sources.empty());
    QVERIFY(hasRemark(unrelated, u"no source in common"_s));
    QVERIFY(!unrelated.figures.empty());
}

void TestComparison::worksWithNothing()
{
    const auto a = read("{\"watchline\":1}\n", u"a"_s);
    const auto b = read("{\"watchline\":1}\n", u"b"_s);
    const auto result = compare(a, b, Alignment::Start);
    QCOMPARE(result.problem, QString());
    QVERIFY(!result.decisionsDiffer());
    QVERIFY(result.sources.empty());
    QVERIFY(hasRemark(result, u"there is no decision in b"_s));
}

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
