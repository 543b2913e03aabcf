// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/proxyenvironment.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

using Variables = ProxyEnvironment::Variables;

class ProxyEnvironmentTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void choosesAProxy_data();
    void choosesAProxy();
    void makesExceptions_data();
    void makesExceptions();
    void keepsCredentialsOutOfTheDescription();
    void leavesNamesToASocks5hProxyAlone();
    void saysWhichKindsCannotBeUsed_data();
    void saysWhichKindsCannotBeUsed();
};

void ProxyEnvironmentTest::choosesAProxy_data()
{
    QTest::addColumn<Variables>("variables");
    QTest::addColumn<QString>("forHttp");
    QTest::addColumn<QString>("forHttps");
    const auto a = u"http proxy a:1"_s;
    const auto b = u"http proxy b:2"_s;
    const auto none = QString();

    QTest::newRow("nothing set") << Variables() << none << none;
    QTest::newRow("http") << Variables{{u"HTTP_PROXY"_s, u"http://a:1"_s}} << a << none;
    QTest::newRow("http, lower case") << Variables{{u"http_proxy"_s, u"http://a:1"_s}} << a << none;
    QTest::newRow("https") << Variables{{u"HTTPS_PROXY"_s, u"http://a:1"_s}} << none << a;
    QTest::newRow("https, lower case")
        << Variables{{u"https_proxy"_s, u"http://a:1"_s}} << none << a;
    QTest::newRow("all") << Variables{{u"ALL_PROXY"_s, u"http://a:1"_s}} << a << a;
    QTest::newRow("all, lower case") << Variables{{u"all_proxy"_s, u"http://a:1"_s}} << a << a;
    QTest::newRow("upper case wins")
        << Variables{{u"HTTP_PROXY"_s, u"http://a:1"_s}, {u"http_proxy"_s, u"http://b:2"_s}} << a
        << none;
    QTest::newRow("upper case wins, empty too")
        << Variables{{u"HTTP_PROXY"_s, u""_s}, {u"http_proxy"_s, u"http://b:2"_s}} << none << none;
    QTest::newRow("the scheme's own wins over all")
        << Variables{{u"HTTPS_PROXY"_s, u"http://a:1"_s}, {u"ALL_PROXY"_s, u"http://b:2"_s}} << b
        << a;
    QTest::newRow("what is no proxy falls back on all")
        << Variables{{u"HTTPS_PROXY"_s, u"ftp://a:1"_s}, {u"ALL_PROXY"_s, u"http://b:2"_s}} << b
        << b;
    QTest::newRow("as a web server's child")
        << Variables{{u"REQUEST_METHOD"_s, u"GET"_s}, {u"ALL_PROXY"_s, u"http://a:1"_s}} << none
        << none;
    QTest::newRow("without a scheme") << Variables{{u"ALL_PROXY"_s, u"a:1"_s}} << a << a;
    QTest::newRow("without a scheme and a port")
        << Variables{{u"ALL_PROXY"_s, u"a"_s}} << u"http proxy a:80"_s << u"http proxy a:80"_s;
    QTest::newRow("with a path") << Variables{{u"ALL_PROXY"_s, u"http://a:1/x/"_s}} << a << a;
    QTest::newRow("without a scheme, with a path")
        << Variables{{u"ALL_PROXY"_s, u"a:1/x"_s}} << none << none;
    QTest::newRow("socks") << Variables{{u"ALL_PROXY"_s, u"socks5://a"_s}}
                           << u"socks5 proxy a:1080"_s << u"socks5 proxy a:1080"_s;
    QTest::newRow("nonsense") << Variables{{u"ALL_PROXY"_s, u"http://"_s}} << none << none;
}

void ProxyEnvironmentTest::choosesAProxy()
{
    QFETCH(Variables, variables);
    QFETCH(QString, forHttp);
    QFETCH(QString, forHttps);
    const ProxyEnvironment environment(variables);
    const auto http = environment.proxyFor(QUrl(u"http://api.example/x"_s));
    const auto https = environment.proxyFor(QUrl(u"https://api.example/x"_s));
    QCOMPARE(http.description, forHttp);
    QCOMPARE(https.description, forHttps);
    QCOMPARE(http.proxy.type() == QNetworkProxy::NoProxy, forHttp.isEmpty());
    QCOMPARE(https.proxy.type() == QNetworkProxy::NoProxy, forHttps.isEmpty());
}

void ProxyEnvironmentTest::makesExceptions_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isException");
    const auto row = [](const QString &list, const QString &host, bool isException) {
        QTest::addRow("%s: %s", qPrintable(list), qPrintable(host)) << list << host << isException;
    };
    row(u"example.com"_s, u"example.com"_s, true);
    row(u"example.com"_s, u"EXAMPLE.com"_s, true);
    row(u"Example.COM"_s, u"api.example.com"_s, true);
    row(u"example.com"_s, u"notexample.com"_s, false);
    row(u"example.com"_s, u"example.com.evil"_s, false);
    row(u".example.com"_s, u"example.com"_s, true);
    row(u".example.com"_s, u"api.example.com"_s, true);
    row(u".example.com"_s, u"notexample.com"_s, false);
    row(u" other , example.com "_s, u"example.com"_s, true);
    row(u"other,,"_s, u"example.com"_s, false);
    row(u"*"_s, u"example.com"_s, true);
    row(u"*"_s, u"10.0.0.1"_s, false); // as the SDK's client has it: the star is for names
    row(u"*.example.com"_s, u"api.example.com"_s, false);
    row(u"localhost"_s, u"localhost"_s, true);
    row(u""_s, u"localhost"_s, false); // loopback is no exception by itself
    row(u""_s, u"127.0.0.1"_s, false);
    row(u"127.0.0.1"_s, u"127.0.0.1"_s, true);
    row(u"127.0.0.1"_s, u"127.0.0.2"_s, false);
    row(u"192.168.1.0/24"_s, u"192.168.1.42"_s, true);
    row(u"192.168.1.42/24"_s, u"192.168.1.1"_s, true);
    row(u"192.168.1.0/24"_s, u"192.168.2.1"_s, false);
    row(u"192.168.1.0/33"_s, u"192.168.1.0"_s, false);
    row(u"192.168"_s, u"192.168.1.1"_s, false);
    row(u"10/8"_s, u"10.0.0.1"_s, false);
    row(u"0.0.0.0/0"_s, u"10.0.0.1"_s, true);
    row(u"::1"_s, u"::1"_s, true);
    row(u"fd00::/8"_s, u"fd12::1"_s, true);
    row(u"fd00::/8"_s, u"fe80::1"_s, false);
    row(u"0.0.0.0/0"_s, u"::1"_s, false);
}

void ProxyEnvironmentTest::makesExceptions()
{
    QFETCH(QString, list);
    QFETCH(QString, host);
    QFETCH(bool, isException);
    QUrl url(u"https://x/"_s);
    url.setHost(host);
    for (const auto &name : {u"NO_PROXY"_s, u"no_proxy"_s}) {
        const ProxyEnvironment environment({{u"ALL_PROXY"_s, u"http://a:1"_s}, {name, list}});
        QCOMPARE(environment.proxyFor(url).description.isEmpty(), isException);
    }
}

void ProxyEnvironmentTest::keepsCredentialsOutOfTheDescription()
{
    const ProxyEnvironment environment({{u"ALL_PROXY"_s, u"http://me:p%40ss@a:1"_s}});
    const auto choice = environment.proxyFor(QUrl(u"http://x/"_s));
    QCOMPARE(choice.description, u"http proxy a:1"_s);
    QCOMPARE(choice.proxy.user(), u"me"_s);
    QCOMPARE(choice.proxy.password(), u"p@ss"_s);
    QCOMPARE(choice.proxy.hostName(), u"a"_s);
    QCOMPARE(choice.proxy.port(), quint16{1});
}

void ProxyEnvironmentTest::leavesNamesToASocks5hProxyAlone()
{
    const auto looksUp = [](const QString &proxy) {
        const ProxyEnvironment environment({{u"ALL_PROXY"_s, proxy}});
        return environment.proxyFor(QUrl(u"http://x/"_s))
            .proxy.capabilities()
            .testFlag(QNetworkProxy::HostNameLookupCapability);
    };
    QVERIFY(looksUp(u"socks5h://a"_s));
    QVERIFY(!looksUp(u"socks5://a"_s));
}

void ProxyEnvironmentTest::saysWhichKindsCannotBeUsed_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<bool>("isUsable");
    QTest::newRow("http") << u"http://a:1"_s << true;
    QTest::newRow("socks5") << u"socks5://a:1"_s << true;
    QTest::newRow("socks5h") << u"socks5h://a:1"_s << true;
    QTest::newRow("https") << u"https://a:1"_s << false;
    QTest::newRow("socks4") << u"socks4://a:1"_s << false;
    QTest::newRow("socks4a") << u"socks4a://a:1"_s << false;
}

void ProxyEnvironmentTest::saysWhichKindsCannotBeUsed()
{
    QFETCH(QString, proxy);
    QFETCH(bool, isUsable);
    const ProxyEnvironment environment({{u"ALL_PROXY"_s, proxy}});
    const auto choice = environment.proxyFor(QUrl(u"https://x/"_s));
    QCOMPARE(choice.error.isEmpty(), isUsable);
    // The direct way is never taken in its stead by mistake: the description stays.
    QVERIFY(!choice.description.isEmpty());
}

QTEST_GUILESS_MAIN(ProxyEnvironmentTest)
#include "tst_proxyenvironment.moc"
