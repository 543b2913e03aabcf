// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/sessionview.h"

#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/job.h"
#include "ui/timeline/timelineview.h"

#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QVBoxLayout>

namespace watchline {

namespace {

constexpr std::size_t kLongestHistory = 200;
/// Rows that one step looks at while the window waits.
constexpr int kMostStepped = 20'000;

} // namespace

SessionView::SessionView(QWidget *parent)
    : QWidget(parent)
    , m_playhead(m_clock)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_timeline(new TimelineView)
    , m_table(new EventTableView)
    , m_transport(new TransportBar(&m_playhead))
{
    m_splitter->addWidget(m_timeline);
    m_splitter->addWidget(m_table);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    // The lanes scroll where there is no room for them.
    m_timeline->setMinimumHeight(112);
    m_table->setMinimumHeight(108);
    m_splitter->setSizes({430, 470});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_transport);
    m_transport->hide();
    connectParts();
}

SessionView::~SessionView() = default;

void SessionView::connectParts()
{
    connect(m_table, &EventTableView::storeRowSelected, this,
            [this](qsizetype row) { selectRow(row, By::User); });
    connect(m_table, &EventTableView::storeRowActivated, this, [this](qsizetype row) {
        selectRow(row, By::User);
        m_timeline->focusSelection();
    });
    connect(m_timeline, &TimelineView::rowActivated, this,
            [this](qsizetype row) { row < 0 ? clearSelection() : selectRow(row, By::User); });
    connect(m_timeline, &TimelineView::followingChanged, this, &SessionView::setFollowing);
    connect(m_table, &EventTableView::followingEnded, this, [this] { setFollowing(false); });
    connect(m_timeline, &TimelineView::playheadMoved, &m_playhead, &Playhead::moveTo);
    connect(m_timeline, &TimelineView::noteRequested, this, &SessionView::noteRequested);
    connect(&m_playhead, &Playhead::moved, this, &SessionView::playheadMoved);
    connect(&m_playhead, &Playhead::loopChanged, this, &SessionView::showLoop);
    connect(m_transport, &TransportBar::stepRequested, this, &SessionView::step);
    connect(m_transport, &TransportBar::jumpRequested, this, &SessionView::jumpRequested);
}

void SessionView::setDocument(Document *document)
{
    m_playhead.pause();
    m_finding.reset(); // it reads the store that goes
    m_found.reset();
    m_document = document;
    m_playhead.setLoopBegin(std::nullopt);
    m_playhead.setLoopEnd(std::nullopt);
    m_playhead.setLooping(false);
    setSkippingIdle(m_skipsIdle);
    m_selected = -1;
    m_history.clear();
    m_historyIndex = -1;
    m_paused = false;
    const bool live = document && document->isLive();
    m_transport->setVisible(document && !live);
    m_table->clearSelected();
    m_table->events()->setStore(document ? &document->store() : nullptr);
    m_timeline->setPlayhead(std::nullopt);
    m_timeline->setWaiting(std::nullopt);
    m_timeline->setStore(document ? &document->store() : nullptr);
    m_timeline->setNow(live ? std::optional(document->now()) : std::nullopt);
    setFollowing(live);
    if (document && !live) {
        const QScopedValueRollback guard(m_movedBySelection, true);
        m_playhead.setRange(document->store().firstTime(), document->now());
        m_playhead.moveTo(document->now());
        m_timeline->setPlayhead(m_playhead.position());
        m_transport->refresh();
    }
    emit selectionChanged(-1);
    emit statusChanged();
}

void SessionView::refresh()
{
    if (!m_document)
        return;
    // Nobody sees a window that is put away: it takes all in when it comes back.
    if (!m_paused && !window()->isMinimized()) {
        m_table->events()->refresh();
        m_timeline->refresh();
        tick();
    }
    if (!m_document->isLive()) {
        // A file that is still being read: the playhead waits at its end.
        const QScopedValueRollback guard(m_movedBySelection, true);
        const bool atEnd = m_playhead.position() >= m_playhead.end();
        m_playhead.setRange(m_document->store().firstTime(), m_document->now());
        if (atEnd && !m_playhead.isPlaying())
            m_playhead.moveTo(m_playhead.end());
        m_transport->refresh();
    }
    emit statusChanged();
}

void SessionView::watchEnded()
{
    if (!m_document)
        return;
    setPaused(false);
    setFollowing(false);
    m_table->events()->refresh();
    m_timeline->refresh();
    m_timeline->setWaiting(std::nullopt);
    m_timeline->setNow(std::nullopt);
    m_playhead.setRange(m_document->store().firstTime(), m_document->now());
    {
        const QScopedValueRollback guard(m_movedBySelection, true);
        m_playhead.moveTo(m_playhead.end());
    }
    m_timeline->setPlayhead(m_playhead.position());
    m_transport->setVisible(true);
    m_transport->refresh();
    emit statusChanged();
}

void SessionView::tick()
{
    if (!m_document || m_paused || !m_document->isLive())
        return;
    m_timeline->setNow(m_document->now());
    showWaiting();
}

void SessionView::showWaiting()
{
    // Of several watches' waits the timeline has no place for one.
    const auto waiting = m_document->store().sourceCount() > 1 ? Waiting{} : m_document->waiting(0);
    if (waiting.what == Waiting::For::Backoff)
        m_timeline->setWaiting(PlannedBackoff{waiting.since, waiting.deadline});
    else
        m_timeline->setWaiting(std::nullopt);
}

Nanoseconds SessionView::shownTime() const
{
    if (!m_document)
        return {};
    return m_document->isLive() ? m_document->now() : m_playhead.position();
}

int SessionView::shownSource() const
{
    const auto &store = m_document->store();
    if (m_selected >= 0)
        return store.source(m_selected);
    return store.sourceCount() > 1 ? -1 : 0;
}

StatusInput SessionView::statusInput() const
{
    StatusInput input;
    if (!m_document)
        return input;
    input.now = shownTime();
    const auto &store = m_document->store();
    const auto &states = m_document->states();
    const bool isLive = m_document->isLive();
    if (const int sources = store.sourceCount(); sources > 1) {
        input.fleet.emplace();
        for (int source = 0; source < sources; ++source) {
            const auto number = static_cast<quint16>(source);
            input.fleet->add(isLive ? states.latest(number).doing()
                                    : states.doingAt(input.now, number));
        }
    }
    if (shownSource() < 0)
        return input;
    const auto source = static_cast<quint16>(shownSource());
    input.source = store.sourceName(source);
    if (isLive) {
        input.state = states.latest(source);
        input.waiting = m_document->waiting(source);
    } else {
        input.state = states.stateAt(input.now, source);
        input.waiting = waitingAt(input.state, input.now);
        input.isAtEnd = !store.isEmpty() && input.now >= store.lastTime();
    }
    input.hotLoop = input.state.isHotLoop(input.now);
    return input;
}

void SessionView::keyPressEvent(QKeyEvent *event)
{
    // No shortcuts: in a text field and on a button these keys mean something else.
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers == Qt::NoModifier && event->key() == Qt::Key_Space)
        togglePlaying();
    else if (modifiers == Qt::NoModifier && event->key() == Qt::Key_M)
        requestNote();
    else if (modifiers == Qt::NoModifier && event->key() == Qt::Key_Escape)
        clearSelection();
    else
        QWidget::keyPressEvent(event);
}

void SessionView::requestNote()
{
    if (!m_document)
        return;
    const auto t = m_selected >= 0 ? m_document->store().time(m_selected) : shownTime();
    emit noteRequested(m_timeline->selectedRange().value_or(TimeRange{t, t}));
}

void SessionView::select(qsizetype row)
{
    selectRow(row, By::User);
}

void SessionView::showEvents(const std::vector<qsizetype> &rows, TimeRange range)
{
    if (!m_document || rows.empty())
        return;
    selectRow(rows.front(), By::User);
    m_table->selectStoreRows(rows);
    m_timeline->selectMore(rows);
    // With something of what was before and after, also of a single moment.
    const auto margin = std::max<Nanoseconds>(range.duration() / 10, std::chrono::seconds(1));
    m_timeline->setSelectedRange(range.isEmpty() ? std::nullopt : std::optional(range));
    m_timeline->setVisibleRange({range.begin - margin, range.end + margin});
}

void SessionView::selectRow(qsizetype row, By by)
{
    if (!m_document || row < 0 || row >= m_document->store().size())
        return;
    m_table->selectStoreRow(row);
    m_timeline->selectRow(row, by == By::User);
    if (by == By::User) {
        // Whoever looks at an event does not want it to scroll away.
        setFollowing(false);
        if (!m_document->isLive()) {
            const QScopedValueRollback guard(m_movedBySelection, true);
            m_playhead.moveTo(m_document->store().time(row));
        }
    }
    if (row == m_selected)
        return;
    m_selected = row;
    if (by == By::User)
        remember(row);
    emit selectionChanged(row);
}

void SessionView::clearSelection()
{
    m_table->clearSelected();
    m_timeline->clearSelection();
    if (m_selected < 0)
        return;
    m_selected = -1;
    emit selectionChanged(-1);
}

void SessionView::playheadMoved(Nanoseconds t)
{
    m_timeline->setPlayhead(t);
    if (!m_movedBySelection && m_document)
        selectRow(m_document->store().lowerBound(t + Nanoseconds(1)) - 1, By::Replay);
    emit statusChanged();
}

void SessionView::remember(qsizetype row)
{
    m_history.resize(static_cast<std::size_t>(m_historyIndex + 1));
    if (!m_history.empty() && m_history.back() == row)
        return;
    m_history.push_back(row);
    if (m_history.size() > kLongestHistory)
        m_history.erase(m_history.begin());
    m_historyIndex = static_cast<qsizetype>(m_history.size()) - 1;
}

bool SessionView::canGoBack() const
{
    return m_historyIndex > 0;
}

bool SessionView::canGoForward() const
{
    return m_historyIndex + 1 < static_cast<qsizetype>(m_history.size());
}

void SessionView::goBack()
{
    if (canGoBack())
        goTo(m_historyIndex - 1);
}

void SessionView::goForward()
{
    if (canGoForward())
        goTo(m_historyIndex + 1);
}

void SessionView::goTo(qsizetype historyIndex)
{
    const auto history = m_history;
    selectRow(history.at(static_cast<std::size_t>(historyIndex)), By::User);
    m_history = history;
    m_historyIndex = historyIndex;
}

void SessionView::setFollowing(bool on)
{
    on = on && m_document && m_document->isLive();
    if (on && m_paused)
        setPaused(false);
    m_timeline->setFollowing(on);
    m_table->setFollowing(on);
    if (on == m_following)
        return;
    m_following = on;
    emit followingChanged(on);
}

void SessionView::setPaused(bool paused)
{
    paused = paused && m_document && m_document->isLive();
    if (paused == m_paused)
        return;
    m_paused = paused;
    m_table->events()->setFrozen(paused);
    emit pausedChanged(paused);
    if (!paused)
        refresh();
}

void SessionView::togglePlaying()
{
    if (!m_document)
        return;
    if (m_document->isLive()) {
        const bool paused = !m_paused;
        setPaused(paused);
        setFollowing(!paused);
    } else {
        m_playhead.isPlaying() ? m_playhead.pause() : m_playhead.play();
    }
}

void SessionView::step(int direction, StepTo what)
{
    if (!m_document)
        return;
    m_playhead.pause();
    m_finding.reset();
    m_found.reset();
    const auto &store = m_document->store();
    qsizetype from = m_selected;
    if (from < 0)
        from = store.lowerBound(shownTime() + Nanoseconds(1)) - (direction > 0 ? 1 : 0);
    const auto kind = what == StepTo::Attempt ? EventKind::ConnectAttempt : EventKind::Decision;
    auto *events = m_table->events();
    int row = events->tableRowAtOrBefore(from);
    if (direction < 0 && row >= 0 && events->storeRow(row) < from)
        ++row; // the table hides `from`: the one before it is already the answer
    row += direction;
    for (int looked = 0; row >= 0 && row < events->rowCount(); row += direction, ++looked) {
        const auto found = events->storeRow(row);
        if (what == StepTo::Event || store.kind(found) == kind) {
            selectRow(found, By::User);
            return;
        }
        if (looked == kMostStepped) {
            stepFar(found, direction, kind);
            return;
        }
    }
}

void SessionView::stepFar(qsizetype from, int direction, EventKind kind)
{
    EventFilter wanted;
    wanted.kinds = 1U << static_cast<int>(kind);
    lookFor(wanted, from, direction, Around::No, [this](qsizetype row) {
        if (row >= 0)
            selectRow(row, By::User);
    });
}

void SessionView::jumpTo(Nanoseconds t)
{
    if (!m_document)
        return;
    m_playhead.pause();
    setFollowing(false);
    if (m_document->isLive()) {
        selectRow(m_document->store().lowerBound(t + Nanoseconds(1)) - 1, By::User);
        return;
    }
    m_playhead.moveTo(t);
    const auto seen = m_timeline->visibleRange();
    if (!seen.contains(t)) {
        const auto begin = t - seen.duration() / 2;
        m_timeline->setVisibleRange({begin, begin + seen.duration()});
    }
}

void SessionView::setSkippingIdle(bool on)
{
    m_skipsIdle = on;
    m_playhead.setSkipsIdle(on && m_document ? &m_document->store() : nullptr);
}

void SessionView::showLoop()
{
    const bool isShown = m_playhead.hasLoopMarks() || m_playhead.isLooping();
    m_timeline->setLoop(isShown ? std::optional(m_playhead.loop()) : std::nullopt);
}

void SessionView::find(const EventFilter &wanted, bool backwards)
{
    m_finding.reset();
    m_found.reset();
    if (!m_document || wanted.isEmpty()) {
        emit found(false);
        return;
    }
    const qsizetype from = m_selected >= 0 ? m_selected
                           : backwards     ? m_document->store().size()
                                           : -1;
    lookFor(wanted, from, backwards ? -1 : 1, Around::Yes, [this](qsizetype row) {
        if (row >= 0)
            selectRow(row, By::User);
        emit found(row >= 0);
    });
}

void SessionView::lookFor(const EventFilter &wanted, qsizetype from, int direction, Around around,
                          Then then)
{
    m_finding.reset();
    m_found.reset();
    auto row = std::make_shared<qsizetype>(-1);
    auto work = [&store = m_document->store(), shown = m_table->events()->filter(), wanted, from,
                 direction, around, row](const Job::Progress &progress) {
        *row = findEvent(store, shown, wanted, from, direction, around,
                         [&progress] { return progress(0, -1); });
        return QString();
    };
    m_finding = std::make_unique<Job>(std::move(work));
    m_found = row;
    connect(m_finding.get(), &Job::finished, this, [this, row, then = std::move(then)] {
        // What an earlier search found may come late.
        if (m_found == row)
            then(*row);
    });
    m_finding->start();
}

EventFilter SessionView::likeSelected(Likeness like) const
{
    if (!m_document || m_selected < 0)
        return {};
    const auto &store = m_document->store();
    auto filter = filterLike(store, m_selected, like);
    // It is of a lease that it does not name.
    if (like == Likeness::Lease && filter.isEmpty())
        filter.wholeLease = store.string(leaseAt(store.row(m_selected)));
    return filter;
}

StringId SessionView::leaseAt(const EventRow &event) const
{
    const auto state = m_document->states().stateAt(event.t, event.source);
    const bool isOfAWatch = event.kind == EventKind::Decision || event.kind == EventKind::Status ||
                            event.kind == EventKind::Backoff;
    if (state.leaseId != 0 || !isOfAWatch)
        return state.leaseId;
    // A conflict drops the lease; what is decided then is about it all the same.
    return state.offeredLeaseId != 0 ? state.offeredLeaseId : state.lastLeaseId;
}

void SessionView::findLike(Likeness like, bool backwards)
{
    find(likeSelected(like), backwards);
}

void SessionView::setFilter(const EventFilter &filter)
{
    m_table->events()->setFilter(filter);
    if (m_selected >= 0)
        m_table->selectStoreRow(m_selected);
    else if (m_following)
        m_table->setFollowing(true);
}

} // namespace watchline
