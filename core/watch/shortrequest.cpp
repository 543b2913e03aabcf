// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/shortrequest.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "core/protocol/payloads.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Far beyond any device's description.
constexpr qsizetype kMaxBody = 1024 * 1024;

} // namespace

QString redirectionText(const QUrl &to)
{
    return u"redirected to "_s + redactedUrl(to) + u": "_s;
}

bool collectErrorBody(const HttpHead &head, HttpExchange &exchange, QByteArray &body)
{
    if (head.contentLength.value_or(0) > kMaxErrorResponseLength)
        return false;
    body += exchange.read(kMaxErrorResponseLength + 1 - body.size());
    return body.size() <= kMaxErrorResponseLength;
}

ShortRequest::ShortRequest(Clock &clock, HttpTransport &transport, const HttpCall &request,
                           Needs needs, std::chrono::milliseconds limit,
                           std::function<void(const ShortResult &)> callback)
    : m_clock(clock)
    , m_callback(std::move(callback))
    , m_needs(needs)
    , m_limit(limit)
    , m_began(clock.now())
    , m_exchange(transport.makeExchange(request))
{
    m_deadline = clock.makeTimer([this] {
        finish({false,
                m_head.status,
                {},
                u"timed out after "_s + readableDuration(m_limit),
                HttpFailure::Other});
    });
    m_deadline->start(m_limit);
    connect(m_exchange.get(), &HttpExchange::redirected, this,
            [this](int, const QUrl &to) { m_redirection = redirectionText(to); });
    connect(m_exchange.get(), &HttpExchange::headersReceived, this, &ShortRequest::takeHead);
    connect(m_exchange.get(), &HttpExchange::readyRead, this, [this] { takeData(); });
    connect(m_exchange.get(), &HttpExchange::ended, this, &ShortRequest::takeEnd);
    m_exchange->start();
}

void ShortRequest::takeHead(const HttpHead &head)
{
    m_head = head;
    m_headAfter = elapsed();
    // An error may announce a body that is too large, and never send it.
    if (head.status >= 400)
        takeData();
    else if (!isSuccessStatus(head.status))
        finish({false, head.status, {}, noSuccessText(head.status)});
    else if (m_needs == Needs::Head)
        finish({true, head.status, {}, {}});
}

bool ShortRequest::takeData()
{
    if (m_head.status >= 400) {
        if (collectErrorBody(m_head, *m_exchange, m_body))
            return true;
        finish({false, m_head.status, {}, errorResponseTooLargeText(m_head.status)});
        return false;
    }
    m_body += m_exchange->read(kMaxBody + 1 - m_body.size());
    if (m_body.size() <= kMaxBody)
        return true;
    finish({false, m_head.status, {}, u"the answer is too large"_s});
    return false;
}

void ShortRequest::takeEnd(const HttpEnd &end)
{
    if (m_head.status > 0 && !takeData())
        return;
    // The status decides, also when the body that explains it is cut off.
    if (m_head.status >= 400)
        finish({false, m_head.status, m_body, errorResponseText(m_head.status, m_body)});
    else if (end.isClean)
        finish({true, m_head.status, m_body, {}});
    else
        finish({false, m_head.status, {}, end.detail, end.failure});
}

std::chrono::microseconds ShortRequest::elapsed() const
{
    return std::chrono::floor<std::chrono::microseconds>(m_clock.now() - m_began);
}

void ShortRequest::finish(ShortResult result)
{
    m_deadline->stop();
    m_exchange.reset();
    result.duration = elapsed();
    result.httpVersion = m_head.httpVersion;
    result.headAfter = m_headAfter;
    result.contentType = m_head.contentType.value_or(QString());
    result.redirection = m_redirection;
    if (!result.isSuccess)
        result.failure.prepend(m_redirection);
    // The callback may destroy this object, and with it the callback.
    const auto callback = std::move(m_callback);
    callback(result);
}

} // namespace watchline
