// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/endpoints.h"
#include "core/protocol/payloads.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestPayloads : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void helloIsRead();
    void helloIsClampedFromBelow_data();
    void helloIsClampedFromBelow();
    void hugeIntervalsFitTimers();
    void malformedHelloSaysWhy_data();
    void malformedHelloSaysWhy();
    void wakeIsRead();
    void theWakesSessionIsOptional_data();
    void theWakesSessionIsOptional();
    void malformedWakeSaysWhyWithoutTheToken_data();
    void malformedWakeSaysWhyWithoutTheToken();
    void deviceInfoIsRead();
    void retentionIsOptional_data();
    void retentionIsOptional();
    void malformedDeviceInfoSaysWhy_data();
    void malformedDeviceInfoSaysWhy();
    void heartbeatBodyNamesTheLease();
    void errorResponsesReadLikeTheGatewaysLog_data();
    void errorResponsesReadLikeTheGatewaysLog();
    void statusesHaveTheirNames();
};

void TestPayloads::helloIsRead()
{
    const auto hello = parseHello(
        R"({"watchLeaseId":"rwl_\u00e4","deviceWaitForViewerMs":60000,"heartbeatIntervalMs":15000,
            "later":{"more":[1,2.5,null]}})");
    QCOMPARE(hello.error, QString());
    QCOMPARE(hello->leaseId, u"rwl_ä"_s);
    QCOMPARE(hello->advertisedHeartbeatIntervalMs, quint64{15'000});
    QCOMPARE(hello->advertisedDeviceWaitForViewerMs, quint64{60'000});
    QVERIFY(hello->heartbeatInterval == 15s);
    QVERIFY(hello->deviceWaitForViewer == 60s);
}

void TestPayloads::helloIsClampedFromBelow_data()
{
    QTest::addColumn<quint64>("heartbeat");
    QTest::addColumn<quint64>("wait");
    QTest::addColumn<qint64>("effectiveHeartbeat");
    QTest::addColumn<qint64>("effectiveWait");
    QTest::newRow("zero") << quint64{0} << quint64{0} << qint64{1000} << qint64{5000};
    QTest::newRow("just below") << quint64{999} << quint64{4999} << qint64{1000} << qint64{5000};
    QTest::newRow("just there") << quint64{1000} << quint64{5000} << qint64{1000} << qint64{5000};
    QTest::newRow("above") << quint64{1001} << quint64{5001} << qint64{1001} << qint64{5001};
}

void TestPayloads::helloIsClampedFromBelow()
{
    QFETCH(const quint64, heartbeat);
    QFETCH(const quint64, wait);
    QFETCH(const qint64, effectiveHeartbeat);
    QFETCH(const qint64, effectiveWait);
    const QByteArray json = R"({"watchLeaseId":"a","deviceWaitForViewerMs":)" +
                            QByteArray::number(wait) + R"(,"heartbeatIntervalMs":)" +
                            QByteArray::number(heartbeat) + "}";
    const auto hello = parseHello(json);
    QCOMPARE(hello.error, QString());
    QCOMPARE(hello->advertisedHeartbeatIntervalMs, heartbeat);
    QCOMPARE(hello->advertisedDeviceWaitForViewerMs, wait);
    QCOMPARE(hello->heartbeatInterval.count(), effectiveHeartbeat);
    QCOMPARE(hello->deviceWaitForViewer.count(), effectiveWait);
}

void TestPayloads::hugeIntervalsFitTimers()
{
    const auto hello = parseHello(R"({"watchLeaseId":"","deviceWaitForViewerMs":0,)"
                                  R"("heartbeatIntervalMs":18446744073709551615})");
    QCOMPARE(hello.error, QString());
    QCOMPARE(hello->advertisedHeartbeatIntervalMs, std::numeric_limits<quint64>::max());
    QVERIFY(hello->heartbeatInterval > 24h);
    QVERIFY(readTimeout(hello->heartbeatInterval) > 24h);
    QVERIFY(Nanoseconds(hello->heartbeatInterval) * kMaxMissedHeartbeatIntervals > 24h);
}

void TestPayloads::malformedHelloSaysWhy_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("errorHas");
    const auto hello = [](const char *lease, const char *wait,
                          const char *heartbeat) -> QByteArray {
        return QByteArray(R"({"watchLeaseId":)") + lease + R"(,"deviceWaitForViewerMs":)" + wait +
               R"(,"heartbeatIntervalMs":)" + heartbeat + "}";
    };
    const auto number = u"whole number"_s;
    QTest::newRow("empty") << QByteArray() << u"empty"_s;
    QTest::newRow("spaces") << QByteArray("  ") << u"not JSON"_s;
    QTest::newRow("words") << QByteArray("hello") << u"not JSON"_s;
    QTest::newRow("cut off") << QByteArray(R"({"watchLeaseId":"a")") << u"not JSON"_s;
    QTest::newRow("more behind") << hello("\"a\"", "1", "1") + "x" << u"not JSON"_s;
    QTest::newRow("array") << QByteArray("[]") << u"not a JSON object"_s;
    QTest::newRow("null") << QByteArray("null") << u"not a JSON object"_s;
    QTest::newRow("nothing in it") << QByteArray("{}") << u"\"watchLeaseId\" is missing"_s;
    QTest::newRow("no interval") << QByteArray(R"({"watchLeaseId":"a","deviceWaitForViewerMs":1})")
                                 << u"\"heartbeatIntervalMs\" is missing"_s;
    QTest::newRow("other spelling")
        << QByteArray(R"({"watch_lease_id":"a","deviceWaitForViewerMs":1,"heartbeatIntervalMs":1})")
        << u"\"watchLeaseId\" is missing"_s;
    QTest::newRow("lease is a number") << hello("7", "1", "1") << u"not a text"_s;
    QTest::newRow("lease is null") << hello("null", "1", "1") << u"missing"_s;
    QTest::newRow("a member twice")
        << QByteArray(R"({"watchLeaseId":"a","watchLeaseId":"a","deviceWaitForViewerMs":1,)"
                      R"("heartbeatIntervalMs":1})")
        << u"\"watchLeaseId\" is there twice"_s;
    QTest::newRow("negative") << hello("\"a\"", "1", "-1") << number;
    QTest::newRow("fraction") << hello("\"a\"", "1", "1000.5") << number;
    QTest::newRow("whole, but written as a fraction") << hello("\"a\"", "1", "1000.0") << number;
    QTest::newRow("exponent") << hello("\"a\"", "1", "1e3") << number;
    QTest::newRow("text") << hello("\"a\"", "1", "\"1000\"") << number;
    QTest::newRow("flag") << hello("\"a\"", "true", "1") << number;
    QTest::newRow("too large") << hello("\"a\"", "1", "18446744073709551616") << QString();
    QTest::newRow("not UTF-8") << hello("\"\xFF\"", "1", "1") << u"not JSON"_s;
    QTest::newRow("broken where nobody looks")
        << QByteArray(R"({"watchLeaseId":"a","deviceWaitForViewerMs":1,"heartbeatIntervalMs":1,)"
                      R"("x":tru})")
        << u"not JSON"_s;
}

void TestPayloads::malformedHelloSaysWhy()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, errorHas);
    const auto hello = parseHello(json);
    QVERIFY(!hello);
    QVERIFY(!hello.error.isEmpty());
    QVERIFY2(hello.error.contains(errorHas), qPrintable(hello.error));
}

void TestPayloads::wakeIsRead()
{
    const auto wake =
        parseWake(R"({"remoteAccessSessionId":"ras_1","url":"wss://host","token":"secret","x":1})");
    QCOMPARE(wake.error, QString());
    QVERIFY(wake->remoteAccessSessionId == u"ras_1"_s);
    QCOMPARE(wake->url, u"wss://host"_s);
    QCOMPARE(wake->token.reveal(), QByteArray("secret"));
}

void TestPayloads::theWakesSessionIsOptional_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("absent") << QByteArray(R"({"url":"u","token":"t"})");
    QTest::newRow("null") << QByteArray(R"({"remoteAccessSessionId":null,"url":"u","token":"t"})");
}

void TestPayloads::theWakesSessionIsOptional()
{
    QFETCH(const QByteArray, json);
    const auto wake = parseWake(json);
    QCOMPARE(wake.error, QString());
    QVERIFY(!wake->remoteAccessSessionId.has_value());
}

void TestPayloads::malformedWakeSaysWhyWithoutTheToken_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("errorHas");
    QTest::newRow("no url") << QByteArray(R"({"token":"hunter2"})") << u"\"url\" is missing"_s;
    QTest::newRow("no token") << QByteArray(R"({"url":"hunter2"})") << u"\"token\" is missing"_s;
    QTest::newRow("session is a number")
        << QByteArray(R"({"remoteAccessSessionId":1,"url":"u","token":"hunter2"})")
        << u"\"remoteAccessSessionId\" is not a text"_s;
    QTest::newRow("token is an object")
        << QByteArray(R"({"url":"u","token":{"a":"hunter2"}})") << u"\"token\" is not a text"_s;
    QTest::newRow("cut off") << QByteArray(R"({"url":"u","token":"hunter2)") << u"not JSON"_s;
}

void TestPayloads::malformedWakeSaysWhyWithoutTheToken()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, errorHas);
    const auto wake = parseWake(json);
    QVERIFY(!wake);
    QVERIFY2(wake.error.contains(errorHas), qPrintable(wake.error));
    QVERIFY(!wake.error.contains("hunter2"_L1));
    QCOMPARE(malformedEventText(u"wake"_s, wake.error), u"malformed `wake` event: "_s + wake.error);
}

void TestPayloads::deviceInfoIsRead()
{
    const auto info = parseDeviceInfo(
        R"({"id":"dev_1","name":"a\nb","projectId":"prj_1","retainRecordingsSeconds":3600})");
    QCOMPARE(info.error, QString());
    QCOMPARE(info->id, u"dev_1"_s);
    QCOMPARE(info->name, u"a\nb"_s);
    QCOMPARE(info->projectId, u"prj_1"_s);
    QVERIFY(info->retainRecordingsSeconds == quint64{3600});
}

void TestPayloads::retentionIsOptional_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("absent") << QByteArray(R"({"id":"i","name":"n","projectId":"p"})");
    QTest::newRow("null") << QByteArray(
        R"({"id":"i","name":"n","projectId":"p","retainRecordingsSeconds":null})");
}

void TestPayloads::retentionIsOptional()
{
    QFETCH(const QByteArray, json);
    const auto info = parseDeviceInfo(json);
    QCOMPARE(info.error, QString());
    QVERIFY(!info->retainRecordingsSeconds.has_value());
}

void TestPayloads::malformedDeviceInfoSaysWhy_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("errorHas");
    QTest::newRow("page") << QByteArray("<!DOCTYPE html><html></html>") << u"not JSON"_s;
    QTest::newRow("no id") << QByteArray(R"({"name":"n","projectId":"p"})")
                           << u"\"id\" is missing"_s;
    QTest::newRow("no name") << QByteArray(R"({"id":"i","projectId":"p"})")
                             << u"\"name\" is missing"_s;
    QTest::newRow("no project") << QByteArray(R"({"id":"i","name":"n"})")
                                << u"\"projectId\" is missing"_s;
    QTest::newRow("negative retention")
        << QByteArray(R"({"id":"i","name":"n","projectId":"p","retainRecordingsSeconds":-1})")
        << u"whole number"_s;
}

void TestPayloads::malformedDeviceInfoSaysWhy()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, errorHas);
    const auto info = parseDeviceInfo(json);
    QVERIFY(!info);
    QVERIFY2(info.error.contains(errorHas), qPrintable(info.error));
}

void TestPayloads::heartbeatBodyNamesTheLease()
{
    QCOMPARE(heartbeatBody(u"rwl_1"_s), QByteArray(R"({"watchLeaseId":"rwl_1"})"));
    QCOMPARE(heartbeatBody(u"a\"b\nä"_s), QByteArray("{\"watchLeaseId\":\"a\\\"b\\nä\"}"));
}

void TestPayloads::errorResponsesReadLikeTheGatewaysLog_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("text");
    QTest::newRow("error and code")
        << 503 << QByteArray(R"({"error":"overloaded","code":"busy"})")
        << u"received error response 503 Service Unavailable: overloaded (code busy)"_s;
    QTest::newRow("error") << 500 << QByteArray(R"({"error":"oops"})")
                           << u"received error response 500 Internal Server Error: oops"_s;
    QTest::newRow("null code") << 404 << QByteArray(R"({"error":"oops","code":null,"x":[]})")
                               << u"received error response 404 Not Found: oops"_s;
    QTest::newRow("text")
        << 502 << QByteArray("<h1>Bad %1 Gateway</h1>")
        << u"received malformed error response 502 Bad Gateway with body '<h1>Bad %1 Gateway</h1>'"_s;
    QTest::newRow("empty") << 410 << QByteArray()
                           << u"received malformed error response 410 Gone with body ''"_s;
    QTest::newRow("no error member")
        << 400 << QByteArray(R"({"code":"x"})")
        << u"received malformed error response 400 Bad Request with body '{\"code\":\"x\"}'"_s;
    QTest::newRow("code is a number")
        << 400 << QByteArray(R"({"error":"a","code":7})")
        << u"received malformed error response 400 Bad Request with body '{\"error\":\"a\",\"code\":7}'"_s;
    QTest::newRow("not UTF-8") << 499 << QByteArray("\xFF!")
                               << u"received malformed error response 499 with body '\uFFFD!'"_s;
}

void TestPayloads::errorResponsesReadLikeTheGatewaysLog()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QString, text);
    QCOMPARE(errorResponseText(status, body), text);
}

void TestPayloads::statusesHaveTheirNames()
{
    QCOMPARE(httpStatusText(409), u"409 Conflict"_s);
    QCOMPARE(httpStatusText(599), u"599"_s);
    QCOMPARE(errorResponseTooLargeText(500),
             u"error response 500 Internal Server Error too large"_s);
}

QTEST_GUILESS_MAIN(TestPayloads)
#include "tst_payloads.moc"
