// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/simulator/httprequest.h"
#include "core/simulator/scenariodata.h"

#include <QObject>
#include <QTcpSocket>

#include <memory>

namespace watchline {

class AnswerPlayer;

/// One client's connection: takes its requests one at a time and writes what it is told to, down
/// to broken HTTP. Owns the socket and the player of the running answer.
class Connection : public QObject
{
    Q_OBJECT

public:
    Connection(std::unique_ptr<QTcpSocket> socket, QObject *parent);
    ~Connection() override;

    // For the server.

    /// Answers the request that was just received.
    void play(std::unique_ptr<AnswerPlayer> player);
    bool isIdle() const { return !m_player; }
    /// RST, now.
    void abort();

    // For the player.

    bool isOpen() const { return m_open; }
    /// So much waits to be written that more should wait for drained().
    bool isClogged() const;
    /// Nothing waits to be written.
    bool isDrained() const;
    /// A whole answer; ends it.
    void respond(const ScenarioResponse &response);
    void beginStream(const HeadersStep &head);
    void sendStream(const QByteArray &bytes);
    bool isStreaming() const { return m_streaming; }
    /// Ends the answer, or leaves it silent.
    void end(ScenarioEnd how);

signals:
    void requestReceived(const watchline::HttpRequest &request);
    /// The client sent what is no request; it is being refused with this status.
    void refused(int status, const QByteArray &why);
    /// Once; the connection may then be deleted later.
    void closed();

private:
    void read();
    void nextRequest();
    void answered();
    void write(const QByteArray &bytes);
    void finish();
    void handleClosed();

    std::unique_ptr<QTcpSocket> m_socket;
    std::unique_ptr<AnswerPlayer> m_player;
    HttpRequestParser m_parser;
    HttpRequest m_request;
    bool m_open = true;
    bool m_streaming = false;
    bool m_chunked = false;
    bool m_over = false; // no more requests are taken
};

} // namespace watchline
