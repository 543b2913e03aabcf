// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/retrypolicy.h"
#include "core/session/event.h"

#include <QDateTime>
#include <QString>

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

/// Two sessions laid beside each other in time. Pure functions and values; any thread.
namespace watchline {

/// Which moments of the two are the same one.
enum class Alignment {
    Start,        ///< Their first events.
    Wall,         ///< The same time of day.
    FirstOutcome, ///< The ends of their first watches.
    Leases,       ///< When both got the same leases, whatever their clocks say.
};
inline constexpr std::array kAlignments{Alignment::Start, Alignment::Wall, Alignment::FirstOutcome,
                                        Alignment::Leases};

/// When leases were got: each at its first time. Of very many the first ones are kept.
class LeaseTimes
{
public:
    static constexpr std::size_t kMost = 100'000;

    /// What is kept of a lease's ID; 0 for none.
    static std::size_t key(std::string_view lease);
    void add(std::size_t key, Nanoseconds t);
    const std::unordered_map<std::size_t, Nanoseconds> &all() const { return m_times; }

private:
    std::unordered_map<std::size_t, Nanoseconds> m_times;
};

/// What has to be known of a session to lay it beside another one.
struct SessionMoments
{
    QDateTime started;   ///< By its own clock; invalid when it does not say.
    Nanoseconds first{}; ///< Of all events.
    Nanoseconds last{};
    std::optional<Nanoseconds> firstOutcome;
    LeaseTimes leases;
};

/// By how much B's times have to be moved so that shared leases were got at the same time: the
/// median of how far those are apart, in A's time less B's. Nothing when none is shared.
std::optional<Nanoseconds> shiftByLeases(const LeaseTimes &a, const LeaseTimes &b);

/// Says which time of B is which time of A: by an alignment, and by an offset that somebody adds.
/// What is further from a start than kFarthest counts as that far, so that sums always fit.
class TimeAligner
{
public:
    static constexpr Nanoseconds kFarthest = kFarthestTime / 4;

    TimeAligner() = default;
    TimeAligner(const SessionMoments &a, const SessionMoments &b);

    bool can(Alignment alignment) const { return m_shifts[index(alignment)].has_value(); }
    /// Why it cannot, in a few words; empty when it can.
    QString problem(Alignment alignment, const QString &nameOfA, const QString &nameOfB) const;
    /// Where that cannot be, their starts are aligned.
    void setAlignment(Alignment alignment) { m_alignment = alignment; }
    /// Moves B to later times.
    void setOffset(Nanoseconds offset);
    Nanoseconds offset() const { return m_offset; }
    qsizetype sharedLeases() const { return m_sharedLeases; }

    /// B's time with this added is A's.
    Nanoseconds shift() const;
    Nanoseconds toA(Nanoseconds inB) const { return inB + shift(); }
    Nanoseconds toB(Nanoseconds inA) const { return inA - shift(); }
    /// The moment that times are counted from, in A's time.
    Nanoseconds origin() const;

private:
    static std::size_t index(Alignment alignment) { return static_cast<std::size_t>(alignment); }

    std::array<std::optional<Nanoseconds>, kAlignments.size()> m_shifts{Nanoseconds::zero()};
    std::array<Nanoseconds, kAlignments.size()> m_origins{};
    bool m_hasStartA = false;
    bool m_hasOutcomeA = false;
    qsizetype m_sharedLeases = 0;
    Alignment m_alignment = Alignment::Start;
    Nanoseconds m_offset{};
};

/// An offset as somebody types it: `1.5s`, `-20ms`, `+2m`, or seconds without a unit. Nothing for
/// what is none; an empty text is no offset.
std::optional<Nanoseconds> offsetFromText(QStringView text);
/// To the millisecond, as offsetFromText() takes it: `+1.5s`.
QString offsetText(Nanoseconds offset);

} // namespace watchline
