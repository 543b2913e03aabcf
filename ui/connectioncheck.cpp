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

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ConnectDialog", text);
}

/// A named pipe or a device may be waited for without end, and the window with it.
QString problemOfKind(const QString &path)
{
    const QFileInfo file(path);
    return file.exists() && !file.isFile() ? tr("it is no regular file; choose one that is")
                                           : QString();
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
    if (const auto problem = problemOfKind(path); !problem.isEmpty())
        return fileProblem(tr("Cannot read the token file"), path, problem);
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
    if (const auto problem = problemOfKind(path); !problem.isEmpty())
        return fileProblem(tr("Cannot use the CA file"), path, problem);
    const auto read = readCaFile(path);
    return read ? QString() : fileProblem(tr("Cannot use the CA file"), path, read.error);
}

} // namespace watchline
