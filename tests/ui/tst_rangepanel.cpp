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
    void figuresOfARangeThatGrowsAreRenewed();
    void figuresOfARangeThatIsOverStay();
    void datesAreSaidOfASessionOfDays_data();
    void datesAreSaidOfASessionOfDays();
    void ticksAreRoundAndApart_data();
    void ticksAreRoundAndApart();
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

void RangePanelTest::figuresOfARangeThatGrowsAreRenewed()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(10s);
    SessionStore store(SessionBuilder::header());
    for (const auto &event : session.takeEvents())
        store.append(event);
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(&store, TimeRange{0s, 1h}, store.lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    QCOMPARE(valueOf(panel, u"Watches ended"_s), u"0"_s);
    session.end(WatchOutcome::StreamError).connect(u"rwl_2"_s);
    for (const auto &event : session.takeEvents())
        store.append(event);
    panel.refresh(store.lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 2, kPatience);
    QCOMPARE(valueOf(panel, u"Watches ended"_s), u"1"_s);
    // Time alone goes by, too.
    panel.refresh(store.lastTime() + 5min);
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 3, kPatience);
    QCOMPARE(valueOf(panel, u"Duration"_s),
             readableDuration(store.lastTime() + 5min - store.firstTime()));
}

void RangePanelTest::figuresOfARangeThatIsOverStay()
{
    const auto store = cutSession();
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(store.get(), TimeRange{0s, 20s}, store->lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    panel.refresh(store->lastTime() + 1h);
    QVERIFY(!panel.isRenewing());
    panel.showRange(store.get(), TimeRange{0s, 2h}, store->lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 2, kPatience);
    panel.refresh(store->lastTime() + 1h);
    QVERIFY(panel.isRenewing());
}

void RangePanelTest::datesAreSaidOfASessionOfDays_data()
{
    QTest::addColumn<int>("hours");
    QTest::addColumn<QString>("note");
    QTest::newRow("of a day") << 1 << u"14:30:10 to 15:00:00"_s;
    QTest::newRow("of two") << 20 << u"Nov 23 14:30:10 to Nov 24 05:00:00"_s;
}

void RangePanelTest::datesAreSaidOfASessionOfDays()
{
    QFETCH(int, hours);
    QFETCH(QString, note);
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    store.append(event);
    event.t = std::chrono::hours(hours);
    store.append(event);
    const auto end = hours == 1 ? Nanoseconds(30min) : Nanoseconds(14h + 30min);
    RangePanel panel;
    QSignalSpy shown(&panel, &RangePanel::shown);
    panel.showRange(&store, TimeRange{10s, end}, store.lastTime());
    QTRY_COMPARE_WITH_TIMEOUT(shown.size(), 1, kPatience);
    QVERIFY(isShown(panel, note));
}

void RangePanelTest::ticksAreRoundAndApart_data()
{
    QTest::addColumn<QList<double>>("seconds");
    QTest::addColumn<int>("width");
    QTest::addColumn<QStringList>("among");
    QTest::newRow("all about a minute") << QList<double>{60} << 360 << QStringList{u"1 min"_s};
    QTest::newRow("narrow") << QList<double>{60} << 140 << QStringList{u"1 min"_s};
    QTest::newRow("wide") << QList<double>{60} << 900
                          << QStringList{u"30 s"_s, u"1 min"_s, u"2 min"_s};
    QTest::newRow("seconds to hours")
        << QList<double>{1, 7200} << 360 << QStringList{u"1 s"_s, u"10 s"_s, u"1 min"_s, u"1 h"_s};
    QTest::newRow("short") << QList<double>{0.1} << 360 << QStringList{u"100 ms"_s};
    QTest::newRow("days") << QList<double>{400'000} << 360 << QStringList{u"7 d"_s};
}

void RangePanelTest::ticksAreRoundAndApart()
{
    QFETCH(QList<double>, seconds);
    QFETCH(int, width);
    QFETCH(QStringList, among);
    DurationHistogram bars(100ms, 24h * 7, 20);
    for (const double each : seconds)
        bars.add(Nanoseconds(static_cast<qint64>(each * 1e9)));
    DurationChart chart(u"chart"_s);
    chart.setBars(bars);
    chart.resize(width, chart.sizeHint().height());
    const auto ticks = chart.ticks();
    QStringList labels;
    double right = 0;
    for (const auto &tick : ticks) {
        QVERIFY(tick.left >= right);
        right = tick.left + chart.fontMetrics().horizontalAdvance(tick.label);
        QVERIFY(tick.x >= tick.left - 1 && tick.x <= right + 1);
        labels.append(tick.label);
    }
    QVERIFY(right <= width);
    for (const auto &label : among)
        QVERIFY2(labels.contains(label), qPrintable(labels.join(u", "_s)));
}

QTEST_MAIN(RangePanelTest)
#include "tst_rangepanel.moc"
