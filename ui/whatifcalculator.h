// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatif.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace watchline {

class Job;

/// Plays a session that is shown with other settings, in a thread of its own, and again when the
/// settings are others or the session has grown: seldom enough to leave the machine to others. The
/// window's thread.
class WhatIfCalculator : public QObject
{
    Q_OBJECT

public:
    struct Result
    {
        WhatIf whatIf;
        std::shared_ptr<const WhatIfLanes> lanes;
        qsizetype rows = 0; ///< Of the store's first rows, so many.
    };

    explicit WhatIfCalculator(QObject *parent = nullptr);
    ~WhatIfCalculator() override;

    /// Not owned; it must outlive its being played. nullptr: none. Forgets the result before.
    void setStore(const SessionStore *store);
    /// Nothing: they cannot be; the last result stays.
    void setSettings(const std::optional<WhatIfSettings> &settings);
    /// While nobody looks nothing is calculated.
    void setActive(bool active);
    /// There may be more rows.
    void refresh();
    /// At once, whatever there is.
    void calculate();
    void cancel();

    /// nullptr: none yet.
    const Result *result() const { return m_result ? &*m_result : nullptr; }
    bool isRunning() const { return m_job != nullptr; }
    /// By the user, and not begun again.
    bool isCancelled() const { return m_isCancelled; }
    /// Of the run that is under way, 0 to 1.
    double share() const { return m_share; }
    /// The result is that of the settings and of all rows.
    bool isUpToDate() const;

signals:
    /// Any of the above is another.
    void changed();
    /// result() is another, or is none any more.
    void resultChanged();

private:
    void start();
    void finish();

    const SessionStore *m_store = nullptr;
    std::optional<WhatIfSettings> m_settings;
    std::optional<Result> m_result;
    std::shared_ptr<std::optional<Result>> m_found; // the job's, while it runs
    std::unique_ptr<Job> m_job;
    QTimer m_gate;
    QElapsedTimer m_took;
    qint64 m_cost = 0; // ms
    double m_share = 0;
    bool m_isActive = false;
    bool m_isCancelled = false;
};

} // namespace watchline
