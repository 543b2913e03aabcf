// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/apicheck.h"
#include "core/watch/apicheckrunner.h"
#include "core/watch/qnamtransport.h"
#include "tests/support/testcertificate.h"
#include "tests/support/virtualclock.h"
#include "tests/unit/watch/rawserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSslKey>
#include <QTest>

#include <optional>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 20'000;
const QByteArray kToken = "fox_dt_very_secret";

QByteArray answer(const QByteArray &status, const QByteArray &body,
                  const QByteArray &type = "application/json")
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

const QByteArray kDevice = R"({"id":"dev_1","name":"Robot","projectId":"prj_1"})";

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QSslConfiguration serverTls(const TestCertificate &certificate)
{
    auto tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(QSslCertificate(contentOf(certificate.certificateFile()), QSsl::Pem));
    tls.setPrivateKey(QSslKey(contentOf(certificate.keyFile()), QSsl::Ec, QSsl::Pem));
    return tls;
}

/// Opens tunnels to wherever it is asked to.
class TunnelProxy : public QTcpServer
{
public:
    TunnelProxy()
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("cannot listen");
        connect(this, &QTcpServer::newConnection, this, [this] {
            auto *client = nextPendingConnection();
            connect(client, &QTcpSocket::readyRead, client, [this, client] { take(*client); });
        });
    }

    QByteArrayList heads;

private:
    void take(QTcpSocket &client)
    {
        const auto head = client.peek(64 * 1024);
        if (!head.contains("\r\n\r\n"))
            return;
        heads += client.readAll();
        const auto target = head.split(' ').value(1).split(':');
        auto *server = new QTcpSocket(&client);
        client.disconnect(this);
        QObject::disconnect(&client, &QTcpSocket::readyRead, nullptr, nullptr);
        connect(server, &QTcpSocket::connected, &client,
                [&client] { client.write("HTTP/1.1 200 OK\r\n\r\n"); });
        connect(&client, &QTcpSocket::readyRead, server,
                [&client, server] { server->write(client.readAll()); });
        connect(server, &QTcpSocket::readyRead, &client,
                [&client, server] { client.write(server->readAll()); });
        connect(&client, &QTcpSocket::disconnected, server, &QTcpSocket::disconnectFromHost);
        server->connectToHost(QString::fromLatin1(target.value(0)), target.value(1).toUShort());
    }
};

/// A check under test, with everything that it told.
class Run
{
public:
    explicit Run(const QUrl &url, const QnamTransport::Options &network = {})
        : transport(network)
        , check({url, Secret(kToken), 30s}, clock, transport)
        , finished(&check, &ApiCheck::finished)
    {
        check.start();
    }

    const CheckedStep &at(CheckStep step) const { return check.report().at(step); }
    CheckState state(CheckStep step) const { return at(step).state; }
    bool waitForEnd()
    {
        return QTest::qWaitFor([this] { return !finished.isEmpty(); }, kPatience);
    }
    /// All that a user could read.
    QString text() const
    {
        QStringList all;
        const auto &report = check.report();
        for (const auto &step : report.steps)
            all << step.detail << step.facts << step.advice;
        all << report.proxy << report.deviceId << report.deviceName << report.projectId;
        return all.join(u'\n');
    }

    VirtualClock clock;
    QnamTransport transport;
    ApiCheck check;
    QSignalSpy finished;
};

/// Passed up to the one that failed, and nothing reached behind it.
void verifyFailedAt(const Run &run, CheckStep failed)
{
    QCOMPARE(run.check.report().failed(), failed);
    for (std::size_t i = 0; i < kCheckSteps; ++i) {
        const auto step = static_cast<CheckStep>(i);
        const bool isSkipped = step == CheckStep::Tls && !run.at(step).detail.isEmpty() &&
                               run.state(step) == CheckState::NotUsed;
        if (step < failed && !isSkipped)
            QCOMPARE(run.state(step), CheckState::Passed);
        if (step > failed)
            QCOMPARE(run.state(step), CheckState::NotReached);
    }
    QVERIFY(!run.at(failed).detail.isEmpty());
    QVERIFY(!run.at(failed).advice.isEmpty());
    QVERIFY(run.at(failed).duration);
    QVERIFY(!run.check.report().hasPassed());
    QCOMPARE(run.finished.size(), 1);
    QCOMPARE(run.clock.activeTimers(), 0);
}

} // namespace

class ApiCheckTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void passesAndTouchesNothingButDeviceInfo();
    void tellsAboutTlsAndItsCertificates();
    void saysThatTheNameIsNotKnown();
    void saysThatNobodyListens();
    void saysWhatIsWrongWithTheCertificate_data();
    void saysWhatIsWrongWithTheCertificate();
    void saysThatTheOtherEndSpeaksNoTls();
    void judgesTheAnswer_data();
    void judgesTheAnswer();
    void endsInSilence_data();
    void endsInSilence();
    void saysThatNoAnswerCame();
    void goesThroughAProxy();
    void goesThroughAProxysTunnel();
    void saysWhatIsWrongWithTheProxy_data();
    void saysWhatIsWrongWithTheProxy();
    void showsHostileTextHarmlessly();
    void repeatsNoToken();
    void endsSilentlyWhenItIsCancelled_data();
    void endsSilentlyWhenItIsCancelled();
    void runsInAThreadOfItsOwn();
    void saysThatTheCaFileIsOfNoUse();

private:
    void skipWithoutCertificates() const
    {
        if (!m_good->isValid())
            QSKIP(qPrintable(u"NO TLS IS TESTED: "_s + m_good->error()));
    }
    QnamTransport::Options trusting(const TestCertificate &certificate) const
    {
        return {{}, QSslCertificate::fromPath(certificate.certificateFile())};
    }

    std::optional<TestCertificate> m_good;
};

void ApiCheckTest::initTestCase()
{
    m_good.emplace();
}

void ApiCheckTest::passesAndTouchesNothingButDeviceInfo()
{
    RawServer server(answer("200 OK", kDevice));
    Run run(server.url(u"/base/"_s));
    QVERIFY(run.waitForEnd());
    QVERIFY2(run.check.report().hasPassed(), qPrintable(run.text()));
    QVERIFY(!run.check.report().failed());
    QCOMPARE(server.requests().size(), 1);
    QVERIFY(server.requests().constFirst().startsWith(
        "GET /base/internal/platform/v1/device-info HTTP/1.1"));
    QVERIFY(server.requests().constFirst().contains("DeviceToken " + kToken));

    QCOMPARE(run.at(CheckStep::Proxy).detail, u"none: the API is reached directly"_s);
    QCOMPARE(run.check.report().addresses, QStringList{u"127.0.0.1"_s});
    QCOMPARE(run.at(CheckStep::Tcp).detail,
             u"connected to 127.0.0.1:%1"_s.arg(server.serverPort()));
    QCOMPARE(run.state(CheckStep::Tls), CheckState::NotUsed);
    QVERIFY(run.at(CheckStep::Tls).detail.startsWith(u"the URL is http"_s));
    QCOMPARE(run.at(CheckStep::Http).detail, u"HTTP/1.1, 200 OK"_s);
    QCOMPARE(run.at(CheckStep::DeviceInfo).detail, u"Robot (dev_1), project prj_1"_s);
    QVERIFY(run.at(CheckStep::DeviceInfo).duration);
    QCOMPARE(run.clock.activeTimers(), 0);
}

void ApiCheckTest::tellsAboutTlsAndItsCertificates()
{
    skipWithoutCertificates();
    RawServer server(answer("200 OK", kDevice));
    server.useTls(serverTls(*m_good));
    Run run(server.url(), trusting(*m_good));
    QVERIFY(run.waitForEnd());
    const auto &report = run.check.report();
    QVERIFY2(report.hasPassed(), qPrintable(run.text()));
    QVERIFY2(report.tlsVersion.startsWith(u"TLS 1."_s), qPrintable(report.tlsVersion));
    QVERIFY(!report.tlsCipher.isEmpty());
    QCOMPARE(report.certificates.size(), 1);
    const auto &certificate = report.certificates.constFirst();
    QCOMPARE(certificate.subject, u"Watchline test"_s);
    QCOMPARE(certificate.issuer, u"Watchline test"_s);
    QCOMPARE(certificate.names, (QStringList{u"127.0.0.1"_s, u"localhost"_s}));
    QVERIFY(certificate.from <= QDateTime::currentDateTimeUtc());
    QVERIFY(certificate.until > QDateTime::currentDateTimeUtc());
    const auto &tls = run.at(CheckStep::Tls);
    QVERIFY2(tls.detail.contains(report.tlsVersion) &&
                 tls.detail.contains(u"certificate of Watchline test"_s),
             qPrintable(tls.detail));
    QCOMPARE(tls.facts.size(), 1);
    // It is good for two days.
    QVERIFY2(tls.advice.contains(u"runs out soon"_s), qPrintable(tls.advice));
}

void ApiCheckTest::saysThatTheNameIsNotKnown()
{
    // Too long for any name server to be asked.
    QUrl url(u"http://h"_s);
    url.setHost(u"name."_s.repeated(60) + u"invalid"_s);
    QVERIFY(url.isValid());
    Run run(url);
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::Dns);
    QVERIFY2(run.at(CheckStep::Dns).detail.startsWith(u"host not found: name.name"_s),
             qPrintable(run.at(CheckStep::Dns).detail));
}

void ApiCheckTest::saysThatNobodyListens()
{
    RawServer server(QByteArray{});
    const auto url = server.url();
    server.close();
    Run run(url);
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::Tcp);
    QCOMPARE(run.at(CheckStep::Tcp).detail,
             u"connection refused by 127.0.0.1:%1"_s.arg(url.port()));
}

void ApiCheckTest::saysWhatIsWrongWithTheCertificate_data()
{
    QTest::addColumn<QString>("names");
    QTest::addColumn<bool>("isExpired");
    QTest::addColumn<bool>("isTrusted");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("advice");
    const auto right = u"IP:127.0.0.1"_s;
    QTest::newRow("unknown authority")
        << right << false << false << u"self-signed"_s << u"--ca-file"_s;
    QTest::newRow("another host") << u"DNS:elsewhere.example"_s << false << true
                                  << u"host name did not match"_s << u"elsewhere.example"_s;
    QTest::newRow("expired") << right << true << true << u"expired"_s << u"clock"_s;
}

void ApiCheckTest::saysWhatIsWrongWithTheCertificate()
{
    skipWithoutCertificates();
    QFETCH(QString, names);
    QFETCH(bool, isExpired);
    QFETCH(bool, isTrusted);
    QFETCH(QString, detail);
    QFETCH(QString, advice);
    using Validity = TestCertificate::Validity;
    const TestCertificate certificate(names, isExpired ? Validity::Expired : Validity::TwoDays);
    if (!certificate.isValid())
        QSKIP(qPrintable(certificate.error()));
    RawServer server(answer("200 OK", kDevice));
    server.useTls(serverTls(certificate));
    Run run(server.url(), isTrusted ? trusting(certificate) : QnamTransport::Options());
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::Tls);
    const auto &tls = run.at(CheckStep::Tls);
    QVERIFY2(tls.detail.startsWith(u"the certificate of 127.0.0.1:"_s) &&
                 tls.detail.contains(detail),
             qPrintable(tls.detail));
    QVERIFY2(tls.advice.contains(advice), qPrintable(tls.advice));
    QCOMPARE(run.check.report().certificates.size(), 1);
    QCOMPARE(tls.facts.constFirst().contains(u"(expired)"_s), isExpired);
    QVERIFY(server.requests().isEmpty());
}

void ApiCheckTest::saysThatTheOtherEndSpeaksNoTls()
{
    RawServer server([](QTcpSocket &, int) {});
    server.greetWith("220 mail.example ready\r\n");
    auto url = server.url();
    url.setScheme(u"https"_s);
    Run run(url);
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::Tls);
    QVERIFY2(run.at(CheckStep::Tls).advice.contains(u"speaks TLS"_s), qPrintable(run.text()));
}

void ApiCheckTest::judgesTheAnswer_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("advice");
    QTest::newRow("401") << answer("401 Unauthorized", R"({"error":"no such token"})") << 401
                         << u"no such token"_s << u"token is this device's"_s;
    QTest::newRow("403") << answer("403 Forbidden", "") << 403 << u"403"_s << u"may not do this"_s;
    QTest::newRow("404") << answer("404 Not Found", "<h1>no</h1>", "text/html") << 404 << u"404"_s
                         << u"base URL"_s;
    QTest::newRow("429") << answer("429 Too Many Requests", "") << 429 << u"429"_s
                         << u"too often"_s;
    QTest::newRow("503") << answer("503 Service Unavailable", "") << 503 << u"503"_s
                         << u"try again later"_s;
    QTest::newRow("a web page") << answer("200 OK", "<!doctype html>", "text/html; charset=utf-8")
                                << 200 << u"a web page (text/html)"_s << u"browser"_s;
    QTest::newRow("other JSON") << answer("200 OK", "{}") << 200 << u"not what an API answers"_s
                                << u"base URL"_s;
    QTest::newRow("a redirect to nowhere")
        << QByteArray("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n") << 302 << u"302"_s
        << u"leads nowhere"_s;
    QTest::newRow("too large an error")
        << QByteArray("HTTP/1.1 500 Oops\r\nContent-Length: 99999999\r\n\r\n") << 500
        << u"too large"_s << u"try again later"_s;
}

void ApiCheckTest::judgesTheAnswer()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QFETCH(QString, detail);
    QFETCH(QString, advice);
    RawServer server(bytes);
    Run run(server.url());
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::DeviceInfo);
    QCOMPARE(run.check.report().httpStatus, status);
    const auto &step = run.at(CheckStep::DeviceInfo);
    QVERIFY2(step.detail.contains(detail), qPrintable(step.detail));
    QVERIFY2(step.advice.contains(advice), qPrintable(step.advice));
    QCOMPARE(server.requests().size(), 1);
}

void ApiCheckTest::endsInSilence_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("in the TLS handshake") << true;
    QTest::newRow("after the request") << false;
}

void ApiCheckTest::endsInSilence()
{
    QFETCH(bool, isTls);
    RawServer server([](QTcpSocket &, int) {});
    if (isTls)
        server.stayMute();
    auto url = server.url();
    if (isTls)
        url.setScheme(u"https"_s);
    const auto failed = isTls ? CheckStep::Tls : CheckStep::Http;
    Run run(url);
    QTRY_VERIFY_WITH_TIMEOUT(run.state(failed) == CheckState::Running &&
                                 (isTls || !server.requests().isEmpty()),
                             kPatience);
    const auto limit = isTls ? 10s : 30s;
    run.clock.advance(limit - 1ms);
    QVERIFY(run.finished.isEmpty());
    run.clock.advance(1ms);
    verifyFailedAt(run, failed);
    const auto detail = u"timed out after %1 s"_s.arg(limit.count());
    QVERIFY2(run.at(failed).detail.contains(detail), qPrintable(run.text()));
    QVERIFY(*run.at(failed).duration == limit);
    QCOMPARE(run.at(failed).advice.contains(u"is the URL http?"_s), isTls);
    QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, kPatience);
}

void ApiCheckTest::saysThatNoAnswerCame()
{
    RawServer server(QByteArray(), true);
    Run run(server.url());
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::Http);
    QVERIFY2(run.at(CheckStep::Http).detail.contains(u"closed the connection before it answered"_s),
             qPrintable(run.text()));
}

void ApiCheckTest::goesThroughAProxy()
{
    RawServer proxy(answer("200 OK", kDevice));
    const auto address = u"127.0.0.1:%1"_s.arg(proxy.serverPort());
    Run run(QUrl(u"http://api.example"_s),
            {ProxyEnvironment({{u"HTTP_PROXY"_s, u"http://me:geheim@"_s + address}}), {}});
    QVERIFY(run.waitForEnd());
    QVERIFY2(run.check.report().hasPassed(), qPrintable(run.text()));
    QCOMPARE(run.check.report().proxy, u"http proxy "_s + address);
    QCOMPARE(run.at(CheckStep::Tcp).detail, u"connected to "_s + address);
    QVERIFY(!run.text().contains(u"geheim"_s));
    QCOMPARE(proxy.requests().size(), 1);
    QVERIFY(proxy.requests().constFirst().startsWith("GET http://api.example/internal"));
}

void ApiCheckTest::goesThroughAProxysTunnel()
{
    skipWithoutCertificates();
    RawServer server(answer("200 OK", kDevice));
    server.useTls(serverTls(*m_good));
    TunnelProxy proxy;
    auto network = trusting(*m_good);
    network.proxies =
        ProxyEnvironment({{u"HTTPS_PROXY"_s, u"http://127.0.0.1:%1"_s.arg(proxy.serverPort())}});
    Run run(server.url(), network);
    QVERIFY(run.waitForEnd());
    QVERIFY2(run.check.report().hasPassed(), qPrintable(run.text()));
    QCOMPARE(run.check.report().certificates.size(), 1);
    // One to look, one for the request.
    QCOMPARE(proxy.heads.size(), 2);
    for (const auto &head : proxy.heads) {
        QVERIFY2(head.startsWith("CONNECT 127.0.0.1:"), head.constData());
        QVERIFY2(head.contains("watchline/"), head.constData());
        QVERIFY(!head.contains(kToken));
    }
    QCOMPARE(server.requests().size(), 1);
}

void ApiCheckTest::saysWhatIsWrongWithTheProxy_data()
{
    QTest::addColumn<QByteArray>("bytes"); // null: nobody listens
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<CheckStep>("failed");
    QTest::addColumn<QString>("advice");
    QTest::newRow("another kind") << QByteArray() << u"socks4"_s << CheckStep::Proxy
                                  << u"NO_PROXY"_s;
    QTest::newRow("nobody listens")
        << QByteArray() << u"http"_s << CheckStep::Tcp << u"no proxy listens"_s;
    QTest::newRow("forbidden") << answer("403 Forbidden", "") << u"http"_s << CheckStep::Tls
                               << u"reaches the API"_s;
    QTest::newRow("cannot reach it")
        << answer("502 Bad Gateway", "") << u"http"_s << CheckStep::Tls << u"reaches the API"_s;
    QTest::newRow("a login") << QByteArray("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic "
                                           "realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
                             << u"http"_s << CheckStep::Tls << u"user and password"_s;
}

void ApiCheckTest::saysWhatIsWrongWithTheProxy()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, scheme);
    QFETCH(CheckStep, failed);
    QFETCH(QString, advice);
    RawServer proxy(bytes);
    const auto port = proxy.serverPort();
    if (bytes.isNull())
        proxy.close();
    const auto url = u"%1://127.0.0.1:%2"_s.arg(scheme).arg(port);
    Run run(QUrl(u"https://api.example"_s), {ProxyEnvironment({{u"HTTPS_PROXY"_s, url}}), {}});
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, failed);
    QVERIFY2(run.at(failed).advice.contains(advice), qPrintable(run.text()));
    QVERIFY2(run.at(failed).detail.contains(u"127.0.0.1:%1"_s.arg(port)), qPrintable(run.text()));
}

void ApiCheckTest::showsHostileTextHarmlessly()
{
    RawServer server(answer("200 OK", "{\"id\":\"dev\\u001b[2J\",\"name\":\"a\\nb\\u202e\","
                                      "\"projectId\":\"" +
                                          QByteArray(10'000, 'p') + "\"}"));
    Run run(server.url());
    QVERIFY(run.waitForEnd());
    QVERIFY(run.check.report().hasPassed());
    QCOMPARE(run.check.report().deviceName, u"a\\nb\\u202e"_s);
    const auto &detail = run.at(CheckStep::DeviceInfo).detail;
    QVERIFY(!detail.contains(u'\n') && !detail.contains(u'\x1b'));
    QVERIFY(detail.size() < 400);
}

void ApiCheckTest::repeatsNoToken()
{
    RawServer server(answer("401 No", R"({"error":"bad: )" + kToken + R"("})"));
    Run run(server.url());
    QVERIFY(run.waitForEnd());
    verifyFailedAt(run, CheckStep::DeviceInfo);
    QVERIFY2(run.text().contains(u"bad: ***"_s), qPrintable(run.text()));
    QVERIFY(!run.text().contains(QString::fromLatin1(kToken)));
}

void ApiCheckTest::endsSilentlyWhenItIsCancelled_data()
{
    QTest::addColumn<CheckStep>("at");
    QTest::newRow("looking up") << CheckStep::Dns;
    QTest::newRow("connecting") << CheckStep::Tcp;
    QTest::newRow("TLS") << CheckStep::Tls;
    QTest::newRow("the request") << CheckStep::Http;
}

void ApiCheckTest::endsSilentlyWhenItIsCancelled()
{
    QFETCH(CheckStep, at);
    RawServer server([](QTcpSocket &, int) {});
    if (at == CheckStep::Tls)
        server.stayMute();
    auto url = server.url();
    if (at == CheckStep::Tls)
        url.setScheme(u"https"_s);
    if (at == CheckStep::Dns)
        url.setHost(u"localhost"_s);
    VirtualClock clock;
    QnamTransport transport;
    auto check =
        std::make_unique<ApiCheck>(ApiCheckOptions{url, Secret(kToken), 30s}, clock, transport);
    QSignalSpy finished(check.get(), &ApiCheck::finished);
    check->start();
    QTRY_VERIFY_WITH_TIMEOUT(check->report().at(at).state == CheckState::Running, kPatience);
    check.reset();
    QCOMPARE(clock.activeTimers(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, kPatience);
    QCOMPARE(finished.size(), 0);
}

void ApiCheckTest::runsInAThreadOfItsOwn()
{
    RawServer server(answer("200 OK", kDevice));
    ConnectionOptions options;
    options.watch.apiUrl = server.url();
    options.watch.token = Secret(kToken);
    ApiCheckRunner runner(options);
    QSignalSpy finished(&runner, &ApiCheckRunner::finished);
    QVERIFY(runner.start());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
    QVERIFY(runner.report().hasPassed());
    QVERIFY(*runner.report().at(CheckStep::DeviceInfo).duration > 0s);
}

void ApiCheckTest::saysThatTheCaFileIsOfNoUse()
{
    RawServer server(answer("200 OK", kDevice));
    ConnectionOptions options;
    options.watch.apiUrl = server.url();
    options.caFile = u"/no/such/file.pem"_s;
    ApiCheckRunner runner(options);
    QVERIFY(!runner.start());
    QVERIFY(runner.error().contains(u"/no/such/file.pem"_s));
    QCOMPARE(server.connections(), 0);
}

QTEST_GUILESS_MAIN(ApiCheckTest)
#include "tst_apicheck.moc"
