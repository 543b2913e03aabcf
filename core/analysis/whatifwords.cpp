// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatifwords.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString counted(qint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? u""_s : u"s"_s);
}

QString seconds(Nanoseconds time)
{
    return QString::number(std::chrono::duration<double>(time).count(), 'f', 3) + u" s"_s;
}

QString nameOf(Word word)
{
    const auto text = name(word);
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

QString nameOf(Rule rule)
{
    const auto text = name(rule);
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

/// `hello after 167 ms`.
QString answerText(const WhatIfStep &step)
{
    const auto answer = step.isWatch ? u"hello"_s : nameOf(step.word);
    return u"%1 after %2"_s.arg(answer, readableDuration(*step.answered - step.at));
}

QString basisText(const WhatIfStep &step)
{
    const bool isKnown = step.answered && (step.isWatch || step.word != Word::None);
    switch (isKnown ? step.basis : WhatIfBasis::Unknown) {
    case WhatIfBasis::Recorded:
        return u"It was made at this very time, and the recording has its answer: %1."_s.arg(
            answerText(step));
    case WhatIfBasis::Watch:
        return u"A recorded watch was running at this time, so it gets its answer: %1."_s.arg(
            answerText(step));
    case WhatIfBasis::Nearest:
        return u"A guess: it falls between two recorded attempts, and is answered by the nearer of the two: %1."_s
            .arg(answerText(step));
    case WhatIfBasis::Unknown:
        break;
    }
    return u"How it would have gone is not recorded."_s;
}

QString watchText(const WhatIfStep &step)
{
    if (!step.ended)
        return u"Its watch runs on to the end of the run."_s;
    const auto length = readableDuration(*step.ended - *step.answered);
    if (step.word == Word::Other)
        return u"Its watch runs for %1; how it ended is not known."_s.arg(length);
    return u"Its watch runs for %1 and ends with %2."_s.arg(length, nameOf(step.word));
}

QString waitText(const WhatIfStep &step)
{
    const auto from = step.isWatch ? step.ended : step.answered;
    const auto planned = readableDuration(*step.delay);
    if (!step.next || !from)
        return u"%1: it waits %2, and the run is over before that."_s.arg(nameOf(*step.rule),
                                                                          planned);
    const auto waited = readableDuration(*step.next - *from);
    if (waited == planned)
        return u"%1: it waits %2."_s.arg(nameOf(*step.rule), planned);
    return u"%1: it waits %2 of the %3 planned."_s.arg(nameOf(*step.rule), waited, planned);
}

QString afterText(const WhatIfStep &step)
{
    if (step.delay)
        return waitText(step);
    if (step.next)
        return u"%1: the next attempt follows at once."_s.arg(nameOf(*step.rule));
    return u"%1: no attempt follows in this run."_s.arg(nameOf(*step.rule));
}

} // namespace

bool outlastsSilence(const WhatIf &whatIf)
{
    return whatIf.settings.readTimeoutFactor > whatIf.recordedSettings.readTimeoutFactor;
}

QStringList whatIfAssumptions(const WhatIf &whatIf)
{
    QStringList assumptions{
        u"What the server would have answered is taken from the recording, at the time asked."_s,
        u"An attempt while a recorded watch was running gets its hello, as fast as that watch did, and ends when and how that one ended."_s,
        u"An attempt between two recorded ones is answered as the nearer of the two was; after a watch that was lost to another gateway it is a conflict. These are counted as guesses."_s,
        u"As long as a wait is the recorded one, the next attempt is made when it was recorded, cut short by the user or not."_s,
        u"Each run begins with its first recorded attempt; device-info is asked for as recorded."_s,
    };
    const auto &settings = whatIf.settings;
    if (outlastsSilence(whatIf))
        assumptions.prepend(
            u"A stream that was silent for the recorded read timeout would have stayed silent. Waiting longer for it counts as connected, though nothing would have come: see how much of that is silent."_s);
    if (settings.jitter != Jitter::None)
        assumptions.append(
            u"Jitter is drawn for every wait, from the seed %1: the same each time."_s.arg(
                kWhatIfSeed));
    return assumptions;
}

QString whatIfDifferenceText(const WhatIfSource &source)
{
    if (!source.difference)
        return u"The same attempts at the same times."_s;
    const auto &[number, recorded, whatIf] = *source.difference;
    return u"The first that differs: attempt %1, %2 instead of %3."_s.arg(
        QString::number(number), whatIf ? u"at "_s + seconds(*whatIf) : u"not made"_s,
        recorded ? seconds(*recorded) : u"not made"_s);
}

QString whatIfGuessesText(const WhatIfSource &source)
{
    if (source.guesses == 0)
        return {};
    return u"%1 of %2 between two recorded ones: guesses"_s
        .arg(counted(source.guesses, u"attempt"_s))
        .arg(source.whatIf.attempts);
}

QStringList whatIfRemarks(const WhatIfSource &source)
{
    QStringList remarks;
    if (source.backwardTimes > 0)
        remarks.append(counted(source.backwardTimes, u"event"_s) +
                       u" earlier than the one before: taken as at the same time"_s);
    if (source.leftOut > 0)
        remarks.append(
            counted(source.leftOut, u"event"_s) +
            u" left out: no attempt or watch that they belong to, or no known outcome"_s);
    return remarks;
}

QStringList whatIfExplanation(const WhatIfStep &step)
{
    QStringList sentences{basisText(step)};
    if (step.isWatch)
        sentences.append(watchText(step));
    if (step.rule)
        sentences.append(afterText(step));
    return sentences;
}

} // namespace watchline
