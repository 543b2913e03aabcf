// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifwords.h"
#include "core/session/sessionreader.h"
#include "core/session/storesource.h"
#include "tests/support/sessionbuilder.h"

#include <QBuffer>
#include <QRegularExpression>
#include <QTest>

#include <random>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A session written line by line, at times in milliseconds.
class Lines
{
public:
    Lines &add(qint64 at, const char *kind, const QByteArray &members = {})
    {
        m_lines += "{\"t\":" + QByteArray::number(at * 1'000'000) + ",\"kind\":\"" + kind +
                   "\",\"source\":\"" + source + "\",\"attempt\":1" +
                   (members.isEmpty() ? "" : ",") + members + "}\n";
        return *this;
    }
    Lines &attempt(qint64 at) { return add(at, "connect_attempt"); }
    Lines &error(qint64 at, const char *outcome)
    {
        return add(at, "connect_error", QByteArray("\"outcome\":\"") + outcome + '"');
    }
    Lines &hello(qint64 at)
    {
        return add(at, "hello", R"("lease_id":"a","heartbeat_interval_ms":2000)")
            .decision(at, "connect.success", "null");
    }
    Lines &frame(qint64 at) { return add(at, "keepalive"); }
    Lines &outcome(qint64 at, const char *outcome)
    {
        return add(at, "outcome", QByteArray("\"outcome\":\"") + outcome + '"');
    }
    Lines &decision(qint64 at, const char *rule, const char *delay)
    {
        return add(at, "decision", QByteArray("\"rule\":\"") + rule + "\",\"delay_ms\":" + delay);
    }
    /// An attempt that fails after 100 ms.
    Lines &fail(qint64 at, const char *outcome, const char *rule, const char *delay)
    {
        return attempt(at).error(at + 100, outcome).decision(at + 100, rule, delay);
    }
    Lines &shutdown(qint64 at) { return add(at, "status", R"("status":"shutdown")"); }

    QByteArray file() const
    {
        return "{\"watchline\":1,\"started\":\"2026-11-23T14:30:00.000Z\"}\n" + m_lines;
    }

    QByteArray source = "gateway";

private:
    QByteArray m_lines;
};

WhatIf play(const QByteArray &file, const WhatIfSettings &settings,
            qint64 mostAttempts = kMostOwnAttempts)
{
    QByteArray bytes = file;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::ReadOnly))
        qFatal("no buffer");
    DeviceSource source(buffer);
    SessionScan scan(source, u"session"_s, {});
    return scan.readHeader() ? whatIf(scan, settings, mostAttempts) : WhatIf();
}

WhatIf play(const SessionStore &store, const WhatIfSettings &settings)
{
    StoreSource source(store);
    SessionScan scan(source, u"session"_s, {});
    return whatIf(scan, settings);
}

WhatIfSettings with(const QStringList &assignments)
{
    WhatIfSettings settings;
    for (const auto &assignment : assignments) {
        const auto problem = assign(settings, assignment);
        if (!problem.isEmpty())
            qFatal("%s", qPrintable(problem));
    }
    return settings;
}

QString shown(Nanoseconds time)
{
    return QString::number(std::chrono::duration_cast<Milliseconds>(time).count());
}

/// `1100 api?, 3200 hello`: when, and what came; `?` is a guess.
QString shown(const std::vector<WhatIfAttempt> &attempts)
{
    QStringList texts;
    for (const auto &attempt : attempts) {
        const auto answer = attempt.error ? name(*attempt.error) : std::string_view("hello");
        texts.append(shown(attempt.at) + u' ' +
                     (attempt.isKnown ? QString::fromLatin1(answer.data(), qsizetype(answer.size()))
                                      : u"unknown"_s) +
                     (attempt.isGuess ? u"?"_s : u""_s));
    }
    return texts.join(u", "_s);
}

QString shown(const WhatIfFigures &figures)
{
    return u"%1 attempts, %2 watches, %3 ms, longest %4 ms, worst minute %5"_s.arg(figures.attempts)
        .arg(figures.watches)
        .arg(shown(figures.disconnected), shown(figures.longestDisconnected))
        .arg(figures.worstMinute);
}

/// Fails at 0, then 1, 2, 4 and 8 s after each answer; a watch from 15.6 s on; stopped at 60 s.
Lines outage()
{
    Lines lines;
    lines.fail(0, "api", "connect.transient", "1000")
        .fail(1'100, "api", "connect.transient", "2000")
        .fail(3'200, "api", "connect.transient", "4000")
        .fail(7'300, "api", "connect.transient", "8000")
        .attempt(15'400)
        .hello(15'600)
        .shutdown(60'000);
    return lines;
}

/// A watch that is silent from 10 s to 14 s, and from 20 s until it is given up.
Lines silences()
{
    Lines lines;
    lines.attempt(0).hello(200);
    for (int at = 1'000; at <= 10'000; at += 1'000)
        lines.frame(at);
    for (int at = 14'000; at <= 20'000; at += 1'000)
        lines.frame(at);
    lines.outcome(25'000, "read_timeout")
        .decision(25'000, "outcome.read_timeout", "null")
        .attempt(25'001)
        .hello(25'200);
    for (int at = 26'000; at <= 40'000; at += 1'000)
        lines.frame(at);
    lines.shutdown(40'000);
    return lines;
}

/// What is made of the rows of a store.
struct RowsPlayed
{
    WhatIf whatIf;
    std::unique_ptr<WhatIfLanes> lanes = std::make_unique<WhatIfLanes>();
};

RowsPlayed playRows(const SessionStore &store, const WhatIfSettings &settings)
{
    RowsPlayed played;
    played.whatIf = whatIf(store, settings, *played.lanes, store.size()).value_or(WhatIf());
    return played;
}

void compareFigures(const WhatIf &rows, const WhatIf &lines)
{
    QCOMPARE(rows.recordedSettings, lines.recordedSettings);
    QCOMPARE(rows.incomplete, lines.incomplete);
    QCOMPARE(rows.sources.size(), lines.sources.size());
    for (std::size_t i = 0; i < rows.sources.size(); ++i) {
        const auto &a = rows.sources[i];
        const auto &b = lines.sources[i];
        QCOMPARE(a.name, b.name);
        QCOMPARE(shown(a.recorded), shown(b.recorded));
        QCOMPARE(shown(a.whatIf), shown(b.whatIf));
        QVERIFY(a.recorded == b.recorded && a.whatIf == b.whatIf);
        QCOMPARE(shown(a.attempts), shown(b.attempts));
        QVERIFY(a.difference == b.difference);
        QCOMPARE(a.guesses, b.guesses);
        QCOMPARE(a.leftOut, b.leftOut);
        QCOMPARE(a.backwardTimes, b.backwardTimes);
    }
}

/// A run as the policy makes it, of chance.
SessionBuilder randomRun(unsigned seed, const QString &source)
{
    std::mt19937 random(seed);
    const auto oneOf = [&random](int count) {
        return static_cast<int>(random() % unsigned(count));
    };
    SessionBuilder session(source);
    session.start();
    for (int i = 0; i < 40; ++i) {
        if (oneOf(2) == 0) {
            constexpr ConnectError kErrors[] = {ConnectError::Api, ConnectError::Conflict,
                                                ConnectError::Transport,
                                                ConnectError::UnexpectedContentType};
            if (oneOf(4) == 0)
                session.nextWaitEnds(Word::Skipped, 300ms);
            session.failConnect(kErrors[oneOf(4)]);
        } else {
            constexpr WatchOutcome kOutcomes[] = {
                WatchOutcome::StreamEnded, WatchOutcome::StreamError, WatchOutcome::ReadTimeout,
                WatchOutcome::HeartbeatConflict, WatchOutcome::HeartbeatGone};
            session.connect(u"rwl_%1"_s.arg(i)).run(Milliseconds(oneOf(20'000)));
            session.end(kOutcomes[oneOf(5)]);
        }
    }
    if (oneOf(2) == 0)
        session.stop();
    return session;
}

} // namespace

class TestWhatIf : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void theRecordedSettingsGiveTheRecording_data();
    void theRecordedSettingsGiveTheRecording();
    void givesTheRecordingOfAnyRun();
    void playsWithOtherSettings_data();
    void playsWithOtherSettings();
    void comparesWhatItComesTo();
    void saysHowMuchOfAWatchIsSilent_data();
    void saysHowMuchOfAWatchIsSilent();
    void drawsWithinTheWait_data();
    void drawsWithinTheWait();
    void drawsTheSameEachTime();
    void sourcesAreEachOnTheirOwn();
    void saysWhatItLeftOut_data();
    void saysWhatItLeftOut();
    void worksWithNothing();
    void givesUpInsteadOfNeverEnding();
    void keepsTheFirstAttemptsOnly();
    void takesASetting_data();
    void takesASetting();
    void refusesAnImpossibleSetting_data();
    void refusesAnImpossibleSetting();
    void refusesSettingsThatContradictEachOther();
    void readsTheHeadersSettings_data();
    void readsTheHeadersSettings();
    void saysWhatItAssumes();
    void rowsGiveTheSameAsLines();
    void rowsThatAreOddGiveTheSameAsLines();
    void theLaneHasAllAttempts();
    void theLaneOfTheRecordedSettingsIsTheRecording();
    void explainsAnAttempt_data();
    void explainsAnAttempt();
    void aRunOfRowsCanBeCancelled();
    void aWatchThatEndedOddlyIsNotCountedTwice();
};

void TestWhatIf::theRecordedSettingsGiveTheRecording_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("figures");
    QTest::newRow("an outage")
        << outage().file()
        << u"5 attempts, 1 watches, 15600 ms, longest 15600 ms, worst minute 5"_s;
    QTest::newRow("silences") << silences().file()
                              << u"2 attempts, 2 watches, 400 ms, longest 200 ms, worst minute 2"_s;
    QTest::newRow("attempts at the same time")
        << Lines()
               .attempt(5)
               .hello(5)
               .outcome(5, "stream_ended")
               .decision(5, "outcome.stream_ended", "null")
               .attempt(5)
               .hello(5)
               .outcome(5, "stream_ended")
               .decision(5, "outcome.stream_ended", "null")
               .attempt(5)
               .hello(6)
               .file()
        << u"3 attempts, 3 watches, 1 ms, longest 1 ms, worst minute 3"_s;
    QTest::newRow("a wake, and on")
        << Lines()
               .attempt(0)
               .hello(100)
               .outcome(5'000, "wake")
               .decision(5'000, "outcome.wake", "null")
               .attempt(5'700)
               .hello(5'800)
               .shutdown(9'000)
               .file()
        << u"2 attempts, 2 watches, 900 ms, longest 800 ms, worst minute 2"_s;
    QTest::newRow("two runs") << Lines()
                                     .fail(0, "unauthorized", "connect.unauthorized", "null")
                                     .shutdown(200)
                                     .add(70'000, "device_info", R"("result":"ok")")
                                     .attempt(70'100)
                                     .hello(70'400)
                                     .shutdown(80'000)
                                     .file()
                              << u"2 attempts, 1 watches, 500 ms, longest 300 ms, worst minute 1"_s;
    QTest::newRow("stopped while it connects")
        << Lines().fail(0, "api", "connect.transient", "1000").attempt(1'100).shutdown(2'000).file()
        << u"2 attempts, 0 watches, 2000 ms, longest 2000 ms, worst minute 2"_s;
    QTest::newRow("a stop, and another run that nobody announced")
        << Lines()
               .fail(0, "unauthorized", "connect.unauthorized", "null")
               .attempt(70'000)
               .hello(70'100)
               .shutdown(80'000)
               .file()
        << u"2 attempts, 1 watches, 200 ms, longest 100 ms, worst minute 1"_s;
    QTest::newRow("decisions that were not recorded")
        << Lines()
               .attempt(0)
               .error(100, "api")
               .attempt(1'103)
               .error(1'200, "conflict")
               .attempt(31'207)
               .add(31'300, "hello", R"("lease_id":"a","heartbeat_interval_ms":2000)")
               .outcome(32'000, "stream_error")
               .attempt(33'000)
               .error(33'100, "unexpected_content_type")
               .attempt(63'104)
               .add(63'200, "hello", R"("lease_id":"b","heartbeat_interval_ms":2000)")
               .outcome(70'000, "wake")
               .attempt(75'000)
               .error(75'100, "api")
               .shutdown(75'900)
               .file()
        << u"6 attempts, 2 watches, 68400 ms, longest 31300 ms, worst minute 4"_s;
    QTest::newRow("skipped waits")
        << Lines()
               .fail(0, "conflict", "connect.conflict", "30000")
               .fail(500, "conflict", "connect.conflict", "30000")
               .attempt(1'000)
               .hello(1'100)
               .file()
        << u"3 attempts, 1 watches, 1100 ms, longest 1100 ms, worst minute 3"_s;
}

void TestWhatIf::theRecordedSettingsGiveTheRecording()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, figures);
    const auto result = play(file, {});
    QCOMPARE(result.incomplete, QString());
    QCOMPARE(result.sources.size(), std::size_t{1});
    const auto &source = result.sources.front();
    QCOMPARE(shown(source.recorded), figures);
    QCOMPARE(shown(source.whatIf), figures);
    QVERIFY(!source.difference);
    QCOMPARE(source.guesses, 0);
    QVERIFY(source.attempts.empty());
}

void TestWhatIf::givesTheRecordingOfAnyRun()
{
    for (unsigned seed = 1; seed <= 50; ++seed) {
        const auto store =
            SessionBuilder::merged({randomRun(seed, u"one"_s), randomRun(seed + 1'000, u"two"_s)});
        const auto result = play(*store, {});
        QCOMPARE(result.sources.size(), std::size_t{2});
        for (const auto &source : result.sources) {
            QVERIFY(source.recorded.attempts >= 40);
            QCOMPARE(shown(source.whatIf), shown(source.recorded));
            QVERIFY(source.whatIf == source.recorded);
            QVERIFY(!source.difference);
        }
    }
}

void TestWhatIf::playsWithOtherSettings_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("settings");
    QTest::addColumn<QString>("attempts");
    const auto row = [](const char *title, const Lines &lines, const QStringList &settings,
                        const QString &attempts) {
        QTest::newRow(title) << lines.file() << settings << attempts;
    };
    // 5300 lies nearer to the failure at 3300 than to the one at 7300: both say the same. 11600
    // lies nearer to the hello at 15400 (3.8 s) than to the failure that was over at 7400 (4.2 s).
    row("a shorter longest backoff", outage(), {u"max_backoff_ms=2s"_s},
        u"5300 api?, 7400 api?, 9500 api?, 11600 hello?"_s);
    row("a longer first backoff", outage(), {u"initial_backoff_ms=5000"_s},
        u"5100 api?, 15200 hello?"_s);
    row("an attempt in the middle of a watch", outage(), {u"initial_backoff_ms=20000"_s},
        u"20100 hello"_s);
    row("no wait ends before the run does", outage(), {u"initial_backoff_ms=30s"_s},
        u"30100 hello"_s);
    row("a shorter conflict backoff",
        Lines()
            .fail(0, "conflict", "connect.conflict", "30000")
            .attempt(30'100)
            .hello(30'200)
            .shutdown(40'000),
        {u"lease_conflict_backoff_ms=8s"_s}, u"8100 conflict?, 16200 hello?"_s);
    row("a heartbeat's conflict is one when connecting, too",
        Lines()
            .attempt(0)
            .hello(100)
            .outcome(10'000, "heartbeat_conflict")
            .decision(10'000, "outcome.heartbeat_conflict", "30000")
            .attempt(40'000)
            .hello(40'100)
            .shutdown(50'000),
        {u"lease_conflict_backoff_ms=10s"_s}, u"20000 conflict?, 30100 hello?"_s);
    row("a shorter wait after a page",
        Lines()
            .fail(0, "unexpected_content_type", "connect.non_sse", "30000")
            .fail(30'100, "unexpected_content_type", "connect.non_sse", "30000")
            .shutdown(45'000),
        {u"non_sse_response_backoff_ms=20s"_s},
        u"20100 unexpected_content_type?, 40200 unexpected_content_type?"_s);
    row("a stream that breaks early would break early again",
        Lines()
            .attempt(0)
            .hello(100)
            .outcome(300, "stream_error")
            .decision(300, "outcome.stream_error_early", "1000")
            .attempt(1'300)
            .hello(1'400)
            .shutdown(2'000),
        {u"initial_backoff_ms=200"_s}, u"500 hello?, 1000 hello?"_s);
    // From 10000 and from 20000, 3 s each; then the stream that stays silent is given up 3 s after
    // the hello at 23200.
    row("a shorter read timeout", silences(), {u"read_timeout_factor=1.5"_s},
        u"13000 hello, 23000 hello, 26200 hello"_s);
    row("a longer read timeout", silences(), {u"read_timeout_factor=5"_s}, u"30000 hello"_s);
    row("a rejected token ends the run when it is met",
        Lines()
            .fail(0, "api", "connect.transient", "1000")
            .fail(1'100, "unauthorized", "connect.unauthorized", "null")
            .shutdown(1'200),
        {u"initial_backoff_ms=900"_s}, u"1000 unauthorized?"_s);
    row("goes on after a wake as after a start",
        Lines()
            .fail(0, "api", "connect.transient", "1000")
            .attempt(1'100)
            .hello(1'200)
            .outcome(5'000, "wake")
            .decision(5'000, "outcome.wake", "null")
            .fail(6'000, "api", "connect.transient", "1000")
            .attempt(7'100)
            .hello(7'200)
            .shutdown(8'000),
        {u"initial_backoff_ms=700"_s}, u"800 hello?, 6000 api, 6800 hello?"_s);
    row("where nothing is known it waits for the recording",
        Lines()
            .fail(0, "api", "connect.transient", "1000")
            .attempt(1'100)
            .attempt(2'000)
            .hello(2'100)
            .shutdown(3'000),
        {u"initial_backoff_ms=1500"_s}, u"1600 hello?"_s);
}

void TestWhatIf::playsWithOtherSettings()
{
    QFETCH(QByteArray, file);
    QFETCH(QStringList, settings);
    QFETCH(QString, attempts);
    const auto result = play(file, with(settings));
    QCOMPARE(result.sources.size(), std::size_t{1});
    QCOMPARE(shown(result.sources.front().attempts), attempts);
}

void TestWhatIf::comparesWhatItComesTo()
{
    const auto result = play(outage().file(), with({u"max_backoff_ms=2000"_s}));
    const auto &source = result.sources.front();
    QCOMPARE(source.name, u"gateway"_s);
    QCOMPARE(shown(source.recorded),
             u"5 attempts, 1 watches, 15600 ms, longest 15600 ms, worst minute 5"_s);
    QCOMPARE(shown(source.whatIf),
             u"7 attempts, 1 watches, 11800 ms, longest 11800 ms, worst minute 7"_s);
    QCOMPARE(source.guesses, 4);
    QVERIFY(source.difference);
    QCOMPARE(source.difference->number, 4);
    QCOMPARE(shown(*source.difference->recorded), u"7300"_s);
    QCOMPARE(shown(*source.difference->whatIf), u"5300"_s);
    QCOMPARE(source.attempts.front().number, 4);
}

void TestWhatIf::saysHowMuchOfAWatchIsSilent_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::addColumn<qint64>("connected");
    QTest::addColumn<qint64>("silent");
    // Its last frame came at 20 s, it was given up at 25 s, and again watched from 25.2 to 40 s.
    QTest::newRow("as recorded") << QStringList() << qint64{24'800 + 14'800} << qint64{0};
    QTest::newRow("longer") << QStringList{u"read_timeout_factor=4"_s}
                            << qint64{27'800 + 12'000 - 199} << qint64{3'000};
    QTest::newRow("to the end") << QStringList{u"read_timeout_factor=1000"_s} << qint64{39'800}
                                << qint64{15'000};
}

void TestWhatIf::saysHowMuchOfAWatchIsSilent()
{
    QFETCH(const QStringList, settings);
    QFETCH(const qint64, connected);
    QFETCH(const qint64, silent);
    const auto result = play(silences().file(), with(settings));
    const auto &source = result.sources.front();
    QCOMPARE(shown(source.recorded.connected), u"39600"_s);
    QCOMPARE(shown(source.recorded.silent), u"0"_s);
    QCOMPARE(shown(source.whatIf.connected), QString::number(connected));
    QCOMPARE(shown(source.whatIf.silent), QString::number(silent));
}

void TestWhatIf::drawsWithinTheWait_data()
{
    QTest::addColumn<Jitter>("jitter");
    QTest::addColumn<int>("shortest");
    QTest::newRow("equal") << Jitter::Equal << 15'000;
    QTest::newRow("full") << Jitter::Full << 0;
}

void TestWhatIf::drawsWithinTheWait()
{
    QFETCH(Jitter, jitter);
    QFETCH(int, shortest);
    Lines lines;
    for (int i = 0; i < 400; ++i)
        lines.fail(i * 30'100, "conflict", "connect.conflict", "30000");
    WhatIfSettings settings;
    settings.jitter = jitter;
    const auto result = play(lines.file(), settings);
    const auto &attempts = result.sources.front().attempts;
    QVERIFY(attempts.size() > 400);
    double sum = 0;
    for (std::size_t i = 1; i < attempts.size(); ++i) {
        const auto wait = attempts[i].at - attempts[i - 1].at - 100ms;
        QVERIFY(wait >= Milliseconds(shortest));
        QVERIFY(wait <= 30s);
        sum += std::chrono::duration<double, std::milli>(wait).count();
    }
    const double mean = sum / static_cast<double>(attempts.size() - 1);
    const double expected = (shortest + 30'000) / 2.0;
    QVERIFY2(std::abs(mean - expected) < 1'500, qPrintable(QString::number(mean)));
}

void TestWhatIf::drawsTheSameEachTime()
{
    WhatIfSettings settings;
    settings.jitter = Jitter::Full;
    const auto once = play(outage().file(), settings);
    const auto again = play(outage().file(), settings);
    QVERIFY(once.sources.front().difference);
    QCOMPARE(shown(once.sources.front().attempts), shown(again.sources.front().attempts));
    auto other = outage();
    const auto renamed = play(other.file().replace("gateway", "another"), settings);
    QVERIFY(shown(once.sources.front().attempts) != shown(renamed.sources.front().attempts));
}

void TestWhatIf::sourcesAreEachOnTheirOwn()
{
    const auto one = randomRun(7, u"one"_s);
    const auto two = randomRun(8, u"two"_s);
    auto settings = with({u"max_backoff_ms=3s"_s, u"lease_conflict_backoff_ms=7s"_s});
    settings.jitter = Jitter::Equal;
    const auto both = play(*SessionBuilder::merged({one, two}), settings);
    QCOMPARE(both.sources.size(), std::size_t{2});
    for (const auto &source : both.sources) {
        const auto alone = play(*(source.name == u"one"_s ? one : two).store(), settings);
        QCOMPARE(shown(source.whatIf), shown(alone.sources.front().whatIf));
        QCOMPARE(shown(source.attempts), shown(alone.sources.front().attempts));
        QVERIFY(source.difference);
    }
}

void TestWhatIf::saysWhatItLeftOut_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<qint64>("leftOut");
    QTest::addColumn<qint64>("backwardTimes");
    QTest::addColumn<QString>("figures");
    const auto row = [](const char *title, const Lines &lines, qint64 leftOut, qint64 backwards,
                        const QString &figures) {
        QTest::newRow(title) << lines.file() << leftOut << backwards << figures;
    };
    row("an outcome without a hello", Lines().attempt(0).outcome(1'000, "stream_ended"), 1, 0,
        u"1 attempts, 0 watches, 1000 ms, longest 1000 ms, worst minute 1"_s);
    row("an outcome of a later release",
        Lines().attempt(0).hello(100).outcome(1'000, "eaten").attempt(1'500).hello(1'600), 1, 0,
        u"2 attempts, 2 watches, 700 ms, longest 600 ms, worst minute 2"_s);
    row("a watch whose end is missing",
        Lines().attempt(0).hello(100).frame(1'000).attempt(1'500).hello(1'600), 1, 0,
        u"2 attempts, 2 watches, 700 ms, longest 600 ms, worst minute 2"_s);
    row("answers without attempts",
        Lines()
            .hello(100)
            .outcome(200, "stream_ended")
            .decision(200, "outcome.stream_ended", "null")
            .error(900, "api"),
        0, 0, u"2 attempts, 1 watches, 700 ms, longest 700 ms, worst minute 2"_s);
    row("times that go backwards", Lines().attempt(1'000).hello(900).shutdown(3'000), 0, 2,
        u"1 attempts, 1 watches, 0 ms, longest 0 ms, worst minute 1"_s);
    row("times from two centuries", Lines().attempt(-3'155'760'000'000).hello(3'155'760'000'000), 0,
        0, u"1 attempts, 1 watches, 1577880000000 ms, longest 1577880000000 ms, worst minute 1"_s);
    row("cut off in a watch", Lines().attempt(0).hello(100).frame(5'000), 0, 0,
        u"1 attempts, 1 watches, 100 ms, longest 100 ms, worst minute 1"_s);
    row("no attempt at all", Lines().frame(5'000), 0, 0,
        u"0 attempts, 0 watches, 0 ms, longest 0 ms, worst minute 0"_s);
    row("a note from long after",
        Lines()
            .attempt(0)
            .hello(100)
            .frame(5'000)
            .add(99'000, "note", R"("detail":"x")")
            .shutdown(6'000),
        0, 0, u"1 attempts, 1 watches, 100 ms, longest 100 ms, worst minute 1"_s);
}

void TestWhatIf::saysWhatItLeftOut()
{
    QFETCH(QByteArray, file);
    QFETCH(qint64, leftOut);
    QFETCH(qint64, backwardTimes);
    QFETCH(QString, figures);
    const auto result = play(file, {});
    const auto &source = result.sources.front();
    QCOMPARE(source.leftOut, leftOut);
    QCOMPARE(source.backwardTimes, backwardTimes);
    QCOMPARE(shown(source.recorded), figures);
    QCOMPARE(shown(source.whatIf), figures);
    QVERIFY(!source.difference);
}

void TestWhatIf::worksWithNothing()
{
    const auto result = play(Lines().file(), with({u"max_backoff_ms=2s"_s}));
    QVERIFY(result.sources.empty());
    QCOMPARE(result.incomplete, QString());
}

void TestWhatIf::givesUpInsteadOfNeverEnding()
{
    Lines lines;
    lines.attempt(0)
        .error(0, "api")
        .decision(0, "connect.transient", "1000")
        .shutdown(qint64{50} * 365 * 86'400'000);
    const auto settings = with({u"initial_backoff_ms=1"_s, u"max_backoff_ms=1"_s});
    const auto result = play(lines.file(), settings, 5'000);
    QVERIFY(result.incomplete.contains(u"5000 attempts"_s));
    QCOMPARE(result.sources.front().whatIf.attempts, 5'001);
    QCOMPARE(play(outage().file(), settings, 20'000).incomplete, QString());
}

void TestWhatIf::keepsTheFirstAttemptsOnly()
{
    Lines lines;
    lines.attempt(0).error(0, "api").decision(0, "connect.transient", "1000").shutdown(60'000);
    const auto result =
        play(lines.file(), with({u"initial_backoff_ms=10"_s, u"max_backoff_ms=10"_s}));
    const auto &source = result.sources.front();
    QCOMPARE(source.whatIf.attempts, 6'001);
    QCOMPARE(source.whatIf.worstMinute, 6'000);
    QCOMPARE(source.attempts.size(), kMostWhatIfAttempts);
    QCOMPARE(source.moreAttempts, 5'000);
}

void TestWhatIf::takesASetting_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    const auto row = [](const QString &assignment, const QString &name, const QString &value) {
        QTest::newRow(qPrintable(assignment)) << assignment << name << value;
    };
    row(u"initial_backoff_ms=1500"_s, u"initial_backoff_ms"_s, u"1500"_s);
    row(u"initial_backoff_ms=1"_s, u"initial_backoff_ms"_s, u"1"_s);
    row(u"max_backoff_ms=5m"_s, u"max_backoff_ms"_s, u"300000"_s);
    row(u"lease_conflict_backoff_ms=2.5s"_s, u"lease_conflict_backoff_ms"_s, u"2500"_s);
    row(u"non_sse_response_backoff_ms=10000h"_s, u"non_sse_response_backoff_ms"_s,
        u"36000000000"_s);
    row(u"read_timeout_factor=1.25"_s, u"read_timeout_factor"_s, u"1.25"_s);
}

void TestWhatIf::takesASetting()
{
    QFETCH(QString, assignment);
    QFETCH(QString, name);
    QFETCH(QString, value);
    WhatIfSettings settings;
    QCOMPARE(assign(settings, assignment), QString());
    QCOMPARE(settingValue(settings, name), value);
    for (const auto &other : settingNames()) {
        if (other != name)
            QCOMPARE(settingValue(settings, other), settingValue({}, other));
    }
}

void TestWhatIf::refusesAnImpossibleSetting_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QString>("says");
    const auto row = [](const QString &assignment, const QString &says) {
        QTest::newRow(qPrintable(assignment)) << assignment << says;
    };
    row(u""_s, u"unknown setting"_s);
    row(u"backoff=5s"_s, u"choose from initial_backoff_ms, max_backoff_ms"_s);
    row(u"=5"_s, u"unknown setting"_s);
    row(u"a\nb=5"_s, u"a\\nb"_s);
    row(u"max_backoff_ms"_s, u"not a wait"_s);
    row(u"max_backoff_ms="_s, u"not a wait"_s);
    row(u"max_backoff_ms=0"_s, u"from 1 ms"_s);
    row(u"max_backoff_ms=0s"_s, u"from 1 ms"_s);
    row(u"max_backoff_ms=-5"_s, u"not a wait"_s);
    row(u"max_backoff_ms=1e3"_s, u"not a wait"_s);
    row(u"max_backoff_ms=36000000001"_s, u"to 10000 h"_s);
    row(u"max_backoff_ms=99999999999999999999"_s, u"not a wait"_s);
    row(u"max_backoff_ms=5s "_s, u"not a wait"_s);
    row(u"read_timeout_factor=0"_s, u"not a factor"_s);
    row(u"read_timeout_factor=-1"_s, u"not a factor"_s);
    row(u"read_timeout_factor=nan"_s, u"not a factor"_s);
    row(u"read_timeout_factor=inf"_s, u"not a factor"_s);
    row(u"read_timeout_factor=1001"_s, u"at most 1000"_s);
    row(u"read_timeout_factor=5s"_s, u"not a factor"_s);
}

void TestWhatIf::refusesAnImpossibleSetting()
{
    QFETCH(QString, assignment);
    QFETCH(QString, says);
    WhatIfSettings settings;
    const auto problem = assign(settings, assignment);
    QVERIFY2(problem.contains(says), qPrintable(problem));
    QVERIFY(!problem.contains(u'\n'));
    QCOMPARE(settings, WhatIfSettings());
}

void TestWhatIf::refusesSettingsThatContradictEachOther()
{
    QCOMPARE(contradiction({}), QString());
    QCOMPARE(contradiction(with({u"initial_backoff_ms=30s"_s})), QString());
    QVERIFY(contradiction(with({u"initial_backoff_ms=31s"_s})).contains(u"max_backoff_ms 30000"_s));
}

void TestWhatIf::readsTheHeadersSettings_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QStringList>("settings");
    QTest::newRow("none") << QByteArray(R"({"watchline":1})") << QStringList();
    QTest::newRow("some of them")
        << QByteArray(
               R"({"watchline":1,"policy":{"max_backoff_ms":60000,"lease_conflict_backoff_ms":5000}})")
        << QStringList{u"max_backoff_ms=60000"_s, u"lease_conflict_backoff_ms=5000"_s};
    QTest::newRow("impossible ones")
        << QByteArray(R"({"watchline":1,"policy":{"max_backoff_ms":-1,"initial_backoff_ms":"x"}})")
        << QStringList();
    QTest::newRow("contradictory ones")
        << QByteArray(R"({"watchline":1,"policy":{"max_backoff_ms":10,"initial_backoff_ms":20}})")
        << QStringList();
    QTest::newRow("no object") << QByteArray(R"({"watchline":1,"policy":[5]})") << QStringList();
}

void TestWhatIf::readsTheHeadersSettings()
{
    QFETCH(QByteArray, header);
    QFETCH(QStringList, settings);
    QCOMPARE(recordedSettings(header), with(settings));
}

void TestWhatIf::saysWhatItAssumes()
{
    WhatIf plain;
    const auto assumptions = whatIfAssumptions(plain);
    QVERIFY(assumptions.first().contains(u"taken from the recording, at the time asked"_s));
    WhatIf other;
    other.settings.jitter = Jitter::Full;
    other.settings.readTimeoutFactor = 4;
    QCOMPARE(whatIfAssumptions(other).size(), assumptions.size() + 2);
    QVERIFY(whatIfAssumptions(other).first().contains(u"would have stayed silent"_s));
    QVERIFY(outlastsSilence(other) && !outlastsSilence(plain));
    QVERIFY(whatIfAssumptions(other).last().contains(u"seed 1"_s));
}

void TestWhatIf::rowsGiveTheSameAsLines()
{
    auto drawn = with({u"max_backoff_ms=3s"_s, u"lease_conflict_backoff_ms=7s"_s});
    drawn.jitter = Jitter::Equal;
    const std::vector<WhatIfSettings> all{
        {},
        with({u"initial_backoff_ms=20s"_s}),
        with({u"read_timeout_factor=0.4"_s, u"non_sse_response_backoff_ms=4s"_s}),
        with({u"read_timeout_factor=7"_s}),
        drawn,
    };
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const auto store =
            SessionBuilder::merged({randomRun(seed, u"one"_s), randomRun(seed + 500, u"two"_s)});
        for (const auto &settings : all) {
            const auto rows = playRows(*store, settings);
            compareFigures(rows.whatIf, play(*store, settings));
            for (const auto &source : rows.whatIf.sources)
                QCOMPARE(store->sourceName(static_cast<quint16>(source.number)), source.name);
        }
    }
}

void TestWhatIf::rowsThatAreOddGiveTheSameAsLines()
{
    for (const auto &line : {
             QByteArray(R"("kind":"outcome","outcome":"stream_error","duration_ms":-5)"),
             QByteArray(R"("kind":"outcome","outcome":"stream_error","duration_ms":1e300)"),
             QByteArray(R"("kind":"decision","rule":"connect.transient","delay_ms":-1)"),
             QByteArray(R"("kind":"hello","heartbeat_interval_ms":"soon")"),
             QByteArray(R"("kind":"outcome","outcome":"eaten")"),
             QByteArray(R"("kind":"later")"),
         }) {
        Lines lines;
        lines.attempt(0).hello(100).frame(3'000);
        QByteArray bytes = lines.file() + R"({"t":4000000000,"source":"gateway",)" + line + "}\n" +
                           Lines()
                               .fail(6'000, "api", "connect.transient", "1000")
                               .file()
                               .mid(Lines().file().size());
        QBuffer buffer(&bytes);
        QVERIFY(buffer.open(QIODevice::ReadOnly));
        SessionStore store;
        readSession(&buffer, u"session"_s, store);
        const auto settings = with({u"read_timeout_factor=1.2"_s, u"initial_backoff_ms=300"_s});
        compareFigures(playRows(store, settings).whatIf, play(bytes, settings));
    }
}

void TestWhatIf::theLaneHasAllAttempts()
{
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const auto store = randomRun(seed, u"one"_s).store();
        const auto rows =
            playRows(*store, with({u"max_backoff_ms=2s"_s, u"read_timeout_factor=2"_s}));
        const auto &source = rows.whatIf.sources.front();
        const auto *lane = rows.lanes->lane(source.number);
        QVERIFY(lane);
        QCOMPARE(static_cast<qint64>(lane->size()), source.whatIf.attempts);
        for (const auto &attempt : source.attempts) {
            const auto step = lane->step(lane->indexOf(attempt.number));
            QCOMPARE(step.at, attempt.at);
            QCOMPARE(step.basis == WhatIfBasis::Nearest, attempt.isGuess);
            // Where the run was over before the answer the lane has none.
            if (step.answered)
                QCOMPARE(step.isWatch, !attempt.error);
            if (step.row >= 0 && store->row(step.row).word == Word::HeartbeatConflict)
                QVERIFY(attempt.error == ConnectError::Conflict);
            else if (step.row >= 0)
                QCOMPARE(store->kind(step.row),
                         attempt.error ? EventKind::ConnectError : EventKind::Hello);
        }
        Nanoseconds connected{};
        for (std::size_t i = 0; i < lane->size(); ++i) {
            const auto &span = lane->attempts()[i];
            if (span.hello != kNoTime)
                connected += Nanoseconds(span.end - span.hello);
            if (i > 0)
                QVERIFY(span.begin >= lane->attempts()[i - 1].end);
        }
        const auto first = Nanoseconds(lane->attempts()[0].begin);
        QCOMPARE(store->lastTime() - first - connected, source.whatIf.disconnected);
    }
}

void TestWhatIf::theLaneOfTheRecordedSettingsIsTheRecording()
{
    const auto store = randomRun(3, u"one"_s).store();
    const auto rows = playRows(*store, {});
    const auto *lane = rows.lanes->lane(0);
    QVERIFY(lane);
    std::size_t place = 0;
    for (qsizetype row = 0; row < store->size(); ++row) {
        const auto event = store->row(row);
        if (event.kind == EventKind::ConnectAttempt)
            QCOMPARE(lane->step(place++).at, event.t);
        else if (event.kind == EventKind::Hello || event.kind == EventKind::ConnectError)
            QCOMPARE(lane->step(place - 1).row, row);
        else if (event.kind == EventKind::Outcome)
            QCOMPARE(lane->step(place - 1).ended, std::optional(event.t));
        else if (event.kind == EventKind::Decision && event.delay)
            QCOMPARE(lane->step(place - 1).delay, event.delay);
    }
    QCOMPARE(place, lane->size());
}

void TestWhatIf::explainsAnAttempt_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("says");
    QTest::newRow("recorded")
        << 1
        << u"It was made at this very time, and the recording has its answer: "
           "api after 100 ms.|connect.transient: it waits 12 s."_s;
    QTest::newRow("guess")
        << 2
        << u"A guess: it falls between two recorded attempts, and is answered by "
           "the nearer of the two: hello after 200 ms.|Its watch runs on to the "
           "end of the run."_s;
}

void TestWhatIf::explainsAnAttempt()
{
    QFETCH(int, number);
    QFETCH(QString, says);
    QByteArray bytes = outage().file();
    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore store;
    readSession(&buffer, u"session"_s, store);
    const auto rows = playRows(store, with({u"initial_backoff_ms=12s"_s}));
    const auto *lane = rows.lanes->lane(0);
    QVERIFY(lane);
    QCOMPARE(whatIfExplanation(lane->step(lane->indexOf(number))).join(u'|'), says);
}

void TestWhatIf::aRunOfRowsCanBeCancelled()
{
    const auto store = randomRun(1, u"one"_s).store();
    WhatIfLanes lanes;
    QVERIFY(!whatIf(*store, {}, lanes, store->size(), [](qsizetype, qsizetype) { return false; }));
    // In the middle of attempts of its own, too.
    QByteArray bytes = Lines()
                           .attempt(0)
                           .error(0, "api")
                           .decision(0, "connect.transient", "1000")
                           .shutdown(qint64{365} * 86'400'000)
                           .file();
    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore year;
    readSession(&buffer, u"session"_s, year);
    int asked = 0;
    WhatIfLanes none;
    QVERIFY(!whatIf(year, with({u"initial_backoff_ms=1"_s, u"max_backoff_ms=1"_s}), none,
                    year.size(), [&asked](qsizetype, qsizetype) { return ++asked < 5; }));
    QVERIFY(asked < 10);
}

void TestWhatIf::aWatchThatEndedOddlyIsNotCountedTwice()
{
    Lines lines;
    lines.fail(0, "api", "connect.transient", "1000")
        .attempt(1'100)
        .hello(1'200)
        .outcome(10'000, "eaten")
        .attempt(40'000)
        .shutdown(50'000);
    const auto result = play(lines.file(), with({u"initial_backoff_ms=20s"_s}));
    // Again for 8.8 s, from 20.2 s on.
    QCOMPARE(shown(result.sources.front().whatIf),
             u"3 attempts, 1 watches, 41200 ms, longest 21000 ms, worst minute 3"_s);
}

QTEST_APPLESS_MAIN(TestWhatIf)
#include "tst_whatif.moc"
