// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/event.h"

#include <QString>

#include <array>
#include <map>
#include <utility>
#include <vector>

/// What all that counts a session's events has in common.
namespace watchline {

/// How often each of some names was seen; names that were not are left out.
using NamedCounts = std::vector<std::pair<QString, qsizetype>>;

/// "About the same time": within 5 % of the longer one, or a second.
bool isSameTime(Nanoseconds shorter, Nanoseconds longer);

/// Never past a hundred years, so that sums of what a file claims stay numbers.
Nanoseconds cappedSum(Nanoseconds a, Nanoseconds b);

/// As a list shows a name that a file gave.
QString shortName(const QString &name);

/// How often each code of a set was seen; names that are not of the set are counted by themselves,
/// made safe to show, so many of them at most.
template<typename Code, std::size_t N>
class CodeCounter
{
public:
    void add(Code code) { ++m_known[static_cast<std::size_t>(code)]; }
    void addOther(const QString &name)
    {
        const auto shown = shortName(name);
        const bool isFull = m_others.size() >= kMostOthers && !m_others.contains(shown);
        ++m_others[isFull || shown.isEmpty() ? QStringLiteral("?") : shown];
    }

    NamedCounts named() const
    {
        NamedCounts counts;
        for (std::size_t i = 0; i < N; ++i) {
            const auto text = name(static_cast<Code>(i));
            if (m_known[i] > 0)
                counts.emplace_back(
                    QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())),
                    m_known[i]);
        }
        counts.insert(counts.end(), m_others.begin(), m_others.end());
        return counts;
    }

private:
    static constexpr std::size_t kMostOthers = 50;

    std::array<qsizetype, N> m_known{};
    std::map<QString, qsizetype> m_others;
};

inline constexpr auto kWordCount = static_cast<std::size_t>(Word::Disconnecting) + 1;
using WordCounts = CodeCounter<Word, kWordCount>;

} // namespace watchline
