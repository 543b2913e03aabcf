// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArrayView>
#include <QString>

#include <chrono>
#include <optional>

/// What the platform API says in JSON. Members that are not known are ignored, missing ones and
/// those of the wrong type are errors; numbers must be whole and between 0 and 2^64 - 1. Error
/// texts never repeat the payload, which may hold credentials. Pure functions, any thread.
namespace watchline {

/// The first event of a watch.
struct Hello
{
    QString leaseId;
    quint64 advertisedHeartbeatIntervalMs = 0;
    quint64 advertisedDeviceWaitForViewerMs = 0;
    /// Effective: what was advertised, but at least the protocol's minimum (and at most 50 years,
    /// so that timers can count it).
    std::chrono::milliseconds heartbeatInterval{};
    std::chrono::milliseconds deviceWaitForViewer{};
};
Result<Hello> parseHello(QByteArrayView json);

/// Somebody wants to view the robot.
struct Wake
{
    std::optional<QString> remoteAccessSessionId;
    QString url;
    Secret token;
};
Result<Wake> parseWake(QByteArrayView json);

struct DeviceInfo
{
    QString id;
    QString name;
    QString projectId;
    std::optional<quint64> retainRecordingsSeconds;
};
Result<DeviceInfo> parseDeviceInfo(QByteArrayView json);

/// The heartbeat's request.
QByteArray heartbeatBody(const QString &leaseId);

/// What is wrong with an event, as a recorded detail.
QString malformedEventText(const QString &type, const QString &reason);

/// `503 Service Unavailable`; the number alone when it has no name.
QString httpStatusText(int status);
/// The protocol counts 2xx alone as success.
constexpr bool isSuccessStatus(int status)
{
    return status >= 200 && status < 300;
}

/// What a 4xx or 5xx response says. `body` is its beginning, at most kMaxErrorResponseLength bytes.
QString errorResponseText(int status, QByteArrayView body);
/// The same for a response whose body, announced or received, is longer than that.
QString errorResponseTooLargeText(int status);
/// For an answer that is neither: a redirect that leads nowhere, `304`.
QString noSuccessText(int status);

} // namespace watchline
