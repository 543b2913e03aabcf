// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QIODevice>

#include <algorithm>

namespace watchline {

/// A device that is full after so many bytes; what it takes is short of what is offered before it
/// fails.
class FailingDevice : public QIODevice
{
public:
    explicit FailingDevice(qint64 room)
        : m_room(room)
    {}

    qint64 taken() const { return m_taken; }
    int failures() const { return m_failures; }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *, qint64 size) override
    {
        const qint64 fits = std::min(size, m_room - m_taken);
        if (fits <= 0) {
            setErrorString(QStringLiteral("No space left on device"));
            ++m_failures;
            return -1;
        }
        m_taken += fits;
        return fits;
    }

private:
    qint64 m_room;
    qint64 m_taken = 0;
    int m_failures = 0;
};

} // namespace watchline
