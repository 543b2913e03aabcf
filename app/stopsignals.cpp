// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/stopsignals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace watchline {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
/// What comes this soon after the first is the same wish: timeout(1), for one, signals its child
/// and then the process group that the child is in.
constexpr std::int64_t kSameWishNs = 1'000'000'000;

/// Read end, write end. A signal handler may do next to nothing but write to a pipe.
std::array<int, 2> s_pipe{-1, -1};
/// When the first one came, 0 before. Two may arrive at the same time, in two threads.
std::atomic<std::int64_t> s_asked{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void handleStopSignal(int signal)
{
    const int before = errno;
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    const std::int64_t now = std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    std::int64_t first = 0;
    if (s_asked.compare_exchange_strong(first, now)) {
        const char byte = 1;
        [[maybe_unused]] const auto written = ::write(s_pipe[1], &byte, 1);
    } else if (now - first >= kSameWishNs) {
        // It ends the process when this function returns.
        std::signal(signal, SIG_DFL);
        ::raise(signal);
    }
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
    s_asked = 0;
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        std::array<char, 16> bytes{};
        while (::read(s_pipe[0], bytes.data(), bytes.size()) > 0) {
        }
        emit stopRequested();
    });
    struct sigaction action = {};
    action.sa_handler = handleStopSignal;
    action.sa_flags = SA_RESTART;
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
    // Once asked, what comes while the process ends is the same wish still.
    if (s_asked == 0) {
        for (const int signal : kSignals)
            std::signal(signal, SIG_DFL);
    }
    m_notifier.setEnabled(false);
    for (int &end : s_pipe) {
        ::close(end);
        end = -1;
    }
}

} // namespace watchline
