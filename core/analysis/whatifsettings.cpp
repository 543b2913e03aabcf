// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifsettings.h"

#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::array<std::string_view, 3> kJitterNames{"none", "equal", "full"};

constexpr Milliseconds kShortestWait{1};
constexpr Milliseconds kLongestWait = std::chrono::hours(10'000);
constexpr double kLargestFactor = 1'000;
constexpr QLatin1StringView kFactorName = "read_timeout_factor"_L1;

/// A time of the policy, by its name in a session's header.
struct WaitSetting
{
    QLatin1StringView name;
    Milliseconds PolicyConstants::*member;
};

constexpr std::array kWaits{
    WaitSetting{"initial_backoff_ms"_L1, &PolicyConstants::initialBackoff},
    WaitSetting{"max_backoff_ms"_L1, &PolicyConstants::maxBackoff},
    WaitSetting{"lease_conflict_backoff_ms"_L1, &PolicyConstants::leaseConflictBackoff},
    WaitSetting{"non_sse_response_backoff_ms"_L1, &PolicyConstants::nonSseResponseBackoff},
};

const WaitSetting *waitNamed(QStringView name)
{
    const auto *found = std::find_if(kWaits.begin(), kWaits.end(),
                                     [name](const WaitSetting &wait) { return name == wait.name; });
    return found == kWaits.end() ? nullptr : found;
}

bool isPossible(Milliseconds wait)
{
    return wait >= kShortestWait && wait <= kLongestWait;
}

std::optional<Milliseconds> parseWait(const QString &text)
{
    bool isWhole = false;
    const qint64 number = text.toLongLong(&isWhole);
    const auto wait = isWhole ? std::optional(Milliseconds(number)) : parseDuration(text);
    return wait && isPossible(*wait) ? wait : std::nullopt;
}

std::optional<double> parseFactor(const QString &text)
{
    bool isNumber = false;
    const double factor = text.toDouble(&isNumber);
    if (!isNumber || !std::isfinite(factor) || factor <= 0 || factor > kLargestFactor)
        return std::nullopt;
    return factor;
}

} // namespace

std::string_view name(Jitter jitter)
{
    return kJitterNames.at(static_cast<std::size_t>(jitter));
}

std::optional<Jitter> jitterFromName(std::string_view name)
{
    const auto *found = std::find(kJitterNames.begin(), kJitterNames.end(), name);
    if (found == kJitterNames.end())
        return std::nullopt;
    return static_cast<Jitter>(found - kJitterNames.begin());
}

QStringList settingNames()
{
    QStringList names;
    for (const auto &wait : kWaits)
        names.append(wait.name);
    names.append(kFactorName);
    return names;
}

QString settingValue(const WhatIfSettings &settings, const QString &name)
{
    if (const auto *wait = waitNamed(name))
        return QString::number(qint64{(settings.policy.*wait->member).count()});
    return QString::number(settings.readTimeoutFactor);
}

QString assign(WhatIfSettings &settings, const QString &assignment)
{
    const auto equals = assignment.indexOf(u'=');
    const auto name = assignment.left(equals);
    const auto text = equals < 0 ? QString() : assignment.sliced(equals + 1);
    const auto *wait = waitNamed(name);
    if (!wait && name != kFactorName)
        return u"unknown setting: %1: choose from %2"_s.arg(singleLine(name, 100),
                                                            settingNames().join(u", "_s));
    if (wait) {
        const auto value = parseWait(text);
        if (!value)
            return u"not a wait: %1: write %2=20s or a number of milliseconds, from 1 ms to 10000 h"_s
                .arg(singleLine(assignment, 100), name);
        settings.policy.*wait->member = *value;
        return {};
    }
    const auto factor = parseFactor(text);
    if (!factor)
        return u"not a factor: %1: write %2=2.5, above 0 and at most 1000"_s.arg(
            singleLine(assignment, 100), name);
    settings.readTimeoutFactor = *factor;
    return {};
}

QString contradiction(const WhatIfSettings &settings)
{
    const auto &policy = settings.policy;
    if (policy.initialBackoff <= policy.maxBackoff)
        return {};
    return u"initial_backoff_ms %1 is above max_backoff_ms %2: the first backoff cannot be longer than the longest"_s
        .arg(qint64{policy.initialBackoff.count()})
        .arg(qint64{policy.maxBackoff.count()});
}

WhatIfSettings recordedSettings(const QByteArray &headerLine)
{
    const auto policy = QJsonDocument::fromJson(headerLine).object().value("policy"_L1).toObject();
    WhatIfSettings settings;
    for (const auto &wait : kWaits) {
        const auto value = Milliseconds(policy.value(wait.name).toInteger(0));
        if (isPossible(value))
            settings.policy.*wait.member = value;
    }
    return contradiction(settings).isEmpty() ? settings : WhatIfSettings();
}

} // namespace watchline
