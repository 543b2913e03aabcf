// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QMutex>
#include <QMutexLocker>

#include <utility>

namespace watchline {

/// Hands a value that changes often to another thread, which wants the latest one alone: however
/// busy it is, never more than one message is on its way. Any thread.
template<typename T>
class Latest
{
public:
    /// True: tell the receiver, which then takes it. False: it was told, and has not looked yet.
    bool put(T value)
    {
        const QMutexLocker lock(&m_mutex);
        m_value = std::move(value);
        return !std::exchange(m_isTold, true);
    }

    T take()
    {
        const QMutexLocker lock(&m_mutex);
        m_isTold = false;
        return m_value;
    }

private:
    QMutex m_mutex;
    T m_value{};
    bool m_isTold = false;
};

} // namespace watchline
