// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/transfer/pseudonyms.h"

#include <QByteArray>

#include <memory>

namespace watchline {

/// Replaces what tells a robot, its owner and its network from others by pseudonyms, the same for
/// the same name: leases, sessions, devices, projects, sources, hosts and addresses, the paths and
/// values of URLs, users, fingerprints. In texts they are found wherever they stand as words of
/// their own, also those that the session names later; see nametext.h for what looks like a name.
/// Times, kinds, outcomes and figures stay.
///
/// Numbers follow the session's order, so that the same session gives the same bytes. Memory grows
/// with the names, up to a limit, not with the events. Once made it may be used by several threads.
class Redaction
{
public:
    /// Goes through the whole session for its names; the scan's header was read or there is none.
    /// The scan's result says whether it came to the end.
    /// `headerLine` is the header's as it stands in the file.
    static std::shared_ptr<const Redaction> of(SessionScan &scan, const SessionHeader &header,
                                               const QByteArray &headerLine);

    /// The session's header, with the policy's constants that it was recorded with.
    QByteArray headerLine() const { return m_headerLine; }
    /// The line for an event, as a session file has it, without its line end. Replaces what is in
    /// `out`.
    void writeLine(std::string &out, const EventView &event) const;
    /// Any other text about the session.
    QString text(const QString &text) const;

private:
    SessionHeader redacted(const SessionHeader &header) const;

    Pseudonyms m_pseudonyms;
    QByteArray m_headerLine;
};

} // namespace watchline
