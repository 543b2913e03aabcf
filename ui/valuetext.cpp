// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/valuetext.h"

#include <QFontDatabase>
#include <QWheelEvent>

#include <cmath>

namespace watchline {

ValueText::ValueText(QWidget *parent)
    : QTextEdit(parent)
{
    setReadOnly(true);
    setAcceptRichText(false);
    setUndoRedoEnabled(false);
    setFrameShape(NoFrame);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::ClickFocus);
    setViewportMargins(0, kGapAbove, 0, 0);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ValueText::setValue(const QString &text)
{
    if (text == toPlainText())
        return;
    setPlainText(text);
    updateHeight();
}

QSize ValueText::sizeHint() const
{
    return {120, height()};
}

QSize ValueText::minimumSizeHint() const
{
    return {60, height()};
}

void ValueText::resizeEvent(QResizeEvent *event)
{
    QTextEdit::resizeEvent(event);
    updateHeight();
}

void ValueText::wheelEvent(QWheelEvent *event)
{
    // The panel scrolls, not the value.
    event->ignore();
}

void ValueText::updateHeight()
{
    setFixedHeight(static_cast<int>(std::ceil(document()->size().height())) + kGapAbove);
}

} // namespace watchline
