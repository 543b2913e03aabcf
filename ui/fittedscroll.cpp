// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/fittedscroll.h"

#include <QEvent>
#include <QScreen>
#include <QScrollBar>

#include <algorithm>

namespace watchline {

namespace {

/// What a window has around such a part: title bar, margins, a row of buttons.
constexpr QSize kAround{60, 140};
constexpr QSize kLeast{240, 120};

} // namespace

FittedScroll::FittedScroll(QWidget *part, QWidget *parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(NoFrame);
    setWidget(part);
    // The dialog's colour, not that of a list.
    viewport()->setAutoFillBackground(false);
    part->setAutoFillBackground(false);
}

QSize FittedScroll::sizeHint() const
{
    return sizeOn(screen() ? screen()->availableSize() : QSize(1280, 800));
}

QSize FittedScroll::minimumSizeHint() const
{
    return sizeHint().boundedTo(kLeast);
}

QSize FittedScroll::sizeOn(QSize screen) const
{
    const auto room = (screen - kAround).expandedTo(kLeast);
    auto whole = widget()->sizeHint().expandedTo(widget()->minimumSizeHint());
    whole = whole.expandedTo(widget()->minimumSize());
    // A bar takes from the other direction.
    const bool isTall = whole.height() > room.height();
    const bool isWide = whole.width() > room.width();
    if (isTall)
        whole.rwidth() += verticalScrollBar()->sizeHint().width();
    if (isWide)
        whole.rheight() += horizontalScrollBar()->sizeHint().height();
    return whole.boundedTo(room);
}

bool FittedScroll::eventFilter(QObject *watched, QEvent *event)
{
    const bool result = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return result;
}

} // namespace watchline
