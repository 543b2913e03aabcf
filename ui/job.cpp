// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/job.h"

#include <QThread>

#include <atomic>
#include <chrono>

namespace watchline {

struct Job::Shared
{
    std::atomic_bool cancelled{false};
    Job *job; // as long as there is one; the window's thread alone looks at it
};

Job::Job(Work work, QObject *parent)
    : QObject(parent)
    , m_work(std::move(work))
    , m_shared(std::make_shared<Shared>())
    , m_teller(new QObject)
{
    m_shared->job = this;
}

Job::~Job()
{
    cancel();
    if (m_thread)
        m_thread->wait();
    m_shared->job = nullptr;
    m_teller->deleteLater(); // it may be telling just now
}

void Job::start()
{
    // Told in the window's thread, and only as long as there is a job: what was sent on its way
    // before that cannot be taken for another job's.
    auto run = [teller = m_teller, shared = m_shared, work = std::move(m_work)] {
        using SteadyTime = std::chrono::steady_clock;
        auto told = SteadyTime::now();
        const Progress progress = [&](qint64 done, qint64 total) {
            const auto now = SteadyTime::now();
            if (now - told >= std::chrono::milliseconds(100)) {
                told = now;
                const double share =
                    total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1.0;
                QMetaObject::invokeMethod(
                    teller,
                    [shared, share] {
                        if (shared->job)
                            emit shared->job->progressed(share);
                    },
                    Qt::QueuedConnection);
            }
            return !shared->cancelled.load(std::memory_order_relaxed);
        };
        const auto error = work(progress);
        QMetaObject::invokeMethod(
            teller,
            [shared, error] {
                if (shared->job)
                    emit shared->job->finished(error);
            },
            Qt::QueuedConnection);
    };
    m_thread.reset(QThread::create(std::move(run)));
    m_thread->start();
}

void Job::cancel()
{
    m_shared->cancelled.store(true, std::memory_order_relaxed);
}

bool Job::isCancelled() const
{
    return m_shared->cancelled.load(std::memory_order_relaxed);
}

} // namespace watchline
