// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/verifymark.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionFocusRect>

namespace watchline {

namespace {

constexpr int kMargin = 6;
constexpr int kGlyph = 12;
constexpr int kGap = 6;

} // namespace

VerifyMark::VerifyMark(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void VerifyMark::setMark(Tone tone, const QString &text)
{
    if (tone == m_tone && text == this->text())
        return;
    m_tone = tone;
    setText(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize VerifyMark::sizeHint() const
{
    return {2 * kMargin + kGlyph + kGap + fontMetrics().horizontalAdvance(text()) + 1,
            fontMetrics().height() + 8};
}

QSize VerifyMark::minimumSizeHint() const
{
    return {2 * kMargin + kGlyph, sizeHint().height()};
}

void VerifyMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    if (underMouse() || isDown()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(rect(), 4, 4);
    }
    const QRectF glyph(kMargin, (height() - kGlyph) / 2.0, kGlyph, kGlyph);
    paintGlyph(painter, glyph, m_tone, theme);
    const auto words = rect().adjusted(kMargin + kGlyph + kGap, 0, -kMargin, 0);
    painter.setPen(theme.text);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

} // namespace watchline
