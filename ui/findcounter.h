// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventfilter.h"

#include <QObject>

#include <memory>
#include <vector>

namespace watchline {

class Job;

/// Of what is looked for: how many there are, and which of them one is. Counts in another thread,
/// up to kMost, once for the same search. The window's thread.
class FindCounter : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype kMost = 99'999;

    explicit FindCounter(QObject *parent = nullptr);
    ~FindCounter() override;

    /// Counts the rows of `store` that `shown` lets through and that are `wanted`; tells when it
    /// knows. The store is not owned and must outlive the counting: see clear().
    void count(const SessionStore &store, const EventFilter &shown, const EventFilter &wanted,
               qsizetype row);
    /// Forgets the store; waits for the thread to notice.
    void clear();

signals:
    /// The row is the `place`th (from 1; 0: beyond those that were counted) of `total`, or of more
    /// than that many.
    void counted(qsizetype place, qsizetype total, bool areMore);

private:
    struct Search;

    void tell();

    std::shared_ptr<Search> m_search;
    std::unique_ptr<Job> m_job;
    qsizetype m_row = -1;
};

} // namespace watchline
