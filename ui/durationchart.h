// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/rangestatistics.h"

#include <QWidget>

#include <vector>

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

    struct Tick
    {
        Nanoseconds t{};
        double x = 0;
        double left = 0; ///< Where its label begins: below it, but never beyond the edges.
        QString label;
    };
    /// Round durations, as many as there is room for, from left to right.
    std::vector<Tick> ticks() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRectF plot() const;
    /// The bars in sight, some more than have something; [first, second).
    std::pair<int, int> shownBars() const;
    QRectF barRect(int bar) const;
    double xOf(Nanoseconds t) const;
    double labelWidth(const QString &label) const;
    bool isInCluster(int bar) const;

    DurationHistogram m_bars;
    DurationCluster m_cluster;
};

} // namespace watchline
