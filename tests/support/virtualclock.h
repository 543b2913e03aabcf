// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QtGlobal>

#include <optional>
#include <vector>

namespace watchline {

/// Time that moves only when it is told to, so that a day of backoff takes milliseconds.
/// Timers fire inside advance(), in the order of their deadlines (of their start, where equal),
/// each at exactly its deadline.
class VirtualClock final : public Clock
{
public:
    ~VirtualClock() override;

    Nanoseconds now() const override { return m_now; }
    std::unique_ptr<Timer> makeTimer(std::function<void()> callback) override;

    /// Moves on by `step`; every timer that falls due on the way fires.
    void advance(Nanoseconds step);
    /// Moves to the next deadline and fires it; false when no timer runs.
    bool advanceToNext();
    /// When advanceToNext() would fire a timer; nothing when no timer runs.
    std::optional<Nanoseconds> nextDeadline() const;
    int activeTimers() const;

private:
    class VirtualTimer;

    VirtualTimer *next() const;

    Nanoseconds m_now{};
    quint64 m_starts = 0;
    std::vector<VirtualTimer *> m_timers;
};

} // namespace watchline
