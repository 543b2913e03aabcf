// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/timeline/timerange.h"

#include <QObject>

#include <memory>
#include <optional>

namespace watchline {

class SessionStore;

/// The cursor of a replay: a time within a session that can be moved and can run by itself, at any
/// speed, round a loop, and past times at which nothing happens.
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

    /// From the end it starts over; from outside of the loop it goes to its beginning.
    void play();
    void pause();
    bool isPlaying() const { return m_playing; }
    /// A factor of real time, or kMaxSpeed.
    void setSpeed(double speed);
    double speed() const { return m_speed; }

    /// The marks between which it loops; where there is none, the session's begin or end. A mark on
    /// the wrong side of the other takes the other away.
    void setLoopBegin(std::optional<Nanoseconds> t);
    void setLoopEnd(std::optional<Nanoseconds> t);
    void setLooping(bool on);
    bool isLooping() const { return m_looping; }
    bool hasLoopMarks() const { return m_loopBegin || m_loopEnd; }
    /// What the marks span, within the session; whether it is looped or not.
    TimeRange loop() const;

    /// Of every stretch without events longer than kLongestIdle only its edges are played. `store`,
    /// for the events, is not owned; nullptr plays all.
    void setSkipsIdle(const SessionStore *store);
    bool skipsIdle() const { return m_idleStore != nullptr; }

signals:
    void moved(watchline::Nanoseconds t);
    void playingChanged(bool playing);
    /// Marks, or whether they are looped.
    void loopChanged();

private:
    void tick();
    void anchor();
    Nanoseconds advanced(Nanoseconds from, Nanoseconds by);
    bool isWithinLoop(Nanoseconds t) const;
    double factor() const;

    Clock &m_clock;
    std::unique_ptr<Timer> m_timer;
    Nanoseconds m_begin{};
    Nanoseconds m_end{};
    Nanoseconds m_position{};
    Nanoseconds m_anchorTime{};     ///< The clock's time...
    Nanoseconds m_anchorPosition{}; ///< ...at which the playhead was here.
    std::optional<Nanoseconds> m_loopBegin;
    std::optional<Nanoseconds> m_loopEnd;
    const SessionStore *m_idleStore = nullptr;
    double m_speed = 1;
    bool m_playing = false;
    bool m_looping = false;
};

} // namespace watchline
