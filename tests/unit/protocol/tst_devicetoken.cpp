// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/devicetoken.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestDeviceToken : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void takesTokens_data();
    void takesTokens();
    void refusesWhatIsNoToken_data();
    void refusesWhatIsNoToken();
    void judgesAFileAsItsBytes_data();
    void judgesAFileAsItsBytes();
    void saysThatAFileCannotBeRead();
};

namespace {

QByteArray letters(qsizetype count)
{
    return QByteArray(count, 'x');
}

} // namespace

void TestDeviceToken::takesTokens_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("plain") << QByteArray("fox_dt_abc") << QByteArray("fox_dt_abc");
    QTest::newRow("one letter") << QByteArray("a") << QByteArray("a");
    QTest::newRow("first and last characters") << QByteArray("!~") << QByteArray("!~");
    QTest::newRow("line end") << QByteArray("abc\n") << QByteArray("abc");
    QTest::newRow("space around") << QByteArray(" \tabc\r\n") << QByteArray("abc");
    QTest::newRow("longest") << letters(kMaxTokenLength) << letters(kMaxTokenLength);
    QTest::newRow("longest and a line end")
        << QByteArray(letters(kMaxTokenLength) + "\r\n") << letters(kMaxTokenLength);
}

void TestDeviceToken::takesTokens()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, token);
    const auto parsed = parseDeviceToken(bytes);
    QVERIFY2(parsed, qPrintable(parsed.error));
    QCOMPARE(parsed->reveal(), token);
    QCOMPARE(parsed.error, QString());
}

void TestDeviceToken::refusesWhatIsNoToken_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing") << QByteArray() << u"it is empty"_s;
    QTest::newRow("space alone") << QByteArray(" \r\n\t") << u"it is empty"_s;
    QTest::newRow("a space inside") << QByteArray("very secret") << u"it holds spaces"_s;
    QTest::newRow("two lines") << QByteArray("very\nsecret") << u"it holds spaces"_s;
    QTest::newRow("a control") << QByteArray("secret\x1b[0m") << u"control"_s;
    QTest::newRow("a NUL") << QByteArray("secret\0x", 8) << u"control"_s;
    QTest::newRow("delete") << QByteArray("secret\x7f") << u"control"_s;
    QTest::newRow("beyond ASCII") << QByteArray("secret\xc3\xa4") << u"non-ASCII"_s;
    QTest::newRow("one too many") << letters(kMaxTokenLength + 1) << u"too long"_s;
    QTest::newRow("far too many") << letters(1'000'000) << u"too long"_s;
}

void TestDeviceToken::refusesWhatIsNoToken()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, reason);
    const auto parsed = parseDeviceToken(bytes);
    QVERIFY(!parsed);
    QVERIFY2(parsed.error.contains(reason), qPrintable(parsed.error));
    QVERIFY2(!parsed.error.contains(u"secret"_s), qPrintable(parsed.error));
}

void TestDeviceToken::judgesAFileAsItsBytes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("plain") << QByteArray("abc\n");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("longest and a line end") << QByteArray(letters(kMaxTokenLength) + "\r\n");
    QTest::newRow("one too many") << letters(kMaxTokenLength + 1);
    // What is not read must not make a token of what is.
    QTest::newRow("longest, and more after much space")
        << QByteArray(letters(kMaxTokenLength) + QByteArray(100, '\n') + "more");
    QTest::newRow("large") << letters(1'000'000);
}

void TestDeviceToken::judgesAFileAsItsBytes()
{
    QFETCH(const QByteArray, bytes);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"token"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    const auto read = readTokenFile(file);
    QVERIFY2(read, qPrintable(read.error));
    QVERIFY(read->size() < 2 * kMaxTokenLength);
    QCOMPARE(parseDeviceToken(*read).value.has_value(), parseDeviceToken(bytes).value.has_value());
}

void TestDeviceToken::saysThatAFileCannotBeRead()
{
    const QTemporaryDir folder;
    QFile missing(folder.filePath(u"missing"_s));
    const auto read = readTokenFile(missing);
    QVERIFY(!read);
    QVERIFY2(read.error.contains(u"check the path"_s), qPrintable(read.error));
}

QTEST_GUILESS_MAIN(TestDeviceToken)
#include "tst_devicetoken.moc"
