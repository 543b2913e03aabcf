// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/timealigner.h"

#include <QRegularExpression>
#include <QTest>
#include <QTimeZone>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Leases = std::vector<std::pair<std::string_view, Nanoseconds>>;

LeaseTimes timesOf(const Leases &leases)
{
    LeaseTimes times;
    for (const auto &[lease, t] : leases)
        times.add(LeaseTimes::key(lease), t);
    return times;
}

QDateTime clock(const QString &time)
{
    return QDateTime::fromString(u"2026-11-23T"_s + time + u'Z', Qt::ISODateWithMs);
}

SessionMoments moments(const QDateTime &started, Nanoseconds first,
                       std::optional<Nanoseconds> firstOutcome, const Leases &leases = {})
{
    return {started, first, first + 1h, firstOutcome, timesOf(leases)};
}

} // namespace

class TestTimeAligner : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void alignsEachWay_data();
    void alignsEachWay();
    void saysWhatItCannotDo();
    void fallsBackToTheStarts();
    void anOffsetIsAdded();
    void farTimesStayWithinTheirType();
    void guessesFromSharedLeases_data();
    void guessesFromSharedLeases();
    void aLeaseCountsWhenItWasFirstGot();
    void keepsABoundedNumberOfLeases();
    void readsOffsets_data();
    void readsOffsets();
    void writesOffsetsAsItReadsThem_data();
    void writesOffsetsAsItReadsThem();
};

void TestTimeAligner::alignsEachWay_data()
{
    QTest::addColumn<int>("alignment");
    QTest::addColumn<qint64>("shiftMs");
    QTest::addColumn<qint64>("originMs");
    const auto row = [](const char *name, Alignment alignment, qint64 shift, qint64 origin) {
        QTest::newRow(name) << static_cast<int>(alignment) << shift << origin;
    };
    row("start", Alignment::Start, 1'000 - 3'000, 1'000);
    row("wall", Alignment::Wall, 90'250, 0);
    row("first outcome", Alignment::FirstOutcome, 20'000 - 5'000, 20'000);
    row("leases", Alignment::Leases, 100 - 7'100, 0);
}

void TestTimeAligner::alignsEachWay()
{
    QFETCH(int, alignment);
    QFETCH(qint64, shiftMs);
    QFETCH(qint64, originMs);
    const auto a = moments(clock(u"10:00:00.000"_s), 1s, 20s, {{"one", 100ms}, {"two", 8s}});
    const auto b = moments(clock(u"10:01:30.250"_s), 3s, 5s, {{"one", 7'100ms}, {"three", 8s}});
    TimeAligner aligner(a, b);
    aligner.setAlignment(static_cast<Alignment>(alignment));
    QVERIFY(aligner.can(static_cast<Alignment>(alignment)));
    QCOMPARE(aligner.shift(), Nanoseconds(Milliseconds(shiftMs)));
    QCOMPARE(aligner.origin(), Nanoseconds(Milliseconds(originMs)));
    QCOMPARE(aligner.toA(42s), Nanoseconds(42s + Milliseconds(shiftMs)));
    QCOMPARE(aligner.toB(aligner.toA(42s)), Nanoseconds(42s));
}

void TestTimeAligner::saysWhatItCannotDo()
{
    const auto known = moments(clock(u"10:00:00.000"_s), 0s, 1s);
    const auto bare = moments({}, 0s, std::nullopt);
    const TimeAligner first(bare, known);
    const TimeAligner second(known, bare);
    QCOMPARE(first.problem(Alignment::Start, u"x"_s, u"y"_s), QString());
    QVERIFY(first.problem(Alignment::Wall, u"x"_s, u"y"_s).startsWith(u"x does not say"_s));
    QVERIFY(second.problem(Alignment::Wall, u"x"_s, u"y\n"_s).startsWith(u"y\\n does not say"_s));
    QVERIFY(first.problem(Alignment::FirstOutcome, u"x"_s, u"y"_s).contains(u"ended in x"_s));
    QVERIFY(second.problem(Alignment::FirstOutcome, u"x"_s, u"y"_s).contains(u"ended in y"_s));
    QVERIFY(second.problem(Alignment::Leases, u"x"_s, u"y"_s).contains(u"no lease in common"_s));
    QVERIFY(!second.can(Alignment::Leases));
    QCOMPARE(second.sharedLeases(), 0);
}

void TestTimeAligner::fallsBackToTheStarts()
{
    TimeAligner aligner(moments({}, 4s, std::nullopt), moments({}, 1s, std::nullopt));
    aligner.setAlignment(Alignment::Leases);
    QCOMPARE(aligner.shift(), Nanoseconds(3s));
    QCOMPARE(aligner.origin(), Nanoseconds(4s));
    QCOMPARE(TimeAligner().shift(), Nanoseconds(0s));
}

void TestTimeAligner::anOffsetIsAdded()
{
    TimeAligner aligner(moments({}, 4s, std::nullopt), moments({}, 1s, std::nullopt));
    aligner.setOffset(-500ms);
    QCOMPARE(aligner.shift(), Nanoseconds(2'500ms));
    QCOMPARE(aligner.toA(1s), Nanoseconds(3'500ms));
    QCOMPARE(aligner.origin(), Nanoseconds(4s));
}

void TestTimeAligner::farTimesStayWithinTheirType()
{
    const auto far = std::chrono::duration_cast<Nanoseconds>(kFarthestTime);
    const QDateTime early(QDate(1, 1, 1), QTime(0, 0), QTimeZone::utc());
    const QDateTime late(QDate(9999, 1, 1), QTime(0, 0), QTimeZone::utc());
    const auto a = moments(early, -far, -far, {{"x", -far}});
    const auto b = moments(late, far, far, {{"x", far}});
    for (const auto &[one, other] : {std::pair(a, b), std::pair(b, a)}) {
        TimeAligner aligner(one, other);
        for (const auto alignment : kAlignments) {
            aligner.setAlignment(alignment);
            for (const auto offset : {-far, far}) {
                aligner.setOffset(offset);
                for (const auto t : {-far, far}) {
                    QVERIFY(aligner.toA(t) - t == aligner.shift());
                    QVERIFY((aligner.toA(t) > t) == (aligner.shift() > 0s));
                    QVERIFY(aligner.toB(aligner.toA(t)) == t);
                }
            }
        }
    }
}

void TestTimeAligner::guessesFromSharedLeases_data()
{
    QTest::addColumn<QList<qint64>>("a"); // in milliseconds, of leases 0, 1, 2 ...; -1: not got
    QTest::addColumn<QList<qint64>>("b");
    QTest::addColumn<qint64>("shift"); // -1: none
    using Times = QList<qint64>;
    QTest::newRow("none") << Times{} << Times{} << qint64{-1};
    QTest::newRow("not shared") << Times{1, -1} << Times{-1, 1} << qint64{-1};
    QTest::newRow("one") << Times{500} << Times{100} << qint64{400};
    QTest::newRow("the middle one") << Times{100, 200, 300} << Times{0, 90, 295} << qint64{100};
    QTest::newRow("an outlier does not count")
        << Times{1'000, 2'000, 900'000} << Times{0, 1'000, 2'000} << qint64{1'000};
    QTest::newRow("between the two in the middle")
        << Times{10, 20, 30, 40} << Times{0, 0, 0, 0} << qint64{25};
}

void TestTimeAligner::guessesFromSharedLeases()
{
    QFETCH(QList<qint64>, a);
    QFETCH(QList<qint64>, b);
    QFETCH(qint64, shift);
    const auto times = [](const QList<qint64> &milliseconds) {
        LeaseTimes result;
        for (qsizetype i = 0; i < milliseconds.size(); ++i) {
            if (milliseconds[i] >= 0)
                result.add(LeaseTimes::key("rwl_" + std::to_string(i)),
                           Milliseconds(milliseconds[i]));
        }
        return result;
    };
    const auto guess = shiftByLeases(times(a), times(b));
    QCOMPARE(guess.has_value(), shift >= 0);
    if (guess)
        QCOMPARE(*guess, Nanoseconds(Milliseconds(shift)));
}

void TestTimeAligner::aLeaseCountsWhenItWasFirstGot()
{
    const auto a = timesOf({{"one", 5s}, {"one", 50s}, {"", 1s}});
    const auto b = timesOf({{"one", 2s}, {"", 9s}});
    QCOMPARE(a.all().size(), std::size_t{1});
    QCOMPARE(shiftByLeases(a, b), std::optional<Nanoseconds>(3s));
}

void TestTimeAligner::keepsABoundedNumberOfLeases()
{
    LeaseTimes times;
    for (std::size_t i = 1; i <= LeaseTimes::kMost + 10; ++i)
        times.add(i, 1s);
    QCOMPARE(times.all().size(), LeaseTimes::kMost);
}

void TestTimeAligner::readsOffsets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isOffset");
    QTest::addColumn<qint64>("milliseconds");
    const auto row = [](const QString &text, std::optional<qint64> ms) {
        QTest::newRow(qPrintable(u'"' + text + u'"')) << text << ms.has_value() << ms.value_or(0);
    };
    row({}, 0);
    row(u" "_s, 0);
    row(u"0"_s, 0);
    row(u"2"_s, 2'000);
    row(u"-1.5"_s, -1'500);
    row(u"+ 20 "_s, 20'000);
    row(u"20ms"_s, 20);
    row(u"-2m"_s, -120'000);
    row(u"\u22121h"_s, -3'600'000);
    row(u"-"_s, std::nullopt);
    row(u"--1"_s, std::nullopt);
    row(u"soon"_s, std::nullopt);
    row(u"1e9"_s, std::nullopt);
    row(u"10001h"_s, std::nullopt);
    row(u"1 day"_s, std::nullopt);
}

void TestTimeAligner::readsOffsets()
{
    QFETCH(QString, text);
    QFETCH(bool, isOffset);
    QFETCH(qint64, milliseconds);
    const auto offset = offsetFromText(text);
    QCOMPARE(offset.has_value(), isOffset);
    if (offset)
        QCOMPARE(*offset, Nanoseconds(Milliseconds(milliseconds)));
}

void TestTimeAligner::writesOffsetsAsItReadsThem_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64{0} << u"+0s"_s;
    QTest::newRow("whole") << qint64{90'000} << u"+90s"_s;
    QTest::newRow("minutes") << qint64{-120'000} << u"-2m"_s;
    QTest::newRow("hours") << qint64{26 * 3'600'000} << u"+26h"_s;
    QTest::newRow("parts") << qint64{-1'250} << u"-1.25s"_s;
    QTest::newRow("the least") << qint64{-1} << u"-0.001s"_s;
}

void TestTimeAligner::writesOffsetsAsItReadsThem()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, text);
    QCOMPARE(offsetText(Milliseconds(milliseconds)), text);
    QCOMPARE(offsetFromText(text), std::optional<Nanoseconds>(Milliseconds(milliseconds)));
}

QTEST_APPLESS_MAIN(TestTimeAligner)
#include "tst_timealigner.moc"
