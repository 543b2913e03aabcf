// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventfilter.h"

#include <QToolButton>
#include <QWidget>

#include <array>

namespace watchline {

/// For each likeness a button to the event before and one to the event after; what does not fit
/// beside each other goes below.
class SiblingBar : public QWidget
{
    Q_OBJECT

public:
    explicit SiblingBar(QWidget *parent = nullptr);

    /// Whether the event that is shown has others like it.
    void setAlike(Likeness like, bool is);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void requested(watchline::Likeness like, bool backwards);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Group
    {
        Likeness like;
        QWidget *widget;
        QToolButton *previous;
        QToolButton *next;
    };

    Group makeGroup(Likeness like, const QString &text, const QString &what);
    /// Gives the height that it takes.
    int arrange(int width, bool place) const;
    void updateIcons();

    std::array<Group, 3> m_groups;
};

} // namespace watchline
