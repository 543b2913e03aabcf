// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/linesource.h"
#include "core/session/sessionstore.h"

namespace watchline {

/// A store's lines as they stand in its file and in memory: as far as the store goes when this is
/// made. Lines that were forgotten are left out; see SessionStore::lostLines().
class StoreSource : public LineSource
{
public:
    enum class Extent {
        Rows,       ///< From the first row's line to the last one's.
        Everything, ///< Also what could not be understood; of a file its header, too.
    };

    /// `store` is not owned.
    explicit StoreSource(const SessionStore &store, Extent extent = Extent::Rows);

    qsizetype rows() const { return m_rows; }
    /// Events that were recorded here, with a row or without.
    qint64 events() const { return m_hiddenLines + m_rows; }
    /// Lines that were forgotten, of those between the beginning and where it stands.
    qint64 missing() const { return m_missing; }
    /// The next bytes, at most so many; none at the end, and when there is a problem().
    QByteArray take(qint64 size);
    /// Where the lines begin and end in the store; total() counts from the beginning.
    qint64 total() const override { return m_end - m_begin; }

protected:
    qint64 read(char *place, qint64 size) override;
    bool hasMore() override { return !m_rest.isEmpty() || m_next < m_end; }

private:
    qint64 endOfLine(qint64 position) const;
    bool skipGap();
    QByteArray handOut(qint64 size);

    const SessionStore &m_store;
    const qint64 m_hiddenLines; // looked at before the rows
    const qsizetype m_rows;
    const qint64 m_begin;
    const qint64 m_end;
    qint64 m_next;
    char m_last = '\n';
    QByteArray m_rest;          // was taken from memory, where it may be forgotten by now
    qint64 m_linesInMemory = 0; // were taken, and are in no file
    qint64 m_missing = 0;
};

} // namespace watchline
