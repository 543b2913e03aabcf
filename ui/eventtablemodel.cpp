// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/eventtablemodel.h"

#include "core/base/text.h"
#include "ui/eventtext.h"

#include <QTextDocument>

#include <algorithm>
#include <limits>
#include <utility>

namespace watchline {

namespace {

bool isInferred(const Event &event)
{
    const auto *value = event.value(Field::Inferred);
    return value && *value == Value(true);
}

/// So few new rows are looked through at once, without another thread.
constexpr qsizetype kAtOnce = 1'000;
/// So far back the event before of the same source is looked for.
constexpr qsizetype kFarthestBefore = 20'000;

std::optional<Tone> glyphOf(const EventRow &row)
{
    switch (row.kind) {
    case EventKind::Unknown:
    case EventKind::ConnectAttempt:
    case EventKind::ConnectPhase:
    case EventKind::KeepAlive:
    case EventKind::SseEvent:
    case EventKind::Room:
    case EventKind::Note:
    case EventKind::Decision:
        return std::nullopt;
    case EventKind::Heartbeat:
        if (row.word == Word::Ok)
            return std::nullopt;
        break;
    case EventKind::Status:
    case EventKind::DeviceInfo:
    case EventKind::Hello:
    case EventKind::ConnectError:
    case EventKind::Wake:
    case EventKind::Outcome:
    case EventKind::Backoff:
        break;
    }
    return toneOf(row.kind, row.word);
}

} // namespace

EventTableModel::EventTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

EventTableModel::~EventTableModel() = default;

void EventTableModel::setStore(const SessionStore *store)
{
    m_run.reset();
    beginResetModel();
    m_store = store;
    m_frozenAt.reset();
    m_matcher.reset();
    m_rows.clear();
    m_cache.clear();
    m_seen = 0;
    m_shown = 0;
    m_showsDates = false;
    endResetModel();
    refresh();
}

void EventTableModel::setFilter(const EventFilter &filter)
{
    if (filter == m_filter)
        return;
    m_run.reset();
    beginResetModel();
    m_filter = filter;
    m_matcher.reset();
    m_rows.clear();
    m_seen = 0;
    m_shown = 0;
    endResetModel();
    refresh();
}

/// As much of it as a view can number, or is to show.
qsizetype EventTableModel::storeSize() const
{
    const auto most = qsizetype{std::numeric_limits<int>::max()} - 1;
    return std::min({m_store->size(), m_frozenAt.value_or(most), most});
}

void EventTableModel::setFrozen(bool frozen)
{
    if (frozen == m_frozenAt.has_value())
        return;
    m_frozenAt = frozen && m_store ? std::optional(m_store->size()) : std::nullopt;
    refresh();
}

void EventTableModel::updateDates()
{
    const bool shows =
        m_store && !m_store->isEmpty() &&
        spansDays(m_store->header().started, m_store->firstTime(), m_store->lastTime());
    if (std::exchange(m_showsDates, shows) == shows)
        return;
    m_cache.clear();
    if (m_shown > 0)
        emit dataChanged(index(0, Time), index(m_shown - 1, Time));
}

void EventTableModel::refresh()
{
    updateDates();
    // While a run goes on, its end sees to what came meanwhile.
    if (!m_store || m_run)
        return;
    const qsizetype size = storeSize();
    if (isFiltered() && size - m_seen > kAtOnce) {
        m_run = std::make_unique<FilterRun>(*m_store, m_filter, m_seen, size, [this] {
            QMetaObject::invokeMethod(this, &EventTableModel::takeFound, Qt::QueuedConnection);
        });
        return;
    }
    if (isFiltered()) {
        const std::size_t before = m_rows.size();
        std::vector<quint32> found;
        if (!m_matcher)
            m_matcher.emplace(*m_store, m_filter);
        for (qsizetype row = m_seen; row < size; ++row) {
            if (m_matcher->matches(row))
                found.push_back(static_cast<quint32>(row));
        }
        m_seen = size;
        show(static_cast<qsizetype>(before + found.size()), found);
    } else {
        m_seen = size;
        show(size, {});
    }
    emit filtered();
}

void EventTableModel::takeFound()
{
    if (!m_run)
        return; // news of a run that was given up
    std::vector<quint32> found;
    const auto progress = m_run->take(found);
    m_seen = progress.seen;
    show(static_cast<qsizetype>(m_rows.size() + found.size()), found);
    if (!progress.isDone)
        return;
    m_run.reset();
    refresh();
}

/// Lets the table grow to `count` rows; with a filter by those that were found.
void EventTableModel::show(qsizetype count, const std::vector<quint32> &found)
{
    if (count <= m_shown)
        return;
    beginInsertRows({}, m_shown, static_cast<int>(count) - 1);
    m_rows.insert(m_rows.end(), found.begin(), found.end());
    m_shown = static_cast<int>(count);
    endInsertRows();
}

qsizetype EventTableModel::storeRow(int tableRow) const
{
    if (tableRow < 0 || tableRow >= m_shown)
        return -1;
    return isFiltered() ? qsizetype{m_rows.at(static_cast<std::size_t>(tableRow))} : tableRow;
}

int EventTableModel::tableRow(qsizetype storeRow) const
{
    const int row = tableRowAtOrBefore(storeRow);
    return row >= 0 && this->storeRow(row) == storeRow ? row : -1;
}

int EventTableModel::tableRowAtOrBefore(qsizetype storeRow) const
{
    if (storeRow < 0)
        return -1;
    if (!isFiltered())
        return static_cast<int>(std::min<qsizetype>(storeRow, m_shown - 1));
    const auto after = std::ranges::upper_bound(m_rows, storeRow);
    return static_cast<int>(after - m_rows.begin()) - 1;
}

int EventTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_shown;
}

int EventTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventTableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || !m_store)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return cells(storeRow(index.row())).text.at(static_cast<std::size_t>(index.column()));
    case ToneRole: {
        const auto &tone = cells(storeRow(index.row())).tone;
        return tone && index.column() == Outcome ? QVariant(static_cast<int>(*tone)) : QVariant();
    }
    case Qt::ToolTipRole:
        if (index.column() == Detail || index.column() == RuleName)
            return Qt::convertFromPlainText(data(index, Qt::DisplayRole).toString());
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() == Delta || index.column() == Delay)
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        return {};
    case Qt::AccessibleTextRole: {
        const auto &row = cells(storeRow(index.row())).text;
        return QStringList(row.begin(), row.end()).join(u' ');
    }
    default:
        return {};
    }
}

QVariant EventTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const auto side = section == Delta || section == Delay ? Qt::AlignRight : Qt::AlignLeft;
        return QVariant::fromValue(Qt::Alignment(side | Qt::AlignVCenter));
    }
    if (role == Qt::ToolTipRole && section == Time)
        return tr("Time of day, UTC");
    if (role == Qt::ToolTipRole && section == Delta)
        return tr("Milliseconds since the event before of the same source, filtered or not");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case Time:
        return tr("Time");
    case Delta:
        return tr("Δ ms");
    case Source:
        return tr("Source");
    case Attempt:
        return tr("Attempt");
    case Kind:
        return tr("Kind");
    case Outcome:
        return tr("Outcome");
    case RuleName:
        return tr("Rule");
    case Delay:
        return tr("Delay");
    case Lease:
        return tr("Lease");
    case Detail:
        return tr("Detail");
    default:
        return {};
    }
}

const EventTableModel::Cells &EventTableModel::cells(qsizetype storeRow) const
{
    if (const auto *known = m_cache.object(storeRow))
        return *known;
    auto *made = new Cells(makeCells(storeRow));
    m_cache.insert(storeRow, made);
    return *made;
}

/// Since the event before of the same source; of a source that is silent for long there is none.
QString EventTableModel::deltaText(qsizetype storeRow) const
{
    const auto source = m_store->source(storeRow);
    const auto t = m_store->time(storeRow);
    const auto last = std::max<qsizetype>(0, storeRow - kFarthestBefore);
    auto before = t;
    bool isKnown = storeRow <= kFarthestBefore; // it is the first one of its source
    for (auto row = storeRow - 1; row >= last; --row) {
        if (m_store->source(row) != source)
            continue;
        before = m_store->time(row);
        isKnown = true;
        break;
    }
    return isKnown ? QString::number(static_cast<double>((t - before).count()) / 1e6, 'f', 1)
                   : QString();
}

EventTableModel::Cells EventTableModel::makeCells(qsizetype storeRow) const
{
    const auto row = m_store->row(storeRow);
    const auto event = m_store->event(storeRow);
    Cells cells;
    auto &text = cells.text;
    text[Number] = groupedNumber(m_store->seq(storeRow));
    text[Time] = clockText(m_store->header().started, row.t);
    if (m_showsDates)
        text[Time].prepend(dateText(m_store->header().started, row.t) + u' ');
    text[Delta] = deltaText(storeRow);
    text[Source] = singleLine(event.source, 80);
    text[Attempt] = row.attempt > 0 ? QString::number(row.attempt) : QString();
    text[Kind] = singleLine(event.kindText(), 60);
    text[Outcome] = row.kind == EventKind::Decision ? singleLine(event.text(Field::Action), 60)
                                                    : singleLine(event.wordText(), 60);
    text[RuleName] = singleLine(event.text(Field::Rule), 60);
    text[Delay] = row.delay ? readableDuration(*row.delay) : QString();
    const auto lease = event.text(Field::LeaseId);
    text[Lease] = singleLine(lease, 80);
    // First, so that a narrow column does not cut it off.
    const auto summary = summaryText(event);
    if (isInferred(event))
        text[Detail] = summary.isEmpty() ? tr("inferred") : tr("inferred: %1").arg(summary);
    else
        text[Detail] = summary;
    cells.tone = glyphOf(row);
    return cells;
}

} // namespace watchline
