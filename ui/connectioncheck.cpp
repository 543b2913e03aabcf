// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/connectioncheck.h"

#include "core/protocol/endpoints.h"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QSslCertificate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kLongestTokenFile = 64 * 1024;

QString tr(const char *text)
{
    return QCoreApplication::translate("ConnectDialog", text);
}

} // namespace

QString checkApiUrl(const QString &text, QUrl *url)
{
    const auto trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return tr("Enter the API's base URL, such as %1").arg(QString::fromLatin1(kDefaultApiUrl));
    const auto parsed = parseApiUrl(trimmed);
    if (!parsed)
        return parsed.error;
    *url = *parsed;
    return {};
}

QString checkToken(const QByteArray &token)
{
    if (token.isEmpty())
        return tr("Enter the device token, or choose where it comes from");
    const bool plain = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
    if (!plain)
        return tr("The token holds a space or a character that no token has: copy it again");
    return {};
}

QString readTokenFile(const QString &path, QByteArray *token)
{
    if (path.isEmpty())
        return tr("Choose the file that holds the device token");
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tr("Cannot read %1: %2").arg(path, file.errorString());
    if (file.size() > kLongestTokenFile)
        return tr("%1 is too large to be a token file").arg(path);
    *token = file.readAll().trimmed();
    if (token->isEmpty())
        return tr("%1 is empty: write the device token into it").arg(path);
    return checkToken(*token);
}

QString checkCaFile(const QString &path)
{
    if (path.isEmpty())
        return {};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tr("Cannot read %1: %2").arg(path, file.errorString());
    if (QSslCertificate::fromDevice(&file, QSsl::Pem).isEmpty())
        return tr("%1 holds no PEM certificate").arg(path);
    return {};
}

bool sendsTokenInTheClear(const QUrl &url)
{
    if (url.scheme() != "http"_L1)
        return false;
    const QHostAddress address(url.host());
    return url.host() != "localhost"_L1 && !address.isLoopback();
}

} // namespace watchline
