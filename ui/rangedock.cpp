// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/rangedock.h"

#include "ui/rangepanel.h"

#include <QAction>

using namespace Qt::StringLiterals;

namespace watchline {

RangeDock::RangeDock(QWidget *parent)
    : QDockWidget(tr("Range"), parent)
    , m_panel(new RangePanel)
{
    setObjectName(u"range"_s);
    setFeatures(DockWidgetClosable | DockWidgetMovable);
    setWidget(m_panel);
    connect(toggleViewAction(), &QAction::triggered, this, [this](bool on) {
        m_cameByItself = false;
        if (on)
            raise();
    });
    hide();
}

void RangeDock::setRange(const SessionStore *store, std::optional<TimeRange> range, Nanoseconds end,
                         bool isBeingDragged)
{
    m_panel->showRange(store, range, end);
    if (isBeingDragged)
        return;
    const bool hadRange = std::exchange(m_hasRange, range.has_value());
    if (!range) {
        if (std::exchange(m_cameByItself, false))
            hide();
        return;
    }
    if (hadRange)
        return;
    if (isHidden()) {
        m_cameByItself = true;
        show();
    }
    raise();
}

void RangeDock::reveal()
{
    m_cameByItself = false;
    show();
    raise();
    m_panel->setFocus(Qt::ShortcutFocusReason);
}

} // namespace watchline
