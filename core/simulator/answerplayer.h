// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/simulator/scenariodata.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace watchline {

class Connection;

/// What a player needs of the server.
struct PlayerHooks
{
    std::function<QString()> newLease;
    std::function<void(const QString &)> log; ///< What was done, in words.
};

/// Plays the steps of one answer onto its connection, waiting by the clock and never writing ahead
/// of a slow client by more than a little.
class AnswerPlayer
{
public:
    AnswerPlayer(Connection &connection, Clock &clock, QList<ScenarioStep> steps,
                 PlayerHooks hooks);

    /// Goes on until it has to wait.
    void run();
    /// The connection has written something.
    void drained();
    void clientLeft();

private:
    bool play(const WaitStep &step);
    bool play(const HeadersStep &step);
    bool play(const HelloStep &step);
    bool play(const KeepAlivesStep &step);
    bool play(const SendStep &step);
    bool play(const FloodStep &step);
    bool play(const ScenarioResponse &step);
    bool play(ScenarioEnd step);

    bool next();
    bool wait(Nanoseconds delay);
    void beginStream();

    Connection &m_connection;
    QList<ScenarioStep> m_steps;
    PlayerHooks m_hooks;
    std::unique_ptr<Timer> m_timer;
    QTimer m_nextTurn; // not the clock's: it gives way to others, it does not wait
    qsizetype m_index = 0;
    qint64 m_progress = 0; // within a step that is played bit by bit
    bool m_waitsForDrain = false;
    bool m_over = false;
    bool m_silent = false; // over, with the connection left open
};

} // namespace watchline
