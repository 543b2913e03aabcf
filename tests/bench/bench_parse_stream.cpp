// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/sseparser.h"

#include <QByteArray>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

using namespace watchline;

namespace {

constexpr qsizetype kStreamSize = 64 * 1024 * 1024;
constexpr int kRounds = 7;

QByteArray streamOf(const QByteArray &event)
{
    return event.repeated(kStreamSize / event.size());
}

/// The best of some rounds, in MB/s.
template<typename Work>
double speed(qsizetype bytes, Work &&work)
{
    using Clock = std::chrono::steady_clock;
    double best = 0;
    for (int i = 0; i < kRounds; ++i) {
        const auto start = Clock::now();
        work();
        const std::chrono::duration<double> took = Clock::now() - start;
        best = std::max(best, static_cast<double>(bytes) / 1e6 / took.count());
    }
    return best;
}

double parserSpeed(const QByteArray &stream, qsizetype chunk)
{
    return speed(stream.size(), [&] {
        SseParser parser;
        qsizetype frames = 0;
        const auto sink = [&](const SseFrame &frame) { frames += frame.data.size() > 0 ? 1 : 0; };
        for (qsizetype at = 0; at < stream.size(); at += chunk) {
            const auto size = std::min(chunk, stream.size() - at);
            if (!parser.feed(QByteArrayView(stream).sliced(at, size), sink))
                std::abort();
        }
        if (frames == 0)
            std::abort();
    });
}

/// What finding the line ends alone costs.
double memchrSpeed(const QByteArray &stream, qsizetype chunk)
{
    return speed(stream.size(), [&] {
        qsizetype lines = 0;
        for (qsizetype at = 0; at < stream.size(); at += chunk) {
            const char *begin = stream.constData() + at;
            const char *const end = begin + std::min(chunk, stream.size() - at);
            while (begin != end) {
                const void *found = std::memchr(begin, '\n', static_cast<std::size_t>(end - begin));
                if (!found)
                    break;
                begin = static_cast<const char *>(found) + 1;
                ++lines;
            }
        }
        if (lines == 0)
            std::abort();
    });
}

} // namespace

int main()
{
    struct Case
    {
        const char *name;
        QByteArray stream;
    };
    const Case cases[] = {
        {"6 B comments", streamOf(": ok\n\n")},
        {"200 B events", streamOf("event: note\ndata: " + QByteArray(180, 'x') + "\n\n")},
        {"200 B events, not ASCII",
         streamOf("event: note\ndata: " + QByteArray("ä€").repeated(36) + "\n\n")},
        {"64 KiB data", streamOf("data: " + QByteArray(64 * 1024, 'x') + "\n\n")},
    };
    for (const auto &[name, stream] : cases) {
        for (const qsizetype chunk : {1448, 64 * 1024}) {
            const double parser = parserSpeed(stream, chunk);
            const double memchr = memchrSpeed(stream, chunk);
            std::printf("{\"name\":\"parse_stream %s in %lld B chunks\",\"n\":%lld,\"value\":%.0f,"
                        "\"unit\":\"MB/s\",\"peer\":\"memchr\",\"peer_value\":%.0f,"
                        "\"ratio\":%.2f}\n",
                        name, static_cast<long long>(chunk), static_cast<long long>(stream.size()),
                        parser, memchr, parser / memchr);
            std::fflush(stdout);
        }
    }
    return 0;
}
