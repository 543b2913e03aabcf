// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/valuetext.h"

#include <QFontDatabase>
#include <QMimeData>
#include <QWheelEvent>

#include <cmath>

namespace watchline {

namespace {

/// No text that is shown has it of its own: singleLine() escapes it.
constexpr QChar kBreakHere = u'\u200B';

/// Names of rules and fields break between their words.
QString breakable(const QString &text)
{
    QString result;
    for (const auto c : text) {
        if (c == u'{')
            result += kBreakHere;
        result += c;
        if (c == u'.' || c == u'_')
            result += kBreakHere;
    }
    return result;
}

} // namespace

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
    if (text == m_value)
        return;
    m_value = text;
    setPlainText(breakable(text));
    updateHeight();
}

QMimeData *ValueText::createMimeDataFromSelection() const
{
    auto *copied = new QMimeData;
    copied->setText(textCursor().selectedText().remove(kBreakHere));
    return copied;
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
