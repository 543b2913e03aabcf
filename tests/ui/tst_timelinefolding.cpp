// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/sessionbuilder.h"
#include "ui/timeline/timelineview.h"

#include <QImage>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kEvents = 120'000;
constexpr int kOdd = 71'234;
constexpr Nanoseconds kApart = 1s;

Event usual(EventKind kind)
{
    Event event(kind);
    event.source = u"gateway"_s;
    event.attempt = 1;
    if (kind == EventKind::Heartbeat)
        event.set(Field::Result, "ok").set(Field::DurationMs, 24);
    return event;
}

/// Many events of one kind, a second apart, with one other among them.
std::unique_ptr<SessionStore> among(EventKind kind, const std::optional<Event> &odd)
{
    auto store = std::make_unique<SessionStore>(SessionBuilder::header());
    Event event = usual(kind);
    const QByteArray line = toJsonLine(event);
    for (int i = 0; i < kEvents; ++i) {
        event.t = i * kApart;
        if (odd && i == kOdd) {
            Event other = *odd;
            other.t = event.t;
            store->append(other);
        } else {
            store->append(event, line);
        }
    }
    return store;
}

QImage painted(TimelineView &view)
{
    QImage image(view.size(), QImage::Format_RGB32);
    view.render(&image);
    return image;
}

void showAll(TimelineView &view, const SessionStore &store)
{
    view.resize(1920, 1080);
    view.setStore(&store);
    QTRY_COMPARE(view.indexedRows(), store.size());
}

} // namespace

/// Whatever is folded into one: what its reader must not miss is in the picture.
class TestTimelineFolding : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aLoneOneAmongManyIsSeenAndFound_data();
    void aLoneOneAmongManyIsSeenAndFound();
};

void TestTimelineFolding::aLoneOneAmongManyIsSeenAndFound_data()
{
    QTest::addColumn<EventKind>("kind");
    QTest::addColumn<Event>("odd");
    QTest::addColumn<QString>("told");
    const auto heartbeat = [](const char *result) {
        return usual(EventKind::Heartbeat).set(Field::Result, result);
    };
    QTest::newRow("a failed heartbeat")
        << EventKind::Heartbeat << heartbeat("failed") << u"heartbeat: failed"_s;
    QTest::newRow("a heartbeat's conflict")
        << EventKind::Heartbeat << heartbeat("conflict") << u"heartbeat: conflict"_s;
    QTest::newRow("a rejected heartbeat")
        << EventKind::Heartbeat << heartbeat("unauthorized") << u"heartbeat: unauthorized"_s;
    QTest::newRow("a stray event among keep-alives")
        << EventKind::KeepAlive << usual(EventKind::SseEvent).set(Field::Type, "surprise")
        << u"surprise"_s;
    QTest::newRow("a wake among notes")
        << EventKind::Note << usual(EventKind::Wake).set(Field::LeaseId, "rwl_1") << u"wake"_s;
    Event decision = usual(EventKind::Decision);
    decision.set(Field::Rule, "connect.unauthorized").set(Field::Action, "stop_unauthorized");
    QTest::newRow("a stop among decisions")
        << EventKind::Decision << decision << u"stop_unauthorized"_s;
}

void TestTimelineFolding::aLoneOneAmongManyIsSeenAndFound()
{
    QFETCH(EventKind, kind);
    QFETCH(Event, odd);
    QFETCH(QString, told);
    const auto with = among(kind, odd);
    const auto without = among(kind, std::nullopt);
    TimelineView view;
    showAll(view, *without);
    const auto plain = painted(view);
    showAll(view, *with);
    const auto marked = painted(view);

    const auto canvas = view.canvasRect().toAlignedRect();
    const auto range = view.visibleRange();
    const double share = static_cast<double>((kOdd * kApart - range.begin).count()) /
                         static_cast<double>(range.duration().count());
    const int x = canvas.left() + static_cast<int>(share * canvas.width());
    int different = 0;
    bool found = false;
    for (int y = canvas.top(); y < canvas.bottom(); ++y) {
        for (int dx = -8; dx <= 8; ++dx)
            different += plain.pixel(x + dx, y) == marked.pixel(x + dx, y) ? 0 : 1;
        const auto tip = view.tipAt(QPointF(x, y));
        found |= tip.contains(told) && tip.contains(QRegularExpression(u"\\b\\d+ in "_s));
    }
    QVERIFY2(different >= 10, qPrintable(u"only %1 pixels differ"_s.arg(different)));
    QVERIFY(found);
}

QTEST_MAIN(TestTimelineFolding)
#include "tst_timelinefolding.moc"
