// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/statusview.h"

#include <QWidget>

namespace watchline {

/// The state, in colour and with its shape, with a bar for what is left of the wait.
class StatusChip : public QWidget
{
    Q_OBJECT

public:
    explicit StatusChip(QWidget *parent = nullptr);

    void setState(Tone tone, const QString &state, const QString &sentence, double left);
    /// Then the sentence counts watches, and is longer.
    void setForFleet(bool isFleet);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_isForFleet = false;
    Tone m_tone = Tone::Quiet;
    QString m_state;
    QString m_sentence;
    double m_left = -1;
};

/// A caption, a figure and a note below it.
class StatusField : public QWidget
{
    Q_OBJECT

public:
    /// `widest`: the texts that it has to have room for, figure and note.
    StatusField(const QString &caption, const QString &widestValue, const QString &widestNote,
                bool fixedFont, QWidget *parent = nullptr);

    void setCaption(const QString &caption);
    void setFigure(const StatusFigure &figure);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont valueFont() const;
    QFont smallFont() const;

    QString m_caption;
    QString m_widestValue;
    QString m_widestNote;
    bool m_fixedFont;
    StatusFigure m_figure;
};

} // namespace watchline
