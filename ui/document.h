// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/runstate.h"
#include "core/watch/watchclient.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace watchline {

/// A session that a window shows, whether it is being watched or was recorded: a store that may
/// grow, the state of its run at any time, and what it waits for. The window's thread.
class Document : public QObject
{
    Q_OBJECT

public:
    explicit Document(QObject *parent = nullptr);
    ~Document() override;

    virtual const SessionStore &store() const = 0;
    /// The session's file.
    virtual QString path() const = 0;
    /// Events still come from a running watch.
    virtual bool isLive() const = 0;
    /// Rows still come, from a watch or a file.
    virtual bool isGrowing() const = 0;
    /// Session time: live it passes, else it is the last event's.
    virtual Nanoseconds now() const = 0;
    /// What a source's running watch waits for; nothing for a recorded one.
    virtual Waiting waiting(quint16 /*source*/) const { return {}; }

    /// Puts a note into the session and its file, of the stretch of time that begins at `t`, or of
    /// that moment. Gives one line when that failed.
    virtual QString addNote(const QString &text, Nanoseconds t, Nanoseconds length) = 0;

    /// The file's name.
    QString name() const;
    /// Of as many rows as could be taken in without holding the window up; of a long file the rest
    /// follows, and statesGrown() tells.
    const RunStateIndex &states();

signals:
    /// Rows have come: at most once a frame.
    void grown();
    /// states() knows of more rows than when it was last asked.
    void statesGrown();
    /// A watch waits for something else, or no longer.
    void waitingChanged();
    /// isLive() or isGrowing() has changed.
    void phaseChanged();

protected:
    /// To be called when rows have come.
    void scheduleGrown();
    /// Tells of waiting rows at once.
    void flushGrown();

private:
    void takeInStates();

    QTimer m_gate;
    QTimer m_more;
    std::unique_ptr<RunStateIndex> m_states;
};

} // namespace watchline
