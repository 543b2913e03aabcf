// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/endpoints.h"

#include "core/base/text.h"

#include <QUrlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr auto kDeviceInfoPath = "/internal/platform/v1/device-info"_L1;
constexpr auto kWatchPath = "/internal/platform/v1/remote-sessions/watch"_L1;
constexpr auto kHeartbeatPath = "/internal/platform/v1/remote-sessions/watch/heartbeat"_L1;
constexpr auto kRedacted = "***"_L1;

QUrl endpoint(const QUrl &apiUrl, QLatin1StringView path)
{
    QString prefix = apiUrl.path(QUrl::FullyEncoded);
    while (prefix.endsWith(u'/'))
        prefix.chop(1);
    QUrl url = apiUrl;
    url.setPath(prefix + path, QUrl::TolerantMode);
    return url;
}

void addQueryItem(QString &query, QLatin1StringView name, const QString &value)
{
    if (!query.isEmpty())
        query += u'&';
    query += name + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value));
}

bool speaksOfASecret(const QString &name)
{
    static constexpr std::array kWords{"token"_L1, "secret"_L1, "password"_L1, "key"_L1,
                                       "auth"_L1,  "sig"_L1,    "jwt"_L1,      "credential"_L1};
    return std::any_of(kWords.begin(), kWords.end(), [&](QLatin1StringView word) {
        return name.contains(word, Qt::CaseInsensitive);
    });
}

/// Where `secret` ends if it stands at `from`, each byte of it as it is or as `%XX`; -1: it does
/// not.
qsizetype endOfEncoded(QByteArrayView text, qsizetype from, QByteArrayView secret)
{
    qsizetype at = from;
    for (const char byte : secret) {
        if (at < text.size() && text[at] == byte) {
            ++at;
            continue;
        }
        if (at + 3 > text.size() || text[at] != '%' ||
            QByteArray::fromPercentEncoding(text.sliced(at, 3).toByteArray()) !=
                QByteArray(1, byte))
            return -1;
        at += 3;
    }
    return at;
}

/// In a URL any character may be encoded, and it depends on the place which ones are.
QString withoutEncoded(const QByteArray &text, const QByteArray &secret)
{
    QByteArray shown;
    for (qsizetype at = 0; at < text.size();) {
        const auto end = endOfEncoded(text, at, secret);
        shown += end < 0 ? text.sliced(at, 1) : QByteArray(kRedacted.data(), kRedacted.size());
        at = end < 0 ? at + 1 : end;
    }
    return QString::fromUtf8(shown);
}

} // namespace

Nanoseconds readTimeout(std::chrono::milliseconds heartbeatInterval)
{
    return std::chrono::duration_cast<Nanoseconds>(heartbeatInterval * kReadTimeoutFactor);
}

Result<QUrl> parseApiUrl(const QString &text)
{
    const auto failed = [](const QString &why) { return Result<QUrl>::failed(why); };
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return failed(
            u"the API URL is empty; the usual one is %1"_s.arg(QLatin1StringView(kDefaultApiUrl)));
    const bool http = trimmed.startsWith("http://"_L1, Qt::CaseInsensitive);
    const bool https = trimmed.startsWith("https://"_L1, Qt::CaseInsensitive);
    if (!http && !https)
        return failed(u"the API URL must start with https:// or http://"_s);

    const QUrl url(trimmed, QUrl::StrictMode);
    if (!url.isValid()) {
        // Qt's reason repeats the text, which may have a password in it.
        const auto reason = url.errorString().section(u';', 0, 0);
        return failed(u"the API URL is not valid: %1"_s.arg(
            reason.isEmpty() ? u"check its host and port"_s : singleLine(reason, 200)));
    }
    if (url.host().isEmpty())
        return failed(
            u"the API URL has no host; write it like %1"_s.arg(QLatin1StringView(kDefaultApiUrl)));
    if (!url.userInfo().isEmpty() || trimmed.section(u'/', 2, 2).contains(u'@'))
        return failed(u"the API URL must not have a user name or password in it"_s);
    if (url.port() == 0)
        return failed(u"the API URL has port 0, which nothing can listen on"_s);
    if (url.hasQuery())
        return failed(u"the API URL must not have a query (from the question mark on)"_s);
    if (url.hasFragment())
        return failed(u"the API URL must not have a fragment (from the # on)"_s);
    return Result<QUrl>::of(url);
}

bool sendsTokenInTheClear(const QUrl &apiUrl)
{
    if (apiUrl.scheme() != "http"_L1)
        return false;
    const auto host = apiUrl.host(); // a number in its usual form
    const bool isLoopbackNumber =
        host.startsWith("127."_L1) && std::ranges::all_of(host, [](QChar character) {
            return character == u'.' || (character >= u'0' && character <= u'9');
        });
    return !isLoopbackNumber && host != "::1"_L1 && host != "localhost"_L1;
}

QUrl deviceInfoUrl(const QUrl &apiUrl)
{
    return endpoint(apiUrl, kDeviceInfoPath);
}

QUrl watchUrl(const QUrl &apiUrl, const QString &remoteAccessSessionId,
              const QString &previousLeaseId)
{
    QString query;
    addQueryItem(query, "protocolVersion"_L1, QString::fromLatin1(kProtocolVersion));
    if (!remoteAccessSessionId.isNull())
        addQueryItem(query, "remoteAccessSessionId"_L1, remoteAccessSessionId);
    if (!previousLeaseId.isNull())
        addQueryItem(query, "previousWatchLeaseId"_L1, previousLeaseId);
    QUrl url = endpoint(apiUrl, kWatchPath);
    url.setQuery(query);
    return url;
}

QUrl heartbeatUrl(const QUrl &apiUrl)
{
    return endpoint(apiUrl, kHeartbeatPath);
}

QByteArray mediaType(QByteArrayView contentType)
{
    const qsizetype end = contentType.indexOf(';');
    return contentType.first(end < 0 ? contentType.size() : end).trimmed().toByteArray().toLower();
}

bool isEventStream(QByteArrayView contentType)
{
    return mediaType(contentType) == "text/event-stream";
}

QString redactedUrl(const QUrl &url)
{
    QUrl shown = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    if (shown.hasQuery()) {
        // Piece by piece, so that what is not secret stays as it was written.
        auto items = shown.query(QUrl::FullyEncoded).split(u'&');
        for (auto &item : items) {
            const qsizetype equals = item.indexOf(u'=');
            const auto name = QUrl::fromPercentEncoding(item.left(equals).toLatin1());
            if (equals >= 0 && speaksOfASecret(name))
                item = item.left(equals + 1) + kRedacted;
        }
        shown.setQuery(items.join(u'&'));
    }
    return shown.toString(QUrl::FullyEncoded);
}

QString redactedUrl(const QString &text)
{
    const QUrl url(text);
    if (!url.isValid() || url.isRelative() || url.host().isEmpty())
        return u"(not a URL)"_s;
    return redactedUrl(url);
}

QString redacted(const QString &text, const Secret &secret)
{
    if (secret.isEmpty())
        return text;
    const auto plain = QString::fromUtf8(secret.reveal());
    if (text.size() < plain.size())
        return text;
    QString shown = text;
    shown.replace(plain, kRedacted);
    return shown.contains(u'%') ? withoutEncoded(shown.toUtf8(), plain.toUtf8()) : shown;
}

} // namespace watchline
