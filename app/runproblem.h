// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QString>

namespace watchline {

/// What is wrong, where, and what to do, for an event that says that the API could not be watched;
/// empty for all others. One line.
QString runProblem(const Event &event, const QString &apiUrl);

} // namespace watchline
