// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/orderedworkers.h"
#include "tests/support/nothreads.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <semaphore>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestOrderedWorkers : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void givesBackInOrder_data();
    void givesBackInOrder();
    void laterItemsMayBeDoneFirst();
    void whatIsNotTakenIsLeft();
    void worksWhenNoThreadCanBeMade();
    void goesOnWithTheThreadsThatThereAre();
};

void TestOrderedWorkers::givesBackInOrder_data()
{
    QTest::addColumn<int>("threads");
    QTest::newRow("the caller alone") << 0;
    QTest::newRow("one thread") << 1;
    QTest::newRow("four threads") << 4;
}

void TestOrderedWorkers::givesBackInOrder()
{
    QFETCH(const int, threads);
    OrderedWorkers<int> workers(threads, [](int &number) { number *= 2; });
    std::vector<int> numbers(1000);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<int>(i);
        workers.put(numbers[i]);
        if (i % 3 == 2) {
            int &done = workers.take();
            QCOMPARE(&done, &numbers[taken]);
            QCOMPARE(done, static_cast<int>(taken) * 2);
            ++taken;
        }
    }
    for (; !workers.isEmpty(); ++taken)
        QCOMPARE(workers.take(), static_cast<int>(taken) * 2);
    QCOMPARE(taken, numbers.size());
}

void TestOrderedWorkers::laterItemsMayBeDoneFirst()
{
    std::binary_semaphore secondIsDone(0);
    std::atomic<int> count{0};
    OrderedWorkers<int> workers(2, [&](int &item) {
        if (item == 1)
            secondIsDone.acquire();
        item = 10 * item + ++count;
        if (item == 21)
            secondIsDone.release();
    });
    int first = 1;
    int second = 2;
    workers.put(first);
    workers.put(second);
    QCOMPARE(workers.take(), 12);
    QCOMPARE(workers.take(), 21);
}

void TestOrderedWorkers::whatIsNotTakenIsLeft()
{
    std::vector<int> numbers(100, 1);
    {
        OrderedWorkers<int> workers(2, [](int &number) { ++number; });
        for (int &number : numbers)
            workers.put(number);
    }
    for (const int number : numbers)
        QVERIFY(number == 1 || number == 2);
}

void TestOrderedWorkers::worksWhenNoThreadCanBeMade()
{
    const NoThreads noThreads;
    OrderedWorkers<int> workers(4, [](int &number) { number *= 2; });
    int first = 1;
    int second = 2;
    workers.put(first);
    workers.put(second);
    QCOMPARE(workers.take(), 2);
    QCOMPARE(workers.take(), 4);
    QVERIFY(workers.isEmpty());
}

void TestOrderedWorkers::goesOnWithTheThreadsThatThereAre()
{
    const auto caller = std::this_thread::get_id();
    std::atomic<int> byCaller{0};
    OrderedWorkers<int> workers(2, [&](int &number) {
        number *= 2;
        byCaller += std::this_thread::get_id() == caller;
    });
    int first = 1;
    int second = 2;
    workers.put(first);
    const NoThreads noThreads;
    workers.put(second);
    QCOMPARE(workers.take(), 2);
    QCOMPARE(workers.take(), 4);
    QCOMPARE(byCaller.load(), 0);
}

QTEST_GUILESS_MAIN(TestOrderedWorkers)
#include "tst_orderedworkers.moc"
