// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionfollower.h"
#include "core/session/sessionreader.h"
#include "ui/document.h"
#include "ui/job.h"

namespace watchline {

/// A session read from its file, or from a gateway's log, in the background; rows can be looked at
/// while they come. A file without its session's end is followed: what another process adds to it
/// comes, too.
class RecordedDocument : public Document
{
    Q_OBJECT

public:
    explicit RecordedDocument(const QString &path, QObject *parent = nullptr);
    ~RecordedDocument() override;

    void load();
    void cancel();

    const SessionStore &store() const override { return *m_store; }
    QString path() const override { return m_path; }
    bool isLive() const override { return false; }
    bool isGrowing() const override { return m_loading || isBeingRecorded(); }
    Nanoseconds now() const override { return m_store->lastTime(); }
    QString addNote(const QString &text, Nanoseconds t, Nanoseconds length) override;
    const ReadResult &result() const { return *m_result; }
    /// Known once it is loaded. Nothing is written to a log, nor is it followed.
    bool isLog() const { return *m_isLog; }
    /// Another process was seen to write the file, and may go on with that.
    bool isBeingRecorded() const { return m_follower && m_follower->isBeingRecorded(); }
    /// It is looked at whether there is more.
    bool isFollowing() const { return m_follower && m_follower->isFollowing(); }
    bool canFollow() const { return m_follower != nullptr; }
    void setFollowing(bool on);

signals:
    /// The first rows are there (or none will come): the store's header can be looked at.
    void ready();
    void progressed(double share);
    /// Reading is over; result() says how.
    void loaded();
    /// isBeingRecorded() has changed, by the user's wish too.
    void recordingChanged();
    /// There is nothing to follow any more; whether it was being recorded until then.
    void followingEnded(watchline::SessionFollower::End end, bool wasBeingRecorded);

private:
    void tellReady();
    void finish();
    void follow();
    void fileHasGrown();
    void lineWasLost();

    QString m_path;
    std::shared_ptr<SessionStore> m_store;
    std::shared_ptr<ReadResult> m_result;
    std::shared_ptr<bool> m_isLog;
    bool m_loading = false;
    bool m_ready = false;
    bool m_wasBeingRecorded = false;
    std::shared_ptr<RunEnds> m_ends;
    SteadyClock m_clock;
    std::unique_ptr<SessionFollower> m_follower; ///< None of a session that has its end.
    qsizetype m_lostAtFirst = 0;                 ///< Lines, before it was followed.
    QTimer m_poll;
    std::unique_ptr<Job> m_job;
};

} // namespace watchline
