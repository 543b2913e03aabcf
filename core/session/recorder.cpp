// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/recorder.h"

#include "core/session/notes.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// A second is promised; a busy machine may be late.
constexpr Milliseconds kFlushDelay{500};
/// Of a session that is in no file.
constexpr qsizetype kLinesInMemory = 64 * 1024 * 1024;

} // namespace

Recorder::Recorder(SessionStore &store, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_flushTimer(clock.makeTimer([this] { flush(); }))
{
    m_store.setLineCapacity(kLinesInMemory);
}

Recorder::~Recorder() = default;

bool Recorder::open(const QString &path, SessionWriter::Existing existing)
{
    m_budget.setSourceCount(m_store.header().sources.size());
    if (!m_writer.open(path, m_store.header(), existing))
        return false;
    const int fd = m_store.isEmpty() && !m_store.hasFile() ? m_writer.duplicate() : -1;
    m_storeFollows = fd >= 0;
    if (m_storeFollows)
        m_store.setFile(fd, m_writer.end());
    return true;
}

void Recorder::record(const EventBatch &events)
{
    for (const auto &event : events)
        take(event);
    releaseLines();
    if (m_writer.hasUnflushed() && !m_flushTimer->isActive())
        m_flushTimer->start(kFlushDelay);
    if (!events.isEmpty())
        tell();
}

void Recorder::addNote(const QString &text, Nanoseconds t, Nanoseconds length)
{
    const bool reopen = m_finished && !m_failed && m_writer.path() != "-"_L1;
    if (reopen)
        checkJournal(m_writer.openForAppend(m_writer.path()));
    record({makeNote(m_store, text, t, length)});
    if (reopen)
        finish();
}

void Recorder::finish()
{
    m_finished = true;
    m_flushTimer->stop();
    flush();
    checkJournal(m_writer.close());
}

void Recorder::take(const Event &event)
{
    const auto line = toJsonLine(event);
    // Others may write to a journal that was opened once more.
    m_storeFollows = m_storeFollows && m_writer.end() == m_store.linesEnd();
    if (m_budget.admits(event, m_store.size()))
        m_store.append(event, line);
    else
        hide(line);
    const bool good = m_writer.append(line);
    if (good) {
        ++m_recorded;
        ++m_unflushed;
    }
    checkJournal(good);
}

/// It has its place among the lines, for whoever reads those, and no row.
void Recorder::hide(QByteArrayView line)
{
    m_store.appendLine(line);
    ++m_hidden;
    ++m_hiddenUnflushed;
}

void Recorder::flush()
{
    checkJournal(m_writer.flush());
    releaseLines();
}

void Recorder::releaseLines()
{
    if (m_storeFollows)
        m_store.setFileEnd(m_writer.flushedEnd());
}

void Recorder::checkJournal(bool good)
{
    if (!good) {
        m_unrecorded += std::exchange(m_hiddenUnflushed, 0);
        m_recorded -= std::exchange(m_unflushed, 0);
    } else if (!m_writer.hasUnflushed()) {
        m_hiddenUnflushed = 0;
        m_unflushed = 0;
    }
    if (good || m_failed || m_writer.error().isEmpty())
        return;
    m_failed = true;
    emit recordingFailed(m_writer.error());
}

void Recorder::tell()
{
    if (!m_told.exchange(true, std::memory_order_acq_rel))
        emit recorded();
}

} // namespace watchline
