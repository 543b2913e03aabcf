// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"

#include "app/commands/commands.h"
#include "app/sessioninput.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/base/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline verify FILE [OPTIONS]

Runs the retry policy over a session's recorded inputs and compares every decision
that was recorded. FILE may be - for standard input.

Options:
  --format text|jsonl  one readable line a difference, or one JSON object each
                       (default: text); a summary follows
  --help               show this text
)"_s + exitStatusHelp() +
           uR"(  (1: a recorded decision is not what the policy decides)

Examples:
  watchline verify night.watchline
  watchline verify night.watchline --format jsonl | jq .seq
)"_s;
}

/// Of its event, in a session that was read whole.
qsizetype numberOf(const Difference &difference)
{
    return difference.row + 1;
}

QByteArray textLine(const Difference &difference)
{
    return u"event %1, %2: expected %3; recorded %4"_s
        .arg(QString::number(numberOf(difference)), difference.source, difference.expected,
             difference.recorded)
        .toUtf8();
}

QByteArray jsonLine(const Difference &difference)
{
    QByteArray line = R"({"seq":)" + QByteArray::number(numberOf(difference));
    line += R"(,"source":)";
    appendJsonString(line, difference.source);
    line += R"(,"expected":)";
    appendJsonString(line, difference.expected);
    line += R"(,"recorded":)";
    appendJsonString(line, difference.recorded);
    return line + '}';
}

QByteArray textSummary(const Verification &verification)
{
    const auto decisions = QByteArray::number(verification.decisions);
    if (verification.agrees())
        return decisions + " decisions compared: all as the policy decides";
    return decisions + " decisions compared: " + QByteArray::number(verification.differences) +
           (verification.differences == 1 ? " difference" : " differences");
}

QByteArray jsonSummary(const Verification &verification)
{
    return R"({"decisions":)" + QByteArray::number(verification.decisions) + R"(,"differences":)" +
           QByteArray::number(verification.differences) + '}';
}

ExitStatus print(const Verification &verification, bool asText)
{
    TextOutput output;
    for (const auto &difference : verification.first)
        output.writeLine(asText ? textLine(difference) : jsonLine(difference));
    output.writeLine(asText ? textSummary(verification) : jsonSummary(verification));
    output.flush();
    return output.status();
}

} // namespace

ExitStatus runVerify(const Invocation &invocation)
{
    CommandLine line(u"verify"_s, help());
    line.addOption(u"format"_s);
    if (const auto status = line.parse(invocation.arguments))
        return *status;
    const auto file = line.file();
    if (!file)
        return ExitStatus::Usage;
    const auto format = line.choice(u"format"_s, {u"text"_s, u"jsonl"_s});
    if (!format)
        return ExitStatus::Usage;

    const QCoreApplication app(invocation.argc, invocation.argv);
    SessionStore store;
    const auto input = readInput(*file, store);
    if (!input.isUsable)
        return input.status;
    Verification verification;
    {
        ProgressLine progress(u"verifying"_s, ProgressLine::Unit::Events);
        verification = verify(store, [&progress](qsizetype done, qsizetype total) {
            progress.show(done, total);
            return true;
        });
    }
    if (print(verification, *format == "text"_L1) == ExitStatus::Output)
        return ExitStatus::Output;
    return input.endWith(verification.agrees() ? ExitStatus::Done : ExitStatus::No);
}

} // namespace watchline
