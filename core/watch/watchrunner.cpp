// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchrunner.h"

#include "core/base/fileproblem.h"
#include "core/watch/cafile.h"
#include "core/watch/latest.h"
#include "core/watch/proxyenvironment.h"
#include "core/watch/qnamtransport.h"

#include <QThread>

#include <atomic>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kStopWithinMs = 2'000;
/// Events on their way to the receiver: above the first number the server is held back, below the
/// second no longer.
constexpr qint64 kManyWaiting = 50'000;
constexpr qint64 kFewWaiting = 10'000;

/// What lives in the network thread. The client is made there too, since timers belong to the
/// thread that made them.
class Worker : public QObject
{
    Q_OBJECT

public:
    Worker(WatchOptions options, QnamTransport::Options transportOptions)
        : m_options(std::move(options))
        , m_transportOptions(std::move(transportOptions))
    {}

    void start()
    {
        m_transport = std::make_unique<QnamTransport>(m_transportOptions);
        m_client = std::make_unique<WatchClient>(m_options, m_clock, *m_transport);
        connect(m_client.get(), &WatchClient::eventsRecorded, this,
                [this](const EventBatch &events) {
                    countOut(events.size());
                    emit eventsRecorded(events);
                });
        connect(m_client.get(), &WatchClient::waitingChanged, this, [this](const Waiting &now) {
            if (m_waitingFor.put(now))
                emit waitingChanged();
        });
        connect(m_client.get(), &WatchClient::requestFailed, this, &Worker::requestFailed);
        connect(m_client.get(), &WatchClient::finished, this, &Worker::finished);
        m_client->start();
    }

    void stop()
    {
        if (m_client)
            m_client->stop();
    }

    void retryNow()
    {
        if (m_client)
            m_client->retryNow();
    }

    /// In the receiver's thread, on waitingChanged().
    Waiting takeWaiting() { return m_waitingFor.take(); }

    /// In the receiver's thread: `count` events have arrived.
    void countIn(qint64 count)
    {
        const auto before = m_waiting.fetch_sub(count);
        if (before > kFewWaiting && before - count <= kFewWaiting)
            QMetaObject::invokeMethod(
                this, [this] { setPaused(false); }, Qt::QueuedConnection);
    }

signals:
    void eventsRecorded(const watchline::EventBatch &events);
    void waitingChanged();
    void requestFailed(watchline::HttpFailure failure);
    void finished(watchline::RunEnd end);

private:
    void countOut(qint64 count)
    {
        if (m_waiting.fetch_add(count) + count > kManyWaiting)
            setPaused(true);
    }

    void setPaused(bool paused)
    {
        // Late: so many may have left since that the next pause is due.
        if (!paused && m_waiting.load() > kManyWaiting)
            return;
        if (std::exchange(m_isPaused, paused) != paused)
            m_client->setPaused(paused);
    }

    const WatchOptions m_options;
    const QnamTransport::Options m_transportOptions;
    SteadyClock m_clock;
    std::unique_ptr<QnamTransport> m_transport; // it may read all of the system's certificates
    std::unique_ptr<WatchClient> m_client;
    Latest<Waiting> m_waitingFor;
    std::atomic<qint64> m_waiting = 0; // events on their way
    bool m_isPaused = false;
};

} // namespace

struct WatchRunner::Private
{
    ConnectionOptions options;
    ProxyEnvironment proxies = ProxyEnvironment::fromSystem();
    QString error;
    QThread *thread = nullptr;
    Worker *worker = nullptr; // deleted in its thread, when that ends

    bool isPrepared = false;
    QList<QSslCertificate> certificates;

    bool readCertificates();
};

bool WatchRunner::Private::readCertificates()
{
    if (options.caFile.isEmpty())
        return true;
    const auto read = readCaFile(options.caFile);
    if (!read) {
        error = fileProblem(u"cannot use the CA file"_s, options.caFile, read.error);
        return false;
    }
    certificates = *read;
    return true;
}

WatchRunner::WatchRunner(ConnectionOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->options = std::move(options);
    qRegisterMetaType<EventBatch>();
    qRegisterMetaType<Waiting>();
    qRegisterMetaType<RunEnd>();
    qRegisterMetaType<HttpFailure>();
}

WatchRunner::~WatchRunner()
{
    if (!d->thread)
        return;
    stop();
    d->thread->quit();
    // One that hangs is left to itself: it holds nothing that is ours, and ends when it can.
    if (d->thread->wait(kStopWithinMs))
        delete d->thread;
    else
        connect(d->thread, &QThread::finished, d->thread, &QObject::deleteLater);
}

bool WatchRunner::prepare()
{
    if (!d->isPrepared)
        d->isPrepared = d->readCertificates();
    return d->isPrepared;
}

bool WatchRunner::start()
{
    if (d->thread || !prepare())
        return false;

    d->thread = new QThread;
    d->thread->setObjectName(u"network"_s);
    auto *worker = new Worker(d->options.watch, {d->proxies, d->certificates});
    d->worker = worker;
    worker->moveToThread(d->thread);
    connect(d->thread, &QThread::started, worker, &Worker::start);
    connect(d->thread, &QThread::finished, worker, &QObject::deleteLater);
    connect(worker, &Worker::eventsRecorded, this, [this](const EventBatch &events) {
        d->worker->countIn(events.size());
        emit eventsRecorded(events);
    });
    connect(worker, &Worker::waitingChanged, this,
            [this] { emit waitingChanged(d->worker->takeWaiting()); });
    connect(worker, &Worker::requestFailed, this, &WatchRunner::requestFailed);
    connect(worker, &Worker::finished, this, &WatchRunner::finished);
    d->thread->start();
    return true;
}

QString WatchRunner::error() const
{
    return d->error;
}

void WatchRunner::stop()
{
    if (d->worker)
        QMetaObject::invokeMethod(d->worker, &Worker::stop, Qt::QueuedConnection);
}

void WatchRunner::retryNow()
{
    if (d->worker)
        QMetaObject::invokeMethod(d->worker, &Worker::retryNow, Qt::QueuedConnection);
}

QString WatchRunner::proxyDescription() const
{
    return d->proxies.proxyFor(d->options.watch.apiUrl).description;
}

} // namespace watchline

#include "watchrunner.moc"
