// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/gatewaylog.h"
#include "tests/support/gatewaylogwriter.h"

#include <QDateTime>
#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Kind = LogRemark::Kind;

const QByteArray kTime = "2026-11-23T09:36:36.161220Z";
const QByteArray kWatch = "foxglove::remote_access::watch: ";
const QByteArray kWake = "received wake watch_lease_id=\"rwl_1\"";
const QByteArray kBodyError = "watch stream connect failed error=received malformed error response "
                              "502 Bad Gateway with body ";

QByteArray tracing(const QByteArray &text, const QByteArray &time = kTime)
{
    return time + "  INFO " + kWatch + text + '\n';
}

qint64 unixTime(const QString &isoTime)
{
    return QDateTime::fromString(isoTime, Qt::ISODateWithMs).toMSecsSinceEpoch() * 1'000'000;
}

LogOptions optionsAt(const QString &now = u"2026-11-24T00:00:00Z"_s, const char *zone = "UTC")
{
    LogOptions options;
    options.zone = QTimeZone(zone);
    options.nowUnixNanoseconds = unixTime(now);
    return options;
}

struct Parsed
{
    QList<LogEntry> entries;
    LogCounts counts;

    QStringList messages() const
    {
        QStringList list;
        for (const auto &entry : entries)
            list += QString::fromUtf8(entry.message);
        return list;
    }
    QString times() const
    {
        QStringList list;
        for (const auto &entry : entries) {
            const auto ms = entry.time ? entry.time->unixNanoseconds / 1'000'000 : 0;
            list += QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc())
                        .toString(u"yyyy-MM-dd HH:mm:ss"_s);
        }
        return list.join(u'|');
    }
    QList<qint64> linesOf(Kind kind) const
    {
        for (const auto &remark : counts.remarks) {
            if (remark.kind == kind)
                return remark.firstLines;
        }
        return {};
    }
};

Parsed parse(const QByteArray &log, const LogOptions &options = optionsAt(), qsizetype step = 999)
{
    Parsed parsed;
    GatewayLogParser parser(options);
    for (qsizetype at = 0; at < log.size(); at += step)
        parser.feed(QByteArrayView(log).sliced(at, std::min(step, log.size() - at)),
                    parsed.entries);
    parser.finish(parsed.entries);
    parsed.counts = parser.counts();
    return parsed;
}

QByteArray onlyError(const Parsed &parsed)
{
    return parsed.entries.isEmpty() ? QByteArray("no entry")
                                    : parsed.entries.first().field("error").value_or("no error");
}

} // namespace

class TestGatewayLog : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void durations_data();
    void durations();
    void valuesAsRustWritesThem();
    void noLineOfAGateway_data();
    void noLineOfAGateway();
    void errorsOfSeveralLines_data();
    void errorsOfSeveralLines();
    void forgedLines_data();
    void forgedLines();
    void anOpenBodyWithoutEndSwallowsNothing();
    void aLostQuoteEndsWithLaterLines_data();
    void aLostQuoteEndsWithLaterLines();
    void dockerBreaksLongLines();
    void missingYears_data();
    void missingYears();
    void localTimes_data();
    void localTimes();
    void ownTimeTakesItsZoneFromTheCarrier();
    void oddBytes_data();
    void oddBytes();
    void remarksNameTheirLines();
    void aLineOfMegabytesIsReadInPart();
    void whatWasHeldBackIsGivenOnDemand();
    void countsAddUp();
    void everyTextsEndIsCounted_data();
    void everyTextsEndIsCounted();
    void everyEntryHasItsLine();
};

void TestGatewayLog::durations_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("nanoseconds"); // -1: none
    const auto row = [](const char *text, qint64 nanoseconds) {
        QTest::newRow(text) << QByteArray(text) << nanoseconds;
    };
    row("1s", 1'000'000'000);
    row("2.5s", 2'500'000'000);
    row("500ms", 500'000'000);
    row("60s", 60'000'000'000);
    row("1.000000001s", 1'000'000'001);
    row("10\xC2\xB5s", 10'000);
    row("10us", 10'000);
    row("3ns", 3);
    row("0ns", 0);
    row("1m", -1);
    row("", -1);
    row("s", -1);
    row(".5s", -1);
    row("1.s", -1);
    row("-1s", -1);
    row("1 s", -1);
    row("99999999999999999999s", -1);
}

void TestGatewayLog::durations()
{
    QFETCH(const QByteArray, text);
    QFETCH(const qint64, nanoseconds);
    const auto duration = parseLogDuration(text);
    QCOMPARE(duration ? duration->count() : -1, nanoseconds);
}

void TestGatewayLog::valuesAsRustWritesThem()
{
    const auto parsed = parse(
        tracing("watch stream established watch_lease_id=\"a \\\"b\\\" \\u{1f916}\\n\\\\ c=d\" "
                "heartbeat_interval=2.5s device_wait_for_viewer=500ms") +
        kTime +
        "  INFO foxglove::remote_access::connection: device context initialized device_id=dev_1 "
        "device_name=Robot 1 = \"best\" watch_lease_id=\n");
    QCOMPARE(parsed.entries.size(), 2);
    const auto &hello = parsed.entries[0];
    QCOMPARE(hello.field("watch_lease_id"), QByteArray("a \"b\" \xF0\x9F\xA4\x96\n\\ c=d"));
    QCOMPARE(hello.field("heartbeat_interval"), QByteArray("2.5s"));
    QCOMPARE(hello.field("device_wait_for_viewer"), QByteArray("500ms"));
    QVERIFY(!hello.field("error"));
    QCOMPARE(parsed.entries[1].field("device_id"), QByteArray("dev_1"));
    QCOMPARE(parsed.entries[1].field("device_name"),
             QByteArray("Robot 1 = \"best\" watch_lease_id="));
}

void TestGatewayLog::noLineOfAGateway_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<qint64>("notUnderstood");
    const auto row = [](const char *name, const QByteArray &line, qint64 notUnderstood = 0) {
        QTest::newRow(name) << line << notUnderstood;
    };
    row("empty", "\n");
    row("text", "hello\n");
    row("a mention", kTime + "  INFO app::log: saw " + kWatch + kWake + '\n');
    row("a mention after a module", kTime + "  INFO app::log: " + kWatch + kWake + '\n');
    row("prose with a known text", kTime + " INFO app said that we received wake\n");
    row("prose around a known text",
        kTime + " INFO we have received wake watch_lease_id=\"rwl_1\"\n");
    row("no level", kTime + ' ' + kWatch + kWake + '\n');
    row("another module", kTime + "  INFO foxglove::remote_access::session: " + kWake + '\n');
    row("an unknown text", tracing("something new"), 1);
    row("more after a known text", tracing("received wake from a friend"), 1);
    row("junk after a value", tracing(kWake + "x"), 1);
    row("cut in its text", tracing("watch stream establ"), 1);
    row("JSON of another", R"({"level":"INFO","message":"received wake","target":"a::b"})"
                           "\n");
    row("JSON that is none", "{\"log\":\"remote_access\n");
    row("JSON in a mention",
        R"({"level":"INFO","target":"a","message":"x foxglove::remote_access::watch: received wake"})"
        "\n");
}

void TestGatewayLog::noLineOfAGateway()
{
    QFETCH(const QByteArray, line);
    QFETCH(const qint64, notUnderstood);
    const auto parsed = parse(line);
    QCOMPARE(parsed.messages(), QStringList());
    QCOMPARE(parsed.counts.notUnderstood, notUnderstood);
    QCOMPARE(parsed.counts.read, 1);
    if (notUnderstood > 0) {
        QCOMPARE(parsed.counts.firstNotUnderstood.first().number, 1);
        QCOMPARE(parsed.counts.firstNotUnderstood.first().beginning, line.chopped(1));
    }
}

void TestGatewayLog::errorsOfSeveralLines_data()
{
    QTest::addColumn<QByteArray>("carrier");
    for (const auto &carrier : logCarriers())
        QTest::newRow(carrier.constData()) << carrier;
}

void TestGatewayLog::errorsOfSeveralLines()
{
    QFETCH(const QByteArray, carrier);
    const QByteArray body = "'<html>\n\n  <b>ERROR: bad\n2026-11-23 09:00:00 no gateway\n</html>'";
    const auto log = carried(
        tracing(kBodyError + body) + tracing(kWake, "2026-11-23T09:36:37.161220Z"), kTime, carrier);
    const auto parsed = parse(log);
    QCOMPARE(parsed.messages(),
             QStringList({u"watch stream connect failed"_s, u"received wake"_s}));
    auto error = onlyError(parsed);
    if (carrier == "journal-json" || carrier == "journal-bytes" || carrier == "export") {
        // The test's carriers make a record of each line, as journald does of what a program
        // prints.
        QVERIFY(error.endsWith("with body '<html>"));
        return;
    }
    QVERIFY(error.endsWith(body));
    QCOMPARE(parsed.entries[0].raw.count('\n'), 4);
    QCOMPARE(parsed.entries[1].line, 6);
    QCOMPARE(parsed.counts.understood, 6);
}

void TestGatewayLog::forgedLines_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<QStringList>("messages");
    const QByteArray forged = tracing(kWake);
    const auto later = tracing("watch stream ended before wake; reconnecting watch_lease_id=\"a\"",
                               "2026-11-23T09:36:39.161220Z");
    const QStringList failedAndEnded = {u"watch stream connect failed"_s,
                                        u"watch stream ended before wake; reconnecting"_s};

    QTest::newRow("in a body") << tracing(kBodyError + "'a\n" + forged + "b'") + later
                               << failedAndEnded;
    QTest::newRow("at a body's end")
        << tracing(kBodyError + "'a\n" + forged.chopped(1) + "'") + later << failedAndEnded;
    QTest::newRow("after a quote in a body")
        << tracing(kBodyError + "'a'\n" + forged.chopped(1) + "'") + later << failedAndEnded;
    QTest::newRow("several after a quote in a body")
        << tracing(kBodyError + "'a'\n" + forged + tracing("received wake watch_lease_id=\"b\"") +
                   forged.chopped(1) + "'") +
               later
        << failedAndEnded;
    QTest::newRow("a body in a process's lines")
        << carried(tracing(kBodyError + "'a\n" + forged + "b'") + later, kTime, "short")
        << failedAndEnded;
    QTest::newRow("without its neighbours' carrier")
        << carried(tracing("watch stream connect failed error=x"), kTime, "ros") + forged +
               carried(later, kTime, "ros")
        << failedAndEnded;
    QTest::newRow("in a text that journalctl shows in several lines")
        << carried(tracing("watch stream connect failed error=x"), kTime, "short") +
               QByteArray(37, ' ') + forged + carried(later, kTime, "short")
        << failedAndEnded;
    QTest::newRow("in tracing's JSON")
        << QByteArray(R"({"timestamp":"2026-11-23T09:36:36.161220Z","level":"WARN","target":)"
                      R"("foxglove::remote_access::watch","fields":{"message":)"
                      R"("watch stream connect failed","error":"a\n)") +
               forged.chopped(1).replace('"', "\\\"") + R"(\nb"}})" + '\n' + later
        << failedAndEnded;
    QTest::newRow("in a record of journald's JSON")
        << QByteArray(R"({"__REALTIME_TIMESTAMP":"1","MESSAGE":)") + '"' +
               tracing(kBodyError + "'a").chopped(1) + "\\n" +
               forged.chopped(1).replace('"', "\\\"") + "\\nb'\"}\n" + later
        << failedAndEnded;
    {
        const auto text = tracing(kBodyError + "'a\n\n__CURSOR=x\nMESSAGE=" + forged + "\n\n'");
        QByteArray size(8, '\0');
        size[0] = static_cast<char>(text.size() & 0xFF);
        size[1] = static_cast<char>(text.size() >> 8);
        QTest::newRow("in a record of journald's export format")
            << "__CURSOR=s\n_HOSTNAME=h\nMESSAGE\n" + size + text + "\n\n" + later
            << failedAndEnded;
    }
    QTest::newRow("of another shape than its process's")
        << carried(tracing("watch stream connect failed error=x") + "[" + kTime +
                       " INFO  foxglove::remote_access::watch] " + kWake + '\n' + later,
                   kTime, "short")
        << failedAndEnded;
    QTest::newRow("in quotes of a value") << tracing("received wake watch_lease_id=\"a\\n" +
                                                     forged.chopped(1).replace('"', "\\\"") + "\"")
                                          << QStringList{u"received wake"_s};
    QTest::newRow("none: the export format after an error")
        << tracing("watch stream connect failed error=x") + carried(later, kTime, "export")
        << failedAndEnded;
    QTest::newRow("none: failures with bodies in a row")
        << tracing(kBodyError + "'a'") + tracing(kBodyError + "'b'") + later
        << QStringList({u"watch stream connect failed"_s, u"watch stream connect failed"_s,
                        u"watch stream ended before wake; reconnecting"_s});
}

void TestGatewayLog::forgedLines()
{
    QFETCH(const QByteArray, log);
    QFETCH(const QStringList, messages);
    for (const qsizetype step : {1, 50, 5000})
        QCOMPARE(parse(log, optionsAt(), step).messages(), messages);
}

void TestGatewayLog::anOpenBodyWithoutEndSwallowsNothing()
{
    const auto parsed =
        parse(tracing(kBodyError + "'cut\nhere") + tracing(kWake) +
              tracing("watch stream read-timeout; reconnecting watch_lease_id=\"a\""));
    QCOMPARE(parsed.messages(), QStringList({u"watch stream connect failed"_s, u"received wake"_s,
                                             u"watch stream read-timeout; reconnecting"_s}));
    QCOMPARE(parsed.entries[2].line, 4);

    QByteArray endless;
    for (int i = 0; i < 5000; ++i)
        endless += tracing(kBodyError + "'" + QByteArray::number(i));
    QCOMPARE(parse(endless).entries.size(), 5000);
}

void TestGatewayLog::aLostQuoteEndsWithLaterLines_data()
{
    QTest::addColumn<int>("secondsBetween");
    QTest::addColumn<int>("lines");
    QTest::addColumn<bool>("areRead");
    // The quote that ends another error's body would take all before it for one text.
    QTest::newRow("later ones") << 30 << 20 << true;
    QTest::newRow("few") << 30 << 7 << false;
    QTest::newRow("all at once") << 0 << 20 << false;
    QTest::newRow("all at once, more than a server sends") << 0 << 100 << true;
}

void TestGatewayLog::aLostQuoteEndsWithLaterLines()
{
    QFETCH(const int, secondsBetween);
    QFETCH(const int, lines);
    QFETCH(const bool, areRead);
    auto time = QDateTime::fromString(u"2026-11-23T09:36:36Z"_s, Qt::ISODate);
    auto log = tracing(kBodyError + "'<html>", time.toString(Qt::ISODate).toLatin1());
    for (int i = 0; i < lines; ++i) {
        time = time.addSecs(secondsBetween);
        log += tracing("received wake watch_lease_id=\"" + QByteArray::number(i) + '"',
                       time.toString(Qt::ISODate).toLatin1());
    }
    log += tracing(kBodyError + "'<html>", time.toString(Qt::ISODate).toLatin1()) + "</html>'\n";
    const auto parsed = parse(log);
    QCOMPARE(parsed.entries.size(), areRead ? lines + 2 : 1);
    if (areRead)
        QVERIFY(parsed.entries.constLast().fields.constLast().second.endsWith("</html>'"));
}

void TestGatewayLog::dockerBreaksLongLines()
{
    const QByteArray error(40'000, 'e');
    const auto whole = tracing("watch stream connect failed error=" + error);
    const auto part = [](const QByteArray &text, const QByteArray &stream) {
        return "{\"log\":\"" + text + "\",\"stream\":\"" + stream +
               "\",\"time\":\"2026-11-23T09:36:36.2Z\"}\n";
    };
    const QByteArray other = part("other\\n", "stdout");
    const auto parsed =
        parse(part(whole.left(16384), "stderr") + other + part(whole.mid(16384, 16384), "stderr") +
              part(whole.mid(32768).chopped(1) + "\\n", "stderr"));
    QCOMPARE(parsed.entries.size(), 1);
    QCOMPARE(onlyError(parsed), error);

    // The middle of another program's line is none of its own.
    const auto inner =
        parse(part(QByteArray(16384, 'x'), "stderr") +
              part(tracing(kWake).chopped(1).replace('"', "\\\"") + "\\n", "stderr"));
    QCOMPARE(inner.messages(), QStringList());
}

void TestGatewayLog::missingYears_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<int>("year"); // 0: none given
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("times");
    const auto line = [](const QByteArray &time) {
        return time + " robot-1 gateway[1]: INFO:foxglove.remote_access.watch:" + kWake + '\n';
    };
    const auto turn = line("Dec 31 23:59:59") + line("Jan  1 00:00:01");
    QTest::newRow("this year") << line("Nov 23 09:36:36") << 0 << u"2026-11-24T00:00:00Z"_s
                               << u"2026-11-23 09:36:36"_s;
    QTest::newRow("last year") << line("Nov 25 09:36:36") << 0 << u"2026-11-24T00:00:00Z"_s
                               << u"2025-11-25 09:36:36"_s;
    QTest::newRow("clocks that differ by hours")
        << line("Nov 24 05:00:00") << 0 << u"2026-11-24T00:00:00Z"_s << u"2026-11-24 05:00:00"_s;
    QTest::newRow("over a turn of the year")
        << turn << 0 << u"2027-01-02T00:00:00Z"_s << u"2026-12-31 23:59:59|2027-01-01 00:00:01"_s;
    QTest::newRow("given, over a turn of the year") << turn << 2023 << u"2027-01-02T00:00:00Z"_s
                                                    << u"2023-12-31 23:59:59|2024-01-01 00:00:01"_s;
    QTest::newRow("given, a late line after the turn")
        << turn + line("Dec 31 23:59:58") << 2023 << u"2027-01-02T00:00:00Z"_s
        << u"2023-12-31 23:59:59|2024-01-01 00:00:01|2023-12-31 23:59:58"_s;
    QTest::newRow("the day of leap years")
        << line("Feb 29 12:00:00") << 0 << u"2026-11-24T00:00:00Z"_s << u"2024-02-29 12:00:00"_s;
    QTest::newRow("no day of any year")
        << line("Feb 30 12:00:00") << 0 << u"2026-11-24T00:00:00Z"_s << u"1970-01-01 00:00:00"_s;
    QTest::newRow("no date") << QByteArray("09:36:36 INFO foxglove.remote_access.watch " + kWake +
                                           '\n')
                             << 0 << u"2026-11-24T00:00:00Z"_s << u"2026-11-23 09:36:36"_s;
}

void TestGatewayLog::missingYears()
{
    QFETCH(const QByteArray, log);
    QFETCH(const int, year);
    QFETCH(const QString, now);
    QFETCH(const QString, times);
    auto options = optionsAt(now);
    if (year != 0)
        options.year = year;
    QCOMPARE(parse(log, options).times(), times);
}

void TestGatewayLog::localTimes_data()
{
    QTest::addColumn<QByteArray>("times");
    QTest::addColumn<QString>("universal");
    QTest::addColumn<QList<qint64>>("repeated");
    QTest::addColumn<QList<qint64>>("skipped");
    using Lines = QList<qint64>;
    QTest::newRow("winter") << QByteArray("2026-01-10 12:00:00") << u"2026-01-10 11:00:00"_s
                            << Lines() << Lines();
    QTest::newRow("summer") << QByteArray("2026-07-10 12:00:00") << u"2026-07-10 10:00:00"_s
                            << Lines() << Lines();
    QTest::newRow("put back") << QByteArray("2026-10-25 01:59:59,2026-10-25 02:30:00,"
                                            "2026-10-25 02:00:00,2026-10-25 02:40:00,"
                                            "2026-10-25 03:00:00")
                              << u"2026-10-24 23:59:59|2026-10-25 00:30:00|2026-10-25 01:00:00|"
                                 "2026-10-25 01:40:00|2026-10-25 02:00:00"_s
                              << Lines({2, 3, 4}) << Lines();
    QTest::newRow("put forward")
        << QByteArray("2026-03-29 01:59:59,2026-03-29 02:30:00,2026-03-29 03:00:00")
        << u"2026-03-29 00:59:59|2026-03-29 01:30:00|2026-03-29 01:00:00"_s << Lines()
        << Lines({2});
    QTest::newRow("with an offset of its own")
        << QByteArray("2026-07-10 12:00:00+0530") << u"2026-07-10 06:30:00"_s << Lines() << Lines();
}

void TestGatewayLog::localTimes()
{
    QFETCH(const QByteArray, times);
    QFETCH(const QString, universal);
    QFETCH(const QList<qint64>, repeated);
    QFETCH(const QList<qint64>, skipped);
    QByteArray log;
    for (const auto &time : times.split(','))
        log += time + " - foxglove.remote_access.watch - INFO - " + kWake + '\n';
    const auto parsed = parse(log, optionsAt(u"2026-11-24T00:00:00Z"_s, "Europe/Berlin"));
    QCOMPARE(parsed.times(), universal);
    QCOMPARE(parsed.linesOf(Kind::LocalTimeRepeated), repeated);
    QCOMPARE(parsed.linesOf(Kind::LocalTimeSkipped), skipped);
}

void TestGatewayLog::ownTimeTakesItsZoneFromTheCarrier()
{
    // The container's clock shows India's time, and the machine that reads this is in Berlin.
    const auto log = "{\"log\":\"2026-11-23 15:06:36,161 - foxglove.remote_access.watch - INFO - " +
                     QByteArray(kWake).replace('"', "\\\"") +
                     "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-23T09:36:36.2Z\"}\n";
    const auto parsed = parse(log, optionsAt(u"2026-11-24T00:00:00Z"_s, "Europe/Berlin"));
    QCOMPARE(parsed.times(), u"2026-11-23 09:36:36"_s);
    QCOMPARE(parsed.entries[0].time->resolution, Nanoseconds(1ms));
}

void TestGatewayLog::oddBytes_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<int>("remark"); // -1: none
    const auto line = tracing(kWake);
    QTest::newRow("CRLF") << QByteArray(line).replace("\n", "\r\n") << -1;
    QTest::newRow("a mark before it") << "\xEF\xBB\xBF" + line << -1;
    QTest::newRow("no line end") << line.chopped(1) << -1;
    QTest::newRow("zeros before it")
        << QByteArray(500, '\0') + line << static_cast<int>(Kind::NulBytes);
    QTest::newRow("millions of zeros before it") << QByteArray(5'000'000, '\0') + line << -1;
    QTest::newRow("no UTF-8")
        << kTime + "  INFO foxglove::remote_access::watch: watch stream connect failed error=\xff\n"
        << static_cast<int>(Kind::InvalidUtf8);
    QTest::newRow("cut")
        << tracing("watch stream ended before wake; reconnecting watch_lease_id=\"rwl").chopped(1)
        << static_cast<int>(Kind::Cut);
    QTest::newRow("blanks at its end") << tracing(kWake + "  ") << -1;
}

void TestGatewayLog::oddBytes()
{
    QFETCH(const QByteArray, log);
    QFETCH(const int, remark);
    const auto parsed = parse(log, optionsAt(), 100'000);
    QCOMPARE(parsed.entries.size(), 1);
    QCOMPARE(parsed.entries[0].line, 1);
    QCOMPARE(parsed.times(), u"2026-11-23 09:36:36"_s);
    QCOMPARE(parsed.counts.read, 1);
    if (remark < 0)
        QVERIFY(parsed.counts.remarks.isEmpty());
    else
        QCOMPARE(parsed.linesOf(static_cast<Kind>(remark)), QList<qint64>({1}));
}

void TestGatewayLog::remarksNameTheirLines()
{
    const auto wake = tracing(kWake);
    const auto parsed =
        parse("x\n" + wake + "y\n" + wake + tracing(kWake, "2026-11-23T09:36:35.161220Z") +
              "INFO:foxglove.remote_access.watch:" + kWake + '\n');
    QCOMPARE(parsed.entries.size(), 3);
    QCOMPARE(parsed.linesOf(Kind::Repeated), QList<qint64>({4}));
    QCOMPARE(parsed.linesOf(Kind::OutOfOrder), QList<qint64>({5}));
    QCOMPARE(parsed.linesOf(Kind::NoTime), QList<qint64>({6}));
    QCOMPARE((LogRemark{Kind::NoTime, 3, {4, 17, 230}}).text(),
             u"3 lines have no time: line 4, 17, 230"_s);
    QCOMPARE((LogRemark{Kind::Cut, 1, {9}}).text(), u"1 line is cut off: line 9"_s);
}

void TestGatewayLog::aLineOfMegabytesIsReadInPart()
{
    const auto head = tracing("watch stream connect failed error=").chopped(1);
    const auto parsed =
        parse(head + QByteArray(5'000'000, 'e') + '\n' + tracing(kWake), optionsAt(), 100'000);
    QCOMPARE(parsed.messages(),
             QStringList({u"watch stream connect failed"_s, u"received wake"_s}));
    QCOMPARE(parsed.linesOf(Kind::TooLong), QList<qint64>({1}));
    QVERIFY(parsed.entries[0].raw.size() <= LogEntry::kLongestRaw);
    QCOMPARE(parsed.entries[1].line, 2);
}

void TestGatewayLog::whatWasHeldBackIsGivenOnDemand()
{
    GatewayLogParser parser(optionsAt());
    QList<LogEntry> entries;
    parser.feed(tracing(kBodyError + "'a"), entries);
    QVERIFY(parser.holdsBack());
    QCOMPARE(entries.size(), 0);
    parser.flush(entries);
    QCOMPARE(entries.size(), 1);
    QVERIFY(!parser.holdsBack());
    // Its rest comes late, and is still its text.
    parser.feed(tracing(kWake) + "b'\n" + tracing(kWake, "2026-11-23T09:36:39.161220Z"), entries);
    parser.finish(entries);
    QCOMPARE(entries.size(), 2);
    QCOMPARE(entries[1].line, 4);
    QCOMPARE(parser.counts().understood, 4);
}

void TestGatewayLog::countsAddUp()
{
    const auto parsed = parse(
        carried("a\n" + tracing(kWake), kTime, "export") + "b\n" + tracing("new") +
        tracing("device token unauthorized; stopping remote access gateway watch_lease_id=\"a\""));
    QCOMPARE(parsed.counts.entries, 2);
    QCOMPARE(parsed.counts.notUnderstood, 1);
    QCOMPARE(parsed.counts.understood, 9);
    QCOMPARE(parsed.counts.skipped, parsed.counts.read - 10);
    QCOMPARE(parsed.counts.origins, QList<QByteArray>({"robot-1/gateway", ""}));
}

void TestGatewayLog::everyTextsEndIsCounted_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<qint64>("lines");
    QTest::newRow("nothing") << QByteArray() << qint64(0);
    QTest::newRow("a line") << QByteArray("a\n") << qint64(1);
    QTest::newRow("a line without end") << QByteArray("a\nb") << qint64(2);
    QTest::newRow("within a line of megabytes") << "a\n" + QByteArray(2'000'000, 'x') << qint64(2);
    QTest::newRow("after a line of megabytes") << QByteArray(2'000'000, 'x') + "\nb\n" << qint64(2);
    const auto record = carried(tracing(kWake), kTime, "export");
    QTest::newRow("a record") << record << qint64(record.count('\n'));
    QTest::newRow("within a record's text") << record.left(record.indexOf("wake")) << qint64(6);
    QTest::newRow("within a record's size")
        << record.left(record.indexOf("MESSAGE\n") + 11) << qint64(6);
    QTest::newRow("within a record's name")
        << record.left(record.indexOf("MESSAGE\n") + 3) << qint64(5);
    QTest::newRow("lines after a record") << record + "a b\nc" << qint64(record.count('\n') + 2);
}

void TestGatewayLog::everyTextsEndIsCounted()
{
    QFETCH(const QByteArray, log);
    QFETCH(const qint64, lines);
    for (const qsizetype step : {7, 100'000'000})
        QCOMPARE(parse(log, optionsAt(), step).counts.read, lines);
}

/// Damaged, spliced and shuffled lines of every shape and carrier: nothing breaks, and each entry
/// has a line that holds its words.
void TestGatewayLog::everyEntryHasItsLine()
{
    QFile sample(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/cut-by-a-proxy.log"));
    QVERIFY(sample.open(QIODevice::ReadOnly));
    const auto written = linesOfSample(sample.readAll());
    QRandomGenerator random(20261123);
    const auto below = [&](qsizetype limit) {
        return static_cast<qsizetype>(random.bounded(static_cast<quint32>(limit)));
    };
    for (int round = 0; round < 300; ++round) {
        QByteArray log;
        for (int i = 0; i < 30; ++i) {
            const auto &line = written[below(written.size())];
            auto text = shaped(line, logShapes()[below(logShapes().size())]);
            if (below(4) == 0)
                text.insert(below(text.size()), shaped(line, "tracing"));
            auto out = carried(text + '\n', line.time, logCarriers()[below(logCarriers().size())]);
            for (qsizetype damage = below(3); damage > 0 && below(2) == 0; --damage) {
                switch (below(6)) {
                case 0:
                    out.truncate(below(out.size()) + 1);
                    break;
                case 1:
                    out[below(out.size())] = static_cast<char>(random.generate());
                    break;
                case 2:
                    out.insert(below(out.size()), '\n');
                    break;
                case 3:
                    out.remove(below(out.size()), 1 + below(20));
                    break;
                case 4:
                    out.insert(below(out.size()), "error=x with body '");
                    break;
                default:
                    out += out;
                }
                if (out.isEmpty())
                    out = "\n";
            }
            log += out;
        }
        const auto parsed = parse(log, optionsAt(), 1 + below(3000));
        const auto lines = log.split('\n');
        qint64 last = 0;
        for (const auto &entry : parsed.entries) {
            QVERIFY(entry.line > last);
            last = entry.line;
            QVERIFY(entry.line <= lines.size());
            const auto first = entry.raw.split('\n').first();
            QVERIFY2(lines[entry.line - 1].contains(first), lines[entry.line - 1].constData());
        }
        QVERIFY(parsed.counts.understood + parsed.counts.notUnderstood <= parsed.counts.read);
    }
}

QTEST_GUILESS_MAIN(TestGatewayLog)
#include "tst_gatewaylog.moc"
