// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/gatewaylog.h"

#include <QDateTime>
#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <thread>
#include <zlib.h>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

QByteArray wake(int number)
{
    return "2026-11-23T09:36:36.16122" + QByteArray::number(number) +
           "Z  INFO foxglove::remote_access::watch: received wake watch_lease_id=\"rwl_" +
           QByteArray::number(number) + "\"\n";
}

QByteArray packed(const QByteArray &text)
{
    z_stream stream = {};
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    auto in = text;
    QByteArray out(text.size() + 1000, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

bool write(const QString &path, const QByteArray &bytes,
           QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    return file.open(mode) && file.write(bytes) == bytes.size();
}

/// The numbers of the wakes that come until there is nothing more.
QByteArray readAvailable(GatewayLogReader &reader)
{
    QByteArray numbers;
    QList<LogEntry> entries;
    while (reader.next(entries) == GatewayLogReader::Got::Entries) {
        for (const auto &entry : entries)
            numbers += entry.field("watch_lease_id").value_or("?").mid(4);
    }
    return numbers;
}

/// The same to the end of a pipe.
QByteArray readToEnd(GatewayLogReader &reader)
{
    QByteArray numbers;
    QList<LogEntry> entries;
    for (;;) {
        const auto got = reader.next(entries);
        if (got == GatewayLogReader::Got::End)
            return numbers;
        for (const auto &entry : entries)
            numbers += entry.field("watch_lease_id").value_or("?").mid(4);
    }
}

bool hasRemark(const LogCounts &counts, LogRemark::Kind kind)
{
    return std::any_of(counts.remarks.begin(), counts.remarks.end(),
                       [&](const auto &remark) { return remark.kind == kind; });
}

} // namespace

class TestGatewayLogReader : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"gateway.log"_s);
    }

    void problems_data();
    void problems();
    void aFolderAndAMissingFileCannotBeOpened();
    void gzip_data();
    void gzip();
    void aLargeFileIsReadWhole();
    void aPipeIsReadToItsEnd();
    void aGrowingFileIsFollowed();
    void aReplacedFileIsFollowedByName();
    void anEmptiedFileIsReadFromItsBeginning();
    void anEmptiedFileThatGrewAgainIsReadFromItsBeginning();
    void theYearFollowsFromTheFilesTime();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestGatewayLogReader::problems_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("problem");
    QTest::newRow("empty") << QByteArray()
                           << u"it is empty; check where the gateway writes its log"_s;
    QTest::newRow("no gateway") << QByteArray("a\nb\n")
                                << u"no line of a gateway in its 2 lines; check that it is the "
                                   "gateway's log, from the level INFO on"_s;
    QTest::newRow("no known line")
        << QByteArray("a\n2026-11-23T09:36:36Z INFO foxglove::remote_access::watch: new\n")
        << u"no line of a gateway that is understood in its 2 lines, the first that is not is line "
           "2; check the gateway's version"_s;
    QTest::newRow("left out by journalctl")
        << QByteArray("Nov 23 09:36:36 robot-1 gateway[1]: [98B blob data]\n")
        << u"no line of a gateway in its one line, but some that journalctl left out (\"blob "
           "data\"); call it with --all"_s;
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0\1\2\3",
                                          10)
                            << u"it is no text; name a gateway's log"_s;
    QTest::newRow("UTF-16")
        << QByteArray("\xff\xfe"
                      "a\0b\0",
                      6)
        << u"it is UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"_s;
    QTest::newRow("binary with a gateway's line")
        << QByteArray(100, '\1') + '\n' + wake(1) << u"it is no text; name a gateway's log"_s;
    QTest::newRow("journald's own")
        << QByteArray("LPKSHHRH\0\0\n", 11) + wake(1)
        << u"it is journald's own file; name what journalctl --file makes of it"_s;
    QTest::newRow("zeros before a gateway's") << QByteArray(300'000, '\0') + wake(1) << QString();
    QTest::newRow("xz") << QByteArray("\xfd"
                                      "7zXZ\0\0",
                                      7)
                        << u"it is packed with xz; unpack it first"_s;
    QTest::newRow("a gateway's") << wake(1) << QString();
}

void TestGatewayLogReader::problems()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, problem);
    QVERIFY(write(m_path, content));
    GatewayLogReader reader;
    QCOMPARE(reader.open(m_path), QString());
    readToEnd(reader);
    QCOMPARE(reader.problem(), problem);
}

void TestGatewayLogReader::aFolderAndAMissingFileCannotBeOpened()
{
    GatewayLogReader reader;
    QVERIFY(reader.open(m_folder->path()).endsWith(u"it is a folder; name a file in it"_s));
    QVERIFY(reader.open(m_path).contains(u"no such file"_s));
}

void TestGatewayLogReader::gzip_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("numbers");
    QTest::addColumn<bool>("isCut");
    const auto one = packed(wake(1) + wake(2));
    QTest::newRow("one member") << one << QByteArray("12") << false;
    QTest::newRow("several members")
        << one + packed(QByteArray(300'000, 'x') + '\n') + packed(wake(3)) << QByteArray("123")
        << false;
    QTest::newRow("a line in two members")
        << packed(wake(1).left(40)) + packed(wake(1).mid(40)) << QByteArray("1") << false;
    QTest::newRow("zeros after it") << one + QByteArray(512, '\0') << QByteArray("12") << false;
    QRandomGenerator generator(7);
    QByteArray random;
    for (int i = 0; i < 50'000; ++i)
        random += static_cast<char>(generator.bounded(32, 127));
    QTest::newRow("cut") << packed(wake(1) + random + '\n' + wake(2)).chopped(2000)
                         << QByteArray("1") << true;
    QTest::newRow("junk after it") << one + "junk" << QByteArray("12") << true;
}

void TestGatewayLogReader::gzip()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QByteArray, numbers);
    QFETCH(const bool, isCut);
    QVERIFY(write(m_path, content));
    GatewayLogReader reader;
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readToEnd(reader), numbers);
    QCOMPARE(!reader.problem().isEmpty(), isCut);
    QCOMPARE(hasRemark(reader.counts(), LogRemark::Kind::UnpackingCut), isCut);
    QCOMPARE(reader.position(), content.size());
}

void TestGatewayLogReader::aLargeFileIsReadWhole()
{
    const QByteArray others =
        QByteArray("2026-11-23 other program's line with words\n").repeated(20'000);
    QVERIFY(write(m_path, wake(1) + others + wake(2) + others + wake(3)));
    GatewayLogReader reader;
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readToEnd(reader), QByteArray("123"));
    QCOMPARE(reader.counts().read, 40'003);
    QCOMPARE(reader.counts().skipped, 40'000);
    QCOMPARE(reader.position(), reader.total());
}

void TestGatewayLogReader::aPipeIsReadToItsEnd()
{
    QCOMPARE(::mkfifo(QFile::encodeName(m_path).constData(), 0600), 0);
    GatewayLogReader reader({}, GatewayLogReader::Mode::Follow);
    QCOMPARE(reader.open(m_path), QString());
    QList<LogEntry> entries;
    QCOMPARE(reader.next(entries), GatewayLogReader::Got::NotYet);
    std::thread writer([this] { write(m_path, wake(1) + wake(2)); });
    const auto numbers = readToEnd(reader);
    writer.join();
    QCOMPARE(numbers, QByteArray("12"));
    QCOMPARE(reader.problem(), QString());
    QCOMPARE(reader.total(), -1);
}

void TestGatewayLogReader::aGrowingFileIsFollowed()
{
    QVERIFY(write(m_path, {}));
    GatewayLogReader reader({}, GatewayLogReader::Mode::Follow);
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readAvailable(reader), QByteArray());
    QVERIFY(write(m_path, wake(1) + wake(2).left(30), QIODevice::Append));
    QCOMPARE(readAvailable(reader), QByteArray("1"));
    QVERIFY(write(m_path, wake(2).mid(30), QIODevice::Append));
    QCOMPARE(readAvailable(reader), QByteArray("2"));
    QCOMPARE(reader.counts().read, 2);
}

void TestGatewayLogReader::aReplacedFileIsFollowedByName()
{
    QVERIFY(write(m_path, wake(1)));
    GatewayLogReader reader({}, GatewayLogReader::Mode::Follow);
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readAvailable(reader), QByteArray("1"));
    const auto old = m_path + u".1"_s;
    QVERIFY(QFile::rename(m_path, old));
    QCOMPARE(readAvailable(reader), QByteArray());
    // The writer does not know yet.
    QVERIFY(write(old, wake(2), QIODevice::Append));
    QVERIFY(write(m_path, {}));
    QCOMPARE(readAvailable(reader), QByteArray("2"));
    QVERIFY(write(old, wake(3), QIODevice::Append));
    QVERIFY(write(m_path, wake(4)));
    QCOMPARE(readAvailable(reader), QByteArray("34"));
    QVERIFY(hasRemark(reader.counts(), LogRemark::Kind::Replaced));
    QVERIFY(write(m_path, wake(5), QIODevice::Append));
    QCOMPARE(readAvailable(reader), QByteArray("5"));
}

void TestGatewayLogReader::anEmptiedFileIsReadFromItsBeginning()
{
    QVERIFY(write(m_path, wake(1) + wake(2)));
    GatewayLogReader reader({}, GatewayLogReader::Mode::Follow);
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readAvailable(reader), QByteArray("12"));
    QVERIFY(write(m_path, wake(3)));
    QCOMPARE(readAvailable(reader), QByteArray("3"));
    QVERIFY(hasRemark(reader.counts(), LogRemark::Kind::Truncated));
}

void TestGatewayLogReader::anEmptiedFileThatGrewAgainIsReadFromItsBeginning()
{
    QVERIFY(write(m_path, wake(1)));
    GatewayLogReader reader({}, GatewayLogReader::Mode::Follow);
    QCOMPARE(reader.open(m_path), QString());
    QCOMPARE(readAvailable(reader), QByteArray("1"));
    // Not looked at in between, it is longer than before.
    QVERIFY(write(m_path, "another line\n" + wake(2) + wake(3)));
    QCOMPARE(readAvailable(reader), QByteArray("23"));
    QVERIFY(hasRemark(reader.counts(), LogRemark::Kind::Truncated));
    QVERIFY(write(m_path, wake(4), QIODevice::Append));
    QCOMPARE(readAvailable(reader), QByteArray("4"));
}

void TestGatewayLogReader::theYearFollowsFromTheFilesTime()
{
    QVERIFY(write(m_path,
                  "Dec 31 23:59:59 robot-1 gateway[1]: "
                  "INFO:foxglove.remote_access.watch:received wake watch_lease_id=\"rwl_1\"\n"));
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::fromString(u"2021-01-03T00:00:00Z"_s, Qt::ISODate),
                             QFileDevice::FileModificationTime));
    file.close();
    LogOptions options;
    options.zone = QTimeZone::utc();
    GatewayLogReader reader(options);
    QCOMPARE(reader.open(m_path), QString());
    QList<LogEntry> entries;
    while (reader.next(entries) != GatewayLogReader::Got::Entries || entries.isEmpty()) {
    }
    QCOMPARE(entries[0].time->unixNanoseconds, 1'609'459'199'000'000'000);
}

QTEST_GUILESS_MAIN(TestGatewayLogReader)
#include "tst_gatewaylogreader.moc"
