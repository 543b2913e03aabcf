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
};

Job::Job(Work work, QObject *parent)
    : QObject(parent)
    , m_work(std::move(work))
    , m_shared(std::make_shared<Shared>())
{}

Job::~Job()
{
    cancel();
    if (m_thread)
        m_thread->wait();
}

void Job::start()
{
    auto run = [this, shared = m_shared, work = std::move(m_work)] {
        using SteadyTime = std::chrono::steady_clock;
        auto told = SteadyTime::now();
        const Progress progress = [&](qint64 done, qint64 total) {
            const auto now = SteadyTime::now();
            if (now - told >= std::chrono::milliseconds(100)) {
                told = now;
                emit progressed(total > 0 ? static_cast<double>(done) / static_cast<double>(total)
                                          : -1.0);
            }
            return !shared->cancelled.load(std::memory_order_relaxed);
        };
        const auto error = work(progress);
        emit finished(error);
    };
    // The signals are queued to the window: it lives in another thread than the one that emits.
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
