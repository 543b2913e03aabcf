// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchclient.h"

#include "core/base/text.h"
#include "core/policy/retrypolicy.h"
#include "core/protocol/endpoints.h"
#include "core/protocol/payloads.h"
#include "core/watch/heartbeat.h"
#include "core/watch/shortrequest.h"
#include "core/watch/watchstream.h"

#include <algorithm>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Of any text in an event: a server may send what it likes, and a session is kept.
constexpr qsizetype kMaxRecordedText = 4096;

QString bounded(const QString &text)
{
    if (text.size() <= kMaxRecordedText)
        return text;
    const bool splitsAPair = text.at(kMaxRecordedText - 1).isHighSurrogate();
    return text.first(splitsAPair ? kMaxRecordedText - 1 : kMaxRecordedText) + u'…';
}

QString malformedDeviceInfo(const ShortResult &result, const QString &error)
{
    const bool isPage = mediaType(result.contentType.toUtf8()) == "text/html";
    return result.redirection + u"malformed device-info: "_s +
           (isPage ? u"it is a web page (text/html), not the API's JSON"_s : error);
}

/// Deletes later: what is dropped may be telling something at this moment.
struct DeleteLater
{
    void operator()(WatchStream *stream) const
    {
        stream->close();
        stream->deleteLater();
    }
    void operator()(Heartbeat *heartbeat) const
    {
        heartbeat->stop();
        heartbeat->deleteLater();
    }
};

struct RunningBackoff
{
    Nanoseconds began{};
    Milliseconds delay{};
};

struct RunningWatch
{
    QString leaseId;
    Milliseconds heartbeatInterval{};
    Nanoseconds began{};
};

} // namespace

struct WatchClient::Private
{
    Private(WatchClient *client, WatchOptions watchOptions, Clock &theClock,
            HttpTransport &theTransport)
        : q(client)
        , options(std::move(watchOptions))
        , clock(theClock)
        , transport(theTransport)
        , authorization("DeviceToken " + options.token.reveal())
        , tokenIsTelling(options.token.reveal().size() >= 8)
        , retryTimer(clock.makeTimer([this] { endWait(Word::Finished); }))
    {}

    // Start-up
    void fetchDeviceInfo();
    void takeDeviceInfo(const ShortResult &result);
    void waitForDeviceInfo();

    // The loop, as the policy decides
    void connectWatch();
    void takeHello(const Hello &hello);
    void takeConnectError(ConnectError error);
    void takeWake(const Wake &wake);
    void endWatch(WatchOutcome outcome, const QString &detail);
    void obey(const Decision &decision);
    void waitBeforeConnect(Milliseconds delay);
    void endWait(Word how);
    void recordSkippedDeviceInfoWait();
    void rememberSession(const Wake &wake);
    void finish(RunEnd end);
    void dropRequests();

    // Reporting
    void setStatus(Word status);
    void record(Event event);
    void cleanTexts(Event &event) const;
    void recordDecision(const Decision &decision);
    void recordBackoff(Word result);
    void scheduleFlush();
    void flush();
    Nanoseconds sessionTime(Nanoseconds time) const { return time - options.started; }
    Waiting waiting() const;
    Record recorder()
    {
        return [this](Event event) { record(std::move(event)); };
    }

    WatchClient *q;
    const WatchOptions options;
    Clock &clock;
    HttpTransport &transport;
    const Secret authorization;
    /// Shorter ones are no tokens of the platform's, and would be found in any text.
    const bool tokenIsTelling;

    std::unique_ptr<Timer> retryTimer; // backoff, or the wait before the next device-info
    std::unique_ptr<ShortRequest> deviceInfo;
    Milliseconds deviceInfoDelay = kDeviceInfoInitialBackoff;
    Nanoseconds deviceInfoWaitBegan{};
    Milliseconds deviceInfoWait{};

    std::unique_ptr<Heartbeat, DeleteLater> heartbeat;
    std::unique_ptr<WatchStream, DeleteLater> stream;
    std::optional<RunningWatch> watch;
    std::optional<RunningBackoff> backoff;
    RetryState retry;
    QString sessionId; // null until a wake gave one
    int attempt = 0;
    Word status = Word::None;
    bool isStarted = false;
    bool isOver = false;
    bool isPaused = false;

    EventBatch batch;
    Waiting told;
    bool flushIsScheduled = false;
};

void WatchClient::Private::fetchDeviceInfo()
{
    HttpCall request;
    request.url = deviceInfoUrl(options.apiUrl);
    request.authorization = authorization;
    deviceInfo = std::make_unique<ShortRequest>(
        clock, transport, request, ShortRequest::Needs::Body, options.apiTimeout,
        [this](const ShortResult &result) { takeDeviceInfo(result); });
}

void WatchClient::Private::takeDeviceInfo(const ShortResult &result)
{
    deviceInfo.reset();
    const auto info = result.isSuccess ? parseDeviceInfo(result.body)
                                       : Result<DeviceInfo>::failed(result.failure);
    const bool isUnauthorized = result.httpStatus == 401;
    if (!info)
        emit q->requestFailed(result.failureClass);

    Event event(EventKind::DeviceInfo);
    event.set(Field::Result, name(info ? Word::Ok : Word::Error));
    if (info) {
        event.set(Field::DeviceId, info->id)
            .set(Field::DeviceName, info->name)
            .set(Field::ProjectId, info->projectId);
    }
    if (result.httpStatus != 0)
        event.set(Field::HttpStatus, result.httpStatus);
    event.setDuration(Field::DurationMs, result.duration);
    if (info || isUnauthorized)
        event.setNull(Field::DelayMs);
    else
        event.setDuration(Field::DelayMs, deviceInfoDelay);
    if (result.isSuccess && !info)
        event.set(Field::Detail, malformedDeviceInfo(result, info.error));
    else if (!info)
        event.set(Field::Detail, info.error);
    record(std::move(event));

    if (info)
        connectWatch();
    else if (isUnauthorized)
        finish(RunEnd::Unauthorized);
    else
        waitForDeviceInfo();
}

void WatchClient::Private::waitForDeviceInfo()
{
    deviceInfoWaitBegan = clock.now();
    deviceInfoWait = deviceInfoDelay;
    retryTimer->start(deviceInfoDelay);
    deviceInfoDelay = std::min(deviceInfoDelay * 2, kDeviceInfoMaxBackoff);
    scheduleFlush();
}

void WatchClient::Private::connectWatch()
{
    const auto previousLease =
        retry.previousLeaseId ? QString::fromStdString(*retry.previousLeaseId) : QString();
    const auto url =
        watchUrl(options.apiUrl, sessionId,
                 retry.previousLeaseId && previousLease.isNull() ? u""_s : previousLease);
    ++attempt;
    Event event(EventKind::ConnectAttempt);
    if (retry.previousLeaseId)
        event.set(Field::PreviousLeaseId, previousLease);
    else
        event.setNull(Field::PreviousLeaseId);
    if (sessionId.isNull())
        event.setNull(Field::RemoteAccessSessionId);
    else
        event.set(Field::RemoteAccessSessionId, sessionId);
    event.set(Field::Url, redactedUrl(url));
    record(std::move(event));

    stream.reset(
        new WatchStream({url, authorization, options.apiTimeout}, clock, transport, recorder()));
    stream->setPaused(isPaused);
    connect(stream.get(), &WatchStream::connectFailed, q,
            [this](ConnectError error, HttpFailure failure) {
                emit q->requestFailed(failure);
                takeConnectError(error);
            });
    connect(stream.get(), &WatchStream::helloReceived, q,
            [this](const Hello &hello) { takeHello(hello); });
    connect(stream.get(), &WatchStream::woken, q, [this](const Wake &wake) { takeWake(wake); });
    connect(stream.get(), &WatchStream::ended, q,
            [this](WatchOutcome outcome, const QString &detail) { endWatch(outcome, detail); });
    connect(stream.get(), &WatchStream::deadlineChanged, q, [this] { scheduleFlush(); });
}

void WatchClient::Private::takeHello(const Hello &hello)
{
    watch = RunningWatch{hello.leaseId, hello.heartbeatInterval, clock.now()};
    heartbeat.reset(new Heartbeat({heartbeatUrl(options.apiUrl), authorization, hello.leaseId,
                                   hello.heartbeatInterval, options.apiTimeout},
                                  clock, transport, recorder()));
    connect(heartbeat.get(), &Heartbeat::lost, q,
            [this](WatchOutcome outcome, const QString &detail) { endWatch(outcome, detail); });
    recordDecision(onConnectSuccess(retry));
    setStatus(Word::Connected);
}

void WatchClient::Private::takeConnectError(ConnectError error)
{
    const auto decision = onConnectError(error, retry);
    recordDecision(decision);
    obey(decision);
}

void WatchClient::Private::takeWake(const Wake &wake)
{
    rememberSession(wake);
    endWatch(WatchOutcome::Wake, QString());
}

void WatchClient::Private::rememberSession(const Wake &wake)
{
    if (!wake.remoteAccessSessionId)
        return;
    if (sessionId.isNull()) {
        // Not null, even if it is empty: from now on it is sent.
        sessionId = wake.remoteAccessSessionId->isNull() ? u""_s : *wake.remoteAccessSessionId;
    } else if (sessionId != *wake.remoteAccessSessionId) {
        Event note(EventKind::Note);
        note.set(Field::Detail, u"this wake names the session %1; the first one, %2, is kept"_s.arg(
                                    *wake.remoteAccessSessionId, sessionId));
        record(std::move(note));
    }
}

void WatchClient::Private::endWatch(WatchOutcome outcome, const QString &detail)
{
    // Both stop at this instant, before anything else is decided: a heartbeat must never outlive
    // its watch.
    stream.reset();
    heartbeat.reset();
    const auto ended = *std::exchange(watch, std::nullopt);
    // The policy gets what is recorded, to the microsecond, so that it can be checked later.
    const auto duration = std::chrono::floor<Microseconds>(clock.now() - ended.began);

    Event event(EventKind::Outcome);
    event.set(Field::Outcome, name(outcome))
        .set(Field::LeaseId, ended.leaseId)
        .setDuration(Field::DurationMs, duration);
    if (!detail.isEmpty())
        event.set(Field::Detail, detail);
    record(std::move(event));

    const auto decision =
        onOutcome({outcome, ended.leaseId.toStdString(), duration, ended.heartbeatInterval}, retry);
    recordDecision(decision);
    obey(decision);
}

void WatchClient::Private::obey(const Decision &decision)
{
    switch (decision.action) {
    case Action::Run:
        return;
    case Action::RetryAfter:
    case Action::Backoff:
        setStatus(Word::Connecting);
        waitBeforeConnect(decision.delay.value_or(Milliseconds::zero()));
        return;
    case Action::Reconnect:
        connectWatch();
        return;
    case Action::Wake:
        if (options.afterWake == AfterWake::Stop) {
            finish(RunEnd::Woken);
            return;
        }
        retry = RetryState{};
        connectWatch();
        return;
    case Action::Stop:
        finish(RunEnd::Cancelled);
        return;
    case Action::StopUnauthorized:
        finish(RunEnd::Unauthorized);
        return;
    }
}

void WatchClient::Private::waitBeforeConnect(Milliseconds delay)
{
    stream.reset();
    retryTimer->start(delay);
    backoff = RunningBackoff{retryTimer->deadline() - delay, delay};

    Event event(EventKind::Backoff);
    event.set(Field::Result, name(Word::Started)).setDuration(Field::DelayMs, delay);
    record(std::move(event));
}

void WatchClient::Private::endWait(Word how)
{
    retryTimer->stop();
    scheduleFlush();
    if (!backoff) {
        if (how == Word::Skipped)
            recordSkippedDeviceInfoWait();
        fetchDeviceInfo();
        return;
    }
    recordBackoff(how);
    connectWatch();
}

/// No backoff of the policy's, so a note has to say why the next request comes so early.
void WatchClient::Private::recordSkippedDeviceInfoWait()
{
    const auto waited = std::chrono::floor<Milliseconds>(clock.now() - deviceInfoWaitBegan);
    Event note(EventKind::Note);
    note.set(Field::Detail, u"the user ended the wait of %1 for device-info after %2"_s.arg(
                                readableDuration(deviceInfoWait), readableDuration(waited)));
    record(std::move(note));
}

void WatchClient::Private::recordBackoff(Word result)
{
    const auto ended = *std::exchange(backoff, std::nullopt);
    Event event(EventKind::Backoff);
    event.set(Field::Result, name(result))
        .setDuration(Field::DelayMs, ended.delay)
        .setDuration(Field::DurationMs,
                     std::chrono::floor<Microseconds>(clock.now() - ended.began));
    record(std::move(event));
}

void WatchClient::Private::dropRequests()
{
    retryTimer->stop();
    deviceInfo.reset();
    stream.reset();
    heartbeat.reset();
    watch.reset();
}

void WatchClient::Private::finish(RunEnd end)
{
    dropRequests();
    if (backoff)
        recordBackoff(Word::Cancelled);
    setStatus(Word::ShuttingDown);
    setStatus(Word::Shutdown);
    isOver = true;
    flush();
    emit q->finished(end);
}

void WatchClient::Private::setStatus(Word newStatus)
{
    if (std::exchange(status, newStatus) == newStatus)
        return;
    Event event(EventKind::Status);
    event.set(Field::Status, name(newStatus));
    record(std::move(event));
}

void WatchClient::Private::recordDecision(const Decision &decision)
{
    Event event(EventKind::Decision);
    event.set(Field::Rule, name(decision.rule)).set(Field::Action, name(decision.action));
    if (decision.delay)
        event.setDuration(Field::DelayMs, *decision.delay);
    else
        event.setNull(Field::DelayMs);
    if (retry.previousLeaseId)
        event.set(Field::PreviousLeaseId, *retry.previousLeaseId);
    else
        event.setNull(Field::PreviousLeaseId);
    event.setDuration(Field::BackoffMs, retry.backoff);
    record(std::move(event));
}

void WatchClient::Private::record(Event event)
{
    event.t = sessionTime(clock.now());
    event.source = options.source;
    event.attempt = attempt;
    cleanTexts(event);
    batch += std::move(event);
    scheduleFlush();
}

/// A server may repeat the token that it was sent, in part too where a text is cut: so it is hidden
/// first, and no text is cut before.
void WatchClient::Private::cleanTexts(Event &event) const
{
    for (auto &member : event.members) {
        if (auto *text = std::get_if<QString>(&member.value))
            *text = bounded(tokenIsTelling ? redacted(*text, options.token) : *text);
    }
}

void WatchClient::Private::scheduleFlush()
{
    if (isOver || std::exchange(flushIsScheduled, true))
        return;
    QMetaObject::invokeMethod(
        q, [this] { flush(); }, Qt::QueuedConnection);
}

void WatchClient::Private::flush()
{
    flushIsScheduled = false;
    if (!batch.isEmpty())
        emit q->eventsRecorded(std::exchange(batch, {}));
    if (const auto now = waiting(); !(now == told)) {
        told = now;
        emit q->waitingChanged(now);
    }
}

Waiting WatchClient::Private::waiting() const
{
    if (backoff)
        return {Waiting::For::Backoff, sessionTime(backoff->began),
                sessionTime(retryTimer->deadline())};
    if (retryTimer->isActive())
        return {Waiting::For::DeviceInfoRetry, sessionTime(deviceInfoWaitBegan),
                sessionTime(retryTimer->deadline())};
    const auto deadline = stream ? stream->deadline() : std::nullopt;
    if (!deadline)
        return {};
    return {deadline->isForHello ? Waiting::For::Hello : Waiting::For::Frame,
            sessionTime(deadline->since), sessionTime(deadline->at)};
}

WatchClient::WatchClient(WatchOptions options, Clock &clock, HttpTransport &transport,
                         QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(options), clock, transport))
{}

WatchClient::~WatchClient()
{
    d->isOver = true;
    d->dropRequests();
}

void WatchClient::start()
{
    if (d->isOver || std::exchange(d->isStarted, true))
        return;
    d->setStatus(Word::Connecting);
    d->fetchDeviceInfo();
}

void WatchClient::stop()
{
    if (d->isStarted && !d->isOver)
        d->finish(RunEnd::Stopped);
}

void WatchClient::retryNow()
{
    if (d->isOver || !d->retryTimer->isActive())
        return;
    d->endWait(Word::Skipped);
}

void WatchClient::setPaused(bool paused)
{
    d->isPaused = paused;
    if (d->stream)
        d->stream->setPaused(paused);
}

} // namespace watchline
