// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/finding.h"
#include "ui/formparts.h"

class QLabel;

namespace watchline {

/// A finding's name for people.
QString findingTitle(FindingCode code);
/// Its severity, in colour and shape.
Tone toneOf(const Finding &finding);

/// One finding: what was seen, how bad it is, and what to look at next. Chosen by click, Enter or
/// Space when there are events that show it.
class FindingCard : public ToneFrame
{
    Q_OBJECT

public:
    explicit FindingCard(QWidget *parent = nullptr);

    void setFinding(const Finding &finding);
    const Finding &finding() const { return m_finding; }
    /// Where there is little room, what was seen is enough.
    void setAdviceShown(bool shown);

signals:
    void chosen();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void choose();

    Finding m_finding;
    QLabel *m_title;
    QLabel *m_facts;
    QLabel *m_text;
    QLabel *m_advice;
};

} // namespace watchline
