// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/commandpalette.h"

#include "ui/theme.h"

#include <QAction>
#include <QFrame>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kWidth = 560;
constexpr int kMostRows = 12;
constexpr int kRowHeight = 28;
constexpr int kPadding = 10;

enum Role {
    GroupRole = Qt::UserRole,
    KeysRole,
    IsEnabledRole,
    IndexRole, ///< In the palette's list of commands.
};

QString withoutMnemonics(QString text)
{
    text.replace("&&"_L1, "\1"_L1);
    text.remove(u'&');
    return text.replace(u'\1', u'&');
}

QString keysOf(const QAction &action)
{
    return action.shortcut().toString(QKeySequence::NativeText);
}

struct Submenu
{
    QMenu *menu;
    QString group;
};

/// Takes the commands, and leaves the menus below for later.
void collect(const QList<QAction *> &actions, const QString &group, std::vector<Command> &commands,
             std::vector<Submenu> &submenus)
{
    for (auto *action : actions) {
        const auto text = withoutMnemonics(action->text());
        if (action->isSeparator() || text.isEmpty())
            continue;
        if (action->menu())
            submenus.push_back(
                {action->menu(), group.isEmpty() ? text : QString(group + u" › "_s + text)});
        else
            commands.push_back({action, text, group});
    }
}

bool beginsAWord(QStringView text, qsizetype at)
{
    return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

/// 0 when the word is not in the text.
int wordScore(QStringView text, QStringView word)
{
    int best = 0;
    for (auto at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        if (at == 0)
            return 4;
        best = std::max(best, beginsAWord(text, at) ? 3 : 2);
    }
    return best;
}

bool hasLettersInOrder(QStringView text, QStringView letters)
{
    qsizetype at = 0;
    for (const auto letter : letters) {
        if (letter.isSpace())
            continue;
        at = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (at < 0)
            return false;
        ++at;
    }
    return true;
}

class CommandDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {kWidth, std::max(kRowHeight, option.fontMetrics.height() + 10)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const auto theme = Theme::of(option.palette);
        const bool isEnabled = index.data(IsEnabledRole).toBool();
        if (option.state.testFlag(QStyle::State_Selected)) {
            auto fill = theme.accent;
            fill.setAlphaF(theme.dark ? 0.35F : 0.16F);
            painter->fillRect(option.rect, fill);
        }
        QRect room = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        const auto &metrics = option.fontMetrics;
        painter->setFont(option.font);
        const auto draw = [&](const QString &text, const QColor &color, Qt::Alignment side) {
            const auto shown = metrics.elidedText(text, Qt::ElideRight, room.width());
            painter->setPen(isEnabled ? color : theme.faintText);
            painter->drawText(room, int(side | Qt::AlignVCenter) | int(Qt::TextSingleLine), shown);
            const int width = metrics.horizontalAdvance(shown) + kPadding;
            if (side == Qt::AlignRight)
                room.setRight(room.right() - width);
            else
                room.setLeft(room.left() + width);
        };
        draw(index.data(KeysRole).toString(), theme.dimText, Qt::AlignRight);
        draw(index.data().toString(), theme.text, Qt::AlignLeft);
        draw(index.data(GroupRole).toString(), theme.dimText, Qt::AlignLeft);
    }
};

} // namespace

std::vector<Command> commandsOf(const QMenuBar &menus)
{
    std::vector<Command> commands;
    std::vector<Submenu> level;
    collect(menus.actions(), {}, commands, level);
    while (!level.empty()) {
        std::vector<Submenu> next;
        for (const auto &submenu : level) {
            // Some are filled just before they are seen.
            emit submenu.menu->aboutToShow();
            collect(submenu.menu->actions(), submenu.group, commands, next);
        }
        level = std::move(next);
    }
    return commands;
}

int matchScore(QStringView text, QStringView query)
{
    int score = 0;
    bool isWhole = true;
    for (const auto word : query.split(u' ', Qt::SkipEmptyParts)) {
        const int found = wordScore(text, word);
        isWhole = isWhole && found > 0;
        score += found;
    }
    if (isWhole)
        return 1 + score;
    return hasLettersInOrder(text, query) ? 1 : 0;
}

CommandPalette::CommandPalette(std::vector<Command> commands, QWidget *window)
    : QWidget(window)
    , m_commands(std::move(commands))
    , m_before(window->focusWidget())
    , m_panel(new QFrame(this))
    , m_filter(new QLineEdit)
    , m_list(new QListWidget)
{
    setAccessibleName(tr("All commands"));
    m_panel->setObjectName(u"commandPalette"_s);
    m_panel->setAutoFillBackground(true);
    m_filter->setObjectName(u"commandFilter"_s);
    m_filter->setPlaceholderText(tr("What to do"));
    m_filter->setAccessibleName(tr("Command"));
    m_filter->setAccessibleDescription(
        tr("Type a part of a command's name; the arrow keys choose, Enter runs it"));
    m_list->setObjectName(u"commandList"_s);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto *layout = new QVBoxLayout(m_panel);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(m_filter);
    layout->addWidget(m_list, 1);

    connect(m_filter, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    // What can be done may change while it is open: the watch goes on behind it.
    for (const auto &command : m_commands)
        connect(command.action.data(), &QAction::changed, this, &CommandPalette::refresh);
    fill();
    show();
    raise();
    m_filter->setFocus(Qt::PopupFocusReason);
    m_filter->installEventFilter(this);
    window->installEventFilter(this);
}

void CommandPalette::leave()
{
    hide();
    if (m_before)
        m_before->setFocus(Qt::PopupFocusReason);
    deleteLater();
}

void CommandPalette::place()
{
    setGeometry(parentWidget()->rect());
    const int rows = std::min(kMostRows, m_list->count());
    const int wanted = rows * m_list->sizeHintForRow(0) + m_filter->sizeHint().height() + 24;
    const QSize size(std::min(kWidth, width() - 40), std::min(wanted, height() - 80));
    m_panel->setGeometry(QRect(QPoint((width() - size.width()) / 2, 40), size));
}

void CommandPalette::fill()
{
    const auto query = m_filter->text().trimmed();
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_commands.size(); ++i) {
        const auto &command = m_commands[i];
        // The menus' names help to find, the command's own one counts more.
        const int own = 2 * matchScore(command.text, query);
        const auto whole = QString(command.text + u' ' + command.group);
        if (const int score = std::max(own, matchScore(whole, query)); score > 0)
            found.emplace_back(score, i);
    }
    if (!query.isEmpty())
        std::stable_sort(found.begin(), found.end(),
                         [](const auto &a, const auto &b) { return a.first > b.first; });
    m_list->clear();
    for (const auto &[score, i] : found) {
        auto *item = new QListWidgetItem(m_commands[i].text, m_list);
        item->setData(GroupRole, m_commands[i].group);
        item->setData(IndexRole, static_cast<int>(i));
    }
    if (found.empty()) {
        auto *none = new QListWidgetItem(tr("No command has this name"), m_list);
        none->setData(IndexRole, -1);
    }
    m_list->setCurrentRow(0);
    refresh();
    place();
}

/// What the actions are at this moment.
void CommandPalette::refresh()
{
    for (int row = 0; row < m_list->count(); ++row) {
        auto *item = m_list->item(row);
        const int index = item->data(IndexRole).toInt();
        const auto *action =
            index < 0 ? nullptr : m_commands[static_cast<std::size_t>(index)].action.data();
        const bool isEnabled = action && action->isEnabled();
        auto keys = action ? keysOf(*action) : QString();
        if (action && action->isChecked())
            keys = keys.isEmpty() ? tr("on") : tr("on, %1").arg(keys);
        item->setData(IsEnabledRole, isEnabled);
        item->setData(KeysRole, keys);
        QStringList spoken{item->text()};
        for (const auto &part : {item->data(GroupRole).toString(), keys}) {
            if (!part.isEmpty())
                spoken.append(part);
        }
        if (action && !isEnabled)
            spoken.append(tr("not available now"));
        item->setData(Qt::AccessibleTextRole, spoken.join(u", "_s));
    }
}

void CommandPalette::run()
{
    const auto *item = m_list->currentItem();
    const int index = item ? item->data(IndexRole).toInt() : -1;
    if (index < 0)
        return;
    const auto action = m_commands[static_cast<std::size_t>(index)].action;
    if (!action || !action->isEnabled())
        return;
    leave();
    // Once the focus is back where it was: what is run may want it elsewhere.
    QMetaObject::invokeMethod(action.data(), &QAction::trigger, Qt::QueuedConnection);
}

void CommandPalette::moveBy(int rows)
{
    const int last = m_list->count() - 1;
    const int row = m_list->currentRow();
    // A step goes round, a page stops at the end.
    if (std::abs(rows) == 1 && (row + rows < 0 || row + rows > last))
        m_list->setCurrentRow(rows > 0 ? 0 : last);
    else
        m_list->setCurrentRow(std::clamp(row + rows, 0, last));
}

bool CommandPalette::takeKey(int key)
{
    switch (key) {
    case Qt::Key_Down:
    case Qt::Key_Tab:
        moveBy(1);
        return true;
    case Qt::Key_Up:
    case Qt::Key_Backtab:
        moveBy(-1);
        return true;
    case Qt::Key_PageDown:
        moveBy(kMostRows - 2);
        return true;
    case Qt::Key_PageUp:
        moveBy(2 - kMostRows);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        run();
        return true;
    case Qt::Key_Escape:
        leave();
        return true;
    default:
        return false;
    }
}

bool CommandPalette::eventFilter(QObject *object, QEvent *event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize)
        place();
    if (object == m_filter && event->type() == QEvent::KeyPress)
        return takeKey(static_cast<QKeyEvent *>(event)->key());
    if (object == m_filter && event->type() == QEvent::FocusOut && isVisible()) {
        // Another program or the filter's own menu leaves it as it is.
        const auto reason = static_cast<QFocusEvent *>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason) {
            m_before.clear();
            leave();
        }
    }
    return QWidget::eventFilter(object, event);
}

void CommandPalette::mousePressEvent(QMouseEvent *event)
{
    if (!m_panel->geometry().contains(event->position().toPoint()))
        leave();
}

} // namespace watchline
