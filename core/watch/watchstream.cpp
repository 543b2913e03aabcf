// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/watchstream.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"

#include <algorithm>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What one turn of the event loop takes: short enough for timers and heartbeats to keep time.
constexpr qint64 kBytesPerTurn = 16 * 1024;
/// What is still taken when a deadline passes while data waits.
constexpr qint64 kBytesAtDeadline = 1024 * 1024;

/// Any 64 bits may be advertised; the format counts with a sign.
qint64 recordable(quint64 number)
{
    return static_cast<qint64>(
        std::min(number, static_cast<quint64>(std::numeric_limits<qint64>::max())));
}

/// A server may put the token anywhere, and redactedUrl() may spell it anew.
QString wakeUrl(const Wake &wake)
{
    return redacted(redactedUrl(redacted(wake.url, wake.token)), wake.token);
}

ConnectError connectErrorOf(int status)
{
    switch (status) {
    case 409:
        return ConnectError::Conflict;
    case 401:
        return ConnectError::Unauthorized;
    default:
        return ConnectError::Api;
    }
}

} // namespace

WatchStream::WatchStream(Settings settings, Clock &clock, HttpTransport &transport, Record record)
    : m_settings(std::move(settings))
    , m_clock(clock)
    , m_record(std::move(record))
    , m_began(clock.now())
    , m_connectTimer(clock.makeTimer([this] { connectTimedOut(); }))
    , m_helloTimer(clock.makeTimer([this] { helloTimedOut(); }))
    , m_readTimer(clock.makeTimer([this] { readTimedOut(); }))
{
    HttpCall request;
    request.url = m_settings.url;
    request.authorization = m_settings.authorization;
    request.headers = {{"Accept", "text/event-stream"}};
    request.isStream = true;
    m_exchange = transport.makeExchange(request);

    auto *exchange = m_exchange.get();
    connect(exchange, &HttpExchange::socketOpened, this,
            [this](const QString &detail) { recordPhase(Word::Socket, detail); });
    connect(exchange, &HttpExchange::tlsEstablished, this,
            [this](const QString &detail) { recordPhase(Word::Tls, detail); });
    connect(exchange, &HttpExchange::connected, this, [this] { m_connectTimer->stop(); });
    connect(exchange, &HttpExchange::requestSent, this,
            [this] { recordPhase(Word::RequestSent, QString()); });
    connect(exchange, &HttpExchange::redirected, this, [this](int status, const QUrl &to) {
        HttpHead head;
        head.status = status;
        m_redirection = redirectionText(to);
        recordPhase(Word::Headers, u"redirected to "_s + redactedUrl(to), &head);
        // The SDK's client grants each connection the whole time.
        m_connectTimer->start(m_settings.connectTimeout);
    });
    connect(exchange, &HttpExchange::headersReceived, this, &WatchStream::takeHead);
    connect(exchange, &HttpExchange::readyRead, this, &WatchStream::scheduleDrain);
    connect(exchange, &HttpExchange::ended, this, &WatchStream::takeEnd);

    m_connectTimer->start(m_settings.connectTimeout);
    m_helloTimer->start(kHelloTimeout);
    m_exchange->start();
}

WatchStream::~WatchStream()
{
    close();
}

void WatchStream::close()
{
    // The clock may be gone by the time that this object is.
    m_state = State::Over;
    m_connectTimer.reset();
    m_helloTimer.reset();
    m_readTimer.reset();
    m_parser.stop();
    m_exchange.reset();
}

void WatchStream::setPaused(bool paused)
{
    if (std::exchange(m_isPaused, paused) && !paused && m_state != State::Over)
        scheduleDrain();
}

std::optional<WatchStream::Deadline> WatchStream::deadline() const
{
    if (m_state == State::Over)
        return std::nullopt;
    if (m_helloTimer->isActive())
        return Deadline{true, m_began, m_helloTimer->deadline()};
    if (m_readTimer->isActive())
        return Deadline{false, m_lastFrame, m_readTimer->deadline()};
    return std::nullopt;
}

std::chrono::microseconds WatchStream::sinceBegin() const
{
    return std::chrono::floor<std::chrono::microseconds>(m_clock.now() - m_began);
}

void WatchStream::recordPhase(Word phase, const QString &detail, const HttpHead *head)
{
    Event event(EventKind::ConnectPhase);
    event.set(Field::Phase, name(phase)).setDuration(Field::DurationMs, sinceBegin());
    if (head) {
        event.set(Field::HttpStatus, head->status);
        if (!head->httpVersion.isEmpty())
            event.set(Field::HttpVersion, head->httpVersion);
        if (head->contentType)
            event.set(Field::ContentType, *head->contentType);
    }
    if (!detail.isEmpty())
        event.set(Field::Detail, detail);
    m_record(std::move(event));
}

void WatchStream::takeHead(const HttpHead &head)
{
    m_connectTimer->stop();
    m_head = head;
    recordPhase(Word::Headers, QString(), &head);
    if (head.status >= 400) {
        // It may announce a body that is too large, and never send it.
        scheduleDrain();
        return;
    }
    // A redirect that leads nowhere is judged by its media type too, as the gateway does.
    if (!isEventStream(head.contentType.value_or(QString()).toUtf8()))
        failConnect(ConnectError::UnexpectedContentType,
                    head.contentType
                        ? QString(u"expected an event stream, got "_s + *head.contentType)
                        : u"expected an event stream, got an answer without a content type"_s);
}

void WatchStream::takeEnd(const HttpEnd &end)
{
    m_end = end;
    scheduleDrain();
}

void WatchStream::scheduleDrain()
{
    if (std::exchange(m_drainIsScheduled, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_drainIsScheduled = false;
            drain();
        },
        Qt::QueuedConnection);
}

void WatchStream::drain()
{
    if (m_state == State::Over || m_isPaused)
        return;
    feedNext(kBytesPerTurn);
    if (m_state == State::Over)
        return;
    if (m_exchange->bytesAvailable() > 0)
        scheduleDrain();
    else if (m_end)
        finishBody();
}

void WatchStream::feedNext(qint64 maxSize)
{
    if (m_head.status >= 400) {
        takeErrorBody();
        return;
    }
    const auto bytes = m_exchange->read(maxSize);
    const bool isFine = m_parser.feed(bytes, [this](const SseFrame &frame) { takeFrame(frame); });
    if (isFine || m_state == State::Over)
        return;
    if (m_state == State::Connecting)
        failConnect(ConnectError::Transport, m_parser.error());
    else
        endWatch(WatchOutcome::StreamError, m_parser.error());
}

void WatchStream::takeErrorBody()
{
    if (!collectErrorBody(m_head, *m_exchange, m_errorBody))
        failConnect(connectErrorOf(m_head.status), errorResponseTooLargeText(m_head.status));
}

void WatchStream::finishBody()
{
    const auto end = *m_end;
    if (m_head.status == 0) {
        failConnect(ConnectError::Api, end.detail, end.failure);
        return;
    }
    // The status decides, also when the body that explains it is cut off.
    if (m_head.status >= 400) {
        failConnect(connectErrorOf(m_head.status), errorResponseText(m_head.status, m_errorBody));
        return;
    }
    if (end.isClean)
        m_parser.finish([this](const SseFrame &frame) { takeFrame(frame); });
    if (m_state == State::Connecting && end.isClean)
        failConnect(ConnectError::UnexpectedEof, u"the stream ended before `hello`"_s);
    else if (m_state == State::Connecting)
        failConnect(ConnectError::Transport, end.detail, end.failure);
    else if (m_state == State::Running && end.isClean)
        endWatch(WatchOutcome::StreamEnded, QString());
    else if (m_state == State::Running)
        endWatch(WatchOutcome::StreamError, end.detail);
}

void WatchStream::takeFrame(const SseFrame &frame)
{
    if (m_state == State::Over)
        return;
    if (m_state == State::Running && frame.isSignOfLife())
        restartReadTimer();
    switch (frame.kind) {
    case SseFrame::Kind::Comment: {
        Event event(EventKind::KeepAlive);
        if (m_state == State::Running)
            event.set(Field::LeaseId, m_leaseId);
        else
            event.setNull(Field::LeaseId);
        event.set(Field::Text, QString::fromUtf8(frame.data));
        m_record(std::move(event));
        break;
    }
    case SseFrame::Kind::Event:
        takeEvent(frame);
        break;
    case SseFrame::Kind::Id:
        recordStray(u"id"_s, frame.data.size(),
                    u"an id line, without effect: "_s + QString::fromUtf8(frame.data));
        break;
    case SseFrame::Kind::Retry:
        recordStray(u"retry"_s, frame.data.size(),
                    u"a retry line, without effect: "_s + QString::fromUtf8(frame.data));
        break;
    case SseFrame::Kind::BadLine:
        recordStray(QString(), frame.data.size(), u"dropped a line that is not UTF-8"_s);
        break;
    }
}

void WatchStream::takeEvent(const SseFrame &frame)
{
    if (frame.unterminated)
        recordStray(QString::fromUtf8(frame.type), frame.data.size(),
                    u"the stream ended before the empty line after this event; it counts, as it "
                    u"does for the gateway"_s);
    const bool isRunning = m_state == State::Running;
    if (frame.type == "hello" && !isRunning)
        takeHello(frame);
    else if (frame.type == "wake" && isRunning)
        takeWake(frame);
    else if (!frame.unterminated)
        recordStray(QString::fromUtf8(frame.type), frame.data.size(),
                    !isRunning              ? u"came before `hello`; ignored"_s
                    : frame.type == "hello" ? u"another `hello` on an open stream; ignored"_s
                                            : u"unknown event; ignored"_s);
}

void WatchStream::takeHello(const SseFrame &frame)
{
    const auto parsed = parseHello(frame.data);
    if (!parsed) {
        failConnect(ConnectError::MalformedEvent, malformedEventText(u"hello"_s, parsed.error));
        return;
    }
    const auto &hello = *parsed;
    m_state = State::Running;
    m_helloTimer->stop();
    m_leaseId = hello.leaseId;
    m_readTimeout = readTimeout(hello.heartbeatInterval);

    Event event(EventKind::Hello);
    event.set(Field::LeaseId, hello.leaseId)
        .set(Field::HeartbeatIntervalMs, static_cast<qint64>(hello.heartbeatInterval.count()))
        .set(Field::AdvertisedHeartbeatIntervalMs, recordable(hello.advertisedHeartbeatIntervalMs))
        .set(Field::DeviceWaitForViewerMs, static_cast<qint64>(hello.deviceWaitForViewer.count()))
        .setDuration(Field::DurationMs, sinceBegin());
    m_record(std::move(event));
    restartReadTimer();
    emit helloReceived(hello);
}

void WatchStream::takeWake(const SseFrame &frame)
{
    const auto parsed = parseWake(frame.data);
    if (!parsed) {
        endWatch(WatchOutcome::StreamError, malformedEventText(u"wake"_s, parsed.error));
        return;
    }
    const auto wake = *parsed;
    Event event(EventKind::Wake);
    event.set(Field::LeaseId, m_leaseId);
    if (wake.remoteAccessSessionId)
        event.set(Field::RemoteAccessSessionId, *wake.remoteAccessSessionId);
    else
        event.setNull(Field::RemoteAccessSessionId);
    event.set(Field::Url, wakeUrl(wake)).set(Field::TokenFingerprint, wake.token.fingerprint());
    m_record(std::move(event));
    close();
    emit woken(wake);
}

void WatchStream::recordStray(const QString &type, qsizetype size, const QString &detail)
{
    Event event(EventKind::SseEvent);
    event.set(Field::Type, type)
        .set(Field::Size, static_cast<qint64>(size))
        .set(Field::Detail, detail);
    m_record(std::move(event));
}

void WatchStream::restartReadTimer()
{
    m_lastFrame = m_clock.now();
    m_readTimer->start(m_readTimeout);
    emit deadlineChanged();
}

/// Data that is there when a deadline passes still counts. False when that was the end of it.
bool WatchStream::drainWaiting()
{
    auto left = std::min(m_exchange->bytesAvailable(), kBytesAtDeadline);
    while (m_state != State::Over && left > 0) {
        const auto before = m_exchange->bytesAvailable();
        feedNext(std::min(left, kBytesPerTurn));
        left -= kBytesPerTurn;
        if (m_state == State::Over || m_exchange->bytesAvailable() == before)
            break;
    }
    if (m_state != State::Over && m_end && m_exchange->bytesAvailable() == 0)
        finishBody();
    return m_state != State::Over;
}

void WatchStream::connectTimedOut()
{
    failConnect(ConnectError::Api,
                u"connecting timed out after "_s + readableDuration(m_settings.connectTimeout),
                HttpFailure::Other);
}

void WatchStream::helloTimedOut()
{
    // Both are 30 s by default: a connection that never stood is the clearer thing to say.
    if (m_connectTimer->isActive() && m_connectTimer->deadline() - m_began <= kHelloTimeout) {
        connectTimedOut();
        return;
    }
    if (!drainWaiting() || m_state == State::Running)
        return;
    failConnect(ConnectError::HelloTimeout,
                (m_head.status == 0 ? u"no answer within "_s : u"no `hello` within "_s) +
                    readableDuration(kHelloTimeout));
}

void WatchStream::readTimedOut()
{
    if (!drainWaiting() || m_readTimer->isActive())
        return;
    endWatch(WatchOutcome::ReadTimeout, u"no frame for "_s + readableDuration(m_readTimeout));
}

void WatchStream::failConnect(ConnectError error, const QString &detail, HttpFailure failure)
{
    Event event(EventKind::ConnectError);
    event.set(Field::Outcome, name(error));
    if (m_head.status != 0)
        event.set(Field::HttpStatus, m_head.status);
    if (error == ConnectError::UnexpectedContentType) {
        if (m_head.contentType)
            event.set(Field::ContentType,
                      QString::fromUtf8(mediaType(m_head.contentType->toUtf8())));
        else
            event.setNull(Field::ContentType);
    }
    event.setDuration(Field::DurationMs, sinceBegin())
        .set(Field::Detail, QString(m_redirection + detail));
    m_record(std::move(event));
    close();
    emit connectFailed(error, failure);
}

void WatchStream::endWatch(WatchOutcome outcome, const QString &detail)
{
    close();
    emit ended(outcome, detail);
}

} // namespace watchline
