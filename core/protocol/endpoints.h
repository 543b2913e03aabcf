// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArrayView>
#include <QString>
#include <QUrl>

#include <chrono>

/// Where the platform API is, and the constants of the watch protocol. Pure functions, any thread.
namespace watchline {

inline constexpr char kDefaultApiUrl[] = "https://api.foxglove.dev";
inline constexpr std::chrono::seconds kDefaultApiTimeout{30};
inline constexpr char kProtocolVersion[] = "2.2.0";

/// From issuing the watch request to `hello`, all of it.
inline constexpr std::chrono::seconds kHelloTimeout{30};
/// How long the stream may be silent, in effective heartbeat intervals: see readTimeout().
inline constexpr double kReadTimeoutFactor = 2.5;
/// Failing heartbeats are borne until the last success is this many intervals ago.
inline constexpr int kMaxMissedHeartbeatIntervals = 3;
inline constexpr std::chrono::milliseconds kMinHeartbeatInterval{1'000};
inline constexpr std::chrono::milliseconds kMinDeviceWaitForViewer{5'000};
/// Bytes of an error response's body; more is not read.
inline constexpr qsizetype kMaxErrorResponseLength = 16'384;
inline constexpr int kMaxRedirects = 10;
/// Between attempts at device-info; doubles up to the maximum.
inline constexpr std::chrono::milliseconds kDeviceInfoInitialBackoff{1'000};
inline constexpr std::chrono::milliseconds kDeviceInfoMaxBackoff{30'000};

/// The silence that ends a watch with this effective heartbeat interval.
Nanoseconds readTimeout(std::chrono::milliseconds heartbeatInterval);

/// The base URL that a user gave: http or https, with a host, without user info, query and
/// fragment. An error says what is wrong and what to write; it never repeats user info.
Result<QUrl> parseApiUrl(const QString &text);

/// The token would travel where anybody on the way can read it: without TLS, and not to this very
/// machine.
bool sendsTokenInTheClear(const QUrl &apiUrl);

QUrl deviceInfoUrl(const QUrl &apiUrl);
/// A null ID is left out, an empty one is sent as empty.
QUrl watchUrl(const QUrl &apiUrl, const QString &remoteAccessSessionId,
              const QString &previousLeaseId);
QUrl heartbeatUrl(const QUrl &apiUrl);

/// The media type of a Content-Type header: without parameters, trimmed, lower case.
QByteArray mediaType(QByteArrayView contentType);
bool isEventStream(QByteArrayView contentType);

/// A URL that may be shown and recorded: without user info and fragment, and with `***` for the
/// value of every query item whose name speaks of a token, a key or the like.
QString redactedUrl(const QUrl &url);
/// The same for a text from a server that ought to be a URL; `(not a URL)` when it is none.
QString redactedUrl(const QString &text);

/// The text with `***` wherever the secret stands in it, for what a server may have echoed.
QString redacted(const QString &text, const Secret &secret);

} // namespace watchline
