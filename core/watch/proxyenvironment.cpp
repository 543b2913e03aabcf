// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/proxyenvironment.h"

#include <QProcessEnvironment>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kMaxPort = 65'535;

QString firstOf(const ProxyEnvironment::Variables &variables, const QString &upper)
{
    const auto found = variables.constFind(upper);
    return found != variables.constEnd() ? *found : variables.value(upper.toLower());
}

/// The proxy's URL with scheme, host and user info alone; nothing when it means none.
std::optional<QUrl> parseProxy(const QString &text)
{
    QString full = text;
    if (!full.contains("://"_L1)) {
        // Without a scheme it is host and port alone.
        if (full.contains(u'/'))
            return std::nullopt;
        full.prepend("http://"_L1);
    }
    const QUrl url(full, QUrl::StrictMode);
    static const QStringList schemes{u"http"_s,    u"https"_s,  u"socks4"_s,
                                     u"socks4a"_s, u"socks5"_s, u"socks5h"_s};
    if (!url.isValid() || url.host().isEmpty() || !schemes.contains(url.scheme()))
        return std::nullopt;
    return url;
}

/// A whole address and nothing else; QHostAddress alone would take `10` for one.
std::optional<QHostAddress> parseAddress(const QString &text)
{
    if (!text.contains(u':')) {
        const auto parts = text.split(u'.');
        const bool isQuad =
            parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const QString &part) {
                return !part.isEmpty() && part.size() <= 3 &&
                       std::all_of(part.begin(), part.end(),
                                   [](QChar c) { return c >= u'0' && c <= u'9'; });
            });
        if (!isQuad)
            return std::nullopt;
    }
    QHostAddress address;
    if (!address.setAddress(text))
        return std::nullopt;
    return address;
}

int bitsOf(const QHostAddress &address)
{
    return address.protocol() == QAbstractSocket::IPv4Protocol ? 32 : 128;
}

bool isSameWithoutCase(QStringView a, QStringView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

/// The domain itself, or one below it; a leading dot of the entry changes nothing.
bool coversDomain(QStringView entry, QStringView host)
{
    if (entry == "*"_L1)
        return true;
    if (entry.startsWith(u'.'))
        entry = entry.sliced(1);
    if (isSameWithoutCase(entry, host))
        return true;
    return !entry.isEmpty() && host.size() > entry.size() &&
           isSameWithoutCase(host.last(entry.size()), entry) &&
           host.at(host.size() - entry.size() - 1) == u'.';
}

int defaultPort(const QString &scheme)
{
    if (scheme == "http"_L1)
        return 80;
    return scheme == "https"_L1 ? 443 : 1080;
}

} // namespace

ProxyEnvironment::ProxyEnvironment(const Variables &variables)
{
    if (variables.contains(u"REQUEST_METHOD"_s))
        return;
    const auto all = parseProxy(firstOf(variables, u"ALL_PROXY"_s));
    m_http = parseProxy(firstOf(variables, u"HTTP_PROXY"_s));
    if (!m_http)
        m_http = all;
    m_https = parseProxy(firstOf(variables, u"HTTPS_PROXY"_s));
    if (!m_https)
        m_https = all;
    readExceptions(firstOf(variables, u"NO_PROXY"_s));
}

ProxyEnvironment ProxyEnvironment::fromSystem()
{
    const auto environment = QProcessEnvironment::systemEnvironment();
    Variables variables;
    for (const auto &name : environment.keys())
        variables.insert(name, environment.value(name));
    return ProxyEnvironment(variables);
}

void ProxyEnvironment::readExceptions(const QString &list)
{
    for (const auto &part : list.split(u',')) {
        const auto entry = part.trimmed();
        const auto slash = entry.indexOf(u'/');
        const auto address = parseAddress(slash < 0 ? entry : entry.first(slash));
        bool isNumber = true;
        const int bits = address && slash >= 0 ? entry.sliced(slash + 1).toInt(&isNumber)
                         : address             ? bitsOf(*address)
                                               : 0;
        if (address && isNumber && bits >= 0 && bits <= bitsOf(*address))
            m_networks.emplace_back(*address, bits);
        else if (!entry.isEmpty())
            m_domains += entry;
    }
}

bool ProxyEnvironment::isException(const QString &host) const
{
    if (const auto address = parseAddress(host)) {
        return std::any_of(m_networks.begin(), m_networks.end(), [&](const auto &network) {
            return address->protocol() == network.first.protocol() &&
                   address->isInSubnet(network.first, network.second);
        });
    }
    return std::any_of(m_domains.begin(), m_domains.end(),
                       [&](const QString &entry) { return coversDomain(entry, host); });
}

ProxyChoice ProxyEnvironment::proxyFor(const QUrl &url) const
{
    const auto &chosen = url.scheme() == "https"_L1 ? m_https : m_http;
    if (!chosen || isException(url.host()))
        return {};

    const auto scheme = chosen->scheme();
    const int port = std::clamp(chosen->port(defaultPort(scheme)), 1, kMaxPort);
    ProxyChoice choice;
    choice.description = scheme + " proxy "_L1 + chosen->host() + u':' + QString::number(port);
    if (scheme != "http"_L1 && !scheme.startsWith("socks5"_L1)) {
        choice.error = u"the environment asks for the %1, a kind that Watchline cannot use; set "
                       u"an http:// or socks5:// proxy, or NO_PROXY"_s.arg(choice.description);
        return choice;
    }
    choice.proxy =
        QNetworkProxy(scheme == "http"_L1 ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy,
                      chosen->host(), static_cast<quint16>(port),
                      chosen->userName(QUrl::FullyDecoded), chosen->password(QUrl::FullyDecoded));
    if (scheme == "socks5"_L1) {
        // Names are looked up here; socks5h leaves that to the proxy.
        choice.proxy.setCapabilities(choice.proxy.capabilities() &
                                     ~QNetworkProxy::HostNameLookupCapability);
    }
    return choice;
}

} // namespace watchline
