// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QWidget>

class QVBoxLayout;

namespace watchline {

/// What the window shows without a session: three ways to begin, and the sessions of late.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);

    /// Looks up the lists anew.
    void refresh();

signals:
    void connectRequested();
    void demoRequested();
    void openRequested();
    void sessionChosen(const QString &path);

private:
    void addList(const QString &title, const QStringList &paths);

    QWidget *m_lists;
    QVBoxLayout *m_listLayout;
};

} // namespace watchline
