// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/stopsignals.h"
#include "app/terminal.h"
#include "core/base/fileproblem.h"
#include "core/transfer/exportfile.h"
#include "core/transfer/logimport.h"
#include "generated/version.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

constexpr Nanoseconds kLookAgain = 200ms;
constexpr Nanoseconds kQuiet = 1s;

QString help()
{
    return uR"(Usage: watchline import LOG|- [OPTIONS]

Makes a session of a robot's log: reads what its gateway wrote, and takes nothing
from it. Shape and carrier of the lines are recognised; gzip is read as it is; other
programs' lines are skipped. LOG may be - for standard input.

Options:
  --output FILE|-   session file to write; - is standard output
                    (default: the log's name with .watchline, here)
  --follow          go on as lines come, also over the log's rotation, until SIGINT
                    (Ctrl+C) or SIGTERM, or the end of standard input
  --source NAME     what to call the gateway (default: as the log calls it)
  --year N          year of the first line whose date has none
  --timezone ZONE   of times that name no zone, such as Europe/Berlin or UTC
                    (default: this machine's)
  --force           replace an existing file
  --help            show this text

What no line says but follows from the retry policy is marked as inferred. What was
read, skipped and not understood is said on standard error.
)"_s + exitStatusHelp() +
           uR"(
Examples:
  watchline import robot.log --output robot.watchline
  journalctl -u gateway -o json | watchline import - --output robot.watchline
  ssh robot journalctl -fu gateway -o json | watchline import - --follow --output robot.watchline
)"_s;
}

struct Request
{
    QString log;
    QString output;
    SessionWriter::Existing existing = SessionWriter::Existing::Refuse;
    LogImportOptions options;
};

QString defaultOutput(const QString &log)
{
    if (log == "-"_L1)
        return QDateTime::currentDateTimeUtc().toString(
            u"'watchline-'yyyyMMdd'T'HHmmss'Z.watchline'"_s);
    auto name = QFileInfo(log).fileName();
    for (const auto ending : {".gz"_L1, ".log"_L1, ".json"_L1, ".txt"_L1}) {
        if (name.endsWith(ending, Qt::CaseInsensitive) && name.size() > ending.size())
            name.chop(ending.size());
    }
    return name + u".watchline"_s;
}

std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    line.addOption(u"output"_s);
    line.addFlag(u"follow"_s);
    line.addOption(u"source"_s);
    line.addOption(u"year"_s);
    line.addOption(u"timezone"_s);
    line.addFlag(u"force"_s);
    if (const auto status = line.parse(arguments))
        return *status;
    const auto files = line.positional();
    if (files.isEmpty() || files.first().isEmpty())
        return line.complain(
            u"missing argument: LOG: name a gateway's log, or - for standard input"_s);
    if (files.size() > 1)
        return line.complain(u"too many arguments: %1: only one log is taken"_s.arg(files.at(1)));

    Request request;
    request.log = files.first();
    request.output = line.given(u"output"_s).value_or(defaultOutput(request.log));
    if (request.output.isEmpty())
        return line.complain(u"no file name: --output: name a file, or - for standard output"_s);
    if (line.isSet(u"force"_s))
        request.existing = SessionWriter::Existing::Replace;
    auto &options = request.options;
    options.generator = u"watchline "_s + QString::fromLatin1(kVersion);
    options.source = line.given(u"source"_s).value_or(QString());
    if (line.isSet(u"source"_s) && options.source.trimmed().isEmpty())
        return line.complain(u"no name: --source: say what to call the gateway"_s);
    if (const auto text = line.given(u"year"_s)) {
        bool isNumber = false;
        const int year = text->toInt(&isNumber);
        if (!isNumber || year < 1970 || year > 2200)
            return line.complain(u"not a year: --year %1: write one such as 2026"_s.arg(*text));
        options.log.year = year;
    }
    if (const auto text = line.given(u"timezone"_s)) {
        const QTimeZone zone(text->toUtf8());
        if (!zone.isValid())
            return line.complain(u"unknown time zone: --timezone %1: write one such as "
                                 u"Europe/Berlin, UTC or UTC+02:00"_s.arg(*text));
        options.log.zone = zone;
    }
    if (line.isSet(u"follow"_s))
        options.mode = GatewayLogReader::Mode::Follow;
    const bool isLogItself =
        isSameFile(request.log, request.output) ||
        (request.output != "-"_L1 &&
         QFileInfo(request.output).absoluteFilePath() == QFileInfo(request.log).absoluteFilePath());
    if (isLogItself)
        return line.complain(
            u"output is the log itself: --output %1: name another file"_s.arg(request.output));
    return request;
}

class Importing : public QObject
{
    Q_OBJECT

public:
    explicit Importing(const Request &request)
        : m_request(request)
        , m_import(request.options)
        , m_out(m_import,
                [&request](SessionWriter &writer, const SessionHeader &header) {
                    return writer.open(request.output, header, request.existing);
                })
        , m_timer(m_clock.makeTimer([this] { look(); }))
        , m_lastLine(m_clock.now())
    {
        connect(&m_stop, &StopSignals::stopRequested, this, [this] {
            m_isStopped = true;
            m_timer->start(Nanoseconds::zero());
        });
    }

    ExitStatus run()
    {
        // A file in the way is not found out after an hour's import.
        if (m_request.existing == SessionWriter::Existing::Refuse && m_request.output != "-"_L1 &&
            QFileInfo(m_request.output).isFile()) {
            printMessage(fileProblem(u"cannot write the session"_s, m_request.output, EEXIST) +
                         u" with --force"_s);
            return ExitStatus::Output;
        }
        if (const auto problem = m_import.open(m_request.log); !problem.isEmpty()) {
            printMessage(problem);
            return ExitStatus::Input;
        }
        if (isFollowing())
            printMessage(u"following %1 into %2; Ctrl+C ends it"_s.arg(
                shownPath(m_request.log, Direction::Input),
                shownPath(m_request.output, Direction::Output)));
        m_timer->start(Nanoseconds::zero());
        QCoreApplication::exec();
        return conclude();
    }

private:
    bool isFollowing() const { return m_request.options.mode == GatewayLogReader::Mode::Follow; }

    void look()
    {
        const auto began = m_clock.now();
        EventBatch events;
        bool isOver = m_isStopped;
        auto again = Nanoseconds::zero();
        while (!isOver && m_clock.now() - began < kLookAgain) {
            const auto got = m_import.next(events);
            isOver = got == LogImport::Got::End || !m_out.write(events);
            if (got == LogImport::Got::Entries && !events.isEmpty())
                m_lastLine = m_clock.now();
            if (got == LogImport::Got::NotYet) {
                again = kLookAgain;
                break;
            }
        }
        if (!isOver && m_clock.now() - m_lastLine >= kQuiet && again > Nanoseconds::zero()) {
            m_import.flush(events);
            isOver = !m_out.write(events);
        }
        if (isFollowing() && !isOver)
            isOver =
                !m_out.writeWaiting() || (m_out.writer().hasUnflushed() && !m_out.writer().flush());
        if (!isFollowing() && m_progress)
            m_progress->show(m_import.reader().position(), m_import.reader().total());
        if (isOver)
            QCoreApplication::quit();
        else
            m_timer->start(again);
    }

    ExitStatus conclude()
    {
        m_progress.reset();
        auto &writer = m_out.writer();
        if (writer.error().isEmpty()) {
            EventBatch events;
            m_import.finish(events);
            if (m_out.write(events) && m_out.writeWaiting() && m_out.isOpen())
                writer.close();
        }
        if (writer.readerHasGone())
            return ExitStatus::Done;
        if (!writer.error().isEmpty()) {
            printMessage(writer.error());
            return ExitStatus::Output;
        }
        if (m_import.reader().counts().read > 0) {
            for (const auto &line : m_import.summary())
                printMessage(line);
        }
        const auto problem = m_import.reader().problem();
        const auto name = shownPath(m_request.log, Direction::Input);
        if (!m_out.isOpen()) {
            printMessage(
                fileProblem(u"nothing to import"_s, name,
                            problem.isEmpty()
                                ? u"no line of a gateway came; check that it is the gateway's log"_s
                                : problem));
            return ExitStatus::Input;
        }
        if (!problem.isEmpty()) {
            printMessage(fileProblem(u"the log could not be read to its end"_s, name, problem));
            return ExitStatus::Input;
        }
        printMessage(u"imported to %1"_s.arg(shownPath(m_request.output, Direction::Output)));
        return ExitStatus::Done;
    }

    const Request &m_request;
    SteadyClock m_clock;
    StopSignals m_stop;
    LogImport m_import;
    LogImportWriter m_out;
    std::unique_ptr<Timer> m_timer;
    std::unique_ptr<ProgressLine> m_progress = std::make_unique<ProgressLine>(u"importing"_s);
    Nanoseconds m_lastLine;
    bool m_isStopped = false;
};

} // namespace

ExitStatus runImport(const Invocation &invocation)
{
    CommandLine line(u"import"_s, help());
    const auto request = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&request))
        return *status;
    const QCoreApplication app(invocation.argc, invocation.argv);
    return Importing(std::get<Request>(request)).run();
}

} // namespace watchline

#include "import.moc"
