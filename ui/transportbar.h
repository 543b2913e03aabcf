// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/playhead.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QPushButton;
class QToolButton;

namespace watchline {

enum class Icon;
class PositionSlider;

/// What one step of a replay goes to.
enum class StepTo { Event, Decision, Attempt };

/// The controls of a replay: play and pause, steps, loop, speed, and where it is.
class TransportBar : public QWidget
{
    Q_OBJECT

public:
    explicit TransportBar(Playhead *playhead, QWidget *parent = nullptr);

    /// After the range has changed.
    void refresh();
    /// A button that does what the action does, and shows whether it is on.
    void addToggle(QAction *action, Icon icon);
    QString positionText() const;

signals:
    /// By one of them; +1 or -1.
    void stepRequested(int direction, watchline::StepTo what);
    void jumpRequested();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct IconButton
    {
        QToolButton *button;
        Icon icon;
    };

    QToolButton *addButton(const QString &name, const QString &tip, Icon icon);
    void addStep(const QString &name, const QString &tip, Icon icon, int direction, StepTo what);
    int sliderValue(Nanoseconds t) const;
    void showPosition();
    void showLoop();
    void updateIcons();

    Playhead *m_playhead;
    std::vector<IconButton> m_buttons;
    QToolButton *m_play = nullptr;
    PositionSlider *m_slider;
    QPushButton *m_time;
    QComboBox *m_speed;
};

} // namespace watchline
