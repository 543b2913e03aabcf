// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/journalexport.h"

#include "core/transfer/logfinder.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>

namespace watchline {

namespace {

constexpr qsizetype kSizeBytes = 8;
constexpr std::size_t kLongestValue = LogLineParser::kLongestText;
constexpr qsizetype kLongestLine = 1024 * 1024;
constexpr std::size_t kLongestName = 64;
/// journald itself takes no more.
constexpr quint64 kLargestValue = 768 * 1024 * 1024;

bool isFieldName(std::string_view name)
{
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

} // namespace

qsizetype JournalExport::take(QByteArrayView bytes, const Sink &sink)
{
    auto rest = bytes;
    while (!m_isOver && !rest.isEmpty()) {
        if (m_binaryLeft > 0 ? takeBinary(rest) == Got::Nothing
                             : takeLine(rest, false, sink) == Got::Nothing)
            break;
    }
    return bytes.size() - rest.size();
}

qsizetype JournalExport::finish(QByteArrayView bytes, const Sink &sink)
{
    auto rest = bytes;
    while (!m_isOver && !rest.isEmpty()) {
        if (m_binaryLeft > 0 ? takeBinary(rest) == Got::Nothing
                             : takeLine(rest, true, sink) == Got::Nothing)
            break;
    }
    if (!m_isOver) {
        // The last line has no end.
        if (!m_raw.empty() && m_lastByte != '\n')
            ++m_nextLine;
        end(sink);
    }
    return bytes.size() - rest.size();
}

JournalExport::Got JournalExport::takeBinary(QByteArrayView &bytes)
{
    const auto count = std::min<quint64>(m_binaryLeft, static_cast<quint64>(bytes.size()));
    const auto piece = bytes.first(static_cast<qsizetype>(count));
    m_binaryLeft -= count;
    if (m_binaryPlace) {
        auto value = piece;
        if (m_binaryLeft == 0 && !value.isEmpty())
            value.chop(1); // the line feed after the value
        const auto room = kLongestValue - std::min(m_binaryPlace->size(), kLongestValue);
        m_binaryPlace->append(value.data(), std::min(room, static_cast<std::size_t>(value.size())));
    }
    keep(piece);
    m_nextLine += countLines(piece.data(), piece.data() + piece.size());
    bytes = bytes.sliced(piece.size());
    return Got::Something;
}

JournalExport::Got JournalExport::takeLine(QByteArrayView &bytes, bool isLast, const Sink &sink)
{
    const void *found = std::memchr(bytes.data(), '\n', static_cast<std::size_t>(bytes.size()));
    if (!found && !isLast) {
        // Nothing of journald's is that long without being given a size.
        m_isOver = bytes.size() > kLongestLine;
        if (m_isOver)
            end(sink);
        return Got::Nothing;
    }
    const auto length = found ? static_cast<const char *>(found) - bytes.data() : bytes.size();
    auto whole = found ? length + 1 : length;
    const std::string_view line(bytes.data(), static_cast<std::size_t>(length));
    if (line.empty()) {
        ++m_nextLine;
        end(sink);
        bytes = bytes.sliced(whole);
        return Got::Something;
    }
    const auto sign = line.find('=');
    const auto name = line.substr(0, sign);
    if (!isFieldName(name)) {
        end(sink);
        m_isOver = true;
        return Got::Nothing;
    }
    if (sign == line.npos) {
        if (bytes.size() < whole + kSizeBytes) {
            if (isLast) {
                m_nextLine += countLines(bytes.data(), bytes.data() + bytes.size());
                keep(bytes);
                bytes = bytes.sliced(bytes.size());
                return Got::Something;
            }
            return Got::Nothing;
        }
        const auto size = qFromLittleEndian<quint64>(bytes.data() + whole);
        if (size > kLargestValue) {
            end(sink);
            m_isOver = true;
            return Got::Nothing;
        }
        whole += kSizeBytes;
        m_binaryLeft = size + 1;
        m_binaryPlace = placeOf(name);
    } else if (auto *place = placeOf(name)) {
        *place = line.substr(sign + 1, kLongestValue);
    }
    keep(bytes.first(whole));
    // A size may have a line feed among its bytes; who counts lines counts it.
    m_nextLine += countLines(bytes.data(), bytes.data() + whole);
    bytes = bytes.sliced(whole);
    return Got::Something;
}

void JournalExport::end(const Sink &sink)
{
    if (!m_raw.empty()) {
        if (m_raw.back() == '\n')
            m_raw.pop_back();
        sink(*this);
    }
    m_record = {};
    m_raw.clear();
    m_firstLine = m_nextLine;
    m_binaryLeft = 0;
    m_binaryPlace = nullptr;
}

void JournalExport::keep(QByteArrayView bytes)
{
    if (!bytes.isEmpty())
        m_lastByte = bytes.back();
    const auto room = kLongestValue - std::min(m_raw.size(), kLongestValue);
    m_raw.append(bytes.data(), std::min(room, static_cast<std::size_t>(bytes.size())));
}

std::string *JournalExport::placeOf(std::string_view name)
{
    if (name == "MESSAGE")
        return &m_record.message;
    if (name == "_HOSTNAME")
        return &m_record.hostname;
    if (name == "_SYSTEMD_UNIT")
        return &m_record.unit;
    if (name == "_SYSTEMD_USER_UNIT")
        return &m_record.userUnit;
    if (name == "CONTAINER_NAME")
        return &m_record.container;
    if (name == "SYSLOG_IDENTIFIER" || (name == "_COMM" && m_record.identifier.empty()))
        return &m_record.identifier;
    if (name == "_PID")
        return &m_record.process;
    if (name == "__REALTIME_TIMESTAMP")
        return &m_record.microseconds;
    return nullptr;
}

} // namespace watchline
