// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/filterrun.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace watchline {

namespace {

/// Rows of a piece: enough to be worth handing over, few enough that giving up takes no time.
constexpr qsizetype kPiece = 4'096;
/// A row can take long: its line may have many megabytes.
constexpr qsizetype kRowsBetweenAsking = 64;
constexpr unsigned kMostThreads = 8;
/// Without a thread of its own: after this long whoever asks has its turn.
constexpr std::chrono::milliseconds kAtOnce{5};

} // namespace

struct FilterRun::Private
{
    const SessionStore &store;
    const EventFilter filter;
    const qsizetype first;
    const qsizetype last;
    const std::function<void()> news;
    const std::size_t pieces;
    std::atomic<std::size_t> next{0};
    std::atomic_bool isCancelled{false};
    std::vector<std::thread> threads;
    std::optional<EventMatcher> own; // without threads
    qsizetype seen = 0;              // by that

    std::mutex mutex;                                       // guards what is below
    std::vector<std::optional<std::vector<quint32>>> found; // by piece, until it is taken
    std::size_t taken = 0;
    bool isTold = false;

    Private(const SessionStore &s, const EventFilter &f, qsizetype begin, qsizetype end,
            std::function<void()> n)
        : store(s)
        , filter(f)
        , first(begin)
        , last(end)
        , news(std::move(n))
        , pieces(static_cast<std::size_t>((end - begin + kPiece - 1) / kPiece))
        , seen(begin)
        , found(pieces)
    {}

    /// In the thread that asks.
    Progress lookOn(std::vector<quint32> &rows)
    {
        const auto began = std::chrono::steady_clock::now();
        while (seen < last) {
            const qsizetype end = std::min(seen + kRowsBetweenAsking, last);
            for (; seen < end; ++seen) {
                if (own->matches(seen))
                    rows.push_back(static_cast<quint32>(seen));
            }
            if (std::chrono::steady_clock::now() - began >= kAtOnce)
                break;
        }
        if (seen < last)
            news();
        return {seen, seen == last};
    }

    void work()
    {
        EventMatcher matcher(store, filter);
        while (!isCancelled) {
            const std::size_t piece = next++;
            if (piece >= pieces)
                return;
            std::vector<quint32> rows;
            const qsizetype begin = first + static_cast<qsizetype>(piece) * kPiece;
            const qsizetype end = std::min(begin + kPiece, last);
            for (qsizetype row = begin; row < end; ++row) {
                if (row % kRowsBetweenAsking == 0 && isCancelled)
                    return;
                if (matcher.matches(row))
                    rows.push_back(static_cast<quint32>(row));
            }
            hand(piece, std::move(rows));
        }
    }

    void hand(std::size_t piece, std::vector<quint32> rows)
    {
        bool tell = false;
        {
            const std::scoped_lock lock(mutex);
            found[piece] = std::move(rows);
            // What comes after a gap has to wait for it.
            tell = piece == taken && !std::exchange(isTold, true);
        }
        if (tell)
            news();
    }
};

FilterRun::FilterRun(const SessionStore &store, const EventFilter &filter, qsizetype first,
                     qsizetype last, std::function<void()> news)
    : d(std::make_unique<Private>(store, filter, first, std::max(first, last), std::move(news)))
{
    const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
    const auto threads = std::min<std::size_t>(cores, std::max<std::size_t>(d->pieces, 1));
    d->threads.reserve(threads);
    try {
        while (d->threads.size() < threads)
            d->threads.emplace_back([this] { d->work(); });
    } catch (const std::system_error &) {
        // The system has no more threads: those that are there do the work.
    }
    if (d->threads.empty()) {
        d->own.emplace(store, filter);
        d->news();
    }
}

FilterRun::~FilterRun()
{
    d->isCancelled = true;
    for (auto &thread : d->threads)
        thread.join();
}

FilterRun::Progress FilterRun::take(std::vector<quint32> &rows)
{
    if (d->own)
        return d->lookOn(rows);
    const std::scoped_lock lock(d->mutex);
    d->isTold = false;
    for (; d->taken < d->pieces && d->found[d->taken]; ++d->taken) {
        auto &piece = d->found[d->taken];
        rows.insert(rows.end(), piece->begin(), piece->end());
        piece.reset();
    }
    const qsizetype seen = d->first + static_cast<qsizetype>(d->taken) * kPiece;
    return {std::min(seen, d->last), d->taken == d->pieces};
}

} // namespace watchline
