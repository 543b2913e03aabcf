// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelineindex.h"

#include "core/timeline/timelinefold.h"

#include <algorithm>
#include <deque>

namespace watchline {

namespace {

/// A loop without a wait: this many attempts in this time. No gateway should do it.
constexpr std::size_t kHotAttempts = 5;
constexpr qint64 kHotTime = 10'000'000'000;

constexpr qint64 kLongest = qint64{1} << 61;

qint64 nanoseconds(std::chrono::microseconds duration)
{
    return std::clamp<qint64>(duration.count(), 0, kLongest / 1000) * 1000;
}

/// A span of a series that is still to be changed. A series may be sorted anew, so it is its row
/// that tells which one it is.
struct OpenSpan
{
    quint32 row = kNoRow;
    qint64 begin = 0;
    std::size_t index = 0; // where it was last
};

Span *find(SpanSeries &series, OpenSpan &open)
{
    if (open.row == kNoRow)
        return nullptr;
    if (open.index < series.size() && series[open.index].row == open.row)
        return &series.edit(open.index);
    // Moved by sorting, which cost no less than this.
    for (std::size_t i = series.size(); i-- > 0;) {
        if (series[i].row == open.row) {
            open.index = i;
            return &series.edit(i);
        }
    }
    return nullptr;
}

} // namespace

Lane laneOf(EventKind kind)
{
    switch (kind) {
    case EventKind::Status:
        return Lane::Status;
    case EventKind::DeviceInfo:
    case EventKind::ConnectAttempt:
    case EventKind::ConnectPhase:
    case EventKind::Hello:
    case EventKind::ConnectError:
    case EventKind::Outcome:
        return Lane::Watch;
    case EventKind::Decision:
        return Lane::Decisions;
    case EventKind::Backoff:
        return Lane::Backoff;
    case EventKind::Heartbeat:
        return Lane::Heartbeats;
    case EventKind::KeepAlive:
    case EventKind::SseEvent:
        return Lane::Frames;
    case EventKind::Room:
        return Lane::Room;
    case EventKind::Wake:
    case EventKind::Note:
    case EventKind::Unknown:
        break;
    }
    return Lane::Marks;
}

const SpanSeries *SourceLanes::spans(Lane lane) const
{
    switch (lane) {
    case Lane::Status:
        return &statuses;
    case Lane::Watch:
        return &watches;
    case Lane::Backoff:
        return &waits;
    default:
        return nullptr;
    }
}

/// The lanes of a source, and what is still running there.
struct TimelineIndex::Builder
{
    explicit Builder(const SessionStore &store)
        : lanes(store)
    {}

    SourceLanes lanes;
    OpenSpan status;
    OpenSpan watch;
    OpenSpan wait;
    bool waitIsForDeviceInfo = false;
    std::optional<Rule> rule; // of the last decision
    qint64 lastTime = 0;
    std::deque<OpenSpan> attemptsInARow; // with no wait between them, the last kHotAttempts
    // The last watch that had its hello: its lease may be offered again.
    StringId lastLease = 0;
    qint64 lastWatchEnd = kNoTime;

    static void begin(SpanSeries &series, OpenSpan &open, const Span &span)
    {
        series.append(span);
        open = {span.row, span.begin, series.size() - 1};
    }

    /// Ends what runs; nothing when nothing does. Never before its begin.
    static void end(SpanSeries &series, OpenSpan &open, qint64 t, Word word, quint32 row)
    {
        if (Span *span = find(series, open)) {
            span->end = std::max(span->begin, t);
            span->endRow = row;
            if (span->kind != EventKind::Status)
                span->word = word;
        }
        open = {};
    }

    void endDeviceInfoWait(qint64 t)
    {
        if (!waitIsForDeviceInfo)
            return;
        // No event ends this wait: it was over as planned, or when the next thing happened.
        if (Span *span = find(lanes.waits, wait))
            end(lanes.waits, wait, std::min(t, span->begin + span->planned), Word::Finished,
                kNoRow);
        waitIsForDeviceInfo = false;
    }

    void settle(FoldCache &folds)
    {
        for (auto &series : lanes.marks)
            forget(folds, series, series.settle());
        for (auto *series : {&lanes.statuses, &lanes.watches, &lanes.waits})
            forget(folds, *series, series->settle());
    }

    template<typename Series>
    static void forget(FoldCache &folds, const Series &series, qint64 from)
    {
        if (from != kOpenEnd)
            folds.forget(&series, from);
    }
};

TimelineIndex::TimelineIndex(const SessionStore &store)
    : m_store(store)
    , m_folds(std::make_unique<FoldCache>())
{}

TimelineIndex::~TimelineIndex() = default;

const SourceLanes &TimelineIndex::source(int source) const
{
    return m_sources.at(static_cast<std::size_t>(source))->lanes;
}

bool TimelineIndex::update(qsizetype most)
{
    const qsizetype available = std::min<qsizetype>(m_store.size(), kNoRow);
    const qsizetype end = most < available - m_size ? m_size + most : available;
    if (end <= m_size)
        return false;
    for (; m_size < end; ++m_size)
        takeIn(m_size);
    for (const auto &builder : m_sources)
        builder->settle(*m_folds);
    return true;
}

void TimelineIndex::takeIn(qsizetype row)
{
    const EventRow event = m_store.row(row);
    const auto number = static_cast<quint32>(row);
    const qint64 t = timelineTime(event.t);
    while (m_sources.size() <= event.source)
        m_sources.push_back(std::make_unique<Builder>(m_store));
    Builder &builder = *m_sources[event.source];

    const Mark mark = markOf(number, event);
    builder.lanes.marks[static_cast<std::size_t>(laneOf(event.kind))].append(mark);
    m_hasRooms = m_hasRooms || event.kind == EventKind::Room;
    m_density.add(Nanoseconds(t), mark.severity());
    if (row == 0)
        m_extent = {Nanoseconds(t), Nanoseconds(t)};
    m_extent.begin = std::min(m_extent.begin, Nanoseconds(t));
    m_extent.end = std::max(m_extent.end, Nanoseconds(t));

    switch (event.kind) {
    case EventKind::Status:
        takeStatus(builder, event, number);
        break;
    case EventKind::DeviceInfo:
        takeDeviceInfo(builder, event, number);
        break;
    case EventKind::ConnectAttempt:
        takeAttempt(builder, event, number);
        break;
    case EventKind::Hello:
        takeHello(builder, event, number);
        break;
    case EventKind::ConnectError:
    case EventKind::Outcome:
        takeEnd(builder, event, number);
        break;
    case EventKind::Decision:
        builder.rule = event.rule;
        break;
    case EventKind::Backoff:
        takeBackoff(builder, event, number);
        break;
    case EventKind::Note:
        takeNote(builder, event, number);
        break;
    default:
        break;
    }
    builder.lastTime = t;
}

void TimelineIndex::takeStatus(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    Builder::end(lanes.statuses, builder.status, t, Word::None, row);
    Span span;
    span.begin = t;
    span.kind = EventKind::Status;
    span.word = event.word;
    span.row = row;
    span.attempt = event.attempt;
    Builder::begin(lanes.statuses, builder.status, span);
    if (event.word == Word::ShuttingDown || event.word == Word::Shutdown) {
        // A user's stop states no outcome.
        builder.endDeviceInfoWait(t);
        Builder::end(lanes.watches, builder.watch, t, Word::None, row);
    }
    // Nothing runs after it: what follows is a gap.
    if (event.word == Word::Shutdown)
        Builder::end(lanes.statuses, builder.status, t, Word::None, row);
}

void TimelineIndex::takeDeviceInfo(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    const qint64 began = t - (event.duration ? nanoseconds(*event.duration) : 0);
    builder.endDeviceInfoWait(began);
    Span span;
    span.begin = began;
    span.end = t;
    span.kind = EventKind::DeviceInfo;
    span.word = event.word;
    span.row = row;
    span.endRow = row;
    span.attempt = event.attempt;
    lanes.watches.append(span);
    if (event.word == Word::Error && event.delay) {
        Builder::end(lanes.waits, builder.wait, t, Word::None, row);
        Span wait;
        wait.begin = t;
        wait.planned = nanoseconds(*event.delay);
        wait.kind = EventKind::DeviceInfo;
        wait.row = row;
        Builder::begin(lanes.waits, builder.wait, wait);
        builder.waitIsForDeviceInfo = true;
    }
}

void TimelineIndex::takeAttempt(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    builder.endDeviceInfoWait(t);
    // An attempt whose end is missing was over at the latest when its source was last heard of.
    Builder::end(lanes.watches, builder.watch, builder.lastTime, Word::None, kNoRow);
    Span span;
    span.begin = t;
    span.kind = EventKind::ConnectAttempt;
    span.row = row;
    span.attempt = event.attempt;
    if (builder.lastLease != 0 && builder.lastWatchEnd != kNoTime) {
        const auto offered = m_store.event(row).text(Field::PreviousLeaseId);
        if (!offered.isEmpty() && offered == m_store.string(builder.lastLease))
            span.offerer = builder.lastWatchEnd;
    }
    Builder::begin(lanes.watches, builder.watch, span);

    auto &together = builder.attemptsInARow;
    together.push_back(builder.watch);
    if (together.size() > kHotAttempts)
        together.pop_front();
    if (together.size() == kHotAttempts && t - together.front().begin < kHotTime) {
        for (auto &attempt : together) {
            if (Span *hot = find(lanes.watches, attempt))
                hot->hot = true;
        }
    }
}

void TimelineIndex::takeHello(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    if (!find(lanes.watches, builder.watch)) {
        Span span;
        span.begin = t - (event.duration ? nanoseconds(*event.duration) : 0);
        span.kind = EventKind::ConnectAttempt;
        span.row = row;
        span.attempt = event.attempt;
        Builder::begin(lanes.watches, builder.watch, span);
    }
    if (Span *span = find(lanes.watches, builder.watch)) {
        span->hello = std::max(span->begin, t);
        span->leaseId = event.leaseId;
    }
    builder.lastLease = event.leaseId;
    builder.lastWatchEnd = kNoTime;
}

void TimelineIndex::takeEnd(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    if (builder.watch.row == kNoRow) {
        Span span;
        span.begin = t - (event.duration ? nanoseconds(*event.duration) : 0);
        span.kind = EventKind::ConnectAttempt;
        span.row = row;
        span.attempt = event.attempt;
        if (event.kind == EventKind::Outcome) {
            span.hello = span.begin;
            span.leaseId = event.leaseId;
        }
        Builder::begin(lanes.watches, builder.watch, span);
    }
    Builder::end(lanes.watches, builder.watch, t, event.word, row);
    if (event.kind == EventKind::Outcome)
        builder.lastWatchEnd = t;
}

void TimelineIndex::takeBackoff(Builder &builder, const EventRow &event, quint32 row)
{
    const qint64 t = timelineTime(event.t);
    auto &lanes = builder.lanes;
    builder.endDeviceInfoWait(t);
    builder.attemptsInARow.clear();
    Span span;
    span.begin = t;
    span.kind = EventKind::Backoff;
    span.row = row;
    span.attempt = event.attempt;
    span.setRule(builder.rule);
    if (event.delay)
        span.planned = nanoseconds(*event.delay);
    if (event.word == Word::Started) {
        Builder::end(lanes.waits, builder.wait, builder.lastTime, Word::None, kNoRow);
        Builder::begin(lanes.waits, builder.wait, span);
        return;
    }
    if (builder.wait.row == kNoRow) {
        span.begin = t - (event.duration ? nanoseconds(*event.duration) : 0);
        Builder::begin(lanes.waits, builder.wait, span);
    }
    Builder::end(lanes.waits, builder.wait, t, event.word, row);
}

void TimelineIndex::takeNote(Builder &builder, const EventRow &event, quint32 row)
{
    auto &ranges = builder.lanes.noteRanges;
    const qint64 length = event.duration ? nanoseconds(*event.duration) : 0;
    if (length == 0 || ranges.size() >= SourceLanes::kMostNoteRanges)
        return;
    const qint64 t = timelineTime(event.t);
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), t,
                         [](qint64 time, const NoteRange &range) { return time < range.begin; });
    ranges.insert(after, {t, timelineTime(Nanoseconds(t + length)), row});
}

std::optional<Span> TimelineIndex::spanOf(qsizetype row) const
{
    if (row < 0 || row >= m_size)
        return std::nullopt;
    const EventRow event = m_store.row(row);
    const auto *series = source(event.source).spans(laneOf(event.kind));
    if (!series || series->isEmpty())
        return std::nullopt;
    const qint64 t = timelineTime(event.t);
    const auto number = static_cast<quint32>(row);
    // A span's rows lie within it, so it is one of the few that touch this time. Device info begins
    // before its row.
    const std::size_t end = series->lowerBound(t + 1);
    for (std::size_t i = end; i-- > 0 && end - i <= 16;) {
        const Span &span = (*series)[i];
        const bool within = span.row <= number && number <= span.endRow && t <= span.endOr(t);
        if (span.row == number || span.endRow == number || within)
            return span;
    }
    return std::nullopt;
}

std::optional<NoteRange> TimelineIndex::noteRangeOf(qsizetype row) const
{
    if (row < 0 || row >= m_size)
        return std::nullopt;
    const auto &ranges = source(m_store.source(row)).noteRanges;
    const auto found = std::find_if(ranges.begin(), ranges.end(), [row](const NoteRange &range) {
        return qsizetype{range.row} == row;
    });
    return found == ranges.end() ? std::nullopt : std::optional(*found);
}

qsizetype TimelineIndex::neighbourInLane(qsizetype row, int step) const
{
    if (row < 0 || row >= m_size)
        return -1;
    const EventRow event = m_store.row(row);
    const auto &marks = source(event.source).lane(laneOf(event.kind));
    const std::size_t index = marks.indexOfRow(static_cast<quint32>(row), timelineTime(event.t));
    if (index == marks.size() || (step < 0 && index == 0) ||
        (step > 0 && index + 1 == marks.size()))
        return -1;
    return marks.row(step < 0 ? index - 1 : index + 1);
}

qsizetype TimelineIndex::neighbourInAttempt(qsizetype row, int step) const
{
    if (row < 0 || row >= m_size)
        return -1;
    const EventRow event = m_store.row(row);
    const qsizetype direction = step < 0 ? -1 : 1;
    for (qsizetype other = row + direction; other >= 0 && other < m_size; other += direction) {
        const EventRow candidate = m_store.row(other);
        if (candidate.source == event.source)
            return candidate.attempt == event.attempt ? other : -1;
    }
    return -1;
}

} // namespace watchline
