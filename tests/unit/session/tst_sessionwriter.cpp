// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionwriter.h"
#include "tests/support/samplesession.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using Existing = SessionWriter::Existing;

class TestSessionWriter : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"a.watchline"_s);
    }
    void writesWhatTheReaderReads();
    void aNewFileIsTheUsersAlone();
    void linesWaitForTheFlush();
    void aDestroyedWriterHasWrittenEverything();
    void refusesAnExistingFile();
    void replacesAnExistingFileOnDemand();
    void aReplacedFileStaysWithWhoeverHasItOpen();
    void neverWritesThroughASymbolicLink();
    void saysWhyItCannotWrite_data();
    void saysWhyItCannotWrite();
    void aFullDeviceIsAnError();
    void aFailedWriteLeavesWholeLines();
    void saysWhereLinesAre();
    void noticesThatTheReaderHasGone();
    void writesOntoADevice();
    void appendsToASession();
    void appendsToASessionThatSomebodyLooksAt();
    void appendsAfterALineThatIsCutOff();
    void appendsToNothingButSessions();

private:
    QByteArray contents() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot open");
    }
    void put(const QByteArray &bytes) const
    {
        QFile file(m_path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the test's file");
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestSessionWriter::writesWhatTheReaderReads()
{
    SessionWriter writer;
    QVERIFY2(writer.open(m_path, sampleHeader(), Existing::Refuse), qPrintable(writer.error()));
    for (const auto &event : sampleEvents())
        QVERIFY(writer.append(toJsonLine(event)));
    QVERIFY(writer.close());
    QCOMPARE(writer.error(), QString());
    QCOMPARE(contents(), sampleFile());
}

void TestSessionWriter::aNewFileIsTheUsersAlone()
{
    const auto owner = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser |
                       QFileDevice::WriteUser;
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
    QCOMPARE(QFileInfo(m_path).permissions(), owner);
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Replace));
    QCOMPARE(QFileInfo(m_path).permissions(), owner);
}

void TestSessionWriter::linesWaitForTheFlush()
{
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
    const QByteArray header = toJsonLine(sampleHeader()) + '\n';
    QCOMPARE(contents(), header);
    QVERIFY(!writer.hasUnflushed());
    QVERIFY(writer.append("{}"));
    QVERIFY(writer.hasUnflushed());
    QVERIFY(writer.flush());
    QVERIFY(!writer.hasUnflushed());
    QCOMPARE(contents(), header + "{}\n");
}

void TestSessionWriter::aDestroyedWriterHasWrittenEverything()
{
    {
        SessionWriter writer;
        QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
        QVERIFY(writer.append("{}"));
    }
    QVERIFY(contents().endsWith("\n{}\n"));
}

void TestSessionWriter::refusesAnExistingFile()
{
    put("precious");
    SessionWriter writer;
    QVERIFY(!writer.open(m_path, sampleHeader(), Existing::Refuse));
    QVERIFY(writer.error().startsWith(
        u"cannot write the session: %1: it exists already"_s.arg(m_path)));
    QVERIFY(!writer.append("{}"));
    QVERIFY(!writer.flush());
    QCOMPARE(contents(), "precious");
}

void TestSessionWriter::replacesAnExistingFileOnDemand()
{
    put("old");
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Replace));
    QVERIFY(writer.append("{}"));
    QVERIFY(writer.close());
    QCOMPARE(contents(), toJsonLine(sampleHeader()) + "\n{}\n");
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
}

void TestSessionWriter::aReplacedFileStaysWithWhoeverHasItOpen()
{
    put(sampleFile());
    SessionStore store;
    readSession(m_path, store);
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Replace));
    QCOMPARE(store.event(3), sampleEvents().at(3));
}

void TestSessionWriter::neverWritesThroughASymbolicLink()
{
    put("target");
    const auto link = m_folder->filePath(u"link"_s);
    QVERIFY(QFile::link(m_path, link));
    const auto dangling = m_folder->filePath(u"dangling"_s);
    QVERIFY(QFile::link(m_folder->filePath(u"made"_s), dangling));
    SessionWriter writer;
    QVERIFY(!writer.open(link, sampleHeader(), Existing::Refuse));
    QVERIFY(!writer.open(dangling, sampleHeader(), Existing::Refuse));
    QVERIFY(writer.open(link, sampleHeader(), Existing::Replace));
    QVERIFY(writer.close());
    QCOMPARE(contents(), "target");
    QVERIFY(!QFileInfo::exists(m_folder->filePath(u"made"_s)));
}

void TestSessionWriter::saysWhyItCannotWrite_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no such folder") << u"nowhere/a.watchline"_s << u"no such file or folder"_s;
    QTest::newRow("below a file") << u"file/a.watchline"_s << u"is no folder"_s;
    QTest::newRow("a folder") << u"."_s << u"it is a folder"_s;
    QTest::newRow("long name") << QString(300, u'x') << u"name is too long"_s;
}

void TestSessionWriter::saysWhyItCannotWrite()
{
    QFETCH(QString, path);
    QFETCH(QString, reason);
    m_path = m_folder->filePath(u"file"_s);
    put("x");
    for (const auto existing : {Existing::Refuse, Existing::Replace}) {
        SessionWriter writer;
        QVERIFY(!writer.open(m_folder->filePath(path), sampleHeader(), existing));
        QVERIFY2(writer.error().contains(reason), qPrintable(writer.error()));
        QVERIFY2(writer.error().contains(u';'), qPrintable(writer.error()));
    }
}

void TestSessionWriter::aFullDeviceIsAnError()
{
    SessionWriter writer;
    QVERIFY(!writer.open(u"/dev/full"_s, sampleHeader(), Existing::Refuse));
    QVERIFY2(writer.error().startsWith(u"cannot write the session: /dev/full: no space left"_s),
             qPrintable(writer.error()));
}

/// A file size limit for this process, as long as it lives.
class SizeLimit
{
public:
    explicit SizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        auto limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    Q_DISABLE_COPY_MOVE(SizeLimit)

private:
    rlimit m_before = {};
};

void TestSessionWriter::aFailedWriteLeavesWholeLines()
{
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
    QVERIFY(writer.append("{\"first\":1}"));
    QVERIFY(writer.flush());
    const auto before = contents();
    {
        const SizeLimit limit(static_cast<rlim_t>(before.size() + 5));
        QVERIFY(writer.append("{\"second\":2}"));
        QVERIFY(!writer.flush());
        QVERIFY2(writer.error().contains(u"larger than allowed"_s), qPrintable(writer.error()));
    }
    QCOMPARE(contents(), before);
    QVERIFY(!writer.append("{}"));
    QVERIFY(!writer.close());
}

void TestSessionWriter::saysWhereLinesAre()
{
    SessionWriter writer;
    QCOMPARE(writer.end(), -1);
    QCOMPARE(writer.duplicate(), -1);
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
    const qint64 begin = writer.end();
    QCOMPARE(begin, contents().size());
    QVERIFY(writer.append("one"));
    QCOMPARE(writer.flushedEnd(), begin);
    QCOMPARE(writer.end(), begin + 4);
    QVERIFY(writer.flush());
    QCOMPARE(writer.flushedEnd(), begin + 4);

    const int fd = writer.duplicate();
    QVERIFY(fd >= 0);
    QByteArray read(10, '\0');
    QCOMPARE(::pread(fd, read.data(), 10, begin), 4);
    QCOMPARE(read.first(4), QByteArray("one\n"));
    // Whoever holds it does not make the session look as if it was being recorded yet.
    QFile other(m_path);
    QVERIFY(other.open(QIODevice::ReadOnly));
    QVERIFY(::flock(other.handle(), LOCK_SH | LOCK_NB) != 0);
    QVERIFY(writer.close());
    QCOMPARE(::flock(other.handle(), LOCK_SH | LOCK_NB), 0);
    ::close(fd);
    QCOMPARE(writer.end(), -1);
}

void TestSessionWriter::appendsToASessionThatSomebodyLooksAt()
{
    SessionWriter writer;
    QVERIFY(writer.open(m_path, sampleHeader(), Existing::Refuse));
    QVERIFY(writer.close());
    QFile looking(m_path);
    QVERIFY(looking.open(QIODevice::ReadOnly));
    QCOMPARE(::flock(looking.handle(), LOCK_SH | LOCK_NB), 0);
    QVERIFY2(writer.openForAppend(m_path), qPrintable(writer.error()));
    QCOMPARE(::flock(looking.handle(), LOCK_UN), 0);
    // Another writer is no looker.
    QVERIFY(writer.close());
    QVERIFY(writer.openForAppend(m_path));
    SessionWriter another;
    QVERIFY(!another.openForAppend(m_path));
}

void TestSessionWriter::noticesThatTheReaderHasGone()
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto pipe = m_folder->filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    SessionWriter writer;
    QVERIFY(!writer.open(pipe, sampleHeader(), Existing::Refuse));
    QVERIFY(writer.error().contains(u"nobody reads"_s));

    const int reader = ::open(QFile::encodeName(pipe).constData(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);
    QVERIFY2(writer.open(pipe, sampleHeader(), Existing::Refuse), qPrintable(writer.error()));
    ::close(reader);
    QVERIFY(writer.append("{}"));
    QVERIFY(!writer.flush());
    QVERIFY(writer.readerHasGone());
}

void TestSessionWriter::writesOntoADevice()
{
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    SessionWriter writer;
    QVERIFY(writer.open(&buffer, sampleHeader()));
    for (const auto &event : sampleEvents())
        QVERIFY(writer.append(toJsonLine(event)));
    QVERIFY(writer.close());
    QCOMPARE(buffer.data(), sampleFile());
}

void TestSessionWriter::appendsToASession()
{
    put(sampleFile());
    SessionWriter writer;
    QVERIFY2(writer.openForAppend(m_path), qPrintable(writer.error()));
    QVERIFY(writer.append("{}"));
    QVERIFY(writer.close());
    QCOMPARE(contents(), sampleFile() + "{}\n");
}

void TestSessionWriter::appendsAfterALineThatIsCutOff()
{
    put(sampleFile() + "{\"t\":1");
    SessionWriter writer;
    QVERIFY(writer.openForAppend(m_path));
    QVERIFY(writer.append(toJsonLine(sampleEvents().first())));
    QVERIFY(writer.close());
    SessionStore store;
    const auto result = readSession(m_path, store);
    QCOMPARE(result.lostLines, 1);
    QCOMPARE(store.size(), sampleEvents().size() + 1);
}

void TestSessionWriter::appendsToNothingButSessions()
{
    put("something else\n");
    SessionWriter writer;
    QVERIFY(!writer.openForAppend(m_path));
    QVERIFY(writer.error().contains(u"no Watchline session"_s));
    QVERIFY(!writer.append("{}"));
    QCOMPARE(contents(), "something else\n");
    QVERIFY(!writer.openForAppend(m_folder->filePath(u"nowhere"_s)));
    QVERIFY(!writer.openForAppend(m_folder->path()));
}

QTEST_GUILESS_MAIN(TestSessionWriter)
#include "tst_sessionwriter.moc"
