// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/session/framebudget.h"
#include "core/session/sessionstore.h"
#include "core/session/sessionwriter.h"

#include <QObject>

#include <atomic>
#include <memory>

namespace watchline {

/// Takes in a live session: each event goes to the store, whose one writer this is, and to the
/// journal, where it is within a second. The store then looks lines up in the journal; only those
/// that are not in it yet are in memory. When the journal cannot be written any more, the store
/// goes on; of what is in no journal the last 64 MiB of lines are kept (SessionStore::lostLines()).
///
/// Of a flood the journal gets everything and the store a part: see FrameBudget.
///
/// Lives in one thread with an event loop; all members but taken(), hiddenFrames(),
/// unrecordedFrames() and recordedEvents() are called there.
class Recorder : public QObject
{
    Q_OBJECT

public:
    /// `store` and `clock` are not owned and must outlive the recorder.
    Recorder(SessionStore &store, Clock &clock, QObject *parent = nullptr);
    /// Flushes and closes.
    ~Recorder() override;

    /// Creates the journal with the store's header; see SessionWriter. Without it, or when it
    /// fails, events go to the store alone.
    bool open(const QString &path, SessionWriter::Existing existing);
    const SessionWriter &writer() const { return m_writer; }
    /// The consumer has seen recorded() and is about to look at the store: from now on there may be
    /// another. Any thread.
    void taken() { m_told.store(false, std::memory_order_release); }
    /// How many frames have no row in the store. Any thread.
    qint64 hiddenFrames() const { return m_hidden.load(std::memory_order_relaxed); }
    /// How many of them are not in the journal either, for there is none any more. Any thread.
    qint64 unrecordedFrames() const { return m_unrecorded.load(std::memory_order_relaxed); }
    /// Events that are in the journal or will be within a second. Any thread.
    qint64 recordedEvents() const { return m_recorded.load(std::memory_order_relaxed); }

public slots:
    void record(const watchline::EventBatch &events);
    /// Also after finish(): then the journal is opened once more.
    void addNote(const QString &text, watchline::Nanoseconds t, watchline::Nanoseconds length = {});
    /// Writes what is left and closes the journal.
    void finish();

signals:
    /// The store has grown. Once until taken().
    void recorded();
    /// The journal cannot be written; once a journal. What, where, what to do.
    void recordingFailed(const QString &problem);

private:
    void take(const Event &event);
    void hide(QByteArrayView line);
    void flush();
    void checkJournal(bool good);
    void releaseLines();
    void tell();

    SessionStore &m_store;
    SessionWriter m_writer;
    std::unique_ptr<Timer> m_flushTimer;
    bool m_storeFollows = false; ///< the store's lines are where the journal has them
    FrameBudget m_budget;
    std::atomic<qint64> m_hidden{0};
    std::atomic<qint64> m_unrecorded{0};
    std::atomic<qint64> m_recorded{0};
    qint64 m_unflushed = 0;       // of m_recorded: not in the journal yet
    qint64 m_hiddenUnflushed = 0; // likewise of m_hidden
    bool m_finished = false;
    bool m_failed = false;
    std::atomic<bool> m_told{false};
};

} // namespace watchline
