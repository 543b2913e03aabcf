// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/simulator/simulator.h"
#include "core/watch/qnamtransport.h"
#include "core/watch/watchclient.h"
#include "tests/support/virtualclock.h"

#include <QStringList>

#include <optional>

namespace watchline {

struct SimulatedRunOptions
{
    AfterWake afterWake = AfterWake::Stop;
    std::chrono::milliseconds apiTimeout{30'000};
    QByteArray token = "fox_dt_test";
    QString urlSuffix; ///< Put behind the simulator's URL.
};

/// The real client against the real simulator over real sockets, both on one virtual clock, which
/// moves on only when the sockets are idle: minutes of a run take as long as its traffic does, and
/// all times are exact.
class SimulatedRun
{
public:
    explicit SimulatedRun(Scenario scenario, SimulatedRunOptions options = {});

    /// Plays from the start until the run is over by itself, or is stopped after `duration`.
    /// False when something went wrong with the playing; error() says what.
    [[nodiscard]] bool play(Nanoseconds duration);

    const EventBatch &events() const { return m_events; }
    const QStringList &log() const { return m_log; } ///< The simulator's.
    std::optional<RunEnd> end() const { return m_end; }
    QString error() const { return m_error; }

private:
    VirtualClock m_clock;
    Simulator m_simulator;
    QnamTransport m_transport;
    SimulatedRunOptions m_options;
    EventBatch m_events;
    QStringList m_log;
    std::optional<RunEnd> m_end;
    QString m_error;
};

} // namespace watchline
