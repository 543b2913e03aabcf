// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchrunner.h"

#include "core/watch/backlog.h"
#include "core/watch/latest.h"
#include "core/watch/networkthread.h"
#include "core/watch/proxyenvironment.h"
#include "core/watch/qnamtransport.h"

#include <atomic>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What lives in the network thread. The client is made there too, since timers belong to the
/// thread that made them.
class Worker : public QObject
{
    Q_OBJECT

public:
    Worker(WatchOptions options, NetworkThread &network)
        : m_options(std::move(options))
        , m_network(network)
        , m_backlog(network.backlog())
    {}
    ~Worker() override { m_backlog.remove(m_onTheWay); }

    void start()
    {
        m_client = std::make_unique<WatchClient>(m_options, m_clock, m_network.transport());
        connect(m_client.get(), &WatchClient::eventsRecorded, this,
                [this](const EventBatch &events) {
                    const auto weight = weightOf(events);
                    m_onTheWay += weight;
                    m_backlog.add(weight);
                    emit eventsRecorded(events, weight);
                });
        connect(m_client.get(), &WatchClient::waitingChanged, this, [this](const Waiting &now) {
            if (m_waitingFor.put(now))
                emit waitingChanged();
        });
        connect(m_client.get(), &WatchClient::requestFailed, this, &Worker::requestFailed);
        connect(m_client.get(), &WatchClient::finished, this, &Worker::finished);
        connect(&m_backlog, &Backlog::changed, m_client.get(),
                [this] { m_client->setPaused(m_backlog.isFull()); });
        m_client->setPaused(m_backlog.isFull());
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

    /// In the receiver's thread: that much has arrived.
    void arrived(qint64 weight)
    {
        m_onTheWay -= weight;
        m_backlog.remove(weight);
    }

signals:
    /// `weight` is for arrived().
    void eventsRecorded(const watchline::EventBatch &events, qint64 weight);
    void waitingChanged();
    void requestFailed(watchline::HttpFailure failure);
    void finished(watchline::RunEnd end);

private:
    const WatchOptions m_options;
    NetworkThread &m_network;
    Backlog &m_backlog;
    SteadyClock m_clock;
    std::unique_ptr<WatchClient> m_client;
    Latest<Waiting> m_waitingFor;
    std::atomic<qint64> m_onTheWay{0};
};

} // namespace

struct WatchRunner::Private
{
    ConnectionOptions options;
    std::shared_ptr<NetworkThread> network;
    Worker *worker = nullptr; // deleted in the network thread
};

WatchRunner::WatchRunner(ConnectionOptions options, QObject *parent)
    : WatchRunner(options, std::make_shared<NetworkThread>(options.caFile), parent)
{}

WatchRunner::WatchRunner(ConnectionOptions options, std::shared_ptr<NetworkThread> network,
                         QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->network = std::move(network);
    qRegisterMetaType<EventBatch>();
    qRegisterMetaType<Waiting>();
    qRegisterMetaType<RunEnd>();
    qRegisterMetaType<HttpFailure>();
}

WatchRunner::~WatchRunner()
{
    if (!d->worker)
        return;
    stop();
    d->worker->deleteLater();
}

bool WatchRunner::prepare()
{
    return d->network->prepare();
}

bool WatchRunner::start()
{
    if (d->worker || !prepare())
        return false;

    auto *worker = new Worker(d->options.watch, *d->network);
    d->worker = worker;
    connect(worker, &Worker::eventsRecorded, this, [this](const EventBatch &events, qint64 weight) {
        d->worker->arrived(weight);
        emit eventsRecorded(events);
    });
    connect(worker, &Worker::waitingChanged, this,
            [this] { emit waitingChanged(d->worker->takeWaiting()); });
    connect(worker, &Worker::requestFailed, this, &WatchRunner::requestFailed);
    connect(worker, &Worker::finished, this, &WatchRunner::finished);
    d->network->adopt(worker);
    d->network->start();
    QMetaObject::invokeMethod(worker, &Worker::start, Qt::QueuedConnection);
    return true;
}

QString WatchRunner::error() const
{
    return d->network->error();
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
    return d->network->proxies().proxyFor(d->options.watch.apiUrl).description;
}

} // namespace watchline

#include "watchrunner.moc"
