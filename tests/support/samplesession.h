// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QByteArray>

namespace watchline {

SessionHeader sampleHeader();

/// A short run with one of nearly everything: a refused attempt with its backoff, a watch with
/// keep-alives and heartbeats, a note, the end by a cut stream.
EventBatch sampleEvents();

/// The two as a file has them.
QByteArray sampleFile();

} // namespace watchline
