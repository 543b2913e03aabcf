// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelinelink.h"

#include "core/session/event.h"
#include "core/timeline/timelineviewport.h"
#include "ui/timeline/timelineview.h"

#include <QScopedValueRollback>

#include <algorithm>
#include <utility>

namespace watchline {

namespace {

constexpr int kToB = -1;
constexpr int kToA = 1;

/// Durations of what is within always fit their type.
Nanoseconds inReach(Nanoseconds t)
{
    return std::clamp<Nanoseconds>(t, -kFarthestTime, kFarthestTime);
}

} // namespace

TimelineLink::TimelineLink(TimelineView *a, TimelineView *b, QObject *parent)
    : QObject(parent)
    , m_a(a)
    , m_b(b)
{
    connectViews(a, b, kToB);
    connectViews(b, a, kToA);
}

void TimelineLink::connectViews(TimelineView *from, TimelineView *to, int direction)
{
    connect(from, &TimelineView::visibleRangeChanged, this, [=, this](TimeRange range) {
        if (m_passingOn)
            return;
        const QScopedValueRollback guard(m_passingOn, true);
        m_fitting = (direction == kToA ? moved(range, kToA) : range) == fitted();
        to->setVisibleRange(moved(range, direction));
    });
    connect(from, &TimelineView::rangeSelected, this, [=, this](std::optional<TimeRange> range) {
        if (m_passingOn)
            return;
        const QScopedValueRollback guard(m_passingOn, true);
        to->setSelectedRange(range ? std::optional(moved(*range, direction)) : std::nullopt);
    });
    connect(from, &TimelineView::playheadMoved, this,
            [=, this](Nanoseconds t) { setCursor(direction == kToB ? t : toA(t)); });
    connect(from, &TimelineView::timeOriginChanged, this, [=, this](Nanoseconds t) {
        if (m_passingOn)
            return;
        const QScopedValueRollback guard(m_passingOn, true);
        to->setTimeOrigin(moved(t, direction));
    });
    connect(from, &TimelineView::rowsTaken, this, &TimelineLink::update);
}

Nanoseconds TimelineLink::moved(Nanoseconds t, int direction) const
{
    return t + direction * m_shift;
}

TimeRange TimelineLink::moved(TimeRange range, int direction) const
{
    return {moved(range.begin, direction), moved(range.end, direction)};
}

void TimelineLink::setShift(Nanoseconds shift)
{
    if (std::exchange(m_shift, shift) == shift)
        return;
    update();
    setCursor(m_cursor);
    const QScopedValueRollback guard(m_passingOn, true);
    m_b->setVisibleRange(moved(m_a->visibleRange(), kToB));
    if (const auto range = m_a->selectedRange())
        m_b->setSelectedRange(moved(*range, kToB));
}

void TimelineLink::setCursor(std::optional<Nanoseconds> inA)
{
    m_cursor = inA;
    m_a->setPlayhead(inA);
    m_b->setPlayhead(inA ? std::optional(toB(*inA)) : std::nullopt);
}

void TimelineLink::setOrigin(Nanoseconds inA)
{
    const QScopedValueRollback guard(m_passingOn, true);
    m_a->setTimeOrigin(inA);
    m_b->setTimeOrigin(toB(inA));
}

/// Both learn what they can be moved over.
void TimelineLink::update()
{
    std::optional<TimeRange> content;
    const auto add = [&content](const TimelineView *view, Nanoseconds shift) {
        if (view->indexedRows() == 0)
            return;
        const auto extent = view->extent();
        const TimeRange range{inReach(extent.begin + shift), inReach(extent.end + shift)};
        content = content ? TimeRange{std::min(content->begin, range.begin),
                                      std::max(content->end, range.end)}
                          : range;
    };
    add(m_a, Nanoseconds::zero());
    add(m_b, m_shift);
    m_content = content.value_or(TimeRange());
    m_a->setReach(m_content);
    m_b->setReach(TimeRange{inReach(toB(m_content.begin)), inReach(toB(m_content.end))});
    if (m_fitting && content)
        show(fitted());
}

TimeRange TimelineLink::fitted() const
{
    TimelineViewport viewport;
    viewport.setContent(m_content);
    return viewport.fitted();
}

void TimelineLink::show(TimeRange inA)
{
    const QScopedValueRollback guard(m_passingOn, true);
    m_a->setVisibleRange(inA);
    m_b->setVisibleRange(moved(m_a->visibleRange(), kToB));
}

void TimelineLink::reveal(Nanoseconds oneInA, Nanoseconds otherInA)
{
    const auto wanted = ordered(oneInA, otherInA);
    const auto range = m_a->visibleRange();
    if (range.contains(wanted.begin) && range.contains(wanted.end))
        return;
    m_fitting = false;
    const auto duration = std::max(range.duration(), wanted.duration() + wanted.duration() / 4);
    const auto begin = wanted.begin + wanted.duration() / 2 - duration / 2;
    show({begin, begin + duration});
}

void TimelineLink::fit()
{
    m_fitting = true;
    update();
}

void TimelineLink::reset()
{
    m_shift = {};
    setCursor(std::nullopt);
    fit();
}

} // namespace watchline
