// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/timealigner.h"

#include "core/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestName = 200;

Nanoseconds inReach(Nanoseconds t)
{
    return std::clamp<Nanoseconds>(t, -TimeAligner::kFarthest, TimeAligner::kFarthest);
}

/// In A's time less B's, of every lease that both got.
std::vector<Nanoseconds> apart(const LeaseTimes &a, const LeaseTimes &b)
{
    std::vector<Nanoseconds> result;
    for (const auto &[key, t] : a.all()) {
        const auto other = b.all().find(key);
        if (other != b.all().end())
            result.push_back(inReach(t) - inReach(other->second));
    }
    return result;
}

std::optional<Nanoseconds> median(std::vector<Nanoseconds> times)
{
    if (times.empty())
        return std::nullopt;
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    if (times.size() % 2 == 1)
        return *middle;
    const auto below = *std::max_element(times.begin(), middle);
    return below + (*middle - below) / 2;
}

} // namespace

std::size_t LeaseTimes::key(std::string_view lease)
{
    return lease.empty() ? 0 : std::max<std::size_t>(1, std::hash<std::string_view>()(lease));
}

void LeaseTimes::add(std::size_t key, Nanoseconds t)
{
    if (key != 0 && m_times.size() < kMost)
        m_times.try_emplace(key, t);
}

std::optional<Nanoseconds> shiftByLeases(const LeaseTimes &a, const LeaseTimes &b)
{
    return median(apart(a, b));
}

TimeAligner::TimeAligner(const SessionMoments &a, const SessionMoments &b)
    : m_hasStartA(a.started.isValid())
    , m_hasOutcomeA(a.firstOutcome.has_value())
{
    const auto align = [this](Alignment alignment, Nanoseconds inA, Nanoseconds inB) {
        m_shifts[index(alignment)] = inReach(inA) - inReach(inB);
        m_origins[index(alignment)] = inReach(inA);
    };
    align(Alignment::Start, a.first, b.first);
    if (a.firstOutcome && b.firstOutcome)
        align(Alignment::FirstOutcome, *a.firstOutcome, *b.firstOutcome);
    if (a.started.isValid() && b.started.isValid()) {
        const auto longest = std::chrono::duration_cast<Milliseconds>(2 * kFarthest).count();
        m_shifts[index(Alignment::Wall)] =
            Milliseconds(std::clamp<qint64>(a.started.msecsTo(b.started), -longest, longest));
    }
    auto shared = apart(a.leases, b.leases);
    m_sharedLeases = static_cast<qsizetype>(shared.size());
    m_shifts[index(Alignment::Leases)] = median(std::move(shared));
}

QString TimeAligner::problem(Alignment alignment, const QString &nameOfA,
                             const QString &nameOfB) const
{
    if (can(alignment))
        return {};
    const auto a = singleLine(nameOfA, kLongestName);
    const auto b = singleLine(nameOfB, kLongestName);
    switch (alignment) {
    case Alignment::Start:
        break;
    case Alignment::Wall:
        return u"%1 does not say when it was recorded: it cannot be aligned by the clock"_s.arg(
            m_hasStartA ? b : a);
    case Alignment::FirstOutcome:
        return u"no watch ended in %1: there is no first outcome to align by"_s.arg(
            m_hasOutcomeA ? b : a);
    case Alignment::Leases:
        return u"%1 and %2 got no lease in common: there is none to align by"_s.arg(a, b);
    }
    return {};
}

void TimeAligner::setOffset(Nanoseconds offset)
{
    m_offset = inReach(offset);
}

Nanoseconds TimeAligner::shift() const
{
    return m_shifts[index(m_alignment)].value_or(*m_shifts[index(Alignment::Start)]) + m_offset;
}

Nanoseconds TimeAligner::origin() const
{
    return m_origins[index(can(m_alignment) ? m_alignment : Alignment::Start)];
}

std::optional<Nanoseconds> offsetFromText(QStringView typed)
{
    auto text = typed.trimmed();
    if (text.isEmpty())
        return Nanoseconds::zero();
    const bool isNegative = text.startsWith(u'-') || text.startsWith(QChar(0x2212));
    if (isNegative || text.startsWith(u'+'))
        text = text.sliced(1).trimmed();
    if (text.isEmpty())
        return std::nullopt;
    const bool hasUnit = !text.back().isDigit();
    const auto amount = parseDuration(hasUnit ? text.toString() : QString(text.toString() + u's'));
    if (!amount)
        return std::nullopt;
    return isNegative ? -Nanoseconds(*amount) : Nanoseconds(*amount);
}

QString offsetText(Nanoseconds offset)
{
    const auto ms = std::chrono::round<Milliseconds>(offset).count();
    const auto sign = ms < 0 ? u"-"_s : u"+"_s;
    for (const auto &[unit, length] : {std::pair(u'h', 3'600'000), std::pair(u'm', 60'000)}) {
        if (ms != 0 && ms % length == 0)
            return sign + QString::number(std::abs(ms / length)) + unit;
    }
    auto text = QString::number(static_cast<double>(std::abs(ms)) / 1000, 'f', 3);
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return sign + text + u's';
}

} // namespace watchline
