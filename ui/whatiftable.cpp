// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/whatiftable.h"

#include "core/base/text.h"
#include "ui/eventtext.h"

#include <QHeaderView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

enum Column { What, Recorded, Asked, Difference, ColumnCount };
constexpr int kSourceRole = Qt::UserRole;
constexpr int kMostRowsInSight = 14;
constexpr Nanoseconds kLongestTogether = kFarthestTime / 4;
constexpr QChar kMinus = u'\u2212';

QString difference(qint64 recorded, qint64 whatIf)
{
    if (recorded == whatIf)
        return WhatIfTable::tr("same");
    return (whatIf > recorded ? u'+' : kMinus) + groupedNumber(std::abs(whatIf - recorded));
}

QString difference(Nanoseconds recorded, Nanoseconds whatIf)
{
    // What cannot be told apart below is the same.
    if (readableDuration(recorded) == readableDuration(whatIf))
        return WhatIfTable::tr("same");
    return (whatIf > recorded ? u'+' : kMinus) +
           readableDuration(whatIf > recorded ? whatIf - recorded : recorded - whatIf);
}

QStringList row(const QString &what, qint64 recorded, qint64 whatIf)
{
    return {what, groupedNumber(recorded), groupedNumber(whatIf), difference(recorded, whatIf)};
}

QStringList row(const QString &what, Nanoseconds recorded, Nanoseconds whatIf)
{
    return {what, readableDuration(recorded), readableDuration(whatIf),
            difference(recorded, whatIf)};
}

} // namespace

WhatIfFigures together(const std::vector<WhatIfSource> &sources, WhatIfFigures WhatIfSource::*of)
{
    WhatIfFigures all;
    for (const auto &source : sources) {
        const auto &figures = source.*of;
        all.attempts += figures.attempts;
        all.watches += figures.watches;
        // Centuries at ten thousand sources would not fit.
        all.disconnected = std::min(all.disconnected, kLongestTogether) +
                           std::min(figures.disconnected, kLongestTogether);
        all.connected = std::min(all.connected, kLongestTogether) +
                        std::min(figures.connected, kLongestTogether);
        all.silent =
            std::min(all.silent, kLongestTogether) + std::min(figures.silent, kLongestTogether);
        all.longestDisconnected = std::max(all.longestDisconnected, figures.longestDisconnected);
        all.worstMinute = std::max(all.worstMinute, figures.worstMinute);
    }
    return all;
}

WhatIfTable::WhatIfTable(QWidget *parent)
    : QTreeWidget(parent)
{
    setColumnCount(ColumnCount);
    setHeaderLabels({QString(), tr("Recorded"), tr("What if"), tr("Change")});
    setAccessibleName(tr("What it comes to"));
    setFrameShape(QFrame::NoFrame);
    setAllColumnsShowFocus(true);
    setUniformRowHeights(true);
    setRootIsDecorated(false);
    setIndentation(9);
    viewport()->setAutoFillBackground(false); // part of the page, not a list
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    header()->setSectionsMovable(false);
    header()->setMinimumSectionSize(20);
    header()->setStretchLastSection(false);
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    header()->setFont(small);
    header()->setObjectName(u"narrow"_s);
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(What, QHeaderView::Stretch);
    for (const int column : {Recorded, Asked, Difference})
        headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    const auto changeHeight = [this] { updateGeometry(); };
    connect(this, &QTreeWidget::itemExpanded, this, changeHeight);
    connect(this, &QTreeWidget::itemCollapsed, this, changeHeight);
    connect(this, &QTreeWidget::currentItemChanged, this, &WhatIfTable::sourceChosen);
}

QTreeWidgetItem *WhatIfTable::addRow(QTreeWidgetItem *parent, const QStringList &texts,
                                     const QString &meaning)
{
    auto *item = new QTreeWidgetItem(texts);
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    for (int column = 0; column < ColumnCount; ++column)
        item->setFont(column, small);
    for (const int column : {Recorded, Asked, Difference})
        item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    item->setSizeHint(What, {0, fontMetrics().height() + 5});
    item->setToolTip(What, plainTip(meaning));
    parent ? parent->addChild(item) : addTopLevelItem(item);
    return item;
}

void WhatIfTable::addFigures(QTreeWidgetItem *parent, const WhatIfFigures &recorded,
                             const WhatIfFigures &whatIf, bool isOfSeveral)
{
    addRow(parent, row(tr("Attempts"), recorded.attempts, whatIf.attempts), tr("Connect attempts"));
    addRow(parent, row(tr("Watches"), recorded.watches, whatIf.watches),
           tr("Attempts that got their hello"));
    addRow(parent, row(tr("Disconnected"), recorded.disconnected, whatIf.disconnected),
           tr("Time without a watch, from each run's first attempt on"));
    addRow(parent, row(tr("Connected"), recorded.connected, whatIf.connected),
           tr("Time with a watch"));
    addRow(parent, row(tr("of it silent"), recorded.silent, whatIf.silent),
           tr("Time with a watch after its last frame and the recorded read timeout: the stream "
              "may well have been dead"));
    addRow(parent, row(tr("Longest gap"), recorded.longestDisconnected, whatIf.longestDisconnected),
           isOfSeveral ? tr("Longest time without a watch at any source")
                       : tr("Longest time without a watch"));
    addRow(parent, row(tr("Worst minute"), recorded.worstMinute, whatIf.worstMinute),
           isOfSeveral ? tr("Most attempts of any source within a minute")
                       : tr("Most attempts within a minute"));
}

QTreeWidgetItem *WhatIfTable::addGroup(const QString &name, const WhatIfFigures &recorded,
                                       const WhatIfFigures &whatIf, int source)
{
    // Folded, a source says what matters most.
    auto *group = addRow(nullptr, row(name, recorded.disconnected, whatIf.disconnected),
                         tr("%1: time disconnected").arg(name));
    auto bold = group->font(What);
    bold.setWeight(QFont::DemiBold);
    group->setFont(What, bold);
    group->setData(What, kSourceRole, source);
    addFigures(group, recorded, whatIf, source < 0);
    return group;
}

void WhatIfTable::showFigures(const WhatIf &whatIf)
{
    const QSignalBlocker blocker(this);
    // What was opened and chosen stays so.
    QStringList opened;
    const auto chosen = currentItem() ? indexOfTopLevelItem(currentItem()) : -1;
    for (int i = 0; i < topLevelItemCount(); ++i) {
        if (topLevelItem(i)->isExpanded())
            opened.append(topLevelItem(i)->text(What));
    }
    const bool wasEmpty = topLevelItemCount() == 0;
    clear();
    const auto &sources = whatIf.sources;
    const bool hasSeveral = sources.size() > 1;
    setRootIsDecorated(hasSeveral);
    if (!hasSeveral) {
        if (!sources.empty())
            addFigures(nullptr, sources.front().recorded, sources.front().whatIf, false);
    } else {
        auto *all = addGroup(tr("All %1 sources").arg(groupedNumber(qint64(sources.size()))),
                             together(sources, &WhatIfSource::recorded),
                             together(sources, &WhatIfSource::whatIf), -1);
        all->setExpanded(wasEmpty || opened.contains(all->text(What)));
        for (std::size_t i = 0; i < std::min(sources.size(), kMostListed); ++i) {
            auto *group = addGroup(singleLine(sources[i].name, 200), sources[i].recorded,
                                   sources[i].whatIf, static_cast<int>(i));
            group->setExpanded(opened.contains(group->text(What)));
        }
        if (sources.size() > kMostListed)
            addRow(nullptr,
                   {tr("and %1 more").arg(groupedNumber(qint64(sources.size() - kMostListed)))},
                   tr("watchline what-if lists them all"));
        if (chosen >= 0 && chosen < topLevelItemCount())
            setCurrentItem(topLevelItem(chosen));
    }
    updateGeometry();
}

int WhatIfTable::chosenSource() const
{
    const auto *item = currentItem();
    while (item && item->parent())
        item = item->parent();
    const auto source = item ? item->data(What, kSourceRole) : QVariant();
    return source.isValid() ? source.toInt() : -1;
}

int WhatIfTable::shownRows() const
{
    int rows = 0;
    for (int i = 0; i < topLevelItemCount(); ++i)
        rows += 1 + (topLevelItem(i)->isExpanded() ? topLevelItem(i)->childCount() : 0);
    return rows;
}

/// Where there is room for two numbers alone, what they differ by is left to the reader.
void WhatIfTable::resizeEvent(QResizeEvent *event)
{
    setColumnHidden(Difference, width() < fontMetrics().averageCharWidth() * 42);
    QTreeWidget::resizeEvent(event);
}

QSize WhatIfTable::sizeHint() const
{
    const int row = fontMetrics().height() + 5;
    return {fontMetrics().averageCharWidth() * 40,
            header()->sizeHint().height() + row * std::min(shownRows(), kMostRowsInSight) + 2};
}

QSize WhatIfTable::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 20, sizeHint().height()};
}

} // namespace watchline
