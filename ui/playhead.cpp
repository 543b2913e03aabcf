// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/playhead.h"

#include <algorithm>
#include <cmath>

namespace watchline {

namespace {

constexpr auto kFrame = std::chrono::milliseconds(33);
/// At kMaxSpeed the whole session takes these frames, and no more than at the highest number.
constexpr double kFewestFrames = 10;
constexpr double kHighestSpeed = 1'000;

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
    if (m_position >= m_end)
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

void Playhead::tick()
{
    const auto length = static_cast<double>((m_end - m_begin).count());
    const double factor =
        m_speed > 0 ? m_speed
                    : std::max(kHighestSpeed,
                               length / (kFewestFrames * double(Nanoseconds(kFrame).count())));
    const auto passed = static_cast<double>((m_clock.now() - m_anchorTime).count()) * factor;
    const double ahead = static_cast<double>((m_end - m_anchorPosition).count());
    const auto position =
        passed >= ahead ? m_end : m_anchorPosition + Nanoseconds(std::llround(passed));
    if (position != m_position) {
        m_position = position;
        emit moved(position);
    }
    if (m_position >= m_end)
        pause();
    else if (m_playing)
        m_timer->start(kFrame);
}

void Playhead::anchor()
{
    m_anchorTime = m_clock.now();
    m_anchorPosition = m_position;
}

} // namespace watchline
