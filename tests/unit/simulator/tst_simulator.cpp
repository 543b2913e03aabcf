// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/simulator.h"
#include "tests/support/rawclient.h"
#include "tests/support/testcertificate.h"
#include "tests/support/virtualclock.h"

#include <QFile>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

class TestSimulator : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void answersDeviceInfo();
    void givesAnswersInOrderAndTheLastOneStays();
    void aNewRunSeesTheScenarioFromItsStart();
    void deviceInfoDoesNotDisturbAnOpenWatch();
    void asksForADeviceToken_data();
    void asksForADeviceToken();
    void putsItsEndpointsUnderThePrefix();
    void refusesOtherPathsAndMethods();
    void answersHeartbeatsOfTheLatestWatch();
    void refusesAHeartbeatWithoutALease();
    void playsAStreamByTheClock();
    void makesUpTheSameLeasesForTheSameSeed();
    void holdsAnswersBackForARoundTrip();
    void endsAsTheScenarioSays_data();
    void endsAsTheScenarioSays();
    void takesTheNextRequestAfterACleanEnd();
    void endsABodyWithItsConnection_data();
    void endsABodyWithItsConnection();
    void sendsByteByByte();
    void stopsWhenTheClientLeaves();
    void answersPipelinedRequestsInOrder();
    void refusesWhatIsNoRequest();
    void dropsAClientThatSendsTooMuchAhead();
    void writesNoFasterThanTheClientReads();
    void servesOnWhileIdleConnectionsPileUp();
    void refusesMoreStreamsThanItCanHold();
    void survivesThousandsOfConnections();
    void servesAFleetAtOnce();
    void playsTheScenarioForEachDevice();
    void logsNoSecrets();
    void speaksTls();
    void resetsOverTls();
    void survivesPlainHttpOnATlsPort();
    void saysWhyItCannotListen_data();
    void saysWhyItCannotListen();
    void saysThatThePortIsBusy();
    void runsInAThreadOfItsOwn();
};

namespace {

const auto kDeviceInfo = QByteArrayLiteral("/internal/platform/v1/device-info");
const auto kWatch = QByteArrayLiteral("/internal/platform/v1/remote-sessions/watch");
const auto kHeartbeat = QByteArrayLiteral("/internal/platform/v1/remote-sessions/watch/heartbeat");
const auto kLeaseBody = QByteArrayLiteral(R"({"watchLeaseId":"rwl_1"})");

Scenario scenario(const QByteArray &members)
{
    QString error;
    const auto result =
        Scenario::parse("{\"title\": \"Test.\"," + members + "}", u"test"_s, &error);
    if (!result)
        qFatal("%s", qPrintable(error));
    return *result;
}

QByteArray get(const QByteArray &path, const QByteArray &authorization = "DeviceToken secret-token")
{
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" +
           (authorization.isEmpty() ? QByteArray()
                                    : QByteArray("Authorization: " + authorization + "\r\n")) +
           "\r\n";
}

QByteArray post(const QByteArray &path, const QByteArray &body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: DeviceToken secret-token\r\n" +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// A simulator whose time stands still unless it is moved.
struct Server
{
    explicit Server(const QByteArray &members, const SimulatorOptions &options = {})
        : simulator(scenario(members), clock)
    {
        QObject::connect(&simulator, &Simulator::logged, &simulator,
                         [this](const QString &line) { log.append(line); });
        if (!simulator.listen(options))
            qFatal("%s", qPrintable(simulator.error()));
    }

    quint16 port() const { return static_cast<quint16>(simulator.url().port()); }

    VirtualClock clock;
    Simulator simulator;
    QStringList log;
};

/// The status of the answer to one request on a connection of its own; 0 for none.
int statusOf(const Server &server, const QByteArray &request)
{
    RawClient client(server.port());
    client.send(request);
    if (!QTest::qWaitFor([&] {
            return client.received().contains("\r\n\r\n") || client.end() != RawClient::End::Open;
        }))
        return -1;
    return client.received().startsWith("HTTP/1.1 ") ? client.received().mid(9, 3).toInt() : 0;
}

} // namespace

void TestSimulator::answersDeviceInfo()
{
    Server server(
        R"("device": {"id": "d1", "name": "n", "project_id": "p"}, "connects": [["end"]])");
    RawClient client(server.port());
    client.send(get(kDeviceInfo));
    QTRY_VERIFY(client.received().endsWith(
        R"({"id":"d1","name":"n","projectId":"p","retainRecordingsSeconds":null})"));
    QVERIFY(client.received().startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
    QCOMPARE(server.log, QStringList{u"device-info 1: 200 OK"_s});
}

void TestSimulator::givesAnswersInOrderAndTheLastOneStays()
{
    Server server(R"("device_info": [{"status": 500}, {"status": 503, "repeat": 2}, "ok"],
                     "connects": [["end"]])");
    QList<int> seen;
    for (int i = 0; i < 6; ++i)
        seen.append(statusOf(server, get(kDeviceInfo)));
    QCOMPARE(seen, (QList<int>{500, 503, 503, 200, 200, 200}));
}

void TestSimulator::aNewRunSeesTheScenarioFromItsStart()
{
    Server server(R"("device_info": [{"status": 503}, "ok"],
                     "connects": [[{"status": 409}], [{"status": 502}]])");
    for (int run = 0; run < 2; ++run) {
        QCOMPARE(statusOf(server, get(kDeviceInfo)), 503);
        QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
        QCOMPARE(statusOf(server, get(kWatch)), 409);
        QCOMPARE(statusOf(server, get(kWatch)), 502);
        QCOMPARE(statusOf(server, get(kWatch)), 502);
    }
}

void TestSimulator::deviceInfoDoesNotDisturbAnOpenWatch()
{
    Server server(R"("connects": [[{"hello": {}}], [{"status": 502}], [{"status": 409}]])");
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
    {
        RawClient watch(server.port());
        watch.send(get(kWatch));
        QTRY_VERIFY(watch.received().contains("watchLeaseId"));
        QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
        QCOMPARE(watch.end(), RawClient::End::Open);
        QCOMPARE(statusOf(server, get(kWatch)), 502); // the next one, not the first again
        QCOMPARE(server.log.filter(u"a new run"_s).size(), 0);
    }
    QTRY_VERIFY(statusOf(server, get(kDeviceInfo)) == 200 &&
                !server.log.filter(u"a new run"_s).isEmpty());
}

void TestSimulator::asksForADeviceToken_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<int>("status");
    const QByteArray any;
    const QByteArray named = R"("token": "fox",)";
    QTest::newRow("none") << any << QByteArray() << 401;
    QTest::newRow("other scheme") << any << QByteArray("Bearer x") << 401;
    QTest::newRow("empty") << any << QByteArray("DeviceToken ") << 401;
    QTest::newRow("any") << any << QByteArray("DeviceToken x") << 200;
    QTest::newRow("named, wrong") << named << QByteArray("DeviceToken foxy") << 401;
    QTest::newRow("named, right") << named << QByteArray("DeviceToken fox") << 200;
}

void TestSimulator::asksForADeviceToken()
{
    QFETCH(const QByteArray, token);
    QFETCH(const QByteArray, authorization);
    QFETCH(const int, status);
    Server server(token + R"("connects": [[{"hello": {}}]])");
    QCOMPARE(statusOf(server, get(kDeviceInfo, authorization)), status);
    QCOMPARE(statusOf(server, get(kWatch, authorization)), status);
}

void TestSimulator::putsItsEndpointsUnderThePrefix()
{
    Server server(R"("prefix": "/staging/eu", "connects": [["end"]])");
    QCOMPARE(server.simulator.url().path(), u"/staging/eu"_s);
    QCOMPARE(statusOf(server, get("/staging/eu" + kDeviceInfo)), 200);
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 404);
    QCOMPARE(statusOf(server, get("/staging/eu/" + kDeviceInfo)), 404);
}

void TestSimulator::refusesOtherPathsAndMethods()
{
    Server server(R"("connects": [["end"]])");
    QCOMPARE(statusOf(server, get("/")), 404);
    QCOMPARE(statusOf(server, get(kDeviceInfo + '/')), 404);
    QCOMPARE(statusOf(server, get(kHeartbeat)), 405);
    QCOMPARE(statusOf(server, post(kDeviceInfo, {})), 405);
}

void TestSimulator::answersHeartbeatsOfTheLatestWatch()
{
    Server server(R"("heartbeats": {"cycle": ["ok", {"status": 503}]}, "connects": [
        {"steps": [{"hello": {}}], "heartbeats": ["ok", {"status": 410}]},
        [{"hello": {}}]])");
    const auto beat = post(kHeartbeat, kLeaseBody);
    QCOMPARE(statusOf(server, get(kWatch)), 200);
    QCOMPARE(statusOf(server, beat), 200);
    QCOMPARE(statusOf(server, beat), 410);
    QCOMPARE(statusOf(server, beat), 410);
    QCOMPARE(statusOf(server, get(kWatch)), 200);
    QCOMPARE(statusOf(server, beat), 503); // the fourth of the run
    QCOMPARE(statusOf(server, beat), 200);
    QCOMPARE(server.log.last(), u"heartbeat 5, lease rwl_1: 200 OK"_s);
}

void TestSimulator::refusesAHeartbeatWithoutALease()
{
    Server server(R"("connects": [["end"]])");
    QCOMPARE(statusOf(server, post(kHeartbeat, "{}")), 400);
    QCOMPARE(statusOf(server, post(kHeartbeat, "no JSON")), 400);
    QCOMPARE(statusOf(server, post(kHeartbeat, kLeaseBody)), 200);
}

void TestSimulator::playsAStreamByTheClock()
{
    Server server(
        R"("connects": [[{"wait_ms": 300}, {"hello": {"lease": "rwl_a", "interval_ms": 1500}},
        {"keepalives": {"count": 2, "every_ms": 400, "text": "k"}}, {"event": {"data": {"a": 1}}}, "end"]])");
    RawClient client(server.port());
    client.send(get(kWatch + "?protocolVersion=2.2.0&previousWatchLeaseId=rwl_0"));
    QTRY_COMPARE(server.clock.activeTimers(), 1);
    QCOMPARE(client.received(), QByteArray());

    const auto begun = QByteArrayLiteral(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
        "66\r\nevent: hello\ndata: {\"deviceWaitForViewerMs\":30000,\"heartbeatIntervalMs\":1500,"
        "\"watchLeaseId\":\"rwl_a\"}\n\n\r\n5\r\n: k\n\n\r\n");
    server.clock.advance(300ms);
    QTRY_COMPARE(client.received(), begun);
    server.clock.advance(399ms);
    QCoreApplication::processEvents();
    QCOMPARE(client.received(), begun);
    server.clock.advance(1ms);
    QTRY_COMPARE(client.received(), begun + "5\r\n: k\n\n\r\n");
    server.clock.advance(400ms);
    QTRY_COMPARE(client.received(),
                 begun + "5\r\n: k\n\n\r\nf\r\ndata: {\"a\":1}\n\n\r\n0\r\n\r\n");
    QCOMPARE(server.log,
             (QStringList{u"watch 1: requested, offers lease rwl_0"_s,
                          u"watch 1: hello, lease rwl_a, heartbeat interval 1.5 s"_s,
                          u"watch 1: 2 keep-alives, one each 400 ms"_s,
                          u"watch 1: an event without a name"_s, u"watch 1: clean end"_s}));
}

void TestSimulator::makesUpTheSameLeasesForTheSameSeed()
{
    QStringList logs[3];
    const char *const seeds[] = {"1", "1", "2"};
    for (int i = 0; i < 3; ++i) {
        Server server(R"("seed": )" + QByteArray(seeds[i]) + R"(, "connects": [[{"hello": {}}]])");
        for (int watch = 0; watch < 2; ++watch)
            QCOMPARE(statusOf(server, get(kWatch)), 200);
        logs[i] = server.log.filter(u"hello"_s);
        QCOMPARE(logs[i].size(), 2);
        QVERIFY(logs[i].at(0).mid(8) != logs[i].at(1).mid(8));
    }
    QCOMPARE(logs[0], logs[1]);
    QVERIFY(logs[0] != logs[2]);
}

void TestSimulator::holdsAnswersBackForARoundTrip()
{
    Server server(R"("round_trip_ms": {"min": 20, "max": 50}, "connects": [["end"]])");
    for (int i = 0; i < 20; ++i) {
        RawClient client(server.port());
        client.send(post(kHeartbeat, kLeaseBody));
        QTRY_COMPARE(server.clock.activeTimers(), 1);
        const auto before = server.clock.now();
        QVERIFY(server.clock.advanceToNext());
        QVERIFY(server.clock.now() - before >= 20ms && server.clock.now() - before <= 50ms);
        QTRY_VERIFY(client.received().startsWith("HTTP/1.1 200 OK"));
    }
}

void TestSimulator::endsAsTheScenarioSays_data()
{
    QTest::addColumn<QByteArray>("steps");
    QTest::addColumn<QByteArray>("last"); // of what comes; empty: nothing comes
    QTest::addColumn<int>("end");
    const int open = int(RawClient::End::Open);
    const int fin = int(RawClient::End::Fin);
    const int reset = int(RawClient::End::Reset);
    const auto row = [](const char *name, const char *steps, const char *last, int end) {
        QTest::newRow(name) << QByteArray(steps) << QByteArray(last) << end;
    };
    row("end", R"({"send": "x"}, "end")", "1\r\nx\r\n0\r\n\r\n", open);
    row("empty stream", R"("end")", "\r\n\r\n0\r\n\r\n", open);
    row("cut", R"({"send": "x"}, "cut")", "1\r\nx\r\n40\r\n: cut", fin);
    row("reset", R"({"send": "x"}, "reset")", "1\r\nx\r\n", reset);
    row("reset before any byte", R"("reset")", "", reset);
    row("close", R"({"send": "x"}, "close")", "1\r\nx\r\n", fin);
    row("close before any byte", R"("close")", "", fin);
    row("garbage", R"("garbage")", "this is not HTTP\r\n\r\n", fin);
    row("bad chunk", R"({"send": "x"}, "bad_chunk")", "1\r\nx\r\nzz\r\nxx\r\n", open);
    row("silence", R"({"send": "x"}, "silence")", "1\r\nx\r\n", open);
    row("steps run out", R"({"send": "x"})", "1\r\nx\r\n", open);
    row("status", R"({"status": 503, "body": {"error": "e"}})", R"({"error":"e"})", open);
    row("page", R"({"page": "<p>"})", "<p>", open);
    row("no content", R"({"status": 204})", "Content-Type: application/json\r\n\r\n", open);
}

void TestSimulator::endsAsTheScenarioSays()
{
    QFETCH(const QByteArray, steps);
    QFETCH(const QByteArray, last);
    QFETCH(const int, end);
    Server server("\"connects\": [[" + steps + "]]");
    RawClient client(server.port());
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith(last) && server.log.size() > 1);
    QTRY_COMPARE(int(client.end()), end);
    QCOMPARE(client.received().isEmpty(), last.isEmpty());
    QVERIFY(client.received().endsWith(last));
}

void TestSimulator::takesTheNextRequestAfterACleanEnd()
{
    Server server(
        R"("connects": [["end"], [{"status": 503, "body": "later"}], [{"page": "<p>"}]])");
    RawClient client(server.port());
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith("0\r\n\r\n"));
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith("later"));
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith("<p>"));
}

void TestSimulator::endsABodyWithItsConnection_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("version");
    QTest::newRow("the scenario says so")
        << QByteArray(R"({"headers": {"framing": "close"}},)") << QByteArray("1.1");
    QTest::newRow("HTTP/1.0") << QByteArray() << QByteArray("1.0");
}

void TestSimulator::endsABodyWithItsConnection()
{
    QFETCH(const QByteArray, head);
    QFETCH(const QByteArray, version);
    Server server("\"connects\": [[" + head + R"({"send": "x"}, "end"]])");
    RawClient client(server.port());
    client.send(get(kWatch).replace("HTTP/1.1", QByteArray("HTTP/" + version)));
    QTRY_VERIFY(client.end() == RawClient::End::Fin);
    QVERIFY(client.received().endsWith("Connection: close\r\n\r\nx"));
    QVERIFY(!client.received().contains("chunked"));
}

void TestSimulator::sendsByteByByte()
{
    Server server(R"("connects": [[{"send_bytewise": {"text": "abc", "every_ms": 5}}, "end"]])");
    RawClient client(server.port());
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith("1\r\na\r\n"));
    server.clock.advance(5ms);
    QTRY_VERIFY(client.received().endsWith("1\r\na\r\n1\r\nb\r\n"));
    server.clock.advance(10ms);
    QTRY_VERIFY(client.received().endsWith("1\r\nc\r\n0\r\n\r\n"));
}

void TestSimulator::stopsWhenTheClientLeaves()
{
    Server server(R"("connects": [[{"hello": {}}, {"keepalives": {"every_ms": 500}}]])");
    RawClient client(server.port());
    client.send(get(kWatch));
    QTRY_COMPARE(server.clock.activeTimers(), 1);
    client.close();
    QTRY_COMPARE(server.clock.activeTimers(), 0);
    QCOMPARE(server.log.last(), u"watch 1: the client left"_s);
}

void TestSimulator::answersPipelinedRequestsInOrder()
{
    Server server(R"("heartbeats": [{"status": 200, "body": "1", "delay_ms": 100},
        {"status": 200, "body": "2"}, {"status": 200, "body": "3"}], "connects": [["end"]])");
    RawClient client(server.port());
    client.send(post(kHeartbeat, kLeaseBody).repeated(3));
    QTRY_COMPARE(server.clock.activeTimers(), 1);
    QCOMPARE(client.received(), QByteArray());
    server.clock.advance(100ms);
    QTRY_VERIFY(client.received().endsWith("\r\n\r\n3"));
    const auto received = client.received();
    QVERIFY(received.indexOf("\r\n\r\n1") < received.indexOf("\r\n\r\n2"));
}

void TestSimulator::refusesWhatIsNoRequest()
{
    Server server(R"("connects": [["end"]])");
    RawClient client(server.port());
    client.send("hello there\r\n\r\n");
    QTRY_VERIFY(client.end() == RawClient::End::Fin);
    QVERIFY(client.received().startsWith("HTTP/1.1 400 Bad Request\r\n"));
    QVERIFY(client.received().contains("Connection: close\r\n"));
    QVERIFY(client.received().endsWith(R"({"error":"the request line is malformed"})"));
    QCOMPARE(server.log, QStringList{u"bad request: 400, the request line is malformed"_s});
}

void TestSimulator::dropsAClientThatSendsTooMuchAhead()
{
    Server server(R"("connects": [[{"hello": {}}]])");
    RawClient client(server.port());
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().contains("hello"));
    const auto more = get(kDeviceInfo).repeated(100);
    QTRY_VERIFY((client.send(more), client.end() == RawClient::End::Reset));
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
}

void TestSimulator::writesNoFasterThanTheClientReads()
{
    constexpr qsizetype kFlood = 16 * 1'024 * 1'024;
    Server server(R"("connects": [[{"flood_kib": 16384}, "end"]])");
    RawClient client(server.port());
    client.send(get(kWatch));
    // Others are served meanwhile, and the flood waits for its reader.
    QTRY_VERIFY(server.log.contains(u"watch 1: a comment of 16384 KiB without an end"_s));
    for (int i = 0; i < 20; ++i)
        QCOMPARE(statusOf(server, get(kHeartbeat)), 405);
    QVERIFY(!server.log.contains(u"watch 1: clean end"_s));
    QTRY_VERIFY_WITH_TIMEOUT(client.received().endsWith("\r\n0\r\n\r\n"), 20'000);
    const auto head = client.received().left(client.received().indexOf("\r\n\r\n"));
    QCOMPARE(client.received().count('x'), kFlood + head.count('x'));
}

void TestSimulator::servesOnWhileIdleConnectionsPileUp()
{
    SimulatorOptions options;
    options.mostConnections = 50;
    Server server(R"("connects": [["end"]])", options);
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 80; ++i) {
        idle.push_back(std::make_unique<RawClient>(server.port()));
        QCoreApplication::processEvents();
    }
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
    QTRY_VERIFY(idle.front()->end() == RawClient::End::Reset);
    QVERIFY(idle.back()->end() == RawClient::End::Open);
}

void TestSimulator::refusesMoreStreamsThanItCanHold()
{
    SimulatorOptions options;
    options.mostConnections = 50;
    Server server(R"("connects": [[{"hello": {}}]])", options);
    std::vector<std::unique_ptr<RawClient>> streams;
    for (int i = 0; i < 50; ++i) {
        streams.push_back(std::make_unique<RawClient>(server.port()));
        streams.back()->send(get(kWatch));
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(server.log.filter(u"hello"_s).size(), 50);
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 0);
    streams.pop_back();
    QTRY_VERIFY(server.log.last().endsWith(u"the client left"_s));
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
}

void TestSimulator::survivesThousandsOfConnections()
{
    Server server(R"("connects": [["end"]])");
    for (int i = 0; i < 3'000; ++i) {
        RawClient client(server.port());
        client.send(i % 2 ? get(kDeviceInfo) : QByteArray("GET /half"));
        QCoreApplication::processEvents();
    }
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
}

void TestSimulator::servesAFleetAtOnce()
{
    constexpr int kFleet = 400; // streams and heartbeats of 200
    Server server(R"("connects": [[{"hello": {}}]])");
    std::vector<std::unique_ptr<RawClient>> streams;
    for (int i = 0; i < kFleet; ++i)
        streams.push_back(std::make_unique<RawClient>(server.port()));
    for (int i = 0; i < kFleet; ++i)
        streams[static_cast<std::size_t>(i)]->send(
            get(kWatch, "DeviceToken " + QByteArray::number(i)));
    QTRY_COMPARE_WITH_TIMEOUT(server.log.filter(u"hello"_s).size(), kFleet, 30'000);
    for (const auto &stream : streams)
        QCOMPARE(stream->end(), RawClient::End::Open);
}

void TestSimulator::playsTheScenarioForEachDevice()
{
    Server server(R"("device_info": [{"status": 503}, "ok"],
                     "connects": [[{"status": 409}], [{"hello": {}}, "end"]])");
    for (const QByteArray token : {"DeviceToken a", "DeviceToken b"}) {
        QCOMPARE(statusOf(server, get(kDeviceInfo, token)), 503);
        QCOMPARE(statusOf(server, get(kDeviceInfo, token)), 200);
    }
    for (const QByteArray token : {"DeviceToken b", "DeviceToken a"})
        QCOMPARE(statusOf(server, get(kWatch, token)), 409);
    QCOMPARE(statusOf(server, get(kWatch, "DeviceToken b")), 200);
    QCOMPARE(server.log.filter(u"device 2, watch 2: requested"_s).size(), 1);
    QVERIFY(server.log.filter(u"device 3"_s).isEmpty());
}

void TestSimulator::logsNoSecrets()
{
    Server server(R"("token": "secret-token", "connects": [[{"hello": {}},
        {"event": {"type": "x", "data": "lk_secret"}}, {"send": "lk_secret"},
        {"wake": {"token": "lk_secret", "url": "wss://x"}}, "end"]])");
    QCOMPARE(statusOf(server, get(kDeviceInfo)), 200);
    QCOMPARE(statusOf(server, get(kDeviceInfo, "DeviceToken wrong-secret-token")), 401);
    QCOMPARE(statusOf(server, get("/x?token=secret-token")), 404);
    QCOMPARE(statusOf(server, get(kWatch + "?token=secret-token")), 200);
    QTRY_VERIFY(server.log.contains(u"watch 1: clean end"_s));
    QVERIFY2(!server.log.join(u'\n').contains(u"secret"), qPrintable(server.log.join(u'\n')));
}

void TestSimulator::speaksTls()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    Server server(R"("connects": [[{"hello": {}}, "end"]])",
                  {0, certificate.certificateFile(), certificate.keyFile()});
    QCOMPARE(server.simulator.url().scheme(), u"https"_s);
    QSslSocket socket;
    auto tls = QSslConfiguration::defaultConfiguration();
    QVERIFY(tls.addCaCertificates(certificate.certificateFile()));
    tls.setAllowedNextProtocols({"h2", "http/1.1"});
    socket.setSslConfiguration(tls);
    socket.connectToHostEncrypted(u"127.0.0.1"_s, server.port());
    QTRY_VERIFY2(socket.isEncrypted(), qPrintable(socket.errorString()));
    QCOMPARE(socket.sslConfiguration().nextNegotiatedProtocol(), "http/1.1");
    socket.write(get(kWatch));
    QByteArray received;
    QTRY_VERIFY((received += socket.readAll(), received.endsWith("0\r\n\r\n")));
    QVERIFY(received.contains("event: hello\n"));
}

void TestSimulator::resetsOverTls()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    Server server(R"("connects": [["reset"]])",
                  {0, certificate.certificateFile(), certificate.keyFile()});
    QSslSocket socket;
    socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket.connectToHostEncrypted(u"127.0.0.1"_s, server.port());
    QTRY_VERIFY2(socket.isEncrypted(), qPrintable(socket.errorString()));
    socket.write(get(kWatch));
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(socket.readAll(), QByteArray());
}

void TestSimulator::survivesPlainHttpOnATlsPort()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    Server server(R"("connects": [["end"]])",
                  {0, certificate.certificateFile(), certificate.keyFile()});
    RawClient client(server.port());
    client.send(get(kDeviceInfo));
    QTRY_VERIFY(client.end() != RawClient::End::Open);
    QVERIFY(!client.received().contains("HTTP"));
}

void TestSimulator::saysWhyItCannotListen_data()
{
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("error");
    const TestCertificate good;
    const auto read = [](const QString &path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QTest::newRow("no certificate") << QByteArray("nothing") << read(good.keyFile())
                                    << u"certificate: has no PEM certificate"_s;
    QTest::newRow("no key") << read(good.certificateFile()) << QByteArray("nothing")
                            << u"key: has no PEM key"_s;
    QTest::newRow("certificate missing") << QByteArray() << read(good.keyFile())
                                         << u"certificate: the certificate cannot be read: "_s;
    QTest::newRow("key missing") << read(good.certificateFile()) << QByteArray()
                                 << u"key: the key cannot be read: "_s;
}

void TestSimulator::saysWhyItCannotListen()
{
    QFETCH(const QByteArray, certificate);
    QFETCH(const QByteArray, key);
    QFETCH(const QString, error);
    QTemporaryDir folder;
    const auto write = [&](const QString &name, const QByteArray &bytes) {
        QFile file(folder.filePath(name));
        if (!bytes.isEmpty() && file.open(QIODevice::WriteOnly))
            file.write(bytes);
        return file.fileName();
    };
    VirtualClock clock;
    Simulator simulator(scenario(R"("connects": [["end"]])"), clock);
    QVERIFY(!simulator.listen({0, write(u"certificate"_s, certificate), write(u"key"_s, key)}));
    QVERIFY2(simulator.error().contains(error), qPrintable(simulator.error()));
    QVERIFY(simulator.url().isEmpty());
}

void TestSimulator::saysThatThePortIsBusy()
{
    Server first(R"("connects": [["end"]])");
    VirtualClock clock;
    Simulator second(scenario(R"("connects": [["end"]])"), clock);
    QVERIFY(!second.listen({first.port(), {}, {}}));
    QCOMPARE(second.error(), u"cannot listen on 127.0.0.1:%1: The bound address is already in use; "
                             "choose another port, or 0 for any that is free"_s.arg(first.port()));
    QVERIFY(second.listen());
    QVERIFY(second.error().isEmpty());
}

void TestSimulator::runsInAThreadOfItsOwn()
{
    QStringList log;
    SimulatorThread simulator(scenario(R"("connects": [[{"hello": {}}, {"wait_ms": 1}, "end"]])"));
    QObject::connect(&simulator, &SimulatorThread::logged, &simulator, [&](const QString &line) {
        QCOMPARE(QThread::currentThread(), qApp->thread());
        log.append(line);
    });
    QVERIFY2(simulator.listen(), qPrintable(simulator.error()));
    RawClient client(static_cast<quint16>(simulator.url().port()));
    client.send(get(kWatch));
    QTRY_VERIFY(client.received().endsWith("0\r\n\r\n"));
    QTRY_COMPARE(log.size(), 3);
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestSimulator)
#include "tst_simulator.moc"
