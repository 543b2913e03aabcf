// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/explanation.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <array>
#include <utility>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A session that is written event by event.
class Session
{
public:
    /// Gives the event's row.
    qsizetype add(Event event, Nanoseconds later = 0ns)
    {
        m_time += later;
        event.t = m_time;
        event.source = source;
        event.attempt = attempt;
        store.append(event);
        return store.size() - 1;
    }

    qsizetype tryToConnect(const char *lease = nullptr)
    {
        ++attempt;
        Event event(EventKind::ConnectAttempt);
        if (lease)
            event.set(Field::PreviousLeaseId, lease);
        return add(event);
    }

    qsizetype connectError(const char *outcome, int status = 0)
    {
        Event event(EventKind::ConnectError);
        event.set(Field::Outcome, outcome);
        if (status)
            event.set(Field::HttpStatus, status);
        return add(event, 5ms);
    }

    qsizetype hello(const char *lease)
    {
        Event event(EventKind::Hello);
        event.set(Field::LeaseId, lease).set(Field::HeartbeatIntervalMs, 5000);
        return add(event, 167ms);
    }

    qsizetype outcome(const char *word, const char *lease, int ran)
    {
        Event event(EventKind::Outcome);
        event.set(Field::Outcome, word).set(Field::LeaseId, lease).set(Field::DurationMs, ran);
        return add(event);
    }

    qsizetype decision(Rule rule, Action action, std::optional<int> delay, const char *lease,
                       int backoff)
    {
        Event event(EventKind::Decision);
        event.set(Field::Rule, name(rule)).set(Field::Action, name(action));
        event.set(Field::DelayMs, delay ? Value(qint64{*delay}) : Value(nullptr));
        event.set(Field::PreviousLeaseId,
                  lease ? Value(QString::fromLatin1(lease)) : Value(nullptr));
        event.set(Field::BackoffMs, backoff);
        return add(event);
    }

    qsizetype connected() { return decision(Rule::ConnectSuccess, Action::Run, {}, nullptr, 1000); }

    qsizetype backoff(const char *result, int delay, std::optional<Microseconds> took = {})
    {
        Event event(EventKind::Backoff);
        event.set(Field::Result, result).set(Field::DelayMs, delay);
        if (took)
            event.setDuration(Field::DurationMs, *took);
        return add(event, took.value_or(0us));
    }

    SessionStore store;
    QString source = u"gateway"_s;
    int attempt = 0;

private:
    Nanoseconds m_time{};
};

QString shown(const std::vector<WhyRow> &rows)
{
    QString text;
    for (const auto &row : rows) {
        text += row.name + u": "_s + row.value;
        if (!row.note.isEmpty())
            text += u" ("_s + row.note + u')';
        if (row.related >= 0)
            text += u" @"_s + QString::number(row.related + 1);
        text += u'\n';
    }
    return text;
}

QString value(const Why &why, const QString &name)
{
    for (const auto &row : why.rows) {
        if (row.name == name)
            return row.note.isEmpty() ? row.value : QString(row.value + u" | "_s + row.note);
    }
    return u"(none)"_s;
}

bool isOneSafeLine(const QString &text)
{
    return !text.contains(QRegularExpression(u"[\\x00-\\x1f\\x7f\\x{2028}\\x{202e}]"_s));
}

} // namespace

class TestExplanation : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void explainsAConflictOnAHeartbeat();
    void explainsAGrowingBackoff();
    void explainsWhatBecameOfAWatch();
    void explainsAnOfferedLease();
    void explainsAStop();
    void saysHowAWaitEnded_data();
    void saysHowAWaitEnded();
    void tellsAWrongDecision_data();
    void tellsAWrongDecision();
    void keepsItsJudgementWithoutAnInput();
    void everyValidDecisionAgrees();
    void otherSourcesAreNotMixedIn();
    void otherEventsSayWhatFollowed();
    void heartbeatsAreHeldAgainstTheirTimer();
    void framesSayHowMuchSilenceWasLeft();
    void readTimeoutsAreHeldAgainstTheirTimer();
    void statusesSayWhatLedToThem();
    void deviceInfoSaysWhatFollowed();
    void partsOfAnAttemptLeadToIt();
    void helloSaysHowItsWatchEnded();
    void reconnectingAtOnceIsMeasured();
    void everyRuleHasASentence();
    void everyKindHasASentence();
    void everyWordHasASentence();
    void actionsHaveTitles();
    void figuresAreNamed_data();
    void figuresAreNamed();
    void hostileTextIsMadeSafe();
    void rowsOutOfRangeAreNothing();
    void eventsOfUnknownShapeAreNoTrouble();
    void survivesExtremeTimes();
};

void TestExplanation::explainsAConflictOnAHeartbeat()
{
    Session session;
    session.tryToConnect();
    session.hello("rwl_1");
    session.connected();
    Event heartbeat(EventKind::Heartbeat);
    heartbeat.set(Field::Result, "conflict").set(Field::HttpStatus, 409);
    session.add(heartbeat, 5s);
    session.outcome("heartbeat_conflict", "rwl_1", 5000);
    const auto row =
        session.decision(Rule::OutcomeHeartbeatConflict, Action::Backoff, 30'000, nullptr, 1000);
    session.backoff("started", 30'000);
    session.backoff("finished", 30'000, 30'000'900us);
    session.tryToConnect();
    session.hello("rwl_2");

    const auto why = whyOf(session.store, row);
    QCOMPARE(why.title, u"Back off for 30 s"_s);
    QCOMPARE(why.sentence,
             u"A heartbeat was answered 409 after 5 s: another gateway holds the lease of this "
             "device. The other gateway is given 30 s, and no lease of ours is offered again."_s);
    QCOMPARE(shown(why.rows),
             u"Came in: HeartbeatLost{Conflict} (heartbeat #4, 409) @4\n"
             "Rule: outcome.heartbeat_conflict (always 30 s, whatever the backoff)\n"
             "Previous lease: none → none (dropped: another gateway holds the lease)\n"
             "Backoff state: 1 s → 1 s (not doubled by a conflict)\n"
             "Planned: 30.000 s\n"
             "Took: 30.001 s (0.9 ms late) @8\n"
             "Then: attempt 2: hello (#10, after 167 ms) @10\n"_s);
    QVERIFY(why.agrees == true);
}

void TestExplanation::explainsAGrowingBackoff()
{
    Session session;
    std::array<Why, 7> whys;
    std::array<qsizetype, 7> rows{};
    int backoff = 1000;
    for (auto &row : rows) {
        session.tryToConnect();
        session.connectError("api", 503);
        const int delay = std::exchange(backoff, std::min(backoff * 2, 30'000));
        row = session.decision(Rule::ConnectTransient, Action::RetryAfter, delay, nullptr, backoff);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        whys[i] = whyOf(session.store, rows[i]);
    const auto state = u"Backoff state"_s;
    QCOMPARE(value(whys[0], state), u"1 s → 2 s | doubled for the next time"_s);
    QCOMPARE(value(whys[4], state), u"16 s → 30 s | doubled for the next time"_s);
    QCOMPARE(value(whys[5], state), u"30 s → 30 s | at its maximum"_s);
    QCOMPARE(whys[5].title, u"Retry after 30 s"_s);
    QCOMPARE(value(whys[0], u"Came in"_s), u"Api | connect_error #2, 503"_s);
    QCOMPARE(value(whys[0], u"Then"_s), u"attempt 2: api | #5, after 5 ms"_s);
    QCOMPARE(value(whys[6], u"Then"_s), u"(none)"_s);
    QVERIFY(whys[0].sentence.startsWith(u"The server answered 503."_s));
    for (const auto &why : whys)
        QVERIFY(why.agrees == true);
}

void TestExplanation::explainsWhatBecameOfAWatch()
{
    Session session;
    session.tryToConnect();
    session.connectError("transport");
    session.decision(Rule::ConnectTransient, Action::RetryAfter, 1000, nullptr, 2000);
    session.tryToConnect();
    session.hello("rwl_1");
    const auto row = session.connected();
    session.add(Event(EventKind::KeepAlive), 61s);
    session.outcome("read_timeout", "rwl_1", 61'000);

    const auto why = whyOf(session.store, row);
    QCOMPARE(why.title, u"Run the watch"_s);
    QCOMPARE(value(why, u"Came in"_s), u"hello | hello #5"_s);
    QCOMPARE(value(why, u"Backoff state"_s), u"2 s → 1 s | reset"_s);
    QCOMPARE(value(why, u"Planned"_s), u"(none)"_s);
    QCOMPARE(value(why, u"Then"_s), u"read_timeout | #8, after 1 min 1 s"_s);
    QVERIFY(why.agrees == true);
}

void TestExplanation::explainsAnOfferedLease()
{
    Session session;
    session.tryToConnect();
    session.hello("rwl_1");
    session.connected();
    session.outcome("stream_error", "rwl_1", 4999);
    const auto early =
        session.decision(Rule::OutcomeStreamErrorEarly, Action::Backoff, 1000, "rwl_1", 2000);
    session.tryToConnect("rwl_1");
    session.connectError("hello_timeout");
    const auto kept =
        session.decision(Rule::ConnectTransient, Action::RetryAfter, 2000, "rwl_1", 4000);
    session.tryToConnect("rwl_1");
    session.connectError("conflict", 409);
    const auto dropped =
        session.decision(Rule::ConnectConflict, Action::RetryAfter, 30'000, nullptr, 4000);

    const auto lease = u"Previous lease"_s;
    QCOMPARE(value(whyOf(session.store, early), lease),
             u"none → rwl_1 | offered with the next attempt"_s);
    QCOMPARE(value(whyOf(session.store, kept), lease),
             u"rwl_1 → rwl_1 | kept, to be offered again"_s);
    QCOMPARE(value(whyOf(session.store, dropped), lease),
             u"rwl_1 → none | dropped: another gateway holds the lease"_s);
    for (const auto row : {early, kept, dropped})
        QVERIFY(whyOf(session.store, row).agrees == true);
}

void TestExplanation::explainsAStop()
{
    Session session;
    session.tryToConnect();
    session.connectError("unauthorized", 401);
    const auto row =
        session.decision(Rule::ConnectUnauthorized, Action::StopUnauthorized, {}, nullptr, 1000);
    session.add(Event(EventKind::Status).set(Field::Status, "shutting_down"), 1ms);
    const auto why = whyOf(session.store, row);
    QCOMPARE(why.title, u"Stop: the token was rejected"_s);
    QCOMPARE(value(why, u"Then"_s), u"shutting down | #4, after 1 ms"_s);
    QVERIFY(why.agrees == true);
}

void TestExplanation::saysHowAWaitEnded_data()
{
    QTest::addColumn<QString>("result");
    QTest::addColumn<int>("tookUs");
    QTest::addColumn<QString>("took");
    QTest::newRow("on time") << u"finished"_s << 1'000'010 << u"1.000 s | on time"_s;
    QTest::newRow("late") << u"finished"_s << 1'250'000 << u"1.250 s | 250 ms late"_s;
    QTest::newRow("early") << u"finished"_s << 999'000 << u"0.999 s | 1 ms early"_s;
    QTest::newRow("skipped") << u"skipped"_s << 400'000 << u"0.400 s | ended by the user"_s;
    QTest::newRow("cancelled") << u"cancelled"_s << 400'000
                               << u"0.400 s | cancelled: the run was stopped"_s;
    QTest::newRow("still running") << QString() << 0 << u"still waiting"_s;
}

void TestExplanation::saysHowAWaitEnded()
{
    QFETCH(const QString, result);
    QFETCH(const int, tookUs);
    QFETCH(const QString, took);
    Session session;
    session.tryToConnect();
    session.connectError("api");
    const auto decision =
        session.decision(Rule::ConnectTransient, Action::RetryAfter, 1000, nullptr, 2000);
    const auto started = session.backoff("started", 1000);
    QCOMPARE(value(whyOf(session.store, started), u"Decision"_s),
             u"connect.transient | #3, Retry after 1 s"_s);
    if (!result.isEmpty()) {
        const auto ended =
            session.backoff(result.toLatin1().constData(), 1000, std::chrono::microseconds(tookUs));
        QCOMPARE(value(whyOf(session.store, ended), u"Took"_s), took);
    }
    QCOMPARE(value(whyOf(session.store, decision), u"Took"_s), took);
    QCOMPARE(value(whyOf(session.store, started), u"Took"_s), took);
}

void TestExplanation::tellsAWrongDecision_data()
{
    QTest::addColumn<int>("delay");
    QTest::addColumn<QByteArray>("lease");
    QTest::addColumn<int>("backoff");
    QTest::addColumn<bool>("agrees");
    QTest::newRow("right") << 1000 << QByteArray() << 2000 << true;
    QTest::newRow("delay") << 2000 << QByteArray() << 2000 << false;
    QTest::newRow("lease") << 1000 << QByteArray("rwl_1") << 2000 << false;
    QTest::newRow("backoff") << 1000 << QByteArray() << 1000 << false;
}

void TestExplanation::tellsAWrongDecision()
{
    QFETCH(const int, delay);
    QFETCH(const QByteArray, lease);
    QFETCH(const int, backoff);
    QFETCH(const bool, agrees);
    Session session;
    session.tryToConnect();
    session.connectError("api");
    const auto row = session.decision(Rule::ConnectTransient, Action::RetryAfter, delay,
                                      lease.isNull() ? nullptr : lease.constData(), backoff);
    QVERIFY(whyOf(session.store, row).agrees == agrees);
}

void TestExplanation::keepsItsJudgementWithoutAnInput()
{
    Session session;
    const auto row = session.connected();
    const auto why = whyOf(session.store, row);
    QVERIFY(!why.agrees.has_value());
    QCOMPARE(value(why, u"Came in"_s), u"(none)"_s);
    QCOMPARE(value(why, u"Backoff state"_s), u"1 s"_s);
}

void TestExplanation::everyValidDecisionAgrees()
{
    Session session;
    RetryState state;
    const auto lease = [&] {
        return state.previousLeaseId ? state.previousLeaseId->c_str() : nullptr;
    };
    const auto record = [&](const Decision &decision) {
        const auto delay = decision.delay ? std::optional(static_cast<int>(decision.delay->count()))
                                          : std::nullopt;
        const auto row = session.decision(decision.rule, decision.action, delay, lease(),
                                          static_cast<int>(state.backoff.count()));
        QVERIFY2(whyOf(session.store, row).agrees == true, name(decision.rule).data());
    };
    for (int i = 0; i < 8; ++i) {
        session.tryToConnect(lease());
        session.connectError(name(ConnectError(i)).data());
        record(onConnectError(ConnectError(i), state));
    }
    for (const int ran : {4999, 5000}) {
        for (int i = 0; i < 9; ++i) {
            session.tryToConnect(lease());
            session.hello("rwl_1");
            record(onConnectSuccess(state));
            session.outcome(name(WatchOutcome(i)).data(), "rwl_1", ran);
            record(
                onOutcome({WatchOutcome(i), "rwl_1", std::chrono::milliseconds(ran), 5s}, state));
        }
    }
}

void TestExplanation::otherSourcesAreNotMixedIn()
{
    Session session;
    session.tryToConnect();
    session.connectError("api");
    session.source = u"other"_s;
    session.tryToConnect();
    session.connectError("conflict");
    session.source = u"gateway"_s;
    const auto row =
        session.decision(Rule::ConnectTransient, Action::RetryAfter, 1000, nullptr, 2000);
    session.source = u"other"_s;
    session.backoff("started", 30'000);
    session.backoff("finished", 30'000, 30s);
    const auto why = whyOf(session.store, row);
    QCOMPARE(value(why, u"Came in"_s), u"Api | connect_error #2"_s);
    QCOMPARE(value(why, u"Took"_s), u"(none)"_s);
    QVERIFY(why.agrees == true);
}

void TestExplanation::otherEventsSayWhatFollowed()
{
    Session session;
    const auto attempt = session.tryToConnect();
    const auto hello = session.hello("rwl_1");
    session.connected();
    const auto keepAlive = session.add(Event(EventKind::KeepAlive), 2s);
    const auto wake = session.add(Event(EventKind::Wake), 1s);
    const auto outcome = session.outcome("wake", "rwl_1", 3000);
    session.decision(Rule::OutcomeWake, Action::Wake, {}, nullptr, 1000);

    QCOMPARE(value(whyOf(session.store, attempt), u"Then"_s),
             u"attempt 1: hello | #2, after 167 ms"_s);
    QCOMPARE(value(whyOf(session.store, hello), u"Decision"_s),
             u"connect.success | #3, Run the watch"_s);
    QCOMPARE(value(whyOf(session.store, keepAlive), u"Silence before"_s), u"2 s | since #2"_s);
    QCOMPARE(value(whyOf(session.store, wake), u"Then"_s), u"wake | #6, after 0 ms"_s);
    QCOMPARE(value(whyOf(session.store, outcome), u"Decision"_s),
             u"outcome.wake | #7, Hand over the wake"_s);
}

void TestExplanation::heartbeatsAreHeldAgainstTheirTimer()
{
    Session session;
    session.tryToConnect();
    session.hello("rwl_1"); // at 167 ms, every 5 s
    session.connected();
    const auto heartbeat = [&](Nanoseconds later, Microseconds roundTrip) {
        Event event(EventKind::Heartbeat);
        event.set(Field::Result, "ok").setDuration(Field::DurationMs, roundTrip);
        return session.add(event, later);
    };
    // Recorded when the answer came; sent that much earlier.
    const auto first = whyOf(session.store, heartbeat(5s + 20ms, 20ms));
    QCOMPARE(value(first, u"Planned"_s), u"5.000 s | after hello"_s);
    QCOMPARE(value(first, u"Sent after"_s), u"5.000 s | #2, on time"_s);
    const auto late = whyOf(session.store, heartbeat(5s + 80ms, 70ms));
    QCOMPARE(value(late, u"Planned"_s), u"5.000 s | after the heartbeat before"_s);
    QCOMPARE(value(late, u"Sent after"_s), u"5.030 s | #4, 30 ms late"_s);
    const auto skipped = whyOf(session.store, heartbeat(10s - 70ms + 10ms, 10ms));
    QCOMPARE(value(skipped, u"Sent after"_s), u"10.000 s | #5, ticks before were skipped"_s);
}

void TestExplanation::framesSayHowMuchSilenceWasLeft()
{
    Session session;
    session.tryToConnect();
    session.hello("rwl_1");
    session.connected();
    const auto first = whyOf(session.store, session.add(Event(EventKind::KeepAlive), 2s));
    QCOMPARE(value(first, u"Read time-out"_s), u"12.5 s | 10.5 s were left"_s);
    const auto late = whyOf(session.store, session.add(Event(EventKind::SseEvent), 13s));
    QCOMPARE(value(late, u"Read time-out"_s), u"12.5 s | 0 ms were left"_s);
}

void TestExplanation::readTimeoutsAreHeldAgainstTheirTimer()
{
    Session session;
    session.tryToConnect();
    const auto hello = session.hello("rwl_1");
    session.connected();
    const auto frame = session.add(Event(EventKind::KeepAlive), 2s);
    session.add(Event(EventKind::Heartbeat).set(Field::Result, "ok"), 12'501ms);
    const auto why = whyOf(session.store, session.outcome("read_timeout", "rwl_1", 14'501));
    QCOMPARE(value(why, u"Watch"_s), u"rwl_1 | began with #%1"_s.arg(hello + 1));
    QCOMPARE(value(why, u"Planned"_s), u"12.500 s | two and a half intervals"_s);
    QCOMPARE(value(why, u"Silence"_s), u"12.501 s | since #%1"_s.arg(frame + 1));
}

void TestExplanation::statusesSayWhatLedToThem()
{
    const auto status = [](Session &session, const char *word) {
        return session.add(Event(EventKind::Status).set(Field::Status, word));
    };
    Session session;
    const auto begin = status(session, "connecting");
    QVERIFY(whyOf(session.store, begin).rows.empty());
    session.tryToConnect();
    session.hello("rwl_1");
    session.connected();
    const auto connected = status(session, "connected");
    QCOMPARE(value(whyOf(session.store, connected), u"Decision"_s),
             u"connect.success | #4, Run the watch"_s);
    const auto asked = status(session, "shutting_down");
    QCOMPARE(value(whyOf(session.store, asked), u"Reason"_s),
             u"asked to stop | by the user: no decision led to it"_s);

    Session rejected;
    Event device(EventKind::DeviceInfo);
    device.set(Field::Result, "error").set(Field::HttpStatus, 401).setNull(Field::DelayMs);
    rejected.add(device);
    QCOMPARE(value(whyOf(rejected.store, status(rejected, "shutting_down")), u"Reason"_s),
             u"device-info | #1"_s);

    Session stopped;
    stopped.tryToConnect();
    stopped.connectError("unauthorized", 401);
    stopped.decision(Rule::ConnectUnauthorized, Action::StopUnauthorized, {}, nullptr, 1000);
    QCOMPARE(value(whyOf(stopped.store, status(stopped, "shutting_down")), u"Decision"_s),
             u"connect.unauthorized | #3, Stop: the token was rejected"_s);
}

void TestExplanation::deviceInfoSaysWhatFollowed()
{
    Session session;
    Event failed(EventKind::DeviceInfo);
    failed.set(Field::Result, "error").set(Field::DelayMs, 1000);
    const auto first = session.add(failed);
    const auto second = session.add(Event(EventKind::DeviceInfo).set(Field::Result, "ok"), 1'001ms);
    session.tryToConnect();
    QCOMPARE(value(whyOf(session.store, first), u"Planned"_s), u"1.000 s"_s);
    QCOMPARE(value(whyOf(session.store, first), u"Then"_s), u"asked again | #2, after 1 s"_s);
    QCOMPARE(value(whyOf(session.store, second), u"Then"_s), u"attempt 1 | #3, after 0 ms"_s);
}

void TestExplanation::partsOfAnAttemptLeadToIt()
{
    Session session;
    session.tryToConnect();
    const auto phase =
        session.add(Event(EventKind::ConnectPhase).set(Field::Phase, "socket"), 40ms);
    const auto error = session.connectError("api", 503);
    session.decision(Rule::ConnectTransient, Action::RetryAfter, 1000, nullptr, 2000);
    QCOMPARE(value(whyOf(session.store, phase), u"Attempt"_s), u"1 | #1, 40 ms before"_s);
    QCOMPARE(value(whyOf(session.store, error), u"Attempt"_s), u"1 | #1, 45 ms before"_s);
    const auto next = session.tryToConnect();
    QCOMPARE(value(whyOf(session.store, next), u"Decision"_s),
             u"connect.transient | #4, Retry after 1 s"_s);
}

void TestExplanation::helloSaysHowItsWatchEnded()
{
    const auto begin = [](Session &session) {
        session.tryToConnect();
        const auto row = session.hello("rwl_1");
        session.connected();
        session.add(Event(EventKind::Status).set(Field::Status, "connected"));
        return row;
    };
    Session ended;
    const auto first = begin(ended);
    QCOMPARE(value(whyOf(ended.store, first), u"Then"_s), u"no end recorded"_s);
    ended.add(Event(EventKind::KeepAlive), 9s);
    ended.outcome("stream_ended", "rwl_1", 9000);
    QCOMPARE(value(whyOf(ended.store, first), u"Then"_s), u"stream_ended | #6, after 9 s"_s);
    Session stopped;
    const auto second = begin(stopped);
    stopped.add(Event(EventKind::Status).set(Field::Status, "shutting_down"), 3s);
    QCOMPARE(value(whyOf(stopped.store, second), u"Then"_s), u"asked to stop | #5, after 3 s"_s);
}

void TestExplanation::reconnectingAtOnceIsMeasured()
{
    Session session;
    session.tryToConnect();
    session.hello("rwl_1");
    session.connected();
    session.outcome("stream_ended", "rwl_1", 0);
    const auto row =
        session.decision(Rule::OutcomeStreamEnded, Action::Reconnect, {}, "rwl_1", 1000);
    session.add(Event(EventKind::Note), 3ms);
    session.tryToConnect("rwl_1");
    const auto why = whyOf(session.store, row);
    QCOMPARE(value(why, u"Planned"_s), u"at once"_s);
    QCOMPARE(value(why, u"Took"_s), u"0.003 s | #7"_s);
}

void TestExplanation::everyRuleHasASentence()
{
    for (int i = 0; i <= static_cast<int>(Rule::OutcomeHeartbeatCancelled); ++i) {
        const auto sentence = explain(Rule(i));
        QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
    }
}

void TestExplanation::everyKindHasASentence()
{
    for (int i = 0; i < kEventKindCount; ++i) {
        Session session;
        Event event{EventKind(i)};
        event.kindName = i == 0 ? u"tide"_s : QString();
        const auto why = whyOf(session.store, session.add(event));
        QVERIFY2(!why.title.isEmpty(), qPrintable(QString::number(i)));
        QVERIFY2(!why.sentence.isEmpty(), qPrintable(why.title));
    }
}

void TestExplanation::everyWordHasASentence()
{
    QSet<QString> sentences;
    int count = 0;
    const auto take = [&](EventKind kind, Field field, std::string_view word) {
        const auto sentence = explain(Event(kind).set(field, word));
        QVERIFY2(sentence.endsWith(u'.') || kind == EventKind::Note, qPrintable(sentence));
        sentences.insert(sentence);
        ++count;
    };
    for (int i = 0; i < 8; ++i)
        take(EventKind::ConnectError, Field::Outcome, name(ConnectError(i)));
    for (int i = 0; i < 9; ++i)
        take(EventKind::Outcome, Field::Outcome, name(WatchOutcome(i)));
    for (const char *word : {"connecting", "connected", "shutting_down", "shutdown"})
        take(EventKind::Status, Field::Status, word);
    for (const char *word : {"ok", "error"})
        take(EventKind::DeviceInfo, Field::Result, word);
    for (const char *word : {"socket", "tls", "request_sent", "headers"})
        take(EventKind::ConnectPhase, Field::Phase, word);
    for (const char *word : {"started", "finished", "cancelled", "skipped"})
        take(EventKind::Backoff, Field::Result, word);
    for (const char *word : {"connecting", "connected", "running", "disconnecting", "failed"})
        take(EventKind::Room, Field::Phase, word);
    QCOMPARE(sentences.size(), count); // no two are the same
}

void TestExplanation::actionsHaveTitles()
{
    QCOMPARE(title(Action::Run, {}), u"Run the watch"_s);
    QCOMPARE(title(Action::RetryAfter, 2s), u"Retry after 2 s"_s);
    QCOMPARE(title(Action::Reconnect, {}), u"Reconnect at once"_s);
    QCOMPARE(title(Action::Backoff, 30s), u"Back off for 30 s"_s);
    QCOMPARE(title(Action::Wake, {}), u"Hand over the wake"_s);
    QCOMPARE(title(Action::Stop, {}), u"Stop"_s);
    QCOMPARE(title(Action::StopUnauthorized, {}), u"Stop: the token was rejected"_s);
}

void TestExplanation::figuresAreNamed_data()
{
    QTest::addColumn<Event>("event");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("html") << Event(EventKind::ConnectError)
                                 .set(Field::Outcome, "unexpected_content_type")
                                 .set(Field::ContentType, "text/html")
                          << u"The server answered with text/html, which is no event stream: often "
                             "a maintenance page or a captive portal."_s;
    QTest::newRow("unreachable") << Event(EventKind::ConnectError)
                                        .set(Field::Outcome, "api")
                                        .set(Field::Detail, "connection refused")
                                 << u"The server could not be reached: connection refused."_s;
    QTest::newRow("status") << Event(EventKind::ConnectError)
                                   .set(Field::Outcome, "api")
                                   .set(Field::HttpStatus, 503)
                                   .set(Field::Detail, "busy")
                            << u"The server answered 503: busy."_s;
    QTest::newRow("hello") << Event(EventKind::Hello)
                                  .set(Field::LeaseId, "rwl_1")
                                  .set(Field::HeartbeatIntervalMs, 15'000)
                           << u"The server granted the lease rwl_1, to be kept alive by a "
                              "heartbeat every 15 s."_s;
    QTest::newRow("heartbeat")
        << Event(EventKind::Heartbeat).set(Field::Result, "ok").set(Field::DurationMs, 18)
        << u"A heartbeat kept the lease alive; the answer came after 18 ms."_s;
    QTest::newRow("device error")
        << Event(EventKind::DeviceInfo).set(Field::Result, "error").set(Field::DelayMs, 2000)
        << u"Asking for the device failed. It is asked again in 2 s."_s;
    QTest::newRow("device error for good")
        << Event(EventKind::DeviceInfo).set(Field::Result, "error").setNull(Field::DelayMs)
        << u"Asking for the device failed for good."_s;
}

void TestExplanation::figuresAreNamed()
{
    QFETCH(const Event, event);
    QFETCH(const QString, sentence);
    QCOMPARE(explain(event), sentence);
}

void TestExplanation::hostileTextIsMadeSafe()
{
    const QString hostile = u"<b>\n\u001b[31m\u202e%1%2\u2028"_s + QString(5000, u'x');
    for (int i = 0; i < kEventKindCount; ++i) {
        Session session;
        Event event{EventKind(i)};
        event.kindName = i == 0 ? hostile : QString();
        for (int field = 1; field < kFieldCount; ++field)
            event.set(Field(field), hostile);
        session.add(Event(EventKind::Hello).set(Field::LeaseId, hostile));
        session.add(Event(EventKind::Outcome).set(Field::Outcome, hostile));
        const auto row = session.add(event);
        session.add(Event(EventKind::Outcome).set(Field::Outcome, hostile));
        const auto why = whyOf(session.store, row);
        QVERIFY2(isOneSafeLine(why.title), qPrintable(why.title));
        QVERIFY2(isOneSafeLine(why.sentence), qPrintable(why.sentence));
        QVERIFY(why.sentence.size() < 1000);
        for (const auto &line : why.rows) {
            QVERIFY2(isOneSafeLine(line.value) && isOneSafeLine(line.note), qPrintable(line.value));
            QVERIFY(line.value.size() < 1000);
        }
    }
}

void TestExplanation::rowsOutOfRangeAreNothing()
{
    const SessionStore store;
    QVERIFY(whyOf(store, 0).title.isEmpty());
    QVERIFY(whyOf(store, -1).title.isEmpty());
}

void TestExplanation::eventsOfUnknownShapeAreNoTrouble()
{
    Session session;
    session.hello("rwl_1");
    Event outcome(EventKind::Outcome);
    outcome.set(Field::Outcome, "teapot").set(Field::DurationMs, Value(1e300));
    session.add(outcome);
    Event decision(EventKind::Decision);
    decision.set(Field::Rule, "later.rule").set(Field::Action, "later");
    decision.set(Field::DelayMs, Value(1e300)).set(Field::BackoffMs, Value(-1e300));
    const auto why = whyOf(session.store, session.add(decision));
    QVERIFY(!why.agrees.has_value());
    QCOMPARE(value(why, u"Came in"_s), u"teapot | outcome #2"_s);
    QCOMPARE(value(why, u"Rule"_s), u"later.rule"_s);
}

void TestExplanation::survivesExtremeTimes()
{
    SessionStore store;
    const auto add = [&store](Nanoseconds t, EventKind kind, const char *word) {
        Event event(kind);
        event.t = t;
        event.source = u"gateway"_s;
        const bool isBackoff = kind == EventKind::Backoff;
        event.set(isBackoff ? Field::Result : Field::Outcome, word);
        if (isBackoff)
            event.set(Field::DelayMs, Value(1e300));
        store.append(event);
        return store.size() - 1;
    };
    add(kFarthestTime, EventKind::Backoff, "started");
    const auto finished = add(-kFarthestTime, EventKind::Backoff, "finished");
    QCOMPARE(value(whyOf(store, finished), u"Took"_s),
             u"-6311520000.000 s | 106751 d 23 h early"_s);

    add(-kFarthestTime, EventKind::KeepAlive, "");
    const auto frame = add(kFarthestTime, EventKind::KeepAlive, "");
    QVERIFY(value(whyOf(store, frame), u"Silence before"_s).startsWith(u"73050 d"_s));
    const auto attempt = add(-kFarthestTime, EventKind::ConnectAttempt, "");
    add(kFarthestTime, EventKind::ConnectError, "api");
    QVERIFY(value(whyOf(store, attempt), u"Then"_s).contains(u"after 73050 d"_s));
}

QTEST_GUILESS_MAIN(TestExplanation)
#include "tst_explanation.moc"
