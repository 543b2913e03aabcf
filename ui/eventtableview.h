// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/eventtablemodel.h"
#include "ui/longtable.h"

namespace watchline {

/// The table of events: one row an event, equal heights, one row current. Stays at its end while
/// rows come in, unless the user went elsewhere.
class EventTableView : public LongTable
{
    Q_OBJECT

public:
    explicit EventTableView(QWidget *parent = nullptr);

    EventTableModel *events() const { return m_events; }

    /// What may be wrong with the filter, to be said when nothing matches it.
    void setFilterHint(const QString &hint) { m_filterHint = hint; }

    /// Makes a row of the store current and visible; what the filter hides is left alone.
    void selectStoreRow(qsizetype storeRow);
    /// All of them, those that the filter hides left out; the first one is current and visible.
    void selectStoreRows(const std::vector<qsizetype> &storeRows);
    void clearSelected();
    /// -1 for none.
    qsizetype selectedStoreRow() const;
    qsizetype selectedCount() const;
    /// All that are selected, ascending.
    std::vector<qsizetype> selectedStoreRows() const;
    /// Rows that come in are scrolled to.
    void setFollowing(bool on);
    bool isFollowing() const { return m_following; }
    /// Column widths that fit the fonts, and as long as no one has changed them, the view's width:
    /// the detail keeps some room.
    void resetColumnWidths();

signals:
    /// The user chose a row.
    void storeRowSelected(qsizetype storeRow);
    void storeRowActivated(qsizetype storeRow);
    /// The user scrolled away from the end.
    void followingEnded();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void updateGeometries() override;
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void userScrolled();
    void fitColumns();
    void updateSources();
    /// Numbers are as wide as the session is long.
    void fitNumbers();
    /// Where a session has several days their dates stand before the times.
    void fitTimes();
    void showRow(int row);
    void updateRowHeight();

    EventTableModel *m_events;
    QString m_filterHint;
    std::array<int, EventTableModel::ColumnCount> m_natural{}; ///< Widths that show all.
    qsizetype m_numberLength = 0; ///< Characters of the longest number.
    bool m_columnsAreTheUsers = false;
    bool m_fitting = false;
    bool m_following = false;
    bool m_selecting = false; ///< The program selects; nothing is to be told.
};

} // namespace watchline
