// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/positionslider.h"

#include "ui/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionSlider>

namespace watchline {

PositionSlider::PositionSlider(QWidget *parent)
    : QSlider(Qt::Horizontal, parent)
{}

void PositionSlider::setLoop(std::optional<std::pair<int, int>> loop, bool isOn)
{
    if (loop == m_loop && isOn == m_isOn)
        return;
    m_loop = loop;
    m_isOn = isOn;
    update();
}

QRect PositionSlider::groove() const
{
    QStyleOptionSlider option;
    initStyleOption(&option);
    return style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, this);
}

int PositionSlider::handleLength() const
{
    QStyleOptionSlider option;
    initStyleOption(&option);
    return style()
        ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this)
        .width();
}

void PositionSlider::paintEvent(QPaintEvent *event)
{
    QSlider::paintEvent(event);
    if (!m_loop)
        return;
    const int handle = handleLength();
    const int room = groove().width() - handle;
    const auto x = [&](int value) {
        return groove().left() + handle / 2 +
               QStyle::sliderPositionFromValue(minimum(), maximum(), value, room);
    };
    const int left = x(m_loop->first);
    const int right = std::max(x(m_loop->second), left + 2);
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setPen(QPen(m_isOn ? theme.accent : theme.dimText, 2));
    // Brackets, as the keys that set them.
    constexpr int kFoot = 4;
    const int top = 2;
    const int bottom = height() - 3;
    for (const auto &[at, foot] : {std::pair(left, kFoot), std::pair(right, -kFoot)}) {
        painter.drawLine(at, top, at, bottom);
        painter.drawLine(at, top, at + foot, top);
        painter.drawLine(at, bottom, at + foot, bottom);
    }
}

void PositionSlider::mousePressEvent(QMouseEvent *event)
{
    QStyleOptionSlider option;
    initStyleOption(&option);
    const auto handle =
        style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this);
    if (event->button() == Qt::LeftButton && !handle.contains(event->position().toPoint())) {
        const int at = event->position().toPoint().x() - groove().left() - handle.width() / 2;
        setValue(QStyle::sliderValueFromPosition(minimum(), maximum(), at,
                                                 groove().width() - handle.width()));
    }
    QSlider::mousePressEvent(event);
}

} // namespace watchline
