// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/logmessage.h"
#include "core/session/event.h"

#include <optional>
#include <string>
#include <vector>

namespace watchline {

/// When a line was written, on the session's clock: at `t`, or less than `resolution` later.
struct LogMoment
{
    Nanoseconds t{};
    Nanoseconds resolution{};
    bool isKnown = false; ///< Else `t` is that of the line before it.
    qint64 line = 0;
};

/// How much time is between two lines, as far as a log tells.
struct LogSpan
{
    Nanoseconds least{};
    Nanoseconds most{};
};

/// Nothing when one has no time, or the clock was put back.
std::optional<LogSpan> spanBetween(const LogMoment &from, const LogMoment &to);

/// One gateway's lines, followed by the policy. See LogInference.
class LogRun
{
public:
    explicit LogRun(QString source);

    void take(LogMessage message, const LogEntry &entry, LogMoment now, EventBatch &events);
    /// From when on there is something that the next line is to tell: its events may be as early
    /// as that. Nothing: they are not earlier than their line.
    std::optional<Nanoseconds> openSince() const;
    /// No line comes any more that could tell: says of it what can be said without. Afterwards
    /// there is less open, or what is open is later.
    void settle(EventBatch &events);
    /// `end` is the time of the log's last line, of whichever gateway.
    void finish(Nanoseconds end, EventBatch &events);

private:
    enum class Doing {
        Unknown,      ///< Its first line is still to come.
        DeviceInfo,   ///< Asked for, or waited for.
        Connecting,   ///< An attempt has no result yet.
        Deciding,     ///< What was decided depends on the next line.
        Waiting,      ///< A backoff.
        WaitingAtAll, ///< Whether it waits is not known.
        Watching,
        Woken,
        Stopped,
    };
    /// One of the answers that the policy may have given.
    struct Option
    {
        Decision decision;
        RetryState after;
    };
    struct RunningWatch
    {
        std::string lease;
        LogMoment began;
        std::optional<Milliseconds> interval;
    };

    // Lines.
    void takeDeviceInfo(const LogEntry &entry);
    void takeDeviceInfoError(const LogEntry &entry);
    void takeUnauthorized(const LogEntry &entry);
    void takeEstablished(const LogEntry &entry);
    void takeConnectError(ConnectError error, const LogEntry &entry);
    void takeWake(const LogEntry &entry);
    void takeOutcome(WatchOutcome outcome, const LogEntry &entry);
    void takeHeartbeat(const LogEntry &entry);
    void takeSseEvent(LogMessage message, const LogEntry &entry);
    void takeRoom(LogMessage message, const LogEntry &entry);

    // What follows from them.
    void beginRun(const QString &reason);
    void forgetLastRun();
    void needAttempt(std::optional<ConnectError> error);
    void beginAttempt(Nanoseconds t, bool isKnown);
    void decide(std::vector<Option> options, bool leaseIsKnown, const QString &openQuestion);
    void settleDecision(std::optional<LogSpan> gap);
    void announce(const Option &option);
    void announceOpen(const std::vector<Option> &options);
    void obey(const Decision &decision);
    void endWait(std::optional<LogSpan> gap);
    void addWaitsEnd(Nanoseconds ended, bool isKnown);
    void settleDeviceInfo(std::optional<LogSpan> gap);
    void setStatus(Word status, const LogMoment &at);
    void checkOutcome(WatchOutcome outcome, std::optional<LogSpan> duration);
    void noteFinding(std::string_view code, const QString &detail);

    Event stated(EventKind kind, const LogEntry &entry) const;
    Event inferred(EventKind kind, Nanoseconds t, qint64 line) const;
    void add(Event event);
    std::optional<LogSpan> sinceDecision(std::optional<ConnectError> error) const;

    const QString m_source;
    EventBatch *m_events = nullptr; // while a line is taken in
    LogMoment m_now;
    LogMoment m_last;
    QByteArray m_process;

    Doing m_doing = Doing::Unknown;
    int m_attempt = 0;
    Word m_status = Word::None;
    // The policy's state. Of the backoff those that it may be.
    std::vector<Milliseconds> m_backoffs;
    bool m_leaseIsKnown = false;
    std::optional<std::string> m_lease;
    bool m_sessionIsKnown = false;
    std::optional<QString> m_session;

    std::vector<Milliseconds> m_deviceInfoDelays; // that the next failure may bring
    std::optional<Event> m_deviceInfoError;       // its delay depends on the next line
    std::optional<Milliseconds> m_deviceInfoDelay;

    LogMoment m_attemptBegan;
    std::optional<RunningWatch> m_watch;
    LogMoment m_decided;
    std::vector<Option> m_options;
    bool m_optionsLeaseIsKnown = false;
    QString m_openQuestion;
    std::optional<Milliseconds> m_delay; // of the wait that runs
    bool m_isWaitsEndSaid = false;
};

} // namespace watchline
