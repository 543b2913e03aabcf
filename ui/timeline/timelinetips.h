// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/timeline/timelinehit.h"

namespace watchline {

/// What is under the pointer, for somebody who has never seen the protocol. Plain text.

/// What a lane shows.
QString laneSentence(Lane lane);
/// What a mark, a bar or an arrow means; empty for a note, which is a sentence already.
QString sentenceOf(const TimelineScene &scene, const TimelineHit &hit);
/// The arrow under the first bar of a lease that was offered again: a title, then what it says.
QStringList linkLines(const TimelineScene &scene, const Span &span);
/// What is around the lanes at that place: labels, ruler, overview; empty for nothing there.
QString surroundingsTip(const TimelineScene &scene, QPointF position, bool hasPlayhead);

} // namespace watchline
