// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QEvent>
#include <QString>

class QApplication;

namespace watchline {

struct Theme;
enum class ThemeChoice;

/// Puts style and palette on the application, light or dark as chosen.
void applyAppearance(ThemeChoice choice);
/// The system has turned dark, or light: shown at once where the choice is to do as it does.
void setSystemIsDark(bool isDark);
/// For the events ThemeChange and ApplicationPaletteChange, which every window gets: looks at the
/// system anew.
void followSystem(QEvent::Type type);
/// What the palette cannot say: flat tool bars, thin lines, quiet headers.
QString styleSheet(const Theme &theme);

} // namespace watchline
