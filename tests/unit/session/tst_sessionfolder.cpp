// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionfolder.h"
#include "core/session/sessionwriter.h"
#include "tests/support/samplesession.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>
#include <QTimeZone>
#include <QUrl>

using namespace watchline;
using namespace Qt::StringLiterals;
using End = RecordedSession::End;

class TestSessionFolder : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        QDir(sessionFolder()).removeRecursively();
    }
    void cleanupTestCase() { QDir(sessionFolder()).removeRecursively(); }
    void namesAreFitForFiles_data();
    void namesAreFitForFiles();
    void theFolderIsTheUsersAlone();
    void twoSessionsOfOneSecondHaveTheirOwnNames();
    void saysHowASessionEnded();
    void listsTheNewestFirst();
    void removesOnlyItsOwn();

private:
    static QString newPath()
    {
        QString error;
        const auto path =
            defaultSessionPath(QUrl(u"http://127.0.0.1:8080/x"_s), sampleHeader().started, &error);
        if (path.isEmpty())
            qFatal("%s", qPrintable(error));
        return path;
    }
};

void TestSessionFolder::namesAreFitForFiles_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<QString>("name");
    QTest::newRow("host") << QUrl(u"https://api.foxglove.dev/v1"_s) << u"api.foxglove.dev"_s;
    QTest::newRow("port") << QUrl(u"http://127.0.0.1:8080"_s) << u"127.0.0.1"_s;
    QTest::newRow("IPv6") << QUrl(u"http://[::1]:8080"_s) << u"__1"_s;
    QTest::newRow("other scripts")
        << QUrl(u"https://bücher.example"_s) << u"xn--bcher-kva.example"_s;
    QTest::newRow("none") << QUrl() << u"session"_s;
}

void TestSessionFolder::namesAreFitForFiles()
{
    QFETCH(QUrl, url);
    QFETCH(QString, name);
    QCOMPARE(sessionFileName(url, sampleHeader().started),
             QString(name + u"-20261123T093636Z.watchline"_s));
}

void TestSessionFolder::theFolderIsTheUsersAlone()
{
    const QFileInfo path(newPath());
    QVERIFY(!path.exists());
    const auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup |
                        QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
    QVERIFY(!(QFileInfo(path.path()).permissions() & others));
}

void TestSessionFolder::twoSessionsOfOneSecondHaveTheirOwnNames()
{
    SessionWriter first;
    QVERIFY(first.open(newPath(), sampleHeader(), SessionWriter::Existing::Refuse));
    SessionWriter second;
    QVERIFY(second.open(newPath(), sampleHeader(), SessionWriter::Existing::Refuse));
    QVERIFY(first.path() != second.path());
}

void TestSessionFolder::saysHowASessionEnded()
{
    SessionWriter writer;
    QVERIFY(writer.open(newPath(), sampleHeader(), SessionWriter::Existing::Refuse));
    QCOMPARE(recordedSessions().size(), 1);
    QCOMPARE(recordedSessions().first().path, writer.path());
    QCOMPARE(recordedSessions().first().end, End::Recording);
    QVERIFY(!removeRecordedSession(writer.path()));
    QVERIFY(writer.close());
    QCOMPARE(recordedSessions().first().end, End::Interrupted);

    QVERIFY(writer.openForAppend(writer.path()));
    Event end(EventKind::Status);
    end.set(Field::Status, "shutdown");
    QVERIFY(writer.append(toJsonLine(end)));
    QVERIFY(writer.append(toJsonLine(Event(EventKind::Note))));
    QVERIFY(writer.close());
    QCOMPARE(recordedSessions().first().end, End::Orderly);
}

void TestSessionFolder::listsTheNewestFirst()
{
    QStringList paths;
    for (int i = 0; i < 3; ++i) {
        SessionWriter writer;
        QVERIFY(writer.open(newPath(), sampleHeader(), SessionWriter::Existing::Refuse));
        paths.prepend(writer.path());
        QVERIFY(writer.close());
        QFile file(writer.path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(
            file.setFileTime(sampleHeader().started.addSecs(i), QFileDevice::FileModificationTime));
    }
    QStringList listed;
    for (const auto &session : recordedSessions())
        listed.append(session.path);
    QCOMPARE(listed, paths);
}

void TestSessionFolder::removesOnlyItsOwn()
{
    SessionWriter writer;
    QVERIFY(writer.open(newPath(), sampleHeader(), SessionWriter::Existing::Refuse));
    const auto path = writer.path();
    QVERIFY(writer.close());
    const QString elsewhere = sessionFolder() + u"/../elsewhere.watchline"_s;
    QVERIFY(QFile::copy(path, elsewhere));
    QVERIFY(!removeRecordedSession(elsewhere));
    QVERIFY(QFile::remove(elsewhere));
    QVERIFY(removeRecordedSession(path));
    QVERIFY(recordedSessions().isEmpty());
}

QTEST_GUILESS_MAIN(TestSessionFolder)
#include "tst_sessionfolder.moc"
