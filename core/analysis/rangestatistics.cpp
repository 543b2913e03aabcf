// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/rangestatistics.h"

#include "core/analysis/roundtrips.h"

#include <algorithm>
#include <cmath>

namespace watchline {

namespace {

constexpr qsizetype kRowsBetweenAsking = 16'384;

struct Source
{
    bool isKnown = false;
    std::optional<Nanoseconds> watch; // since when one runs
    Nanoseconds lastFrame{};
    std::optional<Nanoseconds> backoff;
};

class Collector
{
public:
    Collector(const SessionStore &store, TimeRange range)
        : m_store(store)
    {
        m_result.range = range;
    }

    void take(qsizetype row);
    RangeStatistics finish(Nanoseconds end);

private:
    bool isWithin(Nanoseconds t) const
    {
        return t >= m_result.range.begin && t <= m_result.range.end;
    }
    /// The part of it that is within.
    Nanoseconds within(Nanoseconds from, Nanoseconds to) const
    {
        const auto begin = std::max(from, m_result.range.begin);
        return std::max(std::min(to, m_result.range.end) - begin, Nanoseconds::zero());
    }

    void count(WordCounts &counts, qsizetype row) const;
    void takeHeartbeat(qsizetype row);
    void takeOutcome(Source &source, qsizetype row);
    void takeFrame(Source &source, Nanoseconds t);
    void addSilence(Nanoseconds from, Nanoseconds to);
    void endWatch(Source &source, Nanoseconds t);
    void endBackoff(Source &source, Nanoseconds t);

    const SessionStore &m_store;
    RangeStatistics m_result;
    std::vector<Source> m_sources;
    qsizetype m_hellos = 0;
    WordCounts m_errors;
    WordCounts m_outcomes;
    RoundTrips m_roundTrips;
    std::vector<Nanoseconds> m_lifetimes;
};

void Collector::take(qsizetype row)
{
    const EventKind kind = m_store.kind(row);
    if (kind == EventKind::Note)
        return;
    const Nanoseconds t = m_store.time(row);
    const auto index = std::size_t{m_store.source(row)};
    if (index >= m_sources.size())
        m_sources.resize(index + 1);
    Source &source = m_sources[index];
    if (t <= m_result.range.end)
        source.isKnown = true;
    switch (kind) {
    case EventKind::KeepAlive:
    case EventKind::SseEvent:
    case EventKind::Wake:
        takeFrame(source, t);
        break;
    case EventKind::Heartbeat:
        if (isWithin(t))
            takeHeartbeat(row);
        break;
    case EventKind::Status:
        // A run that its user stopped has no outcome.
        if (m_store.row(row).word == Word::Shutdown) {
            endWatch(source, t);
            endBackoff(source, t);
        }
        break;
    case EventKind::ConnectAttempt:
        m_result.attempts += isWithin(t) ? 1 : 0;
        endWatch(source, t);
        endBackoff(source, t);
        break;
    case EventKind::ConnectError:
        if (isWithin(t))
            count(m_errors, row);
        break;
    case EventKind::Hello:
        m_hellos += isWithin(t) ? 1 : 0;
        endWatch(source, t);
        endBackoff(source, t);
        source.watch = source.lastFrame = t;
        break;
    case EventKind::Outcome:
        takeOutcome(source, row);
        break;
    case EventKind::Backoff:
        endBackoff(source, t);
        if (m_store.row(row).word == Word::Started)
            source.backoff = t;
        break;
    default:
        break;
    }
}

void Collector::count(WordCounts &counts, qsizetype row) const
{
    const auto word = m_store.row(row).word;
    if (word == Word::None || word == Word::Other)
        counts.addOther(m_store.event(row).wordText());
    else
        counts.add(word);
}

void Collector::takeHeartbeat(qsizetype row)
{
    const auto duration = m_store.row(row).duration;
    if (!duration)
        return;
    m_roundTrips.add(*duration);
    m_result.roundTripBars.add(*duration);
}

void Collector::takeOutcome(Source &source, qsizetype row)
{
    const EventRow event = m_store.row(row);
    std::optional<Nanoseconds> lifetime = event.duration;
    if (!lifetime && source.watch)
        lifetime = std::max(event.t - *source.watch, Nanoseconds::zero());
    endWatch(source, event.t);
    if (!isWithin(event.t))
        return;
    ++m_result.watchesEnded;
    count(m_outcomes, row);
    if (!lifetime)
        return;
    m_lifetimes.push_back(*lifetime);
    m_result.lifetimes.add(*lifetime);
}

void Collector::takeFrame(Source &source, Nanoseconds t)
{
    if (!source.watch)
        return;
    addSilence(source.lastFrame, t);
    source.lastFrame = std::max(source.lastFrame, t);
}

void Collector::addSilence(Nanoseconds from, Nanoseconds to)
{
    const auto silence = within(from, to);
    if (silence <= m_result.longestSilence)
        return;
    m_result.longestSilence = silence;
    m_result.silenceBegan = std::max(from, m_result.range.begin);
}

void Collector::endWatch(Source &source, Nanoseconds t)
{
    if (!source.watch)
        return;
    m_result.connected = cappedSum(m_result.connected, within(*source.watch, t));
    addSilence(source.lastFrame, t);
    source.watch.reset();
}

void Collector::endBackoff(Source &source, Nanoseconds t)
{
    if (source.backoff)
        m_result.backoff = cappedSum(m_result.backoff, within(*source.backoff, t));
    source.backoff.reset();
}

RangeStatistics Collector::finish(Nanoseconds end)
{
    // What goes on, goes on to the session's end.
    for (auto &source : m_sources) {
        endWatch(source, end);
        endBackoff(source, end);
        m_result.sources += source.isKnown ? 1 : 0;
    }
    Nanoseconds all{};
    for (int i = 0; i < m_result.sources; ++i)
        all = cappedSum(all, m_result.range.duration());
    m_result.disconnected = std::max(all - m_result.connected, Nanoseconds::zero());
    if (m_hellos > 0)
        m_result.attemptsByOutcome.emplace_back(QStringLiteral("hello"), m_hellos);
    for (auto &error : m_errors.named())
        m_result.attemptsByOutcome.push_back(std::move(error));
    m_result.watchesByOutcome = m_outcomes.named();
    m_result.roundTrips = m_roundTrips.count();
    m_result.roundTripMedian = m_roundTrips.percentile(0.5);
    m_result.roundTripP90 = m_roundTrips.percentile(0.9);
    m_result.roundTripP99 = m_roundTrips.percentile(0.99);
    m_result.roundTripMax = m_roundTrips.max();
    m_result.lifetimesKnown = static_cast<qsizetype>(m_lifetimes.size());
    m_result.commonLifetime = largestCluster(std::move(m_lifetimes));
    return m_result;
}

} // namespace

DurationHistogram::DurationHistogram(Nanoseconds shortest, Nanoseconds longest, int perDecade)
    : m_shortest(std::log10(static_cast<double>(shortest.count())))
    , m_perDecade(perDecade)
{
    const double decades = std::log10(static_cast<double>(longest.count())) - m_shortest;
    m_counts.resize(static_cast<std::size_t>(std::max(1.0, std::ceil(decades * m_perDecade))));
}

void DurationHistogram::add(Nanoseconds duration)
{
    const auto bar = static_cast<std::size_t>(position(duration) * size());
    ++m_counts[std::min(bar, m_counts.size() - 1)];
}

Nanoseconds DurationHistogram::begin(int bar) const
{
    return Nanoseconds(std::llround(std::pow(10, m_shortest + bar / m_perDecade)));
}

double DurationHistogram::position(Nanoseconds duration) const
{
    const auto nanoseconds = static_cast<double>(std::max<qint64>(duration.count(), 1));
    return std::clamp((std::log10(nanoseconds) - m_shortest) * m_perDecade / size(), 0.0, 1.0);
}

std::pair<int, int> DurationHistogram::used() const
{
    const auto isUsed = [](qsizetype count) { return count > 0; };
    const auto first = std::ranges::find_if(m_counts, isUsed);
    if (first == m_counts.end())
        return {0, 0};
    const auto last = std::find_if(m_counts.rbegin(), m_counts.rend(), isUsed).base();
    return {static_cast<int>(first - m_counts.begin()), static_cast<int>(last - m_counts.begin())};
}

DurationCluster largestCluster(std::vector<Nanoseconds> durations)
{
    std::ranges::sort(durations);
    DurationCluster largest;
    std::size_t end = 0;
    for (std::size_t begin = 0; begin < durations.size(); ++begin) {
        const Nanoseconds shortest = durations[begin];
        while (end < durations.size() && isSameTime(shortest, durations[end]))
            ++end;
        if (const auto count = static_cast<qsizetype>(end - begin); count > largest.count)
            largest = {count, shortest, durations[end - 1]};
    }
    return largest;
}

double RangeStatistics::connectedShare() const
{
    const double yes = static_cast<double>(connected.count());
    const double no = static_cast<double>(disconnected.count());
    return yes + no > 0 ? yes / (yes + no) : 0;
}

std::optional<RangeStatistics> statisticsOf(const SessionStore &store, TimeRange range,
                                            Nanoseconds end, const std::function<bool()> &goOn)
{
    const qsizetype size = store.size();
    range.begin = std::max(range.begin, store.firstTime());
    range.end = std::max(range.begin, std::min(range.end, std::max(end, store.lastTime())));
    Collector collector(store, range);
    for (qsizetype row = 0; row < size; ++row) {
        if (row % kRowsBetweenAsking == 0 && !goOn())
            return std::nullopt;
        collector.take(row);
    }
    return collector.finish(std::max(end, store.lastTime()));
}

} // namespace watchline
