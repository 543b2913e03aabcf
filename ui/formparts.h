// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/theme.h"

#include <QFrame>

#include <initializer_list>

class QCheckBox;
class QLabel;
class QLineEdit;

/// Small parts of dialogs and panels.
namespace watchline {

/// Plain text, hidden until there is a problem to tell.
QLabel *problemLabel(const QString &objectName);
/// Shows the problem, or nothing.
void setProblem(QLabel *label, const QString &problem);
/// The problem goes as soon as the text changes.
void clearWhenEdited(QLineEdit *edit, QLabel *problem);
/// The field with a button beside it that chooses a file.
QWidget *withBrowse(QLineEdit *edit, const QString &title);
/// The text with places to break very long words at, without which a label is as wide as they are.
QString breakLongWords(const QString &text);
/// A line of text in a heavier face.
QLabel *heading(const QString &text);
/// Widgets below each other, without margins.
QWidget *stacked(std::initializer_list<QWidget *> widgets);
/// What connecting takes, and the tick that agrees to it; ticking clears the problem.
QWidget *consentCard(const QString &title, const QString &text, QCheckBox *agreed, QLabel *problem);

/// A card in the colour of a tone, with its shape at the top left (24 pixels are left free for it).
class ToneFrame : public QFrame
{
    Q_OBJECT

public:
    explicit ToneFrame(Tone tone, QWidget *parent = nullptr);

    void setTone(Tone tone);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone;
};

} // namespace watchline
