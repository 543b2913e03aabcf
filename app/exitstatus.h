// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

namespace watchline {

/// What a command tells the shell.
enum class ExitStatus {
    Done = 0,
    No = 1,     ///< It ran, and the answer is no.
    Usage = 2,  ///< It was called wrongly.
    Input = 3,  ///< Its input could not be read, or was damaged.
    Output = 4, ///< Its output could not be written.
};

} // namespace watchline
