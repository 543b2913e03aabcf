// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/comparison.h"

#include "core/analysis/diagnosisinput.h"
#include "core/base/text.h"

#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// No event counts as further from the start than this: sums of a few such times always fit.
constexpr Nanoseconds kFarthestEvent = kFarthestTime / 4;
constexpr qsizetype kMostDevices = 10;
constexpr qsizetype kMostNames = 5; // in a sentence
constexpr qsizetype kLongestName = 200;

Nanoseconds inReach(Nanoseconds t)
{
    return std::clamp(t, -kFarthestEvent, kFarthestEvent);
}

/// What a diagnosis looks at, and what it does not keep.
class Batch : public DiagnosisBatch
{
public:
    struct Item
    {
        qsizetype index = 0; ///< How many events came before it here.
        Nanoseconds t{};
        EventKind kind = EventKind::Unknown;
        StringId source = 0;
        ComparedDecision decision; ///< Or the input of one.
    };

    void clear() override
    {
        DiagnosisBatch::clear();
        m_items.clear();
        m_sources.clear();
        m_devices.clear();
        m_count = 0;
    }

    void add(const EventView &event, QByteArrayView line, qint64 position) override
    {
        DiagnosisBatch::add(event, line, position);
        const auto index = m_count++;
        switch (event.kind) {
        case EventKind::DeviceInfo:
            if (const auto id = event.text(Field::DeviceId); !id.empty())
                m_devices.append(QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size())));
            return;
        case EventKind::Hello:
        case EventKind::ConnectError:
        case EventKind::Outcome:
        case EventKind::Decision:
            break;
        default:
            return;
        }
        Item item;
        item.index = index;
        item.t = inReach(event.t);
        item.kind = event.kind;
        item.source = m_sources.intern(event.source.empty() ? std::string_view("?") : event.source);
        auto &decision = item.decision;
        decision.t = item.t;
        decision.attempt = event.attempt;
        if (event.kind == EventKind::Decision) {
            decision.rule = ruleFromName(event.text(Field::Rule));
            decision.action = actionFromName(event.text(Field::Action));
            const auto columns = packed(event);
            if (columns.delayMs != PackedRow::kNoNumber)
                decision.delayMs = columns.delayMs;
        } else if (event.kind != EventKind::Hello) {
            decision.input = event.word();
        }
        m_items.push_back(item);
    }

    qsizetype count() const { return m_count; }
    const std::vector<Item> &items() const { return m_items; }
    const RowBatch::Strings &sources() const { return m_sources; }
    const QStringList &devices() const { return m_devices; }

private:
    qsizetype m_count = 0;
    std::vector<Item> m_items;
    RowBatch::Strings m_sources;
    QStringList m_devices;
};

class Reader
{
public:
    explicit Reader(ComparedSession &session)
        : m_session(session)
    {}

    void take(const Batch &batch)
    {
        for (const auto &input : batch.inputs()) {
            const bool isFirst = m_session.diagnosis.events() == 0;
            const auto t = inReach(input.t);
            m_session.first = isFirst ? t : std::min(m_session.first, t);
            m_session.last = isFirst ? t : std::max(m_session.last, t);
            m_session.diagnosis.take(input);
        }
        std::vector<QString> names{QString()};
        for (const auto &name : batch.sources().all())
            names.push_back(QString::fromStdString(name));
        for (const auto &item : batch.items())
            take(item, names[item.source]);
        for (const auto &device : batch.devices()) {
            if (m_session.devices.size() < kMostDevices && !m_session.devices.contains(device))
                m_session.devices.append(device);
        }
        m_session.events += batch.count();
    }

private:
    void take(const Batch::Item &item, const QString &source)
    {
        auto &input = m_inputs[source];
        if (item.kind != EventKind::Decision) {
            input = item.decision.input;
            if (item.kind == EventKind::Outcome && !m_session.firstOutcome)
                m_session.firstOutcome = item.t;
            return;
        }
        if (m_count == kMostComparedDecisions) {
            m_session.hasMoreDecisions = true;
            return;
        }
        ++m_count;
        auto decision = item.decision;
        decision.seq = m_session.events + item.index + 1;
        decision.input = std::exchange(input, Word::None);
        m_session.decisions[source].push_back(decision);
    }

    ComparedSession &m_session;
    std::map<QString, Word> m_inputs;
    qsizetype m_count = 0;
};

double milliseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

std::optional<double> milliseconds(std::optional<Microseconds> time)
{
    return time ? std::optional(milliseconds(Nanoseconds(*time))) : std::nullopt;
}

/// The figures of two sessions under their names, in the order of the diagnosis.
class FigureList
{
public:
    FigureList(const Figures &a, const Figures &b)
        : m_a(a)
        , m_b(b)
    {}

    std::vector<ComparedFigure> make()
    {
        time(u"duration_ms"_s, &Figures::duration);
        time(u"connected_ms"_s, &Figures::connected);
        time(u"backoff_ms"_s, &Figures::backoff);
        time(u"device_info_ms"_s, &Figures::deviceInfo);
        count(u"attempts"_s, &Figures::attempts);
        counts(u"attempts_by_outcome"_s, &Figures::attemptsByOutcome);
        count(u"watches"_s, &Figures::watches);
        counts(u"watches_by_outcome"_s, &Figures::watchesByOutcome);
        count(u"leases"_s, &Figures::leases);
        count(u"keepalives"_s, &Figures::keepAlives);
        counts(u"heartbeats"_s, &Figures::heartbeats);
        time(u"heartbeat_rtt_ms.p50"_s, &Figures::roundTripP50);
        time(u"heartbeat_rtt_ms.p90"_s, &Figures::roundTripP90);
        time(u"heartbeat_rtt_ms.p99"_s, &Figures::roundTripP99);
        time(u"heartbeat_rtt_ms.max"_s, &Figures::roundTripMax);
        time(u"longest_silence_ms"_s, &Figures::longestSilence);
        counts(u"decisions_by_rule"_s, &Figures::decisionsByRule);
        return std::move(m_figures);
    }

private:
    template<typename Duration>
    void time(const QString &name, Duration Figures::*member)
    {
        m_figures.push_back({name, milliseconds(m_a.*member), milliseconds(m_b.*member), true});
    }

    void count(const QString &name, qsizetype Figures::*member)
    {
        m_figures.push_back(
            {name, static_cast<double>(m_a.*member), static_cast<double>(m_b.*member), false});
    }

    void counts(const QString &name, NamedCounts Figures::*member)
    {
        std::map<QString, std::pair<double, double>> all;
        for (const auto &[key, number] : m_a.*member)
            all[key].first = static_cast<double>(number);
        for (const auto &[key, number] : m_b.*member)
            all[key].second = static_cast<double>(number);
        for (const auto &[key, numbers] : all)
            m_figures.push_back({name + u'.' + key, numbers.first, numbers.second, false});
    }

    const Figures &m_a;
    const Figures &m_b;
    std::vector<ComparedFigure> m_figures;
};

std::vector<ComparedFinding> compareFindings(const std::vector<Finding> &a,
                                             const std::vector<Finding> &b)
{
    std::vector<ComparedFinding> result;
    for (const auto &finding : a)
        result.push_back({finding.code, finding, std::nullopt});
    for (const auto &finding : b) {
        const auto known =
            std::find_if(result.begin(), result.end(), [&finding](const ComparedFinding &other) {
                return other.code == finding.code;
            });
        if (known != result.end())
            known->b = finding;
        else
            result.push_back({finding.code, std::nullopt, finding});
    }
    return result;
}

/// A part of the session's time.
struct Stretch
{
    Nanoseconds from{};
    Nanoseconds to{};
};

std::vector<ComparedDecision> within(const std::vector<ComparedDecision> &decisions,
                                     const Stretch &stretch)
{
    std::vector<ComparedDecision> result;
    std::copy_if(decisions.begin(), decisions.end(), std::back_inserter(result),
                 [&stretch](const ComparedDecision &decision) {
                     return decision.t >= stretch.from && decision.t <= stretch.to;
                 });
    return result;
}

QString listed(const QStringList &names)
{
    QStringList shown;
    for (const auto &name : names.first(std::min(names.size(), kMostNames)))
        shown.append(singleLine(name, kLongestName));
    if (names.size() > kMostNames)
        shown.append(u"and %1 more"_s.arg(names.size() - kMostNames));
    return shown.join(u", "_s);
}

QStringList sourcesOf(const ComparedSession &session)
{
    QStringList names;
    for (const auto &[name, decisions] : session.decisions)
        names.append(name);
    return names;
}

class Comparer
{
public:
    Comparer(const ComparedSession &a, const ComparedSession &b)
        : m_a(a)
        , m_b(b)
    {}

    Comparison compare(Alignment alignment)
    {
        align(alignment);
        if (!m_result.problem.isEmpty())
            return std::move(m_result);
        m_result.figures = FigureList(m_a.diagnosis.figures(), m_b.diagnosis.figures()).make();
        m_result.findings = compareFindings(m_a.diagnosis.findings(), m_b.diagnosis.findings());
        compareSources();
        remark();
        return std::move(m_result);
    }

private:
    void align(Alignment alignment)
    {
        m_stretchA = {m_a.first, m_a.last};
        m_stretchB = {m_b.first, m_b.last};
        switch (alignment) {
        case Alignment::Start:
            m_result.originA = m_a.first;
            m_result.originB = m_b.first;
            break;
        case Alignment::Wall:
            alignByTheClock();
            break;
        case Alignment::FirstOutcome:
            for (const auto *session : {&m_a, &m_b}) {
                if (!session->firstOutcome) {
                    m_result.problem =
                        u"no watch ended in %1: there is no first outcome to align by; use --align start"_s
                            .arg(singleLine(session->name, kLongestName));
                    return;
                }
            }
            m_result.originA = m_stretchA.from = *m_a.firstOutcome;
            m_result.originB = m_stretchB.from = *m_b.firstOutcome;
            break;
        }
    }

    void alignByTheClock()
    {
        for (const auto *session : {&m_a, &m_b}) {
            if (!session->header.started.isValid()) {
                m_result.problem =
                    u"%1 does not say when it was recorded: it cannot be aligned by the clock; use --align start"_s
                        .arg(singleLine(session->name, kLongestName));
                return;
            }
        }
        // In A's time, B's origin is that much later.
        const auto longest = std::chrono::duration_cast<Milliseconds>(2 * kFarthestEvent).count();
        const auto later = Nanoseconds(Milliseconds(
            std::clamp<qint64>(m_a.header.started.msecsTo(m_b.header.started), -longest, longest)));
        m_result.originA = Nanoseconds::zero();
        m_result.originB = -later;
        m_stretchA = {std::max(m_a.first, m_b.first + later), std::min(m_a.last, m_b.last + later)};
        m_stretchB = {m_stretchA.from - later, m_stretchA.to - later};
        if (m_stretchA.from > m_stretchA.to) {
            const auto apart = m_stretchA.from - m_stretchA.to;
            m_result.problem =
                u"%1 and %2 were recorded %3 apart: they have no time in common; use --align start"_s
                    .arg(singleLine(m_a.name, kLongestName), singleLine(m_b.name, kLongestName),
                         readableDuration(apart));
        }
    }

    void compareSources()
    {
        const bool areSingle = m_a.decisions.size() == 1 && m_b.decisions.size() == 1;
        for (const auto &[name, decisions] : m_a.decisions) {
            const auto other = areSingle ? m_b.decisions.begin() : m_b.decisions.find(name);
            if (other != m_b.decisions.end())
                compareSource(name, decisions, other->first, other->second);
        }
    }

    void compareSource(const QString &nameA, const std::vector<ComparedDecision> &allA,
                       const QString &nameB, const std::vector<ComparedDecision> &allB)
    {
        const auto a = within(allA, m_stretchA);
        const auto b = within(allB, m_stretchB);
        ComparedSource source;
        source.a = nameA;
        source.b = nameB;
        const auto both = std::min(a.size(), b.size());
        std::size_t i = 0;
        while (i < both && a[i].isLike(b[i])) {
            const auto shift = (b[i].t - m_result.originB) - (a[i].t - m_result.originA);
            source.largestShift = std::max(source.largestShift, std::max(shift, -shift));
            ++i;
        }
        source.alike = static_cast<qsizetype>(i);
        if (i < a.size())
            source.firstA = a[i];
        if (i < b.size())
            source.firstB = b[i];
        source.differs = source.firstA || source.firstB;
        m_result.sources.push_back(source);
    }

    void remark()
    {
        for (const auto *session : {&m_a, &m_b}) {
            const auto name = singleLine(session->name, kLongestName);
            if (session->decisions.empty())
                m_result.remarks.append(u"there is no decision in %1"_s.arg(name));
            if (session->hasMoreDecisions)
                m_result.remarks.append(
                    u"only the first %1 decisions of %2 were compared"_s.arg(kMostComparedDecisions)
                        .arg(name));
        }
        remarkSources();
        const auto isShared = [this](const QString &id) { return m_b.devices.contains(id); };
        if (!m_a.devices.isEmpty() && !m_b.devices.isEmpty() &&
            std::none_of(m_a.devices.begin(), m_a.devices.end(), isShared))
            m_result.remarks.append(u"the two are of different devices: %1 and %2"_s.arg(
                listed(m_a.devices), listed(m_b.devices)));
        for (const auto &name : settingNames()) {
            const auto a = settingValue(m_a.settings, name);
            const auto b = settingValue(m_b.settings, name);
            if (a != b)
                m_result.remarks.append(
                    u"the two were recorded with different settings: %1 is %2 and %3"_s.arg(name, a,
                                                                                            b));
        }
    }

    void remarkSources()
    {
        if (m_a.decisions.empty() || m_b.decisions.empty())
            return;
        if (m_result.sources.empty()) {
            m_result.remarks.append(
                u"the two have no source in common, so that no decisions can be compared: %1 and %2"_s
                    .arg(listed(sourcesOf(m_a)), listed(sourcesOf(m_b))));
            return;
        }
        const auto only = [this](const ComparedSession &session, QString ComparedSource::*member) {
            QSet<QString> compared;
            for (const auto &source : m_result.sources)
                compared.insert(source.*member);
            QStringList names = sourcesOf(session);
            names.removeIf([&compared](const QString &name) { return compared.contains(name); });
            if (!names.isEmpty())
                m_result.remarks.append(u"only %1 has these sources: %2"_s.arg(
                    singleLine(session.name, kLongestName), listed(names)));
        };
        only(m_a, &ComparedSource::a);
        only(m_b, &ComparedSource::b);
    }

    const ComparedSession &m_a;
    const ComparedSession &m_b;
    Comparison m_result;
    Stretch m_stretchA;
    Stretch m_stretchB;
};

} // namespace

ComparedSession readForComparison(SessionScan &scan, const QString &name)
{
    ComparedSession session;
    session.name = name;
    session.header = scan.header();
    session.settings = recordedSettings(scan.headerLine());
    Reader reader(session);
    scan.run([] { return std::make_unique<Batch>(); },
             [&reader](LineProduct &product, const LinePiece &) {
                 reader.take(static_cast<const Batch &>(product));
                 return true;
             });
    return session;
}

bool Comparison::decisionsDiffer() const
{
    return std::any_of(sources.begin(), sources.end(),
                       [](const ComparedSource &source) { return source.differs; });
}

Comparison compare(const ComparedSession &a, const ComparedSession &b, Alignment alignment)
{
    return Comparer(a, b).compare(alignment);
}

} // namespace watchline
