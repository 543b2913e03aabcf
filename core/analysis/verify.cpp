// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/verify.h"

#include "core/base/text.h"
#include "core/session/eventparser.h"
#include "core/session/eventview.h"
#include "core/session/linereader.h"
#include "core/session/logmembers.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestText = 500;

QString toText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A number of milliseconds as any duration; what does not fit becomes the largest.
template<typename Duration>
Duration fromMilliseconds(double milliseconds)
{
    using Ratio = std::ratio_divide<std::milli, typename Duration::period>;
    const double count = std::round(milliseconds * double(Ratio::num) / double(Ratio::den));
    constexpr double kLargest = 9e15; // so that milliseconds can become microseconds
    return Duration(static_cast<qint64>(std::clamp(count, -kLargest, kLargest)));
}

bool isNull(const Value &value)
{
    return std::holds_alternative<std::nullptr_t>(value);
}

/// A value as it is compared and shown; absent and null are both "null".
QString shown(const Value *value)
{
    if (!value || isNull(*value))
        return u"null"_s;
    if (const auto *text = std::get_if<QString>(value)) {
        QByteArray quoted;
        appendJsonString(quoted, *text);
        return QString::fromUtf8(quoted);
    }
    if (const auto *flag = std::get_if<bool>(value))
        return *flag ? u"true"_s : u"false"_s;
    if (const auto *integer = std::get_if<qint64>(value))
        return QString::number(*integer);
    return QString::number(std::get<double>(*value), 'g', 17);
}

QString shown(const std::optional<std::string> &text)
{
    const Value value = text ? Value(toText(*text)) : Value(nullptr);
    return shown(&value);
}

QString shown(std::string_view text)
{
    const Value value = toText(text);
    return shown(&value);
}

QString shown(std::optional<Milliseconds> duration)
{
    return duration ? QString::number(duration->count()) : u"null"_s;
}

/// What is expected beside what was recorded.
class Comparison
{
public:
    void compare(Field field, const QString &expected, const Event &event)
    {
        const Value *value = event.value(field);
        const auto recorded = shown(value);
        add(toText(name(field)), sameNumber(expected, value) ? recorded : expected, recorded);
    }
    void add(const QString &member, const QString &expected, const QString &recorded)
    {
        m_members.push_back({member, recorded, expected});
        if (expected == recorded)
            return;
        m_expected.append(QString(member + u'=' + expected));
        m_recorded.append(QString(member + u'=' + recorded));
    }

    bool differs() const { return !m_expected.isEmpty(); }
    QString expected() const { return m_expected.join(u", "); }
    QString recorded() const { return m_recorded.join(u", "); }
    /// Made safe to show.
    std::vector<ComparedMember> takeMembers()
    {
        for (auto &member : m_members) {
            member.recorded = singleLine(member.recorded, kLongestText);
            member.expected = singleLine(member.expected, kLongestText);
        }
        return std::move(m_members);
    }

private:
    /// 1000 and 1000.0 are the same delay.
    static bool sameNumber(const QString &expected, const Value *value)
    {
        const auto *number = value ? std::get_if<double>(value) : nullptr;
        bool ok = false;
        return number && std::abs(expected.toDouble(&ok) - *number) < 1e-9 && ok;
    }

    std::vector<ComparedMember> m_members;
    QStringList m_expected; // of those that differ
    QStringList m_recorded;
};

/// What the policy decided, and its state afterwards: what a `decision` records.
struct Expected
{
    Decision decision;
    RetryState after;
};

/// One source's run, followed through its events.
class Run
{
public:
    /// Row, what was expected, what was recorded, and both side by side.
    using Report = std::function<void(qsizetype, const QString &, const QString &,
                                      std::vector<ComparedMember>)>;

    explicit Run(Report report)
        : m_report(std::move(report))
    {}

    /// True when the row was a decision that had an input.
    bool take(qsizetype row, const Event &event)
    {
        m_isFromLog = isFromLog(event);
        // A log may begin anywhere.
        if (m_isFirst && m_isFromLog)
            m_isStateKnown = false;
        m_isFirst = false;
        switch (event.kind) {
        case EventKind::Status:
            takeStatus(event);
            break;
        case EventKind::DeviceInfo:
            // Asked once a run: what was before it is another run.
            startAnew();
            break;
        case EventKind::ConnectAttempt:
            takeAttempt(row, event);
            break;
        case EventKind::Hello:
        case EventKind::ConnectError:
        case EventKind::Outcome:
            takeInput(row, event);
            break;
        case EventKind::Wake:
            takeWake(event);
            break;
        case EventKind::Decision:
            return takeDecision(row, event);
        case EventKind::Backoff:
            takeBackoff(row, event);
            break;
        default:
            break;
        }
        return false;
    }

    void finish()
    {
        // Nobody shut the run down: its end was cut off, its decision too.
        if (m_isShutDown)
            reportMissingDecision();
    }

private:
    struct Input
    {
        qsizetype row;
        Event event;
    };

    void takeStatus(const Event &event)
    {
        const auto word = event.word();
        if (word == Word::Connecting && m_isShutDown)
            startAnew();
        if (word == Word::Shutdown)
            m_isShutDown = true;
    }

    void takeWake(const Event &event)
    {
        const Value *session = event.value(Field::RemoteAccessSessionId);
        if (session && std::holds_alternative<QString>(*session) && isNull(m_session))
            m_session = *session;
    }

    void startAnew()
    {
        reportMissingDecision();
        m_state = {};
        m_isStateKnown = true;
        m_session = nullptr;
        m_isShutDown = false;
        m_isOver = false;
        m_attempt.reset();
        m_watch.reset();
        m_decided.reset();
    }

    void takeAttempt(qsizetype row, const Event &event)
    {
        reportMissingDecision();
        // Of what a log leaves out its import has told; what was in between is not known.
        if (m_isFromLog) {
            if (m_isShutDown || m_watch)
                m_isStateKnown = false;
            m_isShutDown = false;
        } else if (m_attempt)
            report(*m_attempt, u"hello or connect_error"_s, u"no result of this attempt"_s);
        else if (m_watch)
            report(m_watch->row, u"outcome"_s, u"no outcome of this watch"_s);
        else if (m_isOver)
            report(row, u"no further attempt: the last decision was to stop"_s,
                   u"connect_attempt"_s);
        if (m_decided && m_decided->action == Action::Wake) {
            m_state = {};
            m_isStateKnown = true;
        }
        m_attempt = row;
        m_watch.reset();
        m_decided.reset();

        Comparison comparison;
        compareKnown(comparison, Field::PreviousLeaseId, shown(m_state.previousLeaseId), event);
        compareKnown(comparison, Field::RemoteAccessSessionId, shown(&m_session), event);
        reportDifference(row, comparison);
    }

    /// What a log does not tell is absent from an event that was inferred.
    void compareKnown(Comparison &comparison, Field field, const QString &expected,
                      const Event &event) const
    {
        if (!m_isFromLog || event.has(field))
            comparison.compare(field, expected, event);
    }

    void takeInput(qsizetype row, const Event &event)
    {
        reportMissingDecision();
        if (event.kind == EventKind::Outcome && !m_watch) {
            if (m_isFromLog) {
                // There was a hello, which resets the backoff.
                m_state.backoff = kInitialBackoff;
                m_isStateKnown = true;
                m_isShutDown = false;
            } else {
                report(row, u"hello before an outcome"_s, u"no watch was running"_s);
            }
        }
        m_input = Input{row, event};
        m_attempt.reset();
    }

    bool takeDecision(qsizetype row, const Event &event)
    {
        if (!m_input) {
            report(row, u"no decision: nothing was to be decided"_s,
                   u"rule="_s + shown(event.value(Field::Rule)));
            return false;
        }
        const auto attempt = m_input->event.attempt;
        const auto expected = decide(event);
        if (!expected)
            return true;
        if (m_isFromLog && (!m_isStateKnown || !event.has(Field::BackoffMs)))
            return takeOpenDecision(row, event, *expected);
        Comparison comparison;
        comparison.compare(Field::Rule, shown(name(expected->decision.rule)), event);
        comparison.compare(Field::Action, shown(name(expected->decision.action)), event);
        comparison.compare(Field::DelayMs, shown(expected->decision.delay), event);
        compareKnown(comparison, Field::PreviousLeaseId, shown(expected->after.previousLeaseId),
                     event);
        comparison.compare(Field::BackoffMs, shown(std::optional(expected->after.backoff)), event);
        comparison.add(u"attempt"_s, QString::number(attempt), QString::number(event.attempt));
        reportDifference(row, comparison);
        return true;
    }

    /// The backoff is not known: it is what the decision says, if it does.
    bool takeOpenDecision(qsizetype row, const Event &event, const Expected &expected)
    {
        Comparison comparison;
        const bool isEscalating = expected.decision.rule == Rule::ConnectTransient ||
                                  expected.decision.rule == Rule::OutcomeStreamErrorEarly;
        compareKnown(comparison, Field::Rule, shown(name(expected.decision.rule)), event);
        compareKnown(comparison, Field::Action, shown(name(expected.decision.action)), event);
        if (!isEscalating)
            compareKnown(comparison, Field::DelayMs, shown(expected.decision.delay), event);
        reportDifference(row, comparison);
        const auto backoff = event.number(Field::BackoffMs);
        m_isStateKnown = backoff.has_value() || expected.decision.action == Action::Run;
        if (backoff)
            m_state.backoff = fromMilliseconds<Milliseconds>(*backoff);
        // What follows is compared with what was decided.
        if (const auto delay = event.number(Field::DelayMs); delay && isEscalating)
            m_decided->delay = fromMilliseconds<Milliseconds>(*delay);
        return true;
    }

    void takeBackoff(qsizetype row, const Event &event)
    {
        if (event.word() != Word::Started)
            return;
        reportMissingDecision();
        // Before the first decision a wait belongs to device-info.
        if (!m_decided)
            return;
        if (!m_decided->delay) {
            report(row, u"no backoff: the decision was to go on at once"_s,
                   u"delay_ms="_s + shown(event.value(Field::DelayMs)));
            return;
        }
        Comparison comparison;
        compareKnown(comparison, Field::DelayMs, shown(m_decided->delay), event);
        reportDifference(row, comparison);
    }

    void report(qsizetype row, const QString &expected, const QString &recorded)
    {
        m_report(row, expected, recorded, {});
    }

    void reportDifference(qsizetype row, Comparison &comparison)
    {
        if (comparison.differs())
            m_report(row, comparison.expected(), comparison.recorded(), comparison.takeMembers());
    }

    void reportMissingDecision()
    {
        if (!m_input)
            return;
        const auto row = m_input->row;
        if (const auto expected = decide(Event()))
            report(row, u"a decision with rule="_s + shown(name(expected->decision.rule)),
                   u"no decision"_s);
    }

    /// Lets the policy decide on the waiting input. Nothing when the input cannot be understood;
    /// that has been reported then.
    std::optional<Expected> decide(const Event &recorded)
    {
        const Input input = *std::exchange(m_input, std::nullopt);
        const auto decision = policyDecision(input, recorded);
        if (!decision)
            return std::nullopt;
        m_decided = *decision;
        m_isOver = decision->action == Action::Stop || decision->action == Action::StopUnauthorized;
        return Expected{*decision, m_state};
    }

    std::optional<Decision> policyDecision(const Input &input, const Event &recorded)
    {
        const auto word = input.event.text(Field::Outcome);
        switch (input.event.kind) {
        case EventKind::Hello:
            m_watch = input;
            return onConnectSuccess(m_state);
        case EventKind::ConnectError:
            if (const auto error = connectErrorFromName(word.toStdString()))
                return onConnectError(*error, m_state);
            break;
        default:
            if (const auto outcome = watchOutcomeFromName(word.toStdString())) {
                const auto decision =
                    onOutcome(endedWatch(*outcome, input.event, recorded), m_state);
                m_watch.reset();
                return decision;
            }
            break;
        }
        m_watch.reset();
        report(input.row, u"an outcome that this version knows"_s,
               u"outcome="_s + shown(input.event.value(Field::Outcome)));
        return std::nullopt;
    }

    EndedWatch endedWatch(WatchOutcome outcome, const Event &event, const Event &recorded) const
    {
        const Event hello = m_watch ? m_watch->event : Event();
        const auto lease =
            event.has(Field::LeaseId) ? event.text(Field::LeaseId) : hello.text(Field::LeaseId);
        auto interval =
            fromMilliseconds<Milliseconds>(hello.number(Field::HeartbeatIntervalMs).value_or(0));
        // Of a watch that a log does not have from its beginning both rules may be right.
        if (m_isFromLog && !event.has(Field::DurationMs))
            interval = std::max(interval, kInitialBackoff);
        auto duration = Microseconds::zero();
        if (const auto number = event.number(Field::DurationMs)) {
            duration = fromMilliseconds<Microseconds>(*number);
        } else if (recorded.text(Field::Rule) == toText(name(Rule::OutcomeStreamErrorHealthy))) {
            // How long it ran is not known: both rules may be right.
            duration = Microseconds::max();
        }
        return {outcome, lease.toStdString(), duration, interval};
    }

    Report m_report;
    RetryState m_state;
    bool m_isFirst = true;
    bool m_isFromLog = false;   // the event that is looked at
    bool m_isStateKnown = true; // the backoff, that is
    Value m_session = nullptr;  // of the first wake that named one
    bool m_isShutDown = false;
    bool m_isOver = false;
    std::optional<qsizetype> m_attempt; // the row of one that has no result yet
    std::optional<Input> m_watch;       // the `hello` of a running watch
    std::optional<Input> m_input;       // waits for its decision
    std::optional<Decision> m_decided;  // until the next attempt
};

bool concernsThePolicy(EventKind kind)
{
    switch (kind) {
    case EventKind::Status:
    case EventKind::DeviceInfo:
    case EventKind::ConnectAttempt:
    case EventKind::Hello:
    case EventKind::ConnectError:
    case EventKind::Wake:
    case EventKind::Outcome:
    case EventKind::Decision:
    case EventKind::Backoff:
        return true;
    default:
        return false;
    }
}

} // namespace

struct Verifier::Private
{
    const SessionStore &store;
    LineReader lines;
    EventParser parser{};
    EventView view{};
    qsizetype rows = 0;
    Verification result{};
    std::vector<std::unique_ptr<Run>> runs{};

    Run &runOf(quint16 source)
    {
        if (source >= runs.size())
            runs.resize(source + std::size_t{1});
        auto &run = runs[source];
        if (run)
            return *run;
        const auto name = singleLine(store.sourceName(source), 200);
        run = std::make_unique<Run>([this, name](qsizetype row, const QString &expected,
                                                 const QString &recorded,
                                                 std::vector<ComparedMember> members) {
            ++result.differences;
            if (result.first.size() < kMostDifferences)
                result.first.push_back({row, name, singleLine(expected, kLongestText),
                                        singleLine(recorded, kLongestText), std::move(members)});
        });
        return *run;
    }

    void take(qsizetype row)
    {
        const auto line = lines.line(row);
        if (line.isEmpty() || !parser.parsePadded(line, view)) {
            ++result.unreadable;
            return;
        }
        if (runOf(store.source(row)).take(row, view.toEvent()))
            ++result.decisions;
    }
};

Verifier::Verifier(const SessionStore &store)
    : d(new Private{store, LineReader(store)})
{}

Verifier::~Verifier() = default;

bool Verifier::update(const VerifyProgress &progress)
{
    constexpr qsizetype kRowsPerReport = 16'384;
    d->result.cancelled = false;
    const qsizetype total = d->store.size();
    for (; d->rows < total; ++d->rows) {
        if (progress && d->rows % kRowsPerReport == 0 && !progress(d->rows, total)) {
            d->result.cancelled = true;
            return false;
        }
        if (concernsThePolicy(d->store.kind(d->rows)))
            d->take(d->rows);
    }
    return true;
}

void Verifier::finish()
{
    for (const auto &run : d->runs) {
        if (run)
            run->finish();
    }
}

Verification Verifier::result() const
{
    auto result = d->result;
    // A missing decision is noticed when the next attempt begins.
    std::stable_sort(result.first.begin(), result.first.end(),
                     [](const Difference &a, const Difference &b) { return a.row < b.row; });
    return result;
}

Verification verify(const SessionStore &store, const VerifyProgress &progress)
{
    Verifier verifier(store);
    if (verifier.update(progress))
        verifier.finish();
    return verifier.result();
}

} // namespace watchline
