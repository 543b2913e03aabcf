// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QObject>

#include <atomic>

namespace watchline {

/// What a batch takes in memory on its way, roughly, in bytes.
qint64 weightOf(const EventBatch &events);

/// Bounds what is on its way from a network thread to whoever takes its events, over all watches
/// together: past kMost the watches are to hold their servers back, below kFew no longer. What is
/// one turn of the event loop for each watch comes on top.
///
/// Lives in the network thread, where its signals arrive.
class Backlog : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 kMost = 8 * 1024 * 1024;
    static constexpr qint64 kFew = kMost / 4;

    /// In the network thread: so much more is on its way.
    void add(qint64 weight);
    /// In the receiver's thread: so much has arrived.
    void remove(qint64 weight);
    bool isFull() const { return m_isFull; }

signals:
    /// isFull() has changed.
    void changed();

private:
    void ease();

    std::atomic<qint64> m_weight{0};
    bool m_isFull = false; // the network thread's own
};

} // namespace watchline
