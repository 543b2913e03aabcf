// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/document.h"
#include "ui/eventtablemodel.h"
#include "ui/recordeddocument.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

class FilledDocument : public Document
{
public:
    explicit FilledDocument(int rows)
    {
        for (int i = 0; i < rows; ++i) {
            Event event(EventKind::Decision);
            event.t = Milliseconds(i);
            event.source = u"a"_s;
            event.attempt = i + 1;
            event.set(Field::Rule, "connect.transient").set(Field::Action, "retry_after");
            m_store.append(event);
        }
    }

    const SessionStore &store() const override { return m_store; }
    QString path() const override { return {}; }
    bool isLive() const override { return false; }
    bool isGrowing() const override { return false; }
    Nanoseconds now() const override { return m_store.lastTime(); }
    QString addNote(const QString &, Nanoseconds, Nanoseconds) override { return {}; }

private:
    SessionStore m_store;
};

} // namespace

class DocumentTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void knowsTheStatesOfAFewRowsAtOnce();
    void takesInTheStatesOfManyRowsInLaterTurns();
    void readsARobotsLogAndLeavesItAlone();
    void readsEachSampleOfALog_data();
    void readsEachSampleOfALog();
    void saysWhyAFileIsNoLog_data();
    void saysWhyAFileIsNoLog();
    void marksWhatWasInferredInTheTable();
};

void DocumentTest::knowsTheStatesOfAFewRowsAtOnce()
{
    FilledDocument document(100);
    QCOMPARE(document.states().latest().lastDecisionRow, 99);
}

void DocumentTest::takesInTheStatesOfManyRowsInLaterTurns()
{
    // No machine reads so many lines in one turn's share.
    constexpr int kRows = 60'000;
    FilledDocument document(kRows);
    QSignalSpy grown(&document, &Document::statesGrown);
    const auto first = document.states().size();
    QVERIFY(first > 0);
    QVERIFY(first < kRows);
    // Asking again in the same turn costs nothing.
    QCOMPARE(document.states().size(), first);
    QTRY_COMPARE_WITH_TIMEOUT(document.states().size(), kRows, 60'000);
    QVERIFY(!grown.isEmpty());
    QCOMPARE(document.states().latest().lastDecisionRow, kRows - 1);
}

void DocumentTest::readsARobotsLogAndLeavesItAlone()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"robot.log"_s);
    QVERIFY(
        QFile::copy(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/silent-server.log"), path));
    RecordedDocument document(path);
    QSignalSpy loaded(&document, &RecordedDocument::loaded);
    document.load();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
    QVERIFY(document.isLog());
    QCOMPARE(document.result().status, ReadResult::Status::Complete);
    QVERIFY(document.store().size() > 10);
    QVERIFY(!document.canFollow());
    const auto size = QFileInfo(path).size();
    QVERIFY(document.addNote(u"mine"_s, Nanoseconds(0), Nanoseconds(0)).contains("robot's log"_L1));
    QCOMPARE(QFileInfo(path).size(), size);
}

void DocumentTest::readsEachSampleOfALog_data()
{
    QTest::addColumn<QString>("path");
    const QDir samples(QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs"));
    const auto names = samples.entryList({u"*.log"_s}, QDir::Files);
    QVERIFY(names.size() >= 6);
    for (const auto &name : names)
        QTest::addRow("%s", qPrintable(name)) << samples.filePath(name);
}

void DocumentTest::readsEachSampleOfALog()
{
    QFETCH(const QString, path);
    RecordedDocument document(path);
    QSignalSpy loaded(&document, &RecordedDocument::loaded);
    document.load();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
    QVERIFY(document.isLog());
    QCOMPARE(document.result().status, ReadResult::Status::Complete);
    QVERIFY(!document.store().isEmpty());
    QCOMPARE(document.name(), QFileInfo(path).fileName());
}

void DocumentTest::saysWhyAFileIsNoLog_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addRow("empty") << QByteArray();
    QTest::addRow("prose") << QByteArray("Dear all,\nthe robot stands still.\n");
    QTest::addRow("binary") << QByteArray("\x7f"
                                          "ELF\0\1\2\xff\xfe\0\0",
                                          11);
    QTest::addRow("another program's log")
        << QByteArray("2026-11-23T09:36:36.159753Z  INFO other::part: ready\n");
}

void DocumentTest::saysWhyAFileIsNoLog()
{
    QFETCH(const QByteArray, bytes);
    QTemporaryDir folder;
    const auto path = folder.filePath(u"some.log"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    RecordedDocument document(path);
    QSignalSpy loaded(&document, &RecordedDocument::loaded);
    document.load();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
    QCOMPARE(document.result().status, ReadResult::Status::Failed);
    QVERIFY2(document.result().message.contains(path), qPrintable(document.result().message));
    QVERIFY(document.store().isEmpty());
}

void DocumentTest::marksWhatWasInferredInTheTable()
{
    RecordedDocument document(
        QStringLiteral(WATCHLINE_TEST_DATA "/gateway-logs/silent-server.log"));
    QSignalSpy loaded(&document, &RecordedDocument::loaded);
    document.load();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
    EventTableModel model;
    model.setStore(&document.store());
    int marked = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const bool isInferred = document.store().event(row).has(Field::Inferred);
        const auto detail = model.index(row, EventTableModel::Detail).data().toString();
        QCOMPARE(detail.startsWith("inferred"_L1), isInferred);
        marked += isInferred ? 1 : 0;
    }
    QVERIFY(marked > 0);
    QVERIFY(marked < model.rowCount());
}

QTEST_GUILESS_MAIN(DocumentTest)
#include "tst_document.moc"
