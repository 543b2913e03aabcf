// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

namespace watchline {

/// Runs the event loop until this process has nothing left to do but to wait: no event is posted,
/// no TCP socket of its own has anything to read, and all other threads sleep. What talks over
/// loopback within one process has then said all that it has to say, so that a virtual clock may
/// move on without tearing through what is still under way. Exact however loaded the machine is.
///
/// False when there is no rest within ten seconds. Linux alone; from the main thread.
[[nodiscard]] bool settle();

} // namespace watchline
