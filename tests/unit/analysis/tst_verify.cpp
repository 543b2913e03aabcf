// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"
#include "core/session/eventparser.h"

#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

/// `members` is the rest of a JSON object, without braces.
QByteArray line(const char *kind, const QByteArray &members = {}, int attempt = 1,
                const char *source = "gateway")
{
    return QByteArray("{\"t\":0,\"kind\":\"") + kind + "\",\"source\":\"" + source +
           "\",\"attempt\":" + QByteArray::number(attempt) + (members.isEmpty() ? "" : ",") +
           members + "}";
}

QByteArray status(const char *word, int attempt = 1)
{
    return line("status", QByteArray("\"status\":\"") + word + '"', attempt);
}

QByteArray attempt(int number, const QByteArray &lease = "null", const QByteArray &session = "null",
                   const char *source = "gateway")
{
    return line("connect_attempt",
                "\"previous_lease_id\":" + lease + ",\"remote_access_session_id\":" + session,
                number, source);
}

QByteArray connectError(int number, const char *outcome, const char *source = "gateway")
{
    return line("connect_error", QByteArray("\"outcome\":\"") + outcome + '"', number, source);
}

QByteArray hello(int number, const char *lease, const char *source = "gateway")
{
    return line("hello",
                QByteArray("\"lease_id\":\"") + lease + "\",\"heartbeat_interval_ms\":1000", number,
                source);
}

QByteArray outcome(int number, const char *word, const char *lease, const char *duration,
                   const char *source = "gateway")
{
    return line("outcome",
                QByteArray("\"outcome\":\"") + word + "\",\"lease_id\":\"" + lease +
                    "\",\"duration_ms\":" + duration,
                number, source);
}

QByteArray decision(int number, const char *rule, const char *action, const char *delay,
                    const char *lease, const char *backoff, const char *source = "gateway")
{
    return line("decision",
                QByteArray("\"rule\":\"") + rule + "\",\"action\":\"" + action +
                    "\",\"delay_ms\":" + delay + ",\"previous_lease_id\":" + lease +
                    ",\"backoff_ms\":" + backoff,
                number, source);
}

QByteArray connected(int number, const char *source = "gateway")
{
    return decision(number, "connect.success", "run", "null", "null", "1000", source);
}

QByteArray backoff(int number, const char *result, const char *delay)
{
    return line("backoff",
                QByteArray("\"result\":\"") + result + "\",\"delay_ms\":" + delay +
                    ",\"duration_ms\":" + delay,
                number);
}

/// Every rule once (two only in the sessions that follow), with the waits between.
QByteArrayList longSession()
{
    return {
        status("connecting", 0),
        line("device_info", "\"result\":\"error\",\"delay_ms\":1000", 0),
        line("backoff", "\"result\":\"started\",\"delay_ms\":1000", 0),
        line("device_info", "\"result\":\"ok\",\"delay_ms\":null", 0),
        attempt(1),
        line("connect_phase", "\"phase\":\"headers\",\"http_status\":503"),
        connectError(1, "api"),
        decision(1, "connect.transient", "retry_after", "1000", "null", "2000"),
        backoff(1, "started", "1000"),
        backoff(1, "finished", "1000"),
        attempt(2),
        connectError(2, "hello_timeout"),
        decision(2, "connect.transient", "retry_after", "2000", "null", "4000"),
        backoff(2, "started", "2000"),
        backoff(2, "skipped", "2000"),
        attempt(3),
        connectError(3, "unexpected_content_type"),
        decision(3, "connect.non_sse", "retry_after", "30000", "null", "4000"),
        attempt(4),
        hello(4, "a"),
        connected(4),
        status("connected", 4),
        line("keepalive", "\"lease_id\":\"a\"", 4),
        line("heartbeat", "\"lease_id\":\"a\",\"result\":\"ok\"", 4),
        outcome(4, "stream_error", "a", "999.999"),
        decision(4, "outcome.stream_error_early", "backoff", "1000", "\"a\"", "2000"),
        status("connecting", 4),
        backoff(4, "started", "1000.0"),
        attempt(5, "\"a\""),
        connectError(5, "transport"),
        decision(5, "connect.transient", "retry_after", "2000", "\"a\"", "4000"),
        attempt(6, "\"a\""),
        connectError(6, "conflict"),
        decision(6, "connect.conflict", "retry_after", "30000", "null", "4000"),
        attempt(7),
        hello(7, "b"),
        connected(7),
        outcome(7, "stream_error", "b", "1000"),
        decision(7, "outcome.stream_error_healthy", "reconnect", "null", "\"b\"", "1000"),
        attempt(8, "\"b\""),
        hello(8, "c"),
        connected(8),
        outcome(8, "read_timeout", "c", "5"),
        decision(8, "outcome.read_timeout", "reconnect", "null", "\"c\"", "1000"),
        attempt(9, "\"c\""),
        hello(9, "d"),
        connected(9),
        outcome(9, "stream_ended", "d", "5"),
        decision(9, "outcome.stream_ended", "reconnect", "null", "\"d\"", "1000"),
        attempt(10, "\"d\""),
        hello(10, "e"),
        connected(10),
        outcome(10, "heartbeat_conflict", "e", "5"),
        decision(10, "outcome.heartbeat_conflict", "backoff", "30000", "null", "1000"),
        attempt(11),
        hello(11, "f"),
        connected(11),
        outcome(11, "heartbeat_failed", "f", "5"),
        decision(11, "outcome.heartbeat_failed", "reconnect", "null", "\"f\"", "1000"),
        attempt(12, "\"f\""),
        hello(12, "g"),
        connected(12),
        outcome(12, "heartbeat_gone", "g", "5"),
        decision(12, "outcome.heartbeat_gone", "reconnect", "null", "null", "1000"),
        attempt(13),
        hello(13, "h"),
        connected(13),
        line("wake", "\"lease_id\":\"h\",\"remote_access_session_id\":\"ras_1\"", 13),
        outcome(13, "wake", "h", "5"),
        decision(13, "outcome.wake", "wake", "null", "null", "1000"),
        attempt(14, "null", "\"ras_1\""),
        hello(14, "i"),
        connected(14),
        outcome(14, "heartbeat_unauthorized", "i", "5"),
        decision(14, "outcome.heartbeat_unauthorized", "stop_unauthorized", "null", "null", "1000"),
        status("shutting_down", 14),
        status("shutdown", 14)};
}

void append(SessionStore &store, const QByteArray &text)
{
    EventParser parser;
    Event event;
    if (!parser.parse(text, event))
        qFatal("not an event: %s", text.constData());
    store.append(event, text);
}

Verification verified(const QByteArrayList &lines)
{
    SessionStore store;
    for (const auto &text : lines)
        append(store, text);
    return verify(store);
}

QString shown(const Verification &result)
{
    QString text;
    for (const auto &difference : result.first)
        text += u"%1 %2: %3 | %4\n"_s.arg(QString::number(difference.row + 1), difference.source,
                                          difference.expected, difference.recorded);
    return text;
}

} // namespace

class TestVerify : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void acceptsValidSessions_data();
    void acceptsValidSessions();
    void acceptsASessionCutOffAnywhere();
    void refusesAnAlteredMember_data();
    void refusesAnAlteredMember();
    void everyRemovedDecisionShows();
    void everyAddedDecisionShows();
    void saysWhatDiffers_data();
    void saysWhatDiffers();
    void oneAlterationIsOneDifference();
    void sourcesAreFollowedApart();
    void runsInOneSessionStartFresh();
    void wakesWithoutASessionOfferNone();
    void theFirstSessionOfAWakeStays();
    void emptyIdsAreIds();
    void aMissingDurationFitsEitherRule_data();
    void aMissingDurationFitsEitherRule();
    void hugeNumbersAreNoTrouble();
    void theListIsBounded();
    void textsAreOneLine();
    void canBeCancelled();
    void differencesHaveBothDecisionsSideBySide();
    void aGrowingSessionGivesTheSame();
    void goesOnAfterItWasCancelled();
    void countsWhatCannotBeReadAnyMore();
};

void TestVerify::acceptsValidSessions_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<int>("decisions");
    QTest::newRow("empty") << QByteArrayList() << 0;
    QTest::newRow("long") << longSession() << 23;
    QTest::newRow("stopped while connecting")
        << QByteArrayList{attempt(1), status("shutting_down"), status("shutdown")} << 0;
    QTest::newRow("stopped while watching")
        << QByteArrayList{attempt(1), hello(1, "a"), connected(1), status("shutting_down"),
                          status("shutdown")}
        << 1;
    QTest::newRow("stopped while waiting")
        << QByteArrayList{attempt(1),
                          connectError(1, "api"),
                          decision(1, "connect.transient", "retry_after", "1000", "null", "2000"),
                          backoff(1, "started", "1000"),
                          backoff(1, "cancelled", "1000"),
                          status("shutting_down"),
                          status("shutdown")}
        << 1;
    QTest::newRow("stopped as unauthorized")
        << QByteArrayList{attempt(1), connectError(1, "unauthorized"),
                          decision(1, "connect.unauthorized", "stop_unauthorized", "null", "null",
                                   "1000"),
                          status("shutting_down"), status("shutdown")}
        << 1;
    QTest::newRow("cancelled heartbeats")
        << QByteArrayList{attempt(1), hello(1, "a"), connected(1),
                          outcome(1, "heartbeat_cancelled", "a", "1"),
                          decision(1, "outcome.heartbeat_cancelled", "stop", "null", "null",
                                   "1000")}
        << 2;
    // Null members may be left out.
    QTest::newRow("absent members")
        << QByteArrayList{line("connect_attempt"), hello(1, "a"),
                          line("decision",
                               R"("rule":"connect.success","action":"run","backoff_ms":1000)")}
        << 1;
}

void TestVerify::acceptsValidSessions()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const int, decisions);
    const auto result = verified(lines);
    QVERIFY2(result.agrees(), qPrintable(shown(result)));
    QCOMPARE(result.decisions, decisions);
}

void TestVerify::acceptsASessionCutOffAnywhere()
{
    const auto lines = longSession();
    for (qsizetype size = 0; size <= lines.size(); ++size) {
        const auto result = verified(lines.first(size));
        QVERIFY2(result.agrees(), qPrintable(shown(result)));
    }
}

void TestVerify::refusesAnAlteredMember_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<QByteArray>("altered");
    const auto lines = longSession();
    const auto row = [](qsizetype i, const char *what, const QByteArray &altered) {
        QTest::addRow("%d %s", static_cast<int>(i), what) << static_cast<int>(i) << altered;
    };
    const auto replaced = [](QByteArray text, const QByteArray &member,
                             const QByteArray &value) -> QByteArray {
        const QByteArray key = '"' + member + "\":";
        const qsizetype start = text.indexOf(key) + key.size();
        qsizetype end = text.indexOf(',', start);
        if (end < 0)
            end = text.size() - 1;
        return text.replace(start, end - start, value);
    };
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!lines[i].contains(R"("kind":"decision")"))
            continue;
        row(i, "rule", replaced(lines[i], "rule", "\"connect.later\""));
        row(i, "null rule", replaced(lines[i], "rule", "null"));
        row(i, "action", replaced(lines[i], "action", "\"later\""));
        row(i, "delay", replaced(lines[i], "delay_ms", "1001"));
        row(i, "zero delay", replaced(lines[i], "delay_ms", "0"));
        row(i, "text delay", replaced(lines[i], "delay_ms", "\"1000\""));
        row(i, "lease", replaced(lines[i], "previous_lease_id", "\"z\""));
        row(i, "empty lease", replaced(lines[i], "previous_lease_id", "\"\""));
        row(i, "backoff", replaced(lines[i], "backoff_ms", "1001"));
        row(i, "null backoff", replaced(lines[i], "backoff_ms", "null"));
        row(i, "attempt", replaced(lines[i], "attempt", "99"));
        row(i, "source", replaced(lines[i], "source", "\"other\""));
        row(i, "kind", replaced(lines[i], "kind", "\"note\""));
    }
}

void TestVerify::refusesAnAlteredMember()
{
    QFETCH(const int, index);
    QFETCH(const QByteArray, altered);
    auto lines = longSession();
    QVERIFY(lines[index] != altered);
    lines[index] = altered;
    const auto result = verified(lines);
    QVERIFY(!result.agrees());
}

void TestVerify::everyRemovedDecisionShows()
{
    const auto lines = longSession();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!lines[i].contains(R"("kind":"decision")"))
            continue;
        auto fewer = lines;
        fewer.removeAt(i);
        const auto result = verified(fewer);
        QCOMPARE(result.differences, 1);
        QCOMPARE(result.first.front().row, i - 1); // its input's
        QCOMPARE(result.first.front().recorded, u"no decision"_s);
    }
}

void TestVerify::everyAddedDecisionShows()
{
    const auto lines = longSession();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!lines[i].contains(R"("kind":"decision")"))
            continue;
        auto more = lines;
        more.insert(i, lines[i]);
        const auto result = verified(more);
        QCOMPARE(result.differences, 1);
        QCOMPARE(result.first.front().row, i + 1);
    }
}

void TestVerify::saysWhatDiffers_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QString>("difference");
    const auto transient = decision(1, "connect.transient", "retry_after", "1000", "null", "2000");
    QTest::newRow("members")
        << QByteArrayList{attempt(1), connectError(1, "api"),
                          decision(1, "connect.transient", "backoff", "2000", "null", "2000")}
        << u"3 gateway: action=\"retry_after\", delay_ms=1000 | action=\"backoff\", delay_ms=2000\n"_s;
    QTest::newRow("lease that is offered")
        << QByteArrayList{attempt(1),
                          hello(1, "a"),
                          connected(1),
                          outcome(1, "stream_ended", "a", "1"),
                          decision(1, "outcome.stream_ended", "reconnect", "null", "\"a\"", "1000"),
                          attempt(2)}
        << u"6 gateway: previous_lease_id=\"a\" | previous_lease_id=null\n"_s;
    QTest::newRow("session that is offered")
        << QByteArrayList{attempt(1, "null", "\"ras\"")}
        << u"1 gateway: remote_access_session_id=null | remote_access_session_id=\"ras\"\n"_s;
    QTest::newRow("backoff's delay") << QByteArrayList{attempt(1), connectError(1, "api"),
                                                       transient, backoff(1, "started", "1500")}
                                     << u"4 gateway: delay_ms=1000 | delay_ms=1500\n"_s;
    QTest::newRow("backoff where none should be")
        << QByteArrayList{attempt(1), hello(1, "a"), connected(1), backoff(1, "started", "1000")}
        << u"4 gateway: no backoff: the decision was to go on at once | delay_ms=1000\n"_s;
    QTest::newRow("attempt after a stop")
        << QByteArrayList{attempt(1), connectError(1, "unauthorized"),
                          decision(1, "connect.unauthorized", "stop_unauthorized", "null", "null",
                                   "1000"),
                          attempt(2)}
        << u"4 gateway: no further attempt: the last decision was to stop | connect_attempt\n"_s;
    QTest::newRow("attempt without a result")
        << QByteArrayList{attempt(1), attempt(2)}
        << u"1 gateway: hello or connect_error | no result of this attempt\n"_s;
    QTest::newRow("watch without an outcome")
        << QByteArrayList{attempt(1), hello(1, "a"), connected(1), attempt(2)}
        << u"2 gateway: outcome | no outcome of this watch\n"_s;
    QTest::newRow("outcome without a watch")
        << QByteArrayList{attempt(1), outcome(1, "heartbeat_gone", "a", "1"),
                          decision(1, "outcome.heartbeat_gone", "reconnect", "null", "null",
                                   "1000")}
        << u"2 gateway: hello before an outcome | no watch was running\n"_s;
    QTest::newRow("outcome of a later version")
        << QByteArrayList{attempt(1), connectError(1, "teapot"), transient}
        << u"2 gateway: an outcome that this version knows | outcome=\"teapot\"\n"_s;
    QTest::newRow("input before an orderly end")
        << QByteArrayList{attempt(1), connectError(1, "api"), status("shutting_down"),
                          status("shutdown")}
        << u"2 gateway: a decision with rule=\"connect.transient\" | no decision\n"_s;
}

void TestVerify::saysWhatDiffers()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QString, difference);
    QCOMPARE(shown(verified(lines)), difference);
}

void TestVerify::oneAlterationIsOneDifference()
{
    auto lines = longSession();
    const QByteArray recorded = R"("delay_ms":2000,"previous_lease_id":"a","backoff_ms":4000)";
    int altered = 0;
    for (auto &text : lines) {
        if (text.contains(recorded)) {
            text.replace(recorded, R"("delay_ms":2,"previous_lease_id":"b","backoff_ms":8000)");
            ++altered;
        }
    }
    QCOMPARE(altered, 1);
    QCOMPARE(verified(lines).differences, 1);
}

void TestVerify::sourcesAreFollowedApart()
{
    const QByteArrayList lines{
        attempt(1, "null", "null", "a"),
        attempt(1, "null", "null", "b"),
        hello(1, "x", "a"),
        connectError(1, "api", "b"),
        connected(1, "a"),
        decision(1, "connect.transient", "retry_after", "1000", "null", "2000", "b"),
        outcome(1, "stream_ended", "x", "1", "a"),
        attempt(2, "null", "null", "b"),
        decision(1, "outcome.stream_ended", "reconnect", "null", "\"x\"", "1000", "a"),
        connectError(2, "api", "b"),
        attempt(2, "\"x\"", "null", "a"),
        decision(2, "connect.transient", "retry_after", "2000", "null", "4000", "b")};
    const auto result = verified(lines);
    QVERIFY2(result.agrees(), qPrintable(shown(result)));
    QCOMPARE(result.decisions, 4);
}

void TestVerify::runsInOneSessionStartFresh()
{
    QByteArrayList lines{attempt(1),
                         connectError(1, "api"),
                         decision(1, "connect.transient", "retry_after", "1000", "null", "2000"),
                         status("shutting_down"),
                         status("shutdown"),
                         status("connecting"),
                         attempt(2),
                         connectError(2, "api"),
                         decision(2, "connect.transient", "retry_after", "1000", "null", "2000")};
    QVERIFY2(verified(lines).agrees(), qPrintable(shown(verified(lines))));
    // A gateway that was killed and started again asks for its device first.
    lines.remove(3, 3);
    lines.insert(3, line("device_info", R"("result":"ok")"));
    QVERIFY2(verified(lines).agrees(), qPrintable(shown(verified(lines))));
}

void TestVerify::wakesWithoutASessionOfferNone()
{
    const QByteArrayList lines{attempt(1),
                               hello(1, "a"),
                               connected(1),
                               line("wake", R"("lease_id":"a","remote_access_session_id":null)"),
                               outcome(1, "wake", "a", "1"),
                               decision(1, "outcome.wake", "wake", "null", "null", "1000"),
                               attempt(2)};
    QVERIFY2(verified(lines).agrees(), qPrintable(shown(verified(lines))));
}

void TestVerify::theFirstSessionOfAWakeStays()
{
    QByteArrayList lines;
    for (int i = 1; i <= 3; ++i) {
        lines += attempt(i, "null", i == 1 ? "null" : "\"ras_1\"");
        lines += hello(i, "a");
        lines += connected(i);
        lines +=
            line("wake", "\"remote_access_session_id\":\"ras_" + QByteArray::number(i) + '"', i);
        lines += outcome(i, "wake", "a", "1");
        lines += decision(i, "outcome.wake", "wake", "null", "null", "1000");
    }
    QVERIFY2(verified(lines).agrees(), qPrintable(shown(verified(lines))));
}

void TestVerify::emptyIdsAreIds()
{
    const QByteArrayList lines{
        attempt(1),
        hello(1, ""),
        connected(1),
        line("wake", R"("remote_access_session_id":"")"),
        outcome(1, "wake", "", "1"),
        decision(1, "outcome.wake", "wake", "null", "null", "1000"),
        attempt(2, "null", "\"\""),
        hello(2, ""),
        connected(2),
        outcome(2, "stream_ended", "", "1"),
        decision(2, "outcome.stream_ended", "reconnect", "null", "\"\"", "1000"),
        attempt(3, "\"\"", "\"\"")};
    QVERIFY2(verified(lines).agrees(), qPrintable(shown(verified(lines))));
}

void TestVerify::aMissingDurationFitsEitherRule_data()
{
    QTest::addColumn<QByteArray>("decision");
    QTest::addColumn<bool>("agrees");
    QTest::newRow("healthy") << decision(1, "outcome.stream_error_healthy", "reconnect", "null",
                                         "\"a\"", "1000")
                             << true;
    QTest::newRow("early") << decision(1, "outcome.stream_error_early", "backoff", "1000", "\"a\"",
                                       "2000")
                           << true;
    QTest::newRow("neither") << decision(1, "outcome.stream_ended", "reconnect", "null", "\"a\"",
                                         "1000")
                             << false;
}

void TestVerify::aMissingDurationFitsEitherRule()
{
    QFETCH(const QByteArray, decision);
    QFETCH(const bool, agrees);
    const auto result =
        verified({attempt(1), hello(1, "a"), connected(1),
                  line("outcome", R"("outcome":"stream_error","lease_id":"a")"), decision});
    QCOMPARE(result.agrees(), agrees);
}

void TestVerify::hugeNumbersAreNoTrouble()
{
    const QByteArray longHello = R"("lease_id":"a","heartbeat_interval_ms":18446744073709551615)";
    const auto result = verified(
        {attempt(1), line("hello", longHello), connected(1),
         outcome(1, "stream_error", "a", "1e300"),
         decision(1, "outcome.stream_error_early", "backoff", "1e300", "\"a\"", "-1e300")});
    QCOMPARE(result.differences, 1);
}

void TestVerify::theListIsBounded()
{
    QByteArrayList lines;
    for (int i = 0; i < 1'500; ++i)
        lines += connected(1);
    const auto result = verified(lines);
    QCOMPARE(result.differences, 1'500);
    QCOMPARE(result.first.size(), kMostDifferences);
    QCOMPARE(result.first.front().row, 0);
}

void TestVerify::textsAreOneLine()
{
    auto bad = connected(1);
    bad.replace("connect.success", R"(\n\u001b[31m\u202e)");
    const auto result = verified({attempt(1), hello(1, "a"), bad});
    QCOMPARE(result.differences, 1);
    const auto recorded = result.first.front().recorded;
    for (const QChar c : {u'\n', u'\u001b', u'\u202e'})
        QVERIFY2(!recorded.contains(c), qPrintable(recorded));
}

void TestVerify::canBeCancelled()
{
    SessionStore store;
    for (int i = 0; i < 50'000; ++i)
        store.append(Event(EventKind::KeepAlive));
    int calls = 0;
    const auto result =
        verify(store, [&](qsizetype done, qsizetype total) { return ++calls < 2 && done < total; });
    QVERIFY(result.cancelled);
    QVERIFY(!result.agrees());
    QCOMPARE(calls, 2);
}

void TestVerify::differencesHaveBothDecisionsSideBySide()
{
    const auto result =
        verified({attempt(1), connectError(1, "api"),
                  decision(1, "connect.transient", "retry_after", "5000", "null", "2000")});
    QCOMPARE(result.first.size(), std::size_t{1});
    const auto &members = result.first.front().members;
    QCOMPARE(members.size(), std::size_t{6});
    for (const auto &member : members)
        QCOMPARE(member.differs(), member.name == u"delay_ms"_s);
    QCOMPARE(members.at(0),
             (ComparedMember{u"rule"_s, u"\"connect.transient\""_s, u"\"connect.transient\""_s}));
    QCOMPARE(members.at(2), (ComparedMember{u"delay_ms"_s, u"5000"_s, u"1000"_s}));
    // 1000.0 is no other delay than 1000.
    QVERIFY(verified({attempt(1), connectError(1, "api"),
                      decision(1, "connect.transient", "retry_after", "1000.0", "null", "2000")})
                .agrees());
}

void TestVerify::aGrowingSessionGivesTheSame()
{
    auto lines = longSession();
    for (auto &text : lines)
        text.replace(R"("delay_ms":2000,"previous)", R"("delay_ms":2001,"previous)");
    SessionStore whole;
    for (const auto &text : lines)
        append(whole, text);
    const auto expected = verify(whole);
    QVERIFY(expected.differences > 0);

    SessionStore store;
    Verifier verifier(store);
    for (const auto &text : lines) {
        append(store, text);
        QVERIFY(verifier.update());
    }
    QCOMPARE(verifier.result().differences, expected.differences);
    verifier.finish();
    const auto result = verifier.result();
    QCOMPARE(result.decisions, expected.decisions);
    QVERIFY(result.first == expected.first);
}

void TestVerify::goesOnAfterItWasCancelled()
{
    SessionStore store;
    for (int i = 0; i < 50'000; ++i)
        store.append(Event(EventKind::KeepAlive));
    append(store, attempt(1));
    append(store, connectError(1, "api"));
    append(store, decision(1, "connect.transient", "retry_after", "1000", "null", "2000"));
    Verifier verifier(store);
    QVERIFY(!verifier.update([](qsizetype done, qsizetype) { return done < 20'000; }));
    QVERIFY(verifier.result().cancelled);
    QVERIFY(verifier.update());
    QVERIFY(!verifier.result().cancelled);
    QCOMPARE(verifier.result().decisions, 1);
}

void TestVerify::countsWhatCannotBeReadAnyMore()
{
    SessionStore store;
    store.setLineCapacity(100);
    append(store, attempt(1));
    append(store, connectError(1, "api"));
    append(store, decision(1, "connect.transient", "retry_after", "1000", "null", "2000"));
    QCOMPARE(verify(store).unreadable, 0);
    // What is forgotten first is what came first.
    store.append(Event(EventKind::Note).set(Field::Detail, QString(100'000, u'x')));
    QVERIFY(store.lostLines() >= 3);
    QCOMPARE(verify(store).unreadable, 3);
}

QTEST_GUILESS_MAIN(TestVerify)
#include "tst_verify.moc"
