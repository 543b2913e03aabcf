// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatifrun.h"
#include "core/session/eventfields.h"

#include <memory>
#include <string>
#include <unordered_map>

namespace watchline {

/// What of an event matters to a what-if.
struct WhatIfInput
{
    Nanoseconds t{};
    EventKind kind = EventKind::Unknown;
    Word word = Word::None;
    std::optional<Rule> rule;
    /// The heartbeat interval of a hello, the delay of a decision.
    std::optional<Milliseconds> milliseconds;
    std::optional<Microseconds> duration;
    qsizetype row = -1; ///< In its store, if it has one.
};

/// No event counts as further from the start than this: sums of a few such times always fit.
inline constexpr Nanoseconds kFarthestWhatIf = kFarthestTime / 4;

/// Notes may be written at any time: they are none of a run's events.
inline bool mattersToWhatIf(EventKind kind)
{
    return kind != EventKind::Note;
}

/// Takes in the events of all sources, each source's in its order, and plays what other settings
/// would have made of them. One thread.
class WhatIfPlayer
{
public:
    class Recording;

    /// `result` has the settings, and gets all else; it is not owned.
    WhatIfPlayer(WhatIf &result, WhatIfBudget budget);
    ~WhatIfPlayer();

    /// The source of that name. `lane`, which is not owned, gets its attempts. nullptr: there are
    /// too many sources, and its events are left out.
    Recording *source(const std::string &name, WhatIfLane *lane = nullptr);
    static void take(Recording &source, const WhatIfInput &input);
    /// After the last event.
    void conclude();
    /// What was used of it.
    const WhatIfBudget &budget() const { return m_budget; }

private:
    WhatIf &m_result;
    WhatIfBudget m_budget;
    const qint64 m_mostAttempts;
    std::vector<std::unique_ptr<Recording>> m_recordings;
    std::unordered_map<std::string, Recording *> m_byName;
    bool m_hasTooManySources = false;
};

} // namespace watchline
