// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/differencespanel.h"

#include "core/session/sessionstore.h"
#include "ui/eventtext.h"
#include "ui/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

enum Column { Where, Recorded, Gateway, ColumnCount };
constexpr int kRowRole = Qt::UserRole;
constexpr int kDiffersRole = Qt::UserRole + 1; // of a member's line
/// So many are opened at once; of more the reader opens what they look at.
constexpr int kMostOpened = 20;

QLabel *plain()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("dim", true);
    return label;
}

/// A member's line.
void color(QTreeWidgetItem &line, const Theme &theme)
{
    const bool differs = line.data(Where, kDiffersRole).toBool();
    line.setForeground(Where, theme.dimText);
    for (const int column : {Recorded, Gateway})
        line.setForeground(column, differs ? theme.color(Tone::Error) : theme.dimText);
}

QString withoutQuotes(const QString &json)
{
    const bool isText = json.size() >= 2 && json.startsWith(u'"') && json.endsWith(u'"');
    return isText ? json.mid(1, json.size() - 2) : json;
}

} // namespace

DifferencesPanel::DifferencesPanel(QWidget *parent)
    : QWidget(parent)
    , m_sentence(plain())
    , m_list(new QTreeWidget)
    , m_more(plain())
{
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels({tr("Event"), tr("Recorded"), tr("The gateway's")});
    m_list->setAccessibleName(tr("Differences from the gateway"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAllColumnsShowFocus(true);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionsMovable(false);
    m_list->header()->setSectionResizeMode(Where, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(Recorded, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(Gateway, QHeaderView::Stretch);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 2, 14, 6);
    layout->setSpacing(6);
    layout->addWidget(m_sentence);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_more);
    m_more->hide();
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem *item) {
        if (item)
            emit rowRequested(item->data(Where, kRowRole).toLongLong());
    });
}

QSize DifferencesPanel::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 11};
}

/// A difference with what differs is in sight in a low window, too.
QSize DifferencesPanel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 30, fontMetrics().height() * 9};
}

void DifferencesPanel::showResult(const QString &sentence, const Verification &verification,
                                  const SessionStore *store)
{
    m_sentence->setText(sentence);
    m_list->setVisible(store && !verification.first.empty());
    // Of a running watch it is told every second: what is there stays as the reader has it.
    const auto &first = verification.first;
    const bool hasMore = store && first.size() >= m_shown.size() &&
                         std::equal(m_shown.begin(), m_shown.end(), first.begin());
    if (hasMore) {
        const auto known = static_cast<std::ptrdiff_t>(m_shown.size());
        addItems({first.begin() + known, first.end()}, *store);
    } else {
        refill(verification, store);
    }
    const auto listed = static_cast<qsizetype>(m_shown.size());
    m_more->setVisible(verification.differences > listed && listed > 0);
    m_more->setText(tr("These are the first %1 of %2; watchline verify counts them all.")
                        .arg(groupedNumber(listed), groupedNumber(verification.differences)));
}

void DifferencesPanel::refill(const Verification &verification, const SessionStore *store)
{
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    m_shown.clear();
    if (store)
        addItems(verification.first, *store);
}

void DifferencesPanel::addItems(const std::vector<Difference> &differences,
                                const SessionStore &store)
{
    const auto started = store.header().started;
    QList<QTreeWidgetItem *> items;
    for (const auto &difference : differences) {
        const auto row = difference.row;
        auto where =
            tr("#%1  %2").arg(groupedNumber(store.seq(row)), clockText(started, store.time(row)));
        if (store.sourceCount() > 1)
            where += u"  "_s + difference.source;
        auto *item = new QTreeWidgetItem({where, difference.recorded, difference.expected});
        item->setData(Where, kRowRole, qlonglong{row});
        for (int column = 0; column < ColumnCount; ++column) {
            auto bold = font();
            bold.setWeight(QFont::DemiBold);
            item->setFont(column, bold);
        }
        addMembers(item, difference);
        items.append(item);
        m_shown.push_back(difference);
    }
    m_list->addTopLevelItems(items);
    if (m_list->topLevelItemCount() <= kMostOpened) {
        for (auto *item : items)
            item->setExpanded(true);
    }
}

void DifferencesPanel::addMembers(QTreeWidgetItem *item, const Difference &difference) const
{
    const auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    auto members = difference.members;
    std::ranges::stable_partition(members, &ComparedMember::differs); // seen without scrolling
    for (const auto &member : members) {
        auto *line = new QTreeWidgetItem(
            item, {member.name, withoutQuotes(member.recorded), withoutQuotes(member.expected)});
        line->setData(Where, kRowRole, qlonglong{difference.row});
        line->setData(Where, kDiffersRole, member.differs());
        for (const int column : {Recorded, Gateway})
            line->setFont(column, fixed);
        color(*line, Theme::of(palette()));
    }
    // What differs says itself in the lines below.
    if (difference.members.empty())
        return;
    item->setText(Recorded, {});
    item->setText(Gateway, {});
}

void DifferencesPanel::updateColors() const
{
    const auto theme = Theme::of(palette());
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        const auto *item = m_list->topLevelItem(i);
        for (int member = 0; member < item->childCount(); ++member)
            color(*item->child(member), theme);
    }
}

void DifferencesPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateColors();
}

} // namespace watchline
