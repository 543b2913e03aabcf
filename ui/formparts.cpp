// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/formparts.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

QLabel *problemLabel(const QString &objectName)
{
    auto *label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("problem", true);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->hide();
    return label;
}

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    auto font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QWidget *stacked(std::initializer_list<QWidget *> widgets)
{
    auto *stack = new QWidget;
    auto *layout = new QVBoxLayout(stack);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (auto *widget : widgets)
        layout->addWidget(widget);
    return stack;
}

ToneFrame::ToneFrame(Tone tone, QWidget *parent)
    : QFrame(parent)
    , m_tone(tone)
{}

void ToneFrame::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void ToneFrame::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto fill = theme.color(m_tone);
    fill.setAlphaF(theme.dark ? 0.22F : 0.13F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect()), 8, 8);
    paintGlyph(painter, QRectF(16, 14, 14, 14), m_tone, theme);
}

} // namespace watchline
