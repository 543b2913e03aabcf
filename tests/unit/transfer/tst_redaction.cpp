// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/transfer/csvexporter.h"
#include "core/transfer/jsonlexporter.h"
#include "core/transfer/redactedcopy.h"
#include "core/transfer/redaction.h"
#include "tests/support/sessionbuilder.h"

#include <QBuffer>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>
#include <QUrl>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

enum class Format { Csv, JsonLines };

/// As an export of a file: once for the names, once for the lines.
QByteArray redacted(QByteArray session, Format format = Format::JsonLines)
{
    const auto scanOver = [](QBuffer &buffer, const auto &work) {
        buffer.open(QIODevice::ReadOnly);
        DeviceSource source(buffer);
        SessionScan scan(source, u"s"_s, {});
        return scan.readHeader() && work(scan);
    };
    std::shared_ptr<const Redaction> redaction;
    QBuffer first(&session);
    if (!scanOver(first, [&](SessionScan &scan) {
            redaction = Redaction::of(scan, scan.header(), scan.headerLine());
            return true;
        }))
        return "no session";
    QBuffer second(&session);
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const bool isDone = scanOver(second, [&](SessionScan &scan) {
        const auto result = format == Format::Csv
                                ? exportRedactedCsv(scan, scan.header(), out, {}, *redaction)
                                : exportRedactedJsonLines(scan, out, {}, *redaction);
        return result.status == ExportResult::Status::Done;
    });
    return isDone ? out.data() : QByteArray("failed");
}

QByteArray fileOf(const EventBatch &events, const SessionHeader &header = SessionBuilder::header())
{
    auto file = toJsonLine(header) + '\n';
    for (const auto &event : events)
        file += toJsonLine(event) + '\n';
    return file;
}

Event withDetail(const QString &text)
{
    Event event(EventKind::Note);
    event.source = u"crane-1"_s;
    event.set(Field::Detail, text);
    return event;
}

Event deviceInfo(const QString &name)
{
    Event event(EventKind::DeviceInfo);
    event.source = u"crane-1"_s;
    event.set(Field::Result, "ok");
    event.set(Field::DeviceId, "dev_0mZ4");
    event.set(Field::DeviceName, name);
    event.set(Field::ProjectId, "prj_secret");
    return event;
}

QString detailOf(const QByteArray &file, qsizetype line)
{
    EventParser parser;
    Event event;
    const auto lines = file.split('\n');
    return line < lines.size() && parser.parse(lines.at(line), event) ? event.text(Field::Detail)
                                                                      : u"unreadable"_s;
}

} // namespace

class TestRedaction : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void replacesNamesInTexts_data();
    void replacesNamesInTexts();
    void replacesHostileNames_data();
    void replacesHostileNames();
    void replacesUrls_data();
    void replacesUrls();
    void replacesMembersOfTheirOwn();
    void replacesTheHeadersNames();
    void keepsThePolicysConstants();
    void replacesWhatOnlyALaterEventNames();
    void replacesWhatIsSpelledWithCodes();
    void replacesWhatTheFormatDoesNotKnow();
    void leavesFiguresAndDecisionsAsTheyAre();
    void leavesASessionWithoutNamesAsItIs();
    void numbersInTheOrderOfTheFile();
    void leaksNoNameOfARandomSession();
    void isNotSlowedDownByTexts_data();
    void isNotSlowedDownByTexts();
    void isNotSlowedDownByNames_data();
    void isNotSlowedDownByNames();
    void findsTheLongestOfManyNames();
    void worksWithEmptyAndDamagedSessions();
    void makesACopyWithoutNames();
};

void TestRedaction::replacesNamesInTexts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const QString &text, const QString &expected) {
        QTest::newRow(name) << text << expected;
    };
    // The device is called "arm".
    row("a name", u"arm"_s, u"device-1"_s);
    row("in a sentence", u"the arm's stop: arm, (arm) \"arm\""_s,
        u"the device-1's stop: device-1, (device-1) \"device-1\""_s);
    row("in capitals", u"ARM is off"_s, u"device-1 is off"_s);
    row("part of a word", u"alarm army disarmed arm_2 arm7"_s, u"alarm army disarmed arm_2 arm7"_s);
    row("beside other alphabets", u"机器arm停止"_s, u"机器device-1停止"_s);
    row("a source", u"crane-1 and crane-10"_s, u"source-1 and crane-10"_s);
    row("identifiers", u"lease rwl_1 (dev_0mZ4) of prj_secret"_s,
        u"lease lease-1 (device-id-1) of project-1"_s);
    row("an identifier that is named nowhere", u"held by rwl_77b"_s, u"held by lease-2"_s);
    row("an address", u"10.1.2.3:8080 refused"_s, u"host-2:8080 refused"_s);
    row("a longer address", u"[fe80::1ff:fe23:4567:890a]:80, 2001:db8::1."_s,
        u"[host-2]:80, host-3."_s);
    row("a hardware address", u"at 00:1B:44:11:3a:b7!"_s, u"at host-2!"_s);
    row("a host", u"gw-7.Corp.Example: no such host"_s, u"host-2: no such host"_s);
    row("the same host in another case", u"a.example A.Example"_s, u"host-2 host-2"_s);
    row("a host of another alphabet", u"an bücher.example."_s, u"an host-2."_s);
    row("an e-mail address", u"ask jo.doe+x@mail.example, please"_s, u"ask user-1, please"_s);
    row("a random word", u"key fgl_9fK2mPqR7sT4vW8x!"_s, u"key id-1!"_s);
    row("a UUID", u"id-3f2504e0-4f89-11d3-9a0c-0305e82c3301"_s, u"id-id-1"_s);
    row("figures", u"503 after 1.5 s, 2.2.0, 12:34:56, 2026-11-23T09:36:35.992Z"_s,
        u"503 after 1.5 s, 2.2.0, 12:34:56, 2026-11-23T09:36:35.992Z"_s);
    row("ciphers and scopes", u"TLS_AES_256_GCM_SHA384, foxglove::remote_access"_s,
        u"TLS_AES_256_GCM_SHA384, foxglove::remote_access"_s);
    row("a name in per cent", u"for=arm%20of%20it, %61rm, Crane%2D1"_s,
        u"for=device-1%20of%20it, device-1, source-1"_s);
    row("a host of one word with a port",
        u"robot7:8080 failed, dial tcp Robot:81, pump:22 refused"_s,
        u"host-2:8080 failed, dial tcp host-3:81, host-4:22 refused"_s);
    row("figures with names", u"size:1024 retry-after:30 line:12 at 10:20:30"_s,
        u"size:1024 retry-after:30 line:12 at 10:20:30"_s);
    row("a host of one word", u"lookup robot: no such host; Host mule not found; host=pump"_s,
        u"lookup host-2: no such host; Host host-3 not found; host=host-4"_s);
    row("no host",
        u"failed to lookup address information: Name or service not known, no such host"_s,
        u"failed to lookup address information: Name or service not known, no such host"_s);
    row("a host and its port", u"Failed to connect to pump port 8080 after 3 ms"_s,
        u"Failed to connect to host-2 port 8080 after 3 ms"_s);
    row("users' folders", uR"(/home/jo/key, "/Users/Ann", C:\Users\Jo Doe\key, D:\users\kim: jo)"_s,
        uR"(/home/user-1/key, "/Users/user-2", C:\Users\user-3\key, D:\users\user-4: user-1)"_s);
    row("folders that are nobody's", u"at home/or away, /home, /homes/x"_s,
        u"at home/or away, /home, /homes/x"_s);
    row("a password", u"password=hunter2, then"_s, u"password=<redacted>, then"_s);
    row("a quoted password", u"db_password: 'a b\\'c'; ok"_s, u"db_password: '<redacted>'; ok"_s);
    row("a token", u"api-token : \"x y\" and accessToken=z&n=1"_s,
        u"api-token : \"<redacted>\" and accessToken=<redacted>&n=1"_s);
    row("a token in JSON", uR"({"token":"t","who":"arm"} {\"secret\":\"s\",\"n\":1})"_s,
        uR"({"token":"<redacted>","who":"device-1"} {\"secret\":\"<redacted>\",\"n\":1})"_s);
    row("headers", u"Authorization: Basic am86cA==\nCookie: a=b; c=d\nX-Api-Key: k"_s,
        u"Authorization: Basic <redacted>\nCookie: <redacted>\nX-Api-Key: <redacted>"_s);
    row("a header of a device", u"sent Authorization: DeviceToken dt to it"_s,
        u"sent Authorization: DeviceToken <redacted> to it"_s);
    row("credentials in a sentence", u"Bearer abcdef12 for arm, DeviceToken abcdef12"_s,
        u"Bearer <redacted> for device-1, DeviceToken <redacted>"_s);
    row("words about a token",
        u"token: expired, the token is bad, token::parse, unexpected token: }"_s,
        u"token: expired, the token is bad, token::parse, unexpected token: }"_s);
    row("an option", u"gateway --token hushhush --password 'a b' -secret c -v"_s,
        u"gateway --token <redacted> --password '<redacted>' -secret <redacted> -v"_s);
    row("options in a list", u"['--token', 'hush'] --token="_s,
        u"['--token', '<redacted>'] --token="_s);
    row("a header written down", u"x-foxglove-device-token hushhush"_s,
        u"x-foxglove-device-token <redacted>"_s);
    row("a short credential of a device", u"DeviceToken hush, DeviceToken expired"_s,
        u"DeviceToken <redacted>, DeviceToken expired"_s);
    row("short names", u"pass: hush pw=hush; dbPass=hush auth=hush, x_sid=hush"_s,
        u"pass: <redacted> pw=<redacted>; dbPass=<redacted> auth=<redacted>, x_sid=<redacted>"_s);
    row("other words that end so", u"compass: 12 bypass=1 inside: 3 side=2 auth: ok"_s,
        u"compass: 12 bypass=1 inside: 3 side=2 auth: ok"_s);
    row("longer names", u"secret_key_base: hush, api key: hush, Private key = hush"_s,
        u"secret_key_base: <redacted>, api key: <redacted>, Private key = <redacted>"_s);
    row("keys that are no secrets", u"the api keys, access key, key: 7, keyboard: 3"_s,
        u"the api keys, access key, key: 7, keyboard: 3"_s);
    row("a list", u"tokens: [hush, hush] {\"passwords\":[\"a\",\"b\"]} tokens: 12"_s,
        u"tokens: [<redacted>] {\"passwords\":[<redacted>]} tokens: 12"_s);
    row("in a sentence, a secret", u"passphrase is hu5hhush, token hu5hhush rejected"_s,
        u"passphrase is <redacted>, token <redacted> rejected"_s);
    row("about secrets", u"token is too old, password was 2 days old, the secret plan"_s,
        u"token is too old, password was 2 days old, the secret plan"_s);
    row("in per cent", u"password%3Dhush%26n%3D1 %22token%22%3A%22hush%22%7D"_s,
        u"password%3D<redacted>%26n%3D1 %22token%22%3A%22<redacted>%22%7D"_s);
    row("on the next line", u"token=\n hu5hhush\nTOKEN=\nPATH=x token:\n  at a"_s,
        u"token=\n <redacted>\nTOKEN=\nPATH=x token:\n  at a"_s);
    row("a credential without a name", u"with fox_dt_onlyletters."_s, u"with <redacted>"_s);
    row("rules", u"as outcome.stream_ended and connect.success say"_s,
        u"as outcome.stream_ended and connect.success say"_s);
    row("nothing", u""_s, u""_s);
}

void TestRedaction::replacesNamesInTexts()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    Event hello(EventKind::Hello);
    hello.source = u"crane-1"_s;
    hello.set(Field::LeaseId, "rwl_1");
    const auto file = redacted(fileOf({deviceInfo(u"arm"_s), hello, withDetail(text)}));
    QCOMPARE(detailOf(file, 3), expected);
}

void TestRedaction::replacesHostileNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("markup") << u"<script>alert(\"x\")</script>"_s;
    QTest::newRow("quotes") << u"it's \"the\" \\ robot"_s;
    QTest::newRow("bidirectional") << u"\u202Erobot\u202C"_s;
    QTest::newRow("controls") << u"ro\x1b[31mbot\u0000\n7"_s;
    QTest::newRow("a formula") << u"=cmd|' /C calc'!A0"_s;
    QTest::newRow("Chinese") << u"机器人一号"_s;
    QTest::newRow("spaces") << u"  Robot   number 1 "_s;
    QTest::newRow("an address in it") << u"arm of jo@example.org"_s;
    QTest::newRow("a secret in it") << u"token=ab cd"_s;
    QTest::newRow("a word of the format") << u"stream_ended"_s;
    QTest::newRow("long") << QString(1'000, u'x');
}

void TestRedaction::replacesHostileNames()
{
    QFETCH(QString, name);
    const auto file =
        redacted(fileOf({deviceInfo(name), withDetail(u"before "_s + name + u" after"_s)}));
    QCOMPARE(detailOf(file, 2), u"before device-1 after"_s);
    EventParser parser;
    Event event;
    QVERIFY(parser.parse(file.split('\n').at(1), event));
    QCOMPARE(event.text(Field::DeviceName), u"device-1"_s);
    QCOMPARE(event.text(Field::Result), u"ok"_s);
}

void TestRedaction::replacesUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const QString &url, const QString &expected) {
        QTest::newRow(name) << url << expected;
    };
    row("the watch",
        u"https://api.example.org/internal/platform/v1/remote-sessions/watch?protocolVersion=2.2.0"
        "&remoteAccessSessionId=ras%5F1&previousWatchLeaseId=rwl_1"_s,
        u"https://host-2/internal/platform/v1/remote-sessions/watch?protocolVersion=2.2.0"
        "&remoteAccessSessionId=session-1&previousWatchLeaseId=lease-1"_s);
    row("a prefix", u"http://a.example:8080/acme/internal/platform/v1/device-info"_s,
        u"http://host-2:8080/path-1/internal/platform/v1/device-info"_s);
    row("a user", u"http://jo:pass@a.example/"_s, u"http://user-1@host-2/"_s);
    row("a room", u"wss://acme.media.example/rooms/7?access_token=ey.x&n"_s,
        u"wss://host-2/path-1?access_token=<redacted>&n"_s);
    row("an address", u"http://[::1]:81"_s, u"http://[host-2]:81"_s);
    row("a fragment", u"https://a.example/#me"_s, u"https://host-2/#id-1"_s);
    row("one word", u"https://robothost"_s, u"https://host-2"_s);
    row("no URL", u"somewhere else"_s, u"path-1"_s);
    row("a path behind the platform's", u"http://h/internal/platform/v1/acme"_s,
        u"http://host-1/path-1"_s);
}

void TestRedaction::replacesUrls()
{
    QFETCH(QString, url);
    QFETCH(QString, expected);
    auto header = SessionBuilder::header();
    header.apiUrl = u"http://h"_s;
    Event event(EventKind::ConnectAttempt);
    event.source = u"crane-1"_s;
    event.set(Field::Url, url);
    const auto file = redacted(fileOf({event, withDetail(u"for url ("_s + url + u"):"_s)}, header));
    EventParser parser;
    QVERIFY(parser.parse(file.split('\n').at(1), event));
    QCOMPARE(event.text(Field::Url), expected);
    if (url.contains(u"://"_s))
        QCOMPARE(detailOf(file, 2), u"for url ("_s + expected + u"):"_s);
}

void TestRedaction::replacesMembersOfTheirOwn()
{
    Event wake(EventKind::Wake);
    wake.source = u"crane-1"_s;
    wake.set(Field::LeaseId, qint64{7});
    wake.set(Field::RemoteAccessSessionId, "any text");
    wake.set(Field::TokenFingerprint, "12ab");
    wake.set(Field::Url, "wss://m.example");
    const auto csv = redacted(fileOf({wake, deviceInfo(u"arm"_s)}), Format::Csv);
    const auto rows = csv.split('\n');
    QVERIFY(rows.at(1).endsWith(",source-1,0,wake,,,,,,lease-1,,,,"
                                "remote_access_session_id=session-1; url=wss://host-2; "
                                "token_fingerprint=token-1\r"));
    QVERIFY(rows.at(2).endsWith(",source-1,0,device_info,,ok,,,,,,,,"
                                "device_id=device-id-1; device_name=device-1; "
                                "project_id=project-1\r"));
}

void TestRedaction::replacesTheHeadersNames()
{
    auto header = SessionBuilder::header();
    header.apiUrl = u"https://me@api.example/acme"_s;
    header.sources = {u"10.0.0.7:8080"_s, u"crane-1"_s};
    header.generator = u"recorder of host.example"_s;
    Event event(EventKind::Status);
    event.source = u"10.0.0.7:8080"_s;
    const auto file = redacted(fileOf({event}, header));
    const auto first = file.left(file.indexOf('\n'));
    QVERIFY(first.contains(R"("api_url":"https://user-1@host-1/path-1")"));
    QVERIFY(first.contains(R"("sources":["host-2:8080","source-1"])"));
    QVERIFY(first.contains(R"("generator":"recorder of host-3")"));
    QVERIFY(first.contains(R"("started":"2026-11-23T14:30:00.000Z")"));
    QVERIFY(file.contains(R"("source":"host-2:8080")"));
}

void TestRedaction::keepsThePolicysConstants()
{
    const QByteArray start = R"({"watchline":1,"started":"2026-11-23T14:30:00.000Z","sources":[")"
                             R"(,\"policy\":"],"policy":{"max_backoff_ms":7000,"of arm":1,)"
                             R"("owner":"arm"},"more":"arm"})";
    const auto file = redacted(start + '\n' + toJsonLine(deviceInfo(u"arm"_s)) + '\n');
    const auto first = file.left(file.indexOf('\n'));
    QVERIFY2(first.endsWith(R"("sources":["source-1"],"policy":{"max_backoff_ms":7000}})"),
             first.constData());
    QVERIFY(!file.contains("arm"));
}

void TestRedaction::replacesWhatOnlyALaterEventNames()
{
    const auto file =
        redacted(fileOf({withDetail(u"Left Arm is mute"_s), deviceInfo(u"Left Arm"_s)}));
    QCOMPARE(detailOf(file, 1), u"device-1 is mute"_s);
}

void TestRedaction::replacesWhatIsSpelledWithCodes()
{
    const auto file = redacted(fileOf(
        {deviceInfo(u"Größe"_s),
         withDetail(uR"(body '{"device":"Gr\u00f6\u00dfe","url":"http:\/\/a.example\/x"}')"_s)}));
    const auto expected = uR"(body '{"device":"device-1","url":"http://host-2/path-1"}')"_s;
    QCOMPARE(detailOf(file, 2), expected);
}

void TestRedaction::replacesWhatTheFormatDoesNotKnow()
{
    auto session = fileOf({deviceInfo(u"arm"_s)});
    session +=
        R"({"t":1,"kind":"tide","source":"crane-1","arm":1,"who":"arm","deep":{"x":["arm"]},)"
        R"("big":123456789012345678901234567890,"f":1.50,"n":null,"b":true})"
        "\n";
    session += R"({"t":2,"kind":"arm moved by robot7:80","api_token":12})"
               "\n";
    const auto file = redacted(session);
    const QByteArray expected =
        R"({"t":1,"kind":"tide","source":"source-1","attempt":0,"device-1":1,)"
        R"("who":"device-1","deep":"{\"x\":[\"device-1\"]}",)"
        R"("big":"123456789012345678901234567890","f":1.50,"n":null,"b":true})";
    QCOMPARE(file.split('\n').at(2), expected);
    QCOMPARE(file.split('\n').at(3),
             QByteArray(R"({"t":2,"kind":"device-1 moved by host-2:80","attempt":0,)"
                        R"("api_token":"<redacted>"})"));
}

void TestRedaction::leavesFiguresAndDecisionsAsTheyAre()
{
    const auto store = outageSession();
    SessionStore copy;
    QCOMPARE(makeRedactedCopy(*store, copy), QString());
    QCOMPARE(copy.size(), store->size());
    for (qsizetype row = 0; row < copy.size(); ++row) {
        const auto a = store->row(row);
        const auto b = copy.row(row);
        QCOMPARE(b.t, a.t);
        QCOMPARE(b.kind, a.kind);
        QCOMPARE(b.word, a.word);
        QCOMPARE(b.attempt, a.attempt);
        QCOMPARE(b.rule, a.rule);
        QCOMPARE(b.action, a.action);
        QCOMPARE(b.delay, a.delay);
        QCOMPARE(b.duration, a.duration);
        QCOMPARE(b.httpStatus, a.httpStatus);
    }
    const auto verification = verify(copy, {});
    QVERIFY(verification.decisions > 0);
    QVERIFY(verification.agrees());
}

void TestRedaction::leavesASessionWithoutNamesAsItIs()
{
    SessionHeader header;
    header.started = SessionBuilder::header().started;
    header.generator = u"watchline 1.0.0"_s;
    Event status(EventKind::Status);
    status.source = u"?"_s;
    status.set(Field::Status, "connecting");
    Event note(EventKind::Note);
    note.source = u"?"_s;
    note.t = 5s;
    note.set(Field::Detail, "nothing to see: \"here\", 100 %");
    const auto file = fileOf({status, note}, header);
    QCOMPARE(redacted(file), file);
}

void TestRedaction::numbersInTheOrderOfTheFile()
{
    // Many pieces, so that threads read them in any order.
    EventBatch events;
    for (int i = 0; i < 40'000; ++i) {
        Event event(EventKind::Hello);
        event.t = std::chrono::milliseconds(i);
        event.source = u"crane-1"_s;
        event.set(Field::LeaseId, u"some lease %1"_s.arg((i * 7'919) % 20'000));
        events.append(event);
    }
    const auto file = fileOf(events);
    QVERIFY(file.size() > 3 * 1024 * 1024);
    const auto first = redacted(file);
    QCOMPARE(redacted(file), first);
    const auto lines = first.split('\n');
    for (const int i : {0, 1, 777, 19'999, 20'000, 39'999})
        QVERIFY(lines.at(i + 1).contains("\"lease-" + QByteArray::number(i % 20'000 + 1) + '"'));
}

void TestRedaction::leaksNoNameOfARandomSession()
{
    QRandomGenerator random(20'261'123);
    const auto pick = [&random](const auto &list) {
        return list.at(random.bounded(static_cast<int>(list.size())));
    };
    const QStringList words{u"Ada"_s,       u"Łódź"_s,     u"x7"_s,        u"<b>"_s, u"Nine Mile"_s,
                            u"\"q\""_s,     u"ein Name"_s, u"東京"_s,      u"a&b"_s, u"K-9"_s,
                            u"tail\\end"_s, u"mule_3"_s,   u"\u202Edlo"_s, u"o'o"_s, u"c3.po"_s};
    const QStringList joints{u" "_s, u", "_s, u"/"_s, u": "_s, u"='"_s, u"\n"_s, u" ("_s, u"{"_s};
    for (int round = 0; round < 60; ++round) {
        QStringList names;
        EventBatch events;
        for (int i = 0; i < 6; ++i) {
            const QString name = pick(words) + u'q' + QString::number(random.bounded(1'000)) + u'z';
            names.append(name);
            auto event = deviceInfo(name);
            event.set(Field::DeviceId, QString(name + u"-id"_s));
            event.source = name + u" src"_s;
            events.append(event);
        }
        for (int i = 0; i < 20; ++i) {
            QString text;
            for (int part = 0; part < 5; ++part)
                text += pick(joints) + pick(names) + pick(joints) + u"stream"_s;
            events.append(withDetail(text));
        }
        std::shuffle(events.begin(), events.end(), random);
        const auto file = QString::fromUtf8(redacted(fileOf(events)));
        for (const auto &name : names) {
            const auto core = QRegularExpression(u"q\\d+z"_s).match(name).captured();
            QVERIFY2(!file.contains(core), qPrintable(name + u'\n' + file));
        }
    }
}

void TestRedaction::isNotSlowedDownByTexts_data()
{
    QTest::addColumn<QString>("unit");
    for (const auto &unit : {u"password="_s,
                             u"--token "_s,
                             u"tokens: ["_s,
                             u"password%3D"_s,
                             u"password%3D%26"_s,
                             u"token=\n "_s,
                             u"fox_dt_"_s,
                             u"token \"a\" "_s,
                             u"host a1:80 "_s,
                             u"/home/"_s,
                             u"%61"_s,
                             u"a.a."_s,
                             u"a-"_s,
                             u"a:b:"_s,
                             u"1.1."_s,
                             u"a@"_s,
                             u"http://"_s,
                             u"]"_s,
                             u"é"_s,
                             u"\\u0041"_s,
                             u"arm "_s,
                             u"rwl_"_s,
                             u"a+"_s})
        QTest::newRow(qPrintable(unit)) << unit;
}

void TestRedaction::isNotSlowedDownByTexts()
{
    QFETCH(QString, unit);
    constexpr qsizetype kSize = 200'000; // what is quadratic would never end
    const auto text = unit.repeated(kSize / unit.size());
    const auto file = redacted(fileOf({deviceInfo(u"arm"_s), withDetail(text)}));
    QVERIFY(file.count('\n') == 3);
}

void TestRedaction::isNotSlowedDownByNames_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("that begin alike") << 1'000 << u"a "_s.repeated(100'000);
    // a, aa, ... of words, each longer than the one before
    QTest::newRow("of many words") << 500 << u"a "_s.repeated(400) + u"b"_s;
    QTest::newRow("that differ in nothing but case")
        << -14 << u"abcdefghijklmn "_s.repeated(20'000);
}

void TestRedaction::isNotSlowedDownByNames()
{
    QFETCH(int, count);
    QFETCH(QString, text);
    EventBatch events;
    for (int i = 1; i <= count; ++i) {
        Event event(EventKind::DeviceInfo);
        event.set(Field::DeviceName, QString(u"a "_s.repeated(i % 511) + u"c%1"_s.arg(i)));
        events.append(event);
    }
    for (int bits = 0; count < 0 && bits < 1 << -count; ++bits) {
        QString lease = u"abcdefghijklmn"_s;
        for (qsizetype i = 0; i < lease.size(); ++i)
            lease[i] = (bits >> i) & 1 ? lease[i].toUpper() : lease[i];
        Event event(EventKind::Hello);
        event.set(Field::LeaseId, lease);
        events.append(event);
    }
    const auto names = events.size();
    events.append(withDetail(text));
    const auto file = redacted(fileOf(events)); // what is quadratic would never end
    QCOMPARE(file.count('\n'), names + 2);
    QCOMPARE(file.contains("\"detail\":\"lease-1 lease-1 "), count < 0);
}

void TestRedaction::findsTheLongestOfManyNames()
{
    QRandomGenerator random(7);
    // Names of few words, so that they begin and go on with each other.
    const auto text = [&random](int words) {
        QStringList parts;
        for (int i = 0; i < words; ++i)
            parts.append(random.bounded(2) == 0 ? u"ab"_s : u"cd"_s);
        return parts.join(u' ');
    };
    for (int round = 0; round < 30; ++round) {
        EventBatch events;
        QStringList names;
        for (int i = 0; i < 40; ++i) {
            const auto name = text(2 + random.bounded(12));
            if (names.contains(name))
                continue;
            names.append(name);
            events.append(deviceInfo(name));
        }
        const auto words = text(200).split(u' ');
        QStringList expected;
        for (qsizetype at = 0; at < words.size();) {
            qsizetype longest = 0;
            qsizetype number = 0;
            for (qsizetype i = 0; i < names.size(); ++i) {
                const auto count = names.at(i).count(u' ') + 1;
                if (count > longest && words.mid(at, count).join(u' ') == names.at(i)) {
                    longest = count;
                    number = i + 1;
                }
            }
            expected.append(longest > 0 ? u"device-%1"_s.arg(number) : words.at(at));
            at += std::max<qsizetype>(longest, 1);
        }
        events.append(withDetail(words.join(u' ')));
        QCOMPARE(detailOf(redacted(fileOf(events)), events.size()), expected.join(u' '));
    }
}

void TestRedaction::worksWithEmptyAndDamagedSessions()
{
    QCOMPARE(redacted(fileOf({})).count('\n'), 1);
    auto damaged = fileOf({deviceInfo(u"arm"_s)});
    damaged += "not JSON about arm\n";
    damaged += toJsonLine(withDetail(u"arm"_s)).chopped(4);
    const auto file = redacted(damaged);
    QCOMPARE(file.count('\n'), 2);
    QVERIFY(!file.contains("arm"));
}

void TestRedaction::makesACopyWithoutNames()
{
    SessionStore store(SessionBuilder::header());
    store.append(deviceInfo(u"arm"_s));
    store.append(withDetail(u"arm"_s));
    SessionStore copy;
    QCOMPARE(makeRedactedCopy(store, copy), QString());
    QCOMPARE(copy.size(), 2);
    QCOMPARE(copy.sourceName(0), u"source-1"_s);
    QCOMPARE(copy.event(1).text(Field::Detail), u"device-1"_s);
    QVERIFY(!copy.header().apiUrl.contains(QUrl(SessionBuilder::header().apiUrl).host()));

    SessionStore empty(SessionBuilder::header());
    SessionStore emptyCopy;
    QCOMPARE(makeRedactedCopy(empty, emptyCopy), QString());
    QVERIFY(emptyCopy.isEmpty());

    // Cancelled: no error, and the copy is not to be used.
    SessionStore unused;
    QCOMPARE(makeRedactedCopy(store, unused, [](double) { return false; }), QString());
    QVERIFY(unused.isEmpty());
}

QTEST_GUILESS_MAIN(TestRedaction)
#include "tst_redaction.moc"
