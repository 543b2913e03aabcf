// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/diagnosis.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace watchline {

class Job;

/// Diagnoses a session that is shown, in a thread of its own, and goes on as the session grows:
/// only rows that have come since are looked at. The window's thread.
class DiagnosisWatcher : public QObject
{
    Q_OBJECT

public:
    explicit DiagnosisWatcher(QObject *parent = nullptr);
    ~DiagnosisWatcher() override;

    /// Not owned; it must outlive its being watched. nullptr: none. Begins anew.
    void setStore(const SessionStore *store);
    /// There may be more rows.
    void refresh();

    /// Of the rows that were taken in.
    const std::vector<Finding> &findings() const { return m_findings; }
    const QStringList &leftOut() const { return m_leftOut; }
    /// Of the store's first rows, so many.
    qsizetype rows() const { return m_rows; }
    bool isUpToDate() const { return !m_store || m_rows == m_store->size(); }

signals:
    /// findings() or leftOut() are others, or isUpToDate() is.
    void changed();

private:
    struct Work;

    void start();
    void finish();

    const SessionStore *m_store = nullptr;
    std::shared_ptr<Work> m_work;
    std::unique_ptr<Job> m_job;
    QTimer m_gate;
    std::vector<Finding> m_findings;
    QStringList m_leftOut;
    qsizetype m_rows = 0;
};

} // namespace watchline
