// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/report.h"

#include "app/commands/commands.h"
#include "app/stopsignals.h"
#include "app/terminal.h"
#include "core/base/text.h"
#include "core/transfer/inputsource.h"
#include "core/transfer/redactedcopy.h"

#include <QGuiApplication>

#include <cmath>
#include <memory>
#include <variant>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline report FILE [OPTIONS]

Writes one HTML page about a session, for a ticket: the picture of its timeline, what
was wrong, figures, decisions, notes, and what was left out. It needs no other file, runs
nothing and loads nothing. Names are replaced by pseudonyms; texts of servers and notes are
in it, so read it before you hand it on. FILE may be - for standard input.

Options:
  --output FILE|-         where to (default: -, standard output)
  --from TIME, --to TIME  only this part; both count from the session's start
  --no-redact             leave the names of leases, sessions, devices, projects,
                          sources and hosts as they are
  --force                 replace an existing file
  --help                  show this text
)"_s + exitStatusHelp() +
           uR"(
Examples:
  watchline report night.watchline --output night.html
  watchline report night.watchline --from 2h --to 2h10m --output outage.html
)"_s;
}

struct Request
{
    QString file;
    QString output;
    ExistingFile existing = ExistingFile::Refuse;
    ReportOptions options;
};

bool readRange(const CommandLine &line, ReportOptions &options)
{
    if (line.isSet(u"from"_s)) {
        options.from = line.duration(u"from"_s);
        if (!options.from)
            return false;
    }
    if (line.isSet(u"to"_s)) {
        options.to = line.duration(u"to"_s);
        if (!options.to)
            return false;
    }
    if (options.from && options.to && *options.from >= *options.to) {
        line.complain(u"an empty range: --from %1 --to %2: --to must be later"_s.arg(
            line.value(u"from"_s), line.value(u"to"_s)));
        return false;
    }
    return true;
}

std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    for (const auto &option : {u"output"_s, u"from"_s, u"to"_s})
        line.addOption(option);
    line.addFlag(u"no-redact"_s);
    line.addFlag(u"force"_s);
    if (const auto status = line.parse(arguments))
        return *status;
    Request request;
    const auto file = line.file();
    if (!file || !readRange(line, request.options))
        return ExitStatus::Usage;
    request.file = *file;
    request.output = line.given(u"output"_s).value_or(u"-"_s);
    if (request.output.isEmpty())
        return line.complain(u"empty value: --output: name what is meant, or leave it out"_s);
    if (request.output == "-"_L1 && isTerminal(stdout))
        return line.complain(u"a terminal cannot show a page: give --output FILE"_s);
    if (isSameFile(request.file, request.output))
        return line.complain(wouldReplaceItsInput(request.output));
    if (line.isSet(u"force"_s))
        request.existing = ExistingFile::Replace;
    if (line.isSet(u"no-redact"_s))
        request.options.names = ReportOptions::Names::Keep;
    return request;
}

/// What is left to say when the page is written, or is not.
ExitStatus concludeWith(const ExportResult &result, const Request &request, ExitStatus input)
{
    switch (result.status) {
    case ExportResult::Status::Done:
        if ((request.options.from || request.options.to) && result.eventsInTime == 0) {
            printMessage(u"nothing lies between --from and --to: the session is %1 long"_s.arg(
                readableDuration(result.lastTime)));
        }
        return input;
    case ExportResult::Status::Cancelled:
        printMessage(request.output == "-"_L1
                         ? u"the report was stopped: nothing was written"_s
                         : u"the report was stopped: %1 was not written"_s.arg(request.output));
        return ExitStatus::Output;
    case ExportResult::Status::Failed:
        if (request.output == "-"_L1 && outputReaderHasGone())
            return input;
        printMessage(result.error);
        break;
    }
    return ExitStatus::Output;
}

ExportResult stopped()
{
    ExportResult result;
    result.status = ExportResult::Status::Cancelled;
    return result;
}

} // namespace

ExitStatus runReport(const Invocation &invocation)
{
    CommandLine line(u"report"_s, help());
    auto read = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&read))
        return *status;
    auto &request = std::get<Request>(read);

    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication app(invocation.argc, invocation.argv);
    StopSignals stop;
    bool isStopped = false;
    QObject::connect(&stop, &StopSignals::stopRequested, &stop, [&] { isStopped = true; });
    const auto goesOn = [&isStopped] {
        QCoreApplication::processEvents(); // signals
        return !isStopped;
    };

    auto &options = request.options;
    auto store = std::make_unique<SessionStore>();
    {
        ProgressLine progress(u"reading"_s);
        options.read = readSessionOrLog(request.file, *store, [&](qint64 done, qint64 total) {
            progress.show(done, total);
            return goesOn();
        });
    }
    const auto &found = options.read;
    if (found.status == ReadResult::Status::Cancelled)
        return concludeWith(stopped(), request, ExitStatus::Output);
    if (!found.message.isEmpty())
        printMessage(found.message);
    if (found.status == ReadResult::Status::Failed)
        return ExitStatus::Input;
    const auto input =
        found.status == ReadResult::Status::Complete ? ExitStatus::Done : ExitStatus::Input;
    if (const auto complaint = reportComplaint(options, *store); !complaint.isEmpty())
        return line.complain(complaint);

    ProgressLine progress(u"writing the report"_s, ProgressLine::Unit::Events);
    const auto events = store->size();
    const auto tell = [&](double share) {
        if (share >= 0)
            progress.show(std::llround(share * static_cast<double>(events)), events);
        return goesOn();
    };
    const bool redact = options.names == ReportOptions::Names::Replace;
    const auto write = [&](QIODevice &device) {
        if (redact) {
            // Of two large sessions only one stays in memory.
            auto copy = std::make_unique<SessionStore>();
            const auto problem =
                makeRedactedCopy(*store, *copy, [&tell](double share) { return tell(share / 2); });
            if (isStopped)
                return stopped();
            if (!problem.isEmpty())
                return ExportResult::failed(problem);
            store = std::move(copy);
            options.names = ReportOptions::Names::AreReplaced;
        }
        return writeReport(device, *store, options, [&](double share) {
            return tell(redact && share >= 0 ? 0.5 + share / 2 : share);
        });
    };
    const auto result = writeExport(request.output, request.existing, write);
    return concludeWith(result, request, input);
}

} // namespace watchline
