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

constexpr double kLabelGap = 10;

/// The roundest first: where there is no room for all, the others go.
constexpr std::array<Nanoseconds, 35> kRounds{
    1ms, 10ms, 100ms, 1s,   10s,   1min,  10min, 1h,    24h,  168h, 30s, 5min,
    6h,  72h,  5ms,   50ms, 500ms, 5s,    30min, 2min,  20s,  12h,  3h,  48h,
    2ms, 20ms, 200ms, 2s,   2h,    20min, 40s,   15min, 3min, 3s,   96h};

QString labelOf(Nanoseconds t)
{
    const auto text = [](qint64 number, const char *unit) {
        return QString::number(number) + QLatin1Char(' ') + QLatin1String(unit);
    };
    if (t >= 24h)
        return text(t / 24h, "d");
    if (t >= 1h)
        return text(t / 1h, "h");
    if (t >= 1min)
        return text(t / 1min, "min");
    return t >= 1s ? text(t / 1s, "s") : text(t / 1ms, "ms");
}

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

double DurationChart::xOf(Nanoseconds t) const
{
    const auto area = plot();
    const auto [first, last] = shownBars();
    const double bars = (m_bars.position(t) - m_bars.position(m_bars.begin(first))) * m_bars.size();
    return area.left() + bars * area.width() / std::max(last - first, 1);
}

double DurationChart::labelWidth(const QString &label) const
{
    return fontMetrics().horizontalAdvance(label);
}

std::vector<DurationChart::Tick> DurationChart::ticks() const
{
    const auto [first, last] = shownBars();
    std::vector<Tick> result;
    for (const auto t : kRounds) {
        // What lies beyond the scale's ends is at its ends.
        if (t < m_bars.begin(first) || t > m_bars.begin(last))
            continue;
        const auto label = labelOf(t);
        const double wide = labelWidth(label);
        const double x = xOf(t);
        const Tick tick{t, x, std::clamp(x - wide / 2, 0.0, std::max(0.0, width() - wide)), label};
        const bool isFree = std::ranges::none_of(result, [&](const Tick &other) {
            return tick.left < other.left + labelWidth(other.label) + kLabelGap &&
                   other.left < tick.left + wide + kLabelGap;
        });
        if (isFree)
            result.push_back(tick);
    }
    std::ranges::sort(result, {}, &Tick::t);
    return result;
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
    const auto metrics = fontMetrics();
    painter.setPen(theme.dimText);
    for (const auto &tick : ticks()) {
        painter.fillRect(QRectF(tick.x, area.bottom(), 1, 4), theme.dimText);
        painter.drawText(
            QRectF(tick.left, area.bottom() + 3, labelWidth(tick.label) + 2, metrics.height()),
            Qt::AlignLeft | Qt::AlignVCenter, tick.label);
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
