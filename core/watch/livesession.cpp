// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/livesession.h"

#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/session/recorder.h"
#include "core/session/sessionfolder.h"
#include "core/watch/latest.h"
#include "generated/version.h"

#include <QSemaphore>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <functional>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How long the end of a run is waited for: a pipe that nobody reads and a file system that hangs
/// can hold it up for ever.
constexpr std::chrono::seconds kEndTimeout{2};
/// What is left to write takes its time once the run is over.
constexpr std::chrono::seconds kWriteTimeout{1};

QString nameOf(const QUrl &apiUrl)
{
    return apiUrl.port() < 0 ? apiUrl.host()
                             : apiUrl.host() + u':' + QString::number(apiUrl.port());
}

} // namespace

/// The thread in which the runner's events arrive, so that a busy window delays no recording.
class LiveSession::Worker final : public QThread
{
public:
    Worker(LiveSession &session, ConnectionOptions options, QString path,
           SessionWriter::Existing existing, std::shared_ptr<SessionStore> store)
        : m_session(&session)
        , m_options(std::move(options))
        , m_path(std::move(path))
        , m_existing(existing)
        , m_store(std::move(store))
    {}

    /// Starts the thread; back when the run has started, or cannot.
    bool launch()
    {
        QThread::start();
        m_launched.acquire();
        return error.isEmpty();
    }

    /// Ends the run, then the thread. False: it hangs in writing. It then tells nothing any more
    /// and must be left to itself.
    bool end()
    {
        m_runner->stop();
        post([this] {
            if (m_isOver) {
                quit();
                return;
            }
            QObject::connect(m_runner, &WatchRunner::finished, m_recorder, [this] { quit(); });
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

    WatchRunner &runner() { return *m_runner; }
    Recorder &recorder() { return *m_recorder; }

    // Written before launch() returns.
    QString error;
    bool isFileProblem = false;
    QString proxy;

    std::atomic<bool> readerHasGone{false};
    std::atomic<HttpFailure> lastFailure{HttpFailure::None};

protected:
    void run() override
    {
        SteadyClock clock;
        Recorder recorder(*m_store, clock);
        WatchRunner runner(m_options);
        m_recorder = &recorder;
        m_runner = &runner;
        connectAll();
        // A file that is to be replaced is not touched for options that are of no use.
        if (!runner.prepare()) {
            error = runner.error();
        } else if (!recorder.open(m_path, m_existing)) {
            error = recorder.writer().error();
            isFileProblem = true;
            readerHasGone = recorder.writer().readerHasGone();
        } else if (!runner.start()) {
            error = runner.error();
        }
        const bool isRunning = error.isEmpty();
        proxy = runner.proxyDescription();
        m_launched.release();
        if (isRunning)
            exec();
        recorder.finish();
    }

private:
    /// Runs `function` in the session's thread, for as long as there is a session.
    template<typename Function>
    void tell(Function function)
    {
        const QMutexLocker lock(&m_mutex);
        if (m_session)
            QMetaObject::invokeMethod(m_session, function, Qt::QueuedConnection);
    }

    void connectAll()
    {
        auto *session = m_session;
        QObject::connect(m_runner, &WatchRunner::eventsRecorded, m_recorder, &Recorder::record);
        QObject::connect(m_runner, &WatchRunner::requestFailed, m_recorder,
                         [this](HttpFailure failure) { lastFailure = failure; });
        QObject::connect(m_runner, &WatchRunner::finished, m_recorder, [this, session](RunEnd end) {
            m_isOver = true;
            m_recorder->finish();
            tell([session, end] { session->onFinished(end); });
        });
        QObject::connect(
            m_runner, &WatchRunner::waitingChanged, m_recorder,
            [this, session](const Waiting &waiting) {
                if (m_waiting.put(waiting))
                    tell([this, session] { emit session->waitingChanged(m_waiting.take()); });
            });
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

    QMutex m_mutex;
    LiveSession *m_session; // null once the thread is left to itself; m_mutex guards it
    Latest<Waiting> m_waiting;
    const ConnectionOptions m_options;
    const QString m_path;
    const SessionWriter::Existing m_existing;
    const std::shared_ptr<SessionStore> m_store;
    QSemaphore m_launched;
    // Live as long as the thread's event loop.
    Recorder *m_recorder = nullptr;
    WatchRunner *m_runner = nullptr;
    bool m_isOver = false; // the thread's own
};

struct LiveSession::Private
{
    ConnectionOptions options;
    QString path;
    SessionWriter::Existing existing = SessionWriter::Existing::Refuse;
    SteadyClock clock;
    std::shared_ptr<SessionStore> store = std::make_shared<SessionStore>();
    std::unique_ptr<Worker> worker;
    QString error;
    bool isFileProblem = false;
    bool readerHasGone = false; // before the run began
    bool isRunning = false;
    Waiting waiting;
    Nanoseconds ended{};

    // While stop() waits for the end.
    std::unique_ptr<Timer> endTimer = clock.makeTimer([this] { checkEnd(); });
    std::shared_ptr<std::atomic<bool>> hasAnswered;
    qsizetype sizeAtCheck = 0;
    std::function<void()> giveUp;

    void waitForEnd();
    void checkEnd();
};

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

LiveSession::LiveSession(ConnectionOptions options, QString path, SessionWriter::Existing existing,
                         QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->path = std::move(path);
    d->existing = existing;
    if (d->options.watch.source.isEmpty())
        d->options.watch.source = nameOf(d->options.watch.apiUrl);
    connect(this, &LiveSession::waitingChanged, this,
            [this](const Waiting &waiting) { d->waiting = waiting; });
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
    if (!d->worker || d->worker->end())
        return;
    auto *worker = d->worker.release();
    QObject::connect(worker, &QThread::finished, worker, &QObject::deleteLater);
}

bool LiveSession::start()
{
    const auto started = QDateTime::currentDateTimeUtc();
    d->options.watch.started = d->clock.now();
    if (d->path.isEmpty()) {
        d->path = defaultSessionPath(d->options.watch.apiUrl, started, &d->error);
        d->isFileProblem = d->path.isEmpty();
        if (d->isFileProblem)
            return false;
    }
    d->store->setHeader({started,
                         u"watchline "_s + QString::fromLatin1(kVersion),
                         d->options.watch.apiUrl.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery |
                                                          QUrl::RemoveFragment),
                         {d->options.watch.source}});
    auto worker = std::make_unique<Worker>(*this, d->options, d->path, d->existing, d->store);
    if (!worker->launch()) {
        worker->wait();
        d->error = worker->error;
        d->isFileProblem = worker->isFileProblem;
        d->readerHasGone = worker->readerHasGone;
        return false;
    }
    d->worker = std::move(worker);
    d->isRunning = true;
    return true;
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
    d->worker->runner().stop();
    d->waitForEnd();
}

void LiveSession::retryNow()
{
    if (d->isRunning)
        d->worker->runner().retryNow();
}

void LiveSession::addNote(const QString &text, Nanoseconds t)
{
    if (d->worker)
        d->worker->post(
            [worker = d->worker.get(), text, t] { worker->recorder().addNote(text, t); });
}

const SessionStore &LiveSession::store() const
{
    return *d->store;
}

std::shared_ptr<SessionStore> LiveSession::sharedStore() const
{
    return d->store;
}

Nanoseconds LiveSession::sessionTime() const
{
    if (d->isRunning)
        return d->clock.now() - d->options.watch.started;
    return d->ended;
}

Waiting LiveSession::waiting() const
{
    return d->waiting;
}

HttpFailure LiveSession::lastFailure() const
{
    return d->worker ? d->worker->lastFailure.load() : HttpFailure::None;
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

void LiveSession::onFinished(RunEnd end)
{
    if (!d->isRunning)
        return;
    d->endTimer->stop();
    d->ended = sessionTime();
    d->isRunning = false;
    d->waiting = {};
    emit finished(end);
}

} // namespace watchline
