// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionreader.h"

namespace watchline {

/// A session, or a gateway's log, wherever a session is taken: a log is imported into a file of its
/// own that nobody else can read and that is gone with its last reader. What looks like a session
/// in any way, however damaged, is never taken for a log. What a log lost at its end is this
/// source's problem(), as a session's would be.
class InputSource : public FileSource
{
public:
    /// Why there is nothing to read.
    struct Problem
    {
        QString what;   ///< Empty: there is.
        QString reason; ///< One line, with what to do.
        bool isCancelled = false;

        explicit operator bool() const { return !what.isEmpty(); }
    };

    /// `path` "-" is standard input.
    Problem open(const QString &path, const ReadProgress &progress = {});
    /// The events come from a log.
    bool isLog() const { return m_isLog; }
    /// Opens it and reads the header. False: the scan has the reason.
    bool openFor(SessionScan &scan, const QString &path, const ReadProgress &progress = {});

protected:
    qint64 read(char *place, qint64 size) override;

private:
    Problem neither(const QString &path, const QString &asLog);
    Problem import(const QString &path, const ReadProgress &progress);

    bool m_isLog = false;
    QString m_logProblem; ///< What ended the log before its end.
};

/// readSession() of a session or a log.
ReadResult readSessionOrLog(const QString &path, SessionStore &store,
                            const ReadProgress &progress = {});
/// The same; `isLog` tells which of the two it was.
ReadResult readSessionOrLog(const QString &path, SessionStore &store, bool &isLog,
                            const ReadProgress &progress = {});

} // namespace watchline
