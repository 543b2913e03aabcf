// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/program.h"
#include "tests/unit/watch/rawserver.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatience = 60'000;
const QByteArray kToken = "fox_dt_very_secret";

QByteArray answer(const QByteArray &status, const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

const QByteArray kDevice = R"({"id":"dev_1","name":"Robot","projectId":"prj_1"})";

} // namespace

/// `check` against servers in the test's own thread.
class TestCheckCommand : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
        m_program->setVariable(u"FOXGLOVE_DEVICE_TOKEN"_s, QString::fromLatin1(kToken));
    }
    void tellsEachStepAndTakesNoLease();
    void writesOneJsonObject();
    void isAnsweredNoWhenAStepFails_data();
    void isAnsweredNoWhenAStepFails();
    void tellsWhatTheServerSaysHarmlessly_data();
    void tellsWhatTheServerSaysHarmlessly();
    void takesTheTimeoutAndTheEnvironment();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void tellsThatItsOutputCannotBeWritten();

private:
    ProgramRun check(const QStringList &arguments)
    {
        const auto process = m_program->start(QStringList{u"check"_s} + arguments);
        const auto hasEnded = [&process] { return process->state() == QProcess::NotRunning; };
        return QTest::qWaitFor(hasEnded, kPatience) ? finish(*process) : ProgramRun();
    }
    ProgramRun check(const RawServer &server, const QStringList &arguments = {})
    {
        return check(QStringList{u"--api-url"_s, server.url().toString()} + arguments);
    }

    std::unique_ptr<Program> m_program;
};

void TestCheckCommand::tellsEachStepAndTakesNoLease()
{
    RawServer server(answer("200 OK", kDevice));
    const auto run = check(server);
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, 0);
    QVERIFY(!run.out.contains('\x1b'));
    const auto lines = run.out.split('\n');
    QCOMPARE(lines.size(), 9); // a title, six steps, how it ended, and the last line's end
    QVERIFY2(lines.at(0).startsWith("checking http://127.0.0.1:"), run.out.constData());
    const QByteArrayList steps{"proxy", "DNS", "TCP", "TLS", "HTTP", "device-info"};
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const auto words = lines.at(i + 1).simplified();
        const QByteArray state = steps.at(i) == "TLS" ? "not used " : "passed ";
        QVERIFY2(words.startsWith(state + steps.at(i)), words.constData());
    }
    QVERIFY2(lines.at(6).contains(" Robot (dev_1), project prj_1"), run.out.constData());
    QVERIFY2(lines.at(7).startsWith("passed"), run.out.constData());
    QCOMPARE(server.requests().size(), 1);
    QVERIFY(server.requests().constFirst().startsWith("GET /internal/platform/v1/device-info "));
}

void TestCheckCommand::writesOneJsonObject()
{
    RawServer server(answer("200 OK", kDevice));
    const auto run = check(server, {u"--format"_s, u"json"_s});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.out.count('\n'), 1);
    const auto json = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(json.value(u"result"_s).toString(), u"passed"_s);
    QCOMPARE(json.value(u"api_url"_s).toString(), server.url().toString());
    QVERIFY(json.value(u"failed"_s).isNull());
    const auto steps = json.value(u"steps"_s).toArray();
    QStringList told;
    for (const auto &step : steps) {
        told += step.toObject().value(u"step"_s).toString() + u' ' +
                step.toObject().value(u"result"_s).toString();
    }
    QCOMPARE(told, (QStringList{u"proxy passed"_s, u"dns passed"_s, u"tcp passed"_s,
                                u"tls not_used"_s, u"http passed"_s, u"device_info passed"_s}));
    const auto device = steps.at(5).toObject();
    QCOMPARE(device.value(u"device_id"_s).toString(), u"dev_1"_s);
    QVERIFY(device.value(u"duration_ms"_s).toDouble() > 0);
    QCOMPARE(steps.at(4).toObject().value(u"http_version"_s).toString(), u"HTTP/1.1"_s);
    QCOMPARE(steps.at(1).toObject().value(u"addresses"_s).toArray(), QJsonArray{u"127.0.0.1"_s});
}

void TestCheckCommand::isAnsweredNoWhenAStepFails_data()
{
    QTest::addColumn<QByteArray>("bytes"); // null: nobody listens
    QTest::addColumn<QString>("failed");
    QTest::newRow("refused") << QByteArray() << u"tcp"_s;
    QTest::newRow("rejected token") << answer("401 No", "{}") << u"device_info"_s;
    QTest::newRow("no HTTP") << QByteArray("SSH-2.0-x\r\n\r\n") << u"http"_s;
}

void TestCheckCommand::isAnsweredNoWhenAStepFails()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, failed);
    RawServer server(bytes, true);
    const auto url = server.url().toString();
    if (bytes.isNull())
        server.close();
    const auto asJson = check({u"--api-url"_s, url, u"--format"_s, u"json"_s});
    QCOMPARE(asJson.status, 1);
    QCOMPARE(asJson.err, QByteArray());
    const auto json = QJsonDocument::fromJson(asJson.out).object();
    QCOMPARE(json.value(u"result"_s).toString(), u"failed"_s);
    QCOMPARE(json.value(u"failed"_s).toString(), failed);
    const auto asText = check({u"--api-url"_s, url});
    QCOMPARE(asText.status, 1);
    QVERIFY2(asText.out.contains("\nfailed "), asText.out.constData());
    QVERIFY2(asText.out.contains(" -> "), asText.out.constData());
    QVERIFY2(asText.out.contains("\nfailed at "), asText.out.constData());
}

void TestCheckCommand::tellsWhatTheServerSaysHarmlessly_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("text") << u"text"_s;
    QTest::newRow("json") << u"json"_s;
}

void TestCheckCommand::tellsWhatTheServerSaysHarmlessly()
{
    QFETCH(QString, format);
    RawServer server(answer("400 Bad", "\x1b[2J bad token " + kToken + "\nnext"));
    const auto run = check(server, {u"--format"_s, format});
    QCOMPARE(run.status, 1);
    QVERIFY(run.out.contains("bad token ***"));
    QVERIFY(!run.out.contains('\x1b'));
    QVERIFY(!run.out.contains(kToken) && !run.err.contains(kToken));
    QVERIFY(!run.out.contains("\nnext"));
}

void TestCheckCommand::takesTheTimeoutAndTheEnvironment()
{
    RawServer server([](QTcpSocket &, int) {});
    m_program->setVariable(u"FOXGLOVE_API_URL"_s, server.url().toString());
    const auto run = check({u"--api-timeout"_s, u"300ms"_s});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.out.contains("timed out after 300 ms"), run.out.constData());
    QVERIFY2(run.out.contains("failed at HTTP"), run.out.constData());
}

void TestCheckCommand::saysWhatIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("format") << QStringList{u"--format"_s, u"xml"_s} << 2
                            << QByteArray("choose text or json");
    QTest::newRow("argument") << QStringList{u"now"_s} << 2 << QByteArray("unexpected argument");
    QTest::newRow("fleet") << QStringList{u"--fleet"_s, u"f"_s} << 2 << QByteArray("--fleet");
    QTest::newRow("URL") << QStringList{u"--api-url"_s, u"localhost"_s} << 2
                         << QByteArray("--api-url");
    QTest::newRow("token file") << QStringList{u"--token-file"_s, u"missing"_s} << 3
                                << QByteArray("cannot read the token file: missing");
    QTest::newRow("CA file") << QStringList{u"--ca-file"_s, u"missing.pem"_s} << 3
                             << QByteArray("cannot use the CA file: missing.pem");
}

void TestCheckCommand::saysWhatIsWrong()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QByteArray, said);
    const auto run = check(arguments);
    QCOMPARE(run.status, status);
    QCOMPARE(run.out, QByteArray());
    QCOMPARE(run.err.count('\n'), 1);
    QVERIFY2(run.err.contains(said), run.err.constData());
}

void TestCheckCommand::tellsThatItsOutputCannotBeWritten()
{
    if (!QFile::exists(u"/dev/full"_s))
        QSKIP("there is no /dev/full");
    for (const auto &format : {u"text"_s, u"json"_s}) {
        const auto run =
            m_program->runShell(u"$watchline check --api-url http://127.0.0.1:9 --format "_s +
                                format + u" >/dev/full"_s);
        QCOMPARE(run.status, 4);
        QCOMPARE(run.err.count('\n'), 1);
    }
}

QTEST_GUILESS_MAIN(TestCheckCommand)
#include "tst_checkcommand.moc"
