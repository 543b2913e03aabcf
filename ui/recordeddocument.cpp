// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/recordeddocument.h"

#include "core/session/notes.h"
#include "core/transfer/inputsource.h"
#include "ui/eventtext.h"

#include <QFileInfo>

#include <utility>

namespace watchline {

namespace {

/// How often the store is looked at while it fills.
constexpr int kPollMs = 50;

} // namespace

RecordedDocument::RecordedDocument(const QString &path, QObject *parent)
    : Document(parent)
    , m_path(QFileInfo(path).absoluteFilePath())
    , m_store(std::make_shared<SessionStore>())
    , m_result(std::make_shared<ReadResult>())
    , m_isLog(std::make_shared<bool>(false))
    , m_ends(std::make_shared<RunEnds>())
{
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (m_store->isEmpty())
            return;
        tellReady();
        emit grown();
    });
}

RecordedDocument::~RecordedDocument() = default;

void RecordedDocument::load()
{
    m_loading = true;
    auto work = [store = m_store, result = m_result, isLog = m_isLog, ends = m_ends,
                 path = m_path](const Job::Progress &progress) {
        *result = readSessionOrLog(path, *store, *isLog, progress);
        ends->update(*store);
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::progressed, this, &RecordedDocument::progressed);
    connect(m_job.get(), &Job::finished, this, &RecordedDocument::finish);
    m_poll.start();
    m_job->start();
}

void RecordedDocument::cancel()
{
    if (m_job)
        m_job->cancel();
}

QString RecordedDocument::addNote(const QString &text, Nanoseconds t, Nanoseconds length)
{
    if (m_loading)
        return tr("Wait until %1 has been read, then add the note").arg(name());
    if (*m_isLog)
        return tr("%1 is a robot's log, to which nothing is written: save a copy, and add the "
                  "note there")
            .arg(name());
    QString error;
    if (canFollow()) {
        // Where it comes to stand depends on what others write: it is read from there, be it that
        // the file is followed just now or not.
        if (writeNote(m_path, makeNote(*m_store, text, t, length), &error))
            m_follower->look();
        return error;
    }
    if (watchline::addNote(*m_store, m_path, makeNote(*m_store, text, t, length), &error))
        scheduleGrown();
    return error;
}

void RecordedDocument::tellReady()
{
    if (m_ready)
        return;
    m_ready = true;
    emit ready();
}

void RecordedDocument::finish()
{
    m_poll.stop();
    m_loading = false;
    if (m_result->status != ReadResult::Status::Failed)
        tellReady();
    emit grown();
    emit phaseChanged();
    follow();
    emit loaded();
}

void RecordedDocument::follow()
{
    using Status = ReadResult::Status;
    if (m_result->status == Status::Failed || m_result->status == Status::Cancelled || *m_isLog ||
        !m_store->hasFile() || m_ends->areAll(*m_store))
        return;
    m_lostAtFirst = m_result->lostLines;
    m_follower = std::make_unique<SessionFollower>(
        *m_store, *m_ends, m_path, m_store->fileEnd() - m_result->lostBytes, m_clock,
        [this] { fileHasGrown(); },
        [this](SessionFollower::End end) {
            const bool was = m_wasBeingRecorded;
            if (end == SessionFollower::End::Interrupted)
                lineWasLost();
            fileHasGrown();
            emit followingEnded(end, was);
        });
    m_follower->start();
}

/// Nobody will write the rest of a line that has no end now.
void RecordedDocument::lineWasLost()
{
    const auto bytes = m_follower->unfinishedBytes();
    if (bytes <= 0)
        return;
    m_result->lostBytes = bytes;
    m_result->message =
        bytes == 1
            ? tr("its last byte is no whole line and is left out")
            : tr("its last %1 bytes are no whole line and are left out").arg(groupedNumber(bytes));
    m_result->status = ReadResult::Status::Truncated;
}

void RecordedDocument::setFollowing(bool on)
{
    if (!m_follower || on == isFollowing())
        return;
    on ? m_follower->start() : m_follower->stop();
    fileHasGrown();
}

void RecordedDocument::fileHasGrown()
{
    // A line that had no end was being written then.
    if (isBeingRecorded() && m_result->status == ReadResult::Status::Truncated)
        *m_result = {ReadResult::Status::Complete, {}, m_result->events, m_result->lostLines, 0};
    m_result->lostLines = m_lostAtFirst + m_follower->lostLines();
    if (m_result->lostLines > 0)
        m_result->status = ReadResult::Status::Damaged;
    scheduleGrown();
    const bool was = std::exchange(m_wasBeingRecorded, isBeingRecorded());
    if (was == m_wasBeingRecorded)
        return;
    flushGrown();
    emit phaseChanged();
    emit recordingChanged();
}

} // namespace watchline
