// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/filterhistory.h"

#include <utility>

namespace watchline {

namespace {

constexpr std::size_t kMost = 100;

} // namespace

void FilterHistory::take(const FilterState &now, bool isTyping)
{
    if (now == m_states[m_at])
        return;
    m_states.resize(m_at + 1);
    const bool goesOn = std::exchange(m_isTyping, isTyping) && isTyping && m_at > 0;
    if (goesOn)
        m_states.pop_back();
    // Typed and taken back at once: nothing has happened.
    if (m_states.back() != now)
        m_states.push_back(now);
    else
        m_isTyping = false;
    if (m_states.size() > kMost)
        m_states.erase(m_states.begin());
    m_at = m_states.size() - 1;
}

void FilterHistory::startAnew()
{
    m_states = {m_states[m_at]};
    m_at = 0;
    m_isTyping = false;
}

std::optional<FilterState> FilterHistory::undo()
{
    if (!canUndo())
        return std::nullopt;
    m_isTyping = false;
    return m_states[--m_at];
}

std::optional<FilterState> FilterHistory::redo()
{
    if (!canRedo())
        return std::nullopt;
    m_isTyping = false;
    return m_states[++m_at];
}

} // namespace watchline
