// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/linesource.h"
#include "core/session/sessionstore.h"

namespace watchline {

/// A store's lines, without its header, as they stand in its file and in memory: as far as the
/// store goes when this is made.
class StoreSource : public LineSource
{
public:
    /// `store` is not owned.
    explicit StoreSource(const SessionStore &store);

    /// Events that the lines are of.
    qsizetype rows() const { return m_rows; }
    /// Where the lines begin and end in the store; total() counts from the beginning.
    qint64 total() const override { return m_end - m_begin; }

protected:
    qint64 read(char *place, qint64 size) override;
    bool hasMore() override { return m_next < m_end; }

private:
    qint64 endOfLine(qint64 position) const;

    const SessionStore &m_store;
    const qsizetype m_rows;
    const qint64 m_begin;
    const qint64 m_end;
    qint64 m_next;
    char m_last = '\n';
};

} // namespace watchline
