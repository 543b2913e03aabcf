// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/transfer/csvexporter.h"
#include "tests/support/failingdevice.h"
#include "tests/support/fulldisk.h"

#include <QBuffer>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <numeric>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr char kHeaderRow[] = "seq,time,elapsed_ms,source,attempt,kind,status,outcome,rule,action,"
                              "delay_ms,lease_id,previous_lease_id,http_status,duration_ms,detail";

SessionHeader header(const QString &started = u"2026-11-23T09:36:36.161Z"_s)
{
    SessionHeader header;
    header.started = QDateTime::fromString(started, Qt::ISODateWithMs);
    return header;
}

void append(SessionStore &store, const QByteArray &line)
{
    EventParser parser;
    Event event;
    QVERIFY2(parser.parse(line, event), qPrintable(parser.error()));
    store.append(event, line);
}

QByteArray exported(const SessionStore &store, const ExportFilter &filter = {})
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = exportCsv(store, buffer, filter);
    return result.status == ExportResult::Status::Done ? buffer.data() : QByteArray("failed");
}

/// The only row of a store with one event, without its line end.
QByteArray rowOf(const QByteArray &line, const SessionHeader &sessionHeader = header())
{
    SessionStore store(sessionHeader);
    append(store, line);
    auto csv = exported(store);
    const QByteArray start = QByteArray(kHeaderRow) + "\r\n";
    if (!csv.startsWith(start) || !csv.endsWith("\r\n"))
        return "no header row or no line end: " + csv;
    return csv.mid(start.size()).chopped(2);
}

/// A strict reader of RFC 4180; nothing for what is none.
std::optional<QList<QStringList>> read(const QByteArray &csv)
{
    QList<QStringList> rows;
    QStringList row;
    qsizetype i = 0;
    while (i < csv.size()) {
        QByteArray cell;
        if (csv[i] == '"') {
            for (++i;; ++i) {
                if (i >= csv.size())
                    return std::nullopt;
                if (csv[i] == '"' && ++i < csv.size() && csv[i] != '"')
                    break;
                cell += csv[i];
            }
        } else {
            while (i < csv.size() && csv[i] != ',' && csv[i] != '\r') {
                if (csv[i] == '"' || csv[i] == '\n')
                    return std::nullopt;
                cell += csv[i++];
            }
        }
        row.append(QString::fromUtf8(cell));
        if (i < csv.size() && csv[i] == ',') {
            ++i;
            continue;
        }
        if (i + 1 >= csv.size() || csv[i] != '\r' || csv[i + 1] != '\n')
            return std::nullopt;
        i += 2;
        rows.append(row);
        row.clear();
    }
    return row.isEmpty() ? std::optional(rows) : std::nullopt;
}

} // namespace

class TestCsvExporter : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void anEmptySessionIsAHeaderRow();
    void writesRows_data();
    void writesRows();
    void timeIsFlooredToMilliseconds_data();
    void timeIsFlooredToMilliseconds();
    void timeIsEmptyWithoutAStart();
    void durationsHaveThreeDecimals_data();
    void durationsHaveThreeDecimals();
    void formulasAreDefused_data();
    void formulasAreDefused();
    void negativeNumbersStayNumbers();
    void quotesOnlyWhereNeeded_data();
    void quotesOnlyWhereNeeded();
    void hostileTextReadsBack_data();
    void hostileTextReadsBack();
    void seqCountsTheWholeSession();
    void filters_data();
    void filters();
    void chosenRowsAreTheSame();
    void aFileGivesTheSameAsItsStore();
    void aFileCutShortIsNoExport();
    void tellsProgressAndCanBeCancelled();
    void writesWhatIsStillHeldAndCountsTheRest();
    void aFileCutShortIsNoExportWhateverIsHidden();
    void saysWhyTheDeviceFailed_data();
    void saysWhyTheDeviceFailed();
};

void TestCsvExporter::anEmptySessionIsAHeaderRow()
{
    QCOMPARE(exported(SessionStore(header())), QByteArray(kHeaderRow) + "\r\n");
}

void TestCsvExporter::writesRows_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("row");
    const auto row = [](const char *name, const QByteArray &line, const QByteArray &csv) {
        QTest::newRow(name) << line << csv;
    };
    row("status", R"({"t":0,"kind":"status","source":"g","attempt":0,"status":"connecting"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,0,status,connecting,,,,,,,,,");
    row("device_info",
        R"({"t":80123456,"kind":"device_info","source":"g","attempt":0,"result":"ok","device_id":"dev_1","device_name":"My robot","project_id":"prj_1","http_status":200,"duration_ms":80.1,"delay_ms":null})",
        "1,2026-11-23T09:36:36.241Z,80.123,g,0,device_info,,ok,,,,,,200,80.100,"
        "device_id=dev_1; device_name=My robot; project_id=prj_1");
    row("connect_attempt",
        R"({"t":1,"kind":"connect_attempt","source":"g","attempt":1,"previous_lease_id":"rwl_1","remote_access_session_id":null,"url":"http://h/x?y=1"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,connect_attempt,,,,,,,rwl_1,,,url=http://h/x?y=1");
    row("connect_phase",
        R"({"t":1,"kind":"connect_phase","source":"g","attempt":1,"phase":"headers","duration_ms":3,"http_status":200,"http_version":"HTTP/2","content_type":"text/event-stream"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,connect_phase,,headers,,,,,,200,3.000,"
        "http_version=HTTP/2; content_type=text/event-stream");
    row("connect_phase with detail",
        R"({"t":1,"kind":"connect_phase","source":"g","attempt":1,"phase":"tls","duration_ms":3,"detail":"TLS 1.3"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,connect_phase,,tls,,,,,,,3.000,TLS 1.3");
    row("hello, members in the table's order",
        R"({"device_wait_for_viewer_ms":60000,"duration_ms":12.5,"advertised_heartbeat_interval_ms":500,"heartbeat_interval_ms":1000,"lease_id":"rwl_1","t":1,"kind":"hello","source":"g","attempt":1})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,hello,,,,,,rwl_1,,,12.500,"
        "heartbeat_interval_ms=1000; advertised_heartbeat_interval_ms=500; "
        "device_wait_for_viewer_ms=60000");
    row("connect_error",
        R"({"t":1,"kind":"connect_error","source":"g","attempt":1,"outcome":"api","http_status":503,"content_type":"text/html","duration_ms":1.5,"detail":"overloaded"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,connect_error,,api,,,,,,503,1.500,overloaded");
    row("keepalive",
        R"({"t":1,"kind":"keepalive","source":"g","attempt":1,"lease_id":"rwl_1","text":"ping"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,keepalive,,,,,,rwl_1,,,,text=ping");
    row("sse_event",
        R"({"t":1,"kind":"sse_event","source":"g","attempt":1,"type":"message","size":17})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,sse_event,,,,,,,,,,type=message; size=17");
    row("heartbeat",
        R"({"t":1,"kind":"heartbeat","source":"g","attempt":1,"lease_id":"rwl_1","result":"conflict","http_status":409,"duration_ms":18.214})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,heartbeat,,conflict,,,,rwl_1,,409,18.214,");
    row("wake",
        R"({"t":1,"kind":"wake","source":"g","attempt":1,"lease_id":"rwl_1","remote_access_session_id":"ras_1","url":"wss://h","token_fingerprint":"sha256:01234567"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,wake,,,,,,rwl_1,,,,"
        "remote_access_session_id=ras_1; url=wss://h; token_fingerprint=sha256:01234567");
    row("outcome",
        R"({"t":1,"kind":"outcome","source":"g","attempt":1,"outcome":"stream_error","lease_id":"rwl_1","duration_ms":2500,"detail":"reset"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,outcome,,stream_error,,,,rwl_1,,,2500.000,reset");
    row("decision",
        R"({"t":1,"kind":"decision","source":"g","attempt":1,"rule":"connect.transient","action":"retry_after","delay_ms":1000,"previous_lease_id":null,"backoff_ms":2000})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,decision,,,connect.transient,retry_after,1000,,,,,"
        "backoff_ms=2000");
    row("backoff",
        R"({"t":1,"kind":"backoff","source":"g","attempt":1,"result":"finished","delay_ms":1000,"duration_ms":1000.25})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,backoff,,finished,,,1000,,,,1000.250,");
    row("room",
        R"({"t":1,"kind":"room","source":"g","attempt":1,"phase":"failed","url":"wss://h","detail":"no"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,room,,failed,,,,,,,,no");
    row("note", R"({"t":1,"kind":"note","source":"g","attempt":1,"detail":"here"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,note,,,,,,,,,,here");
    row("inferred, and a member of a later version",
        R"({"t":1,"later":[1,2],"kind":"keepalive","inferred":true,"source":"g","attempt":1,"text":"a","x":1.5})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,keepalive,,,,,,,,,,"
        "\"text=a; later=[1,2]; inferred=true; x=1.5\"");
    row("a kind of a later version, in file order",
        R"({"t":1,"kind":"tide","source":"g","attempt":2,"url":"u","height":1.25,"lease_id":"l","empty":null,"text":"x"})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,2,tide,,,,,,l,,,,url=u; height=1.25; text=x");
    row("a null detail is none",
        R"({"t":1,"kind":"sse_event","source":"g","attempt":1,"type":"a","size":0,"detail":null})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,sse_event,,,,,,,,,,type=a; size=0");
    row("an empty detail is a detail",
        R"({"t":1,"kind":"sse_event","source":"g","attempt":1,"type":"a","size":0,"detail":""})",
        "1,2026-11-23T09:36:36.161Z,0.000,g,1,sse_event,,,,,,,,,,");
    row("no source", R"({"t":1,"kind":"note","detail":"x"})",
        "1,2026-11-23T09:36:36.161Z,0.000,,0,note,,,,,,,,,,x");
}

void TestCsvExporter::writesRows()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QByteArray, row);
    QCOMPARE(rowOf(line), row);
}

void TestCsvExporter::timeIsFlooredToMilliseconds_data()
{
    QTest::addColumn<QString>("started");
    QTest::addColumn<qint64>("t");
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<QByteArray>("elapsed");
    const auto start = u"2026-12-31T23:59:59.999Z"_s;
    using B = QByteArray;
    QTest::newRow("zero") << start << qint64{0} << B("2026-12-31T23:59:59.999Z") << B("0.000");
    QTest::newRow("below a millisecond")
        << start << qint64{999'999} << B("2026-12-31T23:59:59.999Z") << B("1.000");
    QTest::newRow("into the next year")
        << start << qint64{1'000'000} << B("2027-01-01T00:00:00.000Z") << B("1.000");
    QTest::newRow("half up") << start << qint64{4'500} << B("2026-12-31T23:59:59.999Z")
                             << B("0.005");
    QTest::newRow("just below half")
        << start << qint64{4'499} << B("2026-12-31T23:59:59.999Z") << B("0.004");
    QTest::newRow("leap day") << u"2028-02-28T12:00:00.000Z"_s << qint64{86'400'000'000'000}
                              << B("2028-02-29T12:00:00.000Z") << B("86400000.000");
    QTest::newRow("before the start")
        << start << qint64{-1'500} << B("2026-12-31T23:59:59.998Z") << B("-0.001");
    QTest::newRow("long before the start")
        << start << qint64{-2'000'000'000} << B("2026-12-31T23:59:57.999Z") << B("-2000.000");
    const qint64 farthest = Nanoseconds(kFarthestTime).count();
    QTest::newRow("as late as can be")
        << start << farthest << B("2127-01-01T23:59:59.999Z") << B("3155760000000.000");
    QTest::newRow("as early as can be")
        << start << -farthest << B("1926-12-31T23:59:59.999Z") << B("-3155760000000.000");
    QTest::newRow("local time is made UTC") << u"2026-11-23T10:00:00.000+02:00"_s << qint64{0}
                                            << B("2026-11-23T08:00:00.000Z") << B("0.000");
}

void TestCsvExporter::timeIsFlooredToMilliseconds()
{
    QFETCH(const QString, started);
    QFETCH(const qint64, t);
    QFETCH(const QByteArray, time);
    QFETCH(const QByteArray, elapsed);
    const QByteArray line = R"({"t":)" + QByteArray::number(t) + R"(,"kind":"note"})";
    const auto cells = rowOf(line, header(started)).split(',');
    QCOMPARE(cells.value(1), time);
    QCOMPARE(cells.value(2), elapsed);
}

void TestCsvExporter::timeIsEmptyWithoutAStart()
{
    const QByteArray line = R"({"t":5000000,"kind":"note","source":"g"})";
    QCOMPARE(rowOf(line, SessionHeader()), "1,,5.000,g,0,note,,,,,,,,,,");
}

void TestCsvExporter::durationsHaveThreeDecimals_data()
{
    QTest::addColumn<QByteArray>("recorded");
    QTest::addColumn<QByteArray>("cell");
    using B = QByteArray;
    QTest::newRow("whole") << B("12") << B("12.000");
    QTest::newRow("zero") << B("0") << B("0.000");
    QTest::newRow("minus zero") << B("-0.0") << B("0.000");
    QTest::newRow("one") << B("1.5") << B("1.500");
    QTest::newRow("three") << B("18.214") << B("18.214");
    QTest::newRow("half up") << B("1.0005") << B("1.001");
    QTest::newRow("just below half") << B("1.000499999") << B("1.000");
    QTest::newRow("into the next whole") << B("9.9995") << B("10.000");
    QTest::newRow("exponent") << B("1e3") << B("1000.000");
    QTest::newRow("tiny") << B("1e-300") << B("0.000");
    QTest::newRow("negative") << B("-1.5") << B("-1.500");
    QTest::newRow("days") << B("259200000.125") << B("259200000.125");
    QTest::newRow("2^62") << B("4611686018427387904") << B("4611686018427387904.000");
    QTest::newRow("huge") << B("1e25") << B("10000000000000000905969664.000");
    QTest::newRow("null") << B("null") << B("");
    QTest::newRow("text") << B("\"soon\"") << B("soon");
    QTest::newRow("a formula") << B("\"=1+1\"") << B("'=1+1");
}

void TestCsvExporter::durationsHaveThreeDecimals()
{
    QFETCH(const QByteArray, recorded);
    QFETCH(const QByteArray, cell);
    const auto row = rowOf(R"({"t":0,"kind":"heartbeat","duration_ms":)" + recorded + "}");
    QCOMPARE(row.split(',').value(14), cell);
}

void TestCsvExporter::formulasAreDefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("cell");
    using B = QByteArray;
    QTest::newRow("equals") << B("=1+1") << B("'=1+1");
    QTest::newRow("plus") << B("+1") << B("'+1");
    QTest::newRow("minus") << B("-1") << B("'-1");
    QTest::newRow("at") << B("@SUM(A1)") << B("'@SUM(A1)");
    QTest::newRow("tab") << B("\\t=1") << B("'\t=1");
    QTest::newRow("CR") << B("\\r=1") << B("\"'\r=1\"");
    QTest::newRow("quoted") << B("=HYPERLINK(\\\"a\\\",\\\"b\\\")")
                            << B("\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"");
    QTest::newRow("later on") << B("a=1") << B("a=1");
    QTest::newRow("after a space") << B(" =1") << B(" =1");
    QTest::newRow("an apostrophe of its own") << B("'=1") << B("'=1");
}

void TestCsvExporter::formulasAreDefused()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, cell);
    const QByteArray quotedText = '"' + text + '"';
    const QByteArray note = R"({"t":0,"kind":"note","detail":)" + quotedText + "}";
    QCOMPARE(rowOf(note), "1,2026-11-23T09:36:36.161Z,0.000,,0,note,,,,,,,,,," + cell);

    QByteArray everyColumn = R"({"t":0)";
    for (const char *name : {"kind", "source", "status", "outcome", "rule", "action", "lease_id",
                             "previous_lease_id", "detail"})
        everyColumn += ",\"" + QByteArray(name) + "\":" + quotedText;
    everyColumn += '}';
    QByteArray row = "1,2026-11-23T09:36:36.161Z,0.000,C,0,C,C,C,C,C,,C,C,,,C";
    QCOMPARE(rowOf(everyColumn), row.replace("C", cell));
}

void TestCsvExporter::negativeNumbersStayNumbers()
{
    const QByteArray line =
        R"({"t":-1000000,"kind":"x","delay_ms":-5,"http_status":-1,"duration_ms":-2})";
    QCOMPARE(rowOf(line), "1,2026-11-23T09:36:36.160Z,-1.000,,0,x,,,,,-5,,,-1,-2.000,");
}

void TestCsvExporter::quotesOnlyWhereNeeded_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("cell");
    using B = QByteArray;
    QTest::newRow("plain") << B("a b; c: d'e") << B("a b; c: d'e");
    QTest::newRow("comma") << B("a,b") << B("\"a,b\"");
    QTest::newRow("quote") << B("a\\\"b") << B("\"a\"\"b\"");
    QTest::newRow("LF") << B("a\\nb") << B("\"a\nb\"");
    QTest::newRow("CR") << B("a\\rb") << B("\"a\rb\"");
    QTest::newRow("CRLF") << B("a\\r\\nb") << B("\"a\r\nb\"");
    QTest::newRow("tab inside") << B("a\\tb") << B("a\tb");
    QTest::newRow("escape") << B("\\u001b[31m") << B("\x1B[31m");
    QTest::newRow("NUL") << B("a\\u0000b")
                         << B("a\xEF\xBF\xBD"
                              "b");
    QTest::newRow("beyond ASCII") << B("ä€🤖") << B("ä€🤖");
    QTest::newRow("line separator") << B("a\\u2028b")
                                    << B("a\xE2\x80\xA8"
                                         "b");
}

void TestCsvExporter::quotesOnlyWhereNeeded()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, cell);
    const QByteArray line = R"({"t":0,"kind":"note","detail":")" + text + "\"}";
    QCOMPARE(rowOf(line), "1,2026-11-23T09:36:36.161Z,0.000,,0,note,,,,,,,,,," + cell);
}

void TestCsvExporter::hostileTextReadsBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("quotes") << u"\"\"\"a\"\",\"\r\n\""_s;
    QTest::newRow("a row of its own") << u"x\r\n2,2026,0,evil\r\n"_s;
    QTest::newRow("only line breaks") << u"\n\r\n\n"_s;
    QTest::newRow("markup") << u"<b onclick=\"x\">&amp;</b>"_s;
    QTest::newRow("controls") << u"\u0001\u0002\u001b]0;title\u0007\u009b\u202e"_s;
    QTest::newRow("separators") << u"a\u2028b\u2029c\u0085d\ve\ff\u001cg"_s;
    QTest::newRow("a long one") << QString(200'000, u',');
}

void TestCsvExporter::hostileTextReadsBack()
{
    QFETCH(const QString, text);
    SessionStore store(header());
    Event event(EventKind::Heartbeat);
    event.source = text;
    event.set(Field::LeaseId, text).set(Field::Detail, text);
    store.append(event);
    store.append(Event(EventKind::Note));

    const auto rows = read(exported(store));
    QVERIFY(rows.has_value());
    QCOMPARE(rows->size(), 3);
    for (const auto &row : *rows)
        QCOMPARE(row.size(), 16);
    QCOMPARE(rows->at(1).at(3), text);
    QCOMPARE(rows->at(1).at(11), text);
    QCOMPARE(rows->at(1).at(15), text);
    QCOMPARE(rows->at(2).at(0), u"2"_s);
}

void TestCsvExporter::seqCountsTheWholeSession()
{
    SessionStore store(header());
    for (int i = 0; i < 10; ++i)
        store.append(Event(i == 7 ? EventKind::Note : EventKind::KeepAlive));
    ExportFilter filter;
    filter.kinds = {u"note"_s};
    const auto rows = read(exported(store, filter));
    QVERIFY(rows.has_value());
    QCOMPARE(rows->size(), 2);
    QCOMPARE(rows->at(1).at(0), u"8"_s);
}

void TestCsvExporter::filters_data()
{
    QTest::addColumn<QStringList>("kinds");
    QTest::addColumn<QStringList>("sources");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<QString>("seqs");
    const QStringList none;
    QTest::newRow("all") << none << none << -1 << -1 << u"1 2 3 4 5 6"_s;
    QTest::newRow("one kind") << QStringList{u"note"_s} << none << -1 << -1 << u"1 4"_s;
    QTest::newRow("two kinds") << QStringList{u"note"_s, u"wake"_s} << none << -1 << -1
                               << u"1 2 4"_s;
    QTest::newRow("a kind not known") << QStringList{u"tide"_s} << none << -1 << -1 << u"3"_s;
    QTest::newRow("a kind that is not there")
        << QStringList{u"hello"_s} << none << -1 << -1 << u""_s;
    QTest::newRow("one source") << none << QStringList{u"b"_s} << -1 << -1 << u"2 4 6"_s;
    QTest::newRow("two sources") << none << QStringList{u"b"_s, u"a"_s} << -1 << -1
                                 << u"1 2 3 4 5 6"_s;
    QTest::newRow("a source that is not there") << none << QStringList{u"c"_s} << -1 << -1 << u""_s;
    QTest::newRow("from is in") << none << none << 3 << -1 << u"4 5 6"_s;
    QTest::newRow("to is out") << none << none << -1 << 3 << u"1 2 3"_s;
    QTest::newRow("from and to") << none << none << 1 << 4 << u"2 3 4"_s;
    QTest::newRow("from equals to") << none << none << 2 << 2 << u""_s;
    QTest::newRow("all at once") << QStringList{u"note"_s} << QStringList{u"b"_s} << 1 << 5
                                 << u"4"_s;
}

void TestCsvExporter::filters()
{
    QFETCH(const QStringList, kinds);
    QFETCH(const QStringList, sources);
    QFETCH(const int, from);
    QFETCH(const int, to);
    QFETCH(const QString, seqs);
    SessionStore store(header());
    const QByteArrayList recorded{"note", "wake", "tide", "note", "ebb", "status"};
    for (int i = 0; i < recorded.size(); ++i) {
        append(store, R"({"t":)" + QByteArray::number(qint64{i} * 1'000'000'000) + R"(,"kind":")" +
                          recorded[i] + R"(","source":")" + (i % 2 ? "b" : "a") + R"("})");
    }
    ExportFilter filter{kinds, sources, std::nullopt, std::nullopt};
    if (from >= 0)
        filter.from = std::chrono::seconds(from);
    if (to >= 0)
        filter.to = std::chrono::seconds(to);

    const auto rows = read(exported(store, filter));
    QVERIFY(rows.has_value());
    QStringList found;
    for (const auto &row : rows->mid(1))
        found.append(row.first());
    QCOMPARE(found.join(u' '), seqs);
}

void TestCsvExporter::chosenRowsAreTheSame()
{
    SessionStore store(header());
    for (int i = 0; i < 3; ++i) {
        Event event(EventKind::Note);
        event.t = std::chrono::seconds(i);
        event.set(Field::Detail, QString::number(i));
        store.append(event);
    }
    const auto lines = exported(store).split('\n');
    QCOMPARE(csvOf(store, {0, 2}), lines[0] + '\n' + lines[1] + '\n' + lines[3] + '\n');
}

/// A session of several pieces, with all that may be wrong with one.
QByteArray roughSession()
{
    QByteArray bytes = toJsonLine(header()) + '\n';
    for (int i = 0; i < 30'000; ++i) {
        const auto number = QByteArray::number(i);
        if (i % 1000 == 999)
            bytes += "{damaged\n";
        if (i % 700 == 0)
            bytes += "\n";
        bytes += R"({"t":)" + QByteArray::number(i * qint64{1'000'000}) + R"(,"kind":")" +
                 (i % 7 ? "note" : "tide") + R"(","source":")" + (i % 3 ? "a" : "b") +
                 R"(","attempt":1,"x":")" + number + R"(","duration_ms":)" + number +
                 (i % 5 ? ".25}" : "}") + (i % 11 ? "\n" : "\r\n");
    }
    return bytes + R"({"t":1,"kind)";
}

void TestCsvExporter::aFileGivesTheSameAsItsStore()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(u"s.watchline"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(roughSession());
    file.close();
    SessionStore store;
    QCOMPARE(readSession(path, store).status, ReadResult::Status::Damaged);
    QCOMPARE(store.size(), 30'000);
    std::vector<qsizetype> all(30'000);
    std::iota(all.begin(), all.end(), 0);
    QCOMPARE(csvOf(store, all), exported(store));

    QList<ExportFilter> filters(3);
    filters[1].kinds = {u"tide"_s};
    filters[2].sources = {u"b"_s};
    filters[2].from = std::chrono::seconds(3);
    for (const auto &filter : filters) {
        FileSource source;
        QCOMPARE(source.open(path), 0);
        SessionScan scan(source, path, {});
        QVERIFY(scan.readHeader());
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const auto result = exportCsv(scan, buffer, filter);
        QCOMPARE(result.status, ExportResult::Status::Done);
        QCOMPARE(scan.result().status, ReadResult::Status::Damaged);
        QCOMPARE(result.rows, buffer.data().count("\r\n") - 1);
        QVERIFY(result.lastTime == std::chrono::milliseconds(29'999));
        QCOMPARE(result.eventsInTime, filter.from ? 27'000 : 30'000);
        QCOMPARE(buffer.data(), exported(store, filter));
    }
}

void TestCsvExporter::aFileCutShortIsNoExport()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(u"s.watchline"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(roughSession());
    file.close();
    SessionStore store;
    readSession(path, store);
    QVERIFY(QFile::resize(path, store.linePosition(20'000) + 5));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = exportCsv(store, buffer);
    QCOMPARE(result.status, ExportResult::Status::Failed);
    QVERIFY(result.error.contains(u"cut short"_s));
}

void TestCsvExporter::writesWhatIsStillHeldAndCountsTheRest()
{
    const QTemporaryDir folder;
    SessionStore store(header());
    QVERIFY(FullDisk::fill(store, folder.filePath(u"s.watchline"_s)));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = exportCsv(store, buffer);
    QCOMPARE(result.status, ExportResult::Status::Done);
    QVERIFY(result.rows > FullDisk::kInFile);
    QVERIFY(result.rows < FullDisk::kEvents);
    QCOMPARE(result.missing, FullDisk::kEvents - result.rows);
    QCOMPARE(buffer.data().count("\r\n"), 1 + result.rows);
}

void TestCsvExporter::aFileCutShortIsNoExportWhateverIsHidden()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath(u"s.watchline"_s);
    SessionStore store(header());
    QVERIFY(FullDisk::fill(store, path));
    // More lines than rows are left.
    QVERIFY(QFile::resize(path, store.fileEnd() / 2));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = exportCsv(store, buffer);
    QVERIFY(result.rows > store.size());
    QCOMPARE(result.status, ExportResult::Status::Failed);
    QVERIFY(result.error.contains(u"cut short"_s));
}

void TestCsvExporter::tellsProgressAndCanBeCancelled()
{
    SessionStore store(header());
    for (int i = 0; i < 20'000; ++i)
        store.append(Event(EventKind::Note));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);

    QList<qsizetype> reports;
    auto result = exportCsv(store, buffer, {}, [&](qsizetype done, qsizetype total) {
        reports.append(done);
        return total == 20'000;
    });
    QCOMPARE(result.status, ExportResult::Status::Done);
    QCOMPARE(result.rows, 20'000);
    QVERIFY(reports.size() > 2);
    QVERIFY(std::is_sorted(reports.begin(), reports.end()));
    QCOMPARE(reports.last(), 20'000);

    int calls = 0;
    result = exportCsv(store, buffer, {}, [&](qsizetype, qsizetype) { return ++calls < 3; });
    QCOMPARE(result.status, ExportResult::Status::Cancelled);
    QCOMPARE(calls, 3);
    QVERIFY(result.rows < 20'000);
}

void TestCsvExporter::saysWhyTheDeviceFailed_data()
{
    QTest::addColumn<qint64>("room");
    QTest::newRow("at once") << qint64{0};
    QTest::newRow("in the header row") << qint64{10};
    QTest::newRow("later on") << qint64{300'000};
}

void TestCsvExporter::saysWhyTheDeviceFailed()
{
    QFETCH(const qint64, room);
    SessionStore store(header());
    for (int i = 0; i < 20'000; ++i)
        store.append(Event(EventKind::Note));
    FailingDevice device(room);
    device.open(QIODevice::WriteOnly);
    const auto result = exportCsv(store, device);
    QCOMPARE(result.status, ExportResult::Status::Failed);
    QCOMPARE(result.error, u"No space left on device"_s);
    QCOMPARE(device.taken(), room);
    QVERIFY(device.failures() == 1);
}

QTEST_GUILESS_MAIN(TestCsvExporter)
#include "tst_csvexporter.moc"
