// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/program.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Far more than needed: only a hang takes as long.
constexpr int kTimeoutMs = 60'000;
const QString kProgram = QStringLiteral(WATCHLINE_PROGRAM);

} // namespace

Program::Program()
{
    const auto system = QProcessEnvironment::systemEnvironment();
    for (const auto &name : {u"PATH"_s, u"LD_LIBRARY_PATH"_s, u"ASAN_OPTIONS"_s, u"UBSAN_OPTIONS"_s,
                             u"LSAN_OPTIONS"_s, u"TSAN_OPTIONS"_s}) {
        if (system.contains(name))
            m_environment.insert(name, system.value(name));
    }
    m_environment.insert(u"HOME"_s, m_folder.path());
    m_environment.insert(u"watchline"_s, kProgram);
}

QString Program::write(const QString &name, const QByteArray &bytes) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write the test's file");
    return file.fileName();
}

QByteArray Program::read(const QString &name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void Program::setVariable(const QString &name, const QString &value)
{
    m_environment.insert(name, value);
}

void Program::unsetVariable(const QString &name)
{
    m_environment.remove(name);
}

std::unique_ptr<QProcess> Program::makeProcess() const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(m_environment);
    process->setWorkingDirectory(m_folder.path());
    return process;
}

ProgramRun Program::run(const QStringList &arguments, const QByteArray &input) const
{
    const auto process = makeProcess();
    process->start(kProgram, arguments);
    process->write(input);
    process->closeWriteChannel();
    return finish(*process);
}

ProgramRun Program::runShell(const QString &line) const
{
    const auto process = makeProcess();
    process->start(u"/bin/sh"_s, {u"-c"_s, line});
    return finish(*process);
}

std::unique_ptr<QProcess> Program::start(const QStringList &arguments) const
{
    auto process = makeProcess();
    process->start(kProgram, arguments);
    if (!process->waitForStarted(kTimeoutMs))
        qFatal("cannot start the program");
    return process;
}

ProgramRun finish(QProcess &process)
{
    const bool hasEnded =
        process.state() == QProcess::NotRunning || process.waitForFinished(kTimeoutMs);
    ProgramRun run;
    if (hasEnded && process.exitStatus() == QProcess::NormalExit)
        run.status = process.exitCode();
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

} // namespace watchline
