// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/protocol/endpoints.h"
#include "core/session/event.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace watchline {

class HttpTransport;
enum class HttpFailure;

enum class AfterWake {
    Stop,     ///< The run is over with the wake.
    Continue, ///< Watch again with a fresh retry state, naming the wake's session.
};

struct WatchOptions
{
    QUrl apiUrl; ///< Base URL; may have a path prefix and a trailing slash; no user info.
    Secret token;
    std::chrono::milliseconds apiTimeout = kDefaultApiTimeout;
    AfterWake afterWake = AfterWake::Stop;
    QString source;        ///< The events' `source`.
    Nanoseconds started{}; ///< The clock's time that is the session's zero.
};

/// Why a run is over.
enum class RunEnd {
    Stopped,      ///< stop() was called.
    Unauthorized, ///< The token was rejected.
    Woken,        ///< A wake came, and AfterWake::Stop.
    Cancelled,    ///< The policy's `stop`.
};

/// What the client is waiting for, by the timer that really runs.
struct Waiting
{
    enum class For {
        Nothing,
        DeviceInfoRetry,
        Hello,
        Frame, ///< The read time-out runs.
        Backoff,
    };
    For what = For::Nothing;
    Nanoseconds since{};    ///< Session time.
    Nanoseconds deadline{}; ///< Session time.

    bool operator==(const Waiting &) const = default;
};

/// Stands in for a robot's gateway: device-info, then watch after watch as the policy decides, with
/// the heartbeats beside them, until a stop. Tells everything that happens as events.
///
/// Lives in one thread with an event loop and never blocks it; see WatchRunner for one with a
/// thread of its own. It takes the device's lease.
class WatchClient : public QObject
{
    Q_OBJECT

public:
    /// `clock` and `transport` are not owned and must outlive the client.
    WatchClient(WatchOptions options, Clock &clock, HttpTransport &transport,
                QObject *parent = nullptr);
    ~WatchClient() override;

public slots:
    /// Starts the run; once.
    void start();
    /// Ends the run: requests are aborted, a running backoff is `cancelled`, `shutting_down` and
    /// `shutdown` are announced, finished() follows before the call returns. Without effect when
    /// the run is over.
    void stop();
    /// Ends a backoff (or the wait before the next device-info) now, by the user's hand. Without
    /// effect when none runs.
    void retryNow();
    /// While paused, no frame of the stream is taken and its server is held back: for a receiver
    /// that cannot keep up. Deadlines count on, but data that waits is taken before they end a
    /// watch.
    void setPaused(bool paused);

signals:
    /// In order; each once. A batch is what one turn of the event loop gave.
    void eventsRecorded(const watchline::EventBatch &events);
    void waitingChanged(const watchline::Waiting &waiting);
    /// device-info or a connect attempt failed; told before the event that says so in words.
    void requestFailed(watchline::HttpFailure failure);
    /// The run is over; nothing follows.
    void finished(watchline::RunEnd end);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline

Q_DECLARE_METATYPE(watchline::Waiting)
Q_DECLARE_METATYPE(watchline::RunEnd)
