// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/apicheckrunner.h"

#include "core/watch/networkthread.h"
#include "core/watch/qnamtransport.h"

#include <utility>

namespace watchline {

namespace {

/// What lives in the network thread. The check is made there: its timers belong to that thread.
class Worker : public QObject
{
    Q_OBJECT

public:
    Worker(ApiCheckOptions options, NetworkThread &network)
        : m_options(std::move(options))
        , m_network(network)
    {}

    void start()
    {
        m_check = std::make_unique<ApiCheck>(m_options, m_clock, m_network.transport());
        connect(m_check.get(), &ApiCheck::changed, this,
                [this] { emit changed(m_check->report()); });
        connect(m_check.get(), &ApiCheck::finished, this, &Worker::finished);
        m_check->start();
    }

signals:
    void changed(const watchline::CheckReport &report);
    void finished();

private:
    const ApiCheckOptions m_options;
    NetworkThread &m_network;
    SteadyClock m_clock;
    std::unique_ptr<ApiCheck> m_check;
};

} // namespace

struct ApiCheckRunner::Private
{
    ApiCheckOptions options;
    NetworkThread network;
    CheckReport report;
    Worker *worker = nullptr; // deleted in the network thread
};

ApiCheckRunner::ApiCheckRunner(ConnectionOptions options, QObject *parent)
    : QObject(parent)
    , d(new Private{{options.watch.apiUrl, options.watch.token, options.watch.apiTimeout},
                    NetworkThread(options.caFile),
                    {},
                    nullptr})
{
    qRegisterMetaType<CheckReport>();
}

ApiCheckRunner::~ApiCheckRunner()
{
    if (d->worker)
        d->worker->disconnect(this);
}

bool ApiCheckRunner::start()
{
    if (d->worker || !d->network.prepare())
        return false;
    auto *worker = new Worker(d->options, d->network);
    d->worker = worker;
    connect(worker, &Worker::changed, this, [this](const CheckReport &report) {
        d->report = report;
        emit changed();
    });
    connect(worker, &Worker::finished, this, &ApiCheckRunner::finished);
    d->network.adopt(worker);
    d->network.start();
    QMetaObject::invokeMethod(worker, &Worker::start, Qt::QueuedConnection);
    return true;
}

QString ApiCheckRunner::error() const
{
    return d->network.error();
}

const CheckReport &ApiCheckRunner::report() const
{
    return d->report;
}

} // namespace watchline

#include "apicheckrunner.moc"
