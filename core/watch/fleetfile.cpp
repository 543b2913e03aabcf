// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/fleetfile.h"

#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/protocol/devicetoken.h"
#include "core/protocol/endpoints.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kLongestFile = 4 * 1024 * 1024;
constexpr qsizetype kLongestName = 100;
const QString kCannotRead = u"cannot read the fleet file"_s;
const QString kNotRegular = u"it is no regular file; choose one that is"_s;

/// What is wrong with a line: the reason, and what to do.
using Problem = QString;

struct Parts
{
    QString name;
    QString url;
    QString tokenFile;
    qsizetype tokenColumn; ///< Where the token file's name begins in the line, from 1.
};

QString withoutComment(const QString &line)
{
    for (qsizetype at = line.indexOf(u'#'); at >= 0; at = line.indexOf(u'#', at + 1)) {
        if (at == 0 || line.at(at - 1).isSpace())
            return line.first(at);
    }
    return line;
}

Result<Parts> split(const QString &line)
{
    const auto first = line.indexOf(u',');
    const auto second = first < 0 ? -1 : line.indexOf(u',', first + 1);
    if (second < 0)
        return Result<Parts>::failed(
            u"it has %1 of three parts; write `name, URL, token file`"_s.arg(first < 0 ? 1 : 2));
    qsizetype token = second + 1;
    while (token < line.size() && line.at(token).isSpace())
        ++token;
    return Result<Parts>::of({line.first(first).trimmed(),
                              line.sliced(first + 1, second - first - 1).trimmed(),
                              line.sliced(token).trimmed(), token + 1});
}

Problem problemOfName(const QString &name)
{
    if (name.isEmpty())
        return u"the name is empty; write one in front of the first comma"_s;
    if (name.size() > kLongestName)
        return u"the name is longer than %1 characters; shorten it"_s.arg(kLongestName);
    if (singleLine(name) != name)
        return u"the name holds control characters; remove them"_s;
    return {};
}

/// It is there, and reading it may wait.
bool isNoRegularFile(const QString &path)
{
    const QFileInfo file(path);
    return file.exists() && !file.isFile();
}

/// The name of a file that cannot be read is not told: somebody may have pasted the token itself.
Result<Secret> tokenFrom(const Parts &parts, const QDir &folder, FleetRead how)
{
    if (parts.tokenFile.isEmpty())
        return Result<Secret>::failed(
            u"the token file is missing; write its path behind the second comma"_s);
    if (how == FleetRead::NoTokens)
        return Result<Secret>::of({});
    const auto path = folder.filePath(parts.tokenFile);
    const auto cannotRead = [&parts](const QString &reason) {
        return Result<Secret>::failed(
            u"cannot read the token file that column %1 names: "_s.arg(parts.tokenColumn) + reason);
    };
    if (!QFileInfo::exists(path))
        return cannotRead(u"there is none; write a file's path there, not the token itself"_s);
    if (how == FleetRead::RegularFiles && isNoRegularFile(path))
        return cannotRead(kNotRegular);
    QFile file(path);
    const auto bytes = readTokenFile(file);
    if (!bytes)
        return cannotRead(bytes.error);
    auto token = parseDeviceToken(*bytes);
    if (!token)
        return Result<Secret>::failed(fileProblem(u"not a device token"_s, path, token.error));
    return token;
}

Result<FleetMember> parseLine(const QString &line, const QDir &folder, FleetRead how)
{
    const auto parts = split(line);
    if (!parts)
        return Result<FleetMember>::failed(parts.error);
    if (const auto problem = problemOfName(parts->name); !problem.isEmpty())
        return Result<FleetMember>::failed(problem);
    const auto url = parseApiUrl(parts->url);
    if (!url)
        return Result<FleetMember>::failed(url.error);
    const auto token = tokenFrom(*parts, folder, how);
    if (!token)
        return Result<FleetMember>::failed(token.error);
    return Result<FleetMember>::of({parts->name, *url, *token});
}

} // namespace

Result<Fleet> parseFleet(QByteArrayView text, const QString &path, FleetRead how)
{
    const QDir folder = QFileInfo(path).absoluteDir();
    const auto failed = [&path](const QString &reason) {
        return Result<Fleet>::failed(fileProblem(kCannotRead, path, reason));
    };
    QStringDecoder decoder(QStringDecoder::Utf8); // it drops a byte order mark
    const QString decoded = decoder(text);
    if (decoder.hasError())
        return failed(u"it is not UTF-8; write it anew as text"_s);

    Fleet fleet;
    QHash<QString, int> lineOf; // of the names so far
    int number = 0;
    for (const auto &whole : decoded.split(u'\n')) {
        ++number;
        const auto line = withoutComment(whole);
        if (line.trimmed().isEmpty())
            continue;
        const auto failedHere = [&](const QString &reason) {
            return failed(u"line %1: "_s.arg(number) + reason);
        };
        const auto member = parseLine(line, folder, how);
        if (!member)
            return failedHere(member.error);
        if (const int other = lineOf.value(member->name); other > 0)
            return failedHere(u"the name %1 is taken by line %2; give each its own"_s.arg(
                member->name, QString::number(other)));
        if (fleet.size() == kMostFleetMembers)
            return failedHere(
                u"there are more than %1 watches; split the file"_s.arg(kMostFleetMembers));
        lineOf.insert(member->name, number);
        fleet.append(*member);
    }
    if (fleet.isEmpty())
        return failed(u"it names nobody; write a line `name, URL, token file` for each"_s);
    return Result<Fleet>::of(fleet);
}

Result<Fleet> readFleetFile(const QString &path, FleetRead how)
{
    if (how != FleetRead::All && isNoRegularFile(path))
        return Result<Fleet>::failed(fileProblem(kCannotRead, path, kNotRegular));
    QFile file(path);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    const auto text = isOpen ? file.read(kLongestFile + 1) : QByteArray();
    if (file.error() != QFileDevice::NoError)
        return Result<Fleet>::failed(
            fileProblem(kCannotRead, path,
                        QString(file.errorString() + u"; check its path and permissions"_s)));
    if (text.size() > kLongestFile)
        return Result<Fleet>::failed(
            fileProblem(kCannotRead, path, u"it is too large to name a fleet; check its path"_s));
    return parseFleet(text, path, how);
}

QList<ConnectionOptions> fleetOptions(const Fleet &fleet, const ConnectionOptions &common)
{
    QList<ConnectionOptions> watches;
    for (const auto &member : fleet) {
        auto options = common;
        options.watch.source = member.name;
        options.watch.apiUrl = member.apiUrl;
        options.watch.token = member.token;
        watches.append(options);
    }
    return watches;
}

} // namespace watchline
