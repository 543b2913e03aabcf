// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/inference.h"
#include "core/session/sessionheader.h"
#include "core/session/sessionwriter.h"
#include "core/transfer/gatewaylog.h"

#include <functional>

namespace watchline {

struct LogImportOptions
{
    QString source;    ///< What to call the gateway; empty: as the log calls it.
    QString generator; ///< `watchline 1.2.3`
    LogOptions log;
    GatewayLogReader::Mode mode = GatewayLogReader::Mode::Once;
};

/// Reads a gateway's log as a session's events. One thread.
class LogImport
{
public:
    using Got = GatewayLogReader::Got;

    explicit LogImport(const LogImportOptions &options);

    /// See GatewayLogReader::open().
    QString open(const QString &path);
    /// Replaces `events`. After End, none are to come.
    Got next(EventBatch &events);
    /// For one who follows: what was held back for lack of a next line; see GatewayLogReader.
    void flush(EventBatch &events);
    /// For one who follows, and stops: what had waited for a next line.
    void finish(EventBatch &events);

    /// Of what was read so far.
    SessionHeader header() const;
    const GatewayLogReader &reader() const { return m_reader; }
    qint64 events() const { return m_count; }
    /// Lines read, understood, skipped and not understood, sources and times: a sentence each,
    /// made safe to show.
    QStringList summary() const;

private:
    void take(const QList<LogEntry> &entries, EventBatch &events);

    LogImportOptions m_options;
    GatewayLogReader m_reader;
    LogInference m_inference;
    QList<LogEntry> m_entries;
    std::optional<qint64> m_firstTime; // unix nanoseconds
    qint64 m_lastTime = 0;
    qint64 m_count = 0;
    bool m_isFinished = false;
};

/// Writes an import to a session file. The header names the sources, so the first events wait until
/// enough are there.
class LogImportWriter
{
public:
    using Open = std::function<bool(SessionWriter &, const SessionHeader &)>;

    LogImportWriter(const LogImport &import, Open open);

    /// False: it cannot be written; writer().error() says why.
    bool write(const EventBatch &events);
    /// Those that wait; of a log without events there is no file, either.
    bool writeWaiting();
    SessionWriter &writer() { return m_writer; }
    bool isOpen() const { return m_isOpen; }

private:
    const LogImport &m_import;
    const Open m_open;
    SessionWriter m_writer;
    EventBatch m_waiting;
    bool m_isOpen = false;
};

} // namespace watchline
