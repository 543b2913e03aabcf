// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/filterrun.h"
#include "ui/theme.h"

#include <QAbstractTableModel>
#include <QCache>

#include <array>
#include <memory>
#include <vector>

namespace watchline {

/// The rows of a session that a filter lets through. A row becomes text only when somebody looks at
/// it; a few hundred are kept. New rows come in with refresh(), in one batch.
class EventTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Number,
        Time,
        Delta,
        Source,
        Attempt,
        Kind,
        Outcome,
        RuleName,
        Delay,
        Lease,
        Detail,
        ColumnCount,
    };
    enum Role {
        ToneRole = Qt::UserRole, ///< int of a Tone; none where the event has no glyph.
    };

    explicit EventTableModel(QObject *parent = nullptr);
    ~EventTableModel() override;

    /// Shows another store, or none. It is not owned and must outlive its being shown.
    void setStore(const SessionStore *store);
    const SessionStore *store() const { return m_store; }
    /// Takes in what has come since the last call.
    void refresh();

    /// Shows no row that comes from now on, until it is thawed; another filter changes nothing in
    /// that.
    void setFrozen(bool frozen);

    void setFilter(const EventFilter &filter);
    const EventFilter &filter() const { return m_filter; }
    /// The session's events are not all of one day (UTC): times have their dates.
    bool showsDates() const { return m_showsDates; }
    bool isFiltered() const { return !m_filter.isEmpty(); }
    /// Rows of the store are still being looked through, by other threads.
    bool isFiltering() const { return m_run != nullptr; }

    /// The store's row shown at a row of the table, and back (-1 when the filter hides it).
    qsizetype storeRow(int tableRow) const;
    int tableRow(qsizetype storeRow) const;
    /// The last row shown that is not after the store's row; -1 when there is none.
    int tableRowAtOrBefore(qsizetype storeRow) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// Filtering has got to the end of the store.
    void filtered();

private:
    struct Cells
    {
        std::array<QString, ColumnCount> text;
        std::optional<Tone> tone;
    };

    const Cells &cells(qsizetype storeRow) const;
    Cells makeCells(qsizetype storeRow) const;
    qsizetype storeSize() const;
    void show(qsizetype count, const std::vector<quint32> &found);
    void takeFound();
    void updateDates();
    QString deltaText(qsizetype storeRow) const;

    const SessionStore *m_store = nullptr;
    EventFilter m_filter;
    std::optional<EventMatcher> m_matcher; ///< For what comes by and by.
    std::vector<quint32> m_rows;         ///< Of the store, ascending; used while there is a filter.
    std::optional<qsizetype> m_frozenAt; ///< The store's size then.
    qsizetype m_seen = 0;                ///< Rows of the store that were taken in.
    int m_shown = 0;
    bool m_showsDates = false;
    std::unique_ptr<FilterRun> m_run;
    mutable QCache<qsizetype, Cells> m_cache{512};
};

} // namespace watchline
