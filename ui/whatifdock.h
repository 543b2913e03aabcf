// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/whatifcalculator.h"

#include <QDockWidget>

class QLabel;
class QPushButton;
class QScrollArea;

namespace watchline {

class ToneFrame;
class WhatIfForm;
class WhatIfTable;

/// What a gateway with other waits and time-outs would have done in the session that is shown:
/// settings, what it comes to beside the recording, the attempt that was chosen, and what is
/// assumed. Nothing is calculated while it is closed.
class WhatIfDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit WhatIfDock(QWidget *parent = nullptr);

    /// Not owned; it must outlive its being shown. nullptr: nothing.
    void setStore(const SessionStore *store, bool isLive);
    /// It goes on, or no longer.
    void setLive(bool isLive);
    /// Comes to the front, with the first setting in focus.
    void reveal();
    /// There may be more rows.
    void refresh();
    /// Explains an attempt of a lane; -1: none.
    void showAttempt(int source, qsizetype attempt);

    const WhatIfCalculator &calculator() const { return m_calculator; }
    WhatIfForm *form() const { return m_form; }
    WhatIfTable *table() const { return m_table; }
    QPushButton *differenceLink() const { return m_difference; }
    /// What is to be seen on the timeline: nothing while it is closed.
    std::shared_ptr<const WhatIfLanes> lanes() const;

signals:
    /// lanes() are others.
    void lanesChanged();
    /// An attempt of a lane was chosen here.
    void attemptChosen(int source, qsizetype attempt);
    /// A recorded event.
    void rowRequested(qsizetype row);

protected:
    bool event(QEvent *event) override;

private:
    void updateActivity();
    void showResult();
    void keepAttempt();
    void showState();
    void showDifference();
    void showDifferingAttempt();
    void stepAttempt(int by);
    int sourceOfInterest() const;

    WhatIfCalculator m_calculator;
    const SessionStore *m_store = nullptr;
    bool m_isLive = false;
    bool m_isActive = false;
    int m_source = -1; ///< Of the attempt that is explained.
    qsizetype m_attempt = -1;
    Nanoseconds m_attemptAt{};
    QScrollArea *m_scroll;
    WhatIfForm *m_form;
    QLabel *m_state;
    QPushButton *m_stateButton;
    WhatIfTable *m_table;
    QPushButton *m_difference;
    QLabel *m_same;
    QLabel *m_remarks;
    ToneFrame *m_card;
    QLabel *m_cardTitle;
    QLabel *m_cardText;
    QPushButton *m_previous;
    QPushButton *m_next;
    QPushButton *m_recorded;
    QLabel *m_assumptions;
};

} // namespace watchline
