// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/transfer/exportfile.h"
#include "ui/job.h"
#include "ui/report.h"

namespace watchline {

class SessionStore;

/// The name for something made out of a session: outage.watchline gives outage.csv, and a copy
/// outage-copy.watchline.
QString suggestedName(const QString &sessionPath, const QString &suffix);

/// Writes what a window shows to files, in the background, one at a time.
class Exporter : public QObject
{
    Q_OBJECT

public:
    explicit Exporter(QObject *parent = nullptr);
    ~Exporter() override;

    // A store is not owned: it must outlive the work, see cancel().

    void exportCsv(const SessionStore &store, const QString &path);
    /// PNG or SVG of a stretch of the timeline.
    void exportPicture(const SessionStore &store, const QString &path, bool svg, bool dark,
                       Nanoseconds from, Nanoseconds to);
    /// An HTML page about the session.
    void writeReport(const SessionStore &store, const QString &path, const ReportOptions &options);
    /// The session file as it is now; of a running watch, what has happened so far.
    void copySession(const SessionStore &store, const QString &path);
    bool isBusy() const { return m_job != nullptr; }
    /// Gives up what is under way as soon as it can, which finished() tells: a picture is painted
    /// to its end, and not written.
    void giveUp();
    /// Gives up what is under way, and waits for that; nothing is told of it.
    void cancel();

signals:
    void started();
    /// 0 to 1, below 0 when it is not known.
    void progressed(double share);
    /// `error` is empty when the whole file is there; else there is none, or the one from before.
    /// `missing` events are not in it: they could be neither recorded nor kept in memory.
    void finished(const QString &path, const QString &error, qint64 missing);

private:
    using Write = std::function<ExportResult(QIODevice &, const Job::Progress &)>;
    void run(const QString &path, Write write);

    std::unique_ptr<Job> m_job;
};

} // namespace watchline
