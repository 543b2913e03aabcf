// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/exitstatus.h"
#include "core/base/clock.h"
#include "core/base/closest.h"
#include "core/policy/retrypolicy.h"

#include <QCommandLineParser>
#include <QString>
#include <QStringList>

#include <optional>

namespace watchline {

/// What was typed. A command makes its own application object: most need no display.
struct Invocation
{
    int &argc;
    char **argv;
    QStringList arguments; ///< What follows the command's name.
};

/// The options and arguments of one command. Whatever is wrong with them it tells in one line, and
/// gives the exit status.
class CommandLine
{
public:
    /// `command` is empty for the program itself.
    CommandLine(QString command, QString help);

    void addFlag(const QString &name);
    void addOption(const QString &name);
    /// Gives a status when the program is to end: `--help` was printed, or something is wrong.
    std::optional<ExitStatus> parse(const QStringList &arguments);

    bool isSet(const QString &option) const { return m_parser.isSet(option); }
    QString value(const QString &option) const { return m_parser.value(option); }
    QStringList values(const QString &option) const { return m_parser.values(option); }
    std::optional<QString> given(const QString &option) const;
    QStringList positional() const { return m_parser.positionalArguments(); }

    // These complain when they give nothing.

    /// The one argument that the command takes.
    std::optional<QString> file() const;
    /// None where there is to be none.
    bool hasNoArguments() const;
    /// The value of an option that is given, or else `otherwise`.
    std::optional<QString> choice(const QString &option, const QStringList &choices) const;
    /// The option is known to be given.
    std::optional<Milliseconds> duration(const QString &option) const;

    /// `what: where: what to do` with a pointer to the help; always Usage.
    ExitStatus complain(const QString &problem) const;

private:
    QString m_command;
    QString m_help;
    QStringList m_names;
    QStringList m_needsValue;
    QCommandLineParser m_parser;
};

/// The part of each help text that says what the exit statuses mean.
QString exitStatusHelp();

} // namespace watchline
