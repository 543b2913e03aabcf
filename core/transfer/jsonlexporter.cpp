// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/jsonlexporter.h"

#include "core/session/eventparser.h"
#include "core/transfer/rowexport.h"

namespace watchline {

namespace {

/// As it stands in the file, with members that this version does not know; else written anew.
QByteArray headerLine(const SessionStore &store)
{
    const auto file = store.mapping();
    const qsizetype end = file.indexOf('\n');
    if (end > 0) {
        auto line = file.first(end);
        if (line.back() == '\r')
            line.chop(1);
        SessionHeader header;
        if (EventParser().parseHeader(line, header))
            return line.toByteArray();
    }
    return toJsonLine(store.header());
}

} // namespace

ExportResult exportJsonLines(const SessionStore &store, QIODevice &device,
                             const ExportFilter &filter, const ExportProgress &progress)
{
    BufferedWriter out(device);
    out.write(headerLine(store));
    out.write('\n');
    return exportRows(store, out, filter, progress, [&](qsizetype row) {
        out.write(store.line(row));
        out.write('\n');
    });
}

} // namespace watchline
