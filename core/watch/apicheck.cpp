// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/apicheck.h"

#include "core/base/text.h"
#include "core/protocol/payloads.h"
#include "core/watch/qnamtransport.h"
#include "core/watch/shortrequest.h"

#include <QHostAddress>
#include <QNetworkRequest>
#include <QSslCertificateExtension>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslSocket>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// A server that speaks TLS has answered by then; one that waits for HTTP never does.
constexpr std::chrono::milliseconds kLongestTls = std::chrono::seconds(10);
/// A certificate that runs out sooner is told of.
constexpr qint64 kSoonInDays = 14;
/// What a server may make us say of one thing.
constexpr qsizetype kLongestText = 300;
constexpr qsizetype kMostNames = 8;
/// Shorter ones are no tokens of the platform's, and would be found in any text.
constexpr qsizetype kTellingToken = 8;

struct DropSocket
{
    void operator()(QSslSocket *socket) const
    {
        socket->blockSignals(true); // it may be telling something at this moment
        socket->abort();
        socket->deleteLater();
    }
};
using SocketPtr = std::unique_ptr<QSslSocket, DropSocket>;

quint16 portOf(const QUrl &url)
{
    return static_cast<quint16>(url.port(url.scheme() == "https"_L1 ? 443 : 80));
}

QString withPort(const QString &host, quint16 port)
{
    return (host.contains(u':') ? QString(u'[' + host + u']') : host) + u':' +
           QString::number(port);
}

QString nameOf(const QStringList &names)
{
    return names.isEmpty() ? u"(no name)"_s : singleLine(names.join(u", "_s), kLongestText);
}

CheckedCertificate checkedCertificate(const QSslCertificate &certificate)
{
    QStringList names;
    for (const auto &name : certificate.subjectAlternativeNames()) {
        if (names.size() < kMostNames)
            names += singleLine(name, kLongestText);
    }
    names.sort();
    return {nameOf({certificate.subjectDisplayName()}), nameOf({certificate.issuerDisplayName()}),
            names, certificate.effectiveDate().toUTC(), certificate.expiryDate().toUTC()};
}

QString day(const QDateTime &time)
{
    return time.toString(u"yyyy-MM-dd"_s);
}

QString validity(const CheckedCertificate &certificate)
{
    const auto days = QDateTime::currentDateTimeUtc().daysTo(certificate.until);
    const auto left = days < 0    ? u"expired"_s
                      : days == 1 ? u"1 day left"_s
                                  : u"%1 days left"_s.arg(days);
    return u"valid from %1 to %2 (%3)"_s.arg(day(certificate.from), day(certificate.until), left);
}

QString certificateFact(const CheckedCertificate &certificate)
{
    auto text = u"certificate of %1, issued by %2, %3"_s.arg(
        certificate.subject, certificate.issuer, validity(certificate));
    if (!certificate.names.isEmpty())
        text += u", for "_s + certificate.names.join(u", "_s);
    return text;
}

QString adviceOn(const QSslError &error, const CheckReport &report)
{
    switch (error.error()) {
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
        return u"let the server's certificate be renewed; if it is a good one, this machine's "
               u"clock is wrong: it says %1"_s.arg(
                   QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    case QSslError::HostNameMismatch: {
        const auto names =
            report.certificates.isEmpty() ? QStringList() : report.certificates.first().names;
        return u"use a URL with a name that the certificate is for"_s +
               (names.isEmpty() ? QString() : QString(u" ("_s + names.join(u", "_s) + u')'));
    }
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return u"if the API, or a proxy on the way, has a certificate authority of its own, trust "
               u"that with its CA file (--ca-file)"_s;
    default:
        return u"have a look at the server's certificate"_s;
    }
}

QString adviceOnStatus(int status)
{
    if (status == 401)
        return u"check that the token is this device's, is whole, and belongs to this API"_s;
    if (status == 403)
        return u"the token is known but may not do this, or a proxy forbids it: ask whoever runs "
               u"the API"_s;
    if (status == 404 || status == 405)
        return u"check the URL: it should be the API's base URL"_s;
    if (status == 407)
        return u"the proxy asks for a login: give it in the proxy's URL"_s;
    if (status == 429)
        return u"the API is asked too often: wait, and look for another program that has this "
               u"token"_s;
    if (status >= 500)
        return u"the API, or a proxy before it, is in trouble: try again later"_s;
    if (status >= 300 && status < 400)
        return u"the redirect leads nowhere: use the URL that the API itself answers at"_s;
    return u"check the URL, and what proxies there are on the way"_s;
}

} // namespace

std::optional<CheckStep> CheckReport::failed() const
{
    for (std::size_t i = 0; i < kCheckSteps; ++i) {
        if (steps.at(i).state == CheckState::Failed)
            return static_cast<CheckStep>(i);
    }
    return std::nullopt;
}

QString stepLabel(CheckStep step)
{
    switch (step) {
    case CheckStep::Proxy:
        return u"proxy"_s;
    case CheckStep::Dns:
        return u"DNS"_s;
    case CheckStep::Tcp:
        return u"TCP"_s;
    case CheckStep::Tls:
        return u"TLS"_s;
    case CheckStep::Http:
        return u"HTTP"_s;
    case CheckStep::DeviceInfo:
        break;
    }
    return u"device-info"_s;
}

QString stepName(CheckStep step)
{
    return stepLabel(step).toLower().replace(u'-', u'_');
}

QString stateLabel(CheckState state)
{
    switch (state) {
    case CheckState::NotReached:
        return u"not reached"_s;
    case CheckState::NotUsed:
        return u"not used"_s;
    case CheckState::Running:
        return u"running"_s;
    case CheckState::Passed:
        return u"passed"_s;
    case CheckState::Failed:
        break;
    }
    return u"failed"_s;
}

QString stateName(CheckState state)
{
    return stateLabel(state).replace(u' ', u'_');
}

struct ApiCheck::Private
{
    Private(ApiCheck *check, ApiCheckOptions theOptions, Clock &theClock,
            QnamTransport &theTransport)
        : q(check)
        , options(std::move(theOptions))
        , clock(theClock)
        , transport(theTransport)
        , deadline(clock.makeTimer([this] { timeOut(); }))
    {}

    bool isEncrypted() const { return options.apiUrl.scheme() == "https"_L1; }
    bool isProxied() const { return !choice.description.isEmpty(); }
    QString api() const { return withPort(options.apiUrl.host(), portOf(options.apiUrl)); }
    /// Where the first connection goes.
    QString firstHost() const
    {
        return isProxied() ? choice.proxy.hostName() : options.apiUrl.host();
    }
    quint16 firstPort() const { return isProxied() ? choice.proxy.port() : portOf(options.apiUrl); }

    void chooseProxy();
    void lookUp();
    void takeAddresses(const QHostInfo &info);
    void connectTcp();
    void takeTcpError();
    void startTls();
    void watchTls();
    void takeCertificates();
    void takeTls();
    void takeTlsError();
    void request();
    void takeAnswer(const ShortResult &result);
    void takeDeviceInfo(const ShortResult &result);
    void timeOut();

    void begin(CheckStep step);
    void pass(const QString &detail, std::optional<std::chrono::microseconds> duration = {});
    void fail(const QString &detail, const QString &advice,
              std::optional<std::chrono::microseconds> duration = {});
    std::chrono::microseconds elapsed() const
    {
        return std::chrono::floor<std::chrono::microseconds>(clock.now() - began);
    }
    QString clean(const QString &text) const;
    /// A proxy may take its time to open the tunnel.
    std::chrono::milliseconds tlsTimeout() const
    {
        return isProxied() ? options.timeout : std::min(options.timeout, kLongestTls);
    }

    ApiCheck *q;
    const ApiCheckOptions options;
    Clock &clock;
    QnamTransport &transport;
    std::unique_ptr<Timer> deadline; // of connecting, from the name to TLS
    CheckReport report;
    CheckStep current = CheckStep::Proxy;
    Nanoseconds began{}; // the current step
    ProxyChoice choice;
    bool isLookingUp = false;
    SocketPtr socket;
    QList<QSslError> certificateErrors;
    std::unique_ptr<ShortRequest> deviceInfo;
};

/// What others sent, or that has an echo of it.
QString ApiCheck::Private::clean(const QString &text) const
{
    const bool isTelling = options.token.reveal().size() >= kTellingToken;
    return singleLine(isTelling ? redacted(text, options.token) : text, kLongestText);
}

void ApiCheck::Private::begin(CheckStep step)
{
    current = step;
    began = clock.now();
    report.at(step).state = CheckState::Running;
    emit q->changed();
}

void ApiCheck::Private::pass(const QString &detail,
                             std::optional<std::chrono::microseconds> duration)
{
    auto &step = report.at(current);
    step.state = CheckState::Passed;
    step.detail = clean(detail);
    step.duration = duration ? duration : elapsed();
    emit q->changed();
}

void ApiCheck::Private::fail(const QString &detail, const QString &advice,
                             std::optional<std::chrono::microseconds> duration)
{
    auto &step = report.at(current);
    step.state = CheckState::Failed;
    step.detail = clean(detail);
    step.advice = clean(advice);
    step.duration = duration ? duration : elapsed();
    deadline->stop();
    socket.reset();
    emit q->changed();
    emit q->finished();
}

void ApiCheck::Private::timeOut()
{
    isLookingUp = false;
    const auto limit = current == CheckStep::Tls ? tlsTimeout() : options.timeout;
    const auto detail = u"timed out after "_s + readableDuration(limit);
    switch (current) {
    case CheckStep::Dns:
        fail(detail, u"the name server does not answer: check the network, and the VPN if the API "
                     u"is behind one"_s);
        return;
    case CheckStep::Tcp:
        fail(detail + u": "_s + withPort(firstHost(), firstPort()),
             isProxied() ? u"check the proxy's address, and that the network reaches it"_s
                         : u"nothing comes back, as from behind a firewall: check host and port, "
                           u"the network, and whether a proxy is needed"_s);
        return;
    default:
        fail(detail, isProxied() ? u"the proxy takes connections and lets nothing through: ask "
                                   u"whoever runs it"_s
                                 : u"something takes connections there and does not answer: check "
                                   u"that it speaks TLS at this port, or is the URL http?"_s);
    }
}

void ApiCheck::Private::chooseProxy()
{
    begin(CheckStep::Proxy);
    choice = transport.proxies().proxyFor(options.apiUrl);
    report.proxy = clean(choice.description);
    if (!choice.error.isEmpty()) {
        fail(choice.error, u"set HTTPS_PROXY or HTTP_PROXY to a proxy of another kind, or name the "
                           u"API's host in NO_PROXY"_s);
        return;
    }
    pass(isProxied() ? choice.description : u"none: the API is reached directly"_s);
    lookUp();
}

void ApiCheck::Private::lookUp()
{
    begin(CheckStep::Dns);
    deadline->start(options.timeout);
    if (const QHostAddress address(firstHost()); !address.isNull()) {
        report.addresses = {address.toString()};
        pass(u"%1 is an address: nothing to look up"_s.arg(address.toString()));
        connectTcp();
        return;
    }
    isLookingUp = true;
    // By name: Qt loses a function when its receiver goes, or the look-up is aborted.
    QHostInfo::lookupHost(firstHost(), q, SLOT(takeAddresses(QHostInfo)));
}

void ApiCheck::Private::takeAddresses(const QHostInfo &info)
{
    for (const auto &address : info.addresses())
        report.addresses += address.toString();
    if (report.addresses.isEmpty()) {
        fail(u"host not found: %1 (%2)"_s.arg(firstHost(), info.errorString()),
             isProxied() ? u"check the proxy's name in the environment (HTTPS_PROXY, HTTP_PROXY)"_s
                         : u"check the URL's host name, this machine's name server, and the VPN if "
                           u"the API is behind one"_s);
        return;
    }
    pass(u"%1 is %2"_s.arg(firstHost(), report.addresses.join(u", "_s)));
    connectTcp();
}

void ApiCheck::Private::connectTcp()
{
    begin(CheckStep::Tcp);
    socket.reset(new QSslSocket);
    socket->setProxy(QNetworkProxy::NoProxy);
    QObject::connect(socket.get(), &QSslSocket::errorOccurred, q, [this] { takeTcpError(); });
    QObject::connect(socket.get(), &QSslSocket::connected, q, [this] {
        pass(u"connected to "_s + withPort(socket->peerAddress().toString(), socket->peerPort()));
        if (isEncrypted()) {
            startTls();
            return;
        }
        report.at(CheckStep::Tls).state = CheckState::NotUsed;
        report.at(CheckStep::Tls).detail =
            u"the URL is http, so everybody on the way can read the token"_s;
        request();
    });
    socket->connectToHost(firstHost(), firstPort());
}

void ApiCheck::Private::takeTcpError()
{
    const auto where = withPort(firstHost(), firstPort());
    if (socket->error() == QAbstractSocket::ConnectionRefusedError) {
        fail(u"connection refused by "_s + where,
             isProxied() ? u"no proxy listens there: check its address in the environment"_s
                         : u"nobody listens there: check host and port of the URL, and that the "
                           u"server runs"_s);
        return;
    }
    fail(u"%1: %2"_s.arg(where, socket->errorString()),
         u"check the network: route, firewall, VPN, and whether a proxy is needed"_s);
}

/// Through a proxy TLS takes a tunnel, and so another connection.
void ApiCheck::Private::startTls()
{
    begin(CheckStep::Tls);
    deadline->start(tlsTimeout());
    if (!isProxied()) {
        socket->disconnect(q);
        watchTls();
        socket->startClientEncryption();
        return;
    }
    auto proxy = choice.proxy;
    proxy.setHeader(QNetworkRequest::UserAgentHeader, QnamTransport::userAgent());
    socket.reset(new QSslSocket);
    socket->setProxy(proxy);
    watchTls();
    socket->connectToHostEncrypted(options.apiUrl.host(), portOf(options.apiUrl));
}

void ApiCheck::Private::watchTls()
{
    auto tls = transport.tls();
    // As the request's own connection offers it.
    tls.setAllowedNextProtocols(
        {QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
    socket->setSslConfiguration(tls);
    socket->setPeerVerifyName(options.apiUrl.host());
    QObject::connect(socket.get(), &QSslSocket::sslErrors, q,
                     [this](const QList<QSslError> &errors) {
                         certificateErrors = errors;
                         takeCertificates();
                     });
    QObject::connect(socket.get(), &QSslSocket::errorOccurred, q, [this] { takeTlsError(); });
    QObject::connect(socket.get(), &QSslSocket::encrypted, q, [this] { takeTls(); });
}

void ApiCheck::Private::takeCertificates()
{
    for (const auto &certificate : socket->peerCertificateChain()) {
        report.certificates += checkedCertificate(certificate);
        report.at(CheckStep::Tls).facts += clean(certificateFact(report.certificates.constLast()));
    }
}

void ApiCheck::Private::takeTls()
{
    const auto tls = socket->sslConfiguration();
    report.tlsVersion = QnamTransport::tlsVersion(tls);
    report.tlsCipher = clean(tls.sessionCipher().name());
    report.alpn = clean(QString::fromLatin1(tls.nextNegotiatedProtocol()));
    takeCertificates();
    QStringList words{report.tlsVersion, report.tlsCipher};
    if (!report.alpn.isEmpty())
        words += u"ALPN "_s + report.alpn;
    if (!report.certificates.isEmpty()) {
        const auto &own = report.certificates.constFirst();
        words += u"certificate of "_s + own.subject + u", "_s + validity(own);
        const auto days = QDateTime::currentDateTimeUtc().daysTo(own.until);
        if (days < kSoonInDays)
            report.at(CheckStep::Tls).advice =
                u"the certificate runs out soon: let it be renewed"_s;
    }
    pass(words.join(u", "_s));
    request();
}

void ApiCheck::Private::takeTlsError()
{
    if (!certificateErrors.isEmpty()) {
        QStringList reasons;
        QStringList advice;
        for (const auto &error : std::as_const(certificateErrors)) {
            reasons += error.errorString();
            advice += adviceOn(error, report);
        }
        reasons.removeDuplicates();
        advice.removeDuplicates();
        fail(u"the certificate of %1 was not accepted: %2"_s.arg(api(), reasons.join(u"; "_s)),
             advice.join(u"; "_s));
        return;
    }
    const auto text = socket->errorString();
    switch (socket->error()) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        fail(u"the %1 asks for a login"_s.arg(choice.description),
             u"give user and password in the proxy's URL"_s);
        return;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::RemoteHostClosedError:
    case QAbstractSocket::SocketTimeoutError:
        fail(u"TLS with %1 failed: %2"_s.arg(api(), text),
             u"check that it speaks TLS at this port, or is the URL http? and that nothing on the "
             u"way cuts it off"_s);
        return;
    default:
        if (isProxied()) {
            fail(u"the %1 opens no tunnel to %2: %3"_s.arg(choice.description, api(), text),
                 u"check that the proxy reaches the API and allows it, or name the API's host in "
                 u"NO_PROXY"_s);
            return;
        }
        fail(u"TLS with %1 failed: %2"_s.arg(api(), text),
             u"check the network, and what stands between here and the API"_s);
    }
}

void ApiCheck::Private::request()
{
    deadline->stop();
    socket.reset();
    begin(CheckStep::Http);
    HttpCall call;
    call.url = deviceInfoUrl(options.apiUrl);
    call.authorization = Secret("DeviceToken " + options.token.reveal());
    deviceInfo = std::make_unique<ShortRequest>(
        clock, transport, call, ShortRequest::Needs::Body, options.timeout,
        [this](const ShortResult &result) { takeAnswer(result); });
}

void ApiCheck::Private::takeAnswer(const ShortResult &result)
{
    deviceInfo.reset();
    if (result.httpStatus == 0) {
        QString advice;
        switch (result.failureClass) {
        case HttpFailure::Certificate:
            advice = u"it was redirected to a server whose certificate is not accepted: check the "
                     u"URL"_s;
            break;
        case HttpFailure::RedirectLoop:
            advice = u"use the URL that the API itself answers at"_s;
            break;
        default:
            advice = u"something takes connections there and does not answer as a web server does: "
                     u"check the URL's port, and the server or proxy behind it"_s;
        }
        fail(result.failure, advice, result.duration);
        return;
    }
    report.httpVersion = clean(result.httpVersion);
    report.httpStatus = result.httpStatus;
    pass(result.redirection + result.httpVersion + u", "_s + httpStatusText(result.httpStatus),
         result.headAfter);
    begin(CheckStep::DeviceInfo);
    takeDeviceInfo(result);
}

void ApiCheck::Private::takeDeviceInfo(const ShortResult &result)
{
    if (!result.isSuccess) {
        const bool isCut = isSuccessStatus(result.httpStatus);
        fail(result.failure,
             isCut ? u"the answer broke off: check what stands between here and the API"_s
                   : adviceOnStatus(result.httpStatus),
             result.duration);
        return;
    }
    const auto info = parseDeviceInfo(result.body);
    if (!info) {
        const bool isPage = mediaType(result.contentType.toUtf8()) == "text/html";
        fail(result.redirection + (isPage ? u"a web page (text/html) instead of the API's JSON"_s
                                          : u"not what an API answers: "_s + info.error),
             isPage ? u"a proxy, a sign-in or a maintenance page answers in the API's place: open "
                      u"the URL in a browser"_s
                    : u"check the URL: it should be the API's base URL"_s,
             result.duration);
        return;
    }
    report.deviceId = clean(info->id);
    report.deviceName = clean(info->name);
    report.projectId = clean(info->projectId);
    pass(u"%1 (%2), project %3"_s.arg(info->name, info->id, info->projectId), result.duration);
    emit q->finished();
}

ApiCheck::ApiCheck(ApiCheckOptions options, Clock &clock, QnamTransport &transport, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(options), clock, transport))
{}

ApiCheck::~ApiCheck() = default;

void ApiCheck::start()
{
    d->chooseProxy();
}

void ApiCheck::takeAddresses(const QHostInfo &info)
{
    if (std::exchange(d->isLookingUp, false))
        d->takeAddresses(info);
}

const CheckReport &ApiCheck::report() const
{
    return d->report;
}

} // namespace watchline
