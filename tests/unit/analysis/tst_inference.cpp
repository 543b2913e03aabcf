// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"
#include "core/analysis/explanation.h"
#include "core/analysis/inference.h"
#include "core/session/eventparser.h"
#include "core/session/logmembers.h"
#include "tests/support/gatewaylogwriter.h"
#include "tests/support/logsteps.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

/// From lines of a log to events.
class TestInference : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void makesTheGatewaysSteps_data();
    void makesTheGatewaysSteps();
    void makesTheSameStepsOfEveryShape_data();
    void makesTheSameStepsOfEveryShape();
    void knowsTheRules_data();
    void knowsTheRules();
    void knowsClassesOfErrors_data();
    void knowsClassesOfErrors();
    void letsTheNextLineDecide_data();
    void letsTheNextLineDecide();
    void findsContradictions_data();
    void findsContradictions();
    void knowsNothingBeforeTheLog();
    void learnsTheBackoffFromAGap();
    void tellsLinesAndWhatFollows();
    void explainsWhereItIsFrom();
    void endsNothingAtTheEnd();
    void findsNoSilenceWhereAClockWasPutBack();
    void startsAfreshAfterAViewersSession();
    void startsAfreshWhileDeviceInfoFails();
    void takesAWatchFromNowhere();
    void keepsGatewaysApart();
    void ordersGatewaysTogether_data();
    void ordersGatewaysTogether();
    void leavesOutGatewaysBeyondTheMost();
    void survivesAnyTime();
    void agreesWithItselfWhateverTheOrderOfLines();
    void takesLinesWithoutATime();
    void pairsFailedHeartbeats();
    void claimsNothingOfHeartbeatsAndFrames();
};

namespace {

const QByteArrayList kSamples{"closed-cleanly",      "cut-by-a-proxy", "errors-then-connected",
                              "lease-gone-then-new", "silent-server",  "wake-after-keepalives"};

QByteArray read(const QByteArray &name)
{
    QFile file(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s", qPrintable(file.errorString()));
    return file.readAll();
}

/// The steps that really happened, without the end that the test made.
EventBatch happened(const QByteArray &name)
{
    EventBatch events;
    for (const auto &line : read(name + ".steps.jsonl").split('\n')) {
        const auto object = QJsonDocument::fromJson(line).object();
        if (object.isEmpty())
            continue;
        Event event(kindFromName(object.value(u"kind").toString().toStdString()));
        event.t = std::chrono::milliseconds(object.value(u"t_ms").toInt());
        for (auto member = object.begin(); member != object.end(); ++member) {
            const auto field = fieldFromName(member.key().toStdString());
            if (field == Field::Unknown)
                continue;
            if (member.value().isString())
                event.set(field, member.value().toString());
            else if (member.value().isDouble())
                event.set(field, qint64{member.value().toInt()});
            else
                event.setNull(field);
        }
        if (event.word() != Word::ShuttingDown && event.word() != Word::Shutdown)
            events.append(event);
    }
    return events;
}

/// A log of lines `SECONDS[.FRACTION] LEVEL TARGET: TEXT`, a minute at the most.
QByteArray logOf(const QByteArrayList &lines)
{
    QByteArray log;
    for (const auto &line : lines) {
        const auto space = line.indexOf(' ');
        auto seconds = line.first(space);
        const auto whole = seconds.split('.').first().toInt();
        const auto dot = seconds.indexOf('.');
        const auto fraction =
            dot < 0 ? QByteArray(".000000") : seconds.mid(dot).leftJustified(7, '0');
        log += "2026-11-23T09:" + QByteArray::number(30 + whole / 60).rightJustified(2, '0') + ':' +
               QByteArray::number(whole % 60).rightJustified(2, '0') + fraction + "Z " +
               line.mid(space + 1) + '\n';
    }
    return log;
}

const QByteArray kInfo = " INFO foxglove::remote_access::watch: ";
const QByteArray kWarn = " WARN foxglove::remote_access::watch: ";
const QByteArray kConnection = " INFO foxglove::remote_access::connection: ";
const QByteArray kStart =
    kConnection + "device context initialized device_id=dev_1 device_name=R 1";

QByteArray hello(const QByteArray &lease, const QByteArray &interval = "1s")
{
    return kInfo + "watch stream established watch_lease_id=\"" + lease +
           "\" heartbeat_interval=" + interval + " device_wait_for_viewer=30s";
}

QByteArray failed(const QByteArray &error)
{
    return kWarn + "watch stream connect failed error=" + error;
}

QByteArray streamError(const QByteArray &lease)
{
    return kWarn + "watch stream error; reconnecting watch_lease_id=\"" + lease +
           "\" error=stream transport error: cut";
}

QStringList findings(const EventBatch &events)
{
    QStringList codes;
    for (const auto &event : events) {
        if (const auto *code = member(event, kFindingMember))
            codes.append(std::get<QString>(*code));
    }
    return codes;
}

Event lastOf(const EventBatch &events, EventKind kind)
{
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (event->kind == kind)
            return *event;
    }
    return {};
}

} // namespace

void TestInference::makesTheGatewaysSteps_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const auto &name : kSamples)
        QTest::newRow(name.constData()) << name;
}

void TestInference::makesTheGatewaysSteps()
{
    QFETCH(const QByteArray, name);
    const auto expected = happened(name);
    const auto events = eventsOfLog(read(name + ".log"));
    QCOMPARE(logSteps(events), logSteps(expected));
    QCOMPARE(logStatuses(events), logStatuses(expected));
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
    // How long watches ran, and when attempts began.
    const auto times = [](const EventBatch &all, EventKind kind) {
        std::vector<Nanoseconds> result;
        for (const auto &event : all) {
            if (event.kind == kind)
                result.push_back(event.t);
        }
        return result;
    };
    const auto is = times(events, EventKind::ConnectAttempt);
    const auto was = times(expected, EventKind::ConnectAttempt);
    for (std::size_t i = 1; i < is.size(); ++i)
        QVERIFY(std::chrono::abs((is[i] - is[0]) - (was[i] - was[0])) <
                std::chrono::milliseconds(50));
    for (qsizetype i = 1; i < events.size(); ++i)
        QVERIFY(events[i].t >= events[i - 1].t);
}

void TestInference::makesTheSameStepsOfEveryShape_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("shape");
    for (const auto &name : kSamples) {
        for (const auto &shape : logShapes()) {
            if (resolutionOfShape(shape) > 0)
                QTest::addRow("%s as %s", name.constData(), shape.constData()) << name << shape;
        }
    }
}

void TestInference::makesTheSameStepsOfEveryShape()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, shape);
    const auto log = read(name + ".log");
    QByteArray other;
    for (const auto &line : linesOfSample(log))
        other += shaped(line, shape) + '\n';
    const auto events = eventsOfLog(other);
    QCOMPARE(logSteps(events), logSteps(happened(name)));
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::knowsTheRules_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QStringList>("rules");
    const auto ends = [](const char *name, const QByteArray &line, const QString &rule) {
        QTest::newRow(name) << QByteArrayList{"0 " + kStart, "0.1 " + hello("rwl_1"), "9 " + line}
                            << QStringList{u"connect.success"_s, rule};
    };
    const auto lease = QByteArray(" watch_lease_id=\"rwl_1\"");
    ends("wake", kInfo + "received wake" + lease, u"outcome.wake"_s);
    ends("read timeout", kWarn + "watch stream read-timeout; reconnecting" + lease,
         u"outcome.read_timeout"_s);
    ends("end", kWarn + "watch stream ended before wake; reconnecting" + lease,
         u"outcome.stream_ended"_s);
    ends("error", streamError("rwl_1"), u"outcome.stream_error_healthy"_s);
    ends("conflict", kWarn + "another gateway holds the watch lease; backing off" + lease,
         u"outcome.heartbeat_conflict"_s);
    ends("gone", kWarn + "watch lease gone; reconnecting to acquire a fresh lease" + lease,
         u"outcome.heartbeat_gone"_s);
    ends("unauthorized",
         "ERROR foxglove::remote_access::watch: device token unauthorized; stopping remote access "
         "gateway" +
             lease,
         u"outcome.heartbeat_unauthorized"_s);
    ends("failed", kWarn + "watch heartbeat failed for too long; reconnecting" + lease,
         u"outcome.heartbeat_failed"_s);
    ends("cancelled",
         "ERROR foxglove::remote_access::watch: heartbeat task exited without a terminal reason; "
         "check for panics" +
             lease,
         u"outcome.heartbeat_cancelled"_s);
}

void TestInference::knowsTheRules()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QStringList, rules);
    const auto events = eventsOfLog(logOf(lines));
    QCOMPARE(logRules(events), rules);
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::knowsClassesOfErrors_data()
{
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<int>("status");
    const auto row = [](const char *error, const char *outcome, int status = 0) {
        QTest::newRow(error) << QByteArray(error) << QString::fromLatin1(outcome) << status;
    };
    row("watch stream conflict: another gateway holds the lease", "conflict");
    row("device token unauthorized", "unauthorized");
    row("stream transport error: cut", "transport");
    row("watch stream ended before `hello` event", "unexpected_eof");
    row("timed out waiting for `hello` event", "hello_timeout");
    row("malformed `hello` event: missing field", "malformed_event");
    row("failed to send request: refused", "api");
    row("received error response 503 Service Unavailable: ErrorResponse { message: \"404\" }",
        "api", 503);
    row("received malformed error response 502 Bad Gateway with body 'error response 401'", "api",
        502);
    row("error response 500 Internal Server Error too large", "api", 500);
    row("failed to load response bytes: reset", "api");
    row("something of a later version", "api");
}

void TestInference::knowsClassesOfErrors()
{
    QFETCH(const QByteArray, error);
    QFETCH(const QString, outcome);
    QFETCH(const int, status);
    const auto events = eventsOfLog(logOf({"0 " + kStart, "0.2 " + failed(error)}));
    const auto event = lastOf(events, EventKind::ConnectError);
    QCOMPARE(event.wordText(), outcome);
    QCOMPARE(event.number(Field::HttpStatus).value_or(0), double(status));
    QCOMPARE(event.text(Field::Detail), QString::fromLatin1(error));
    QCOMPARE(event.number(Field::DurationMs), std::optional(200.0));
    QCOMPARE(verified(events), QString());
}

void TestInference::letsTheNextLineDecide_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QString>("rule");
    // Times to a second: it ran for anything between 0 s and 2 s.
    const QByteArrayList open{"0 " + kStart, "1 " + hello("rwl_1"), "2 " + streamError("rwl_1")};
    QTest::newRow("at once") << open + QByteArrayList{"2 " + hello("rwl_2")}
                             << u"outcome.stream_error_healthy"_s;
    QTest::newRow("after a wait") << open + QByteArrayList{"4 " + hello("rwl_2")}
                                  << u"outcome.stream_error_early"_s;
    QTest::newRow("undecidable") << open + QByteArrayList{"3 " + hello("rwl_2")} << u"?"_s;
    QTest::newRow("nothing more") << open << u"?"_s;
}

void TestInference::letsTheNextLineDecide()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QString, rule);
    auto log = logOf(lines);
    log.replace(".000000Z", "Z");
    const auto events = eventsOfLog(log);
    QCOMPARE(logRules(events).at(1), rule);
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
    if (rule == "?"_L1) {
        for (const auto &event : events) {
            if (event.kind != EventKind::Decision || event.has(Field::Rule))
                continue;
            QVERIFY(event.text(Field::Detail).contains("stream_error_healthy at once"_L1));
            QVERIFY(event.text(Field::Detail).contains("stream_error_early after 1 s"_L1));
        }
    }
}

void TestInference::findsContradictions_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QString>("finding");
    QTest::addColumn<QString>("figure");
    const auto row = [](const char *name, const QByteArrayList &lines, const char *finding,
                        const char *figure) {
        QTest::newRow(name) << lines << QString::fromLatin1(finding) << QString::fromLatin1(figure);
    };
    const auto conflict = failed("watch stream conflict: another gateway holds the lease");
    row("a wait cut short", {"0 " + kStart, "1 " + conflict, "6 " + hello("rwl_1")},
        "policy_mismatch", "30 s");
    row("a silence too long", {"0 " + kStart, "1 " + conflict, "101 " + hello("rwl_1")}, "log_gap",
        "1 min 40 s");
    row("a watch without its end", {"0 " + kStart, "1 " + hello("rwl_1"), "9 " + hello("rwl_2")},
        "log_gap", "rwl_1");
    row("a lease from nowhere", {"0 " + kStart, "1 " + hello("rwl_1"), "9 " + streamError("rwl_7")},
        "log_gap", "rwl_7");
    row("a new start", {"0 " + kStart, "1 " + hello("rwl_1"), "61 " + kStart}, "restarted",
        "1 min");
    row("on after the end",
        {"0 " + kStart, "1 " + failed("device token unauthorized"), "5 " + hello("rwl_1")},
        "policy_mismatch", "stops");
    row("a read timeout too soon",
        {"0 " + kStart, "1 " + hello("rwl_1", "10s"),
         "5 " + kWarn + "watch stream read-timeout; reconnecting watch_lease_id=\"rwl_1\""},
        "policy_mismatch", "25 s");
}

void TestInference::findsContradictions()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QString, finding);
    QFETCH(const QString, figure);
    const auto events = eventsOfLog(logOf(lines));
    QCOMPARE(findings(events), QStringList{finding});
    const auto note = lastOf(events, EventKind::Note);
    QVERIFY2(note.text(Field::Detail).contains(figure), qPrintable(note.text(Field::Detail)));
    QCOMPARE(verified(events), QString());

    // The diagnosis says so, from an event as from its line.
    Diagnosis diagnosis;
    Diagnosis ofLines;
    EventParser parser;
    EventView view;
    for (const auto &event : events) {
        diagnosis.take(event);
        const auto line = toJsonLine(event);
        QVERIFY(parser.parse(line, view));
        ofLines.take(view);
    }
    const auto found = diagnosis.findings();
    QCOMPARE(ofLines.findings(), found);
    const auto is = std::find_if(found.begin(), found.end(), [&finding](const Finding &one) {
        return finding ==
               QLatin1StringView(name(one.code).data(), qsizetype(name(one.code).size()));
    });
    QVERIFY(is != found.end());
    QVERIFY2(is->text.contains(figure), qPrintable(is->text));
    QVERIFY(is->advice.endsWith(u'.'));
}

void TestInference::knowsNothingBeforeTheLog()
{
    const auto events = eventsOfLog(logOf({"0 " + failed("failed to send request: refused")}));
    const auto attempt = lastOf(events, EventKind::ConnectAttempt);
    QVERIFY(!attempt.has(Field::PreviousLeaseId));
    QVERIFY(!attempt.has(Field::RemoteAccessSessionId));
    QVERIFY(!lastOf(events, EventKind::ConnectError).has(Field::DurationMs));
    const auto decision = lastOf(events, EventKind::Decision);
    QCOMPARE(decision.text(Field::Rule), u"connect.transient"_s);
    QVERIFY(!decision.has(Field::DelayMs));
    QVERIFY(decision.text(Field::Detail).contains("16 s"_L1));
    QCOMPARE(verified(events), QString());
}

void TestInference::learnsTheBackoffFromAGap()
{
    const auto error = failed("failed to send request: refused");
    const auto events = eventsOfLog(logOf({"0 " + error, "4.1 " + error, "12.2 " + error}));
    QStringList delays;
    for (const auto &event : events) {
        if (event.kind == EventKind::Decision)
            delays.append(QString::number(event.number(Field::DelayMs).value_or(-1)));
    }
    QCOMPARE(delays, (QStringList{u"4000"_s, u"8000"_s, u"16000"_s}));
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::tellsLinesAndWhatFollows()
{
    const auto log = logOf({"0 " + kStart, "1 " + hello("rwl_1"), "9 " + streamError("rwl_1")});
    const auto lines = log.split('\n');
    for (const auto &event : eventsOfLog(log)) {
        const auto *number = member(event, kLineNumberMember);
        const auto *follows = member(event, kFollowsLineMember);
        QCOMPARE(number == nullptr, event.has(Field::Inferred));
        QCOMPARE(follows != nullptr, event.has(Field::Inferred));
        if (number) {
            const auto *line = member(event, kLineMember);
            QVERIFY(line);
            QCOMPARE(std::get<QString>(*line),
                     QString::fromUtf8(lines.at(std::get<qint64>(*number) - 1)));
        }
    }
}

void TestInference::explainsWhereItIsFrom()
{
    const auto events = eventsOfLog(logOf({"0 " + failed("failed to send request: refused")}));
    SessionStore store;
    for (const auto &event : events)
        store.append(event);
    for (qsizetype row = 0; row < store.size(); ++row) {
        const auto why = whyOf(store, row);
        const auto &last = why.rows.back();
        QCOMPARE(last.value,
                 events[row].has(Field::Inferred) ? u"follows from line 1"_s : u"line 1"_s);
        if (events[row].kind != EventKind::Decision)
            continue;
        // The backoff before the log is nobody's guess.
        QVERIFY(!why.agrees);
        const auto backoff = std::find_if(why.rows.begin(), why.rows.end(), [](const WhyRow &one) {
            return one.name == "Backoff state"_L1;
        });
        QVERIFY(backoff != why.rows.end());
        QCOMPARE(backoff->value, u"not known"_s);
    }
}

void TestInference::endsNothingAtTheEnd()
{
    const auto events = eventsOfLog(logOf({"0 " + kStart, "1 " + hello("rwl_1")}));
    QCOMPARE(lastOf(events, EventKind::Status).word(), Word::Connected);
    QCOMPARE(lastOf(events, EventKind::Outcome).kind, EventKind::Unknown);
}

void TestInference::findsNoSilenceWhereAClockWasPutBack()
{
    const auto ended = kWarn + "watch stream ended before wake; reconnecting watch_lease_id=";
    const auto events =
        eventsOfLog("2026-11-23T09:00:00Z" + hello("rwl_1", "30s") + "\n2026-11-23T08:00:00Z" +
                    ended + "\"rwl_1\"" + "\n2026-11-23T08:00:01Z" + hello("rwl_2", "30s") +
                    "\n2026-11-23T08:10:00Z" + ended + "\"rwl_2\"\n");
    QCOMPARE(findings(events), QStringList());
}

void TestInference::startsAfreshAfterAViewersSession()
{
    const auto room = [](const QByteArray &what) {
        return kConnection + what +
               " remote_access_session_id=\"ras_1\" url=\"wss://m.example?t=1\"";
    };
    const auto events = eventsOfLog(logOf(
        {"0 " + kStart, "1 " + hello("rwl_1"),
         "5 " + kInfo + "received wake watch_lease_id=\"rwl_1\" remote_access_session_id=\"ras_1\"",
         "5.1 " + room("connecting to room"), "6 " + room("connected to room"),
         "6.1 " + room("running remote access server"), "30 " + room("disconnecting from room"),
         "31 " + hello("rwl_2")}));
    QStringList phases;
    for (const auto &event : events) {
        if (event.kind == EventKind::Room) {
            phases.append(event.wordText());
            QCOMPARE(event.text(Field::Url), u"wss://m.example"_s);
        }
    }
    QCOMPARE(phases,
             (QStringList{u"connecting"_s, u"connected"_s, u"running"_s, u"disconnecting"_s}));
    QCOMPARE(logSteps(events).at(5), u"connect_attempt lease=null session=ras_1"_s);
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::startsAfreshWhileDeviceInfoFails()
{
    const QByteArray failing =
        " WARN foxglove::remote_access::connection: failed to initialize device context; retrying "
        "error=received malformed error response 503 Service Unavailable with body ''";
    const auto events =
        eventsOfLog(logOf({"0 " + kStart, "1 " + hello("rwl_1"), "9 " + streamError("rwl_1"),
                           "20 " + failing, "21.1 " + failing, "23.2 " + hello("rwl_2")}));
    QCOMPARE(findings(events), (QStringList{u"restarted"_s, u"log_gap"_s}));
    QVERIFY(logSteps(events).contains(u"device_info error delay=1000"_s));
    QVERIFY(logSteps(events).contains(u"device_info error delay=2000"_s));
    QCOMPARE(logSteps(events).at(logSteps(events).size() - 2),
             u"connect_attempt lease=null session=null"_s);
    QCOMPARE(verified(events), QString());
}

void TestInference::takesAWatchFromNowhere()
{
    // The log begins in a watch that was cut; what came next says that it was young.
    const auto events = eventsOfLog(logOf({"0 " + streamError("rwl_1"), "1.01 " + hello("rwl_2")}));
    QCOMPARE(logRules(events).first(), u"outcome.stream_error_early"_s);
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::keepsGatewaysApart()
{
    QByteArray log;
    for (const auto &line : logOf({"0 " + kStart, "1 " + hello("rwl_1")}).trimmed().split('\n'))
        log += "[one-1] " + line + "\n[two-2] " + line + '\n';
    const auto events = eventsOfLog(log);
    QStringList sources;
    for (const auto &event : events) {
        if (!sources.contains(event.source))
            sources.append(event.source);
    }
    QCOMPARE(sources.size(), 2);
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::ordersGatewaysTogether_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QStringList>("expected"); // findings
    const auto nonSse = kInfo + "watch endpoint returned non-SSE response; backing off";
    const auto ended = kWarn + "watch stream ended before wake; reconnecting watch_lease_id=";
    QTest::newRow("a wait that another's lines go beyond")
        << QByteArrayList{"a 0 " + nonSse, "b 1 " + hello("rwl_1", "30s"),
                          "b 30.7 " + ended + "\"rwl_1\"", "b 30.8 " + hello("rwl_2", "30s"),
                          "a 31 " + hello("rwl_9", "30s")}
        << QStringList();
    QTest::newRow("a decision that the next line settles")
        << QByteArrayList{"a 0 " + failed("failed to send request: x"), "b 1 " + kStart,
                          "b 2 " + hello("rwl_1"), "a 2.5 " + hello("rwl_9")}
        << QStringList();
    QTest::newRow("a gateway that falls silent")
        << QByteArrayList{"a 0 " + kStart,
                          "a 1 " + failed("failed to send request: x"),
                          "b 1 " + kStart,
                          "b 4 " + hello("rwl_1"),
                          "b 90 " + streamError("rwl_1"),
                          "b 190 " + hello("rwl_2"),
                          "a 200 " + hello("rwl_9")}
        << QStringList{u"log_gap"_s, u"log_gap"_s};
    QTest::newRow("one that never goes on")
        << QByteArrayList{"b 0 " + kStart, "a 1 " + failed("failed to send request: x"),
                          "b 2 " + hello("rwl_1"), "b 9 " + streamError("rwl_1"),
                          "b 10 " + hello("rwl_2")}
        << QStringList();
    QTest::newRow("device-info that fails")
        << QByteArrayList{"a 0 " + kConnection +
                              "failed to initialize device context; retrying error=x",
                          "b 0.5 " + kStart,
                          "a 1.2 " + kConnection +
                              "failed to initialize device context; retrying error=x",
                          "b 2 " + hello("rwl_1"), "a 3.4 " + kStart}
        << QStringList();
}

void TestInference::ordersGatewaysTogether()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QStringList, expected);
    QByteArray log;
    QByteArrayList origins;
    for (const auto &line : lines) {
        log += '[' + line.first(1) + "-1] " + logOf({line.mid(2)});
        if (!origins.contains(line.first(1)))
            origins.append(line.first(1));
    }
    const auto events = eventsOfLog(log);
    for (int i = 1; i < events.size(); ++i) {
        QVERIFY2(events[i - 1].t <= events[i].t,
                 qPrintable(u"event %1 is earlier than the one before it"_s.arg(i)));
    }
    QCOMPARE(findings(events), expected);
    QCOMPARE(verified(events), QString());

    // Each gateway has the steps that it has alone.
    for (const auto &origin : std::as_const(origins)) {
        QByteArray own;
        for (const auto &line : lines) {
            if (line.startsWith(origin))
                own += '[' + origin + "-1] " + logOf({line.mid(2)});
        }
        EventBatch ofOrigin;
        const auto expectedAlone = eventsOfLog(own);
        for (const auto &event : events) {
            if (event.source == expectedAlone.constFirst().source)
                ofOrigin.append(event);
        }
        QCOMPARE(logSteps(ofOrigin), logSteps(expectedAlone));
    }
}

void TestInference::leavesOutGatewaysBeyondTheMost()
{
    constexpr int kTooMany = 5;
    const auto most = int(LogInference::kMostGateways);
    LogInference inference;
    EventBatch events;
    LogEntry entry;
    entry.message = "watch stream ended before wake; reconnecting";
    entry.module = "watch";
    entry.fields = {{"watch_lease_id", "rwl_1"}};
    for (int i = 0; i < most + kTooMany; ++i) {
        entry.line = i + 1;
        entry.origin = QByteArray::number(i);
        inference.take(entry, events);
    }
    inference.finish(events);
    QCOMPARE(inference.sources().size(), most);
    QCOMPARE(inference.leftOut(), kTooMany);
    const auto outcomes = std::count_if(events.cbegin(), events.cend(), [](const Event &event) {
        return event.kind == EventKind::Outcome;
    });
    QCOMPARE(outcomes, most);
}

void TestInference::survivesAnyTime()
{
    const auto events =
        eventsOfLog("1700-01-01T00:00:00Z" + kStart + "\n2261-12-31T23:59:59.999999999Z" +
                    hello("rwl_1") + "\n1700-01-01T00:00:01Z" + streamError("rwl_1") + '\n');
    QVERIFY(events.size() > 3);
    for (const auto &event : events)
        QVERIFY(event.t >= -kFarthestTime && event.t <= kFarthestTime);
}

void TestInference::agreesWithItselfWhateverTheOrderOfLines()
{
    const QByteArray lease = " watch_lease_id=\"rwl_%\"";
    const QByteArray connection = " WARN foxglove::remote_access::connection: ";
    const QByteArrayList lines{
        kStart,
        connection + "failed to initialize device context; retrying error=x",
        connection + "device token unauthorized; stopping remote access gateway error=x",
        hello("rwl_%"),
        hello("rwl_%"),
        failed("failed to send request: x"),
        failed("failed to send request: x"),
        failed("watch stream conflict: another gateway holds the lease"),
        failed("device token unauthorized"),
        kInfo + "watch endpoint returned non-SSE response; backing off",
        kInfo + "received wake" + lease + " remote_access_session_id=\"ras_%\"",
        kWarn + "watch stream read-timeout; reconnecting" + lease,
        kWarn + "watch stream ended before wake; reconnecting" + lease,
        streamError("rwl_%"),
        streamError("rwl_%"),
        kWarn + "another gateway holds the watch lease; backing off" + lease,
        kWarn + "watch lease gone; reconnecting to acquire a fresh lease" + lease,
        kWarn + "device token unauthorized; stopping remote access gateway" + lease,
        kWarn + "watch heartbeat failed for too long; reconnecting" + lease,
        kConnection + "running remote access server remote_access_session_id=\"ras_1\" url=\"x\""};
    const QList<int> steps{0, 1, 500, 1000, 1500, 4010, 30'000, 31'000, 100'000, -200, -50'000};
    for (quint32 seed = 0; seed < 500; ++seed) {
        QRandomGenerator random(seed);
        QByteArray log;
        auto time = QDateTime::fromString(u"2026-11-23T09:00:00Z"_s, Qt::ISODate);
        const bool isCoarse = random.bounded(2) == 0;
        for (int count = random.bounded(1, 25); count > 0; --count) {
            time = time.addMSecs(steps.at(random.bounded(int(steps.size()))));
            auto line = lines.at(random.bounded(int(lines.size())));
            line.replace("%", QByteArray::number(random.bounded(1, 4)));
            log +=
                time.toString(isCoarse ? Qt::ISODate : Qt::ISODateWithMs).toLatin1() + line + '\n';
        }
        const auto problem = verified(eventsOfLog(log));
        QVERIFY2(problem.isEmpty(), qPrintable(problem + u'\n' + QString::fromUtf8(log)));
    }
}

void TestInference::takesLinesWithoutATime()
{
    const auto events = eventsOfLog(
        "INFO:foxglove.remote_access.connection:device context initialized device_id=dev_1 "
        "device_name=R\n"
        "WARNING:foxglove.remote_access.watch:watch stream connect failed error=failed to send "
        "request: x\n"
        "INFO:foxglove.remote_access.watch:watch stream established watch_lease_id=\"rwl_1\" "
        "heartbeat_interval=1s device_wait_for_viewer=30s\n");
    QCOMPARE(logRules(events), (QStringList{u"connect.transient"_s, u"connect.success"_s}));
    QVERIFY(!lastOf(events, EventKind::Hello).has(Field::DurationMs));
    QCOMPARE(lastOf(events, EventKind::Backoff).number(Field::DelayMs), std::optional(1000.0));
    QVERIFY(!lastOf(events, EventKind::Backoff).has(Field::DurationMs));
    QCOMPARE(findings(events), QStringList());
    QCOMPARE(verified(events), QString());
}

void TestInference::pairsFailedHeartbeats()
{
    const auto events = eventsOfLog(
        logOf({"0 " + kStart, "1 " + hello("rwl_1"),
               "4.1 " + kWarn +
                   "heartbeat failed for too long error=received error response 503 Service "
                   "Unavailable: x stale_for_ms=3100",
               "4.1 " + kWarn +
                   "watch heartbeat failed for too long; reconnecting watch_lease_id=\"rwl_1\""}));
    const auto heartbeat = lastOf(events, EventKind::Heartbeat);
    QCOMPARE(heartbeat.word(), Word::Failed);
    QCOMPARE(heartbeat.number(Field::HttpStatus), std::optional(503.0));
    QCOMPARE(lastOf(events, EventKind::Outcome).word(), Word::HeartbeatFailed);
    QCOMPARE(verified(events), QString());
}

void TestInference::claimsNothingOfHeartbeatsAndFrames()
{
    const auto timeout = [](const QByteArray &lease) {
        return kWarn + "watch stream read-timeout; reconnecting watch_lease_id=\"" + lease + '"';
    };
    Diagnosis diagnosis;
    for (const auto &event :
         eventsOfLog(logOf({"0 " + kStart, "0.1 " + hello("rwl_1"), "40.1 " + timeout("rwl_1"),
                            "40.2 " + hello("rwl_2"), "59 " + timeout("rwl_2")})))
        diagnosis.take(event);
    // Frames came until a read timeout before the end, whatever the log has of them.
    QCOMPARE(diagnosis.figures().longestSilence, Nanoseconds(std::chrono::milliseconds(2500)));
    const auto found = diagnosis.findings();
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].code, FindingCode::SilentStream);
    QVERIFY2(found[0].text.contains("not in a log"_L1), qPrintable(found[0].text));
    QVERIFY2(found[0].text.contains("2.5 s"_L1), qPrintable(found[0].text));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestInference)
#include "tst_inference.moc"
