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
    void writesAReport();
    void pythonReadsTheReport();
    void reportsOnAPartOfASession();
    void neverReplacesAReportUnasked();
    void reportsOnWhatADamagedFileHas();
    void refusesWrongUsageOfReport_data();
    void refusesWrongUsageOfReport();

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

void TestSharing::writesAReport()
{
    const auto page = m_program->run({u"report"_s, u"s.watchline"_s});
    QCOMPARE(page.status, kDone);
    QCOMPARE(page.err, QByteArray());
    QVERIFY(page.out.startsWith("<!DOCTYPE html>"));
    QVERIFY(page.out.endsWith("</html>\n"));
    static const QRegularExpression pictures(u"base64,[^\"]*"_s);
    const auto text = QString::fromUtf8(page.out).remove(pictures).toUtf8();
    for (const auto &name : kNames)
        QVERIFY2(!text.contains(name), (name + " in " + text).constData());
    QVERIFY(text.contains("device-2 at host-1 held lease-2"));
    // The same bytes, wherever from and wherever to.
    QCOMPARE(m_program->run({u"report"_s, u"-"_s}, session()).out, page.out);
    const auto file =
        m_program->run({u"report"_s, u"s.watchline"_s, u"--output"_s, u"page.html"_s});
    QCOMPARE(file.status, kDone);
    QCOMPARE(file.out, QByteArray());
    QCOMPARE(m_program->read(u"page.html"_s), page.out);

    const auto named = m_program->run({u"report"_s, u"s.watchline"_s, u"--no-redact"_s});
    QVERIFY(named.out.contains("Robot Seven at 127.0.0.1 held rwl_abc"));
}

void TestSharing::pythonReadsTheReport()
{
    m_program->write(u"check.py"_s, R"py(
import sys
from html.parser import HTMLParser
VOID = {"meta", "img", "source"}
class Check(HTMLParser):
    open = []
    pictures = 0
    def handle_starttag(self, tag, attributes):
        assert tag not in {"script", "link", "iframe", "object", "embed", "form", "a"}, tag
        for name, value in attributes:
            assert not name.startswith("on"), name
            if name in {"src", "srcset", "href"}:
                assert value.startswith("data:image/png;base64,"), value[:80]
                self.pictures += 1
        if tag not in VOID:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
check = Check()
check.feed(open("page.html", encoding="utf-8").read())
check.close()
assert not check.open, check.open
print(check.pictures)
)py");
    QCOMPARE(m_program->run({u"report"_s, u"s.watchline"_s, u"--output"_s, u"page.html"_s}).status,
             kDone);
    const auto run =
        m_program->runShell(u"command -v python3 >/dev/null || exit 77; python3 check.py"_s);
    if (run.status == 77)
        QSKIP("there is no Python here");
    QVERIFY2(run.status == kDone, run.err.constData());
    QCOMPARE(run.out, QByteArray("2\n"));
}

void TestSharing::reportsOnAPartOfASession()
{
    const auto part =
        m_program->run({u"report"_s, u"s.watchline"_s, u"--from"_s, u"50s"_s, u"--to"_s, u"2m"_s});
    QCOMPARE(part.status, kDone);
    QVERIFY(part.out.contains("held lease-"));
    QVERIFY(!part.out.contains("moved the"));
    const auto nothing =
        m_program->run({u"report"_s, u"s.watchline"_s, u"--from"_s, u"20s"_s, u"--to"_s, u"21s"_s});
    QCOMPARE(nothing.status, kDone);
    QVERIFY(nothing.err.contains("nothing lies between --from and --to"));
}

void TestSharing::neverReplacesAReportUnasked()
{
    m_program->write(u"page.html"_s, "mine");
    const QStringList arguments{u"report"_s, u"s.watchline"_s, u"--output"_s, u"page.html"_s};
    const auto refused = m_program->run(arguments);
    QCOMPARE(refused.status, 4);
    QVERIFY(refused.err.contains("page.html exists already"));
    QCOMPARE(m_program->read(u"page.html"_s), QByteArray("mine"));
    QCOMPARE(m_program->run(arguments + QStringList{u"--force"_s}).status, kDone);
    QVERIFY(m_program->read(u"page.html"_s).startsWith("<!DOCTYPE html>"));
}

void TestSharing::reportsOnWhatADamagedFileHas()
{
    m_program->write(u"cut.watchline"_s, session().chopped(10));
    const auto run = m_program->run({u"report"_s, u"cut.watchline"_s});
    QCOMPARE(run.status, kInput);
    QVERIFY(run.err.contains("cut off"));
    QVERIFY(run.out.contains("bytes of the file: it is cut off there"));
    QVERIFY(run.out.endsWith("</html>\n"));

    m_program->write(u"empty.watchline"_s, "");
    const auto none = m_program->run({u"report"_s, u"empty.watchline"_s});
    QCOMPARE(none.status, kInput);
    QCOMPARE(none.out, QByteArray());
}

void TestSharing::refusesWrongUsageOfReport_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const QString &arguments, const QByteArray &expected) {
        QTest::newRow(qPrintable(arguments)) << arguments << expected;
    };
    row(u""_s, "missing argument: FILE");
    row(u"s.watchline --redact"_s, "unknown option: --redact");
    row(u"s.watchline --from 2s --to 1s"_s, "an empty range");
    row(u"s.watchline --from 5"_s, "--from 5");
    row(u"s.watchline --from 5h"_s, "after the session's end");
    row(u"s.watchline --output s.watchline --force"_s, "the session itself");
}

void TestSharing::refusesWrongUsageOfReport()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, expected);
    const auto run =
        m_program->run(QStringList{u"report"_s} + arguments.split(u' ', Qt::SkipEmptyParts));
    QCOMPARE(run.status, kUsage);
    QVERIFY2(run.err.contains(expected), run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
}

QTEST_GUILESS_MAIN(TestSharing)
#include "tst_sharing.moc"
