// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/rowexport.h"

#include "core/session/storesource.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

RowText::RowText(const ExportMatcher &filter)
    : m_filter(filter)
{}

void RowText::clear()
{
    m_events = m_eventsInTime = m_rows = 0;
    m_lastTime = {};
}

void RowText::add(const EventView &event, QByteArrayView line, qint64)
{
    const qsizetype index = m_events++;
    m_lastTime = std::max(m_lastTime, event.t);
    if (!m_filter.isInTime(event.t))
        return;
    ++m_eventsInTime;
    if (!m_filter.accepts(event))
        return;
    ++m_rows;
    if (!m_redacting) {
        write(event, line, index);
        return;
    }
    m_redacting->write(m_redactedLine, event);
    const auto size = static_cast<qsizetype>(m_redactedLine.size());
    m_redactedLine.append(EventParser::kPadding, ' ');
    const QByteArrayView redacted(m_redactedLine.data(), size);
    if (m_parser.parsePadded(redacted, m_redacted))
        write(m_redacted, redacted, index);
}

ExportResult exportRows(SessionScan &scan, QByteArrayView start, const MakeRowText &makeText,
                        QIODevice &device, const ExportFilter &filter, const Redaction *redaction)
{
    const ExportMatcher ready(filter);
    BufferedWriter out(device);
    out.write(start);
    ExportResult result;
    qsizetype events = 0;
    const auto make = [&] {
        auto text = makeText(ready);
        if (redaction)
            text->setRedaction(*redaction);
        return text;
    };
    scan.run(make, [&](LineProduct &product, const LinePiece &) {
        auto &text = static_cast<RowText &>(product);
        out.write(text.finished(events + 1));
        events += text.events();
        result.rows += text.rows();
        result.eventsInTime += text.eventsInTime();
        result.lastTime = std::max(result.lastTime, text.lastTime());
        return !out.hasFailed();
    });
    if (scan.result().status == ReadResult::Status::Cancelled) {
        result.status = ExportResult::Status::Cancelled;
    } else if (!out.flush()) {
        result.status = ExportResult::Status::Failed;
        result.error = out.error();
    }
    return result;
}

ExportResult exportRows(const SessionStore &store, QByteArrayView start,
                        const MakeRowText &makeText, QIODevice &device, const ExportFilter &filter,
                        const ExportProgress &progress)
{
    StoreSource source(store);
    const auto rows = source.rows();
    const auto tell = [&](qint64 done, qint64 total) {
        // Lines differ in length; this is near enough, and right at the end.
        const auto share =
            static_cast<double>(done) / static_cast<double>(std::max(total, qint64{1}));
        return progress(
            done >= total ? rows : static_cast<qsizetype>(share * static_cast<double>(rows)), rows);
    };
    SessionScan scan(source, {}, progress ? ReadProgress(tell) : ReadProgress());
    auto result = exportRows(scan, start, makeText, device, filter);
    if (result.status != ExportResult::Status::Done)
        return result;
    const auto found = scan.result().events;
    result.missing = source.missing();
    if (!source.problem().isEmpty() || found + result.missing < source.events()) {
        result.status = ExportResult::Status::Failed;
        result.error = u"the session's file was cut short or changed while it was open"_s;
    }
    return result;
}

} // namespace watchline
