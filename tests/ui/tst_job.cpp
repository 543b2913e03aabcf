// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/job.h"

#include <QCoreApplication>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

class JobTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void tellsWhatWentWrong();
    void tellsNothingOnceItIsGone();
    void mayBeDestroyedByItsReceiver();
};

void JobTest::tellsWhatWentWrong()
{
    Job job([](const Job::Progress &) { return u"no room"_s; });
    QSignalSpy finished(&job, &Job::finished);
    job.start();
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().toString(), u"no room"_s);
}

void JobTest::tellsNothingOnceItIsGone()
{
    QSemaphore ended;
    auto job = std::make_unique<Job>([&ended](const Job::Progress &) {
        ended.release();
        return QString();
    });
    int told = 0;
    connect(job.get(), &Job::finished, this, [&told] { ++told; });
    job->start();
    ended.acquire();
    job.reset(); // waits for the thread, which has told by then
    QCoreApplication::processEvents();
    QCOMPARE(told, 0);
}

void JobTest::mayBeDestroyedByItsReceiver()
{
    auto job = std::make_unique<Job>([](const Job::Progress &) { return QString(); });
    bool isTold = false;
    connect(job.get(), &Job::finished, this, [&] {
        job.reset();
        isTold = true;
    });
    job->start();
    QTRY_VERIFY(isTold);
    QVERIFY(!job);
}

QTEST_GUILESS_MAIN(JobTest)
#include "tst_job.moc"
