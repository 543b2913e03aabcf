// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/cafile.h"
#include "tests/support/testcertificate.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestCaFile : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void readsEveryCertificate();
    void refusesOthers_data();
    void refusesOthers();
};

void TestCaFile::readsEveryCertificate()
{
    const TestCertificate certificate;
    QVERIFY2(certificate.isValid(), qPrintable(certificate.error()));
    QFile one(certificate.certificateFile());
    QVERIFY(one.open(QIODevice::ReadOnly));
    const auto pem = one.readAll();
    const QTemporaryDir folder;
    QFile two(folder.filePath(u"two.pem"_s));
    QVERIFY(two.open(QIODevice::WriteOnly));
    QVERIFY(two.write("our own authorities\n" + pem + '\n' + pem) > 0);
    two.close();
    const auto read = readCaFile(two.fileName());
    QVERIFY2(read, qPrintable(read.error));
    QCOMPARE(read->size(), 2);
    QCOMPARE(read->first(), QSslCertificate(pem));
}

void TestCaFile::refusesOthers_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing") << QByteArray() << u"check its path"_s;
    QTest::newRow("empty") << QByteArray("") << u"no certificate in it"_s;
    QTest::newRow("text") << QByteArray("hello\n") << u"no certificate in it"_s;
    QTest::newRow("damaged")
        << QByteArray("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        << u"no certificate in it"_s;
    QTest::newRow("a key") << QByteArray(
                                  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
                           << u"no certificate in it"_s;
}

void TestCaFile::refusesOthers()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, reason);
    const QTemporaryDir folder;
    const auto path = folder.filePath(u"ca.pem"_s);
    if (!content.isNull()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    const auto read = readCaFile(path);
    QVERIFY(!read);
    QVERIFY2(read.error.contains(reason), qPrintable(read.error));
}

QTEST_GUILESS_MAIN(TestCaFile)
#include "tst_cafile.moc"
