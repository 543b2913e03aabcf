// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/counts.h"
#include "core/analysis/finding.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

/// What a diagnosis has gathered, and what findings it makes of that.
namespace watchline {

/// Smallest, largest and sum of some durations.
struct Spread
{
    qsizetype count = 0;
    Nanoseconds min{};
    Nanoseconds max{};
    Nanoseconds sum{};

    void add(Nanoseconds duration);
    Nanoseconds mean() const { return count == 0 ? sum : Nanoseconds(sum.count() / count); }
};

/// Of any finding.
struct Evidence
{
    static constexpr std::size_t kMostSeqs = 5;

    qsizetype count = 0;
    Nanoseconds from{};
    Nanoseconds to{};
    std::vector<qsizetype> seqs;
    /// How long it kept its sources disconnected, and whether one of them still is.
    Nanoseconds lost{};
    bool isOngoing = false;
    int sources = 0;
    QString source; ///< The first one; made safe to show.

    void add(qsizetype seq, Nanoseconds begin, Nanoseconds end);
};

/// A few names with how often they came; past a number of names they are one.
class Tally
{
public:
    void add(const std::string &name);
    qsizetype total() const;
    /// `503 (3 times), 502`: the most frequent first.
    QString text() const;

private:
    std::map<std::string, qsizetype> m_counts;
};

enum class UnreachableCause { Dns, Refused, TimedOut, Tls, Closed, Other };
inline constexpr std::size_t kUnreachableCauseCount = 6;

/// Watches in a row that were cut after the same time.
struct CutRun
{
    Spread durations;
    Spread silences; ///< Between the last frame and the cut.
    qsizetype withoutFrames = 0;
};

struct Evidences
{
    std::array<Evidence, kFindingCodeCount> byCode;
    int sources = 0;

    Tally rejectedBy; ///< Which endpoints.
    qsizetype conflictsOnConnect = 0;
    qsizetype conflictsOnHeartbeat = 0;
    Spread conflictGaps;
    Tally contentTypes;
    std::array<qsizetype, kUnreachableCauseCount> unreachable{};
    QString unreachableExample;
    Tally serverStatuses;
    Tally endpointStatuses;
    qsizetype heartbeatsInSilence = 0;
    qsizetype silencesOfTheStream = 0; ///< Heartbeats went on to succeed.
    Spread silences;
    CutRun longestCuts;
    Spread burstSilences;
    qsizetype largestBurst = 0;
    qsizetype longestLoop = 0; ///< Connects, and how long they took.
    Nanoseconds longestLoopTime{};
    Spread earlyEnds;
    Nanoseconds slowestRoundTrip{};
    Nanoseconds slowestInterval{}; ///< The heartbeat interval of its watch.
    Tally heartbeatFailures;
    qsizetype watchesLostToHeartbeats = 0;
    qsizetype malformedHellos = 0;
    qsizetype malformedWakes = 0;
    qsizetype malformedLines = 0;
    qsizetype malformedAnswers = 0; ///< To device-info.
    qsizetype endedBeforeHello = 0;
    QStringList wakeSessions; ///< The first few.

    // For `healthy`.
    qsizetype watches = 0;
    qsizetype endedWatches = 0;
    Nanoseconds connected{};
    Nanoseconds duration{};
    bool hasUnknownTroubles = false;

    // Of imported logs.
    bool isFromLog = false; ///< Some of it: it has neither frames nor heartbeats that succeeded.
    std::array<QString, 3> logNotes; ///< The first of LogGap, PolicyMismatch, Restarted.

    Evidence &of(FindingCode code) { return byCode[static_cast<std::size_t>(code)]; }
    const Evidence &of(FindingCode code) const { return byCode[static_cast<std::size_t>(code)]; }
};

UnreachableCause unreachableCause(const std::string &detail);
std::vector<Finding> makeFindings(const Evidences &evidences);

} // namespace watchline
