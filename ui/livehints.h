// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"
#include "core/watch/httptransport.h"

#include <QString>
#include <QUrl>

#include <optional>

namespace watchline {

/// What the window says about an event of a live watch that its user can do something about.
struct LiveHint
{
    QString text; ///< What, where, what to do.
    bool fatal = false;
    bool needsConnecting = false; ///< Another connection helps, trying again does not.

    bool operator==(const LiveHint &) const = default;
};

/// `failure` is what the transport says about the event's request, if that failed.
std::optional<LiveHint> liveHint(const Event &event, const QUrl &apiUrl, HttpFailure failure);
/// The event says that what was hinted at is over.
bool endsHints(const Event &event);

} // namespace watchline
