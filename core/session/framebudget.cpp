// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/framebudget.h"

#include <algorithm>

namespace watchline {

void FrameBudget::setSourceCount(qsizetype count)
{
    const auto share = kFramesPerSecond / std::clamp<qsizetype>(count, 1, kFramesPerSecond);
    m_framesPerSource = std::max(kLeastPerSource, static_cast<int>(share));
}

bool FrameBudget::admits(const Event &event, qsizetype rows)
{
    if (event.kind != EventKind::KeepAlive && event.kind != EventKind::SseEvent)
        return true;
    auto &second = m_seconds[event.source];
    if (event.t - second.began >= std::chrono::seconds(1))
        second = {event.t, 0};
    return ++second.frames <= m_framesPerSource && rows < kMostRows;
}

} // namespace watchline
