// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/policy/retrypolicy.h"
#include "core/session/event.h"
#include "core/watch/shortrequest.h"

#include <QObject>
#include <QUrl>

namespace watchline {

/// Where the parts of a watch report what happens; the receiver adds time, source and attempt.
using Record = std::function<void(Event)>;

/// Keeps one lease alive while its watch runs. Records every answer as a `heartbeat` event.
class Heartbeat : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QUrl url;
        Secret authorization;
        QString leaseId;
        Milliseconds interval{}; ///< The effective one.
        Milliseconds timeout{};
    };

    /// The first one goes out a whole interval from now.
    Heartbeat(Settings settings, Clock &clock, HttpTransport &transport, Record record);

    /// Aborts a request under way, silently; nothing follows.
    void stop();

signals:
    /// The watch is lost; no heartbeat follows.
    void lost(watchline::WatchOutcome outcome, const QString &detail);

private:
    void beat();
    void takeResult(const ShortResult &result);

    const Settings m_settings;
    Clock &m_clock;
    HttpTransport &m_transport;
    Record m_record;
    std::unique_ptr<Timer> m_timer;
    std::unique_ptr<ShortRequest> m_request;
    Nanoseconds m_nextTick{};
    Nanoseconds m_lastSuccess{};
};

} // namespace watchline
