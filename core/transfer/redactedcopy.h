// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/session/sessionstore.h"
#include "core/transfer/exportfilter.h"

#include <QString>

namespace watchline {

/// How far, 0 to 1; false cancels.
using CopyProgress = std::function<bool(double share)>;

/// Fills `copy`, which is empty, with the session as Redaction makes it, so that whatever is made
/// of the copy has no name in it. Its lines lie in a file without a name in the folder for
/// temporary files, as large as the session. `filter` chooses by the names that are not redacted.
/// Gives what went wrong in one line, or nothing; after a
/// cancel `copy` is incomplete. Any thread.
QString makeRedactedCopy(const SessionStore &store, SessionStore &copy,
                         const CopyProgress &progress = {}, const ExportFilter &filter = {});

} // namespace watchline
