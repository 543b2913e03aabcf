// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/httptransport.h"
#include "core/watch/proxyenvironment.h"

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>

namespace watchline {

struct QnamContext;

/// Sends requests with QNetworkAccessManager, and makes it behave as the gateway's HTTP client
/// does: each request goes out exactly once, on a connection of its own, and nothing is added to
/// it, followed, retried, remembered or unpacked behind our back.
///
/// What Qt cannot tell: whether a body without a length was cut off or ended by closing, and a
/// chunk size that is no number (it looks like a clean end).
///
/// Lives in one thread with an event loop.
class QnamTransport final : public HttpTransport
{
public:
    struct Options
    {
        ProxyEnvironment proxies;
        QList<QSslCertificate> certificates; ///< Trusted besides the system's.
    };

    QnamTransport();
    explicit QnamTransport(const Options &options);

    HttpExchangePtr makeExchange(const HttpCall &request) override;

    // For whoever tries a connection without sending a request.

    const ProxyEnvironment &proxies() const;
    const QSslConfiguration &tls() const;
    static QByteArray userAgent();
    /// `TLS 1.3`
    static QString tlsVersion(const QSslConfiguration &tls);

private:
    std::shared_ptr<QnamContext> m_context; // for exchanges whose end lasts longer
};

} // namespace watchline
