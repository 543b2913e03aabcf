// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/connectioncheck.h"

#include "core/base/fileproblem.h"
#include "core/protocol/devicetoken.h"
#include "core/protocol/endpoints.h"
#include "core/watch/cafile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

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

QString checkToken(const QByteArray &bytes, Secret *token)
{
    if (bytes.trimmed().isEmpty())
        return tr("Enter the device token, or choose where it comes from");
    const auto parsed = parseDeviceToken(bytes);
    if (!parsed)
        return tr("Not a device token: %1").arg(parsed.error);
    *token = *parsed;
    return {};
}

QString checkTokenFile(const QString &path, Secret *token)
{
    if (path.isEmpty())
        return tr("Choose the file that holds the device token");
    // A named pipe may be waited for without end, and the window with it.
    if (const QFileInfo info(path); info.exists() && !info.isFile())
        return fileProblem(tr("Cannot read the token file"), path,
                           tr("it is no regular file; choose one that is"));
    QFile file(path);
    const auto bytes = readTokenFile(file);
    if (!bytes)
        return fileProblem(tr("Cannot read the token file"), path, bytes.error);
    const auto parsed = parseDeviceToken(*bytes);
    if (!parsed)
        return fileProblem(tr("Not a device token"), path, parsed.error);
    *token = *parsed;
    return {};
}

QString checkCaFile(const QString &path)
{
    if (path.isEmpty())
        return {};
    const auto read = readCaFile(path);
    return read ? QString() : fileProblem(tr("Cannot use the CA file"), path, read.error);
}

bool sendsTokenInTheClear(const QUrl &url)
{
    if (url.scheme() != "http"_L1)
        return false;
    const QHostAddress address(url.host());
    return url.host() != "localhost"_L1 && !address.isLoopback();
}

} // namespace watchline
