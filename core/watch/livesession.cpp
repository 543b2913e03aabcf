// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/livesession.h"

#include "core/session/recorder.h"
#include "core/session/sessionfolder.h"
#include "generated/version.h"

#include <QSemaphore>
#include <QThread>
#include <QTimer>

#include <atomic>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How long the end of a run is waited for when the session is destroyed.
constexpr std::chrono::seconds kEndTimeout{3};

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
        : m_session(session)
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

    /// Ends the run, then the thread.
    void end()
    {
        post([this] {
            if (m_isOver) {
                quit();
                return;
            }
            QObject::connect(m_runner, &WatchRunner::finished, m_recorder, [this] { quit(); });
            QTimer::singleShot(kEndTimeout, m_recorder, [this] { quit(); });
            m_runner->stop();
        });
        wait();
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
    void connectAll()
    {
        auto *session = &m_session;
        QObject::connect(m_runner, &WatchRunner::eventsRecorded, m_recorder, &Recorder::record);
        QObject::connect(m_runner, &WatchRunner::finished, m_recorder, [this, session](RunEnd end) {
            m_isOver = true;
            m_recorder->finish();
            QMetaObject::invokeMethod(
                session, [session, end] { session->onFinished(end); }, Qt::QueuedConnection);
        });
        QObject::connect(m_runner, &WatchRunner::waitingChanged, session,
                         &LiveSession::waitingChanged, Qt::QueuedConnection);
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

    LiveSession &m_session;
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
    bool isRunning = false;
    Waiting waiting;
    Nanoseconds ended{};
};

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
}

LiveSession::~LiveSession()
{
    if (d->worker)
        d->worker->end();
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
    if (d->isRunning)
        d->worker->post([worker = d->worker.get()] { worker->runner().stop(); });
}

void LiveSession::retryNow()
{
    if (d->isRunning)
        d->worker->post([worker = d->worker.get()] { worker->runner().retryNow(); });
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
    return d->worker && d->worker->readerHasGone;
}

void LiveSession::onFinished(RunEnd end)
{
    d->ended = sessionTime();
    d->isRunning = false;
    d->waiting = {};
    emit finished(end);
}

} // namespace watchline
