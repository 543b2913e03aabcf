// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/virtualclock.h"

#include <algorithm>
#include <tuple>

namespace watchline {

class VirtualClock::VirtualTimer final : public Timer
{
public:
    VirtualTimer(VirtualClock &clock, std::function<void()> callback)
        : m_clock(clock)
        , m_callback(std::move(callback))
    {
        m_clock.m_timers.push_back(this);
    }

    ~VirtualTimer() override { std::erase(m_clock.m_timers, this); }

    void start(Nanoseconds delay) override
    {
        m_deadline = m_clock.m_now + std::max(delay, Nanoseconds::zero());
        m_order = ++m_clock.m_starts;
        m_active = true;
    }

    void stop() override { m_active = false; }
    bool isActive() const override { return m_active; }
    Nanoseconds deadline() const override { return m_deadline; }
    auto key() const { return std::tuple(m_deadline, m_order); }

    void fire()
    {
        m_active = false;
        const auto callback = m_callback; // it may destroy this timer
        callback();
    }

private:
    VirtualClock &m_clock;
    std::function<void()> m_callback;
    Nanoseconds m_deadline{};
    quint64 m_order = 0;
    bool m_active = false;
};

VirtualClock::~VirtualClock() = default;

std::unique_ptr<Timer> VirtualClock::makeTimer(std::function<void()> callback)
{
    return std::make_unique<VirtualTimer>(*this, std::move(callback));
}

VirtualClock::VirtualTimer *VirtualClock::next() const
{
    VirtualTimer *first = nullptr;
    for (auto *timer : m_timers) {
        if (timer->isActive() && (!first || timer->key() < first->key()))
            first = timer;
    }
    return first;
}

void VirtualClock::advance(Nanoseconds step)
{
    const auto end = m_now + step;
    for (auto *timer = next(); timer && timer->deadline() <= end; timer = next()) {
        m_now = std::max(m_now, timer->deadline());
        timer->fire();
    }
    m_now = end;
}

bool VirtualClock::advanceToNext()
{
    auto *timer = next();
    if (!timer)
        return false;
    m_now = std::max(m_now, timer->deadline());
    timer->fire();
    return true;
}

std::optional<Nanoseconds> VirtualClock::nextDeadline() const
{
    const auto *timer = next();
    return timer ? std::optional(timer->deadline()) : std::nullopt;
}

int VirtualClock::activeTimers() const
{
    return static_cast<int>(std::count_if(m_timers.begin(), m_timers.end(),
                                          [](const auto *timer) { return timer->isActive(); }));
}

} // namespace watchline
