// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/descriptoroutput.h"

#include <cerrno>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace watchline {

int writeAll(int fd, QByteArrayView bytes)
{
    constexpr int kForEver = -1;
    while (!bytes.isEmpty()) {
        const auto written = ::write(fd, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written >= 0) {
            bytes = bytes.sliced(written);
        } else if (errno == EAGAIN) {
            pollfd output{fd, POLLOUT, 0};
            ::poll(&output, 1, kForEver);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

DescriptorOutput::DescriptorOutput(int fd)
    : m_fd(fd)
{
    open(QIODevice::WriteOnly | QIODevice::Unbuffered);
}

qint64 DescriptorOutput::readData(char *, qint64)
{
    return -1;
}

qint64 DescriptorOutput::writeData(const char *data, qint64 size)
{
    const int number = writeAll(m_fd, QByteArrayView(data, size));
    if (number == 0)
        return size;
    setErrorString(QString::fromStdString(std::generic_category().message(number)));
    return -1;
}

} // namespace watchline
