// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/connectionarguments.h"

#include "app/terminal.h"
#include "core/base/fileproblem.h"
#include "core/protocol/devicetoken.h"
#include "core/protocol/endpoints.h"

#include <QFile>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

std::optional<Secret> checkedToken(const QByteArray &bytes, const QString &where)
{
    const auto token = parseDeviceToken(bytes);
    if (!token)
        printMessage(fileProblem(u"not a device token"_s, where, token.error));
    return token.value;
}

std::variant<Secret, ExitStatus> tokenFromFile(const QString &path)
{
    QFile file(path);
    const bool isStandardInput = path == "-"_L1;
    const auto bytes = isStandardInput && !file.open(STDIN_FILENO, QIODevice::ReadOnly)
                           ? Result<QByteArray>::failed(file.errorString())
                           : readTokenFile(file);
    const auto where = shownPath(path, Direction::Input);
    if (!bytes) {
        printMessage(fileProblem(u"cannot read the token file"_s, where, bytes.error));
        return ExitStatus::Input;
    }
    if (auto token = checkedToken(*bytes, where))
        return *token;
    return ExitStatus::Usage;
}

std::optional<Milliseconds> parseTimeoutVariable(const QString &text)
{
    bool ok = false;
    const auto seconds = text.toUInt(&ok);
    constexpr uint kMost = 10'000U * 3'600U;
    if (!ok || seconds == 0 || seconds > kMost)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

} // namespace

void addConnectionOptions(CommandLine &line)
{
    for (const auto &name :
         {u"api-url"_s, u"token-file"_s, u"api-timeout"_s, u"ca-file"_s, u"fleet"_s})
        line.addOption(name);
}

QString connectionHelp()
{
    return uR"(
Connection:
  --api-url URL        base URL of the API (default: FOXGLOVE_API_URL,
                       or else https://api.foxglove.dev)
  --token-file FILE|-  file that holds the device token; - is standard input
                       (default: the token in FOXGLOVE_DEVICE_TOKEN)
  --api-timeout TIME   limit for connecting and for short requests, such as 20s
                       (default: FOXGLOVE_API_TIMEOUT in whole seconds, or else 30s)
  --ca-file FILE       trust these PEM certificates too

The device token is never taken from an argument: others could read it there.
)"_s;
}

QString fleetHelp()
{
    return uR"(
A fleet file names one watch a line: a name, the API's URL and a token file, with
commas between them. What follows # is a comment. A token file's path is relative
to the fleet file's folder. --api-timeout and --ca-file hold for all of them.

  # name, URL, token file
  crane-1, https://api.foxglove.dev, tokens/crane-1.txt
)"_s;
}

std::variant<ConnectionArguments, ExitStatus> readConnection(const CommandLine &line,
                                                             Environment environment)
{
    ConnectionArguments connection;
    const auto variable = [environment](const char *name) {
        return environment == Environment::Read ? qEnvironmentVariable(name) : QString();
    };

    const bool isFleet = line.isSet(u"fleet"_s);
    for (const auto &other : {u"api-url"_s, u"token-file"_s}) {
        if (isFleet && line.isSet(other))
            return line.complain(u"--fleet and --%1 exclude each other: the fleet file names the "
                                 u"URLs and the token files"_s.arg(other));
    }
    const bool urlIsGiven = line.isSet(u"api-url"_s);
    const auto urlText = urlIsGiven ? line.value(u"api-url"_s) : variable("FOXGLOVE_API_URL");
    if (!isFleet && (urlIsGiven || !urlText.isEmpty())) {
        const auto url = parseApiUrl(urlText);
        // The text itself is not repeated: there may be a password in it.
        if (!url)
            return line.complain((urlIsGiven ? u"--api-url: "_s : u"FOXGLOVE_API_URL: "_s) +
                                 url.error);
        connection.apiUrl = *url;
    }

    if (line.isSet(u"api-timeout"_s)) {
        connection.apiTimeout = line.duration(u"api-timeout"_s);
        if (!connection.apiTimeout)
            return ExitStatus::Usage;
        if (*connection.apiTimeout <= Milliseconds::zero())
            return line.complain(
                u"not a time: --api-timeout %1: it must be longer than nothing"_s.arg(
                    line.value(u"api-timeout"_s)));
    } else if (const auto text = variable("FOXGLOVE_API_TIMEOUT"); !text.isEmpty()) {
        connection.apiTimeout = parseTimeoutVariable(text);
        if (!connection.apiTimeout)
            return line.complain(
                u"not a time: FOXGLOVE_API_TIMEOUT=%1: set it to whole seconds, 1 or more"_s.arg(
                    text));
    }

    connection.caFile = line.given(u"ca-file"_s);

    if (isFleet) {
        const auto fleet = readFleetFile(line.value(u"fleet"_s));
        if (!fleet) {
            printMessage(fleet.error);
            return ExitStatus::Input;
        }
        connection.fleet = *fleet;
        connection.fleetFile = line.value(u"fleet"_s);
    } else if (const auto path = line.given(u"token-file"_s)) {
        auto token = tokenFromFile(*path);
        if (const auto *status = std::get_if<ExitStatus>(&token))
            return *status;
        connection.token = std::get<Secret>(token);
        if (*path != "-"_L1)
            connection.tokenFile = path;
    } else if (environment == Environment::Read &&
               !qEnvironmentVariableIsEmpty("FOXGLOVE_DEVICE_TOKEN")) {
        connection.token =
            checkedToken(qgetenv("FOXGLOVE_DEVICE_TOKEN"), u"FOXGLOVE_DEVICE_TOKEN"_s);
        if (!connection.token)
            return ExitStatus::Usage;
    }
    return connection;
}

} // namespace watchline
