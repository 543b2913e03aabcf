// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>

#include <optional>
#include <vector>

namespace watchline {

/// What a window's filter is made of.
struct FilterState
{
    QString text;
    quint32 kinds = 0; ///< Those chosen beside it, as bits.

    bool operator==(const FilterState &) const = default;
};

/// The filters that a window has had, to go back to. What is typed in one go is one step.
class FilterHistory
{
public:
    /// The filter has become `now`; `isTyping`: by a key in its field.
    void take(const FilterState &now, bool isTyping);
    /// What the filter is now is all that there has been: of another session.
    void startAnew();
    /// What is typed from here on is a step of its own.
    void rest() { m_isTyping = false; }

    bool canUndo() const { return m_at > 0; }
    bool canRedo() const { return m_at + 1 < m_states.size(); }
    /// What the filter is to be; nothing when there is none before, or after.
    std::optional<FilterState> undo();
    std::optional<FilterState> redo();

private:
    std::vector<FilterState> m_states{FilterState()};
    std::size_t m_at = 0;
    bool m_isTyping = false;
};

} // namespace watchline
