// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/secret.h"

#include <QString>
#include <QUrl>

/// What the connect dialog checks before anything is sent. Each gives one line for the user, empty
/// when all is well.
namespace watchline {

/// `url` is set when the text is a base URL that can be used.
QString checkApiUrl(const QString &text, QUrl *url);
/// `token` is set when the bytes are one; its text is never part of the message.
QString checkToken(const QByteArray &bytes, Secret *token);
/// The same for what a file holds.
QString checkTokenFile(const QString &path, Secret *token);
/// A file with at least one PEM certificate; an empty path is fine.
QString checkCaFile(const QString &path);

} // namespace watchline
