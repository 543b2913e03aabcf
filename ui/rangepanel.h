// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QScrollArea>

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
    QSize sizeHint() const override;

signals:
    /// The figures of the range are there.
    void shown();

private:
    void showFigures(const SessionStore &store, const RangeStatistics &statistics);
    void showLifetimes(const RangeStatistics &statistics);

    std::unique_ptr<Job> m_job;
    std::shared_ptr<std::optional<RangeStatistics>> m_found; ///< The job's, once it is done.
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
