// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/verdict.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

class VerdictTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void saysWhatIsKnown_data();
    void saysWhatIsKnown();
    void neverSaysMoreThanWasRead();
};

void VerdictTest::saysWhatIsKnown_data()
{
    QTest::addColumn<qsizetype>("decisions");
    QTest::addColumn<qsizetype>("differences");
    QTest::addColumn<qsizetype>("unreadable");
    QTest::addColumn<Extent>("extent");
    QTest::addColumn<Tone>("tone");
    QTest::addColumn<QString>("mark");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name) -> QTestData & { return QTest::newRow(name); };
    using Size = qsizetype;
    row("all agree") << Size{23} << Size{0} << Size{0} << Extent::Whole << Tone::Ok
                     << u"these decisions are the gateway's"_s
                     << u"All 23 decisions are what the gateway would have decided."_s;
    row("one agrees") << Size{1} << Size{0} << Size{0} << Extent::Whole << Tone::Ok
                      << u"these decisions are the gateway's"_s
                      << u"The one decision is what the gateway would have decided."_s;
    row("live") << Size{23} << Size{0} << Size{0} << Extent::SoFar << Tone::Ok
                << u"so far the gateway's decisions"_s
                << u"All 23 decisions are what the gateway would have decided. The watch goes on, "
                   "and so does the check."_s;
    row("damaged") << Size{23} << Size{0} << Size{0} << Extent::Readable << Tone::Waiting
                   << u"the gateway's decisions, as far as they can be read"_s
                   << u"All 23 decisions are what the gateway would have decided. What could not "
                      "be read of the file could not be checked."_s;
    row("one differs") << Size{23} << Size{1} << Size{0} << Extent::Whole << Tone::Error
                       << u"1 difference from the gateway"_s
                       << u"In 1 place the session is not what the gateway's policy makes of what "
                          "came in; 23 decisions were compared."_s;
    row("many differ") << Size{23} << Size{4} << Size{0} << Extent::Whole << Tone::Error
                       << u"4 differences from the gateway"_s
                       << u"In 4 places the session is not what the gateway's policy makes of what "
                          "came in; 23 decisions were compared."_s;
    row("none") << Size{0} << Size{0} << Size{0} << Extent::Whole << Tone::Quiet
                << u"no decisions to verify"_s
                << u"No decision is recorded, so there is none to hold against the gateway's "
                   "policy."_s;
    row("lost lines") << Size{23} << Size{2} << Size{3} << Extent::Whole << Tone::Waiting
                      << u"the decisions cannot be verified"_s
                      << u"3 events that the policy depends on cannot be read any more, so nothing "
                         "certain can be said about the decisions."_s;
}

void VerdictTest::saysWhatIsKnown()
{
    QFETCH(const qsizetype, decisions);
    QFETCH(const qsizetype, differences);
    QFETCH(const qsizetype, unreadable);
    QFETCH(const Extent, extent);
    QFETCH(const Tone, tone);
    Verification verification;
    verification.decisions = decisions;
    verification.differences = differences;
    verification.unreadable = unreadable;
    const auto verdict = verdictOf(verification, extent);
    QCOMPARE(verdict.tone, tone);
    QTEST(verdict.mark, "mark");
    QTEST(verdict.sentence, "sentence");
}

void VerdictTest::neverSaysMoreThanWasRead()
{
    Verification verification;
    verification.decisions = 5;
    for (const auto extent : {Extent::SoFar, Extent::Readable})
        QVERIFY(verdictOf(verification, extent).mark !=
                verdictOf(verification, Extent::Whole).mark);
}

QTEST_GUILESS_MAIN(VerdictTest)
#include "tst_verdict.moc"
