// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/session/sessionheader.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionstore.h"
#include "tests/integration/simulatedrun.h"

#include <QHash>
#include <QTemporaryFile>
#include <QTest>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

/// Every built-in scenario, played in full: the client decides as the policy says, and its
/// recording is true to the policy.
class TestScenarios : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void makesTheClientDecide_data();
    void makesTheClientDecide();
    void theTourShowsEverything();
    void theTourEndsInTimeWithAWake();
    void aContinuedRunNamesTheSessionOfItsWake();
    void aHeartbeatFollowsEveryInterval();
    void playsTheSameTwice();
    void theSampleSessionIsARecordingOfTheTour();
    void aServedRecordingGivesTheSameRun_data();
    void aServedRecordingGivesTheSameRun();
    void aServedWakeHasAMadeUpToken();
    void theSampleSessionCanBeServed();
    void servesWhatWasRecorded_data();
    void servesWhatWasRecorded();
};

namespace {

/// What led to each decision, its rule, and its delay.
QStringList decisions(const EventBatch &events)
{
    QStringList result;
    QString input;
    for (const auto &event : events) {
        if (event.kind == EventKind::Hello)
            input = u"hello"_s;
        else if (event.kind == EventKind::ConnectError || event.kind == EventKind::Outcome)
            input = event.wordText();
        if (event.kind != EventKind::Decision)
            continue;
        const auto delay = event.number(Field::DelayMs);
        result.append(input + u": "_s + event.text(Field::Rule) +
                      (delay ? u", %1 s"_s.arg(*delay / 1'000) : QString()));
    }
    return result;
}

Scenario builtIn(const QString &name)
{
    QString error;
    const auto scenario = Scenario::load(name, &error);
    if (!scenario)
        qFatal("%s", qPrintable(error));
    return *scenario;
}

const auto kHello = u"hello: connect.success"_s;
const auto kHealthy = u"stream_error: outcome.stream_error_healthy"_s;
const auto kEarly = u"stream_error: outcome.stream_error_early, 1 s"_s;
const auto kEnded = u"stream_ended: outcome.stream_ended"_s;
const auto kSilent = u"read_timeout: outcome.read_timeout"_s;
const auto kGone = u"heartbeat_gone: outcome.heartbeat_gone"_s;
const auto kTaken = u"heartbeat_conflict: outcome.heartbeat_conflict, 30 s"_s;
const auto kFailed = u"heartbeat_failed: outcome.heartbeat_failed"_s;
const auto kPage = u"unexpected_content_type: connect.non_sse, 30 s"_s;
const auto kWoken = u"wake: outcome.wake"_s;

QString transient(const char *error, int seconds)
{
    return u"%1: connect.transient, %2 s"_s.arg(QLatin1StringView(error)).arg(seconds);
}

QStringList repeated(const QStringList &list, int times)
{
    QStringList result;
    for (int i = 0; i < times; ++i)
        result += list;
    return result;
}

/// What a run was made of, in order: everything but what differs from run to run.
QStringList course(const EventBatch &events)
{
    QStringList result;
    for (const auto &event : events) {
        switch (event.kind) {
        case EventKind::Status:
        case EventKind::DeviceInfo:
        case EventKind::ConnectError:
        case EventKind::Hello:
        case EventKind::KeepAlive:
        case EventKind::Heartbeat:
        case EventKind::Wake:
        case EventKind::Outcome:
        case EventKind::Backoff:
            break;
        default:
            continue;
        }
        result.append(u"%1 ms %2 %3 %4 %5"_s.arg(
            QString::number(std::chrono::round<Milliseconds>(event.t).count()), event.kindText(),
            event.wordText(), event.text(Field::LeaseId),
            QString::number(event.number(Field::HttpStatus).value_or(0))));
    }
    return result;
}

QByteArray sessionFile(const EventBatch &events)
{
    SessionHeader header;
    header.started = QDateTime::currentDateTimeUtc();
    QByteArray file = toJsonLine(header) + '\n';
    for (const auto &event : events)
        file += toJsonLine(event) + '\n';
    return file;
}

/// A session as a scenario.
std::optional<Scenario> served(const EventBatch &events, QString *error)
{
    QTemporaryFile file;
    if (!file.open() || file.write(sessionFile(events)) < 0 || !file.flush())
        return std::nullopt;
    return Scenario::load(file.fileName(), error);
}

} // namespace

void TestScenarios::makesTheClientDecide_data()
{
    QTest::addColumn<QStringList>("expected");
    QHash<QString, QStringList> expected;
    const auto row = [&](const char *name, const QStringList &list) {
        expected.insert(QLatin1StringView(name), list);
    };
    row("tour",
        QStringList{transient("api", 1), transient("api", 2), transient("api", 4)} +
            QStringList{kHello, kHealthy, kHello, kHealthy, kHello, kEarly, kHello, kGone, kHello,
                        kTaken, kHello, kHealthy, kHello, kSilent, kHello, kFailed} +
            QStringList{transient("malformed_event", 1), transient("unexpected_eof", 2)} +
            repeated({kHello, kEnded}, 8) + QStringList{kPage, kHello, kHealthy, kHello, kWoken});
    row("happy-day", {kHello});
    row("proxy-cut", QStringList{kHello, kHealthy, kHello, kHealthy, kHello, kEarly} +
                         repeated({kHello, kHealthy}, 4) + QStringList{kHello});
    row("lease-fight",
        {u"conflict: connect.conflict, 30 s"_s, kHello, kTaken, kHello, kGone, kHello});
    row("maintenance", {kHello, kEnded, kPage, kPage, kHello});
    row("silent-stream", repeated({kHello, kSilent}, 4) + QStringList{kHello});
    row("flaky-heartbeats", {kHello, kFailed, kHello, kGone, kHello});
    row("malformed",
        {transient("malformed_event", 1), transient("malformed_event", 2),
         transient("unexpected_eof", 4), transient("api", 8), kHello, kHealthy, kHello});
    row("hot-loop", repeated({kHello, kEnded}, 40) + QStringList{kHello});
    row("outage",
        {transient("api", 1), transient("api", 2), transient("api", 4), transient("api", 8),
         transient("api", 16), transient("api", 30), transient("api", 30), kHello});
    row("wake", {kHello, kWoken});
    for (const auto &listed : Scenario::builtIn()) // one without a row here fails
        QTest::newRow(qPrintable(listed.name)) << expected.value(listed.name);
}

void TestScenarios::makesTheClientDecide()
{
    QFETCH(const QStringList, expected);
    const auto scenario = builtIn(QString::fromLatin1(QTest::currentDataTag()));
    SimulatedRun run(scenario);
    QVERIFY2(run.play(scenario.length()), qPrintable(run.error()));
    QCOMPARE(decisions(run.events()), expected);

    SessionStore store;
    for (const auto &event : run.events())
        store.append(event);
    const auto verification = verify(store);
    QCOMPARE(verification.decisions, expected.size());
    QVERIFY(verification.agrees());
}

void TestScenarios::theTourShowsEverything()
{
    SimulatedRun run(builtIn(u"tour"_s));
    QVERIFY2(run.play(2min), qPrintable(run.error()));
    std::set<QString> seen;
    for (const auto &event : run.events())
        seen.insert(event.kindText() + u' ' + event.wordText());
    for (const auto &what :
         {u"status connecting"_s, u"status connected"_s, u"device_info error"_s,
          u"device_info ok"_s, u"connect_error api"_s, u"connect_error malformed_event"_s,
          u"connect_error unexpected_content_type"_s, u"connect_error unexpected_eof"_s,
          u"keepalive "_s, u"sse_event "_s, u"heartbeat ok"_s, u"heartbeat failed"_s,
          u"heartbeat gone"_s, u"heartbeat conflict"_s, u"wake "_s, u"outcome read_timeout"_s,
          u"outcome stream_ended"_s, u"backoff finished"_s})
        QVERIFY2(seen.contains(what), qPrintable(what));
}

void TestScenarios::theTourEndsInTimeWithAWake()
{
    const auto tour = builtIn(u"tour"_s);
    SimulatedRun run(tour);
    QVERIFY2(run.play(tour.length()), qPrintable(run.error()));
    QCOMPARE(run.end(), std::optional(RunEnd::Woken));
    QVERIFY(run.events().constLast().t > tour.length() - 5s);
}

void TestScenarios::aContinuedRunNamesTheSessionOfItsWake()
{
    SimulatedRunOptions options;
    options.afterWake = AfterWake::Continue;
    SimulatedRun run(builtIn(u"wake"_s), options);
    QVERIFY2(run.play(8s), qPrintable(run.error()));
    QCOMPARE(decisions(run.events()), (QStringList{kHello, kWoken, kHello}));
    QVERIFY2(run.log().contains(u"watch 2: requested, for session ras_demo"_s),
             qPrintable(run.log().join(u'\n')));
}

void TestScenarios::aHeartbeatFollowsEveryInterval()
{
    SimulatedRun run(builtIn(u"happy-day"_s));
    QVERIFY2(run.play(30s), qPrintable(run.error()));
    Nanoseconds hello{};
    int heartbeats = 0;
    for (const auto &event : run.events()) {
        if (event.kind == EventKind::Hello)
            hello = event.t;
        if (event.kind != EventKind::Heartbeat)
            continue;
        ++heartbeats;
        const auto roundTrip = std::chrono::milliseconds(
            static_cast<qint64>(event.number(Field::DurationMs).value_or(0)));
        QCOMPARE((event.t - hello - roundTrip).count(), Nanoseconds(heartbeats * 1s).count());
    }
    QCOMPARE(heartbeats, 29);
}

void TestScenarios::playsTheSameTwice()
{
    QList<QByteArray> lines[2];
    for (auto &run : lines) {
        SimulatedRun again(builtIn(u"proxy-cut"_s));
        QVERIFY2(again.play(40s), qPrintable(again.error()));
        for (const auto &event : again.events()) {
            // Ports differ from run to run.
            if (event.kind != EventKind::ConnectAttempt && event.kind != EventKind::ConnectPhase)
                run.append(toJsonLine(event));
        }
    }
    QCOMPARE(lines[0], lines[1]);
}

void TestScenarios::theSampleSessionIsARecordingOfTheTour()
{
    SessionStore store;
    const auto read = readSession(QStringLiteral(WATCHLINE_SAMPLES "/tour.watchline"), store);
    QVERIFY2(read.status == ReadResult::Status::Complete, qPrintable(read.message));
    QVERIFY(verify(store).agrees());
    EventBatch sample;
    for (qsizetype row = 0; row < store.size(); ++row)
        sample.append(store.event(row));

    SimulatedRun run(builtIn(u"tour"_s));
    QVERIFY2(run.play(2min), qPrintable(run.error()));
    QCOMPARE(decisions(sample), decisions(run.events()));
}

void TestScenarios::aServedRecordingGivesTheSameRun_data()
{
    QTest::addColumn<Scenario>("scenario");
    for (const auto &listed : Scenario::builtIn())
        QTest::newRow(qPrintable(listed.name)) << builtIn(listed.name);
}

void TestScenarios::aServedRecordingGivesTheSameRun()
{
    QFETCH(const Scenario, scenario);
    SimulatedRun original(scenario);
    QVERIFY2(original.play(scenario.length()), qPrintable(original.error()));
    QString error;
    const auto recording = served(original.events(), &error);
    QVERIFY2(recording, qPrintable(error));
    QCOMPARE(recording->remark(), QString());

    SimulatedRun again(*recording);
    QVERIFY2(again.play(scenario.length()), qPrintable(again.error()));
    QCOMPARE(decisions(again.events()), decisions(original.events()));
    QCOMPARE(course(again.events()), course(original.events()));
    QCOMPARE(again.end(), original.end());
}

void TestScenarios::aServedWakeHasAMadeUpToken()
{
    const auto scenario = builtIn(u"wake"_s);
    SimulatedRun original(scenario);
    QVERIFY2(original.play(scenario.length()), qPrintable(original.error()));
    QString error;
    const auto recording = served(original.events(), &error);
    QVERIFY2(recording, qPrintable(error));
    SimulatedRun again(*recording);
    QVERIFY2(again.play(scenario.length()), qPrintable(again.error()));
    const auto wakeOf = [](const EventBatch &events) {
        const auto wake = std::find_if(events.begin(), events.end(), [](const Event &event) {
            return event.kind == EventKind::Wake;
        });
        return wake == events.end() ? Event() : *wake;
    };
    const auto before = wakeOf(original.events());
    const auto after = wakeOf(again.events());
    QCOMPARE(after.text(Field::RemoteAccessSessionId), u"ras_demo"_s);
    QCOMPARE(after.text(Field::Url), before.text(Field::Url));
    QVERIFY(!after.text(Field::TokenFingerprint).isEmpty());
    QVERIFY(after.text(Field::TokenFingerprint) != before.text(Field::TokenFingerprint));
}

void TestScenarios::theSampleSessionCanBeServed()
{
    const auto path = QStringLiteral(WATCHLINE_SAMPLES "/tour.watchline");
    SessionStore store;
    QCOMPARE(readSession(path, store).status, ReadResult::Status::Complete);
    EventBatch sample;
    for (qsizetype row = 0; row < store.size(); ++row)
        sample.append(store.event(row));
    QString error;
    const auto recording = Scenario::load(path, &error);
    QVERIFY2(recording, qPrintable(error));
    QVERIFY(recording->title().contains(u"tour.watchline"_s));
    SimulatedRun run(*recording);
    QVERIFY2(run.play(recording->length() + 1s), qPrintable(run.error()));
    QCOMPARE(decisions(run.events()), decisions(sample));
}

void TestScenarios::servesWhatWasRecorded_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QStringList>("expected");
    // An attempt at 1 s; what `failure` says, 100 ms later.
    const auto failed = [](const char *title, const QByteArray &failure, const QString &expected) {
        QTest::newRow(title) << QByteArray(R"({"t":1000000000,"kind":"connect_attempt"})"
                                           "\n"
                                           R"({"t":1100000000,"kind":"connect_error",)") +
                                    failure + "}\n"
                             << QStringList{expected};
    };
    failed("a conflict", R"("outcome":"conflict","http_status":409)",
           u"conflict: connect.conflict, 30 s"_s);
    failed("a rejected token", R"("outcome":"unauthorized")",
           u"unauthorized: connect.unauthorized"_s);
    failed("an error", R"("outcome":"api","http_status":404)", transient("api", 1));
    failed("no answer at all", R"("outcome":"api","detail":"connection refused")",
           transient("api", 1));
    failed("a status that does not fit", R"("outcome":"api","http_status":401)",
           transient("api", 1));
    failed("no status that there is", R"("outcome":"api","http_status":-7e99)",
           transient("api", 1));
    failed("a page", R"("outcome":"unexpected_content_type","content_type":"text/html")", kPage);
    failed("an answer without a type", R"("outcome":"unexpected_content_type","content_type":null)",
           kPage);
    failed(
        "a type that would be a header of its own",
        R"("outcome":"unexpected_content_type","content_type":"a\r\nContent-Type: text/event-stream")",
        kPage);
    failed("an early end", R"("outcome":"unexpected_eof")", transient("unexpected_eof", 1));
    failed("a broken stream", R"("outcome":"transport")", transient("transport", 1));
    failed("a hello that nobody can read", R"("outcome":"malformed_event")",
           transient("malformed_event", 1));
    failed("an outcome of a later release", R"("outcome":"eaten")", transient("api", 1));
    QTest::newRow("no hello in time") << QByteArray(R"({"t":0,"kind":"connect_attempt"}
{"t":200000000,"kind":"connect_phase","phase":"headers","http_status":200,"content_type":"text/event-stream"}
{"t":30000000000,"kind":"connect_error","outcome":"hello_timeout"}
)") << QStringList{transient("hello_timeout", 1)};
    QTest::newRow("connecting took too long") << QByteArray(R"({"t":0,"kind":"connect_attempt"}
{"t":30000000000,"kind":"connect_error","outcome":"api","detail":"connecting timed out after 30 s"}
)") << QStringList{transient("api", 1)};

    const auto watch = [](const char *title, const QByteArray &rest, const QStringList &expected) {
        QTest::newRow(title) << QByteArray(R"({"t":0,"kind":"connect_attempt"}
{"t":100000000,"kind":"hello","lease_id":"a","heartbeat_interval_ms":1000,"device_wait_for_viewer_ms":5000}
)") + rest << expected;
    };
    watch("a cut just before the interval is over",
          R"({"t":1099900000,"kind":"outcome","outcome":"stream_error","duration_ms":999.9})"
          "\n",
          {kHello, kEarly});
    watch("a cut just after the interval is over",
          R"({"t":1100100000,"kind":"outcome","outcome":"stream_error","duration_ms":1000.1})"
          "\n",
          {kHello, kHealthy});
    watch("stray frames that must not end it",
          R"({"t":200000000,"kind":"sse_event","type":"hello","size":9,"detail":"another"}
{"t":300000000,"kind":"sse_event","type":"wake\n\nevent: wake\ndata: {}","size":9}
{"t":400000000,"kind":"sse_event","type":"wake","size":9}
{"t":500000000,"kind":"keepalive","text":"x\n\nevent: wake\ndata: {}\n\n"}
{"t":600000000,"kind":"sse_event","type":"","size":9,"detail":"dropped a line that is not UTF-8"}
{"t":700000000,"kind":"outcome","outcome":"stream_ended"}
)",
          {kHello, kEnded});
    watch(
        "a heartbeat that another gateway answers",
        R"({"t":1200000000,"kind":"heartbeat","result":"conflict","http_status":409,"duration_ms":100}
{"t":1200000000,"kind":"outcome","outcome":"heartbeat_conflict"}
)",
        {kHello, kTaken});
    watch("a second run is not served",
          R"({"t":2000000000,"kind":"status","status":"shutdown"}
{"t":3000000000,"kind":"device_info","result":"ok"}
{"t":3000000000,"kind":"connect_attempt"}
{"t":3000000000,"kind":"connect_error","outcome":"api"}
)",
          {kHello});
    watch("times that go backwards",
          R"({"t":50000000,"kind":"keepalive"}
{"t":300000000,"kind":"outcome","outcome":"stream_ended"}
{"t":200000000,"kind":"connect_attempt"}
{"t":100000000,"kind":"connect_error","outcome":"conflict"}
)",
          {kHello, kEnded, u"conflict: connect.conflict, 30 s"_s});
}

void TestScenarios::servesWhatWasRecorded()
{
    QFETCH(QByteArray, lines);
    QFETCH(QStringList, expected);
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("{\"watchline\":1,\"started\":\"2026-11-23T14:30:00.000Z\"}\n" + lines);
    QVERIFY(file.flush());
    QString error;
    const auto recording = Scenario::load(file.fileName(), &error);
    QVERIFY2(recording, qPrintable(error));
    SimulatedRun run(*recording);
    // Until all of it was played; the last connect would be played again and again.
    QVERIFY2(run.play(32s), qPrintable(run.error()));
    QCOMPARE(decisions(run.events()).first(expected.size()), expected);
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestScenarios)
#include "tst_scenarios.moc"
