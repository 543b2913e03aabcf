// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/simulator.h"
#include "core/watch/watchrunner.h"
#include "tests/integration/nginx.h"

#include <QLoggingCategory>
#include <QTest>

#include <set>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

/// The way that most users have: TLS and HTTP/2 up to a proxy, the API behind it. All of it real:
/// an nginx, its certificate, the network thread and the steady clock.
class TestHttp2 : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void decidesAsOverHttp1();
    void seesTheProxysTimeOutAsAStreamError();
    void refusesAnUnknownCertificate();

private:
    struct Run;
};

namespace {

constexpr int kPatienceMs = 30'000;

Scenario scenario(const QByteArray &members)
{
    QString error;
    const auto result =
        Scenario::parse("{\"title\": \"Test.\"," + members + "}", u"test"_s, &error);
    if (!result)
        qFatal("%s", qPrintable(error));
    return *result;
}

} // namespace

/// A client that watches a scenario through nginx.
struct TestHttp2::Run
{
    Run(const QByteArray &members, int readTimeoutS)
        : simulator(scenario(members))
    {
        isUp = simulator.listen() && nginx.start(simulator.url(), readTimeoutS);
    }

    void start(const QString &caFile)
    {
        ConnectionOptions options;
        options.watch.apiUrl = nginx.url();
        options.watch.token = Secret("fox_dt_test");
        options.watch.source = u"gateway"_s;
        options.watch.started = SteadyClock().now();
        options.caFile = caFile;
        runner = std::make_unique<WatchRunner>(options);
        QObject::connect(runner.get(), &WatchRunner::eventsRecorded, runner.get(),
                         [this](const EventBatch &batch) { events += batch; });
        QObject::connect(runner.get(), &WatchRunner::finished, runner.get(),
                         [this](RunEnd how) { end = how; });
        isUp = isUp && runner->start();
    }

    /// What `member` says in all events of this kind.
    QStringList all(EventKind kind, Field member) const
    {
        QStringList result;
        for (const auto &event : events) {
            if (event.kind == kind && event.has(member))
                result.append(event.text(member));
        }
        return result;
    }

    SimulatorThread simulator;
    Nginx nginx;
    std::unique_ptr<WatchRunner> runner;
    EventBatch events;
    std::optional<RunEnd> end;
    bool isUp = false;
};

void TestHttp2::initTestCase()
{
    // Qt warns of each stream that ends with an error, which is what happens here on purpose.
    QLoggingCategory::setFilterRules(u"qt.network.http2.warning=false"_s);
    if (!Nginx::isInstalled())
        QSKIP("nginx IS NOT INSTALLED: NOTHING OF TLS AND HTTP/2 THROUGH A PROXY WAS TESTED");
}

void TestHttp2::decidesAsOverHttp1()
{
    Run run(R"("heartbeats": ["ok", {"status": 503}, "ok"], "connects": [
        [{"status": 503, "body": {"error": "overloaded"}}],
        [{"hello": {"lease": "l1"}}, {"keepalives": {"count": 23, "every_ms": 100}}, "end"],
        [{"hello": {"lease": "l2"}}, {"wait_ms": 200}, "cut"],
        [{"hello": {"lease": "l3"}}, {"wait_ms": 100},
         {"wake": {"session": "ras_1", "url": "wss://media.example"}}, "silence"]])",
            30);
    QVERIFY2(run.isUp, qPrintable(run.nginx.error()));
    run.start(run.nginx.caFile());
    QTRY_VERIFY_WITH_TIMEOUT(run.end, kPatienceMs);
    QCOMPARE(*run.end, RunEnd::Woken);
    QCOMPARE(run.all(EventKind::Decision, Field::Rule),
             (QStringList{u"connect.transient"_s, u"connect.success"_s, u"outcome.stream_ended"_s,
                          u"connect.success"_s, u"outcome.stream_error_early"_s,
                          u"connect.success"_s, u"outcome.wake"_s}));
    QCOMPARE(run.all(EventKind::Heartbeat, Field::Result), (QStringList{u"ok"_s, u"failed"_s}));
    const auto versions = run.all(EventKind::ConnectPhase, Field::HttpVersion);
    QCOMPARE(versions.size(), 4);
    QCOMPARE(std::set<QString>(versions.begin(), versions.end()), std::set<QString>{u"HTTP/2"_s});
    QVERIFY(run.all(EventKind::ConnectPhase, Field::Phase).contains(u"tls"_s));
}

void TestHttp2::seesTheProxysTimeOutAsAStreamError()
{
    // The proxy gives up after 3 s of silence, the client would after 5 s.
    Run run(R"("connects": [
        [{"hello": {"lease": "l1", "interval_ms": 2000}}, "silence"],
        [{"status": 401}]])",
            3);
    QVERIFY2(run.isUp, qPrintable(run.nginx.error()));
    run.start(run.nginx.caFile());
    QTRY_VERIFY_WITH_TIMEOUT(run.end, kPatienceMs);
    QCOMPARE(*run.end, RunEnd::Unauthorized);
    QCOMPARE(run.all(EventKind::Outcome, Field::Outcome), QStringList{u"stream_error"_s});
    QCOMPARE(run.all(EventKind::Decision, Field::Rule),
             (QStringList{u"connect.success"_s, u"outcome.stream_error_healthy"_s,
                          u"connect.unauthorized"_s}));
}

void TestHttp2::refusesAnUnknownCertificate()
{
    Run run(R"("connects": [["end"]])", 30);
    QVERIFY2(run.isUp, qPrintable(run.nginx.error()));
    QStringList requests;
    QObject::connect(&run.simulator, &SimulatorThread::logged, this,
                     [&](const QString &line) { requests.append(line); });
    run.start(QString());
    QTRY_VERIFY_WITH_TIMEOUT(!run.all(EventKind::DeviceInfo, Field::Result).isEmpty(), kPatienceMs);
    QCOMPARE(run.all(EventKind::DeviceInfo, Field::Result).constFirst(), u"error"_s);
    const auto why = run.all(EventKind::DeviceInfo, Field::Detail).constFirst();
    QVERIFY2(why.contains(u"certificate"_s), qPrintable(why));
    QCOMPARE(requests, QStringList());
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestHttp2)
#include "tst_http2.moc"
