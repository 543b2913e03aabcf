// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace watchline {

/// What a run of the program gave.
struct ProgramRun
{
    int status = -1; ///< -1: it did not end by itself, or not in time.
    QByteArray out;
    QByteArray err;
};

/// The built program, run as a user runs it: in a folder of its own, without a display and with
/// nothing of the tester's in its environment.
class Program
{
public:
    Program();

    /// A file in the folder that it runs in.
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QString write(const QString &name, const QByteArray &bytes) const;
    QByteArray read(const QString &name) const;
    void setVariable(const QString &name, const QString &value);
    void unsetVariable(const QString &name);

    ProgramRun run(const QStringList &arguments, const QByteArray &input = {}) const;
    /// A line for the shell, in which `$watchline` is the program.
    ProgramRun runShell(const QString &line) const;
    /// Goes on in the background; the process is ended with its object.
    std::unique_ptr<QProcess> start(const QStringList &arguments) const;

private:
    std::unique_ptr<QProcess> makeProcess() const;

    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

/// Waits for the end of a process that start() gave.
ProgramRun finish(QProcess &process);

} // namespace watchline
