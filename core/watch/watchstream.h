// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/policy/retrypolicy.h"
#include "core/protocol/payloads.h"
#include "core/protocol/sseparser.h"
#include "core/watch/heartbeat.h"
#include "core/watch/httptransport.h"

#include <QObject>

#include <optional>

namespace watchline {

/// One watch: the request, the wait for `hello`, and then frame after frame until it is over.
/// Records connect phases, `hello` or the connect error, keep-alives and stray events; the outcome
/// of a watch that had its `hello` is for the owner to record, since heartbeats can end it too.
///
/// Frames are taken in a turn of the event loop of their own, a bounded number each: a heartbeat's
/// verdict that is there by then goes first, and a flood holds nothing up.
class WatchStream : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QUrl url;
        Secret authorization;
        Milliseconds connectTimeout{};
    };
    /// Which deadline runs, in the clock's time.
    struct Deadline
    {
        bool isForHello = true;
        Nanoseconds since{};
        Nanoseconds at{};
    };

    /// Starts at once; tells nothing inside the constructor.
    WatchStream(Settings settings, Clock &clock, HttpTransport &transport, Record record);
    ~WatchStream() override;

    /// Ends it silently. It may be called in a slot of its own signals; delete it later then.
    void close();
    /// While paused no frame is taken and the server is held back, where that is possible.
    void setPaused(bool paused);
    std::optional<Deadline> deadline() const;

signals:
    /// At most one of connectFailed and helloReceived; after the latter at most one of woken and
    /// ended. It has closed itself when it tells connectFailed, woken or ended.
    void connectFailed(watchline::ConnectError error, watchline::HttpFailure failure);
    void helloReceived(const watchline::Hello &hello);
    void woken(const watchline::Wake &wake);
    void ended(watchline::WatchOutcome outcome, const QString &detail);
    void deadlineChanged();

private:
    enum class State {
        Connecting,
        Running,
        Over,
    };

    void recordPhase(Word phase, const QString &detail, const HttpHead *head = nullptr);
    void takeHead(const HttpHead &head);
    void takeEnd(const HttpEnd &end);
    void scheduleDrain();
    void drain();
    void feedNext(qint64 maxSize);
    void finishBody();
    void takeErrorBody();
    void takeFrame(const SseFrame &frame);
    void takeEvent(const SseFrame &frame);
    void takeHello(const SseFrame &frame);
    void takeWake(const SseFrame &frame);
    void recordStray(const QString &type, qsizetype size, const QString &detail);
    void helloTimedOut();
    void connectTimedOut();
    void readTimedOut();
    bool drainWaiting();
    void restartReadTimer();
    void failConnect(ConnectError error, const QString &detail,
                     HttpFailure failure = HttpFailure::None);
    void endWatch(WatchOutcome outcome, const QString &detail);
    std::chrono::microseconds sinceBegin() const;

    Settings m_settings;
    Clock &m_clock;
    Record m_record;
    const Nanoseconds m_began;
    std::unique_ptr<Timer> m_connectTimer;
    std::unique_ptr<Timer> m_helloTimer;
    std::unique_ptr<Timer> m_readTimer;
    HttpExchangePtr m_exchange;
    SseParser m_parser;
    State m_state = State::Connecting;
    HttpHead m_head;
    QByteArray m_errorBody;
    QString m_redirection; ///< See redirectionText().
    std::optional<HttpEnd> m_end;
    QString m_leaseId;
    Nanoseconds m_readTimeout{};
    Nanoseconds m_lastFrame{};
    bool m_drainIsScheduled = false;
    bool m_isPaused = false;
};

} // namespace watchline
