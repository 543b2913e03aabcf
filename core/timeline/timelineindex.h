// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/density.h"
#include "core/timeline/series.h"

#include <array>
#include <memory>

namespace watchline {

class FoldCache;

/// The lanes of a source, downwards: cause above effect.
enum class Lane : quint8 {
    Status,
    Watch, ///< Attempts and the watches that came of them; device info.
    Decisions,
    Backoff,
    Heartbeats,
    Frames,
    Marks, ///< Wakes, notes, and kinds that are not known.
    Room,  ///< Viewers' sessions: in logs alone, so most sessions do without this lane.
};
inline constexpr int kLaneCount = 8;
/// Those that every source has.
inline constexpr std::array<Lane, kLaneCount - 1> kLanes{
    Lane::Status,     Lane::Watch,  Lane::Decisions, Lane::Backoff,
    Lane::Heartbeats, Lane::Frames, Lane::Marks};
inline constexpr std::array<Lane, kLaneCount> kAllLanes{
    Lane::Status,     Lane::Watch,  Lane::Decisions, Lane::Backoff,
    Lane::Heartbeats, Lane::Frames, Lane::Marks,     Lane::Room};

/// Every kind has exactly one.
Lane laneOf(EventKind kind);

/// The stretch of time that a note is about.
struct NoteRange
{
    qint64 begin = 0;
    qint64 end = 0;
    quint32 row = 0;
};

/// What happened at one source, by lane.
struct SourceLanes
{
    /// Notes are a user's, so these are few; of a file that has more the rest are marks alone.
    static constexpr std::size_t kMostNoteRanges = 1'000;

    explicit SourceLanes(const SessionStore &store)
        : marks(kLaneCount, MarkSeries(store))
    {}

    std::vector<MarkSeries> marks; ///< By lane; every event is in exactly one of them.
    SpanSeries statuses;
    SpanSeries watches;
    SpanSeries waits; ///< Backoffs, and the waits between two device-info requests.
    std::vector<NoteRange> noteRanges; ///< By their begin.

    const MarkSeries &lane(Lane lane) const { return marks[static_cast<std::size_t>(lane)]; }
    /// nullptr for lanes that have marks alone.
    const SpanSeries *spans(Lane lane) const;
};

/// The timeline's geometry in time: what spans from when to when, and which marks lie where, by
/// source and lane. Follows a store that grows; rows are taken in once, in any order of time. One
/// thread.
class TimelineIndex
{
public:
    /// `store` is not owned and must outlive the index.
    explicit TimelineIndex(const SessionStore &store);
    ~TimelineIndex();

    /// Takes in the rows that have come since, `most` at the most. False when there were none.
    bool update(qsizetype most = std::numeric_limits<qsizetype>::max());
    /// How many rows were taken in.
    qsizetype size() const { return m_size; }

    /// Some source has something in the lane Room.
    bool hasRooms() const { return m_hasRooms; }
    int sourceCount() const { return static_cast<int>(m_sources.size()); }
    const SourceLanes &source(int source) const;
    /// First to last event, whatever their order; empty without events.
    TimeRange extent() const { return m_extent; }
    const Density &density() const { return m_density; }
    /// Of what was drawn last; no part of what the index says.
    FoldCache &folds() const { return *m_folds; }

    /// The span that a row belongs to (an attempt for its hello, a wait for its end), if any.
    std::optional<Span> spanOf(qsizetype row) const;
    /// What a note is about, if it is more than a moment.
    std::optional<NoteRange> noteRangeOf(qsizetype row) const;
    /// The row after or before it in its lane, and among the rows of its attempt; -1: none.
    qsizetype neighbourInLane(qsizetype row, int step) const;
    qsizetype neighbourInAttempt(qsizetype row, int step) const;

private:
    struct Builder;

    void takeIn(qsizetype row);
    void takeStatus(Builder &builder, const EventRow &event, quint32 row);
    void takeDeviceInfo(Builder &builder, const EventRow &event, quint32 row);
    void takeAttempt(Builder &builder, const EventRow &event, quint32 row);
    void takeHello(Builder &builder, const EventRow &event, quint32 row);
    void takeEnd(Builder &builder, const EventRow &event, quint32 row);
    void takeBackoff(Builder &builder, const EventRow &event, quint32 row);
    void takeNote(Builder &builder, const EventRow &event, quint32 row);

    const SessionStore &m_store;
    std::vector<std::unique_ptr<Builder>> m_sources;
    std::unique_ptr<FoldCache> m_folds;
    Density m_density;
    TimeRange m_extent;
    qsizetype m_size = 0;
    bool m_hasRooms = false;
};

} // namespace watchline
