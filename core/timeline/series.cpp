// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/series.h"

namespace watchline {

namespace {

constexpr qint64 kFarthest = qint64{1} << 61;

quint16 valueOf(const EventRow &event)
{
    if (event.kind == EventKind::Heartbeat && event.duration) {
        const qint64 tenths = (event.duration->count() + 99) / 100;
        return static_cast<quint16>(std::clamp<qint64>(tenths, 1, 65'535));
    }
    if (event.kind == EventKind::Decision && event.action) {
        const int rule = event.rule ? static_cast<int>(*event.rule) + 1 : 0;
        return static_cast<quint16>((rule << 8) | (static_cast<int>(*event.action) + 1));
    }
    return 0;
}

} // namespace

qint64 timelineTime(Nanoseconds t)
{
    return std::clamp<qint64>(t.count(), -kFarthest, kFarthest);
}

Mark markOf(quint32 row, const EventRow &event)
{
    return {timelineTime(event.t), row, event.kind, event.word, valueOf(event)};
}

Severity Mark::severity() const
{
    if (const auto decided = action())
        return severityOf(*decided);
    return severityOf(kind, word);
}

int Mark::rank() const
{
    const bool usual = kind == EventKind::KeepAlive || action() == Action::Run;
    return 2 * static_cast<int>(severity()) + (usual ? 0 : 1);
}

Severity Span::severity() const
{
    if (hot)
        return std::max(Severity::Error, severityOf(kind, word));
    if (kind == EventKind::ConnectAttempt && word == Word::None)
        return hello == kNoTime ? Severity::Waiting : Severity::Ok;
    return severityOf(kind, word);
}

void Summaries::append(qint64 t, const Extremes &item)
{
    const auto add = [&](Blocks &blocks, std::size_t size) {
        if (m_size % size == 0)
            blocks.push_back({t, 0, 0, -1});
        auto &block = blocks.back();
        if (item.rank > block.rank) {
            block.rank = static_cast<qint8>(item.rank);
            block.worst = static_cast<quint32>(item.worst);
        }
        block.largestOrdinary =
            std::max(block.largestOrdinary, static_cast<quint16>(item.largestOrdinary));
    };
    add(m_blocks, kBlock);
    add(m_largeBlocks, kLargeBlock);
    ++m_size;
}

void Summaries::truncate(std::size_t first)
{
    if (first >= m_size)
        return;
    m_size = first / kLargeBlock * kLargeBlock;
    m_blocks.resize(m_size / kBlock);
    m_largeBlocks.resize(m_size / kLargeBlock);
}

MarkSeries::MarkSeries(const SessionStore &store)
    : m_store(&store)
{}

Mark MarkSeries::operator[](std::size_t i) const
{
    const quint32 row = m_entries[i].row;
    return markOf(row, m_store->row(row));
}

qint64 MarkSeries::time(std::size_t i) const
{
    return timelineTime(m_store->time(m_entries[i].row));
}

void MarkSeries::append(const Mark &mark)
{
    Entry entry;
    entry.row = mark.row;
    entry.ordinary = mark.severity() <= Severity::Ok ? mark.value : quint16{0};
    entry.rank = static_cast<qint8>(mark.rank());
    m_entries.push_back(entry);
    if (mark.t < m_latest)
        m_earliestLate = std::min(m_earliestLate, mark.t);
    else
        m_latest = mark.t;
}

qint64 MarkSeries::settle()
{
    if (m_summaries.size() == m_entries.size())
        return kOpenEnd;
    const qint64 changed = std::min(m_earliestLate, time(m_summaries.size()));
    if (m_earliestLate != kOpenEnd) {
        // What was settled is in order, and so is what lies before the late ones.
        const auto byTime = [this](const Entry &a, const Entry &b) {
            return m_store->time(a.row) < m_store->time(b.row);
        };
        const std::size_t place = std::min(lowerBound(m_earliestLate + 1), m_summaries.size());
        auto tail = m_entries.tail(place);
        const auto settled = tail.begin() + static_cast<std::ptrdiff_t>(m_summaries.size() - place);
        std::stable_sort(settled, tail.end(), byTime);
        std::inplace_merge(tail.begin(), settled, tail.end(), byTime);
        m_entries.replaceTail(place, tail);
        m_summaries.truncate(place);
        m_earliestLate = kOpenEnd;
    }
    for (std::size_t i = m_summaries.size(); i < m_entries.size(); ++i)
        m_summaries.append(time(i), {i, m_entries[i].rank, m_entries[i].ordinary});
    return changed;
}

std::size_t MarkSeries::lowerBound(qint64 t, std::size_t from) const
{
    return m_summaries.lowerBound(t, from, [this](std::size_t i) { return time(i); });
}

Extremes MarkSeries::extremes(std::size_t first, std::size_t last) const
{
    return m_summaries.over(first, last, [this](std::size_t i) {
        return Extremes{i, m_entries[i].rank, m_entries[i].ordinary};
    });
}

std::size_t MarkSeries::indexOfRow(quint32 row, qint64 t) const
{
    for (std::size_t i = lowerBound(t); i < m_entries.size() && time(i) == t; ++i) {
        if (m_entries[i].row == row)
            return i;
    }
    return m_entries.size();
}

void SpanSeries::append(const Span &span)
{
    m_dirty = std::min(m_dirty, m_spans.size());
    m_spans.push_back(span);
}

Span &SpanSeries::edit(std::size_t i)
{
    m_dirty = std::min(m_dirty, i);
    return m_spans[i];
}

qint64 SpanSeries::settle()
{
    if (m_dirty >= m_spans.size())
        return kOpenEnd;
    // Normally the new ones are in order and after the old ones, and nothing moves.
    qint64 earliestLate = kOpenEnd;
    qint64 latest = m_settled > 0 ? m_spans[m_settled - 1].begin : kNoTime;
    for (std::size_t i = m_settled; i < m_spans.size(); ++i) {
        if (m_spans[i].begin < latest)
            earliestLate = std::min(earliestLate, m_spans[i].begin);
        latest = std::max(latest, m_spans[i].begin);
    }
    if (earliestLate != kOpenEnd) {
        const auto byTime = [](const Span &a, const Span &b) { return a.begin < b.begin; };
        std::size_t place = m_settled;
        while (place > 0 && m_spans[place - 1].begin > earliestLate)
            --place;
        auto tail = m_spans.tail(place);
        const auto settled = tail.begin() + static_cast<std::ptrdiff_t>(m_settled - place);
        std::stable_sort(settled, tail.end(), byTime);
        std::inplace_merge(tail.begin(), settled, tail.end(), byTime);
        m_spans.replaceTail(place, tail);
        m_dirty = std::min(m_dirty, place);
    }
    m_settled = m_spans.size();
    const qint64 changed = m_spans[m_dirty].begin;
    m_summaries.truncate(m_dirty);
    m_ranks.resize(m_summaries.size());
    for (std::size_t i = m_summaries.size(); i < m_spans.size(); ++i) {
        m_ranks.push_back(static_cast<qint8>(m_spans[i].rank()));
        m_summaries.append(m_spans[i].begin, {i, m_ranks[i], 0});
    }
    m_dirty = m_spans.size();
    return changed;
}

std::size_t SpanSeries::lowerBound(qint64 t, std::size_t from) const
{
    return m_summaries.lowerBound(t, from, [this](std::size_t i) { return m_spans[i].begin; });
}

std::size_t SpanSeries::worst(std::size_t first, std::size_t last) const
{
    return m_summaries
        .over(first, last,
              [this](std::size_t i) {
                  return Extremes{i, m_ranks[i], 0};
              })
        .worst;
}

} // namespace watchline
