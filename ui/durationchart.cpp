// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/durationchart.h"

#include "core/base/text.h"
#include "ui/eventtext.h"
#include "ui/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QTextDocument>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <chrono>

using namespace std::chrono_literals;

namespace watchline {

namespace {

/// So that a single bar does not fill the whole width.
constexpr int kLeastBars = 24;
constexpr double kGap = 1;
constexpr double kLeastHeight = 3; // of a bar that stands for anything

struct Tick
{
    Nanoseconds t;
    const char *label;
};
constexpr std::array<Tick, 13> kTicks{{{1ms, "1 ms"},
                                       {10ms, "10 ms"},
                                       {100ms, "100 ms"},
                                       {1s, "1 s"},
                                       {10s, "10 s"},
                                       {30s, "30 s"},
                                       {1min, "1 min"},
                                       {5min, "5 min"},
                                       {10min, "10 min"},
                                       {1h, "1 h"},
                                       {6h, "6 h"},
                                       {24h, "1 d"},
                                       {168h, "7 d"}}};

} // namespace

DurationChart::DurationChart(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_bars(1ms, 10ms, 1)
{
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void DurationChart::setBars(const DurationHistogram &bars, const DurationCluster &cluster)
{
    m_bars = bars;
    m_cluster = cluster;
    QStringList texts;
    for (int bar = 0; bar < bars.size(); ++bar) {
        if (bars.count(bar) > 0)
            texts.append(
                tr("%1 from %2")
                    .arg(groupedNumber(bars.count(bar)), readableDuration(bars.begin(bar))));
    }
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    update();
}

QSize DurationChart::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, fontMetrics().height() * 6};
}

QSize DurationChart::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 16, sizeHint().height()};
}

QRectF DurationChart::plot() const
{
    const int line = fontMetrics().height();
    return QRectF(rect()).adjusted(1, line, -1, -line - 2);
}

std::pair<int, int> DurationChart::shownBars() const
{
    auto [first, last] = m_bars.used();
    const int missing = std::max(2, kLeastBars - (last - first));
    first = std::max(0, first - missing / 2);
    last = std::min(m_bars.size(), last + (missing + 1) / 2);
    return {first, last};
}

QRectF DurationChart::barRect(int bar) const
{
    const auto area = plot();
    const auto [first, last] = shownBars();
    const double width = area.width() / std::max(last - first, 1);
    qsizetype most = 1;
    for (int i = first; i < last; ++i)
        most = std::max(most, m_bars.count(i));
    const double share = static_cast<double>(m_bars.count(bar)) / static_cast<double>(most);
    const double tall = m_bars.count(bar) > 0 ? std::max(kLeastHeight, share * area.height()) : 0;
    return {area.left() + (bar - first) * width, area.bottom() - tall, std::max(1.0, width - kGap),
            tall};
}

bool DurationChart::isInCluster(int bar) const
{
    return m_cluster.count > 0 && m_bars.begin(bar + 1) > m_cluster.shortest &&
           m_bars.begin(bar) <= m_cluster.longest;
}

void DurationChart::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    const auto area = plot();
    const auto [first, last] = shownBars();
    QPainter painter(this);
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.line);
    const double begin = m_bars.position(m_bars.begin(first)) * m_bars.size();
    const auto metrics = fontMetrics();
    double labelled = -1e9;
    painter.setPen(theme.dimText);
    for (const auto &[t, label] : kTicks) {
        const double x = area.left() + (m_bars.position(t) * m_bars.size() - begin) * area.width() /
                                           std::max(last - first, 1);
        const auto text = QString::fromLatin1(label);
        const double half = metrics.horizontalAdvance(text) / 2.0;
        // What lies beyond the scale's ends is at its ends.
        if (t < m_bars.begin(first) || t > m_bars.begin(last) || x - half < labelled ||
            x - half < 0 || x + half > width())
            continue;
        labelled = x + half + 8;
        painter.fillRect(QRectF(x, area.bottom(), 1, 4), theme.dimText);
        painter.drawText(QRectF(x - half - 2, area.bottom() + 3, 2 * half + 4, metrics.height()),
                         Qt::AlignCenter, text);
    }
    double clusterLeft = 1e9;
    double clusterRight = -1e9;
    double clusterTop = area.bottom();
    for (int bar = first; bar < last; ++bar) {
        if (m_bars.count(bar) == 0)
            continue;
        const auto place = barRect(bar);
        const bool isCluster = isInCluster(bar);
        painter.fillRect(place, theme.color(isCluster ? Tone::Error : Tone::Ok));
        if (isCluster) {
            clusterLeft = std::min(clusterLeft, place.left());
            clusterRight = std::max(clusterRight, place.right());
            clusterTop = std::min(clusterTop, place.top());
        }
    }
    if (clusterRight < clusterLeft)
        return;
    const auto text = QStringLiteral("%1 ×%2").arg(readableDuration(m_cluster.shortest),
                                                   groupedNumber(m_cluster.count));
    const double wide = metrics.horizontalAdvance(text);
    const double x =
        std::clamp((clusterLeft + clusterRight - wide) / 2, 0.0, std::max(0.0, width() - wide - 1));
    painter.setPen(theme.text);
    painter.drawText(QRectF(x, clusterTop - metrics.height() - 1, wide + 2, metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, text);
}

bool DurationChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto [first, last] = shownBars();
    const auto area = plot();
    const int bar = first + static_cast<int>((help->pos().x() - area.left()) * (last - first) /
                                             std::max(area.width(), 1.0));
    if (bar < first || bar >= last || m_bars.count(bar) == 0) {
        QToolTip::hideText();
        return true;
    }
    const auto text =
        tr("%1: from %2 up to %3")
            .arg(groupedNumber(m_bars.count(bar)), readableDuration(m_bars.begin(bar)),
                 readableDuration(m_bars.begin(bar + 1)));
    QToolTip::showText(help->globalPos(), Qt::convertFromPlainText(text), this);
    return true;
}

} // namespace watchline
