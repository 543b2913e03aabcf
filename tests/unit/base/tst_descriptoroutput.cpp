// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/descriptoroutput.h"

#include <QRegularExpression>
#include <QTest>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;

class TestDescriptorOutput : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void waitsForAFullPipe();
    void tellsWhyItCannotWrite();
};

void TestDescriptorOutput::waitsForAFullPipe()
{
    std::array<int, 2> ends{};
    QCOMPARE(::pipe(ends.data()), 0);
    QVERIFY(::fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    QByteArray sent;
    while (sent.size() < 1024 * 1024)
        sent += QByteArray::number(sent.size()) + '\n';

    // Nobody reads yet, so that the pipe fills up.
    qsizetype room = 0;
    while (::write(ends[1], sent.constData() + room, 1) == 1)
        ++room;
    QVERIFY(room > 0 && room < sent.size());
    DescriptorOutput output(ends[1]);
    QByteArray received;
    std::thread reader([&received, fd = ends[0]] {
        std::array<char, 4096> bytes{};
        for (;;) {
            const auto count = ::read(fd, bytes.data(), bytes.size());
            if (count <= 0)
                return;
            received.append(bytes.data(), count);
        }
    });
    const auto written = output.write(sent.constData() + room, sent.size() - room);
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    QCOMPARE(written, sent.size() - room);
    QCOMPARE(received, sent);
}

void TestDescriptorOutput::tellsWhyItCannotWrite()
{
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    QVERIFY(full >= 0);
    QCOMPARE(writeAll(full, "hello"), ENOSPC);
    DescriptorOutput output(full);
    QCOMPARE(output.write("hello"), qint64{-1});
    QCOMPARE(output.errorString(), u"No space left on device"_s);
    ::close(full);

    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    QCOMPARE(::pipe(ends.data()), 0);
    ::close(ends[0]);
    QCOMPARE(writeAll(ends[1], "hello"), EPIPE);
    ::close(ends[1]);
}

QTEST_GUILESS_MAIN(TestDescriptorOutput)
#include "tst_descriptoroutput.moc"
