// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

#include <optional>
#include <vector>

/// Plain English for what a session shows. All texts are plain, one line each, and safe to show:
/// what came from a server or a file is escaped and cut. Any thread.
namespace watchline {

/// One line of the Why panel.
struct WhyRow
{
    QString name;           ///< `Previous lease`
    QString value;          ///< `rwl_7a57 → none`
    QString note;           ///< `dropped: it is not ours any more`; may be empty.
    qsizetype related = -1; ///< The row of the event that it speaks of; -1 for none.

    bool operator==(const WhyRow &) const = default;
};

/// What an event means, where it came from and what followed.
struct Why
{
    QString title;    ///< `Back off for 30 s`
    QString sentence; ///< Why, and what follows from it.
    std::vector<WhyRow> rows;
    /// Of a decision: whether the gateway's policy decides the same here. Nothing when what it
    /// depends on is not in reach.
    std::optional<bool> agrees;
};

/// Looks for related events of the same source, at most kWhyReach rows away.
Why whyOf(const SessionStore &store, qsizetype row);
inline constexpr qsizetype kWhyReach = 1'000'000;

/// What an event means, in a sentence.
QString explain(const Event &event);
/// Why the policy has this rule, and what it does.
QString explain(Rule rule);
/// What is to be done, as a title: `Retry after 30 s`.
QString title(Action action, std::optional<Milliseconds> delay);

} // namespace watchline
