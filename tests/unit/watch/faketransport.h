// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/httptransport.h"

#include <QPointer>

#include <algorithm>

namespace watchline {

/// An exchange whose other end is the test. Everything it tells comes inside the test's call.
class FakeExchange final : public HttpExchange
{
public:
    explicit FakeExchange(HttpCall call)
        : m_call(std::move(call))
    {}

    void start() override { m_isStarted = true; }
    void abort() override { m_isAborted = true; }
    qint64 bytesAvailable() const override { return m_isAborted ? 0 : m_body.size(); }
    QByteArray read(qint64 maxSize) override
    {
        const auto size = std::min(maxSize, bytesAvailable());
        const auto data = m_body.first(size);
        m_body.remove(0, size);
        return data;
    }

    const HttpCall &call() const { return m_call; }
    bool isOpen() const { return m_isStarted && !m_isAborted; }

    void connectSocket()
    {
        emit socketOpened(QStringLiteral("connected"));
        emit connected();
        emit requestSent();
    }

    void answer(int status, const QString &contentType = {}, std::optional<qint64> length = {})
    {
        HttpHead head;
        head.status = status;
        head.httpVersion = QStringLiteral("HTTP/1.1");
        if (!contentType.isNull())
            head.contentType = contentType;
        head.contentLength = length;
        emit headersReceived(head);
    }

    void send(const QByteArray &bytes)
    {
        m_body += bytes;
        if (!m_isAborted)
            emit readyRead();
    }

    void end() { tellEnd({true, QString()}); }
    void breakOff(const QString &detail, HttpFailure failure = HttpFailure::Other)
    {
        tellEnd({false, detail, failure});
    }

    /// A whole short answer.
    void respond(int status, const QByteArray &body = {})
    {
        answer(status, QStringLiteral("application/json"));
        if (!m_isAborted)
            send(body);
        if (!m_isAborted)
            end();
    }

private:
    void tellEnd(const HttpEnd &how)
    {
        if (!m_isAborted)
            emit ended(how);
    }

    const HttpCall m_call;
    QByteArray m_body;
    bool m_isStarted = false;
    bool m_isAborted = false;
};

/// Remembers every exchange that was asked for, also those that are gone.
class FakeTransport final : public HttpTransport
{
public:
    struct Made
    {
        HttpCall call;
        QPointer<FakeExchange> exchange;
    };

    HttpExchangePtr makeExchange(const HttpCall &call) override
    {
        auto *exchange = new FakeExchange(call);
        m_made.push_back({call, exchange});
        return HttpExchangePtr(exchange);
    }

    const std::vector<Made> &made() const { return m_made; }

    qsizetype countOf(QStringView pathEnd) const
    {
        return std::count_if(m_made.begin(), m_made.end(), [&](const Made &made) {
            return made.call.url.path().endsWith(pathEnd);
        });
    }

    /// The last one to this endpoint; the test fails hard when there is none.
    FakeExchange &last(QStringView pathEnd) const
    {
        for (auto made = m_made.rbegin(); made != m_made.rend(); ++made) {
            if (made->call.url.path().endsWith(pathEnd) && made->exchange)
                return *made->exchange;
        }
        qFatal("no request to %s", qPrintable(pathEnd.toString()));
    }
    FakeExchange &deviceInfo() const { return last(u"/device-info"); }
    FakeExchange &watch() const { return last(u"/watch"); }
    FakeExchange &heartbeat() const { return last(u"/heartbeat"); }

    qsizetype openCount() const
    {
        return std::count_if(m_made.begin(), m_made.end(), [](const Made &made) {
            return made.exchange && made.exchange->isOpen();
        });
    }

private:
    std::vector<Made> m_made;
};

} // namespace watchline
