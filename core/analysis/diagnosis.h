// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/counts.h"
#include "core/analysis/finding.h"
#include "core/policy/retrypolicy.h"
#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace watchline {

/// A session in numbers, over all its sources.
struct Figures
{
    qsizetype events = 0;
    int sources = 0;
    Nanoseconds duration{};                 ///< First to last event.
    Nanoseconds connected{};                ///< Of watches, from `hello` to their end.
    Nanoseconds backoff{};                  ///< Of waits that began.
    std::optional<Microseconds> deviceInfo; ///< Round trip of the last one that succeeded.
    qsizetype attempts = 0;
    NamedCounts attemptsByOutcome; ///< `hello`, or the error.
    qsizetype watches = 0;
    NamedCounts watchesByOutcome; ///< Of those that ended.
    qsizetype leases = 0;         ///< Distinct ones.
    qsizetype keepAlives = 0;
    NamedCounts heartbeats; ///< By result.
    std::optional<Microseconds> roundTripP50;
    std::optional<Microseconds> roundTripP90;
    std::optional<Microseconds> roundTripP99;
    std::optional<Microseconds> roundTripMax;
    Nanoseconds longestSilence{}; ///< Of a running watch.
    NamedCounts decisionsByRule;

    bool operator==(const Figures &) const = default;
};

struct DiagnosisInput;

/// Says of a session what was wrong, in figures and in findings. Events are taken in one by one, in
/// the session's order: each costs the same, however many came before, and memory grows with the
/// sources and with what is rare, not with the events. Figures and findings may be asked for at any
/// time; of a session that goes on they are those of a file that ends here. One thread.
class Diagnosis
{
public:
    Diagnosis();
    ~Diagnosis();
    Diagnosis(Diagnosis &&) noexcept;
    Diagnosis &operator=(Diagnosis &&) noexcept;

    void take(const Event &event);
    void take(const EventView &event);
    /// A row of a store, always the same one: some kinds cost a look at its line.
    void take(const SessionStore &store, qsizetype row);
    void take(const DiagnosisInput &input);

    qsizetype events() const;
    Figures figures() const;
    /// Errors first, then warnings; each in order of time. One of a code at most.
    std::vector<Finding> findings() const;
    /// What figures and findings could not take in, a sentence each. Empty for a sound session.
    QStringList leftOut() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Takes in the rest of a scan whose header was read. What is wrong with the session the scan says.
void diagnose(SessionScan &scan, Diagnosis &diagnosis);

/// The object that `watchline diagnose --format json` prints, without a line end. A member
/// `left_out` is there when there is something to say.
QByteArray toJson(const Diagnosis &diagnosis);

} // namespace watchline
