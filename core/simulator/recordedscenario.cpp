// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/recordedscenario.h"

#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/policy/retrypolicy.h"
#include "core/session/eventparser.h"
#include "core/session/sessionscan.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

using namespace std::chrono_literals;

/// All steps are in memory: some 100 MB.
constexpr qsizetype kMostSteps = 500'000;
constexpr qsizetype kLongestData = 1'024;
/// The client gives up waiting for `hello` after 30 s; an answer must not race with that.
constexpr Milliseconds kLatestFault = 29'900ms;
/// What connecting on one machine takes at most.
constexpr Milliseconds kConnecting = 5ms;
/// How far the end of a watch is kept from its heartbeat interval: on which side it falls decides.
constexpr Milliseconds kMargin = 5ms;
constexpr Milliseconds kLongestRun = 1h * 10'000;

Milliseconds milliseconds(const Event &event, Field field)
{
    const double number = event.number(field).value_or(0);
    const auto most = static_cast<double>(kLongestRun.count());
    return Milliseconds(static_cast<qint64>(std::round(std::clamp(number, 0.0, most))));
}

bool isWholeAnswer(int status)
{
    return status >= 400 && status <= 599;
}

int statusOf(const Event &event)
{
    const double status = event.number(Field::HttpStatus).value_or(0);
    return status >= 100 && status <= 599 ? static_cast<int>(status) : 0;
}

/// A text from a file for a line of HTTP or of a stream: nothing that could end the line.
QByteArray lineSafe(const QString &text)
{
    QByteArray bytes = text.left(kLongestData).toUtf8();
    bytes.removeIf([](char byte) { return static_cast<unsigned char>(byte) < ' '; });
    return bytes;
}

/// The body that an error answer had, as far as its text tells.
QByteArray errorBodyOf(const Event &event)
{
    const auto detail = event.text(Field::Detail).left(kLongestData);
    static const QRegularExpression malformed(u" with body '(.*)'$"_s,
                                              QRegularExpression::DotMatchesEverythingOption);
    if (const auto match = malformed.match(detail); match.hasMatch())
        return match.captured(1).toUtf8();
    static const QRegularExpression wellFormed(
        u"received error response [^:]*: (.*?)(?: \\(code ([^()]*)\\))?$"_s,
        QRegularExpression::DotMatchesEverythingOption);
    const auto match = wellFormed.match(detail);
    QJsonObject body{{u"error"_s, match.hasMatch() ? match.captured(1) : detail}};
    if (match.hasMatch() && match.hasCaptured(2))
        body.insert(u"code"_s, match.captured(2));
    return QJsonDocument(body).toJson(QJsonDocument::Compact);
}

ScenarioResponse errorResponse(int status, const Event &event)
{
    return {status, {}, {}, errorBodyOf(event)};
}

/// An answer to a short request: device-info or a heartbeat.
ScenarioAnswer shortAnswer(const Event &event, bool isGood)
{
    ScenarioAnswer answer;
    answer.delay = milliseconds(event, Field::DurationMs);
    const int status = statusOf(event);
    if (isGood)
        answer.what = ScenarioResponse();
    else if (isWholeAnswer(status))
        answer.what = errorResponse(status, event);
    else if (status >= 200 && status < 300)
        answer.what = ScenarioResponse{status, "text/html", {}, "<h1>as recorded</h1>"};
    else
        answer.what = ScenarioEnd::Close;
    return answer;
}

/// Follows the first run of the first source.
class RecordedServer
{
public:
    /// False: the run is over, or too long; no more events are wanted.
    bool take(const Event &event)
    {
        if (!m_hasSource && isPartOfARun(event.kind)) {
            m_hasSource = true;
            m_source = event.source;
        }
        if (event.source != m_source || !m_hasSource) {
            m_hasOthers = m_hasOthers || isPartOfARun(event.kind);
            return true;
        }
        if (m_stepCount >= kMostSteps) {
            m_isTooLong = true;
            return false;
        }
        if (!m_first)
            m_first = event.t;
        if (event.kind == EventKind::Note) // may be written at any time
            return true;
        m_last = std::max(m_last.value_or(event.t), event.t);
        return takeOwn(event);
    }

    bool isEmpty() const { return m_data.connects.isEmpty() && m_deviceInfos.isEmpty(); }

    Scenario::Data conclude(const QString &name)
    {
        endConnect();
        m_data.deviceInfo.answers =
            m_deviceInfos.isEmpty() ? QList<ScenarioAnswer>{ScenarioAnswer()} : m_deviceInfos;
        const auto length = inMilliseconds(m_last.value_or(0ns) - m_first.value_or(0ns));
        m_data.length = std::clamp<Milliseconds>(length, 1s, kLongestRun);
        m_data.title = u"What %1 met, %2 long, as it was recorded in %3."_s.arg(
            singleLine(m_source.isEmpty() ? u"a gateway"_s : m_source, 200),
            readableDuration(m_data.length), singleLine(name, 200));
        QStringList remarks;
        if (m_isTooLong)
            remarks.append(u"only its first %1 are served, the rest is too long"_s.arg(
                readableDuration(m_data.length)));
        if (m_hasOthers)
            remarks.append(
                u"only the first of its sources is served: %1"_s.arg(singleLine(m_source, 200)));
        m_data.remark = remarks.join(u"; "_s);
        return std::move(m_data);
    }

private:
    static bool isPartOfARun(EventKind kind)
    {
        return kind == EventKind::DeviceInfo || kind == EventKind::ConnectAttempt;
    }
    static Milliseconds inMilliseconds(Nanoseconds time)
    {
        return std::chrono::round<Milliseconds>(time);
    }
    bool isWatching() const { return m_isConnecting && m_hello; }

    bool takeOwn(const Event &event)
    {
        switch (event.kind) {
        case EventKind::Status:
            return event.word() != Word::Shutdown || isEmpty();
        case EventKind::DeviceInfo:
            return takeDeviceInfo(event);
        case EventKind::ConnectAttempt:
            endConnect();
            m_isConnecting = true;
            m_began = event.t;
            m_data.connects.append(ScenarioConnect());
            break;
        default:
            if (m_isConnecting)
                takeOfAConnect(event);
            break;
        }
        return true;
    }

    void takeOfAConnect(const Event &event)
    {
        switch (event.kind) {
        case EventKind::ConnectPhase:
            takePhase(event);
            break;
        case EventKind::KeepAlive:
            send(event.t, ": " + lineSafe(event.text(Field::Text)) + "\n\n", u"a comment"_s);
            break;
        case EventKind::SseEvent:
            takeStray(event);
            break;
        case EventKind::Hello:
            takeHello(event);
            break;
        case EventKind::ConnectError:
            takeError(event);
            break;
        case EventKind::Heartbeat:
            takeHeartbeat(event);
            break;
        case EventKind::Wake:
            takeWake(event);
            break;
        case EventKind::Outcome:
            takeOutcome(event);
            break;
        default:
            break;
        }
    }

    bool takeDeviceInfo(const Event &event)
    {
        if (!m_data.connects.isEmpty())
            return false; // the next run
        const bool isGood = event.word() == Word::Ok;
        if (isGood) {
            m_data.deviceId = event.text(Field::DeviceId);
            m_data.deviceName = event.text(Field::DeviceName);
            m_data.projectId = event.text(Field::ProjectId);
        }
        m_deviceInfos.append(shortAnswer(event, isGood));
        ++m_stepCount;
        return true;
    }

    void takePhase(const Event &event)
    {
        if (event.word() == Word::RequestSent && !m_hasStream) {
            // A client of this server takes its time to connect, too, if only a little.
            m_waited = std::clamp(inMilliseconds(event.t - m_began), 0ms, kConnecting);
            return;
        }
        const int status = statusOf(event);
        if (event.word() != Word::Headers || (status >= 300 && status < 400)) // redirected
            return;
        m_head =
            Head{event.t, event.has(Field::ContentType) ? lineSafe(event.text(Field::ContentType))
                                                        : QByteArray()};
    }

    void takeHello(const Event &event)
    {
        if (m_hello)
            return;
        beginStream(event.t);
        HelloStep hello;
        hello.lease = event.text(Field::LeaseId);
        m_interval = milliseconds(event, Field::HeartbeatIntervalMs);
        hello.intervalMs = event.has(Field::AdvertisedHeartbeatIntervalMs)
                               ? milliseconds(event, Field::AdvertisedHeartbeatIntervalMs).count()
                               : m_interval.count();
        hello.waitMs = milliseconds(event, Field::DeviceWaitForViewerMs).count();
        waitUntil(event.t);
        add(hello);
        m_hello = m_waited;
    }

    void takeStray(const Event &event)
    {
        const auto type = event.text(Field::Type);
        const auto detail = event.text(Field::Detail);
        // What comes of these is recorded besides.
        if (type == (m_hello ? "wake"_L1 : "hello"_L1))
            return;
        if (detail.startsWith(u"an id line"_s) || detail.startsWith(u"a retry line"_s)) {
            const auto value = detail.section(u": "_s, 1);
            send(event.t, lineSafe(type) + ": " + lineSafe(value) + '\n', detail);
        } else if (detail.contains(u"not UTF-8"_s)) {
            send(event.t, "\xff\n", u"a line that is not UTF-8"_s);
        } else {
            const auto size = static_cast<qsizetype>(
                std::clamp(event.number(Field::Size).value_or(0), 0.0, double{kLongestData}));
            send(event.t, "event: " + lineSafe(type) + "\ndata: " + QByteArray(size, 'x') + "\n\n",
                 u"an event %1"_s.arg(singleLine(type, 80)));
        }
    }

    void takeHeartbeat(const Event &event)
    {
        if (!isWatching())
            return;
        m_heartbeats.append(shortAnswer(event, event.word() == Word::Ok));
        ++m_stepCount;
    }

    void takeWake(const Event &event)
    {
        if (!isWatching())
            return;
        const auto session = event.text(Field::RemoteAccessSessionId);
        const auto url = event.text(Field::Url);
        const QJsonObject wake{{u"remoteAccessSessionId"_s, session.isEmpty()
                                                                ? QJsonValue(QJsonValue::Null)
                                                                : QJsonValue(session)},
                               {u"url"_s, url.isEmpty() ? u"wss://media.example"_s : url},
                               {u"token"_s, u"made-up-media-token"_s}};
        send(event.t,
             "event: wake\ndata: " + QJsonDocument(wake).toJson(QJsonDocument::Compact) + "\n\n",
             u"wake"_s);
    }

    void takeError(const Event &event)
    {
        if (m_hello)
            return;
        const auto error = connectErrorFromName(event.wordText().toStdString());
        const int status = statusOf(event);
        switch (error.value_or(ConnectError::Api)) {
        case ConnectError::Conflict:
            respond(event, errorResponse(409, event));
            break;
        case ConnectError::Unauthorized:
            respond(event, errorResponse(401, event));
            break;
        case ConnectError::Api:
            if (isWholeAnswer(status) && status != 409 && status != 401)
                respond(event, errorResponse(status, event));
            else
                fault(event.t, ScenarioEnd::Close);
            break;
        case ConnectError::UnexpectedContentType:
            respond(event, {status >= 200 && status < 300 ? status : 200,
                            lineSafe(event.text(Field::ContentType)),
                            {},
                            QByteArray("as recorded")});
            break;
        case ConnectError::UnexpectedEof:
            beginStream(event.t);
            fault(event.t, ScenarioEnd::End);
            break;
        case ConnectError::Transport:
            beginStream(event.t);
            fault(event.t, ScenarioEnd::Cut);
            break;
        case ConnectError::HelloTimeout:
            if (m_head)
                beginStream(event.t);
            add(ScenarioEnd::Silence);
            break;
        case ConnectError::MalformedEvent:
            send(event.t, "event: hello\ndata: {}\n\n", u"a malformed hello"_s);
            add(ScenarioEnd::Silence);
            break;
        }
        m_isConnecting = false;
    }

    void takeOutcome(const Event &event)
    {
        if (!isWatching())
            return;
        const auto word = event.word();
        // A heartbeat that was on its way was not answered before the end.
        if (word == Word::StreamEnded || word == Word::StreamError || word == Word::Wake)
            m_heartbeats.append(ScenarioAnswer{ScenarioEnd::Silence, 0ms});
        if (word == Word::StreamEnded) {
            fault(event.t, ScenarioEnd::End);
        } else if (word == Word::StreamError) {
            waitForCut(event);
            add(ScenarioEnd::Cut);
        } else {
            add(ScenarioEnd::Silence); // the client ends it
        }
        endWatch();
    }

    /// Whether it ran for a heartbeat interval decides what follows: it has to on the same side.
    void waitForCut(const Event &event)
    {
        const bool isHealthy =
            event.number(Field::DurationMs).value_or(static_cast<double>(m_interval.count())) >=
            static_cast<double>(m_interval.count());
        const auto hello = m_hello.value_or(0ms);
        auto at = inMilliseconds(event.t - m_began);
        if (isHealthy)
            at = std::max(at, hello + m_interval + kMargin);
        else if (m_interval > kMargin)
            at = std::min(at, hello + m_interval - kMargin);
        waitUntil(m_began + at);
    }

    void endWatch()
    {
        if (!m_heartbeats.isEmpty())
            m_data.connects.last().heartbeats =
                ScenarioAnswers{std::exchange(m_heartbeats, {}), false};
        m_isConnecting = false;
    }

    /// Nothing more is known of the connect.
    void endConnect()
    {
        if (isWatching()) {
            // The recording ends, not the watch.
            const auto every = std::max(m_interval / 2, Milliseconds(100));
            add(WaitStep{every});
            add(KeepAlivesStep{{}, every, "keep-alive"});
            endWatch();
        } else if (m_isConnecting) {
            add(ScenarioEnd::Silence);
        }
        m_isConnecting = false;
        m_hello.reset();
        m_head.reset();
        m_hasStream = false;
        m_waited = 0ms;
    }

    template<typename Step>
    void add(const Step &step)
    {
        m_data.connects.last().steps.append(step);
        ++m_stepCount;
    }

    void waitUntil(Nanoseconds t)
    {
        const auto at = std::min(inMilliseconds(t - m_began), kLongestRun);
        if (at <= m_waited)
            return;
        add(WaitStep{at - m_waited});
        m_waited = at;
    }

    /// The head, when it came; at the latest now.
    void beginStream(Nanoseconds t)
    {
        if (std::exchange(m_hasStream, true))
            return;
        HeadersStep headers;
        if (m_head && m_head->contentType.startsWith("text/event-stream"))
            headers.contentType = m_head->contentType;
        waitUntil(m_head ? std::min(m_head->t, t) : t);
        add(headers);
    }

    void send(Nanoseconds t, const QByteArray &bytes, const QString &what)
    {
        beginStream(t);
        waitUntil(t);
        add(SendStep{bytes, {}, what});
    }

    void respond(const Event &event, const ScenarioResponse &response)
    {
        waitUntil(std::min(m_head ? m_head->t : event.t, m_began + kLatestFault));
        add(response);
    }

    void fault(Nanoseconds t, ScenarioEnd how)
    {
        waitUntil(m_hello ? t : std::min(t, m_began + kLatestFault));
        add(how);
    }

    struct Head
    {
        Nanoseconds t{};
        QByteArray contentType;
    };

    Scenario::Data m_data;
    QList<ScenarioAnswer> m_deviceInfos;
    bool m_hasSource = false;
    QString m_source;
    bool m_hasOthers = false;
    bool m_isTooLong = false;
    qsizetype m_stepCount = 0;
    std::optional<Nanoseconds> m_first;
    std::optional<Nanoseconds> m_last;

    // Of the connect that is being followed; times from its begin on.
    bool m_isConnecting = false;
    Nanoseconds m_began{};
    Milliseconds m_waited{};
    std::optional<Head> m_head;
    bool m_hasStream = false;
    std::optional<Milliseconds> m_hello;
    Milliseconds m_interval{};
    QList<ScenarioAnswer> m_heartbeats;
};

class Events : public LineProduct
{
public:
    void clear() override { m_events.clear(); }
    void add(const EventView &event, QByteArrayView, qint64) override
    {
        if (event.kind != EventKind::Unknown)
            m_events.push_back(event.toEvent());
    }
    const std::vector<Event> &all() const { return m_events; }

private:
    std::vector<Event> m_events;
};

} // namespace

bool isRecording(QByteArrayView start)
{
    if (start.startsWith("\xEF\xBB\xBF"))
        start = start.sliced(3);
    const auto end = start.indexOf('\n');
    const auto line = start.first(end < 0 ? start.size() : end);
    EventParser parser;
    SessionHeader header;
    // One of a later release, or one that is cut off, is told as such when it is read.
    return line.startsWith(R"({"watchline":)") || parser.parseHeader(line, header);
}

std::optional<Scenario::Data> loadRecording(QIODevice &device, const QString &path, QString *error)
{
    DeviceSource source(device);
    SessionScan scan(source, shownPath(path, Direction::Input), {});
    RecordedServer server;
    if (scan.readHeader()) {
        scan.run([] { return std::make_unique<Events>(); },
                 [&server](LineProduct &product, const LinePiece &) {
                     const auto &events = static_cast<const Events &>(product).all();
                     return std::all_of(
                         events.begin(), events.end(),
                         [&server](const Event &event) { return server.take(event); });
                 });
    }
    const auto &read = scan.result();
    if (read.status == ReadResult::Status::Failed) {
        *error = read.message;
        return std::nullopt;
    }
    if (server.isEmpty()) {
        *error =
            u"%1: the session has no connect attempt that could be served; choose another"_s.arg(
                singleLine(path, 200));
        return std::nullopt;
    }
    auto data = server.conclude(QFileInfo(path).fileName());
    if (!read.message.isEmpty())
        data.remark = data.remark.isEmpty() ? read.message : read.message + u"; "_s + data.remark;
    return data;
}

} // namespace watchline
