// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/simulator.h"

#include <QThread>

namespace watchline {

struct SimulatorThread::Private
{
    SteadyClock clock;
    QThread thread;
    Simulator *simulator = nullptr; // lives in the thread, is deleted as it ends
    QString error;
    QUrl url;
};

SimulatorThread::SimulatorThread(Scenario scenario, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->simulator = new Simulator(std::move(scenario), d->clock);
    d->simulator->moveToThread(&d->thread);
    connect(&d->thread, &QThread::finished, d->simulator, &QObject::deleteLater);
    connect(d->simulator, &Simulator::logged, this, &SimulatorThread::logged);
    d->thread.setObjectName(QStringLiteral("simulator"));
    d->thread.start();
}

SimulatorThread::~SimulatorThread()
{
    d->thread.quit();
    d->thread.wait();
}

bool SimulatorThread::listen(const SimulatorOptions &options)
{
    bool listens = false;
    QMetaObject::invokeMethod(
        d->simulator,
        [&] {
            listens = d->simulator->listen(options);
            d->error = d->simulator->error();
            d->url = d->simulator->url();
        },
        Qt::BlockingQueuedConnection);
    return listens;
}

QString SimulatorThread::error() const
{
    return d->error;
}

QUrl SimulatorThread::url() const
{
    return d->url;
}

} // namespace watchline
