// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventfilter.h"

#include <functional>
#include <memory>
#include <vector>

namespace watchline {

/// Looks rows of a store through with a filter, on all cores, piece by piece; what it finds can be
/// taken as it comes, in order. Made, asked and destroyed by one thread.
class FilterRun
{
public:
    /// Rows [first, last). `store` is not owned and must outlive the run. `news` is called when
    /// there is something to take, and not again before take(): by other threads, or where the
    /// system has none to give, by this one, and take() does the looking, for some milliseconds
    /// each time.
    FilterRun(const SessionStore &store, const EventFilter &filter, qsizetype first, qsizetype last,
              std::function<void()> news);
    /// Gives up, and waits for the threads to notice: some milliseconds.
    ~FilterRun();

    struct Progress
    {
        qsizetype seen = 0; ///< All rows below were looked at, and their matches taken.
        bool isDone = false;
    };
    /// Appends the rows that match, ascending, since the last call.
    Progress take(std::vector<quint32> &rows);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
