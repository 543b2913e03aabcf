// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/analysis/comparison.h"
#include "core/base/fileproblem.h"
#include "core/base/text.h"
#include "core/transfer/inputsource.h"

#include <QCoreApplication>

#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline compare A B [OPTIONS]

Says how two sessions differ: their figures, their findings, and the first decision
that is another one in B than in A. One of the two may be - for standard input.

Options:
  --align start|wall|first-outcome|leases  which moments are the same: the first
                      events (default), the same time of day, the ends of the first
                      watches, where what was before is left out, or when both got the
                      same leases, whatever their clocks say; by the time of day and by
                      leases only decisions from the time that both have recorded are
                      compared; figures and findings are always of the whole sessions
  --format text|json  for reading, or one JSON object (default: text)
  --help              show this text

Sources are compared with those of the same name; two sessions of one source each are
compared whatever their names are.
)"_s + exitStatusHelp() +
           uR"(  (1: a decision differs)

Examples:
  watchline compare monday.watchline tuesday.watchline
  watchline compare robot.watchline again.watchline --align first-outcome --format json
)"_s;
}

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString shortName(const QString &name)
{
    return singleLine(name, 200);
}

/// What led to a decision.
QString inputOf(const ComparedDecision &decision)
{
    return decision.input == Word::None ? u"hello"_s : toText(name(decision.input));
}

QString ruleOf(const ComparedDecision &decision)
{
    return decision.rule ? toText(name(*decision.rule)) : u"unknown rule"_s;
}

QString actionOf(const ComparedDecision &decision)
{
    return decision.action ? toText(name(*decision.action)) : u"unknown action"_s;
}

class TextReport
{
public:
    TextReport(const ComparedSession &a, const ComparedSession &b, const Comparison &comparison)
        : m_a(a)
        , m_b(b)
        , m_comparison(comparison)
    {}

    QStringList lines()
    {
        writeSession(u"A"_s, m_a);
        writeSession(u"B"_s, m_b);
        for (const auto &remark : m_comparison.remarks)
            m_lines.append(u"Note: "_s + remark);
        writeDecisions();
        m_lines.append(QString());
        m_lines.append(
            u"Figures and findings are of the whole sessions, however they are aligned."_s);
        writeFindings();
        writeFigures();
        return m_lines;
    }

private:
    void writeSession(const QString &label, const ComparedSession &session)
    {
        const auto started = session.header.started.isValid()
                                 ? session.header.started.toUTC().toString(Qt::ISODateWithMs)
                                 : u"at an unknown time"_s;
        m_lines.append(u"%1: %2, started %3, %4 events"_s.arg(
            label, shortName(session.name), started, QString::number(session.events)));
    }

    void writeDecisions()
    {
        m_lines.append(QString());
        m_lines.append(u"Decisions"_s);
        for (const auto &source : m_comparison.sources)
            writeSource(source);
        if (m_comparison.sources.empty())
            m_lines.append(u"  none that could be compared"_s);
    }

    void writeSource(const ComparedSource &source)
    {
        const auto names = source.a == source.b
                               ? shortName(source.a)
                               : u"%1 and %2"_s.arg(shortName(source.a), shortName(source.b));
        auto alike =
            source.alike == 1 ? u"1 decision alike"_s : u"%1 decisions alike"_s.arg(source.alike);
        if (source.alike > 0)
            alike += u", their times at most %1 apart"_s.arg(readableDuration(source.largestShift));
        m_lines.append(u"  %1: %2"_s.arg(names, alike));
        if (!source.differs)
            return;
        m_lines.append(u"  The first that differs is number %1:"_s.arg(source.alike + 1));
        writeDecision(u"A"_s, source.firstA, m_comparison.originA);
        writeDecision(u"B"_s, source.firstB, m_comparison.originB);
    }

    void writeDecision(const QString &label, const std::optional<ComparedDecision> &decision,
                       Nanoseconds origin)
    {
        if (!decision) {
            m_lines.append(u"    %1: has no more decisions"_s.arg(label));
            return;
        }
        const auto seconds =
            QString::number(std::chrono::duration<double>(decision->t - origin).count(), 'f', 3);
        auto line = u"    %1: event %2, at %3 s, attempt %4: %5: %6, %7"_s.arg(
            label, QString::number(decision->seq), seconds, QString::number(decision->attempt),
            inputOf(*decision), ruleOf(*decision), actionOf(*decision));
        if (decision->delayMs != ComparedDecision::kNoDelay)
            line += u" after "_s + readableDuration(Milliseconds(decision->delayMs));
        m_lines.append(line);
    }

    void writeFindings()
    {
        m_lines.append(QString());
        m_lines.append(u"Findings"_s);
        if (m_comparison.findings.empty())
            m_lines.append(u"  none in either"_s);
        for (const auto &finding : m_comparison.findings) {
            const auto where = !finding.a   ? u"only in B"_s
                               : !finding.b ? u"only in A"_s
                                            : u"in both"_s;
            m_lines.append(u"  %1: %2"_s.arg(where, toText(name(finding.code))));
            if (finding.a && finding.b && finding.a->text == finding.b->text) {
                m_lines.append(u"    "_s + finding.a->text);
                continue;
            }
            if (finding.a)
                m_lines.append(u"    A: "_s + finding.a->text);
            if (finding.b)
                m_lines.append(u"    B: "_s + finding.b->text);
        }
    }

    void writeFigures()
    {
        m_lines.append(QString());
        const auto row = [this](const QString &figure, const QString &a, const QString &b,
                                const QString &difference) {
            m_lines.append(u"  "_s + figure.leftJustified(44) + a.rightJustified(16) +
                           b.rightJustified(16) + difference.rightJustified(18));
        };
        m_lines.append(u"Figures that differ"_s);
        bool isFirst = true;
        for (const auto &figure : m_comparison.figures) {
            if (!figure.differs())
                continue;
            if (std::exchange(isFirst, false))
                row(QString(), u"A"_s, u"B"_s, u"B - A"_s);
            row(shortName(figure.name), shown(figure, figure.a), shown(figure, figure.b),
                difference(figure));
        }
        if (isFirst)
            m_lines.append(u"  none"_s);
    }

    static QString shown(const ComparedFigure &figure, std::optional<double> value)
    {
        if (!value)
            return u"none"_s;
        return figure.isTime ? readable(*value) : QString::number(*value, 'f', 0);
    }

    static QString difference(const ComparedFigure &figure)
    {
        if (!figure.a || !figure.b)
            return {};
        const double more = *figure.b - *figure.a;
        const auto amount =
            figure.isTime ? readable(std::abs(more)) : QString::number(std::abs(more), 'f', 0);
        return (more < 0 ? u"-"_s : u"+"_s) + amount;
    }

    static QString readable(double milliseconds)
    {
        return readableDuration(Nanoseconds(std::llround(milliseconds * 1e6)));
    }

    const ComparedSession &m_a;
    const ComparedSession &m_b;
    const Comparison &m_comparison;
    QStringList m_lines;
};

QByteArray jsonText(QStringView text)
{
    QByteArray out;
    appendJsonString(out, text);
    return out;
}

QByteArray jsonMilliseconds(Nanoseconds time)
{
    return QByteArray::number(std::chrono::duration<double, std::milli>(time).count(), 'f', 3);
}

template<typename List, typename Write>
QByteArray jsonArray(const List &list, const Write &write)
{
    QByteArray out = "[";
    for (const auto &item : list)
        out += (out.size() > 1 ? "," : "") + write(item);
    return out + ']';
}

QByteArray jsonSession(const ComparedSession &session, Nanoseconds origin)
{
    const auto &started = session.header.started;
    return "{\"file\":" + jsonText(session.name) + ",\"started\":" +
           (started.isValid() ? jsonText(started.toUTC().toString(Qt::ISODateWithMs))
                              : QByteArray("null")) +
           ",\"origin_ms\":" + jsonMilliseconds(origin) +
           ",\"diagnosis\":" + toJson(session.diagnosis) + '}';
}

QByteArray jsonFigure(const ComparedFigure &figure)
{
    const auto number = [&figure](std::optional<double> value) {
        return value ? QByteArray::number(*value, 'f', figure.isTime ? 3 : 0) : QByteArray("null");
    };
    const auto difference =
        figure.a && figure.b ? std::optional(*figure.b - *figure.a) : std::nullopt;
    return "{\"name\":" + jsonText(figure.name) + ",\"a\":" + number(figure.a) +
           ",\"b\":" + number(figure.b) + ",\"difference\":" + number(difference) + '}';
}

QByteArray jsonFinding(const std::optional<Finding> &finding)
{
    if (!finding)
        return "null";
    return "{\"severity\":" + jsonText(toText(name(finding->severity))) +
           ",\"count\":" + QByteArray::number(finding->count) +
           ",\"text\":" + jsonText(finding->text) + '}';
}

QByteArray jsonDecision(const std::optional<ComparedDecision> &decision, Nanoseconds origin)
{
    if (!decision)
        return "null";
    const bool hasDelay = decision->delayMs != ComparedDecision::kNoDelay;
    return "{\"seq\":" + QByteArray::number(decision->seq) +
           ",\"at_ms\":" + jsonMilliseconds(decision->t - origin) +
           ",\"attempt\":" + QByteArray::number(decision->attempt) +
           ",\"input\":" + jsonText(inputOf(*decision)) +
           ",\"rule\":" + jsonText(ruleOf(*decision)) +
           ",\"action\":" + jsonText(actionOf(*decision)) +
           ",\"delay_ms\":" + (hasDelay ? QByteArray::number(decision->delayMs) : "null") + '}';
}

QByteArray jsonSource(const ComparedSource &source, const Comparison &comparison)
{
    const auto first = source.differs
                           ? "{\"number\":" + QByteArray::number(source.alike + 1) +
                                 ",\"a\":" + jsonDecision(source.firstA, comparison.originA) +
                                 ",\"b\":" + jsonDecision(source.firstB, comparison.originB) + '}'
                           : QByteArray("null");
    return "{\"a\":" + jsonText(source.a) + ",\"b\":" + jsonText(source.b) +
           ",\"alike\":" + QByteArray::number(source.alike) +
           ",\"largest_shift_ms\":" + jsonMilliseconds(source.largestShift) +
           ",\"first_difference\":" + first + '}';
}

QByteArray json(const ComparedSession &a, const ComparedSession &b, const Comparison &comparison,
                const QString &alignment)
{
    return "{\"align\":" + jsonText(alignment) + ",\"a\":" + jsonSession(a, comparison.originA) +
           ",\"b\":" + jsonSession(b, comparison.originB) + ",\"remarks\":" +
           jsonArray(comparison.remarks, [](const QString &remark) { return jsonText(remark); }) +
           ",\"sources\":" +
           jsonArray(comparison.sources,
                     [&comparison](const ComparedSource &source) {
                         return jsonSource(source, comparison);
                     }) +
           ",\"findings\":" +
           jsonArray(comparison.findings,
                     [](const ComparedFinding &finding) {
                         return "{\"code\":" + jsonText(toText(name(finding.code))) +
                                ",\"a\":" + jsonFinding(finding.a) +
                                ",\"b\":" + jsonFinding(finding.b) + '}';
                     }) +
           ",\"figures\":" + jsonArray(comparison.figures, jsonFigure) + '}';
}

/// A session and whether it was whole; nothing when it could not be read.
struct ReadSession
{
    std::optional<ComparedSession> session;
    bool isWhole = false;
};

ReadSession readSession(const QString &path)
{
    ReadSession result;
    ReadResult reading;
    {
        ProgressLine progress(u"reading"_s);
        InputSource file;
        const auto name = shownPath(path, Direction::Input);
        const auto tell = [&progress](qint64 done, qint64 total) {
            progress.show(done, total);
            return true;
        };
        SessionScan scan(file, name, tell);
        if (file.openFor(scan, path, tell))
            result.session = readForComparison(scan, name);
        reading = scan.result();
    }
    if (!reading.message.isEmpty())
        printMessage(reading.message);
    result.isWhole = reading.status == ReadResult::Status::Complete;
    return result;
}

ExitStatus print(const ComparedSession &a, const ComparedSession &b, const Comparison &comparison,
                 const QString &alignment, bool asText)
{
    TextOutput output;
    if (asText) {
        for (const auto &line : TextReport(a, b, comparison).lines())
            output.writeLine(line.toUtf8());
    } else {
        output.writeLine(json(a, b, comparison, alignment));
    }
    output.flush();
    return output.status();
}

std::optional<std::pair<QString, QString>> twoFiles(const CommandLine &line)
{
    const auto files = line.positional();
    if (files.size() < 2)
        line.complain(u"missing argument: %1: name two session files"_s.arg(
            files.isEmpty() ? u"A B"_s : u"B"_s));
    else if (files.size() > 2)
        line.complain(u"too many arguments: %1: two files are compared"_s.arg(files.at(2)));
    else if (files.at(0) == "-"_L1 && files.at(1) == "-"_L1)
        line.complain(u"standard input cannot be both: - -: name a file for one of them"_s);
    else
        return std::pair(files.at(0), files.at(1));
    return std::nullopt;
}

} // namespace

ExitStatus runCompare(const Invocation &invocation)
{
    CommandLine line(u"compare"_s, help());
    line.addOption(u"align"_s);
    line.addOption(u"format"_s);
    if (const auto status = line.parse(invocation.arguments))
        return *status;
    const auto files = twoFiles(line);
    if (!files)
        return ExitStatus::Usage;
    const QStringList alignments{u"start"_s, u"wall"_s, u"first-outcome"_s, u"leases"_s};
    const auto alignment = line.choice(u"align"_s, alignments);
    const auto format = line.choice(u"format"_s, {u"text"_s, u"json"_s});
    if (!alignment || !format)
        return ExitStatus::Usage;

    const QCoreApplication app(invocation.argc, invocation.argv);
    const auto a = readSession(files->first);
    if (!a.session)
        return ExitStatus::Input;
    const auto b = readSession(files->second);
    if (!b.session)
        return ExitStatus::Input;
    const auto comparison =
        compare(*a.session, *b.session, static_cast<Alignment>(alignments.indexOf(*alignment)));
    if (!comparison.problem.isEmpty())
        return line.complain(comparison.problem + u"; use --align start"_s);
    if (print(*a.session, *b.session, comparison, *alignment, *format == "text"_L1) ==
        ExitStatus::Output)
        return ExitStatus::Output;
    if (comparison.decisionsDiffer())
        return ExitStatus::No;
    return a.isWhole && b.isWhole ? ExitStatus::Done : ExitStatus::Input;
}

} // namespace watchline
