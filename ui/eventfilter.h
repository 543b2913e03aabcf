// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionstore.h"

#include <QString>

namespace watchline {

/// Which rows the table shows. A plain value.
struct EventFilter
{
    QString text;      ///< In any value, whatever its case; empty for all.
    quint32 kinds = 0; ///< A bit (1 << kind) each; 0 for all.

    bool operator==(const EventFilter &) const = default;
    bool isEmpty() const { return text.isEmpty() && kinds == 0; }
};

/// Decides row by row; made once for many rows, so that a row that cannot match costs a look at its
/// bytes and no more.
class EventMatcher
{
public:
    explicit EventMatcher(EventFilter filter = {});

    bool matches(const SessionStore &store, qsizetype row) const;

private:
    bool lineMayHold(QByteArrayView line) const;

    EventFilter m_filter;
    QByteArray m_lowerCase; ///< Empty: the bytes of a line tell nothing.
};

} // namespace watchline
