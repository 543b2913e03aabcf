// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/loghead.h"

#include <memory>
#include <string>
#include <string_view>

namespace watchline {

/// A line with its carriers taken off.
struct LogLine
{
    /// One letter a carrier, the outermost first: what its neighbours have, too.
    std::string carriers;
    std::optional<WrittenTime> carrierTime;
    bool isCarrierExact = false; ///< to the nanosecond, however few digits it shows
    QByteArray origin;
    QByteArray process;
    /// What the program wrote, without its line end; valid until the next line is read.
    std::string_view text;
    /// How far into the line the text begins, where it stands in it.
    std::size_t textAt = 0;
    /// A piece of a line that docker or kubelet has broken: more follows on the same stream.
    bool isPart = false;
    std::string stream;
    /// A carrier that gives a record's text whole: it has no line that goes on in the next one.
    bool isRecord = false;
    bool isJson = false; ///< what the program itself wrote
    /// journalctl shows no more than the size of such a text.
    bool isUnprintable = false;
    LogHead head;
};

/// What journald's JSON and export format say of a record.
struct JournalRecord
{
    std::string message;
    std::string hostname;
    std::string unit;
    std::string userUnit;
    std::string container;
    std::string identifier;
    std::string process;
    std::string microseconds; ///< since 1970

    void applyTo(LogLine &line) const;
};

/// Recognises carrier and shape of one line after the other. Reuse one for many lines; one thread.
class LogLineParser
{
public:
    static constexpr std::size_t kLongestText = 256 * 1024;

    LogLineParser();
    ~LogLineParser();
    LogLineParser(LogLineParser &&) noexcept;
    LogLineParser &operator=(LogLineParser &&) noexcept;

    /// A line without its line end. The result's views hold until the next call.
    void parse(std::string_view line, LogLine &result);
    /// The same without the head: only the carriers.
    void parseCarriers(std::string_view line, LogLine &result);
    /// The head of a text whose carriers are known already.
    void parseText(std::string_view text, LogLine &result);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
