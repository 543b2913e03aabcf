// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/theme.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace watchline {

/// A message that stays in the window until it is dealt with: what, where, what to do, and at most
/// one button that does it. The latest message replaces the one before.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Note, Warning, Failure };

    explicit MessageBar(QWidget *parent = nullptr);

    /// `text` is shown as a sentence, never as markup. With an empty `action` there is no button
    /// for it.
    void tell(Kind kind, const QString &text, const QString &action = {});
    void dismiss();
    /// There is a message: whoever holds the bar shows it meanwhile.
    bool isActive() const { return m_active; }
    QString text() const;
    Kind kind() const { return m_kind; }

signals:
    void actionTriggered();
    void shown();
    void dismissed();
    /// By the user's hand, besides dismissed(): what it said is known.
    void waved();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Kind m_kind = Kind::Note;
    bool m_active = false;
    QLabel *m_text;
    QPushButton *m_action;
    QPushButton *m_dismiss;
};

} // namespace watchline
