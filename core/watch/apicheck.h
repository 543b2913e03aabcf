// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/protocol/endpoints.h"

#include <QDateTime>
#include <QHostInfo>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <array>
#include <chrono>
#include <memory>
#include <optional>

namespace watchline {

class QnamTransport;

/// What lies between here and the API, in the order in which it is tried.
enum class CheckStep {
    Proxy, ///< Which one the environment asks for.
    Dns,   ///< The API's host, or the proxy's.
    Tcp,   ///< Likewise.
    Tls,
    Http,
    DeviceInfo,
};
inline constexpr std::size_t kCheckSteps = 6;

enum class CheckState {
    NotReached,
    NotUsed, ///< As TLS of an http URL.
    Running,
    Passed,
    Failed,
};

/// Texts are safe to show: one line each, without anything secret.
struct CheckedStep
{
    CheckState state = CheckState::NotReached;
    QString detail;
    QStringList facts; ///< More of it, for whoever wants to know.
    QString advice;    ///< What to look at next; also of a step that has passed only just.
    std::optional<std::chrono::microseconds> duration;
};

struct CheckedCertificate
{
    QString subject;
    QString issuer;
    QStringList names; ///< that it is for
    QDateTime from;
    QDateTime until;
};

/// How far a check has come.
struct CheckReport
{
    std::array<CheckedStep, kCheckSteps> steps;
    QString proxy; ///< Empty for none.
    QStringList addresses;
    QString tlsVersion;
    QString tlsCipher;
    QString alpn;
    QList<CheckedCertificate> certificates; ///< As they were sent: the server's own first.
    QString httpVersion;
    int httpStatus = 0; ///< 0 when no answer came.
    QString deviceId;
    QString deviceName;
    QString projectId;

    const CheckedStep &at(CheckStep step) const { return steps.at(static_cast<std::size_t>(step)); }
    CheckedStep &at(CheckStep step) { return steps.at(static_cast<std::size_t>(step)); }
    std::optional<CheckStep> failed() const;
    bool hasPassed() const { return at(CheckStep::DeviceInfo).state == CheckState::Passed; }
};

/// `DNS`, `TCP`, `device-info`: for people. `dns`, `tcp`, `device_info`: for programs.
QString stepLabel(CheckStep step);
QString stepName(CheckStep step);
/// `not reached`, `not used`, `passed` ... and `not_reached`.
QString stateLabel(CheckState state);
QString stateName(CheckState state);

struct ApiCheckOptions
{
    QUrl apiUrl;
    Secret token;
    std::chrono::milliseconds timeout =
        kDefaultApiTimeout; ///< For connecting, and for the request; TLS gets 10 s at most, but
                            ///< through a proxy.
};

/// Tries the way to an API step by step, up to device-info, and says where it ends. Asks for
/// nothing else: the watch endpoint is never touched, so whoever holds the device's lease keeps it.
///
/// A connection of its own is made and closed first, for what the request's connection does not
/// tell; the request is then sent as a watch sends it.
///
/// Lives in the transport's thread; see ApiCheckRunner for one with a thread of its own. Destroying
/// it cancels the check.
class ApiCheck : public QObject
{
    Q_OBJECT

public:
    /// `clock` and `transport` are not owned and must outlive the check.
    ApiCheck(ApiCheckOptions options, Clock &clock, QnamTransport &transport,
             QObject *parent = nullptr);
    ~ApiCheck() override;

    /// Once.
    void start();
    const CheckReport &report() const;

signals:
    void changed();
    /// A step has failed, or the last one has passed.
    void finished();

private slots:
    void takeAddresses(const QHostInfo &info);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline

Q_DECLARE_METATYPE(watchline::CheckReport)
