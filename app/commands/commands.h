// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/commandline.h"

namespace watchline {

// The subcommands, one file each.

ExitStatus runRecord(const Invocation &invocation);
ExitStatus runImport(const Invocation &invocation);
ExitStatus runReplay(const Invocation &invocation);
ExitStatus runExport(const Invocation &invocation);
ExitStatus runVerify(const Invocation &invocation);
ExitStatus runDiagnose(const Invocation &invocation);
ExitStatus runWhatIf(const Invocation &invocation);
ExitStatus runCompare(const Invocation &invocation);
ExitStatus runReport(const Invocation &invocation);
ExitStatus runCheck(const Invocation &invocation);
ExitStatus runSimulate(const Invocation &invocation);

} // namespace watchline
