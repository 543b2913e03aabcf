// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/transfer/csvexporter.h"
#include "tests/support/program.h"
#include "tests/support/samplesession.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <cmath>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

constexpr int kDone = 0;
constexpr int kNo = 1;
constexpr int kUsage = 2;
constexpr int kInput = 3;
constexpr int kOutput = 4;

bool isOneMessage(const QByteArray &err)
{
    return err.startsWith("watchline: ") && err.endsWith('\n') && err.count('\n') == 1;
}

QByteArray eventLines()
{
    return sampleFile().sliced(sampleFile().indexOf('\n') + 1);
}

} // namespace

#define COMPARE_FAILURE(run, expectedStatus, expectedText)                                         \
    do {                                                                                           \
        QCOMPARE((run).status, expectedStatus);                                                    \
        QVERIFY2(isOneMessage((run).err), (run).err.constData());                                  \
        QVERIFY2((run).err.contains(expectedText), (run).err.constData());                         \
    } while (false)

/// Everything that needs no network: usage, files, formats.
class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
        m_program->write(u"s.watchline"_s, sampleFile());
    }
    void cleanup() { m_program.reset(); }
    void tellsItsVersion();
    void helpsWithEachCommand_data();
    void helpsWithEachCommand();
    void refusesWrongUsage_data();
    void refusesWrongUsage();
    void saysThatThereIsNoDisplay();
    void theDesktopAppToleratesItsEnvironment_data();
    void theDesktopAppToleratesItsEnvironment();
    void refusesDamagedInputs_data();
    void refusesDamagedInputs();
    void waitsForASlowReader_data();
    void waitsForASlowReader();
    void worksInAnyLocale();
    void refusesWhatIsNoSession_data();
    void refusesWhatIsNoSession();
    void worksWithWhatACutOffFileHas_data();
    void worksWithWhatACutOffFileHas();
    void readsStandardInput_data();
    void readsStandardInput();
    void replaysTheFilesLines();
    void replaysReadableLines();
    void replaysInTime();
    void replaysWhatCameLongBeforeTheStartAtOnce();
    void exportsTheSameCsvEverywhere();
    void pythonReadsTheCsv();
    void exportsPartsOfASession();
    void findsItsSourcesAmongVeryMany();
    void exportsASessionAgain();
    void writesToAFileNamedAsItIs();
    void exportsPictures();
    void saysThatARangeIsBeyondTheSession();
    void neverReplacesAFileUnasked();
    void neverReplacesTheSessionItself();
    void waitsForALateWriterOfAPipe();
    void saysWhyItCannotWrite_data();
    void saysWhyItCannotWrite();
    void aFullDeviceIsAnError_data();
    void aFullDeviceIsAnError();
    void aReaderThatHasGoneIsNoError_data();
    void aReaderThatHasGoneIsNoError();
    void verifiesDecisions();
    void refusesAnAlteredDecision();
    void aNoCountsMoreThanDamage();
    void diagnoses();
    void playsWithOtherSettings();
    void playsWithTheRecordedSettings();
    void comparesTwoSessions();
    void takesNoTokenFromNowhere_data();
    void takesNoTokenFromNowhere();

private:
    std::unique_ptr<Program> m_program;
};

void TestCommandLine::tellsItsVersion()
{
    const auto run = m_program->run({u"--version"_s});
    QCOMPARE(run.status, kDone);
    QVERIFY(QRegularExpression(u"^watchline \\d+\\.\\d+\\.\\d+\n$"_s)
                .match(QString::fromUtf8(run.out))
                .hasMatch());
    QCOMPARE(run.err, QByteArray());
}

void TestCommandLine::helpsWithEachCommand_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("the program") << QStringList{u"--help"_s};
    for (const auto &command : {u"record"_s, u"replay"_s, u"export"_s, u"verify"_s, u"diagnose"_s,
                                u"what-if"_s, u"compare"_s, u"report"_s, u"check"_s, u"simulate"_s})
        QTest::newRow(qPrintable(command)) << QStringList{command, u"--help"_s};
}

void TestCommandLine::helpsWithEachCommand()
{
    QFETCH(QStringList, arguments);
    const auto run = m_program->run(arguments);
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.err, QByteArray());
    QVERIFY(run.out.startsWith("Usage: watchline"));
    QVERIFY(run.out.contains(arguments.first().toUtf8()));
    QVERIFY(run.out.contains("\nExit status:\n"));
    QVERIFY(run.out.contains("\nExamples:\n"));
    for (const auto &line : run.out.split('\n'))
        QVERIFY2(line.size() <= 100, line.constData());
}

void TestCommandLine::refusesWrongUsage_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *arguments, const char *message) {
        QTest::newRow(arguments) << QString::fromUtf8(arguments) << QByteArray(message);
    };
    row("--compare s.watchline", "--compare takes two sessions, not 1");
    row("--bogus", "unknown option: --bogus");
    row("recrod", "did you mean record?");
    row("nonsense", "unknown command: nonsense");
    row("record --outptu x", "did you mean --output?");
    row("record --token secret", "unknown option: --token");
    row("record", "no device token");
    row("record extra", "unexpected argument: extra");
    row("record --duration 5", "not a time: --duration 5");
    row("record --duration", "missing value: --duration");
    row("record --duration 0s", "not a time: --duration 0s");
    row("record --force=yes", "unexpected value: --force");
    row("record --after-wake perhaps", "choose stop or continue");
    row("record --api-url localhost:8080", "--api-url: the API URL must start with https://");
    row("record --api-url ftp://x", "--api-url: the API URL must start with https://");
    row("record --api-url https://", "--api-url: the API URL has no host");
    row("record --api-url https://a:geheim@c", "must not have a user name or password");
    row("record --api-url https://a:geheim@c:x", "--api-url: the API URL is not valid");
    row("record --api-url https://@c", "must not have a user name or password");
    row("record --api-url https://c:0", "port 0");
    row("record https://a:geheim@c", "unexpected argument: https://***@c");
    row("replay a https://a:ge@heim@c/d", "too many arguments: https://***@c/d");
    row("record --api-timeout 0s", "not a time: --api-timeout 0s");
    row("record --api-timeout soon", "not a time: --api-timeout soon");
    row("replay", "missing argument: FILE");
    row("replay a b", "too many arguments: b");
    row("replay s.watchline --speed 0", "not a speed: --speed 0");
    row("replay s.watchline --speed fast", "not a speed");
    row("replay s.watchline --speed -1", "not a speed");
    row("replay s.watchline --format xml", "choose text or jsonl");
    row("export", "missing argument: FILE");
    row("export s.watchline", "missing option: --format");
    row("export s.watchline --format pdf", "choose csv or jsonl or png or svg");
    row("export s.watchline --format csv --kind status,nonsense", "unknown kind: --kind nonsense");
    row("export s.watchline --format csv --source robot-8", "this session has robot-7");
    row("export s.watchline --format csv --from 5s --to 5s", "an empty range");
    row("export s.watchline --format csv --from yesterday", "not a time");
    row("export s.watchline --format csv --size 10x10", "--size does nothing for tables");
    row("export s.watchline --format png --size 10x10 --output x.png", "not a size");
    row("export s.watchline --format png --size big --output x.png", "not a size");
    row("export s.watchline --format png --theme pink --output x.png", "choose light or dark");
    row("export s.watchline --format png --kind status --output x.png",
        "--kind does nothing for pictures");
    row("export s.watchline --format png --source robot-8 --output x.png",
        "this session has robot-7");
    row("verify", "missing argument: FILE");
    row("verify s.watchline --format csv", "choose text or jsonl");
    row("diagnose", "missing argument: FILE");
    row("diagnose s.watchline --format jsonl", "choose text or json");
    row("what-if", "missing argument: FILE");
    row("what-if a b", "too many arguments: b");
    row("what-if s.watchline --format jsonl", "choose text or json");
    row("what-if s.watchline --jitter some", "choose none or equal or full");
    row("what-if s.watchline --set", "missing value: --set");
    row("what-if s.watchline --set backoff=1s", "unknown setting: backoff: choose from initial_");
    row("what-if s.watchline --set max_backoff_ms=0", "not a wait: max_backoff_ms=0");
    row("what-if s.watchline --set read_timeout_factor=x", "not a factor");
    row("what-if s.watchline --set max_backoff_ms=1s --set max_backoff_ms=2s", "set twice");
    row("what-if s.watchline --set max_backoff_ms=500", "initial_backoff_ms 1000 is above");
    row("compare", "missing argument: A B");
    row("compare s.watchline", "missing argument: B");
    row("compare a b c", "too many arguments: c");
    row("compare - -", "standard input cannot be both");
    row("compare s.watchline s.watchline --align end",
        "choose start or wall or first-outcome or leases");
    row("compare s.watchline s.watchline --format csv", "choose text or json");
    row("check", "no device token");
    row("check --format jsonl", "choose text or json");
    row("simulate --port 70000", "not a port: --port 70000");
    row("simulate --port http", "not a port");
    row("simulate --scenario no-such-thing", "no-such-thing");
    row("simulate --tls-key x", "TLS needs both");
    row("--demo tuor", "tuor: neither a built-in scenario");
    row("--demo missing.json", "missing.json: neither a built-in scenario");
    row("--demo=missing.json", "missing.json: neither a built-in scenario");
    row("export s.watchline --format csv --kind ,", "empty value: --kind");
    row("simulate s.watchline", "unexpected argument");
}

void TestCommandLine::refusesWrongUsage()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, message);
    const auto run = m_program->run(arguments.split(u' '));
    COMPARE_FAILURE(run, kUsage, message);
    QVERIFY(run.err.contains("--help"));
    QVERIFY(!run.err.contains("heim"));
    QCOMPARE(run.out, QByteArray());
}

void TestCommandLine::saysThatThereIsNoDisplay()
{
    COMPARE_FAILURE(m_program->run({}), kOutput, "no display");
}

void TestCommandLine::theDesktopAppToleratesItsEnvironment_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("value");
    QTest::newRow("URL") << u"FOXGLOVE_API_URL"_s << u"localhost"_s;
    QTest::newRow("time-out") << u"FOXGLOVE_API_TIMEOUT"_s << u"soon"_s;
    QTest::newRow("token") << u"FOXGLOVE_DEVICE_TOKEN"_s << u"two words"_s;
}

void TestCommandLine::theDesktopAppToleratesItsEnvironment()
{
    QFETCH(QString, variable);
    QFETCH(QString, value);
    m_program->setVariable(variable, value);
    // All but the display is there.
    COMPARE_FAILURE(m_program->run({u"s.watchline"_s}), kOutput, "no display");
    COMPARE_FAILURE(m_program->run({u"--connect"_s}), kUsage, variable.toLatin1());
    COMPARE_FAILURE(m_program->run({u"record"_s}), kUsage, variable.toLatin1());
}

void TestCommandLine::refusesDamagedInputs_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *arguments, const char *message) {
        QTest::newRow(arguments) << QString::fromUtf8(arguments) << QByteArray(message);
    };
    row("simulate --tls-certificate missing --tls-key key.pem", "missing: the certificate cannot");
    row("simulate --tls-certificate . --tls-key key.pem", "the certificate cannot be read");
    row("simulate --tls-certificate junk --tls-key junk", "junk: has no PEM certificate");
    row("simulate --scenario junk", "junk: ");
    row("--demo junk", "junk: ");
}

void TestCommandLine::refusesDamagedInputs()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, message);
    m_program->write(u"junk"_s, "no PEM, no JSON\n");
    const auto run = m_program->run(arguments.split(u' '));
    COMPARE_FAILURE(run, kInput, message);
    QCOMPARE(run.out, QByteArray());
}

void TestCommandLine::waitsForASlowReader_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("replay") << u"replay long.watchline --speed max --format jsonl"_s;
    QTest::newRow("export") << u"export long.watchline --format jsonl"_s;
}

void TestCommandLine::waitsForASlowReader()
{
    QFETCH(QString, command);
    QByteArray lines = sampleFile();
    while (lines.size() < 1024 * 1024)
        lines += eventLines();
    m_program->write(u"long.watchline"_s, lines);
    m_program->write(u"slow.py"_s, R"(import os, subprocess, sys
ours, theirs = os.pipe()
os.set_blocking(theirs, False)
program = subprocess.Popen([os.environ["watchline"], *sys.argv[1:]], stdout=theirs)
os.close(theirs)
count = 0
while chunk := os.read(ours, 64):
    count += chunk.count(b"\n")
print(count, program.wait())
)");
    const auto run = m_program->runShell(u"python3 slow.py "_s + command);
    QCOMPARE(run.err, QByteArray());
    const auto count = lines.count('\n') - (command.startsWith(u"replay"_s) ? 1 : 0);
    QCOMPARE(run.out, QByteArray::number(count) + " 0\n");
}

void TestCommandLine::worksInAnyLocale()
{
    for (const auto &locale : {u"C"_s, u"POSIX"_s, u"C.UTF-8"_s, u"xx_YY.ISO-8859-1"_s}) {
        m_program->setVariable(u"LC_ALL"_s, locale);
        const auto run = m_program->run({u"replay"_s, u"s.watchline"_s, u"--speed"_s, u"max"_s});
        QCOMPARE(run.status, kDone);
        QCOMPARE(run.err, QByteArray());
        QVERIFY(run.out.contains("Röver"));
    }
}

void TestCommandLine::refusesWhatIsNoSession_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("message");
    for (const auto &command : {u"replay"_s, u"verify"_s, u"diagnose"_s, u"what-if"_s,
                                u"compare s.watchline"_s, u"export --format csv"_s}) {
        const auto row = [&command](const char *file, const char *message) {
            QTest::addRow("%s %s", qPrintable(command), file)
                << command << QString::fromUtf8(file) << QByteArray(message);
        };
        row("missing", "missing: no such file");
        row(".", "it is a folder");
        row("empty", "empty: it is empty");
        row("page.html", "it is a web page");
        row("binary", "it is a binary file");
        row("other.json", "does not start with a session's header");
        row("later.watchline", "update Watchline");
    }
}

void TestCommandLine::refusesWhatIsNoSession()
{
    QFETCH(QString, command);
    QFETCH(QString, file);
    QFETCH(QByteArray, message);
    m_program->write(u"empty"_s, {});
    m_program->write(u"page.html"_s, "<!doctype html><html></html>\n");
    m_program->write(u"binary"_s, QByteArray("\x7f"
                                             "ELF\0\0\n",
                                             7));
    m_program->write(u"other.json"_s, "{\"a\":1}\n");
    m_program->write(u"later.watchline"_s, "{\"watchline\":9}\n");
    auto arguments = command.split(u' ');
    arguments.append(file);
    const auto run = m_program->run(arguments);
    COMPARE_FAILURE(run, kInput, message);
    QCOMPARE(run.out, QByteArray());
}

void TestCommandLine::worksWithWhatACutOffFileHas_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<qsizetype>("lines");
    const auto events = eventLines().count('\n');
    QTest::newRow("replay") << u"replay cut --speed max"_s << events;
    QTest::newRow("replay jsonl") << u"replay cut --speed max --format jsonl"_s << events;
    // A header, and one detail with a line break in it.
    QTest::newRow("csv") << u"export cut --format csv"_s << events + 2;
    QTest::newRow("verify") << u"verify cut"_s << qsizetype{1};
    QTest::newRow("diagnose") << u"diagnose cut --format json"_s << qsizetype{1};
    QTest::newRow("what-if") << u"what-if cut --format json"_s << qsizetype{1};
}

void TestCommandLine::worksWithWhatACutOffFileHas()
{
    QFETCH(QString, arguments);
    QFETCH(qsizetype, lines);
    m_program->write(u"cut"_s, sampleFile() + R"({"t":14000000000,"kind":"stat)");
    const auto run = m_program->run(arguments.split(u' '));
    COMPARE_FAILURE(run, kInput, "the session is cut off: cut: the last 29 bytes");
    QCOMPARE(run.out.count('\n'), lines);
}

void TestCommandLine::readsStandardInput_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::newRow("replay") << u"replay - --speed max"_s;
    QTest::newRow("export") << u"export --format csv -"_s;
    QTest::newRow("verify") << u"verify -"_s;
    QTest::newRow("diagnose") << u"diagnose -"_s;
    QTest::newRow("what-if") << u"what-if - --set max_backoff_ms=1s"_s;
}

void TestCommandLine::readsStandardInput()
{
    QFETCH(QString, arguments);
    const auto piped = m_program->run(arguments.split(u' '), sampleFile());
    QCOMPARE(piped.err, QByteArray());
    QCOMPARE(piped.status, kDone);
    QVERIFY(!piped.out.isEmpty());
    const auto named = m_program->run(
        arguments.split(u' ').replaceInStrings(QRegularExpression(u"^-$"_s), u"s.watchline"_s));
    QCOMPARE(named.out, piped.out);
    const auto empty = m_program->run(arguments.split(u' '));
    COMPARE_FAILURE(empty, kInput, "standard input: it is empty");
}

void TestCommandLine::replaysTheFilesLines()
{
    const auto run = m_program->run(
        {u"replay"_s, u"s.watchline"_s, u"--speed"_s, u"max"_s, u"--format"_s, u"jsonl"_s});
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.out, eventLines());
}

void TestCommandLine::replaysReadableLines()
{
    const auto run = m_program->run({u"replay"_s, u"s.watchline"_s, u"--speed"_s, u"max"_s});
    QCOMPARE(run.status, kDone);
    const auto lines = run.out.split('\n');
    QCOMPARE(lines.size(), sampleEvents().size() + 1);
    QCOMPARE(lines.at(8), QByteArray("00:00:01.060  robot-7 #2  hello           lease_id=rwl_400 "
                                     "heartbeat_interval_ms=10000"));
    // Nothing in it acts upon the terminal.
    for (const char c : run.out)
        QVERIFY(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    QVERIFY(run.out.contains(R"(down\n\x1b[31mred)"));
}

void TestCommandLine::replaysInTime()
{
    QElapsedTimer timer;
    timer.start();
    const auto run = m_program->run({u"replay"_s, u"s.watchline"_s, u"--speed"_s, u"20"_s});
    QCOMPARE(run.status, kDone);
    // Its last event is at 13 s.
    QVERIFY(timer.elapsed() >= 650);
}

void TestCommandLine::replaysWhatCameLongBeforeTheStartAtOnce()
{
    m_program->write(u"early"_s, toJsonLine(sampleHeader()) +
                                     "\n{\"t\":-3000000000000000000,\"kind\":\"note\"}\n");
    const auto run = m_program->run({u"replay"_s, u"early"_s, u"--speed"_s, u"0.001"_s});
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.out.count('\n'), 1);
}

void TestCommandLine::exportsTheSameCsvEverywhere()
{
    SessionStore store;
    readSession(m_program->path(u"s.watchline"_s), store);
    QBuffer expected;
    QVERIFY(expected.open(QIODevice::WriteOnly));
    exportCsv(store, expected);

    const auto run = m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s});
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.out, expected.data());
    const auto toFile = m_program->run(
        {u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s, u"--output"_s, u"s.csv"_s});
    QCOMPARE(toFile.status, kDone);
    QCOMPARE(toFile.out, QByteArray());
    QCOMPARE(m_program->read(u"s.csv"_s), expected.data());
}

void TestCommandLine::pythonReadsTheCsv()
{
    const auto run = m_program->runShell(
        u"$watchline export s.watchline --format csv | python3 -c '\n"
        "import csv, io, json, sys\n"
        "text = sys.stdin.buffer.read().decode(\"utf-8\")\n"
        "print(json.dumps(list(csv.reader(io.StringIO(text, newline=\"\"), strict=True))))'"_s);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, kDone);
    const auto rows = QJsonDocument::fromJson(run.out).array();
    QCOMPARE(rows.size(), sampleEvents().size() + 1);
    const auto header = rows.first().toArray();
    QCOMPARE(header.size(), 16);
    const auto columnOf = [&header](QStringView name) {
        for (qsizetype i = 0; i < header.size(); ++i) {
            if (header.at(i).toString() == name)
                return i;
        }
        return qsizetype{-1};
    };
    const auto events = sampleEvents();
    for (qsizetype i = 0; i < events.size(); ++i) {
        const auto row = rows.at(i + 1).toArray();
        QCOMPARE(row.size(), header.size());
        QCOMPARE(row.at(columnOf(u"seq")).toString(), QString::number(i + 1));
        QCOMPARE(row.at(columnOf(u"kind")).toString(), events[i].kindText());
        QCOMPARE(row.at(columnOf(u"source")).toString(), events[i].source);
        if (events[i].has(Field::Detail))
            QCOMPARE(row.at(columnOf(u"detail")).toString(), events[i].text(Field::Detail));
    }
}

void TestCommandLine::exportsPartsOfASession()
{
    const auto run = m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s,
                                     u"--kind"_s, u"hello,decision"_s, u"--source"_s, u"robot-7"_s,
                                     u"--from"_s, u"1s"_s, u"--to"_s, u"10s"_s});
    QCOMPARE(run.status, kDone);
    const auto lines = run.out.split('\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines.at(1).startsWith("9,2026-11-23T09:36:37.221Z,1060.000,robot-7,2,hello,"));
    QVERIFY(lines.at(2).startsWith("10,"));
}

void TestCommandLine::findsItsSourcesAmongVeryMany()
{
    constexpr int kSources = 150'000;
    QByteArray session = "{\"watchline\":1}\n";
    for (int i = 1; i <= kSources; ++i) {
        session += R"({"t":1,"kind":"status","source":"a-)" + QByteArray::number(i) +
                   R"(","attempt":0,"status":"connecting"})" + '\n';
    }
    m_program->write(u"many.watchline"_s, session);
    const auto exported = [this](const QString &source) {
        // What takes as long as the square of their number would not end in time.
        return m_program->run(
            {u"export"_s, u"many.watchline"_s, u"--format"_s, u"csv"_s, u"--source"_s, source});
    };
    const auto found = exported(u"a-149999"_s);
    QCOMPARE(found.status, kDone);
    QCOMPARE(found.out.count('\n'), 2);
    const auto missing = exported(u"b"_s);
    QCOMPARE(missing.status, kUsage);
    QVERIFY2(missing.err.contains("a-19, a-20 and 149980 more"), missing.err.constData());
}

void TestCommandLine::exportsASessionAgain()
{
    const auto run = m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"jsonl"_s,
                                     u"--kind"_s, u"hello"_s, u"--output"_s, u"part.watchline"_s});
    QCOMPARE(run.status, kDone);
    SessionStore store;
    const auto result = readSession(m_program->path(u"part.watchline"_s), store);
    QCOMPARE(result.status, ReadResult::Status::Complete);
    QCOMPARE(store.header(), sampleHeader());
    QCOMPARE(store.size(), 1);
    QCOMPARE(store.line(0), toJsonLine(sampleEvents().at(8)));
}

void TestCommandLine::writesToAFileNamedAsItIs()
{
    const auto run = m_program->run(
        {u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s, u"--output"_s, u","_s});
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, kDone);
    QVERIFY(m_program->read(u","_s).startsWith("seq,time,"));
    COMPARE_FAILURE(m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s,
                                    u"--output"_s, u""_s}),
                    kUsage, "empty value: --output");
}

void TestCommandLine::exportsPictures()
{
    const auto png =
        m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"png"_s, u"--size"_s,
                        u"640x320"_s, u"--theme"_s, u"dark"_s, u"--output"_s, u"s.png"_s});
    QCOMPARE(png.err, QByteArray());
    QCOMPARE(png.status, kDone);
    const auto bytes = m_program->read(u"s.png"_s);
    QVERIFY(bytes.startsWith("\x89PNG\r\n"));
    QCOMPARE(bytes.mid(16, 8).toHex(), QByteArray("0000028000000140"));

    const auto svg = m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"svg"_s});
    QCOMPARE(svg.err, QByteArray());
    QCOMPARE(svg.status, kDone);
    QVERIFY(svg.out.contains("<svg"));
    QVERIFY(svg.out.contains("rwl_400"));

    // Of some of its sources, as if the others had not been there.
    QFile fleet(m_program->path(u"fleet.watchline"_s));
    QVERIFY(fleet.open(QIODevice::WriteOnly));
    fleet.write(toJsonLine(sampleHeader()) + '\n');
    for (const char *source : {"crane-1", "crane-2", "crane-3"}) {
        Event event(EventKind::Hello);
        event.t = std::chrono::seconds(1);
        event.source = QString::fromLatin1(source);
        event.attempt = 1;
        event.set(Field::LeaseId, u"rwl_of_"_s + event.source);
        fleet.write(toJsonLine(event) + '\n');
    }
    fleet.close();
    const auto two = m_program->run({u"export"_s, u"fleet.watchline"_s, u"--format"_s, u"svg"_s,
                                     u"--source"_s, u"crane-1,crane-3"_s});
    QCOMPARE(two.err, QByteArray());
    QVERIFY(two.out.contains("crane-1"));
    QVERIFY(!two.out.contains("crane-2"));
    QVERIFY(two.out.contains("crane-3"));
    const auto redacted = m_program->run({u"export"_s, u"fleet.watchline"_s, u"--format"_s,
                                          u"svg"_s, u"--source"_s, u"crane-2"_s, u"--redact"_s});
    QCOMPARE(redacted.err, QByteArray());
    QVERIFY(!redacted.out.contains("crane"));
}

void TestCommandLine::saysThatARangeIsBeyondTheSession()
{
    const QStringList arguments{u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s,
                                u"--from"_s};
    const auto beyond = m_program->run(arguments + QStringList{u"1h"_s});
    COMPARE_FAILURE(beyond, kDone, "the session is 13 s long");
    QCOMPARE(beyond.out.count('\n'), 1);
    const auto within = m_program->run(arguments + QStringList{u"13s"_s});
    QCOMPARE(within.status, kDone);
    QCOMPARE(within.err, QByteArray());
}

void TestCommandLine::neverReplacesTheSessionItself()
{
    QVERIFY(QFile::link(u"s.watchline"_s, m_program->path(u"symbolic"_s)));
    for (const auto &name : {u"s.watchline"_s, u"./s.watchline"_s, u"symbolic"_s}) {
        const auto run = m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"csv"_s,
                                         u"--output"_s, name, u"--force"_s});
        COMPARE_FAILURE(run, kUsage, QByteArray(name.toUtf8() + " is the session itself"));
    }
    const auto piped =
        m_program->runShell(u"$watchline export - --format csv --output s.watchline --force "
                            "<s.watchline"_s);
    COMPARE_FAILURE(piped, kUsage, "s.watchline is the session itself");
    QCOMPARE(m_program->read(u"s.watchline"_s), sampleFile());
}

void TestCommandLine::waitsForALateWriterOfAPipe()
{
    const auto run = m_program->runShell(
        u"mkfifo pipe; (sleep 0.5; cat s.watchline >pipe) & $watchline replay pipe --speed max"_s);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.out.count('\n'), sampleEvents().size());
    const auto nothing =
        m_program->runShell(u"(sleep 0.2; : >pipe) & $watchline replay pipe --speed max"_s);
    COMPARE_FAILURE(nothing, kInput, "pipe: it is empty");
}

void TestCommandLine::neverReplacesAFileUnasked()
{
    m_program->write(u"precious"_s, "mine");
    const QStringList arguments{u"export"_s, u"s.watchline"_s, u"--format"_s,
                                u"csv"_s,    u"--output"_s,    u"precious"_s};
    const auto refused = m_program->run(arguments);
    COMPARE_FAILURE(refused, kOutput, "--force");
    QCOMPARE(m_program->read(u"precious"_s), QByteArray("mine"));
    QCOMPARE(m_program->run(arguments + QStringList{u"--force"_s}).status, kDone);
    QVERIFY(m_program->read(u"precious"_s).startsWith("seq,time,"));

    m_program->write(u"precious"_s, "mine");
    m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, u"any"_s);
    const auto record = m_program->run(
        {u"record"_s, u"--api-url"_s, u"http://127.0.0.1:9"_s, u"--output"_s, u"precious"_s});
    COMPARE_FAILURE(record, kOutput, "--force");
    QCOMPARE(m_program->read(u"precious"_s), QByteArray("mine"));
}

void TestCommandLine::saysWhyItCannotWrite_data()
{
    QTest::addColumn<QString>("arguments");
    for (const auto &command :
         {u"export s.watchline --format csv"_s, u"export s.watchline --format png"_s,
          u"record --api-url http://127.0.0.1:9"_s}) {
        for (const auto &output : {u"nowhere/x"_s, u"s.watchline/x"_s, u"."_s, u"/proc/x"_s})
            QTest::addRow("%s to %s", qPrintable(command), qPrintable(output))
                << QString(command + u" --output "_s + output);
    }
}

void TestCommandLine::saysWhyItCannotWrite()
{
    QFETCH(QString, arguments);
    m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, u"any"_s);
    const auto run = m_program->run(arguments.split(u' '));
    COMPARE_FAILURE(run, kOutput, arguments.section(u' ', -1).toUtf8());
    QCOMPARE(run.out, QByteArray());
}

void TestCommandLine::aFullDeviceIsAnError_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("replay") << u"$watchline replay s.watchline --speed max >/dev/full"_s;
    QTest::newRow("csv") << u"$watchline export s.watchline --format csv >/dev/full"_s;
    QTest::newRow("csv, named")
        << u"$watchline export s.watchline --format csv --output /dev/full"_s;
    QTest::newRow("png") << u"$watchline export s.watchline --format png >/dev/full"_s;
    QTest::newRow("verify") << u"$watchline verify s.watchline >/dev/full"_s;
    QTest::newRow("diagnose") << u"$watchline diagnose s.watchline >/dev/full"_s;
    QTest::newRow("what-if") << u"$watchline what-if s.watchline >/dev/full"_s;
    QTest::newRow("compare") << u"$watchline compare s.watchline s.watchline >/dev/full"_s;
    QTest::newRow("version") << u"$watchline --version >/dev/full"_s;
    QTest::newRow("list") << u"$watchline simulate --list >/dev/full"_s;
    QTest::newRow("record")
        << u"$watchline record --api-url http://127.0.0.1:9 --output - >/dev/full"_s;
    QTest::newRow("record, named")
        << u"$watchline record --api-url http://127.0.0.1:9 --output /dev/full"_s;
}

void TestCommandLine::aFullDeviceIsAnError()
{
    QFETCH(QString, line);
    m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, u"any"_s);
    COMPARE_FAILURE(m_program->runShell(line), kOutput, "o space left");
}

void TestCommandLine::aReaderThatHasGoneIsNoError_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("replay") << u"replay long.watchline --speed max"_s;
    QTest::newRow("jsonl") << u"replay long.watchline --speed max --format jsonl"_s;
    QTest::newRow("csv") << u"export long.watchline --format csv"_s;
}

void TestCommandLine::aReaderThatHasGoneIsNoError()
{
    QFETCH(QString, command);
    QByteArray lines = sampleFile();
    while (lines.size() < 4 * 1024 * 1024)
        lines += eventLines();
    m_program->write(u"long.watchline"_s, lines);
    const auto run =
        m_program->runShell(u"{ $watchline "_s + command + u"; echo $? >&2; } | head -n 1"_s);
    QCOMPARE(run.err, QByteArray("0\n"));
    QCOMPARE(run.out.count('\n'), 1);
}

void TestCommandLine::verifiesDecisions()
{
    const auto text = m_program->run({u"verify"_s, u"s.watchline"_s});
    QCOMPARE(text.status, kDone);
    QCOMPARE(text.out, QByteArray("3 decisions compared: all as the policy decides\n"));
    const auto json = m_program->run({u"verify"_s, u"s.watchline"_s, u"--format"_s, u"jsonl"_s});
    QCOMPARE(json.out, QByteArray("{\"decisions\":3,\"differences\":0}\n"));
}

void TestCommandLine::refusesAnAlteredDecision()
{
    auto altered = sampleFile();
    altered.replace(R"("delay_ms":1000,"previous_lease_id":null,"backoff_ms":2000)",
                    R"("delay_ms":1001,"previous_lease_id":null,"backoff_ms":2000)");
    QVERIFY(altered != sampleFile());
    m_program->write(u"altered"_s, altered);
    const auto text = m_program->run({u"verify"_s, u"altered"_s});
    QCOMPARE(text.status, kNo);
    QVERIFY2(
        text.out.contains("event 5, robot-7: expected delay_ms=1000; recorded delay_ms=1001\n"),
        text.out.constData());
    const auto json = m_program->run({u"verify"_s, u"altered"_s, u"--format"_s, u"jsonl"_s});
    QCOMPARE(json.status, kNo);
    const auto first = QJsonDocument::fromJson(json.out.split('\n').first()).object();
    QCOMPARE(first.value(u"seq"_s).toInt(), 5);
}

void TestCommandLine::aNoCountsMoreThanDamage()
{
    auto altered = sampleFile();
    altered.replace(R"("delay_ms":1000,"previous_lease_id":null,"backoff_ms":2000)",
                    R"("delay_ms":1001,"previous_lease_id":null,"backoff_ms":2000)");
    altered += R"({"t":15000000000,"kind":"heartbeat","source":"r","attempt":0,)"
               R"("result":"unauthorized","http_status":401})"
               "\ncut";
    m_program->write(u"altered"_s, altered);
    for (const auto &command : {u"verify"_s, u"diagnose"_s}) {
        const auto run = m_program->run({command, u"altered"_s});
        QCOMPARE(run.status, kNo);
        QVERIFY2(run.err.contains("the session is cut off: altered"), run.err.constData());
    }
}

void TestCommandLine::diagnoses()
{
    const auto good = m_program->run({u"diagnose"_s, u"s.watchline"_s});
    QCOMPARE(good.status, kDone);
    QVERIFY2(good.out.startsWith("info: "), good.out.constData());
    QVERIFY2(good.out.contains("\ndecisions       connect.success 1, connect.transient 1"),
             good.out.constData());
    auto rejected = sampleFile();
    rejected += R"({"t":90000000000,"kind":"connect_error","source":"robot-7","attempt":9,)"
                R"("outcome":"unauthorized","http_status":401})"
                "\n";
    m_program->write(u"rejected"_s, rejected);
    const auto text = m_program->run({u"diagnose"_s, u"rejected"_s});
    QCOMPARE(text.status, kNo);
    QVERIFY2(text.out.startsWith("error: token_rejected\n  The API rejected the device token"),
             text.out.constData());
    const auto json = m_program->run({u"diagnose"_s, u"rejected"_s, u"--format"_s, u"json"_s});
    QCOMPARE(json.status, kNo);
    QCOMPARE(json.out.count('\n'), 1);
    const auto object = QJsonDocument::fromJson(json.out).object();
    const auto findings = object.value(u"findings"_s).toArray();
    QCOMPARE(findings.first().toObject().value(u"code"_s).toString(), u"token_rejected"_s);
    // What could be saved of a damaged session is diagnosed all the same.
    m_program->write(u"damaged"_s, sampleFile() + "nonsense\n");
    const auto damaged = m_program->run({u"diagnose"_s, u"damaged"_s});
    COMPARE_FAILURE(damaged, kInput, "the session is damaged: damaged: line");
    QCOMPARE(damaged.out, good.out);
}

void TestCommandLine::playsWithOtherSettings()
{
    // The sample waits 1 s after its first attempt, which fails.
    const QStringList arguments{u"what-if"_s, u"s.watchline"_s, u"--set"_s,
                                u"initial_backoff_ms=5s"_s};
    const auto text = m_program->run(arguments);
    QCOMPARE(text.status, kDone);
    QCOMPARE(text.err, QByteArray());
    QVERIFY(text.out.contains("initial_backoff_ms                        1000            5000\n"));
    QVERIFY(text.out.contains("The first that differs: attempt 2, at "));
    QVERIFY(text.out.contains("taken from the recording, at the time asked"));

    const auto json = m_program->run(arguments + QStringList{u"--format"_s, u"json"_s});
    QCOMPARE(json.status, kDone);
    const auto object = QJsonDocument::fromJson(json.out).object();
    QCOMPARE(object.value(u"settings"_s)[u"initial_backoff_ms"_s].toInt(), 5'000);
    QCOMPARE(object.value(u"recorded_settings"_s)[u"initial_backoff_ms"_s].toInt(), 1'000);
    const auto source = object.value(u"sources"_s)[0];
    const auto difference = source[u"first_difference"_s];
    QCOMPARE(difference[u"attempt"_s].toInt(), 2);
    const double later =
        difference[u"what_if_ms"_s].toDouble() - difference[u"recorded_ms"_s].toDouble();
    QVERIFY2(later > 3'900 && later <= 4'000, json.out.constData());
    const double longer = source[u"what_if"_s][u"disconnected_ms"_s].toDouble() -
                          source[u"recorded"_s][u"disconnected_ms"_s].toDouble();
    QVERIFY2(std::abs(longer - later) < 0.01, json.out.constData());
    QCOMPARE(source[u"attempts"_s][0][u"answer"_s].toString(), u"hello"_s);
    QVERIFY(object.value(u"incomplete"_s).isNull());
    QVERIFY(!object.value(u"assumptions"_s).toArray().isEmpty());
}

void TestCommandLine::playsWithTheRecordedSettings()
{
    const auto json = m_program->run({u"what-if"_s, u"s.watchline"_s, u"--format"_s, u"json"_s});
    QCOMPARE(json.status, kDone);
    const auto source = QJsonDocument::fromJson(json.out).object().value(u"sources"_s)[0];
    QCOMPARE(source[u"recorded"_s][u"attempts"_s].toInt(), 2);
    QVERIFY(source[u"what_if"_s] == source[u"recorded"_s]);
    QVERIFY(source[u"first_difference"_s].isNull());
    QVERIFY(source[u"what_if"_s][u"connected_ms"_s].toDouble() > 0);
    QVERIFY(source[u"what_if"_s][u"silent_ms"_s].isDouble());
    const auto text = m_program->run({u"what-if"_s, u"s.watchline"_s});
    QVERIFY(!text.out.contains("This assumes:"));
    const auto longer =
        m_program->run({u"what-if"_s, u"s.watchline"_s, u"--set"_s, u"read_timeout_factor=20"_s});
    const auto assumption = longer.out.indexOf("This assumes: A stream that was silent");
    QVERIFY2(assumption > 0 && assumption < longer.out.indexOf("  of it silent") &&
                 longer.out.indexOf("  of it silent") < longer.out.indexOf("What this assumes:"),
             longer.out.constData());
    QVERIFY(text.out.contains("The same attempts at the same times.\n"));
}

void TestCommandLine::comparesTwoSessions()
{
    const auto alike = m_program->run({u"compare"_s, u"s.watchline"_s, u"-"_s}, sampleFile());
    QCOMPARE(alike.status, kDone);
    QCOMPARE(alike.err, QByteArray());
    QVERIFY(alike.out.contains("A: s.watchline, started "));
    QVERIFY(alike.out.contains("  robot-7: 3 decisions alike, their times at most 0 ms apart\n"));
    QVERIFY(alike.out.contains("Figures that differ\n  none\n"));
    QVERIFY(alike.out.contains("Figures and findings are of the whole sessions"));

    auto altered = sampleFile();
    altered.replace(R"("delay_ms":1000,"previous_lease_id":null,"backoff_ms":2000)",
                    R"("delay_ms":1001,"previous_lease_id":null,"backoff_ms":2000)");
    QVERIFY(altered != sampleFile());
    m_program->write(u"altered"_s, altered);
    const auto text = m_program->run({u"compare"_s, u"s.watchline"_s, u"altered"_s});
    QCOMPARE(text.status, kNo);
    QVERIFY2(text.out.contains("  The first that differs is number 1:\n    A: event 5, at "),
             text.out.constData());
    const auto json =
        m_program->run({u"compare"_s, u"s.watchline"_s, u"altered"_s, u"--format"_s, u"json"_s});
    QCOMPARE(json.status, kNo);
    QCOMPARE(json.out.count('\n'), 1);
    const auto object = QJsonDocument::fromJson(json.out).object();
    const auto first = object.value(u"sources"_s)[0][u"first_difference"_s];
    QCOMPARE(first[u"number"_s].toInt(), 1);
    QCOMPARE(first[u"a"_s][u"delay_ms"_s].toInt(), 1'000);
    QCOMPARE(first[u"b"_s][u"delay_ms"_s].toInt(), 1'001);
    QCOMPARE(object.value(u"a"_s)[u"diagnosis"_s][u"attempts"_s].toInt(), 2);

    m_program->write(u"cut"_s, sampleFile() + R"({"t":14000000000,"kind":"stat)");
    const auto cut = m_program->run({u"compare"_s, u"s.watchline"_s, u"cut"_s});
    COMPARE_FAILURE(cut, kInput, "the session is cut off: cut: the last 29 bytes");
    QVERIFY(cut.out.contains("3 decisions alike"));
    m_program->write(u"nothing"_s, "{\"watchline\":1}\n");
    const auto nothing = m_program->run(
        {u"compare"_s, u"nothing"_s, u"s.watchline"_s, u"--align"_s, u"first-outcome"_s});
    COMPARE_FAILURE(nothing, kUsage, "no watch ended in nothing");
    QVERIFY(nothing.err.contains("; use --align start"));
    const auto leases = m_program->run(
        {u"compare"_s, u"s.watchline"_s, u"-"_s, u"--align"_s, u"leases"_s}, sampleFile());
    QCOMPARE(leases.status, kDone);
    QVERIFY(leases.out.contains("3 decisions alike, their times at most 0 ms apart"));
}

void TestCommandLine::takesNoTokenFromNowhere_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("none") << QString() << QString() << QByteArray() << kUsage
                          << QByteArray("no device token");
    QTest::newRow("empty variable")
        << u""_s << QString() << QByteArray() << kUsage << QByteArray("no device token");
    QTest::newRow("blank variable") << u" "_s << QString() << QByteArray() << kUsage
                                    << QByteArray("FOXGLOVE_DEVICE_TOKEN: it is empty");
    QTest::newRow("variable with a line break")
        << u"a\nsecret"_s << QString() << QByteArray() << kUsage << QByteArray("control");
    QTest::newRow("empty file") << QString() << u"token"_s << QByteArray("\n") << kUsage
                                << QByteArray("token: it is empty");
    QTest::newRow("file with controls")
        << QString() << u"token"_s << QByteArray("a\x1bsecret") << kUsage << QByteArray("control");
    QTest::newRow("a large file") << QString() << u"token"_s << QByteArray(100'000, 'x') << kUsage
                                  << QByteArray("too long");
    QTest::newRow("missing file") << QString() << u"missing"_s << QByteArray() << kInput
                                  << QByteArray("cannot read the token file: missing");
    QTest::newRow("empty standard input") << QString() << u"-"_s << QByteArray() << kUsage
                                          << QByteArray("standard input: it is empty");
}

void TestCommandLine::takesNoTokenFromNowhere()
{
    QFETCH(QString, variable);
    QFETCH(QString, file);
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    QFETCH(QByteArray, message);
    if (!variable.isNull())
        m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, variable);
    m_program->write(u"token"_s, bytes);
    QStringList arguments{u"record"_s, u"--api-url"_s, u"http://127.0.0.1:9"_s};
    if (!file.isEmpty())
        arguments << u"--token-file"_s << file;
    const auto run = m_program->run(arguments);
    COMPARE_FAILURE(run, status, message);
    QVERIFY(!run.err.contains("secret"));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
