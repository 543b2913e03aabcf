// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/sessionbuilder.h"
#include "ui/findbar.h"
#include "ui/findcounter.h"

#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

quint32 bit(EventKind kind)
{
    return 1U << static_cast<int>(kind);
}

/// Every tenth is a decision.
std::unique_ptr<SessionStore> longSession(int rows)
{
    auto store = std::make_unique<SessionStore>(SessionBuilder::header());
    for (int i = 0; i < rows; ++i) {
        Event event(i % 10 == 3 ? EventKind::Decision : EventKind::KeepAlive);
        event.t = i * 1ms;
        store->append(event);
    }
    return store;
}

EventFilter ofKind(EventKind kind)
{
    EventFilter filter;
    filter.kinds = bit(kind);
    return filter;
}

} // namespace

class FindTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void saysWhichOfHowMany();
    void countsWhatTheFilterLetsThrough();
    void countsNoFurtherThanItSays();
    void countsTheSameSearchOnce();
    void aStoreThatGoesIsNotReadAnyMore();
    void theBarSaysIt();
};

void FindTest::saysWhichOfHowMany()
{
    const auto store = longSession(100);
    FindCounter counter;
    QSignalSpy counted(&counter, &FindCounter::counted);
    counter.count(*store, {}, ofKind(EventKind::Decision), 23);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    QCOMPARE(counted.takeFirst(), (QVariantList{qsizetype{3}, qsizetype{10}, false}));
    counter.count(*store, {}, ofKind(EventKind::Wake), 23);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    QCOMPARE(counted.takeFirst(), (QVariantList{qsizetype{0}, qsizetype{0}, false}));
}

void FindTest::countsWhatTheFilterLetsThrough()
{
    const auto store = longSession(100);
    EventFilter shown;
    shown.from = 20ms;
    shown.to = 60ms;
    FindCounter counter;
    QSignalSpy counted(&counter, &FindCounter::counted);
    counter.count(*store, shown, ofKind(EventKind::Decision), 33);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    QCOMPARE(counted.first(), (QVariantList{qsizetype{2}, qsizetype{4}, false}));
}

void FindTest::countsNoFurtherThanItSays()
{
    const auto store = longSession(120'000);
    FindCounter counter;
    QSignalSpy counted(&counter, &FindCounter::counted);
    counter.count(*store, {}, ofKind(EventKind::KeepAlive), 10);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    QCOMPARE(counted.first().at(1).toLongLong(), FindCounter::kMost);
    QVERIFY(counted.first().at(2).toBool());
    counter.count(*store, {}, ofKind(EventKind::KeepAlive), 119'999);
    QCOMPARE(counted.size(), 2);
    QCOMPARE(counted.last().at(0).toLongLong(), 0);
}

void FindTest::countsTheSameSearchOnce()
{
    const auto store = longSession(1'000);
    FindCounter counter;
    QSignalSpy counted(&counter, &FindCounter::counted);
    counter.count(*store, {}, ofKind(EventKind::Decision), 3);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    counter.count(*store, {}, ofKind(EventKind::Decision), 13);
    QCOMPARE(counted.size(), 2); // at once
    QCOMPARE(counted.last().first().toLongLong(), 2);
    // More may have come.
    Event event(EventKind::Decision);
    event.t = 10s;
    store->append(event);
    counter.count(*store, {}, ofKind(EventKind::Decision), 13);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 3, kPatience);
    QCOMPARE(counted.last().at(1).toLongLong(), 101);
}

void FindTest::aStoreThatGoesIsNotReadAnyMore()
{
    auto store = longSession(200'000);
    FindCounter counter;
    QSignalSpy counted(&counter, &FindCounter::counted);
    counter.count(*store, {}, ofKind(EventKind::Decision), 3);
    counter.clear();
    store = longSession(10);
    counter.count(*store, {}, ofKind(EventKind::Decision), 3);
    QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, kPatience);
    QCOMPARE(counted.first(), (QVariantList{qsizetype{1}, qsizetype{1}, false}));
}

void FindTest::theBarSaysIt()
{
    FindBar bar;
    const auto *label = bar.findChild<QLabel *>(u"findCount"_s);
    bar.setFound(true, false);
    bar.setCount(3, 17, false);
    QCOMPARE(label->text(), u"3 of 17"_s);
    bar.setCount(3, FindCounter::kMost, true);
    QCOMPARE(label->text(), u"3 of more than 99\u202F999"_s);
    bar.setCount(0, FindCounter::kMost, true);
    QCOMPARE(label->text(), u"more than 99\u202F999"_s);
    bar.setFound(false, false);
    QVERIFY(label->text().isEmpty());
}

QTEST_MAIN(FindTest)
#include "tst_find.moc"
