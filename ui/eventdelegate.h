// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/theme.h"

#include <QFont>
#include <QStyledItemDelegate>

namespace watchline {

/// Paints the cells of the event table: glyphs, quiet columns dim, identifiers in a fixed font.
class EventDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit EventDelegate(QObject *parent = nullptr);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    /// To be called when the palette or the font has changed.
    void setTheme(const Theme &theme, const QFont &font);

private:
    Theme m_theme;
    QFont m_fixed;
};

} // namespace watchline
