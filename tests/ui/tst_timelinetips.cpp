// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/explanation.h"
#include "core/timeline/timelineindex.h"
#include "tests/support/sessionbuilder.h"
#include "ui/timeline/timelinetips.h"
#include "ui/timeline/timelineview.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

/// One of everything that the timeline draws.
std::unique_ptr<SessionStore> everything()
{
    SessionBuilder session;
    session.start(3s).failConnect(ConnectError::Conflict, 409).wait(1s);
    session.connect(u"rwl_1"_s).run(20s).strayEvent(u"surprise"_s).wait(1s);
    session.heartbeat(Word::Failed, 3s, 500).wait(1s).heartbeat(Word::Gone, 30ms, 410);
    session.end(WatchOutcome::HeartbeatGone).wait(1s);
    session.connect(u"rwl_2"_s).run(20s).end(WatchOutcome::StreamError);
    session.connect(u"rwl_2"_s).run(20s).end(WatchOutcome::StreamEnded);
    session.connect(u"rwl_3"_s).run(10s).wake().wait(2s).note(u"here it was"_s).wait(2s);
    session.end(WatchOutcome::Wake);
    Event room(EventKind::Room);
    room.set(Field::Phase, "connected");
    session.add(room).wait(1s);
    session.failConnect(ConnectError::HelloTimeout).wait(3s).stop();
    return session.store();
}

/// A line that says something, not a title or figures.
bool hasSentence(const QString &tip)
{
    for (const auto &line : tip.split(u'\n')) {
        if (line.endsWith(u'.') && line.count(u' ') >= 3)
            return true;
    }
    return false;
}

} // namespace

class TimelineTipsTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void initTestCase()
    {
        m_store = everything();
        m_view = std::make_unique<TimelineView>();
        m_view->resize(1600, 700);
        m_view->setStore(m_store.get());
        m_view->fit();
        QTRY_COMPARE(m_view->indexedRows(), m_store->size());
        m_ofLanes = tips(true);
    }
    void everyMarkHasASentence();
    void everyLaneHasMarksHere();
    void everyEventHasACardWithASentence();
    void anArrowSaysWhichLeaseIsOfferedAgain();
    void whatIsSaidIsNotSaidTwice();
    void lanesAndSurroundingsAreExplained();
    void nothingIsExplainedWhereThereIsNothing();

private:
    /// All tips over the lanes, or over all of the view.
    QStringList tips(bool ofLanes) const
    {
        QSet<QString> found;
        const auto area = ofLanes ? m_view->canvasRect().toRect() : m_view->rect();
        for (int y = area.top() + 1; y < area.bottom(); y += 6) {
            for (int x = area.left() + 1; x < area.right(); x += 4) {
                if (const auto tip = m_view->tipAt(QPointF(x, y)); !tip.isEmpty())
                    found.insert(tip);
            }
        }
        return {found.begin(), found.end()};
    }

    QStringList m_ofLanes;
    std::unique_ptr<SessionStore> m_store;
    std::unique_ptr<TimelineView> m_view;
};

void TimelineTipsTest::everyMarkHasASentence()
{
    const auto all = m_ofLanes;
    QVERIFY(all.size() > 30);
    for (const auto &tip : all) {
        // A note is its own sentence.
        if (!tip.contains(u"here it was"_s))
            QVERIFY2(hasSentence(tip), qPrintable(tip));
    }
}

/// So that the test above is about all of them.
void TimelineTipsTest::everyLaneHasMarksHere()
{
    const auto all = m_ofLanes.join(u'\n');
    for (const auto *part :
         {"Status connected", "Watch rwl_1", "Device info", "Lease offered again",
          "Connect attempt", "decision: reconnect", "Backoff", "heartbeat: ok", "heartbeat: failed",
          "heartbeat: gone", "keepalive", "surprise", "wake", "room", "here it was"})
        QVERIFY2(all.contains(QLatin1String(part)), part);
}

void TimelineTipsTest::everyEventHasACardWithASentence()
{
    quint32 kinds = 0;
    for (qsizetype row = 0; row < m_store->size(); ++row) {
        const auto why = whyOf(*m_store, row);
        kinds |= 1U << static_cast<int>(m_store->kind(row));
        QVERIFY2(!why.title.isEmpty(), qPrintable(m_store->event(row).kindText()));
        const bool isSaid = !why.sentence.isEmpty() && why.sentence.count(u' ') >= 3;
        QVERIFY2(isSaid || m_store->kind(row) == EventKind::Note,
                 qPrintable(m_store->event(row).kindText() + u": "_s + why.sentence));
    }
    for (const auto kind :
         {EventKind::Status, EventKind::DeviceInfo, EventKind::ConnectAttempt, EventKind::Hello,
          EventKind::ConnectError, EventKind::KeepAlive, EventKind::SseEvent, EventKind::Heartbeat,
          EventKind::Wake, EventKind::Outcome, EventKind::Decision, EventKind::Backoff,
          EventKind::Room, EventKind::Note})
        QVERIFY2(kinds & (1U << static_cast<int>(kind)), name(kind).data());
}

void TimelineTipsTest::anArrowSaysWhichLeaseIsOfferedAgain()
{
    QString arrow;
    for (const auto &tip : m_ofLanes) {
        if (tip.startsWith(u"Lease offered again"_s))
            arrow += tip;
    }
    QVERIFY2(arrow.contains(u"offers the lease rwl_2 of the watch before it again"_s),
             qPrintable(arrow));
    QVERIFY(arrow.contains(u"The server granted it."_s));
    QVERIFY(arrow.contains(u"The server granted another one, rwl_3."_s));
}

void TimelineTipsTest::whatIsSaidIsNotSaidTwice()
{
    for (const auto &tip : m_ofLanes) {
        auto lines = tip.split(u'\n');
        while (!lines.isEmpty() && !hasSentence(lines.first()))
            lines.removeFirst();
        for (const auto &line : lines.mid(1))
            QVERIFY2(!lines.first().contains(line), qPrintable(tip));
    }
}

void TimelineTipsTest::lanesAndSurroundingsAreExplained()
{
    const auto all = tips(false).join(u'\n');
    for (const auto lane : kLanes)
        QVERIFY2(all.contains(laneSentence(lane)), qPrintable(laneTitle(lane)));
    QVERIFY(all.contains(u"time of day, UTC."_s));
    QVERIFY(!all.contains(u"replay's position"_s));
    QVERIFY(all.contains(u"All of the session"_s));
    m_view->setPlayhead(10s);
    const QPointF onRuler(m_view->canvasRect().center().x(), m_view->canvasRect().top() - 5);
    QVERIFY(m_view->tipAt(onRuler).contains(u"replay's position"_s));
}

void TimelineTipsTest::nothingIsExplainedWhereThereIsNothing()
{
    m_view->setStore(nullptr);
    QVERIFY(tips(false).isEmpty());
}

QTEST_MAIN(TimelineTipsTest)
#include "tst_timelinetips.moc"
