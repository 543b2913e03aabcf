// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QByteArray>

namespace watchline {

/// What a gateway that did what these events say would have written to its log: tracing's default
/// shape, from the level INFO on.
QByteArray logOfSession(const EventBatch &events);

} // namespace watchline
