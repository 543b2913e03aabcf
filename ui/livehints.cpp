// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/livehints.h"

#include "core/base/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("LiveHints", text);
}

/// ` (detail)`, to follow what it explains.
QString inBrackets(const Event &event)
{
    const auto detail = singleLine(event.text(Field::Detail), 200);
    return detail.isEmpty() ? QString() : QString(u" ("_s + detail + u')');
}

/// For a failure that has a remedy of its own; nothing for others. `detail` names the host.
std::optional<LiveHint> particularFailure(HttpFailure failure, const QString &detail,
                                          const QString &where)
{
    switch (failure) {
    case HttpFailure::Certificate:
        return LiveHint{tr("%1. If the API has a certificate authority of its own, connect again "
                           "with its CA file.")
                            .arg(detail),
                        false, true};
    case HttpFailure::HostNotFound:
        return LiveHint{
            tr("%1. Check the URL and the name server; Watchline keeps trying.").arg(detail), false,
            true};
    case HttpFailure::RedirectLoop:
        return LiveHint{tr("%1 redirects round and round (%2): connect with the URL that the API "
                           "itself answers at.")
                            .arg(where, detail),
                        false, true};
    case HttpFailure::None:
    case HttpFailure::Other:
        break;
    }
    return std::nullopt;
}

LiveHint failedRequest(const Event &event, const QString &where)
{
    const auto status = static_cast<int>(event.number(Field::HttpStatus).value_or(0));
    const auto detail = inBrackets(event);
    if (status == 0) {
        return LiveHint{tr("No answer from %1%2: check the URL, the network and, for TLS, the "
                           "certificate. Watchline keeps trying.")
                            .arg(where, detail)};
    }
    if (status >= 300 && status < 400) {
        return LiveHint{tr("%1 answers HTTP %2, a redirect that leads nowhere: connect with the "
                           "URL that the API itself answers at.")
                            .arg(where)
                            .arg(status),
                        false, true};
    }
    if (status == 404) {
        return LiveHint{tr("%1 answers 404: this does not look like the API's base URL. Watchline "
                           "keeps trying.")
                            .arg(where),
                        false, true};
    }
    if (status >= 200 && status < 300 && event.kind == EventKind::DeviceInfo) {
        return LiveHint{tr("%1 answers, but not with what an API sends%2: is it the right URL, or "
                           "does a proxy's page stand before it?")
                            .arg(where, detail)};
    }
    if (status >= 200 && status < 300) {
        return LiveHint{tr("The event stream of %1 broke off before it began%2. Watchline keeps "
                           "trying.")
                            .arg(where, detail)};
    }
    return LiveHint{tr("%1 answers HTTP %2%3. Watchline keeps trying.")
                        .arg(where, QString::number(status), detail)};
}

} // namespace

std::optional<LiveHint> liveHint(const Event &event, const QUrl &apiUrl, HttpFailure failure)
{
    const auto where = singleLine(apiUrl.authority(), 100);
    const bool failed = event.kind == EventKind::ConnectError ||
                        (event.kind == EventKind::DeviceInfo && event.word() == Word::Error);
    const bool rejected =
        (event.kind == EventKind::DeviceInfo && event.number(Field::HttpStatus) == 401.0) ||
        event.word() == Word::Unauthorized || event.word() == Word::HeartbeatUnauthorized;
    if (rejected) {
        return LiveHint{tr("%1 rejected the device token (401). The watch has stopped: connect "
                           "again with another token.")
                            .arg(where),
                        true};
    }
    if (!failed)
        return std::nullopt;
    switch (event.word()) {
    case Word::Conflict:
        return LiveHint{tr("Another gateway holds this device's lease: stop it, or wait for it to "
                           "go away. Watchline asks again every 30 s."),
                        false};
    case Word::UnexpectedContentType: {
        const auto type = singleLine(event.text(Field::ContentType), 80);
        return LiveHint{tr("%1 answers with %2 instead of an event stream: a proxy's or a "
                           "maintenance page? Watchline asks again every 30 s.")
                            .arg(where, type.isEmpty() ? tr("no content type") : type),
                        false};
    }
    case Word::MalformedEvent:
        return LiveHint{tr("%1 sent a hello that cannot be understood%2: is it the API that the "
                           "gateway was built for?")
                            .arg(where, inBrackets(event))};
    case Word::UnexpectedEof:
        return LiveHint{tr("%1 ended the event stream before its hello: a server that restarts, or "
                           "a proxy that cuts streams off? Watchline keeps trying.")
                            .arg(where)};
    case Word::HelloTimeout:
        return LiveHint{tr("%1 accepted the request but sent no hello within 30 s: a proxy that "
                           "holds streams back?")
                            .arg(where),
                        false};
    default:
        break;
    }
    const auto detail = singleLine(event.text(Field::Detail), 300);
    // An answer's status tells more; such a failure is then a newer request's.
    const auto particular =
        event.has(Field::HttpStatus) ? std::nullopt : particularFailure(failure, detail, where);
    return particular ? *particular : failedRequest(event, where);
}

bool endsHints(const Event &event)
{
    return event.kind == EventKind::Hello;
}

} // namespace watchline
