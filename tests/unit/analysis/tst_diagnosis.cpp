// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"
#include "core/session/linesource.h"
#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"

#include <QBuffer>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

using Make = std::function<void(SessionBuilder &)>;

/// What a session suffers from, and what it only seems to suffer from.
class TestDiagnosis : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void finds_data();
    void finds();
    void saysWhatItIs_data();
    void saysWhatItIs();
    void countsTheFigures();
    void countsWhatGoesOnUpToTheLastEvent();
    void aStopEndsWatchAndWait();
    void percentilesAreExact_data();
    void percentilesAreExact();
    void isTheSameFromEventsRowsAndFiles();
    void isTheSameAtAnyTime();
    void keepsSourcesApart();
    void namesTheSourceAmongSeveral();
    void saysWhatItLeftOut_data();
    void saysWhatItLeftOut();
    void sumsOfHugeTimesStayNumbers();
    void isOneJsonObject();
    void hostileTextStaysOneLine();
};

namespace {

Event connectError(const char *outcome, int status, const QString &detail)
{
    Event event(EventKind::ConnectError);
    event.set(Field::Outcome, outcome);
    if (status != 0)
        event.set(Field::HttpStatus, status);
    return event.set(Field::Detail, detail);
}

Event deviceInfoError(int status, const QString &detail = {})
{
    Event event(EventKind::DeviceInfo);
    event.set(Field::Result, "error").setDuration(Field::DurationMs, 50ms);
    if (status != 0)
        event.set(Field::HttpStatus, status);
    return event.set(Field::Detail, detail);
}

Event backoff(const char *result)
{
    return Event(EventKind::Backoff).set(Field::Result, result);
}

Diagnosis diagnosed(const EventBatch &events)
{
    Diagnosis diagnosis;
    for (const auto &event : events)
        diagnosis.take(event);
    return diagnosis;
}

Diagnosis diagnosed(const Make &make)
{
    SessionBuilder session;
    make(session);
    return diagnosed(session.events());
}

/// Leaves a session in a folder under the test's name, for its figures to be checked.
bool keep(const EventBatch &events)
{
    const QDir folder(QStringLiteral(WATCHLINE_RECORDINGS));
    const auto name = QString::fromUtf8(QTest::currentDataTag()).replace(u'/', u'-');
    SessionWriter writer;
    bool isOk = folder.mkpath(u"."_s) &&
                writer.open(folder.filePath(name + u".watchline"_s), SessionBuilder::header(),
                            SessionWriter::Existing::Replace);
    for (const auto &event : events)
        isOk = isOk && writer.append(toJsonLine(event));
    return isOk && writer.close();
}

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// `error lease_contention 2`, in their order.
QStringList shown(const Diagnosis &diagnosis)
{
    QStringList result;
    for (const auto &finding : diagnosis.findings())
        result.append(u"%1 %2 %3"_s.arg(toText(name(finding.severity)), toText(name(finding.code)),
                                        QString::number(finding.count)));
    return result;
}

/// Watches that end one after the other, each after such a time.
void addWatches(SessionBuilder &session, const std::vector<Nanoseconds> &times,
                WatchOutcome outcome = WatchOutcome::StreamError)
{
    int lease = 0;
    for (const auto time : times)
        session.connect(u"rwl_%1"_s.arg(++lease)).run(time).end(outcome);
    session.connect(u"rwl_last"_s).run(1s);
}

void addBursts(SessionBuilder &session, int bursts, int frames, Nanoseconds silence)
{
    session.start().connect(u"rwl_1"_s);
    for (int burst = 0; burst < bursts; ++burst) {
        session.wait(silence);
        for (int frame = 0; frame < frames; ++frame)
            session.wait(2ms).keepAlive();
    }
    session.wait(1s);
}

void addConnects(SessionBuilder &session, int connects, Nanoseconds apart)
{
    session.start();
    for (int i = 0; i < connects; ++i)
        session.connect(u"rwl_%1"_s.arg(i), 10ms).wait(apart - 10ms).end(WatchOutcome::StreamEnded);
    session.wait(1h);
}

/// Watches whose heartbeat interval nobody knows, or that only their ends tell of.
void addUnknownWatches(SessionBuilder &session, std::chrono::seconds time, bool hasHello)
{
    for (int i = 0; i < 3; ++i) {
        session.wait(1s).add(Event(EventKind::ConnectAttempt));
        if (hasHello)
            session.add(Event(EventKind::Hello).set(Field::LeaseId, "rwl_1"));
        Event outcome(EventKind::Outcome);
        outcome.set(Field::Outcome, "stream_error").setDuration(Field::DurationMs, time);
        session.wait(time).add(outcome);
    }
    session.wait(1s).add(Event(EventKind::ConnectAttempt));
}

const QString kHealthy = u"info healthy 0"_s;

} // namespace

void TestDiagnosis::finds_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *name, const QStringList &expected, const Make &make) {
        QTest::newRow(name) << make << expected;
    };
    const QStringList healthy{kHealthy};

    row("a healthy day", healthy, [](auto &s) { s.start().connect(u"rwl_1"_s).run(24h).stop(); });
    row("a single hiccup", healthy, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(1h).end(WatchOutcome::StreamError);
        s.connect(u"rwl_2"_s).run(1h);
    });
    row("a stop while it connects", {}, [](auto &s) {
        s.start();
        s.add(Event(EventKind::ConnectAttempt)).wait(100ms).stop();
    });
    row("a stop while it watches", healthy,
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(3s).stop(); });
    row("nothing but a status", {}, [](auto &s) { s.status(Word::Connecting); });

    row("token rejected at device-info", {u"error token_rejected 1"_s},
        [](auto &s) { s.status(Word::Connecting).add(deviceInfoError(401)).stop(); });
    row("token rejected at connecting", {u"error token_rejected 1"_s},
        [](auto &s) { s.start().failConnect(ConnectError::Unauthorized, 401); });
    row("token rejected by a heartbeat", {u"error token_rejected 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(12s).heartbeat(Word::Unauthorized, 20ms, 401);
        s.end(WatchOutcome::HeartbeatUnauthorized);
    });
    row("token rejected, told by the outcome alone", {u"error token_rejected 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(12s).end(WatchOutcome::HeartbeatUnauthorized);
    });
    row("403 is no rejected token", {u"error wrong_endpoint 1"_s},
        [](auto &s) { s.status(Word::Connecting).add(deviceInfoError(403)); });

    row("conflict at connecting", {u"error lease_contention 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::Conflict, 409).connect(u"rwl_1"_s).run(1min);
    });
    row("conflict on a heartbeat", {u"error lease_contention 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(12s).heartbeat(Word::Conflict, 20ms, 409);
        s.end(WatchOutcome::HeartbeatConflict).connect(u"rwl_2"_s).run(1min);
    });
    row("lease lost", {u"warning lease_lost 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(12s).heartbeat(Word::Gone, 20ms, 410);
        s.end(WatchOutcome::HeartbeatGone).connect(u"rwl_2"_s).run(1min);
    });

    row("maintenance page", {u"error maintenance_page 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::UnexpectedContentType, 200).connect(u"rwl_1"_s);
        s.run(1min);
    });
    row("unreachable once", {u"info unreachable 1"_s},
        [](auto &s) { s.start().failConnect(ConnectError::Api).connect(u"rwl_1"_s).run(1min); });
    row("unreachable twice", {u"warning unreachable 2"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::Api).failConnect(ConnectError::Api);
        s.connect(u"rwl_1"_s).run(1min);
    });
    row("unreachable for long", {u"error unreachable 4"_s}, [](auto &s) {
        s.start();
        for (int i = 0; i < 4; ++i)
            s.failConnect(ConnectError::Api);
        s.connect(u"rwl_1"_s).run(1min);
    });
    row("unreachable up to the end", {u"error unreachable 1"_s},
        [](auto &s) { s.start().failConnect(ConnectError::Api); });
    row("device-info unreachable", {u"error unreachable 1"_s},
        [](auto &s) { s.status(Word::Connecting).wait(1s).add(deviceInfoError(0)); });
    for (const auto &[status, code] : {std::pair{400, "wrong_endpoint"},
                                       {428, "wrong_endpoint"},
                                       {429, "rate_limited"},
                                       {430, "wrong_endpoint"},
                                       {499, "wrong_endpoint"},
                                       {500, "server_errors"},
                                       {599, "server_errors"}}) {
        row(qPrintable(u"status %1"_s.arg(status)), {u"info %1 1"_s.arg(QLatin1StringView(code))},
            [status](auto &s) {
                s.start().failConnect(ConnectError::Api, status).connect(u"rwl_1"_s).run(1min);
            });
    }
    row("server errors", {u"info server_errors 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::Api, 503).connect(u"rwl_1"_s).run(1min);
    });
    row("server errors at device-info", {u"info server_errors 1"_s}, [](auto &s) {
        s.status(Word::Connecting).wait(1s).add(deviceInfoError(500)).wait(1s).start();
        s.connect(u"rwl_1"_s).run(1min);
    });
    row("rate limited", {u"info rate_limited 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::Api, 429).connect(u"rwl_1"_s).run(1min);
    });
    row("wrong endpoint", {u"error wrong_endpoint 2"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::Api, 404).failConnect(ConnectError::Api, 404);
    });

    row("hello timeout", {u"error hello_timeout 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::HelloTimeout, 200, 30s).connect(u"rwl_1"_s).run(1min);
    });
    row("no headers are no hello timeout", {u"error unreachable 1"_s}, [](auto &s) {
        s.start().add(Event(EventKind::ConnectAttempt));
        s.add(Event(EventKind::ConnectPhase).set(Field::Phase, "socket")).wait(30s);
        s.add(connectError("hello_timeout", 0, u"no answer within 30 s"_s));
    });

    row("silent stream", {u"error silent_stream 2"_s}, [](auto &s) {
        s.start();
        for (int i = 0; i < 2; ++i) {
            s.connect(u"rwl_%1"_s.arg(i)).run(1min);
            s.wait(12'500ms).heartbeat(Word::Ok, 20ms).end(WatchOutcome::ReadTimeout);
        }
        s.connect(u"rwl_3"_s).run(1min);
    });
    row("a silence that the gateway put up with", healthy,
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(1min).wait(12s).keepAlive().run(1min); });
    row("a watch whose lease is offered again is no contention", healthy, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(1min).end(WatchOutcome::StreamEnded);
        s.connect(u"rwl_1"_s).run(1min);
    });
    row("a stray wake wakes nobody", healthy,
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(10s).strayEvent(u"wake"_s).run(1min); });
    row("one silence", {u"warning silent_stream 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(1min).wait(12'500ms).end(WatchOutcome::ReadTimeout);
        s.connect(u"rwl_3"_s).run(1min);
    });

    row("periodic cut", {u"warning periodic_cut 3"_s}, [](auto &s) {
        addWatches(s.start(), {60s, 60'400ms, 59'800ms});
    });
    row("periodic cut, clean ends", {u"warning periodic_cut 3"_s}, [](auto &s) {
        addWatches(s.start(), {350s, 351s, 350s}, WatchOutcome::StreamEnded);
    });
    row("periodic cut after another time", {u"warning periodic_cut 3"_s}, [](auto &s) {
        addWatches(s.start(), {600s, 60s, 60s, 60s});
    });
    row("periodic cut that drifts in", {u"warning periodic_cut 3"_s}, [](auto &s) {
        addWatches(s.start(), {10s, 10'900ms, 11'500ms, 11'600ms});
    });
    row("two cuts are no period", healthy, [](auto &s) { addWatches(s.start(), {60s, 60s}); });
    row("cuts after all sorts of times", healthy, [](auto &s) {
        addWatches(s.start(), {60s, 90s, 60s, 240s, 60s});
    });
    row("cuts beyond 5 %", healthy, [](auto &s) { addWatches(s.start(), {60s, 62s, 64s}); });
    row("cuts with another end between them", {u"warning silent_stream 1"_s}, [](auto &s) {
        addWatches(s.start(), {60s, 60s});
        s.run(59s).wait(12'500ms).end(WatchOutcome::ReadTimeout);
        s.connect(u"rwl_8"_s).run(60s).end(WatchOutcome::StreamError);
        s.connect(u"rwl_9"_s).run(1s);
    });

    row("bursty stream", {u"warning bursty_stream 3"_s}, [](auto &s) { addBursts(s, 3, 4, 10s); });
    row("one burst is a hiccup", healthy, [](auto &s) { addBursts(s, 1, 5, 10s); });
    row("pairs are no bursts", healthy, [](auto &s) { addBursts(s, 5, 2, 5s); });
    row("hiccups with a usual time between them", healthy, [](auto &s) {
        addBursts(s, 1, 4, 10s);
        for (int i = 0; i < 3; ++i) {
            s.run(1min).wait(9s);
            for (int frame = 0; frame < 4; ++frame)
                s.keepAlive();
        }
    });
    row("many keep-alives without silence are no bursts", healthy,
        [](auto &s) { s.setKeepAliveInterval(100ms).start().connect(u"rwl_1"_s).run(1min); });

    row("hot loop", {u"error hot_loop 5"_s, u"error flapping 5"_s},
        [](auto &s) { addConnects(s, 5, 2'500ms); });
    row("four connects are no hot loop", {u"error flapping 4"_s},
        [](auto &s) { addConnects(s, 4, 100ms); });
    row("five connects in more than 10 s are no hot loop", {u"error flapping 5"_s},
        [](auto &s) { addConnects(s, 5, 2'501ms); });
    row("connects with a backoff between them are no hot loop", healthy, [](auto &s) {
        s.start();
        for (int i = 0; i < 6; ++i) {
            s.add(Event(EventKind::ConnectAttempt)).add(backoff("started")).wait(1s);
            s.add(backoff("finished"));
        }
        s.connect(u"rwl_1"_s).run(1min);
    });
    row("a skipped backoff hides no hot loop",
        {u"error hot_loop 8"_s, u"error flapping 8"_s, u"info server_errors 1"_s}, [](auto &s) {
            s.start();
            for (int i = 0; i < 9; ++i) {
                if (i == 4)
                    s.nextWaitEnds(Word::Skipped, 10ms).failConnect(ConnectError::Api, 503);
                else
                    s.connect(u"rwl_1"_s, 10ms).wait(400ms).end(WatchOutcome::StreamEnded);
            }
            s.wait(1h);
        });
    row("backoffs that the user skips make no hot loop", {u"warning server_errors 8"_s},
        [](auto &s) {
            s.start();
            for (int i = 0; i < 8; ++i)
                s.nextWaitEnds(Word::Skipped, 100ms).failConnect(ConnectError::Api, 503);
            s.connect(u"rwl_1"_s).run(1h);
        });
    row("backoffs without an end in the session make no hot loop", {u"error server_errors 9"_s},
        [](auto &s) {
            for (int i = 0; i < 9; ++i) {
                s.wait(1s).add(Event(EventKind::ConnectAttempt));
                s.wait(100ms).add(connectError("api", 503, {})).add(backoff("started"));
            }
            s.wait(1h);
        });
    row("cuts of a heartbeat interval that nobody knows", {u"warning periodic_cut 3"_s},
        [](auto &s) { addUnknownWatches(s, 60s, true); });
    row("early ends of a heartbeat interval that nobody knows are no cuts", healthy,
        [](auto &s) { addUnknownWatches(s, 2s, true); });
    row("cuts without their hellos", {u"warning periodic_cut 3"_s},
        [](auto &s) { addUnknownWatches(s, 60s, false); });
    row("flapping", {u"error flapping 3"_s}, [](auto &s) { addWatches(s.start(), {1s, 2s, 4s}); });
    row("two early ends are no flapping", healthy, [](auto &s) {
        addWatches(s.start(), {1s, 2s, 5'500ms});
    });
    row("flapping far apart", {u"error flapping 3"_s}, [](auto &s) {
        s.start();
        for (int i = 0; i < 3; ++i)
            s.connect(u"rwl_%1"_s.arg(i)).run(1s).end(WatchOutcome::StreamEnded).wait(50min);
    });
    row("early ends on three days are no flapping", healthy, [](auto &s) {
        addWatches(s.start(), {1s, 24h, 2s, 24h, 3s});
    });
    row("wakes are no flapping", {u"info woken 3"_s}, [](auto &s) {
        s.start();
        for (int i = 0; i < 3; ++i)
            s.connect(u"rwl_%1"_s.arg(i)).run(1s).wake().end(WatchOutcome::Wake);
    });

    row("slow heartbeats", {u"warning slow_heartbeats 2"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(4s).heartbeat(Word::Ok, 1'667ms);
        s.wait(1s).heartbeat(Word::Ok, 4s).run(4s);
    });
    row("a third of the interval is not slow", healthy, [](auto &s) {
        s.setHeartbeatInterval(6s).start().connect(u"rwl_1"_s).run(4s);
        s.heartbeat(Word::Ok, 2s).run(4s);
    });
    row("a heartbeat fails once", {u"info heartbeat_failures 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(4s).heartbeat(Word::Failed, 20ms, 503).run(1min);
    });
    row("heartbeats fail", {u"warning heartbeat_failures 2"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(4s).heartbeat(Word::Failed, 20ms, 503);
        s.wait(1s).heartbeat(Word::Failed, 20ms, 0).run(1min);
    });
    row("heartbeats fail and end the watch", {u"error heartbeat_failures 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(20s).heartbeat(Word::Failed, 20ms, 503);
        s.end(WatchOutcome::HeartbeatFailed).connect(u"rwl_2"_s).run(1min);
    });

    row("malformed hello", {u"info malformed 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::MalformedEvent, 200).connect(u"rwl_1"_s).run(1min);
    });
    row("malformed wake", {u"error malformed 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(20s);
        s.add(Event(EventKind::Outcome)
                  .set(Field::Outcome, "stream_error")
                  .setDuration(Field::DurationMs, 20s)
                  .set(Field::Detail, u"malformed `wake` event: it is empty"_s));
        s.connect(u"rwl_2"_s).run(1min);
    });
    row("a line that is not UTF-8", {u"info malformed 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(20s);
        s.add(Event(EventKind::SseEvent).set(Field::Detail, u"dropped a line that is not UTF-8"_s));
        s.run(1min);
    });
    row("no stream before hello", {u"info malformed 1"_s}, [](auto &s) {
        s.start().failConnect(ConnectError::UnexpectedEof, 200).connect(u"rwl_1"_s).run(1min);
    });
    row("an unknown event is not malformed", healthy,
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(20s).strayEvent(u"news"_s).run(1min); });

    row("woken", {u"info woken 1"_s}, [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(20s).wake().end(WatchOutcome::Wake).stop();
    });
}

void TestDiagnosis::finds()
{
    QFETCH(Make, make);
    QFETCH(QStringList, expected);
    SessionBuilder session;
    make(session);
    const auto diagnosis = diagnosed(session.events());
    QCOMPARE(shown(diagnosis), expected);
    QVERIFY(keep(session.events()));
    for (const auto &finding : diagnosis.findings()) {
        QVERIFY(!finding.text.isEmpty() && !finding.advice.isEmpty());
        QVERIFY(finding.from <= finding.to);
        QCOMPARE(finding.seqs.size(),
                 static_cast<std::size_t>(std::min<qsizetype>(finding.count, 5)));
        QVERIFY(std::is_sorted(finding.seqs.begin(), finding.seqs.end()));
    }
}

void TestDiagnosis::saysWhatItIs_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("advice");
    const auto row = [](const char *name, const char *text, const char *advice, const Make &make) {
        QTest::newRow(name) << make << QString::fromUtf8(text) << QString::fromUtf8(advice);
    };
    row("total limit of a minute", "a limit for the whole connection", "reverse proxy's default",
        [](auto &s) {
            addWatches(s.start(), {60s, 60s, 60s});
        });
    row("idle limit", "The last frame came 350 s before each cut", "network load balancer",
        [](auto &s) {
            s.start();
            for (int i = 0; i < 3; ++i)
                s.connect(u"rwl_%1"_s.arg(i)).run(21s).wait(349s).end(WatchOutcome::StreamEnded);
        });
    row("either limit", "an idle time-out as well as", "No usual default", [](auto &s) {
        s.start();
        for (int i = 0; i < 3; ++i)
            s.connect(u"rwl_%1"_s.arg(i)).wait(77s).end(WatchOutcome::StreamEnded);
    });
    row("two gateways in turn", "2 taken from a running watch", "second gateway", [](auto &s) {
        s.start();
        for (int i = 0; i < 2; ++i) {
            s.connect(u"rwl_%1"_s.arg(i)).run(12s).heartbeat(Word::Conflict, 20ms, 409);
            s.end(WatchOutcome::HeartbeatConflict);
        }
    });
    row("one conflict", "1 refused at connecting", "own earlier run",
        [](auto &s) { s.start().failConnect(ConnectError::Conflict, 409).connect(u"r"_s); });
    row("a steady rhythm", "in a steady rhythm, every 30.1 s", "keeps the lease alive",
        [](auto &s) {
            s.start();
            for (int i = 0; i < 4; ++i)
                s.failConnect(ConnectError::Conflict, 409);
        });
    row("only the stream is dead", "3 heartbeats still succeeded meanwhile: only",
        "stream's way alone", [](auto &s) {
            s.start().connect(u"rwl_1"_s).run(11s).wait(5s).heartbeat(Word::Ok, 20ms);
            s.wait(5s).heartbeat(Word::Ok, 20ms).wait(2s).end(WatchOutcome::ReadTimeout);
        });
    row("all is dead", "succeeded meanwhile at first, then none", "network path", [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(11s).wait(12s).end(WatchOutcome::ReadTimeout);
    });
    row("the page's type", "text/html", "captive portal", [](auto &s) {
        s.start();
        s.add(
            connectError("unexpected_content_type", 200, {}).set(Field::ContentType, "text/html"));
    });
    const auto cause = [&row](const char *name, const char *detail, const char *text) {
        row(name, text, "", [detail](auto &s) {
            s.start().add(connectError("api", 0, QString::fromUtf8(detail)));
        });
    };
    cause("dns", "host not found: api.example", "host not found (DNS) 1");
    cause("refused", "connection refused by 10.0.0.1:443", "connection refused 1");
    cause("timed out", "connecting timed out after 30 s", "timed out 1");
    cause("tls", "the certificate of x was not accepted: expired", "TLS failed 1");
    cause("closed", "x closed the connection before it answered", "connection closed 1");
    row("statuses", "503 (2 times), 502", "server's side", [](auto &s) {
        s.start().failConnect(ConnectError::Api, 503).failConnect(ConnectError::Api, 502);
        s.failConnect(ConnectError::Api, 503);
    });
    row("what it cost", "disconnected for 3.2 s", "", [](auto &s) {
        s.start().failConnect(ConnectError::Api, 503).failConnect(ConnectError::Api, 503);
        s.connect(u"rwl_1"_s);
    });
    row("the wake's session", "ras_1", "",
        [](auto &s) { s.start().connect(u"rwl_1"_s).wake().end(WatchOutcome::Wake); });
    row("healthy", "1 watch, connected for 100.0 % of 1 d", "",
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(24h).stop(); });
}

void TestDiagnosis::saysWhatItIs()
{
    QFETCH(Make, make);
    QFETCH(QString, text);
    QFETCH(QString, advice);
    const auto findings = diagnosed(make).findings();
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY2(findings.front().text.contains(text), qPrintable(findings.front().text));
    QVERIFY2(findings.front().advice.contains(advice), qPrintable(findings.front().advice));
}

void TestDiagnosis::countsTheFigures()
{
    const auto figures = diagnosed([](auto &s) {
                             s.start(40ms).connect(u"rwl_1"_s, 100ms).run(60s);
                             s.end(WatchOutcome::StreamError);
                             s.connect(u"rwl_2"_s, 100ms).run(30s).heartbeat(Word::Gone, 9ms, 410);
                             s.end(WatchOutcome::HeartbeatGone);
                             s.failConnect(ConnectError::Api, 503, 200ms);
                             s.connect(u"rwl_3"_s, 100ms).run(10s).stop();
                         }).figures();
    QCOMPARE(figures.duration, Nanoseconds(40ms + 300ms + 100s + 200ms + 1s + 900us + 2ms));
    QCOMPARE(figures.connected, Nanoseconds(100s + 2ms));
    QCOMPARE(figures.backoff, Nanoseconds(1s + 900us));
    QCOMPARE(figures.deviceInfo, std::optional<Microseconds>(40ms));
    QCOMPARE(figures.attempts, 4);
    QCOMPARE(figures.attemptsByOutcome, (NamedCounts{{u"hello"_s, 3}, {u"api"_s, 1}}));
    QCOMPARE(figures.watches, 3);
    QCOMPARE(figures.watchesByOutcome,
             (NamedCounts{{u"stream_error"_s, 1}, {u"heartbeat_gone"_s, 1}}));
    QCOMPARE(figures.leases, 3);
    QCOMPARE(figures.keepAlives, 23 + 11 + 3);
    QCOMPARE(figures.heartbeats, (NamedCounts{{u"ok"_s, 11 + 5 + 1}, {u"gone"_s, 1}}));
    QCOMPARE(figures.roundTripP50.has_value(), true);
    QCOMPARE(figures.longestSilence, Nanoseconds(2'500ms + 2ms));
    QCOMPARE(figures.decisionsByRule, (NamedCounts{{u"connect.success"_s, 3},
                                                   {u"connect.transient"_s, 1},
                                                   {u"outcome.stream_error_healthy"_s, 1},
                                                   {u"outcome.heartbeat_gone"_s, 1}}));
}

void TestDiagnosis::countsWhatGoesOnUpToTheLastEvent()
{
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).keepAlive().wait(7s).heartbeat(Word::Ok, 10ms);
    auto figures = diagnosed(session.events()).figures();
    QCOMPARE(figures.connected, Nanoseconds(7s));
    QCOMPARE(figures.longestSilence, Nanoseconds(7s));
    session.end(WatchOutcome::HeartbeatConflict);
    SessionBuilder waiting;
    waiting.start().nextWaitEnds(Word::Started, 0s).failConnect(ConnectError::Conflict, 409);
    waiting.wait(4s).note(u"still waiting"_s);
    figures = diagnosed(waiting.events()).figures();
    QCOMPARE(figures.backoff, Nanoseconds(4s));
}

void TestDiagnosis::aStopEndsWatchAndWait()
{
    SessionBuilder stopped(u"robot-1"_s);
    stopped.start().connect(u"rwl_1"_s).run(5s).stop();
    SessionBuilder waiting(u"robot-2"_s);
    waiting.start().nextWaitEnds(Word::Started, 0s).failConnect(ConnectError::Conflict, 409);
    waiting.wait(3s).stop();
    SessionBuilder other(u"robot-3"_s);
    other.start().wait(1min).note(u"much later"_s);
    const auto figures = diagnosed(stopped.events() + waiting.events() + other.events()).figures();
    QCOMPARE(figures.connected, Nanoseconds(5s + 2ms));
    QCOMPARE(figures.backoff, Nanoseconds(3s + 2ms));
}

void TestDiagnosis::percentilesAreExact_data()
{
    QTest::addColumn<std::vector<int>>("microseconds");
    QTest::addColumn<std::vector<int>>("expected"); // p50, p90, p99, max
    using List = std::vector<int>;
    QTest::newRow("one") << List{7} << List{7, 7, 7, 7};
    QTest::newRow("two") << List{2, 1} << List{1, 2, 2, 2};
    List ten;
    List hundred;
    for (int i = 1; i <= 100; ++i) {
        hundred.push_back(101 - i);
        if (i <= 10)
            ten.push_back(i * 100'000);
    }
    QTest::newRow("ten") << ten << List{500'000, 900'000, 1'000'000, 1'000'000};
    QTest::newRow("hundred") << hundred << List{50, 90, 99, 100};
    QTest::newRow("slow ones") << List{3'000'000, 1'048'576, 1'048'575, 2'000'000, 0}
                               << List{1'048'576, 3'000'000, 3'000'000, 3'000'000};
}

void TestDiagnosis::percentilesAreExact()
{
    QFETCH(std::vector<int>, microseconds);
    QFETCH(std::vector<int>, expected);
    const auto figures = diagnosed([&](auto &s) {
                             s.start().connect(u"rwl_1"_s);
                             for (const int time : microseconds)
                                 s.heartbeat(Word::Ok, std::chrono::microseconds(time));
                         }).figures();
    const auto at = [&](std::size_t i) { return std::optional(Microseconds(expected.at(i))); };
    QCOMPARE(figures.roundTripP50, at(0));
    QCOMPARE(figures.roundTripP90, at(1));
    QCOMPARE(figures.roundTripP99, at(2));
    QCOMPARE(figures.roundTripMax, at(3));
}

void TestDiagnosis::isTheSameFromEventsRowsAndFiles()
{
    const auto store = outageSession();
    QByteArray lines;
    Diagnosis fromEvents;
    Diagnosis fromRows;
    for (qsizetype row = 0; row < store->size(); ++row) {
        fromEvents.take(store->event(row));
        fromRows.take(*store, row);
        lines += store->line(row) + '\n';
    }
    QBuffer buffer(&lines);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    DeviceSource source(buffer);
    SessionScan scan(source, u"test"_s, {});
    Diagnosis fromFile;
    diagnose(scan, fromFile);
    QCOMPARE(fromFile.events(), store->size());
    QVERIFY(fromFile.findings().size() > 2);
    QCOMPARE(toJson(fromRows), toJson(fromEvents));
    QCOMPARE(toJson(fromFile), toJson(fromEvents));
}

void TestDiagnosis::isTheSameAtAnyTime()
{
    const auto store = outageSession();
    Diagnosis live;
    for (qsizetype row = 0; row < store->size(); ++row) {
        live.take(*store, row);
        Diagnosis file;
        for (qsizetype i = 0; i <= row; ++i)
            file.take(*store, i);
        QCOMPARE(toJson(live), toJson(file));
    }
}

void TestDiagnosis::keepsSourcesApart()
{
    // Each one connects twice: together they would be a hot loop, and cut after the same time.
    EventBatch events;
    for (int i = 0; i < 5; ++i) {
        SessionBuilder session(u"robot-%1"_s.arg(i));
        session.start().connect(u"rwl_%1"_s.arg(i)).run(60s).end(WatchOutcome::StreamError);
        session.connect(u"rwl_b%1"_s.arg(i)).run(10s);
        events += session.events();
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const Event &a, const Event &b) { return a.t < b.t; });
    const auto diagnosis = diagnosed(events);
    QCOMPARE(shown(diagnosis), QStringList{kHealthy});
    QCOMPARE(diagnosis.figures().sources, 5);
    QCOMPARE(diagnosis.figures().leases, 10);
}

void TestDiagnosis::namesTheSourceAmongSeveral()
{
    SessionBuilder good(u"robot-1"_s);
    good.start().connect(u"rwl_1"_s).run(10s);
    SessionBuilder bad(u"robot-2"_s);
    bad.start().failConnect(ConnectError::Unauthorized, 401);
    const auto findings = diagnosed(good.events() + bad.events()).findings();
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY2(findings.front().text.endsWith(u"Source: robot-2."_s),
             qPrintable(findings.front().text));
    SessionBuilder worse(u"robot-3"_s);
    worse.start().failConnect(ConnectError::Unauthorized, 401);
    const auto more = diagnosed(good.events() + bad.events() + worse.events()).findings();
    QVERIFY2(more.front().text.endsWith(u"On 2 of 3 sources, first on robot-2."_s),
             qPrintable(more.front().text));
}

void TestDiagnosis::saysWhatItLeftOut_data()
{
    QTest::addColumn<Make>("make");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *text, const Make &make) {
        QTest::newRow(name) << make << QString::fromUtf8(text);
    };
    row("nothing", "", [](auto &s) { s.start().connect(u"rwl_1"_s).run(10s); });
    row("an empty session", "no events", [](auto &) {});
    row("an unknown kind", "1 event is of a kind", [](auto &s) {
        Event event;
        event.kindName = u"future"_s;
        s.start().add(event).connect(u"rwl_1"_s);
    });
    row("an unknown outcome", "1 event has an outcome",
        [](auto &s) { s.start().add(connectError("future", 0, {})).connect(u"rwl_1"_s); });
    row("times that go backwards", "2 events are dated before", [](auto &s) {
        s.start().connect(u"rwl_1"_s).run(10s).wait(-5s).keepAlive().wait(1s).keepAlive();
        s.wait(10s).keepAlive();
    });
    row("no hello", "whose `hello` is not in the session",
        [](auto &s) { s.end(WatchOutcome::StreamEnded); });
    row("no outcome", "1 watch has no outcome",
        [](auto &s) { s.start().connect(u"rwl_1"_s).run(10s).connect(u"rwl_2"_s).run(10s); });
}

void TestDiagnosis::saysWhatItLeftOut()
{
    QFETCH(Make, make);
    QFETCH(QString, text);
    const auto leftOut = diagnosed(make).leftOut();
    QCOMPARE(leftOut.isEmpty(), text.isEmpty());
    QVERIFY2(leftOut.join(u'\n').contains(text), qPrintable(leftOut.join(u'\n')));
}

void TestDiagnosis::sumsOfHugeTimesStayNumbers()
{
    EventBatch events;
    for (int i = 0; i < 10; ++i) {
        SessionBuilder session(u"robot-%1"_s.arg(i), -kFarthestTime);
        session.start().connect(u"rwl_%1"_s.arg(i));
        session.wait(2 * Nanoseconds(kFarthestTime) - 1h).keepAlive();
        events += session.events();
    }
    // What claims to have lasted for a century, at both ends of time.
    for (const auto t : {-Nanoseconds(kFarthestTime), Nanoseconds(kFarthestTime)}) {
        SessionBuilder session(u"robot-0"_s, t);
        session.add(deviceInfoError(0).set(Field::DurationMs, Value(3.2e15)));
        session.add(Event(EventKind::Outcome)
                        .set(Field::Outcome, "read_timeout")
                        .set(Field::DurationMs, Value(3.2e15)));
        events += session.events();
    }
    const auto diagnosis = diagnosed(events);
    for (const auto &finding : diagnosis.findings())
        QVERIFY(finding.from >= -kFarthestTime && finding.to <= kFarthestTime);
    const auto figures = diagnosis.figures();
    QCOMPARE(figures.connected, Nanoseconds(kFarthestTime));
    QVERIFY(figures.longestSilence > Nanoseconds(kFarthestTime));
}

void TestDiagnosis::isOneJsonObject()
{
    const auto diagnosis = diagnosed([](auto &s) { s.start().failConnect(ConnectError::Api); });
    const auto object = QJsonDocument::fromJson(toJson(diagnosis)).object();
    QCOMPARE(
        object.keys(),
        (QStringList{u"attempts"_s, u"attempts_by_outcome"_s, u"backoff_ms"_s, u"connected_ms"_s,
                     u"decisions_by_rule"_s, u"device_info_ms"_s, u"duration_ms"_s, u"findings"_s,
                     u"heartbeat_rtt_ms"_s, u"heartbeats"_s, u"keepalives"_s, u"leases"_s,
                     u"longest_silence_ms"_s, u"watches"_s, u"watches_by_outcome"_s}));
    QCOMPARE(object.value(u"backoff_ms"_s).toDouble(), 1'000.9);
    QVERIFY(object.value(u"heartbeat_rtt_ms"_s).toObject().value(u"p50"_s).isNull());
}

void TestDiagnosis::hostileTextStaysOneLine()
{
    const auto diagnosis = diagnosed([](auto &s) {
        s.start();
        s.add(connectError("api", 0, u"refused\n\x1b[31mred\u202e %1 %2"_s));
        s.add(connectError("fu\nture", 0, {}));
    });
    for (const auto &finding : diagnosis.findings())
        QVERIFY2(!finding.text.contains(u'\n') && !finding.text.contains(u'\x1b'),
                 qPrintable(finding.text));
    QVERIFY(diagnosis.findings().front().text.contains(u"red\\u202e %1 %2"_s));
    for (const auto &[name, count] : diagnosis.figures().attemptsByOutcome)
        QVERIFY(!name.contains(u'\n'));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestDiagnosis)
#include "tst_diagnosis.moc"
