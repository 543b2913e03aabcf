// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/comparison.h"

#include <QObject>

#include <memory>

namespace watchline {

class Job;
class SessionStore;

/// Compares two sessions that were read, in a thread of its own: once it looks through both, then
/// it compares as often as the alignment changes. The window's thread.
class ComparisonRun : public QObject
{
    Q_OBJECT

public:
    explicit ComparisonRun(QObject *parent = nullptr);
    ~ComparisonRun() override;

    /// The stores are not owned; they must outlive the run or clear(). Begins to look through them,
    /// as far as they go now; what was found before stays until that is done.
    void start(const SessionStore *a, const QString &nameOfA, const SessionStore *b,
               const QString &nameOfB);
    /// Waits for the thread, and forgets all.
    void clear();
    /// The next result is of this alignment.
    void compare(Alignment alignment, Nanoseconds offset);

    /// Both were looked through: aligner() knows all ways to align them.
    bool hasRead() const { return m_sessions != nullptr; }
    /// So many events of both together.
    qsizetype eventsRead() const { return hasRead() ? a().events + b().events : 0; }
    bool hasResult() const { return m_result != nullptr; }
    bool isRunning() const { return m_reading || m_comparing; }
    const TimeAligner &aligner() const { return m_aligner; }
    const ComparedSession &a() const;
    const ComparedSession &b() const;
    /// Of the alignment that was asked for last, or before that.
    const Comparison &result() const { return *m_result; }

signals:
    void progressed(double share);
    void read();
    void compared();

private:
    struct Sessions
    {
        ComparedSession a;
        ComparedSession b;
        TimeAligner aligner;
    };

    void startComparing();

    std::shared_ptr<const Sessions> m_sessions;
    std::shared_ptr<const Comparison> m_result;
    TimeAligner m_aligner;
    Alignment m_alignment = Alignment::Start;
    Nanoseconds m_offset{};
    // Each its own: another alignment is no reason to read anew.
    std::unique_ptr<Job> m_reading;
    std::unique_ptr<Job> m_comparing;
};

} // namespace watchline
