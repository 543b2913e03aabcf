// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/transfer/jsonlexporter.h"
#include "tests/support/failingdevice.h"

#include <QBuffer>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kSession =
    R"({"watchline":1,"started":"2026-11-23T09:36:36.161Z","generator":"watchline 9","api_url":"http://h","sources":["a"],"policy":{},"later":"kept"})"
    "\n"
    R"({"t":0,"kind":"note","source":"a","attempt":0,"detail":"one"})"
    "\n"
    R"({ "kind": "tide", "t": 1000000000, "source": "b", "more": {"x": [1, 2]} })"
    "\n"
    R"({"t":2000000000,"kind":"note","source":"a","attempt":0,"detail":"two"})"
    "\n";

QByteArray exported(const SessionStore &store, const ExportFilter &filter = {})
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = exportJsonLines(store, buffer, filter);
    return result.status == ExportResult::Status::Done ? buffer.data() : QByteArray("failed");
}

} // namespace

class TestJsonlExporter : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void linesStandAsInTheFile();
    void filteredLinesStandAsInTheFile();
    void aLiveSessionIsASessionFile();
    void saysWhyTheDeviceFailed();
};

void TestJsonlExporter::linesStandAsInTheFile()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"s.watchline"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(kSession);
    file.close();
    SessionStore store;
    const auto read = readSession(file.fileName(), store);
    QCOMPARE(read.status, ReadResult::Status::Complete);
    QCOMPARE(exported(store), kSession);
}

void TestJsonlExporter::filteredLinesStandAsInTheFile()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"s.watchline"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(kSession);
    file.close();
    SessionStore store;
    QCOMPARE(readSession(file.fileName(), store).status, ReadResult::Status::Complete);
    ExportFilter filter;
    filter.sources = {u"b"_s};
    const auto lines = kSession.split('\n');
    QCOMPARE(exported(store, filter), lines[0] + '\n' + lines[2] + '\n');
}

void TestJsonlExporter::aLiveSessionIsASessionFile()
{
    SessionHeader header;
    header.started = QDateTime::fromString(u"2026-11-23T09:36:36.161Z"_s, Qt::ISODateWithMs);
    header.sources = {u"a"_s};
    SessionStore store(header);
    Event event(EventKind::Note);
    event.source = u"a"_s;
    event.set(Field::Detail, u"two\nlines"_s);
    store.append(event);

    QByteArray file = exported(store);
    QCOMPARE(file, toJsonLine(header) + '\n' + toJsonLine(event) + '\n');
    QBuffer buffer(&file);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore copy;
    QCOMPARE(readSession(&buffer, u"copy"_s, copy).status, ReadResult::Status::Complete);
    QCOMPARE(copy.header(), header);
    QCOMPARE(copy.size(), 1);
    QCOMPARE(copy.event(0), event);
}

void TestJsonlExporter::saysWhyTheDeviceFailed()
{
    SessionStore store;
    store.append(Event(EventKind::Note));
    FailingDevice device(20);
    QVERIFY(device.open(QIODevice::WriteOnly));
    const auto result = exportJsonLines(store, device);
    QCOMPARE(result.status, ExportResult::Status::Failed);
    QCOMPARE(result.error, u"No space left on device"_s);
}

QTEST_GUILESS_MAIN(TestJsonlExporter)
#include "tst_jsonlexporter.moc"
