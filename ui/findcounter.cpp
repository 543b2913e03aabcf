// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/findcounter.h"

#include "ui/job.h"

#include <algorithm>

namespace watchline {

namespace {

constexpr qsizetype kRowsBetweenLooks = 1'024;

} // namespace

/// The thread's, until it is done; else the window's.
struct FindCounter::Search
{
    const SessionStore *store = nullptr;
    qsizetype size = 0;
    EventFilter shown;
    EventFilter wanted;
    std::vector<qsizetype> rows; ///< Ascending; one more than kMost: there are more.
    bool isDone = false;

    void run(const Job::Progress &progress)
    {
        EventMatcher isShown(*store, shown);
        EventMatcher isWanted(*store, wanted);
        for (qsizetype row = 0; row < size; ++row) {
            if (row % kRowsBetweenLooks == 0 && !progress(row, size))
                return;
            if (!isWanted.matches(row) || (!shown.isEmpty() && !isShown.matches(row)))
                continue;
            rows.push_back(row);
            if (static_cast<qsizetype>(rows.size()) > kMost)
                return;
        }
    }
};

FindCounter::FindCounter(QObject *parent)
    : QObject(parent)
{}

FindCounter::~FindCounter() = default;

void FindCounter::clear()
{
    m_job.reset();
    m_search.reset();
}

void FindCounter::count(const SessionStore &store, const EventFilter &shown,
                        const EventFilter &wanted, qsizetype row)
{
    m_row = row;
    // Of a session that grows the number grows with the next one that is looked for.
    const bool isSame = m_search && m_search->store == &store && m_search->size == store.size() &&
                        m_search->shown == shown && m_search->wanted == wanted;
    if (isSame) {
        if (m_search->isDone)
            tell();
        return;
    }
    m_job.reset();
    m_search = std::make_shared<Search>();
    m_search->store = &store;
    m_search->size = store.size();
    m_search->shown = shown;
    m_search->wanted = wanted;
    m_job = std::make_unique<Job>([search = m_search](const Job::Progress &progress) {
        search->run(progress);
        return QString();
    });
    connect(m_job.get(), &Job::finished, this, [this, search = m_search] {
        // An earlier one may come late.
        if (search != m_search || m_job->isCancelled())
            return;
        m_search->isDone = true;
        tell();
    });
    m_job->start();
}

void FindCounter::tell()
{
    const auto &rows = m_search->rows;
    const auto known = static_cast<qsizetype>(rows.size());
    const auto at = std::ranges::lower_bound(rows, m_row);
    const bool isKnown = at != rows.end() && *at == m_row;
    emit counted(isKnown ? at - rows.begin() + 1 : 0, std::min(known, kMost), known > kMost);
}

} // namespace watchline
