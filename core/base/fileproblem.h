// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>

namespace watchline {

/// One line about a file that could not be used: `what: path: reason; what to do`. `error` is an
/// errno; the path is made safe to show.
QString fileProblem(const QString &what, const QString &path, int error);

/// The same with a reason of one's own, which says what to do.
QString fileProblem(const QString &what, const QString &path, const QString &reason);

/// The part after the path: why, and what to do.
QString fileReason(int error);

/// What to call a path: `-` is standard input or output.
enum class Direction {
    Input,
    Output,
};
QString shownPath(const QString &path, Direction direction);

} // namespace watchline
