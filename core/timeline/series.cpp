// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/series.h"

namespace watchline {

namespace {

qint64 timeOf(const Mark &mark)
{
    return mark.t;
}
qint64 timeOf(const Span &span)
{
    return span.begin;
}

int ordinaryValue(const Mark &mark)
{
    return mark.severity() <= Severity::Ok ? mark.value : 0;
}
int ordinaryValue(const Span &)
{
    return 0;
}

template<typename Enum>
std::optional<Enum> fromCode(int code)
{
    if (code == 0)
        return std::nullopt;
    return static_cast<Enum>(code - 1);
}

} // namespace

std::optional<Action> Mark::action() const
{
    return kind == EventKind::Decision ? fromCode<Action>(value & 0xFF) : std::nullopt;
}

std::optional<Rule> Mark::rule() const
{
    return kind == EventKind::Decision ? fromCode<Rule>(value >> 8) : std::nullopt;
}

Severity Mark::severity() const
{
    if (const auto decided = action())
        return severityOf(*decided);
    return severityOf(kind, word);
}

int Mark::rank() const
{
    const bool usual = kind == EventKind::KeepAlive || action() == Action::Run;
    return 2 * static_cast<int>(severity()) + (usual ? 0 : 1);
}

Severity Span::severity() const
{
    if (hot)
        return std::max(Severity::Error, severityOf(kind, word));
    if (kind == EventKind::ConnectAttempt && word == Word::None)
        return hello == kNoTime ? Severity::Waiting : Severity::Ok;
    return severityOf(kind, word);
}

template<typename T>
void Series<T>::append(const T &item)
{
    touch(m_items.size());
    m_items.push_back(item);
}

template<typename T>
void Series<T>::settle()
{
    if (m_dirty >= m_items.size())
        return;
    const auto begin = m_items.begin();
    const auto byTime = [](const T &a, const T &b) { return timeOf(a) < timeOf(b); };
    // Normally the new ones are in order and after the old ones, and nothing moves.
    auto from = begin + static_cast<std::ptrdiff_t>(m_settled);
    if (from != begin)
        --from;
    if (!std::is_sorted(from, m_items.end(), byTime)) {
        const auto earliest = *std::min_element(from, m_items.end(), byTime);
        const auto place = std::upper_bound(begin, from, earliest, byTime);
        std::stable_sort(place, m_items.end(), byTime);
        m_dirty = std::min(m_dirty, static_cast<std::size_t>(place - begin));
    }
    m_settled = m_items.size();

    const std::size_t blocks = (m_items.size() + kBlock - 1) / kBlock;
    m_blocks.resize(blocks);
    for (std::size_t block = m_dirty / kBlock; block < blocks; ++block) {
        m_blocks[block] = summary(block * kBlock, std::min((block + 1) * kBlock, m_items.size()));
    }
    m_dirty = m_items.size();
}

template<typename T>
typename Series<T>::Block Series<T>::summary(std::size_t first, std::size_t last) const
{
    Block block{first, 0};
    int worst = m_items[first].rank();
    for (std::size_t i = first; i < last; ++i) {
        const int rank = m_items[i].rank();
        if (rank > worst) {
            worst = rank;
            block.worst = i;
        }
        block.largestOrdinary = std::max(block.largestOrdinary, ordinaryValue(m_items[i]));
    }
    return block;
}

template<typename T>
std::size_t Series<T>::lowerBound(qint64 t) const
{
    const auto place = std::lower_bound(m_items.begin(), m_items.end(), t,
                                        [](const T &item, qint64 at) { return timeOf(item) < at; });
    return static_cast<std::size_t>(place - m_items.begin());
}

template<typename T>
std::size_t Series<T>::worst(std::size_t first, std::size_t last) const
{
    std::size_t result = first;
    int worst = m_items[first].rank();
    const auto consider = [&](std::size_t i) {
        const int rank = m_items[i].rank();
        if (rank > worst) {
            worst = rank;
            result = i;
        }
    };
    for (std::size_t i = first; i < last;) {
        if (i % kBlock == 0 && i + kBlock <= last) {
            consider(m_blocks[i / kBlock].worst);
            i += kBlock;
        } else {
            consider(i++);
        }
    }
    return result;
}

template<typename T>
int Series<T>::largestOrdinary(std::size_t first, std::size_t last) const
{
    int largest = 0;
    for (std::size_t i = first; i < last;) {
        if (i % kBlock == 0 && i + kBlock <= last) {
            largest = std::max(largest, m_blocks[i / kBlock].largestOrdinary);
            i += kBlock;
        } else {
            largest = std::max(largest, ordinaryValue(m_items[i++]));
        }
    }
    return largest;
}

template<typename T>
std::size_t Series<T>::indexOfRow(quint32 row, qint64 t) const
{
    for (std::size_t i = lowerBound(t); i < m_items.size() && timeOf(m_items[i]) == t; ++i) {
        if (m_items[i].row == row)
            return i;
    }
    return m_items.size();
}

template class Series<Mark>;
template class Series<Span>;

} // namespace watchline
