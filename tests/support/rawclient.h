// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QtGlobal>

namespace watchline {

/// A TCP client on loopback without Qt between it and the system, so that a FIN and an RST can be
/// told apart. Never blocks: call received() or end() in QTRY_ macros while the server's event
/// loop runs.
class RawClient
{
public:
    enum class End {
        Open,
        Fin,
        Reset,
    };

    explicit RawClient(quint16 port);
    ~RawClient();
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    void send(QByteArrayView bytes);
    /// Everything that has come so far.
    QByteArray received();
    End end();
    void close();

private:
    void pump();

    int m_socket = -1;
    QByteArray m_received;
    End m_end = End::Open;
};

} // namespace watchline
