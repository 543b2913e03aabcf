// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/integration/simulatedrun.h"

#include "tests/integration/quiescence.h"

using namespace Qt::StringLiterals;

namespace watchline {

SimulatedRun::SimulatedRun(Scenario scenario, SimulatedRunOptions options)
    : m_simulator(std::move(scenario), m_clock)
    , m_options(std::move(options))
{
    QObject::connect(&m_simulator, &Simulator::logged, &m_simulator,
                     [this](const QString &line) { m_log.append(line); });
}

bool SimulatedRun::play(Nanoseconds duration)
{
    if (!m_simulator.listen()) {
        m_error = m_simulator.error();
        return false;
    }
    WatchOptions watch;
    watch.apiUrl = QUrl(m_simulator.url().toString() + m_options.urlSuffix);
    watch.token = Secret(m_options.token);
    watch.apiTimeout = m_options.apiTimeout;
    watch.afterWake = m_options.afterWake;
    watch.source = u"gateway"_s;
    watch.started = m_clock.now();

    WatchClient client(watch, m_clock, m_transport);
    QObject::connect(&client, &WatchClient::eventsRecorded, &client,
                     [this](const EventBatch &events) { m_events += events; });
    QObject::connect(&client, &WatchClient::finished, &client, [this](RunEnd end) { m_end = end; });
    client.start();

    const auto last = m_clock.now() + duration;
    for (;;) {
        if (!settle()) {
            m_error = u"the sockets do not come to rest"_s;
            return false;
        }
        if (m_end)
            return true;
        const auto next = m_clock.nextDeadline();
        if (!next || *next > last)
            break;
        m_clock.advanceToNext();
    }
    m_clock.advance(last - m_clock.now());
    client.stop();
    return true;
}

} // namespace watchline
