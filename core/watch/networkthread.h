// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>

#include <memory>

class QObject;

namespace watchline {

class Backlog;
class ProxyEnvironment;
class QnamTransport;

/// A thread in which watches send and receive, with what they share there: the transport and the
/// bound on events that wait to be taken. Any number of runners may share one.
/// Its members are called in the thread that made it, unless they say otherwise.
class NetworkThread
{
public:
    /// `caFile`: PEM certificates to trust besides the system's; empty for none.
    explicit NetworkThread(const QString &caFile);
    /// Ends the thread, and what lives in it; waits for that, at most 2 s.
    ~NetworkThread();
    NetworkThread(const NetworkThread &) = delete;
    NetworkThread &operator=(const NetworkThread &) = delete;

    /// Reads the CA file, once. False when it cannot be used; error() says why.
    bool prepare();
    QString error() const;
    const ProxyEnvironment &proxies() const;

    /// Starts the thread, unless it runs; prepare() has given true.
    void start();
    /// The object goes to this thread, and is deleted there when the thread ends.
    void adopt(QObject *object);

    Backlog &backlog();         ///< Any thread.
    QnamTransport &transport(); ///< In the network thread, while it runs.

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
