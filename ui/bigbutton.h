// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QAbstractButton>

namespace watchline {

/// A card to press: a title and a line below it.
class BigButton : public QAbstractButton
{
    Q_OBJECT

public:
    BigButton(const QString &title, const QString &note, QWidget *parent = nullptr);

    /// The one that most people want.
    void setPrimary(bool primary);
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QFont titleFont() const;

    QString m_note;
    bool m_primary = false;
};

/// An entry of a list to press: a name, where it is, and something about it at the right.
class ListButton : public QAbstractButton
{
    Q_OBJECT

public:
    ListButton(const QString &title, const QString &note, const QString &aside,
               QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_note;
    QString m_aside;
};

} // namespace watchline
