// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/integration/quiescence.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>

#include <array>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace watchline {

namespace {

constexpr qint64 kPatienceMs = 10'000;

/// The numbers that name the entries of a folder in /proc.
std::vector<int> numbersIn(const char *folder)
{
    std::vector<int> numbers;
    DIR *directory = ::opendir(folder);
    if (!directory)
        return numbers;
    while (const dirent *entry = ::readdir(directory)) {
        if (entry->d_name[0] != '.')
            numbers.push_back(std::atoi(entry->d_name));
    }
    ::closedir(directory);
    return numbers;
}

bool isTcpSocket(int descriptor)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    return ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) == 0 &&
           (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

/// Data, an end, an error or a new connection waits to be taken.
bool aSocketIsReady()
{
    std::vector<pollfd> sockets;
    for (const int descriptor : numbersIn("/proc/self/fd")) {
        if (isTcpSocket(descriptor))
            sockets.push_back({descriptor, POLLIN, 0});
    }
    return ::poll(sockets.data(), sockets.size(), 0) > 0;
}

/// The state stands behind the name, which may hold anything, in parentheses.
bool isAsleep(int thread)
{
    const auto path = "/proc/self/task/" + std::to_string(thread) + "/stat";
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true; // it has just ended
    std::array<char, 512> buffer;
    const auto count = ::read(file, buffer.data(), buffer.size());
    ::close(file);
    if (count <= 0)
        return true;
    const std::string stat(buffer.data(), static_cast<std::size_t>(count));
    const auto name = stat.rfind(')');
    return name + 2 < stat.size() && stat[name + 2] == 'S';
}

bool otherThreadsSleep()
{
    for (const int thread : numbersIn("/proc/self/task")) {
        if (thread != ::getpid() && !isAsleep(thread)) // the main thread bears the process's number
            return false;
    }
    return true;
}

/// Handles everything that is posted; false when that was nothing.
bool handleEvents()
{
    bool handled = false;
    while (QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents))
        handled = true;
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return handled;
}

} // namespace

bool settle()
{
    QElapsedTimer timer;
    timer.start();
    int quietRounds = 0;
    while (quietRounds < 2) {
        if (timer.elapsed() > kPatienceMs)
            return false;
        const bool handled = handleEvents();
        const bool quiet = !handled && otherThreadsSleep() && !aSocketIsReady();
        quietRounds = quiet ? quietRounds + 1 : 0;
        if (!handled && !quiet)
            ::poll(nullptr, 0, 1); // leaves the processor to whom we wait for
    }
    return true;
}

} // namespace watchline
