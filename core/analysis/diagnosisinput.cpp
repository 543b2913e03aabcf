// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosisinput.h"

#include "core/policy/retrypolicy.h"
#include "core/session/logmembers.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace watchline {

namespace {

constexpr std::array kNameFields{Field::Status, Field::Result, Field::Phase, Field::Outcome,
                                 Field::Rule};

std::string toText(const EventView &event, Field field)
{
    return std::string(event.text(field));
}

std::string toText(const Event &event, Field field)
{
    return event.text(field).toStdString();
}

Nanoseconds interval(std::optional<double> milliseconds)
{
    if (!milliseconds || !std::isfinite(*milliseconds))
        return {};
    constexpr double kLongest = 1e12; // some thirty years
    return std::chrono::round<Nanoseconds>(
        std::chrono::duration<double, std::milli>(std::clamp(*milliseconds, 0.0, kLongest)));
}

std::string ownText(const Event &event, std::string_view name)
{
    const auto *value = member(event, name);
    const auto *text = value ? std::get_if<QString>(value) : nullptr;
    return text ? text->toStdString() : std::string();
}

bool hasOwn(const Event &event, std::string_view name)
{
    return member(event, name) != nullptr;
}

const MemberView *ownMember(const EventView &event, std::string_view name)
{
    const auto found =
        std::find_if(event.members().begin(), event.members().end(), [name](const MemberView &own) {
            return own.field == Field::Unknown && own.name == name;
        });
    return found == event.members().end() ? nullptr : &*found;
}

std::string ownText(const EventView &event, std::string_view name)
{
    const auto *own = ownMember(event, name);
    return own ? std::string(own->value.text) : std::string();
}

bool hasOwn(const EventView &event, std::string_view name)
{
    return ownMember(event, name) != nullptr;
}

template<typename AnyEvent>
DiagnosisDetails makeDetails(const AnyEvent &event)
{
    DiagnosisDetails details;
    if (event.kind == EventKind::Hello)
        details.heartbeatInterval = interval(event.number(Field::HeartbeatIntervalMs));
    for (const auto field : kNameFields) {
        if (details.name.empty())
            details.name = toText(event, field);
    }
    details.detail = toText(event, Field::Detail);
    details.contentType = toText(event, Field::ContentType);
    details.session = toText(event, Field::RemoteAccessSessionId);
    if (event.kind == EventKind::Note)
        details.finding = ownText(event, kFindingMember);
    details.isFromLog = hasOwn(event, kLineNumberMember) || hasOwn(event, kFollowsLineMember);
    return details;
}

} // namespace

bool needsDetails(const PackedRow &columns)
{
    switch (columns.kind) {
    case EventKind::Hello:
    case EventKind::ConnectError:
    case EventKind::SseEvent:
    case EventKind::Wake:
    case EventKind::Note:
        return true;
    case EventKind::DeviceInfo:
        return columns.word != Word::Ok;
    case EventKind::Outcome:
        return columns.word == Word::StreamError || columns.word == Word::Other;
    case EventKind::Heartbeat:
        return columns.word == Word::Other;
    case EventKind::Decision:
        return columns.rule == PackedRow::kNoCode;
    default:
        return false;
    }
}

DiagnosisDetails detailsOf(const Event &event)
{
    return makeDetails(event);
}

DiagnosisDetails detailsOf(const EventView &event)
{
    return makeDetails(event);
}

DiagnosisInput inputOf(const PackedRow &columns)
{
    DiagnosisInput input;
    input.t = Nanoseconds(columns.t);
    if (columns.durationUs < PackedRow::kLargeNumber)
        input.durationUs = columns.durationUs;
    input.httpStatus = columns.httpStatus;
    input.kind = columns.kind;
    input.word = columns.word;
    input.rule = columns.rule;
    return input;
}

qint64 longDuration(std::optional<double> milliseconds)
{
    constexpr auto kLongest = static_cast<double>(Microseconds(kFarthestTime).count());
    return std::llround(std::clamp(milliseconds.value_or(0) * 1000.0, 0.0, kLongest));
}

void DiagnosisBatch::clear()
{
    m_inputs.clear();
    m_details.clear();
    m_sources.clear();
    m_leases.clear();
}

void DiagnosisBatch::add(const EventView &event, QByteArrayView, qint64)
{
    const auto columns = packed(event);
    auto &input = m_inputs.emplace_back(inputOf(columns));
    input.source = kept(m_sources, event.source);
    input.lease = kept(m_leases, event.text(Field::LeaseId));
    if (columns.durationUs == PackedRow::kLargeNumber)
        input.durationUs = longDuration(event.number(Field::DurationMs));
    if (needsDetails(columns))
        input.details = &m_details.emplace_back(detailsOf(event));
}

std::string_view DiagnosisBatch::kept(RowBatch::Strings &strings, std::string_view text)
{
    const auto id = strings.intern(text);
    return id == 0 ? std::string_view() : std::string_view(strings.all()[id - 1]);
}

} // namespace watchline
