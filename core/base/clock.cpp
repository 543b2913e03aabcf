// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/clock.h"

#include <QTimer>

#include <algorithm>

namespace watchline {

namespace {

/// Longest step of a QTimer; longer waits are made of several.
constexpr std::chrono::hours kLongestStep{24};

class SteadyTimer final : public Timer
{
public:
    explicit SteadyTimer(std::function<void()> callback)
        : m_callback(std::move(callback))
    {
        m_timer.setSingleShot(true);
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { expire(); });
    }

    void start(Nanoseconds delay) override
    {
        m_deadline = now() + delay;
        arm();
    }

    void stop() override { m_timer.stop(); }
    bool isActive() const override { return m_timer.isActive(); }
    Nanoseconds deadline() const override { return m_deadline; }

private:
    static Nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

    void arm()
    {
        const auto left =
            std::clamp<Nanoseconds>(m_deadline - now(), Nanoseconds::zero(), kLongestStep);
        // Rounded up: a deadline is never met early.
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(left));
    }

    void expire()
    {
        if (now() < m_deadline) {
            arm();
            return;
        }
        // The callback may destroy this timer.
        const auto callback = m_callback;
        callback();
    }

    std::function<void()> m_callback;
    QTimer m_timer;
    Nanoseconds m_deadline{};
};

} // namespace

Timer::~Timer() = default;
Clock::~Clock() = default;

Nanoseconds SteadyClock::now() const
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

std::unique_ptr<Timer> SteadyClock::makeTimer(std::function<void()> callback)
{
    return std::make_unique<SteadyTimer>(std::move(callback));
}

} // namespace watchline
