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

    enum class Alike {
        Yes,
        NothingSelected, ///< No event to go on from.
        No,              ///< The selected event has nothing to be alike in.
    };
    /// Whether there are events like the selected one; where not, the buttons say why.
    void setAlike(Likeness like, Alike is);
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
        QString what; ///< `in this lease`
        QString none; ///< Why there are none.
    };

    Group makeGroup(Likeness like, const QString &text, const QString &what, const QString &none);
    /// Gives the height that it takes.
    int arrange(int width, bool place) const;
    void updateIcons();

    std::array<Group, 3> m_groups;
};

} // namespace watchline
