// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QScrollArea>

class QLabel;
class QStackedWidget;

namespace watchline {

class FactList;
class SiblingBar;
class SessionStore;
class ToneFrame;

/// All that is known of one event, and why it came to be.
class Inspector : public QScrollArea
{
    Q_OBJECT

public:
    explicit Inspector(QWidget *parent = nullptr);

    /// -1: nothing. The store is not owned and is used during the call only.
    void showRow(const SessionStore *store, qsizetype row);
    QSize sizeHint() const override;
    /// The buttons to events like the one that is shown.
    SiblingBar *siblings() const { return m_siblings; }

signals:
    void rowRequested(qsizetype row);

private:
    void showWhy(const SessionStore &store, qsizetype row);
    void showMembers(const SessionStore &store, qsizetype row, const Event &event);

    QWidget *m_page;
    QLabel *m_empty;
    QLabel *m_what;
    SiblingBar *m_siblings;
    ToneFrame *m_card;
    QLabel *m_title;
    QLabel *m_sentence;
    FactList *m_why;
    ToneFrame *m_agrees;
    QLabel *m_agreesText;
    QLabel *m_membersTitle;
    FactList *m_members;
};

} // namespace watchline
