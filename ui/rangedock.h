// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QDockWidget>

#include <optional>

namespace watchline {

class RangePanel;
class SessionStore;

/// The figures of the selected range. It comes by itself when a range has been selected and goes
/// with it; where the user shuts or opens it, it stays so.
class RangeDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit RangeDock(QWidget *parent = nullptr);

    RangePanel *panel() const { return m_panel; }
    /// As RangePanel::showRange(). While the range is still being dragged nothing opens: what moves
    /// then would move under the hand.
    void setRange(const SessionStore *store, std::optional<TimeRange> range, Nanoseconds end,
                  bool isBeingDragged);
    /// By the user's wish: it stays when the range goes.
    void reveal();

private:
    RangePanel *m_panel;
    bool m_hasRange = false;
    bool m_cameByItself = false;
};

} // namespace watchline
