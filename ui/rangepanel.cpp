// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/rangepanel.h"

#include "core/analysis/rangestatistics.h"
#include "core/base/text.h"
#include "core/timeline/timeticks.h"
#include "ui/durationchart.h"
#include "ui/eventtext.h"
#include "ui/factlist.h"
#include "ui/formparts.h"
#include "ui/job.h"

#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How often the figures of a range that grows are worked out anew.
constexpr int kGateMs = 1'000;
/// So many watches that end after the same time are no accident, if they are most of them.
constexpr qsizetype kLeastCuts = 3;
/// What ends sooner fails for other reasons.
constexpr std::chrono::seconds kShortestCut{5};

QLabel *plain(const QString &text = {})
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QString listed(const std::vector<std::pair<QString, qsizetype>> &counts)
{
    QStringList parts;
    for (const auto &[name, count] : counts)
        parts.append(name + u' ' + groupedNumber(count));
    return parts.join(u", "_s);
}

QString percent(double share)
{
    return QString::number(share * 100, 'f', 1) + u" %"_s;
}

} // namespace

RangePanel::RangePanel(QWidget *parent)
    : QScrollArea(parent)
    , m_figures(new QWidget)
    , m_hint(plain(tr("Drag over the timeline to select a range, or press Shift and an arrow key "
                      "there: its figures are shown here. Esc clears it.")))
    , m_facts(new FactList)
    , m_roundTripsTitle(heading(tr("Round trips of heartbeats")))
    , m_roundTrips(new DurationChart(m_roundTripsTitle->text()))
    , m_lifetimesTitle(heading(tr("How long watches lived")))
    , m_lifetimes(new DurationChart(m_lifetimesTitle->text()))
    , m_cutCard(new ToneFrame(Tone::Error))
    , m_cut(plain())
{
    setAccessibleName(tr("Figures of the selected range"));
    setWidgetResizable(true);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hint->setProperty("dim", true);
    m_cut->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *card = new QVBoxLayout(m_cutCard);
    card->setContentsMargins(42, 11, 12, 11);
    card->addWidget(m_cut);

    auto *figures = new QVBoxLayout(m_figures);
    figures->setContentsMargins(0, 0, 0, 0);
    figures->setSpacing(8);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_lifetimesTitle),
          static_cast<QWidget *>(m_lifetimes), static_cast<QWidget *>(m_cutCard),
          static_cast<QWidget *>(m_roundTripsTitle), static_cast<QWidget *>(m_roundTrips)})
        figures->addWidget(widget);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 14, 16);
    layout->addWidget(m_hint);
    layout->addWidget(m_figures);
    layout->addStretch(1);
    setWidget(page);
    m_figures->hide();
    m_gate.setSingleShot(true);
    m_gate.setInterval(kGateMs);
    connect(&m_gate, &QTimer::timeout, this, &RangePanel::start);
}

RangePanel::~RangePanel() = default;

QSize RangePanel::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 50, 400};
}

void RangePanel::showRange(const SessionStore *store, std::optional<TimeRange> range,
                           Nanoseconds end)
{
    m_job.reset();
    m_found.reset();
    m_gate.stop();
    const bool any = store && range && !store->isEmpty();
    m_hint->setVisible(!any);
    m_store = any ? store : nullptr;
    m_range = range;
    m_end = end;
    if (any)
        start();
    else
        m_figures->hide();
}

void RangePanel::refresh(Nanoseconds end)
{
    m_end = end;
    if (m_store && !m_found && !m_gate.isActive() && isOutdated())
        m_gate.start();
}

/// Of a range that was over then nothing changes any more.
bool RangePanel::isOutdated() const
{
    return m_range->end >= m_knownEnd && (m_end != m_knownEnd || m_store->size() != m_knownRows);
}

void RangePanel::start()
{
    m_knownEnd = m_end;
    m_knownRows = m_store->size();
    auto found = std::make_shared<std::optional<RangeStatistics>>();
    auto work = [store = m_store, range = *m_range, end = m_end,
                 found](const Job::Progress &progress) {
        *found = statisticsOf(*store, range, end, [&progress] { return progress(0, -1); });
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    m_found = found;
    connect(m_job.get(), &Job::finished, this, [this, found] { finish(found); });
    m_job->start();
}

void RangePanel::finish(const std::shared_ptr<std::optional<RangeStatistics>> &found)
{
    // What an earlier job found may come late.
    if (m_found != found)
        return;
    m_found.reset();
    if (!*found)
        return;
    showFigures(*m_store, **found);
    emit shown();
    refresh(m_end);
}

void RangePanel::showFigures(const SessionStore &store, const RangeStatistics &statistics)
{
    const auto &range = statistics.range;
    const auto started = store.header().started;
    const bool isOfDays = spansDays(started, store.firstTime(), store.lastTime());
    const auto time = [&](Nanoseconds t) {
        if (!started.isValid())
            return relativeTimeText(t, range.duration());
        const auto clock = wallClockTimeText(started, t, range.duration());
        return isOfDays ? dateText(started, t) + u' ' + clock : clock;
    };
    const auto together = statistics.sources > 1
                              ? tr(", %1 sources together").arg(groupedNumber(statistics.sources))
                              : QString();
    const double connected = statistics.connectedShare();
    std::vector<Fact> facts;
    facts.push_back({tr("Duration"), readableDuration(range.duration()),
                     tr("%1 to %2").arg(time(range.begin), time(range.end)), -1});
    facts.push_back({tr("Connected"), percent(connected),
                     readableDuration(statistics.connected) + together, -1});
    facts.push_back(
        {tr("Disconnected"), percent(1 - connected),
         tr("%1, of it %2 waited")
             .arg(readableDuration(statistics.disconnected), readableDuration(statistics.backoff)),
         -1});
    facts.push_back({tr("Attempts"), groupedNumber(statistics.attempts),
                     listed(statistics.attemptsByOutcome), -1});
    facts.push_back({tr("Watches ended"), groupedNumber(statistics.watchesEnded),
                     listed(statistics.watchesByOutcome), -1});
    facts.push_back({tr("Longest silence"), readableDuration(statistics.longestSilence),
                     statistics.longestSilence > Nanoseconds::zero()
                         ? tr("of a running watch, from %1").arg(time(statistics.silenceBegan))
                         : tr("of a running watch"),
                     -1});
    if (statistics.roundTripMedian)
        facts.push_back({tr("Round trip"),
                         tr("median %1").arg(readableDuration(*statistics.roundTripMedian)),
                         tr("p90 %1, p99 %2, maximum %3, of %4")
                             .arg(readableDuration(*statistics.roundTripP90),
                                  readableDuration(*statistics.roundTripP99),
                                  readableDuration(*statistics.roundTripMax),
                                  groupedNumber(statistics.roundTrips)),
                         -1});
    else
        facts.push_back({tr("Round trip"), u"–"_s, tr("no heartbeat was answered"), -1});
    m_facts->setFacts(facts);
    showLifetimes(statistics);
    for (QWidget *part :
         {static_cast<QWidget *>(m_roundTripsTitle), static_cast<QWidget *>(m_roundTrips)})
        part->setVisible(statistics.roundTrips > 0);
    m_roundTrips->setBars(statistics.roundTripBars);
    m_figures->show();
}

void RangePanel::showLifetimes(const RangeStatistics &statistics)
{
    const auto known = statistics.lifetimesKnown;
    const auto &common = statistics.commonLifetime;
    const bool isCut =
        common.count >= kLeastCuts && common.count * 2 > known && common.shortest >= kShortestCut;
    for (QWidget *part :
         {static_cast<QWidget *>(m_lifetimesTitle), static_cast<QWidget *>(m_lifetimes)})
        part->setVisible(known > 0);
    m_lifetimes->setBars(statistics.lifetimes, isCut ? common : DurationCluster());
    m_cutCard->setVisible(isCut);
    if (!isCut)
        return;
    const auto shortest = readableDuration(common.shortest);
    const auto longest = readableDuration(common.longest);
    const auto about = shortest == longest ? shortest : tr("%1 to %2").arg(shortest, longest);
    m_cut->setText(tr("%1 of %2 watches ended after %3: a fixed time, as if something cut them.")
                       .arg(groupedNumber(common.count), groupedNumber(known), about));
}

} // namespace watchline
