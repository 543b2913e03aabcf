// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>

class QApplication;

namespace watchline {

struct Theme;
enum class ThemeChoice;

/// Puts style and palette on the application, light or dark as chosen.
void applyAppearance(ThemeChoice choice);
/// What the palette cannot say: flat tool bars, thin lines, quiet headers.
QString styleSheet(const Theme &theme);

} // namespace watchline
