// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/devicetoken.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Line ends around a token, so that a file with the longest one is still read whole.
constexpr qsizetype kRoomForSpace = 16;

} // namespace

Result<Secret> parseDeviceToken(QByteArrayView bytes)
{
    const auto token = bytes.trimmed();
    if (token.isEmpty())
        return Result<Secret>::failed(u"it is empty; put the device token in it"_s);
    const bool isPrintable =
        std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!isPrintable)
        return Result<Secret>::failed(
            u"it holds spaces, control or non-ASCII characters; check what it holds"_s);
    if (bytes.size() > kMaxTokenLength + kRoomForSpace || token.size() > kMaxTokenLength)
        return Result<Secret>::failed(
            u"it is too long to be a device token; check what it holds"_s);
    return Result<Secret>::of(Secret(token.toByteArray()));
}

Result<QByteArray> readTokenFile(QFile &file)
{
    QByteArray bytes;
    if (file.isOpen() || file.open(QIODevice::ReadOnly))
        bytes = file.read(kMaxTokenLength + kRoomForSpace + 1);
    if (file.error() != QFileDevice::NoError)
        return Result<QByteArray>::failed(file.errorString() + u"; check the path"_s);
    return Result<QByteArray>::of(bytes);
}

} // namespace watchline
