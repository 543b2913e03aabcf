// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QObject>

#include <memory>

namespace watchline {

/// The cursor of a replay: a time within a session that can be moved and can run by itself.
class Playhead : public QObject
{
    Q_OBJECT

public:
    /// As fast as can be: a glance at what passes, whatever the session's length.
    static constexpr double kMaxSpeed = 0;

    /// `clock` is not owned and must outlive the playhead.
    explicit Playhead(Clock &clock, QObject *parent = nullptr);
    ~Playhead() override;

    /// The session's first and last time; the position is kept within.
    void setRange(Nanoseconds begin, Nanoseconds end);
    Nanoseconds begin() const { return m_begin; }
    Nanoseconds end() const { return m_end; }
    Nanoseconds position() const { return m_position; }
    void moveTo(Nanoseconds t);

    /// From the end it starts over.
    void play();
    void pause();
    bool isPlaying() const { return m_playing; }
    /// A factor of real time, or kMaxSpeed.
    void setSpeed(double speed);
    double speed() const { return m_speed; }

signals:
    void moved(watchline::Nanoseconds t);
    void playingChanged(bool playing);

private:
    void tick();
    void anchor();

    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    Nanoseconds m_begin{};
    Nanoseconds m_end{};
    Nanoseconds m_position{};
    Nanoseconds m_anchorTime{};     ///< The clock's time...
    Nanoseconds m_anchorPosition{}; ///< ...at which the playhead was here.
    double m_speed = 1;
    bool m_playing = false;
};

} // namespace watchline
