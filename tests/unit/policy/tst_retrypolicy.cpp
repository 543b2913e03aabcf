// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/policy/retrypolicy.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds kHeartbeat = 10s;
constexpr Microseconds kHealthy = 60s;
constexpr Microseconds kShort = 100ms;

RetryState stateOf(std::optional<std::string> lease, Milliseconds backoff)
{
    return {std::move(lease), backoff};
}

EndedWatch ended(WatchOutcome outcome, Microseconds duration = kHealthy)
{
    return {outcome, "lease-abc", duration, kHeartbeat};
}

QString text(std::string_view name)
{
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

} // namespace

Q_DECLARE_METATYPE(watchline::ConnectError)
Q_DECLARE_METATYPE(watchline::WatchOutcome)
Q_DECLARE_METATYPE(watchline::RetryState)
Q_DECLARE_METATYPE(watchline::Decision)

class TestRetryPolicy : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void backoffDoublesUpToItsMaximum();
    void connectSuccessClearsTheLeaseAndResetsTheBackoff();
    void connectErrorDecides_data();
    void connectErrorDecides();
    void outcomeDecides_data();
    void outcomeDecides();
    void namesAreTheirInverse();
    void vectors_data();
    void vectors();
};

void TestRetryPolicy::backoffDoublesUpToItsMaximum()
{
    RetryState state;
    const QList<qint64> expected{1000, 2000, 4000, 8000, 16000, 30000, 30000};
    QList<qint64> delays;
    for (qsizetype i = 0; i < expected.size(); ++i)
        delays.append(onConnectError(ConnectError::Api, state).delay.value().count());
    QCOMPARE(delays, expected);
    for (int i = 0; i < 100; ++i)
        onConnectError(ConnectError::Api, state);
    QCOMPARE(state.backoff.count(), kMaxBackoff.count());
}

void TestRetryPolicy::connectSuccessClearsTheLeaseAndResetsTheBackoff()
{
    auto state = stateOf("stale", 8s);
    const auto decision = onConnectSuccess(state);
    QVERIFY((decision == Decision{Rule::ConnectSuccess, Action::Run, std::nullopt}));
    QVERIFY(state == RetryState{});
}

void TestRetryPolicy::connectErrorDecides_data()
{
    QTest::addColumn<ConnectError>("error");
    QTest::addColumn<RetryState>("before");
    QTest::addColumn<Decision>("decision");
    QTest::addColumn<RetryState>("after");

    QTest::newRow("unauthorized stops and leaves the state alone")
        << ConnectError::Unauthorized << stateOf("keep-me", 4s)
        << Decision{Rule::ConnectUnauthorized, Action::StopUnauthorized, {}}
        << stateOf("keep-me", 4s);
    QTest::newRow("conflict drops the lease, waits 30 s, leaves the backoff")
        << ConnectError::Conflict << stateOf("ours", 2s)
        << Decision{Rule::ConnectConflict, Action::RetryAfter, 30s} << stateOf({}, 2s);
    QTest::newRow("a page that is no stream waits 30 s, leaves the backoff and the lease")
        << ConnectError::UnexpectedContentType << stateOf("keep", 2s)
        << Decision{Rule::ConnectNonSse, Action::RetryAfter, 30s} << stateOf("keep", 2s);
    for (const auto error :
         {ConnectError::Api, ConnectError::UnexpectedEof, ConnectError::Transport,
          ConnectError::HelloTimeout, ConnectError::MalformedEvent}) {
        QTest::addRow("%s takes the backoff, then doubles it, keeps the lease", name(error).data())
            << error << stateOf("keep", 2s)
            << Decision{Rule::ConnectTransient, Action::RetryAfter, 2s} << stateOf("keep", 4s);
    }
    QTest::newRow("the backoff stays at its maximum")
        << ConnectError::HelloTimeout << stateOf({}, kMaxBackoff)
        << Decision{Rule::ConnectTransient, Action::RetryAfter, kMaxBackoff}
        << stateOf({}, kMaxBackoff);
}

void TestRetryPolicy::connectErrorDecides()
{
    QFETCH(ConnectError, error);
    QFETCH(RetryState, before);
    QFETCH(Decision, decision);
    QFETCH(RetryState, after);
    QVERIFY(onConnectError(error, before) == decision);
    QVERIFY(before == after);
}

void TestRetryPolicy::outcomeDecides_data()
{
    QTest::addColumn<WatchOutcome>("outcome");
    QTest::addColumn<qint64>("durationUs");
    QTest::addColumn<RetryState>("before");
    QTest::addColumn<Decision>("decision");
    QTest::addColumn<RetryState>("after");
    const auto lease = stateOf("lease-abc", 8s);

    const auto row = [](const char *tag, WatchOutcome outcome, Microseconds duration,
                        const RetryState &before, const Decision &decision,
                        const RetryState &after) {
        QTest::newRow(tag) << outcome << qint64{duration.count()} << before << decision << after;
    };
    row("wake hands over and leaves the state", WatchOutcome::Wake, kHealthy,
        stateOf("untouched", 8s), {Rule::OutcomeWake, Action::Wake, {}}, stateOf("untouched", 8s));
    row("read time-out reconnects with the lease", WatchOutcome::ReadTimeout, kShort,
        stateOf({}, 8s), {Rule::OutcomeReadTimeout, Action::Reconnect, {}}, lease);
    row("clean end reconnects with the lease", WatchOutcome::StreamEnded, kShort, stateOf({}, 8s),
        {Rule::OutcomeStreamEnded, Action::Reconnect, {}}, lease);
    row("error after a healthy run reconnects", WatchOutcome::StreamError, kHealthy,
        stateOf({}, 8s), {Rule::OutcomeStreamErrorHealthy, Action::Reconnect, {}}, lease);
    row("error after exactly one interval is healthy", WatchOutcome::StreamError, kHeartbeat,
        stateOf({}, 8s), {Rule::OutcomeStreamErrorHealthy, Action::Reconnect, {}}, lease);
    row("error one microsecond before is early", WatchOutcome::StreamError, kHeartbeat - 1us,
        stateOf({}, 8s), {Rule::OutcomeStreamErrorEarly, Action::Backoff, 8s},
        stateOf("lease-abc", 16s));
    row("error after a short run backs off and doubles", WatchOutcome::StreamError, kShort,
        stateOf({}, 4s), {Rule::OutcomeStreamErrorEarly, Action::Backoff, 4s}, lease);
    row("error after a short run stays at the maximum", WatchOutcome::StreamError, kShort,
        stateOf({}, kMaxBackoff), {Rule::OutcomeStreamErrorEarly, Action::Backoff, kMaxBackoff},
        stateOf("lease-abc", kMaxBackoff));
    row("heartbeat conflict drops the lease, waits 30 s, leaves the backoff",
        WatchOutcome::HeartbeatConflict, kHealthy, stateOf("ours", 8s),
        {Rule::OutcomeHeartbeatConflict, Action::Backoff, 30s}, stateOf({}, 8s));
    row("heartbeat gone drops the lease without a delay", WatchOutcome::HeartbeatGone, kHealthy,
        stateOf("ours", 1s), {Rule::OutcomeHeartbeatGone, Action::Reconnect, {}}, stateOf({}, 1s));
    row("heartbeat unauthorized stops", WatchOutcome::HeartbeatUnauthorized, kHealthy,
        stateOf("ours", 2s), {Rule::OutcomeHeartbeatUnauthorized, Action::StopUnauthorized, {}},
        stateOf("ours", 2s));
    row("heartbeats that failed keep the lease", WatchOutcome::HeartbeatFailed, kHealthy,
        stateOf({}, 8s), {Rule::OutcomeHeartbeatFailed, Action::Reconnect, {}}, lease);
    row("heartbeat cancelled stops without blaming the token", WatchOutcome::HeartbeatCancelled,
        kHealthy, stateOf("ours", 2s), {Rule::OutcomeHeartbeatCancelled, Action::Stop, {}},
        stateOf("ours", 2s));
}

void TestRetryPolicy::outcomeDecides()
{
    QFETCH(WatchOutcome, outcome);
    QFETCH(qint64, durationUs);
    QFETCH(RetryState, before);
    QFETCH(Decision, decision);
    QFETCH(RetryState, after);
    QVERIFY(onOutcome(ended(outcome, Microseconds(durationUs)), before) == decision);
    QVERIFY(before == after);
}

void TestRetryPolicy::namesAreTheirInverse()
{
    for (int i = 0; i < 8; ++i)
        QVERIFY(connectErrorFromName(name(ConnectError(i))) == ConnectError(i));
    for (int i = 0; i < 9; ++i)
        QVERIFY(watchOutcomeFromName(name(WatchOutcome(i))) == WatchOutcome(i));
    for (int i = 0; i < 7; ++i)
        QVERIFY(actionFromName(name(Action(i))) == Action(i));
    for (int i = 0; i < 15; ++i)
        QVERIFY(ruleFromName(name(Rule(i))) == Rule(i));
    QVERIFY(!ruleFromName("connect.nothing"));
    QVERIFY(!actionFromName(""));
}

/// Decisions of the SDK's own policy code.
void TestRetryPolicy::vectors_data()
{
    QTest::addColumn<QJsonArray>("steps");
    QFile file(QStringLiteral(WATCHLINE_TEST_DATA "/policy.jsonl"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    int count = 0;
    while (!file.atEnd()) {
        const auto object = QJsonDocument::fromJson(file.readLine()).object();
        QTest::addRow("sequence %d", object["sequence"_L1].toInt(-1))
            << object["steps"_L1].toArray();
        ++count;
    }
    QCOMPARE(count, 400);
}

void TestRetryPolicy::vectors()
{
    QFETCH(QJsonArray, steps);
    QVERIFY(!steps.isEmpty());
    RetryState state;
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const auto step = steps[i].toObject();
        const auto event = step["event"_L1].toString();
        const auto outcome = step["outcome"_L1].toString().toStdString();
        Decision decision{};
        if (event == "connect_success"_L1) {
            decision = onConnectSuccess(state);
        } else if (event == "connect_error"_L1) {
            decision = onConnectError(connectErrorFromName(outcome).value(), state);
        } else {
            decision = onOutcome({watchOutcomeFromName(outcome).value(),
                                  step["lease_id"_L1].toString().toStdString(),
                                  Milliseconds(step["duration_ms"_L1].toInteger()),
                                  Milliseconds(step["heartbeat_interval_ms"_L1].toInteger())},
                                 state);
        }
        const auto where = u"step %1: "_s.arg(i);
        QCOMPARE(where + text(name(decision.action)), where + step["action"_L1].toString());
        const auto delay = step["delay_ms"_L1];
        QCOMPARE(decision.delay.has_value(), !delay.isNull() && !delay.isUndefined());
        if (decision.delay)
            QCOMPARE(qint64{decision.delay->count()}, delay.toInteger());
        QCOMPARE(QString::fromStdString(state.previousLeaseId.value_or("none")),
                 step["previous_lease_id"_L1].toString(u"none"_s));
        QCOMPARE(qint64{state.backoff.count()}, step["backoff_ms"_L1].toInteger());
    }
}

QTEST_GUILESS_MAIN(TestRetryPolicy)
#include "tst_retrypolicy.moc"
