// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QHash>

namespace watchline {

/// Bounds what a flood can put into a store, and so on the screen: past some thousand frames a
/// second, keep-alives and stray events of the stream are left out. Nothing else ever is: attempts,
/// decisions, heartbeats and wakes are all there, and so is a frame now and then while it lasts.
class FrameBudget
{
public:
    /// Frames a second of all sources together, and the least that each of many gets.
    static constexpr int kFramesPerSecond = 2'000;
    static constexpr int kLeastPerSource = 20;
    /// A store that is as large takes no more frames at all.
    static constexpr qsizetype kMostRows = 20'000'000;

    void setSourceCount(qsizetype count);
    /// Whether there is room for the event in a store with so many rows.
    bool admits(const Event &event, qsizetype rows);

private:
    struct Second
    {
        Nanoseconds began{};
        int frames = 0;
    };

    int m_framesPerSource = kFramesPerSecond;
    QHash<QString, Second> m_seconds; // the running one of each source
};

} // namespace watchline
