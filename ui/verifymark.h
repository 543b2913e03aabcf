// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/theme.h"

#include <QAbstractButton>

namespace watchline {

/// A tone's shape and a few words, to be pressed for more; no wider than its words, and cut short
/// where there is less room.
class VerifyMark : public QAbstractButton
{
    Q_OBJECT

public:
    explicit VerifyMark(QWidget *parent = nullptr);

    void setMark(Tone tone, const QString &text);
    Tone tone() const { return m_tone; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Quiet;
};

} // namespace watchline
