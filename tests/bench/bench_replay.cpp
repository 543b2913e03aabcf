// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// What the window asks for while somebody scrubs through a recording, at random places of it.

#include "core/analysis/explanation.h"
#include "core/analysis/verify.h"
#include "core/session/runstate.h"
#include "core/session/sessionreader.h"
#include "core/timeline/idle.h"

#include <QFile>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

using namespace watchline;

namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr std::size_t kPlaces = 1'000;

void print(const char *name, qsizetype n, double value, const char *unit)
{
    std::printf("{\"name\":\"%s\",\"n\":%lld,\"value\":%.3f,\"unit\":\"%s\",\"peer\":null,"
                "\"peer_value\":null,\"ratio\":null}\n",
                name, static_cast<long long>(n), value, unit);
    std::fflush(stdout);
}

/// The middle one and the longest of many.
void measure(const char *what, qsizetype n, const std::function<void(std::size_t)> &look)
{
    std::vector<double> times(kPlaces);
    for (std::size_t i = 0; i < kPlaces; ++i) {
        const auto began = SteadyTime::now();
        look(i);
        times[i] = std::chrono::duration<double, std::micro>(SteadyTime::now() - began).count();
    }
    std::ranges::sort(times);
    print((std::string(what) + ", median").c_str(), n, times[kPlaces / 2], "us");
    print((std::string(what) + ", 99th of 100").c_str(), n, times[kPlaces * 99 / 100], "us");
    print((std::string(what) + ", longest").c_str(), n, times.back(), "us");
}

void measureFile(const QString &path)
{
    SessionStore store;
    if (readSession(path, store).status == ReadResult::Status::Failed || store.isEmpty()) {
        std::fprintf(stderr, "cannot read %s\n", qPrintable(path));
        return;
    }
    const auto rows = store.size();
    RunStateIndex states(store);
    const auto began = SteadyTime::now();
    states.update();
    print("run_state_index", rows,
          std::chrono::duration<double, std::milli>(SteadyTime::now() - began).count(), "ms");

    const auto verifying = SteadyTime::now();
    const auto decisionCount = verify(store).decisions;
    print("verify", rows,
          std::chrono::duration<double, std::milli>(SteadyTime::now() - verifying).count(), "ms");

    std::mt19937_64 random(1);
    std::vector<Nanoseconds> times(kPlaces);
    std::vector<qsizetype> places(kPlaces);
    const auto begin = store.firstTime().count();
    const auto end = std::max(begin, store.lastTime().count());
    for (auto &t : times)
        t = Nanoseconds(std::uniform_int_distribution<qint64>(begin, end)(random));
    for (auto &row : places)
        row = std::uniform_int_distribution<qsizetype>(0, rows - 1)(random);

    int attempts = 0;
    measure("state_at", rows, [&](std::size_t i) { attempts += states.stateAt(times[i]).attempt; });
    int stretches = 0;
    measure("idle_at", rows,
            [&](std::size_t i) { stretches += stretchAt(store, times[i]) ? 1 : 0; });
    std::size_t lines = 0;
    measure("why_of", rows, [&](std::size_t i) { lines += whyOf(store, places[i]).rows.size(); });
    std::vector<qsizetype> decisions;
    for (qsizetype row = 0; row < rows; ++row) {
        if (store.kind(row) == EventKind::Decision)
            decisions.push_back(row);
    }
    if (!decisions.empty())
        measure("why_of, decisions", rows, [&](std::size_t i) {
            lines += whyOf(store, decisions[i * decisions.size() / kPlaces]).rows.size();
        });
    if (attempts + stretches == 0 && lines == 0 && decisionCount == 0)
        std::fprintf(stderr, "%s has nothing to look at\n", qPrintable(path));
}

} // namespace

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; ++i) {
        // Its sessions are the whole of its work: there is nothing to leave out.
        if (qstrcmp(argv[i], "--quick") != 0)
            measureFile(QFile::decodeName(argv[i]));
    }
    return 0;
}
