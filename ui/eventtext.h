// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

/// Events as the window words them: short, one line, safe to show. Pure functions.
namespace watchline {

/// `4 213`: grouped, so that it can be read at a glance.
QString groupedNumber(qint64 number);
/// Time of day in UTC, to the millisecond.
QString clockText(const QDateTime &started, Nanoseconds t);
/// `Nov 23`, in UTC; empty where the start is not known.
QString dateText(const QDateTime &started, Nanoseconds t);
/// Two times of a session are not of the same day, in UTC.
bool spansDays(const QDateTime &started, Nanoseconds first, Nanoseconds last);
/// Since the session's start: `+00:47:10.123`.
QString elapsedText(Nanoseconds t);
/// What happened, in one line; without what the other columns say.
QString summaryText(const Event &event);
/// A member's value as the inspector shows it; one line.
QString valueText(const Value &value);
/// What a rule means, in one sentence.
QString ruleSentence(Rule rule);
QString fromView(std::string_view text);
/// For a tooltip: plain text that nobody takes for markup, broken where it gets too wide.
QString plainTip(const QString &text);

} // namespace watchline
