// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace watchline {

Theme Theme::light()
{
    Theme theme;
    theme.dark = false;
    theme.window = QColor(0xF6, 0xF7, 0xF9);
    theme.pane = QColor(0xFF, 0xFF, 0xFF);
    theme.line = QColor(0xDF, 0xE3, 0xE8);
    theme.text = QColor(0x1D, 0x21, 0x26);
    theme.dimText = QColor(0x5C, 0x65, 0x70);
    theme.faintText = QColor(0xA3, 0xAB, 0xB5);
    theme.accent = QColor(0x25, 0x63, 0xC9);
    theme.hover = QColor(0xEE, 0xF2, 0xF7);
    theme.chip = QColor(0xEE, 0xF1, 0xF5);
    theme.overview = QColor(0xEC, 0xEF, 0xF3);
    return theme;
}

Theme Theme::darkTheme()
{
    Theme theme;
    theme.dark = true;
    theme.window = QColor(0x1B, 0x1D, 0x21);
    theme.pane = QColor(0x21, 0x24, 0x29);
    theme.line = QColor(0x34, 0x39, 0x41);
    theme.text = QColor(0xE6, 0xE8, 0xEB);
    theme.dimText = QColor(0x9A, 0xA3, 0xAD);
    theme.faintText = QColor(0x5B, 0x63, 0x6D);
    theme.accent = QColor(0x2F, 0x6F, 0xD6);
    theme.hover = QColor(0x2A, 0x2E, 0x35);
    theme.chip = QColor(0x2B, 0x30, 0x38);
    theme.overview = QColor(0x18, 0x1A, 0x1D);
    return theme;
}

Theme Theme::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? darkTheme() : light();
}

QPalette Theme::palette() const
{
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, pane);
    palette.setColor(QPalette::AlternateBase, hover);
    palette.setColor(QPalette::ToolTipBase, dark ? chip : pane);
    palette.setColor(QPalette::ToolTipText, text);
    // Fainter than a value, but meant to be read.
    palette.setColor(QPalette::PlaceholderText,
                     dark ? QColor(0x84, 0x8D, 0x97) : QColor(0x70, 0x79, 0x83));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, chip);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, color(Tone::Error));
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, dark ? accent.lighter(140) : accent);
    palette.setColor(QPalette::LinkVisited, dimText);
    palette.setColor(QPalette::Light, dark ? line : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, hover);
    palette.setColor(QPalette::Mid, line);
    palette.setColor(QPalette::Dark, faintText);
    palette.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : dimText);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faintText);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, line);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, dimText);
    return palette;
}

QColor Theme::color(Tone tone) const
{
    switch (tone) {
    case Tone::Ok:
    case Tone::Ended:
        return {0x2E, 0x9E, 0x7D};
    case Tone::Waiting:
        return {0xE0, 0xA3, 0x2E};
    case Tone::Error:
        return {0xD4, 0x58, 0x2B};
    case Tone::Conflict:
        return {0xB5, 0x65, 0xA7};
    case Tone::Timeout:
        return {0x4A, 0xA3, 0xD9};
    case Tone::Stopped:
        return dark ? QColor(0xC4, 0x47, 0x5A) : QColor(0x8A, 0x1F, 0x2B);
    case Tone::Wake:
        return dark ? QColor(0x5B, 0x82, 0xEA) : QColor(0x3B, 0x62, 0xD0);
    case Tone::Quiet:
        return {0x8C, 0x96, 0xA1};
    }
    return text;
}

Tone toneOf(Severity severity)
{
    switch (severity) {
    case Severity::Quiet:
        return Tone::Quiet;
    case Severity::Ok:
        return Tone::Ok;
    case Severity::Waiting:
        return Tone::Waiting;
    case Severity::Ended:
        return Tone::Ended;
    case Severity::Wake:
        return Tone::Wake;
    case Severity::Timeout:
        return Tone::Timeout;
    case Severity::Error:
        return Tone::Error;
    case Severity::Conflict:
        return Tone::Conflict;
    case Severity::Stopped:
        return Tone::Stopped;
    }
    return Tone::Quiet;
}

void paintGlyph(QPainter &painter, const QRectF &rect, Tone tone, const Theme &theme)
{
    const QColor color = theme.color(tone);
    const double unit = std::min(rect.width(), rect.height()) / 12.0;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center());
    painter.scale(unit, unit);
    const auto stroke = [&](double width) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    };
    const auto fill = [&] {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
    };
    switch (tone) {
    case Tone::Ok:
        fill();
        painter.drawEllipse(QPointF(), 4.2, 4.2);
        break;
    case Tone::Waiting:
        fill();
        painter.drawPolygon(QPolygonF({{0, -5}, {5.4, 4.4}, {-5.4, 4.4}}));
        break;
    case Tone::Error:
        stroke(2.4);
        painter.drawLine(QPointF(-4, -4), QPointF(4, 4));
        painter.drawLine(QPointF(-4, 4), QPointF(4, -4));
        break;
    case Tone::Conflict:
        fill();
        painter.drawPolygon(QPolygonF({{0, -5.8}, {5.8, 0}, {0, 5.8}, {-5.8, 0}}));
        break;
    case Tone::Timeout:
        stroke(1.8);
        painter.drawEllipse(QPointF(), 4.8, 4.8);
        stroke(1.5);
        painter.drawPolyline(QPolygonF({{0, -2.9}, {0, 0.2}, {2.2, 1.5}}));
        break;
    case Tone::Stopped:
        fill();
        painter.drawRoundedRect(QRectF(-5, -2, 10, 4), 1, 1);
        break;
    case Tone::Wake:
        stroke(1.6);
        painter.drawLine(QPointF(-3.6, -5.2), QPointF(-3.6, 5.4));
        fill();
        painter.drawPolygon(QPolygonF({{-3.6, -5.4}, {5, -2.2}, {-3.6, 1.2}}));
        break;
    case Tone::Quiet:
        fill();
        painter.drawEllipse(QPointF(), 2.4, 2.4);
        break;
    case Tone::Ended:
        fill();
        painter.drawRoundedRect(QRectF(-4.2, -4.2, 8.4, 8.4), 1, 1);
        break;
    }
    painter.restore();
}

} // namespace watchline
