// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"
#include "core/session/sessionwriter.h"
#include "core/watch/watchrunner.h"

#include <QList>
#include <QObject>
#include <QString>

#include <memory>

namespace watchline {

/// Live watches that are being recorded, one or a fleet of them: runs a WatchRunner each, keeps
/// their events in one store and writes them to one session file, in a thread of its own. What the
/// window and `record` have in common. Watches are numbered from 0, as they were given. All members
/// are called in the thread that made it; signals arrive there.
class LiveSession : public QObject
{
    Q_OBJECT

public:
    /// `path` is the file to record to: "-" for standard output; empty for one in the session
    /// folder. An empty `options.watch.source` becomes the API's host and port;
    /// `options.watch.started` is set by start().
    LiveSession(const ConnectionOptions &options, const QString &path,
                SessionWriter::Existing existing, QObject *parent = nullptr);
    /// The same for a fleet: each with a source name of its own, all with the same CA file.
    LiveSession(QList<ConnectionOptions> watches, QString path, SessionWriter::Existing existing,
                QObject *parent = nullptr);
    /// Stops what runs, records its end, and waits for that, some seconds at most.
    ~LiveSession() override;

    /// Creates the file and starts the runs; once. Waits some seconds at most for the file. False:
    /// nothing was sent, and error() says what, where and what to do.
    bool start();
    QString error() const;
    /// The file was the problem, not the connection's options. After start() gave false.
    bool isFileProblem() const;
    /// finished() follows; when the file takes nothing any more, after recordingFailed() and some
    /// seconds.
    void stop();
    void retryNow(int watch);
    /// Goes into the session at once, to the file within a second; also when the run is over.
    void addNote(const QString &text, Nanoseconds t, Nanoseconds length = {});

    const SessionStore &store() const;
    /// The same, for whoever may outlive the live session.
    std::shared_ptr<SessionStore> sharedStore() const;
    /// Frames of a flood that have no row in the store; see FrameBudget.
    qint64 hiddenFrames() const;
    /// How many of them are not in the file either.
    qint64 unrecordedFrames() const;
    /// Events that the file has or will have within a second, hidden ones too.
    qint64 recordedEvents() const;
    /// Now; from finished() on the time at which the last run was over.
    Nanoseconds sessionTime() const;
    int watchCount() const;
    const WatchOptions &watch(int number) const;
    /// The watch that is this source; -1 for none.
    int watchOf(const QString &source) const;
    Waiting waiting(int watch = 0) const;
    /// Of the latest request that failed, device-info or connect attempt: as new as the rows or
    /// newer.
    HttpFailure lastFailure(int watch = 0) const;
    /// At least one run is not over.
    bool isRunning() const;
    QString path() const; ///< Known after start().
    /// Which proxies are used, in words; empty for none. Known after start().
    QString proxyDescription() const;
    /// Recording failed because whoever read standard output has gone.
    bool readerHasGone() const;

signals:
    /// There are new rows in the store. Coalesced: never more than one is on its way.
    void rowsAppended();
    void waitingChanged(int watch);
    /// The file cannot be written any more; the session goes on in memory. Once.
    void recordingFailed(const QString &problem);
    /// One run is over; the others go on.
    void watchFinished(int watch, watchline::RunEnd end);
    /// The last run is over; unless recording failed, everything is in the store and in the file,
    /// and the file is closed. `end` is Unauthorized if any run ended so, else the last one's.
    void finished(watchline::RunEnd end);

private:
    class Worker;

    void onWaiting(int watch, const Waiting &waiting);
    void onFinished(RunEnd end);
    void leaveToItself();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
