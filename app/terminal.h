// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"

#include <QString>

#include <cstdio>
#include <optional>

namespace watchline {

/// One line on standard error: `watchline: what: where: what to do`.
void printMessage(const QString &message);

bool isTerminal(std::FILE *stream);
/// A terminal, and the user has not asked for none (NO_COLOR).
bool wantsColour(std::FILE *stream);

/// Whoever read standard output through a pipe has gone (`| head`): no error, there is just nothing
/// left to do.
bool outputReaderHasGone();

/// How far long work is, on a terminal alone, and only when it takes a while. Removes its line when
/// it goes.
class ProgressLine
{
public:
    enum class Unit {
        Bytes,
        Events,
    };

    explicit ProgressLine(QString what, Unit unit = Unit::Bytes);
    ~ProgressLine();
    Q_DISABLE_COPY_MOVE(ProgressLine)

    /// How far, and how fast. `total` below 0 is unknown.
    void show(qint64 done, qint64 total);

private:
    const QString m_what;
    const Unit m_unit;
    const bool m_isWanted;
    SteadyClock m_clock;
    const Nanoseconds m_began;
    Nanoseconds m_next;
    bool m_isShown = false;
};

} // namespace watchline
