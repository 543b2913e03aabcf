// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/connection.h"

#include "core/simulator/answerplayer.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSslSocket>

#include <sys/socket.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kReadBuffer = 64 * 1'024;
// What a client may send ahead while it is being answered.
constexpr qsizetype kMostAhead = 128 * 1'024;
constexpr qint64 kMostUnwritten = 256 * 1'024;

QByteArray headOf(int status, const HttpHeaders &headers)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + ' ' + httpReason(status) + "\r\n";
    for (const auto &[name, value] : headers)
        head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

bool hasNoBody(int status)
{
    return status < 200 || status == 204 || status == 304;
}

} // namespace

Connection::Connection(std::unique_ptr<QTcpSocket> socket, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
{
    m_socket->setReadBufferSize(kReadBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &Connection::read);
    connect(m_socket.get(), &QTcpSocket::disconnected, this, &Connection::handleClosed);
    connect(m_socket.get(), &QTcpSocket::bytesWritten, this, [this] {
        if (m_player)
            m_player->drained();
    });
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket.get())) {
        connect(tls, &QSslSocket::encryptedBytesWritten, this, [this] {
            if (m_player)
                m_player->drained();
        });
    }
}

Connection::~Connection()
{
    // What the socket says while it is deleted concerns nobody any more.
    disconnect(m_socket.get(), nullptr, this, nullptr);
}

void Connection::play(std::unique_ptr<AnswerPlayer> player)
{
    m_player = std::move(player);
    m_player->run();
}

void Connection::read()
{
    m_parser.feed(m_socket->readAll());
    if (m_over)
        return;
    if (m_player && m_parser.buffered() > kMostAhead) {
        abort();
        return;
    }
    nextRequest();
}

void Connection::nextRequest()
{
    if (m_player || m_over || !m_open)
        return;
    switch (m_parser.next(m_request)) {
    case HttpRequestParser::Result::Incomplete:
        return;
    case HttpRequestParser::Result::Request:
        emit requestReceived(m_request);
        return;
    case HttpRequestParser::Result::Bad:
        emit refused(m_parser.refusalStatus(), m_parser.refusal());
        m_request = {};
        m_request.keepAlive = false;
        const QJsonObject error{{u"error"_s, QString::fromUtf8(m_parser.refusal())}};
        respond({m_parser.refusalStatus(),
                 {},
                 {},
                 QJsonDocument(error).toJson(QJsonDocument::Compact)});
        return;
    }
}

void Connection::abort()
{
    // A true RST: no lingering, whatever is still unread or unsent.
    const linger now{1, 0};
    ::setsockopt(static_cast<int>(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                 sizeof now);
    m_socket->abort();
    handleClosed(); // abort() says nothing while a TLS handshake runs
}

void Connection::handleClosed()
{
    if (!m_open)
        return;
    m_open = false;
    m_over = true;
    if (m_player)
        m_player->clientLeft();
    emit closed();
}

bool Connection::isClogged() const
{
    const auto *tls = qobject_cast<const QSslSocket *>(m_socket.get());
    return m_socket->bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0) > kMostUnwritten;
}

bool Connection::isDrained() const
{
    const auto *tls = qobject_cast<const QSslSocket *>(m_socket.get());
    return m_socket->bytesToWrite() == 0 && (!tls || tls->encryptedBytesToWrite() == 0);
}

void Connection::write(const QByteArray &bytes)
{
    if (!m_open)
        return;
    m_socket->write(bytes);
    // At once, so that what the scenario sends in pieces leaves in pieces.
    m_socket->flush();
}

void Connection::respond(const ScenarioResponse &response)
{
    HttpHeaders headers;
    const auto type = response.contentType.value_or("application/json");
    if (!type.isEmpty())
        headers.emplaceBack("Content-Type", type);
    const auto body = response.body.value_or(QByteArray());
    if (!hasNoBody(response.status))
        headers.emplaceBack("Content-Length", QByteArray::number(body.size()));
    if (!m_request.keepAlive)
        headers.emplaceBack("Connection", "close");
    headers += response.headers;
    write(headOf(response.status, headers) + (hasNoBody(response.status) ? QByteArray() : body));
    answered();
}

void Connection::beginStream(const HeadersStep &head)
{
    m_streaming = true;
    m_chunked = m_request.chunkedAllowed && !head.closeDelimited;
    HttpHeaders headers;
    if (!head.contentType.isEmpty())
        headers.emplaceBack("Content-Type", head.contentType);
    headers.emplaceBack("Cache-Control", "no-cache");
    if (m_chunked)
        headers.emplaceBack("Transfer-Encoding", "chunked");
    if (!m_chunked || !m_request.keepAlive)
        headers.emplaceBack("Connection", "close");
    headers += head.headers;
    write(headOf(200, headers));
}

void Connection::sendStream(const QByteArray &bytes)
{
    if (bytes.isEmpty()) // an empty chunk would be the last one
        return;
    if (m_chunked)
        write(QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n");
    else
        write(bytes);
}

void Connection::end(ScenarioEnd how)
{
    switch (how) {
    case ScenarioEnd::End:
        if (!m_streaming)
            beginStream({});
        if (m_chunked) {
            write("0\r\n\r\n");
            answered();
        } else {
            finish();
        }
        return;
    case ScenarioEnd::Cut:
        if (!m_streaming)
            beginStream({});
        if (m_chunked)
            write("40\r\n: cut");
        finish();
        return;
    case ScenarioEnd::Reset:
        abort();
        return;
    case ScenarioEnd::Close:
        finish();
        return;
    case ScenarioEnd::Garbage:
        write("\x16\x03\x01 this is not HTTP\r\n\r\n");
        finish();
        return;
    case ScenarioEnd::BadChunk:
        if (!m_streaming)
            beginStream({});
        write("zz\r\nxx\r\n");
        return;
    case ScenarioEnd::Silence:
        return;
    }
}

void Connection::answered()
{
    m_streaming = false;
    if (!m_request.keepAlive) {
        finish();
        return;
    }
    // Later: the player is in the middle of it, and pipelined requests must not pile up calls.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_player.reset();
            nextRequest();
        },
        Qt::QueuedConnection);
}

void Connection::finish()
{
    m_over = true;
    if (m_open)
        m_socket->disconnectFromHost();
}

} // namespace watchline
