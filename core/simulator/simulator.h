// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/simulator/scenario.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace watchline {

struct SimulatorOptions
{
    quint16 port = 0;        ///< On 127.0.0.1; 0: any that is free.
    QString certificateFile; ///< PEM; with keyFile the server speaks TLS.
    QString keyFile;
    /// Connections at a time: 0 for what the process has descriptors for, some thousands at most.
    int mostConnections = 0;
};

/// Empty when TLS is not asked for or can be spoken with these files; else what is wrong, where,
/// and what to do. listen() checks the same.
QString tlsProblem(const SimulatorOptions &options);

/// The staging simulator: a real HTTP/1.1 server on loopback that plays a scenario, faults below
/// HTTP included. Any token is good unless the scenario names one. Each token is a device of its
/// own, which sees the scenario from its start and gets leases of its own. Lives in one thread with
/// an event loop; see SimulatorThread for one of its own.
class Simulator : public QObject
{
    Q_OBJECT

public:
    /// `clock` is not owned and must outlive the simulator.
    Simulator(Scenario scenario, Clock &clock, QObject *parent = nullptr);
    ~Simulator() override;

    /// False when it cannot listen (a busy port, a bad certificate); error() says what, where and
    /// what to do.
    bool listen(const SimulatorOptions &options = {});
    QString error() const;
    /// The base URL to point a client at.
    QUrl url() const;
    void close();

signals:
    /// One readable line about a request or what was done with it; no secrets in it.
    void logged(const QString &line);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// A Simulator in a thread of its own, with the real clock. Members are called in the thread that
/// made it.
class SimulatorThread : public QObject
{
    Q_OBJECT

public:
    explicit SimulatorThread(Scenario scenario, QObject *parent = nullptr);
    ~SimulatorThread() override;

    /// Waits until it listens, or cannot.
    bool listen(const SimulatorOptions &options = {});
    QString error() const;
    QUrl url() const;

signals:
    void logged(const QString &line);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
