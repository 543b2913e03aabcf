// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QDateTime>
#include <QDialog>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace watchline {

/// Asks for a time to go to, and shows how what is typed is understood.
class JumpDialog : public QDialog
{
    Q_OBJECT

public:
    JumpDialog(const QDateTime &started, TimeRange session, QWidget *parent = nullptr);

    /// Nothing while what is typed is no time of the session.
    std::optional<Nanoseconds> target() const { return m_target; }

private:
    void read();

    QDateTime m_started;
    TimeRange m_session;
    std::optional<Nanoseconds> m_target;
    QLineEdit *m_text;
    QLabel *m_meaning;
    QPushButton *m_go;
};

} // namespace watchline
