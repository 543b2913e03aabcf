// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/notes.h"
#include "tests/support/sessionbuilder.h"
#include "ui/theme.h"
#include "ui/timeline/timelineview.h"

#include <QImage>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A shown view of a session, and hands for it.
struct Desk
{
    explicit Desk(std::unique_ptr<SessionStore> session = outageSession())
        : store(std::move(session))
    {
        view.setPalette(Theme::light().palette());
        view.resize(1'000, 420);
        view.setStore(store.get());
        view.show();
    }

    double x(Nanoseconds t) const
    {
        const auto canvas = view.canvasRect();
        return canvas.left() + TimeScale{view.visibleRange(), canvas.width()}.toPixel(t);
    }
    Nanoseconds time(double x) const
    {
        const auto canvas = view.canvasRect();
        return TimeScale{view.visibleRange(), canvas.width()}.toTime(x - canvas.left());
    }
    QPoint center() const { return view.canvasRect().center().toPoint(); }

    void wheel(QPointF position, QPoint angle, Qt::KeyboardModifiers modifiers = {})
    {
        QWheelEvent event(position, view.mapToGlobal(position), {}, angle, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&view, &event);
    }
    void move(QPoint position, Qt::MouseButton button = Qt::NoButton,
              Qt::KeyboardModifiers modifiers = {})
    {
        QMouseEvent event(QEvent::MouseMove, position, view.mapToGlobal(position), Qt::NoButton,
                          button, modifiers);
        QApplication::sendEvent(&view, &event);
    }
    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&view, button, modifiers, from);
        move((from + to) / 2, button, modifiers);
        move(to, button, modifiers);
        QTest::mouseRelease(&view, button, modifiers, to);
    }
    /// The lane's middle, found by what its tooltips say.
    std::optional<QPoint> findTip(const QString &text) const
    {
        const auto canvas = view.canvasRect().toRect();
        for (int y = canvas.top() + 4; y < canvas.bottom(); y += 6) {
            for (int pixel = canvas.left() + 2; pixel < canvas.right(); pixel += 3) {
                if (view.tipAt(QPointF(pixel, y)).contains(text))
                    return QPoint(pixel, y);
            }
        }
        return std::nullopt;
    }
    QImage grab() { return view.grab().toImage(); }
    bool shows(QColor color)
    {
        const auto image = grab();
        const auto canvas = view.canvasRect().toRect();
        for (int y = canvas.top(); y < canvas.bottom(); ++y) {
            for (int pixel = canvas.left(); pixel < canvas.right(); ++pixel) {
                if (image.pixelColor(pixel, y) == color)
                    return true;
            }
        }
        return false;
    }

    std::unique_ptr<SessionStore> store;
    TimelineView view;
};

} // namespace

class TestTimelineView : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void aRecordedSessionIsShownWhole();
    void withoutASessionItSaysSo();
    void anEmptySessionAndOneEventArePainted();
    void controlWheelZoomsAtTheCursor();
    void shiftWheelMovesInTime();
    void plainWheelScrollsLanesAlone();
    void keysZoomAndMove();
    void shiftDragAndMiddleDragPan();
    void dragSelectsARange();
    void theEdgesOfARangeCanBeDragged();
    void escapeClearsTheRange();
    void shiftAndArrowsSelectARange();
    void aClickSelectsAnEvent();
    void aClickOnNothingSelectsNothing();
    void selectionFromOutsideIsRevealed();
    void focusThenFocusAgainShowsAll();
    void rangeFromSelection();
    void keysStepThroughLaneAndAttempt();
    void followingKeepsTheEndInSight();
    void panningEndsFollowing();
    void endFollowsALiveSession();
    void nothingToZoomKeepsFollowing();
    void theOverviewWindowCanBeDraggedAndResized();
    void aClickBesideTheOverviewWindowBringsItThere();
    void thePlayheadCanBeDraggedBothWays();
    void hoverDoesNotRebuildTheEvents();
    void whatRunsDoesNotRebuildTheEvents();
    void theHelloOfARunningWatchIsShown();
    void newRowsRebuildTheEvents();
    void aNoteIsAskedForAtTheSelection();
    void aNoteIsAskedForOfTheSelectedRange();
    void aNoteOfARangeHasABracket();
    void timesCanCountFromTheSelection();
    void coloursTellOutcomes();
    void aRunningWaitIsShownBeyondNow();
    void tooltipsAreOneLineTexts();
    void manySourcesScroll();
    void aNewStoreForgetsTheOldOne();
    void isAccessible();
};

void TestTimelineView::aRecordedSessionIsShownWhole()
{
    Desk desk;
    const auto range = desk.view.visibleRange();
    QVERIFY(range.begin <= desk.store->firstTime());
    QVERIFY(range.end >= desk.store->lastTime());
    QVERIFY(!desk.view.isFollowing());
}

void TestTimelineView::withoutASessionItSaysSo()
{
    Desk desk(std::make_unique<SessionStore>());
    desk.view.setStore(nullptr);
    const auto empty = desk.grab();
    QCOMPARE(desk.view.neighbour(0, TimelineView::Step::NextInLane), -1);
    QVERIFY(desk.view.tipAt(desk.center()).isEmpty());
    // The text is all that stands there.
    int dark = 0;
    for (int y = 0; y < empty.height(); ++y) {
        const auto color = empty.pixelColor(desk.center().x(), y);
        dark += color.lightness() < 160 ? 1 : 0;
    }
    QVERIFY(dark < 20);
    desk.view.selectRow(3, true);
    QCOMPARE(desk.view.selectedRow(), -1);
    desk.view.focusSelection();
    QTest::keyClick(&desk.view, Qt::Key_F);
    QTest::keyClick(&desk.view, Qt::Key_Period);
}

void TestTimelineView::anEmptySessionAndOneEventArePainted()
{
    Desk desk(std::make_unique<SessionStore>(SessionBuilder::header()));
    QVERIFY(!desk.grab().isNull());
    SessionBuilder one;
    one.wait(3s).note(u"the only one"_s);
    const auto store = one.store();
    desk.view.setStore(store.get());
    QVERIFY(desk.view.visibleRange().contains(3s));
    QVERIFY(desk.findTip(u"the only one"_s));
    desk.view.setStore(nullptr);
}

void TestTimelineView::controlWheelZoomsAtTheCursor()
{
    Desk desk;
    const auto before = desk.view.visibleRange();
    const QPointF cursor(desk.view.canvasRect().left() + 200, desk.center().y());
    const auto under = desk.time(cursor.x());
    desk.wheel(cursor, {0, 120}, Qt::ControlModifier);
    QVERIFY(desk.view.visibleRange().duration() < before.duration());
    QVERIFY(std::abs((desk.time(cursor.x()) - under).count()) < Nanoseconds(1ms).count());
    desk.wheel(cursor, {0, -120}, Qt::ControlModifier);
    QVERIFY(std::abs((desk.view.visibleRange().begin - before.begin).count()) <
            Nanoseconds(1ms).count());
}

void TestTimelineView::shiftWheelMovesInTime()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 130s});
    desk.wheel(desk.center(), {0, -120}, Qt::ShiftModifier);
    QVERIFY(desk.view.visibleRange().begin > 100s);
    QCOMPARE(desk.view.visibleRange().duration(), Nanoseconds(30s));
    desk.wheel(desk.center(), {120, 0});
    QCOMPARE(desk.view.visibleRange(), (TimeRange{100s, 130s}));
}

void TestTimelineView::plainWheelScrollsLanesAlone()
{
    Desk desk;
    const auto before = desk.view.visibleRange();
    desk.wheel(desk.center(), {0, -120});
    QCOMPARE(desk.view.visibleRange(), before);
    auto *bar = desk.view.findChild<QScrollBar *>();
    QVERIFY(bar && !bar->isVisible());
    desk.view.resize(1'000, 220);
    QVERIFY(bar->isVisible());
    desk.wheel(desk.center(), {0, -120});
    QVERIFY(bar->value() > 0);
    QCOMPARE(desk.view.visibleRange(), before);
}

void TestTimelineView::keysZoomAndMove()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 130s});
    const auto duration = [&] { return desk.view.visibleRange().duration(); };
    for (const auto key : {Qt::Key_W, Qt::Key_Plus}) {
        const auto before = duration();
        QTest::keyClick(&desk.view, key);
        QVERIFY(duration() < before);
    }
    for (const auto key : {Qt::Key_S, Qt::Key_Minus}) {
        const auto before = duration();
        QTest::keyClick(&desk.view, key);
        QVERIFY(duration() > before);
    }
    const auto begin = desk.view.visibleRange().begin;
    QTest::keyClick(&desk.view, Qt::Key_D);
    QVERIFY(desk.view.visibleRange().begin > begin);
    QTest::keyClick(&desk.view, Qt::Key_A);
    QCOMPARE(desk.view.visibleRange().begin, begin);
    QTest::keyClick(&desk.view, Qt::Key_Home);
    QVERIFY(desk.view.visibleRange().begin <= 0s &&
            desk.view.visibleRange().end >= desk.store->lastTime());
}

void TestTimelineView::shiftDragAndMiddleDragPan()
{
    Desk desk;
    const std::pair<Qt::MouseButton, Qt::KeyboardModifiers> hands[] = {
        {Qt::LeftButton, Qt::ShiftModifier}, {Qt::MiddleButton, Qt::NoModifier}};
    for (const auto &[button, modifiers] : hands) {
        desk.view.setVisibleRange({100s, 200s});
        const auto from = desk.center();
        const auto grabbed = desk.time(from.x());
        const QPoint to = from - QPoint(90, 0);
        desk.drag(from, to, button, modifiers);
        // What was grabbed is still under the hand.
        QVERIFY(std::abs((desk.time(to.x()) - grabbed).count()) < Nanoseconds(1ms).count());
        QVERIFY(!desk.view.selectedRange());
    }
}

void TestTimelineView::dragSelectsARange()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 200s});
    const QSignalSpy selected(&desk.view, &TimelineView::rangeSelected);
    const QSignalSpy activated(&desk.view, &TimelineView::rowActivated);
    const QPoint from(static_cast<int>(desk.x(120s)), desk.center().y());
    const QPoint to(static_cast<int>(desk.x(150s)), desk.center().y() + 20);
    desk.drag(from, to);
    QVERIFY(desk.view.selectedRange());
    QCOMPARE(*desk.view.selectedRange(), (TimeRange{desk.time(from.x()), desk.time(to.x())}));
    QVERIFY(selected.count() > 0);
    QCOMPARE(activated.count(), 0);
    // And backwards.
    desk.view.clearSelection();
    desk.drag(to, from);
    QCOMPARE(desk.view.selectedRange()->begin, desk.time(from.x()));
}

void TestTimelineView::theEdgesOfARangeCanBeDragged()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 200s});
    desk.view.setSelectedRange(TimeRange{120s, 150s});
    const int y = desk.center().y();
    const QPoint edge(static_cast<int>(std::lround(desk.x(150s))), y);
    const QPoint to(static_cast<int>(std::lround(desk.x(170s))), y);
    desk.drag(edge, to);
    QCOMPARE(desk.view.selectedRange()->begin, Nanoseconds(120s));
    QCOMPARE(desk.view.selectedRange()->end, desk.time(to.x()));
}

void TestTimelineView::escapeClearsTheRange()
{
    Desk desk;
    desk.view.setSelectedRange(TimeRange{120s, 150s});
    const QSignalSpy selected(&desk.view, &TimelineView::rangeSelected);
    QTest::keyClick(&desk.view, Qt::Key_Escape);
    QVERIFY(!desk.view.selectedRange());
    QCOMPARE(selected.count(), 1);
}

void TestTimelineView::shiftAndArrowsSelectARange()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 200s});
    desk.view.selectRow(desk.store->lowerBound(150s), false);
    const auto begin = desk.store->time(desk.view.selectedRow());
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&desk.view, Qt::Key_Right, Qt::ShiftModifier);
    const auto wide = desk.view.selectedRange();
    QVERIFY(wide);
    QCOMPARE(wide->begin, begin);
    QVERIFY(wide->duration() > 1s);
    // The same end goes back, and over to the other side.
    QTest::keyClick(&desk.view, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(desk.view.selectedRange()->duration() < wide->duration());
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(&desk.view, Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(desk.view.selectedRange()->end, begin);
    QVERIFY(desk.view.selectedRange()->begin < begin);
    // It does not leave the session.
    for (int i = 0; i < 200; ++i)
        QTest::keyClick(&desk.view, Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(desk.view.selectedRange()->begin, desk.store->firstTime());
    QVERIFY(desk.view.visibleRange().begin <= desk.store->firstTime());
    QTest::keyClick(&desk.view, Qt::Key_Escape);
    QVERIFY(!desk.view.selectedRange());
}

void TestTimelineView::aClickSelectsAnEvent()
{
    Desk desk;
    QSignalSpy activated(&desk.view, &TimelineView::rowActivated);
    const auto place = desk.findTip(u"rwl_6b2e"_s);
    QVERIFY(place);
    QTest::mouseClick(&desk.view, Qt::LeftButton, {}, *place);
    QCOMPARE(activated.count(), 1);
    const auto row = activated.takeFirst().at(0).toLongLong();
    QCOMPARE(desk.store->kind(row), EventKind::ConnectAttempt);
    QCOMPARE(desk.store->row(row).attempt, 2);
    QCOMPARE(desk.view.selectedRow(), row);
    // A heartbeat is itself.
    const auto conflict = desk.findTip(u"heartbeat: conflict"_s);
    QVERIFY(conflict);
    QTest::mouseClick(&desk.view, Qt::LeftButton, {}, *conflict);
    QCOMPARE(desk.store->row(desk.view.selectedRow()).word, Word::Conflict);
}

void TestTimelineView::aClickOnNothingSelectsNothing()
{
    Desk desk;
    const QSignalSpy activated(&desk.view, &TimelineView::rowActivated);
    const auto canvas = desk.view.canvasRect();
    QTest::mouseClick(
        &desk.view, Qt::LeftButton, {},
        QPoint(static_cast<int>(canvas.left()) + 1, static_cast<int>(canvas.bottom()) - 4));
    QCOMPARE(activated.count(), 0);
    QVERIFY(!desk.view.selectedRange());
}

void TestTimelineView::selectionFromOutsideIsRevealed()
{
    Desk desk;
    desk.view.setVisibleRange({0s, 20s});
    const QSignalSpy activated(&desk.view, &TimelineView::rowActivated);
    const auto row = desk.store->lowerBound(200s);
    desk.view.selectRow(row, false);
    QCOMPARE(desk.view.visibleRange(), (TimeRange{0s, 20s}));
    desk.view.selectRow(row, true);
    QVERIFY(desk.view.visibleRange().contains(desk.store->time(row)));
    QCOMPARE(desk.view.selectedRow(), row);
    // It came from outside: saying so again would go round in circles.
    QCOMPARE(activated.count(), 0);
}

void TestTimelineView::focusThenFocusAgainShowsAll()
{
    Desk desk;
    const auto all = desk.view.visibleRange();
    desk.view.setSelectedRange(TimeRange{120s, 150s});
    QTest::keyClick(&desk.view, Qt::Key_F);
    QCOMPARE(desk.view.visibleRange(), (TimeRange{118'500ms, 151'500ms}));
    QTest::keyClick(&desk.view, Qt::Key_F);
    QCOMPARE(desk.view.visibleRange(), all);
}

void TestTimelineView::rangeFromSelection()
{
    Desk desk;
    for (qsizetype row = 0; row < desk.store->size(); ++row) {
        if (desk.store->kind(row) != EventKind::Outcome)
            continue;
        desk.view.selectRow(row, false);
        break;
    }
    QTest::keyClick(&desk.view, Qt::Key_R);
    QVERIFY(desk.view.selectedRange());
    QCOMPARE(desk.view.selectedRange()->end, desk.store->time(desk.view.selectedRow()));
    QVERIFY(desk.view.selectedRange()->duration() > 60s);
}

void TestTimelineView::keysStepThroughLaneAndAttempt()
{
    Desk desk;
    QSignalSpy activated(&desk.view, &TimelineView::rowActivated);
    qsizetype first = 0;
    while (desk.store->kind(first) != EventKind::Hello)
        ++first;
    desk.view.selectRow(first, false);
    QTest::keyClick(&desk.view, Qt::Key_Period, Qt::ControlModifier);
    QCOMPARE(desk.view.selectedRow(), first + 1);
    QCOMPARE(activated.count(), 1);
    QTest::keyClick(&desk.view, Qt::Key_Comma, Qt::ControlModifier);
    QCOMPARE(desk.view.selectedRow(), first);
    QTest::keyClick(&desk.view, Qt::Key_Period);
    QCOMPARE(desk.store->kind(desk.view.selectedRow()), EventKind::Outcome);
    QTest::keyClick(&desk.view, Qt::Key_Comma);
    QCOMPARE(desk.view.selectedRow(), first);
    QCOMPARE(desk.view.neighbour(first, TimelineView::Step::PreviousInLane), first - 1);
}

void TestTimelineView::followingKeepsTheEndInSight()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s);
    Desk desk(session.store());
    desk.view.setNow(1s);
    desk.view.setFollowing(true);
    for (auto now = 1s; now < 1'000s; now += 7s) {
        desk.view.setNow(now);
        QVERIFY(desk.view.visibleRange().contains(now));
        QVERIFY(desk.view.isFollowing());
    }
    QVERIFY(desk.view.visibleRange().begin > 800s);
}

void TestTimelineView::panningEndsFollowing()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(500s);
    Desk desk(session.store());
    const auto follow = [&] {
        desk.view.setNow(session.now());
        desk.view.setFollowing(true);
        QVERIFY(desk.view.isFollowing());
    };
    follow();
    QSignalSpy changed(&desk.view, &TimelineView::followingChanged);
    desk.wheel(desk.center(), {0, 120}, Qt::ShiftModifier);
    QVERIFY(!desk.view.isFollowing());
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.takeFirst().at(0).toBool(), false);
    // From here on the view stays where it is.
    const auto range = desk.view.visibleRange();
    desk.view.setNow(session.now() + 100s);
    QCOMPARE(desk.view.visibleRange(), range);
    follow();
    desk.wheel(desk.center(), {0, 120}, Qt::ControlModifier);
    QVERIFY(!desk.view.isFollowing());
}

void TestTimelineView::endFollowsALiveSession()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(500s);
    Desk desk(session.store());
    desk.view.setNow(session.now());
    desk.view.setVisibleRange({0s, 60s});
    QSignalSpy changed(&desk.view, &TimelineView::followingChanged);
    QTest::keyClick(&desk.view, Qt::Key_End);
    QVERIFY(desk.view.isFollowing());
    QCOMPARE(changed.count(), 1);
    QVERIFY(desk.view.visibleRange().contains(session.now()));
}

void TestTimelineView::nothingToZoomKeepsFollowing()
{
    SessionBuilder session;
    session.start();
    Desk desk(session.store());
    desk.view.setNow(1s);
    desk.view.setFollowing(true);
    // Already as far out as it goes.
    desk.wheel(desk.center(), {0, -120}, Qt::ControlModifier);
    QVERIFY(desk.view.isFollowing());
    desk.wheel(desk.center(), {0, -120});
    QVERIFY(desk.view.isFollowing());
}

void TestTimelineView::theOverviewWindowCanBeDraggedAndResized()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 160s});
    const auto strip = desk.view.overviewRect();
    const TimeScale scale{{desk.store->firstTime(), desk.store->lastTime()}, strip.width()};
    const auto place = [&](Nanoseconds t) {
        return QPoint(static_cast<int>(std::lround(strip.left() + scale.toPixel(t))),
                      strip.center().toPoint().y());
    };
    const auto near = [](Nanoseconds a, Nanoseconds b) {
        return std::abs((a - b).count()) < Nanoseconds(1s).count();
    };
    desk.drag(place(130s), place(180s));
    QVERIFY(near(desk.view.visibleRange().begin, 150s));
    QCOMPARE(desk.view.visibleRange().duration(), Nanoseconds(60s));
    desk.drag(place(desk.view.visibleRange().end), place(240s));
    QVERIFY(near(desk.view.visibleRange().begin, 150s));
    QVERIFY(near(desk.view.visibleRange().end, 240s));
    desk.drag(place(desk.view.visibleRange().begin), place(120s));
    QVERIFY(near(desk.view.visibleRange().begin, 120s));
    QVERIFY(near(desk.view.visibleRange().end, 240s));
}

void TestTimelineView::aClickBesideTheOverviewWindowBringsItThere()
{
    Desk desk;
    desk.view.setVisibleRange({0s, 20s});
    const auto strip = desk.view.overviewRect();
    const TimeScale scale{{desk.store->firstTime(), desk.store->lastTime()}, strip.width()};
    QTest::mouseClick(
        &desk.view, Qt::LeftButton, {},
        QPoint(static_cast<int>(strip.left() + scale.toPixel(200s)), strip.center().toPoint().y()));
    QVERIFY(desk.view.visibleRange().contains(200s));
    QCOMPARE(desk.view.visibleRange().duration(), Nanoseconds(20s));
}

void TestTimelineView::thePlayheadCanBeDraggedBothWays()
{
    Desk desk;
    desk.view.setVisibleRange({100s, 200s});
    desk.view.setPlayhead(150s);
    QSignalSpy moved(&desk.view, &TimelineView::playheadMoved);
    const int y = desk.center().y();
    const QPoint at(static_cast<int>(std::lround(desk.x(150s))), y);
    const QPoint forth(static_cast<int>(std::lround(desk.x(180s))), y);
    desk.drag(at, forth);
    QVERIFY(moved.count() > 0);
    QCOMPARE(*desk.view.playhead(), desk.time(forth.x()));
    const QPoint back(static_cast<int>(std::lround(desk.x(110s))), y);
    desk.drag(forth, back);
    QCOMPARE(*desk.view.playhead(), desk.time(back.x()));
    QVERIFY(!desk.view.selectedRange());
}

void TestTimelineView::hoverDoesNotRebuildTheEvents()
{
    Desk desk;
    desk.grab();
    const int before = desk.view.eventLayerRebuilds();
    QVERIFY(before > 0);
    const auto canvas = desk.view.canvasRect().toRect();
    for (int x = canvas.left(); x < canvas.right(); x += 20) {
        desk.move({x, canvas.top() + 60});
        desk.grab();
    }
    desk.view.setSelectedRange(TimeRange{100s, 120s});
    desk.view.selectRow(5, false);
    desk.view.setPlayhead(100s);
    desk.grab();
    QCOMPARE(desk.view.eventLayerRebuilds(), before);
}

void TestTimelineView::whatRunsDoesNotRebuildTheEvents()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s);
    Desk desk(session.store());
    desk.view.setNow(session.now());
    desk.view.setFollowing(true);
    desk.grab();
    const int before = desk.view.eventLayerRebuilds();
    const auto early = desk.grab();
    for (int i = 1; i <= 50; ++i) {
        desk.view.setNow(session.now() + i * 100ms);
        desk.grab();
    }
    QCOMPARE(desk.view.eventLayerRebuilds(), before);
    QVERIFY(desk.grab() != early); // the watch has grown all the same
}

void TestTimelineView::theHelloOfARunningWatchIsShown()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s);
    const auto hello = session.now();
    session.wait(10s).keepAlive();
    Desk desk(session.store());
    desk.view.fit();
    const auto image = desk.grab();
    const auto frame = desk.findTip(u"keep-alive"_s); // at the lane's top
    QVERIFY(frame);
    const auto green = Theme::light().color(Tone::Ok);
    bool isShown = false;
    for (int y = frame->y(); y < frame->y() + 30; ++y)
        isShown |= image.pixelColor(qRound(desk.x(hello)), y) == green;
    QVERIFY(isShown);
}

void TestTimelineView::newRowsRebuildTheEvents()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s);
    Desk desk(session.store());
    desk.grab();
    const int before = desk.view.eventLayerRebuilds();
    desk.view.refresh();
    desk.grab();
    QCOMPARE(desk.view.eventLayerRebuilds(), before);
    SessionBuilder more(u"gateway"_s, 11s);
    more.note(u"news"_s).appendTo(*desk.store);
    desk.view.refresh();
    desk.grab();
    QCOMPARE(desk.view.eventLayerRebuilds(), before + 1);
    QVERIFY(desk.findTip(u"news"_s));
}

void TestTimelineView::aNoteIsAskedForAtTheSelection()
{
    Desk desk;
    QSignalSpy asked(&desk.view, &TimelineView::noteRequested);
    desk.view.selectRow(7, false);
    QTest::keyClick(&desk.view, Qt::Key_M);
    QCOMPARE(asked.count(), 1);
    const auto t = desk.store->time(7);
    QCOMPARE(asked.takeFirst().at(0).value<TimeRange>(), (TimeRange{t, t}));
}

void TestTimelineView::aNoteIsAskedForOfTheSelectedRange()
{
    Desk desk;
    QSignalSpy asked(&desk.view, &TimelineView::noteRequested);
    desk.view.selectRow(7, false);
    desk.view.setSelectedRange(TimeRange{20s, 35s});
    QTest::keyClick(&desk.view, Qt::Key_M);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.takeFirst().at(0).value<TimeRange>(), (TimeRange{20s, 35s}));
}

void TestTimelineView::aNoteOfARangeHasABracket()
{
    Desk desk;
    // Added last, of a time long before, as in a recorded session.
    const auto note = makeNote(*desk.store, u"rebooted the switch"_s, 60s, 60s);
    desk.store->append(note);
    desk.view.refresh();
    desk.grab();
    // Also where nothing but the bracket is, and where its beginning is out of sight.
    for (const auto from : {0s, 80s}) {
        desk.view.setVisibleRange({from, 200s});
        bool isTold = false;
        const auto canvas = desk.view.canvasRect();
        for (double y = canvas.top(); y < canvas.bottom() && !isTold; y += 4) {
            const auto tip = desk.view.tipAt({desk.x(100s), y});
            isTold = tip.contains(u"rebooted the switch"_s) && tip.contains(u"14:31:00"_s) &&
                     tip.contains(u"14:32:00"_s);
        }
        QVERIFY(isTold);
    }
    // Its range can be taken up again.
    desk.view.selectRow(desk.store->size() - 1, false);
    desk.view.selectRangeOfSelection();
    QCOMPARE(desk.view.selectedRange(), (TimeRange{60s, 120s}));
}

void TestTimelineView::timesCanCountFromTheSelection()
{
    Desk desk;
    const auto row = desk.store->lowerBound(100s);
    desk.view.selectRow(row, false);
    QTest::keyClick(&desk.view, Qt::Key_T, Qt::ControlModifier);
    QCOMPARE(desk.view.timeOrigin(), desk.store->time(row));
    QTest::keyClick(&desk.view, Qt::Key_T, Qt::ControlModifier);
    QCOMPARE(desk.view.timeOrigin(), Nanoseconds(0));
}

void TestTimelineView::coloursTellOutcomes()
{
    Desk desk;
    const auto theme = Theme::light();
    for (const auto tone :
         {Tone::Ok, Tone::Waiting, Tone::Error, Tone::Conflict, Tone::Timeout, Tone::Wake})
        QVERIFY2(desk.shows(theme.color(tone)), qPrintable(theme.color(tone).name()));
    QVERIFY(!desk.shows(theme.color(Tone::Stopped)));
}

void TestTimelineView::aRunningWaitIsShownBeyondNow()
{
    SessionBuilder session;
    session.start().nextWaitEnds(Word::Started, 0s).failConnect(ConnectError::Conflict, 409);
    Desk desk(session.store());
    desk.view.setNow(5s);
    desk.view.setFollowing(true);
    const auto planned = desk.grab();
    desk.view.setWaiting(PlannedBackoff{session.now(), session.now() + 60s});
    QVERIFY(desk.grab() != planned);
    QVERIFY(desk.findTip(u"planned 30\u00A0s"_s));
}

void TestTimelineView::tooltipsAreOneLineTexts()
{
    SessionBuilder session;
    session.wait(1s).note(u"<b>bold</b>\n\u202Eevil"_s);
    Desk desk(session.store());
    const auto place = desk.findTip(u"note"_s);
    QVERIFY(place);
    const auto lines = desk.view.tipAt(*place).split(u'\n');
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines.at(1), u"<b>bold</b>\\n\\u202eevil"_s);
}

void TestTimelineView::manySourcesScroll()
{
    std::vector<SessionBuilder> builders;
    for (int i = 0; i < 4; ++i) {
        builders.emplace_back(u"robot-%1"_s.arg(i));
        builders.back().start().connect(u"rwl_%1"_s.arg(i)).run(10s);
    }
    Desk desk(SessionBuilder::merged(builders));
    auto *bar = desk.view.findChild<QScrollBar *>();
    QVERIFY(bar->isVisible());
    QVERIFY(!desk.findTip(u"rwl_3"_s));
    // Selecting an event brings its lane into sight.
    qsizetype row = desk.store->size() - 1;
    while (desk.store->row(row).source != 3 || desk.store->kind(row) != EventKind::Hello)
        --row;
    desk.view.selectRow(row, true);
    QVERIFY(bar->value() > 0);
    QVERIFY(desk.findTip(u"rwl_3"_s));
}

void TestTimelineView::aNewStoreForgetsTheOldOne()
{
    Desk desk;
    desk.view.selectRow(5, false);
    desk.view.setSelectedRange(TimeRange{1s, 2s});
    desk.view.setPlayhead(3s);
    SessionBuilder session;
    session.start(5s);
    const auto store = session.store();
    desk.view.setStore(store.get());
    QCOMPARE(desk.view.selectedRow(), -1);
    QVERIFY(!desk.view.selectedRange());
    QVERIFY(!desk.view.playhead());
    QVERIFY(desk.view.visibleRange().duration() < 10s);
    desk.view.setStore(nullptr);
}

void TestTimelineView::isAccessible()
{
    const Desk desk;
    QVERIFY(!desk.view.accessibleName().isEmpty());
    QCOMPARE(desk.view.focusPolicy(), Qt::StrongFocus);
}

QTEST_MAIN(TestTimelineView)
#include "tst_timelineview.moc"
