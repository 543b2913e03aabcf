// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/livesession.h"

#include "core/base/descriptors.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/session/recorder.h"
#include "core/session/sessionfolder.h"
#include "core/watch/latest.h"
#include "core/watch/networkthread.h"
#include "generated/version.h"

#include <QHash>
#include <QSemaphore>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <functional>
#include <vector>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How long the end of a run is waited for: a pipe that nobody reads and a file system that hangs
/// can hold it up for ever.
constexpr std::chrono::seconds kEndTimeout{2};
/// What is left to write takes its time once the run is over.
constexpr std::chrono::seconds kWriteTimeout{1};
/// How long the file may take to take the session's first line.
constexpr std::chrono::seconds kStartTimeout{5};
/// File descriptors of a watch at its busiest: sockets and event loops of Qt's own, for the stream,
/// a heartbeat, and a connection that is being closed.
constexpr qint64 kDescriptorsPerWatch = 6;
/// What all watches need together, and the window or the terminal beside them.
constexpr qint64 kDescriptorsBeside = 64;

QString nameOf(const QUrl &apiUrl)
{
    return apiUrl.port() < 0 ? apiUrl.host()
                             : apiUrl.host() + u':' + QString::number(apiUrl.port());
}

} // namespace

/// The thread in which the runners' events arrive, so that a busy window delays no recording.
class LiveSession::Worker final : public QThread
{
public:
    Worker(LiveSession &session, QList<ConnectionOptions> watches, QString path,
           SessionWriter::Existing existing, std::shared_ptr<SessionStore> store)
        : m_session(&session)
        , m_watches(std::move(watches))
        , m_path(std::move(path))
        , m_existing(existing)
        , m_store(std::move(store))
        , m_told(static_cast<std::size_t>(m_watches.size()))
    {}

    /// Starts the thread. Back when the runs have started or cannot; with false when that takes too
    /// long: it hangs in writing, will start nothing any more, and must be left to itself.
    bool launch()
    {
        QThread::start();
        if (m_launched.tryAcquire(1, static_cast<int>(Milliseconds(kStartTimeout).count())))
            return true;
        QMutexLocker lock(&m_mutex);
        if (!m_mayStart) {
            m_session = nullptr;
            return false;
        }
        lock.unlock();
        m_launched.acquire();
        return true;
    }

    /// Ends the runs, then the thread. False: it hangs in writing. It then tells nothing any more
    /// and must be left to itself.
    bool end()
    {
        stopRuns();
        post([this] {
            m_endsWithTheRuns = true;
            if (m_running == 0)
                quit();
            else
                QTimer::singleShot(kEndTimeout, m_recorder, [this] { quit(); });
        });
        if (wait(QDeadlineTimer(kEndTimeout + kWriteTimeout)))
            return true;
        const QMutexLocker lock(&m_mutex);
        m_session = nullptr;
        return false;
    }

    template<typename Function>
    void post(Function function)
    {
        QMetaObject::invokeMethod(m_recorder, function, Qt::QueuedConnection);
    }

    void stopRuns()
    {
        for (const auto &runner : m_runners)
            runner->stop();
    }
    void retryNow(int watch) { m_runners.at(static_cast<std::size_t>(watch))->retryNow(); }
    Recorder &recorder() { return *m_recorder; }
    qint64 hiddenFrames() const { return m_recorder->hiddenFrames(); }
    qint64 unrecordedFrames() const { return m_recorder->unrecordedFrames(); }
    qint64 recordedEvents() const { return m_recorder->recordedEvents(); }
    HttpFailure lastFailure(int watch) const
    {
        return m_told.at(static_cast<std::size_t>(watch)).failure;
    }

    // Written before launch() returns.
    QString error;
    bool isFileProblem = false;
    QString proxy;

    std::atomic<bool> readerHasGone{false};

protected:
    void run() override
    {
        SteadyClock clock;
        Recorder recorder(*m_store, clock);
        m_recorder = &recorder;
        if (prepare())
            startRuns();
        m_launched.release();
        if (m_running > 0)
            exec();
        m_runners.clear();
        m_network.reset();
        recorder.finish();
    }

private:
    /// What a run tells beside its events.
    struct Told
    {
        Latest<Waiting> waiting;
        std::atomic<HttpFailure> failure{HttpFailure::None};
    };

    /// Everything that can fail. A file that is to be replaced is not touched for options that are
    /// of no use.
    bool prepare()
    {
        m_network = std::make_shared<NetworkThread>(m_watches.constFirst().caFile);
        connectRecorder();
        if (!m_network->prepare()) {
            error = m_network->error();
            return false;
        }
        if (!m_recorder->open(m_path, m_existing)) {
            error = m_recorder->writer().error();
            isFileProblem = true;
            readerHasGone = m_recorder->writer().readerHasGone();
            return false;
        }
        const QMutexLocker lock(&m_mutex);
        m_mayStart = m_session != nullptr;
        return m_mayStart;
    }

    void startRuns()
    {
        QStringList proxies;
        for (const auto &options : m_watches) {
            m_runners.push_back(std::make_unique<WatchRunner>(options, m_network));
            proxies += m_runners.back()->proxyDescription();
        }
        proxies.removeAll(QString());
        proxies.removeDuplicates();
        proxy = proxies.join(u", "_s);
        m_running = static_cast<int>(m_runners.size());
        for (int watch = 0; watch < static_cast<int>(m_runners.size()); ++watch)
            connectRun(watch);
        for (const auto &runner : m_runners)
            runner->start();
    }

    /// Runs `function` in the session's thread, for as long as there is a session.
    template<typename Function>
    void tell(Function function)
    {
        const QMutexLocker lock(&m_mutex);
        if (m_session)
            QMetaObject::invokeMethod(m_session, function, Qt::QueuedConnection);
    }

    void connectRecorder()
    {
        auto *session = m_session;
        QObject::connect(m_recorder, &Recorder::recordingFailed, m_recorder,
                         [this] { readerHasGone = m_recorder->writer().readerHasGone(); });
        QObject::connect(m_recorder, &Recorder::recordingFailed, session,
                         &LiveSession::recordingFailed, Qt::QueuedConnection);
        QObject::connect(
            m_recorder, &Recorder::recorded, session,
            [this, session] {
                m_recorder->taken();
                emit session->rowsAppended();
            },
            Qt::QueuedConnection);
    }

    void connectRun(int watch)
    {
        auto *session = m_session;
        auto *runner = m_runners[static_cast<std::size_t>(watch)].get();
        auto *told = &m_told[static_cast<std::size_t>(watch)];
        QObject::connect(runner, &WatchRunner::eventsRecorded, m_recorder, &Recorder::record);
        QObject::connect(runner, &WatchRunner::waitingChanged, m_recorder,
                         [this, session, watch, told](const Waiting &waiting) {
                             if (told->waiting.put(waiting))
                                 tell([session, watch, told] {
                                     session->onWaiting(watch, told->waiting.take());
                                 });
                         });
        QObject::connect(runner, &WatchRunner::requestFailed, m_recorder,
                         [told](HttpFailure failure) { told->failure = failure; });
        QObject::connect(
            runner, &WatchRunner::finished, m_recorder, [this, session, watch](RunEnd end) {
                if (m_end != RunEnd::Unauthorized)
                    m_end = end;
                tell([session, watch, end] { emit session->watchFinished(watch, end); });
                if (--m_running == 0)
                    finishRuns();
            });
    }

    void finishRuns()
    {
        m_recorder->finish();
        tell([session = m_session, end = m_end] { session->onFinished(end); });
        if (m_endsWithTheRuns)
            quit();
    }

    QMutex m_mutex;
    LiveSession *m_session;  // null once the thread is left to itself; m_mutex guards it
    bool m_mayStart = false; // likewise
    const QList<ConnectionOptions> m_watches;
    const QString m_path;
    const SessionWriter::Existing m_existing;
    const std::shared_ptr<SessionStore> m_store;
    std::vector<Told> m_told; // of each watch
    QSemaphore m_launched;
    // Live as long as the thread's event loop.
    Recorder *m_recorder = nullptr;
    std::shared_ptr<NetworkThread> m_network;
    std::vector<std::unique_ptr<WatchRunner>> m_runners;
    // The thread's own.
    int m_running = 0;
    RunEnd m_end = RunEnd::Stopped;
    bool m_endsWithTheRuns = false;
};

struct LiveSession::Private
{
    QList<ConnectionOptions> watches;
    QHash<QString, int> numbers; // of the watches, by their sources
    QString path;
    SessionWriter::Existing existing = SessionWriter::Existing::Refuse;
    SteadyClock clock;
    std::shared_ptr<SessionStore> store = std::make_shared<SessionStore>();
    std::unique_ptr<Worker> worker;
    QString error;
    bool isFileProblem = false;
    bool readerHasGone = false; // before the run began
    bool isRunning = false;
    Nanoseconds started{}; // the clock's
    Nanoseconds ended{};   // the session's
    std::vector<Waiting> waiting;

    // While stop() waits for the end.
    std::unique_ptr<Timer> endTimer = clock.makeTimer([this] { checkEnd(); });
    std::shared_ptr<std::atomic<bool>> hasAnswered;
    qsizetype sizeAtCheck = 0;
    std::function<void()> giveUp;

    bool hasDescriptors();
    QStringList sources() const;
    QString apiUrl() const;
    void waitForEnd();
    void checkEnd();
};

bool LiveSession::Private::hasDescriptors()
{
    const auto count = raiseDescriptorLimit();
    const auto needed = watches.size() * kDescriptorsPerWatch + kDescriptorsBeside;
    if (count.left() >= needed)
        return true;
    error = u"too many watches: %1: they take up to %2 file descriptors, and %3 of %4 are left; "
            u"raise the limit (ulimit -Hn), or watch fewer"_s.arg(watches.size())
                .arg(needed)
                .arg(std::max<qint64>(count.left(), 0))
                .arg(count.limit);
    return false;
}

QStringList LiveSession::Private::sources() const
{
    QStringList sources;
    for (const auto &options : watches)
        sources += options.watch.source;
    return sources;
}

/// Empty for a fleet that spans several.
QString LiveSession::Private::apiUrl() const
{
    const auto text = [](const ConnectionOptions &options) {
        return options.watch.apiUrl.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery |
                                             QUrl::RemoveFragment);
    };
    const auto first = text(watches.constFirst());
    const bool isShared = std::all_of(watches.begin(), watches.end(),
                                      [&](const auto &other) { return text(other) == first; });
    return isShared ? first : QString();
}

/// The thread is asked for a sign of life.
void LiveSession::Private::waitForEnd()
{
    hasAnswered = std::make_shared<std::atomic<bool>>(false);
    sizeAtCheck = store->size();
    worker->post([answer = hasAnswered] { *answer = true; });
    endTimer->start(kEndTimeout);
}

void LiveSession::Private::checkEnd()
{
    if (*hasAnswered || store->size() > sizeAtCheck)
        waitForEnd();
    else
        giveUp();
}

LiveSession::LiveSession(const ConnectionOptions &options, const QString &path,
                         SessionWriter::Existing existing, QObject *parent)
    : LiveSession(QList<ConnectionOptions>{options}, path, existing, parent)
{}

LiveSession::LiveSession(QList<ConnectionOptions> watches, QString path,
                         SessionWriter::Existing existing, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    Q_ASSERT(!watches.isEmpty());
    d->watches = std::move(watches);
    d->path = std::move(path);
    d->existing = existing;
    d->waiting.resize(static_cast<std::size_t>(d->watches.size()));
    for (int number = 0; number < watchCount(); ++number) {
        auto &watch = d->watches[number].watch;
        if (watch.source.isEmpty())
            watch.source = nameOf(watch.apiUrl);
        d->numbers.insert(watch.source, number);
    }
    d->giveUp = [this] {
        emit recordingFailed(fileProblem(
            u"cannot write the session"_s, shownPath(d->path, Direction::Output),
            u"nothing more could be written to it for %1; the session is cut off there"_s.arg(
                readableDuration(kEndTimeout))));
        onFinished(RunEnd::Stopped);
    };
}

LiveSession::~LiveSession()
{
    if (d->worker && !d->worker->end())
        leaveToItself();
}

/// The thread hangs; it ends when it can.
void LiveSession::leaveToItself()
{
    auto *worker = d->worker.release();
    QObject::connect(worker, &QThread::finished, worker, &QObject::deleteLater);
}

bool LiveSession::start()
{
    if (!d->hasDescriptors())
        return false;
    const auto started = QDateTime::currentDateTimeUtc();
    d->started = d->clock.now();
    for (auto &options : d->watches)
        options.watch.started = d->started;
    if (d->path.isEmpty()) {
        d->path = defaultSessionPath(d->watches.constFirst().watch.apiUrl, started, &d->error);
        d->isFileProblem = d->path.isEmpty();
        if (d->isFileProblem)
            return false;
    }
    d->store->setHeader(
        {started, u"watchline "_s + QString::fromLatin1(kVersion), d->apiUrl(), d->sources()});
    d->worker = std::make_unique<Worker>(*this, d->watches, d->path, d->existing, d->store);
    if (!d->worker->launch()) {
        d->error = fileProblem(
            u"cannot write the session"_s, shownPath(d->path, Direction::Output),
            u"it has taken nothing for %1; check that it is being read, or choose another"_s.arg(
                readableDuration(kStartTimeout)));
        d->isFileProblem = true;
        leaveToItself();
        return false;
    }
    d->error = d->worker->error;
    d->isRunning = d->error.isEmpty();
    if (!d->isRunning) {
        d->worker->wait();
        d->isFileProblem = d->worker->isFileProblem;
        d->readerHasGone = d->worker->readerHasGone;
        d->worker.reset();
    }
    return d->isRunning;
}

QString LiveSession::error() const
{
    return d->error;
}

bool LiveSession::isFileProblem() const
{
    return d->isFileProblem;
}

void LiveSession::stop()
{
    if (!d->isRunning || d->endTimer->isActive())
        return;
    // Not by way of the worker's thread, which may hang in writing while heartbeats keep the lease.
    d->worker->stopRuns();
    d->waitForEnd();
}

void LiveSession::retryNow(int watch)
{
    if (d->isRunning)
        d->worker->retryNow(watch);
}

void LiveSession::addNote(const QString &text, Nanoseconds t, Nanoseconds length)
{
    if (d->worker)
        d->worker->post([worker = d->worker.get(), text, t, length] {
            worker->recorder().addNote(text, t, length);
        });
}

const SessionStore &LiveSession::store() const
{
    return *d->store;
}

qint64 LiveSession::hiddenFrames() const
{
    return d->worker ? d->worker->hiddenFrames() : 0;
}

qint64 LiveSession::unrecordedFrames() const
{
    return d->worker ? d->worker->unrecordedFrames() : 0;
}

qint64 LiveSession::recordedEvents() const
{
    return d->worker ? d->worker->recordedEvents() : 0;
}

std::shared_ptr<SessionStore> LiveSession::sharedStore() const
{
    return d->store;
}

Nanoseconds LiveSession::sessionTime() const
{
    if (d->isRunning)
        return d->clock.now() - d->started;
    return d->ended;
}

int LiveSession::watchCount() const
{
    return static_cast<int>(d->watches.size());
}

const WatchOptions &LiveSession::watch(int number) const
{
    return d->watches.at(number).watch;
}

int LiveSession::watchOf(const QString &source) const
{
    return d->numbers.value(source, -1);
}

Waiting LiveSession::waiting(int watch) const
{
    return d->waiting.at(static_cast<std::size_t>(watch));
}

HttpFailure LiveSession::lastFailure(int watch) const
{
    return d->worker ? d->worker->lastFailure(watch) : HttpFailure::None;
}

bool LiveSession::isRunning() const
{
    return d->isRunning;
}

QString LiveSession::path() const
{
    return d->path;
}

QString LiveSession::proxyDescription() const
{
    return d->worker ? d->worker->proxy : QString();
}

bool LiveSession::readerHasGone() const
{
    return d->readerHasGone || (d->worker && d->worker->readerHasGone);
}

void LiveSession::onWaiting(int watch, const Waiting &waiting)
{
    d->waiting[static_cast<std::size_t>(watch)] = d->isRunning ? waiting : Waiting{};
    emit waitingChanged(watch);
}

void LiveSession::onFinished(RunEnd end)
{
    if (!d->isRunning)
        return;
    d->endTimer->stop();
    d->ended = sessionTime();
    d->isRunning = false;
    d->waiting.assign(d->waiting.size(), {});
    emit finished(end);
}

} // namespace watchline
