// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/eventdelegate.h"

#include "ui/eventtablemodel.h"

#include <QFontDatabase>
#include <QPainter>

namespace watchline {

namespace {

constexpr int kPadding = 8;
constexpr int kGlyph = 12;

bool isFixed(int column)
{
    return column == EventTableModel::Number || column == EventTableModel::Time ||
           column == EventTableModel::Delta || column == EventTableModel::Lease;
}

bool isDim(int column)
{
    return column == EventTableModel::Number || column == EventTableModel::Delta ||
           column == EventTableModel::RuleName || column == EventTableModel::Detail;
}

} // namespace

EventDelegate::EventDelegate(QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theme(Theme::light())
{}

void EventDelegate::setTheme(const Theme &theme, const QFont &font)
{
    m_theme = theme;
    m_fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font.pointSizeF() > 0)
        m_fixed.setPointSizeF(font.pointSizeF());
}

void EventDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRect cell = option.rect;
    const int column = index.column();

    // Whatever the style has put there for the row.
    painter->fillRect(cell, m_theme.pane);
    if (selected) {
        auto fill = m_theme.accent;
        fill.setAlphaF(m_theme.dark ? 0.30F : 0.18F);
        painter->fillRect(cell, fill);
        if (column == EventTableModel::Number)
            painter->fillRect(QRect(cell.left(), cell.top(), 3, cell.height()), m_theme.accent);
    }
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), m_theme.line);

    QRect room = cell.adjusted(kPadding, 0, -kPadding, 0);
    const auto tone = index.data(EventTableModel::ToneRole);
    if (tone.isValid()) {
        const QRectF glyph(room.left(), room.center().y() - kGlyph / 2 + 0.5, kGlyph, kGlyph);
        paintGlyph(*painter, glyph, static_cast<Tone>(tone.toInt()), m_theme);
        room.setLeft(room.left() + kGlyph + 6);
    }
    const auto text = index.data().toString();
    if (text.isEmpty())
        return;
    painter->setFont(isFixed(column) ? m_fixed : option.font);
    painter->setPen(isDim(column) && !selected ? m_theme.dimText : m_theme.text);
    const auto alignment = index.data(Qt::TextAlignmentRole);
    const int flags = alignment.isValid() ? int(alignment.value<Qt::Alignment>())
                                          : int(Qt::AlignLeft | Qt::AlignVCenter);
    const auto metrics = painter->fontMetrics();
    auto shown = text;
    // The end of a rule's name tells it from its neighbours; where it came from goes first.
    if (column == EventTableModel::RuleName && metrics.horizontalAdvance(text) > room.width())
        shown = text.section(u'.', 1);
    shown = metrics.elidedText(shown, Qt::ElideRight, room.width());
    painter->drawText(room, flags | Qt::TextSingleLine, shown);
}

} // namespace watchline
