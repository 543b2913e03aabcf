// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/icons.h"

#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace watchline {

namespace {

/// In a square of 16 by 16.
QPainterPath shapeOf(Icon which)
{
    const auto triangle = [](qreal left, qreal right) {
        QPainterPath path;
        path.moveTo(left, 3);
        path.lineTo(right, 8);
        path.lineTo(left, 13);
        path.closeSubpath();
        return path;
    };
    const auto diamond = [](qreal x) {
        QPainterPath path;
        path.moveTo(x, 4);
        path.lineTo(x + 4, 8);
        path.lineTo(x, 12);
        path.lineTo(x - 4, 8);
        path.closeSubpath();
        return path;
    };
    QPainterPath path;
    switch (which) {
    case Icon::Play:
        return triangle(4, 13);
    case Icon::Pause:
        path.addRect(4, 3, 3, 10);
        path.addRect(9, 3, 3, 10);
        return path;
    case Icon::Next:
        path = triangle(4, 10);
        path.addRect(10.5, 3, 1.8, 10);
        return path;
    case Icon::Previous:
        path = triangle(12, 6);
        path.addRect(3.7, 3, 1.8, 10);
        return path;
    case Icon::NextDecision:
        path = triangle(1, 7);
        path.addPath(diamond(11));
        return path;
    case Icon::PreviousDecision:
        path = triangle(15, 9);
        path.addPath(diamond(5));
        return path;
    case Icon::Before:
        return triangle(11, 5);
    case Icon::After:
        return triangle(5, 11);
    case Icon::NextAttempt:
        path = triangle(1, 7);
        path.addEllipse(QRectF(8, 4.5, 7, 7));
        return path;
    case Icon::PreviousAttempt:
        path = triangle(15, 9);
        path.addEllipse(QRectF(1, 4.5, 7, 7));
        return path;
    case Icon::Loop:
        // A ring with an arrow's head.
        path.arcMoveTo(QRectF(2.5, 2.5, 11, 11), 50);
        path.arcTo(QRectF(2.5, 2.5, 11, 11), 50, 280);
        path.arcTo(QRectF(4.3, 4.3, 7.4, 7.4), 330, -280);
        path.closeSubpath();
        path.moveTo(8.5, 5.6);
        path.lineTo(14.6, 6.6);
        path.lineTo(13.4, 0.8);
        path.closeSubpath();
        return path;
    case Icon::SkipIdle:
        // From one mark over nothing to the next.
        path.addRect(1.5, 3, 1.8, 10);
        path.addRect(12.7, 3, 1.8, 10);
        path.addRect(4.6, 7.3, 3.6, 1.4);
        path.moveTo(7.8, 4.8);
        path.lineTo(11.8, 8);
        path.lineTo(7.8, 11.2);
        path.closeSubpath();
        return path;
    case Icon::Live:
        path.addEllipse(QRectF(4, 4, 8, 8));
        return path;
    }
    return path;
}

class ShapeEngine : public QIconEngine
{
public:
    ShapeEngine(Icon which, const QColor &color)
        : m_which(which)
        , m_color(color)
    {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        auto color = m_color;
        if (mode == QIcon::Disabled)
            color.setAlphaF(0.35F);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / 16.0, rect.height() / 16.0);
        painter->fillPath(shapeOf(m_which), color);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap image(size);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paint(&painter, QRect({}, size), mode, state);
        return image;
    }

    QIconEngine *clone() const override { return new ShapeEngine(m_which, m_color); }

private:
    Icon m_which;
    QColor m_color;
};

} // namespace

QIcon icon(Icon which, const QColor &color)
{
    return QIcon(new ShapeEngine(which, color));
}

} // namespace watchline
