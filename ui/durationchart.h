// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/rangestatistics.h"

#include <QWidget>

namespace watchline {

/// Bars of durations on a scale of powers, as much of it as there is something on. Those that
/// belong to a cluster stand out, by colour and by a label with how many they are.
class DurationChart : public QWidget
{
    Q_OBJECT

public:
    explicit DurationChart(const QString &title, QWidget *parent = nullptr);

    void setBars(const DurationHistogram &bars, const DurationCluster &cluster = {});
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRectF plot() const;
    /// The bars in sight, some more than have something; [first, second).
    std::pair<int, int> shownBars() const;
    QRectF barRect(int bar) const;
    bool isInCluster(int bar) const;

    DurationHistogram m_bars;
    DurationCluster m_cluster;
};

} // namespace watchline
