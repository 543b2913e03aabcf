// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/playhead.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace watchline {

/// The controls of a replay: play and pause, steps, speed, and where it is.
class TransportBar : public QWidget
{
    Q_OBJECT

public:
    explicit TransportBar(Playhead *playhead, QWidget *parent = nullptr);

    /// After the range has changed.
    void refresh();

signals:
    /// By one row, or by one decision; +1 or -1.
    void stepRequested(int direction, bool decision);

protected:
    void changeEvent(QEvent *event) override;

private:
    void showPosition();
    void updateIcons();
    void addButtons();

    Playhead *m_playhead;
    QToolButton *m_previousDecision;
    QToolButton *m_previous;
    QToolButton *m_play;
    QToolButton *m_next;
    QToolButton *m_nextDecision;
    QSlider *m_slider;
    QLabel *m_time;
    QComboBox *m_speed;
};

} // namespace watchline
