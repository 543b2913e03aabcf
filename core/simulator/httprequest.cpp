// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/httprequest.h"

#include <algorithm>

namespace watchline {

namespace {

bool isTokenCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

/// Where the head ends (after its empty line), or -1. Lines may end in LF alone.
qsizetype endOfHead(QByteArrayView bytes)
{
    for (auto at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
        const auto rest = bytes.sliced(at + 1);
        if (rest.startsWith('\n'))
            return at + 2;
        if (rest.startsWith("\r\n"))
            return at + 3;
    }
    return -1;
}

QByteArrayView takeLine(QByteArrayView &bytes)
{
    const auto end = bytes.indexOf('\n');
    auto line = end < 0 ? bytes : bytes.first(end);
    bytes = end < 0 ? QByteArrayView() : bytes.sliced(end + 1);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

} // namespace

std::optional<QByteArray> HttpRequest::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers) {
        if (key == name)
            return value;
    }
    return {};
}

HttpRequestParser::Result HttpRequestParser::refuse(int status, QByteArray why)
{
    m_refusalStatus = status;
    m_refusal = std::move(why);
    return Result::Bad;
}

HttpRequestParser::Result HttpRequestParser::next(HttpRequest &request)
{
    if (m_refusalStatus)
        return Result::Bad;
    // Empty lines before a request are to be tolerated.
    qsizetype skip = 0;
    while (skip < m_buffer.size() && (m_buffer.at(skip) == '\r' || m_buffer.at(skip) == '\n'))
        ++skip;
    m_buffer.remove(0, skip);

    const auto headSize =
        endOfHead(QByteArrayView(m_buffer).first(std::min(m_buffer.size(), kLargestHead)));
    if (headSize < 0) {
        if (m_buffer.size() >= kLargestHead)
            return refuse(431, "the request's head is too large");
        return Result::Incomplete;
    }
    request = {};
    qsizetype bodySize = 0;
    if (parseHead(QByteArrayView(m_buffer).first(headSize), request, bodySize) == Result::Bad)
        return Result::Bad;
    if (m_buffer.size() < headSize + bodySize)
        return Result::Incomplete;
    request.body = m_buffer.mid(headSize, bodySize);
    m_buffer.remove(0, headSize + bodySize);
    return Result::Request;
}

HttpRequestParser::Result HttpRequestParser::parseHead(QByteArrayView head, HttpRequest &request,
                                                       qsizetype &bodySize)
{
    if (parseRequestLine(takeLine(head), request) == Result::Bad)
        return Result::Bad;
    for (auto line = takeLine(head); !line.isEmpty(); line = takeLine(head)) {
        const auto colon = line.indexOf(':');
        if (colon < 0 || !isToken(line.first(colon)))
            return refuse(400, "a header line is malformed");
        const auto value = line.sliced(colon + 1).trimmed();
        if (std::any_of(value.begin(), value.end(),
                        [](char c) { return isControl(c) && c != '\t'; }))
            return refuse(400, "a header has control characters");
        request.headers.append({line.first(colon).toByteArray().toLower(), value.toByteArray()});
    }
    return applyHeaders(request, bodySize);
}

HttpRequestParser::Result HttpRequestParser::parseRequestLine(QByteArrayView line,
                                                              HttpRequest &request)
{
    const auto words = line.toByteArray().split(' ');
    if (words.size() != 3 || !isToken(words[0]) || words[1].isEmpty() ||
        std::any_of(line.begin(), line.end(), isControl))
        return refuse(400, "the request line is malformed");
    if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0") {
        if (words[2].startsWith("HTTP/"))
            return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        return refuse(400, "the request line is malformed");
    }
    request.method = words[0];
    request.chunkedAllowed = words[2] == "HTTP/1.1";
    request.keepAlive = request.chunkedAllowed;

    auto target = words[1];
    if (const auto authority = target.indexOf("://"); authority > 0 && !target.startsWith('/')) {
        const auto slash = target.indexOf('/', authority + 3);
        target = slash < 0 ? QByteArray("/") : target.mid(slash);
    }
    if (!target.startsWith('/') && target != "*")
        return refuse(400, "the request's target is malformed");
    const auto question = target.indexOf('?');
    request.path = question < 0 ? target : target.left(question);
    request.query = question < 0 ? QByteArray() : target.mid(question + 1);
    return Result::Request;
}

HttpRequestParser::Result HttpRequestParser::applyHeaders(HttpRequest &request, qsizetype &bodySize)
{
    const auto count = [&](QByteArrayView name) {
        return std::count_if(request.headers.begin(), request.headers.end(),
                             [&](const auto &header) { return header.first == name; });
    };
    if (request.chunkedAllowed && count("host") != 1)
        return refuse(400, "there must be one Host header");
    if (count("transfer-encoding"))
        return refuse(501, "bodies are taken with a Content-Length alone");
    if (count("content-length") > 1)
        return refuse(400, "there is more than one Content-Length");
    if (const auto length = request.header("content-length")) {
        const bool digits =
            !length->isEmpty() && std::all_of(length->begin(), length->end(),
                                              [](char c) { return c >= '0' && c <= '9'; });
        if (!digits)
            return refuse(400, "the Content-Length is no number");
        bool fits = false;
        const auto size = length->toLongLong(&fits);
        if (!fits || size > kLargestBody)
            return refuse(413, "the body is too large");
        bodySize = static_cast<qsizetype>(size);
    }
    if (const auto connection = request.header("connection")) {
        const auto options = connection->toLower().split(',');
        for (const auto &option : options) {
            if (option.trimmed() == "close")
                request.keepAlive = false;
            else if (option.trimmed() == "keep-alive")
                request.keepAlive = true;
        }
    }
    return Result::Request;
}

QByteArray httpReason(int status)
{
    struct Known
    {
        int status;
        const char *reason;
    };
    static constexpr Known kKnown[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const auto &known : kKnown) {
        if (known.status == status)
            return known.reason;
    }
    return "Unnamed";
}

} // namespace watchline
