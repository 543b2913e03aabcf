// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/settings.h"

#include <QCoreApplication>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kMostRecent = 12;

} // namespace

QSettings applicationSettings()
{
    const auto name = QCoreApplication::applicationName();
    return QSettings(name, name);
}

ThemeChoice themeChoice()
{
    const auto name = applicationSettings().value("theme"_L1).toString();
    return name == "light"_L1  ? ThemeChoice::Light
           : name == "dark"_L1 ? ThemeChoice::Dark
                               : ThemeChoice::System;
}

void setThemeChoice(ThemeChoice choice)
{
    const auto name = choice == ThemeChoice::Light  ? u"light"_s
                      : choice == ThemeChoice::Dark ? u"dark"_s
                                                    : u"system"_s;
    applicationSettings().setValue("theme"_L1, name);
}

QStringList recentSessions()
{
    QStringList found;
    for (const auto &path : applicationSettings().value("recent"_L1).toStringList()) {
        if (QFileInfo::exists(path))
            found.append(path);
    }
    return found;
}

void addRecentSession(const QString &path)
{
    auto settings = applicationSettings();
    auto paths = settings.value("recent"_L1).toStringList();
    const auto absolute = QFileInfo(path).absoluteFilePath();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    settings.setValue("recent"_L1, paths.mid(0, kMostRecent));
}

void clearRecentSessions()
{
    applicationSettings().remove("recent"_L1);
}

LastConnection lastConnection()
{
    const auto settings = applicationSettings();
    LastConnection last;
    last.apiUrl = settings.value("connection/url"_L1).toString();
    last.tokenFile = settings.value("connection/tokenFile"_L1).toString();
    last.caFile = settings.value("connection/caFile"_L1).toString();
    const qint64 usual = std::chrono::milliseconds(kDefaultApiTimeout).count();
    last.apiTimeout =
        std::chrono::milliseconds(settings.value("connection/timeoutMs"_L1, usual).toLongLong());
    last.continueAfterWake = settings.value("connection/continueAfterWake"_L1).toBool();
    return last;
}

void setLastConnection(const LastConnection &connection)
{
    auto settings = applicationSettings();
    settings.setValue("connection/url"_L1, connection.apiUrl);
    settings.setValue("connection/tokenFile"_L1, connection.tokenFile);
    settings.setValue("connection/caFile"_L1, connection.caFile);
    settings.setValue("connection/timeoutMs"_L1, qint64{connection.apiTimeout.count()});
    settings.setValue("connection/continueAfterWake"_L1, connection.continueAfterWake);
}

} // namespace watchline
