// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/payloads.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours(24 * 365 * 50);

/// Takes an object's members one by one; after the first that is wrong, error() says which and
/// nothing more is taken.
class ObjectReader
{
public:
    explicit ObjectReader(QByteArrayView json)
    {
        simdjson::dom::element root;
        if (json.isEmpty())
            m_error = u"it is empty"_s;
        else if (m_parser.parse(json.data(), static_cast<std::size_t>(json.size())).get(root))
            m_error = u"it is not JSON"_s;
        else if (root.get_object().get(m_object))
            m_error = u"it is not a JSON object"_s;
    }

    QString text(const char *name) { return require(name, optionalText(name)).value_or(QString()); }

    quint64 number(const char *name) { return require(name, optionalNumber(name)).value_or(0); }

    /// Nothing also when the member is null.
    std::optional<QString> optionalText(const char *name)
    {
        const auto found = member(name);
        std::string_view text;
        if (!found)
            return std::nullopt;
        if (found->get_string().get(text)) {
            fail(u"\"%1\" is not a text"_s.arg(QLatin1StringView(name)));
            return std::nullopt;
        }
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    }

    std::optional<quint64> optionalNumber(const char *name)
    {
        const auto found = member(name);
        std::uint64_t number = 0;
        if (!found)
            return std::nullopt;
        if (found->get_uint64().get(number)) {
            fail(u"\"%1\" is not a whole number from 0 to 2^64 - 1"_s.arg(QLatin1StringView(name)));
            return std::nullopt;
        }
        return number;
    }

    QString error() const { return m_error; }

private:
    std::optional<simdjson::dom::element> member(const char *name)
    {
        std::optional<simdjson::dom::element> found;
        if (!m_error.isEmpty())
            return std::nullopt;
        for (const auto field : m_object) {
            if (field.key != name)
                continue;
            // The gateway takes neither the first nor the last of them.
            if (found) {
                fail(u"\"%1\" is there twice"_s.arg(QLatin1StringView(name)));
                return std::nullopt;
            }
            found = field.value;
        }
        if (!found || found->is_null())
            return std::nullopt;
        return found;
    }

    template<typename T>
    std::optional<T> require(const char *name, std::optional<T> value)
    {
        if (!value)
            fail(u"\"%1\" is missing"_s.arg(QLatin1StringView(name)));
        return value;
    }

    void fail(const QString &error)
    {
        if (m_error.isEmpty())
            m_error = error;
    }

    simdjson::dom::parser m_parser;
    simdjson::dom::object m_object;
    QString m_error;
};

template<typename T>
Result<T> result(const ObjectReader &reader, T value)
{
    if (!reader.error().isEmpty())
        return Result<T>::failed(reader.error());
    return Result<T>::of(std::move(value));
}

milliseconds effective(quint64 advertised, milliseconds least)
{
    constexpr auto kMost = static_cast<quint64>(kLongest.count());
    return std::max(least, milliseconds(static_cast<qint64>(std::min(advertised, kMost))));
}

QLatin1StringView reasonPhrase(int status)
{
    // clang-format off
    switch (status) {
    case 100: return "Continue"_L1;
    case 101: return "Switching Protocols"_L1;
    case 102: return "Processing"_L1;
    case 103: return "Early Hints"_L1;
    case 200: return "OK"_L1;
    case 201: return "Created"_L1;
    case 202: return "Accepted"_L1;
    case 204: return "No Content"_L1;
    case 206: return "Partial Content"_L1;
    case 300: return "Multiple Choices"_L1;
    case 301: return "Moved Permanently"_L1;
    case 302: return "Found"_L1;
    case 303: return "See Other"_L1;
    case 304: return "Not Modified"_L1;
    case 307: return "Temporary Redirect"_L1;
    case 308: return "Permanent Redirect"_L1;
    case 400: return "Bad Request"_L1;
    case 401: return "Unauthorized"_L1;
    case 402: return "Payment Required"_L1;
    case 403: return "Forbidden"_L1;
    case 404: return "Not Found"_L1;
    case 405: return "Method Not Allowed"_L1;
    case 406: return "Not Acceptable"_L1;
    case 407: return "Proxy Authentication Required"_L1;
    case 408: return "Request Timeout"_L1;
    case 409: return "Conflict"_L1;
    case 410: return "Gone"_L1;
    case 411: return "Length Required"_L1;
    case 412: return "Precondition Failed"_L1;
    case 413: return "Payload Too Large"_L1;
    case 414: return "URI Too Long"_L1;
    case 415: return "Unsupported Media Type"_L1;
    case 417: return "Expectation Failed"_L1;
    case 418: return "I'm a teapot"_L1;
    case 421: return "Misdirected Request"_L1;
    case 422: return "Unprocessable Entity"_L1;
    case 423: return "Locked"_L1;
    case 424: return "Failed Dependency"_L1;
    case 425: return "Too Early"_L1;
    case 426: return "Upgrade Required"_L1;
    case 428: return "Precondition Required"_L1;
    case 429: return "Too Many Requests"_L1;
    case 431: return "Request Header Fields Too Large"_L1;
    case 451: return "Unavailable For Legal Reasons"_L1;
    case 500: return "Internal Server Error"_L1;
    case 501: return "Not Implemented"_L1;
    case 502: return "Bad Gateway"_L1;
    case 503: return "Service Unavailable"_L1;
    case 504: return "Gateway Timeout"_L1;
    case 505: return "HTTP Version Not Supported"_L1;
    case 507: return "Insufficient Storage"_L1;
    case 508: return "Loop Detected"_L1;
    case 511: return "Network Authentication Required"_L1;
    default: return {};
    }
    // clang-format on
}

} // namespace

Result<Hello> parseHello(QByteArrayView json)
{
    ObjectReader reader(json);
    Hello hello;
    hello.leaseId = reader.text("watchLeaseId");
    hello.advertisedDeviceWaitForViewerMs = reader.number("deviceWaitForViewerMs");
    hello.advertisedHeartbeatIntervalMs = reader.number("heartbeatIntervalMs");
    hello.deviceWaitForViewer =
        effective(hello.advertisedDeviceWaitForViewerMs, kMinDeviceWaitForViewer);
    hello.heartbeatInterval = effective(hello.advertisedHeartbeatIntervalMs, kMinHeartbeatInterval);
    return result(reader, std::move(hello));
}

Result<Wake> parseWake(QByteArrayView json)
{
    ObjectReader reader(json);
    Wake wake;
    wake.remoteAccessSessionId = reader.optionalText("remoteAccessSessionId");
    wake.url = reader.text("url");
    wake.token = Secret(reader.text("token").toUtf8());
    return result(reader, std::move(wake));
}

Result<DeviceInfo> parseDeviceInfo(QByteArrayView json)
{
    ObjectReader reader(json);
    DeviceInfo info;
    info.id = reader.text("id");
    info.name = reader.text("name");
    info.projectId = reader.text("projectId");
    info.retainRecordingsSeconds = reader.optionalNumber("retainRecordingsSeconds");
    return result(reader, std::move(info));
}

QByteArray heartbeatBody(const QString &leaseId)
{
    QByteArray body = R"({"watchLeaseId":)";
    appendJsonString(body, leaseId);
    body += '}';
    return body;
}

QString malformedEventText(const QString &type, const QString &reason)
{
    return u"malformed `%1` event: %2"_s.arg(type, reason);
}

QString httpStatusText(int status)
{
    const auto reason = reasonPhrase(status);
    const auto number = QString::number(status);
    return reason.isEmpty() ? number : QString(number + u' ' + reason);
}

QString errorResponseText(int status, QByteArrayView body)
{
    ObjectReader reader(body);
    const QString message = reader.text("error");
    const auto code = reader.optionalText("code");
    if (!reader.error().isEmpty()) {
        return u"received malformed error response %1 with body '%2'"_s.arg(
            httpStatusText(status), QString::fromUtf8(body));
    }
    const auto text = u"received error response %1: %2"_s.arg(httpStatusText(status), message);
    return code ? QString(text + u" (code %1)"_s.arg(*code)) : text;
}

QString errorResponseTooLargeText(int status)
{
    return u"error response %1 too large"_s.arg(httpStatusText(status));
}

QString noSuccessText(int status)
{
    return u"the answer %1 is no success"_s.arg(httpStatusText(status));
}

} // namespace watchline
