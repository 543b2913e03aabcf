// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/appearance.h"

#include "ui/settings.h"
#include "ui/theme.h"

#include <QApplication>
#include <QScopedValueRollback>
#include <QStyle>
#include <QStyleHints>

#include <optional>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString css(const QColor &color)
{
    return color.name(QColor::HexArgb);
}

/// The tone for errors is made for marks; as text it has to be read on the warnings' ground too.
QColor legibleError(const Theme &theme)
{
    const auto color = theme.color(Tone::Error);
    return theme.dark ? color.lighter(140) : color.darker(130);
}

/// Boxes and radio buttons get their outline from the window's colour, made darker: nothing would
/// be left of it on a dark ground.
void setPalettes(const Theme &theme)
{
    const auto palette = theme.palette();
    QApplication::setPalette(palette);
    auto outlined = palette;
    if (theme.dark)
        outlined.setColor(QPalette::Window, theme.dimText);
    for (const char *widget : {"QCheckBox", "QRadioButton"})
        QApplication::setPalette(outlined, widget);
}

struct Appearance
{
    ThemeChoice choice = ThemeChoice::System;
    std::optional<bool> systemIsDark; ///< Nothing before it was looked at.
    QPalette applied;
    bool isBusy = false; ///< What the application tells meanwhile is our own doing.
};

Appearance &appearance()
{
    static Appearance state;
    return state;
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

/// The system's own lightness, behind a palette that we have put.
bool readSystem()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto scheme = QGuiApplication::styleHints()->colorScheme();
    if (scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    if (QApplication::palette() == appearance().applied)
        QApplication::setPalette(QPalette());
    return isDark(QApplication::palette());
}

void show()
{
    auto &state = appearance();
    const QScopedValueRollback busy(state.isBusy, true);
    const bool dark = state.choice == ThemeChoice::Dark ||
                      (state.choice == ThemeChoice::System && state.systemIsDark.value_or(false));
    if (QApplication::style()->name() != "fusion"_L1)
        QApplication::setStyle(u"Fusion"_s);
    setPalettes(dark ? Theme::darkTheme() : Theme::light());
    state.applied = QApplication::palette();
}

} // namespace

void applyAppearance(ThemeChoice choice)
{
    auto &state = appearance();
    if (!state.systemIsDark) {
        state.systemIsDark = readSystem();
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        QObject::connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, qApp,
                         [](Qt::ColorScheme scheme) {
                             if (scheme != Qt::ColorScheme::Unknown)
                                 setSystemIsDark(scheme == Qt::ColorScheme::Dark);
                         });
#endif
    }
    state.choice = choice;
    show();
}

void setSystemIsDark(bool isDark)
{
    auto &state = appearance();
    const bool isNew = state.systemIsDark != isDark;
    state.systemIsDark = isDark;
    // Another's palette has to go also when it says nothing new.
    const bool isOurs = QApplication::palette() == state.applied;
    if ((isNew && state.choice == ThemeChoice::System) || !isOurs)
        show();
}

void followSystem(QEvent::Type type)
{
    auto &state = appearance();
    // Before the first choice was applied, all is the system's.
    if (state.isBusy || !state.systemIsDark)
        return;
    const bool isAnothersPalette =
        type == QEvent::ApplicationPaletteChange && QApplication::palette() != state.applied;
    if (type != QEvent::ThemeChange && !isAnothersPalette)
        return;
    const QScopedValueRollback busy(state.isBusy, true);
    const bool isDark = readSystem();
    setSystemIsDark(isDark);
}

QString styleSheet(const Theme &theme)
{
    auto sheet = uR"(
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QToolBar { background: @window; border: none; border-bottom: 1px solid @line; spacing: 6px; padding: 6px 10px; }
QToolBar#strip { padding: 0px; background: @pane; }
QToolBar::separator { background: @line; width: 1px; margin: 4px 6px; }
QToolBar QToolButton { background: @chip; color: @text; border: 1px solid transparent; border-radius: 5px; padding: 5px 11px; }
QToolBar QToolButton:hover { background: @hover; }
QToolBar QToolButton:pressed { border-color: @accent; }
QToolBar QToolButton:disabled { color: @faint; }
QToolBar QToolButton:checked { background: @accent; color: white; }
QToolBar QToolButton:focus { border-color: @accent; }
QToolBar QToolButton::menu-indicator { image: none; }
QToolBar QToolButton#qt_toolbar_ext_button { padding: 0px; border: none; }
QToolBar QLineEdit { background: @pane; border: 1px solid @line; border-radius: 5px; padding: 4px 8px; min-width: 80px; }
QToolBar QLineEdit:focus { border-color: @accent; }
QHeaderView { background: @window; border: none; }
QHeaderView::section { background: @window; color: @dim; border: none; border-bottom: 1px solid @line; padding: 5px 8px; }
QHeaderView#narrow::section { padding: 3px 3px; }
QTableView { background: @pane; border: none; }
QSplitter::handle { background: @line; }
QDockWidget { font-weight: 600; }
QDockWidget::close-button { right: 10px; top: 9px; width: 14px; height: 14px; }
QDockWidget::title { background: @window; padding: 9px 16px 3px 16px; text-align: left; }
QMenuBar { background: @window; padding: 2px 4px; }
QMenuBar::item { padding: 5px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QScrollBar { background: transparent; border: none; margin: 0px; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @faint; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QStatusBar { background: @window; border-top: 1px solid @line; color: @dim; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @dim; padding: 1px 6px; }
QLabel#dim, QLabel[dim="true"] { color: @dim; }
QLabel[problem="true"] { color: @error; }
QDialog QLineEdit { background: @pane; border: 1px solid @faint; border-radius: 3px; padding: 3px 5px; }
QDialog QLineEdit:focus { border-color: @accent; }
QDialog QLineEdit#qt_spinbox_lineedit { border: none; padding: 0px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QDialogButtonBox QPushButton { min-height: 20px; min-width: 64px; }
QDialogButtonBox QPushButton#primary { min-height: 16px; }
QFrame#commandPalette { background: @window; border: 1px solid @line; border-radius: 7px; }
QFrame#commandPalette QListWidget { background: @window; }
QFrame#commandPalette QLineEdit { background: @pane; border: 1px solid @accent; border-radius: 5px; padding: 5px 8px; }
QPushButton#primary { background: @accent; color: white; border: 1px solid transparent; border-radius: 4px; padding: 5px 18px; }
QPushButton#link { color: @link; border: none; padding: 0px; text-align: left; background: transparent; }
QPushButton#link:focus { text-decoration: underline; }
QPushButton#primary:focus { border-color: @text; }
)"_s;
    const std::pair<QString, QColor> colors[] = {
        {u"@window"_s, theme.window},
        {u"@pane"_s, theme.pane},
        {u"@line"_s, theme.line},
        {u"@text"_s, theme.text},
        {u"@dim"_s, theme.dimText},
        {u"@faint"_s, theme.faintText},
        {u"@accent"_s, theme.accent},
        {u"@hover"_s, theme.hover},
        {u"@chip"_s, theme.chip},
        {u"@error"_s, legibleError(theme)},
        {u"@link"_s, theme.palette().color(QPalette::Link)},
    };
    for (const auto &[name, color] : colors)
        sheet.replace(name, css(color));
    return sheet;
}

} // namespace watchline
