// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/rowbatch.h"

#include "core/policy/retrypolicy.h"

#include <algorithm>
#include <cmath>

namespace watchline {

namespace {

quint32 packedNumber(std::optional<double> number, double scale)
{
    if (!number || !std::isfinite(*number) || *number < 0)
        return PackedRow::kNoNumber;
    const double scaled = std::round(*number * scale);
    return scaled >= PackedRow::kLargeNumber ? PackedRow::kLargeNumber
                                             : static_cast<quint32>(scaled);
}

template<typename Enum>
quint8 code(std::optional<Enum> value)
{
    return value ? static_cast<quint8>(*value) : PackedRow::kNoCode;
}

std::string_view utf8(const EventView &event, Field field)
{
    return event.text(field);
}

std::string utf8(const Event &event, Field field)
{
    return event.text(field).toStdString();
}

template<typename AnyEvent>
PackedRow pack(const AnyEvent &event)
{
    PackedRow row;
    row.t = event.t.count();
    row.attempt = static_cast<quint32>(std::max(event.attempt, 0));
    row.durationUs = packedNumber(event.number(Field::DurationMs), 1000.0);
    row.delayMs = packedNumber(event.number(Field::DelayMs), 1.0);
    row.httpStatus =
        static_cast<quint16>(std::clamp(event.number(Field::HttpStatus).value_or(0), 0.0, 999.0));
    row.kind = event.kind;
    row.word = event.word();
    if (event.value(Field::Rule))
        row.rule = code(ruleFromName(utf8(event, Field::Rule)));
    if (event.value(Field::Action))
        row.action = code(actionFromName(utf8(event, Field::Action)));
    return row;
}

} // namespace

PackedRow packed(const Event &event)
{
    return pack(event);
}

PackedRow packed(const EventView &event)
{
    return pack(event);
}

StringId RowBatch::Strings::intern(std::string_view text)
{
    if (text.empty())
        return 0;
    if (m_last != 0 && m_all[m_last - 1] == text)
        return m_last;
    if (const auto known = m_ids.find(text); known != m_ids.end())
        return m_last = known->second;
    m_all.emplace_back(text);
    m_last = static_cast<StringId>(m_all.size());
    m_ids.emplace(m_all.back(), m_last);
    return m_last;
}

void RowBatch::Strings::clear()
{
    m_ids.clear();
    m_all.clear();
    m_last = 0;
}

void RowBatch::add(const EventView &event, qint64 line)
{
    m_rows.push_back({packed(event), line, m_leases.intern(event.text(Field::LeaseId)),
                      m_sources.intern(event.source)});
}

void RowBatch::clear()
{
    m_rows.clear();
    m_leases.clear();
    m_sources.clear();
}

} // namespace watchline
