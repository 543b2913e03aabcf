// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"
#include "core/session/logentry.h"

#include <QStringList>

#include <map>
#include <memory>
#include <optional>

namespace watchline {

/// Makes of what gateways wrote to a log the events that a watch of one's own would have had. What
/// no line says but follows from the policy (attempts, decisions, backoffs, statuses) is
/// `"inferred": true`; what can not be known is absent. Where a log contradicts the policy, or
/// leaves something out, a note says so and names the finding that it is evidence for.
///
/// Times count from the first line that has one. An attempt began when the wait before it was to
/// end, or with the line that sent the gateway on at once; where neither is known it is given its
/// result's time and the result has no duration. A decision that the log's resolution leaves open
/// waits for the gateway's next line, and a wait's end for the line after it.
///
/// Each gateway is a source; the events of one are in order of time, unless its clock was put
/// back. Those of several are in order together where their lines are: while one gateway's next
/// line is still to tell when something happened, the others' later events wait for it, as long as
/// a wait and an attempt take at most. No I/O, no clock; memory does not grow with the log. One
/// thread.
class LogInference
{
public:
    /// `source` names the gateway; of several, all but the first one have their own name behind it.
    explicit LogInference(const QString &source = {});
    ~LogInference();
    LogInference(LogInference &&) noexcept;
    LogInference &operator=(LogInference &&) noexcept;

    /// A log with more gateways than that is no robot's.
    static constexpr std::size_t kMostGateways = 1'000;

    /// Appends what follows from the entry, and what had waited for it.
    void take(const LogEntry &entry, EventBatch &events);
    /// Nothing came for a while: appends the events that wait for another gateway's.
    void flush(EventBatch &events);
    /// The log ends here: appends what had waited for a next line. Ends no watch and no run.
    void finish(EventBatch &events);

    /// Unix time of the session's start, in milliseconds; nothing before the first time.
    std::optional<qint64> started() const;
    /// In the order of their first line.
    QStringList sources() const;
    /// Lines of gateways beyond the first kMostGateways: nothing follows from them.
    qint64 leftOut() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
