// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace watchline {

class SessionStore;
struct WhatIfLanes;

/// A wait that is running: the part that lies ahead is drawn beyond now.
struct PlannedBackoff
{
    Nanoseconds from{};
    Nanoseconds to{};

    bool operator==(const PlannedBackoff &) const = default;
};

/// The timeline of a session: labels, ruler and lanes, and an overview strip of the whole session
/// below. Shows a SessionStore, asks for nothing, changes nothing. All times are the session's.
///
/// The hands: wheel scrolls lanes; Shift+wheel, A and D move in time; Ctrl+wheel, pinch, W and S,
/// + and - zoom at the cursor; drag selects a range, and so do Shift+Left and Shift+Right;
/// Shift+drag and middle drag pan; F focuses the selection, again F fits all; R makes the selected
/// event a range; Home shows all, End follows;
/// `.` and `,` step in the lane, with Ctrl in the attempt; Esc clears; M notes the range, or the
/// moment of the selected event; Ctrl+T counts times from the selection. A click on a source's name
/// folds it to one line or opens it, and so does O; Shift+O folds or opens all.
class TimelineView : public QWidget
{
    Q_OBJECT

public:
    enum class Step { NextInLane, PreviousInLane, NextInAttempt, PreviousInAttempt };
    Q_ENUM(Step)

    explicit TimelineView(QWidget *parent = nullptr);
    ~TimelineView() override;

    /// Not owned; it must outlive this view or be replaced first. nullptr: the empty state.
    /// With `other`, a view of the same store, both keep one index of it.
    void setStore(const SessionStore *store, const TimelineView *other = nullptr);
    const SessionStore *store() const;
    /// Takes in the rows that have come; cheap when there are none.
    void refresh();
    /// Live: what runs is drawn up to here. nullopt: a recorded session.
    void setNow(std::optional<Nanoseconds> now);
    /// Keeps the end in sight. A pan or zoom by hand ends it (followingChanged).
    void setFollowing(bool following);
    bool isFollowing() const;
    /// The replay cursor; can be dragged (playheadMoved). nullopt: none.
    void setPlayhead(std::optional<Nanoseconds> t);
    std::optional<Nanoseconds> playhead() const;
    /// What a replay loops; drawn above the lanes.
    void setLoop(std::optional<TimeRange> loop);
    void setWaiting(std::optional<PlannedBackoff> waiting);
    /// What would have been at this store's sources, in a lane below their watches. nullptr: none.
    void setWhatIf(std::shared_ptr<const WhatIfLanes> lanes);
    bool hasWhatIf() const;
    /// Outlines an attempt of it and brings it into sight; -1: none.
    void selectWhatIf(int source, qsizetype attempt);

    /// Beside another session: what can be moved over, and what the overview spans, besides this
    /// one's own time. Then nothing is fitted by itself, there is room for a scroll bar in any
    /// case, and the overview goes where it would leave no room for lanes. nullopt: alone.
    void setReach(std::optional<TimeRange> reach);
    /// Below another view that has the same one.
    void setRulerHidden(bool hidden);
    /// First to last event of those in the picture.
    TimeRange extent() const;

    TimeRange visibleRange() const;
    void setVisibleRange(TimeRange range);
    void fit();
    void zoomIn();
    void zoomOut();
    void goHome(); ///< Shows all.
    void goEnd();  ///< Goes to the end; live it follows from there.

    /// The selection that is shared with the table; -1 for none. Emits nothing.
    void selectRow(qsizetype row, bool reveal);
    /// More rows that are shown as selected, until another one is: a finding's evidence. Each is
    /// outlined in every frame, so that they have to be few.
    void selectMore(std::vector<qsizetype> rows);
    const std::vector<qsizetype> &moreSelected() const;
    qsizetype selectedRow() const;
    std::optional<TimeRange> selectedRange() const;
    void setSelectedRange(std::optional<TimeRange> range);
    /// The range is being dragged; rangeSelected() comes once more when it is let go.
    bool isSelecting() const;
    /// The selected range fills the view; or the selected event comes to its middle.
    void focusSelection();
    /// Makes the stretch that the selected event belongs to (watch, wait, status) the range.
    void selectRangeOfSelection();
    void clearSelection();

    /// Of several sources each has its lanes or, folded, one line; of many all are folded at first.
    void setSourceFolded(int source, bool folded);
    bool isSourceFolded(int source) const;
    void setAllSourcesFolded(bool folded);

    /// The ruler's grid and large labels: wall clock (UTC) or time since the origin.
    void setWallClock(bool wallClock);
    bool isWallClock() const;
    /// Relative times count from here; zero is the session's start.
    void setTimeOrigin(Nanoseconds t);
    Nanoseconds timeOrigin() const;

    /// The row one step from `row`; -1 when there is none.
    qsizetype neighbour(qsizetype row, Step step) const;

    /// Rows of the store that are in the picture; those of a long session come in by pieces.
    qsizetype indexedRows() const;
    /// How often the events layer was painted anew: for tests and the frame-time log.
    int eventLayerRebuilds() const;
    /// What the tooltip at a place says, as plain text; empty for nothing there.
    QString tipAt(QPointF position) const;
    /// Where lanes are drawn, in this widget's pixels; time runs along its width.
    QRectF canvasRect() const;
    QRectF overviewRect() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void rowActivated(qsizetype row); ///< By click or key.
    /// An attempt of what would have been, by its place in its lane, was clicked.
    void whatIfActivated(int source, qsizetype attempt);
    void rangeSelected(std::optional<watchline::TimeRange> range);
    void followingChanged(bool following);
    void playheadMoved(watchline::Nanoseconds t);
    void visibleRangeChanged(watchline::TimeRange range);
    /// More rows are in the picture.
    void rowsTaken();
    /// Of a moment the range is empty.
    void noteRequested(watchline::TimeRange of);
    void timeOriginChanged(watchline::Nanoseconds t);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
