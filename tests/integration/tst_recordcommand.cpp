// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionreader.h"
#include "tests/support/program.h"
#include "tests/support/testcertificate.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kToken = "fox_dt_very_secret";

/// A scenario of one's own with a watch that goes on and on, unless other members say otherwise.
QByteArray scenario(const QByteArray &members)
{
    return R"({"title": "A test.", )" + members + '}';
}

const QByteArray kEndless = R"("connects": [[{"hello": {}}, {"keepalives": {"every_ms": 50}}]])";

bool isAlive(QProcess &process)
{
    return process.state() == QProcess::Running;
}

} // namespace

/// `record` and `simulate`, as two processes that talk to each other.
class TestRecordCommand : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
        m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, QString::fromLatin1(kToken));
    }
    void cleanup()
    {
        stopSimulator();
        m_program.reset();
    }
    void recordsForAGivenTime();
    void recordsToStandardOutput();
    void namesTheFileItself();
    void takesTheUrlFromTheEnvironment();
    void takesTheTokenFromStandardInput();
    void neverTellsTheToken();
    void endsWithAWake();
    void goesOnAfterAWake();
    void isAnsweredNoWhenTheTokenIsRejected();
    void aSignalEndsItInOrder_data();
    void aSignalEndsItInOrder();
    void aSignalEndsTheDesktopAppInOrder();
    void twoSignalsAtOnceAreOneWish();
    void aLaterSecondSignalEndsItAtOnce();
    void aKilledRecordingIsReadable();
    void aPipeThatIsClosedEndsIt();
    void aPipeThatIsClosedAtTheStartEndsItQuietly();
    void aPipeThatNobodyReadsDoesNotKeepIt();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void tellsTheSameTroubleOnce();
    void aRefusedConnectionIsTold();
    void trustsAnOwnAuthority();
    void refusesAnUnusableAuthority();
    void verifyBelievesARecording();
    void recordsAFleet();
    void aFleetIsAnsweredNoWhenOneIsRejected();
    void saysWhatIsWrongWithAFleet_data();
    void saysWhatIsWrongWithAFleet();
    void refusesAFleetThatNeedsTooManyDescriptors();
    void theSimulatorEndsInOrder();
    void theSimulatorSaysThatItsPortIsTaken();
    void theSimulatorRefusesABadScenario();
    void theSimulatorServesARecording();
    void theSimulatorSaysWhatItDoesNotServe();
    void theSimulatorRefusesMissingKeys();

private:
    void stopSimulator()
    {
        if (m_simulator) {
            m_simulator->kill();
            finish(*m_simulator);
        }
        m_simulator.reset();
    }

    /// Its base URL.
    QString simulate(const QByteArray &members, const QStringList &more = {})
    {
        m_program->write(u"scenario.json"_s, scenario(members));
        return serve(u"scenario.json"_s, more);
    }

    QString serve(const QString &file, const QStringList &more = {})
    {
        stopSimulator();
        m_simulator = m_program->start(QStringList{u"simulate"_s, u"--scenario"_s, file} + more);
        while (!m_simulator->canReadLine() && m_simulator->waitForReadyRead(30'000)) {
        }
        return QString::fromUtf8(m_simulator->readLine()).trimmed();
    }

    ProgramRun record(const QString &url, const QStringList &more)
    {
        return m_program->run(QStringList{u"record"_s, u"--api-url"_s, url} + more);
    }

    /// Records to a.watchline until `text` has been in that file, or among the messages, as often
    /// as said; nothing depends on how long that takes.
    ProgramRun recordUntil(const QByteArray &text, qsizetype times, const QString &url,
                           const QStringList &more = {})
    {
        const auto process = m_program->start(
            QStringList{u"record"_s, u"--api-url"_s, url, u"--output"_s, u"a.watchline"_s} + more);
        QByteArray messages;
        const auto hasCome = [&] {
            messages += process->readAllStandardError();
            return messages.count(text) >= times ||
                   m_program->read(u"a.watchline"_s).count(text) >= times;
        };
        const bool came = QTest::qWaitFor(hasCome, 30'000);
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        auto run = finish(*process);
        run.err.prepend(messages);
        if (!came)
            run.status = -1;
        return run;
    }

    /// Complete, with an orderly end.
    void checkSession(const QString &name, SessionStore &store) const
    {
        const auto result = readSession(m_program->path(name), store);
        QCOMPARE(result.message, QString());
        QVERIFY(store.size() > 0);
        const auto last = store.row(store.size() - 1);
        QCOMPARE(last.kind, EventKind::Status);
        QCOMPARE(last.word, Word::Shutdown);
    }

    static qsizetype count(const SessionStore &store, EventKind kind)
    {
        qsizetype found = 0;
        for (qsizetype row = 0; row < store.size(); ++row)
            found += store.kind(row) == kind ? 1 : 0;
        return found;
    }

    std::unique_ptr<Program> m_program;
    std::unique_ptr<QProcess> m_simulator;
};

void TestRecordCommand::recordsForAGivenTime()
{
    const auto run =
        record(simulate(kEndless), {u"--output"_s, u"a.watchline"_s, u"--duration"_s, u"3s"_s});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.out, QByteArray());
    QCOMPARE(run.err.count('\n'), 2);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Hello), 1);
    QVERIFY(count(store, EventKind::KeepAlive) > 0);
    QVERIFY(count(store, EventKind::Outcome) == 0);
    QVERIFY(store.lastTime() >= std::chrono::seconds(3));
}

void TestRecordCommand::recordsToStandardOutput()
{
    const auto run = record(simulate(kEndless), {u"--output"_s, u"-"_s, u"--duration"_s, u"3s"_s});
    QCOMPARE(run.status, 0);
    m_program->write(u"a.watchline"_s, run.out);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Hello), 1);
}

void TestRecordCommand::namesTheFileItself()
{
    const auto run = record(simulate(kEndless), {u"--duration"_s, u"200ms"_s});
    QCOMPARE(run.status, 0);
    const auto name = QRegularExpression(u"watchline-\\d{8}T\\d{6}Z\\.watchline"_s)
                          .match(QString::fromUtf8(run.err))
                          .captured();
    QVERIFY2(!name.isEmpty(), run.err.constData());
    SessionStore store;
    checkSession(name, store);
}

void TestRecordCommand::takesTheUrlFromTheEnvironment()
{
    const auto url = simulate(kEndless);
    m_program->setVariable(u"FOXGLOVE_API_URL"_s, url);
    m_program->setVariable(u"FOXGLOVE_API_TIMEOUT"_s, u"10"_s);
    const auto run =
        m_program->run({u"record"_s, u"--output"_s, u"a.watchline"_s, u"--duration"_s, u"300ms"_s});
    QCOMPARE(run.status, 0);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(store.header().apiUrl,
             qEnvironmentVariable("FOXGLOVE_API_URL", store.header().apiUrl));

    m_program->setVariable(u"FOXGLOVE_API_TIMEOUT"_s, u"1.5"_s);
    const auto bad = m_program->run({u"record"_s});
    QCOMPARE(bad.status, 2);
    QVERIFY(bad.err.contains("FOXGLOVE_API_TIMEOUT=1.5"));
    m_program->unsetVariable(u"FOXGLOVE_API_TIMEOUT"_s);
    m_program->setVariable(u"FOXGLOVE_API_URL"_s, u"nonsense"_s);
    QCOMPARE(m_program->run({u"record"_s}).status, 2);
}

void TestRecordCommand::takesTheTokenFromStandardInput()
{
    m_program->unsetVariable(u"FOXGLOVE_DEVICE_TOKEN"_s);
    const auto url = simulate(R"("token": "from-stdin", )" + kEndless);
    const auto run = m_program->run({u"record"_s, u"--api-url"_s, url, u"--token-file"_s, u"-"_s,
                                     u"--output"_s, u"a.watchline"_s, u"--duration"_s, u"3s"_s},
                                    "from-stdin\n");
    QCOMPARE(run.status, 0);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Hello), 1);
}

void TestRecordCommand::neverTellsTheToken()
{
    const auto url = simulate(
        R"("connects": [[{"hello": {}}, {"wake": {"url": "wss://x", "token": "wake-very-secret"}}]])");
    const auto run = record(url, {u"--output"_s, u"-"_s});
    QCOMPARE(run.status, 0);
    m_simulator->terminate();
    const auto simulated = finish(*m_simulator);
    for (const auto &text : {run.out, run.err, simulated.out, simulated.err})
        QVERIFY2(!text.contains("very"), text.constData());
    QVERIFY(run.out.contains("token_fingerprint"));
}

void TestRecordCommand::endsWithAWake()
{
    const auto url = simulate(
        R"("connects": [[{"hello": {}}, {"wake": {"url": "wss://x", "token": "t", "session": "ras_1"}}]])");
    const auto run = record(url, {u"--output"_s, u"a.watchline"_s});
    QCOMPARE(run.status, 0);
    QVERIFY(run.err.contains("wake"));
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Wake), 1);
}

void TestRecordCommand::goesOnAfterAWake()
{
    const auto url = simulate(
        R"("connects": [[{"hello": {}}, {"wake": {"url": "wss://x", "token": "t", "session": "ras_1"}}], )"
        R"([{"hello": {}}, {"keepalives": {"every_ms": 50}}]])");
    const auto run = recordUntil("\"hello\"", 2, url, {u"--after-wake"_s, u"continue"_s});
    QCOMPARE(run.status, 0);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Wake), 1);
    QCOMPARE(count(store, EventKind::Hello), 2);
}

void TestRecordCommand::isAnsweredNoWhenTheTokenIsRejected()
{
    const auto url = simulate(R"("token": "another", )" + kEndless);
    const auto run = record(url, {u"--output"_s, u"a.watchline"_s});
    QCOMPARE(run.status, 1);
    QVERIFY2(
        run.err.contains(QByteArray("watchline: the device token was rejected: " + url.toUtf8())),
        run.err.constData());
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
}

void TestRecordCommand::aSignalEndsItInOrder_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestRecordCommand::aSignalEndsItInOrder()
{
    QFETCH(int, number);
    const auto process = m_program->start(
        {u"record"_s, u"--api-url"_s, simulate(kEndless), u"--output"_s, u"a.watchline"_s});
    QTRY_VERIFY_WITH_TIMEOUT(m_program->read(u"a.watchline"_s).contains("\"hello\""), 30'000);
    QVERIFY(isAlive(*process));
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), number), 0);
    const auto run = finish(*process);
    QCOMPARE(run.status, 0);
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Outcome), 0);
}

void TestRecordCommand::aSignalEndsTheDesktopAppInOrder()
{
    m_program->setVariable(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    const auto process = m_program->start({u"--demo"_s, u"happy-day"_s});
    const QDir folder(m_program->path(u".local/share/watchline/sessions"_s));
    const auto session = [&] {
        const auto names = folder.entryList({u"*.watchline"_s}, QDir::Files);
        return names.isEmpty()
                   ? QString()
                   : QString(u".local/share/watchline/sessions/"_s + names.constFirst());
    };
    QTRY_VERIFY_WITH_TIMEOUT(
        !session().isEmpty() && m_program->read(session()).contains("\"hello\""), 30'000);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGTERM), 0);
    const auto run = finish(*process);
    QVERIFY2(run.status == 0, run.err.constData());
    SessionStore store;
    checkSession(session(), store);
}

void TestRecordCommand::twoSignalsAtOnceAreOneWish()
{
    const auto process = m_program->start(
        {u"record"_s, u"--api-url"_s, simulate(kEndless), u"--output"_s, u"a.watchline"_s});
    QTRY_VERIFY_WITH_TIMEOUT(m_program->read(u"a.watchline"_s).contains("\"hello\""), 30'000);
    const auto pid = static_cast<pid_t>(process->processId());
    QCOMPARE(::kill(pid, SIGTERM), 0);
    QCOMPARE(::kill(pid, SIGTERM), 0);
    QCOMPARE(::kill(pid, SIGINT), 0);
    const auto run = finish(*process);
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY(m_program->read(u"a.watchline"_s).contains("\"shutting_down\""));
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
}

void TestRecordCommand::aLaterSecondSignalEndsItAtOnce()
{
    // A reader that stands still holds the orderly end up for ever.
    const auto pipe = QFile::encodeName(m_program->path(u"pipe"_s));
    QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
    const int reader = ::open(pipe.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    QVERIFY(reader >= 0);
    const QByteArray comments = QByteArray(": " + QByteArray(3'000, 'x') + "\\n\\n").repeated(50);
    const auto url = simulate(R"("connects": [[{"hello": {}}, {"send": ")" + comments +
                              R"("}, {"keepalives": {"every_ms": 50}}]])");
    const auto process =
        m_program->start({u"record"_s, u"--api-url"_s, url, u"--output"_s, u"pipe"_s});
    int waiting = 0;
    QTRY_VERIFY_WITH_TIMEOUT(::ioctl(reader, FIONREAD, &waiting) == 0 && waiting >= 60'000, 30'000);

    QElapsedTimer sinceFirst;
    sinceFirst.start();
    const auto pid = static_cast<pid_t>(process->processId());
    // What comes too soon is passed over; the first one after a second ends it.
    const auto endsBySignals = [&] {
        if (isAlive(*process))
            ::kill(pid, SIGINT);
        return !isAlive(*process);
    };
    QTRY_VERIFY_WITH_TIMEOUT(endsBySignals(), 30'000);
    QVERIFY(sinceFirst.elapsed() >= 1'000);
    QCOMPARE(process->exitStatus(), QProcess::CrashExit);
    QCOMPARE(process->exitCode(), SIGINT);

    QByteArray bytes(waiting, Qt::Uninitialized);
    bytes.resize(::read(reader, bytes.data(), static_cast<std::size_t>(bytes.size())));
    ::close(reader);
    m_program->write(u"a.watchline"_s, bytes);
    SessionStore store;
    const auto result = readSession(m_program->path(u"a.watchline"_s), store);
    QVERIFY2(result.status == ReadResult::Status::Complete ||
                 result.status == ReadResult::Status::Truncated,
             qPrintable(result.message));
    QCOMPARE(count(store, EventKind::Hello), 1);
}

void TestRecordCommand::aKilledRecordingIsReadable()
{
    const auto process = m_program->start(
        {u"record"_s, u"--api-url"_s, simulate(kEndless), u"--output"_s, u"a.watchline"_s});
    // It comes to the file while it is being recorded, not only at the end.
    QTRY_VERIFY_WITH_TIMEOUT(m_program->read(u"a.watchline"_s).count("\"keepalive\"") > 20, 30'000);
    QVERIFY(isAlive(*process));
    process->kill();
    QVERIFY(process->waitForFinished());
    SessionStore store;
    const auto result = readSession(m_program->path(u"a.watchline"_s), store);
    QVERIFY2(result.status == ReadResult::Status::Complete, qPrintable(result.message));
    QVERIFY(count(store, EventKind::KeepAlive) > 20);
}

void TestRecordCommand::aPipeThatIsClosedEndsIt()
{
    const auto run = m_program->runShell(u"{ $watchline record --api-url "_s + simulate(kEndless) +
                                         u" --output -; echo $? >&2; } | head -n 2"_s);
    QCOMPARE(run.out.count('\n'), 2);
    QVERIFY(run.out.startsWith("{\"watchline\":1,"));
    const auto messages = run.err.trimmed().split('\n');
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages.last(), QByteArray("0"));
}

void TestRecordCommand::aPipeThatIsClosedAtTheStartEndsItQuietly()
{
    const auto run = m_program->runShell(
        u"mkfifo gate; { read go <gate; $watchline record --api-url "_s + simulate(kEndless) +
        u" --output -; echo $? >&2; } | { exec <&-; echo go >gate; }"_s);
    QCOMPARE(run.err, QByteArray("0\n"));
}

void TestRecordCommand::aPipeThatNobodyReadsDoesNotKeepIt()
{
    const auto url =
        simulate(R"("connects": [[{"hello": {}}, {"keepalives": {"every_ms": 1, "text": ")" +
                 QByteArray(4'000, 'x') + R"("}}]])");
    // The shell holds the reading end, so that it is no closed pipe.
    const auto run = m_program->runShell(
        u"mkfifo full; exec 3<>full; $watchline record --output - --duration 3s --api-url "_s +
        url + u" >full; echo $? >&2"_s);
    const auto messages = run.err.trimmed().split('\n');
    QVERIFY2(messages.size() == 3, run.err.constData());
    QVERIFY2(messages.at(1).startsWith("watchline: cannot write the session: standard output: "),
             run.err.constData());
    QCOMPARE(messages.last(), QByteArray("4"));
}

void TestRecordCommand::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("HTML instead of JSON")
        << R"("device_info": [{"status": 200, "body": "<html>", "content_type": "text/html"}], )" +
               kEndless
        << QByteArray("this does not answer as the API does");
    QTest::newRow("not found") << R"("device_info": [{"status": 404}], )" + kEndless
                               << QByteArray("this is not the API");
    QTest::newRow("server error") << R"("device_info": [{"status": 503}], )" + kEndless
                                  << QByteArray("the API answers with an error");
    QTest::newRow("maintenance page") << QByteArray(R"("connects": [[{"page": "<h1>Soon</h1>"}]])")
                                      << QByteArray("the answer is no event stream");
    QTest::newRow("conflict") << QByteArray(R"("connects": [[{"status": 409}]])")
                              << QByteArray("another gateway holds this device's lease");
    QTest::newRow("malformed hello")
        << QByteArray(
               R"("connects": [[{"event": {"type": "hello", "data": "nonsense"}}, "silence"]])")
        << QByteArray("the hello cannot be understood");
    QTest::newRow("ends before hello") << QByteArray(R"("connects": [[{"headers": {}}, "end"]])")
                                       << QByteArray("the stream ended before its hello");
    QTest::newRow("cut before hello") << QByteArray(R"("connects": [[{"send": ": x\n"}, "cut"]])")
                                      << QByteArray("the stream broke before its hello");
    QTest::newRow("garbage") << QByteArray(R"("connects": [["garbage"]])")
                             << QByteArray("the API cannot be reached");
}

void TestRecordCommand::saysWhatIsWrong()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, message);
    const auto url = simulate(members);
    const QByteArray expected = "\nwatchline: " + message + ": " + url.toUtf8();
    const auto run = recordUntil(expected, 1, url);
    QVERIFY2(run.status == 0, run.err.constData());
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
}

void TestRecordCommand::tellsTheSameTroubleOnce()
{
    const auto run =
        recordUntil("\"connect_error\"", 3, simulate(R"("connects": [[{"status": 503}]])"));
    QCOMPARE(run.status, 0);
    QCOMPARE(run.err.count("the API answers with an error"), 1);
}

void TestRecordCommand::aRefusedConnectionIsTold()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto url = u"http://127.0.0.1:%1"_s.arg(server.serverPort());
    server.close();
    const QByteArray expected = "watchline: the API cannot be reached: " + url.toUtf8();
    const auto run = recordUntil(expected, 1, url);
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY2(run.err.contains("refused"), run.err.constData());
}

void TestRecordCommand::trustsAnOwnAuthority()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    const auto url = simulate(kEndless, {u"--tls-certificate"_s, certificate.certificateFile(),
                                         u"--tls-key"_s, certificate.keyFile()});
    QVERIFY2(url.startsWith(u"https://"_s), qPrintable(url));
    const auto refused =
        recordUntil(QByteArray("watchline: no secure connection: " + url.toUtf8()), 1, url);
    QVERIFY2(refused.status == 0, refused.err.constData());
    QVERIFY2(refused.err.contains("--ca-file"), refused.err.constData());
    QVERIFY(QFile::remove(m_program->path(u"a.watchline"_s)));

    const auto trusted =
        recordUntil("\"hello\"", 1, url, {u"--ca-file"_s, certificate.certificateFile()});
    QVERIFY2(trusted.status == 0, trusted.err.constData());
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
}

void TestRecordCommand::refusesAnUnusableAuthority()
{
    m_program->write(u"a.watchline"_s, "old");
    m_program->write(u"no.pem"_s, "nothing");
    for (const auto &file : {u"no.pem"_s, u"missing.pem"_s}) {
        const auto run = record(u"https://127.0.0.1:9"_s, {u"--ca-file"_s, file, u"--output"_s,
                                                           u"a.watchline"_s, u"--force"_s});
        QCOMPARE(run.status, 3);
        QVERIFY2(
            run.err.startsWith(QByteArray("watchline: cannot use the CA file: " + file.toUtf8())),
            run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
    }
    QCOMPARE(m_program->read(u"a.watchline"_s), QByteArray("old"));
}

void TestRecordCommand::verifyBelievesARecording()
{
    const auto url = simulate(
        R"("connects": [[{"status": 503}], [{"hello": {}}, {"wait_ms": 100}, "end"], )"
        R"([{"hello": {"interval_ms": 1000}}, {"wait_ms": 100}, "end"], [{"hello": {}}, "silence"]])");
    QCOMPARE(recordUntil("\"hello\"", 3, url).status, 0);
    const auto verified = m_program->run({u"verify"_s, u"a.watchline"_s});
    QVERIFY2(verified.status == 0, verified.out.constData());

    auto altered = m_program->read(u"a.watchline"_s);
    const auto reconnect = altered.indexOf(R"("action":"reconnect")");
    QVERIFY(reconnect > 0);
    altered.replace(reconnect, 20, R"("action":"stop")");
    m_program->write(u"b.watchline"_s, altered);
    QCOMPARE(m_program->run({u"verify"_s, u"b.watchline"_s}).status, 1);
}

void TestRecordCommand::recordsAFleet()
{
    const auto url = simulate(kEndless);
    m_program->unsetVariable(u"FOXGLOVE_DEVICE_TOKEN"_s);
    m_program->setVariable(u"FOXGLOVE_API_URL"_s, u"not looked at"_s);
    QByteArray text = "# three of them\n";
    for (const QByteArray name : {"one", "two", "three"}) {
        m_program->write(QString::fromLatin1(name + ".txt"), kToken + name);
        text += name + ", " + url.toUtf8() + ", " + name + ".txt\n";
    }
    m_program->write(u"fleet.txt"_s, text);
    const auto process = m_program->start({u"record"_s, u"--fleet"_s, u"fleet.txt"_s, u"--output"_s,
                                           u"a.watchline"_s, u"--duration"_s, u"3s"_s});
    const auto run = finish(*process);
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY2(run.err.contains("recording 3 watches to a.watchline"), run.err.constData());
    QVERIFY(!run.err.contains(kToken));
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(store.header().sources, (QStringList{u"one"_s, u"two"_s, u"three"_s}));
    QCOMPARE(count(store, EventKind::Hello), 3);
    QVERIFY(!m_program->read(u"a.watchline"_s).contains(kToken));

    const auto verified = m_program->run({u"verify"_s, u"a.watchline"_s});
    QVERIFY2(verified.status == 0, verified.out.constData());
    const auto one =
        m_program->run({u"export"_s, u"a.watchline"_s, u"--format"_s, u"jsonl"_s, u"--kind"_s,
                        u"hello"_s, u"--source"_s, u"two"_s, u"--output"_s, u"-"_s});
    QCOMPARE(one.out.count("\"hello\""), 1);
}

void TestRecordCommand::aFleetIsAnsweredNoWhenOneIsRejected()
{
    const auto url = simulate(R"("token": "good", "connects": [[{"hello": {}}, {"wake": {}}]])");
    m_program->write(u"good.txt"_s, "good");
    m_program->write(u"bad.txt"_s, "bad");
    m_program->write(u"fleet.txt"_s,
                     "g, " + url.toUtf8() + ", good.txt\nb, " + url.toUtf8() + ", bad.txt\n");
    const auto run = m_program->run(
        {u"record"_s, u"--fleet"_s, u"fleet.txt"_s, u"--output"_s, u"a.watchline"_s});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("watchline: b: the device token was rejected"), run.err.constData());
    QVERIFY2(run.err.contains("watchline: g: ended by a wake"), run.err.constData());
    SessionStore store;
    checkSession(u"a.watchline"_s, store);
    QCOMPARE(count(store, EventKind::Wake), 1);
}

void TestRecordCommand::saysWhatIsWrongWithAFleet_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("a URL beside it")
        << QStringList{u"--fleet"_s, u"good.fleet"_s, u"--api-url"_s, u"http://h"_s} << 2
        << QByteArray("--api-url");
    QTest::newRow("a token beside it")
        << QStringList{u"--fleet"_s, u"good.fleet"_s, u"--token-file"_s, u"t"_s} << 2
        << QByteArray("--token-file");
    QTest::newRow("no file name") << QStringList{u"--fleet"_s} << 2 << QByteArray("--fleet");
    QTest::newRow("missing") << QStringList{u"--fleet"_s, u"no.fleet"_s} << 3
                             << QByteArray("no.fleet");
    QTest::newRow("a bad line") << QStringList{u"--fleet"_s, u"bad.fleet"_s} << 3
                                << QByteArray("bad.fleet: line 2: ");
}

void TestRecordCommand::saysWhatIsWrongWithAFleet()
{
    QFETCH(QStringList, arguments);
    m_program->write(u"t"_s, "token");
    m_program->write(u"good.fleet"_s, "a, http://127.0.0.1:9, t\n");
    m_program->write(u"bad.fleet"_s, "a, http://127.0.0.1:9, t\na, http://127.0.0.1:9, t\n");
    const auto run =
        m_program->run(QStringList{u"record"_s, u"--output"_s, u"a.watchline"_s} + arguments);
    QTEST(run.status, "status");
    QFETCH(QByteArray, said);
    QVERIFY2(run.err.contains(said), run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
    QVERIFY(!QFile::exists(m_program->path(u"a.watchline"_s)));
}

void TestRecordCommand::refusesAFleetThatNeedsTooManyDescriptors()
{
    QByteArray text;
    for (int i = 0; i < 100; ++i)
        text += QByteArray::number(i) + ", http://127.0.0.1:9, t\n";
    m_program->write(u"t"_s, "token");
    m_program->write(u"fleet.txt"_s, text);
    const auto run = m_program->runShell(
        u"ulimit -n 300; exec $watchline record --fleet fleet.txt --output a.watchline"_s);
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("too many watches: 100"), run.err.constData());
    QVERIFY2(run.err.contains("300"), run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
    QVERIFY(!QFile::exists(m_program->path(u"a.watchline"_s)));
}

void TestRecordCommand::theSimulatorEndsInOrder()
{
    for (const int number : {SIGINT, SIGTERM}) {
        const auto url = simulate(kEndless);
        QVERIFY2(url.startsWith(u"http://127.0.0.1:"_s), qPrintable(url));
        QCOMPARE(::kill(static_cast<pid_t>(m_simulator->processId()), number), 0);
        QCOMPARE(finish(*m_simulator).status, 0);
    }
}

void TestRecordCommand::theSimulatorSaysThatItsPortIsTaken()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const auto port = QString::number(server.serverPort());
    const auto run = m_program->run({u"simulate"_s, u"--port"_s, port});
    QCOMPARE(run.status, 4);
    QCOMPARE(run.out, QByteArray());
    QVERIFY2(run.err.startsWith("watchline: ") && run.err.contains(port.toUtf8()),
             run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
}

void TestRecordCommand::theSimulatorRefusesABadScenario()
{
    m_program->write(u"bad.json"_s, R"({"title": "x", "connects": [["explode"]]})");
    const auto run = m_program->run({u"simulate"_s, u"--scenario"_s, u"bad.json"_s});
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.startsWith("watchline: ") && run.err.contains("bad.json") &&
                 run.err.contains("explode"),
             run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
}

void TestRecordCommand::theSimulatorServesARecording()
{
    const auto url = simulate(
        R"("connects": [[{"status": 503}], [{"hello": {}}, {"keepalives": {"count": 3, "every_ms": 50}}, "end"],
            [{"hello": {}}, {"wait_ms": 100}, {"wake": {"session": "ras_1", "url": "wss://x"}}]])");
    QCOMPARE(record(url, {u"--output"_s, u"a.watchline"_s}).status, 0);
    const auto served = serve(u"a.watchline"_s);
    QVERIFY(served.startsWith(u"http://127.0.0.1:"_s));
    QCOMPARE(record(served, {u"--output"_s, u"b.watchline"_s}).status, 0);

    const auto courseOf = [this](const QString &file) {
        SessionStore store;
        readSession(m_program->path(file), store);
        QStringList course;
        for (qsizetype row = 0; row < store.size(); ++row) {
            const auto event = store.event(row);
            if (event.kind == EventKind::ConnectError || event.kind == EventKind::Outcome)
                course.append(event.wordText());
            else if (event.kind == EventKind::Decision)
                course.append(event.text(Field::Rule) + u' ' +
                              QString::number(event.number(Field::DelayMs).value_or(0)));
        }
        return course;
    };
    QCOMPARE(courseOf(u"a.watchline"_s),
             (QStringList{u"api"_s, u"connect.transient 1000"_s, u"connect.success 0"_s,
                          u"stream_ended"_s, u"outcome.stream_ended 0"_s, u"connect.success 0"_s,
                          u"wake"_s, u"outcome.wake 0"_s}));
    QCOMPARE(courseOf(u"b.watchline"_s), courseOf(u"a.watchline"_s));
}

void TestRecordCommand::theSimulatorSaysWhatItDoesNotServe()
{
    m_program->write(u"empty.watchline"_s, "{\"watchline\":1}\n");
    const auto empty = m_program->run({u"simulate"_s, u"--scenario"_s, u"empty.watchline"_s});
    QCOMPARE(empty.status, 3);
    QVERIFY2(empty.err.startsWith("watchline: empty.watchline: the session has no connect attempt"),
             empty.err.constData());
    QCOMPARE(empty.err.count('\n'), 1);

    m_program->write(u"cut.watchline"_s,
                     "{\"watchline\":1}\n{\"t\":0,\"kind\":\"connect_attempt\"}\n{\"t\":");
    QVERIFY(serve(u"cut.watchline"_s).startsWith(u"http://127.0.0.1:"_s));
    m_simulator->terminate();
    const auto cut = finish(*m_simulator);
    QVERIFY2(cut.err.contains("the session is cut off: cut.watchline: "), cut.err.constData());
    m_simulator.reset();
}

void TestRecordCommand::theSimulatorRefusesMissingKeys()
{
    const auto run = m_program->run(
        {u"simulate"_s, u"--tls-certificate"_s, u"no.pem"_s, u"--tls-key"_s, u"no.key"_s});
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("no.pem"), run.err.constData());
}

QTEST_GUILESS_MAIN(TestRecordCommand)
#include "tst_recordcommand.moc"
