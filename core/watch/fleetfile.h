// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/watch/watchrunner.h"

#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QUrl>

/// The file that names a fleet, one watch a line:
///
///     # comment
///     name, URL, token file
///
/// UTF-8. White space around the three parts, empty lines, and what follows a `#` at the start of a
/// line or behind white space do not count. The name is the events' `source`, and no two are alike.
/// The token file may have commas in its name; one that is relative is looked for in the fleet
/// file's own folder. Two lines may have the same token: a staging server takes any, and two
/// gateways with one lease are what some look for.
namespace watchline {

struct FleetMember
{
    QString name;
    QUrl apiUrl;
    Secret token;

    bool operator==(const FleetMember &) const = default;
};
using Fleet = QList<FleetMember>;

/// More of them are taken for a mistake.
inline constexpr int kMostFleetMembers = 10'000;

/// How much of a fleet is read.
enum class FleetRead {
    All,
    RegularFiles, ///< All, but of regular files alone: a named pipe may have to be waited for.
    NoTokens,     ///< The fleet file alone, if it is a regular one: the tokens stay empty.
};

/// Reads the file and the token files that it names. An error is one line that says what, where
/// (with the number of the line) and what to do; nothing of a token is in it. Any thread.
Result<Fleet> readFleetFile(const QString &path, FleetRead how = FleetRead::All);

/// The same with the text at hand; `path` is where it came from.
Result<Fleet> parseFleet(QByteArrayView text, const QString &path, FleetRead how = FleetRead::All);

/// What each watch of the fleet is to be run with: its own name, URL and token, and the rest as in
/// `common`.
QList<ConnectionOptions> fleetOptions(const Fleet &fleet, const ConnectionOptions &common);

} // namespace watchline
