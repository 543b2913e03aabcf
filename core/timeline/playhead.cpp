// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/playhead.h"

#include "core/timeline/idle.h"

#include <algorithm>
#include <cmath>

namespace watchline {

namespace {

constexpr auto kFrame = std::chrono::milliseconds(33);
/// At kMaxSpeed what is played takes these frames, and no more than at the highest number.
constexpr double kFewestFrames = 10;
constexpr double kHighestSpeed = 1'000;
/// Stretches between events that one frame looks at; at what is faster nobody sees idle times.
constexpr int kMostStretches = 2'000;

} // namespace

Playhead::Playhead(Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_timer(clock.makeTimer([this] { tick(); }))
{}

Playhead::~Playhead() = default;

void Playhead::setRange(Nanoseconds begin, Nanoseconds end)
{
    m_begin = begin;
    m_end = std::max(begin, end);
    moveTo(m_position);
}

void Playhead::moveTo(Nanoseconds t)
{
    t = std::clamp(t, m_begin, m_end);
    const bool changed = t != m_position;
    m_position = t;
    anchor();
    if (changed)
        emit moved(t);
}

void Playhead::play()
{
    if (m_playing)
        return;
    if (m_looping && !isWithinLoop(m_position))
        moveTo(loop().begin);
    else if (m_position >= m_end)
        moveTo(m_begin);
    m_playing = true;
    anchor();
    m_timer->start(kFrame);
    emit playingChanged(true);
}

void Playhead::pause()
{
    if (!m_playing)
        return;
    m_playing = false;
    m_timer->stop();
    emit playingChanged(false);
}

void Playhead::setSpeed(double speed)
{
    m_speed = speed;
    anchor();
}

void Playhead::setLoopBegin(std::optional<Nanoseconds> t)
{
    m_loopBegin = t;
    if (t && m_loopEnd && *m_loopEnd <= *t)
        m_loopEnd.reset();
    emit loopChanged();
}

void Playhead::setLoopEnd(std::optional<Nanoseconds> t)
{
    m_loopEnd = t;
    if (t && m_loopBegin && *m_loopBegin >= *t)
        m_loopBegin.reset();
    emit loopChanged();
}

void Playhead::setLooping(bool on)
{
    if (on == m_looping)
        return;
    m_looping = on;
    anchor();
    emit loopChanged();
}

TimeRange Playhead::loop() const
{
    return TimeRange{m_loopBegin.value_or(m_begin), m_loopEnd.value_or(m_end)} &
           TimeRange{m_begin, m_end};
}

void Playhead::setSkipsIdle(const SessionStore *store)
{
    m_idleStore = store;
    anchor();
}

bool Playhead::isWithinLoop(Nanoseconds t) const
{
    return loop().contains(t);
}

double Playhead::factor() const
{
    if (m_speed > 0)
        return m_speed;
    const auto played = m_looping && isWithinLoop(m_position) ? loop() : TimeRange{m_begin, m_end};
    return std::max(kHighestSpeed, static_cast<double>(played.duration().count()) /
                                       (kFewestFrames * double(Nanoseconds(kFrame).count())));
}

void Playhead::tick()
{
    constexpr double kLongest = 3e18; // a sum with any time of a session fits
    const auto passed =
        std::min(static_cast<double>((m_clock.now() - m_anchorTime).count()) * factor(), kLongest);
    const auto target = m_anchorPosition + Nanoseconds(std::llround(passed));
    const bool isPlain = !m_idleStore && !(m_looping && isWithinLoop(m_position));
    const auto position =
        isPlain ? std::min(target, m_end) : advanced(m_position, target - m_position);
    // Where it jumped, what comes counts from here.
    const bool jumped = position != target;
    if (position != m_position) {
        m_position = position;
        emit moved(position);
    }
    if (jumped)
        anchor();
    if (m_position >= m_end)
        pause();
    else if (m_playing)
        m_timer->start(kFrame);
}

/// Where so much playing leads to.
Nanoseconds Playhead::advanced(Nanoseconds from, Nanoseconds by)
{
    const auto looped = loop();
    const bool loops = m_looping && looped.contains(from);
    const auto stop = loops ? looped.end : m_end;
    const auto around = [&](Nanoseconds t) {
        return loops && t >= stop ? looped.begin + (t - stop) % looped.duration()
                                  : std::min(t, stop);
    };
    for (int i = 0; m_idleStore && by > Nanoseconds::zero() && i < kMostStretches; ++i) {
        const auto stretch = stretchAt(*m_idleStore, from);
        if (!stretch)
            break;
        const auto idle = idlePart(*stretch);
        if (idle && idle->contains(from)) {
            if (idle->end < stop)
                from = idle->end;
            else if (loops)
                from = looped.begin;
            else
                return stop;
            continue;
        }
        const auto next = std::min(stop, idle && from < idle->begin ? idle->begin : stretch->end);
        const auto step = std::min(by, next - from);
        by -= step;
        from = around(from + step);
        if (!loops && from >= stop)
            return stop;
    }
    return around(from + by);
}

void Playhead::anchor()
{
    m_anchorTime = m_clock.now();
    m_anchorPosition = m_position;
}

} // namespace watchline
