// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/analysis/whatifwords.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/transfer/inputsource.h"

#include <QCoreApplication>

#include <algorithm>
#include <tuple>
#include <variant>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Lines of attempts that a reader of text still looks at; JSON has more.
constexpr std::size_t kMostAttemptLines = 20;

QString help()
{
    return uR"(Usage: watchline what-if FILE [OPTIONS]

Plays a session's recorded inputs to the retry policy once more, with other settings:
when the attempts would have been made, and what that comes to beside the recording.
What has to be assumed for that is said. FILE may be - for standard input.

Options:
  --set NAME=VALUE           one of the settings below; may be given several times
  --jitter none|equal|full   how waits are spread: as planned (default), half planned
                             and half drawn, or all drawn; draws are always the same
  --format text|json         for reading, or one JSON object (default: text)
  --help                     show this text

Settings, by default as the session was recorded:
  initial_backoff_ms           the first wait after a transient failure
  max_backoff_ms               the longest; a wait doubles up to it
  lease_conflict_backoff_ms    the wait when another gateway has the lease
  non_sse_response_backoff_ms  the wait after an answer that is no event stream
  read_timeout_factor          heartbeat intervals of silence that end a watch
Waits are milliseconds, or written as 500ms, 20s, 5m or 2h.
)"_s + exitStatusHelp() +
           uR"(
Examples:
  watchline what-if night.watchline --set max_backoff_ms=5s
  watchline what-if night.watchline --jitter full --format json | jq .sources[0].what_if
)"_s;
}

struct Request
{
    QString file;
    QStringList assignments;
    Jitter jitter = Jitter::None;
    bool asText = true;
};

/// The settings are checked as far as can be without the session's own.
std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    for (const auto &option : {u"set"_s, u"jitter"_s, u"format"_s})
        line.addOption(option);
    if (const auto status = line.parse(arguments))
        return *status;
    Request request;
    const auto file = line.file();
    if (!file)
        return ExitStatus::Usage;
    request.file = *file;
    const auto jitter = line.choice(u"jitter"_s, {u"none"_s, u"equal"_s, u"full"_s});
    const auto format = line.choice(u"format"_s, {u"text"_s, u"json"_s});
    if (!jitter || !format)
        return ExitStatus::Usage;
    request.jitter = jitterFromName(jitter->toStdString()).value_or(Jitter::None);
    request.asText = *format == "text"_L1;
    request.assignments = line.values(u"set"_s);
    QStringList names;
    for (const auto &assignment : request.assignments) {
        WhatIfSettings settings;
        if (const auto problem = assign(settings, assignment); !problem.isEmpty())
            return line.complain(problem);
        const auto name = assignment.left(assignment.indexOf(u'='));
        if (names.contains(name))
            return line.complain(u"set twice: --set %1: say which is meant"_s.arg(name));
        names.append(name);
    }
    return request;
}

QByteArray seconds(Nanoseconds time)
{
    return QByteArray::number(std::chrono::duration<double>(time).count(), 'f', 3) + " s";
}

QByteArray milliseconds(Nanoseconds time)
{
    using Count = std::chrono::duration<double, std::milli>;
    return QByteArray::number(std::chrono::duration_cast<Count>(time).count(), 'f', 3);
}

QByteArray milliseconds(std::optional<Nanoseconds> time)
{
    return time ? milliseconds(*time) : QByteArray("null");
}

QByteArray toBytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// What came of an attempt.
QByteArray answerOf(const WhatIfAttempt &attempt)
{
    if (!attempt.isKnown)
        return "unknown";
    return attempt.error ? toBytes(name(*attempt.error)) : QByteArray("hello");
}

class TextReport
{
public:
    explicit TextReport(TextOutput &output)
        : m_output(output)
    {}

    void write(const WhatIf &whatIf)
    {
        writeSettings(whatIf);
        auto assumptions = whatIfAssumptions(whatIf);
        if (outlastsSilence(whatIf)) {
            line();
            line("This assumes: " + assumptions.takeFirst().toUtf8());
        }
        for (const auto &source : whatIf.sources)
            writeSource(source);
        if (whatIf.sources.empty())
            line("The session has no events: there is nothing to play.");
        line();
        line("What this assumes:");
        for (const auto &assumption : std::as_const(assumptions))
            line("- " + assumption.toUtf8());
    }

private:
    void line(const QByteArray &text = {}) { m_output.writeLine(text); }

    void row(const QByteArray &what, const QByteArray &recorded, const QByteArray &whatIf)
    {
        line("  " + what.leftJustified(30) + recorded.rightJustified(16) +
             whatIf.rightJustified(16));
    }
    void row(const QByteArray &what, qint64 recorded, qint64 whatIf)
    {
        row(what, QByteArray::number(recorded), QByteArray::number(whatIf));
    }
    void row(const QByteArray &what, Nanoseconds recorded, Nanoseconds whatIf)
    {
        row(what, readableDuration(recorded).toUtf8(), readableDuration(whatIf).toUtf8());
    }

    void writeSettings(const WhatIf &whatIf)
    {
        row("settings", "recorded", "what if");
        for (const auto &name : settingNames())
            row(name.toUtf8(), settingValue(whatIf.recordedSettings, name).toUtf8(),
                settingValue(whatIf.settings, name).toUtf8());
        row("jitter", "none", toBytes(name(whatIf.settings.jitter)));
    }

    void writeSource(const WhatIfSource &source)
    {
        const auto &[recorded, whatIf] = std::tie(source.recorded, source.whatIf);
        line();
        line(singleLine(source.name, 200).toUtf8());
        row("attempts", recorded.attempts, whatIf.attempts);
        row("watches", recorded.watches, whatIf.watches);
        row("time disconnected", recorded.disconnected, whatIf.disconnected);
        row("time connected", recorded.connected, whatIf.connected);
        row("  of it silent", recorded.silent, whatIf.silent);
        row("longest time disconnected", recorded.longestDisconnected, whatIf.longestDisconnected);
        row("attempts in the worst minute", recorded.worstMinute, whatIf.worstMinute);
        writeDifference(source);
        for (const auto &remark : whatIfRemarks(source))
            line("  " + remark.toUtf8());
    }

    void writeDifference(const WhatIfSource &source)
    {
        line("  " + whatIfDifferenceText(source).toUtf8());
        if (!source.difference)
            return;
        const auto shown = std::min(source.attempts.size(), kMostAttemptLines);
        for (std::size_t i = 0; i < shown; ++i) {
            const auto &attempt = source.attempts[i];
            line("    " + seconds(attempt.at).rightJustified(14) + "  attempt " +
                 QByteArray::number(attempt.number) + ": " + answerOf(attempt) +
                 (attempt.isGuess ? " (a guess)" : ""));
        }
        const auto more = static_cast<qint64>(source.attempts.size() - shown) + source.moreAttempts;
        if (more > 0)
            line("    and " + QByteArray::number(more) + " more");
        if (const auto guesses = whatIfGuessesText(source); !guesses.isEmpty())
            line("  " + guesses.toUtf8());
    }

    TextOutput &m_output;
};

QByteArray jsonSettings(const WhatIfSettings &settings)
{
    QByteArray out = "{";
    for (const auto &name : settingNames())
        out += '"' + name.toUtf8() + "\":" + settingValue(settings, name).toUtf8() + ',';
    return out + "\"jitter\":\"" + toBytes(name(settings.jitter)) + "\"}";
}

QByteArray jsonFigures(const WhatIfFigures &figures)
{
    return "{\"attempts\":" + QByteArray::number(figures.attempts) +
           ",\"watches\":" + QByteArray::number(figures.watches) +
           ",\"disconnected_ms\":" + milliseconds(figures.disconnected) +
           ",\"longest_disconnected_ms\":" + milliseconds(figures.longestDisconnected) +
           ",\"connected_ms\":" + milliseconds(figures.connected) +
           ",\"silent_ms\":" + milliseconds(figures.silent) +
           ",\"worst_minute_attempts\":" + QByteArray::number(figures.worstMinute) + '}';
}

QByteArray jsonDifference(const WhatIfSource &source)
{
    if (!source.difference)
        return "null";
    return "{\"attempt\":" + QByteArray::number(source.difference->number) +
           ",\"recorded_ms\":" + milliseconds(source.difference->recorded) +
           ",\"what_if_ms\":" + milliseconds(source.difference->whatIf) + '}';
}

QByteArray jsonAttempts(const WhatIfSource &source)
{
    QByteArray out = "[";
    for (const auto &attempt : source.attempts) {
        if (out.size() > 1)
            out += ',';
        out += "{\"attempt\":" + QByteArray::number(attempt.number) +
               ",\"at_ms\":" + milliseconds(attempt.at) + ",\"answer\":\"" + answerOf(attempt) +
               "\",\"guess\":" + (attempt.isGuess ? "true" : "false") + '}';
    }
    return out + ']';
}

QByteArray jsonSource(const WhatIfSource &source)
{
    QByteArray out = "{\"source\":";
    appendJsonString(out, source.name);
    return out + ",\"recorded\":" + jsonFigures(source.recorded) +
           ",\"what_if\":" + jsonFigures(source.whatIf) +
           ",\"guesses\":" + QByteArray::number(source.guesses) +
           ",\"first_difference\":" + jsonDifference(source) +
           ",\"attempts\":" + jsonAttempts(source) +
           ",\"more_attempts\":" + QByteArray::number(source.moreAttempts) +
           ",\"backward_times\":" + QByteArray::number(source.backwardTimes) +
           ",\"left_out\":" + QByteArray::number(source.leftOut) + '}';
}

QByteArray json(const WhatIf &whatIf)
{
    QByteArray out = "{\"recorded_settings\":" + jsonSettings(whatIf.recordedSettings) +
                     ",\"settings\":" + jsonSettings(whatIf.settings) +
                     ",\"seed\":" + QByteArray::number(kWhatIfSeed) + ",\"sources\":[";
    for (std::size_t i = 0; i < whatIf.sources.size(); ++i)
        out += (i > 0 ? "," : "") + jsonSource(whatIf.sources[i]);
    out += "],\"assumptions\":[";
    const auto assumptions = whatIfAssumptions(whatIf);
    for (qsizetype i = 0; i < assumptions.size(); ++i) {
        out += i > 0 ? "," : "";
        appendJsonString(out, assumptions[i]);
    }
    out += "],\"incomplete\":";
    if (whatIf.incomplete.isEmpty())
        out += "null";
    else
        appendJsonString(out, whatIf.incomplete);
    return out + '}';
}

ExitStatus print(const WhatIf &whatIf, bool asText)
{
    TextOutput output;
    if (asText)
        TextReport(output).write(whatIf);
    else
        output.writeLine(json(whatIf));
    output.flush();
    return output.status();
}

} // namespace

ExitStatus runWhatIf(const Invocation &invocation)
{
    CommandLine line(u"what-if"_s, help());
    const auto read = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&read))
        return *status;
    const auto &request = std::get<Request>(read);

    const QCoreApplication app(invocation.argc, invocation.argv);
    InputSource file;
    WhatIf result;
    ReadResult reading;
    {
        ProgressLine progress(u"playing"_s);
        const auto tell = [&progress](qint64 done, qint64 total) {
            progress.show(done, total);
            return true;
        };
        SessionScan scan(file, shownPath(request.file, Direction::Input), tell);
        if (file.openFor(scan, request.file, tell)) {
            auto settings = recordedSettings(scan.headerLine());
            for (const auto &assignment : request.assignments)
                assign(settings, assignment);
            settings.jitter = request.jitter;
            if (const auto clash = contradiction(settings); !clash.isEmpty())
                return line.complain(clash);
            result = whatIf(scan, settings);
        }
        reading = scan.result();
    }
    if (!reading.message.isEmpty())
        printMessage(reading.message);
    if (reading.status == ReadResult::Status::Failed)
        return ExitStatus::Input;
    if (!result.incomplete.isEmpty())
        printMessage(result.incomplete);
    const auto status = print(result, request.asText);
    if (status != ExitStatus::Done)
        return status;
    const bool isWhole =
        reading.status == ReadResult::Status::Complete && result.incomplete.isEmpty();
    return isWhole ? ExitStatus::Done : ExitStatus::Input;
}

} // namespace watchline
