// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/eventfilter.h"

#include "ui/eventtext.h"

#include <algorithm>

namespace watchline {

namespace {

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Text whose bytes in a line are the text itself, whatever wrote the file.
bool isPlain(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) {
        return c >= u' ' && c < QChar(0x7F) && c != u'"' && c != u'\\' && c != u'/';
    });
}

} // namespace

EventMatcher::EventMatcher(EventFilter filter)
    : m_filter(std::move(filter))
{
    // Numbers and "none" are worded by us, so a text that could be one is looked up in the values.
    const bool worded =
        std::ranges::all_of(m_filter.text, [](QChar c) { return c.isDigit() || c == u'.'; }) ||
        QStringLiteral("none").contains(m_filter.text, Qt::CaseInsensitive);
    if (!worded && isPlain(m_filter.text))
        m_lowerCase = m_filter.text.toLatin1().toLower();
}

bool EventMatcher::lineMayHold(QByteArrayView line) const
{
    if (m_lowerCase.isEmpty() || line.contains('\\'))
        return true;
    const auto found = std::search(line.begin(), line.end(), m_lowerCase.begin(), m_lowerCase.end(),
                                   [](char a, char b) { return lowered(a) == b; });
    return found != line.end();
}

bool EventMatcher::matches(const SessionStore &store, qsizetype row) const
{
    if (m_filter.kinds != 0 && (m_filter.kinds & (1U << static_cast<int>(store.kind(row)))) == 0)
        return false;
    if (m_filter.text.isEmpty())
        return true;
    return lineMayHold(store.line(row)) && containsText(store.event(row), m_filter.text);
}

} // namespace watchline
