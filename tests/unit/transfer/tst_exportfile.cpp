// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/exportfile.h"

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

using Status = ExportResult::Status;

ExportResult writeHello(QIODevice &device)
{
    BufferedWriter out(device);
    out.write("hello");
    if (!out.flush())
        return ExportResult::failed(out.error());
    return {};
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
}

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

} // namespace

class TestExportFile : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
    }
    void writesANewFile();
    void refusesAnExistingFile();
    void refusesAFileThatAppearsMeanwhile();
    void replacesAnExistingFileWhenAllowed();
    void keepsTheOldFileWhenItFails();
    void leavesNothingBehindWhenCancelled();
    void refusesAFolder();
    void saysThatTheFolderIsMissing();
    void saysThatTheDeviceIsFull();
    void knowsTheSameFile();
    void pathsInErrorsAreOneLine();
    void bufferedBytesArriveInOrder();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    QStringList files() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden | QDir::System);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestExportFile::writesANewFile()
{
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Refuse, writeHello);
    QCOMPARE(result.error, QString());
    QCOMPARE(result.status, Status::Done);
    QCOMPARE(contents(path(u"a.csv"_s)), "hello");
    QCOMPARE(files(), QStringList{u"a.csv"_s});
}

void TestExportFile::refusesAnExistingFile()
{
    put(path(u"a.csv"_s), "old");
    bool asked = false;
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Refuse, [&](QIODevice &) {
        asked = true;
        return ExportResult();
    });
    QCOMPARE(result.status, Status::Failed);
    QCOMPARE(result.error,
             path(u"a.csv"_s) +
                 u" exists already; choose another name or allow it to be replaced (--force)"_s);
    QVERIFY(!asked);
    QCOMPARE(contents(path(u"a.csv"_s)), "old");
}

void TestExportFile::refusesAFileThatAppearsMeanwhile()
{
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Refuse, [&](QIODevice &device) {
        put(path(u"a.csv"_s), "other");
        return writeHello(device);
    });
    QCOMPARE(result.status, Status::Failed);
    QCOMPARE(contents(path(u"a.csv"_s)), "other");
    QCOMPARE(files(), QStringList{u"a.csv"_s});
}

void TestExportFile::replacesAnExistingFileWhenAllowed()
{
    put(path(u"a.csv"_s), "a long old text");
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Replace, writeHello);
    QCOMPARE(result.status, Status::Done);
    QCOMPARE(contents(path(u"a.csv"_s)), "hello");
}

void TestExportFile::keepsTheOldFileWhenItFails()
{
    put(path(u"a.csv"_s), "old");
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Replace, [](QIODevice &device) {
        device.write("half");
        return ExportResult::failed(u"it broke"_s);
    });
    QCOMPARE(result.status, Status::Failed);
    QVERIFY2(result.error.contains(path(u"a.csv"_s)), qPrintable(result.error));
    QVERIFY2(result.error.contains(u"it broke"_s), qPrintable(result.error));
    QCOMPARE(contents(path(u"a.csv"_s)), "old");
    QCOMPARE(files(), QStringList{u"a.csv"_s});
}

void TestExportFile::leavesNothingBehindWhenCancelled()
{
    const auto result = writeExport(path(u"a.csv"_s), ExistingFile::Refuse, [](QIODevice &device) {
        device.write("half");
        return ExportResult{Status::Cancelled, {}, 0};
    });
    QCOMPARE(result.status, Status::Cancelled);
    QCOMPARE(files(), QStringList());
}

void TestExportFile::refusesAFolder()
{
    const auto result = writeExport(m_folder->path(), ExistingFile::Replace, writeHello);
    QCOMPARE(result.status, Status::Failed);
    QVERIFY2(result.error.contains(u"it is a folder"_s), qPrintable(result.error));
}

void TestExportFile::saysThatTheFolderIsMissing()
{
    const auto result = writeExport(path(u"no/a.csv"_s), ExistingFile::Refuse, writeHello);
    QCOMPARE(result.status, Status::Failed);
    QVERIFY2(result.error.contains(path(u"no/a.csv"_s)), qPrintable(result.error));
    QVERIFY2(result.error.contains(u"No such file"_s), qPrintable(result.error));
}

void TestExportFile::saysThatTheDeviceIsFull()
{
    if (!QFile::exists(u"/dev/full"_s))
        QSKIP("there is no /dev/full");
    const auto result = writeExport(u"/dev/full"_s, ExistingFile::Refuse, writeHello);
    QCOMPARE(result.status, Status::Failed);
    QCOMPARE(result.error, u"could not write /dev/full: No space left on device; "
                           "free some space or choose another place"_s);
}

void TestExportFile::knowsTheSameFile()
{
    const auto file = path(u"a"_s);
    put(file, "x");
    put(path(u"b"_s), "x");
    QVERIFY(QFile::link(file, path(u"link"_s)));
    QVERIFY(isSameFile(file, file));
    QVERIFY(isSameFile(file, path(u"./a"_s)));
    QVERIFY(isSameFile(file, path(u"link"_s)));
    QVERIFY(!isSameFile(file, path(u"b"_s)));
    QVERIFY(!isSameFile(file, path(u"new"_s)));
    QVERIFY(!isSameFile(file, u"-"_s));
    QVERIFY(!isSameFile(u"/dev/null"_s, u"/dev/null"_s));
}

void TestExportFile::pathsInErrorsAreOneLine()
{
    const auto result = writeExport(path(u"no\n/a.csv"_s), ExistingFile::Refuse, writeHello);
    QCOMPARE(result.status, Status::Failed);
    QVERIFY(!result.error.contains(u'\n'));
}

void TestExportFile::bufferedBytesArriveInOrder()
{
    QBuffer device;
    QVERIFY(device.open(QIODevice::WriteOnly));
    QByteArray expected;
    BufferedWriter out(device);
    for (const int size : {1, 65'535, 1, 65'536, 0, 65'537, 200'000, 3, 40'000, 40'000}) {
        const QByteArray piece(size, static_cast<char>('a' + expected.size() % 26));
        out.write(piece);
        expected += piece;
    }
    QVERIFY(out.flush());
    QCOMPARE(device.data(), expected);
}

QTEST_GUILESS_MAIN(TestExportFile)
#include "tst_exportfile.moc"
