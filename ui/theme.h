// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/eventfields.h"
#include "core/timeline/severity.h"

#include <QColor>
#include <QPalette>

class QPainter;
class QRectF;

namespace watchline {

/// What a mark says; colour is never alone, each has its shape too.
enum class Tone {
    Ok,       ///< solid
    Waiting,  ///< hatching, triangle
    Error,    ///< cross
    Conflict, ///< diamond
    Timeout,  ///< clock
    Stopped,  ///< bar
    Wake,     ///< flag
    Quiet,    ///< thin tick, dot
    Ended,    ///< square: a clean end
};

/// The colours of the window and of pictures, light or dark.
struct Theme
{
    bool dark = false;
    QColor window;
    QColor pane;
    QColor line;
    QColor text;
    QColor dimText;
    QColor faintText;
    QColor accent;
    QColor hover;
    QColor chip;
    QColor overview;

    static Theme light();
    static Theme darkTheme();
    /// By the lightness of the palette's window colour.
    static Theme of(const QPalette &palette);
    /// A palette for the widgets that matches.
    QPalette palette() const;

    QColor color(Tone tone) const;
};

/// The tone of an event by its `outcome`, `result` or `status`.
Tone toneOf(Severity severity);
inline Tone toneOf(EventKind kind, Word word)
{
    return toneOf(severityOf(kind, word));
}

/// Draws the tone's shape centred in `rect` (about 12 logical pixels; it scales).
void paintGlyph(QPainter &painter, const QRectF &rect, Tone tone, const Theme &theme);

} // namespace watchline
