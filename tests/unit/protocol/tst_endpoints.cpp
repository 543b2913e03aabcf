// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/endpoints.h"

#include <QRegularExpression>
#include <QTest>
#include <QUrlQuery>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestEndpoints : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void oneSlashJoinsBaseAndPath_data();
    void oneSlashJoinsBaseAndPath();
    void watchQueryNamesWhatIsKnown_data();
    void watchQueryNamesWhatIsKnown();
    void idsSurviveTheQuery_data();
    void idsSurviveTheQuery();
    void mediaTypeIsWhatStandsBeforeTheParameters_data();
    void mediaTypeIsWhatStandsBeforeTheParameters();
    void acceptsApiUrls_data();
    void acceptsApiUrls();
    void refusesApiUrls_data();
    void refusesApiUrls();
    void errorsDoNotRepeatUserInfo();
    void tellsWhereATokenCanBeRead_data();
    void tellsWhereATokenCanBeRead();
    void redactsUrls_data();
    void redactsUrls();
    void redactsTextsThatOughtToBeUrls_data();
    void redactsTextsThatOughtToBeUrls();
    void redactsAnEchoedSecret();
    void readTimeoutIsTwoAndAHalfIntervals();
};

void TestEndpoints::oneSlashJoinsBaseAndPath_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("start");
    QTest::newRow("bare") << u"https://api.foxglove.dev"_s << u"https://api.foxglove.dev"_s;
    QTest::newRow("slash") << u"https://api.foxglove.dev/"_s << u"https://api.foxglove.dev"_s;
    QTest::newRow("port") << u"http://127.0.0.1:8080"_s << u"http://127.0.0.1:8080"_s;
    QTest::newRow("IPv6") << u"http://[::1]:8080/"_s << u"http://[::1]:8080"_s;
    QTest::newRow("prefix") << u"https://host/a/b"_s << u"https://host/a/b"_s;
    QTest::newRow("prefix and slash") << u"https://host/a/b/"_s << u"https://host/a/b"_s;
    QTest::newRow("slashes") << u"https://host/a//"_s << u"https://host/a"_s;
    QTest::newRow("encoded prefix") << u"https://host/a%2Fb%20c"_s << u"https://host/a%2Fb%20c"_s;
}

void TestEndpoints::oneSlashJoinsBaseAndPath()
{
    QFETCH(const QString, base);
    QFETCH(const QString, start);
    const QUrl url(base);
    QCOMPARE(deviceInfoUrl(url).toString(QUrl::FullyEncoded),
             start + u"/internal/platform/v1/device-info"_s);
    QCOMPARE(heartbeatUrl(url).toString(QUrl::FullyEncoded),
             start + u"/internal/platform/v1/remote-sessions/watch/heartbeat"_s);
    QCOMPARE(watchUrl(url, {}, {}).toString(QUrl::FullyEncoded),
             start + u"/internal/platform/v1/remote-sessions/watch?protocolVersion=2.2.0"_s);
}

void TestEndpoints::watchQueryNamesWhatIsKnown_data()
{
    QTest::addColumn<QString>("session");
    QTest::addColumn<QString>("lease");
    QTest::addColumn<QString>("query");
    QTest::newRow("neither") << QString() << QString() << u"protocolVersion=2.2.0"_s;
    QTest::newRow("session") << u"ras_1"_s << QString()
                             << u"protocolVersion=2.2.0&remoteAccessSessionId=ras_1"_s;
    QTest::newRow("lease") << QString() << u"rwl_1"_s
                           << u"protocolVersion=2.2.0&previousWatchLeaseId=rwl_1"_s;
    QTest::newRow("both") << u"ras_1"_s << u"rwl_1"_s
                          << u"protocolVersion=2.2.0&remoteAccessSessionId=ras_1"
                             "&previousWatchLeaseId=rwl_1"_s;
    QTest::newRow("empty lease") << QString() << u""_s
                                 << u"protocolVersion=2.2.0&previousWatchLeaseId="_s;
}

void TestEndpoints::watchQueryNamesWhatIsKnown()
{
    QFETCH(const QString, session);
    QFETCH(const QString, lease);
    QFETCH(const QString, query);
    const auto url = watchUrl(QUrl(u"https://host"_s), session, lease);
    QCOMPARE(url.query(QUrl::FullyEncoded), query);
}

void TestEndpoints::idsSurviveTheQuery_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("encoded");
    QTest::newRow("delimiters") << u"a&b=c#d?e/f:g@h"_s
                                << QByteArray("a%26b%3Dc%23d%3Fe%2Ff%3Ag%40h");
    QTest::newRow("plus and space") << u"a+b c"_s << QByteArray("a%2Bb%20c");
    QTest::newRow("percent") << u"100%41%"_s << QByteArray("100%2541%25");
    QTest::newRow("beyond ASCII") << u"ä€"_s << QByteArray("%C3%A4%E2%82%AC");
    QTest::newRow("quotes") << u"\"'<>"_s << QByteArray("%22%27%3C%3E");
    QTest::newRow("line break") << u"a\r\nb"_s << QByteArray("a%0D%0Ab");
}

void TestEndpoints::idsSurviveTheQuery()
{
    QFETCH(const QString, id);
    QFETCH(const QByteArray, encoded);
    const auto url = watchUrl(QUrl(u"https://host"_s), {}, id);
    QCOMPARE(url.toEncoded(), "https://host/internal/platform/v1/remote-sessions/watch"
                              "?protocolVersion=2.2.0&previousWatchLeaseId=" +
                                  encoded);
    QCOMPARE(QUrlQuery(url).queryItemValue(u"previousWatchLeaseId"_s, QUrl::FullyDecoded), id);
}

void TestEndpoints::mediaTypeIsWhatStandsBeforeTheParameters_data()
{
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<bool>("eventStream");
    QTest::newRow("plain") << QByteArray("text/event-stream") << true;
    QTest::newRow("charset") << QByteArray("text/event-stream; charset=utf-8") << true;
    QTest::newRow("case and spaces") << QByteArray(" \tText/Event-Stream ;x") << true;
    QTest::newRow("html") << QByteArray("text/html; charset=utf-8") << false;
    QTest::newRow("longer") << QByteArray("text/event-streams") << false;
    QTest::newRow("in a parameter") << QByteArray("text/html; text/event-stream") << false;
    QTest::newRow("empty") << QByteArray("") << false;
    QTest::newRow("absent") << QByteArray() << false;
    QTest::newRow("a semicolon alone") << QByteArray(";") << false;
}

void TestEndpoints::mediaTypeIsWhatStandsBeforeTheParameters()
{
    QFETCH(const QByteArray, contentType);
    QFETCH(const bool, eventStream);
    QCOMPARE(isEventStream(contentType), eventStream);
    QCOMPARE(mediaType("Application/JSON ; x=y"), QByteArray("application/json"));
}

void TestEndpoints::acceptsApiUrls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url");
    QTest::newRow("default") << QString::fromLatin1(kDefaultApiUrl)
                             << u"https://api.foxglove.dev"_s;
    QTest::newRow("spaces around") << u"  https://host/ \n"_s << u"https://host/"_s;
    QTest::newRow("case") << u"HTTPS://Host"_s << u"https://host"_s;
    QTest::newRow("port and prefix")
        << u"http://127.0.0.1:8080/p/"_s << u"http://127.0.0.1:8080/p/"_s;
    QTest::newRow("IPv6") << u"http://[::1]:80"_s << u"http://[::1]:80"_s;
    QTest::newRow("at sign in the path") << u"http://host/a@b"_s << u"http://host/a@b"_s;
}

void TestEndpoints::acceptsApiUrls()
{
    QFETCH(const QString, text);
    QFETCH(const QString, url);
    const auto parsed = parseApiUrl(text);
    QCOMPARE(parsed.error, QString());
    QVERIFY(parsed);
    QCOMPARE(parsed->toString(QUrl::FullyEncoded), url);
}

void TestEndpoints::refusesApiUrls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("errorHas");
    QTest::newRow("empty") << u""_s << u"is empty"_s;
    QTest::newRow("spaces") << u"  "_s << u"is empty"_s;
    QTest::newRow("no scheme") << u"api.foxglove.dev"_s << u"must start with https://"_s;
    QTest::newRow("host and port") << u"localhost:8080"_s << u"must start with https://"_s;
    QTest::newRow("other scheme") << u"ftp://host"_s << u"must start with https://"_s;
    QTest::newRow("file") << u"file:///etc/passwd"_s << u"must start with https://"_s;
    QTest::newRow("one slash") << u"https:/host"_s << u"must start with https://"_s;
    QTest::newRow("no host") << u"https://"_s << u"no host"_s;
    QTest::newRow("no host, a path") << u"https:///path"_s << u"no host"_s;
    QTest::newRow("user") << u"https://user@host"_s << u"user name"_s;
    QTest::newRow("user and password") << u"https://user:pass@host"_s << u"user name"_s;
    QTest::newRow("empty user") << u"https://@host"_s << u"user name"_s;
    QTest::newRow("query") << u"https://host/?a=b"_s << u"query"_s;
    QTest::newRow("empty query") << u"https://host?"_s << u"query"_s;
    QTest::newRow("fragment") << u"https://host/#a"_s << u"fragment"_s;
    QTest::newRow("port too large") << u"https://host:99999"_s << u"not valid"_s;
    QTest::newRow("port zero") << u"https://host:0"_s << u"port 0"_s;
    QTest::newRow("port no number") << u"https://host:http"_s << u"not valid"_s;
    QTest::newRow("space inside") << u"https://ho st"_s << u"not valid"_s;
    QTest::newRow("line break inside") << u"https://host/\nx"_s << u"not valid"_s;
}

void TestEndpoints::refusesApiUrls()
{
    QFETCH(const QString, text);
    QFETCH(const QString, errorHas);
    const auto parsed = parseApiUrl(text);
    QVERIFY(!parsed);
    QVERIFY2(parsed.error.contains(errorHas), qPrintable(parsed.error));
    QVERIFY2(!parsed.error.contains(u'\n'), qPrintable(parsed.error));
}

void TestEndpoints::errorsDoNotRepeatUserInfo()
{
    for (const auto &text : {u"https://user:hunter2@host"_s, u"https://user:hunter2@host:99999"_s,
                             u"https://user:hunter2@ho st"_s, u"user:hunter2@host"_s}) {
        const auto parsed = parseApiUrl(text);
        QVERIFY(!parsed);
        QVERIFY2(!parsed.error.contains("hunter2"_L1), qPrintable(parsed.error));
    }
}

void TestEndpoints::tellsWhereATokenCanBeRead_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("inTheClear");
    QTest::newRow("TLS") << u"https://host"_s << false;
    QTest::newRow("no TLS") << u"http://host"_s << true;
    QTest::newRow("no TLS, upper case") << u"HTTP://host"_s << true;
    QTest::newRow("this machine") << u"http://127.0.0.1:8080"_s << false;
    QTest::newRow("this machine, short") << u"http://127.1"_s << false;
    QTest::newRow("this machine, IPv6") << u"http://[::1]:8080"_s << false;
    QTest::newRow("this machine, by name") << u"http://LocalHost"_s << false;
    QTest::newRow("a name like its number") << u"http://127.0.0.1.example.org"_s << true;
    QTest::newRow("a name like its name") << u"http://localhost.example.org"_s << true;
}

void TestEndpoints::tellsWhereATokenCanBeRead()
{
    QFETCH(const QString, url);
    QFETCH(const bool, inTheClear);
    const auto parsed = parseApiUrl(url);
    QVERIFY(parsed);
    QCOMPARE(sendsTokenInTheClear(*parsed), inTheClear);
}

void TestEndpoints::redactsUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("shown");
    QTest::newRow("nothing to hide")
        << u"http://host:80/p?protocolVersion=2.2.0&previousWatchLeaseId=rwl_1"_s
        << u"http://host:80/p?protocolVersion=2.2.0&previousWatchLeaseId=rwl_1"_s;
    QTest::newRow("user info") << u"https://user:pass@host/p"_s << u"https://host/p"_s;
    QTest::newRow("token") << u"wss://host/?token=abc&room=r"_s
                           << u"wss://host/?token=***&room=r"_s;
    QTest::newRow("other names")
        << u"wss://host/?Access_Token=a&apiKey=b&X-Signature=c&password=d&jwt=e"_s
        << u"wss://host/?Access_Token=***&apiKey=***&X-Signature=***&password=***&jwt=***"_s;
    QTest::newRow("encoded name") << u"wss://host/?%74oken=abc"_s << u"wss://host/?token=***"_s;
    QTest::newRow("twice") << u"wss://host/?token=a&token=b=c"_s
                           << u"wss://host/?token=***&token=***"_s;
    QTest::newRow("fragment") << u"https://host/p#access_token=abc"_s << u"https://host/p"_s;
    QTest::newRow("encoding stays")
        << u"https://host/a%2Fb?x=%26%2B"_s << u"https://host/a%2Fb?x=%26%2B"_s;
    QTest::newRow("no value") << u"https://host/?token"_s << u"https://host/?token"_s;
}

void TestEndpoints::redactsUrls()
{
    QFETCH(const QString, url);
    QFETCH(const QString, shown);
    QCOMPARE(redactedUrl(QUrl(url)), shown);
    QCOMPARE(redactedUrl(url), shown);
}

void TestEndpoints::redactsTextsThatOughtToBeUrls_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << u""_s;
    QTest::newRow("words") << u"token abc"_s;
    QTest::newRow("relative") << u"/path?token=abc"_s;
    QTest::newRow("no host") << u"mailto:abc"_s;
    QTest::newRow("broken") << u"https://host:99999/?token=abc"_s;
}

void TestEndpoints::redactsTextsThatOughtToBeUrls()
{
    QFETCH(const QString, text);
    QCOMPARE(redactedUrl(text), u"(not a URL)"_s);
}

void TestEndpoints::redactsAnEchoedSecret()
{
    const Secret secret("fox_dt_a/b+c");
    QCOMPARE(redacted(u"bad token fox_dt_a/b+c, got fox_dt_a%2Fb%2Bc (fox_dt_a)"_s, secret),
             u"bad token ***, got *** (fox_dt_a)"_s);
    QCOMPARE(redacted(u"https://host/fox%5fdt_a/b%2bc/50%/f%C3%BCr"_s, secret),
             u"https://host/***/50%/f%C3%BCr"_s);
    QCOMPARE(redacted(u"nothing"_s, secret), u"nothing"_s);
    QCOMPARE(redacted(u"nothing"_s, Secret()), u"nothing"_s);
}

void TestEndpoints::readTimeoutIsTwoAndAHalfIntervals()
{
    QVERIFY(readTimeout(1s) == 2500ms);
    QVERIFY(readTimeout(15s) == 37500ms);
    QVERIFY(readTimeout(std::chrono::hours(24 * 365 * 50)) > 0ns);
}

QTEST_GUILESS_MAIN(TestEndpoints)
#include "tst_endpoints.moc"
