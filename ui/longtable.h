// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QTableView>

namespace watchline {

/// A table view for millions of rows of one height. Qt's own keeps a section of the vertical header
/// for each of them, and walks through all of those whenever rows come; here the place of a row is
/// a product. No spans, no hidden rows, no vertical header; whole rows are selected.
class LongTable : public QTableView
{
    Q_OBJECT

public:
    explicit LongTable(QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    /// In pixels; at least 1.
    void setRowHeight(int height);
    int rowHeight() const { return m_rowHeight; }

    QRect visualRect(const QModelIndex &index) const override;
    QModelIndex indexAt(const QPoint &position) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    void selectAll() override;
    void reset() override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void updateGeometries() override;
    void rowsInserted(const QModelIndex &parent, int first, int last) override;
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex &index) const override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;

private:
    int rowCount() const;
    /// Of a place in the viewport; may lie before the first or after the last.
    int rowAtY(int y) const;
    int topOf(int row) const { return row * m_rowHeight - verticalOffset(); }

    int m_rowHeight = 24;
    bool m_isArranging = false;
};

} // namespace watchline
