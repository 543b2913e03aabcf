// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

namespace watchline {

struct HttpRequest
{
    QByteArray method;
    QByteArray path;                                  ///< As it was sent: not decoded.
    QByteArray query;                                 ///< Without the question mark.
    QList<std::pair<QByteArray, QByteArray>> headers; ///< Names in lower case.
    QByteArray body;
    bool keepAlive = true;
    bool chunkedAllowed = true; ///< False for HTTP/1.0.

    /// The first one of this (lower-case) name; nothing when there is none.
    std::optional<QByteArray> header(QByteArrayView name) const;
};

/// Takes HTTP/1.x requests out of the bytes of one connection, strictly and within bounds.
/// Pipelined requests come out one after the other. Once it has refused something, the connection
/// is of no use any more: where the next request begins is not known.
class HttpRequestParser
{
public:
    static constexpr qsizetype kLargestHead = 16 * 1'024;
    static constexpr qsizetype kLargestBody = 64 * 1'024;

    enum class Result {
        Incomplete, ///< More bytes are needed.
        Request,
        Bad, ///< refusalStatus() and refusal() say why.
    };

    void feed(QByteArrayView bytes) { m_buffer.append(bytes); }
    Result next(HttpRequest &request);
    qsizetype buffered() const { return m_buffer.size(); }

    int refusalStatus() const { return m_refusalStatus; }
    QByteArray refusal() const { return m_refusal; }

private:
    Result refuse(int status, QByteArray why);
    Result parseHead(QByteArrayView head, HttpRequest &request, qsizetype &bodySize);
    Result parseRequestLine(QByteArrayView line, HttpRequest &request);
    Result applyHeaders(HttpRequest &request, qsizetype &bodySize);

    QByteArray m_buffer;
    int m_refusalStatus = 0;
    QByteArray m_refusal;
};

/// `404` -> `Not Found`.
QByteArray httpReason(int status);

} // namespace watchline
