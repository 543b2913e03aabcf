// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArrayView>
#include <QIODevice>

namespace watchline {

/// Writes all of it to a file descriptor. Blocks, also when the descriptor is set not to: standard
/// output is shared, and whoever has it too may have set it so. Gives 0 or an errno.
int writeAll(int fd, QByteArrayView bytes);

/// An output device on a descriptor that is not owned. Each write takes all that it is given, or
/// fails.
class DescriptorOutput : public QIODevice
{
public:
    explicit DescriptorOutput(int fd);

    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 size) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    const int m_fd;
};

} // namespace watchline
