// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestText : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void writesJsonStrings_data();
    void writesJsonStrings();
    void everyCharacterSurvivesJson();
    void appendsToWhatIsThere();
    void makesOneLine_data();
    void makesOneLine();
    void cutsLongLines();
    void nothingTreacherousIsLeft();
    void readsDurations_data();
    void readsDurations();
    void refusesDurations_data();
    void refusesDurations();
    void showsDurations_data();
    void showsDurations();
    void durationsNeverCarryWrongly();
};

void TestText::writesJsonStrings_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("json");
    using B = QByteArray;
    QTest::newRow("empty") << u""_s << B("\"\"");
    QTest::newRow("null") << QString() << B("\"\"");
    QTest::newRow("plain") << u"a b/c"_s << B("\"a b/c\"");
    QTest::newRow("quote and backslash") << u"\"\\"_s << B("\"\\\"\\\\\"");
    QTest::newRow("line breaks") << u"\r\n\t"_s << B("\"\\r\\n\\t\"");
    QTest::newRow("controls") << u"\u0001\u001b\u007f\u009b"_s
                              << B("\"\\u0001\\u001b\\u007f\\u009b\"");
    QTest::newRow("NUL") << QString(1, QChar(0)) << B("\"\\u0000\"");
    QTest::newRow("separators") << u"\u2028\u2029"_s << B("\"\\u2028\\u2029\"");
    QTest::newRow("beyond ASCII") << u"ä€🤖"_s << B("\"ä€🤖\"");
    QTest::newRow("lone high surrogate") << QString(QChar(0xD800)) + u'a' << B("\"\\ufffda\"");
    QTest::newRow("lone low surrogate") << QString(QChar(0xDC00)) << B("\"\\ufffd\"");
    QTest::newRow("swapped surrogates")
        << QString(QChar(0xDC00)) + QChar(0xD800) << B("\"\\ufffd\\ufffd\"");
    QTest::newRow("high surrogate before a pair")
        << QString(QChar(0xD800)) + u"🤖"_s << B("\"\\ufffd🤖\"");
}

void TestText::writesJsonStrings()
{
    QFETCH(const QString, text);
    QFETCH(const QByteArray, json);
    QByteArray out;
    appendJsonString(out, text);
    QCOMPARE(out, json);
}

void TestText::everyCharacterSurvivesJson()
{
    QString all;
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 251) {
        if (!QChar::isSurrogate(c))
            all += QChar::fromUcs4(c);
    }
    QByteArray out = "[";
    appendJsonString(out, all);
    out += ']';
    const auto document = QJsonDocument::fromJson(out);
    QCOMPARE(document[0].toString(), all);
    for (const char c : out)
        QVERIFY(static_cast<uchar>(c) >= 0x20 && c != 0x7F);
}

void TestText::appendsToWhatIsThere()
{
    QByteArray out = "x:";
    appendJsonString(out, u"y");
    QCOMPARE(out, QByteArray("x:\"y\""));
}

void TestText::makesOneLine_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("line");
    QTest::newRow("plain") << u"a b"_s << u"a b"_s;
    QTest::newRow("empty") << QString() << u""_s;
    QTest::newRow("line breaks") << u"a\r\nb\tc"_s << u"a\\r\\nb\\tc"_s;
    QTest::newRow("escape") << u"\u001b[31mred"_s << u"\\x1b[31mred"_s;
    QTest::newRow("NUL and DEL") << QString(1, QChar(0)) + QChar(0x7F) << u"\\x00\\x7f"_s;
    QTest::newRow("C1") << u"\u009b2J"_s << u"\\x9b2J"_s;
    QTest::newRow("override") << u"a\u202eb"_s << u"a\\u202eb"_s;
    QTest::newRow("isolate") << u"\u2066\u2069"_s << u"\\u2066\\u2069"_s;
    QTest::newRow("zero width") << u"a\u200bb\ufeff"_s << u"a\\u200bb\\ufeff"_s;
    QTest::newRow("soft hyphen") << u"a\u00adb"_s << u"a\\xadb"_s;
    QTest::newRow("separators") << u"\u2028\u2029"_s << u"\\u2028\\u2029"_s;
    QTest::newRow("tag") << QString::fromUcs4(U"\U000E0041") << u"\\u0e0041"_s;
    QTest::newRow("markup stays") << u"<b>&amp;</b>"_s << u"<b>&amp;</b>"_s;
    QTest::newRow("beyond ASCII stays") << u"ä€🤖"_s << u"ä€🤖"_s;
    QTest::newRow("lone surrogate") << QString(QChar(0xD800)) << u"\ufffd"_s;
}

void TestText::makesOneLine()
{
    QFETCH(const QString, text);
    QFETCH(const QString, line);
    QCOMPARE(singleLine(text), line);
}

void TestText::cutsLongLines()
{
    QCOMPARE(singleLine(u"abcdef", 6), u"abcdef"_s);
    QCOMPARE(singleLine(u"abcdefg", 6), u"abcdef…"_s);
    QCOMPARE(singleLine(u"abc", 0), u"…"_s);
    QCOMPARE(singleLine(u"", 0), u""_s);
    QCOMPARE(singleLine(QString(100'000, u'a')).size(), 4097);
    // A character of two units is not cut in two.
    QCOMPARE(singleLine(u"🤖🤖🤖", 3), u"🤖🤖…"_s);
}

void TestText::nothingTreacherousIsLeft()
{
    QString all;
    for (char32_t c = 0; c <= 0xFFFF; ++c)
        all += QChar(static_cast<char16_t>(c));
    const auto line = singleLine(all, 1'000'000);
    const QList<QChar::Direction> overrides{QChar::DirLRE, QChar::DirLRO, QChar::DirRLE,
                                            QChar::DirRLO, QChar::DirPDF, QChar::DirLRI,
                                            QChar::DirRLI, QChar::DirFSI, QChar::DirPDI};
    for (const QChar c : line) {
        QVERIFY2(c.category() != QChar::Other_Control,
                 qPrintable(QString::number(c.unicode(), 16)));
        QVERIFY(c.category() != QChar::Separator_Line);
        QVERIFY(c.category() != QChar::Separator_Paragraph);
        QVERIFY2(!overrides.contains(c.direction()), qPrintable(QString::number(c.unicode(), 16)));
    }
}

void TestText::readsDurations_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");
    QTest::newRow("ms") << u"500ms"_s << qint64{500};
    QTest::newRow("s") << u"20s"_s << qint64{20'000};
    QTest::newRow("m") << u"5m"_s << qint64{300'000};
    QTest::newRow("h") << u"2h"_s << qint64{7'200'000};
    QTest::newRow("zero") << u"0s"_s << qint64{0};
    QTest::newRow("decimals") << u"1.5s"_s << qint64{1'500};
    QTest::newRow("many decimals") << u"0.0014s"_s << qint64{1};
    QTest::newRow("rounded") << u"1.5ms"_s << qint64{2};
    QTest::newRow("leading zeros") << u"007s"_s << qint64{7'000};
    QTest::newRow("the longest") << u"10000h"_s << qint64{36'000'000'000};
}

void TestText::readsDurations()
{
    QFETCH(const QString, text);
    QFETCH(const qint64, milliseconds);
    const auto duration = parseDuration(text);
    QVERIFY(duration.has_value());
    QCOMPARE(qint64{duration->count()}, milliseconds);
}

void TestText::refusesDurations_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"",     "s",    "5",    "ms",   "-5s",  "+5s",      "5 s",
          " 5s",  "5s ",  "1e3s", "0x1s", "1,5s", "1.2.3s",   ".s",
          ".5s",  "5.s",  "5S",   "5sec", "5d",   "10000.1h", "99999999999999999999h",
          "nans", "infs", "5s5s", "٣s"})
        QTest::newRow(*text ? text : "empty") << QString::fromUtf8(text);
    QTest::newRow("very long") << QString(500, u'9') + u's';
}

void TestText::refusesDurations()
{
    QFETCH(const QString, text);
    QVERIFY(!parseDuration(text).has_value());
}

void TestText::showsDurations_data()
{
    QTest::addColumn<qint64>("nanoseconds");
    QTest::addColumn<QString>("text");
    const auto row = [](std::chrono::nanoseconds duration, const QString &text) {
        QTest::newRow(qPrintable(text + u" from "_s + QString::number(duration.count())))
            << qint64{duration.count()} << text;
    };
    row(0ns, u"0 ms"_s);
    row(400us, u"0.4 ms"_s);
    row(18'200us, u"18.2 ms"_s);
    row(99'400us, u"99.4 ms"_s);
    row(99'600us, u"100 ms"_s);
    row(167ms, u"167 ms"_s);
    row(999ms, u"999 ms"_s);
    row(999'600us, u"1 s"_s);
    row(2'600ms, u"2.6 s"_s);
    row(30s, u"30 s"_s);
    row(59'900ms, u"59.9 s"_s);
    row(59'960ms, u"1 min"_s);
    row(60s, u"1 min"_s);
    row(310s, u"5 min 10 s"_s);
    row(3599s, u"59 min 59 s"_s);
    row(3'599'600ms, u"1 h"_s);
    row(77min, u"1 h 17 min"_s);
    row(24h, u"1 d"_s);
    row(74h, u"3 d 2 h"_s);
    row(-400us, u"-0.4 ms"_s);
    row(-5min, u"-5 min"_s);
    row(std::chrono::nanoseconds::max(), u"106751 d 23 h"_s);
    row(std::chrono::nanoseconds::min(), u"-106751 d 23 h"_s);
}

void TestText::showsDurations()
{
    QFETCH(const qint64, nanoseconds);
    QFETCH(const QString, text);
    QCOMPARE(readableDuration(std::chrono::nanoseconds(nanoseconds)), text);
}

void TestText::durationsNeverCarryWrongly()
{
    const QRegularExpression carried(u"\\b(1000 ms|60 s|60 min|24 h)"_s);
    for (qint64 us = 0; us < 7'300'000'000; us += us < 70'000'000 ? 3'331 : 333'331) {
        const auto text = readableDuration(std::chrono::microseconds(us));
        QVERIFY2(!text.contains(carried), qPrintable(text));
    }
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
