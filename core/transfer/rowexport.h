// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/exportfile.h"
#include "core/transfer/exportfilter.h"

namespace watchline {

/// The loop that all exports of rows share: filter, progress, cancelling, the end. `writeRow(row)`
/// writes to `out`.
template<typename WriteRow>
ExportResult exportRows(const SessionStore &store, BufferedWriter &out, const ExportFilter &filter,
                        const ExportProgress &progress, WriteRow &&writeRow)
{
    constexpr qsizetype kRowsPerReport = 4096;
    RowFilter rows(store, filter);
    ExportResult result;
    const qsizetype total = store.size();
    for (qsizetype row = 0; row < total && !out.hasFailed(); ++row) {
        if (progress && row % kRowsPerReport == 0 && !progress(row, total)) {
            result.status = ExportResult::Status::Cancelled;
            return result;
        }
        if (!rows.accepts(row))
            continue;
        writeRow(row);
        ++result.rows;
    }
    if (!out.flush()) {
        auto failed = ExportResult::failed(out.error());
        failed.rows = result.rows;
        return failed;
    }
    if (progress)
        progress(total, total);
    return result;
}

} // namespace watchline
