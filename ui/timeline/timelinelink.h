// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QObject>

#include <optional>

namespace watchline {

class TimelineView;

/// Keeps two timelines beside each other: what is done to time in one (pan, zoom, a selected range,
/// the cursor, where times count from) is done in the other, at the time that is the same there.
/// Both can be moved over all that either has.
class TimelineLink : public QObject
{
    Q_OBJECT

public:
    /// Neither is owned; they must outlive the link.
    TimelineLink(TimelineView *a, TimelineView *b, QObject *parent = nullptr);

    /// B's time with `shift` added is A's. What is in sight of A stays there, unless all is.
    /// Within the hundred years that times reach.
    void setShift(Nanoseconds shift);
    Nanoseconds shift() const { return m_shift; }
    Nanoseconds toA(Nanoseconds inB) const { return inB + m_shift; }
    Nanoseconds toB(Nanoseconds inA) const { return inA - m_shift; }

    /// In A's time; nullopt: none. Each may be dragged.
    void setCursor(std::optional<Nanoseconds> inA);
    std::optional<Nanoseconds> cursor() const { return m_cursor; }
    /// Times count from here, in A's time.
    void setOrigin(Nanoseconds inA);
    /// Both, in A's time, with some room around; nothing moves when they are in sight.
    void reveal(Nanoseconds oneInA, Nanoseconds otherInA);
    void fit();
    /// Begins anew with other sessions: all of them is in sight.
    void reset();

private:
    void connectViews(TimelineView *from, TimelineView *to, int direction);
    /// Of either's time in the other's.
    Nanoseconds moved(Nanoseconds t, int direction) const;
    TimeRange moved(TimeRange range, int direction) const;
    void update();
    void show(TimeRange inA);
    /// All that either has, with some room, in A's time.
    TimeRange fitted() const;

    TimelineView *const m_a;
    TimelineView *const m_b;
    TimeRange m_content; ///< Of both, in A's time.
    Nanoseconds m_shift{};
    std::optional<Nanoseconds> m_cursor;
    bool m_fitting = true; ///< Until somebody moves: what comes stays in sight.
    bool m_passingOn = false;
};

} // namespace watchline
