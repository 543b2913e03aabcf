// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/eventtableview.h"

#include "ui/eventdelegate.h"
#include "ui/eventtext.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// As wide as these words need.
constexpr std::array<const char *, EventTableModel::ColumnCount> kWidest{
    "99 999",
    "00:00:00.000",
    "300000.0",
    "warehouse-crane-17",
    "Attempt",
    "connect_attempt",
    "heartbeat_conflict",
    "outcome.stream_error_h",
    "4 min 16 s",
    "rwl_0000000",
    "heartbeat 10 s, wait 30 s"};

/// What a column may be narrowed to where room is scarce, in hundredths of that: cells with words
/// are still told apart when their ends are missing, figures are not.
constexpr std::array<int, EventTableModel::ColumnCount> kLeastShare{100, 100, 100, 55, 100, 100,
                                                                    80,  70,  75,  90, 85};

/// Figures stand in a font of their own, as large as the rest.
QFont fixedFontLike(const QFont &font)
{
    auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font.pointSizeF() > 0)
        fixed.setPointSizeF(font.pointSizeF());
    return fixed;
}

} // namespace

EventTableView::EventTableView(QWidget *parent)
    : LongTable(parent)
    , m_events(new EventTableModel(this))
{
    setModel(m_events);
    setItemDelegate(new EventDelegate(this));
    setAccessibleName(tr("Events"));
    setSelectionMode(ExtendedSelection);
    setFrameShape(NoFrame);
    setTabKeyNavigation(false);
    setEditTriggers(NoEditTriggers);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setMinimumSectionSize(32);
    horizontalHeader()->setSectionsMovable(true);
    updateRowHeight();
    updateSources();
    resetColumnWidths();

    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column) {
        if (!m_fitting && column != EventTableModel::Detail)
            m_columnsAreTheUsers = true;
    });
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &EventTableView::userScrolled);
    connect(m_events, &QAbstractItemModel::modelReset, this, [this] {
        updateSources();
        fitTimes();
    });
    connect(m_events, &QAbstractItemModel::rowsInserted, this, [this] {
        updateSources();
        fitNumbers();
        fitTimes();
        if (m_following)
            scrollToBottom();
    });
    connect(m_events, &EventTableModel::filtered, this, [this] {
        if (m_events->rowCount() == 0)
            viewport()->update(); // says that nothing matches
    });
    connect(this, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        emit storeRowActivated(m_events->storeRow(index.row()));
    });
}

void EventTableView::selectStoreRow(qsizetype storeRow)
{
    const int row = m_events->tableRow(storeRow);
    if (row < 0 || (row == currentIndex().row() && selectionModel()->isRowSelected(row)))
        return;
    const QScopedValueRollback guard(m_selecting, true);
    selectionModel()->setCurrentIndex(m_events->index(row, 0), QItemSelectionModel::ClearAndSelect |
                                                                   QItemSelectionModel::Rows);
    showRow(row);
}

void EventTableView::selectStoreRows(const std::vector<qsizetype> &storeRows)
{
    const QScopedValueRollback guard(m_selecting, true);
    bool isFirst = true;
    for (const auto storeRow : storeRows) {
        const int row = m_events->tableRow(storeRow);
        if (row < 0)
            continue;
        const auto index = m_events->index(row, 0);
        if (std::exchange(isFirst, false)) {
            selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                         QItemSelectionModel::Rows);
            showRow(row);
        } else {
            selectionModel()->select(index,
                                     QItemSelectionModel::Select | QItemSelectionModel::Rows);
        }
    }
}

void EventTableView::showRow(int row)
{
    // The column stays where the user has put it.
    const int across = horizontalScrollBar()->value();
    scrollTo(m_events->index(row, 0));
    horizontalScrollBar()->setValue(across);
}

void EventTableView::clearSelected()
{
    const QScopedValueRollback guard(m_selecting, true);
    selectionModel()->clear();
}

qsizetype EventTableView::selectedStoreRow() const
{
    return currentIndex().isValid() ? m_events->storeRow(currentIndex().row()) : -1;
}

qsizetype EventTableView::selectedCount() const
{
    qsizetype count = 0;
    for (const auto &range : selectionModel()->selection())
        count += range.height();
    return count;
}

std::vector<qsizetype> EventTableView::selectedStoreRows() const
{
    std::vector<qsizetype> rows;
    for (const auto &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(m_events->storeRow(row));
    }
    std::ranges::sort(rows);
    return rows;
}

void EventTableView::setFollowing(bool on)
{
    m_following = on;
    if (on)
        scrollToBottom();
}

void EventTableView::userScrolled()
{
    const auto *bar = verticalScrollBar();
    // Coming to the end is not the wish to stay there: that is asked for by name.
    if (!m_following || bar->sliderPosition() >= bar->maximum())
        return;
    m_following = false;
    emit followingEnded();
}

void EventTableView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    LongTable::currentChanged(current, previous);
    if (!m_selecting && current.isValid())
        emit storeRowSelected(m_events->storeRow(current.row()));
}

void EventTableView::focusInEvent(QFocusEvent *event)
{
    // Without the view's own habit of selecting the first row for whoever has chosen none.
    // NOLINTNEXTLINE(bugprone-parent-virtual-call)
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void EventTableView::keyPressEvent(QKeyEvent *event)
{
    // Plain characters are the window's keys; a table of events is not searched by typing.
    const bool plain = (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
    const bool isTyping = plain && !event->text().isEmpty() && event->text().front().isPrint();
    if (isTyping || event->key() == Qt::Key_Escape)
        event->ignore();
    else
        LongTable::keyPressEvent(event);
    // Going up by key is leaving the end, too.
    userScrolled();
}

void EventTableView::changeEvent(QEvent *event)
{
    LongTable::changeEvent(event);
    const auto type = event->type();
    if (type == QEvent::PaletteChange || type == QEvent::FontChange || type == QEvent::StyleChange)
        updateRowHeight();
}

void EventTableView::updateRowHeight()
{
    setRowHeight(fontMetrics().height() + 10);
    if (auto *delegate = qobject_cast<EventDelegate *>(itemDelegate()))
        delegate->setTheme(Theme::of(palette()), font());
    viewport()->update();
}

void EventTableView::paintEvent(QPaintEvent *event)
{
    LongTable::paintEvent(event);
    if (!m_events->isFiltered() || m_events->isFiltering() || m_events->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(Theme::of(palette()).dimText);
    auto text = tr("No event matches the filter. Esc in its field clears it.");
    if (!m_filterHint.isEmpty())
        text = m_filterHint + u'\n' + text;
    painter.drawText(viewport()->rect().adjusted(12, 4, -12, -4),
                     Qt::AlignCenter | Qt::TextWordWrap, text);
}

void EventTableView::resizeEvent(QResizeEvent *event)
{
    // A message above takes room at the bottom; what was selected stays in sight.
    const auto selected = currentIndex();
    const int top = visualRect(selected).top();
    const bool wasInSight = selected.isValid() && top >= 0 && top < event->oldSize().height();
    LongTable::resizeEvent(event);
    fitColumns();
    if (wasInSight && !m_following)
        showRow(selected.row());
}

void EventTableView::updateGeometries()
{
    LongTable::updateGeometries();
    // The end is where a whole row begins at the top; what is left over stays empty below.
    auto *bar = verticalScrollBar();
    const int height = rowHeight();
    bar->setMaximum((bar->maximum() + height - 1) / height * height);
    if (m_following)
        bar->setValue(bar->maximum());
}

void EventTableView::resetColumnWidths()
{
    const QFontMetrics fixedMetrics(fixedFontLike(font()));
    for (int column = 0; column < EventTableModel::ColumnCount; ++column) {
        const bool isFixed = column == EventTableModel::Number || column == EventTableModel::Time ||
                             column == EventTableModel::Delta || column == EventTableModel::Lease;
        const auto &metrics = isFixed ? fixedMetrics : fontMetrics();
        const auto at = static_cast<std::size_t>(column);
        const int glyph = column == EventTableModel::Outcome ? 18 : 0;
        m_natural.at(at) =
            metrics.horizontalAdvance(QString::fromLatin1(kWidest.at(at))) + glyph + 18;
    }
    m_columnsAreTheUsers = false;
    m_numberLength = 0;
    fitTimes();
    fitNumbers();
}

/// Of one source there is no need to read its name in every row.
void EventTableView::updateSources()
{
    const auto *store = m_events->store();
    const bool isShown = store && store->sourceCount() > 1;
    if (isShown == !isColumnHidden(EventTableModel::Source))
        return;
    setColumnHidden(EventTableModel::Source, !isShown);
    fitColumns();
}

void EventTableView::fitNumbers()
{
    const auto *store = m_events->store();
    const auto last = store && !store->isEmpty() ? store->seq(store->size() - 1) : 0;
    auto text = groupedNumber(std::max<qint64>(last, 99'999));
    std::ranges::replace_if(
        text, [](QChar c) { return c.isDigit(); }, u'9');
    if (text.size() == m_numberLength)
        return;
    m_numberLength = text.size();
    m_natural.at(EventTableModel::Number) =
        QFontMetrics(fixedFontLike(font())).horizontalAdvance(text) + 18;
    fitColumns();
}

void EventTableView::fitTimes()
{
    const auto text = m_events->showsDates() ? u"Nov 30 00:00:00.000"_s : u"00:00:00.000"_s;
    const int width = QFontMetrics(fixedFontLike(font())).horizontalAdvance(text) + 18;
    if (std::exchange(m_natural.at(EventTableModel::Time), width) != width)
        fitColumns();
}

void EventTableView::fitColumns()
{
    if (m_columnsAreTheUsers)
        return;
    int natural = 0;
    int spare = 0; // what narrowing can give
    for (std::size_t i = 0; i < m_natural.size(); ++i) {
        if (isColumnHidden(static_cast<int>(i)))
            continue;
        natural += m_natural.at(i);
        spare += m_natural.at(i) * (100 - kLeastShare.at(i)) / 100;
    }
    const int missing = std::clamp(natural - viewport()->width(), 0, spare);
    const QScopedValueRollback fitting(m_fitting, true);
    for (int column = 0; column < EventTableModel::Detail; ++column) {
        const auto at = static_cast<std::size_t>(column);
        const int give = m_natural.at(at) * (100 - kLeastShare.at(at)) / 100;
        if (isColumnHidden(column))
            continue;
        setColumnWidth(column, m_natural.at(at) - give * missing / std::max(spare, 1));
    }
}

} // namespace watchline
