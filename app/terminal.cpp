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

constexpr double kMiB = 1024.0 * 1024.0;

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

ProgressLine::ProgressLine(QString what, Unit unit)
    : m_what(std::move(what))
    , m_unit(unit)
    , m_isWanted(isTerminal(stderr))
    , m_began(m_clock.now())
    , m_next(m_began + kFirstProgress)
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
    const auto count = static_cast<double>(done);
    const bool isBytes = m_unit == Unit::Bytes;
    const auto inUnit = [isBytes](double number) {
        return QString::number(isBytes ? number / kMiB : number, 'f', 0) +
               (isBytes ? u" MiB"_s : u" events"_s);
    };
    const QString amount =
        total > 0 ? u"%1 %"_s.arg(100.0 * count / static_cast<double>(total), 0, 'f', 0)
                  : inUnit(count);
    const std::chrono::duration<double> elapsed = m_clock.now() - m_began;
    const QString rate = inUnit(count / elapsed.count()) + u"/s"_s;
    printError("\r\033[K" + QString(m_what + u": "_s + amount + u", "_s + rate).toUtf8());
}

} // namespace watchline
