// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGlobal>

/// File descriptors of this process: each socket, file and event loop takes some. Any thread.
namespace watchline {

struct DescriptorCount
{
    qint64 limit = 0; ///< How many may be open.
    qint64 open = 0;

    qint64 left() const { return limit - open; }
};

/// Raises the limit as far as it may be raised without rights, and counts. A shell's limit is made
/// for programs that watch one thing.
DescriptorCount raiseDescriptorLimit();

} // namespace watchline
