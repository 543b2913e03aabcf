// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/timeline/whatiflane.h"

#include "core/timeline/timelinefold.h"

#include <algorithm>
#include <utility>

namespace watchline {

void WhatIfLane::append(const WhatIfStep &step)
{
    if (m_last)
        add(*m_last);
    m_last = step;
}

void WhatIfLane::endRun(Nanoseconds end)
{
    auto last = std::exchange(m_last, std::nullopt);
    if (!last)
        return;
    // What would have come later does not belong to the run any more.
    const bool isAnswered = last->answered && *last->answered <= end;
    const bool isOver = isAnswered && (!last->isWatch || (last->ended && *last->ended <= end));
    if (!isOver) {
        last->ended.reset();
        last->word = Word::None;
        last->rule.reset();
        last->delay.reset();
    }
    if (!isAnswered) {
        last->answered.reset();
        last->isWatch = false;
    }
    if (!last->next || *last->next > end)
        last->next.reset();
    add(*last, end);
}

/// Without an end the run goes on.
void WhatIfLane::add(const WhatIfStep &step, std::optional<Nanoseconds> end)
{
    Span attempt;
    attempt.kind = EventKind::ConnectAttempt;
    attempt.begin = timelineTime(step.at);
    attempt.attempt = static_cast<int>(m_attempts.size() + 1);
    attempt.word = step.word;
    attempt.setRule(step.rule);
    attempt.row = step.row >= 0 ? static_cast<quint32>(step.row) : kNoRow;
    if (step.delay)
        attempt.planned = timelineTime(*step.delay);
    if (step.isWatch && step.answered)
        attempt.hello = std::max(attempt.begin, timelineTime(*step.answered));
    // Of one without an answer nobody knows more than when it began.
    const auto over = step.isWatch ? step.ended : step.answered;
    attempt.end = timelineTime(over.value_or(end.value_or(step.at)));
    attempt.end = std::max({attempt.end, attempt.begin, attempt.hello});
    m_attempts.append(attempt);
    m_bases.push_back(step.basis);
    if (!step.delay)
        return;
    Span wait;
    wait.kind = EventKind::Backoff;
    wait.begin = attempt.end;
    wait.end = std::max(wait.begin, timelineTime(step.next.value_or(end.value_or(step.at))));
    wait.planned = attempt.planned;
    wait.attempt = attempt.attempt;
    wait.word = step.next ? Word::Finished : Word::Cancelled;
    wait.setRule(step.rule);
    m_waits.append(wait);
}

void WhatIfLane::settle()
{
    m_attempts.settle();
    m_waits.settle();
}

WhatIfStep WhatIfLane::step(std::size_t i) const
{
    const Span &span = m_attempts[i];
    WhatIfStep step;
    step.basis = basis(i);
    step.at = Nanoseconds(span.begin);
    step.isWatch = span.hello != kNoTime;
    if (step.isWatch)
        step.answered = Nanoseconds(span.hello);
    else if (span.word != Word::None)
        step.answered = Nanoseconds(span.end);
    if (step.isWatch && span.word != Word::None)
        step.ended = Nanoseconds(span.end);
    step.word = span.word;
    step.rule = span.rule();
    if (span.planned >= 0)
        step.delay = std::chrono::floor<Milliseconds>(Nanoseconds(span.planned));
    if (span.row != kNoRow)
        step.row = span.row;
    if (step.delay) {
        for (std::size_t wait = m_waits.lowerBound(span.end);
             wait < m_waits.size() && m_waits[wait].begin == span.end; ++wait) {
            if (m_waits[wait].attempt == span.attempt && m_waits[wait].word == Word::Finished)
                step.next = Nanoseconds(m_waits[wait].end);
        }
    }
    return step;
}

std::size_t WhatIfLane::attemptBefore(const Span &wait) const
{
    return indexOf(wait.attempt);
}

std::size_t WhatIfLane::indexOf(qint64 number) const
{
    if (number < 1 || number > static_cast<qint64>(size()))
        return size();
    const auto usual = static_cast<std::size_t>(number - 1);
    if (m_attempts[usual].attempt == number)
        return usual;
    for (std::size_t i = 0; i < size(); ++i) {
        if (m_attempts[i].attempt == number)
            return i;
    }
    return size();
}

WhatIfLanes::WhatIfLanes()
    : folds(std::make_unique<FoldCache>())
{}

WhatIfLanes::~WhatIfLanes() = default;

const WhatIfLane *WhatIfLanes::lane(int source) const
{
    const auto index = static_cast<std::size_t>(source);
    return source >= 0 && index < bySource.size() ? bySource[index].get() : nullptr;
}

} // namespace watchline
