// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QUrl>

#include <atomic>
#include <thread>

namespace watchline {

/// A hostile server in a thread of its own, on plain blocking sockets: it answers device-info and
/// heartbeats as it should, and floods each watch that asks.
class FloodServer
{
public:
    struct Flood
    {
        QByteArray piece;        ///< Sent again and again after `hello`, chunks and all.
        qint64 frames = 0;       ///< in a piece
        qint64 rate = 0;         ///< Frames a second; 0: as fast as they are taken.
        qint64 pieces = -1;      ///< So many, then a wake; -1: without end.
        int heartbeatMs = 1'000; ///< The interval that `hello` asks for.
    };

    explicit FloodServer(Flood flood);
    ~FloodServer();
    FloodServer(const FloodServer &) = delete;
    FloodServer &operator=(const FloodServer &) = delete;

    QUrl url() const;
    /// Frames that have been handed to the system.
    qint64 sent() const { return m_sent; }
    int watches() const { return m_watches; }

private:
    void serve();
    void answer(int socket);
    void flood(int socket);
    bool send(int socket, const QByteArray &bytes);

    const Flood m_flood;
    int m_listener = -1;
    quint16 m_port = 0;
    std::atomic<bool> m_isOver = false;
    std::atomic<qint64> m_sent = 0;
    std::atomic<int> m_watches = 0;
    std::thread m_thread;
};

/// One chunk of a chunked body.
QByteArray chunkOf(const QByteArray &bytes);
/// The bytes, a chunk each.
QByteArray oneByteChunks(const QByteArray &bytes);

} // namespace watchline
