// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QByteArray>

namespace watchline {

/// An event as one readable line for a terminal, without its line end: time since the start,
/// source, attempt, kind, what happened, then the members as `name=value`. Controls are escaped.
QByteArray eventLine(const Event &event, bool colour);

} // namespace watchline
