// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"
#include "core/session/sessionwriter.h"
#include "core/watch/watchrunner.h"

#include <QObject>
#include <QString>

#include <memory>

namespace watchline {

/// A live watch that is being recorded: runs a WatchRunner, keeps its events in a store and writes
/// them to a session file, in a thread of its own. What the window and `record` have in common.
/// All members are called in the thread that made it; signals arrive there.
class LiveSession : public QObject
{
    Q_OBJECT

public:
    /// `path` is the file to record to: "-" for standard output; empty for one in the session
    /// folder. An empty `options.watch.source` becomes the API's host and port;
    /// `options.watch.started` is set by start().
    LiveSession(ConnectionOptions options, QString path, SessionWriter::Existing existing,
                QObject *parent = nullptr);
    /// Stops the run, records its end, and waits for that, some seconds at most.
    ~LiveSession() override;

    /// Creates the file and starts the run; once. False: nothing was sent, and error() says what,
    /// where and what to do.
    bool start();
    QString error() const;
    /// The file was the problem, not the connection's options. After start() gave false.
    bool isFileProblem() const;
    /// finished() follows; when the file takes nothing any more, after recordingFailed() and some
    /// seconds.
    void stop();
    void retryNow();
    /// Goes into the session at once, to the file within a second; also when the run is over.
    void addNote(const QString &text, Nanoseconds t);

    const SessionStore &store() const;
    /// The same, for whoever may outlive the live session.
    std::shared_ptr<SessionStore> sharedStore() const;
    /// Now; from finished() on the time at which the run was over.
    Nanoseconds sessionTime() const;
    Waiting waiting() const;
    /// Of the latest request that failed, device-info or connect attempt: as new as the rows or
    /// newer.
    HttpFailure lastFailure() const;
    bool isRunning() const;
    QString path() const; ///< Known after start().
    /// Which proxy is used, in words; empty for none. Known after start().
    QString proxyDescription() const;
    /// Recording failed because whoever read standard output has gone.
    bool readerHasGone() const;

signals:
    /// There are new rows in the store. Coalesced: never more than one is on its way.
    void rowsAppended();
    void waitingChanged(const watchline::Waiting &waiting);
    /// The file cannot be written any more; the session goes on in memory. Once.
    void recordingFailed(const QString &problem);
    /// The run is over; unless recording failed, everything is in the store and in the file, and
    /// the file is closed.
    void finished(watchline::RunEnd end);

private:
    class Worker;

    void onFinished(RunEnd end);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
