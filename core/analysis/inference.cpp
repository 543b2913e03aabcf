// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/inference.h"

#include "core/analysis/logmessage.h"
#include "core/analysis/logrun.h"
#include "core/base/text.h"

#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// A log with more gateways than that is no robot's.
constexpr std::size_t kMostRuns = 1'000;
constexpr qsizetype kLongestName = 120;

} // namespace

struct LogInference::Private
{
    QString name;
    std::map<QByteArray, std::unique_ptr<LogRun>> runs; // by their origin
    QStringList sources;
    std::optional<qint64> started; // unix nanoseconds
    Nanoseconds last{};

    QString sourceName(const QByteArray &origin) const
    {
        auto own = singleLine(QString::fromUtf8(origin), kLongestName);
        if (own.isEmpty())
            own = u"gateway"_s;
        if (name.isEmpty())
            return own;
        return sources.isEmpty() ? name : QString(name + u'/' + own);
    }

    LogRun &runOf(const QByteArray &origin)
    {
        if (const auto found = runs.find(origin); found != runs.end())
            return *found->second;
        if (runs.size() >= kMostRuns)
            return *runs.begin()->second;
        auto source = sourceName(origin);
        for (int number = 2; sources.contains(source); ++number)
            source = sourceName(origin) + u' ' + QString::number(number);
        sources.append(source);
        return *runs.emplace(origin, std::make_unique<LogRun>(source)).first->second;
    }

    /// Whatever a log claims, differences of times stay numbers.
    Nanoseconds sinceStart(qint64 time) const
    {
        const double about = static_cast<double>(time) - static_cast<double>(*started);
        constexpr Nanoseconds kFarthest = kFarthestTime;
        if (std::abs(about) >= static_cast<double>(kFarthest.count()))
            return about < 0 ? -kFarthest : kFarthest;
        return Nanoseconds(time - *started);
    }

    LogMoment moment(const LogEntry &entry)
    {
        LogMoment now;
        now.line = entry.line;
        now.t = last;
        if (!entry.time)
            return now;
        constexpr qint64 kMillisecond = 1'000'000;
        const qint64 time = entry.time->unixNanoseconds;
        if (!started)
            started = time - ((time % kMillisecond) + kMillisecond) % kMillisecond;
        now.t = sinceStart(time);
        now.resolution = entry.time->resolution;
        now.isKnown = true;
        last = std::max(last, now.t);
        return now;
    }
};

LogInference::LogInference(const QString &source)
    : d(std::make_unique<Private>())
{
    d->name = source;
}

LogInference::~LogInference() = default;
LogInference::LogInference(LogInference &&) noexcept = default;
LogInference &LogInference::operator=(LogInference &&) noexcept = default;

void LogInference::take(const LogEntry &entry, EventBatch &events)
{
    const auto kind = logMessageOf(entry);
    if (kind == LogMessage::Unknown)
        return;
    const auto now = d->moment(entry);
    d->runOf(entry.origin).take(kind, entry, now, events);
}

void LogInference::finish(EventBatch &events)
{
    for (const auto &[origin, run] : d->runs)
        run->finish(d->last, events);
}

std::optional<qint64> LogInference::started() const
{
    if (!d->started)
        return std::nullopt;
    return *d->started / 1'000'000;
}

QStringList LogInference::sources() const
{
    return d->sources;
}

} // namespace watchline
