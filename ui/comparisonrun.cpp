// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/comparisonrun.h"

#include "core/session/sessionstore.h"
#include "ui/job.h"

#include <utility>

namespace watchline {

ComparisonRun::ComparisonRun(QObject *parent)
    : QObject(parent)
{}

ComparisonRun::~ComparisonRun() = default;

const ComparedSession &ComparisonRun::a() const
{
    return m_sessions->a;
}

const ComparedSession &ComparisonRun::b() const
{
    return m_sessions->b;
}

void ComparisonRun::clear()
{
    m_job.reset(); // it reads the stores that go
    m_sessions.reset();
    m_result.reset();
    m_aligner = {};
    m_alignment = Alignment::Start;
    m_offset = {};
}

void ComparisonRun::start(const SessionStore *a, const QString &nameOfA, const SessionStore *b,
                          const QString &nameOfB)
{
    m_job.reset();
    auto sessions = std::make_shared<Sessions>();
    auto work = [=](const Job::Progress &progress) {
        const auto half = [&progress](qint64 before) {
            return [&progress, before](qint64 done, qint64 total) {
                return progress(total > 0 ? before * total + done : 0, total > 0 ? 2 * total : -1);
            };
        };
        sessions->a = readForComparison(*a, nameOfA, half(0));
        sessions->b = readForComparison(*b, nameOfB, half(1));
        sessions->aligner = TimeAligner(sessions->a.moments, sessions->b.moments);
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::progressed, this, &ComparisonRun::progressed);
    connect(m_job.get(), &Job::finished, this, [this, sessions, job = m_job.get()] {
        if (m_job.get() != job)
            return;
        m_job.release()->deleteLater(); // this is called out of it
        m_sessions = sessions;
        m_aligner = sessions->aligner;
        emit read();
        if (!m_job)
            startComparing();
    });
    m_job->start();
}

void ComparisonRun::compare(Alignment alignment, Nanoseconds offset)
{
    if (m_alignment == alignment && m_offset == offset && m_result)
        return;
    m_alignment = alignment;
    m_offset = offset;
    if (hasRead())
        startComparing();
}

void ComparisonRun::startComparing()
{
    m_job.reset();
    auto result = std::make_shared<Comparison>();
    auto work = [sessions = m_sessions, result, alignment = m_alignment,
                 offset = m_offset](const Job::Progress &) {
        *result = watchline::compare(sessions->a, sessions->b, alignment, offset);
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::finished, this, [this, result, job = m_job.get()] {
        if (m_job.get() != job)
            return;
        m_job.release()->deleteLater();
        m_result = result;
        emit compared();
    });
    m_job->start();
}

} // namespace watchline
