// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace watchline {

class SessionStore;

/// Looks up a store's lines: quickly when rows are asked for in their order, for then it reads
/// ahead. One thread.
class LineReader
{
public:
    /// `store` is not owned.
    explicit LineReader(const SessionStore &store);

    /// The line as it was recorded, without its line end; valid until the next call, and good for
    /// EventParser::parsePadded(). Empty when it cannot be read any more.
    QByteArrayView line(qsizetype row);

private:
    void fill(qint64 position, qsizetype size);

    const SessionStore &m_store;
    QByteArray m_bytes; // and padding
    qint64 m_begin = 0;
    qsizetype m_size = 0; // without the padding
};

} // namespace watchline
