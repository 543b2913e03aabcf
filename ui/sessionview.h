// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/session/eventfilter.h"
#include "core/timeline/playhead.h"
#include "core/timeline/timerange.h"
#include "ui/siblingbar.h"
#include "ui/statusview.h"
#include "ui/transportbar.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QSplitter;

namespace watchline {

class Document;
class EventTableView;
class Job;
class TimelineView;

/// A session on screen: timeline, table and, for a recorded one, the controls of the replay. Keeps
/// selection, time and following the same in all of them.
class SessionView : public QWidget
{
    Q_OBJECT

public:
    explicit SessionView(QWidget *parent = nullptr);
    ~SessionView() override;

    /// Not owned; it must outlive its being shown. nullptr: nothing.
    void setDocument(Document *document);
    /// Takes in what has come.
    void refresh();
    /// The live document has become a recorded one.
    void watchEnded();

    EventTableView *table() const { return m_table; }
    TimelineView *timeline() const { return m_timeline; }
    Playhead *playhead() { return &m_playhead; }
    QSplitter *splitter() const { return m_splitter; }

    /// The time that the status strip is about: now, or where the playhead is.
    Nanoseconds shownTime() const;
    StatusInput statusInput() const;
    /// The source that the status strip is about: the selected event's; -1 when there are several
    /// and no event is selected.
    int shownSource() const;

    /// -1 for none.
    qsizetype selectedRow() const { return m_selected; }
    void select(qsizetype row);
    /// Selects events, the first of them as select() does, and shows the stretch of time that they
    /// are about.
    void showEvents(const std::vector<qsizetype> &rows, TimeRange range);
    /// noteRequested() of the selected range, the selected event, or shownTime().
    void requestNote();
    void clearSelection();
    void goBack();
    void goForward();
    bool canGoBack() const;
    bool canGoForward() const;

    void setFollowing(bool on);
    bool isFollowing() const { return m_following; }
    /// Live: what is shown stands still while the capture goes on.
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    /// Space: plays and pauses a replay, or pauses the view of a live session.
    void togglePlaying();
    /// To the next (+1) or previous (-1) of the rows that the table shows and that are such. Where
    /// it is far away it is looked for in another thread.
    void step(int direction, StepTo what);
    /// Moves the playhead there, and into sight; live, selects the last event before.
    void jumpTo(Nanoseconds t);
    /// Of stretches without events the replay plays the edges only.
    void setSkippingIdle(bool on);
    TransportBar *transport() const { return m_transport; }
    /// Looks for an event among those that the table shows, from the selected one on and round the
    /// end, in another thread; selects it and says so by found().
    void find(const EventFilter &wanted, bool backwards);
    void findLike(Likeness like, bool backwards);
    /// The filter for them; an empty one where there is nothing to be alike in. An event that names
    /// no lease is taken to be of the one that its source held then, or last held.
    EventFilter likeSelected(Likeness like) const;
    void setFilter(const EventFilter &filter);

    /// What the live clock says now, for the timeline.
    void tick();

signals:
    void selectionChanged(qsizetype row);
    void followingChanged(bool on);
    void pausedChanged(bool paused);
    /// find() is done: whether there was one.
    void found(bool any);
    /// Somebody wants to type a time to go to.
    void jumpRequested();
    /// shownTime() has changed, or what is known of it.
    void statusChanged();
    /// Of a moment the range is empty.
    void noteRequested(watchline::TimeRange of);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    enum class By { User, Replay };
    using Then = std::function<void(qsizetype row)>;

    void connectParts();
    void selectRow(qsizetype row, By by);
    void playheadMoved(Nanoseconds t);
    StringId leaseAt(const EventRow &event) const;
    void remember(qsizetype row);
    void showWaiting();
    void stepFar(qsizetype from, int direction, EventKind kind);
    void showLoop();
    void goTo(qsizetype historyIndex);
    /// In another thread; `then` gets the row, or -1.
    void lookFor(const EventFilter &wanted, qsizetype from, int direction, Around around,
                 Then then);

    Document *m_document = nullptr;
    std::unique_ptr<Job> m_finding;
    std::shared_ptr<qsizetype> m_found; ///< What it finds: a row, or -1.
    SteadyClock m_clock;
    Playhead m_playhead;
    QSplitter *m_splitter;
    TimelineView *m_timeline;
    EventTableView *m_table;
    TransportBar *m_transport;
    qsizetype m_selected = -1;
    bool m_following = false;
    bool m_paused = false;
    bool m_skipsIdle = false;
    bool m_movedBySelection = false;
    std::vector<qsizetype> m_history;
    qsizetype m_historyIndex = -1;
};

} // namespace watchline
