// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace watchline {

/// A line to look for text with, below the table; Enter goes on, Shift+Enter back, Esc closes it.
class FindBar : public QWidget
{
    Q_OBJECT

public:
    explicit FindBar(QWidget *parent = nullptr);

    /// Shows it, ready to type.
    void begin();
    QString text() const;
    void setFound(bool found, bool isFiltered);
    /// As FindCounter tells it.
    void setCount(qsizetype place, qsizetype total, bool areMore);

signals:
    void findRequested(const QString &text, bool backwards);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QLineEdit *m_text;
    QLabel *m_answer;
    QLabel *m_count;
};

} // namespace watchline
