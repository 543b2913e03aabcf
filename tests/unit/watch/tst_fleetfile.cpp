// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/fleetfile.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace watchline;

class FleetFileTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(u"tokens"_s));
        write(u"a.txt"_s, "fox_dt_a\n");
        write(u"tokens/b, the second.txt"_s, "  fox_dt_b ");
        write(u"c#1.txt"_s, "fox_dt_c");
        write(u"empty.txt"_s, "\n");
        write(u"two.txt"_s, "fox dt");
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void readsItsMembers_data();
    void readsItsMembers();
    void saysWhatIsWrongAndWhere_data();
    void saysWhatIsWrongAndWhere();
    void findsTokenFilesBesideIt();
    void takesAbsolutePaths();
    void refusesMoreThanItCanMean();
    void saysThatItCannotBeRead();
    void repeatsNoToken();
    void readsNoTokensForAPreview();
    void mayRefuseWhatIsNoRegularFile();

private:
    QString write(const QString &name, const QByteArray &content)
    {
        const auto path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    static FleetMember member(const QString &name, const QString &url, const QByteArray &token)
    {
        return {name, QUrl(url), Secret(token)};
    }

    QTemporaryDir m_folder;
};

void FleetFileTest::readsItsMembers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("count");
    QTest::newRow("one") << QByteArray("a, http://h:1, a.txt\n") << 1;
    QTest::newRow("no last line end") << QByteArray("a, http://h:1, a.txt") << 1;
    QTest::newRow("no spaces") << QByteArray("a,http://h:1,a.txt\n") << 1;
    QTest::newRow("many spaces") << QByteArray("\t a \t,  http://h:1 ,\ta.txt  \n") << 1;
    QTest::newRow("CRLF") << QByteArray("a, http://h:1, a.txt\r\nb, http://h:2, a.txt\r\n") << 2;
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                   "a, http://h:1, a.txt\n")
                                     << 1;
    QTest::newRow("comments and empty lines")
        << QByteArray("# a fleet\n\n  # more\na, http://h:1, a.txt # the first\n   \n") << 1;
    QTest::newRow("a comma in the token file's name")
        << QByteArray("a, http://h:1, tokens/b, the second.txt\n") << 1;
    QTest::newRow("a # in the token file's name") << QByteArray("a, http://h:1, c#1.txt\n") << 1;
    QTest::newRow("one token for two")
        << QByteArray("a, http://h:1, a.txt\nb, http://h:1, a.txt\n") << 2;
    QTest::newRow("one URL for two")
        << QByteArray("a, http://h:1, a.txt\nb, http://h:1, c#1.txt\n") << 2;
    QTest::newRow("not ASCII") << QByteArray("Kran ä, http://h:1, a.txt\n") << 1;
}

void FleetFileTest::readsItsMembers()
{
    QFETCH(QByteArray, text);
    QFETCH(int, count);
    const auto fleet = parseFleet(text, m_folder.filePath(u"fleet.txt"_s));
    QVERIFY2(fleet, qPrintable(fleet.error));
    QCOMPARE(fleet->size(), count);
    QCOMPARE(fleet->first().apiUrl, QUrl(u"http://h:1"_s));
    QVERIFY(fleet->first().name == u"a"_s || fleet->first().name == u"Kran ä"_s);
    QVERIFY(fleet->first().token.reveal().startsWith("fox_dt_"));
}

void FleetFileTest::saysWhatIsWrongAndWhere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("said");
    const QByteArray good = "a, http://h:1, a.txt\n";
    QTest::newRow("empty") << QByteArray() << QStringList{u"names nobody"_s};
    QTest::newRow("only comments") << QByteArray("# a\n\n#b") << QStringList{u"names nobody"_s};
    QTest::newRow("one part") << QByteArray(good + "robot\n")
                              << QStringList{u"line 2"_s, u"1 of three parts"_s};
    QTest::newRow("two parts") << QByteArray("b, http://h:1\n")
                               << QStringList{u"line 1"_s, u"2 of three parts"_s};
    QTest::newRow("no name") << QByteArray("\n, http://h:1, a.txt\n")
                             << QStringList{u"line 2"_s, u"the name is empty"_s};
    QTest::newRow("a long name") << QByteArray(QByteArray(101, 'n') + ", http://h:1, a.txt\n")
                                 << QStringList{u"line 1"_s, u"longer than 100"_s};
    QTest::newRow("controls in a name") << QByteArray("a\x1b[2J, http://h:1, a.txt\n")
                                        << QStringList{u"line 1"_s, u"control characters"_s};
    QTest::newRow("a name twice") << QByteArray(good + "# b\n" + good)
                                  << QStringList{u"line 3"_s, u"name a is taken by line 1"_s};
    QTest::newRow("no URL") << QByteArray(good + "b, , a.txt\n") << QStringList{u"line 2"_s};
    QTest::newRow("bad URL") << QByteArray(good + "b, ftp://h, a.txt\n")
                             << QStringList{u"line 2"_s, u"http"_s};
    QTest::newRow("no token file") << QByteArray(good + "b, http://h, \n")
                                   << QStringList{u"line 2"_s, u"token file is missing"_s};
    QTest::newRow("missing token file")
        << QByteArray(good + "b, http://h, no.txt\n")
        << QStringList{u"line 2"_s, u"column 14"_s, u"there is none"_s};
    QTest::newRow("empty token file") << QByteArray("b, http://h, empty.txt\n")
                                      << QStringList{u"line 1"_s, u"empty.txt"_s, u"is empty"_s};
    QTest::newRow("no token in it") << QByteArray("b, http://h, two.txt\n")
                                    << QStringList{u"line 1"_s, u"two.txt"_s, u"spaces"_s};
    QTest::newRow("a folder for a token file")
        << QByteArray("b, http://h, tokens\n")
        << QStringList{u"line 1"_s, u"column 14"_s, u"directory"_s};
    QTest::newRow("not UTF-8") << QByteArray("b\xff, http://h, a.txt\n")
                               << QStringList{u"not UTF-8"_s};
}

void FleetFileTest::saysWhatIsWrongAndWhere()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, said);
    const auto fleet = parseFleet(text, m_folder.filePath(u"fleet.txt"_s));
    QVERIFY(!fleet);
    QVERIFY2(!fleet.error.contains(u'\n'), qPrintable(fleet.error));
    QVERIFY2(fleet.error.contains(u"fleet.txt"_s), qPrintable(fleet.error));
    for (const auto &words : said)
        QVERIFY2(fleet.error.contains(words), qPrintable(fleet.error));
}

void FleetFileTest::findsTokenFilesBesideIt()
{
    const auto path = write(u"fleet.txt"_s, "a, http://h:1, a.txt\n"
                                            "b, http://h:2/x, tokens/b, the second.txt\n");
    const auto before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(u"/"_s));
    const auto fleet = readFleetFile(path);
    QVERIFY(QDir::setCurrent(before));
    QVERIFY2(fleet, qPrintable(fleet.error));
    QCOMPARE(*fleet, (Fleet{member(u"a"_s, u"http://h:1"_s, "fox_dt_a"),
                            member(u"b"_s, u"http://h:2/x"_s, "fox_dt_b")}));
}

void FleetFileTest::takesAbsolutePaths()
{
    const auto line = u"a, http://h:1, %1\n"_s.arg(m_folder.filePath(u"a.txt"_s));
    const auto fleet = parseFleet(line.toUtf8(), u"/nowhere/fleet.txt"_s);
    QVERIFY2(fleet, qPrintable(fleet.error));
    QCOMPARE(fleet->first().token, Secret("fox_dt_a"));
}

void FleetFileTest::refusesMoreThanItCanMean()
{
    QByteArray text;
    for (int i = 0; i <= kMostFleetMembers; ++i)
        text += QByteArray::number(i) + ", http://h" + QByteArray::number(i) + ":1, a.txt\n";
    const auto fleet = parseFleet(text, m_folder.filePath(u"fleet.txt"_s));
    QVERIFY(!fleet);
    QVERIFY2(fleet.error.contains(u"line %1"_s.arg(kMostFleetMembers + 1)),
             qPrintable(fleet.error));
}

void FleetFileTest::saysThatItCannotBeRead()
{
    for (const auto &path : {m_folder.filePath(u"missing.txt"_s), m_folder.path()}) {
        const auto fleet = readFleetFile(path);
        QVERIFY(!fleet);
        QVERIFY2(fleet.error.contains(path), qPrintable(fleet.error));
    }
}

void FleetFileTest::repeatsNoToken()
{
    const auto fleet = parseFleet("b, http://h, two.txt\n", m_folder.filePath(u"fleet.txt"_s));
    QVERIFY(!fleet.error.contains(u"fox dt"_s));
    for (const auto *token :
         {"fox_dt_pasted", "fox.dt/pasted", "/fox_dt.pasted", "pasted/+fox=="}) {
        const QByteArray text = QByteArray("\n  b,http://h,\t") + token + " # mine\n";
        const auto pasted = parseFleet(text, m_folder.filePath(u"f.txt"_s));
        QVERIFY(!pasted);
        QVERIFY2(!pasted.error.contains(u"pasted"_s), qPrintable(pasted.error));
        QVERIFY2(pasted.error.contains(u"f.txt: line 2: "_s) &&
                     pasted.error.contains(u"column 15"_s),
                 qPrintable(pasted.error));
    }
    const auto withPassword =
        parseFleet("b, http://u:geheim@h, a.txt\n", m_folder.filePath(u"fleet.txt"_s));
    QVERIFY(!withPassword.error.contains(u"geheim"_s));
}

void FleetFileTest::readsNoTokensForAPreview()
{
    const auto path = write(u"preview.txt"_s, "a, http://h:1, no\nb, http://h:1, pipe\n");
    const auto fleet = readFleetFile(path, FleetRead::NoTokens);
    QVERIFY2(fleet, qPrintable(fleet.error));
    QCOMPARE(fleet->size(), 2);
    QCOMPARE(fleet->at(1).name, u"b"_s);
    QVERIFY(fleet->at(1).token.isEmpty());
}

/// Nobody writes to the pipe: who opens it waits for ever.
void FleetFileTest::mayRefuseWhatIsNoRegularFile()
{
    const auto pipe = m_folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    const auto path = write(u"fleet.txt"_s, "a, http://h:1, pipe\n");
    const auto fleet = readFleetFile(path, FleetRead::RegularFiles);
    QVERIFY2(fleet.error.contains(u"line 1"_s) && fleet.error.contains(u"no regular file"_s),
             qPrintable(fleet.error));
    for (const auto how : {FleetRead::RegularFiles, FleetRead::NoTokens}) {
        const auto fromPipe = readFleetFile(pipe, how);
        QVERIFY2(fromPipe.error.contains(u"no regular file"_s), qPrintable(fromPipe.error));
    }
}

QTEST_GUILESS_MAIN(FleetFileTest)
#include "tst_fleetfile.moc"
