// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/rawclient.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace watchline {

RawClient::RawClient(quint16 port)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The system accepts for the server, so this does not wait for its event loop.
    if (::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        m_end = End::Reset;
    ::fcntl(m_socket, F_SETFL, O_NONBLOCK);
}

RawClient::~RawClient()
{
    close();
}

void RawClient::close()
{
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

void RawClient::send(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const auto sent =
            ::send(m_socket, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == ECONNRESET) // told once, here or in recv()
                m_end = End::Reset;
            return;
        }
        bytes = bytes.sliced(sent);
    }
}

QByteArray RawClient::received()
{
    pump();
    return m_received;
}

RawClient::End RawClient::end()
{
    pump();
    return m_end;
}

void RawClient::pump()
{
    std::array<char, 65'536> buffer;
    while (m_end == End::Open) {
        const auto count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (count > 0)
            m_received.append(buffer.data(), count);
        else if (count == 0)
            m_end = End::Fin;
        else if (errno == ECONNRESET)
            m_end = End::Reset;
        else
            return;
    }
}

} // namespace watchline
