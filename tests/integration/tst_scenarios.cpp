// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionstore.h"
#include "tests/integration/simulatedrun.h"

#include <QHash>
#include <QTest>

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

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestScenarios)
#include "tst_scenarios.moc"
