// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/terminal.h"

#include "core/base/text.h"

#include <QByteArray>

#include <poll.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

constexpr auto kFirstProgress = 500ms;
constexpr auto kProgressInterval = 100ms;

void printError(const QByteArray &text)
{
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stderr);
    std::fflush(stderr);
}

} // namespace

void printMessage(const QString &message)
{
    printError("watchline: " + singleLine(message).toUtf8() + '\n');
}

bool isTerminal(std::FILE *stream)
{
    return ::isatty(::fileno(stream)) != 0;
}

bool wantsColour(std::FILE *stream)
{
    return isTerminal(stream) && qEnvironmentVariableIsEmpty("NO_COLOR") &&
           qgetenv("TERM") != "dumb";
}

bool outputReaderHasGone()
{
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

ProgressLine::ProgressLine(QString what)
    : m_what(std::move(what))
    , m_isWanted(isTerminal(stderr))
    , m_next(m_clock.now() + kFirstProgress)
{}

ProgressLine::~ProgressLine()
{
    if (m_isShown)
        printError("\r\033[K");
}

void ProgressLine::show(qint64 done, qint64 total)
{
    if (!m_isWanted || m_clock.now() < m_next)
        return;
    m_next = m_clock.now() + kProgressInterval;
    m_isShown = true;
    const QString amount =
        total > 0 ? u"%1 %"_s.arg(100.0 * static_cast<double>(done) / static_cast<double>(total), 0,
                                  'f', 0)
                  : u"%1 MiB"_s.arg(done / (1024 * 1024));
    printError("\r\033[K" + QString(m_what + u": "_s + amount).toUtf8());
}

} // namespace watchline
