// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/floodserver.h"

#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace watchline {

namespace {

constexpr int kPollMs = 20;

bool isReady(int socket, short events)
{
    pollfd waiting{socket, events, 0};
    return ::poll(&waiting, 1, kPollMs) > 0;
}

QByteArray json(const QByteArray &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray helloEvent(int heartbeatMs)
{
    return "event: hello\ndata: {\"watchLeaseId\":\"rwl_flood\",\"deviceWaitForViewerMs\":30000,"
           "\"heartbeatIntervalMs\":" +
           QByteArray::number(heartbeatMs) + "}\n\n";
}

const char *const kWake =
    "event: wake\ndata: {\"remoteAccessSessionId\":\"ras_1\",\"url\":\"wss://media.example\","
    "\"token\":\"a-token-of-the-room\"}\n\n";

} // namespace

QByteArray chunkOf(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

QByteArray oneByteChunks(const QByteArray &bytes)
{
    QByteArray chunks;
    for (const char byte : bytes)
        chunks += chunkOf(QByteArray(1, byte));
    return chunks;
}

FloodServer::FloodServer(Flood flood)
    : m_flood(std::move(flood))
    , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    if (::bind(m_listener, plain, size) != 0 || ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, plain, &size) != 0)
        qFatal("cannot listen");
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
}

FloodServer::~FloodServer()
{
    m_isOver = true;
    m_thread.join();
    ::close(m_listener);
}

QUrl FloodServer::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port));
}

void FloodServer::serve()
{
    std::vector<std::thread> clients;
    while (!m_isOver) {
        if (!isReady(m_listener, POLLIN))
            continue;
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0)
            clients.emplace_back([this, socket] {
                answer(socket);
                ::close(socket);
            });
    }
    for (auto &client : clients)
        client.join();
}

bool FloodServer::send(int socket, const QByteArray &bytes)
{
    for (qsizetype at = 0; at < bytes.size() && !m_isOver;) {
        if (!isReady(socket, POLLOUT))
            continue;
        const auto count = ::send(socket, bytes.constData() + at,
                                  static_cast<std::size_t>(bytes.size() - at), MSG_NOSIGNAL);
        if (count < 0)
            return false;
        at += count;
    }
    return !m_isOver;
}

/// One request after the other; their bodies are small, and no client sends the next one ahead.
void FloodServer::answer(int socket)
{
    QByteArray request;
    while (!m_isOver) {
        if (!isReady(socket, POLLIN))
            continue;
        QByteArray bytes(64 * 1024, Qt::Uninitialized);
        const auto count = ::recv(socket, bytes.data(), static_cast<std::size_t>(bytes.size()), 0);
        if (count <= 0)
            return;
        request += bytes.first(count);
        const auto head = request.indexOf("\r\n\r\n");
        if (head < 0)
            continue;
        const auto path = request.first(request.indexOf('\r'));
        if (path.contains("/heartbeat") && request.size() == head + 4)
            continue; // its body is still to come
        request.clear();
        if (path.contains("/device-info"))
            send(socket, json(R"({"id":"dev_1","name":"Robot","projectId":"prj"})"));
        else if (path.contains("/heartbeat"))
            send(socket, json("{}"));
        else
            flood(socket);
    }
}

void FloodServer::flood(int socket)
{
    using Clock = std::chrono::steady_clock;
    ++m_watches;
    send(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n" +
                     chunkOf(helloEvent(m_flood.heartbeatMs)));
    const auto began = Clock::now();
    qint64 frames = 0;
    for (qint64 piece = 0; m_flood.pieces < 0 || piece < m_flood.pieces; ++piece) {
        if (!send(socket, m_flood.piece))
            return;
        frames += m_flood.frames;
        m_sent += m_flood.frames;
        if (m_flood.rate > 0)
            std::this_thread::sleep_until(
                began + std::chrono::microseconds(frames * 1'000'000 / m_flood.rate));
    }
    send(socket, chunkOf(kWake));
}

} // namespace watchline
