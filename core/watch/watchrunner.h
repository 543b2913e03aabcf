// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/httptransport.h"
#include "core/watch/watchclient.h"

#include <QObject>
#include <QString>

#include <memory>

namespace watchline {

class NetworkThread;

struct ConnectionOptions
{
    WatchOptions watch;
    QString caFile; ///< PEM certificates to trust besides the system's; empty for none.
};

/// A WatchClient in a network thread, with the real transport and clock. Its members are called in
/// the thread that made it, unless they say otherwise; signals arrive there too.
class WatchRunner : public QObject
{
    Q_OBJECT

public:
    /// With a network thread of its own.
    explicit WatchRunner(ConnectionOptions options, QObject *parent = nullptr);
    /// With one that it shares, which has its CA file already.
    WatchRunner(ConnectionOptions options, std::shared_ptr<NetworkThread> network,
                QObject *parent = nullptr);
    /// Stops; the last one on a network thread waits for that (at most 2 s).
    ~WatchRunner() override;

    /// Reads the network thread's CA file. False when it cannot be used; error() says why. Sends
    /// nothing.
    bool prepare();
    /// Prepares, unless that was done, and starts the run; once.
    bool start();
    QString error() const;
    /// Any thread, once start() has returned: a run ends also while the owner's thread is stuck.
    void stop();
    void retryNow(); ///< As stop().
    /// Which proxy is used, in words, for the status bar; empty for none.
    QString proxyDescription() const;

signals:
    void eventsRecorded(const watchline::EventBatch &events);
    /// The latest; those that a busy receiver missed are left out.
    void waitingChanged(const watchline::Waiting &waiting);
    /// As WatchClient tells it: before the event that says so in words.
    void requestFailed(watchline::HttpFailure failure);
    void finished(watchline::RunEnd end);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
