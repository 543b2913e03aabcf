// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QPointer>
#include <QWidget>

#include <vector>

class QAction;
class QFrame;
class QLineEdit;
class QListWidget;
class QMenuBar;

namespace watchline {

/// Something that the window can do, and where its menu has it.
struct Command
{
    QPointer<QAction> action;
    QString text;  ///< Without mnemonics.
    QString group; ///< The menus above it, `File › Export`; empty for none.
};

/// What stands in the menus, in their order, and after that what their submenus have; lists that a
/// menu fills when it is opened included.
std::vector<Command> commandsOf(const QMenuBar &menus);

/// How well a text answers a query, 0 for not at all. All words of the query have to be in it; the
/// beginnings of words count most. Letters that only come in the same order count least.
int matchScore(QStringView text, QStringView query);

/// All commands in a panel over the window, with a filter. A command that is not available now is
/// greyed, and running it has no effect. It deletes itself when it is left.
///
/// It lies over the whole window, so that a click beside the panel leaves it; a window of its own
/// would have to grab the keyboard.
class CommandPalette : public QWidget
{
    Q_OBJECT

public:
    /// Shows it, with the keyboard's focus in the filter.
    CommandPalette(std::vector<Command> commands, QWidget *window);

    /// The focus goes back to where it was.
    void leave();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void place();
    void fill();
    void refresh();
    void run();
    void moveBy(int rows);
    bool takeKey(int key);

    std::vector<Command> m_commands;
    QPointer<QWidget> m_before; ///< Had the focus.
    QFrame *m_panel;
    QLineEdit *m_filter;
    QListWidget *m_list;
};

} // namespace watchline
