// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelineviewport.h"

namespace watchline {

namespace {

/// What a session without a duration is shown in.
constexpr Nanoseconds kAroundOneEvent{std::chrono::seconds(10)};
constexpr double kFitMargin = 0.02;
/// How far the content may be pushed from an edge, as a share of the range.
constexpr double kOverscroll = 0.1;
/// Following: now is let come this near to the right edge, then is set back.
constexpr double kFollowNearest = 0.05;
constexpr double kFollowSetBack = 0.08;

Nanoseconds share(Nanoseconds duration, double part)
{
    return Nanoseconds(std::llround(static_cast<double>(duration.count()) * part));
}

} // namespace

Nanoseconds TimelineViewport::longest() const
{
    return std::max({share(m_content.duration(), 1.2), kAroundOneEvent, kLive});
}

TimeRange TimelineViewport::placed(Nanoseconds begin, Nanoseconds duration) const
{
    const Nanoseconds earliest = m_content.begin - share(duration, kOverscroll);
    const Nanoseconds latest = std::max(m_content.begin - share(duration, kFitMargin),
                                        m_content.end - share(duration, 1.0 - kOverscroll));
    begin = std::clamp(begin, earliest, latest);
    return {begin, begin + duration};
}

void TimelineViewport::setRange(TimeRange range)
{
    const Nanoseconds duration = std::clamp(range.duration(), kShortest, longest());
    const Nanoseconds middle = range.begin + range.duration() / 2;
    const bool asked = duration == range.duration();
    m_range = placed(asked ? range.begin : middle - duration / 2, duration);
}

TimeRange TimelineViewport::fitted() const
{
    const Nanoseconds duration = m_content.duration();
    if (duration < kShortest) {
        const Nanoseconds before = kAroundOneEvent / 10;
        return {m_content.begin - before, m_content.begin - before + kAroundOneEvent};
    }
    const Nanoseconds margin = share(duration, kFitMargin);
    return {m_content.begin - margin, m_content.end + margin};
}

void TimelineViewport::zoom(double factor, Nanoseconds anchor)
{
    const Nanoseconds old = m_range.duration();
    const double wanted = static_cast<double>(old.count()) * factor;
    const double limit = static_cast<double>(longest().count());
    const Nanoseconds duration(
        std::llround(std::clamp(wanted, static_cast<double>(kShortest.count()), limit)));
    if (duration == old)
        return;
    const double place =
        static_cast<double>((anchor - m_range.begin).count()) / static_cast<double>(old.count());
    m_range = placed(anchor - share(duration, place), duration);
}

void TimelineViewport::panBy(double part)
{
    m_range = placed(m_range.begin + share(m_range.duration(), part), m_range.duration());
}

void TimelineViewport::reveal(Nanoseconds t)
{
    if (!m_range.contains(t))
        m_range = placed(t - m_range.duration() / 2, m_range.duration());
}

void TimelineViewport::follow(Nanoseconds now)
{
    const Nanoseconds duration = m_range.duration();
    const bool tooFar = now > m_range.end - share(duration, kFollowNearest);
    if (!tooFar && now >= m_range.begin)
        return;
    m_range.end = now + share(duration, kFollowSetBack);
    m_range.begin = m_range.end - duration;
}

void TimelineViewport::showBeginning(Nanoseconds duration)
{
    const Nanoseconds begin = m_content.begin - share(duration, kFitMargin);
    m_range = {begin, begin + duration};
}

} // namespace watchline
