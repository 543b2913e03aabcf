// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionreader.h"
#include "ui/document.h"
#include "ui/job.h"

namespace watchline {

/// A session read from its file, in the background; rows can be looked at while they come.
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
    bool isGrowing() const override { return m_loading; }
    Nanoseconds now() const override { return m_store->lastTime(); }
    QString addNote(const QString &text, Nanoseconds t, Nanoseconds length) override;
    const ReadResult &result() const { return *m_result; }

signals:
    /// The first rows are there (or none will come): the store's header can be looked at.
    void ready();
    void progressed(double share);
    /// Reading is over; result() says how.
    void loaded();

private:
    void tellReady();
    void finish();

    QString m_path;
    std::shared_ptr<SessionStore> m_store;
    std::shared_ptr<ReadResult> m_result;
    bool m_loading = false;
    bool m_ready = false;
    QTimer m_poll;
    std::unique_ptr<Job> m_job;
};

} // namespace watchline
