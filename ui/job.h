// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <memory>

class QThread;

namespace watchline {

/// Long work in a thread of its own, so that the window never waits: reading, exporting, copying.
/// Made, started and destroyed in the window's thread.
class Job : public QObject
{
    Q_OBJECT

public:
    /// To be called by the work now and then, `total` below 0 when it is not known; false: give up.
    using Progress = std::function<bool(qint64 done, qint64 total)>;
    /// Gives one line for the user when it failed, else nothing. It must own all that it uses.
    using Work = std::function<QString(const Progress &)>;

    explicit Job(Work work, QObject *parent = nullptr);
    /// Cancels, and waits for the work to notice.
    ~Job() override;

    void start();
    void cancel();
    bool isCancelled() const;

signals:
    /// 0 to 1, below 0 when it is not known; at most ten times a second.
    void progressed(double share);
    /// Once, also after cancel(); never after the job is gone. A receiver may destroy the job.
    void finished(const QString &error);

private:
    struct Shared;

    Work m_work;
    std::shared_ptr<Shared> m_shared;
    QObject *const m_teller; // lives in the window's thread
    std::unique_ptr<QThread> m_thread;
};

} // namespace watchline
