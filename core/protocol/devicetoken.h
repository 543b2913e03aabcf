// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArrayView>
#include <QFile>

/// What a device token may be, wherever it comes from. Errors are reasons that follow a name, such
/// as a file's, and say what to do; they never repeat any of the token. Any thread.
namespace watchline {

/// Longer than any token, shorter than a file that was named by mistake.
inline constexpr qsizetype kMaxTokenLength = 16 * 1024;

/// A token that can stand in a header; white space around it is no part of it.
Result<Secret> parseDeviceToken(QByteArrayView bytes);

/// What a file holds, for parseDeviceToken(): no more of it is read than tells that it is too long.
/// Opens the file, unless it is open (as standard input is). An error: it cannot be read.
Result<QByteArray> readTokenFile(QFile &file);

} // namespace watchline
