// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/backlog.h"

#include <utility>

namespace watchline {

namespace {

/// An event with its list of members; what a member takes besides its text is in there too.
constexpr qint64 kEventWeight = 128;
constexpr qint64 kMemberWeight = 72;

} // namespace

qint64 weightOf(const EventBatch &events)
{
    qint64 weight = 0;
    for (const auto &event : events) {
        weight += kEventWeight;
        for (const auto &member : event.members) {
            weight += kMemberWeight;
            if (const auto *text = std::get_if<QString>(&member.value))
                weight += text->size() * qint64{sizeof(QChar)};
        }
    }
    return weight;
}

void Backlog::add(qint64 weight)
{
    if (m_weight.fetch_add(weight) + weight > kMost && !std::exchange(m_isFull, true))
        emit changed();
}

void Backlog::remove(qint64 weight)
{
    const auto before = m_weight.fetch_sub(weight);
    if (before > kFew && before - weight <= kFew)
        QMetaObject::invokeMethod(this, &Backlog::ease, Qt::QueuedConnection);
}

void Backlog::ease()
{
    // Late: so much may have left since that the next pause is due.
    if (m_weight.load() <= kMost && std::exchange(m_isFull, false))
        emit changed();
}

} // namespace watchline
