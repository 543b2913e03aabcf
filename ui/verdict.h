// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/verify.h"
#include "ui/theme.h"

#include <QString>

namespace watchline {

/// How much of the run a verification was about.
enum class Extent {
    Whole,
    SoFar,    ///< It goes on.
    Readable, ///< The rest of the file is lost, or was not read.
};

/// What a verification says of a session.
struct Verdict
{
    Tone tone = Tone::Quiet;
    QString mark;     ///< A few words.
    QString sentence; ///< The same with its figures, and what it rests on.

    bool operator==(const Verdict &) const = default;
};

Verdict verdictOf(const Verification &verification, Extent extent);

} // namespace watchline
