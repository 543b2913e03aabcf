// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "tests/support/sessionbuilder.h"
#include "ui/timeline/timelinepainter.h"

#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct PaintedText
{
    QRectF rect;
    QString text;
};

/// Keeps where which text was painted, and nothing else.
class TextEngine : public QPaintEngine
{
public:
    explicit TextEngine(std::vector<PaintedText> &texts)
        : QPaintEngine(AllFeatures)
        , m_texts(texts)
    {}
    bool begin(QPaintDevice *) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState &) override {}
    void drawPixmap(const QRectF &, const QPixmap &, const QRectF &) override {}
    void drawRects(const QRectF *, int) override {}
    void drawRects(const QRect *, int) override {}
    void drawPath(const QPainterPath &) override {}
    void drawPolygon(const QPointF *, int, PolygonDrawMode) override {}
    void drawPolygon(const QPoint *, int, PolygonDrawMode) override {}
    void drawTextItem(const QPointF &base, const QTextItem &item) override
    {
        m_texts.push_back({QRectF(base.x(), base.y() - item.ascent(), item.width(),
                                  item.ascent() + item.descent()),
                           item.text()});
    }
    Type type() const override { return User; }

private:
    std::vector<PaintedText> &m_texts;
};

class TextDevice : public QPaintDevice
{
public:
    QPaintEngine *paintEngine() const override { return &m_engine; }
    std::vector<PaintedText> texts;

protected:
    int metric(PaintDeviceMetric metric) const override
    {
        switch (metric) {
        case PdmWidth:
        case PdmHeight:
            return 4'000;
        case PdmDpiX:
        case PdmDpiY:
        case PdmPhysicalDpiX:
        case PdmPhysicalDpiY:
            return 96;
        case PdmDevicePixelRatioScaled:
            return static_cast<int>(devicePixelRatioFScale());
        case PdmDepth:
            return 32;
        default:
            return 1;
        }
    }

private:
    mutable TextEngine m_engine{texts};
};

/// Outages as they are seen: failed device infos, failed attempts, short and long watches, waits
/// that were cut short.
std::unique_ptr<SessionStore> roughSession(quint32 seed, bool stillWaits)
{
    QRandomGenerator random(seed);
    SessionBuilder session;
    session.status(Word::Connecting);
    for (int i = 0; i < 3; ++i) {
        Event event(EventKind::DeviceInfo);
        event.set(Field::Result, "error").set(Field::DelayMs, (1 << i) * 1'000);
        session.wait(30ms).add(event).wait(std::chrono::seconds(1 << i));
    }
    session.start();
    for (int i = 0; i < 40; ++i) {
        if (random.bounded(3) == 0)
            session.nextWaitEnds(Word::Skipped, std::chrono::milliseconds(random.bounded(3'000)));
        if (random.bounded(2) == 0) {
            session.failConnect(random.bounded(2) == 0 ? ConnectError::Transport
                                                       : ConnectError::UnexpectedContentType);
        } else {
            session.connect(u"rwl_%1"_s.arg(random.bounded(0x1000, 0x10000), 4, 16))
                .run(std::chrono::milliseconds(random.bounded(40'000)))
                .end(random.bounded(2) == 0 ? WatchOutcome::StreamError
                                            : WatchOutcome::HeartbeatConflict);
        }
        if (random.bounded(4) == 0)
            session.note(u"note %1"_s.arg(i));
    }
    if (stillWaits)
        session.nextWaitEnds(Word::Started, 0s).failConnect(ConnectError::Conflict, 409);
    return session.store();
}

struct Painted
{
    explicit Painted(const SessionStore &store)
        : index(store)
        , scene(TimelineFonts(QFont(u"DejaVu Sans"_s)))
    {
        index.update();
        scene.store = &store;
        scene.index = &index;
        scene.theme = Theme::light();
        scene.session = index.extent();
        scene.openEnd = index.extent().end + 3s;
    }

    void paint(TimeRange range, QSizeF size, bool inLayers)
    {
        scene.range = range;
        scene.layout = layoutTimeline(QRectF(QPointF(), size), scene.fonts, {}, 0, false, 0,
                                      Lanes::AllInSight);
        device.texts.clear();
        QPainter painter(&device);
        if (inLayers) {
            paintEvents(painter, scene, Spans::Closed);
            paintEvents(painter, scene, Spans::Open);
        } else {
            paintEvents(painter, scene, Spans::All);
        }
    }

    std::vector<PaintedText> textsIn(Lane lane) const
    {
        std::vector<PaintedText> result;
        const auto *box = scene.layout.find(0, lane);
        for (const auto &text : device.texts) {
            if (box->area.contains(QPointF(box->area.center().x(), text.rect.center().y())))
                result.push_back(text);
        }
        return result;
    }

    TimelineIndex index;
    TimelineScene scene;
    TextDevice device;
};

QString described(const PaintedText &text)
{
    return u"\"%1\" at %2 to %3"_s.arg(text.text).arg(text.rect.left()).arg(text.rect.right());
}

bool touch(const QRectF &a, const QRectF &b)
{
    // The room for accents above a line may touch the line before.
    constexpr double kSlack = 1.5;
    return a.left() < b.right() - 0.5 && b.left() < a.right() - 0.5 &&
           a.top() < b.bottom() - kSlack && b.top() < a.bottom() - kSlack;
}

} // namespace

/// Properties of all that is written into the lanes, at any zoom, size and state of a session.
class TestTimelineLabels : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void labelsOfALaneNeverOverlap();
    void aWaitsLabelIsInItsOwnSpanOrInFreeRoom();
    void aDecisionsLabelIsRightOfItsMark();
    void aLeaseIsWholeOrItsEnd();
    void aBoxWithRoomForItsLeaseNamesIt();

private:
    template<typename Check>
    void inManyViews(Check check);
};

template<typename Check>
void TestTimelineLabels::inManyViews(Check check)
{
    for (quint32 seed = 1; seed <= 6; ++seed) {
        const auto store = roughSession(seed, seed % 2 == 0);
        Painted painted(*store);
        if (seed % 3 == 0)
            painted.scene.plannedEnd = painted.scene.openEnd + 20s;
        QRandomGenerator random(seed);
        const auto whole = painted.index.extent();
        for (int view = 0; view < 25; ++view) {
            const auto length = whole.duration() / (1 << random.bounded(8));
            auto begin = whole.begin + (whole.duration() / 1'000) * random.bounded(1'000);
            if (view % 3 == 0)
                begin = whole.end - length / 2; // what still runs
            painted.paint({begin, begin + length},
                          QSizeF(random.bounded(320, 1'600), random.bounded(270, 900)),
                          view % 2 == 0);
            check(painted);
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void TestTimelineLabels::labelsOfALaneNeverOverlap()
{
    int seen = 0;
    inManyViews([&seen](const Painted &painted) {
        for (const Lane lane : kLanes) {
            const auto texts = painted.textsIn(lane);
            seen += static_cast<int>(texts.size());
            for (std::size_t a = 0; a < texts.size(); ++a) {
                for (std::size_t b = a + 1; b < texts.size(); ++b) {
                    QVERIFY2(!touch(texts[a].rect, texts[b].rect),
                             qPrintable(described(texts[a]) + u" and "_s + described(texts[b])));
                }
            }
        }
    });
    QVERIFY(seen > 1'000);
}

void TestTimelineLabels::aWaitsLabelIsInItsOwnSpanOrInFreeRoom()
{
    int seen = 0;
    inManyViews([&seen](const Painted &painted) {
        const auto &waits = painted.index.source(0).waits;
        for (const auto &label : painted.textsIn(Lane::Backoff)) {
            if (label.text.startsWith(u'×'))
                continue;
            ++seen;
            for (std::size_t i = 0; i < waits.size(); ++i) {
                const Span &span = waits[i];
                const double left = painted.scene.x(Nanoseconds(span.begin));
                const double right =
                    painted.scene.x(Nanoseconds(span.endOr(painted.scene.openEnd.count())));
                if (label.rect.right() <= left + 1 || label.rect.left() >= right - 1)
                    continue;
                const auto delay = readableDuration(Nanoseconds(span.planned));
                QVERIFY2(label.text == delay || label.text == waitText(span),
                         qPrintable(described(label)));
                QVERIFY2(label.rect.left() >= left - 1, qPrintable(described(label)));
            }
        }
    });
    QVERIFY(seen > 100);
}

void TestTimelineLabels::aDecisionsLabelIsRightOfItsMark()
{
    int seen = 0;
    inManyViews([&seen](const Painted &painted) {
        const auto &marks = painted.index.source(0).lane(Lane::Decisions);
        for (const auto &label : painted.textsIn(Lane::Decisions)) {
            if (label.text.contains(u" +"_s))
                continue;
            ++seen;
            const std::size_t next =
                marks.lowerBound(painted.scene.scale()
                                     .toTime(label.rect.left() - painted.scene.layout.canvas.left())
                                     .count());
            QVERIFY(next > 0);
            const Mark &mark = marks[next - 1];
            QVERIFY(mark.rule());
            const auto rule = name(*mark.rule());
            QVERIFY2(QString::fromUtf8(rule.data(), static_cast<qsizetype>(rule.size()))
                         .endsWith(label.text),
                     qPrintable(described(label)));
            QVERIFY2(label.rect.left() - painted.scene.x(Nanoseconds(mark.t)) < 12,
                     qPrintable(described(label)));
        }
    });
    QVERIFY(seen > 100);
}

void TestTimelineLabels::aLeaseIsWholeOrItsEnd()
{
    int seen = 0;
    inManyViews([&seen](const Painted &painted) {
        const auto &watches = painted.index.source(0).watches;
        for (const auto &label : painted.textsIn(Lane::Watch)) {
            if (!label.text.startsWith(u"rwl"_s) && !label.text.contains(u'…'))
                continue;
            ++seen;
            bool isInItsBox = false;
            for (std::size_t i = 0; i < watches.size(); ++i) {
                const Span &span = watches[i];
                const auto lease = painted.scene.store->string(span.leaseId);
                const bool named =
                    label.text == lease || (label.text.startsWith(u'…') && label.text.size() >= 5 &&
                                            lease.endsWith(label.text.mid(1)));
                const double left = painted.scene.x(Nanoseconds(span.begin));
                const double right =
                    painted.scene.x(Nanoseconds(span.endOr(painted.scene.openEnd.count())));
                isInItsBox |= named && label.rect.left() >= left && label.rect.right() <= right + 1;
            }
            QVERIFY2(isInItsBox, qPrintable(described(label)));
        }
    });
    QVERIFY(seen > 100);
}

void TestTimelineLabels::aBoxWithRoomForItsLeaseNamesIt()
{
    // Two minutes of watches of six seconds, as wide as in a window of 1280 pixels with a dock.
    SessionBuilder session;
    session.start();
    QStringList leases;
    for (int i = 0; i < 17; ++i) {
        leases += u"rwl_%1"_s.arg(0x7A50 + i, 4, 16);
        session.connect(leases.back()).run(6s).end(WatchOutcome::StreamEnded);
    }
    const auto store = session.store();
    Painted painted(*store);
    painted.paint(painted.index.extent(), QSizeF(1'140, 430), false);
    const auto texts = painted.textsIn(Lane::Watch);
    for (const auto &lease : leases) {
        const bool named = std::any_of(texts.begin(), texts.end(), [&](const auto &text) {
            return text.text == lease || text.text == u'…' + lease.last(4);
        });
        QVERIFY2(named, qPrintable(lease));
    }
}

QTEST_MAIN(TestTimelineLabels)
#include "tst_timelinelabels.moc"
