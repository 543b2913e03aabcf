// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchclient.h"
#include "tests/support/virtualclock.h"
#include "tests/unit/watch/faketransport.h"

#include <QAbstractEventDispatcher>
#include <QRegularExpression>
#include <QTest>
#include <QUrlQuery>

#include <array>
#include <functional>
#include <optional>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr char kToken[] = "fox_dt_unit_test";

/// Members that say when and where, and nothing about what; tests that are about them look at the
/// events.
constexpr std::array kNotShown{Field::DurationMs,
                               Field::Url,
                               Field::DeviceName,
                               Field::ProjectId,
                               Field::HttpVersion,
                               Field::Detail,
                               Field::DeviceWaitForViewerMs,
                               Field::AdvertisedHeartbeatIntervalMs};

QString shown(const Value &value)
{
    if (std::holds_alternative<std::nullptr_t>(value))
        return u"-"_s;
    if (const auto *number = std::get_if<qint64>(&value))
        return QString::number(*number);
    if (const auto *number = std::get_if<double>(&value))
        return QString::number(*number);
    if (const auto *text = std::get_if<QString>(&value))
        return *text;
    return u"?"_s;
}

/// `kind value value ...` in the order of the file format's table.
QString shown(const Event &event)
{
    QStringList words{event.kindText()};
    for (const auto field : fieldsOf(event.kind)) {
        const bool isShown =
            std::find(kNotShown.begin(), kNotShown.end(), field) == kNotShown.end();
        if (const auto *value = event.value(field); value && isShown)
            words += shown(*value);
    }
    return words.join(u' ');
}

QByteArray helloFrame(const QByteArray &lease, int intervalMs = 1000)
{
    return "event: hello\ndata: {\"watchLeaseId\":\"" + lease +
           "\",\"deviceWaitForViewerMs\":30000,\"heartbeatIntervalMs\":" +
           QByteArray::number(intervalMs) + "}\n\n";
}

QByteArray wakeFrame(const QByteArray &session)
{
    return "event: wake\ndata: {\"remoteAccessSessionId\":\"" + session +
           "\",\"url\":\"wss://media.example/x\",\"token\":\"lk_secret\"}\n\n";
}

/// A client, its virtual clock and the fake server, and all that came of it.
class Run
{
public:
    explicit Run(AfterWake afterWake = AfterWake::Stop, const QString &apiUrl = u"http://api"_s)
    {
        // Not at zero, so that session time and clock time cannot be mixed up.
        clock.advance(5s);
        WatchOptions options;
        options.apiUrl = QUrl(apiUrl);
        options.token = Secret(kToken);
        options.afterWake = afterWake;
        options.source = u"live"_s;
        options.started = clock.now();
        client.emplace(options, clock, transport);
        QObject::connect(&*client, &WatchClient::eventsRecorded, &*client,
                         [this](const EventBatch &batch) {
                             events += batch;
                             ++batches;
                         });
        QObject::connect(&*client, &WatchClient::waitingChanged, &*client,
                         [this](const Waiting &now) { waiting = now; });
        QObject::connect(&*client, &WatchClient::finished, &*client,
                         [this](RunEnd how) { end = how; });
    }

    /// Until nothing more is waiting in the event loop.
    void settle()
    {
        while (QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents)) {
        }
    }

    /// In small steps, so that what a timer posts is done before the next one fires.
    void advance(Nanoseconds time)
    {
        constexpr Nanoseconds kStep = 50ms;
        settle();
        while (time > 0s) {
            clock.advance(std::min(time, kStep));
            time -= kStep;
            settle();
        }
    }

    void start()
    {
        client->start();
        settle();
    }

    void startAndConnect()
    {
        start();
        transport.deviceInfo().respond(200, R"({"id":"dev_1","name":"Robot","projectId":"prj"})");
        settle();
    }

    void acceptStream()
    {
        transport.watch().connectSocket();
        transport.watch().answer(200, u"text/event-stream"_s);
    }

    void send(const QByteArray &bytes)
    {
        transport.watch().send(bytes);
        settle();
    }

    /// As far as a running watch.
    void startWatch(const QByteArray &lease = "rwl_1", int intervalMs = 1000)
    {
        startAndConnect();
        acceptStream();
        send(helloFrame(lease, intervalMs));
    }

    /// What has come since the last call.
    QStringList news()
    {
        settle();
        QStringList lines;
        for (; seen < events.size(); ++seen)
            lines += shown(events.at(seen));
        return lines;
    }

    const Event *lastOf(EventKind kind) const
    {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (event->kind == kind)
                return &*event;
        }
        return nullptr;
    }

    qsizetype countOf(EventKind kind) const
    {
        return std::count_if(events.begin(), events.end(),
                             [kind](const Event &event) { return event.kind == kind; });
    }

    VirtualClock clock;
    FakeTransport transport;
    std::optional<WatchClient> client;
    EventBatch events;
    qsizetype seen = 0;
    int batches = 0;
    Waiting waiting;
    std::optional<RunEnd> end;
};

} // namespace

class WatchClientTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    // Start-up
    void reportsAWatchFromTheStart();
    void asksAsTheGatewayAsks();
    void retriesDeviceInfoWithItsOwnBackoff();
    void stopsWhenDeviceInfoIsUnauthorized();
    void limitsDeviceInfoAsAWhole();
    void refusesMalformedDeviceInfo();
    void saysThatDeviceInfoIsAWebPage();
    void takesNothingBut2xxForDeviceInfo();
    void saysWhereDeviceInfoWasRedirected();

    // Before hello
    void classifiesConnectErrors_data();
    void classifiesConnectErrors();
    void looksAtTheMediaType_data();
    void looksAtTheMediaType();
    void boundsErrorBodies();
    void endsAtOnceWhenAnErrorAnnouncesTooMuch_data();
    void endsAtOnceWhenAnErrorAnnouncesTooMuch();
    void failsAtTheHelloDeadline_data();
    void failsAtTheHelloDeadline();
    void boundsConnectingByTheApiTimeout();
    void grantsEachRedirectTheWholeConnectTimeout();
    void saysWhereAFailedConnectWasRedirected();
    void takesAHelloThatWaitsAtTheDeadline();
    void showsWhatComesBeforeHello();
    void countsAnUnterminatedHello();
    void endsAFrameBeyondTheBound();

    // Heartbeats
    void beatsFirstAfterAWholeInterval();
    void sendsAnOverdueHeartbeatOnceAndSkipsTheRest();
    void actsOnHeartbeatVerdicts_data();
    void actsOnHeartbeatVerdicts();
    void toleratesFailuresUntilTheLastSuccessIsStale();
    void judgesStalenessWhenTheFailureArrives();
    void prefersAHeartbeatVerdictToAWaitingFrame();
    void stopsHeartbeatsBeforeTheNextConnect();
    void clampsTheHeartbeatInterval();
    void recordsNoNegativeAdvertisedInterval();

    // Running
    void timesOutAfterTwoAndAHalfSilentIntervals();
    void restartsTheReadTimeoutWithSignsOfLifeAlone_data();
    void restartsTheReadTimeoutWithSignsOfLifeAlone();
    void endsAsTheBodyEnds_data();
    void endsAsTheBodyEnds();
    void floorsTheDurationForThePolicy_data();
    void floorsTheDurationForThePolicy();
    void showsStrayEventsAndIgnoresThem();
    void treatsAMalformedWakeAsAStreamError();
    void survivesAHotLoop();
    void backsOffLongerAndLongerThenStartsAnew();

    // Wakes
    void stopsAtAWake();
    void goesOnAfterAWakeAndNamesItsSession();
    void keepsTheFirstSession();
    void neverTellsATokenThatTheServerRepeats();
    void hidesTheWakesTokenAnywhereInItsUrl_data();
    void hidesTheWakesTokenAnywhereInItsUrl();
    void boundsEveryTextOfAServer();

    // The user's hand
    void tellsTheClassOfAFailureBeforeItsEvent();
    void addsNoDecisionWhenStopped_data();
    void addsNoDecisionWhenStopped();
    void retriesAtOnceWhenAskedTo();
    void notesThatTheUserEndedADeviceInfoWait();
    void tellsWhatItWaitsFor();
    void takesNoFrameWhilePaused();
    void gathersATurnInOneBatch();
};

void WatchClientTest::reportsAWatchFromTheStart()
{
    Run run;
    run.client->start();
    QVERIFY(run.transport.openCount() == 1);
    QCOMPARE(run.news(), QStringList{u"status connecting"_s});
    run.transport.deviceInfo().respond(200, R"({"id":"dev_1","name":"Robot","projectId":"prj"})");
    QCOMPARE(run.news(), QStringList({u"device_info ok dev_1 200 -"_s, u"connect_attempt - -"_s}));
    run.acceptStream();
    run.send(helloFrame("rwl_1", 10'000));
    QCOMPARE(run.news(),
             QStringList({u"connect_phase socket"_s, u"connect_phase request_sent"_s,
                          u"connect_phase headers 200 text/event-stream"_s, u"hello rwl_1 10000"_s,
                          u"decision connect.success run - - 1000"_s, u"status connected"_s}));
    run.send(": still here\n");
    QCOMPARE(run.news(), QStringList{u"keepalive rwl_1 still here"_s});

    QCOMPARE(run.events.first().source, u"live"_s);
    QCOMPARE(run.events.first().t, 0ns);
    QCOMPARE(run.events.first().attempt, 0);
    QCOMPARE(run.lastOf(EventKind::Hello)->attempt, 1);
    QVERIFY(!run.end);
}

void WatchClientTest::asksAsTheGatewayAsks()
{
    Run run(AfterWake::Stop, u"https://api.example/prefix/"_s);
    run.startAndConnect();
    const auto deviceInfo = run.transport.made().at(0).call;
    QCOMPARE(deviceInfo.method, "GET");
    QCOMPARE(deviceInfo.url,
             QUrl(u"https://api.example/prefix/internal/platform/v1/device-info"_s));
    QCOMPARE(deviceInfo.authorization.reveal(), QByteArray("DeviceToken ") + kToken);

    const auto watch = run.transport.made().at(1).call;
    QCOMPARE(watch.method, "GET");
    QCOMPARE(watch.url, QUrl(u"https://api.example/prefix/internal/platform/v1/remote-sessions/"
                             u"watch?protocolVersion=2.2.0"_s));
    QVERIFY(watch.isStream);
    QCOMPARE(watch.headers.at(0), std::pair(QByteArray("Accept"), QByteArray("text/event-stream")));

    run.acceptStream();
    run.send(helloFrame("rwl_1"));
    run.advance(1s);
    const auto heartbeat = run.transport.made().at(2).call;
    QCOMPARE(heartbeat.method, "POST");
    QCOMPARE(heartbeat.body, R"({"watchLeaseId":"rwl_1"})");
    QCOMPARE(heartbeat.headers.at(0),
             std::pair(QByteArray("Content-Type"), QByteArray("application/json")));
    QVERIFY(!heartbeat.isStream);
}

void WatchClientTest::retriesDeviceInfoWithItsOwnBackoff()
{
    Run run;
    run.start();
    for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
        run.news();
        const auto asked = run.transport.countOf(u"/device-info");
        run.transport.deviceInfo().respond(503, R"({"error":"busy"})");
        QCOMPARE(run.news(), QStringList{u"device_info error 503 %1"_s.arg(seconds * 1000)});
        run.advance(std::chrono::seconds(seconds) - 50ms);
        QCOMPARE(run.transport.countOf(u"/device-info"), asked);
        run.advance(50ms);
        QCOMPARE(run.transport.countOf(u"/device-info"), asked + 1);
    }
    QCOMPARE(run.lastOf(EventKind::DeviceInfo)->text(Field::Detail),
             u"received error response 503 Service Unavailable: busy"_s);
    run.transport.deviceInfo().respond(200, R"({"id":"d","name":"n","projectId":"p"})");
    QCOMPARE(run.news(), QStringList({u"device_info ok d 200 -"_s, u"connect_attempt - -"_s}));
}

void WatchClientTest::stopsWhenDeviceInfoIsUnauthorized()
{
    Run run;
    run.start();
    run.transport.deviceInfo().respond(401, R"({"error":"invalid device token"})");
    QCOMPARE(run.news(), QStringList({u"status connecting"_s, u"device_info error 401 -"_s,
                                      u"status shutting_down"_s, u"status shutdown"_s}));
    QCOMPARE(run.end, RunEnd::Unauthorized);
    QCOMPARE(run.clock.activeTimers(), 0);
}

void WatchClientTest::limitsDeviceInfoAsAWhole()
{
    Run run;
    run.start();
    run.transport.deviceInfo().answer(200, u"application/json"_s);
    run.transport.deviceInfo().send("{");
    run.advance(30s);
    const auto *event = run.lastOf(EventKind::DeviceInfo);
    QVERIFY(event);
    QCOMPARE(event->wordText(), u"error"_s);
    QCOMPARE(event->text(Field::Detail), u"timed out after 30 s"_s);
    QCOMPARE(event->number(Field::DurationMs), 30'000.0);
    QCOMPARE(run.transport.openCount(), 0);
}

void WatchClientTest::refusesMalformedDeviceInfo()
{
    Run run;
    run.start();
    run.transport.deviceInfo().respond(200, "<html>");
    QCOMPARE(run.news(), QStringList({u"status connecting"_s, u"device_info error 200 1000"_s}));
    QVERIFY(run.lastOf(EventKind::DeviceInfo)
                ->text(Field::Detail)
                .startsWith(u"malformed device-info: "_s));
}

void WatchClientTest::saysThatDeviceInfoIsAWebPage()
{
    Run run;
    run.start();
    auto &exchange = run.transport.deviceInfo();
    exchange.answer(200, u"text/html; charset=utf-8"_s);
    exchange.send("<html>");
    exchange.end();
    run.settle();
    QCOMPARE(run.lastOf(EventKind::DeviceInfo)->text(Field::Detail),
             u"malformed device-info: it is a web page (text/html), not the API's JSON"_s);
}

void WatchClientTest::saysWhereDeviceInfoWasRedirected()
{
    Run run;
    run.start();
    emit run.transport.deviceInfo().redirected(307, QUrl(u"http://other/x?token=hunter2"_s));
    run.transport.deviceInfo().breakOff(u"host not found: other"_s);
    run.settle();
    const auto unreached = run.lastOf(EventKind::DeviceInfo)->text(Field::Detail);
    QVERIFY2(unreached.startsWith(u"redirected to http://other/x"_s), qPrintable(unreached));
    QVERIFY2(unreached.endsWith(u": host not found: other"_s), qPrintable(unreached));
    QVERIFY2(!unreached.contains(u"hunter2"_s), qPrintable(unreached));

    run.advance(1s);
    emit run.transport.deviceInfo().redirected(307, QUrl(u"http://other/x"_s));
    run.transport.deviceInfo().respond(200, "nonsense");
    run.settle();
    QCOMPARE(run.lastOf(EventKind::DeviceInfo)->text(Field::Detail),
             u"redirected to http://other/x: malformed device-info: it is not JSON"_s);
}

void WatchClientTest::classifiesConnectErrors_data()
{
    using Play = std::function<void(FakeExchange &)>;
    QTest::addColumn<Play>("play");
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("decision");

    const auto row = [](const char *name, const QString &error, const QString &decision,
                        const Play &play) { QTest::newRow(name) << play << error << decision; };
    const auto transient = u"connect.transient retry_after 1000 - 2000"_s;
    row("409", u"conflict 409"_s, u"connect.conflict retry_after 30000 - 1000"_s,
        [](auto &watch) { watch.respond(409, R"({"error":"held"})"); });
    row("409, body cut off", u"conflict 409"_s, u"connect.conflict retry_after 30000 - 1000"_s,
        [](auto &watch) {
            watch.answer(409);
            watch.breakOff(u"reset"_s);
        });
    row("409, announced too large, then silence", u"conflict 409"_s,
        u"connect.conflict retry_after 30000 - 1000"_s,
        [](auto &watch) { watch.answer(409, {}, 16'385); });
    row("500", u"api 500"_s, transient, [](auto &watch) { watch.respond(500); });
    row("302 to nowhere", u"unexpected_content_type 302 -"_s,
        u"connect.non_sse retry_after 30000 - 1000"_s, [](auto &watch) { watch.answer(302); });
    row("404", u"api 404"_s, transient, [](auto &watch) { watch.respond(404, "nothing"); });
    row("no answer", u"api"_s, transient,
        [](auto &watch) { watch.breakOff(u"connection refused"_s); });
    row("not an event stream", u"unexpected_content_type 200 text/html"_s,
        u"connect.non_sse retry_after 30000 - 1000"_s,
        [](auto &watch) { watch.answer(200, u"Text/HTML; charset=utf-8"_s); });
    row("no content type", u"unexpected_content_type 204 -"_s,
        u"connect.non_sse retry_after 30000 - 1000"_s, [](auto &watch) { watch.answer(204); });
    row("clean end", u"unexpected_eof 200"_s, transient, [](auto &watch) {
        watch.answer(200, u"text/event-stream"_s);
        watch.send(": one\n\nevent: other\ndata: x\n\n");
        watch.end();
    });
    row("hello without its last line end", u"unexpected_eof 200"_s, transient, [](auto &watch) {
        watch.answer(200, u"text/event-stream"_s);
        watch.send(helloFrame("rwl_1").chopped(2));
        watch.end();
    });
    row("broken", u"transport 200"_s, transient, [](auto &watch) {
        watch.answer(200, u"text/event-stream"_s);
        watch.breakOff(u"cut"_s);
    });
    row("hello, unterminated, then broken", u"transport 200"_s, transient, [](auto &watch) {
        watch.answer(200, u"text/event-stream"_s);
        watch.send(helloFrame("rwl_1").chopped(1));
        watch.breakOff(u"cut"_s);
    });
    row("malformed hello", u"malformed_event 200"_s, transient, [](auto &watch) {
        watch.answer(200, u"text/event-stream"_s);
        watch.send("event: hello\ndata: {\"watchLeaseId\":7}\n\n");
    });
}

void WatchClientTest::classifiesConnectErrors()
{
    QFETCH(std::function<void(FakeExchange &)>, play);
    QFETCH(QString, error);
    QFETCH(QString, decision);

    Run run;
    run.startAndConnect();
    run.news();
    play(run.transport.watch());
    auto news = run.news();
    news.removeIf([](const QString &line) {
        return line.startsWith(u"connect_phase"_s) || line.startsWith(u"sse_event"_s) ||
               line.startsWith(u"keepalive"_s);
    });
    const auto delay = decision.section(u' ', 2, 2);
    QCOMPARE(news, QStringList({u"connect_error "_s + error, u"decision "_s + decision,
                                u"backoff started "_s + delay}));
    QVERIFY(!run.lastOf(EventKind::ConnectError)->text(Field::Detail).isEmpty());
    QCOMPARE(run.transport.openCount(), 0);

    run.advance(std::chrono::milliseconds(delay.toInt()));
    QCOMPARE(run.news(), QStringList({u"backoff finished "_s + delay, u"connect_attempt - -"_s}));
    QCOMPARE(run.lastOf(EventKind::Backoff)->number(Field::DurationMs), delay.toDouble());
}

void WatchClientTest::looksAtTheMediaType_data()
{
    QTest::addColumn<QString>("contentType");
    QTest::addColumn<bool>("isAccepted");
    QTest::newRow("plain") << u"text/event-stream"_s << true;
    QTest::newRow("parameter") << u"text/event-stream;charset=utf-8"_s << true;
    QTest::newRow("case and blanks") << u" Text/Event-Stream ; x=y"_s << true;
    QTest::newRow("longer") << u"text/event-streams"_s << false;
    QTest::newRow("json") << u"application/json"_s << false;
    QTest::newRow("empty") << u""_s << false;
}

void WatchClientTest::looksAtTheMediaType()
{
    QFETCH(QString, contentType);
    QFETCH(bool, isAccepted);
    Run run;
    run.startAndConnect();
    run.transport.watch().answer(200, contentType);
    run.settle();
    QCOMPARE(run.countOf(EventKind::ConnectError), isAccepted ? 0 : 1);
}

void WatchClientTest::boundsErrorBodies()
{
    Run run;
    run.startAndConnect();
    run.transport.watch().answer(409, {}, 16'385);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::ConnectError)->text(Field::Detail),
             u"error response 409 Conflict too large"_s);

    run.advance(30s);
    run.transport.watch().answer(500);
    run.send(QByteArray(16'384, 'x'));
    QCOMPARE(run.countOf(EventKind::ConnectError), 1);
    run.send("x");
    QCOMPARE(run.countOf(EventKind::ConnectError), 2);
    QCOMPARE(run.lastOf(EventKind::ConnectError)->text(Field::Detail),
             u"error response 500 Internal Server Error too large"_s);
    QCOMPARE(run.transport.openCount(), 0);
}

void WatchClientTest::endsAtOnceWhenAnErrorAnnouncesTooMuch_data()
{
    QTest::addColumn<QString>("request");
    for (const auto *request : {"/device-info", "/watch", "/heartbeat"})
        QTest::newRow(request) << QString::fromLatin1(request);
}

void WatchClientTest::endsAtOnceWhenAnErrorAnnouncesTooMuch()
{
    QFETCH(QString, request);
    Run run;
    if (request == u"/device-info"_s)
        run.start();
    else if (request == u"/watch"_s)
        run.startAndConnect();
    else {
        run.startWatch();
        run.advance(1s);
    }
    run.transport.last(request).answer(401, {}, 20'000);
    run.settle();
    QCOMPARE(run.end, RunEnd::Unauthorized);
    QVERIFY(std::any_of(run.events.begin(), run.events.end(), [](const Event &event) {
        return event.text(Field::Detail) == u"error response 401 Unauthorized too large"_s;
    }));
}

void WatchClientTest::takesNothingBut2xxForDeviceInfo()
{
    Run run;
    run.start();
    run.news();
    run.transport.deviceInfo().answer(304);
    QCOMPARE(run.news(), QStringList{u"device_info error 304 1000"_s});
    QCOMPARE(run.lastOf(EventKind::DeviceInfo)->text(Field::Detail),
             u"the answer 304 Not Modified is no success"_s);
}

void WatchClientTest::failsAtTheHelloDeadline_data()
{
    QTest::addColumn<int>("stage");
    QTest::newRow("no answer") << 0;
    QTest::newRow("only a head") << 1;
    QTest::newRow("only comments") << 2;
    QTest::newRow("an error body without an end") << 3;
}

void WatchClientTest::failsAtTheHelloDeadline()
{
    QFETCH(int, stage);
    Run run;
    run.startAndConnect();
    auto &watch = run.transport.watch();
    watch.connectSocket();
    if (stage == 3)
        watch.answer(500);
    else if (stage >= 1)
        watch.answer(200, u"text/event-stream"_s);
    for (int second = 0; second < 29; ++second) {
        if (stage == 2)
            run.send(": hb\n");
        run.advance(1s);
    }
    run.advance(950ms);
    QCOMPARE(run.countOf(EventKind::ConnectError), 0);
    run.advance(50ms);
    QCOMPARE(run.lastOf(EventKind::ConnectError)->wordText(), u"hello_timeout"_s);
    QCOMPARE(run.lastOf(EventKind::ConnectError)->number(Field::DurationMs), 30'000.0);
    QCOMPARE(run.transport.openCount(), 0);
}

void WatchClientTest::boundsConnectingByTheApiTimeout()
{
    Run run;
    run.startAndConnect();
    run.advance(30s);
    const auto *error = run.lastOf(EventKind::ConnectError);
    QVERIFY(error);
    QCOMPARE(error->wordText(), u"api"_s);
    QCOMPARE(error->text(Field::Detail), u"connecting timed out after 30 s"_s);
}

void WatchClientTest::grantsEachRedirectTheWholeConnectTimeout()
{
    Run run;
    run.startAndConnect();
    run.advance(20s);
    emit run.transport.watch().redirected(307, QUrl(u"http://other/watch"_s));
    run.advance(9s);
    QCOMPARE(run.countOf(EventKind::ConnectError), 0);
    QCOMPARE(run.lastOf(EventKind::ConnectPhase)->text(Field::Detail),
             u"redirected to http://other/watch"_s);
    // The hello deadline covers all hops together.
    run.advance(1s);
    QCOMPARE(run.lastOf(EventKind::ConnectError)->wordText(), u"hello_timeout"_s);
}

void WatchClientTest::saysWhereAFailedConnectWasRedirected()
{
    Run run;
    run.startAndConnect();
    emit run.transport.watch().redirected(307, QUrl(u"http://first/watch"_s));
    emit run.transport.watch().redirected(307, QUrl(u"http://other/watch"_s));
    run.transport.watch().breakOff(u"host not found: other"_s);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::ConnectError)->text(Field::Detail),
             u"redirected to http://other/watch: host not found: other"_s);

    run.advance(1s);
    run.transport.watch().breakOff(u"refused"_s);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::ConnectError)->text(Field::Detail), u"refused"_s);
}

void WatchClientTest::takesAHelloThatWaitsAtTheDeadline()
{
    Run run;
    run.startAndConnect();
    run.acceptStream();
    run.advance(30s - 50ms);
    run.transport.watch().send(helloFrame("rwl_1"));
    run.clock.advance(50ms); // the deadline passes before the frame had its turn
    QCOMPARE(run.news().last(), u"status connected"_s);
}

void WatchClientTest::showsWhatComesBeforeHello()
{
    Run run;
    run.startAndConnect();
    run.acceptStream();
    run.news();
    run.send(": early\n\nevent: wake\ndata: {}\n\nid: 7\nretry: 100\n\xff\n");
    QCOMPARE(run.news(),
             QStringList({u"keepalive - early"_s, u"sse_event wake 2"_s, u"sse_event id 1"_s,
                          u"sse_event retry 3"_s, u"sse_event  1"_s}));
    run.send(helloFrame("rwl_1"));
    QCOMPARE(run.news().last(), u"status connected"_s);
}

void WatchClientTest::countsAnUnterminatedHello()
{
    Run run;
    run.startAndConnect();
    run.acceptStream();
    run.transport.watch().send(helloFrame("rwl_1").chopped(1));
    run.transport.watch().end();
    run.settle();
    const auto *stray = run.lastOf(EventKind::SseEvent);
    QVERIFY(stray);
    QVERIFY(stray->text(Field::Detail).contains(u"before the empty line"_s));
    QCOMPARE(run.lastOf(EventKind::Hello)->text(Field::LeaseId), u"rwl_1"_s);
    QCOMPARE(run.lastOf(EventKind::Outcome)->wordText(), u"stream_ended"_s);
}

void WatchClientTest::endsAFrameBeyondTheBound()
{
    Run run;
    run.startAndConnect();
    run.acceptStream();
    run.send(QByteArray(1024 * 1024 + 1, 'x'));
    QCOMPARE(run.lastOf(EventKind::ConnectError)->wordText(), u"transport"_s);
    QCOMPARE(run.transport.openCount(), 0);

    run.advance(1s);
    run.acceptStream();
    run.send(helloFrame("rwl_1"));
    run.send(':' + QByteArray(1024 * 1024 + 1, 'x'));
    QCOMPARE(run.lastOf(EventKind::Outcome)->wordText(), u"stream_error"_s);
    QVERIFY(!run.lastOf(EventKind::Outcome)->text(Field::Detail).isEmpty());
}

void WatchClientTest::beatsFirstAfterAWholeInterval()
{
    Run run;
    run.startWatch("rwl_1", 10'000);
    for (int beat = 1; beat <= 5; ++beat) {
        run.advance(9'950ms);
        QCOMPARE(run.transport.countOf(u"/heartbeat"), beat - 1);
        run.send(": alive\n");
        run.advance(50ms);
        QCOMPARE(run.transport.countOf(u"/heartbeat"), beat);
        run.transport.heartbeat().respond(204);
        run.settle();
        QCOMPARE(shown(*run.lastOf(EventKind::Heartbeat)), u"heartbeat rwl_1 ok 204"_s);
    }
}

void WatchClientTest::sendsAnOverdueHeartbeatOnceAndSkipsTheRest()
{
    Run run;
    run.startWatch("rwl_1", 2'000);
    const auto alive = [&](int milliseconds) {
        for (int passed = 0; passed < milliseconds; passed += 500) {
            run.send(": alive\n");
            run.advance(500ms);
        }
    };
    alive(2'000);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 1);
    // The ticks at 4 s and 6 s pass while the first answer is awaited.
    alive(5'000);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 1);
    run.transport.heartbeat().respond(200);
    run.clock.advance(0s);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 2);
    run.transport.heartbeat().respond(200);
    alive(500);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 2);
    // Back on the grid: 8 s.
    alive(500);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 3);
    QCOMPARE(run.lastOf(EventKind::Heartbeat)->t, 7s);
}

void WatchClientTest::actsOnHeartbeatVerdicts_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("result");
    QTest::addColumn<QStringList>("then");
    QTest::newRow("409") << 409 << u"conflict 409"_s
                         << QStringList{
                                u"outcome heartbeat_conflict rwl_1"_s,
                                u"decision outcome.heartbeat_conflict backoff 30000 - 1000"_s,
                                u"status connecting"_s, u"backoff started 30000"_s};
    QTest::newRow("410") << 410 << u"gone 410"_s
                         << QStringList{u"outcome heartbeat_gone rwl_1"_s,
                                        u"decision outcome.heartbeat_gone reconnect - - 1000"_s,
                                        u"connect_attempt - -"_s};
    QTest::newRow("401") << 401 << u"unauthorized 401"_s
                         << QStringList{u"outcome heartbeat_unauthorized rwl_1"_s,
                                        u"decision outcome.heartbeat_unauthorized "
                                        u"stop_unauthorized - - 1000"_s,
                                        u"status shutting_down"_s, u"status shutdown"_s};
    QTest::newRow("500") << 500 << u"failed 500"_s << QStringList();
    QTest::newRow("200") << 200 << u"ok 200"_s << QStringList();
    QTest::newRow("299") << 299 << u"ok 299"_s << QStringList();
    QTest::newRow("302") << 302 << u"failed 302"_s << QStringList();
    QTest::newRow("304") << 304 << u"failed 304"_s << QStringList();
}

void WatchClientTest::actsOnHeartbeatVerdicts()
{
    QFETCH(int, status);
    QFETCH(QString, result);
    QFETCH(QStringList, then);
    Run run;
    run.startWatch();
    run.advance(1s);
    run.news();
    run.transport.heartbeat().respond(status, R"({"error":"why"})");
    QCOMPARE(run.news(), QStringList(u"heartbeat rwl_1 "_s + result) + then);
    if (!then.isEmpty())
        QCOMPARE(run.lastOf(EventKind::Outcome)->number(Field::DurationMs), 1000.0);
    QCOMPARE(run.end.has_value(), status == 401);
}

void WatchClientTest::toleratesFailuresUntilTheLastSuccessIsStale()
{
    Run run;
    run.startWatch();
    const auto beat = [&](int status) {
        run.send(": alive\n");
        run.advance(1s);
        run.transport.heartbeat().respond(status);
        run.settle();
    };
    beat(500); // 1 s and 2 s since the start, which counts as a success
    beat(500);
    beat(200);
    beat(500);
    beat(500);
    QCOMPARE(run.countOf(EventKind::Outcome), 0);
    run.news();
    beat(500);
    QCOMPARE(run.news(), QStringList({u"keepalive rwl_1 alive"_s, u"heartbeat rwl_1 failed 500"_s,
                                      u"outcome heartbeat_failed rwl_1"_s,
                                      u"decision outcome.heartbeat_failed reconnect - rwl_1 1000"_s,
                                      u"connect_attempt rwl_1 -"_s}));
}

void WatchClientTest::judgesStalenessWhenTheFailureArrives()
{
    Run run;
    run.startWatch();
    run.advance(1s);
    for (int tenth = 0; tenth < 19; ++tenth) {
        run.send(": alive\n");
        run.advance(100ms);
    }
    // Sent at 1 s; it fails 2.9 s after the start: not stale yet.
    run.transport.heartbeat().breakOff(u"reset"_s);
    run.advance(0s);
    QCOMPARE(run.countOf(EventKind::Outcome), 0);
    run.clock.advance(0s);
    run.send(": alive\n");
    run.advance(100ms);
    // The overdue one, sent at 2.9 s, fails at 3 s.
    run.transport.heartbeat().breakOff(u"reset"_s);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::Outcome)->wordText(), u"heartbeat_failed"_s);
}

void WatchClientTest::prefersAHeartbeatVerdictToAWaitingFrame()
{
    Run run;
    run.startWatch();
    run.advance(1s);
    run.transport.watch().send(wakeFrame("ras_1"));
    run.transport.heartbeat().respond(410);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::Outcome)->wordText(), u"heartbeat_gone"_s);
    QCOMPARE(run.countOf(EventKind::Wake), 0);

    // The same for an end of the stream that waits.
    run.acceptStream();
    run.send(helloFrame("rwl_2"));
    run.advance(1s);
    run.transport.watch().end();
    run.transport.heartbeat().respond(409);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::Outcome)->wordText(), u"heartbeat_conflict"_s);
}

void WatchClientTest::stopsHeartbeatsBeforeTheNextConnect()
{
    Run run;
    run.startWatch();
    run.advance(1s);
    const QPointer<FakeExchange> pending(&run.transport.heartbeat());
    QVERIFY(pending->isOpen());
    run.transport.watch().end();
    run.settle();
    // The only exchange left is the next watch.
    QCOMPARE(run.transport.countOf(u"/watch"), 2);
    QCOMPARE(run.transport.openCount(), 1);
    QCOMPARE(run.countOf(EventKind::Heartbeat), 0);
    if (pending)
        pending->respond(409);
    run.advance(5s);
    QCOMPARE(run.countOf(EventKind::Heartbeat), 0);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 1);
}

void WatchClientTest::clampsTheHeartbeatInterval()
{
    Run run;
    run.startWatch("rwl_1", 10);
    const auto *hello = run.lastOf(EventKind::Hello);
    QCOMPARE(hello->number(Field::HeartbeatIntervalMs), 1000.0);
    QCOMPARE(hello->number(Field::AdvertisedHeartbeatIntervalMs), 10.0);
    run.advance(950ms);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 0);
    run.advance(50ms);
    QCOMPARE(run.transport.countOf(u"/heartbeat"), 1);
}

void WatchClientTest::recordsNoNegativeAdvertisedInterval()
{
    Run run;
    run.startAndConnect();
    run.acceptStream();
    run.send("event: hello\ndata: {\"watchLeaseId\":\"rwl_1\",\"deviceWaitForViewerMs\":"
             "18446744073709551615,\"heartbeatIntervalMs\":18446744073709551615}\n\n");
    const auto *hello = run.lastOf(EventKind::Hello);
    QVERIFY(hello);
    QVERIFY(
        toJsonLine(*hello).contains("\"advertised_heartbeat_interval_ms\":9223372036854775807"));
    QVERIFY(*hello->number(Field::DeviceWaitForViewerMs) > 0);
}

void WatchClientTest::timesOutAfterTwoAndAHalfSilentIntervals()
{
    Run run;
    run.startWatch();
    run.advance(2'450ms);
    QCOMPARE(run.countOf(EventKind::Outcome), 0);
    run.news();
    run.advance(50ms);
    QCOMPARE(run.news(), QStringList({u"outcome read_timeout rwl_1"_s,
                                      u"decision outcome.read_timeout reconnect - rwl_1 1000"_s,
                                      u"connect_attempt rwl_1 -"_s}));
    QCOMPARE(run.lastOf(EventKind::Outcome)->number(Field::DurationMs), 2500.0);
    const auto query = QUrlQuery(run.transport.watch().call().url);
    QCOMPARE(query.queryItemValue(u"previousWatchLeaseId"_s), u"rwl_1"_s);
}

void WatchClientTest::restartsTheReadTimeoutWithSignsOfLifeAlone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isSign");
    QTest::newRow("comment") << QByteArray(":\n") << true;
    QTest::newRow("event") << QByteArray("data: x\n\n") << true;
    QTest::newRow("second hello") << helloFrame("rwl_9") << true;
    QTest::newRow("id") << QByteArray("id: 1\n\n") << false;
    QTest::newRow("event without data") << QByteArray("event: x\n\n") << false;
    QTest::newRow("half a line") << QByteArray("data: x") << false;
    QTest::newRow("no UTF-8") << QByteArray(":\xff\n") << false;
}

void WatchClientTest::restartsTheReadTimeoutWithSignsOfLifeAlone()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isSign);
    Run run;
    run.startWatch();
    run.advance(2s);
    run.send(bytes);
    run.advance(500ms);
    QCOMPARE(run.countOf(EventKind::Outcome), isSign ? 0 : 1);
    run.advance(1'950ms);
    QCOMPARE(run.countOf(EventKind::Outcome), isSign ? 0 : 1);
    run.advance(50ms);
    QCOMPARE(run.countOf(EventKind::Outcome), 1);
}

void WatchClientTest::endsAsTheBodyEnds_data()
{
    QTest::addColumn<bool>("isClean");
    QTest::addColumn<int>("after");
    QTest::addColumn<QStringList>("then");
    QTest::newRow("clean") << true << 100
                           << QStringList{u"outcome stream_ended rwl_1"_s,
                                          u"decision outcome.stream_ended reconnect - rwl_1 1000"_s,
                                          u"connect_attempt rwl_1 -"_s};
    QTest::newRow("broken early")
        << false << 999
        << QStringList{u"outcome stream_error rwl_1"_s,
                       u"decision outcome.stream_error_early backoff 1000 rwl_1 2000"_s,
                       u"status connecting"_s, u"backoff started 1000"_s};
    QTest::newRow("broken late")
        << false << 1000
        << QStringList{u"outcome stream_error rwl_1"_s,
                       u"decision outcome.stream_error_healthy reconnect - rwl_1 1000"_s,
                       u"connect_attempt rwl_1 -"_s};
}

void WatchClientTest::endsAsTheBodyEnds()
{
    QFETCH(bool, isClean);
    QFETCH(int, after);
    QFETCH(QStringList, then);
    Run run;
    run.startWatch();
    run.advance(std::chrono::milliseconds(after));
    run.news();
    if (isClean)
        run.transport.watch().end();
    else
        run.transport.watch().breakOff(u"the connection was reset"_s);
    QCOMPARE(run.news(), then);
    QCOMPARE(run.lastOf(EventKind::Outcome)->number(Field::DurationMs), double(after));
    QCOMPARE(run.lastOf(EventKind::Outcome)->text(Field::Detail),
             isClean ? QString() : u"the connection was reset"_s);
}

void WatchClientTest::floorsTheDurationForThePolicy_data()
{
    QTest::addColumn<qint64>("nanoseconds");
    QTest::addColumn<double>("recordedMs");
    QTest::addColumn<QString>("rule");
    QTest::newRow("just below") << qint64{999'999'999} << 999.999
                                << u"outcome.stream_error_early"_s;
    QTest::newRow("exactly") << qint64{1'000'000'000} << 1000.0
                             << u"outcome.stream_error_healthy"_s;
    QTest::newRow("just above") << qint64{1'000'000'999} << 1000.0
                                << u"outcome.stream_error_healthy"_s;
}

void WatchClientTest::floorsTheDurationForThePolicy()
{
    QFETCH(qint64, nanoseconds);
    QFETCH(double, recordedMs);
    QFETCH(QString, rule);
    Run run;
    run.startWatch();
    run.clock.advance(Nanoseconds(nanoseconds));
    run.transport.watch().breakOff(u"reset"_s);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::Outcome)->number(Field::DurationMs), recordedMs);
    QCOMPARE(run.lastOf(EventKind::Decision)->text(Field::Rule), rule);
}

void WatchClientTest::showsStrayEventsAndIgnoresThem()
{
    Run run;
    run.startWatch();
    run.news();
    run.send(helloFrame("rwl_9") + "event: news\ndata: abc\n\ndata: x\n\n");
    QCOMPARE(run.news(), QStringList({u"sse_event hello %1"_s.arg(helloFrame("rwl_9").size() - 21),
                                      u"sse_event news 3"_s, u"sse_event message 1"_s}));
    QCOMPARE(run.countOf(EventKind::Hello), 1);
}

void WatchClientTest::treatsAMalformedWakeAsAStreamError()
{
    Run run;
    run.startWatch();
    run.news();
    run.send("event: wake\ndata: {\"token\":\"lk_secret\"}\n\n");
    QCOMPARE(run.news().first(), u"outcome stream_error rwl_1"_s);
    const auto detail = run.lastOf(EventKind::Outcome)->text(Field::Detail);
    QVERIFY(detail.startsWith(u"malformed `wake` event"_s));
    QVERIFY(!detail.contains(u"lk_secret"_s));
}

void WatchClientTest::survivesAHotLoop()
{
    Run run;
    run.startAndConnect();
    for (int attempt = 1; attempt <= 2'000; ++attempt) {
        run.acceptStream();
        run.transport.watch().send(helloFrame("rwl_" + QByteArray::number(attempt)));
        run.transport.watch().end();
        run.settle();
    }
    QCOMPARE(run.countOf(EventKind::ConnectAttempt), 2'001);
    QCOMPARE(run.countOf(EventKind::Outcome), 2'000);
    QCOMPARE(run.countOf(EventKind::Backoff), 0);
    QCOMPARE(run.countOf(EventKind::Status), 2); // connecting, connected, and no more
    QCOMPARE(run.transport.openCount(), 1);
    QCOMPARE(run.lastOf(EventKind::ConnectAttempt)->attempt, 2'001);
}

void WatchClientTest::backsOffLongerAndLongerThenStartsAnew()
{
    Run run;
    run.startAndConnect();
    for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
        run.transport.watch().breakOff(u"refused"_s);
        run.settle();
        QCOMPARE(run.lastOf(EventKind::Decision)->number(Field::DelayMs), seconds * 1000.0);
        run.advance(std::chrono::seconds(seconds));
    }
    run.acceptStream();
    run.send(helloFrame("rwl_1"));
    run.transport.watch().breakOff(u"reset"_s);
    run.settle();
    QCOMPARE(run.lastOf(EventKind::Decision)->number(Field::DelayMs), 1000.0);
}

void WatchClientTest::stopsAtAWake()
{
    Run run;
    run.startWatch();
    run.advance(300ms);
    run.news();
    run.send(wakeFrame("ras_1") + ": never looked at\n");
    const auto *wake = run.lastOf(EventKind::Wake);
    QVERIFY(wake);
    const auto fingerprint = wake->text(Field::TokenFingerprint);
    QVERIFY(fingerprint.startsWith(u"sha256:"_s));
    QCOMPARE(run.news(), QStringList({u"wake rwl_1 ras_1 "_s + fingerprint, u"outcome wake rwl_1"_s,
                                      u"decision outcome.wake wake - - 1000"_s,
                                      u"status shutting_down"_s, u"status shutdown"_s}));
    QCOMPARE(wake->text(Field::Url), u"wss://media.example/x"_s);
    QCOMPARE(run.end, RunEnd::Woken);
    QCOMPARE(run.transport.openCount(), 0);
    for (const auto &event : run.events)
        QVERIFY(!toJsonLine(event).contains("lk_secret"));
}

void WatchClientTest::goesOnAfterAWakeAndNamesItsSession()
{
    Run run(AfterWake::Continue);
    run.startAndConnect();
    run.transport.watch().breakOff(u"refused"_s); // so that the backoff has something to forget
    run.settle();
    run.advance(1s);
    run.acceptStream();
    run.send(helloFrame("rwl_1"));
    run.news();
    run.send(wakeFrame("ras_1"));
    auto news = run.news();
    QCOMPARE(news.mid(1),
             QStringList({u"outcome wake rwl_1"_s, u"decision outcome.wake wake - - 1000"_s,
                          u"connect_attempt - ras_1"_s}));
    QVERIFY(!run.end);
    QCOMPARE(run.transport.countOf(u"/device-info"), 1);
    const auto query = QUrlQuery(run.transport.watch().call().url);
    QCOMPARE(query.queryItemValue(u"remoteAccessSessionId"_s), u"ras_1"_s);
}

void WatchClientTest::keepsTheFirstSession()
{
    Run run(AfterWake::Continue);
    run.startWatch("rwl_1");
    run.send("event: wake\ndata: {\"url\":\"wss://m\",\"token\":\"t\"}\n\n");
    QCOMPARE(run.news().last(), u"connect_attempt - -"_s);
    for (const auto *session : {"ras_1", "ras_1", "ras_2"}) {
        run.acceptStream();
        run.send(helloFrame("rwl_2") + wakeFrame(session));
        QCOMPARE(run.news().last(), u"connect_attempt - ras_1"_s);
    }
    QCOMPARE(run.countOf(EventKind::Note), 1);
    const auto note = run.lastOf(EventKind::Note)->text(Field::Detail);
    QVERIFY(note.contains(u"ras_1"_s) && note.contains(u"ras_2"_s));
}

void WatchClientTest::neverTellsATokenThatTheServerRepeats()
{
    Run run;
    run.startAndConnect();
    run.transport.watch().respond(403, QByteArray("bad token ") + kToken);
    run.settle();
    run.advance(1s);
    run.acceptStream();
    run.send(QByteArray(": ") + kToken + "\nid: " + kToken + '\n');
    // Across any place where a text may be cut, no part of it is left.
    for (const int before : {1020, 4060, 4070, 4080, 4090})
        run.send(':' + QByteArray(before, 'x') + kToken + "\n");
    for (const auto &event : run.events)
        QVERIFY2(!toJsonLine(event).contains("fox_"), toJsonLine(event).constData());
}

void WatchClientTest::hidesTheWakesTokenAnywhereInItsUrl_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::newRow("path") << QByteArray("wss://media.example/Lk secret+/x");
    QTest::newRow("path, encoded") << QByteArray("wss://media.example/Lk%20secret+/x");
    QTest::newRow("wholly encoded") << QByteArray("wss://media.example/Lk%20secret%2B/x");
    QTest::newRow("query") << QByteArray("wss://media.example/?room=Lk%20secret+");
    QTest::newRow("host") << QByteArray("wss://Lk secret+.example/");
}

void WatchClientTest::hidesTheWakesTokenAnywhereInItsUrl()
{
    QFETCH(QByteArray, url);
    Run run;
    run.startWatch();
    run.send("event: wake\ndata: {\"url\":\"" + url + "\",\"token\":\"Lk secret+\"}\n\n");
    const auto *wake = run.lastOf(EventKind::Wake);
    QVERIFY(wake);
    const auto shownUrl = wake->text(Field::Url);
    QVERIFY2(!shownUrl.contains(u"secret"_s, Qt::CaseInsensitive), qPrintable(shownUrl));
}

void WatchClientTest::boundsEveryTextOfAServer()
{
    Run run;
    run.startAndConnect();
    run.transport.watch().answer(200, QString(100'000, u'x'));
    run.settle();
    run.advance(30s);
    emit run.transport.watch().redirected(307, QUrl(u"http://other/"_s + QString(100'000, u'y')));
    run.acceptStream();
    const QByteArray longText(100'000, 'z');
    run.send(':' + longText + "\nid: " + longText + "\nevent: " + longText + "\ndata: 1\n\n");
    run.send(helloFrame(longText));
    QVERIFY(run.lastOf(EventKind::Hello));
    for (const auto &event : run.events)
        QVERIFY2(toJsonLine(event).size() < 10'000, qPrintable(event.kindText()));
    QVERIFY(run.lastOf(EventKind::KeepAlive)->text(Field::Text).endsWith(u"zz…"_s));
}

void WatchClientTest::tellsTheClassOfAFailureBeforeItsEvent()
{
    Run run;
    QList<std::pair<HttpFailure, qsizetype>> told;
    connect(&*run.client, &WatchClient::requestFailed, this, [&](HttpFailure failure) {
        const auto errors = std::count_if(run.events.begin(), run.events.end(), [](const Event &e) {
            return e.kind == EventKind::ConnectError || e.word() == Word::Error;
        });
        told.append({failure, errors});
    });
    run.start();
    run.transport.deviceInfo().breakOff(u"host not found: x"_s, HttpFailure::HostNotFound);
    run.advance(1s);
    run.transport.deviceInfo().respond(503);
    run.advance(2s);
    run.transport.deviceInfo().respond(200, R"({"id":"d","name":"n","projectId":"p"})");
    run.settle();
    run.transport.watch().breakOff(u"self-signed"_s, HttpFailure::Certificate);
    run.advance(1s);
    run.transport.watch().respond(503);
    run.advance(2s);
    const QList<std::pair<HttpFailure, qsizetype>> expected{{HttpFailure::HostNotFound, 0},
                                                            {HttpFailure::None, 1},
                                                            {HttpFailure::Certificate, 2},
                                                            {HttpFailure::None, 3}};
    QVERIFY(told == expected);
}

void WatchClientTest::addsNoDecisionWhenStopped_data()
{
    using Play = std::function<void(Run &)>;
    QTest::addColumn<Play>("play");
    QTest::addColumn<QStringList>("first");
    QTest::newRow("during device-info") << Play([](Run &run) { run.start(); }) << QStringList();
    QTest::newRow("waiting for device-info") << Play([](Run &run) {
        run.start();
        run.transport.deviceInfo().respond(500);
    }) << QStringList();
    QTest::newRow("connecting") << Play([](Run &run) { run.startAndConnect(); }) << QStringList();
    QTest::newRow("before hello") << Play([](Run &run) {
        run.startAndConnect();
        run.acceptStream();
    }) << QStringList();
    QTest::newRow("watching") << Play([](Run &run) {
        run.startWatch();
        run.advance(1s);
    }) << QStringList();
    QTest::newRow("backing off") << Play([](Run &run) {
        run.startAndConnect();
        run.transport.watch().breakOff(u"refused"_s);
        run.advance(400ms);
    }) << QStringList{u"backoff cancelled 1000"_s};
}

void WatchClientTest::addsNoDecisionWhenStopped()
{
    QFETCH(std::function<void(Run &)>, play);
    QFETCH(QStringList, first);
    Run run;
    play(run);
    run.news();
    const auto batches = run.batches;
    run.client->stop();
    // All of it inside the call.
    QCOMPARE(run.end, RunEnd::Stopped);
    QCOMPARE(run.batches, batches + 1);
    QCOMPARE(run.waiting, Waiting());
    QCOMPARE(run.news(), first + QStringList({u"status shutting_down"_s, u"status shutdown"_s}));
    if (!first.isEmpty())
        QCOMPARE(run.lastOf(EventKind::Backoff)->number(Field::DurationMs), 400.0);

    run.advance(100s);
    QCOMPARE(run.transport.openCount(), 0);
    QCOMPARE(run.clock.activeTimers(), 0);
    run.client->stop();
    run.client->retryNow();
    QCOMPARE(run.news(), QStringList());
}

void WatchClientTest::retriesAtOnceWhenAskedTo()
{
    Run run;
    run.start();
    run.client->retryNow(); // nothing waits
    QCOMPARE(run.transport.countOf(u"/device-info"), 1);
    run.transport.deviceInfo().respond(500);
    run.client->retryNow();
    QCOMPARE(run.transport.countOf(u"/device-info"), 2);
    run.transport.deviceInfo().respond(200, R"({"id":"d","name":"n","projectId":"p"})");
    run.settle();
    run.client->retryNow();
    QCOMPARE(run.countOf(EventKind::ConnectAttempt), 1);

    run.transport.watch().respond(409);
    run.advance(12s);
    run.news();
    run.client->retryNow();
    QCOMPARE(run.news(), QStringList({u"backoff skipped 30000"_s, u"connect_attempt - -"_s}));
    QCOMPARE(run.lastOf(EventKind::Backoff)->number(Field::DurationMs), 12'000.0);
    run.advance(20s);
    QCOMPARE(run.countOf(EventKind::ConnectAttempt), 2);
}

void WatchClientTest::notesThatTheUserEndedADeviceInfoWait()
{
    Run run;
    run.start();
    run.transport.deviceInfo().respond(500);
    run.advance(1s); // waited for to its end
    run.transport.deviceInfo().respond(500);
    run.settle();
    QCOMPARE(run.countOf(EventKind::Note), 0);

    run.advance(500ms);
    run.client->retryNow();
    run.transport.deviceInfo().respond(200, R"({"id":"d","name":"n","projectId":"p"})");
    run.settle();
    QCOMPARE(run.countOf(EventKind::Note), 1);
    QCOMPARE(run.lastOf(EventKind::Note)->text(Field::Detail),
             u"the user ended the wait of 2 s for device-info after 500 ms"_s);
    // Both stand in one list.
    QVERIFY(run.lastOf(EventKind::Note) < run.lastOf(EventKind::DeviceInfo));
}

void WatchClientTest::tellsWhatItWaitsFor()
{
    Run run;
    run.start();
    QCOMPARE(run.waiting.what, Waiting::For::Nothing);
    run.advance(100ms);
    run.transport.deviceInfo().respond(500);
    run.settle();
    QCOMPARE(run.waiting, (Waiting{Waiting::For::DeviceInfoRetry, 100ms, 1'100ms}));
    run.advance(1s);
    QCOMPARE(run.waiting.what, Waiting::For::Nothing);
    run.transport.deviceInfo().respond(200, R"({"id":"d","name":"n","projectId":"p"})");
    run.settle();
    QCOMPARE(run.waiting, (Waiting{Waiting::For::Hello, 1'100ms, 31'100ms}));
    run.advance(100ms);
    run.acceptStream();
    run.send(helloFrame("rwl_1", 10'000));
    QCOMPARE(run.waiting, (Waiting{Waiting::For::Frame, 1'200ms, 26'200ms}));
    run.advance(800ms);
    run.send(":\n");
    QCOMPARE(run.waiting, (Waiting{Waiting::For::Frame, 2s, 27s}));
    run.transport.watch().breakOff(u"reset"_s);
    run.settle();
    QCOMPARE(run.waiting, (Waiting{Waiting::For::Backoff, 2s, 3s}));
}

void WatchClientTest::takesNoFrameWhilePaused()
{
    Run run;
    run.startWatch();
    run.client->setPaused(true);
    run.send(": one\n");
    QCOMPARE(run.countOf(EventKind::KeepAlive), 0);
    // What waits is looked at before the silence is believed.
    run.advance(2'500ms);
    QCOMPARE(run.countOf(EventKind::KeepAlive), 1);
    QCOMPARE(run.countOf(EventKind::Outcome), 0);
    run.send(": two\n");
    QCOMPARE(run.countOf(EventKind::KeepAlive), 1);
    run.client->setPaused(false);
    run.settle();
    QCOMPARE(run.countOf(EventKind::KeepAlive), 2);
}

void WatchClientTest::gathersATurnInOneBatch()
{
    Run run;
    run.startWatch();
    const auto before = run.batches;
    run.send(QByteArray(":\n").repeated(1000));
    QCOMPARE(run.countOf(EventKind::KeepAlive), 1000);
    QCOMPARE(run.batches, before + 1);
}

QTEST_GUILESS_MAIN(WatchClientTest)
#include "tst_watchclient.moc"
