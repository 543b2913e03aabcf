// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/verdict.h"

#include "ui/eventtext.h"

#include <QCoreApplication>

namespace watchline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Verdict", text);
}

/// What the verdict does not cover, as a sentence of its own; may be empty.
QString caveat(Extent extent)
{
    switch (extent) {
    case Extent::Whole:
        return {};
    case Extent::SoFar:
        return tr(" The watch goes on, and so does the check.");
    case Extent::Readable:
        return tr(" What could not be read of the file could not be checked.");
    }
    return {};
}

QString countOf(const Verification &verification)
{
    return verification.decisions == 1
               ? tr("The one decision")
               : tr("All %1 decisions").arg(groupedNumber(verification.decisions));
}

} // namespace

Verdict verdictOf(const Verification &verification, Extent extent)
{
    if (verification.unreadable > 0)
        return {Tone::Waiting, tr("the decisions cannot be verified"),
                tr("%1 events that the policy depends on cannot be read any more, so nothing "
                   "certain can be said about the decisions.")
                    .arg(groupedNumber(verification.unreadable))};
    if (verification.differences > 0)
        return {Tone::Error,
                verification.differences == 1 ? tr("1 difference from the gateway")
                                              : tr("%1 differences from the gateway")
                                                    .arg(groupedNumber(verification.differences)),
                (verification.differences == 1
                     ? tr("In 1 place the session is not what the gateway's policy makes of what "
                          "came in; %2 decisions were compared.")
                     : tr("In %1 places the session is not what the gateway's policy makes of "
                          "what came in; %2 decisions were compared.")
                           .arg(groupedNumber(verification.differences)))
                        .replace(QStringLiteral("%2"), groupedNumber(verification.decisions)) +
                    caveat(extent)};
    if (verification.decisions == 0)
        return {Tone::Quiet, tr("no decisions to verify"),
                tr("No decision is recorded, so there is none to hold against the gateway's "
                   "policy.") +
                    caveat(extent)};
    const auto sentence =
        (verification.decisions == 1 ? tr("%1 is what the gateway would have decided.")
                                     : tr("%1 are what the gateway would have decided."))
            .arg(countOf(verification)) +
        caveat(extent);
    switch (extent) {
    case Extent::Whole:
        return {Tone::Ok, tr("these decisions are the gateway's"), sentence};
    case Extent::SoFar:
        return {Tone::Ok, tr("so far the gateway's decisions"), sentence};
    case Extent::Readable:
        return {Tone::Waiting, tr("the gateway's decisions, as far as they can be read"), sentence};
    }
    return {};
}

} // namespace watchline
