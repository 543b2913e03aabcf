// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventview.h"
#include "core/session/sessionheader.h"

#include <QByteArrayView>

#include <memory>

namespace watchline {

/// Reads the lines of session files with simdjson; reuse one for many lines. Not thread-safe: one
/// a thread. Lines longer than kLongestLine are refused, and events with more than kMostMembers.
class EventParser
{
public:
    static constexpr qsizetype kLongestLine = 128 * 1024 * 1024;
    static constexpr int kMostMembers = 4096;
    /// simdjson looks at this many bytes beyond a line, whatever they are.
    static constexpr qsizetype kPadding = 64;

    EventParser();
    ~EventParser();
    EventParser(EventParser &&) noexcept;
    EventParser &operator=(EventParser &&) noexcept;

    /// An event line in memory that can be read for kPadding bytes beyond its end. False when it is
    /// not a JSON object with an integer `t` within kFarthestTime and a text `kind`; error() then
    /// says why.
    bool parsePadded(QByteArrayView line, EventView &event);
    /// The same of a line anywhere.
    bool parse(QByteArrayView line, EventView &event);
    bool parse(QByteArrayView line, Event &event);
    /// A header line. False when it is none, or one of a version above 1.
    bool parseHeader(QByteArrayView line, SessionHeader &header);
    QString error() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
