// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"
#include "core/transfer/exportfile.h"

#include <optional>

namespace watchline {

struct ReportOptions
{
    std::optional<Nanoseconds> from; ///< Since the session's start; from the first event without.
    std::optional<Nanoseconds> to;   ///< Not included; to the last event without.
    enum class Names {
        Replace, ///< None is in it; see Redaction.
        AreReplaced,
        Keep,
    };
    Names names = Names::Replace;
    ReadResult read; ///< What the file lost.
};

/// Told now and then how far it is, 0 to 1; false cancels.
using ReportProgress = std::function<bool(double share)>;

/// What is wrong with the options for this session, in one line. Needs a QGuiApplication.
QString reportComplaint(const ReportOptions &options, const SessionStore &store);

/// Writes one HTML page about a session, or about the part between `from` and `to`: its picture,
/// findings, figures, decisions and notes, and what was left out of them. The page is bounded,
/// however long the session is. Needs a QGuiApplication, no widget. Blocking; any thread.
ExportResult writeReport(QIODevice &device, const SessionStore &store, const ReportOptions &options,
                         const ReportProgress &progress = {});

} // namespace watchline
