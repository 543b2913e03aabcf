// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/siblingbar.h"

#include "ui/icons.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>

namespace watchline {

namespace {

constexpr int kGapAcross = 10;
constexpr int kGapDown = 2;

} // namespace

SiblingBar::SiblingBar(QWidget *parent)
    : QWidget(parent)
    , m_groups{makeGroup(Likeness::Attempt, tr("attempt"), tr("in this attempt"),
                         tr("The selected event belongs to no attempt")),
               makeGroup(Likeness::Lease, tr("lease"), tr("in this lease"),
                         tr("The selected event belongs to no lease")),
               makeGroup(Likeness::Outcome, tr("outcome"), tr("with the same outcome"),
                         tr("The selected event has no outcome"))}
{
    auto policy = QSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Events like this one"));
    for (const auto &group : m_groups)
        setAlike(group.like, Alike::NothingSelected);
    updateIcons();
}

SiblingBar::Group SiblingBar::makeGroup(Likeness like, const QString &text, const QString &what,
                                        const QString &none)
{
    auto *widget = new QWidget(this);
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(1);
    const auto button = [&](const QString &name, bool backwards) {
        auto *made = new QToolButton;
        made->setAccessibleName(name);
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::TabFocus);
        made->setIconSize({12, 12});
        connect(made, &QToolButton::clicked, this,
                [this, like, backwards] { emit requested(like, backwards); });
        return made;
    };
    auto *previous = button(tr("Previous %1").arg(what), true);
    auto *next = button(tr("Next %1").arg(what), false);
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("dim", true);
    row->addWidget(previous);
    row->addWidget(label);
    row->addWidget(next);
    return {like, widget, previous, next, what, none};
}

void SiblingBar::setAlike(Likeness like, Alike is)
{
    for (const auto &group : m_groups) {
        if (group.like != like)
            continue;
        group.widget->setEnabled(is == Alike::Yes);
        const auto why = is == Alike::NothingSelected ? tr("Select an event first") : group.none;
        group.widget->setToolTip(is == Alike::Yes ? QString() : why);
        group.previous->setToolTip(is == Alike::Yes ? tr("Previous %1").arg(group.what) : why);
        group.next->setToolTip(is == Alike::Yes ? tr("Next %1").arg(group.what) : why);
    }
}

int SiblingBar::arrange(int width, bool place) const
{
    int x = 0;
    int y = 0;
    int lineHeight = 0;
    for (const auto &group : m_groups) {
        const auto size = group.widget->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += lineHeight + kGapDown;
            lineHeight = 0;
        }
        if (place)
            group.widget->setGeometry(x, y, size.width(), size.height());
        x += size.width() + kGapAcross;
        lineHeight = std::max(lineHeight, size.height());
    }
    return y + lineHeight;
}

int SiblingBar::heightForWidth(int width) const
{
    return arrange(width, false);
}

QSize SiblingBar::sizeHint() const
{
    int width = -kGapAcross;
    for (const auto &group : m_groups)
        width += group.widget->sizeHint().width() + kGapAcross;
    return {width, heightForWidth(width)};
}

QSize SiblingBar::minimumSizeHint() const
{
    int width = 0;
    for (const auto &group : m_groups)
        width = std::max(width, group.widget->sizeHint().width());
    return {width, m_groups.front().widget->sizeHint().height()};
}

void SiblingBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange(width(), true);
}

void SiblingBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcons();
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        arrange(width(), true);
    }
}

void SiblingBar::updateIcons()
{
    const auto color = palette().color(QPalette::WindowText);
    for (const auto &group : m_groups) {
        group.previous->setIcon(icon(Icon::Before, color));
        group.next->setIcon(icon(Icon::After, color));
    }
}

} // namespace watchline
