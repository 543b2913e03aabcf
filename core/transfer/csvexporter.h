// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"
#include "core/transfer/exportfile.h"
#include "core/transfer/exportfilter.h"

class QIODevice;

namespace watchline {

class Redaction;

/// Writes the timeline as CSV: RFC 4180, UTF-8, a header row, then one row an event in file order;
/// `seq` counts over the whole session, whatever the filter. Numbers that come as text and all text
/// are defused, so that no spreadsheet takes a cell for a formula; a NUL becomes U+FFFD, since
/// readers stumble over it. A store that grows meanwhile is exported as far as it goes at the
/// start. Any thread; `device` is open and not owned.
ExportResult exportCsv(const SessionStore &store, QIODevice &device,
                       const ExportFilter &filter = {}, const ExportProgress &progress = {});

/// The same straight from a file, in one pass; the scan's header was read.
ExportResult exportCsv(SessionScan &scan, QIODevice &device, const ExportFilter &filter);
/// The same with names replaced. `header` is the session's, which the scan need not have.
ExportResult exportRedactedCsv(SessionScan &scan, const SessionHeader &header, QIODevice &device,
                               const ExportFilter &filter, const Redaction &redaction);

/// The same rows for chosen events, for the clipboard.
QByteArray csvOf(const SessionStore &store, const std::vector<qsizetype> &rows);

} // namespace watchline
