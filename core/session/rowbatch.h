// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventview.h"
#include "core/session/stringpool.h"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace watchline {

/// An event's columns as a store keeps them: numbers made to fit, words and rules as codes.
struct PackedRow
{
    static constexpr quint32 kNoNumber = std::numeric_limits<quint32>::max();
    /// The number is too large for its column: the event's line has it.
    static constexpr quint32 kLargeNumber = kNoNumber - 1;
    static constexpr quint8 kNoCode = std::numeric_limits<quint8>::max();

    qint64 t = 0;
    quint32 attempt = 0;
    quint32 durationUs = kNoNumber;
    quint32 delayMs = kNoNumber;
    quint16 httpStatus = 0;
    EventKind kind = EventKind::Unknown;
    Word word = Word::None;
    quint8 rule = kNoCode;
    quint8 action = kNoCode;
};

PackedRow packed(const Event &event);
PackedRow packed(const EventView &event);

/// Rows made away from their store, to be appended to it in one go: so that many threads can read
/// lines while one appends. One thread.
class RowBatch
{
public:
    struct Row
    {
        PackedRow columns;
        qint64 line; ///< Where the event's line begins.
        StringId lease;
        StringId source;
    };

    /// Each distinct string once, numbered from 1; 0 is the empty one.
    class Strings
    {
    public:
        StringId intern(std::string_view text);
        const std::deque<std::string> &all() const { return m_all; }
        void clear();

    private:
        std::deque<std::string> m_all;
        std::unordered_map<std::string_view, StringId> m_ids; // views into m_all
        StringId m_last = 0;                                  // most often the next one is the same
    };

    void add(const EventView &event, qint64 line);
    void clear();

    const std::vector<Row> &rows() const { return m_rows; }
    const Strings &leases() const { return m_leases; }
    const Strings &sources() const { return m_sources; }

private:
    std::vector<Row> m_rows;
    Strings m_leases;
    Strings m_sources;
};

} // namespace watchline
