// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QScrollArea>

namespace watchline {

/// A part of a dialog that is as large as it likes to be, as far as the screen has room for it;
/// what does not fit is scrolled to.
class FittedScroll : public QScrollArea
{
    Q_OBJECT

public:
    /// Takes `part`.
    explicit FittedScroll(QWidget *part, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Of a screen of this size; in logical pixels.
    QSize sizeOn(QSize screen) const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace watchline
