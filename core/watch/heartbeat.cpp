// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/heartbeat.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "core/protocol/payloads.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

struct Verdict
{
    Word word;
    std::optional<WatchOutcome> outcome;
};

Verdict judge(const ShortResult &result, bool isStale)
{
    if (result.isSuccess)
        return {Word::Ok, std::nullopt};
    switch (result.httpStatus) {
    case 409:
        return {Word::Conflict, WatchOutcome::HeartbeatConflict};
    case 410:
        return {Word::Gone, WatchOutcome::HeartbeatGone};
    case 401:
        return {Word::Unauthorized, WatchOutcome::HeartbeatUnauthorized};
    default:
        break;
    }
    if (isStale)
        return {Word::Failed, WatchOutcome::HeartbeatFailed};
    return {Word::Failed, std::nullopt};
}

} // namespace

Heartbeat::Heartbeat(Settings settings, Clock &clock, HttpTransport &transport, Record record)
    : m_settings(std::move(settings))
    , m_clock(clock)
    , m_transport(transport)
    , m_record(std::move(record))
    , m_timer(clock.makeTimer([this] { beat(); }))
    , m_nextTick(clock.now() + m_settings.interval)
    , m_lastSuccess(clock.now())
{
    m_timer->start(m_settings.interval);
}

void Heartbeat::stop()
{
    // The clock may be gone by the time that this object is.
    m_timer.reset();
    m_request.reset();
}

void Heartbeat::beat()
{
    // The ticks stay on the grid that `hello` started. One that fell due while the last answer was
    // awaited is sent now; those that fell due besides it are left out.
    const Nanoseconds interval = m_settings.interval;
    m_nextTick += ((m_clock.now() - m_nextTick) / interval + 1) * interval;

    HttpCall request;
    request.method = "POST";
    request.url = m_settings.url;
    request.authorization = m_settings.authorization;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = heartbeatBody(m_settings.leaseId);
    m_request = std::make_unique<ShortRequest>(
        m_clock, m_transport, request, ShortRequest::Needs::Head, m_settings.timeout,
        [this](const ShortResult &result) { takeResult(result); });
}

void Heartbeat::takeResult(const ShortResult &result)
{
    m_request.reset();
    const auto now = m_clock.now();
    if (result.isSuccess)
        m_lastSuccess = now;
    const auto silence = now - m_lastSuccess;
    const auto verdict =
        judge(result, silence >= kMaxMissedHeartbeatIntervals * m_settings.interval);

    Event event(EventKind::Heartbeat);
    event.set(Field::LeaseId, m_settings.leaseId).set(Field::Result, name(verdict.word));
    if (result.httpStatus != 0)
        event.set(Field::HttpStatus, result.httpStatus);
    event.setDuration(Field::DurationMs, result.duration);
    if (!result.failure.isEmpty())
        event.set(Field::Detail, result.failure);
    m_record(std::move(event));

    if (!verdict.outcome) {
        m_timer->start(m_nextTick - now);
        return;
    }
    auto detail = result.failure;
    if (*verdict.outcome == WatchOutcome::HeartbeatFailed)
        detail += u"; no heartbeat has succeeded for "_s + readableDuration(silence);
    emit lost(*verdict.outcome, detail);
}

} // namespace watchline
