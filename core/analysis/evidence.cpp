// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/evidence.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::size_t kMostNames = 20;
constexpr std::size_t kShownNames = 5;

bool contains(const std::string &text, std::string_view part)
{
    const auto isSame = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), isSame) != text.end();
}

} // namespace

void Spread::add(Nanoseconds duration)
{
    min = count == 0 ? duration : std::min(min, duration);
    max = count == 0 ? duration : std::max(max, duration);
    sum = cappedSum(sum, duration);
    ++count;
}

void Evidence::add(qsizetype seq, Nanoseconds begin, Nanoseconds end)
{
    if (end < begin) // times may go backwards
        std::swap(begin, end);
    from = count == 0 ? begin : std::min(from, begin);
    to = count == 0 ? end : std::max(to, end);
    ++count;
    if (seqs.size() < kMostSeqs) {
        seqs.insert(std::upper_bound(seqs.begin(), seqs.end(), seq), seq);
    } else if (seq < seqs.back()) {
        seqs.insert(std::upper_bound(seqs.begin(), seqs.end(), seq), seq);
        seqs.pop_back();
    }
}

void Tally::add(const std::string &name)
{
    const bool isFull = m_counts.size() >= kMostNames && !m_counts.contains(name);
    ++m_counts[isFull ? "others" : name];
}

qsizetype Tally::total() const
{
    qsizetype sum = 0;
    for (const auto &[name, count] : m_counts)
        sum += count;
    return sum;
}

QString Tally::text() const
{
    std::vector<std::pair<qsizetype, std::string>> order;
    for (const auto &[name, count] : m_counts)
        order.emplace_back(-count, name);
    std::sort(order.begin(), order.end());
    QStringList parts;
    for (const auto &[count, name] : order) {
        if (static_cast<std::size_t>(parts.size()) == kShownNames) {
            parts.append(u"others"_s);
            break;
        }
        const auto text = singleLine(QString::fromStdString(name), 60);
        parts.append(count == -1 ? text : text + u" (%1 times)"_s.arg(-count));
    }
    return parts.join(u", "_s);
}

UnreachableCause unreachableCause(const std::string &detail)
{
    const auto has = [&detail](std::string_view part) { return contains(detail, part); };
    if (has("host not found") || has("name resolution") || has("dns") || has("no such host"))
        return UnreachableCause::Dns;
    if (has("refused"))
        return UnreachableCause::Refused;
    if (has("timed out") || has("timeout") || has("time-out") || has("no answer within"))
        return UnreachableCause::TimedOut;
    if (has("tls") || has("ssl") || has("certificate") || has("handshake"))
        return UnreachableCause::Tls;
    if (has("closed") || has("reset") || has("broke"))
        return UnreachableCause::Closed;
    return UnreachableCause::Other;
}

} // namespace watchline
