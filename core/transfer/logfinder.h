// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <cstdint>

namespace watchline {

/// The first place at which a line of a gateway may be told from all others: its target, or a text
/// or a field that it has without one. `end`: there is none. Almost all of a log is passed over
/// here, so that it has to be fast; what is found is then looked at closely.
const char *findGatewayText(const char *begin, const char *end);

/// How many line feeds there are.
std::int64_t countLines(const char *begin, const char *end);

} // namespace watchline
