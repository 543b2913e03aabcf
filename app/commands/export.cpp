// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/sessioninput.h"
#include "app/stopsignals.h"
#include "app/terminal.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/session/rowbatch.h"
#include "core/session/sessionscan.h"
#include "core/session/storesource.h"
#include "core/timeline/timelineindex.h"
#include "core/transfer/csvexporter.h"
#include "core/transfer/inputsource.h"
#include "core/transfer/jsonlexporter.h"
#include "core/transfer/redactedcopy.h"
#include "core/transfer/redaction.h"
#include "ui/timeline/picture.h"

#include <QFileInfo>
#include <QGuiApplication>
#include <QSet>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <utility>
#include <variant>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QStringList knownKinds()
{
    QStringList kinds;
    for (int i = 1; i < kEventKindCount; ++i) {
        const auto text = name(static_cast<EventKind>(i));
        kinds.append(QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())));
    }
    return kinds;
}

QString help()
{
    return uR"(Usage: watchline export FILE --format csv|jsonl|png|svg [OPTIONS]

Writes a session as a table, as a session again, or as a picture of its timeline.
FILE may be - for standard input.

Options:
  --format csv|jsonl|png|svg  what to write (required)
  --output FILE|-             where to (default: -, standard output)
  --from TIME, --to TIME      only this part; both count from the session's start
  --kind KIND,...             only events of these kinds (csv, jsonl)
  --source NAME,...           only events of these sources
  --size WxH                  of the picture in pixels (default: 1600x600)
  --theme light|dark          of the picture (default: light)
  --redact                    replace the names of leases, sessions, devices,
                              projects, sources, hosts and users by pseudonyms, and
                              secrets in texts by <redacted>
  --force                     replace an existing file
  --help                      show this text

Kinds of events, besides those of a later release:
)"_s + u"  "_s +
           knownKinds().join(u"\n  "_s) + u'\n' + exitStatusHelp() + uR"(
Examples:
  watchline export night.watchline --format csv --output night.csv
  watchline export night.watchline --format csv --kind decision,backoff
  watchline export night.watchline --format png --from 5m --to 10m --output five.png
)"_s;
}

struct Request
{
    QString format;
    QString file;
    QString output;
    ExistingFile existing = ExistingFile::Refuse;
    ExportFilter filter;
    PictureOptions picture;
    bool redact = false;

    bool isPicture() const { return format == "png"_L1 || format == "svg"_L1; }
};

QStringList listOf(const QString &text)
{
    return text.split(u',', Qt::SkipEmptyParts);
}

std::optional<QSize> parseSize(const QString &text)
{
    const auto sides = text.split(u'x');
    const auto side = [&sides](qsizetype index, int least) {
        bool ok = false;
        const int pixels = sides.at(index).toInt(&ok);
        return ok && pixels >= least && pixels <= kLargestPicture ? pixels : 0;
    };
    if (sides.size() != 2)
        return std::nullopt;
    const QSize size(side(0, kSmallestPicture.width()), side(1, kSmallestPicture.height()));
    return size.isEmpty() ? std::nullopt : std::optional(size);
}

/// Options that the format has no use for are a mistake of the user's, not to be passed over.
bool fitsFormat(const CommandLine &line, const Request &request)
{
    const QStringList misplaced =
        request.isPicture() ? QStringList{u"kind"_s} : QStringList{u"size"_s, u"theme"_s};
    for (const auto &option : misplaced) {
        if (line.isSet(option)) {
            line.complain(u"--%1 does nothing for %2: --format %3: leave it out"_s.arg(
                option, request.isPicture() ? u"pictures"_s : u"tables"_s, request.format));
            return false;
        }
    }
    return true;
}

bool readRange(const CommandLine &line, Request &request)
{
    if (line.isSet(u"from"_s)) {
        request.filter.from = line.duration(u"from"_s);
        if (!request.filter.from)
            return false;
    }
    if (line.isSet(u"to"_s)) {
        request.filter.to = line.duration(u"to"_s);
        if (!request.filter.to)
            return false;
    }
    const auto &filter = request.filter;
    if (filter.from && filter.to && *filter.from >= *filter.to) {
        line.complain(u"an empty range: --from %1 --to %2: --to must be later"_s.arg(
            line.value(u"from"_s), line.value(u"to"_s)));
        return false;
    }
    request.picture.from = filter.from;
    request.picture.to = filter.to;
    return true;
}

std::variant<Request, ExitStatus> readRequest(CommandLine &line, const QStringList &arguments)
{
    for (const auto &option : {u"format"_s, u"output"_s, u"from"_s, u"to"_s, u"kind"_s, u"source"_s,
                               u"size"_s, u"theme"_s})
        line.addOption(option);
    line.addFlag(u"redact"_s);
    line.addFlag(u"force"_s);
    if (const auto status = line.parse(arguments))
        return *status;

    Request request;
    const auto file = line.file();
    if (!file)
        return ExitStatus::Usage;
    request.file = *file;
    if (!line.isSet(u"format"_s))
        return line.complain(u"missing option: --format: choose csv, jsonl, png or svg"_s);
    const auto format = line.choice(u"format"_s, {u"csv"_s, u"jsonl"_s, u"png"_s, u"svg"_s});
    const auto theme = line.choice(u"theme"_s, {u"light"_s, u"dark"_s});
    if (!format || !theme)
        return ExitStatus::Usage;
    request.format = *format;
    request.picture.dark = *theme == "dark"_L1;
    if (!fitsFormat(line, request) || !readRange(line, request))
        return ExitStatus::Usage;

    if (const auto text = line.given(u"size"_s)) {
        const auto size = parseSize(*text);
        if (!size) {
            return line.complain(
                u"not a size: --size %1: write 1600x600, at least %2x%3, at most %4x%4"_s.arg(*text)
                    .arg(kSmallestPicture.width())
                    .arg(kSmallestPicture.height())
                    .arg(kLargestPicture));
        }
        request.picture.size = *size;
    }
    request.filter.kinds = listOf(line.value(u"kind"_s));
    request.filter.sources = listOf(line.value(u"source"_s));
    request.output = line.given(u"output"_s).value_or(u"-"_s);
    const std::array<std::pair<QString, bool>, 3> given{
        {{u"kind"_s, !request.filter.kinds.isEmpty()},
         {u"source"_s, !request.filter.sources.isEmpty()},
         {u"output"_s, !request.output.isEmpty()}}};
    for (const auto &[option, hasValue] : given) {
        if (line.isSet(option) && !hasValue)
            return line.complain(
                u"empty value: --%1: name what is meant, or leave it out"_s.arg(option));
    }
    request.redact = line.isSet(u"redact"_s);
    if (line.isSet(u"force"_s))
        request.existing = ExistingFile::Replace;
    if (request.format == "png"_L1 && request.output == "-"_L1 && isTerminal(stdout))
        return line.complain(
            u"a terminal cannot show a picture: --format png: give --output FILE"_s);
    return request;
}

/// Names in the order in which they were met first, each once.
class NamesInOrder
{
public:
    void add(const RowBatch::Strings &more)
    {
        for (const auto &name : more.all()) {
            const auto text = QString::fromStdString(name);
            if (m_known.contains(text))
                continue;
            m_known.insert(text);
            m_all.append(text);
        }
    }
    bool contains(const QString &name) const { return m_known.contains(name); }
    bool isEmpty() const { return m_all.isEmpty(); }
    /// The first ones of them, in one line.
    QString text() const
    {
        constexpr qsizetype kMost = 20;
        constexpr qsizetype kLongest = 100;
        QStringList shown;
        for (const auto &name : m_all.first(std::min(m_all.size(), kMost)))
            shown.append(singleLine(name, kLongest));
        auto text = shown.isEmpty() ? u"none"_s : shown.join(u", "_s);
        if (m_all.size() > kMost)
            text += u" and %1 more"_s.arg(m_all.size() - kMost);
        return text;
    }

private:
    QStringList m_all;
    QSet<QString> m_known;
};

/// The names that a filter may ask for and that only the session knows.
struct SessionNames
{
    NamesInOrder unknownKinds;
    NamesInOrder sources;
};

class NameCollector : public LineProduct
{
public:
    void clear() override
    {
        unknownKinds.clear();
        sources.clear();
    }

    void add(const EventView &event, QByteArrayView, qint64) override
    {
        if (event.kind == EventKind::Unknown)
            unknownKinds.intern(event.kindText);
        sources.intern(event.source.empty() ? kNoSource : event.source);
    }

    RowBatch::Strings unknownKinds;
    RowBatch::Strings sources;
};

SessionNames namesOf(SessionScan &scan)
{
    SessionNames names;
    scan.run([] { return std::make_unique<NameCollector>(); },
             [&names](LineProduct &product, const LinePiece &) {
                 const auto &found = static_cast<NameCollector &>(product);
                 names.unknownKinds.add(found.unknownKinds);
                 names.sources.add(found.sources);
                 return true;
             });
    return names;
}

/// Whether the session itself has to be asked whether a filter's names are right.
bool needsNames(const ExportFilter &filter)
{
    const auto kinds = knownKinds();
    return !filter.sources.isEmpty() ||
           std::any_of(filter.kinds.begin(), filter.kinds.end(),
                       [&kinds](const QString &kind) { return !kinds.contains(kind); });
}

/// Names that nothing in the session has are mistyped.
bool fitsSession(const CommandLine &line, const ExportFilter &filter, const SessionNames &names)
{
    const auto kinds = knownKinds();
    for (const auto &kind : filter.kinds) {
        if (!kinds.contains(kind) && !names.unknownKinds.contains(kind)) {
            line.complain(
                u"unknown kind: --kind %1: choose from %2"_s.arg(kind, kinds.join(u", "_s)));
            return false;
        }
    }
    for (const auto &source : filter.sources) {
        if (!names.sources.contains(source)) {
            line.complain(u"unknown source: --source %1: this session has %2"_s.arg(
                source, names.sources.text()));
            return false;
        }
    }
    return true;
}

/// A range that missed the session is most likely not what was meant.
void tellOfAnEmptyRange(const ExportFilter &filter, bool isEmpty, Nanoseconds lastTime)
{
    if ((filter.from || filter.to) && isEmpty) {
        printMessage(u"nothing lies between --from and --to: the session is %1 long"_s.arg(
            readableDuration(lastTime)));
    }
}

/// A file; not a pipe, nor standard input.
bool canBeReadAgain(const QString &path)
{
    return path != "-"_L1 && QFileInfo(path).isFile();
}

/// What is left to say when the output is written, or is not.
ExitStatus concludeWith(const ExportResult &result, const Request &request, ExitStatus input)
{
    switch (result.status) {
    case ExportResult::Status::Done:
        return input;
    case ExportResult::Status::Cancelled:
        printMessage(request.output == "-"_L1
                         ? u"the export was stopped: standard output has only a part of it"_s
                         : u"the export was stopped: %1 was not written"_s.arg(request.output));
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

/// A session file on its way through, from its header on.
class Input
{
public:
    Input(const Request &request, const QString &what)
        : m_progress(what)
        , m_scan(m_source, shownPath(request.file, Direction::Input), progress())
    {
        QObject::connect(&m_signals, &StopSignals::stopRequested, &m_signals,
                         [this] { m_isStopped = true; });
        m_isUsable = m_source.openFor(m_scan, request.file, progress());
    }

    bool isUsable() const { return m_isUsable; }
    bool isStopped() const { return m_scan.result().status == ReadResult::Status::Cancelled; }
    SessionScan &scan() { return m_scan; }

    /// Says what is wrong with the session.
    ExitStatus tell() const
    {
        const auto &result = m_scan.result();
        if (!result.message.isEmpty() && !m_isStopped)
            printMessage(result.message);
        return result.status == ReadResult::Status::Complete ? ExitStatus::Done : ExitStatus::Input;
    }

private:
    ReadProgress progress()
    {
        return [this](qint64 done, qint64 total) {
            m_progress.show(done, total);
            QCoreApplication::processEvents(); // signals
            return !m_isStopped;
        };
    }

    StopSignals m_signals;
    bool m_isStopped = false;
    ProgressLine m_progress;
    InputSource m_source;
    SessionScan m_scan;
    bool m_isUsable = false;
};

ExportResult exportRedacted(SessionScan &scan, const SessionHeader &header, const Request &request,
                            QIODevice &device, const Redaction &redaction)
{
    return request.format == "csv"_L1
               ? exportRedactedCsv(scan, header, device, request.filter, redaction)
               : exportRedactedJsonLines(scan, device, request.filter, redaction);
}

/// The session as it is shown; with its names replaced when that is asked for. `sources` are those
/// that it has, by their own names.
SessionInput readForPicture(const Request &request, SessionStore &store, QStringList &sources)
{
    SessionStore copied;
    SessionStore &named = request.redact ? copied : store;
    if (!request.redact)
        named.takeOnly(request.filter.sources);
    auto input = readInput(request.file, named);
    for (int i = 0; i < named.sourceCount(); ++i)
        sources.append(named.sourceName(static_cast<quint16>(i)));
    if (!input.isUsable || !request.redact)
        return input;
    ExportFilter filter;
    filter.sources = request.filter.sources;
    if (const auto problem = makeRedactedCopy(named, store, {}, filter); !problem.isEmpty()) {
        printMessage(problem);
        input.isUsable = false;
        input.status = ExitStatus::Output;
    }
    return input;
}

/// In a picture every source that was asked for has its lanes.
bool hasWantedSources(const CommandLine &line, const Request &request, const QStringList &there)
{
    for (const auto &source : request.filter.sources) {
        if (there.contains(source))
            continue;
        SessionNames names;
        if (canBeReadAgain(request.file)) {
            Input input(request, u"reading"_s);
            if (input.isUsable())
                names = namesOf(input.scan());
        }
        line.complain(
            names.sources.isEmpty()
                ? u"unknown source: --source %1: this session has none of that name"_s.arg(source)
                : u"unknown source: --source %1: this session has %2"_s.arg(source,
                                                                            names.sources.text()));
        return false;
    }
    return true;
}

/// The session is read while all gets ready that a picture needs.
ExitStatus exportPicture(const CommandLine &line, const Request &request,
                         const Invocation &invocation)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    SessionStore store;
    QStringList sources;
    auto reading =
        std::async(std::launch::async, [&] { return readForPicture(request, store, sources); });
    const QGuiApplication app(invocation.argc, invocation.argv);
    TimelineIndex index(store);
    while (reading.wait_for(Milliseconds(2)) != std::future_status::ready)
        index.update();
    const auto input = reading.get();
    if (!input.isUsable)
        return input.status;
    if (!hasWantedSources(line, request, sources))
        return ExitStatus::Usage;
    const auto complaint = pictureComplaint(request.picture, store);
    if (!complaint.isEmpty())
        return line.complain(complaint);
    const auto write = [&](QIODevice &device) {
        QString error;
        const bool isWritten =
            request.format == "png"_L1
                ? writeTimelinePng(device, store, index, request.picture, &error)
                : writeTimelineSvg(device, store, index, request.picture, &error);
        return isWritten ? ExportResult() : ExportResult::failed(error);
    };
    const auto result = writeExport(request.output, request.existing, write);
    if (result.status == ExportResult::Status::Done) {
        const auto &filter = request.filter;
        const qsizetype begin = filter.from ? store.lowerBound(*filter.from) : 0;
        const qsizetype end = filter.to ? store.lowerBound(*filter.to) : store.size();
        tellOfAnEmptyRange(filter, begin >= end, store.lastTime());
    }
    return concludeWith(result, request, input.status);
}

/// What can only be read once is held in memory while its names are looked at.
ExitStatus exportFromMemory(const CommandLine &line, const Request &request)
{
    SessionStore store;
    const auto input = readInput(request.file, store);
    if (!input.isUsable)
        return input.status;
    StoreSource source(store);
    SessionScan scan(source, {}, {});
    if (!fitsSession(line, request.filter, namesOf(scan)))
        return ExitStatus::Usage;
    std::shared_ptr<const Redaction> redaction;
    if (request.redact) {
        StoreSource again(store);
        SessionScan names(again, {}, {});
        redaction = Redaction::of(names, store.header(), store.headerLine());
    }
    const auto write = [&](QIODevice &device) {
        if (redaction) {
            StoreSource again(store);
            SessionScan events(again, {}, {});
            return exportRedacted(events, store.header(), request, device, *redaction);
        }
        return request.format == "csv"_L1 ? exportCsv(store, device, request.filter)
                                          : exportJsonLines(store, device, request.filter);
    };
    const auto result = writeExport(request.output, request.existing, write);
    if (result.status == ExportResult::Status::Done)
        tellOfAnEmptyRange(request.filter, result.eventsInTime == 0, result.lastTime);
    return concludeWith(result, request, input.status);
}

/// Straight from the file to the output, however large it is.
ExitStatus exportTable(const CommandLine &line, const Request &request)
{
    const bool needsIt = needsNames(request.filter);
    if ((needsIt || request.redact) && !canBeReadAgain(request.file))
        return exportFromMemory(line, request);
    if (needsIt) {
        Input names(request, u"reading"_s);
        const auto found = names.isUsable() ? namesOf(names.scan()) : SessionNames();
        if (names.isStopped())
            return concludeWith(stopped(), request, ExitStatus::Output);
        if (names.isUsable() && !fitsSession(line, request.filter, found))
            return ExitStatus::Usage;
    }
    std::shared_ptr<const Redaction> redaction;
    if (request.redact) {
        Input names(request, u"reading"_s);
        if (!names.isUsable())
            return names.tell();
        redaction = Redaction::of(names.scan(), names.scan().header(), names.scan().headerLine());
        if (names.isStopped())
            return concludeWith(stopped(), request, ExitStatus::Output);
    }
    Input input(request, u"exporting"_s);
    if (!input.isUsable())
        return input.tell();
    const auto write = [&](QIODevice &device) {
        if (redaction)
            return exportRedacted(input.scan(), input.scan().header(), request, device, *redaction);
        return request.format == "csv"_L1 ? exportCsv(input.scan(), device, request.filter)
                                          : exportJsonLines(input.scan(), device, request.filter);
    };
    const auto result = writeExport(request.output, request.existing, write);
    const auto status = input.tell();
    if (result.status == ExportResult::Status::Done)
        tellOfAnEmptyRange(request.filter, result.eventsInTime == 0, result.lastTime);
    return concludeWith(result, request, status);
}

} // namespace

ExitStatus runExport(const Invocation &invocation)
{
    CommandLine line(u"export"_s, help());
    const auto read = readRequest(line, invocation.arguments);
    if (const auto *status = std::get_if<ExitStatus>(&read))
        return *status;
    const auto &request = std::get<Request>(read);
    if (isSameFile(request.file, request.output))
        return line.complain(wouldReplaceItsInput(request.output));
    if (request.isPicture())
        return exportPicture(line, request, invocation);
    const QCoreApplication app(invocation.argc, invocation.argv);
    return exportTable(line, request);
}

} // namespace watchline
