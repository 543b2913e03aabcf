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
    m_reading.reset(); // it reads the stores that go
    m_comparing.reset();
    m_sessions.reset();
    m_result.reset();
    m_aligner = {};
    m_alignment = Alignment::Start;
    m_offset = {};
}

void ComparisonRun::start(const SessionStore *a, const QString &nameOfA, const SessionStore *b,
                          const QString &nameOfB)
{
    m_reading.reset();
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
    m_reading = std::make_unique<Job>(std::move(work));
    connect(m_reading.get(), &Job::progressed, this, &ComparisonRun::progressed);
    connect(m_reading.get(), &Job::finished, this, [this, sessions, job = m_reading.get()] {
        if (m_reading.get() != job)
            return;
        m_reading.release()->deleteLater(); // this is called out of it
        m_sessions = sessions;
        m_aligner = sessions->aligner;
        m_comparing.reset(); // of what was read before
        emit read();
        if (!m_comparing && m_sessions)
            startComparing();
    });
    m_reading->start();
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
    m_comparing.reset();
    auto result = std::make_shared<Comparison>();
    auto work = [sessions = m_sessions, result, alignment = m_alignment,
                 offset = m_offset](const Job::Progress &progress) {
        *result = watchline::compare(sessions->a, sessions->b, alignment, offset, progress);
        return QString();
    };
    m_comparing = std::make_unique<Job>(std::move(work));
    connect(m_comparing.get(), &Job::finished, this, [this, result, job = m_comparing.get()] {
        if (m_comparing.get() != job)
            return;
        m_comparing.release()->deleteLater();
        m_result = result;
        emit compared();
    });
    m_comparing->start();
}

} // namespace watchline
