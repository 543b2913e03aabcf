// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/logline.h"

#include <QByteArrayView>

#include <functional>
#include <string>

namespace watchline {

/// Reads journald's export format: records of `NAME=value` lines with an empty line after each. A
/// value that has line breaks stands behind its size, so that nothing in it can look like a record:
/// hence it is read from a record's first line on, one after the other.
class JournalExport
{
public:
    using Sink = std::function<void(JournalExport &)>;

    /// `firstLine`: the number of the line that take() begins with.
    explicit JournalExport(qint64 firstLine)
        : m_nextLine(firstLine)
        , m_firstLine(firstLine)
    {}

    /// Gives each whole record to `sink`. How many bytes were used; the rest has to come again with
    /// what follows it.
    qsizetype take(QByteArrayView bytes, const Sink &sink);
    /// The same where the text ends.
    qsizetype finish(QByteArrayView bytes, const Sink &sink);
    /// Something else stands here: it is over.
    bool isOver() const { return m_isOver; }
    /// Within a value that has its size.
    bool isInValue() const { return m_binaryLeft > 0; }

    qint64 nextLine() const { return m_nextLine; }

    // Of the record that is given:
    const JournalRecord &record() const { return m_record; }
    std::string_view raw() const { return m_raw; }
    qint64 firstLine() const { return m_firstLine; }
    qint64 lines() const { return m_nextLine - m_firstLine; }

private:
    enum class Got { Something, Nothing };

    Got takeBinary(QByteArrayView &bytes);
    Got takeLine(QByteArrayView &bytes, bool isLast, const Sink &sink);
    void end(const Sink &sink);
    void keep(QByteArrayView bytes);
    std::string *placeOf(std::string_view name);

    JournalRecord m_record;
    std::string m_raw;
    qint64 m_nextLine;
    qint64 m_firstLine;
    quint64 m_binaryLeft = 0; ///< of a value with a size, its line feed included
    std::string *m_binaryPlace = nullptr;
    char m_lastByte = '\n';
    bool m_isOver = false;
};

} // namespace watchline
