// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/report.h"

#include "core/analysis/diagnosis.h"
#include "core/analysis/verify.h"
#include "core/base/text.h"
#include "core/timeline/timelineindex.h"
#include "core/transfer/redactedcopy.h"
#include "ui/eventtext.h"
#include "ui/reporthtml.h"
#include "ui/timeline/picture.h"

#include <QBuffer>
#include <QCoreApplication>

#include <array>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::size_t kMostDecisionRows = 300;
constexpr std::size_t kMostNotes = 200;
constexpr int kMostSources = 20;
constexpr qsizetype kRowsBetweenTold = 4'096;
/// A fleet has a lane a watch; beyond this a picture shows nobody anything.
constexpr int kHighestPicture = 8'192;
constexpr std::size_t kRuleCount = 15;

QString tr(const char *text)
{
    return QCoreApplication::translate("Report", text);
}

QString counted(qint64 count, const char *one, const char *several)
{
    return groupedNumber(count) + u' ' + (count == 1 ? tr(one) : tr(several));
}

QString namedCounts(const NamedCounts &counts)
{
    QStringList parts;
    for (const auto &[name, count] : counts)
        parts.append(name + u' ' + groupedNumber(count));
    return parts.isEmpty() ? tr("none") : parts.join(u", "_s);
}

QString shareOf(Nanoseconds part, Nanoseconds whole)
{
    auto text = readableDuration(part);
    if (whole > Nanoseconds::zero()) {
        const double share =
            static_cast<double>(part.count()) / static_cast<double>(whole.count()) * 100;
        text += u" ("_s + QString::number(share, 'f', 1) + u" %)"_s;
    }
    return text;
}

/// One that goes through the session's rows of the time asked for, and makes a page of them.
class Report
{
public:
    Report(const SessionStore &store, const ReportOptions &options, ReportProgress progress)
        : m_store(store)
        , m_options(options)
        , m_progress(std::move(progress))
        , m_size(store.size())
    {}

    ExportResult write(QIODevice &device);

private:
    /// Decisions in a row that are alike.
    struct Run
    {
        qsizetype first = 0;
        EventRow row{};
        Nanoseconds last{};
        qsizetype count = 0;

        bool isLike(const EventRow &other) const
        {
            return count > 0 && row.source == other.source && row.rule == other.rule &&
                   row.action == other.action && row.delay == other.delay;
        }
    };

    bool isInTime(Nanoseconds t) const
    {
        return (!m_options.from || t >= *m_options.from) && (!m_options.to || t < *m_options.to);
    }
    bool isPart() const { return m_options.from || m_options.to; }
    bool tell(double share) const { return !m_progress || m_progress(share); }

    bool takeRows();
    std::vector<qsizetype> numbersOf(std::vector<qsizetype> seqs) const;
    void takeDecision(qsizetype number, const EventRow &row);
    void takeNote(qsizetype number, const EventRow &row);
    bool addPictures(TimelineIndex &index, ExportResult &result);
    void addFacts();
    void addFindings();
    void addFigures();
    void addDecisions();
    void addLeftOut();
    QString stretchText(Nanoseconds from, Nanoseconds to) const;
    QString sourcesText() const;

    const SessionStore &m_store;
    const ReportOptions &m_options;
    const ReportProgress m_progress;
    const qsizetype m_size; // it may grow meanwhile
    ReportPage m_page;
    Diagnosis m_diagnosis;
    qsizetype m_events = 0;
    Nanoseconds m_first{};
    Nanoseconds m_last{};
    std::vector<Run> m_runs;
    qsizetype m_decisions = 0;
    qsizetype m_decisionsLeftOut = 0;
    std::array<qsizetype, kRuleCount> m_byRule{};
    qsizetype m_notesLeftOut = 0;
};

/// As the timeline's ruler has it, and as --from and --to count.
QString Report::stretchText(Nanoseconds from, Nanoseconds to) const
{
    const auto started = m_store.header().started;
    // Of several days a clock alone says little.
    const auto dayOf = [&](Nanoseconds t) {
        return started.toUTC()
            .addMSecs(std::chrono::floor<Milliseconds>(t).count())
            .toString(u"yyyy-MM-dd "_s);
    };
    const bool needsDay =
        started.isValid() && dayOf(m_store.firstTime()) != dayOf(m_store.lastTime());
    const auto clock = [&](Nanoseconds t) {
        return needsDay ? dayOf(t) + clockText(started, t) : clockText(started, t);
    };
    auto text = from == to ? clock(from) : clock(from) + u" – "_s + clock(to);
    if (started.isValid())
        text += u" ("_s + elapsedText(from) + u')';
    return from == to ? text : text + u", "_s + readableDuration(to - from);
}

bool Report::takeRows()
{
    for (qsizetype number = 0; number < m_size; ++number) {
        if (number % kRowsBetweenTold == 0 &&
            !tell(static_cast<double>(number) / static_cast<double>(m_size)))
            return false;
        const auto t = m_store.time(number);
        if (!isInTime(t))
            continue;
        m_first = m_events == 0 ? t : std::min(m_first, t);
        m_last = m_events == 0 ? t : std::max(m_last, t);
        ++m_events;
        m_diagnosis.take(m_store, number);
        const auto kind = m_store.kind(number);
        if (kind == EventKind::Decision)
            takeDecision(number, m_store.row(number));
        else if (kind == EventKind::Note)
            takeNote(number, m_store.row(number));
    }
    return true;
}

/// The session's numbers of events that were counted among those of the time asked for; `seqs`
/// ascend.
std::vector<qsizetype> Report::numbersOf(std::vector<qsizetype> seqs) const
{
    if (!isPart())
        return seqs;
    qsizetype taken = 0;
    std::size_t next = 0;
    for (qsizetype number = 0; number < m_size && next < seqs.size(); ++number) {
        if (isInTime(m_store.time(number)) && ++taken == seqs[next])
            seqs[next++] = number + 1;
    }
    return seqs;
}

void Report::takeDecision(qsizetype number, const EventRow &row)
{
    ++m_decisions;
    if (row.rule)
        ++m_byRule.at(static_cast<std::size_t>(*row.rule));
    if (!m_runs.empty() && m_decisionsLeftOut == 0 && m_runs.back().isLike(row)) {
        m_runs.back().last = row.t;
        ++m_runs.back().count;
    } else if (m_runs.size() < kMostDecisionRows) {
        m_runs.push_back({number, row, row.t, 1});
    } else {
        ++m_decisionsLeftOut;
    }
}

void Report::takeNote(qsizetype number, const EventRow &row)
{
    if (m_page.notes.rows.size() >= kMostNotes) {
        ++m_notesLeftOut;
        return;
    }
    const auto length = row.duration ? Nanoseconds(*row.duration) : Nanoseconds::zero();
    m_page.notes.rows.push_back({u'#' + groupedNumber(number + 1),
                                 stretchText(row.t, row.t + length),
                                 m_store.event(number).text(Field::Detail)});
}

/// False: it was cancelled, or a picture could not be made; `result` says so.
bool Report::addPictures(TimelineIndex &index, ExportResult &result)
{
    while (index.update(kRowsBetweenTold)) {
        if (!tell(-1)) {
            result.status = ExportResult::Status::Cancelled;
            return false;
        }
    }
    PictureOptions picture;
    picture.from = m_options.from;
    picture.to = m_options.to;
    if (usualPictureSize(m_store).height() > kHighestPicture) {
        m_page.leftOut.append(
            tr("The picture of the timeline: there are too many sources for one."));
        return true;
    }
    for (const bool dark : {false, true}) {
        picture.dark = dark;
        auto &bytes = dark ? m_page.darkPicture : m_page.lightPicture;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QString error;
        if (!writeTimelinePng(buffer, m_store, index, picture, &error)) {
            result = ExportResult::failed(error);
            return false;
        }
    }
    m_page.pictureText =
        tr("Timeline of the session: status, watches, decisions, backoffs, heartbeats and frames");
    return true;
}

QString Report::sourcesText() const
{
    QStringList names;
    for (int i = 0; i < std::min(m_store.sourceCount(), kMostSources); ++i)
        names.append(singleLine(m_store.sourceName(static_cast<quint16>(i)), 100));
    auto text = names.join(u", "_s);
    if (m_store.sourceCount() > kMostSources)
        text += tr(" and %1 more").arg(m_store.sourceCount() - kMostSources);
    return text.isEmpty() ? tr("none") : text;
}

void Report::addFacts()
{
    const auto &header = m_store.header();
    auto &facts = m_page.facts;
    if (header.started.isValid()) {
        m_page.title = tr("Watchline report: session of %1 UTC")
                           .arg(header.started.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s));
    } else {
        m_page.title = tr("Watchline report");
    }
    if (m_events > 0)
        facts.push_back(
            {isPart() ? tr("Part of the session") : tr("Time, UTC"), stretchText(m_first, m_last)});
    facts.push_back(
        {tr("Events"), isPart() ? tr("%1 of %2").arg(groupedNumber(m_events), groupedNumber(m_size))
                                : groupedNumber(m_events)});
    facts.push_back({tr("Sources"), sourcesText()});
    if (!header.apiUrl.isEmpty())
        facts.push_back({tr("API"), header.apiUrl});
    facts.push_back({tr("Recorded by"),
                     header.generator.isEmpty() ? tr("an unknown program") : header.generator});
    const auto verification = verify(m_store);
    const auto decisions = counted(verification.decisions, QT_TRANSLATE_NOOP("Report", "decision"),
                                   QT_TRANSLATE_NOOP("Report", "decisions"));
    facts.push_back(
        {tr("Policy"), verification.agrees()
                           ? tr("%1 in the session: all as the gateway decides").arg(decisions)
                           : tr("%1 in the session: %2 not as the gateway decides")
                                 .arg(decisions, groupedNumber(verification.differences))});
    facts.push_back({tr("Names"), m_options.names != ReportOptions::Names::Keep
                                      ? tr("replaced: the same name has the same pseudonym")
                                      : tr("as recorded")});
}

void Report::addFindings()
{
    for (const auto &finding : m_diagnosis.findings()) {
        ReportPage::Finding shown;
        shown.severity = fromView(name(finding.severity));
        shown.code = fromView(name(finding.code));
        shown.when = stretchText(finding.from, finding.to);
        QStringList seqs;
        for (const auto seq : numbersOf(finding.seqs))
            seqs.append(u'#' + groupedNumber(seq));
        if (!seqs.isEmpty())
            shown.when += u" · "_s + seqs.join(u", "_s);
        shown.text = finding.text;
        shown.advice = finding.advice;
        m_page.findings.push_back(std::move(shown));
    }
}

void Report::addFigures()
{
    const auto figures = m_diagnosis.figures();
    auto &facts = m_page.figures;
    const auto add = [&facts](const QString &name, const QString &value) {
        facts.push_back({name, value});
    };
    const auto trip = [](std::optional<Microseconds> time) {
        return time ? readableDuration(*time) : u"–"_s;
    };
    add(tr("Duration"), readableDuration(figures.duration));
    add(tr("Connected"), shareOf(figures.connected, figures.duration));
    add(tr("Backing off"), shareOf(figures.backoff, figures.duration));
    if (figures.deviceInfo)
        add(tr("Device info took"), trip(figures.deviceInfo));
    add(tr("Connect attempts"),
        groupedNumber(figures.attempts) + u": "_s + namedCounts(figures.attemptsByOutcome));
    add(tr("Watches"),
        groupedNumber(figures.watches) + u": "_s + namedCounts(figures.watchesByOutcome));
    add(tr("Leases"), groupedNumber(figures.leases));
    add(tr("Keep-alives"), groupedNumber(figures.keepAlives));
    add(tr("Heartbeats"), namedCounts(figures.heartbeats));
    if (figures.roundTripMax) {
        add(tr("Heartbeat round trips"),
            tr("median %1, 90 % within %2, 99 % within %3, longest %4")
                .arg(trip(figures.roundTripP50), trip(figures.roundTripP90),
                     trip(figures.roundTripP99), trip(figures.roundTripMax)));
    }
    add(tr("Longest silence"), readableDuration(figures.longestSilence));
}

void Report::addDecisions()
{
    m_page.rules.columns = {tr("rule"), tr("what it says"), tr("decisions")};
    for (std::size_t i = 0; i < m_byRule.size(); ++i) {
        const auto rule = static_cast<Rule>(i);
        if (m_byRule.at(i) > 0)
            m_page.rules.rows.push_back(
                {fromView(name(rule)), ruleSentence(rule), groupedNumber(m_byRule.at(i))});
    }
    auto &table = m_page.decisions;
    table.columns = {tr("event"),  tr("time"),  tr("source"),  tr("rule"),
                     tr("action"), tr("delay"), tr("in a row")};
    for (const auto &run : m_runs) {
        table.rows.push_back({u'#' + groupedNumber(run.first + 1), stretchText(run.row.t, run.last),
                              m_store.sourceName(run.row.source),
                              run.row.rule ? fromView(name(*run.row.rule)) : u"?"_s,
                              run.row.action ? fromView(name(*run.row.action)) : u"?"_s,
                              run.row.delay ? readableDuration(*run.row.delay) : QString(),
                              run.count > 1 ? u"×"_s + groupedNumber(run.count) : QString()});
    }
    m_page.notes.columns = {tr("event"), tr("time"), tr("note")};
}

void Report::addLeftOut()
{
    auto &lines = m_page.leftOut;
    const auto &read = m_options.read;
    if (read.lostLines > 0) {
        lines.append(tr("%1 of the file that could not be understood.")
                         .arg(counted(read.lostLines, QT_TRANSLATE_NOOP("Report", "line"),
                                      QT_TRANSLATE_NOOP("Report", "lines"))));
    }
    if (read.lostBytes > 0) {
        lines.append(tr("The last %1 of the file: it is cut off there.")
                         .arg(counted(read.lostBytes, QT_TRANSLATE_NOOP("Report", "byte"),
                                      QT_TRANSLATE_NOOP("Report", "bytes"))));
    }
    if (isPart()) {
        lines.append(tr("%1 before and after the part that was asked for; findings and figures are "
                        "of that part alone.")
                         .arg(counted(m_size - m_events, QT_TRANSLATE_NOOP("Report", "event"),
                                      QT_TRANSLATE_NOOP("Report", "events"))));
    }
    for (const auto &sentence : m_diagnosis.leftOut())
        lines.append(sentence);
    if (m_decisionsLeftOut > 0) {
        lines.append(tr("The last %1 of %2 decisions: an export with --kind decision has them all.")
                         .arg(groupedNumber(m_decisionsLeftOut), groupedNumber(m_decisions)));
    }
    if (m_notesLeftOut > 0)
        lines.append(tr("%1 more notes.").arg(groupedNumber(m_notesLeftOut)));
    if (m_options.names != ReportOptions::Names::Keep)
        lines.append(tr("Names, addresses and identifiers: pseudonyms stand for them."));
    lines.append(
        tr("All single events but the decisions and notes above: they are in the session."));
}

ExportResult Report::write(QIODevice &device)
{
    ExportResult result;
    if (!takeRows()) {
        result.status = ExportResult::Status::Cancelled;
        return result;
    }
    TimelineIndex index(m_store);
    if (!addPictures(index, result))
        return result;
    addFacts();
    addFindings();
    addFigures();
    addDecisions();
    addLeftOut();
    const auto html = toHtml(m_page);
    BufferedWriter out(device);
    out.write(html);
    if (!out.flush())
        return ExportResult::failed(out.error());
    result.eventsInTime = m_events;
    result.lastTime = m_store.lastTime();
    return result;
}

} // namespace

QString reportComplaint(const ReportOptions &options, const SessionStore &store)
{
    PictureOptions picture;
    picture.size = usualPictureSize(store);
    // Of many sources there is no picture, but a report.
    if (picture.size.height() > kLargestPicture)
        return {};
    picture.from = options.from;
    picture.to = options.to;
    return pictureComplaint(picture, store);
}

ExportResult writeReport(QIODevice &device, const SessionStore &store, const ReportOptions &options,
                         const ReportProgress &progress)
{
    if (options.names != ReportOptions::Names::Replace)
        return Report(store, options, progress).write(device);
    bool isCancelled = false;
    const auto half = [&](double begin) {
        return [&, begin](double share) {
            isCancelled = progress && !progress(share < 0 ? share : begin + share / 2);
            return !isCancelled;
        };
    };
    SessionStore copy;
    const auto problem = makeRedactedCopy(store, copy, half(0));
    if (isCancelled) {
        ExportResult result;
        result.status = ExportResult::Status::Cancelled;
        return result;
    }
    if (!problem.isEmpty())
        return ExportResult::failed(problem);
    return Report(copy, options, half(0.5)).write(device);
}

} // namespace watchline
