// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/simulator/scenariodata.h"

namespace watchline {

/// Reads a scenario's JSON. Nothing when it is none; `error` is then one line that says where (the
/// line and column, or the member's path) and what is wrong. A pure function.
std::optional<Scenario::Data> parseScenario(const QByteArray &json, QString *error);

} // namespace watchline
