// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/analysis/diagnosis.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/transfer/inputsource.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline diagnose FILE [OPTIONS]

Says what is wrong in a session: its figures, and findings with what to look at next.
FILE may be - for standard input.

Options:
  --format text|json  readable text, or one JSON object (default: text)
  --help              show this text
)"_s + exitStatusHelp() +
           uR"(  (1: there is a finding with severity error)

Examples:
  watchline diagnose night.watchline
  watchline diagnose night.watchline --format json | jq -r '.findings[].code'
)"_s;
}

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString counts(const NamedCounts &counts)
{
    QStringList parts;
    for (const auto &[name, count] : counts)
        parts.append(singleLine(name, 100) + u' ' + QString::number(count));
    return parts.isEmpty() ? u"none"_s : parts.join(u", "_s);
}

/// Of the session's time; the times of a fleet's sources add up.
QString share(Nanoseconds part, const Figures &figures)
{
    if (figures.duration <= Nanoseconds::zero() || figures.sources == 0)
        return {};
    const double whole = static_cast<double>(figures.duration.count()) * figures.sources;
    return u" (%1 %)"_s.arg(
        QString::number(100.0 * static_cast<double>(part.count()) / whole, 'f', 1));
}

QString roundTrips(const Figures &figures)
{
    if (!figures.roundTripP50)
        return u"none"_s;
    const auto shown = [](std::optional<Microseconds> time) {
        return readableDuration(time.value_or(Microseconds::zero()));
    };
    return u"median %1, p90 %2, p99 %3, longest %4"_s.arg(
        shown(figures.roundTripP50), shown(figures.roundTripP90), shown(figures.roundTripP99),
        shown(figures.roundTripMax));
}

/// `since the start`, so that it can be given to `--from` and found on the timeline.
QString when(const Finding &finding)
{
    const auto at = [](Nanoseconds t) { return readableDuration(t); };
    return finding.from == finding.to ? u"at "_s + at(finding.from)
                                      : at(finding.from) + u" to "_s + at(finding.to);
}

QString events(const Finding &finding)
{
    QStringList seqs;
    for (const auto seq : finding.seqs)
        seqs.append(QString::number(seq));
    if (finding.count > static_cast<qsizetype>(finding.seqs.size()))
        seqs.append(u"..."_s);
    return u"event "_s + seqs.join(u", "_s);
}

QStringList textLines(const Diagnosis &diagnosis)
{
    QStringList lines;
    for (const auto &finding : diagnosis.findings()) {
        lines.append(u"%1: %2"_s.arg(toText(name(finding.severity)), toText(name(finding.code))));
        lines.append(u"  "_s + finding.text);
        if (finding.count > 0)
            lines.append(u"  Seen: %1, %2"_s.arg(when(finding), events(finding)));
        lines.append(u"  Next: "_s + finding.advice);
        lines.append(QString());
    }
    const auto figures = diagnosis.figures();
    lines.append(u"duration        %1, %2 events"_s.arg(readableDuration(figures.duration),
                                                        QString::number(figures.events)));
    lines.append(u"connected       %1%2"_s.arg(readableDuration(figures.connected),
                                               share(figures.connected, figures)));
    lines.append(u"backoff         %1%2"_s.arg(readableDuration(figures.backoff),
                                               share(figures.backoff, figures)));
    lines.append(u"device info     %1"_s.arg(
        figures.deviceInfo ? readableDuration(*figures.deviceInfo) : u"none"_s));
    lines.append(u"attempts        %1: %2"_s.arg(QString::number(figures.attempts),
                                                 counts(figures.attemptsByOutcome)));
    lines.append(u"watches         %1: %2"_s.arg(
        QString::number(figures.watches),
        figures.watchesByOutcome.empty() ? u"none ended"_s : counts(figures.watchesByOutcome)));
    lines.append(u"leases          %1"_s.arg(figures.leases));
    lines.append(u"keep-alives     %1"_s.arg(figures.keepAlives));
    lines.append(u"heartbeats      %1"_s.arg(counts(figures.heartbeats)));
    lines.append(u"round trips     %1"_s.arg(roundTrips(figures)));
    lines.append(u"longest silence %1"_s.arg(readableDuration(figures.longestSilence)));
    lines.append(u"decisions       %1"_s.arg(counts(figures.decisionsByRule)));
    for (const auto &sentence : diagnosis.leftOut())
        lines.append(u"left out        %1"_s.arg(sentence));
    return lines;
}

ExitStatus print(const Diagnosis &diagnosis, bool asText)
{
    TextOutput output;
    if (asText) {
        for (const auto &line : textLines(diagnosis))
            output.writeLine(line.toUtf8());
    } else {
        output.writeLine(toJson(diagnosis));
    }
    output.flush();
    return output.status();
}

/// Reads the whole session. Something to work on, if only what a damaged file left.
bool readAll(const QString &file, Diagnosis &diagnosis, ReadResult &result)
{
    ProgressLine progress(u"diagnosing"_s);
    const auto tell = [&](qint64 done, qint64 total) {
        progress.show(done, total);
        return true;
    };
    InputSource source;
    SessionScan scan(source, shownPath(file, Direction::Input), tell);
    const bool isUsable = source.openFor(scan, file, tell);
    if (isUsable)
        diagnose(scan, diagnosis);
    result = scan.result();
    return isUsable;
}

} // namespace

ExitStatus runDiagnose(const Invocation &invocation)
{
    CommandLine line(u"diagnose"_s, help());
    line.addOption(u"format"_s);
    if (const auto status = line.parse(invocation.arguments))
        return *status;
    const auto file = line.file();
    if (!file)
        return ExitStatus::Usage;
    const auto format = line.choice(u"format"_s, {u"text"_s, u"json"_s});
    if (!format)
        return ExitStatus::Usage;

    const QCoreApplication app(invocation.argc, invocation.argv);
    Diagnosis diagnosis;
    ReadResult result;
    const bool isUsable = readAll(*file, diagnosis, result);
    if (!result.message.isEmpty())
        printMessage(result.message);
    if (!isUsable)
        return ExitStatus::Input;
    if (print(diagnosis, *format == "text"_L1) == ExitStatus::Output)
        return ExitStatus::Output;
    const auto findings = diagnosis.findings();
    if (std::any_of(findings.begin(), findings.end(), [](const Finding &finding) {
            return finding.severity == FindingSeverity::Error;
        }))
        return ExitStatus::No;
    return result.status == ReadResult::Status::Complete ? ExitStatus::Done : ExitStatus::Input;
}

} // namespace watchline
