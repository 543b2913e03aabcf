// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commandline.h"

#include "app/terminal.h"
#include "core/base/text.h"

#include <QCommandLineOption>
#include <QRegularExpression>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What was typed is repeated; a URL among it may have a password in it.
QString withoutUserInfo(QString text)
{
    static const QRegularExpression userInfo(u"://[^\\s/?#]*@"_s);
    return text.replace(userInfo, u"://***@"_s);
}

} // namespace

CommandLine::CommandLine(QString command, QString help)
    : m_command(std::move(command))
    , m_help(std::move(help))
{
    addFlag(u"help"_s);
}

void CommandLine::addFlag(const QString &name)
{
    m_names.append(name);
    QStringList names{name};
    if (name == "help"_L1)
        names.append(u"h"_s);
    m_parser.addOption(QCommandLineOption(names));
}

void CommandLine::addOption(const QString &name)
{
    m_names.append(name);
    m_needsValue.append(name);
    m_parser.addOption(QCommandLineOption(name, {}, u"value"_s));
}

std::optional<ExitStatus> CommandLine::parse(const QStringList &arguments)
{
    // The parser expects the program's name first.
    const bool good = m_parser.parse(QStringList{u"watchline"_s} + arguments);
    if (m_parser.isSet(u"help"_s)) {
        std::fputs(m_help.toUtf8().constData(), stdout);
        return std::fflush(stdout) == 0 || outputReaderHasGone() ? ExitStatus::Done
                                                                 : ExitStatus::Output;
    }
    if (good)
        return std::nullopt;
    const auto unknown = m_parser.unknownOptionNames();
    if (unknown.isEmpty()) {
        // Qt tells what is wrong in words of its own; the name in them is all that is needed.
        for (const auto &name : m_names) {
            if (m_parser.errorText().contains(u"'--"_s + name + u'\''))
                return complain(m_needsValue.contains(name)
                                    ? u"missing value: --%1: write it behind the option"_s.arg(name)
                                    : u"unexpected value: --%1: it takes none"_s.arg(name));
        }
        auto text = m_parser.errorText();
        if (text.endsWith(u'.'))
            text.chop(1);
        return complain(text);
    }
    const QString typed = (unknown.first().size() > 1 ? u"--"_s : u"-"_s) + unknown.first();
    const auto meant = closestTo(unknown.first(), m_names);
    return complain(meant.isEmpty()
                        ? u"unknown option: %1"_s.arg(typed)
                        : u"unknown option: %1: did you mean --%2?"_s.arg(typed, meant));
}

std::optional<QString> CommandLine::given(const QString &option) const
{
    return isSet(option) ? std::optional(value(option)) : std::nullopt;
}

std::optional<QString> CommandLine::file() const
{
    const auto files = positional();
    if (files.size() == 1 && !files.first().isEmpty())
        return files.first();
    if (files.size() > 1)
        complain(u"too many arguments: %1: only one file is taken"_s.arg(files.at(1)));
    else
        complain(u"missing argument: FILE: name a session file, or - for standard input"_s);
    return std::nullopt;
}

bool CommandLine::hasNoArguments() const
{
    if (positional().isEmpty())
        return true;
    complain(u"unexpected argument: %1"_s.arg(positional().first()));
    return false;
}

std::optional<QString> CommandLine::choice(const QString &option, const QStringList &choices) const
{
    auto text = given(option);
    if (!text)
        return choices.first();
    if (choices.contains(*text))
        return text;
    complain(u"unknown value: --%1 %2: choose %3"_s.arg(option, *text, choices.join(u" or "_s)));
    return std::nullopt;
}

std::optional<Milliseconds> CommandLine::duration(const QString &option) const
{
    const auto text = value(option);
    if (const auto duration = parseDuration(text))
        return duration;
    complain(u"not a time: --%1 %2: write 500ms, 20s, 5m or 2h"_s.arg(option, text));
    return std::nullopt;
}

ExitStatus CommandLine::complain(const QString &problem) const
{
    const QString program = m_command.isEmpty() ? u"watchline"_s : u"watchline "_s + m_command;
    printMessage(withoutUserInfo(problem) + u" (see "_s + program + u" --help)"_s);
    return ExitStatus::Usage;
}

QString exitStatusHelp()
{
    return uR"(
Exit status:
  0  done
  1  the command ran and the answer is no
  2  wrong usage
  3  input could not be read, or was damaged (what could be saved was used)
  4  output could not be written
Of several the first that holds of 2, 4, 1, 3: a no that a damaged file gives is one.
)"_s;
}

} // namespace watchline
