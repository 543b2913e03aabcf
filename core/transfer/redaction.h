// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/sessionscan.h"
#include "core/transfer/pseudonyms.h"

#include <QByteArray>

#include <array>
#include <memory>
#include <string>
#include <unordered_map>

namespace watchline {

/// Replaces what tells a robot, its owner and its network from others by pseudonyms, the same for
/// the same name: leases, sessions, devices, projects, sources, hosts and addresses, the paths and
/// values of URLs, users, fingerprints; and secrets behind their names by `<redacted>`. In texts
/// names are found wherever they stand as words of their own, spelled in per cent too, also those
/// that the session names later; see nametext.h for what looks like a name. Times, kinds, outcomes
/// and figures stay.
///
/// Numbers follow the session's order, so that the same session gives the same bytes. Memory grows
/// with the names, up to a limit, not with the events. Once made it may be used by several threads.
class Redaction
{
public:
    /// Goes through the whole session for its names; the scan's header was read or there is none.
    /// The scan's result says whether it came to the end.
    /// `headerLine` is the header's as it stands in the file.
    static std::shared_ptr<const Redaction> of(SessionScan &scan, const SessionHeader &header,
                                               const QByteArray &headerLine);

    /// The session's header, with the policy's constants that it was recorded with.
    QByteArray headerLine() const { return m_headerLine; }
    /// Any other text about the session.
    QString text(const QString &text) const;

private:
    friend class RedactedLines;

    SessionHeader redacted(const SessionHeader &header) const;

    Pseudonyms m_pseudonyms;
    QByteArray m_headerLine;
};

/// Short texts with something beside each, so that what comes again and again, as leases and
/// sources do, is looked at once. Forgets all when it gets large.
template<typename Value>
class TextMemory
{
public:
    static constexpr std::size_t kLongest = 256;

    /// nullptr: not seen of late, or too long.
    const Value *find(std::string_view text) const
    {
        const auto found = text.size() > kLongest ? m_values.end() : m_values.find(text);
        return found == m_values.end() ? nullptr : &found->second;
    }
    void insert(std::string_view text, Value value)
    {
        constexpr std::size_t kMost = 4'096;
        if (text.size() > kLongest)
            return;
        if (m_values.size() >= kMost)
            m_values.clear();
        m_values.emplace(text, std::move(value));
    }

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, Value, Hash, std::equal_to<>> m_values;
};

/// Writes a session's lines with their names replaced. Of one thread; `redaction` is not owned.
class RedactedLines
{
public:
    explicit RedactedLines(const Redaction &redaction)
        : m_pseudonyms(redaction.m_pseudonyms)
    {}

    /// The line for an event, as a session file has it, without its line end. Replaces what is in
    /// `out`.
    void write(std::string &out, const EventView &event);

private:
    void appendValue(std::string &out, const MemberView &member);

    const Pseudonyms &m_pseudonyms;
    std::string m_text;
    TextMemory<std::string> m_sources;                         // as JSON
    std::array<TextMemory<std::string>, kFieldCount> m_values; // as JSON, by field
};

} // namespace watchline
