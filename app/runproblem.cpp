// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/runproblem.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

bool mentionsTls(const QString &detail)
{
    for (const auto &word : {u"certificate"_s, u"SSL"_s, u"TLS"_s}) {
        if (detail.contains(word, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

bool isRejected(const Event &event)
{
    return event.word() == Word::Unauthorized || event.word() == Word::HeartbeatUnauthorized ||
           (event.kind == EventKind::DeviceInfo && event.number(Field::HttpStatus) == 401.0);
}

bool isFailure(const Event &event)
{
    return event.kind == EventKind::ConnectError ||
           (event.kind == EventKind::DeviceInfo && event.word() == Word::Error) ||
           event.word() == Word::HeartbeatUnauthorized;
}

struct Problem
{
    QString what;
    QString reason;
    QString advice;
};

/// By the answer's status, where there is no better word for it.
Problem answerProblem(int status, const QString &detail)
{
    const QString http = u"HTTP "_s + QString::number(status);
    const QString reason = detail.isEmpty() ? http : QString(http + u", "_s + detail);
    if (status == 0 && mentionsTls(detail))
        return {u"no secure connection"_s, detail,
                u"check the URL, or trust the server's certificate with --ca-file"_s};
    if (status == 0)
        return {u"the API cannot be reached"_s, detail,
                u"check the URL, the network and the server"_s};
    if (status < 400)
        return {u"this does not answer as the API does"_s, reason,
                u"check the URL; a proxy's page may stand before it"_s};
    if (status == 404)
        return {u"this is not the API"_s, reason, u"check the base URL and its path"_s};
    return {u"the API answers with an error"_s, reason, u"look at the server; it is tried again"_s};
}

Problem problemOf(const Event &event)
{
    const auto detail = singleLine(event.text(Field::Detail), 300);
    const int status = static_cast<int>(event.number(Field::HttpStatus).value_or(0));
    if (isRejected(event))
        return {u"the device token was rejected"_s, u"HTTP 401"_s,
                u"check the token and whether it belongs to this API"_s};
    switch (event.word()) {
    case Word::Conflict:
        return {u"another gateway holds this device's lease"_s, u"HTTP 409"_s,
                u"stop it, or wait until it lets go; it is tried again"_s};
    case Word::UnexpectedContentType: {
        const auto type = singleLine(event.text(Field::ContentType), 100);
        return {u"the answer is no event stream"_s,
                type.isEmpty() ? u"no content type"_s : u"content type "_s + type,
                u"a proxy's or a maintenance page may stand before the API; it is tried again"_s};
    }
    case Word::UnexpectedEof:
        return {u"the stream ended before its hello"_s, detail,
                u"look at the server and the proxies before it; it is tried again"_s};
    case Word::HelloTimeout:
        return {u"the stream gave no hello in time"_s, detail,
                u"a proxy may hold streams back; it is tried again"_s};
    case Word::MalformedEvent:
        return {u"the hello cannot be understood"_s, detail,
                u"check that this is the API that the gateway was built for; it is tried again"_s};
    case Word::Transport:
        return {u"the stream broke before its hello"_s, detail,
                u"look at the network and the proxies on the way; it is tried again"_s};
    default:
        return answerProblem(status, detail);
    }
}

} // namespace

QString runProblem(const Event &event, const QString &apiUrl)
{
    if (!isFailure(event))
        return {};
    const auto problem = problemOf(event);
    const QString reason = problem.reason.isEmpty() ? QString() : problem.reason + u"; "_s;
    return problem.what + u": "_s + apiUrl + u": "_s + reason + problem.advice;
}

} // namespace watchline
