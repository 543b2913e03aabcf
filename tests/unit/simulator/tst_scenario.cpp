// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/scenariodata.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

class TestScenario : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void everyBuiltInScenarioIsReadable();
    void theDefaultComesFirst();
    void everyFileOfTheFolderIsBuiltIn();
    void readsEveryMember();
    void aRepeatedConnectCountsForThatMany();
    void theLengthIsTheStepsOwnUnlessItIsGiven();
    void answersStayOrCycle();
    void refusesWithPlaceAndReason_data();
    void refusesWithPlaceAndReason();
    void refusesFiles_data();
    void refusesFiles();
    void readsAFileOfOnesOwn();
    void readsARecording();
    void saysWhatOfARecordingIsNotServed_data();
    void saysWhatOfARecordingIsNotServed();
    void refusesARecordingWithNothingToServe_data();
    void refusesARecordingWithNothingToServe();
};

namespace {

std::optional<Scenario> parse(const QByteArray &json)
{
    QString error;
    auto scenario = Scenario::parse(json, u"mine.json"_s, &error);
    if (!scenario)
        qWarning("%s", qPrintable(error));
    return scenario;
}

} // namespace

void TestScenario::everyBuiltInScenarioIsReadable()
{
    const auto listed = Scenario::builtIn();
    QCOMPARE(listed.size(), 11);
    for (const auto &[name, title] : listed) {
        QString error;
        const auto scenario = Scenario::load(name, &error);
        QVERIFY2(scenario, qPrintable(error));
        QCOMPARE(scenario->name(), name);
        QCOMPARE(scenario->title(), title);
        QVERIFY2(title.endsWith(u'.') && title.size() < 200, qPrintable(title));
        QVERIFY(scenario->length() >= 5s && scenario->length() <= 2min);
    }
}

void TestScenario::theDefaultComesFirst()
{
    QCOMPARE(Scenario::builtIn().constFirst().name, u"tour"_s);
    QString error;
    QCOMPARE(Scenario::load(u"tour"_s, &error)->length(), 120s);
}

void TestScenario::everyFileOfTheFolderIsBuiltIn()
{
    QStringList names;
    for (const auto &listed : Scenario::builtIn())
        names.append(listed.name + u".json"_s);
    names.sort();
    QCOMPARE(QDir(QStringLiteral(WATCHLINE_SCENARIOS)).entryList({u"*.json"_s}, QDir::Files),
             names);
}

void TestScenario::readsEveryMember()
{
    const auto scenario = parse(R"({
        "title": "All of it", "length_s": 7, "token": "t", "prefix": "/a/b", "seed": 9,
        "round_trip_ms": {"min": 1, "max": 2},
        "device": {"id": "d", "name": "n", "project_id": "p"},
        "device_info": [{"status": 503, "body": {"error": "e"}, "repeat": 2}, "ok"],
        "heartbeats": {"cycle": ["ok", {"fault": "reset", "delay_ms": 5}]},
        "connects": [{
            "heartbeats": ["silence"],
            "steps": [
                {"wait_ms": 10},
                {"headers": {"content_type": null, "framing": "close", "headers": {"X-A": "b"}}},
                {"hello": {"lease": "l", "interval_ms": 5, "wait_ms": 6}},
                {"keepalives": {"count": 3, "every_ms": 4, "text": "k"}},
                {"event": {"type": "t", "data": "a\nb", "id": "i", "retry": 8}},
                {"wake": {"session": "s", "url": "u", "token": "k"}},
                {"send": "raw"}, {"send_base64": "//4="},
                {"send_bytewise": {"text": "xy", "every_ms": 2}}, {"flood_kib": 1},
                {"repeat": {"count": 2, "steps": [{"wait_ms": 1}]}},
                "cut"]
        }]})");
    QVERIFY(scenario);
    const auto &data = scenario->data();
    QCOMPARE(data.name, u"mine"_s);
    QCOMPARE(data.length, 7s);
    QCOMPARE(*data.token, "t");
    QCOMPARE(data.prefix, "/a/b");
    QCOMPARE(data.seed, 9U);
    QCOMPARE(data.longestRoundTrip, 2ms);
    QCOMPARE(data.deviceName, u"n"_s);
    QCOMPARE(data.deviceInfo.answers.size(), 3);
    QCOMPARE(*std::get<ScenarioResponse>(data.deviceInfo.at(1).what).body, R"({"error":"e"})");
    QVERIFY(data.heartbeats.cycle);
    QVERIFY(std::get<ScenarioEnd>(data.heartbeats.at(1).what) == ScenarioEnd::Reset);
    QCOMPARE(*data.heartbeats.at(1).delay, 5ms);

    const auto &connect = data.connects.constFirst();
    QVERIFY(std::get<ScenarioEnd>(connect.heartbeats->at(0).what) == ScenarioEnd::Silence);
    const auto &steps = connect.steps;
    QCOMPARE(steps.size(), 13);
    QCOMPARE(std::get<WaitStep>(steps.at(0)).duration, 10ms);
    QVERIFY(std::get<HeadersStep>(steps.at(1)).contentType.isEmpty());
    QVERIFY(std::get<HeadersStep>(steps.at(1)).closeDelimited);
    QCOMPARE(std::get<HelloStep>(steps.at(2)).intervalMs, 5);
    QCOMPARE(*std::get<KeepAlivesStep>(steps.at(3)).count, 3);
    QCOMPARE(std::get<SendStep>(steps.at(4)).bytes,
             "event: t\nid: i\nretry: 8\ndata: a\ndata: b\n\n");
    QCOMPARE(
        std::get<SendStep>(steps.at(5)).bytes,
        "event: wake\ndata: {\"remoteAccessSessionId\":\"s\",\"token\":\"k\",\"url\":\"u\"}\n\n");
    QCOMPARE(std::get<SendStep>(steps.at(7)).bytes, "\xff\xfe");
    QCOMPARE(*std::get<SendStep>(steps.at(8)).bytewise, 2ms);
    QCOMPARE(std::get<FloodStep>(steps.at(9)).bytes, 1'024);
    QVERIFY(std::get<ScenarioEnd>(steps.at(12)) == ScenarioEnd::Cut);
}

void TestScenario::aRepeatedConnectCountsForThatMany()
{
    const auto scenario = parse(
        R"({"title": "t", "connects": [{"repeat": 3, "steps": ["end"]}, [{"status": 500}]]})");
    QVERIFY(scenario);
    QCOMPARE(scenario->data().connects.size(), 4);
}

void TestScenario::theLengthIsTheStepsOwnUnlessItIsGiven()
{
    const auto scenario = parse(R"({"title": "t", "connects": [[
        {"wait_ms": 500}, {"keepalives": {"count": 3, "every_ms": 1000}}, "end"]]})");
    QVERIFY(scenario);
    QCOMPARE(scenario->length(), 3500ms);
}

void TestScenario::answersStayOrCycle()
{
    ScenarioAnswers answers;
    answers.answers = {{ScenarioResponse{200, {}, {}, {}}, {}},
                       {ScenarioResponse{503, {}, {}, {}}, {}}};
    const auto status = [&](qsizetype number) {
        return std::get<ScenarioResponse>(answers.at(number).what).status;
    };
    QCOMPARE(status(0), 200);
    QCOMPARE(status(5), 503);
    QCOMPARE(status(6), 503);
    answers.cycle = true;
    QCOMPARE(status(5), 503);
    QCOMPARE(status(6), 200);
}

void TestScenario::refusesWithPlaceAndReason_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("error");
    const auto connects = [](const QByteArray &steps) -> QByteArray {
        return QByteArray(R"({"title": "t", "connects": [)") + steps + "]}";
    };

    QTest::newRow("syntax") << QByteArray("{\n  \"title\": \"t\",\n  oops\n}")
                            << u"line 3, column "_s;
    QTest::newRow("empty") << QByteArray() << u"line 1, column 1: no valid JSON: "_s;
    QTest::newRow("cut off") << QByteArray("{\"title\": \"t\"") << u"line 1, column "_s;
    QTest::newRow("a list") << QByteArray("[]") << u"must be a JSON object"_s;
    QTest::newRow("no title") << QByteArray(R"({"connects": [["end"]]})")
                              << u"member \"title\" is missing"_s;
    QTest::newRow("empty title") << QByteArray(R"({"title": " ", "connects": [["end"]]})")
                                 << u"title: must not be empty"_s;
    QTest::newRow("no connects") << QByteArray(R"({"title": "t"})")
                                 << u"member \"connects\" is missing"_s;
    QTest::newRow("connects empty") << QByteArray(R"({"title": "t", "connects": []})")
                                    << u"connects: must be a list of at least one connect"_s;
    QTest::newRow("connects no list")
        << QByteArray(R"({"title": "t", "connects": 3})")
        << u"connects: must be a list of at least one connect, is a number"_s;
    QTest::newRow("unknown at the top")
        << QByteArray(R"({"title": "t", "conects": []})")
        << u"unknown member \"conects\"; known are title, length_s, token"_s;
    QTest::newRow("title no text") << QByteArray(R"({"title": 1, "connects": [["end"]]})")
                                   << u"title: must be a text, is a number"_s;
    QTest::newRow("prefix") << QByteArray(
                                   R"({"title": "t", "prefix": "/a/", "connects": [["end"]]})")
                            << u"prefix: must be a path such as \"/staging\""_s;
    QTest::newRow("token") << QByteArray(R"({"title": "t", "token": "", "connects": [["end"]]})")
                           << u"token: must be a text of one line"_s;
    QTest::newRow("seed") << QByteArray(R"({"title": "t", "seed": -1, "connects": [["end"]]})")
                          << u"seed: must be a whole number from 0 to 4294967295, is -1"_s;
    QTest::newRow("round trip")
        << QByteArray(
               R"({"title": "t", "round_trip_ms": {"min": 5, "max": 4}, "connects": [["end"]]})")
        << u"round_trip_ms: min is above max"_s;
    QTest::newRow("round trip half")
        << QByteArray(R"({"title": "t", "round_trip_ms": {"min": 5}, "connects": [["end"]]})")
        << u"round_trip_ms: member \"max\" is missing"_s;
    QTest::newRow("device")
        << QByteArray(R"({"title": "t", "device": {"ip": "x"}, "connects": [["end"]]})")
        << u"device: unknown member \"ip\"; known are id, name, project_id"_s;
    QTest::newRow("answers no list")
        << QByteArray(R"({"title": "t", "heartbeats": "ok", "connects": [["end"]]})")
        << u"heartbeats: must be a list of at least one answer, is a text"_s;
    QTest::newRow("answers empty")
        << QByteArray(R"({"title": "t", "heartbeats": [], "connects": [["end"]]})")
        << u"heartbeats: must be a list of at least one answer, is empty"_s;
    QTest::newRow("cycle")
        << QByteArray(R"({"title": "t", "heartbeats": {"cycles": []}, "connects": [["end"]]})")
        << u"heartbeats: unknown member \"cycles\"; known are cycle"_s;
    QTest::newRow("answer word")
        << QByteArray(R"({"title": "t", "device_info": ["ok", "end"], "connects": [["end"]]})")
        << u"device_info[1]: unknown word \"end\"; known are ok, reset, close"_s;
    QTest::newRow("answer type")
        << QByteArray(R"({"title": "t", "device_info": [200], "connects": [["end"]]})")
        << u"device_info[0]: must be a word or an object, is a number"_s;
    QTest::newRow("answer status")
        << QByteArray(R"({"title": "t", "device_info": [{"status": 99}], "connects": [["end"]]})")
        << u"device_info[0].status: must be a whole number from 100 to 599, is 99"_s;
    QTest::newRow("answer fault")
        << QByteArray(R"({"title": "t", "heartbeats": [{"fault": "hang"}], "connects": [["end"]]})")
        << u"heartbeats[0].fault: unknown word \"hang\""_s;
    QTest::newRow("answer fault type")
        << QByteArray(R"({"title": "t", "heartbeats": [{"fault": 1}], "connects": [["end"]]})")
        << u"heartbeats[0].fault: must be one of reset"_s;
    QTest::newRow("header")
        << QByteArray(
               R"({"title": "t", "heartbeats": [{"status": 200, "headers": {"a b": "c"}}], "connects": [["end"]]})")
        << u"heartbeats[0].headers: \"a b\" is no header"_s;
    QTest::newRow("header split")
        << QByteArray(
               R"({"title": "t", "heartbeats": [{"status": 200, "headers": {"a": "b\r\nc"}}], "connects": [["end"]]})")
        << u"heartbeats[0].headers: \"a\" is no header"_s;
    QTest::newRow("too many answers")
        << QByteArray(
               R"({"title": "t", "heartbeats": [{"status": 200, "repeat": 99999}, {"status": 200, "repeat": 2}], "connects": [["end"]]})")
        << u"heartbeats[1]: more than 100000 answers"_s;

    QTest::newRow("connect type")
        << connects("7") << u"connects[0]: must be a list of at least one step, is a number"_s;
    QTest::newRow("connect empty")
        << connects("[]") << u"connects[0]: must be a list of at least one step, is empty"_s;
    QTest::newRow("connect without steps")
        << connects(R"({"repeat": 2})") << u"connects[0]: member \"steps\" is missing"_s;
    QTest::newRow("too many connects")
        << connects(R"({"repeat": 10000, "steps": ["end"]}, ["end"])")
        << u"connects[1]: more than 10000 connects"_s;
    QTest::newRow("too much in all, in connects")
        << connects(
               R"({"repeat": 10000, "steps": [{"repeat": {"count": 101, "steps": [{"wait_ms": 1}]}}]})")
        << u"connects[0]: makes more than 1000000 answers and steps in the whole scenario"_s;
    QByteArrayList ownHeartbeats(
        11, R"({"heartbeats": [{"status": 200, "repeat": 100000}], "steps": ["end"]})");
    QTest::newRow("too much in all, in heartbeats")
        << connects(ownHeartbeats.join(','))
        << u"connects[9]: makes more than 1000000 answers and steps in the whole scenario"_s;
    QTest::newRow("step word")
        << connects(R"(["end"], ["stop"])")
        << u"connects[1][0]: unknown word \"stop\"; known are end, cut, reset, close, garbage, bad_chunk, silence"_s;
    QTest::newRow("step type") << connects("[5]")
                               << u"connects[0][0]: must be an object, is a number"_s;
    QTest::newRow("step unknown")
        << connects(R"([{"helo": {}}])")
        << u"connects[0][0]: unknown member \"helo\"; known are wait_ms, headers, hello"_s;
    QTest::newRow("step of two") << connects(R"([{"wait_ms": 1, "send": "x"}])")
                                 << u"connects[0][0]: must be a word or have exactly one member"_s;
    QTest::newRow("step of none") << connects("[{}]")
                                  << u"connects[0][0]: must be a word or have exactly one member"_s;
    QTest::newRow("hello member")
        << connects(R"([{"hello": {"leese": "x"}}])")
        << u"connects[0][0].hello: unknown member \"leese\"; known are lease, interval_ms, wait_ms"_s;
    QTest::newRow("hello number")
        << connects(R"([{"hello": {"interval_ms": "1s"}}])")
        << u"connects[0][0].hello.interval_ms: must be a whole number, is a text"_s;
    QTest::newRow("hello fraction")
        << connects(R"([{"hello": {"interval_ms": 1.5}}])")
        << u"interval_ms: must be a whole number from 0 to 9007199254740991, is 1.5"_s;
    QTest::newRow("hello in an object")
        << connects(R"({"steps": [{"hello": []}]})")
        << u"connects[0].steps[0].hello: must be an object, is a list"_s;
    QTest::newRow("wait too long")
        << connects(R"([{"wait_ms": 1e12}])")
        << u"connects[0][0].wait_ms: must be a whole number from 0 to 86400000, is 1000000000000"_s;
    QTest::newRow("keepalives") << connects(R"([{"keepalives": {"count": 3}}])")
                                << u"connects[0][0].keepalives: member \"every_ms\" is missing"_s;
    QTest::newRow("keepalives at no pause")
        << connects(R"([{"keepalives": {"every_ms": 0}}])")
        << u"connects[0][0].keepalives.every_ms: must be a whole number from 1"_s;
    QTest::newRow("keepalives text")
        << connects(R"([{"keepalives": {"every_ms": 1, "text": "a\nb"}}])")
        << u"connects[0][0].keepalives.text: must be a text of one line"_s;
    QTest::newRow("event empty") << connects(R"([{"event": {}}])")
                                 << u"connects[0][0].event: must have at least one of type"_s;
    QTest::newRow("event lines") << connects(R"([{"event": {"type": "a\nb"}}])")
                                 << u"connects[0][0].event.type: must be a text of one line"_s;
    QTest::newRow("event data")
        << connects(R"([{"event": {"data": 5}}])")
        << u"connects[0][0].event.data: must be a text, an object or a list, is a number"_s;
    QTest::newRow("wake") << connects(R"([{"wake": {"secret": "x"}}])")
                          << u"connects[0][0].wake: unknown member \"secret\""_s;
    QTest::newRow("base64") << connects(R"([{"send_base64": "!!"}])")
                            << u"connects[0][0].send_base64: is no Base64"_s;
    QTest::newRow("bytewise") << connects(R"([{"send_bytewise": {}}])")
                              << u"connects[0][0].send_bytewise: member \"text\" is missing"_s;
    QTest::newRow("flood") << connects(R"([{"flood_kib": 0}])")
                           << u"connects[0][0].flood_kib: must be a whole number from 1"_s;
    QTest::newRow("framing")
        << connects(R"([{"headers": {"framing": "length"}}])")
        << u"connects[0][0].headers.framing: must be \"chunked\" or \"close\""_s;
    QTest::newRow("content type")
        << connects(R"([{"headers": {"content_type": "a\nb"}}])")
        << u"connects[0][0].headers.content_type: must be a text of one line"_s;
    QTest::newRow("repeat steps")
        << connects(R"([{"repeat": {"count": 2}}])")
        << u"connects[0][0].repeat.steps: must be a list of at least one step, is nothing"_s;
    QTest::newRow("repeat too much")
        << connects(
               R"([{"repeat": {"count": 200, "steps": [{"repeat": {"count": 200, "steps": [{"wait_ms": 1}]}}]}}])")
        << u"connects[0][0].repeat: makes more than 10000 steps"_s;
    QByteArray deep = R"({"wait_ms": 1})";
    for (int i = 0; i < 12; ++i)
        deep = R"({"repeat": {"count": 1, "steps": [)" + deep + "]}}";
    QTest::newRow("repeat too deep")
        << connects("[" + deep + "]") << u"repeats are nested too deeply"_s;
    QTest::newRow("after the end")
        << connects(R"(["end", {"wait_ms": 1}])")
        << u"connects[0]: has steps after the one that ends the answer"_s;
    QTest::newRow("status after hello")
        << connects(R"([{"hello": {}}, {"status": 500}])")
        << u"connects[0]: has a status or a page after the stream has begun"_s;
    QTest::newRow("headers after hello")
        << connects(R"([{"hello": {}}, {"headers": {}}])")
        << u"connects[0]: has headers after the stream has begun"_s;
}

void TestScenario::refusesWithPlaceAndReason()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, error);
    QString message;
    QVERIFY(!Scenario::parse(json, u"dir/mine.json"_s, &message));
    QVERIFY2(message.startsWith("dir/mine.json: "_L1), qPrintable(message));
    QVERIFY2(message.contains(error), qPrintable(message));
    QVERIFY(!message.contains(u'\n'));
}

void TestScenario::refusesFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("error");
    QTest::newRow("empty name") << QString() << u"neither a built-in scenario (tour, "_s;
    QTest::newRow("missing") << u"no-such-file.json"_s
                             << u"no-such-file.json: neither a built-in scenario (tour, "_s;
    QTest::newRow("folder") << u"/"_s << u"/: cannot be read: "_s;
    QTest::newRow("endless") << u"/dev/zero"_s << u"/dev/zero: larger than 4 MiB"_s;
}

void TestScenario::refusesFiles()
{
    QFETCH(const QString, name);
    QFETCH(const QString, error);
    QString message;
    QVERIFY(!Scenario::load(name, &message));
    QVERIFY2(message.contains(error), qPrintable(message));
}

void TestScenario::readsAFileOfOnesOwn()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"my.own.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"title": "Mine", "connects": [["end"]]})");
    file.close();
    QString error;
    const auto scenario = Scenario::load(file.fileName(), &error);
    QVERIFY2(scenario, qPrintable(error));
    QCOMPARE(scenario->name(), u"my.own"_s);
    QCOMPARE(scenario->title(), u"Mine"_s);
}

namespace {

std::optional<Scenario> load(const QByteArray &bytes, QString *error)
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"night.watchline"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        return std::nullopt;
    file.close();
    return Scenario::load(file.fileName(), error);
}

QByteArray recording(const QByteArray &lines)
{
    return "{\"watchline\":1,\"started\":\"2026-11-23T14:30:00.000Z\"}\n" + lines;
}

} // namespace

void TestScenario::readsARecording()
{
    QString error;
    const auto scenario = load(
        recording(
            R"x({"t":0,"kind":"device_info","source":"robot","result":"error","http_status":503,"duration_ms":40}
{"t":1000000000,"kind":"device_info","source":"robot","result":"ok","device_id":"dev_1","device_name":"Röver","project_id":"prj_1","duration_ms":60}
{"t":1100000000,"kind":"connect_attempt","source":"robot"}
{"t":1150000000,"kind":"connect_error","source":"robot","outcome":"api","http_status":503,"detail":"received error response 503 Service Unavailable: too (much) (code busy)"}
{"t":2200000000,"kind":"connect_attempt","source":"robot"}
{"t":2400000000,"kind":"hello","source":"robot","lease_id":"rwl_1","heartbeat_interval_ms":1000,"advertised_heartbeat_interval_ms":400,"device_wait_for_viewer_ms":5000}
{"t":3460000000,"kind":"heartbeat","source":"robot","result":"ok","http_status":200,"duration_ms":60}
{"t":5200000000,"kind":"outcome","source":"robot","outcome":"stream_ended"}
)x"),
        &error);
    QVERIFY2(scenario, qPrintable(error));
    QCOMPARE(scenario->name(), u"night"_s);
    QVERIFY2(scenario->title().contains(u"robot"_s), qPrintable(scenario->title()));
    QCOMPARE(scenario->remark(), QString());
    QCOMPARE(scenario->length(), 5'200ms);
    const auto &data = scenario->data();
    QCOMPARE(data.deviceName, u"Röver"_s);
    QCOMPARE(data.deviceInfo.answers.size(), 2);
    QCOMPARE(std::get<ScenarioResponse>(data.deviceInfo.answers[0].what).status, 503);
    QCOMPARE(*data.deviceInfo.answers[1].delay, 60ms);

    QCOMPARE(data.connects.size(), 2);
    const auto &failed = data.connects[0].steps;
    QCOMPARE(failed.size(), 2);
    QCOMPARE(std::get<WaitStep>(failed[0]).duration, 50ms);
    QCOMPARE(*std::get<ScenarioResponse>(failed[1]).body,
             QByteArray(R"x({"code":"busy","error":"too (much)"})x"));

    const auto &watch = data.connects[1].steps;
    QCOMPARE(watch.size(), 5);
    QCOMPARE(std::get<WaitStep>(watch[0]).duration, 200ms);
    QVERIFY(std::holds_alternative<HeadersStep>(watch[1]));
    QCOMPARE(std::get<HelloStep>(watch[2]).lease, u"rwl_1"_s);
    QCOMPARE(std::get<HelloStep>(watch[2]).intervalMs, 400);
    QCOMPARE(std::get<WaitStep>(watch[3]).duration, 2'800ms);
    QVERIFY(std::get<ScenarioEnd>(watch[4]) == ScenarioEnd::End);
    QVERIFY(data.connects[1].heartbeats);
    QCOMPARE(*data.connects[1].heartbeats->answers[0].delay, 60ms);
}

void TestScenario::saysWhatOfARecordingIsNotServed_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QString>("remark");
    QTest::newRow("another source")
        << QByteArray(R"({"t":0,"kind":"note","source":"c","detail":"no run"}
{"t":1,"kind":"connect_attempt","source":"a"}
{"t":2,"kind":"connect_attempt","source":"b"}
)") << u"only the first of its sources is served: a"_s;
    QTest::newRow("a line that is cut off")
        << QByteArray(R"({"t":1,"kind":"connect_attempt","source":"a"}
{"t":2,"kind":"conn)")
        << u"the session is cut off"_s;
    QTest::newRow("a damaged line") << QByteArray(R"({"t":1,"kind":"connect_attempt","source":"a"}
nonsense
)") << u"the session is damaged"_s;
    QTest::newRow("more than is kept in memory")
        << QByteArray(R"({"t":1,"kind":"connect_attempt","source":"a"}
{"t":2,"kind":"hello","source":"a","lease_id":"x","heartbeat_interval_ms":1000}
)") + QByteArray(R"({"t":3,"kind":"heartbeat","source":"a","result":"ok"}
)")
                   .repeated(500'001)
        << u"the rest is too long"_s;
}

void TestScenario::saysWhatOfARecordingIsNotServed()
{
    QFETCH(QByteArray, lines);
    QFETCH(QString, remark);
    QString error;
    const auto scenario = load(recording(lines), &error);
    QVERIFY2(scenario, qPrintable(error));
    QVERIFY2(scenario->remark().contains(remark), qPrintable(scenario->remark()));
    QVERIFY(!scenario->remark().contains(u'\n'));
}

void TestScenario::refusesARecordingWithNothingToServe_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("why");
    QTest::newRow("no events") << recording({}) << u"no connect attempt"_s;
    QTest::newRow("no attempts") << recording("{\"t\":0,\"kind\":\"keepalive\"}\n")
                                 << u"no connect attempt"_s;
    QTest::newRow("a later release") << QByteArray("{\"watchline\":9}\n") << u"update Watchline"_s;
    QTest::newRow("a header that is cut off")
        << QByteArray("{\"watchline\":1,\"star") << u"the header, is cut off"_s;
}

void TestScenario::refusesARecordingWithNothingToServe()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, why);
    QString error;
    QVERIFY(!load(bytes, &error));
    QVERIFY2(error.contains(why), qPrintable(error));
    QVERIFY(error.contains(u"night.watchline"_s));
    QVERIFY(!error.contains(u'\n'));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestScenario)
#include "tst_scenario.moc"
