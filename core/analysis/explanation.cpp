// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/explanation.h"

#include "core/base/text.h"
#include "core/session/logmembers.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestQuote = 160;

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A text from outside, for use within a sentence.
QString quote(const QString &text)
{
    return singleLine(text, kLongestQuote);
}

QString quote(const Event &event, Field field)
{
    return quote(event.text(field));
}

Nanoseconds fromMilliseconds(double milliseconds)
{
    constexpr double kLongest = 9e12; // its nanoseconds still fit
    return Nanoseconds(std::llround(std::clamp(milliseconds, -kLongest, kLongest) * 1e6));
}

std::optional<Nanoseconds> duration(const Event &event, Field field)
{
    const auto number = event.number(field);
    return number ? std::optional(fromMilliseconds(*number)) : std::nullopt;
}

/// `later - earlier`; what does not fit becomes the longest that has a counterpart.
Nanoseconds between(Nanoseconds earlier, Nanoseconds later)
{
    Nanoseconds::rep difference = 0;
    if (!__builtin_sub_overflow(later.count(), earlier.count(), &difference))
        return std::max(Nanoseconds(difference), -Nanoseconds::max());
    return later > earlier ? Nanoseconds::max() : -Nanoseconds::max();
}

/// `30.000 s`: for comparing with one another.
QString exactDuration(Nanoseconds time)
{
    return QString::number(std::chrono::duration<double>(time).count(), 'f', 3) + u" s"_s;
}

/// ` after 61.9 s`, or nothing when it is not known.
QString after(const Event &event, Field field)
{
    const auto time = duration(event, field);
    return time ? u" after "_s + readableDuration(*time) : QString();
}

/// `: what the event says`, or nothing.
QString colonDetail(const Event &event)
{
    const auto detail = quote(event, Field::Detail);
    return detail.isEmpty() ? QString() : QString(u": "_s + detail);
}

/// `#4 207`
QString seq(const SessionStore &store, qsizetype row)
{
    auto digits = QString::number(store.seq(row));
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, QChar(QChar::Nbsp));
    return u'#' + digits;
}

QString leaseText(const std::optional<std::string> &lease)
{
    return lease ? quote(toText(*lease)) : u"none"_s;
}

QString httpText(const Event &event)
{
    const auto status = event.number(Field::HttpStatus);
    return status ? QString::number(*status, 'f', 0) : QString();
}

/// `first, second`, leaving out what is empty.
QString joined(std::initializer_list<QString> parts)
{
    QString text;
    for (const auto &part : parts) {
        if (part.isEmpty())
            continue;
        if (!text.isEmpty())
            text += u", "_s;
        text += part;
    }
    return text;
}

/// The rule's effect, for beside its name.
QString ruleNote(Rule rule)
{
    switch (rule) {
    case Rule::ConnectSuccess:
        return u"what earlier failures left behind is forgotten"_s;
    case Rule::ConnectConflict:
    case Rule::ConnectNonSse:
    case Rule::OutcomeHeartbeatConflict:
        return u"always 30 s, whatever the backoff"_s;
    case Rule::ConnectTransient:
        return u"waits as long as the backoff says"_s;
    case Rule::OutcomeStreamErrorEarly:
        return u"the watch broke before its first heartbeat was due"_s;
    case Rule::OutcomeStreamErrorHealthy:
        return u"the watch had run for a heartbeat interval or longer"_s;
    case Rule::OutcomeReadTimeout:
    case Rule::OutcomeStreamEnded:
    case Rule::OutcomeHeartbeatGone:
    case Rule::OutcomeHeartbeatFailed:
        return u"no wait"_s;
    case Rule::ConnectUnauthorized:
    case Rule::OutcomeHeartbeatUnauthorized:
        return u"the run ends"_s;
    case Rule::OutcomeWake:
        return u"the watch has done its work"_s;
    case Rule::OutcomeHeartbeatCancelled:
        return u"the token is not at fault"_s;
    }
    return {};
}

QString leaseNote(Rule rule, const RetryState &before, const RetryState &after)
{
    switch (rule) {
    case Rule::ConnectSuccess:
        return before.previousLeaseId ? u"there is a new lease now"_s : QString();
    case Rule::ConnectConflict:
    case Rule::OutcomeHeartbeatConflict:
        return u"dropped: another gateway holds the lease"_s;
    case Rule::OutcomeHeartbeatGone:
        return u"dropped: the server does not know it any more"_s;
    default:
        break;
    }
    if (before == after || before.previousLeaseId == after.previousLeaseId)
        return after.previousLeaseId ? u"kept, to be offered again"_s : QString();
    return u"offered with the next attempt"_s;
}

QString backoffNote(Rule rule, const RetryState &before, const RetryState &after)
{
    switch (rule) {
    case Rule::ConnectSuccess:
        return before == after ? QString() : u"reset"_s;
    case Rule::ConnectTransient:
    case Rule::OutcomeStreamErrorEarly:
        return before.backoff == after.backoff ? u"at its maximum"_s
                                               : u"doubled for the next time"_s;
    case Rule::ConnectConflict:
    case Rule::OutcomeHeartbeatConflict:
        return u"not doubled by a conflict"_s;
    case Rule::ConnectNonSse:
        return u"not doubled by an answer that is no stream"_s;
    default:
        return {};
    }
}

/// How a watch's end is called where it is decided upon.
QString outcomeName(WatchOutcome outcome)
{
    switch (outcome) {
    case WatchOutcome::Wake:
        return u"Wake"_s;
    case WatchOutcome::StreamEnded:
        return u"StreamEnded"_s;
    case WatchOutcome::ReadTimeout:
        return u"ReadTimeout"_s;
    case WatchOutcome::StreamError:
        return u"StreamError"_s;
    case WatchOutcome::HeartbeatConflict:
        return u"HeartbeatLost{Conflict}"_s;
    case WatchOutcome::HeartbeatGone:
        return u"HeartbeatLost{Gone}"_s;
    case WatchOutcome::HeartbeatUnauthorized:
        return u"HeartbeatLost{Unauthorized}"_s;
    case WatchOutcome::HeartbeatFailed:
        return u"HeartbeatLost{Failed}"_s;
    case WatchOutcome::HeartbeatCancelled:
        return u"HeartbeatLost{Cancelled}"_s;
    }
    return {};
}

QString connectErrorName(ConnectError error, const Event &event)
{
    switch (error) {
    case ConnectError::Conflict:
        return u"Conflict"_s;
    case ConnectError::Unauthorized:
        return u"Unauthorized"_s;
    case ConnectError::Api:
        return u"Api"_s;
    case ConnectError::UnexpectedContentType:
        return u"UnexpectedContentType{%1}"_s.arg(quote(event, Field::ContentType));
    case ConnectError::UnexpectedEof:
        return u"UnexpectedEof"_s;
    case ConnectError::Transport:
        return u"Transport"_s;
    case ConnectError::HelloTimeout:
        return u"HelloTimeout"_s;
    case ConnectError::MalformedEvent:
        return u"MalformedEvent{hello}"_s;
    }
    return {};
}

QString explainConnectError(const Event &event)
{
    const auto status = httpText(event);
    switch (connectErrorFromName(event.text(Field::Outcome).toStdString())
                .value_or(ConnectError::Api)) {
    case ConnectError::Conflict:
        return u"The server answered 409: another gateway holds the lease of this device."_s;
    case ConnectError::Unauthorized:
        return u"The server answered 401: it does not accept the device token."_s;
    case ConnectError::UnexpectedContentType: {
        const auto type = quote(event, Field::ContentType);
        return type.isEmpty()
                   ? u"The server answered with something that is no event stream and does not say what it is."_s
                   : u"The server answered with %1, which is no event stream: often a maintenance page or a captive portal."_s
                         .arg(type);
    }
    case ConnectError::UnexpectedEof:
        return u"The stream ended in an orderly way before hello came."_s;
    case ConnectError::Transport:
        return u"The stream broke before hello came%1."_s.arg(colonDetail(event));
    case ConnectError::HelloTimeout:
        return u"No hello came within 30 s of the request."_s;
    case ConnectError::MalformedEvent:
        return u"The server's hello could not be understood%1."_s.arg(colonDetail(event));
    case ConnectError::Api:
        break;
    }
    return status.isEmpty() ? u"The server could not be reached%1."_s.arg(colonDetail(event))
                            : u"The server answered %1%2."_s.arg(status, colonDetail(event));
}

QString explainOutcome(const Event &event)
{
    const auto ran = after(event, Field::DurationMs);
    const auto outcome = watchOutcomeFromName(event.text(Field::Outcome).toStdString());
    if (!outcome)
        return u"The watch ended%1."_s.arg(ran);
    switch (*outcome) {
    case WatchOutcome::Wake:
        return u"The watch ended%1 with a wake: somebody wants to view the robot."_s.arg(ran);
    case WatchOutcome::StreamEnded:
        return u"The server or something on the way ended the stream in an orderly way%1."_s.arg(
            ran);
    case WatchOutcome::ReadTimeout:
        return u"The stream was silent for two and a half heartbeat intervals; the watch ended%1."_s
            .arg(ran);
    case WatchOutcome::StreamError:
        return u"The stream broke%1%2."_s.arg(ran, colonDetail(event));
    case WatchOutcome::HeartbeatConflict:
        return u"A heartbeat was answered 409%1: another gateway holds the lease of this device."_s
            .arg(ran);
    case WatchOutcome::HeartbeatGone:
        return u"A heartbeat was answered 410%1: the server does not know the lease any more."_s
            .arg(ran);
    case WatchOutcome::HeartbeatUnauthorized:
        return u"A heartbeat was answered 401%1: the device token is not accepted any more."_s.arg(
            ran);
    case WatchOutcome::HeartbeatFailed:
        return u"No heartbeat had succeeded for three intervals or longer; the watch ended%1."_s
            .arg(ran);
    case WatchOutcome::HeartbeatCancelled:
        return u"The heartbeats stopped without a reason; the watch ended%1."_s.arg(ran);
    }
    return {};
}

QString explainHeartbeat(const Event &event)
{
    switch (event.word()) {
    case Word::Ok:
        return u"A heartbeat kept the lease alive; the answer came%1."_s.arg(
            after(event, Field::DurationMs));
    case Word::Conflict:
        return u"A heartbeat was answered 409: another gateway holds the lease of this device."_s;
    case Word::Gone:
        return u"A heartbeat was answered 410: the server does not know the lease any more."_s;
    case Word::Unauthorized:
        return u"A heartbeat was answered 401: the device token is not accepted any more."_s;
    default:
        return u"A heartbeat failed%1. That is borne until the last success is three intervals ago."_s
            .arg(colonDetail(event));
    }
}

QString explainBackoff(const Event &event)
{
    const auto planned = duration(event, Field::DelayMs);
    const auto delay = planned ? readableDuration(*planned) : u"some time"_s;
    switch (event.word()) {
    case Word::Started:
        return u"A wait of %1 began; then comes the next attempt."_s.arg(delay);
    case Word::Finished:
        return u"The wait of %1 is over."_s.arg(delay);
    case Word::Cancelled:
        return u"The run was stopped%1 during a wait of %2."_s.arg(after(event, Field::DurationMs),
                                                                   delay);
    case Word::Skipped:
        return u"The user ended a wait of %2%1."_s.arg(after(event, Field::DurationMs), delay);
    default:
        return u"A wait before the next attempt."_s;
    }
}

QString explainStatus(const Event &event)
{
    switch (event.word()) {
    case Word::Connecting:
        return u"The gateway would now say that it is connecting."_s;
    case Word::Connected:
        return u"The gateway would now say that it is connected: it can be woken."_s;
    case Word::ShuttingDown:
        return u"The run is ending."_s;
    case Word::Shutdown:
        return u"The run is over."_s;
    default:
        return u"The status changed to %1."_s.arg(quote(event, Field::Status));
    }
}

QString explainDeviceInfo(const Event &event)
{
    if (event.word() == Word::Ok) {
        const auto name = quote(event, Field::DeviceName);
        return u"The server knows this token's device%1."_s.arg(
            name.isEmpty() ? QString() : QString(u": "_s + name));
    }
    if (const auto delay = duration(event, Field::DelayMs)) {
        return u"Asking for the device failed%1. It is asked again in %2."_s.arg(
            colonDetail(event), readableDuration(*delay));
    }
    return u"Asking for the device failed for good%1."_s.arg(colonDetail(event));
}

QString explainAttempt(const Event &event)
{
    const auto lease = quote(event, Field::PreviousLeaseId);
    return lease.isEmpty()
               ? u"The server is asked for a watch stream."_s
               : u"The server is asked for a watch stream; the lease %1 is offered again."_s.arg(
                     lease);
}

QString explainPhase(const Event &event)
{
    const auto took = after(event, Field::DurationMs);
    switch (event.word()) {
    case Word::Socket:
        return u"The connection was made%1."_s.arg(took);
    case Word::Tls:
        return u"The connection was secured%1."_s.arg(took);
    case Word::RequestSent:
        return u"The request was sent%1."_s.arg(took);
    case Word::Headers:
        return u"The answer's headers came%1%2."_s.arg(
            took, httpText(event).isEmpty() ? QString() : u", with status "_s + httpText(event));
    default:
        return u"Connecting came a step further."_s;
    }
}

QString explainHello(const Event &event)
{
    const auto interval = duration(event, Field::HeartbeatIntervalMs);
    return u"The server granted the lease %1%2."_s.arg(
        quote(event, Field::LeaseId),
        interval ? u", to be kept alive by a heartbeat every "_s + readableDuration(*interval)
                 : QString());
}

QString explainStrayEvent(const Event &event)
{
    const auto type = quote(event, Field::Type);
    return u"The stream brought %1, which changes nothing%2."_s.arg(
        type.isEmpty() ? u"something"_s : QString(u"an event of the type "_s + type),
        colonDetail(event));
}

QString explainRoom(const Event &event)
{
    switch (event.word()) {
    case Word::Connecting:
        return u"The gateway is joining the room that the wake named."_s;
    case Word::Connected:
        return u"The gateway has joined the room that the wake named."_s;
    case Word::Running:
        return u"The gateway serves its viewers."_s;
    case Word::Disconnecting:
        return u"The gateway is leaving the room: the session is over."_s;
    case Word::Failed:
        return u"The gateway could not join the room%1."_s.arg(colonDetail(event));
    default:
        return u"Something happened in the room of a remote session."_s;
    }
}

QString kindTitle(const Event &event)
{
    switch (event.kind) {
    case EventKind::Unknown:
        return quote(event.kindName);
    case EventKind::Status:
        return u"Status: %1"_s.arg(quote(event, Field::Status).replace(u'_', u' '));
    case EventKind::DeviceInfo:
        return u"Device"_s;
    case EventKind::ConnectAttempt:
        return u"Connect attempt %1"_s.arg(event.attempt);
    case EventKind::ConnectPhase:
        return u"Connecting: %1"_s.arg(quote(event, Field::Phase).replace(u'_', u' '));
    case EventKind::Hello:
        return u"Connected"_s;
    case EventKind::ConnectError:
        return u"Attempt %1 failed"_s.arg(event.attempt);
    case EventKind::KeepAlive:
        return u"Keep-alive"_s;
    case EventKind::SseEvent:
        return u"Stray event"_s;
    case EventKind::Heartbeat:
        return event.word() == Word::Ok ? u"Heartbeat"_s : u"Heartbeat failed"_s;
    case EventKind::Wake:
        return u"Wake"_s;
    case EventKind::Outcome:
        return u"The watch ended"_s;
    case EventKind::Decision:
        return u"Decision"_s;
    case EventKind::Backoff:
        return u"Backoff"_s;
    case EventKind::Room:
        return u"Room"_s;
    case EventKind::Note:
        return u"Note"_s;
    }
    return {};
}

/// Finds related events of one source.
class Neighbours
{
public:
    Neighbours(const SessionStore &store, qsizetype row)
        : m_store(store)
        , m_source(store.row(row).source)
    {}

    /// The nearest row before (or after) `from` of one of the kinds; -1 when none is in reach.
    qsizetype before(qsizetype from, std::initializer_list<EventKind> kinds) const
    {
        const qsizetype last = std::max<qsizetype>(0, from - kWhyReach);
        for (qsizetype row = from - 1; row >= last; --row) {
            if (matches(row, kinds))
                return row;
        }
        return -1;
    }
    qsizetype after(qsizetype from, std::initializer_list<EventKind> kinds) const
    {
        const qsizetype end = std::min(m_store.size(), from + kWhyReach);
        for (qsizetype row = from + 1; row < end; ++row) {
            if (matches(row, kinds))
                return row;
        }
        return -1;
    }

private:
    bool matches(qsizetype row, std::initializer_list<EventKind> kinds) const
    {
        const auto kind = m_store.kind(row);
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end() &&
               m_store.row(row).source == m_source;
    }

    const SessionStore &m_store;
    quint16 m_source;
};

/// The rows of the Why panel for one event.
class Investigation
{
public:
    Investigation(const SessionStore &store, qsizetype row)
        : m_store(store)
        , m_row(row)
        , m_event(store.event(row))
        , m_neighbours(store, row)
    {}

    Why run()
    {
        m_why.title = kindTitle(m_event);
        m_why.sentence = explain(m_event);
        switch (m_event.kind) {
        case EventKind::Decision:
            explainDecision();
            break;
        case EventKind::Status:
            addReason();
            break;
        case EventKind::DeviceInfo:
            addDeviceInfoSequel();
            break;
        case EventKind::ConnectAttempt:
            addDecision(decisionBefore());
            addAttemptResult(m_row);
            break;
        case EventKind::ConnectPhase:
            addAttempt();
            break;
        case EventKind::Hello:
            addAttempt();
            addDecision(decisionAfter());
            addWatchEnd();
            break;
        case EventKind::ConnectError:
            addAttempt();
            addDecision(decisionAfter());
            break;
        case EventKind::Outcome:
            addWatch();
            addDecision(decisionAfter());
            break;
        case EventKind::Wake:
            addOutcome();
            break;
        case EventKind::Heartbeat:
            addHeartbeatTimer();
            if (m_event.word() != Word::Ok)
                addOutcome();
            break;
        case EventKind::Backoff:
            addDecision(m_neighbours.before(m_row, {EventKind::Decision, EventKind::DeviceInfo}));
            addWait(m_event.word() == Word::Started
                        ? m_row
                        : m_neighbours.before(m_row, {EventKind::Backoff, EventKind::Decision}));
            break;
        case EventKind::KeepAlive:
        case EventKind::SseEvent:
            addSilence();
            break;
        case EventKind::Unknown:
        case EventKind::Room:
        case EventKind::Note:
            break;
        }
        addLogLine();
        return std::move(m_why);
    }

private:
    void add(const QString &name, const QString &value, const QString &note = {},
             qsizetype related = -1)
    {
        m_why.rows.push_back({name, value, note, related});
    }

    /// Where in a log it stands, or what it was inferred from.
    void addLogLine()
    {
        const auto *line = member(m_event, kLineNumberMember);
        const auto *followed = member(m_event, kFollowsLineMember);
        const auto number = [](const Value *value) {
            const auto *integer = value ? std::get_if<qint64>(value) : nullptr;
            return integer ? QString::number(*integer) : QString();
        };
        if (const auto text = number(line); !text.isEmpty())
            add(u"Log"_s, u"line "_s + text, u"the gateway wrote it"_s);
        else if (const auto before = number(followed); !before.isEmpty())
            add(u"Log"_s, u"follows from line "_s + before, u"inferred: no line says so itself"_s);
    }

    void explainDecision()
    {
        const auto row = m_store.row(m_row);
        if (row.action)
            m_why.title = title(*row.action, row.delay);
        const qsizetype inputRow = input();
        const Event input = inputRow < 0 ? Event() : m_store.event(inputRow);
        if (inputRow >= 0) {
            // What came in says more than the rule alone.
            m_why.sentence = explain(input) + (row.rule ? u' ' + explain(*row.rule) : QString());
            addInput(inputRow, input);
        } else if (row.rule) {
            m_why.sentence = explain(*row.rule);
        }
        add(u"Rule"_s, quote(m_event, Field::Rule), row.rule ? ruleNote(*row.rule) : QString());

        const RetryState recorded = recordedState(m_event);
        const auto known = inputRow < 0 ? std::nullopt : stateBefore(inputRow);
        // What a log leaves open is absent from a decision that was inferred.
        const bool isOpen =
            isFromLog(m_event) && (!m_event.has(Field::Rule) || !m_event.has(Field::BackoffMs) ||
                                   !m_event.has(Field::PreviousLeaseId));
        if (isOpen) {
            const auto notKnown = u"not known"_s;
            if (const auto both = m_event.text(Field::Detail); !both.isEmpty())
                add(u"Open"_s, singleLine(both, 400));
            add(u"Previous lease"_s, m_event.has(Field::PreviousLeaseId)
                                         ? leaseText(recorded.previousLeaseId)
                                         : notKnown);
            add(u"Backoff state"_s,
                m_event.has(Field::BackoffMs) ? readableDuration(recorded.backoff) : notKnown);
        } else if (known && row.rule) {
            addChange(*row.rule, *known, recorded);
        } else {
            add(u"Previous lease"_s, leaseText(recorded.previousLeaseId));
            add(u"Backoff state"_s, readableDuration(recorded.backoff));
        }
        if (known && !isOpen)
            m_why.agrees = policyAgrees(inputRow, input, *known);
        if (row.delay) {
            add(u"Planned"_s, exactDuration(*row.delay));
            addWait(m_neighbours.after(
                m_row, {EventKind::Backoff, EventKind::ConnectAttempt, EventKind::Decision}));
        }
        addSequel(row.action);
    }

    /// The row of what was decided upon; -1 when another decision lies between.
    qsizetype input() const
    {
        const auto row = m_neighbours.before(m_row, {EventKind::Hello, EventKind::ConnectError,
                                                     EventKind::Outcome, EventKind::Decision});
        return row >= 0 && m_store.kind(row) != EventKind::Decision ? row : -1;
    }

    void addInput(qsizetype row, const Event &input)
    {
        QString value = u"hello"_s;
        qsizetype related = row;
        if (const auto error = connectErrorFromName(input.text(Field::Outcome).toStdString());
            error && input.kind == EventKind::ConnectError) {
            value = connectErrorName(*error, input);
        } else if (const auto outcome =
                       watchOutcomeFromName(input.text(Field::Outcome).toStdString());
                   outcome && input.kind == EventKind::Outcome) {
            value = outcomeName(*outcome);
            if (*outcome == WatchOutcome::HeartbeatConflict ||
                *outcome == WatchOutcome::HeartbeatGone ||
                *outcome == WatchOutcome::HeartbeatUnauthorized ||
                *outcome == WatchOutcome::HeartbeatFailed)
                related = heartbeatBefore(row);
        } else if (input.kind != EventKind::Hello) {
            value = quote(input, Field::Outcome);
        }
        const Event cause = related == row ? input : m_store.event(related);
        add(u"Came in"_s, value,
            joined({QString(cause.kindText() + u' ' + seq(m_store, related)), httpText(cause)}),
            related);
    }

    qsizetype heartbeatBefore(qsizetype row) const
    {
        const auto heartbeat = m_neighbours.before(row, {EventKind::Heartbeat, EventKind::Hello});
        return heartbeat >= 0 && m_store.kind(heartbeat) == EventKind::Heartbeat ? heartbeat : row;
    }

    static RetryState recordedState(const Event &decision)
    {
        RetryState state;
        const Value *lease = decision.value(Field::PreviousLeaseId);
        if (const auto *id = lease ? std::get_if<QString>(lease) : nullptr)
            state.previousLeaseId = id->toStdString();
        if (const auto backoff = decision.number(Field::BackoffMs))
            state.backoff = std::chrono::round<Milliseconds>(fromMilliseconds(*backoff));
        return state;
    }

    /// What the policy remembered when the input came. Nothing when that is out of reach.
    std::optional<RetryState> stateBefore(qsizetype inputRow) const
    {
        const auto row =
            m_neighbours.before(inputRow, {EventKind::Decision, EventKind::DeviceInfo});
        if (row < 0)
            return inputRow <= kWhyReach ? std::optional(RetryState{}) : std::nullopt;
        const auto decision = m_store.row(row);
        if (decision.kind == EventKind::DeviceInfo || decision.action == Action::Wake)
            return RetryState{};
        return recordedState(m_store.event(row));
    }

    std::optional<bool> policyAgrees(qsizetype inputRow, const Event &input, RetryState state) const
    {
        const auto decision = decide(inputRow, input, state);
        if (!decision)
            return std::nullopt;
        const auto row = m_store.row(m_row);
        return row.rule == decision->rule && row.action == decision->action &&
               row.delay == decision->delay && recordedState(m_event) == state;
    }

    std::optional<Decision> decide(qsizetype inputRow, const Event &input, RetryState &state) const
    {
        const auto word = input.text(Field::Outcome).toStdString();
        if (input.kind == EventKind::Hello)
            return onConnectSuccess(state);
        if (input.kind == EventKind::ConnectError) {
            const auto error = connectErrorFromName(word);
            return error ? std::optional(onConnectError(*error, state)) : std::nullopt;
        }
        const auto outcome = watchOutcomeFromName(word);
        const auto ran = duration(input, Field::DurationMs);
        const auto helloRow = m_neighbours.before(inputRow, {EventKind::Hello});
        if (!outcome || !ran || helloRow < 0)
            return std::nullopt;
        const auto interval = duration(m_store.event(helloRow), Field::HeartbeatIntervalMs);
        const EndedWatch watch{*outcome, input.text(Field::LeaseId).toStdString(),
                               std::chrono::round<Microseconds>(*ran),
                               std::chrono::round<Milliseconds>(interval.value_or(Nanoseconds{}))};
        return onOutcome(watch, state);
    }

    void addChange(Rule rule, const RetryState &before, const RetryState &after)
    {
        add(u"Previous lease"_s,
            leaseText(before.previousLeaseId) + u" → "_s + leaseText(after.previousLeaseId),
            leaseNote(rule, before, after));
        add(u"Backoff state"_s,
            readableDuration(before.backoff) + u" → "_s + readableDuration(after.backoff),
            backoffNote(rule, before, after));
    }

    /// How long the backoff that started in this row really was.
    void addWait(qsizetype startRow)
    {
        if (startRow < 0 || m_store.row(startRow).word != Word::Started)
            return;
        const auto endRow = m_neighbours.after(
            startRow, {EventKind::Backoff, EventKind::ConnectAttempt, EventKind::Decision});
        if (endRow < 0 || m_store.kind(endRow) != EventKind::Backoff) {
            add(u"Took"_s, endRow < 0 ? u"still waiting"_s : u"not recorded"_s);
            return;
        }
        const auto end = m_store.row(endRow);
        const auto took =
            end.duration ? Nanoseconds(*end.duration) : between(m_store.time(startRow), end.t);
        QString note;
        if (end.word == Word::Skipped)
            note = u"ended by the user"_s;
        else if (end.word == Word::Cancelled)
            note = u"cancelled: the run was stopped"_s;
        else if (const auto planned = m_store.row(startRow).delay)
            note = lateness(between(*planned, took));
        add(u"Took"_s, exactDuration(took), note, endRow);
    }

    static QString lateness(Nanoseconds late)
    {
        using namespace std::chrono_literals;
        if (late < 50us && late > -50us)
            return u"on time"_s;
        return late > 0ns ? QString(readableDuration(late) + u" late"_s)
                          : QString(readableDuration(-late) + u" early"_s);
    }

    /// What came of a decision.
    void addSequel(std::optional<Action> action)
    {
        if (action == Action::Run) {
            const auto row =
                m_neighbours.after(m_row, {EventKind::Outcome, EventKind::ConnectAttempt});
            if (row >= 0 && m_store.kind(row) == EventKind::Outcome)
                addThen(row, quote(m_store.event(row).wordText()), m_row);
            return;
        }
        const auto row = m_neighbours.after(m_row, {EventKind::ConnectAttempt, EventKind::Status});
        if (action == Action::Stop || action == Action::StopUnauthorized) {
            if (row >= 0 && m_store.row(row).word == Word::ShuttingDown)
                addThen(row, u"shutting down"_s, m_row);
            return;
        }
        const auto attempt = m_neighbours.after(m_row, {EventKind::ConnectAttempt});
        if (attempt < 0)
            return;
        if (action == Action::Reconnect) {
            add(u"Planned"_s, u"at once"_s);
            add(u"Took"_s, exactDuration(between(m_store.time(m_row), m_store.time(attempt))),
                seq(m_store, attempt), attempt);
        }
        addAttemptResult(attempt);
    }

    void addAttemptResult(qsizetype attemptRow)
    {
        const auto row = m_neighbours.after(
            attemptRow, {EventKind::Hello, EventKind::ConnectError, EventKind::ConnectAttempt});
        const auto attempt = u"attempt %1"_s.arg(m_store.row(attemptRow).attempt);
        if (row < 0 || m_store.kind(row) == EventKind::ConnectAttempt) {
            add(u"Then"_s, attempt, u"no result recorded"_s, attemptRow);
            return;
        }
        const auto result = m_store.kind(row) == EventKind::Hello
                                ? u"hello"_s
                                : quote(m_store.event(row).wordText());
        addThen(row, attempt + u": "_s + result, attemptRow);
    }

    void addThen(qsizetype row, const QString &what, qsizetype since)
    {
        add(u"Then"_s, what,
            joined({seq(m_store, row), u"after "_s + readableDuration(between(m_store.time(since),
                                                                              m_store.time(row)))}),
            row);
    }

    void addDecision(qsizetype row)
    {
        if (row < 0 || m_store.kind(row) != EventKind::Decision)
            return;
        const auto decision = m_store.row(row);
        add(u"Decision"_s, quote(m_store.event(row).text(Field::Rule)),
            joined({seq(m_store, row),
                    decision.action ? title(*decision.action, decision.delay) : QString()}),
            row);
    }

    qsizetype decisionBefore() const
    {
        return m_neighbours.before(m_row, {EventKind::Decision, EventKind::DeviceInfo});
    }

    qsizetype decisionAfter() const
    {
        return m_neighbours.after(m_row, {EventKind::Decision, EventKind::Hello,
                                          EventKind::ConnectError, EventKind::Outcome});
    }

    /// What led to a status.
    void addReason()
    {
        const auto row = m_neighbours.before(
            m_row, {EventKind::Decision, EventKind::DeviceInfo, EventKind::Status});
        const auto kind = row < 0 ? EventKind::Status : m_store.kind(row);
        if (m_event.word() != Word::ShuttingDown) {
            if (kind == EventKind::Decision)
                addDecision(row);
            return;
        }
        const auto event = row < 0 ? Event() : m_store.event(row);
        const auto action = row < 0 ? std::nullopt : m_store.row(row).action;
        if (action == Action::Stop || action == Action::StopUnauthorized || action == Action::Wake)
            addDecision(row);
        else if (kind == EventKind::DeviceInfo && event.word() == Word::Error &&
                 !event.number(Field::DelayMs))
            add(u"Reason"_s, u"device-info"_s, seq(m_store, row), row);
        else
            add(u"Reason"_s, u"asked to stop"_s, u"by the user: no decision led to it"_s);
    }

    void addDeviceInfoSequel()
    {
        if (const auto planned = duration(m_event, Field::DelayMs))
            add(u"Planned"_s, exactDuration(*planned));
        const auto row = m_neighbours.after(
            m_row, {EventKind::DeviceInfo, EventKind::ConnectAttempt, EventKind::Status});
        if (row >= 0 && m_store.kind(row) == EventKind::DeviceInfo)
            addThen(row, u"asked again"_s, m_row);
        else if (row >= 0 && m_store.kind(row) == EventKind::ConnectAttempt)
            addThen(row, u"attempt %1"_s.arg(m_store.row(row).attempt), m_row);
        else if (row >= 0 && m_store.row(row).word == Word::ShuttingDown)
            addThen(row, u"shutting down"_s, m_row);
    }

    /// The attempt that this belongs to.
    void addAttempt()
    {
        const auto row = m_neighbours.before(
            m_row, {EventKind::ConnectAttempt, EventKind::ConnectError, EventKind::Outcome});
        if (row < 0 || m_store.kind(row) != EventKind::ConnectAttempt)
            return;
        add(u"Attempt"_s, QString::number(m_store.row(row).attempt),
            joined(
                {seq(m_store, row),
                 readableDuration(between(m_store.time(row), m_store.time(m_row))) + u" before"_s}),
            row);
    }

    /// How the watch ended that begins here.
    void addWatchEnd()
    {
        const auto row = m_neighbours.after(
            m_row, {EventKind::Outcome, EventKind::ConnectAttempt, EventKind::Status});
        const bool isOver = row >= 0 && m_store.kind(row) == EventKind::Status;
        if (isOver && m_store.row(row).word == Word::Connected) {
            const auto next = m_neighbours.after(
                row, {EventKind::Outcome, EventKind::ConnectAttempt, EventKind::Status});
            addWatchEnd(next);
        } else {
            addWatchEnd(row);
        }
    }

    void addWatchEnd(qsizetype row)
    {
        if (row < 0)
            add(u"Then"_s, u"no end recorded"_s);
        else if (m_store.kind(row) == EventKind::Outcome)
            addThen(row, quote(m_store.event(row).wordText()), m_row);
        else if (m_store.row(row).word == Word::ShuttingDown)
            addThen(row, u"asked to stop"_s, m_row);
    }

    /// The watch that ends here.
    void addWatch()
    {
        const auto row = m_neighbours.before(m_row, {EventKind::Hello, EventKind::ConnectAttempt});
        if (row < 0 || m_store.kind(row) != EventKind::Hello)
            return;
        add(u"Watch"_s, quote(m_store.event(row), Field::LeaseId),
            u"began with "_s + seq(m_store, row), row);
        if (m_event.word() != Word::ReadTimeout)
            return;
        if (const auto interval = heartbeatInterval(row)) {
            const auto frame = lastFrame();
            add(u"Planned"_s, exactDuration(*interval * 5 / 2), u"two and a half intervals"_s);
            if (frame >= 0)
                add(u"Silence"_s, exactDuration(between(m_store.time(frame), m_store.time(m_row))),
                    u"since "_s + seq(m_store, frame), frame);
        }
    }

    qsizetype lastFrame() const
    {
        return m_neighbours.before(m_row,
                                   {EventKind::KeepAlive, EventKind::SseEvent, EventKind::Hello});
    }

    /// When the heartbeat was sent, and when it was due.
    void addHeartbeatTimer()
    {
        const auto helloRow =
            m_neighbours.before(m_row, {EventKind::Hello, EventKind::ConnectAttempt});
        if (helloRow < 0 || m_store.kind(helloRow) != EventKind::Hello)
            return;
        const auto interval = heartbeatInterval(helloRow);
        const auto before = m_neighbours.before(m_row, {EventKind::Heartbeat, EventKind::Hello});
        if (!interval || before < 0)
            return;
        const auto passed = between(sentAt(before), sentAt(m_row));
        add(u"Planned"_s, exactDuration(*interval),
            before == helloRow ? u"after hello"_s : u"after the heartbeat before"_s);
        // A tick that found the last answer missing is left out: what counts is the next one.
        const bool isSkipped = passed > *interval * 3 / 2;
        add(u"Sent after"_s, exactDuration(passed),
            joined({seq(m_store, before), isSkipped ? u"ticks before were skipped"_s
                                                    : lateness(between(*interval, passed))}),
            before);
    }

    /// What a hello says; of what no server means, as much as can be reckoned with.
    std::optional<Nanoseconds> heartbeatInterval(qsizetype helloRow) const
    {
        constexpr Nanoseconds kLongest = std::chrono::hours(24);
        const auto interval = duration(m_store.event(helloRow), Field::HeartbeatIntervalMs);
        return interval && *interval > Nanoseconds::zero()
                   ? std::optional(std::min(*interval, kLongest))
                   : std::nullopt;
    }

    /// A heartbeat is recorded when its answer is there.
    Nanoseconds sentAt(qsizetype row) const
    {
        const auto event = m_store.row(row);
        if (event.kind != EventKind::Heartbeat || !event.duration)
            return event.t;
        return between(*event.duration, event.t);
    }

    /// Of the watch that runs, when this event ended it.
    void addOutcome()
    {
        const auto row = m_neighbours.after(
            m_row, {EventKind::Outcome, EventKind::Heartbeat, EventKind::ConnectAttempt});
        if (row >= 0 && m_store.kind(row) == EventKind::Outcome)
            addThen(row, quote(m_store.event(row).wordText()), m_row);
    }

    /// Since the frame before.
    void addSilence()
    {
        const auto row = lastFrame();
        if (row < 0)
            return;
        const auto silence = between(m_store.time(row), m_store.time(m_row));
        add(u"Silence before"_s, readableDuration(silence), u"since "_s + seq(m_store, row), row);
        const auto helloRow =
            m_neighbours.before(m_row, {EventKind::Hello, EventKind::ConnectAttempt});
        if (helloRow < 0 || m_store.kind(helloRow) != EventKind::Hello)
            return;
        if (const auto interval = heartbeatInterval(helloRow)) {
            const auto timeout = *interval * 5 / 2;
            add(u"Read time-out"_s, readableDuration(timeout),
                readableDuration(std::max(between(silence, timeout), Nanoseconds::zero())) +
                    u" were left"_s);
        }
    }

    const SessionStore &m_store;
    qsizetype m_row;
    Event m_event;
    Neighbours m_neighbours;
    Why m_why;
};

} // namespace

Why whyOf(const SessionStore &store, qsizetype row)
{
    if (row < 0 || row >= store.size())
        return {};
    return Investigation(store, row).run();
}

QString explain(const Event &event)
{
    switch (event.kind) {
    case EventKind::Unknown:
        return u"A later version of Watchline wrote this event; its members are shown as they are."_s;
    case EventKind::Status:
        return explainStatus(event);
    case EventKind::DeviceInfo:
        return explainDeviceInfo(event);
    case EventKind::ConnectAttempt:
        return explainAttempt(event);
    case EventKind::ConnectPhase:
        return explainPhase(event);
    case EventKind::Hello:
        return explainHello(event);
    case EventKind::ConnectError:
        return explainConnectError(event);
    case EventKind::KeepAlive:
        return u"The server sent a comment: the stream is alive, and the read time-out starts again."_s;
    case EventKind::SseEvent:
        return explainStrayEvent(event);
    case EventKind::Heartbeat:
        return explainHeartbeat(event);
    case EventKind::Wake:
        return u"Somebody wants to view the robot: a gateway would now join a room. Watchline never does."_s;
    case EventKind::Outcome:
        return explainOutcome(event);
    case EventKind::Decision:
        if (const auto rule = ruleFromName(event.text(Field::Rule).toStdString()))
            return explain(*rule);
        return u"A decision by a rule that this version does not know."_s;
    case EventKind::Backoff:
        return explainBackoff(event);
    case EventKind::Room:
        return explainRoom(event);
    case EventKind::Note:
        return (member(event, kFindingMember) ? u"What the import of the log noticed%1"_s
                                              : u"A note by the user%1"_s)
            .arg(colonDetail(event));
    }
    return {};
}

QString explain(Rule rule)
{
    switch (rule) {
    case Rule::ConnectSuccess:
        return u"The watch runs; the backoff is 1 s again and no earlier lease is remembered."_s;
    case Rule::ConnectUnauthorized:
        return u"Asking again would not help: the run ends."_s;
    case Rule::ConnectConflict:
        return u"The other gateway is given 30 s, and no lease of ours is offered again."_s;
    case Rule::ConnectNonSse:
        return u"Such pages last, so the next attempt comes in 30 s; the backoff is left alone."_s;
    case Rule::ConnectTransient:
        return u"Such a failure may pass: the next attempt comes after the current backoff, which doubles each time up to 30 s."_s;
    case Rule::OutcomeWake:
        return u"The wake is handed over and the watch is over."_s;
    case Rule::OutcomeReadTimeout:
        return u"The connection is taken for dead; the lease may still be ours, so it is offered again at once."_s;
    case Rule::OutcomeStreamEnded:
        return u"A clean end is no failure: the lease is offered again at once."_s;
    case Rule::OutcomeStreamErrorHealthy:
        return u"The watch had been healthy for a heartbeat interval, so the lease is offered again at once."_s;
    case Rule::OutcomeStreamErrorEarly:
        return u"The watch broke within its first heartbeat interval, so the next attempt waits for the backoff, which doubles."_s;
    case Rule::OutcomeHeartbeatConflict:
        return u"The other gateway is given 30 s, and no lease of ours is offered again."_s;
    case Rule::OutcomeHeartbeatGone:
        return u"A fresh lease is asked for at once."_s;
    case Rule::OutcomeHeartbeatUnauthorized:
        return u"Asking again would not help: the run ends."_s;
    case Rule::OutcomeHeartbeatFailed:
        return u"The lease may still be ours, so it is offered again at once."_s;
    case Rule::OutcomeHeartbeatCancelled:
        return u"The loop ends; the token is not at fault."_s;
    }
    return {};
}

QString title(Action action, std::optional<Milliseconds> delay)
{
    const auto wait = delay ? readableDuration(*delay) : u"some time"_s;
    switch (action) {
    case Action::Run:
        return u"Run the watch"_s;
    case Action::RetryAfter:
        return u"Retry after %1"_s.arg(wait);
    case Action::Reconnect:
        return u"Reconnect at once"_s;
    case Action::Backoff:
        return u"Back off for %1"_s.arg(wait);
    case Action::Wake:
        return u"Hand over the wake"_s;
    case Action::Stop:
        return u"Stop"_s;
    case Action::StopUnauthorized:
        return u"Stop: the token was rejected"_s;
    }
    return {};
}

} // namespace watchline
