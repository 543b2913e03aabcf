// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/jsonlexporter.h"

#include "core/transfer/rowexport.h"

namespace watchline {

namespace {

class Lines : public RowText
{
public:
    using RowText::RowText;

    void clear() override
    {
        RowText::clear();
        m_text.clear();
    }

    QByteArrayView finished(qsizetype) override { return m_text.view(); }

protected:
    void write(const EventView &, QByteArrayView line, qsizetype) override
    {
        m_text.makeRoom(line.size() + 1);
        m_text.add({line.data(), static_cast<std::size_t>(line.size())});
        m_text.add('\n');
    }

private:
    TextBuffer m_text;
};

std::unique_ptr<RowText> makeLines(const ExportMatcher &filter)
{
    return std::make_unique<Lines>(filter);
}

} // namespace

ExportResult exportJsonLines(const SessionStore &store, QIODevice &device,
                             const ExportFilter &filter, const ExportProgress &progress)
{
    return exportRows(store, store.headerLine() + '\n', makeLines, device, filter, progress);
}

ExportResult exportJsonLines(SessionScan &scan, QIODevice &device, const ExportFilter &filter)
{
    return exportRows(scan, scan.headerLine() + '\n', makeLines, device, filter);
}

ExportResult exportRedactedJsonLines(SessionScan &scan, QIODevice &device,
                                     const ExportFilter &filter, const Redaction &redaction)
{
    return exportRows(scan, redaction.headerLine() + '\n', makeLines, device, filter, &redaction);
}

} // namespace watchline
