// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventparser.h"
#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"
#include "core/transfer/exportfile.h"
#include "core/transfer/exportfilter.h"
#include "core/transfer/redaction.h"
#include "core/transfer/textbuffer.h"

#include <optional>

namespace watchline {

/// The text that an export makes of some events, before it is known how many came before them.
class RowText : public LineProduct
{
public:
    explicit RowText(const ExportMatcher &filter);

    /// Not owned. Events are chosen by what they were before.
    void setRedaction(const Redaction &redaction) { m_redacting.emplace(redaction); }

    void clear() override;
    void add(const EventView &event, QByteArrayView line, qint64 position) final;

    /// Ready to be written, when the first of the events is number `seq` of its session. Valid
    /// until the next call.
    virtual QByteArrayView finished(qsizetype seq) = 0;

    qsizetype events() const { return m_events; }
    qsizetype eventsInTime() const { return m_eventsInTime; }
    qsizetype rows() const { return m_rows; }
    Nanoseconds lastTime() const { return m_lastTime; } ///< Of all, or zero.

protected:
    /// `index` is how many events came before it here.
    virtual void write(const EventView &event, QByteArrayView line, qsizetype index) = 0;

private:
    const ExportMatcher &m_filter;
    std::optional<RedactedLines> m_redacting;
    EventParser m_parser;
    EventView m_redacted;
    std::string m_redactedLine; // and padding
    qsizetype m_events = 0;
    qsizetype m_eventsInTime = 0;
    qsizetype m_rows = 0;
    Nanoseconds m_lastTime{};
};

using MakeRowText = std::function<std::unique_ptr<RowText>(const ExportMatcher &filter)>;

/// What all exports of rows share: `start`, then the rows of a scan whose header was read. One
/// pass, a few pieces in memory.
ExportResult exportRows(SessionScan &scan, QByteArrayView start, const MakeRowText &makeText,
                        QIODevice &device, const ExportFilter &filter,
                        const Redaction *redaction = nullptr);

/// The same of a store, with progress in events.
ExportResult exportRows(const SessionStore &store, QByteArrayView start,
                        const MakeRowText &makeText, QIODevice &device, const ExportFilter &filter,
                        const ExportProgress &progress);

} // namespace watchline
