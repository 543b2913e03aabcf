// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QColor>
#include <QIcon>

namespace watchline {

enum class Icon {
    Play,
    Pause,
    Next,
    Previous,
    NextDecision,
    PreviousDecision,
    Before,
    After,
    PreviousAttempt,
    NextAttempt,
    Loop,
    SkipIdle,
    Live
};

/// A small plain icon in one colour, drawn at the size that is asked for.
QIcon icon(Icon which, const QColor &color);

} // namespace watchline
