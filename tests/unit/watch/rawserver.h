// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArrayList>
#include <QHash>
#include <QPointer>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>
#include <sys/socket.h>

namespace watchline {

/// A server in the test's own thread that answers each whole request with what the test says, byte
/// by byte; it knows no more of HTTP than where a request ends.
class RawServer : public QTcpServer
{
public:
    using Answer = std::function<void(QTcpSocket &socket, int request)>;

    /// `answer` is called for each request, counted from 1.
    explicit RawServer(Answer answer)
        : m_answer(std::move(answer))
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("cannot listen");
    }
    /// Sends these bytes to every request, and goes on or ends as told.
    explicit RawServer(const QByteArray &bytes, bool thenClose = false)
        : RawServer([bytes, thenClose](QTcpSocket &socket, int) {
            socket.write(bytes);
            if (thenClose)
                socket.disconnectFromHost();
        })
    {}

    void useTls(const QSslConfiguration &tls) { m_tls = tls; }
    /// Takes connections and says nothing, not even in the TLS handshake.
    void stayMute() { m_isMute = true; }
    /// Speaks first, as other protocols do.
    void greetWith(const QByteArray &bytes) { m_greeting = bytes; }

    QUrl url(const QString &path = QStringLiteral("/")) const
    {
        QUrl url;
        url.setScheme(m_tls ? QStringLiteral("https") : QStringLiteral("http"));
        url.setHost(QStringLiteral("127.0.0.1"));
        url.setPort(serverPort());
        url.setPath(path);
        return url;
    }

    const QByteArrayList &requests() const { return m_requests; }
    int connections() const { return m_connections; }
    int openConnections() const { return m_open; }

    /// Closes with RST instead of FIN.
    static void reset(QTcpSocket &socket)
    {
        socket.flush();
        const struct linger now
        {
            1, 0
        };
        setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                   sizeof now);
        socket.abort();
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        ++m_connections;
        ++m_open;
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            --m_open;
            socket->deleteLater();
        });
        if (m_isMute)
            return;
        socket->write(m_greeting);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { takeBytes(*socket); });
        if (m_tls) {
            socket->setSslConfiguration(*m_tls);
            socket->startServerEncryption();
        }
    }

private:
    void takeBytes(QTcpSocket &socket)
    {
        auto &buffer = m_buffers[&socket];
        buffer += socket.readAll();
        const QPointer<QTcpSocket> alive(&socket);
        for (;;) {
            const auto headEnd = buffer.indexOf("\r\n\r\n");
            if (headEnd < 0)
                return;
            qsizetype length = 0;
            for (const auto &line : buffer.first(headEnd).toLower().split('\n')) {
                if (line.startsWith("content-length:"))
                    length = line.sliced(15).trimmed().toInt();
            }
            const auto size = headEnd + 4 + length;
            if (buffer.size() < size)
                return;
            m_requests += buffer.first(size);
            buffer.remove(0, size);
            m_answer(socket, static_cast<int>(m_requests.size()));
            if (!alive || socket.state() != QAbstractSocket::ConnectedState)
                return;
        }
    }

    Answer m_answer;
    std::optional<QSslConfiguration> m_tls;
    QHash<QTcpSocket *, QByteArray> m_buffers;
    QByteArrayList m_requests;
    QByteArray m_greeting;
    int m_connections = 0;
    int m_open = 0;
    bool m_isMute = false;
};

} // namespace watchline
