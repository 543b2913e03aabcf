// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/timelineviewport.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestTimelineViewport : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void fitShowsAllWithAMargin();
    void oneEventHasRoomAroundIt();
    void zoomKeepsItsAnchor();
    void zoomEndsAtTheShortestAndTheLongest();
    void panStopsAtTheContent();
    void revealMovesOnlyWhenItMust();
    void followMovesInSteps();
    void theContentNeverGetsOutOfSight();
};

void TestTimelineViewport::fitShowsAllWithAMargin()
{
    TimelineViewport viewport;
    viewport.setContent({100s, 200s});
    viewport.fit();
    QCOMPARE(viewport.range(), (TimeRange{98s, 202s}));
}

void TestTimelineViewport::oneEventHasRoomAroundIt()
{
    TimelineViewport viewport;
    viewport.setContent({5s, 5s});
    viewport.fit();
    QVERIFY(viewport.range().contains(5s));
    QCOMPARE(viewport.range().duration(), Nanoseconds(10s));
}

void TestTimelineViewport::zoomKeepsItsAnchor()
{
    TimelineViewport viewport;
    viewport.setContent({0s, 1'000s});
    viewport.setRange({100s, 200s});
    viewport.zoom(0.5, 125s);
    QCOMPARE(viewport.range(), (TimeRange{112'500ms, 162'500ms}));
    viewport.zoom(2, 125s);
    QCOMPARE(viewport.range(), (TimeRange{100s, 200s}));
}

void TestTimelineViewport::zoomEndsAtTheShortestAndTheLongest()
{
    TimelineViewport viewport;
    viewport.setContent({0s, 1'000s});
    viewport.fit();
    for (int i = 0; i < 200; ++i)
        viewport.zoom(0.5, 300s);
    QCOMPARE(viewport.range().duration(), TimelineViewport::kShortest);
    QVERIFY(viewport.range().contains(300s));
    for (int i = 0; i < 200; ++i)
        viewport.zoom(2, 300s);
    QCOMPARE(viewport.range().duration(), Nanoseconds(1'200s));
}

void TestTimelineViewport::panStopsAtTheContent()
{
    TimelineViewport viewport;
    viewport.setContent({0s, 1'000s});
    viewport.setRange({400s, 500s});
    viewport.panBy(0.5);
    QCOMPARE(viewport.range(), (TimeRange{450s, 550s}));
    for (int i = 0; i < 100; ++i)
        viewport.panBy(1);
    QCOMPARE(viewport.range(), (TimeRange{910s, 1'010s}));
    for (int i = 0; i < 100; ++i)
        viewport.panBy(-1);
    QCOMPARE(viewport.range(), (TimeRange{-10s, 90s}));
}

void TestTimelineViewport::revealMovesOnlyWhenItMust()
{
    TimelineViewport viewport;
    viewport.setContent({0s, 1'000s});
    viewport.setRange({400s, 500s});
    viewport.reveal(410s);
    QCOMPARE(viewport.range(), (TimeRange{400s, 500s}));
    viewport.reveal(700s);
    QCOMPARE(viewport.range(), (TimeRange{650s, 750s}));
}

void TestTimelineViewport::followMovesInSteps()
{
    TimelineViewport viewport;
    viewport.showBeginning(100s);
    int moves = 0;
    for (Nanoseconds now{}; now < 1'000s; now += 100ms) {
        const auto before = viewport.range();
        viewport.setContent({0s, now});
        viewport.follow(now);
        QVERIFY(viewport.range().contains(now));
        QCOMPARE(viewport.range().duration(), Nanoseconds(100s));
        moves += viewport.range() == before ? 0 : 1;
    }
    QVERIFY2(moves > 100 && moves < 500, qPrintable(QString::number(moves)));
}

void TestTimelineViewport::theContentNeverGetsOutOfSight()
{
    QRandomGenerator random(7);
    TimelineViewport viewport;
    for (int i = 0; i < 5'000; ++i) {
        const auto at = [&] {
            return Nanoseconds(random.bounded(qint64{4'000'000'000'000}) - 1'000'000'000'000);
        };
        switch (random.bounded(5)) {
        case 0: {
            const auto begin = at();
            viewport.setContent(
                {begin, begin + Nanoseconds(random.bounded(qint64{1} << random.bounded(1, 42)))});
            viewport.fit();
            break;
        }
        case 1:
            viewport.zoom(random.generateDouble() * 4 + 0.01, at());
            break;
        case 2:
            viewport.panBy(random.generateDouble() * 4 - 2);
            break;
        case 3:
            viewport.setRange(ordered(at(), at()));
            break;
        default:
            viewport.reveal(at());
            break;
        }
        const auto range = viewport.range();
        QVERIFY(range.duration() >= TimelineViewport::kShortest);
        const auto content = viewport.content();
        if (i > 100) {
            QVERIFY(range.begin <= content.end && range.end >= content.begin);
        }
    }
}

QTEST_GUILESS_MAIN(TestTimelineViewport)
#include "tst_timelineviewport.moc"
