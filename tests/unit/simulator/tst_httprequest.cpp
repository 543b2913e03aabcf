// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/httprequest.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

using Result = HttpRequestParser::Result;

class TestHttpRequest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void readsARequestWithABody();
    void readsTheSameAtEverySplit();
    void readsPipelinedRequestsOneByOne();
    void takesBareLineFeedsAndLeadingEmptyLines();
    void takesAnAbsoluteTarget();
    void knowsWhetherTheConnectionStays_data();
    void knowsWhetherTheConnectionStays();
    void refuses_data();
    void refuses();
    void refusesEverythingAfterABadRequest();
};

void TestHttpRequest::readsARequestWithABody()
{
    HttpRequestParser parser;
    parser.feed(
        "POST /a/b?c=d&e=f HTTP/1.1\r\nHost: x\r\nX-Y:  z \r\nContent-Length: 3\r\n\r\nabc");
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Request);
    QCOMPARE(request.method, "POST");
    QCOMPARE(request.path, "/a/b");
    QCOMPARE(request.query, "c=d&e=f");
    QCOMPARE(*request.header("x-y"), "z");
    QVERIFY(!request.header("x-z"));
    QCOMPARE(request.body, "abc");
    QCOMPARE(parser.buffered(), 0);
}

void TestHttpRequest::readsTheSameAtEverySplit()
{
    const QByteArray bytes = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n\r\n\r\nGET "
                             "/b HTTP/1.1\r\nHost: y\r\n\r\n";
    for (qsizetype split = 0; split <= bytes.size(); ++split) {
        HttpRequestParser parser;
        QList<QByteArray> seen;
        for (const auto &part : {bytes.left(split), bytes.mid(split)}) {
            parser.feed(part);
            HttpRequest request;
            while (parser.next(request) == Result::Request)
                seen.append(request.path + request.body);
        }
        QCOMPARE(parser.refusal(), QByteArray());
        QCOMPARE(seen, (QList<QByteArray>{"/a\r\n\r\n", "/b"}));
    }
}

void TestHttpRequest::readsPipelinedRequestsOneByOne()
{
    HttpRequestParser parser;
    for (int i = 0; i < 100; ++i)
        parser.feed(QByteArray("GET /" + QByteArray::number(i) + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    HttpRequest request;
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(parser.next(request), Result::Request);
        QCOMPARE(request.path, QByteArray("/" + QByteArray::number(i)));
    }
    QCOMPARE(parser.next(request), Result::Incomplete);
}

void TestHttpRequest::takesBareLineFeedsAndLeadingEmptyLines()
{
    HttpRequestParser parser;
    parser.feed("\r\n\nGET / HTTP/1.1\nHost: x\n\n");
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Request);
    QCOMPARE(request.path, "/");
}

void TestHttpRequest::takesAnAbsoluteTarget()
{
    HttpRequestParser parser;
    parser.feed("GET http://x:1/a/b?c HTTP/1.1\r\nHost: x\r\n\r\n");
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Request);
    QCOMPARE(request.path, "/a/b");
    QCOMPARE(request.query, "c");
}

void TestHttpRequest::knowsWhetherTheConnectionStays_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("keepAlive");
    QTest::newRow("1.1") << QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n") << true;
    QTest::newRow("1.1 close") << QByteArray(
                                      "GET / HTTP/1.1\r\nHost: x\r\nConnection: TE, Close\r\n\r\n")
                               << false;
    QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
    QTest::newRow("1.0 keep-alive")
        << QByteArray("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << true;
}

void TestHttpRequest::knowsWhetherTheConnectionStays()
{
    QFETCH(const QByteArray, head);
    HttpRequestParser parser;
    parser.feed(head);
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Request);
    QTEST(request.keepAlive, "keepAlive");
}

void TestHttpRequest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto with = [](const char *header) -> QByteArray {
        return QByteArray("POST / HTTP/1.1\r\nHost: x\r\n") + header + "\r\n\r\n";
    };
    QTest::newRow("no request") << QByteArray("hello\r\n\r\n") << 400;
    QTest::newRow("two words") << QByteArray("GET /\r\n\r\n") << 400;
    QTest::newRow("four words") << QByteArray("GET / x HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("method") << QByteArray("G\"T / HTTP/1.1\r\nHost: x\r\n\r\n") << 400;
    QTest::newRow("target") << QByteArray("GET a HTTP/1.1\r\nHost: x\r\n\r\n") << 400;
    QTest::newRow("control in the target")
        << QByteArray("GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n") << 400;
    QTest::newRow("version") << QByteArray("GET / HTTP/2.0\r\nHost: x\r\n\r\n") << 505;
    QTest::newRow("TLS") << QByteArray("\x16\x03\x01\x02\n\n", 6) << 400;
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("two hosts") << with("Host: y") << 400;
    QTest::newRow("folded header") << with("A: b\r\n c") << 400;
    QTest::newRow("space before the colon") << with("A : b") << 400;
    QTest::newRow("header without a colon") << with("A") << 400;
    QTest::newRow("control in a header") << with("A: b\x01") << 400;
    QTest::newRow("length no number") << with("Content-Length: +5") << 400;
    QTest::newRow("length empty") << with("Content-Length:") << 400;
    QTest::newRow("two lengths") << with("Content-Length: 1\r\nContent-Length: 1") << 400;
    QTest::newRow("length too large") << with("Content-Length: 65537") << 413;
    QTest::newRow("length overflows") << with("Content-Length: 99999999999999999999") << 413;
    QTest::newRow("chunked body") << with("Transfer-Encoding: chunked") << 501;
    QTest::newRow("endless line") << QByteArray(HttpRequestParser::kLargestHead, 'x') << 431;
    QTest::newRow("endless headers")
        << QByteArray("GET / HTTP/1.1\r\n") + QByteArray("a: b\r\n").repeated(3'000) << 431;
}

void TestHttpRequest::refuses()
{
    QFETCH(const QByteArray, bytes);
    HttpRequestParser parser;
    parser.feed(bytes);
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Bad);
    QTEST(parser.refusalStatus(), "status");
    QVERIFY(!parser.refusal().isEmpty());
}

void TestHttpRequest::refusesEverythingAfterABadRequest()
{
    HttpRequestParser parser;
    parser.feed("oops\r\n\r\n");
    HttpRequest request;
    QCOMPARE(parser.next(request), Result::Bad);
    parser.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    QCOMPARE(parser.next(request), Result::Bad);
}

} // namespace watchline

QTEST_APPLESS_MAIN(watchline::TestHttpRequest)
#include "tst_httprequest.moc"
