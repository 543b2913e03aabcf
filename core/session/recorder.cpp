// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/recorder.h"

#include "core/session/notes.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// A second is promised; a busy machine may be late.
constexpr Milliseconds kFlushDelay{500};

} // namespace

Recorder::Recorder(SessionStore &store, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_flushTimer(clock.makeTimer([this] { flush(); }))
{}

Recorder::~Recorder() = default;

bool Recorder::open(const QString &path, SessionWriter::Existing existing)
{
    return m_writer.open(path, m_store.header(), existing);
}

void Recorder::record(const EventBatch &events)
{
    for (const auto &event : events)
        take(event);
    if (m_writer.hasUnflushed() && !m_flushTimer->isActive())
        m_flushTimer->start(kFlushDelay);
    if (!events.isEmpty())
        tell();
}

void Recorder::addNote(const QString &text, Nanoseconds t)
{
    const bool reopen = m_finished && !m_failed && m_writer.path() != "-"_L1;
    if (reopen)
        checkJournal(m_writer.openForAppend(m_writer.path()));
    record({makeNote(m_store, text, t)});
    if (reopen)
        finish();
}

void Recorder::finish()
{
    m_finished = true;
    m_flushTimer->stop();
    checkJournal(m_writer.close());
}

void Recorder::take(const Event &event)
{
    const auto line = toJsonLine(event);
    m_store.append(event, line);
    checkJournal(m_writer.append(line));
}

void Recorder::flush()
{
    checkJournal(m_writer.flush());
}

void Recorder::checkJournal(bool good)
{
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
