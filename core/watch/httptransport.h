// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/secret.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QUrl>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// HTTP as the watch needs it, and no more: whoever sends the requests can be exchanged, so that
/// the logic above can be tested without a socket.
namespace watchline {

struct HttpCall
{
    QByteArray method = "GET";
    QUrl url; ///< http or https. User info and fragment are not sent.
    std::vector<std::pair<QByteArray, QByteArray>> headers;
    /// The whole value of `Authorization`; follows a redirect only to the same host and port.
    Secret authorization;
    QByteArray body;
    /// A long answer that is read as it comes. The transport then tells when the connection
    /// stands, before any answer.
    bool isStream = false;
};

/// The final answer's head: neither a redirect that was followed nor a 1xx.
struct HttpHead
{
    int status = 0;
    QString httpVersion;                ///< `HTTP/1.1` or `HTTP/2`
    std::optional<QString> contentType; ///< As the server wrote it.
    std::optional<qint64> contentLength;
};

/// What kind of failure it was, where its user can do something particular about it.
enum class HttpFailure {
    None, ///< An answer came, or what came was no good for reasons beyond HTTP.
    HostNotFound,
    Certificate, ///< The server's certificate was not accepted.
    RedirectLoop,
    Other,
};

/// How an exchange was over.
struct HttpEnd
{
    bool isClean = false; ///< The whole answer arrived, as far as can be told.
    QString detail;       ///< What went wrong, in words; empty when it is clean.
    HttpFailure failure = isClean ? HttpFailure::None : HttpFailure::Other;
};

/// One request and its answer, redirects included. Made by a transport, lives in its thread.
///
/// Order of the signals, each hop of a redirect anew from the start: socketOpened,
/// tlsEstablished (https), connected, requestSent, redirected; finally headersReceived, readyRead
/// any number of times, ended once. Each but ended may be missing. No signal comes inside start().
class HttpExchange : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0;
    /// Ends it silently and closes the connection: no signal follows, not even inside the call.
    /// May be called at any time, in a slot of its own signals too.
    virtual void abort() = 0;
    /// Bytes of the body that can be read now; some may remain after ended.
    virtual qint64 bytesAvailable() const = 0;
    /// Up to `maxSize` bytes. What is left unread holds the server back, where that is possible.
    virtual QByteArray read(qint64 maxSize) = 0;

signals:
    /// A socket connects (https) or has connected (http streams), in words.
    void socketOpened(const QString &detail);
    /// Protocol, cipher and so on, in words.
    void tlsEstablished(const QString &detail);
    /// The connection stands, TLS included.
    void connected();
    void requestSent();
    void redirected(int status, const QUrl &to);
    void headersReceived(const watchline::HttpHead &head);
    void readyRead();
    void ended(const watchline::HttpEnd &end);
};

/// Aborts the exchange and deletes it in the next turn of the event loop, so that it can be
/// dropped in a slot of its own signals.
struct DropExchange
{
    void operator()(HttpExchange *exchange) const
    {
        exchange->abort();
        exchange->deleteLater();
    }
};
using HttpExchangePtr = std::unique_ptr<HttpExchange, DropExchange>;

class HttpTransport
{
public:
    HttpTransport() = default;
    HttpTransport(const HttpTransport &) = delete;
    HttpTransport &operator=(const HttpTransport &) = delete;
    virtual ~HttpTransport() = default;

    /// Not started yet. Must be dropped before the transport goes.
    virtual HttpExchangePtr makeExchange(const HttpCall &request) = 0;
};

} // namespace watchline

Q_DECLARE_METATYPE(watchline::HttpFailure)
