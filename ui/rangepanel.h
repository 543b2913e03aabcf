// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QScrollArea>
#include <QTimer>

#include <memory>
#include <optional>

class QLabel;

namespace watchline {

class DurationChart;
class FactList;
class Job;
class SessionStore;
class ToneFrame;
struct RangeStatistics;

/// The figures of the range that is selected on the timeline. Another thread works them out; the
/// next range makes it give up.
class RangePanel : public QScrollArea
{
    Q_OBJECT

public:
    explicit RangePanel(QWidget *parent = nullptr);
    ~RangePanel() override;

    /// `end`: where the session ends, or is now. The store is not owned: it must outlive its being
    /// shown. Without a store or a range: nothing.
    void showRange(const SessionStore *store, std::optional<TimeRange> range, Nanoseconds end);
    /// Rows may have come, or time gone by: where that touches the range, its figures are worked
    /// out again within a second or so.
    void refresh(Nanoseconds end);
    /// The figures that are shown are old, and others will come.
    bool isRenewing() const { return m_gate.isActive(); }
    QSize sizeHint() const override;

signals:
    /// The figures of the range are there.
    void shown();

private:
    void start();
    void finish(const std::shared_ptr<std::optional<RangeStatistics>> &found);
    bool isOutdated() const;
    void showFigures(const SessionStore &store, const RangeStatistics &statistics);
    void showLifetimes(const RangeStatistics &statistics);

    const SessionStore *m_store = nullptr;
    std::optional<TimeRange> m_range;
    Nanoseconds m_end{};      ///< As last told.
    Nanoseconds m_knownEnd{}; ///< What the figures that are shown, or come, go by.
    qsizetype m_knownRows = 0;
    QTimer m_gate;
    std::unique_ptr<Job> m_job;
    std::shared_ptr<std::optional<RangeStatistics>> m_found; ///< The job's; none when it is over.
    QWidget *m_figures;
    QLabel *m_hint;
    FactList *m_facts;
    QLabel *m_roundTripsTitle;
    DurationChart *m_roundTrips;
    QLabel *m_lifetimesTitle;
    DurationChart *m_lifetimes;
    ToneFrame *m_cutCard;
    QLabel *m_cut;
};

} // namespace watchline
