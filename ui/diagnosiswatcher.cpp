// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/diagnosiswatcher.h"

#include "ui/job.h"

#include <chrono>

namespace watchline {

namespace {

/// How often a session that grows is looked at again.
constexpr int kGateMs = 1'000;
/// What is known so far is shown after so long.
constexpr auto kShowAfter = std::chrono::milliseconds(250);
constexpr qsizetype kRowsBetweenLooks = 1'024;

} // namespace

/// The thread's, while it runs; else the window's.
struct DiagnosisWatcher::Work
{
    Diagnosis diagnosis;
    std::vector<Finding> findings;
    QStringList leftOut;
    qsizetype rows = 0;

    void run(const SessionStore &store, const Job::Progress &progress)
    {
        const auto began = std::chrono::steady_clock::now();
        const qsizetype end = store.size();
        while (rows < end) {
            diagnosis.take(store, rows++);
            if (rows % kRowsBetweenLooks != 0)
                continue;
            if (!progress(rows, end))
                return;
            if (std::chrono::steady_clock::now() - began > kShowAfter)
                break;
        }
        findings = diagnosis.findings();
        leftOut = diagnosis.leftOut();
    }
};

DiagnosisWatcher::DiagnosisWatcher(QObject *parent)
    : QObject(parent)
{
    m_gate.setSingleShot(true);
    m_gate.setInterval(kGateMs);
    connect(&m_gate, &QTimer::timeout, this, &DiagnosisWatcher::start);
}

DiagnosisWatcher::~DiagnosisWatcher() = default;

void DiagnosisWatcher::setStore(const SessionStore *store)
{
    m_job.reset(); // it reads the store that goes
    m_gate.stop();
    m_store = store;
    m_work = store ? std::make_shared<Work>() : nullptr;
    m_findings.clear();
    m_leftOut.clear();
    m_rows = 0;
    emit changed();
    start();
}

void DiagnosisWatcher::refresh()
{
    if (!isUpToDate() && !m_job && !m_gate.isActive())
        m_gate.start();
}

void DiagnosisWatcher::start()
{
    if (m_job || isUpToDate())
        return;
    auto work = [store = m_store, shared = m_work](const Job::Progress &progress) {
        shared->run(*store, progress);
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::finished, this, [this, job = m_job.get()] {
        if (m_job.get() == job && !job->isCancelled())
            finish();
    });
    m_job->start();
}

void DiagnosisWatcher::finish()
{
    m_job.release()->deleteLater(); // this is called out of it
    m_findings = m_work->findings;
    m_leftOut = m_work->leftOut;
    m_rows = m_work->rows;
    emit changed();
    // A long file goes on at once; what trickles in waits until there is some of it.
    if (m_store && m_store->size() - m_rows > kRowsBetweenLooks)
        start();
    else
        refresh();
}

} // namespace watchline
