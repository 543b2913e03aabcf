// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/exitstatus.h"
#include "core/session/sessionstore.h"

namespace watchline {

/// Reads a session for a command and tells what is wrong with it.
struct SessionInput
{
    /// Done, or Input: damaged, or not to be read at all.
    ExitStatus status = ExitStatus::Done;
    /// There is something to work on, if only what a damaged file left.
    bool isUsable = false;

    /// A command that did its work ends with this, unless it has something worse to say.
    ExitStatus endWith(ExitStatus own) const { return own == ExitStatus::Done ? status : own; }
};

SessionInput readInput(const QString &path, SessionStore &store);

} // namespace watchline
