// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/longtable.h"

#include "ui/theme.h"

#include <QAbstractButton>
#include <QHeaderView>
#include <QPaintEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStringListModel>

#include <algorithm>
#include <limits>

namespace watchline {

LongTable::LongTable(QWidget *parent)
    : QTableView(parent)
{
    setSelectionBehavior(SelectRows);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    // It selects all, and stands where both headers meet.
    if (auto *corner = findChild<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly))
        corner->hide();
    // What lies under it need not be painted for every row that comes.
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
}

void LongTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    // The header that nobody sees gets no rows to keep account of.
    verticalHeader()->setModel(new QStringListModel(verticalHeader()));
}

void LongTable::setRowHeight(int height)
{
    m_rowHeight = std::max(1, height);
    updateGeometries();
    viewport()->update();
}

/// Not more than have a place that an int can say.
int LongTable::rowCount() const
{
    const int most = std::numeric_limits<int>::max() / m_rowHeight - 1;
    return model() ? std::min(model()->rowCount(rootIndex()), most) : 0;
}

int LongTable::rowAtY(int y) const
{
    const int at = y + verticalOffset();
    return at < 0 ? -1 : at / m_rowHeight;
}

int LongTable::verticalOffset() const
{
    return verticalScrollBar()->value();
}

bool LongTable::isIndexHidden(const QModelIndex &index) const
{
    return isColumnHidden(index.column());
}

QRect LongTable::visualRect(const QModelIndex &index) const
{
    if (!index.isValid() || isIndexHidden(index) || index.row() >= rowCount())
        return {};
    return {columnViewportPosition(index.column()), topOf(index.row()), columnWidth(index.column()),
            m_rowHeight};
}

QModelIndex LongTable::indexAt(const QPoint &position) const
{
    const int row = rowAtY(position.y());
    const int column = columnAt(position.x());
    return row >= 0 && row < rowCount() && column >= 0 ? model()->index(row, column, rootIndex())
                                                       : QModelIndex();
}

void LongTable::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    const QRect cell = visualRect(index);
    if (!cell.isValid())
        return;
    const int room = viewport()->height();
    const int below = cell.bottom() + 1 - room;
    int by = 0;
    if (hint == PositionAtTop)
        by = cell.top();
    else if (hint == PositionAtBottom)
        by = below;
    else if (hint == PositionAtCenter)
        by = cell.top() - (room - m_rowHeight) / 2;
    else if (cell.top() < 0 || cell.height() > room)
        by = cell.top();
    else if (below > 0)
        by = below;
    verticalScrollBar()->setValue(verticalScrollBar()->value() + by);

    const int across = cell.right() + 1 - viewport()->width();
    if (cell.left() < 0 || cell.width() > viewport()->width())
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + cell.left());
    else if (across > 0)
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + across);
}

void LongTable::selectAll()
{
    if (rowCount() == 0 || !selectionModel())
        return;
    const QItemSelection all(model()->index(0, 0, rootIndex()),
                             model()->index(model()->rowCount(rootIndex()) - 1,
                                            model()->columnCount(rootIndex()) - 1, rootIndex()));
    selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
}

void LongTable::reset()
{
    QTableView::reset();
    updateGeometries();
}

void LongTable::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), Theme::of(palette()).pane);
    if (rowCount() == 0)
        return;
    QStyleOptionViewItem usual;
    initViewItemOption(&usual);
    const auto *header = horizontalHeader();
    const auto dirty = event->rect();
    const int last = std::min(rowAtY(dirty.bottom()), rowCount() - 1);
    for (int row = std::max(0, rowAtY(dirty.top())); row <= last; ++row) {
        const bool isSelected =
            selectionModel() && selectionModel()->isRowSelected(row, rootIndex());
        for (int place = 0; place < header->count(); ++place) {
            const auto index = model()->index(row, header->logicalIndex(place), rootIndex());
            QStyleOptionViewItem option = usual;
            option.rect = visualRect(index);
            if (!option.rect.intersects(dirty))
                continue;
            option.index = index;
            option.state.setFlag(QStyle::State_Selected, isSelected);
            option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index == currentIndex());
            itemDelegateForIndex(index)->paint(&painter, option, index);
        }
    }
}

void LongTable::updateGeometries()
{
    if (m_isArranging)
        return;
    const QScopedValueRollback guard(m_isArranging, true);
    auto *header = horizontalHeader();
    const int top = header->isHidden() ? 0 : header->sizeHint().height();
    setViewportMargins(0, top, 0, 0);
    const QRect room = viewport()->geometry();
    header->setGeometry(room.left(), room.top() - top, room.width(), top);

    horizontalScrollBar()->setPageStep(room.width());
    horizontalScrollBar()->setSingleStep(std::max(room.width() / 10, 1));
    horizontalScrollBar()->setRange(0, std::max(0, header->length() - room.width()));
    verticalScrollBar()->setPageStep(room.height());
    verticalScrollBar()->setSingleStep(m_rowHeight);
    verticalScrollBar()->setRange(0, std::max(0, rowCount() * m_rowHeight - room.height()));
    QAbstractItemView::updateGeometries();
}

void LongTable::rowsInserted(const QModelIndex &parent, int first, int last)
{
    QTableView::rowsInserted(parent, first, last);
    updateGeometries();
    if (first <= rowAtY(viewport()->height()))
        viewport()->update(QRect(0, topOf(first), viewport()->width(), viewport()->height()));
}

QModelIndex LongTable::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    const int rows = rowCount();
    if (rows == 0)
        return {};
    const auto *header = horizontalHeader();
    const bool control = modifiers.testFlag(Qt::ControlModifier);
    const int page = std::max(1, viewport()->height() / m_rowHeight - 1);
    int row = currentIndex().isValid() ? currentIndex().row() : 0;
    int place = currentIndex().isValid() ? header->visualIndex(currentIndex().column()) : 0;
    switch (action) {
    case MoveUp:
        row = control ? 0 : row - 1;
        break;
    case MoveDown:
        row = control ? rows - 1 : currentIndex().isValid() ? row + 1 : 0;
        break;
    case MovePageUp:
        row -= page;
        break;
    case MovePageDown:
        row += page;
        break;
    // Whole rows are chosen: the ends that matter are those of the table.
    case MoveHome:
        row = 0;
        break;
    case MoveEnd:
        row = rows - 1;
        break;
    case MoveLeft:
    case MovePrevious:
        --place;
        break;
    case MoveRight:
    case MoveNext:
        ++place;
        break;
    }
    return model()->index(std::clamp(row, 0, rows - 1),
                          header->logicalIndex(std::clamp(place, 0, header->count() - 1)),
                          rootIndex());
}

void LongTable::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags)
{
    const int first = std::max(0, rowAtY(rect.top()));
    const int last = std::min(rowAtY(rect.bottom()), rowCount() - 1);
    QItemSelection rows;
    if (selectionModel() && first <= last)
        rows.select(model()->index(first, 0, rootIndex()),
                    model()->index(last, model()->columnCount(rootIndex()) - 1, rootIndex()));
    if (selectionModel())
        selectionModel()->select(rows, flags);
}

QRegion LongTable::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    const int first = std::max(0, rowAtY(0));
    const int last = rowAtY(viewport()->height());
    for (const auto &range : selection) {
        const int top = std::max(range.top(), first);
        const int bottom = std::min(range.bottom(), last);
        if (top <= bottom)
            region += QRect(0, topOf(top), viewport()->width(), (bottom - top + 1) * m_rowHeight);
    }
    return region;
}

} // namespace watchline
