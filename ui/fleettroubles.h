// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/livehints.h"

#include <QString>

#include <vector>

namespace watchline {

/// Which watches of a fleet have a trouble that their user can do something about, and what the
/// window says of all of them in one message.
class FleetTroubles
{
public:
    /// The watch has this trouble now; a trouble that it has already is none that is new. True:
    /// there is something to tell.
    bool add(const QString &source, const LiveHint &hint);
    /// The watch is well again. True: it had a trouble.
    bool remove(const QString &source);
    void clear() { m_troubles.clear(); }
    /// The user has read of all of them: only others are told.
    void dismiss();

    bool isEmpty() const { return m_troubles.empty(); }
    /// There is one that the user has not dismissed.
    bool isWorthTelling() const;
    /// One that is not dismissed has ended its watch.
    bool isFatal() const;
    /// How many of so many watches have one that is not dismissed, which, and what the newest is.
    QString text(int watches) const;

private:
    struct Trouble
    {
        QString source;
        LiveHint hint;
        bool isDismissed = false;

        bool isNew() const { return !isDismissed; }
    };

    std::vector<Trouble> m_troubles; ///< One a watch, the newest last.
};

} // namespace watchline
