// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/inference.h"

#include "core/analysis/logmessage.h"
#include "core/analysis/logrun.h"
#include "core/base/text.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// So long after something was left open its gateway's next line is due: after the longest wait,
/// the longest attempt and a little more.
constexpr Nanoseconds kLongestOpen = kMaxBackoff + std::chrono::seconds(35);
/// However many gateways write at once.
constexpr std::size_t kMostHeld = 20'000;
constexpr qsizetype kLongestName = 120;

} // namespace

struct LogInference::Private
{
    struct Gateway
    {
        LogRun run;
        Nanoseconds last = -kFarthestTime; // of its events; a clock put back is not followed
        std::optional<Nanoseconds> openSince;
    };

    QString name;
    std::map<QByteArray, Gateway> gateways; // by their origin
    std::set<std::pair<Nanoseconds, Gateway *>> open;
    std::multimap<Nanoseconds, Event> held;
    qint64 leftOut = 0;
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

    Gateway *gatewayOf(const QByteArray &origin)
    {
        if (const auto found = gateways.find(origin); found != gateways.end())
            return &found->second;
        if (gateways.size() >= kMostGateways)
            return nullptr;
        auto source = sourceName(origin);
        for (int number = 2; sources.contains(source); ++number)
            source = sourceName(origin) + u' ' + QString::number(number);
        sources.append(source);
        return &gateways.try_emplace(origin, Gateway{LogRun(source), -kFarthestTime, {}})
                    .first->second;
    }

    /// Among those of the other gateways, in the order of their time.
    void hold(Gateway &gateway, EventBatch &&events)
    {
        for (auto &event : events) {
            gateway.last = std::max(gateway.last, event.t);
            held.emplace(gateway.last, std::move(event));
        }
        const auto since = gateway.run.openSince();
        if (since == gateway.openSince)
            return;
        if (gateway.openSince)
            open.erase({*gateway.openSince, &gateway});
        if (since)
            open.emplace(*since, &gateway);
        gateway.openSince = since;
    }

    /// Those that none can come before.
    void release(EventBatch &events)
    {
        while (!open.empty() &&
               (last - open.begin()->first > kLongestOpen || held.size() > kMostHeld)) {
            auto &gateway = *open.begin()->second;
            EventBatch settled;
            gateway.run.settle(settled);
            hold(gateway, std::move(settled));
        }
        const auto end = open.empty() ? held.end() : held.upper_bound(open.begin()->first);
        give(end, events);
    }

    void give(std::multimap<Nanoseconds, Event>::iterator end, EventBatch &events)
    {
        for (auto event = held.begin(); event != end; ++event)
            events.append(std::move(event->second));
        held.erase(held.begin(), end);
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
        last = now.t;
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
    auto *const gateway = d->gatewayOf(entry.origin);
    if (!gateway) {
        ++d->leftOut;
        return;
    }
    // A gateway alone waits for nobody.
    if (d->gateways.size() == 1) {
        const auto before = events.size();
        gateway->run.take(kind, entry, now, events);
        for (auto i = before; i < events.size(); ++i)
            gateway->last = std::max(gateway->last, events.at(i).t);
        d->hold(*gateway, {});
        return;
    }
    EventBatch taken;
    gateway->run.take(kind, entry, now, taken);
    d->hold(*gateway, std::move(taken));
    d->release(events);
}

void LogInference::flush(EventBatch &events)
{
    d->give(d->held.end(), events);
}

void LogInference::finish(EventBatch &events)
{
    for (auto &[origin, gateway] : d->gateways) {
        EventBatch last;
        gateway.run.finish(d->last, last);
        d->hold(gateway, std::move(last));
    }
    flush(events);
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

qint64 LogInference::leftOut() const
{
    return d->leftOut;
}

} // namespace watchline
