// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/program.h"
#include "tests/support/samplesession.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

constexpr int kDone = 0;
constexpr int kUsage = 2;
constexpr int kInput = 3;

/// All that the sample session tells of its robot.
const QList<QByteArray> kNames{"robot-7", "rwl_", "dev_", "prj_", "127.0.0.1", "Robot"};

QByteArray session()
{
    Event info(EventKind::DeviceInfo);
    info.source = u"robot-7"_s;
    info.t = std::chrono::seconds(60);
    info.set(Field::Result, "ok");
    info.set(Field::DeviceId, "dev_1");
    info.set(Field::DeviceName, "Robot Seven");
    info.set(Field::ProjectId, "prj_1");
    Event note(EventKind::Note);
    note.source = u"robot-7"_s;
    note.t = std::chrono::seconds(61);
    note.set(Field::Detail, "Robot Seven at 127.0.0.1 held rwl_abc");
    return sampleFile() + toJsonLine(info) + '\n' + toJsonLine(note) + '\n';
}

} // namespace

/// What leaves the house: exports without names.
class TestSharing : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
        m_program->write(u"s.watchline"_s, session());
    }
    void cleanup() { m_program.reset(); }
    void exportsNoNames_data();
    void exportsNoNames();
    void aRedactedSessionIsASession();
    void choosesByTheRealNames();
    void redactsWhatAPipeGives();
    void redactsWhatADamagedFileHas();

private:
    std::unique_ptr<Program> m_program;
};

void TestSharing::exportsNoNames_data()
{
    QTest::addColumn<QString>("format");
    for (const auto &format : {u"csv"_s, u"jsonl"_s, u"svg"_s})
        QTest::newRow(qPrintable(format)) << format;
}

void TestSharing::exportsNoNames()
{
    QFETCH(QString, format);
    const QStringList plain{u"export"_s, u"s.watchline"_s, u"--format"_s, format};
    const auto named = m_program->run(plain);
    QCOMPARE(named.status, kDone);
    QVERIFY(named.out.contains("robot-7"));
    const auto run = m_program->run(plain + QStringList{u"--redact"_s});
    QCOMPARE(run.status, kDone);
    QCOMPARE(run.err, QByteArray());
    for (const auto &name : kNames)
        QVERIFY2(!run.out.contains(name), (name + " in " + run.out).constData());
    QVERIFY(run.out.contains("source-1"));
    QCOMPARE(m_program->run(plain + QStringList{u"--redact"_s}).out, run.out);
}

void TestSharing::aRedactedSessionIsASession()
{
    QCOMPARE(m_program
                 ->run({u"export"_s, u"s.watchline"_s, u"--format"_s, u"jsonl"_s, u"--redact"_s,
                        u"--output"_s, u"r.watchline"_s})
                 .status,
             kDone);
    const auto named = m_program->run({u"verify"_s, u"s.watchline"_s});
    const auto redacted = m_program->run({u"verify"_s, u"r.watchline"_s});
    QCOMPARE(redacted.status, named.status);
    QCOMPARE(redacted.out, named.out);
    // There is nothing more to replace.
    const auto again = m_program->run(
        {u"export"_s, u"r.watchline"_s, u"--format"_s, u"csv"_s, u"--kind"_s, u"note"_s});
    QVERIFY2(again.out.contains("device-2 at host-"), again.out.constData());
}

void TestSharing::choosesByTheRealNames()
{
    const QStringList arguments{u"export"_s, u"s.watchline"_s, u"--format"_s,
                                u"csv"_s,    u"--redact"_s,    u"--source"_s};
    const auto run = m_program->run(arguments + QStringList{u"robot-7"_s});
    QCOMPARE(run.status, kDone);
    QVERIFY(run.out.contains(",source-1,"));
    QCOMPARE(m_program->run(arguments + QStringList{u"source-1"_s}).status, kUsage);
}

void TestSharing::redactsWhatAPipeGives()
{
    for (const auto &format : {u"csv"_s, u"jsonl"_s}) {
        const auto fromFile =
            m_program->run({u"export"_s, u"s.watchline"_s, u"--format"_s, format, u"--redact"_s});
        const auto fromPipe =
            m_program->run({u"export"_s, u"-"_s, u"--format"_s, format, u"--redact"_s}, session());
        QCOMPARE(fromPipe.status, kDone);
        QCOMPARE(fromPipe.out, fromFile.out);
    }
}

void TestSharing::redactsWhatADamagedFileHas()
{
    m_program->write(u"cut.watchline"_s, session().chopped(10));
    const auto run =
        m_program->run({u"export"_s, u"cut.watchline"_s, u"--format"_s, u"csv"_s, u"--redact"_s});
    QCOMPARE(run.status, kInput);
    QVERIFY(run.err.contains("cut off"));
    QVERIFY(run.out.contains(",device_info,"));
    for (const auto &name : kNames)
        QVERIFY2(!run.out.contains(name), (name + " in " + run.out).constData());
}

QTEST_GUILESS_MAIN(TestSharing)
#include "tst_sharing.moc"
