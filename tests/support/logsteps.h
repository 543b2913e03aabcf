// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QStringList>

namespace watchline {

/// The events that a log makes.
EventBatch eventsOfLog(const QByteArray &log);

/// What a gateway did, a line each: `connect_attempt lease=rwl_1 session=null`. Only what a log can
/// tell; the end of the run and the order of the statuses among the rest are left out.
QStringList logSteps(const EventBatch &events);
/// Of all decisions; `?` where it is open.
QStringList logRules(const EventBatch &events);
QStringList logStatuses(const EventBatch &events);

/// Nothing when verify() has nothing to say about the session that the events make.
QString verified(const EventBatch &events);

} // namespace watchline
