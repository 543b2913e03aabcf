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

/// Writes the session's header and the chosen events' lines, as they stand in the file: the result
/// is a session file again. A store that grows meanwhile is exported as far as it goes at the
/// start. Any thread; `device` is open and not owned.
ExportResult exportJsonLines(const SessionStore &store, QIODevice &device,
                             const ExportFilter &filter = {}, const ExportProgress &progress = {});

/// The same straight from a file, in one pass; the scan's header was read.
ExportResult exportJsonLines(SessionScan &scan, QIODevice &device, const ExportFilter &filter);
/// The same with names replaced; the scan need not have a header.
ExportResult exportRedactedJsonLines(SessionScan &scan, QIODevice &device,
                                     const ExportFilter &filter, const Redaction &redaction);

} // namespace watchline
