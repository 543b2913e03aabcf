// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/messagebar.h"

#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

class MessageBarTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void makesSentences_data();
    void makesSentences();
    void showsTextAsItIs();
    void hasNothingToSayOnceDismissed();
};

void MessageBarTest::makesSentences_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("a reason") << u"cannot write it: no space left"_s
                              << u"Cannot write it: no space left."_s;
    QTest::newRow("a sentence") << u"It stopped."_s << u"It stopped."_s;
    QTest::newRow("a question") << u"is it a proxy's page?"_s << u"Is it a proxy's page?"_s;
    QTest::newRow("a host first") << u"api.example.org answers 404"_s
                                  << u"api.example.org answers 404."_s;
    QTest::newRow("a host and a port first")
        << u"localhost:8080 answers 404"_s << u"localhost:8080 answers 404."_s;
    QTest::newRow("a path first") << u"a/b is no session"_s << u"a/b is no session."_s;
    QTest::newRow("a path last") << u"no such file: /tmp/a"_s << u"No such file: /tmp/a"_s;
    QTest::newRow("a bracket last") << u"it broke (HTTP 500)"_s << u"It broke (HTTP 500)."_s;
    QTest::newRow("lines") << u"the line\ntwo"_s << uR"(The line\ntwo.)"_s;
    QTest::newRow("nothing") << QString() << QString();
}

void MessageBarTest::makesSentences()
{
    QFETCH(const QString, text);
    MessageBar bar;
    bar.tell(MessageBar::Kind::Failure, text);
    QTEST(bar.text(), "shown");
    QCOMPARE(bar.accessibleDescription(), bar.text());
}

void MessageBarTest::showsTextAsItIs()
{
    MessageBar bar;
    bar.tell(MessageBar::Kind::Failure, u"<b>bold</b> &amp;"_s);
    const auto *label = bar.findChild<QLabel *>(u"messageText"_s);
    QCOMPARE(label->textFormat(), Qt::PlainText);
    QCOMPARE(label->text(), u"<b>bold</b> &amp;."_s);
}

void MessageBarTest::hasNothingToSayOnceDismissed()
{
    MessageBar bar;
    QSignalSpy dismissed(&bar, &MessageBar::dismissed);
    bar.tell(MessageBar::Kind::Note, u"done"_s);
    bar.dismiss();
    bar.dismiss();
    QCOMPARE(dismissed.size(), 1);
    QVERIFY(!bar.isActive());
    QCOMPARE(bar.text(), QString());
}

QTEST_MAIN(MessageBarTest)
#include "tst_messagebar.moc"
