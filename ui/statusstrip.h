// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/statusview.h"

#include <QWidget>

#include <array>

namespace watchline {

class StatusChip;
class StatusField;

/// What is it doing, until when, why: one line of figures above the timeline. The least important
/// ones give way when it is narrow. Each part repaints when its own text changes, and only then.
class StatusStrip : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(QWidget *parent = nullptr);

    void setView(const StatusView &view);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void arrange();

    StatusChip *m_chip;
    StatusField *m_watch;
    StatusField *m_attempt;
    StatusField *m_lease;
    StatusField *m_heartbeat;
    StatusField *m_readTimeout;
    StatusField *m_backoff;
    StatusField *m_connected;
    StatusField *m_rule;
    bool m_isFleet = false;
};

} // namespace watchline
