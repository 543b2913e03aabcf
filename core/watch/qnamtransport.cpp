// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/qnamtransport.h"

#include "core/protocol/endpoints.h"
#include "generated/version.h"

#include <QCoreApplication>
#include <QEvent>
#include <QIODevice>
#include <QLoggingCategory>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCipher>
#include <QSslError>
#include <QThread>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

/// Deletes managers in a thread of its own. A manager waits for Qt's HTTP thread, up to five
/// seconds if a server floods that with tiny pieces; nobody else shall wait with it.
class ManagerCloser
{
public:
    ~ManagerCloser()
    {
        if (!m_thread)
            return;
        m_thread->quit();
        if (m_thread->wait(kCloseWithinMs)) {
            delete m_thread;
            return;
        }
        // This thread may end sooner, and then deletes nothing any more.
        m_thread->moveToThread(QCoreApplication::instance()->thread());
        QObject::connect(m_thread, &QThread::finished, m_thread, &QObject::deleteLater);
    }
    ManagerCloser() = default;
    ManagerCloser(const ManagerCloser &) = delete;
    ManagerCloser &operator=(const ManagerCloser &) = delete;

    /// Takes the manager, which has no replies any more.
    void close(QNetworkAccessManager *manager)
    {
        if (!m_thread) {
            m_thread = new QThread;
            m_thread->setObjectName(u"close"_s);
            m_thread->start();
        }
        manager->moveToThread(m_thread);
        manager->deleteLater();
    }

private:
    static constexpr int kCloseWithinMs = 1'000;

    QThread *m_thread = nullptr;
};

/// What all exchanges of a transport share.
struct QnamContext
{
    ProxyEnvironment proxies;
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    ManagerCloser closer;
};

namespace {

/// Bounds what a flood can make Qt hold over HTTP/1.1. Small values lose ends of large bodies; but
/// a large one is held in as many pieces as the server likes, and Qt spends some hundred bytes on
/// each. So the buffer is small until a body has shown that it comes in large pieces.
constexpr qint64 kReadBufferSize = 4 * 1024 * 1024;
constexpr qint64 kFirstReadBufferSize = 64 * 1024;
constexpr qint64 kLargePiece = 256;
/// With the large buffer, or none: so many tiny pieces are too many. So they are whenever Qt does
/// not come to tell of them: what a flood sent before the buffer was bounded, Qt does not count
/// later.
constexpr qint64 kTinyPiece = 32;
constexpr qint64 kMostTinyPieces = 200'000;
/// Over HTTP/2 Qt's limit bounds nothing: past this much unread the stream is given up.
constexpr qint64 kMaxUnread = 64 * 1024 * 1024;

/// A request body that can be sent once: a reset is refused. Qt sends a request silently again
/// when a connection breaks early; with such a body it cannot. Empty for a GET.
class OneShotBody final : public QIODevice
{
public:
    explicit OneShotBody(QByteArray body)
        : m_body(std::move(body))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    bool atEnd() const override { return m_sent == m_body.size(); }
    qint64 bytesAvailable() const override { return m_body.size() - m_sent; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const auto size = std::min(maxSize, bytesAvailable());
        if (size == 0)
            return -1;
        std::memcpy(data, m_body.constData() + m_sent, static_cast<std::size_t>(size));
        m_sent += size;
        return size;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_body;
    qint64 m_sent = 0;
};

QUrl withoutUserInfo(QUrl url)
{
    url.setUserInfo(QString());
    url.setFragment(QString());
    return url;
}

int portOf(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? 443 : 80);
}

bool isSameOrigin(const QUrl &a, const QUrl &b)
{
    return a.host() == b.host() && portOf(a) == portOf(b);
}

QString hostAndPort(const QUrl &url)
{
    const auto host = url.host().contains(u':') ? QString(u'[' + url.host() + u']') : url.host();
    return host + u':' + QString::number(portOf(url));
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// The errors by which Qt says "the status is 4xx or 5xx"; everything else is about the network.
bool isHttpClass(QNetworkReply::NetworkError error)
{
    return (error >= QNetworkReply::ContentAccessDenied &&
            error <= QNetworkReply::UnknownContentError) ||
           (error >= QNetworkReply::InternalServerError &&
            error <= QNetworkReply::UnknownServerError) ||
           error == QNetworkReply::ProtocolInvalidOperationError ||
           error == QNetworkReply::ProxyAuthenticationRequiredError;
}

/// Set, and nothing for a length that no client may accept.
struct ContentLength
{
    bool isValid = true;
    std::optional<qint64> value;
};

ContentLength parseContentLength(const QByteArray &header)
{
    if (header.isNull())
        return {};
    ContentLength length;
    // Several of them come joined by commas; they may only repeat each other.
    for (const auto &part : header.split(',')) {
        const auto text = part.trimmed();
        const bool isDigits = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
            return c >= '0' && c <= '9';
        });
        bool isNumber = false;
        const auto value = text.toLongLong(&isNumber);
        if (!isDigits || !isNumber || (length.value && *length.value != value))
            return {false, std::nullopt};
        length.value = value;
    }
    return length;
}

/// Whether one of the challenges is of those that Qt answers by itself. Several of them come joined
/// by commas, as the parameters of one do.
bool asksForALogin(const QByteArray &challenges)
{
    const auto parts = challenges.toLower().split(',');
    return std::any_of(parts.begin(), parts.end(), [](const QByteArray &part) {
        const auto scheme = part.simplified().split(' ').first();
        return scheme == "ntlm" || scheme == "negotiate";
    });
}

QString tlsFacts(const QSslConfiguration &tls)
{
    QStringList facts{QnamTransport::tlsVersion(tls), tls.sessionCipher().name()};
    const auto alpn = QString::fromLatin1(tls.nextNegotiatedProtocol());
    if (!alpn.isEmpty())
        facts += u"ALPN "_s + alpn;
    const auto issuer = tls.peerCertificate().issuerDisplayName();
    if (!issuer.isEmpty())
        facts += u"certificate issued by "_s + issuer;
    return facts.join(u", "_s);
}

class QnamExchange final : public HttpExchange
{
public:
    QnamExchange(HttpCall request, std::shared_ptr<QnamContext> context)
        : m_request(std::move(request))
        , m_context(std::move(context))
        , m_url(withoutUserInfo(m_request.url))
    {}
    ~QnamExchange() override { closeHop(); }

    void start() override
    {
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (!m_isOver)
                    startHop();
            },
            Qt::QueuedConnection);
    }

    void abort() override
    {
        m_isOver = true;
        closeHop();
    }

    qint64 bytesAvailable() const override
    {
        return m_reply && m_hasHead && m_reply->isOpen() ? m_reply->bytesAvailable() : 0;
    }

    QByteArray read(qint64 maxSize) override
    {
        if (bytesAvailable() == 0)
            return {};
        auto data = m_reply->read(maxSize);
        m_received += data.size();
        if (m_reply->bytesAvailable() == 0)
            m_tinyPieces = 0;
        return data;
    }

private:
    // One hop: a request to one URL, with a manager of its own. A shared manager reuses
    // connections and limits them, and neither fails in ways that could be told apart.

    void startHop()
    {
        const auto scheme = m_url.scheme();
        if (!m_url.isValid() || m_url.host().isEmpty() ||
            (scheme != "http"_L1 && scheme != "https"_L1)) {
            fail(u"not an http or https address: "_s + redactedUrl(m_url));
            return;
        }
        m_proxy = m_context->proxies.proxyFor(m_url);
        if (!m_proxy.error.isEmpty()) {
            fail(m_proxy.error);
            return;
        }
        m_manager = new QNetworkAccessManager;
        m_manager->setProxy(m_proxy.proxy);
        // A one-shot GET never tells that it was sent, so a stream over plain HTTP connects first,
        // and the request then takes that connection.
        if (m_request.isStream && scheme == "http"_L1)
            connectFirst();
        else
            sendRequest();
    }

    void connectFirst()
    {
        QUrl url;
        url.setScheme(u"preconnect-http"_s);
        url.setHost(m_url.host());
        url.setPort(portOf(m_url));
        m_reply = m_manager->get(QNetworkRequest(url));
        connect(m_reply, &QNetworkReply::finished, this, [this] {
            if (m_reply->error() != QNetworkReply::NoError) {
                fail(describeError(), failureClass());
                return;
            }
            dropReply();
            tell([this] { emit socketOpened(u"connected to "_s + destination()); });
            tell([this] { emit connected(); });
            if (m_isOver)
                return;
            sendRequest();
            // Too early for Qt inside that call; the next turn is soon enough.
            QMetaObject::invokeMethod(
                m_reply, [reply = m_reply] { reply->setReadBufferSize(kFirstReadBufferSize); },
                Qt::QueuedConnection);
            tell([this] { emit requestSent(); });
        });
    }

    QNetworkRequest makeRequest() const
    {
        QNetworkRequest request(m_url);
        request.setHeader(QNetworkRequest::UserAgentHeader, QnamTransport::userAgent());
        // Without these two, Qt asks for compression and sends the user's language.
        request.setRawHeader("Accept-Encoding", "identity");
        request.setRawHeader("Accept-Language", "*");
        request.setRawHeader("Accept", "*/*");
        for (const auto &[name, value] : m_request.headers)
            request.setRawHeader(name, value);
        if (!m_request.authorization.isEmpty())
            request.setRawHeader("Authorization", m_request.authorization.reveal());
        request.setHeader(QNetworkRequest::ContentLengthHeader, m_request.body.size());

        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        for (const auto attribute : {QNetworkRequest::AuthenticationReuseAttribute,
                                     QNetworkRequest::CookieLoadControlAttribute,
                                     QNetworkRequest::CookieSaveControlAttribute})
            request.setAttribute(attribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                             QNetworkRequest::ManualRedirectPolicy);
        request.setSslConfiguration(m_context->tls);
        return request;
    }

    void sendRequest()
    {
        auto *body = new OneShotBody(m_request.body);
        m_reply = m_manager->sendCustomRequest(makeRequest(), m_request.method, body);
        body->setParent(m_reply);
        m_errorFired = false;
        m_certificateErrors.clear();
        m_pieces = 0;
        m_tinyPieces = 0;
        m_reply->installEventFilter(this);

        connect(m_reply, &QNetworkReply::socketStartedConnecting, this, [this] {
            if (m_url.scheme() == "http"_L1)
                m_reply->setReadBufferSize(kFirstReadBufferSize);
            tell([this] { emit socketOpened(u"connecting to "_s + destination()); });
        });
        connect(m_reply, &QNetworkReply::encrypted, this, [this] {
            const auto tls = m_reply->sslConfiguration();
            if (tls.nextNegotiatedProtocol() != "h2")
                m_reply->setReadBufferSize(kFirstReadBufferSize);
            tell([&] { emit tlsEstablished(tlsFacts(tls)); });
            tell([this] { emit connected(); });
        });
        connect(m_reply, &QNetworkReply::requestSent, this,
                [this] { tell([this] { emit requestSent(); }); });
        connect(m_reply, &QNetworkReply::errorOccurred, this, [this] { m_errorFired = true; });
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
            for (const auto &error : errors) {
                if (!m_certificateErrors.contains(error.errorString()))
                    m_certificateErrors += error.errorString();
            }
        });
        connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] { takeHead(); });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { takeData(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { takeEnd(); });
    }

    int status() const
    {
        return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

    bool isHttp2() const
    {
        return m_reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    }

    void takeHead()
    {
        const int code = status();
        // HTTP/2 trailers come as a second head, and so does a 401 in later versions of Qt.
        if (m_hasHead || code == 0)
            return;
        if (code < 200) {
            // Over HTTP/2 the final head follows; over HTTP/1.1 Qt takes this for the final one.
            if (!isHttp2())
                fail(
                    u"the server answered with the interim status %1 and nothing more"_s.arg(code));
            return;
        }
        if (isRedirect(code) && followRedirect(code))
            return;
        const auto length = parseContentLength(m_reply->rawHeader("Content-Length"));
        if (!length.isValid) {
            fail(u"the server's Content-Length is no length"_s);
            return;
        }
        HttpHead head;
        head.status = code;
        head.httpVersion = isHttp2() ? u"HTTP/2"_s : u"HTTP/1.1"_s;
        if (m_reply->hasRawHeader("Content-Type"))
            head.contentType = QString::fromUtf8(m_reply->rawHeader("Content-Type"));
        head.contentLength = length.value;
        m_head = head;
        m_hasHead = true;
        tell([&] { emit headersReceived(head); });
        if (m_isOver)
            return;
        const auto encoding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
        if (code < 400 && !encoding.isEmpty() && encoding != "identity") {
            fail(u"the answer is packed (Content-Encoding %1), which was not asked for"_s.arg(
                QString::fromUtf8(encoding)));
            return;
        }
        // Qt would try to log in, and over HTTP/2 then never finish.
        if (code == 401 && asksForALogin(m_reply->rawHeader("WWW-Authenticate")))
            end({true, QString()});
    }

    /// False for one that leads nowhere: it is then the final answer, as for the SDK's client.
    bool followRedirect(int code)
    {
        const auto location = m_reply->rawHeader("Location");
        if (location.isEmpty())
            return false;
        const auto target = QUrl::fromEncoded(location, QUrl::StrictMode);
        if (!target.isValid())
            return false;
        if (++m_redirects > kMaxRedirects) {
            fail(u"more than %1 redirects, the last one to %2"_s.arg(kMaxRedirects)
                     .arg(redactedUrl(m_url.resolved(target))),
                 HttpFailure::RedirectLoop);
            return true;
        }
        const auto next = withoutUserInfo(m_url.resolved(target));
        if (!isSameOrigin(m_url, next))
            m_request.authorization = Secret();
        if ((code == 301 || code == 302 || code == 303) && m_request.method != "GET" &&
            m_request.method != "HEAD") {
            m_request.method = "GET";
            m_request.body.clear();
            std::erase_if(m_request.headers,
                          [](const auto &header) { return header.first.startsWith("Content-"); });
        }
        m_url = next;
        closeHop();
        tell([&] { emit redirected(code, next); });
        if (!m_isOver)
            start();
        return true;
    }

    void takeData()
    {
        judgePieces();
        if (!m_hasHead)
            return;
        if (m_reply->bytesAvailable() > kMaxUnread) {
            fail(u"the server sends faster than its data can be read"_s);
            return;
        }
        tell([this] { emit readyRead(); });
    }

    void takeEnd()
    {
        if (!m_hasHead && status() >= 200) {
            takeHead();
            if (m_isOver || !m_reply || !m_reply->isFinished())
                return;
        }
        end(classifyEnd());
    }

    /// In this order, which is all that Qt leaves to go by.
    HttpEnd classifyEnd() const
    {
        const auto error = m_reply->error();
        const int code = status();
        if (!m_hasHead)
            return {false, describeError(), failureClass()};
        if (code >= 400 && isHttpClass(error))
            return {true, QString()};
        const bool isClosedByServer =
            !isHttp2() && !m_head.contentLength &&
            !m_reply->rawHeader("Transfer-Encoding").toLower().contains("chunked") &&
            (error == QNetworkReply::NoError || error == QNetworkReply::ContentReSendError);
        if (isClosedByServer)
            return {true, QString()};
        // Over HTTP/2 a reset without a reason fires errorOccurred(NoError), and nothing else.
        if (error != QNetworkReply::NoError || m_errorFired)
            return {false, describeError()};
        const auto total = m_received + m_reply->bytesAvailable();
        const bool hasBody = code != 204 && code != 304;
        if (hasBody && m_head.contentLength && *m_head.contentLength != total)
            return {false, u"the body has %1 bytes where %2 were announced"_s.arg(total).arg(
                               *m_head.contentLength)};
        return {true, QString()};
    }

    /// Qt hands each piece of a body to the reply by a message of its own, and tells of none while
    /// more are on their way.
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() == QEvent::MetaCall && object == m_reply && !m_isOver) {
            ++m_pieces;
            const bool isBoundedWell = m_reply->readBufferSize() == kFirstReadBufferSize;
            if (!isBoundedWell)
                ++m_tinyPieces;
            if (std::max(m_pieces, m_tinyPieces) > kMostTinyPieces)
                fail(u"the server sends in tiny pieces, faster than they can be read"_s);
        }
        return HttpExchange::eventFilter(object, event);
    }

    void judgePieces()
    {
        const auto total = m_received + m_reply->bytesAvailable();
        const auto fresh = total - std::exchange(m_seen, total);
        const auto pieces = std::exchange(m_pieces, 0) + 1;
        if (fresh / pieces > kTinyPiece)
            m_tinyPieces = 0;
        if (m_reply->readBufferSize() == kFirstReadBufferSize &&
            fresh >= kFirstReadBufferSize / 2 && fresh / pieces >= kLargePiece)
            m_reply->setReadBufferSize(kReadBufferSize);
    }

    QString destination() const
    {
        return m_proxy.description.isEmpty()
                   ? hostAndPort(m_url)
                   : QString(hostAndPort(m_url) + u" through the "_s + m_proxy.description);
    }

    QString describeError() const
    {
        const auto error = m_reply->error();
        const auto text = m_reply->errorString();
        const auto where = destination();
        if (!m_certificateErrors.isEmpty())
            return u"the certificate of %1 was not accepted: %2"_s.arg(
                where, m_certificateErrors.join(u"; "_s));
        switch (error) {
        case QNetworkReply::ConnectionRefusedError:
            return u"connection refused by "_s + where;
        case QNetworkReply::HostNotFoundError:
            return m_proxy.description.isEmpty() ? u"host not found: "_s + m_url.host()
                                                 : u"host not found: "_s + where;
        case QNetworkReply::TimeoutError:
        case QNetworkReply::ProxyTimeoutError:
            return u"timed out: "_s + where;
        case QNetworkReply::SslHandshakeFailedError:
            return u"TLS with %1 failed: %2"_s.arg(where, text);
        case QNetworkReply::NoError:
        case QNetworkReply::ContentReSendError:
        case QNetworkReply::RemoteHostClosedError:
            return m_hasHead ? u"the connection broke in the middle of the body"_s
                             : u"%1 closed the connection before it answered"_s.arg(where);
        default:
            return u"%1 (%2)"_s.arg(text, where);
        }
    }

    HttpFailure failureClass() const
    {
        if (!m_certificateErrors.isEmpty())
            return HttpFailure::Certificate;
        return m_reply->error() == QNetworkReply::HostNotFoundError ? HttpFailure::HostNotFound
                                                                    : HttpFailure::Other;
    }

    /// For what is emitted while Qt's own signal is on the stack: nothing once it is over.
    template<typename Emit>
    void tell(Emit &&emitSignal)
    {
        if (!m_isOver)
            emitSignal();
    }

    void fail(const QString &detail, HttpFailure failure = HttpFailure::Other)
    {
        end({false, detail, failure});
        closeHop();
    }

    void end(const HttpEnd &how)
    {
        if (m_isOver)
            return;
        m_isOver = true;
        emit ended(how);
    }

    void dropReply()
    {
        // Its links to us alone: without those of Qt's own the socket would never be closed.
        disconnect(m_reply, nullptr, this, nullptr);
        // One that has failed and not finished yet takes no second error: Qt warns of it. It closes
        // its socket when it goes.
        if (m_reply->error() == QNetworkReply::NoError)
            m_reply->abort();
        m_reply->deleteLater();
        m_reply = nullptr;
    }

    void closeHop()
    {
        // The manager goes after its reply, which goes when none of its signals is on the stack.
        // Over HTTP/2 the connection lasts for as long as the manager.
        auto *manager = std::exchange(m_manager, nullptr);
        if (m_reply) {
            m_reply->setParent(nullptr);
            // Not tied to the manager: it may go in its thread before this call returns, and would
            // take the context, and with it the very thread that it goes in, along.
            connect(m_reply, &QObject::destroyed, m_reply,
                    [context = m_context, manager] { context->closer.close(manager); });
            dropReply();
        } else if (manager) {
            m_context->closer.close(manager);
        }
    }

    HttpCall m_request;
    std::shared_ptr<QnamContext> m_context;
    QUrl m_url;
    ProxyChoice m_proxy;
    QNetworkAccessManager *m_manager = nullptr;
    QNetworkReply *m_reply = nullptr;
    HttpHead m_head;
    QStringList m_certificateErrors;
    qint64 m_received = 0;
    int m_redirects = 0;
    qint64 m_pieces = 0;     // since Qt last told of data
    qint64 m_tinyPieces = 0; // in a row, since all was read
    qint64 m_seen = 0;       // bytes, likewise with m_pieces
    bool m_hasHead = false;
    bool m_errorFired = false;
    bool m_isOver = false;
};

} // namespace

namespace {

QLoggingCategory::CategoryFilter previousFilter = nullptr;

/// Qt warns of each HTTP/2 stream that ends badly; the exchange tells it in better words.
void silenceQt()
{
    static const bool isDone = [] {
        // The new filter is called at once, so the previous one must be known by then.
        previousFilter = QLoggingCategory::installFilter(nullptr);
        QLoggingCategory::installFilter([](QLoggingCategory *category) {
            previousFilter(category);
            if (qstrcmp(category->categoryName(), "qt.network.http2") == 0)
                category->setEnabled(QtWarningMsg, false);
        });
        return true;
    }();
    Q_UNUSED(isDone)
}

} // namespace

QnamTransport::QnamTransport()
    : QnamTransport(Options())
{}

QnamTransport::QnamTransport(const Options &options)
    : m_context(std::make_shared<QnamContext>())
{
    silenceQt();
    m_context->proxies = options.proxies;
    if (!options.certificates.isEmpty()) {
        // Adding to the default alone would switch the system's certificates off. Once: it reads
        // hundreds of files.
        m_context->tls.setCaCertificates(QSslConfiguration::systemCaCertificates() +
                                         options.certificates);
    }
}

const ProxyEnvironment &QnamTransport::proxies() const
{
    return m_context->proxies;
}

const QSslConfiguration &QnamTransport::tls() const
{
    return m_context->tls;
}

QByteArray QnamTransport::userAgent()
{
    return QByteArray("watchline/") + kVersion;
}

QString QnamTransport::tlsVersion(const QSslConfiguration &tls)
{
    switch (tls.sessionProtocol()) {
    case QSsl::TlsV1_2:
        return u"TLS 1.2"_s;
    case QSsl::TlsV1_3:
        return u"TLS 1.3"_s;
    default:
        return u"TLS"_s;
    }
}

HttpExchangePtr QnamTransport::makeExchange(const HttpCall &request)
{
    return HttpExchangePtr(new QnamExchange(request, m_context));
}

} // namespace watchline
