// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchrunner.h"
#include "tests/unit/watch/rawserver.h"

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 20'000;

const QByteArray kDeviceInfo = R"({"id":"dev_1","name":"Robot","projectId":"prj"})";
const QByteArray kHello = "event: hello\ndata: {\"watchLeaseId\":\"rwl_1\","
                          "\"deviceWaitForViewerMs\":30000,\"heartbeatIntervalMs\":1000}\n\n";

QByteArray chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

QByteArray jsonAnswer(const QByteArray &status, const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
           QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// Device-info and heartbeats as they should be; `watch` is what the test is about.
RawServer::Answer platform(const std::function<void(QTcpSocket &)> &watch)
{
    return [watch, server = std::make_shared<int>(0)](QTcpSocket &socket, int) {
        const auto number = ++*server;
        if (number == 1)
            socket.write(jsonAnswer("200 OK", kDeviceInfo));
        else if (number == 2)
            watch(socket);
        else
            socket.write(jsonAnswer("200 OK", {}));
    };
}

void startStream(QTcpSocket &socket)
{
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n" +
                 chunk(kHello));
}

ConnectionOptions optionsFor(const QUrl &url)
{
    ConnectionOptions options;
    options.watch.apiUrl = url;
    options.watch.token = Secret("fox_dt_unit_test");
    options.watch.source = u"live"_s;
    options.watch.started = SteadyClock().now();
    return options;
}

/// A server in a thread of its own that floods, since the test's own thread shall stay free.
class FloodServer : public QThread
{
public:
    explicit FloodServer(QByteArray piece)
        : m_piece(std::move(piece))
    {
        start();
        while (m_port == 0)
            QThread::yieldCurrentThread();
    }
    ~FloodServer() override
    {
        m_isOver = true;
        wait();
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_port.load())); }

    /// Waits until nothing has left for half a second; false when it goes on and on.
    bool isHeldBack() const
    {
        constexpr qint64 kFarTooMuch = 2'000'000'000;
        auto last = m_sent.load();
        for (QDeadlineTimer quiet(500); !quiet.hasExpired(); QThread::yieldCurrentThread()) {
            const auto sent = m_sent.load();
            if (sent > kFarTooMuch)
                return false;
            if (std::exchange(last, sent) != sent)
                quiet.setRemainingTime(500);
        }
        return true;
    }

protected:
    void run() override
    {
        RawServer server(platform([this](QTcpSocket &socket) {
            startStream(socket);
            const auto more = [this, &socket](qint64 sent = 0) {
                m_sent += sent;
                while (!m_isOver && socket.bytesToWrite() < 1024 * 1024)
                    socket.write(m_piece);
            };
            QObject::connect(&socket, &QTcpSocket::bytesWritten, &socket, more);
            more();
        }));
        m_port = server.serverPort();
        QEventLoop loop;
        while (!m_isOver)
            loop.processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
    }

private:
    const QByteArray m_piece;
    std::atomic<int> m_port = 0;
    std::atomic<qint64> m_sent = 0;
    std::atomic<bool> m_isOver = false;
};

} // namespace

class WatchRunnerTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void watchesAndStops();
    void tellsEventsInTheOwnersThread();
    void refusesACaFile_data();
    void refusesACaFile();
    void stopsWhateverTheServerDoes_data();
    void stopsWhateverTheServerDoes();
    void stopsUnderAFlood_data();
    void stopsUnderAFlood();
    void holdsTheServerBackForABusyReceiver();
    void retriesNow();
    void doesNothingBeforeItIsStarted();
};

void WatchRunnerTest::watchesAndStops()
{
    RawServer server(platform([](QTcpSocket &socket) { startStream(socket); }));
    WatchRunner runner(optionsFor(server.url()));
    EventBatch events;
    connect(&runner, &WatchRunner::eventsRecorded, this,
            [&](const EventBatch &batch) { events += batch; });
    QSignalSpy finished(&runner, &WatchRunner::finished);
    QVERIFY(runner.start());
    QTRY_VERIFY_WITH_TIMEOUT(!events.isEmpty() && events.last().wordText() == u"connected"_s,
                             kPatience);
    runner.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
    QCOMPARE(finished.first().first().value<RunEnd>(), RunEnd::Stopped);
    QCOMPARE(events.last().wordText(), u"shutdown"_s);
    QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, kPatience);
}

void WatchRunnerTest::tellsEventsInTheOwnersThread()
{
    RawServer server(platform([](QTcpSocket &socket) { startStream(socket); }));
    WatchRunner runner(optionsFor(server.url()));
    QSet<QThread *> threads;
    connect(&runner, &WatchRunner::eventsRecorded, this,
            [&] { threads += QThread::currentThread(); });
    connect(&runner, &WatchRunner::waitingChanged, this, [&](const Waiting &waiting) {
        threads += QThread::currentThread();
        if (waiting.what == Waiting::For::Frame)
            runner.stop();
    });
    QSignalSpy finished(&runner, &WatchRunner::finished);
    QVERIFY(runner.start());
    QVERIFY(!runner.start()); // once
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
    QCOMPARE(threads, QSet<QThread *>{QThread::currentThread()});
}

void WatchRunnerTest::refusesACaFile_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("missing") << QByteArray();
    QTest::newRow("no certificate") << QByteArray("hello\n");
    QTest::newRow("damaged") << QByteArray(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
}

void WatchRunnerTest::refusesACaFile()
{
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const auto path = folder.filePath(u"ca.pem"_s);
    if (!content.isNull()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    RawServer server(jsonAnswer("200 OK", kDeviceInfo));
    auto options = optionsFor(server.url());
    options.caFile = path;
    WatchRunner runner(options);
    QVERIFY(!runner.start());
    QVERIFY2(runner.error().contains(path), qPrintable(runner.error()));
    QVERIFY(!runner.error().contains(u'\n'));
    QCOMPARE(server.connections(), 0);
}

void WatchRunnerTest::stopsWhateverTheServerDoes_data()
{
    using Watch = std::function<void(QTcpSocket &)>;
    QTest::addColumn<Watch>("watch");
    QTest::newRow("says nothing") << Watch([](QTcpSocket &) {});
    QTest::newRow("half a head") << Watch(
        [](QTcpSocket &socket) { socket.write("HTTP/1.1 200 OK\r\nX: "); });
    QTest::newRow("open stream") << Watch([](QTcpSocket &socket) { startStream(socket); });
    QTest::newRow("impossible chunk") << Watch([](QTcpSocket &socket) {
        startStream(socket);
        socket.write("-5\r\n");
    });
}

void WatchRunnerTest::stopsWhateverTheServerDoes()
{
    QFETCH(std::function<void(QTcpSocket &)>, watch);
    RawServer server(platform(watch));
    auto runner = std::make_unique<WatchRunner>(optionsFor(server.url()));
    QVERIFY(runner->start());
    QTRY_VERIFY_WITH_TIMEOUT(server.requests().size() >= 2, kPatience);
    QSignalSpy finished(runner.get(), &WatchRunner::finished);
    runner->stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
}

void WatchRunnerTest::stopsUnderAFlood_data()
{
    QTest::addColumn<QByteArray>("piece");
    QTest::newRow("large chunks") << chunk(QByteArray(65'536, ':'));
    QTest::newRow("comments") << chunk(QByteArray(":\n").repeated(8'192));
    QTest::newRow("one-byte chunks") << QByteArray("1\r\n:\r\n").repeated(8'192);
}

void WatchRunnerTest::stopsUnderAFlood()
{
    QFETCH(QByteArray, piece);
    FloodServer server(piece);
    auto runner = std::make_unique<WatchRunner>(optionsFor(server.url()));
    bool isConnected = false;
    connect(runner.get(), &WatchRunner::eventsRecorded, this, [&](const EventBatch &events) {
        for (const auto &event : events)
            isConnected = isConnected || event.kind == EventKind::Hello;
    });
    QVERIFY(runner->start());
    QTRY_VERIFY_WITH_TIMEOUT(isConnected, kPatience);
    QSignalSpy finished(runner.get(), &WatchRunner::finished);
    runner->stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kPatience);
}

void WatchRunnerTest::holdsTheServerBackForABusyReceiver()
{
    FloodServer server(chunk(QByteArray(":\n").repeated(8'192)));
    WatchRunner runner(optionsFor(server.url()));
    qsizetype count = 0;
    connect(&runner, &WatchRunner::eventsRecorded, this,
            [&](const EventBatch &events) { count += events.size(); });
    QVERIFY(runner.start());
    QTRY_VERIFY_WITH_TIMEOUT(count > 100'000, kPatience);
    // This thread takes nothing until the server cannot send any more either; what has gathered
    // is then a bounded number.
    QVERIFY(server.isHeldBack());
    const auto before = count;
    QCoreApplication::sendPostedEvents(&runner);
    QVERIFY2(count - before < 100'000, qPrintable(QString::number(count - before)));
    // And it goes on.
    const auto after = count;
    QTRY_VERIFY_WITH_TIMEOUT(count > after + 100'000, kPatience);
}

void WatchRunnerTest::retriesNow()
{
    RawServer server(platform([](QTcpSocket &socket) {
        socket.write(jsonAnswer("409 Conflict", R"({"error":"held"})"));
    }));
    WatchRunner runner(optionsFor(server.url()));
    std::optional<Event> skipped;
    connect(&runner, &WatchRunner::eventsRecorded, this, [&](const EventBatch &events) {
        for (const auto &event : events) {
            if (event.wordText() == u"skipped"_s)
                skipped = event;
        }
    });
    connect(&runner, &WatchRunner::waitingChanged, this, [&](const Waiting &waiting) {
        if (waiting.what != Waiting::For::Backoff)
            return;
        QCOMPARE(waiting.deadline - waiting.since, 30s);
        runner.retryNow();
    });
    QVERIFY(runner.start());
    QTRY_VERIFY_WITH_TIMEOUT(skipped, kPatience);
    QCOMPARE(skipped->number(Field::DelayMs), 30'000.0);
    QVERIFY(*skipped->number(Field::DurationMs) < 30'000.0);
}

void WatchRunnerTest::doesNothingBeforeItIsStarted()
{
    WatchRunner runner(optionsFor(QUrl(u"http://127.0.0.1:1"_s)));
    QSignalSpy finished(&runner, &WatchRunner::finished);
    runner.stop();
    runner.retryNow();
    QCoreApplication::processEvents();
    QCOMPARE(finished.size(), 0);
    QVERIFY(runner.error().isEmpty());
}

QTEST_GUILESS_MAIN(WatchRunnerTest)
#include "tst_watchrunner.moc"
