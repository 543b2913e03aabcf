// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/logrun.h"

#include "core/base/text.h"
#include "core/session/logmembers.h"

#include <QUrl>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

constexpr Nanoseconds kHelloTimeout = 30s;
/// A line is written a little after what it tells of.
constexpr Nanoseconds kWriting = 2ms;
/// What a busy robot, or a clock that is set right, makes of a wait.
constexpr Nanoseconds kTolerance = 100ms;
/// So much longer than the policy explains is a silence.
constexpr Nanoseconds kSilence = 5s;
/// A clock that goes back by less than that is one of several writers.
constexpr Nanoseconds kOutOfOrder = 1s;
/// For a watch whose hello named no interval: what is left open does not depend on it.
constexpr Milliseconds kAnyInterval{1'000};
/// Of several waits that may have been, the one is taken after which so little time is left.
constexpr Nanoseconds kUsualConnect = 2s;

std::vector<Milliseconds> allBackoffs()
{
    std::vector<Milliseconds> all;
    for (auto backoff = kInitialBackoff; backoff < kMaxBackoff; backoff *= 2)
        all.push_back(backoff);
    all.push_back(kMaxBackoff);
    return all;
}

QString toText(QByteArrayView bytes)
{
    return QString::fromUtf8(bytes);
}

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString toText(const std::string &text)
{
    return QString::fromStdString(text);
}

QString fieldText(const LogEntry &entry, QByteArrayView name)
{
    const auto value = entry.field(name);
    return value ? toText(*value) : QString();
}

std::optional<Milliseconds> durationField(const LogEntry &entry, QByteArrayView name)
{
    const auto value = entry.field(name);
    const auto duration = value ? parseLogDuration(*value) : std::nullopt;
    if (!duration || *duration < 0ns || *duration > kFarthestTime)
        return std::nullopt;
    return std::chrono::floor<Milliseconds>(*duration);
}

void setText(Event &event, Field field, const LogEntry &entry, QByteArrayView name)
{
    if (const auto value = entry.field(name))
        event.set(field, toText(*value));
}

/// A room's address without what may be a credential in it.
QString plainUrl(const QString &text)
{
    QUrl url(text);
    if (!url.isValid())
        return {};
    url.setUserInfo(QString());
    url.setQuery(QString());
    url.setFragment(QString());
    return url.toString();
}

Nanoseconds delayOf(const Decision &decision)
{
    return decision.delay.value_or(Milliseconds::zero());
}

/// The shortest and the longest that fit what is known, for a sentence.
QString shown(const LogSpan &span)
{
    const auto least = readableDuration(std::max(span.least, 0ns));
    const auto most = readableDuration(std::max(span.most, 0ns));
    return least == most ? least : least + u" to "_s + most;
}

/// Of waits that may have been, those that what happened next allows. None: all were longer.
std::vector<Nanoseconds> fitting(std::vector<Nanoseconds> delays, std::optional<LogSpan> gap)
{
    std::sort(delays.begin(), delays.end());
    delays.erase(std::unique(delays.begin(), delays.end()), delays.end());
    if (!gap)
        return delays;
    std::erase_if(delays, [&gap](Nanoseconds delay) { return delay >= gap->most; });
    if (delays.size() < 2)
        return delays;
    const auto longest = delays.back();
    const auto next = delays[delays.size() - 2];
    const auto halfway = std::max<Nanoseconds>((longest - next) / 2, 500ms);
    if (gap->least >= next + halfway && gap->least - longest <= kUsualConnect)
        return {longest};
    return delays;
}

Word roomPhase(LogMessage message)
{
    switch (message) {
    case LogMessage::RoomConnecting:
        return Word::Connecting;
    case LogMessage::RoomConnected:
        return Word::Connected;
    case LogMessage::RoomRunning:
        return Word::Running;
    case LogMessage::RoomDisconnecting:
        return Word::Disconnecting;
    default:
        return Word::Failed;
    }
}

} // namespace

std::optional<LogSpan> spanBetween(const LogMoment &from, const LogMoment &to)
{
    if (!from.isKnown || !to.isKnown || to.t < from.t)
        return std::nullopt;
    // As coarse as a log's times are, a finer one's are written late all the same.
    const auto fromError = std::max(from.resolution, kWriting);
    const auto toError = std::max(to.resolution, kWriting);
    return LogSpan{std::max(to.t - from.t - fromError, 0ns), to.t - from.t + toError};
}

LogRun::LogRun(QString source)
    : m_source(std::move(source))
    , m_backoffs(allBackoffs())
    , m_deviceInfoDelays(allBackoffs())
{}

void LogRun::take(LogMessage message, const LogEntry &entry, LogMoment now, EventBatch &events)
{
    m_events = &events;
    if (now.isKnown && m_last.isKnown && now.t < m_last.t && m_last.t - now.t <= kOutOfOrder)
        now.t = m_last.t;
    m_now = now;
    const bool isAnotherProcess =
        !entry.process.isEmpty() && !m_process.isEmpty() && entry.process != m_process;
    if (!entry.process.isEmpty())
        m_process = entry.process;
    if (isAnotherProcess && message != LogMessage::DeviceInfoOk &&
        message != LogMessage::DeviceInfoFailed && m_doing != Doing::Unknown) {
        beginRun(u"Another process (%1) writes from here on, and its first lines are not in the "
                 u"log"_s.arg(singleLine(toText(entry.process), 40)));
        // How far it has come is not known.
        m_doing = Doing::Unknown;
        m_backoffs = allBackoffs();
        m_leaseIsKnown = m_sessionIsKnown = false;
        m_status = Word::None;
    }
    switch (message) {
    case LogMessage::Unknown:
        break;
    case LogMessage::DeviceInfoOk:
        takeDeviceInfo(entry);
        break;
    case LogMessage::DeviceInfoFailed:
        takeDeviceInfoError(entry);
        break;
    case LogMessage::Unauthorized:
        takeUnauthorized(entry);
        break;
    case LogMessage::Established:
        takeEstablished(entry);
        break;
    case LogMessage::ConnectFailed:
        takeConnectError(connectErrorOf(entry.field("error").value_or(QByteArray())), entry);
        break;
    case LogMessage::NonSse:
        takeConnectError(ConnectError::UnexpectedContentType, entry);
        break;
    case LogMessage::Woken:
        takeWake(entry);
        break;
    case LogMessage::ReadTimeout:
        takeOutcome(WatchOutcome::ReadTimeout, entry);
        break;
    case LogMessage::StreamEnded:
        takeOutcome(WatchOutcome::StreamEnded, entry);
        break;
    case LogMessage::StreamError:
        takeOutcome(WatchOutcome::StreamError, entry);
        break;
    case LogMessage::HeartbeatConflict:
        takeOutcome(WatchOutcome::HeartbeatConflict, entry);
        break;
    case LogMessage::HeartbeatGone:
        takeOutcome(WatchOutcome::HeartbeatGone, entry);
        break;
    case LogMessage::HeartbeatUnauthorized:
        takeOutcome(WatchOutcome::HeartbeatUnauthorized, entry);
        break;
    case LogMessage::HeartbeatsFailed:
        takeOutcome(WatchOutcome::HeartbeatFailed, entry);
        break;
    case LogMessage::HeartbeatCancelled:
        takeOutcome(WatchOutcome::HeartbeatCancelled, entry);
        break;
    case LogMessage::HeartbeatStale:
    case LogMessage::HeartbeatFailed:
        takeHeartbeat(entry);
        break;
    case LogMessage::UnexpectedHello:
    case LogMessage::EventBeforeHello:
    case LogMessage::UnknownEvent:
        takeSseEvent(message, entry);
        break;
    case LogMessage::RoomConnecting:
    case LogMessage::RoomConnected:
    case LogMessage::RoomRunning:
    case LogMessage::RoomDisconnecting:
    case LogMessage::RoomFailed:
        takeRoom(message, entry);
        break;
    case LogMessage::SessionDiffers: {
        QStringList parts{toText(entry.message)};
        for (const auto &[name, value] : entry.fields)
            parts.append(QString(toText(name) + u'=' + toText(value)));
        add(stated(EventKind::Note, entry).set(Field::Detail, parts.join(u' ')));
        break;
    }
    }
    if (now.isKnown || !m_last.isKnown)
        m_last = m_now;
    m_last.line = m_now.line;
    m_events = nullptr;
}

std::optional<Nanoseconds> LogRun::openSince() const
{
    if (m_deviceInfoError)
        return m_deviceInfoError->t;
    if (m_doing == Doing::Deciding)
        return m_decided.t;
    if (m_doing == Doing::Waiting && m_delay && !m_isWaitsEndSaid)
        return m_decided.t + *m_delay;
    return std::nullopt;
}

void LogRun::settle(EventBatch &events)
{
    m_events = &events;
    m_now = m_last;
    if (m_deviceInfoError) {
        settleDeviceInfo(std::nullopt);
    } else if (m_doing == Doing::Deciding) {
        settleDecision(std::nullopt);
    } else if (m_doing == Doing::Waiting && m_delay && !m_isWaitsEndSaid) {
        addWaitsEnd(m_decided.t + *m_delay, m_decided.isKnown);
        m_isWaitsEndSaid = true;
    }
    m_events = nullptr;
}

void LogRun::finish(Nanoseconds end, EventBatch &events)
{
    m_events = &events;
    m_now = m_last;
    settleDeviceInfo(std::nullopt);
    if (m_doing == Doing::Deciding)
        settleDecision(std::nullopt);
    // A watch may be silent for long; an attempt and a wait may not.
    const auto due = m_doing == Doing::Waiting && m_delay ? std::optional(m_decided.t + *m_delay)
                     : m_doing == Doing::Connecting && m_attemptBegan.isKnown
                         ? std::optional(m_attemptBegan.t)
                         : std::nullopt;
    if (due && m_last.isKnown && end - *due > kHelloTimeout + kSilence) {
        m_now.t = end;
        noteFinding("log_gap",
                    u"The gateway wrote nothing in the last %1 of the log, though its next line "
                    u"was due %2 before the end at the latest: it was stopped, it hangs, or its "
                    u"log was cut off"_s.arg(readableDuration(end - m_last.t),
                                             readableDuration(end - *due - kHelloTimeout)));
    }
    m_events = nullptr;
}

// Lines.

void LogRun::takeDeviceInfo(const LogEntry &entry)
{
    settleDeviceInfo(spanBetween(m_last, m_now));
    if (m_doing != Doing::DeviceInfo && m_doing != Doing::Unknown)
        beginRun(u"The gateway was started anew"_s);
    setStatus(Word::Connecting, m_now);
    auto event = stated(EventKind::DeviceInfo, entry);
    event.set(Field::Result, name(Word::Ok));
    setText(event, Field::DeviceId, entry, "device_id");
    setText(event, Field::DeviceName, entry, "device_name");
    add(std::move(event));
    m_deviceInfoDelays = {kInitialBackoff};
    forgetLastRun();
    beginAttempt(m_now.t, m_now.isKnown);
}

void LogRun::takeDeviceInfoError(const LogEntry &entry)
{
    settleDeviceInfo(spanBetween(m_last, m_now));
    if (m_doing != Doing::DeviceInfo && m_doing != Doing::Unknown)
        beginRun(u"The gateway was started anew"_s);
    setStatus(Word::Connecting, m_now);
    m_doing = Doing::DeviceInfo;
    forgetLastRun();
    auto event = stated(EventKind::DeviceInfo, entry);
    event.set(Field::Result, name(Word::Error));
    const auto error = entry.field("error").value_or(QByteArray());
    if (const int status = httpStatusOf(error))
        event.set(Field::HttpStatus, status);
    if (!error.isEmpty())
        event.set(Field::Detail, toText(error));
    m_deviceInfoError = std::move(event);
    if (m_deviceInfoDelays.size() == 1)
        settleDeviceInfo(std::nullopt);
}

void LogRun::settleDeviceInfo(std::optional<LogSpan> gap)
{
    if (!m_deviceInfoError)
        return;
    std::vector<Nanoseconds> delays(m_deviceInfoDelays.begin(), m_deviceInfoDelays.end());
    auto left = fitting(delays, gap);
    if (left.empty())
        left = delays;
    m_deviceInfoDelays.clear();
    for (const auto delay : left)
        m_deviceInfoDelays.push_back(
            std::min(std::chrono::floor<Milliseconds>(delay) * 2, kMaxBackoff));
    if (left.size() == 1)
        m_deviceInfoError->setDuration(Field::DelayMs, std::chrono::floor<Microseconds>(left[0]));
    add(*std::exchange(m_deviceInfoError, std::nullopt));
}

void LogRun::takeUnauthorized(const LogEntry &entry)
{
    settleDeviceInfo(spanBetween(m_last, m_now));
    // The line before it said so already.
    if (m_doing == Doing::Stopped)
        return;
    if (m_doing != Doing::Unknown && m_doing != Doing::DeviceInfo) {
        takeConnectError(ConnectError::Unauthorized, entry);
        return;
    }
    setStatus(Word::Connecting, m_now);
    auto event = stated(EventKind::DeviceInfo, entry);
    event.set(Field::Result, name(Word::Error)).set(Field::HttpStatus, 401);
    event.setNull(Field::DelayMs);
    setText(event, Field::Detail, entry, "error");
    add(std::move(event));
    setStatus(Word::ShuttingDown, m_now);
    setStatus(Word::Shutdown, m_now);
    m_doing = Doing::Stopped;
}

void LogRun::takeEstablished(const LogEntry &entry)
{
    needAttempt(std::nullopt);
    RunningWatch watch;
    watch.lease = fieldText(entry, "watch_lease_id").toStdString();
    watch.began = m_now;
    watch.interval = durationField(entry, "heartbeat_interval");
    auto event = stated(EventKind::Hello, entry);
    setText(event, Field::LeaseId, entry, "watch_lease_id");
    if (watch.interval)
        event.setDuration(Field::HeartbeatIntervalMs, *watch.interval);
    if (const auto wait = durationField(entry, "device_wait_for_viewer"))
        event.setDuration(Field::DeviceWaitForViewerMs, *wait);
    if (m_attemptBegan.isKnown && m_now.isKnown && m_now.t >= m_attemptBegan.t)
        event.setDuration(Field::DurationMs,
                          std::chrono::floor<Microseconds>(m_now.t - m_attemptBegan.t));
    add(std::move(event));
    m_watch = std::move(watch);
    RetryState state;
    const auto decision = onConnectSuccess(state);
    decide({{decision, state}}, true, {});
}

void LogRun::takeConnectError(ConnectError error, const LogEntry &entry)
{
    needAttempt(error);
    auto event = stated(EventKind::ConnectError, entry);
    event.set(Field::Outcome, name(error));
    const auto text = entry.field("error").value_or(QByteArray());
    if (const int status = httpStatusOf(text))
        event.set(Field::HttpStatus, status);
    setText(event, Field::ContentType, entry, "content_type");
    if (m_attemptBegan.isKnown && m_now.isKnown && m_now.t >= m_attemptBegan.t)
        event.setDuration(Field::DurationMs,
                          std::chrono::floor<Microseconds>(m_now.t - m_attemptBegan.t));
    if (!text.isEmpty())
        event.set(Field::Detail, toText(text));
    add(std::move(event));
    std::vector<Option> options;
    for (const auto backoff : m_backoffs) {
        RetryState state{m_lease, backoff};
        const auto decision = onConnectError(error, state);
        options.push_back({decision, state});
    }
    decide(std::move(options), m_leaseIsKnown || error == ConnectError::Conflict,
           u"how often connecting had failed before is not in the log"_s);
}

void LogRun::takeWake(const LogEntry &entry)
{
    auto event = stated(EventKind::Wake, entry);
    setText(event, Field::LeaseId, entry, "watch_lease_id");
    const auto session = entry.field("remote_access_session_id");
    if (session)
        event.set(Field::RemoteAccessSessionId, toText(*session));
    else
        event.setNull(Field::RemoteAccessSessionId);
    // The outcome comes first where a hello is missing: then its note stands before both.
    EventBatch ofWake;
    auto *events = std::exchange(m_events, &ofWake);
    takeOutcome(WatchOutcome::Wake, entry);
    m_events = events;
    const auto outcome = std::find_if(ofWake.begin(), ofWake.end(), [](const Event &other) {
        return other.kind == EventKind::Outcome;
    });
    event.source = m_source;
    event.attempt = m_attempt;
    ofWake.insert(outcome, std::move(event));
    *m_events += ofWake;
    if (session && m_sessionIsKnown && !m_session)
        m_session = toText(*session);
}

void LogRun::takeOutcome(WatchOutcome outcome, const LogEntry &entry)
{
    auto lease = entry.field("watch_lease_id").value_or(QByteArray()).toStdString();
    if (m_watch && !lease.empty() && m_watch->lease != lease) {
        noteFinding("log_gap",
                    u"A watch of lease %1 ended, but the one that ran had lease %2: "
                    u"lines between them are not in the log"_s.arg(
                        singleLine(toText(lease), 60), singleLine(toText(m_watch->lease), 60)));
        m_watch.reset();
    } else if (!m_watch && m_doing != Doing::Unknown) {
        noteFinding(
            "log_gap",
            u"A watch%1 ended whose beginning is not in the log"_s.arg(
                lease.empty() ? QString() : u" of lease "_s + singleLine(toText(lease), 60)));
    }
    if (!m_watch) {
        // Whatever was waited for before, a hello came since.
        settleDeviceInfo(std::nullopt);
        if (m_doing == Doing::Deciding)
            settleDecision(std::nullopt);
        m_backoffs = {kInitialBackoff};
        // Whoever goes on after the end is another run.
        if (m_doing == Doing::Stopped) {
            m_leaseIsKnown = m_sessionIsKnown = false;
            m_status = Word::None;
        }
    }
    if (lease.empty() && m_watch)
        lease = m_watch->lease;
    const auto span = m_watch ? spanBetween(m_watch->began, m_now) : std::nullopt;
    const auto interval = m_watch ? m_watch->interval : std::nullopt;
    const bool matters = outcome == WatchOutcome::StreamError;
    const bool mayBeEarly = !span || !interval || span->least < *interval;
    const bool mayBeHealthy = !span || !interval || span->most >= *interval;
    const Nanoseconds lasted = span ? m_now.t - m_watch->began.t : 0ns;
    // Written within the same second, it ran for less than that.
    const bool isWithinOne = span && interval && lasted == 0ns && m_now.resolution <= *interval;
    const bool isOpen = matters && mayBeEarly && mayBeHealthy && !isWithinOne;

    auto event = stated(EventKind::Outcome, entry);
    event.set(Field::Outcome, name(outcome));
    if (!lease.empty())
        event.set(Field::LeaseId, lease);
    // One that could be taken for the other rule's is not given.
    if (span && !isOpen)
        event.setDuration(Field::DurationMs, std::chrono::floor<Microseconds>(lasted));
    setText(event, Field::Detail, entry, "error");
    add(std::move(event));
    checkOutcome(outcome, span);
    m_watch.reset();

    std::vector<Option> options;
    const auto consider = [&](Microseconds duration) {
        for (const auto backoff : m_backoffs) {
            RetryState state{m_lease, backoff};
            const auto decision =
                onOutcome({outcome, lease, duration, interval.value_or(kAnyInterval)}, state);
            options.push_back({decision, state});
        }
    };
    if (isOpen || !matters || isWithinOne || lasted < interval.value_or(Milliseconds::zero()))
        consider(Microseconds::zero());
    if (isOpen || (matters && options.empty()))
        consider(Microseconds::max());
    const bool keepsLease = outcome == WatchOutcome::Wake ||
                            outcome == WatchOutcome::HeartbeatUnauthorized ||
                            outcome == WatchOutcome::HeartbeatCancelled;
    decide(std::move(options), !keepsLease || m_leaseIsKnown,
           span && interval ? u"the watch ran for %1, and one heartbeat interval is %2"_s.arg(
                                  shown(*span), readableDuration(*interval))
                            : u"how long the watch ran is not in the log"_s);
}

void LogRun::takeHeartbeat(const LogEntry &entry)
{
    auto event = stated(EventKind::Heartbeat, entry);
    if (m_watch && !m_watch->lease.empty())
        event.set(Field::LeaseId, m_watch->lease);
    event.set(Field::Result, name(Word::Failed));
    const auto error = entry.field("error").value_or(QByteArray());
    if (const int status = httpStatusOf(error))
        event.set(Field::HttpStatus, status);
    auto detail = toText(error);
    if (const auto stale = fieldText(entry, "stale_for_ms"); !stale.isEmpty())
        detail += (detail.isEmpty() ? u""_s : u"; "_s) + u"no success for "_s + stale + u" ms"_s;
    if (!detail.isEmpty())
        event.set(Field::Detail, detail);
    add(std::move(event));
}

void LogRun::takeSseEvent(LogMessage message, const LogEntry &entry)
{
    auto event = stated(EventKind::SseEvent, entry);
    event.set(Field::Type,
              message == LogMessage::UnexpectedHello ? u"hello"_s : fieldText(entry, "event"));
    event.set(Field::Detail, toText(entry.message));
    add(std::move(event));
}

void LogRun::takeRoom(LogMessage message, const LogEntry &entry)
{
    auto event = stated(EventKind::Room, entry);
    event.set(Field::Phase, name(roomPhase(message)));
    setText(event, Field::RemoteAccessSessionId, entry, "remote_access_session_id");
    if (const auto url = plainUrl(fieldText(entry, "url")); !url.isEmpty())
        event.set(Field::Url, url);
    setText(event, Field::Detail, entry, "error");
    add(std::move(event));
    if (m_doing == Doing::Unknown)
        m_doing = Doing::Woken;
}

// What follows from them.

void LogRun::beginRun(const QString &reason)
{
    if (m_doing == Doing::Deciding)
        settleDecision(std::nullopt);
    auto text = reason;
    if (const auto span = spanBetween(m_last, m_now))
        text += u", %1 after the line before it"_s.arg(readableDuration(m_now.t - m_last.t));
    if (m_watch)
        text += u". A watch of lease %1 was running"_s.arg(singleLine(toText(m_watch->lease), 60));
    else if (m_doing == Doing::Waiting)
        text += u". It was waiting to connect again"_s;
    else if (m_doing == Doing::Stopped)
        text += u". It had stopped before"_s;
    noteFinding("restarted", text);
    m_watch.reset();
    m_options.clear();
    m_delay.reset();
    m_deviceInfoDelays = {kInitialBackoff};
    m_doing = Doing::DeviceInfo;
    m_status = Word::None;
}

/// Device-info is asked for once, before anything else.
void LogRun::forgetLastRun()
{
    m_backoffs = {kInitialBackoff};
    m_leaseIsKnown = m_sessionIsKnown = true;
    m_lease.reset();
    m_session.reset();
}

/// How long after the decision the next attempt failed or succeeded at the latest began.
std::optional<LogSpan> LogRun::sinceDecision(std::optional<ConnectError> error) const
{
    auto gap = spanBetween(m_decided, m_now);
    if (gap && error == ConnectError::HelloTimeout) {
        gap->least = std::max(gap->least - kHelloTimeout, 0ns);
        gap->most = std::max(gap->most - kHelloTimeout, 0ns);
    }
    return gap;
}

/// A result came: there was an attempt.
void LogRun::needAttempt(std::optional<ConnectError> error)
{
    settleDeviceInfo(std::nullopt);
    if (m_doing == Doing::Deciding)
        settleDecision(sinceDecision(error));
    switch (m_doing) {
    case Doing::Connecting: {
        const auto span = spanBetween(m_attemptBegan, m_now);
        if (!span || span->least <= kHelloTimeout + kSilence)
            return;
        noteFinding("log_gap", u"An attempt to connect seems to have taken %1, but none may take "
                               u"longer than %2: lines are missing, or the robot stood still"_s.arg(
                                   readableDuration(m_now.t - m_attemptBegan.t),
                                   readableDuration(kHelloTimeout)));
        m_attemptBegan.isKnown = false;
        return;
    }
    case Doing::Waiting:
        endWait(spanBetween(m_decided, m_now));
        return;
    case Doing::Watching:
        noteFinding("log_gap",
                    u"The gateway connected again, but how the watch of lease %1 ended is not in "
                    u"the log"_s.arg(singleLine(m_watch ? toText(m_watch->lease) : QString(), 60)));
        m_watch.reset();
        m_leaseIsKnown = false;
        m_backoffs = allBackoffs();
        break;
    case Doing::DeviceInfo:
        noteFinding("log_gap", u"The gateway connected, but that device-info succeeded is not in "
                               u"the log"_s);
        break;
    case Doing::Stopped:
        noteFinding("policy_mismatch",
                    u"The gateway went on to connect, though the policy stops it for good: it is "
                    u"another version, or it was started anew and its first lines are missing"_s);
        m_leaseIsKnown = m_sessionIsKnown = false;
        m_backoffs = allBackoffs();
        m_status = Word::None;
        break;
    case Doing::Woken:
        // After a viewer's session the policy starts afresh.
        m_backoffs = {kInitialBackoff};
        m_lease.reset();
        m_leaseIsKnown = true;
        break;
    case Doing::Unknown:
    case Doing::Deciding:
    case Doing::WaitingAtAll:
        break;
    }
    // When it began is not known.
    beginAttempt(m_now.t, false);
}

void LogRun::beginAttempt(Nanoseconds t, bool isKnown)
{
    ++m_attempt;
    auto event = inferred(EventKind::ConnectAttempt, t, m_now.line);
    if (m_leaseIsKnown) {
        if (m_lease)
            event.set(Field::PreviousLeaseId, *m_lease);
        else
            event.setNull(Field::PreviousLeaseId);
    }
    if (m_sessionIsKnown) {
        if (m_session)
            event.set(Field::RemoteAccessSessionId, *m_session);
        else
            event.setNull(Field::RemoteAccessSessionId);
    }
    add(std::move(event));
    m_attemptBegan = m_now;
    m_attemptBegan.t = t;
    m_attemptBegan.isKnown = isKnown;
    m_doing = Doing::Connecting;
}

void LogRun::decide(std::vector<Option> options, bool leaseIsKnown, const QString &openQuestion)
{
    m_decided = m_now;
    m_optionsLeaseIsKnown = leaseIsKnown;
    m_openQuestion = openQuestion;
    const auto isSame = [&options](const Option &option) {
        return option.decision == options.front().decision;
    };
    if (!std::all_of(options.begin(), options.end(), isSame)) {
        m_options = std::move(options);
        m_doing = Doing::Deciding;
        return;
    }
    if (options.size() == 1)
        announce(options.front());
    else
        announceOpen(options);
}

void LogRun::settleDecision(std::optional<LogSpan> gap)
{
    auto options = std::exchange(m_options, {});
    std::vector<Nanoseconds> delays;
    for (const auto &option : options)
        delays.push_back(delayOf(option.decision));
    const auto left = fitting(std::move(delays), gap);
    if (!left.empty()) {
        std::erase_if(options, [&left](const Option &option) {
            return std::find(left.begin(), left.end(), delayOf(option.decision)) == left.end();
        });
    }
    if (options.size() == 1)
        announce(options.front());
    else
        announceOpen(options);
}

void LogRun::announce(const Option &option)
{
    m_backoffs = {option.after.backoff};
    m_lease = option.after.previousLeaseId;
    m_leaseIsKnown = m_optionsLeaseIsKnown;
    auto event = inferred(EventKind::Decision, m_decided.t, m_decided.line);
    event.set(Field::Rule, name(option.decision.rule))
        .set(Field::Action, name(option.decision.action));
    if (option.decision.delay)
        event.setDuration(Field::DelayMs, *option.decision.delay);
    else
        event.setNull(Field::DelayMs);
    if (m_leaseIsKnown) {
        if (m_lease)
            event.set(Field::PreviousLeaseId, *m_lease);
        else
            event.setNull(Field::PreviousLeaseId);
    }
    event.setDuration(Field::BackoffMs, option.after.backoff);
    add(std::move(event));
    obey(option.decision);
}

/// Several answers are left: only what they agree on is said.
void LogRun::announceOpen(const std::vector<Option> &options)
{
    const auto &first = options.front();
    const auto agree = [&options](auto member) {
        return std::all_of(options.begin(), options.end(), [&](const Option &option) {
            return member(option) == member(options.front());
        });
    };
    const bool sameRule = agree([](const Option &option) { return option.decision.rule; });
    const bool sameDelay = agree([](const Option &option) { return option.decision.delay; });
    const bool sameBackoff = agree([](const Option &option) { return option.after.backoff; });
    m_lease = first.after.previousLeaseId;
    m_leaseIsKnown = m_optionsLeaseIsKnown;
    m_backoffs.clear();
    QStringList answers;
    for (const auto &option : options) {
        if (std::find(m_backoffs.begin(), m_backoffs.end(), option.after.backoff) ==
            m_backoffs.end())
            m_backoffs.push_back(option.after.backoff);
        const auto answer = option.decision.delay
                                ? u"%1 after %2"_s.arg(toText(name(option.decision.rule)),
                                                       readableDuration(*option.decision.delay))
                                : u"%1 at once"_s.arg(toText(name(option.decision.rule)));
        if (!answers.contains(answer))
            answers.append(answer);
    }
    auto event = inferred(EventKind::Decision, m_decided.t, m_decided.line);
    if (sameRule)
        event.set(Field::Rule, name(first.decision.rule))
            .set(Field::Action, name(first.decision.action));
    if (sameDelay) {
        if (first.decision.delay)
            event.setDuration(Field::DelayMs, *first.decision.delay);
        else
            event.setNull(Field::DelayMs);
    }
    if (m_leaseIsKnown) {
        if (m_lease)
            event.set(Field::PreviousLeaseId, *m_lease);
        else
            event.setNull(Field::PreviousLeaseId);
    }
    if (sameBackoff)
        event.setDuration(Field::BackoffMs, first.after.backoff);
    if (!sameDelay || !sameRule)
        event.set(Field::Detail, QString(m_openQuestion + u": "_s + answers.join(u" or "_s)));
    add(std::move(event));
    if (sameRule && sameDelay) {
        obey(first.decision);
        return;
    }
    const bool allWait =
        agree([](const Option &option) { return option.decision.delay.has_value(); });
    if (!allWait) {
        m_doing = Doing::WaitingAtAll;
        return;
    }
    setStatus(Word::Connecting, m_decided);
    m_delay.reset();
    m_isWaitsEndSaid = false;
    m_doing = Doing::Waiting;
    add(inferred(EventKind::Backoff, m_decided.t, m_decided.line)
            .set(Field::Result, name(Word::Started)));
}

void LogRun::obey(const Decision &decision)
{
    switch (decision.action) {
    case Action::Run:
        setStatus(Word::Connected, m_decided);
        m_doing = Doing::Watching;
        return;
    case Action::RetryAfter:
    case Action::Backoff: {
        setStatus(Word::Connecting, m_decided);
        m_delay = decision.delay;
        m_isWaitsEndSaid = false;
        m_doing = Doing::Waiting;
        auto event = inferred(EventKind::Backoff, m_decided.t, m_decided.line);
        event.set(Field::Result, name(Word::Started));
        if (decision.delay)
            event.setDuration(Field::DelayMs, *decision.delay);
        add(std::move(event));
        return;
    }
    case Action::Reconnect:
        beginAttempt(m_decided.t, m_decided.isKnown);
        m_attemptBegan.resolution = m_decided.resolution;
        return;
    case Action::Wake:
        m_doing = Doing::Woken;
        return;
    case Action::Stop:
    case Action::StopUnauthorized:
        setStatus(Word::ShuttingDown, m_decided);
        setStatus(Word::Shutdown, m_decided);
        m_doing = Doing::Stopped;
        return;
    }
}

void LogRun::endWait(std::optional<LogSpan> gap)
{
    const bool isKnown = gap && m_delay;
    auto ended = m_now.t;
    bool attemptIsKnown = false;
    QString finding;
    QString what;
    if (isKnown && gap->most + kTolerance < *m_delay) {
        finding = u"policy_mismatch"_s;
        what = u"The gateway connected again after %1, though the policy makes it wait for "
               u"%2: it is another version, a line is missing, or the clock was set"_s.arg(
                   readableDuration(m_now.t - m_decided.t), readableDuration(*m_delay));
    } else if (isKnown) {
        ended = std::min(m_decided.t + *m_delay, m_now.t);
        attemptIsKnown = true;
        if (gap->least > *m_delay + kHelloTimeout + kSilence) {
            finding = u"log_gap"_s;
            what = u"Nothing was written for %1, though a wait of %2 and an attempt explain "
                   u"%3 at most: lines are missing, or the robot stood still"_s.arg(
                       readableDuration(m_now.t - m_decided.t), readableDuration(*m_delay),
                       readableDuration(*m_delay + kHelloTimeout));
            attemptIsKnown = false;
        }
    }
    if (!m_isWaitsEndSaid)
        addWaitsEnd(ended, isKnown);
    // The finding is this line's, and the wait's end may be long before it.
    if (!finding.isEmpty())
        noteFinding(finding.toStdString(), what);
    m_delay.reset();
    beginAttempt(isKnown && !attemptIsKnown ? m_now.t : ended, attemptIsKnown);
}

void LogRun::addWaitsEnd(Nanoseconds ended, bool isKnown)
{
    auto event = inferred(EventKind::Backoff, ended, m_now.line);
    event.set(Field::Result, name(Word::Finished));
    if (m_delay)
        event.setDuration(Field::DelayMs, *m_delay);
    if (isKnown)
        event.setDuration(Field::DurationMs, std::chrono::floor<Microseconds>(ended - m_decided.t));
    add(std::move(event));
}

void LogRun::setStatus(Word status, const LogMoment &at)
{
    if (std::exchange(m_status, status) == status)
        return;
    add(inferred(EventKind::Status, at.t, at.line).set(Field::Status, name(status)));
}

/// What the gateway's own clocks do not allow.
void LogRun::checkOutcome(WatchOutcome outcome, std::optional<LogSpan> duration)
{
    if (!duration || !m_watch || !m_watch->interval)
        return;
    const Nanoseconds interval = *m_watch->interval;
    Nanoseconds least{};
    QString what;
    switch (outcome) {
    case WatchOutcome::ReadTimeout:
        least = interval * 5 / 2;
        what = u"A watch ended by its read timeout"_s;
        break;
    case WatchOutcome::HeartbeatConflict:
    case WatchOutcome::HeartbeatGone:
    case WatchOutcome::HeartbeatUnauthorized:
        least = interval;
        what = u"A watch was ended by a heartbeat"_s;
        break;
    case WatchOutcome::HeartbeatFailed:
        least = interval * 3;
        what = u"A watch was ended by heartbeats that failed"_s;
        break;
    default:
        return;
    }
    if (duration->most + kTolerance >= least)
        return;
    noteFinding("policy_mismatch",
                u"%1 after %2, but with an interval of %3 that takes %4 at least: it is another "
                u"version, a line is missing, or the clock was set"_s.arg(
                    what, readableDuration(m_now.t - m_watch->began.t), readableDuration(interval),
                    readableDuration(least)));
}

void LogRun::noteFinding(std::string_view code, const QString &detail)
{
    auto event = inferred(EventKind::Note, m_now.t, m_now.line);
    event.set(Field::Detail, QString(detail + u" (line %1)."_s.arg(m_now.line)));
    setMember(event, kFindingMember, toText(code));
    add(std::move(event));
}

Event LogRun::stated(EventKind kind, const LogEntry &entry) const
{
    Event event(kind);
    event.t = m_now.t;
    event.attempt = m_attempt;
    // A record's other members, a command line among them, are not the gateway's words.
    const QByteArrayView line = entry.recordText.isEmpty() ? entry.raw : entry.recordText;
    setMember(event, kLineMember, toText(line.first(std::min(line.size(), kLongestLogLine))));
    setMember(event, kLineNumberMember, entry.line);
    return event;
}

Event LogRun::inferred(EventKind kind, Nanoseconds t, qint64 line) const
{
    Event event(kind);
    event.t = t;
    event.attempt = m_attempt;
    event.set(Field::Inferred, Value(true));
    setMember(event, kFollowsLineMember, line);
    return event;
}

void LogRun::add(Event event)
{
    event.source = m_source;
    m_events->append(std::move(event));
}

} // namespace watchline
