// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelinefold.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Mark mark(Nanoseconds t, Word word = Word::Ok, quint16 value = 100)
{
    return {t.count(), 0, EventKind::Heartbeat, word, value};
}

Span span(Nanoseconds begin, Nanoseconds end, Word word = Word::Api)
{
    Span result;
    result.begin = begin.count();
    result.end = end.count();
    result.kind = EventKind::ConnectAttempt;
    result.word = word;
    return result;
}

/// A lane of marks, with the store that they are rows of.
class Marks
{
public:
    void append(const Mark &mark)
    {
        Event event(mark.kind);
        event.t = Nanoseconds(mark.t);
        event.set(Field::Result, name(mark.word));
        event.setDuration(Field::DurationMs, std::chrono::microseconds(mark.value * 100));
        const auto row = static_cast<quint32>(m_store.size());
        m_store.append(event, "{}");
        series.append(markOf(row, m_store.row(row)));
    }
    void settle() { series.settle(); }

private:
    SessionStore m_store;

public:
    MarkSeries series{m_store};
};

template<typename Fold>
std::size_t total(const std::vector<Fold> &folds)
{
    std::size_t sum = 0;
    for (const auto &fold : folds)
        sum += fold.count;
    return sum;
}

} // namespace

class TestTimelineFold : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void marksFarApartStandAlone();
    void marksOfACellAreOne();
    void theCountsAddUp();
    void aLoneErrorAmongManyIsShown();
    void panningDoesNotRegroup();
    void theCostIsThatOfThePixels();
    void lateMarksAreSortedIn();
    void theLargestRoundTripOfAFoldIsThatOfTheSuccessful();
    void shortSpansOfACellAreOne();
    void aLongSpanIsNeverFolded();
    void aGapIsNotPaintedOver();
    void everySpanInSightIsInOneFold();
    void anOpenSpanReachesToTheEnd();
    void spansAreFoundNearAPlace();
    void keptFoldsAreThoseMadeAnew();
};

void TestTimelineFold::marksFarApartStandAlone()
{
    Marks marks;
    for (const auto t : {1s, 3s, 8s})
        marks.append(mark(t));
    marks.settle();
    const TimeScale scale{{0s, 10s}, 100};
    const auto folds = foldMarks(marks.series, scale, 3, scale.range);
    QCOMPARE(folds.size(), std::size_t{3});
    QCOMPARE(folds[1].x, 30.0);
    QCOMPARE(folds[1].count, std::size_t{1});
}

void TestTimelineFold::marksOfACellAreOne()
{
    Marks marks;
    for (const auto t : {3'000ms, 3'100ms, 3'200ms, 7'000ms})
        marks.append(mark(t));
    marks.settle();
    const TimeScale scale{{0s, 10s}, 10};
    const auto folds = foldMarks(marks.series, scale, 1, scale.range);
    QCOMPARE(folds.size(), std::size_t{2});
    QCOMPARE(folds[0].count, std::size_t{3});
    QCOMPARE(folds[1].first, std::size_t{3});
}

void TestTimelineFold::theCountsAddUp()
{
    QRandomGenerator random(11);
    for (int round = 0; round < 50; ++round) {
        Marks marks;
        std::vector<qint64> times;
        const int count = random.bounded(1, 3'000);
        for (int i = 0; i < count; ++i) {
            // In any order, many of them equal, some before the start.
            const qint64 t = random.bounded(qint64{1} << random.bounded(8, 40)) - 1'000;
            times.push_back(t);
            marks.append(mark(Nanoseconds(t)));
            if (random.bounded(20) == 0)
                marks.settle();
        }
        marks.settle();
        const auto a = Nanoseconds(random.bounded(qint64{1} << 40));
        const auto b = Nanoseconds(random.bounded(qint64{1} << 40));
        const TimeScale scale{ordered(a, b + 1ns), static_cast<double>(random.bounded(1, 2'000))};
        const auto folds = foldMarks(marks.series, scale, 1 + random.bounded(4), scale.range);
        const auto inRange = std::count_if(times.begin(), times.end(), [&](qint64 t) {
            return scale.range.contains(Nanoseconds(t));
        });
        QCOMPARE(total(folds), static_cast<std::size_t>(inRange));
        for (std::size_t i = 1; i < folds.size(); ++i) {
            QVERIFY(folds[i].x >= folds[i - 1].x);
            QCOMPARE(folds[i].first, folds[i - 1].first + folds[i - 1].count);
        }
    }
}

void TestTimelineFold::aLoneErrorAmongManyIsShown()
{
    Marks marks;
    constexpr int kCount = 300'000;
    constexpr int kError = 196'296;
    for (int i = 0; i < kCount; ++i)
        marks.append(mark(i * 1ms, i == kError ? Word::Failed : Word::Ok));
    marks.settle();
    const TimeScale scale{{0s, kCount * 1ms}, 1'000};
    const auto folds = foldMarks(marks.series, scale, 3, scale.range);
    QCOMPARE(total(folds), std::size_t{kCount});
    int errors = 0;
    for (const auto &fold : folds) {
        if (marks.series[fold.worst].severity() != Severity::Error)
            continue;
        ++errors;
        QCOMPARE(fold.worst, std::size_t{kError});
        QVERIFY(std::abs(fold.x - 654.3) < 4);
    }
    QCOMPARE(errors, 1);
}

void TestTimelineFold::panningDoesNotRegroup()
{
    Marks marks;
    for (int i = 0; i < 10'000; ++i)
        marks.append(mark(i * 7ms));
    marks.settle();
    const auto firsts = [&](Nanoseconds begin) {
        const TimeScale scale{{begin, begin + 20s}, 500};
        std::vector<std::size_t> result;
        for (const auto &fold : foldMarks(marks.series, scale, 3, {20s, 30s}))
            result.push_back(fold.first);
        return result;
    };
    QCOMPARE(firsts(15s), firsts(15s + 13ms));
    QCOMPARE(firsts(15s), firsts(12s + 1ns));
}

void TestTimelineFold::theCostIsThatOfThePixels()
{
    Marks marks;
    SpanSeries spans;
    for (int i = 0; i < 300'000; ++i) {
        marks.append(mark(i * 1ms));
        spans.append(span(i * 1ms, i * 1ms + 500us));
    }
    marks.settle();
    spans.settle();
    const TimeScale scale{{0s, 300s}, 900};
    QVERIFY(foldMarks(marks.series, scale, 3, scale.range).size() <= 301);
    QVERIFY(foldSpans(spans, scale, 2, 300s).size() <= 2 * 451);
}

void TestTimelineFold::lateMarksAreSortedIn()
{
    Marks marks;
    for (const auto t : {5s, 9s, 2s, 7s}) {
        marks.append(mark(t));
        marks.settle();
    }
    for (std::size_t i = 1; i < marks.series.size(); ++i)
        QVERIFY(marks.series[i - 1].t <= marks.series[i].t);
    QCOMPARE(marks.series.lowerBound(Nanoseconds(6s).count()), std::size_t{2});
}

void TestTimelineFold::theLargestRoundTripOfAFoldIsThatOfTheSuccessful()
{
    Marks marks;
    for (int i = 0; i < 1'000; ++i)
        marks.append(mark(i * 1ms, i == 500 ? Word::Failed : Word::Ok,
                          i == 500 ? quint16{60'000} : static_cast<quint16>(i)));
    marks.settle();
    QCOMPARE(marks.series.extremes(0, 1'000).largestOrdinary, 999);
    QCOMPARE(marks.series.extremes(3, 131).largestOrdinary, 130);
    QCOMPARE(marks.series.extremes(500, 501).largestOrdinary, 0);
    QCOMPARE(marks.series.extremes(130, 900).worst, std::size_t{500});
}

void TestTimelineFold::shortSpansOfACellAreOne()
{
    SpanSeries series;
    series.append(span(1'000ms, 1'010ms));
    series.append(span(1'020ms, 1'030ms, Word::Conflict));
    series.append(span(1'040ms, 1'050ms));
    series.append(span(5'000ms, 5'010ms));
    series.settle();
    const TimeScale scale{{0s, 10s}, 100};
    const auto folds = foldSpans(series, scale, 2, 10s);
    QCOMPARE(folds.size(), std::size_t{2});
    QCOMPARE(folds[0].count, std::size_t{3});
    QCOMPARE(folds[0].worst, std::size_t{1});
    QCOMPARE(folds[0].x, 10.0);
    QCOMPARE(folds[0].width, 0.5);
}

void TestTimelineFold::aLongSpanIsNeverFolded()
{
    SpanSeries series;
    series.append(span(1'000ms, 1'010ms));
    series.append(span(1'020ms, 1'030ms));
    series.append(span(1'040ms, 5'000ms)); // begins in the same cell
    series.settle();
    const TimeScale scale{{0s, 10s}, 100};
    const auto folds = foldSpans(series, scale, 2, 10s);
    QCOMPARE(folds.size(), std::size_t{2});
    QCOMPARE(folds[0].count, std::size_t{2});
    QCOMPARE(folds[1].first, std::size_t{2});
    QCOMPARE(folds[1].width, 39.6);
}

void TestTimelineFold::aGapIsNotPaintedOver()
{
    SpanSeries series;
    for (int i = 0; i < 1'000; ++i)
        series.append(span(i * 10ms, i * 10ms + 9ms));
    for (int i = 0; i < 1'000; ++i)
        series.append(span(50s + i * 10ms, 50s + i * 10ms + 9ms));
    series.settle();
    const TimeScale scale{{0s, 60s}, 60};
    for (const auto &fold : foldSpans(series, scale, 2, 60s))
        QVERIFY2(fold.x + fold.width < 12 || fold.x >= 50, qPrintable(QString::number(fold.x)));
}

void TestTimelineFold::everySpanInSightIsInOneFold()
{
    QRandomGenerator random(5);
    for (int round = 0; round < 100; ++round) {
        SpanSeries series;
        Nanoseconds t{};
        const int count = random.bounded(1, 500);
        for (int i = 0; i < count; ++i) {
            t += Nanoseconds(random.bounded(qint64{1} << random.bounded(1, 32)));
            const auto begin = t;
            t += Nanoseconds(random.bounded(qint64{1} << random.bounded(1, 32)));
            series.append(span(begin, t));
        }
        series.settle();
        const auto a = Nanoseconds(random.bounded(qint64{t.count()} + 2));
        const auto b = Nanoseconds(random.bounded(qint64{t.count()} + 2));
        const TimeScale scale{ordered(a, b + 1ns), static_cast<double>(random.bounded(1, 1'500))};
        std::vector<int> seen(series.size());
        for (const auto &fold : foldSpans(series, scale, 2, t)) {
            for (std::size_t i = fold.first; i < fold.first + fold.count; ++i)
                ++seen[i];
        }
        for (std::size_t i = 0; i < series.size(); ++i) {
            const bool inSight = series[i].begin < scale.range.end.count() &&
                                 series[i].end >= scale.range.begin.count();
            QCOMPARE(seen[i], inSight ? 1 : 0);
        }
    }
}

void TestTimelineFold::anOpenSpanReachesToTheEnd()
{
    SpanSeries series;
    series.append(span(1s, 2s));
    auto open = span(3s, 4s);
    open.end = kOpenEnd;
    series.append(open);
    series.settle();
    const TimeScale scale{{0s, 10s}, 100};
    const auto folds = foldSpans(series, scale, 2, 8s);
    QCOMPARE(folds.size(), std::size_t{2});
    QCOMPARE(folds[1].width, 50.0);
    QCOMPARE(foldSpans(series, scale, 2, 8s, true).size(), std::size_t{1});
}

void TestTimelineFold::spansAreFoundNearAPlace()
{
    SpanSeries series;
    series.append(span(1s, 2s));
    series.append(span(4s, 5s));
    series.settle();
    QCOMPARE(spanAt(series, 1'500ms, 0s, 9s), std::size_t{0});
    QCOMPARE(spanAt(series, 2'100ms, 200ms, 9s), std::size_t{0});
    QCOMPARE(spanAt(series, 3'900ms, 200ms, 9s), std::size_t{1});
    QCOMPARE(spanAt(series, 3s, 200ms, 9s), series.size());
}

/// Whatever was in sight before, and whatever has come since, late ones too.
void TestTimelineFold::keptFoldsAreThoseMadeAnew()
{
    QRandomGenerator random(11);
    const auto isSameMark = [](const MarkFold &a, const MarkFold &b) {
        return a.t == b.t && a.x == b.x && a.first == b.first && a.count == b.count &&
               a.worst == b.worst && a.rank == b.rank && a.largestOrdinary == b.largestOrdinary;
    };
    const auto isSameSpan = [](const SpanFold &a, const SpanFold &b) {
        return a.begin == b.begin && a.end == b.end && a.x == b.x && a.width == b.width &&
               a.first == b.first && a.count == b.count && a.worst == b.worst;
    };
    Marks marks;
    SpanSeries spans;
    FoldCache kept;
    Nanoseconds t{};
    for (int round = 0; round < 400; ++round) {
        for (int i = random.bounded(20); i > 0; --i) {
            t += Nanoseconds(random.bounded(1, 2'000));
            const auto late = random.bounded(40) == 0 ? Nanoseconds(random.bounded(5'000)) : 0ns;
            marks.append(mark(t - late, random.bounded(9) == 0 ? Word::Failed : Word::Ok));
            spans.append(span(t - late, t - late + Nanoseconds(random.bounded(3'000))));
        }
        if (spans.size() > 0 && random.bounded(3) == 0) {
            auto &ended = spans.edit(spans.size() - 1);
            ended.end = ended.begin + random.bounded(9'000);
        }
        kept.forget(&marks.series, marks.series.settle());
        kept.forget(&spans, spans.settle());
        const Nanoseconds length{random.bounded(2) == 0 ? 8'000 : 40'000};
        const Nanoseconds begin{random.bounded(qint64{t.count()} + 1) - 500};
        const TimeScale scale{{begin, begin + length}, 300};
        const bool closedOnly = random.bounded(2) == 0;

        FoldCache fresh;
        const auto keptMarks = kept.marks(marks.series, scale, 3, scale.range);
        const auto freshMarks = fresh.marks(marks.series, scale, 3, scale.range);
        QVERIFY(std::ranges::equal(keptMarks, freshMarks, isSameMark));
        // Those of the slice, and the rest of the cells at its edges.
        QVERIFY(total(keptMarks) >= total(foldMarks(marks.series, scale, 3, scale.range)));
        QVERIFY(std::ranges::equal(kept.spans(spans, scale, 2, t, closedOnly),
                                   fresh.spans(spans, scale, 2, t, closedOnly), isSameSpan));
    }
    // All in sight: nothing is counted twice or left out.
    const TimeScale all{{-1'000'000ns, t + 1ms}, 300};
    QCOMPARE(total(kept.marks(marks.series, all, 3, all.range)), marks.series.size());
    QCOMPARE(total(kept.spans(spans, all, 2, t)), spans.size());
}

QTEST_GUILESS_MAIN(TestTimelineFold)
#include "tst_timelinefold.moc"
