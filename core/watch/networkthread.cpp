// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/networkthread.h"

#include "core/base/fileproblem.h"
#include "core/watch/backlog.h"
#include "core/watch/cafile.h"
#include "core/watch/proxyenvironment.h"
#include "core/watch/qnamtransport.h"

#include <QCoreApplication>
#include <QThread>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kEndWithinMs = 2'000;

/// Everything that lives in the thread goes before it ends: what was adopted first, then what that
/// uses.
class Thread final : public QThread
{
    Q_OBJECT

public:
    Thread() { backlog->moveToThread(this); }

    QnamTransport::Options options;
    QnamTransport *transport = nullptr; // while it runs
    std::unique_ptr<Backlog> backlog = std::make_unique<Backlog>();

signals:
    /// In the thread itself.
    void ending();

protected:
    void run() override
    {
        QnamTransport own(options); // it may read all of the system's certificates
        transport = &own;
        exec();
        emit ending();
        backlog.reset();
        transport = nullptr;
    }
};

} // namespace

struct NetworkThread::Private
{
    QString caFile;
    ProxyEnvironment proxies = ProxyEnvironment::fromSystem();
    QString error;
    bool isPrepared = false;
    Thread *thread = new Thread;
};

NetworkThread::NetworkThread(const QString &caFile)
    : d(std::make_unique<Private>())
{
    d->caFile = caFile;
    d->thread->setObjectName(u"network"_s);
}

NetworkThread::~NetworkThread()
{
    if (!d->thread->isRunning()) {
        delete d->thread;
        return;
    }
    d->thread->quit();
    // One that hangs is left to itself: it holds nothing that is ours, and ends when it can.
    if (d->thread->wait(kEndWithinMs)) {
        delete d->thread;
        return;
    }
    // So may the thread that it was made in, which then deletes nothing any more.
    d->thread->moveToThread(QCoreApplication::instance()->thread());
    QObject::connect(d->thread, &QThread::finished, d->thread, &QObject::deleteLater);
}

bool NetworkThread::prepare()
{
    if (d->isPrepared)
        return true;
    if (!d->caFile.isEmpty()) {
        const auto certificates = readCaFile(d->caFile);
        if (!certificates) {
            d->error = fileProblem(u"cannot use the CA file"_s, d->caFile, certificates.error);
            return false;
        }
        d->thread->options.certificates = *certificates;
    }
    d->thread->options.proxies = d->proxies;
    d->isPrepared = true;
    return true;
}

QString NetworkThread::error() const
{
    return d->error;
}

const ProxyEnvironment &NetworkThread::proxies() const
{
    return d->proxies;
}

void NetworkThread::start()
{
    if (!d->thread->isRunning())
        d->thread->start();
}

void NetworkThread::adopt(QObject *object)
{
    object->moveToThread(d->thread);
    QObject::connect(d->thread, &Thread::ending, object, [object] { delete object; });
}

Backlog &NetworkThread::backlog()
{
    return *d->thread->backlog;
}

QnamTransport &NetworkThread::transport()
{
    return *d->thread->transport;
}

} // namespace watchline

#include "networkthread.moc"
