// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"
#include "ui/diagnosiswatcher.h"

#include <QDockWidget>

#include <set>

class QLabel;
class QScrollArea;

namespace watchline {

class FindingCard;

/// What is wrong in the session that is shown, worst first; it follows a session that grows. The
/// number of errors and warnings stands in its title.
class FindingsDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit FindingsDock(QWidget *parent = nullptr);

    /// Not owned; it must outlive its being shown. nullptr: nothing. Of a live session findings
    /// that come later are announced.
    void setStore(const SessionStore *store, bool isLive);
    /// The watch has ended, or goes on.
    void setLive(bool isLive);
    /// Comes to the front, with the first finding in focus.
    void reveal();
    /// There may be more rows.
    void refresh() { m_watcher.refresh(); }

    const DiagnosisWatcher &watcher() const { return m_watcher; }
    /// In the order that they are shown in.
    std::vector<FindingCard *> cards() const;

signals:
    /// Rows of the store that show a finding, the one to be looked at first, and the time that it
    /// is about.
    void chosen(const std::vector<qsizetype> &rows, watchline::TimeRange range);
    /// A finding that was not there before, in a few words.
    void announced(const QString &text);

private:
    void showFindings();
    void showEmpty();
    void announce();
    void choose(FindingCode code);

    DiagnosisWatcher m_watcher;
    bool m_isLive = false;
    std::set<FindingCode> m_known; ///< Announced, or there from the start.
    FindingCode m_chosen = FindingCode::Healthy;
    std::size_t m_place = 0; ///< Of the chosen finding's events, which one comes next.
    QScrollArea *m_scroll;
    QLabel *m_empty;
    QLabel *m_leftOut;
    std::vector<FindingCard *> m_cards; ///< Those beyond the findings are hidden.
};

} // namespace watchline
