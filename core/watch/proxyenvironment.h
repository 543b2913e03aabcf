// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QHostAddress>
#include <QMap>
#include <QNetworkProxy>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <utility>
#include <vector>

namespace watchline {

/// The proxy for one URL.
struct ProxyChoice
{
    QNetworkProxy proxy{QNetworkProxy::NoProxy};
    QString description; ///< `http proxy host:port`, without credentials; empty for none.
    QString error;       ///< Why the proxy that is asked for cannot be used; empty if it can.
};

/// Which proxy the gateway would use, from the environment: `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY` and `NO_PROXY`, as the SDK's HTTP client (reqwest 0.13, hyper-util 0.1.20) reads
/// them. Upper case wins over lower case, also when it is empty. All are ignored when
/// `REQUEST_METHOD` is set: then a web server runs us, and a request could have set `HTTP_PROXY`.
/// Loopback is no exception: only `NO_PROXY` makes one. An immutable value; any thread.
class ProxyEnvironment
{
public:
    using Variables = QMap<QString, QString>;

    /// No proxy at all.
    ProxyEnvironment() = default;
    explicit ProxyEnvironment(const Variables &variables);
    static ProxyEnvironment fromSystem();

    ProxyChoice proxyFor(const QUrl &url) const;

private:
    void readExceptions(const QString &list);
    bool isException(const QString &host) const;

    std::optional<QUrl> m_http;
    std::optional<QUrl> m_https;
    std::vector<std::pair<QHostAddress, int>> m_networks; // address and length of its prefix
    QStringList m_domains;
};

} // namespace watchline
