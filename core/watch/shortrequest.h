// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/clock.h"
#include "core/watch/httptransport.h"

#include <QObject>

#include <chrono>
#include <functional>

namespace watchline {

struct ShortResult
{
    bool isSuccess = false; ///< A 2xx answer, complete if its body was asked for.
    int httpStatus = 0;     ///< 0 when no answer came.
    QByteArray body;
    QString failure; ///< In words, redirection included; empty on success.
    HttpFailure failureClass = HttpFailure::None;
    QString contentType{};
    QString redirection{}; ///< See redirectionText(); empty when there was none.
    std::chrono::microseconds duration{};
    QString httpVersion{};                 ///< Of the answer; empty when none came.
    std::chrono::microseconds headAfter{}; ///< When the answer's head was there.
};

/// device-info and heartbeats: one request with a limit on the whole of it, connecting and body
/// included. Destroying it aborts it; it may be destroyed in its callback.
class ShortRequest : public QObject
{
    Q_OBJECT

public:
    enum class Needs {
        Head, ///< A success is told as soon as its head is there.
        Body,
    };

    /// Starts at once and calls back once, never inside the constructor. `clock` and `transport`
    /// must outlive it.
    ShortRequest(Clock &clock, HttpTransport &transport, const HttpCall &request, Needs needs,
                 std::chrono::milliseconds limit,
                 std::function<void(const ShortResult &)> callback);

private:
    void takeHead(const HttpHead &head);
    /// False once it has finished, and may be gone.
    bool takeData();
    void takeEnd(const HttpEnd &end);
    void finish(ShortResult result);
    std::chrono::microseconds elapsed() const;

    Clock &m_clock;
    std::function<void(const ShortResult &)> m_callback;
    const Needs m_needs;
    const std::chrono::milliseconds m_limit;
    const Nanoseconds m_began;
    std::unique_ptr<Timer> m_deadline;
    HttpExchangePtr m_exchange;
    HttpHead m_head;
    std::chrono::microseconds m_headAfter{};
    QByteArray m_body;
    QString m_redirection;
};

/// What a failure's words start with after a redirect: the server at fault is then another one than
/// the user named.
QString redirectionText(const QUrl &to);

/// Collects the body of a 4xx or 5xx answer. False once it is too large, announced or received.
bool collectErrorBody(const HttpHead &head, HttpExchange &exchange, QByteArray &body);

} // namespace watchline
