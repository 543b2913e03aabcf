// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/session/eventparser.h"
#include "core/session/rowbatch.h"
#include "core/session/sessionstore.h"

#include <QString>

#include <functional>
#include <memory>
#include <set>

namespace watchline {

/// Sources of a session whose last status is `shutdown`: when all are, nothing more is recorded.
class RunEnds
{
public:
    /// The next row.
    void take(const SessionStore &store, qsizetype row);
    /// Takes all rows that came since.
    void update(const SessionStore &store);
    bool areAll(const SessionStore &store) const;

private:
    std::set<quint16> m_ended;
    qsizetype m_rows = 0;
};

/// Goes on reading a session file that another process is writing: whole lines that are added to it
/// become rows, twice a second. The thread of the clock's timers, which is the store's one writer
/// from then on.
class SessionFollower
{
public:
    enum class End {
        Shutdown,    ///< The session has its end.
        Interrupted, ///< It was being recorded, and is no longer, without an end.
        Shorter,     ///< The file was cut shorter than what was read of it, or overwritten.
        Replaced,    ///< Another file has its name.
        Gone,        ///< No file has its name any more.
        Unreadable,
    };

    /// `store` was read from the file up to `position`, where the next line begins. It and `clock`
    /// are not owned. `grown` is told of new rows, or that isBeingRecorded() has become true;
    /// `ended` when there is nothing to follow any more. `ends` is of some of the store's rows.
    SessionFollower(SessionStore &store, RunEnds ends, QString path, qint64 position, Clock &clock,
                    std::function<void()> grown, std::function<void(End)> ended);
    ~SessionFollower();
    SessionFollower(const SessionFollower &) = delete;
    SessionFollower &operator=(const SessionFollower &) = delete;

    /// Looks at once, in the timer's first turn.
    void start();
    void stop();
    bool isFollowing() const { return m_timer->isActive(); }
    /// The file has grown since start(), or its writer says that it is at work.
    bool isBeingRecorded() const { return m_isBeingRecorded; }
    /// Reads what has come meanwhile, following or not: a line of our own stands where others let
    /// it. `grown` is told. That a file has grown so does not say that it is being recorded.
    void look();
    /// Lines that could not be understood.
    qsizetype lostLines() const { return m_lostLines; }
    /// Bytes of a last line that has no end yet; when it last looked.
    qint64 unfinishedBytes() const { return m_size - m_position; }

private:
    void poll();
    std::optional<End> check();
    bool readMore();
    void readLines(QByteArrayView bytes);
    void finish(End end);

    SessionStore &m_store;
    const QString m_path;
    qint64 m_position;
    qint64 m_size;
    const std::function<void()> m_grown;
    const std::function<void(End)> m_ended;
    std::unique_ptr<Timer> m_timer;
    EventParser m_parser;
    RowBatch m_batch;
    RunEnds m_ends;
    qsizetype m_room; ///< Bytes read at once: more for a long line.
    int m_fd = -1;
    bool m_hasEndlessLine = false;
    bool m_wasLocked = false; ///< By a recorder.
    int m_looksLocked = 0;    ///< In a row, up to now.
    bool m_isBeingRecorded = false;
    qsizetype m_lostLines = 0;
};

} // namespace watchline
