// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/sessionbuilder.h"
#include "ui/timeline/timelineview.h"

#include <QImage>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Healthy watches, one a source; `failing` has a heartbeat that fails.
std::unique_ptr<SessionStore> fleet(int sources, int failing = -1)
{
    std::vector<SessionBuilder> builders;
    for (int i = 0; i < sources; ++i) {
        SessionBuilder session(u"robot-%1"_s.arg(i, 3, 10, QChar(u'0')), i * 10ms);
        session.start().connect(u"rwl_%1"_s.arg(i)).run(60s);
        if (i == failing)
            session.heartbeat(Word::Failed, 30ms, 503);
        session.run(60s);
        builders.push_back(session);
    }
    return SessionBuilder::merged(builders);
}

QImage painted(TimelineView &view)
{
    QImage image(view.size(), QImage::Format_RGB32);
    view.render(&image);
    return image;
}

QScrollBar *scrollBarOf(TimelineView &view)
{
    return view.findChild<QScrollBar *>();
}

void show(TimelineView &view, const SessionStore &store)
{
    view.resize(1000, 500);
    view.setStore(&store);
    QTRY_COMPARE(view.indexedRows(), store.size());
    painted(view);
}

} // namespace

class TestTimelineSources : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void foldsManyAndLeavesFewOpen_data();
    void foldsManyAndLeavesFewOpen();
    void aClickOnTheNameOpensAndFolds();
    void keysOpenAndFold();
    void theWheelScrollsThroughAFleet();
    void aFoldedSourceShowsItsTrouble();
    void theSelectedEventIsInSightInAFoldedSource();
};

void TestTimelineSources::foldsManyAndLeavesFewOpen_data()
{
    QTest::addColumn<int>("sources");
    QTest::addColumn<bool>("folded");
    QTest::newRow("one") << 1 << false;
    QTest::newRow("a few") << 4 << false;
    QTest::newRow("many") << 5 << true;
    QTest::newRow("a fleet") << 40 << true;
}

void TestTimelineSources::foldsManyAndLeavesFewOpen()
{
    QFETCH(int, sources);
    QFETCH(bool, folded);
    const auto store = fleet(sources);
    TimelineView view;
    show(view, *store);
    for (int source = 0; source < sources; ++source)
        QCOMPARE(view.isSourceFolded(source), folded);
    view.setAllSourcesFolded(!folded);
    QCOMPARE(view.isSourceFolded(0), sources > 1 && !folded);
}

void TestTimelineSources::aClickOnTheNameOpensAndFolds()
{
    const auto store = fleet(6);
    TimelineView view;
    show(view, *store);
    const QPoint first(20, static_cast<int>(view.canvasRect().top()) + 8);
    QTest::mouseClick(&view, Qt::LeftButton, {}, first);
    QVERIFY(!view.isSourceFolded(0));
    QVERIFY(view.isSourceFolded(1));
    QTest::mouseClick(&view, Qt::LeftButton, {}, first);
    QVERIFY(view.isSourceFolded(0));
}

void TestTimelineSources::keysOpenAndFold()
{
    const auto store = fleet(6);
    TimelineView view;
    show(view, *store);
    const auto row = store->lowerBound(30s);
    view.selectRow(row, false);
    const int source = store->source(row);
    QTest::keyClick(&view, Qt::Key_O);
    QVERIFY(!view.isSourceFolded(source));
    QTest::keyClick(&view, Qt::Key_O);
    QVERIFY(view.isSourceFolded(source));
    QTest::keyClick(&view, Qt::Key_O, Qt::ShiftModifier);
    for (int i = 0; i < 6; ++i)
        QVERIFY(!view.isSourceFolded(i));
}

void TestTimelineSources::theWheelScrollsThroughAFleet()
{
    const auto store = fleet(40);
    TimelineView view;
    show(view, *store);
    auto *bar = scrollBarOf(view);
    QVERIFY(bar->maximum() > 0);
    const auto before = painted(view);
    bar->setValue(bar->maximum());
    QVERIFY(painted(view) != before);
    // Open, a source takes more room.
    const int folded = bar->maximum();
    view.setSourceFolded(39, false);
    QVERIFY(bar->maximum() > folded);
}

void TestTimelineSources::aFoldedSourceShowsItsTrouble()
{
    const auto healthy = fleet(5);
    const auto troubled = fleet(5, 2);
    TimelineView view;
    show(view, *healthy);
    const auto plain = painted(view);
    show(view, *troubled);
    const auto marked = painted(view);
    const auto canvas = view.canvasRect().toAlignedRect();
    int different = 0;
    bool found = false;
    for (int y = canvas.top(); y < canvas.top() + 5 * 30; ++y) {
        for (int x = canvas.left(); x < canvas.right(); ++x) {
            if (plain.pixel(x, y) == marked.pixel(x, y))
                continue;
            ++different;
            found = found || view.tipAt(QPointF(x, y)).contains(u"heartbeat: failed"_s);
        }
    }
    QVERIFY2(different >= 6, qPrintable(QString::number(different)));
    QVERIFY(found);
}

void TestTimelineSources::theSelectedEventIsInSightInAFoldedSource()
{
    const auto store = fleet(40);
    TimelineView view;
    show(view, *store);
    qsizetype row = store->size() - 1;
    while (store->source(row) != 39)
        --row;
    const auto before = painted(view);
    view.selectRow(row, true);
    QVERIFY(scrollBarOf(view)->value() > 0);
    QVERIFY(painted(view) != before);
}

QTEST_MAIN(TestTimelineSources)
#include "tst_timelinesources.moc"
