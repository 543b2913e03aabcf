// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/statusparts.h"

#include <QFontDatabase>
#include <QPainter>
#include <QTextDocument>

#include <algorithm>

namespace watchline {

namespace {

constexpr int kMargin = 10;

QFont smaller(QFont font, double factor)
{
    font.setPointSizeF(std::max(6.0, font.pointSizeF() * factor));
    return font;
}

QFont heavier(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

StatusChip::StatusChip(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("State"));
}

void StatusChip::setState(Tone tone, const QString &state, const QString &sentence, double left)
{
    if (tone == m_tone && state == m_state && sentence == m_sentence && left == m_left)
        return;
    m_tone = tone;
    m_state = state;
    m_sentence = sentence;
    m_left = left;
    setAccessibleDescription(state + QStringLiteral(", ") + sentence);
    setToolTip(Qt::convertFromPlainText(state + u'\n' + sentence));
    update();
}

void StatusChip::setForFleet(bool isFleet)
{
    m_isForFleet = isFleet;
    updateGeometry();
}

QSize StatusChip::sizeHint() const
{
    const QFontMetrics title(heavier(smaller(font(), 1.08)));
    const QFontMetrics small(smaller(font(), 0.92));
    const auto widest = m_isForFleet ? tr("199 connecting, 199 backing off, 199 stopped")
                                     : tr("device-info failed: again in 29.9 s");
    const int text =
        std::max(title.horizontalAdvance(tr("Connecting")), small.horizontalAdvance(widest));
    return {text + 2 * kMargin + 26, title.height() + small.height() + 14};
}

void StatusChip::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto color = theme.color(m_tone);

    auto fill = color;
    fill.setAlphaF(theme.dark ? 0.24F : 0.17F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect()), 6, 6);

    if (m_left >= 0) {
        auto track = color;
        track.setAlphaF(0.35F);
        const QRectF bar(5, height() - 5, width() - 10, 3);
        painter.setBrush(track);
        painter.drawRoundedRect(bar, 1.5, 1.5);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * m_left, bar.height()),
                                1.5, 1.5);
    }

    paintGlyph(painter, QRectF(kMargin, height() / 2.0 - 8, 16, 16), m_tone, theme);
    const int x = kMargin + 26;
    const auto titleFont = heavier(smaller(font(), 1.08));
    const auto smallFont = smaller(font(), 0.92);
    const QFontMetrics title(titleFont);
    const QFontMetrics small(smallFont);
    const int top = (height() - title.height() - small.height()) / 2 - 1;
    painter.setPen(theme.text);
    painter.setFont(titleFont);
    painter.drawText(x, top + title.ascent(), m_state);
    painter.setPen(theme.dimText);
    painter.setFont(smallFont);
    painter.drawText(x, top + title.height() + small.ascent(),
                     small.elidedText(m_sentence, Qt::ElideRight, width() - x - kMargin / 2));
}

StatusField::StatusField(const QString &caption, const QString &widestValue,
                         const QString &widestNote, bool fixedFont, QWidget *parent)
    : QWidget(parent)
    , m_caption(caption)
    , m_widestValue(widestValue)
    , m_widestNote(widestNote)
    , m_fixedFont(fixedFont)
{
    setAccessibleName(caption);
}

void StatusField::setCaption(const QString &caption)
{
    if (caption == m_caption)
        return;
    m_caption = caption;
    setAccessibleName(caption);
    update();
}

void StatusField::setFigure(const StatusFigure &figure)
{
    if (figure == m_figure)
        return;
    m_figure = figure;
    setAccessibleDescription(figure.value + QStringLiteral(", ") + figure.note);
    setToolTip(Qt::convertFromPlainText(figure.value + u'\n' + figure.note));
    update();
}

QFont StatusField::valueFont() const
{
    if (!m_fixedFont)
        return heavier(smaller(font(), 1.1));
    auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF());
    return heavier(fixed);
}

QFont StatusField::smallFont() const
{
    return smaller(font(), 0.88);
}

QSize StatusField::sizeHint() const
{
    const QFontMetrics value(valueFont());
    const QFontMetrics small(smallFont());
    const int width =
        std::max({small.horizontalAdvance(m_caption), value.horizontalAdvance(m_widestValue),
                  small.horizontalAdvance(m_widestNote)});
    return {width + 4, value.height() + 2 * small.height()};
}

void StatusField::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    // Neighbours share their lines, whatever the font of the figure.
    const QFontMetrics value(heavier(smaller(font(), 1.1)));
    const QFontMetrics small(smallFont());
    int y = (height() - value.height() - 2 * small.height()) / 2;

    painter.setFont(smallFont());
    painter.setPen(theme.dimText);
    painter.drawText(0, y + small.ascent(), small.elidedText(m_caption, Qt::ElideRight, width()));
    y += small.height();
    painter.setFont(valueFont());
    painter.setPen(m_figure.loud ? theme.color(Tone::Error) : theme.text);
    painter.drawText(0, y + value.ascent(),
                     painter.fontMetrics().elidedText(m_figure.value, Qt::ElideRight, width()));
    y += value.height();
    painter.setFont(smallFont());
    painter.setPen(m_figure.loud ? theme.color(Tone::Error) : theme.dimText);
    painter.drawText(0, y + small.ascent(),
                     small.elidedText(m_figure.note, Qt::ElideRight, width()));
}

} // namespace watchline
