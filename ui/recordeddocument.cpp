// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/recordeddocument.h"

#include "core/session/notes.h"

#include <QFileInfo>

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
    auto work = [store = m_store, result = m_result, path = m_path](const Job::Progress &progress) {
        *result = readSession(path, *store, progress);
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
    QString error;
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
    emit loaded();
}

} // namespace watchline
