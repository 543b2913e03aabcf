// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/bigbutton.h"

#include "ui/theme.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace watchline {

namespace {

constexpr int kPadding = 16;
constexpr int kEntryPadding = 8;

void paintFocus(QPainter &painter, const QRectF &rect, const QColor &color, qreal radius)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 2));
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
}

/// A button of a page, not of a dialog: Return is for the one that has the focus.
bool isReturn(const QKeyEvent &event)
{
    return event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
}

} // namespace

BigButton::BigButton(const QString &title, const QString &note, QWidget *parent)
    : QAbstractButton(parent)
    , m_note(note)
{
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(note);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void BigButton::setPrimary(bool primary)
{
    m_primary = primary;
    update();
}

QFont BigButton::titleFont() const
{
    auto heavy = font();
    heavy.setPointSizeF(heavy.pointSizeF() * 1.1);
    heavy.setWeight(QFont::DemiBold);
    return heavy;
}

QSize BigButton::sizeHint() const
{
    const int width = QFontMetrics(titleFont()).horizontalAdvance(text()) + 2 * kPadding + 24;
    return {width, heightForWidth(width)};
}

int BigButton::heightForWidth(int width) const
{
    const QRect room(0, 0, std::max(width - 2 * kPadding, 60), 1000);
    const auto note = fontMetrics().boundingRect(room, Qt::TextWordWrap, m_note);
    return 2 * kPadding + QFontMetrics(titleFont()).height() + 4 +
           std::max(note.height(), 2 * fontMetrics().height());
}

void BigButton::keyPressEvent(QKeyEvent *event)
{
    if (isReturn(*event))
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void BigButton::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);

    auto fill = m_primary ? theme.accent : theme.chip;
    if (isDown())
        fill = fill.darker(108);
    else if (underMouse())
        fill = theme.dark ? fill.lighter(112) : fill.darker(104);
    painter.setPen(m_primary ? QPen(Qt::NoPen) : QPen(theme.line));
    painter.setBrush(fill);
    const QRectF card = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(card, 8, 8);
    if (hasFocus())
        paintFocus(painter, card.adjusted(1, 1, -1, -1), m_primary ? Qt::white : theme.accent, 7);

    const QRect room = rect().adjusted(kPadding, kPadding, -kPadding, -kPadding);
    painter.setFont(titleFont());
    painter.setPen(m_primary ? QColor(Qt::white) : theme.text);
    const int titleHeight = painter.fontMetrics().height();
    painter.drawText(room, Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine, text());
    painter.setFont(font());
    painter.setPen(m_primary ? QColor(255, 255, 255, 215) : theme.dimText);
    painter.drawText(room.adjusted(0, titleHeight + 4, 0, 0),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_note);
}

ListButton::ListButton(const QString &title, const QString &note, const QString &aside,
                       QWidget *parent)
    : QAbstractButton(parent)
    , m_note(note)
    , m_aside(aside)
{
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(note);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ListButton::sizeHint() const
{
    return {300, 2 * fontMetrics().height() + 2 * kEntryPadding};
}

void ListButton::keyPressEvent(QKeyEvent *event)
{
    if (isReturn(*event))
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void ListButton::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || hasFocus()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.hover);
        painter.drawRoundedRect(QRectF(rect()), 6, 6);
    }
    if (hasFocus())
        paintFocus(painter, QRectF(rect()), theme.accent, 6);

    QRect room = rect().adjusted(kEntryPadding, kEntryPadding, -kEntryPadding, -kEntryPadding);
    const auto metrics = fontMetrics();
    painter.setPen(theme.dimText);
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, m_aside);
    room.setRight(room.right() - metrics.horizontalAdvance(m_aside) - 16);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignBottom | Qt::TextSingleLine,
                     metrics.elidedText(m_note, Qt::ElideMiddle, room.width()));
    painter.setPen(theme.text);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine,
                     metrics.elidedText(text(), Qt::ElideMiddle, room.width()));
}

} // namespace watchline
