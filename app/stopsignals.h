// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace watchline {

/// SIGINT, SIGTERM and SIGHUP as a Qt signal, for an orderly end. Another one within a second of
/// the first is the same wish; a later one ends the process at once. One a process; needs an event
/// loop.
class StopSignals : public QObject
{
    Q_OBJECT

public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

signals:
    void stopRequested();

private:
    QSocketNotifier m_notifier;
};

} // namespace watchline
