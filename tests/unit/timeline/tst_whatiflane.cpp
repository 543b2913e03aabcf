// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelinefold.h"
#include "core/timeline/whatiflane.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

class TestWhatIfLane : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aStepComesBackAsItWas_data();
    void aStepComesBackAsItWas();
    void theEndOfARunCutsItsLastStep_data();
    void theEndOfARunCutsItsLastStep();
    void spansLieWhereTheStepsAre();
    void runsFollowEachOther();
    void anAttemptIsFoundByItsNumber();
    void aFoldedLaneHasNoMoreThanItsPixels();
};

namespace {

/// An error after 100 ms, and a wait.
WhatIfStep failure(Nanoseconds at, Milliseconds wait)
{
    WhatIfStep step;
    step.basis = WhatIfBasis::Nearest;
    step.at = at;
    step.answered = at + 100ms;
    step.word = Word::Api;
    step.rule = Rule::ConnectTransient;
    step.delay = wait;
    step.next = at + 100ms + wait;
    step.row = 7;
    return step;
}

/// A hello after 100 ms, and the stream's end.
WhatIfStep watch(Nanoseconds at, Nanoseconds length)
{
    WhatIfStep step;
    step.basis = WhatIfBasis::Watch;
    step.at = at;
    step.answered = at + 100ms;
    step.isWatch = true;
    step.ended = at + 100ms + length;
    step.word = Word::StreamEnded;
    step.rule = Rule::OutcomeStreamEnded;
    step.row = 0;
    return step;
}

} // namespace

void TestWhatIfLane::aStepComesBackAsItWas_data()
{
    QTest::addColumn<WhatIfStep>("step");
    QTest::newRow("a failure") << failure(5s, 4s);
    QTest::newRow("a watch") << watch(5s, 20s);
    auto early = watch(5s, 20s);
    early.basis = WhatIfBasis::Recorded;
    early.word = Word::StreamError;
    early.rule = Rule::OutcomeStreamErrorEarly;
    early.delay = 1s;
    early.next = 26'100ms;
    QTest::newRow("a watch and a wait") << early;
    WhatIfStep unknown;
    unknown.at = 5s;
    QTest::newRow("one that nobody knows of") << unknown;
    auto odd = watch(5s, 20s);
    odd.word = Word::Other;
    odd.rule.reset();
    odd.row = -1;
    QTest::newRow("a watch that ended otherwise") << odd;
    auto short1 = failure(5s, 4s);
    short1.next = 6s;
    QTest::newRow("a wait that was cut short") << short1;
}

void TestWhatIfLane::aStepComesBackAsItWas()
{
    QFETCH(WhatIfStep, step);
    WhatIfLane lane;
    lane.append(failure(0s, 1s));
    lane.append(step);
    lane.append(failure(100s, 1s));
    lane.endRun(200s);
    lane.settle();
    QCOMPARE(lane.size(), std::size_t{3});
    QVERIFY(lane.step(1) == step);
    QCOMPARE(lane.basis(1), step.basis);
}

void TestWhatIfLane::theEndOfARunCutsItsLastStep_data()
{
    QTest::addColumn<WhatIfStep>("step");
    QTest::addColumn<WhatIfStep>("left");
    QTest::addColumn<qint64>("end"); // of its span, in seconds
    auto cut = failure(99'950ms, 1s);
    auto left = cut;
    left.answered.reset();
    left.word = Word::None;
    left.rule.reset();
    left.delay.reset();
    left.next.reset();
    QTest::newRow("before its answer") << cut << left << qint64{100};
    cut = watch(90s, 20s);
    left = cut;
    left.ended.reset();
    left.word = Word::None;
    left.rule.reset();
    QTest::newRow("in its watch") << cut << left << qint64{100};
    cut = watch(90s, 1s);
    cut.ended.reset();
    cut.word = Word::None;
    cut.rule.reset();
    QTest::newRow("in a watch without an end") << cut << cut << qint64{100};
    cut = failure(98'900ms, 5s);
    left = cut;
    left.next.reset();
    QTest::newRow("in its wait") << cut << left << qint64{99};
    cut = failure(98'900ms, 1s);
    QTest::newRow("right at its end") << cut << cut << qint64{99};
}

void TestWhatIfLane::theEndOfARunCutsItsLastStep()
{
    QFETCH(WhatIfStep, step);
    QFETCH(WhatIfStep, left);
    QFETCH(qint64, end);
    WhatIfLane lane;
    lane.append(step);
    lane.endRun(100s);
    lane.settle();
    QVERIFY(lane.step(0) == left);
    QCOMPARE(Nanoseconds(lane.attempts()[0].end), Nanoseconds(std::chrono::seconds(end)));
    QCOMPARE(lane.waits().size(), std::size_t(left.delay ? 1 : 0));
    if (left.delay)
        QCOMPARE(Nanoseconds(lane.waits()[0].end), Nanoseconds(100s));
}

void TestWhatIfLane::spansLieWhereTheStepsAre()
{
    WhatIfLane lane;
    lane.append(failure(1s, 4s));
    lane.append(watch(5'100ms, 20s));
    lane.endRun(60s);
    lane.settle();
    const auto &failed = lane.attempts()[0];
    QCOMPARE(Nanoseconds(failed.begin), Nanoseconds(1s));
    QCOMPARE(Nanoseconds(failed.end), Nanoseconds(1'100ms));
    QCOMPARE(failed.severity(), Severity::Error);
    QCOMPARE(failed.row, quint32{7});
    QCOMPARE(lane.waits().size(), std::size_t{1});
    QCOMPARE(Nanoseconds(lane.waits()[0].begin), Nanoseconds(1'100ms));
    QCOMPARE(Nanoseconds(lane.waits()[0].end), Nanoseconds(5'100ms));
    QCOMPARE(lane.attemptBefore(lane.waits()[0]), std::size_t{0});
    const auto &watched = lane.attempts()[1];
    QCOMPARE(Nanoseconds(watched.hello), Nanoseconds(5'200ms));
    QCOMPARE(Nanoseconds(watched.end), Nanoseconds(25'200ms));
    QCOMPARE(watched.severity(), Severity::Ended);
}

void TestWhatIfLane::runsFollowEachOther()
{
    WhatIfLane lane;
    lane.append(failure(0s, 30s));
    lane.endRun(10s);
    lane.endRun(12s); // nothing was in it
    lane.append(failure(20s, 1s));
    lane.endRun(30s);
    lane.settle();
    QCOMPARE(lane.size(), std::size_t{2});
    QVERIFY(!lane.step(0).next);
    QCOMPARE(Nanoseconds(lane.waits()[0].end), Nanoseconds(10s));
    QCOMPARE(lane.attempts()[1].attempt, 2);
}

void TestWhatIfLane::anAttemptIsFoundByItsNumber()
{
    WhatIfLane lane;
    for (int i = 0; i < 5; ++i)
        lane.append(failure(std::chrono::seconds(i * 10), 1s));
    // Times that went backwards between two runs.
    lane.endRun(60s);
    lane.append(failure(5s, 1s));
    lane.endRun(60s);
    lane.settle();
    for (int number = 1; number <= 6; ++number)
        QCOMPARE(lane.attempts()[lane.indexOf(number)].attempt, number);
    for (const int number : {-1, 0, 7})
        QCOMPARE(lane.indexOf(number), lane.size());
    QCOMPARE(lane.step(lane.indexOf(6)).at, Nanoseconds(5s));
}

void TestWhatIfLane::aFoldedLaneHasNoMoreThanItsPixels()
{
    constexpr int kAttempts = 300'000;
    WhatIfLane lane;
    for (int i = 0; i < kAttempts; ++i)
        lane.append(i == 123'456 ? watch(std::chrono::seconds(i), 200ms)
                                 : failure(std::chrono::seconds(i), 500ms));
    const Nanoseconds end = std::chrono::seconds(kAttempts);
    lane.endRun(end);
    lane.settle();
    constexpr double kWidth = 1'500;
    const TimeScale scale{{0s, end}, kWidth};
    for (const auto *series : {&lane.attempts(), &lane.waits()}) {
        const auto folds = foldSpans(*series, scale, 2, end);
        QVERIFY(folds.size() <= std::size_t(kWidth));
        std::size_t count = 0;
        for (const auto &fold : folds)
            count += fold.count;
        QCOMPARE(count, series->size());
    }
}

QTEST_APPLESS_MAIN(TestWhatIfLane)
#include "tst_whatiflane.moc"
