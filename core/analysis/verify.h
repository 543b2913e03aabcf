// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace watchline {

/// A member of an event, as it was recorded and as the policy wants it.
struct ComparedMember
{
    QString name; ///< `delay_ms`
    QString recorded;
    QString expected;

    bool operator==(const ComparedMember &) const = default;
    bool differs() const { return recorded != expected; }
};

/// One place where a session is not what the policy makes of its inputs. Texts are one line, made
/// safe to show.
struct Difference
{
    qsizetype row = 0; ///< Of the event that differs, or of the input that has no decision.
    QString source;
    QString expected; ///< Only what differs, as `delay_ms=1000`.
    QString recorded;
    /// All that was compared, side by side; none where there was nothing to compare with.
    std::vector<ComparedMember> members{};

    bool operator==(const Difference &) const = default;
};

struct Verification
{
    qsizetype decisions = 0;   ///< Recorded decisions that were compared.
    qsizetype differences = 0; ///< How many there are.
    /// The first of them, at most kMostDifferences.
    std::vector<Difference> first;
    /// Events whose lines cannot be read any more; where there are any, nothing is certain.
    qsizetype unreadable = 0;
    bool cancelled = false;

    bool agrees() const { return differences == 0 && !cancelled; }
};

inline constexpr std::size_t kMostDifferences = 1'000;

/// Told now and then how many events of how many were looked at; false cancels.
using VerifyProgress = std::function<bool(qsizetype done, qsizetype total)>;

/// Runs the policy over each source's recorded inputs (`hello`, `connect_error`, `outcome`) and
/// compares every recorded `decision`, the delay of each `backoff` that starts, and the lease and
/// session that each `connect_attempt` offers. An input that the end of the session cut off from
/// its decision is no difference, unless the run was shut down after it. Any thread.
Verification verify(const SessionStore &store, const VerifyProgress &progress = {});

/// The same of a session that grows. One thread at a time.
class Verifier
{
public:
    /// `store` is not owned and must outlive the verifier.
    explicit Verifier(const SessionStore &store);
    ~Verifier();

    /// Takes in the rows that have come since the last call. False when it was cancelled; the next
    /// call goes on from there.
    bool update(const VerifyProgress &progress = {});
    /// No more rows will come: what has no decision by now has none.
    void finish();
    /// Of the rows so far.
    Verification result() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
