// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/event.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionstore.h"

#include <QByteArray>
#include <QFile>
#include <QStringList>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <malloc.h>
#include <thread>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// The shortest of some runs, in milliseconds.
template<typename Function>
double best(int runs, Function function)
{
    double shortest = std::numeric_limits<double>::max();
    for (int i = 0; i < runs; ++i) {
        const auto begin = Clock::now();
        function();
        shortest = std::min(shortest, millisecondsSince(begin));
    }
    return shortest;
}

void print(const char *name, qsizetype n, double value, const char *unit)
{
    std::printf("{\"name\":\"%s\",\"n\":%lld,\"value\":%.3f,\"unit\":\"%s\",\"peer\":null,"
                "\"peer_value\":null,\"ratio\":null}\n",
                name, static_cast<long long>(n), value, unit);
    std::fflush(stdout);
}

void printBeside(const char *name, qsizetype n, double value, const char *unit, const char *peer,
                 double peerValue)
{
    std::printf("{\"name\":\"%s\",\"n\":%lld,\"value\":%.3f,\"unit\":\"%s\",\"peer\":\"%s\","
                "\"peer_value\":%.3f,\"ratio\":%.2f}\n",
                name, static_cast<long long>(n), value, unit, peer, peerValue, value / peerValue);
    std::fflush(stdout);
}

/// Every line of the file by simdjson, every member looked at, nothing kept; one thread, and the
/// file is in memory before.
double bareParse(const QString &path, int runs)
{
    simdjson::padded_string bytes;
    if (simdjson::padded_string::load(QFile::encodeName(path).toStdString()).get(bytes))
        std::abort();
    simdjson::ondemand::parser parser;
    return best(runs, [&] {
        std::size_t members = 0;
        const char *line = bytes.data();
        const char *const end = line + bytes.size();
        while (line < end) {
            const void *found = std::memchr(line, '\n', static_cast<std::size_t>(end - line));
            const char *lineEnd = found ? static_cast<const char *>(found) : end;
            const auto size = static_cast<std::size_t>(lineEnd - line);
            const auto room = static_cast<std::size_t>(end - line) + simdjson::SIMDJSON_PADDING;
            simdjson::ondemand::document document;
            simdjson::ondemand::object object;
            if (parser.iterate(line, size, room).get(document) || document.get_object().get(object))
                std::abort();
            for (auto member : object) {
                simdjson::ondemand::value value;
                if (member.value().get(value))
                    std::abort();
                members += value.raw_json_token().size();
            }
            line = lineEnd + 1;
        }
        if (members == 0)
            std::abort();
    });
}

/// Until the first row of a store that fills can be looked at.
double timeToFirstRows(const QString &path)
{
    SessionStore store;
    const auto begin = Clock::now();
    std::atomic<bool> isOver{false};
    std::thread reader([&] {
        readSession(path, store, [&isOver](qint64, qint64) { return !isOver; });
        isOver = true;
    });
    while (store.isEmpty() && !isOver)
        std::this_thread::yield();
    const double elapsed = millisecondsSince(begin);
    isOver = true;
    reader.join();
    return elapsed;
}

/// Of this process, without what is free.
double residentBytes()
{
    ::malloc_trim(0);
    QFile status(u"/proc/self/statm"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    constexpr double kPage = 4096;
    return status.readAll().split(' ').at(1).toDouble() * kPage;
}

void measureFile(const QString &path)
{
    qsizetype rows = 0;
    double perEvent = 0;
    {
        const double before = residentBytes();
        SessionStore store;
        if (readSession(path, store).status == ReadResult::Status::Failed) {
            std::fprintf(stderr, "cannot read %s\n", qPrintable(path));
            return;
        }
        rows = store.size();
        perEvent = (residentBytes() - before) / static_cast<double>(std::max<qsizetype>(rows, 1));
    }
    const int runs = rows > 3'000'000 ? 3 : 7;
    double shortest = std::numeric_limits<double>::max();
    double simdjson = shortest;
    // In turns, so that what else the machine does meets both.
    for (int i = 0; i < runs; ++i) {
        shortest = std::min(shortest, best(1, [&path] {
                                SessionStore store;
                                readSession(path, store);
                            }));
        simdjson = std::min(simdjson, bareParse(path, 1));
    }
    printBeside("open_session", rows, shortest, "ms", "simdjson, bare parse", simdjson);
    double first = std::numeric_limits<double>::max();
    for (int i = 0; i < runs; ++i)
        first = std::min(first, timeToFirstRows(path));
    print("open_session, first rows", rows, first, "ms");
    print("memory_per_event", rows, perEvent, "B");
}

void measureAppend(int events)
{
    Event event(EventKind::KeepAlive);
    event.source = u"robot-7"_s;
    event.set(Field::LeaseId, u"rwl_400"_s).set(Field::Text, u"keep-alive"_s);
    const auto line = toJsonLine(event);
    SessionStore store;
    const auto append = [&](int count) {
        return best(1, [&] {
            for (int i = 0; i < count; ++i)
                store.append(event, line);
        });
    };
    const int tenth = events / 10;
    const double firstTenth = append(tenth);
    append(events - 2 * tenth);
    const double lastTenth = append(tenth);
    printBeside("append, last tenth", events, lastTenth * 1e6 / tenth, "ns", "the first tenth",
                firstTenth * 1e6 / tenth);
}

} // namespace

int main(int argc, char *argv[])
{
    int appended = 1'000'000;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--quick") == 0)
            appended = 100'000;
        else
            measureFile(QFile::decodeName(argv[i]));
    }
    measureAppend(appended);
    return 0;
}
