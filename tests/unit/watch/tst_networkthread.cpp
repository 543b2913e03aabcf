// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/networkthread.h"

#include <QPointer>
#include <QRegularExpression>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <memory>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

/// Holds the thread that deletes it, as a server may that never stops sending.
class Holder : public QObject
{
public:
    explicit Holder(QSemaphore &gate)
        : m_gate(gate)
    {}
    ~Holder() override { m_gate.acquire(); }

private:
    QSemaphore &m_gate;
};

} // namespace

class NetworkThreadTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void deletesWhatItAdopted();
    void oneThatHangsGoesWhenItCan();
};

void NetworkThreadTest::deletesWhatItAdopted()
{
    QSemaphore gate(1);
    QPointer<QObject> adopted = new Holder(gate);
    {
        NetworkThread network{QString()};
        QVERIFY(network.prepare());
        network.adopt(adopted);
        network.start();
    }
    QVERIFY(!adopted);
}

void NetworkThreadTest::oneThatHangsGoesWhenItCan()
{
    QSemaphore gate;
    QPointer<QThread> thread;
    // Its owner's thread does not last as long.
    const std::unique_ptr<QThread> owner(QThread::create([&] {
        NetworkThread network{QString()};
        network.prepare();
        auto *holder = new Holder(gate);
        network.adopt(holder);
        thread = holder->thread();
        network.start();
    }));
    owner->start();
    QVERIFY(owner->wait(60'000));
    QVERIFY(thread && thread->isRunning());
    gate.release();
    QTRY_VERIFY_WITH_TIMEOUT(!thread, 60'000);
}

QTEST_GUILESS_MAIN(NetworkThreadTest)
#include "tst_networkthread.moc"
