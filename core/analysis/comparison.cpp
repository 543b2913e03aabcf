// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/comparison.h"

#include "core/analysis/diagnosisinput.h"
#include "core/base/text.h"
#include "core/session/storesource.h"

#include <QSet>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kMostDevices = 10;
constexpr qsizetype kMostNames = 5; // in a sentence
constexpr qsizetype kLongestName = 200;

Nanoseconds inReach(Nanoseconds t)
{
    return std::clamp<Nanoseconds>(t, -TimeAligner::kFarthest, TimeAligner::kFarthest);
}

/// Of a decision whose rule or action has a name that is not known.
std::size_t unlistedKey(std::string_view rule, std::string_view action)
{
    return LeaseTimes::key(std::string(rule) + '\n' + std::string(action));
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
        std::size_t lease = 0;     ///< That a `hello` brought.
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
            if (!decision.rule || !decision.action)
                decision.unlisted = unlistedKey(event.text(Field::Rule), event.text(Field::Action));
            decision.delayMs = delayOf(event);
        } else if (event.kind != EventKind::Hello) {
            decision.input = event.word();
        } else {
            item.lease = LeaseTimes::key(event.text(Field::LeaseId));
        }
        m_items.push_back(item);
    }

    qsizetype count() const { return m_count; }
    const std::vector<Item> &items() const { return m_items; }
    const RowBatch::Strings &sources() const { return m_sources; }
    const QStringList &devices() const { return m_devices; }

private:
    static qint64 delayOf(const EventView &event)
    {
        constexpr double kLongest = static_cast<double>(Milliseconds(kFarthestTime).count());
        const auto columns = packed(event);
        if (columns.delayMs == PackedRow::kNoNumber)
            return ComparedDecision::kNoDelay;
        if (columns.delayMs != PackedRow::kLargeNumber)
            return columns.delayMs;
        return std::llround(std::min(event.number(Field::DelayMs).value_or(0), kLongest));
    }

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
            auto &moments = m_session.moments;
            moments.first = isFirst ? t : std::min(moments.first, t);
            moments.last = isFirst ? t : std::max(moments.last, t);
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
            auto &moments = m_session.moments;
            moments.leases.add(item.lease, item.t);
            if (item.kind == EventKind::Outcome && !moments.firstOutcome)
                moments.firstOutcome = item.t;
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

/// Decisions that are compared before it is asked whether to go on.
constexpr qsizetype kAskedEvery = 4096;

/// A part of the session's time.
struct Stretch
{
    Nanoseconds from{};
    Nanoseconds to{};
};

/// The decisions of a stretch, in their order.
class Walk
{
public:
    Walk(const std::vector<ComparedDecision> &decisions, const Stretch &stretch)
        : m_at(decisions.begin())
        , m_end(decisions.end())
        , m_stretch(stretch)
    {
        skip();
    }

    const ComparedDecision *get() const { return m_at == m_end ? nullptr : &*m_at; }
    void next()
    {
        ++m_at;
        skip();
    }

private:
    void skip()
    {
        while (m_at != m_end && (m_at->t < m_stretch.from || m_at->t > m_stretch.to))
            ++m_at;
    }

    std::vector<ComparedDecision>::const_iterator m_at;
    std::vector<ComparedDecision>::const_iterator m_end;
    Stretch m_stretch;
};

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
    Comparer(const ComparedSession &a, const ComparedSession &b, const ReadProgress &progress)
        : m_a(a)
        , m_b(b)
        , m_progress(progress)
    {}

    Comparison compare(Alignment alignment, Nanoseconds offset)
    {
        align(alignment, offset);
        if (!m_result.problem.isEmpty())
            return std::move(m_result);
        m_result.figures = FigureList(m_a.diagnosis.figures(), m_b.diagnosis.figures()).make();
        m_result.findings = compareFindings(m_a.diagnosis.findings(), m_b.diagnosis.findings());
        compareSources();
        remark();
        return std::move(m_result);
    }

private:
    void align(Alignment alignment, Nanoseconds offset)
    {
        TimeAligner aligner(m_a.moments, m_b.moments);
        aligner.setAlignment(alignment);
        aligner.setOffset(offset);
        m_result.problem = aligner.problem(alignment, m_a.name, m_b.name);
        if (!m_result.problem.isEmpty())
            return;
        m_result.originA = aligner.origin();
        m_result.originB = aligner.toB(m_result.originA);
        m_stretchA = {m_a.moments.first, m_a.moments.last};
        m_stretchB = {m_b.moments.first, m_b.moments.last};
        switch (alignment) {
        case Alignment::Start:
            break;
        case Alignment::FirstOutcome:
            m_stretchA.from = *m_a.moments.firstOutcome;
            m_stretchB.from = *m_b.moments.firstOutcome;
            break;
        case Alignment::Wall:
        case Alignment::Leases:
            keepWhatBothHave(aligner);
            break;
        }
    }

    void keepWhatBothHave(const TimeAligner &aligner)
    {
        m_stretchA = {std::max(m_stretchA.from, aligner.toA(m_stretchB.from)),
                      std::min(m_stretchA.to, aligner.toA(m_stretchB.to))};
        m_stretchB = {aligner.toB(m_stretchA.from), aligner.toB(m_stretchA.to)};
        if (m_stretchA.from > m_stretchA.to)
            m_result.problem =
                u"%1 and %2 were recorded %3 apart: they have no time in common"_s.arg(
                    singleLine(m_a.name, kLongestName), singleLine(m_b.name, kLongestName),
                    readableDuration(m_stretchA.from - m_stretchA.to));
    }

    bool mayGoOn() const { return !m_progress || m_progress(0, -1); }

    void compareSources()
    {
        const bool areSingle = m_a.decisions.size() == 1 && m_b.decisions.size() == 1;
        for (const auto &[name, decisions] : m_a.decisions) {
            const auto other = areSingle ? m_b.decisions.begin() : m_b.decisions.find(name);
            if (!mayGoOn())
                return;
            if (other != m_b.decisions.end())
                compareSource(name, decisions, other->first, other->second);
        }
    }

    void compareSource(const QString &nameA, const std::vector<ComparedDecision> &allA,
                       const QString &nameB, const std::vector<ComparedDecision> &allB)
    {
        Walk a(allA, m_stretchA);
        Walk b(allB, m_stretchB);
        ComparedSource source;
        source.a = nameA;
        source.b = nameB;
        for (; a.get() && b.get() && a.get()->isLike(*b.get()); a.next(), b.next()) {
            const auto shift = (b.get()->t - m_result.originB) - (a.get()->t - m_result.originA);
            source.largestShift = std::max(source.largestShift, std::max(shift, -shift));
            ++source.alike;
            if (source.alike % kAskedEvery == 0 && !mayGoOn())
                return;
        }
        if (a.get())
            source.firstA = *a.get();
        if (b.get())
            source.firstB = *b.get();
        // Where decisions were left out, an end says nothing.
        const bool isCut = (!a.get() && m_a.hasMoreDecisions) || (!b.get() && m_b.hasMoreDecisions);
        source.differs = (a.get() || b.get()) && !isCut;
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
    const ReadProgress &m_progress;
    Comparison m_result;
    Stretch m_stretchA;
    Stretch m_stretchB;
};

void readInto(ComparedSession &session, SessionScan &scan, const QString &name)
{
    session.name = name;
    session.moments.started = session.header.started;
    Reader reader(session);
    scan.run([] { return std::make_unique<Batch>(); },
             [&reader](LineProduct &product, const LinePiece &) {
                 reader.take(static_cast<const Batch &>(product));
                 return true;
             });
}

} // namespace

ComparedSession readForComparison(SessionScan &scan, const QString &name)
{
    ComparedSession session;
    session.header = scan.header();
    session.settings = recordedSettings(scan.headerLine());
    readInto(session, scan, name);
    return session;
}

ComparedSession readForComparison(const SessionStore &store, const QString &name,
                                  const ReadProgress &progress)
{
    ComparedSession session;
    session.header = store.header();
    session.settings = recordedSettings(store.headerLine());
    StoreSource source(store);
    SessionScan scan(source, name, progress);
    readInto(session, scan, name);
    return session;
}

bool Comparison::decisionsDiffer() const
{
    return std::any_of(sources.begin(), sources.end(),
                       [](const ComparedSource &source) { return source.differs; });
}

Comparison compare(const ComparedSession &a, const ComparedSession &b, Alignment alignment,
                   Nanoseconds offset, const ReadProgress &progress)
{
    return Comparer(a, b, progress).compare(alignment, offset);
}

} // namespace watchline
