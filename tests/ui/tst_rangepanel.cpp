// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "tests/support/sessionbuilder.h"
#include "ui/durationchart.h"
#include "ui/formparts.h"
#include "ui/rangepanel.h"
#include "ui/valuetext.h"

#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 30'000;

/// What stands beside a caption.
QString valueOf(const RangePanel &panel, const QString &caption)
{
    for (const auto *value : panel.findChildren<ValueText *>()) {
        if (value->accessibleName() == caption && !value->isHidden())
            return value->toPlainText().remove(QChar(0x200B));
    }
    return {};
}

bool isShown(const RangePanel &panel, const QString &text)
{
    for (const auto *label : panel.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&panel) && label->text().contains(text))
            return true;
    }
    return false;
}

DurationChart *chart(const RangePanel &panel, const QString &title)
{
    for (auto *chart : panel.findChildren<DurationChart *>()) {
        if (chart->accessibleName() == title)
            return chart;
    }
    return nullptr;
}

/// Watches of the same length but for one.
std::unique_ptr<SessionStore> cutSession()
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 6; ++i) {
        session.connect(u"rwl_%1"_s.arg(i)).run(i == 2 ? 23s : 60s);
        session.end(WatchOutcome::StreamError);
    }
    return session.store();
}

} // namespace

class RangePanelTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void saysHowToSelectWhileThereIsNoRange();
    void showsTheFiguresOfTheRange();
    void aFixedCutIsSaid();
    void watchesOfAllLengthsAreNoCut();
    void theLastRangeCounts();
    void aNewRangeMakesTheOldOneGiveUp();
};

void RangePanelTest::saysHowToSelectWhileThereIsNoRange()
{
    RangePanel panel;
    QVERIFY(isShown(panel, u"Drag over the timeline"_s));
    const auto store = outageSession();
    panel.showRange(store.get(), std::nullopt, 0s);
    QVERIFY(isShown(panel, u"Drag over the timeline"_s));
    const SessionStore empty(SessionBuilder::header());
    panel.showRange(&empty, TimeRange{0s, 1s}, 0s);
    QVERIFY(isShown(panel, u"Drag over the timeline"_s));
}

void RangePanelTest::showsTheFiguresOfTheRange()
{
    const auto store = cutSession();
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(store.get(), TimeRange{0s, store->lastTime()}, store->lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    QVERIFY(!isShown(panel, u"Drag over the timeline"_s));
    QCOMPARE(valueOf(panel, u"Attempts"_s), u"6"_s);
    QCOMPARE(valueOf(panel, u"Watches ended"_s), u"6"_s);
    QVERIFY(isShown(panel, u"stream_error 6"_s));
    QVERIFY(valueOf(panel, u"Connected"_s).endsWith(u'%'));
    QVERIFY(valueOf(panel, u"Round trip"_s).startsWith(u"median "_s));
    QVERIFY(chart(panel, u"Round trips of heartbeats"_s)->isVisibleTo(&panel));
}

void RangePanelTest::aFixedCutIsSaid()
{
    const auto store = cutSession();
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(store.get(), TimeRange{0s, store->lastTime()}, store->lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    QVERIFY(isShown(panel, u"5 of 6 watches ended after"_s));
    auto *lifetimes = chart(panel, u"How long watches lived"_s);
    QVERIFY(lifetimes->isVisibleTo(&panel));
    // The bar of the cut has a colour of its own.
    panel.resize(360, 700);
    panel.show();
    const auto error = Theme::of(lifetimes->palette()).color(Tone::Error).rgb();
    const auto image = lifetimes->grab().toImage();
    int pixels = 0;
    for (int x = 0; x < image.width(); ++x) {
        for (int y = 0; y < image.height(); ++y)
            pixels += image.pixel(x, y) == error ? 1 : 0;
    }
    QVERIFY2(pixels > 50, qPrintable(QString::number(pixels)));
}

void RangePanelTest::watchesOfAllLengthsAreNoCut()
{
    SessionBuilder session;
    session.start();
    for (const auto length : {10s, 20s, 40s, 80s, 160s, 320s}) {
        session.connect(u"rwl"_s).run(length);
        session.end(WatchOutcome::StreamError);
    }
    const auto store = session.store();
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(store.get(), TimeRange{0s, store->lastTime()}, store->lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    QVERIFY(!isShown(panel, u"watches ended after"_s));
    QVERIFY(chart(panel, u"How long watches lived"_s)->isVisibleTo(&panel));
}

void RangePanelTest::theLastRangeCounts()
{
    const auto store = cutSession();
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    for (int i = 1; i <= 20; ++i)
        panel.showRange(store.get(), TimeRange{0s, i * 2s}, store->lastTime());
    QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty(), kPatience);
    QCOMPARE(valueOf(panel, u"Duration"_s), readableDuration(40s - store->firstTime()));
    panel.showRange(store.get(), std::nullopt, store->lastTime());
    QVERIFY(isShown(panel, u"Drag over the timeline"_s));
    QCOMPARE(shown.size(), 1);
}

void RangePanelTest::aNewRangeMakesTheOldOneGiveUp()
{
    auto store = std::make_unique<SessionStore>(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    for (int i = 0; i < 200'000; ++i) {
        event.t = i * 1ms;
        store->append(event, "{}");
    }
    RangePanel panel;
    panel.showRange(store.get(), TimeRange{0s, 100s}, 200s);
    panel.showRange(nullptr, std::nullopt, 0s);
    store.reset(); // nobody reads it any more
    QVERIFY(isShown(panel, u"Drag over the timeline"_s));
}

QTEST_MAIN(RangePanelTest)
#include "tst_rangepanel.moc"
