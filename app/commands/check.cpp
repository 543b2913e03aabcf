// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/connectionarguments.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "core/watch/apicheckrunner.h"

#include <QCoreApplication>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kStateWidth = 13;
constexpr int kLabelWidth = 13;
constexpr int kTimeWidth = 10;

QString help()
{
    return uR"(Usage: watchline check [CONNECTION] [OPTIONS]

Tries the way to the API step by step: proxy, DNS, TCP, TLS, HTTP and device-info,
and says of each whether it passed, with its time and what to do. It does not take
the device's lease: a gateway that runs is not disturbed.

Options:
  --format text|json   readable lines, or one JSON object (default: text)
  --help               show this text
)"_s + connectionHelp() +
           exitStatusHelp() + uR"(  (1: a step failed)

Examples:
  watchline check --token-file token.txt
  watchline check --api-url https://staging.example.com --format json | jq .failed
)"_s;
}

struct Request
{
    ConnectionOptions options;
    bool asText = true;
};

std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    addConnectionOptions(line);
    line.addOption(u"format"_s);
    if (const auto status = line.parse(arguments))
        return *status;
    if (!line.hasNoArguments())
        return ExitStatus::Usage;
    if (line.isSet(u"fleet"_s))
        return line.complain(u"--fleet: one connection is checked at a time; name its URL and "
                             u"token file"_s);
    const auto format = line.choice(u"format"_s, {u"text"_s, u"json"_s});
    if (!format)
        return ExitStatus::Usage;
    const auto connection = readConnection(line, Environment::Read);
    if (const auto *status = std::get_if<ExitStatus>(&connection))
        return *status;
    const auto &given = std::get<ConnectionArguments>(connection);
    if (!given.token) {
        return line.complain(u"no device token: set FOXGLOVE_DEVICE_TOKEN, or name a file that "
                             u"holds it with --token-file"_s);
    }
    Request request;
    request.asText = *format == "text"_L1;
    auto &watch = request.options.watch;
    watch.apiUrl = given.apiUrl.value_or(QUrl(QString::fromLatin1(kDefaultApiUrl)));
    watch.token = *given.token;
    watch.apiTimeout = given.apiTimeout.value_or(watch.apiTimeout);
    request.options.caFile = given.caFile.value_or(QString());
    return request;
}

QByteArray coloured(const QString &text, CheckState state, bool isColoured)
{
    if (!isColoured)
        return text.toUtf8();
    const char *colour = state == CheckState::Passed   ? "\x1b[32m"
                         : state == CheckState::Failed ? "\x1b[31m"
                                                       : "\x1b[2m";
    return colour + text.toUtf8() + "\x1b[0m";
}

/// Writes each step as soon as it is over, in order.
class TextReport
{
public:
    TextReport()
        : m_isColoured(wantsColour(stdout))
    {}

    void begin(const QUrl &apiUrl)
    {
        m_output.writeLine(QString(u"checking "_s + singleLine(redactedUrl(apiUrl))).toUtf8());
        m_output.flush();
    }

    void show(const CheckReport &report)
    {
        while (m_next < kCheckSteps) {
            const auto &step = report.steps.at(m_next);
            if (step.state == CheckState::NotReached || step.state == CheckState::Running)
                break;
            writeStep(report);
        }
        m_output.flush();
    }

    void end(const CheckReport &report)
    {
        while (m_next < kCheckSteps)
            writeStep(report);
        const auto failed = report.failed();
        m_output.writeLine(failed ? QString(u"failed at "_s + stepLabel(*failed)).toUtf8()
                                  : QByteArray("passed; the device's lease was not touched"));
        m_output.flush();
    }

    ExitStatus status() const { return m_output.status(); }

private:
    void writeStep(const CheckReport &report)
    {
        const auto &step = report.steps.at(m_next);
        const auto label = stepLabel(static_cast<CheckStep>(m_next++)).leftJustified(kLabelWidth);
        const auto time = step.duration ? readableDuration(*step.duration) : QString();
        const auto rest = label + time.leftJustified(kTimeWidth) + step.detail;
        m_output.writeLine(
            coloured(stateLabel(step.state).leftJustified(kStateWidth), step.state, m_isColoured) +
            rest.trimmed().toUtf8());
        const QByteArray indent(kStateWidth + kLabelWidth + kTimeWidth, ' ');
        for (const auto &fact : step.facts)
            m_output.writeLine(indent + fact.toUtf8());
        if (!step.advice.isEmpty())
            m_output.writeLine(indent + "-> " + step.advice.toUtf8());
    }

    TextOutput m_output;
    const bool m_isColoured;
    std::size_t m_next = 0;
};

/// The members of one JSON object, in the order of their being added.
class JsonObject
{
public:
    void add(const char *name, const QString &text)
    {
        key(name);
        appendJsonString(m_bytes, text);
    }
    /// `null` for an empty text.
    void addIfAny(const char *name, const QString &text)
    {
        text.isEmpty() ? addRaw(name, "null") : add(name, text);
    }
    void addRaw(const char *name, const QByteArray &json)
    {
        key(name);
        m_bytes += json;
    }
    QByteArray bytes() const { return '{' + m_bytes + '}'; }

private:
    void key(const char *name)
    {
        if (!m_bytes.isEmpty())
            m_bytes += ',';
        m_bytes += QByteArray("\"") + name + "\":";
    }

    QByteArray m_bytes;
};

QByteArray jsonArray(const QByteArrayList &items)
{
    return '[' + items.join(',') + ']';
}

QByteArray jsonTexts(const QStringList &texts)
{
    QByteArrayList items;
    for (const auto &text : texts) {
        QByteArray item;
        appendJsonString(item, text);
        items += item;
    }
    return jsonArray(items);
}

QByteArray jsonMilliseconds(std::optional<std::chrono::microseconds> duration)
{
    return duration ? QByteArray::number(static_cast<double>(duration->count()) / 1000, 'f', 3)
                    : QByteArray("null");
}

void addFactsOf(CheckStep step, const CheckReport &report, JsonObject &json)
{
    switch (step) {
    case CheckStep::Proxy:
        json.addIfAny("proxy", report.proxy);
        break;
    case CheckStep::Dns:
        json.addRaw("addresses", jsonTexts(report.addresses));
        break;
    case CheckStep::Tcp:
        break;
    case CheckStep::Tls: {
        json.addIfAny("version", report.tlsVersion);
        json.addIfAny("cipher", report.tlsCipher);
        json.addIfAny("alpn", report.alpn);
        QByteArrayList certificates;
        for (const auto &certificate : report.certificates) {
            JsonObject item;
            item.add("subject", certificate.subject);
            item.add("issuer", certificate.issuer);
            item.addRaw("names", jsonTexts(certificate.names));
            item.add("valid_from", certificate.from.toString(Qt::ISODate));
            item.add("valid_until", certificate.until.toString(Qt::ISODate));
            certificates += item.bytes();
        }
        json.addRaw("certificates", jsonArray(certificates));
        break;
    }
    case CheckStep::Http:
        json.addIfAny("http_version", report.httpVersion);
        json.addRaw("http_status",
                    report.httpStatus == 0 ? "null" : QByteArray::number(report.httpStatus));
        break;
    case CheckStep::DeviceInfo:
        json.addIfAny("device_id", report.deviceId);
        json.addIfAny("device_name", report.deviceName);
        json.addIfAny("project_id", report.projectId);
        break;
    }
}

QByteArray jsonReport(const CheckReport &report, const QUrl &apiUrl)
{
    QByteArrayList steps;
    for (std::size_t i = 0; i < kCheckSteps; ++i) {
        const auto id = static_cast<CheckStep>(i);
        const auto &step = report.steps.at(i);
        JsonObject json;
        json.add("step", stepName(id));
        json.add("result", stateName(step.state));
        json.addRaw("duration_ms", jsonMilliseconds(step.duration));
        json.addIfAny("detail", step.detail);
        json.addIfAny("advice", step.advice);
        addFactsOf(id, report, json);
        steps += json.bytes();
    }
    JsonObject json;
    json.add("api_url", redactedUrl(apiUrl));
    json.add("result", stateName(report.hasPassed() ? CheckState::Passed : CheckState::Failed));
    const auto failed = report.failed();
    json.addIfAny("failed", failed ? stepName(*failed) : QString());
    json.addRaw("steps", jsonArray(steps));
    return json.bytes();
}

ExitStatus printJson(const CheckReport &report, const QUrl &apiUrl)
{
    TextOutput output;
    output.writeLine(jsonReport(report, apiUrl));
    output.flush();
    return output.status();
}

ExitStatus check(const Request &request)
{
    const auto &apiUrl = request.options.watch.apiUrl;
    ApiCheckRunner runner(request.options);
    std::optional<TextReport> text;
    QObject::connect(&runner, &ApiCheckRunner::changed, &runner, [&] {
        if (text)
            text->show(runner.report());
    });
    QObject::connect(&runner, &ApiCheckRunner::finished, QCoreApplication::instance(),
                     &QCoreApplication::quit);
    if (!runner.start()) {
        printMessage(runner.error());
        return ExitStatus::Input;
    }
    if (request.asText)
        text.emplace().begin(apiUrl);
    QCoreApplication::exec();

    const auto &report = runner.report();
    if (text)
        text->end(report);
    const auto status = text ? text->status() : printJson(report, apiUrl);
    if (status != ExitStatus::Done)
        return status;
    return report.hasPassed() ? ExitStatus::Done : ExitStatus::No;
}

} // namespace

ExitStatus runCheck(const Invocation &invocation)
{
    CommandLine line(u"check"_s, help());
    const auto request = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&request))
        return *status;
    const QCoreApplication app(invocation.argc, invocation.argv);
    return check(std::get<Request>(request));
}

} // namespace watchline
