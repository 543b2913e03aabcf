// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/qnamtransport.h"
#include "tests/support/testcertificate.h"
#include "tests/unit/watch/rawserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QSslKey>
#include <QTest>

#include <optional>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatience = 20'000;

const QByteArray kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

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

QnamTransport::Options trusting(const TestCertificate &certificate)
{
    return {{}, QSslCertificate::fromPath(certificate.certificateFile())};
}

/// An exchange under test and what it told.
class Client
{
public:
    Client(const QUrl &url, const QnamTransport::Options &options)
        : transport(options)
    {
        HttpCall call;
        call.url = url;
        call.authorization = Secret("DeviceToken fox_dt_test");
        call.isStream = true;
        exchange = transport.makeExchange(call);
        auto *e = exchange.get();
        QObject::connect(e, &HttpExchange::socketOpened, e, [this] { told += u"socket"_s; });
        QObject::connect(e, &HttpExchange::tlsEstablished, e, [this](const QString &detail) {
            told += u"tls"_s;
            tls = detail;
        });
        QObject::connect(e, &HttpExchange::connected, e, [this] { told += u"connected"_s; });
        QObject::connect(e, &HttpExchange::headersReceived, e, [this](const HttpHead &head) {
            told += u"headers %1"_s.arg(head.status);
        });
        QObject::connect(e, &HttpExchange::readyRead, e,
                         [this] { body += exchange->read(exchange->bytesAvailable()); });
        QObject::connect(e, &HttpExchange::ended, e, [this](const HttpEnd &how) { end = how; });
        e->start();
    }

    QnamTransport transport;
    HttpExchangePtr exchange;
    QStringList told;
    QString tls;
    QByteArray body;
    std::optional<HttpEnd> end;
};

} // namespace

class QnamTlsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void trustsTheCertificatesThatItIsGiven();
    void refusesCertificates_data();
    void refusesCertificates();
    void tellsNothingOfAConnectionWhileTheHandshakeHangs();
    void saysThatTheOtherEndSpeaksNoTls();
    void sendsExactlyOneRequestOverTls();
    void takesACutForABreakOverTls();
    void keepsTheTokenFromAnotherPortOverTls();

private:
    std::optional<TestCertificate> m_good;
    std::optional<TestCertificate> m_wrongHost;
};

void QnamTlsTest::initTestCase()
{
    m_good.emplace();
    m_wrongHost.emplace(u"DNS:elsewhere.example"_s);
    if (!m_good->isValid() || !m_wrongHost->isValid())
        QSKIP(qPrintable(u"NO TLS IS TESTED: "_s + m_good->error() + m_wrongHost->error()));
}

void QnamTlsTest::trustsTheCertificatesThatItIsGiven()
{
    RawServer server(kStream + "0\r\n\r\n");
    server.useTls(serverTls(*m_good));
    Client client(server.url(), trusting(*m_good));
    QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
    QVERIFY2(client.end->isClean, qPrintable(client.end->detail));
    QCOMPARE(client.told, QStringList({u"socket"_s, u"tls"_s, u"connected"_s, u"headers 200"_s}));
    QCOMPARE(client.body, "hello");
    QVERIFY2(QRegularExpression(u"^TLS 1\\.[23], [A-Z0-9_-]+"_s).match(client.tls).hasMatch(),
             qPrintable(client.tls));
}

void QnamTlsTest::refusesCertificates_data()
{
    QTest::addColumn<bool>("isTrusted");
    QTest::addColumn<bool>("isForTheHost");
    QTest::addColumn<QRegularExpression>("words");
    QTest::newRow("self-signed, unknown") << false << true << QRegularExpression(u"self.signed"_s);
    QTest::newRow("for another host")
        << true << false << QRegularExpression(u"host name did not match"_s);
}

void QnamTlsTest::refusesCertificates()
{
    QFETCH(bool, isTrusted);
    QFETCH(bool, isForTheHost);
    QFETCH(QRegularExpression, words);
    const auto &certificate = isForTheHost ? *m_good : *m_wrongHost;
    RawServer server(kStream);
    server.useTls(serverTls(certificate));
    Client client(server.url(), isTrusted ? trusting(certificate) : QnamTransport::Options());
    QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
    QVERIFY(!client.end->isClean);
    const auto expected =
        u"the certificate of 127.0.0.1:%1 was not accepted: "_s.arg(server.serverPort());
    QVERIFY2(client.end->detail.startsWith(expected), qPrintable(client.end->detail));
    QVERIFY2(words.match(client.end->detail).hasMatch(), qPrintable(client.end->detail));
    QVERIFY(client.end->failure == HttpFailure::Certificate);
    QVERIFY(server.requests().isEmpty());
    QVERIFY(!client.told.contains(u"connected"_s));
}

void QnamTlsTest::tellsNothingOfAConnectionWhileTheHandshakeHangs()
{
    RawServer server(kStream);
    server.useTls(serverTls(*m_good));
    server.stayMute();
    Client client(server.url(), trusting(*m_good));
    QTRY_COMPARE_WITH_TIMEOUT(server.connections(), 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(client.told, QStringList{u"socket"_s}, kPatience);
    client.exchange->abort();
    QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, kPatience);
    QCOMPARE(client.told, QStringList{u"socket"_s});
    QVERIFY(!client.end);
}

void QnamTlsTest::saysThatTheOtherEndSpeaksNoTls()
{
    RawServer server([](QTcpSocket &, int) {});
    server.greetWith("220 mail.example ready\r\n");
    auto url = server.url();
    url.setScheme(u"https"_s);
    Client client(url, trusting(*m_good));
    QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
    QVERIFY(!client.end->isClean);
    QVERIFY2(client.end->detail.startsWith(u"TLS with 127.0.0.1:"_s),
             qPrintable(client.end->detail));
    QVERIFY(client.end->failure == HttpFailure::Other);
}

void QnamTlsTest::sendsExactlyOneRequestOverTls()
{
    for (int round = 0; round < 10; ++round) {
        RawServer server([](QTcpSocket &socket, int) { socket.disconnectFromHost(); });
        server.useTls(serverTls(*m_good));
        Client client(server.url(), trusting(*m_good));
        QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
        QVERIFY(!client.end->isClean);
        QCOMPARE(server.requests().size(), 1);
    }
}

void QnamTlsTest::takesACutForABreakOverTls()
{
    for (int round = 0; round < 10; ++round) {
        RawServer server(kStream, true);
        server.useTls(serverTls(*m_good));
        Client client(server.url(), trusting(*m_good));
        QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
        QVERIFY(!client.end->isClean);
        QCOMPARE(client.body, "hello");
    }
}

void QnamTlsTest::keepsTheTokenFromAnotherPortOverTls()
{
    RawServer plain("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    RawServer server("HTTP/1.1 307 X\r\nLocation: " + plain.url(u"/next"_s).toEncoded() +
                     "\r\nContent-Length: 0\r\n\r\n");
    server.useTls(serverTls(*m_good));
    Client client(server.url(), trusting(*m_good));
    QTRY_VERIFY_WITH_TIMEOUT(client.end, kPatience);
    QVERIFY2(client.end->isClean, qPrintable(client.end->detail));
    QVERIFY(server.requests().value(0).toLower().contains("authorization: devicetoken"));
    QVERIFY(!plain.requests().value(0).toLower().contains("authorization"));
}

QTEST_GUILESS_MAIN(QnamTlsTest)
#include "tst_qnamtls.moc"
