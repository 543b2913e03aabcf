// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/protocol/endpoints.h"

#include <QSettings>
#include <QString>
#include <QStringList>

#include <chrono>

/// What the window remembers between two starts. Never a token. The window's thread.
namespace watchline {

/// Under the application's name, as its data folder.
QSettings applicationSettings();

enum class ThemeChoice { System, Light, Dark };

ThemeChoice themeChoice();
void setThemeChoice(ThemeChoice choice);

/// Session files, the latest first; those that are gone are left out.
QStringList recentSessions();
void addRecentSession(const QString &path);
void clearRecentSessions();

/// What was last connected to.
struct LastConnection
{
    QString apiUrl;
    QString tokenFile;
    QString caFile;
    std::chrono::milliseconds apiTimeout = kDefaultApiTimeout;
    bool continueAfterWake = false;
};
LastConnection lastConnection();
void setLastConnection(const LastConnection &connection);

} // namespace watchline
