// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace watchline {

using Nanoseconds = std::chrono::nanoseconds;

/// A single-shot timer of a Clock. Destroying it stops it: its callback is never called afterwards.
class Timer
{
public:
    Timer() = default;
    Timer(const Timer &) = delete;
    Timer &operator=(const Timer &) = delete;
    virtual ~Timer();

    /// Calls back once, `delay` from now; a running timer is set anew. Zero and below: in the next
    /// turn of the event loop, never inside the call.
    virtual void start(Nanoseconds delay) = 0;
    virtual void stop() = 0;
    virtual bool isActive() const = 0;
    /// The clock's time at which it will call back; meaningful while it is active.
    virtual Nanoseconds deadline() const = 0;
};

/// Where everything that waits takes its time from. Monotonic; its origin means nothing.
/// now() may be called on any thread; a timer belongs to the thread that made it.
class Clock
{
public:
    Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;
    virtual ~Clock();

    virtual Nanoseconds now() const = 0;
    virtual std::unique_ptr<Timer> makeTimer(std::function<void()> callback) = 0;
};

/// The real one: the system's monotonic clock and precise timers (within a millisecond).
/// A timer needs an event loop in its thread.
class SteadyClock final : public Clock
{
public:
    Nanoseconds now() const override;
    std::unique_ptr<Timer> makeTimer(std::function<void()> callback) override;
};

} // namespace watchline
