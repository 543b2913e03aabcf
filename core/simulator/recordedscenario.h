// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/simulator/scenariodata.h"

#include <QByteArrayView>

class QIODevice;

namespace watchline {

/// Whether a file that starts so is a session and no scenario.
bool isRecording(QByteArrayView start);

/// Makes a scenario of a recording: the server that a run which was recorded met, with its answers,
/// their times and its faults. A session of several runs or sources gives the first one. Tokens
/// were never recorded: those of wakes are made up, and any device token is good. `device` is the
/// file of that path, open, at its start. Nothing when it gives none; `error` then says why, and
/// what to do.
std::optional<Scenario::Data> loadRecording(QIODevice &device, const QString &path, QString *error);

} // namespace watchline
