// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/program.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;

namespace watchline {

/// `watchline import`, and logs where sessions are taken.
class TestImportCommand : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
    }
    void cleanup() { m_program.reset(); }
    void makesASession();
    void sumsUp();
    void saysWhatItLeavesOut();
    void namesTheGateway();
    void readsStandardInput();
    void neverReplacesAFileUnasked();
    void neverReplacesTheLogThroughALink();
    void keepsNoSecretOfTheLog();
    void redactsACarriedLog();
    void saysThatALogIsCutOff();
    void givesUpAnEndlessPipe();
    void refusesWrongUsage_data();
    void refusesWrongUsage();
    void saysWhatIsNoLog_data();
    void saysWhatIsNoLog();
    void followsUntilItIsInterrupted();
    void isReadByAllCommands_data();
    void isReadByAllCommands();
    void neverTakesADamagedSessionForALog_data();
    void neverTakesADamagedSessionForALog();

private:
    std::unique_ptr<Program> m_program;
};

namespace {

QByteArray sample()
{
    QFile file(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/cut-by-a-proxy.log"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s", qPrintable(file.errorString()));
    return file.readAll();
}

} // namespace

void TestImportCommand::makesASession()
{
    m_program->write(u"robot.log"_s, "other: line\n" + sample());
    const auto run = m_program->run({u"import"_s, u"robot.log"_s});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.out, QByteArray());
    const auto session = m_program->read(u"robot.watchline"_s);
    QVERIFY(session.startsWith(R"({"watchline":1,"started":"2026-11-23T09:36:36.159Z",)"));
    QVERIFY(session.contains(R"("line_number":2)"));
    const auto verified = m_program->run({u"verify"_s, u"robot.watchline"_s});
    QCOMPARE(verified.status, 0);
    QVERIFY(verified.out.startsWith("7 decisions"));
}

void TestImportCommand::sumsUp()
{
    m_program->write(u"robot.log"_s, "other: line\n" + sample());
    const auto run = m_program->run({u"import"_s, u"robot.log"_s});
    QVERIFY2(run.err.contains("9 lines read: 8 understood, 1 skipped, 0 not understood"),
             run.err.constData());
    QVERIFY(run.err.contains("2026-11-23T09:36:36.159Z to 2026-11-23T09:36:40.537Z"));
}

void TestImportCommand::saysWhatItLeavesOut()
{
    QByteArray log;
    for (int i = 0; i < 1'003; ++i) {
        log += "Nov 23 09:36:36 host" + QByteArray::number(i) +
               " gateway[1]: [2026-11-23T09:36:36Z INFO  foxglove::remote_access::watch] "
               "received wake watch_lease_id=\"rwl_1\"\n";
    }
    m_program->write(u"robots.log"_s, log);
    const auto run = m_program->run({u"import"_s, u"robots.log"_s});
    QCOMPARE(run.status, 0);
    QVERIFY2(run.err.contains("3 lines left out: of gateways beyond the first 1000"),
             run.err.constData());
}

void TestImportCommand::namesTheGateway()
{
    m_program->write(u"robot.log"_s, sample());
    const auto run = m_program->run(
        {u"import"_s, u"robot.log"_s, u"--output"_s, u"-"_s, u"--source"_s, u"crane"_s});
    QCOMPARE(run.status, 0);
    QVERIFY(run.out.contains(R"("sources":["crane"])"));
    QVERIFY(run.out.contains(R"("source":"crane")"));
}

void TestImportCommand::readsStandardInput()
{
    const auto run = m_program->run({u"import"_s, u"-"_s, u"--output"_s, u"-"_s}, sample());
    QCOMPARE(run.status, 0);
    QCOMPARE(run.out.count('\n'), 30);
}

void TestImportCommand::neverReplacesAFileUnasked()
{
    m_program->write(u"robot.log"_s, sample());
    m_program->write(u"robot.watchline"_s, "mine");
    const auto refused = m_program->run({u"import"_s, u"robot.log"_s});
    QCOMPARE(refused.status, 4);
    QVERIFY(refused.err.contains("--force"));
    QCOMPARE(m_program->read(u"robot.watchline"_s), QByteArray("mine"));
    QCOMPARE(m_program->run({u"import"_s, u"robot.log"_s, u"--force"_s}).status, 0);
    QVERIFY(m_program->read(u"robot.watchline"_s).startsWith(R"({"watchline":1)"));
}

void TestImportCommand::neverReplacesTheLogThroughALink()
{
    const auto log = sample();
    m_program->write(u"robot.log"_s, log);
    QVERIFY(QFile::link(u"robot.log"_s, m_program->path(u"soft"_s)));
    const auto linked = m_program->runShell(
        u"ln robot.log hard && $watchline import - --output robot.log --force < robot.log"_s);
    QCOMPARE(linked.status, 2);
    for (const auto &name : {u"soft"_s, u"hard"_s}) {
        const auto run =
            m_program->run({u"import"_s, u"robot.log"_s, u"--output"_s, name, u"--force"_s});
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains("output is the log itself"), run.err.constData());
    }
    QCOMPARE(m_program->read(u"robot.log"_s), log);
}

void TestImportCommand::keepsNoSecretOfTheLog()
{
    const QByteArray failed = R"( error=error sending request for url (https://u:pw@api.example)"
                              R"(/x?access_token=hidden-1) token=hidden-2)";
    auto lines = sample().split('\n');
    auto &last = lines[lines.size() - 2];
    last = last.left(last.indexOf(' ')) +
           "  WARN foxglove::remote_access::watch: watch stream connect failed" + failed;
    const QByteArray record = R"({"__REALTIME_TIMESTAMP":"1795426601000000","_HOSTNAME":"crane",)"
                              R"("_CMDLINE":"gateway --key hidden-3","MESSAGE":"%1"})";
    for (const bool isRecord : {false, true}) {
        auto log = lines.join('\n');
        if (isRecord) {
            log.clear();
            for (auto line : lines) {
                if (!line.isEmpty())
                    log += QByteArray(record).replace("%1", line.replace('"', "\\\"")) + '\n';
            }
        }
        const auto run = m_program->run({u"import"_s, u"-"_s, u"--output"_s, u"-"_s}, log);
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("line_number"), run.out.constData());
        QVERIFY2(!run.out.contains("hidden-"), run.out.constData());
        QVERIFY2(!run.out.contains("u:pw"), run.out.constData());
        QVERIFY2(run.out.contains("token=<redacted>"), run.out.constData());
    }
}

void TestImportCommand::redactsACarriedLog()
{
    QByteArray log;
    for (const auto &line : sample().split('\n')) {
        if (!line.isEmpty())
            log += "Nov 23 09:36:36 muellers-robot foxgate[1]: " + line + '\n';
    }
    m_program->write(u"robot.log"_s, log);
    const auto run =
        m_program->run({u"export"_s, u"robot.log"_s, u"--format"_s, u"jsonl"_s, u"--redact"_s});
    QCOMPARE(run.status, 0);
    QVERIFY(run.out.contains("line_number"));
    QVERIFY2(!run.out.contains("muellers-robot"), run.out.constData());
}

void TestImportCommand::saysThatALogIsCutOff()
{
    m_program->write(u"robot.log"_s, sample());
    const auto run = m_program->runShell(
        u"gzip -k robot.log && head -c 300 robot.log.gz > cut.gz && $watchline verify cut.gz"_s);
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("could not be read to its end"), run.err.constData());
}

void TestImportCommand::givesUpAnEndlessPipe()
{
    const auto run = m_program->runShell(u"yes | $watchline verify -"_s);
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("no line of a gateway"), run.err.constData());
}

void TestImportCommand::refusesWrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("complaint");
    QTest::newRow("no log") << QStringList{} << QByteArray("missing argument: LOG");
    QTest::newRow("two logs") << QStringList{u"a"_s, u"b"_s} << QByteArray("too many arguments: b");
    QTest::newRow("year") << QStringList{u"a"_s, u"--year"_s, u"soon"_s}
                          << QByteArray("not a year: --year soon");
    QTest::newRow("zone") << QStringList{u"a"_s, u"--timezone"_s, u"Mars/North"_s}
                          << QByteArray("unknown time zone: --timezone Mars/North");
    QTest::newRow("output") << QStringList{u"a"_s, u"--output"_s, u"a"_s}
                            << QByteArray("output is the log itself");
}

void TestImportCommand::refusesWrongUsage()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, complaint);
    const auto run = m_program->run(QStringList{u"import"_s} + arguments);
    QCOMPARE(run.status, 2);
    QVERIFY2(run.err.contains(complaint), run.err.constData());
}

void TestImportCommand::saysWhatIsNoLog_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<QByteArray>("otherWords"); // of a command that takes sessions, too
    QTest::newRow("empty") << QByteArray() << QByteArray("empty") << QByteArray("empty");
    QTest::newRow("other program")
        << QByteArray("a line\nanother\n") << QByteArray("no line of a gateway")
        << QByteArray("no line of a gateway");
    QTest::newRow("binary") << QByteArray("\x7f\x45\x4c\x46\0\0\1\2\3\0\0\0\n\0\0", 15)
                            << QByteArray("no text") << QByteArray("binary");
}

void TestImportCommand::saysWhatIsNoLog()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, words);
    QFETCH(const QByteArray, otherWords);
    m_program->write(u"some.log"_s, bytes);
    const auto imported = m_program->run({u"import"_s, u"some.log"_s});
    QCOMPARE(imported.status, 3);
    QVERIFY2(imported.err.contains(words), imported.err.constData());
    QVERIFY(!QFile::exists(m_program->path(u"some.watchline"_s)));
    const auto verified = m_program->run({u"verify"_s, u"some.log"_s});
    QCOMPARE(verified.status, 3);
    QCOMPARE(verified.err.count('\n'), 1);
    QVERIFY2(verified.err.contains(otherWords), verified.err.constData());
}

void TestImportCommand::followsUntilItIsInterrupted()
{
    const auto log = sample();
    const auto half = log.indexOf('\n', log.size() / 2) + 1;
    m_program->write(u"robot.log"_s, log.first(half));
    const auto process = m_program->start({u"import"_s, u"robot.log"_s, u"--follow"_s});
    QTRY_VERIFY_WITH_TIMEOUT(m_program->read(u"robot.watchline"_s).contains("rwl_401"), 30'000);
    QFile more(m_program->path(u"robot.log"_s));
    QVERIFY(more.open(QIODevice::Append));
    QCOMPARE(more.write(log.sliced(half)), log.size() - half);
    more.close();
    QTRY_VERIFY_WITH_TIMEOUT(m_program->read(u"robot.watchline"_s).contains("rwl_403"), 30'000);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    const auto run = finish(*process);
    QCOMPARE(run.status, 0);
    QCOMPARE(m_program->read(u"robot.watchline"_s).count('\n'), 30);
    QCOMPARE(m_program->run({u"verify"_s, u"robot.watchline"_s}).status, 0);
}

void TestImportCommand::isReadByAllCommands_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const QString &arguments) {
        QTest::newRow(qPrintable(arguments)) << arguments.split(u' ');
    };
    row(u"verify FILE"_s);
    row(u"diagnose FILE"_s);
    row(u"what-if FILE"_s);
    row(u"compare FILE robot.log"_s);
    row(u"replay FILE --speed max --format jsonl"_s);
    row(u"export FILE --format csv"_s);
    row(u"export FILE --format jsonl"_s);
    row(u"export FILE --format jsonl --redact"_s);
    row(u"report FILE --output -"_s);
}

void TestImportCommand::isReadByAllCommands()
{
    QFETCH(QStringList, arguments);
    m_program->write(u"robot.log"_s, sample());
    QCOMPARE(m_program->run({u"import"_s, u"robot.log"_s}).status, 0);
    const auto withFile = [&arguments](const QString &file) {
        auto given = arguments;
        given.replaceInStrings(u"FILE"_s, file);
        return given;
    };
    const auto ofLog = m_program->run(withFile(u"robot.log"_s));
    QVERIFY2(ofLog.status == 0, ofLog.err.constData());
    const auto ofSession = m_program->run(withFile(u"robot.watchline"_s));
    QCOMPARE(ofLog.status, ofSession.status);
    auto text = ofLog.out;
    QCOMPARE(text.replace("robot.log", "robot.watchline"),
             QByteArray(ofSession.out).replace("robot.log", "robot.watchline"));
    if (!arguments.contains(u"report"_s) && !arguments.contains(u"compare"_s)) {
        const auto piped = m_program->run(withFile(u"-"_s), sample());
        QCOMPARE(piped.status, ofSession.status);
        QCOMPARE(piped.out, ofSession.out);
    }
}

void TestImportCommand::neverTakesADamagedSessionForALog_data()
{
    QTest::addColumn<int>("cut");
    QTest::addColumn<bool>("isFromPipe");
    for (const bool isFromPipe : {false, true}) {
        const char *how = isFromPipe ? "pipe" : "file";
        QTest::addRow("half a header, %s", how) << 8 << isFromPipe;
        QTest::addRow("no header, %s", how) << -1 << isFromPipe;
        QTest::addRow("damaged header, %s", how) << -2 << isFromPipe;
    }
}

void TestImportCommand::neverTakesADamagedSessionForALog()
{
    QFETCH(const int, cut);
    QFETCH(const bool, isFromPipe);
    m_program->write(u"robot.log"_s, sample());
    QCOMPARE(m_program->run({u"import"_s, u"robot.log"_s}).status, 0);
    auto session = m_program->read(u"robot.watchline"_s);
    if (cut > 0)
        session = session.first(cut);
    else if (cut == -1)
        session = session.sliced(session.indexOf('\n') + 1);
    else
        session.replace(0, 12, "############");
    m_program->write(u"damaged"_s, session);
    const auto run = isFromPipe ? m_program->run({u"verify"_s, u"-"_s}, session)
                                : m_program->run({u"verify"_s, u"damaged"_s});
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("not a session"), run.err.constData());
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestImportCommand)
#include "tst_importcommand.moc"
