// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/stopsignals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace watchline {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};

/// Read end, write end. A signal handler may do next to nothing but write to a pipe.
std::array<int, 2> s_pipe{-1, -1};

extern "C" void handleStopSignal(int)
{
    const int before = errno;
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(s_pipe[1], &byte, 1);
    errno = before;
}

int openPipe()
{
    if (::pipe2(s_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("cannot make a pipe for signals");
    return s_pipe[0];
}

} // namespace

StopSignals::StopSignals(QObject *parent)
    : QObject(parent)
    , m_notifier(openPipe(), QSocketNotifier::Read)
{
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        std::array<char, 16> bytes{};
        while (::read(s_pipe[0], bytes.data(), bytes.size()) > 0) {
        }
        emit stopRequested();
    });
    struct sigaction action = {};
    action.sa_handler = handleStopSignal;
    // The default comes back with the first one, so that the second ends the process.
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    for (const int signal : kSignals) {
        struct sigaction before = {};
        ::sigaction(signal, nullptr, &before);
        // nohup means it.
        if (signal != SIGHUP || before.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
}

StopSignals::~StopSignals()
{
    for (const int signal : kSignals)
        std::signal(signal, SIG_DFL);
    m_notifier.setEnabled(false);
    for (int &end : s_pipe) {
        ::close(end);
        end = -1;
    }
}

} // namespace watchline
