// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// What filtering a session costs: bench_filter FILE...
// First screen and whole run by text, by columns and by what has to be looked for in each line.
// Peer: reading the file's bytes for a text that is not there (memmem).

#include "core/session/filterrun.h"
#include "core/session/sessionreader.h"

#include <QFile>
#include <QSemaphore>

#include <chrono>
#include <cstdio>
#include <cstring>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

using SteadyTime = std::chrono::steady_clock;

double millisecondsSince(SteadyTime::time_point began)
{
    return std::chrono::duration<double, std::milli>(SteadyTime::now() - began).count();
}

void report(const char *name, qsizetype n, double value, double peer)
{
    std::printf("{\"name\": \"%s\", \"n\": %lld, \"value\": %.3f, \"unit\": \"ms\", ", name,
                static_cast<long long>(n), value);
    if (peer > 0)
        std::printf("\"peer\": \"memmem over the file\", \"peer_value\": %.3f, \"ratio\": %.2f}\n",
                    peer, value / peer);
    else
        std::printf("\"peer\": null, \"peer_value\": null, \"ratio\": null}\n");
    std::fflush(stdout);
}

/// Reads the file and looks its bytes through once.
double memmemOver(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const auto began = SteadyTime::now();
    QByteArray bytes(1 << 20, Qt::Uninitialized);
    qint64 found = 0;
    for (qint64 got = 1; got > 0;) {
        got = file.read(bytes.data(), bytes.size());
        found +=
            got > 0 && memmem(bytes.constData(), static_cast<std::size_t>(got), "not in it", 9);
    }
    return found == 0 ? millisecondsSince(began) : 0;
}

struct Taken
{
    double first = 0; ///< until a screen of rows was there, or all
    double all = 0;
};

Taken run(const SessionStore &store, const EventFilter &filter)
{
    constexpr std::size_t kScreen = 60;
    Taken taken;
    QSemaphore news;
    std::vector<quint32> rows;
    const auto began = SteadyTime::now();
    FilterRun filtering(store, filter, 0, store.size(), [&news] { news.release(); });
    for (bool isDone = store.isEmpty(); !isDone;) {
        news.acquire();
        isDone = filtering.take(rows).isDone;
        if (taken.first == 0 && (isDone || rows.size() >= kScreen))
            taken.first = millisecondsSince(began);
    }
    taken.all = millisecondsSince(began);
    return taken;
}

void bench(const QString &path)
{
    SessionStore store;
    if (readSession(path, store).status == ReadResult::Status::Failed) {
        std::fprintf(stderr, "%s: no session\n", qPrintable(path));
        return;
    }
    const double peer = memmemOver(path);
    const struct
    {
        const char *name;
        const char *typed;
    } cases[] = {{"a text that is not there", "nowhere"},
                 {"a text that is everywhere", "keep-alive"},
                 {"a number", "204"},
                 {"an outcome", "outcome:ok"},
                 {"a lease", "lease:7f3a"},
                 {"a kind and a text", "kind:outcome ended"}};
    for (const auto &[name, typed] : cases) {
        const auto filter = eventFilterFromText(QString::fromLatin1(typed));
        Taken best;
        for (int i = 0; i < 3; ++i) {
            const auto taken = run(store, filter);
            best.first = i == 0 ? taken.first : std::min(best.first, taken.first);
            best.all = i == 0 ? taken.all : std::min(best.all, taken.all);
        }
        const QByteArray whole = QByteArray("filter, ") + name;
        report(whole.constData(), store.size(), best.all, peer);
        report((whole + ", first screen").constData(), store.size(), best.first, 0);
    }
    EventFilter wanted;
    wanted.text = u"nowhere"_s;
    const auto began = SteadyTime::now();
    findEvent(store, {}, wanted, -1, 1, Around::Yes, [] { return true; });
    report("find, a text that is not there", store.size(), millisecondsSince(began), peer);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_filter FILE...\n");
        return 2;
    }
    for (int i = 1; i < argc; ++i) {
        if (QByteArray(argv[i]) != "--quick")
            bench(QString::fromLocal8Bit(argv[i]));
    }
    return 0;
}
