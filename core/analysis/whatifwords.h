// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatif.h"

/// What is said of a what-if, the same on the command line and in the window. Pure functions; any
/// thread.
namespace watchline {

/// What has to be assumed, a sentence each. The one that matters most to the figures comes first.
QStringList whatIfAssumptions(const WhatIf &whatIf);
/// Whether it has a longer read timeout than was recorded; the first assumption is about that then.
bool outlastsSilence(const WhatIf &whatIf);
/// Where recording and what-if part, in a sentence.
QString whatIfDifferenceText(const WhatIfSource &source);
/// How many attempts are guesses; empty when none is.
QString whatIfGuessesText(const WhatIfSource &source);
/// What was made of odd events, a line each; mostly none.
QStringList whatIfRemarks(const WhatIfSource &source);
/// Why an attempt would have gone as it does, and what would have followed, a sentence each.
QStringList whatIfExplanation(const WhatIfStep &step);

} // namespace watchline
