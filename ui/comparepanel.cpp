// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/comparepanel.h"

#include "core/base/text.h"
#include "ui/eventtext.h"
#include "ui/findingcard.h"

#include <QFontDatabase>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

enum Tab { DecisionsTab, FindingsTab, FiguresTab };
enum Column { Where, OfA, OfB, Difference };
constexpr int kSourceRole = Qt::UserRole;
/// So many sources are listed; of a fleet those that differ come first.
constexpr std::size_t kMostSources = 300;
/// So many are opened at once.
constexpr int kMostOpened = 10;
constexpr qsizetype kLongestName = 200;

/// A little room between the lines.
class RowDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(8, 5);
    }
};

QTreeWidget *list(const QStringList &header)
{
    auto *tree = new QTreeWidget;
    tree->setItemDelegate(new RowDelegate(tree));
    tree->setColumnCount(static_cast<int>(header.size()));
    tree->setHeaderLabels(header);
    tree->setFrameShape(QFrame::NoFrame);
    tree->setAllColumnsShowFocus(true);
    tree->setUniformRowHeights(true);
    tree->header()->setSectionsMovable(false);
    tree->header()->setStretchLastSection(false);
    tree->header()->setSectionResizeMode(Where, QHeaderView::ResizeToContents);
    for (int column = OfA; column < tree->columnCount(); ++column)
        tree->header()->setSectionResizeMode(column, QHeaderView::Stretch);
    return tree;
}

QString sentence(const QString &text)
{
    return text.left(1).toUpper() + text.mid(1) + u'.';
}

QString ruleOf(const ComparedDecision &decision)
{
    return decision.rule ? fromView(name(*decision.rule)) : ComparePanel::tr("unknown rule");
}

QString actionOf(const ComparedDecision &decision)
{
    return decision.action ? fromView(name(*decision.action)) : ComparePanel::tr("unknown action");
}

QString inputOf(const ComparedDecision &decision)
{
    return decision.input == Word::None ? u"hello"_s : fromView(name(decision.input));
}

QString delayOf(const ComparedDecision &decision)
{
    return decision.delayMs == ComparedDecision::kNoDelay
               ? u"–"_s
               : readableDuration(Milliseconds(decision.delayMs));
}

QString namesOf(const ComparedSource &source)
{
    const auto a = singleLine(source.a, kLongestName);
    return source.a == source.b
               ? a
               : ComparePanel::tr("%1 and %2").arg(a, singleLine(source.b, kLongestName));
}

QString alikeText(const ComparedSource &source)
{
    if (source.alike == 0)
        return ComparePanel::tr("no decision alike");
    const auto count =
        source.alike == 1 ? ComparePanel::tr("1 decision alike")
                          : ComparePanel::tr("%1 decisions alike").arg(groupedNumber(source.alike));
    return ComparePanel::tr("%1, at most %2 apart")
        .arg(count, readableDuration(source.largestShift));
}

/// `attempts_by_outcome.api` as people say it; what stands behind the dot is a name.
QString titleOf(const ComparedFigure &figure)
{
    auto title = figure.name.section(u'.', 0, 0);
    if (title.endsWith("_ms"_L1))
        title.chop(3);
    title.replace(u'_', u' ').replace("rtt"_L1, "round trip"_L1);
    const auto rest = figure.name.section(u'.', 1);
    title = title.left(1).toUpper() + title.mid(1);
    return singleLine(rest.isEmpty() ? title : QString(title + u": "_s + rest), kLongestName);
}

QString shown(const ComparedFigure &figure, std::optional<double> value)
{
    if (!value)
        return u"–"_s;
    return figure.isTime ? readableDuration(Nanoseconds(std::llround(*value * 1e6)))
                         : groupedNumber(std::llround(*value));
}

QString differenceOf(const ComparedFigure &figure)
{
    if (!figure.a || !figure.b || !figure.differs())
        return {};
    const double more = *figure.b - *figure.a;
    return (more < 0 ? u"\u2212"_s : u"+"_s) + shown(figure, std::abs(more));
}

} // namespace

ComparePanel::ComparePanel(QWidget *parent)
    : QTabWidget(parent)
    , m_notes(new QLabel)
    , m_decisions(list({tr("Decisions"), tr("A"), tr("B")}))
    , m_findingsPage(new QWidget)
    , m_figures(list({tr("Figure"), tr("A"), tr("B"), tr("B \u2212 A"), QString()}))
{
    setDocumentMode(true);
    setAccessibleName(tr("Differences"));
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->setWordWrap(true);
    m_notes->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_notes->setContentsMargins(16, 8, 14, 6);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_decisions->setAccessibleName(tr("The first decision that differs"));
    m_figures->setAccessibleName(tr("Figures"));
    m_figures->setRootIsDecorated(false);
    // Numbers are compared easily when they stand near each other.
    for (const int column : {OfA, OfB, Difference}) {
        m_figures->header()->setSectionResizeMode(column, QHeaderView::Fixed);
        m_figures->setColumnWidth(column, fontMetrics().averageCharWidth() * 18);
        m_figures->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }

    auto *decisions = new QWidget;
    auto *layout = new QVBoxLayout(decisions);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notes);
    layout->addWidget(m_decisions, 1);
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Findings"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_findingsPage);
    addTab(decisions, tr("First difference"));
    // The alignment says what is compared of decisions alone.
    addTab(scroll, tr("Findings, whole sessions"));
    addTab(m_figures, tr("Figures, whole sessions"));
    connect(m_decisions, &QTreeWidget::currentItemChanged, this,
            [this](const QTreeWidgetItem *item) { choose(item); });
    connect(m_decisions, &QTreeWidget::itemClicked, this,
            [this](const QTreeWidgetItem *item) { choose(item); });
    connect(m_decisions, &QTreeWidget::itemActivated, this,
            [this](const QTreeWidgetItem *item) { choose(item); });
    showState({});
}

QSize ComparePanel::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 13};
}

void ComparePanel::showState(const QString &text)
{
    showResult({});
    m_findingsPage->hide(); // nothing is known yet, not even that there is nothing
    m_notes->setText(text.isEmpty() ? QString() : breakLongWords(sentence(text)));
    m_notes->setVisible(!text.isEmpty());
}

void ComparePanel::showResult(const Comparison &comparison)
{
    QStringList notes;
    if (!comparison.problem.isEmpty())
        notes.append(tr("Not compared: %1.").arg(comparison.problem));
    for (const auto &remark : comparison.remarks)
        notes.append(sentence(remark));
    m_notes->setText(breakLongWords(notes.join(u'\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_findingsPage->setVisible(comparison.problem.isEmpty());
    fillDecisions(comparison);
    fillFindings(comparison);
    fillFigures(comparison);
}

void ComparePanel::fillDecisions(const Comparison &comparison)
{
    const QSignalBlocker blocker(m_decisions);
    const int current = m_decisions->indexOfTopLevelItem(m_decisions->currentItem());
    m_decisions->clear();
    m_decisions->setVisible(!comparison.sources.empty());
    m_sources = comparison.sources;
    std::ranges::stable_partition(m_sources, &ComparedSource::differs);
    const auto differ = std::ranges::count_if(m_sources, &ComparedSource::differs);
    setTabText(DecisionsTab, differ > 1 ? tr("First differences (%1)").arg(groupedNumber(differ))
                                        : tr("First difference"));
    if (m_sources.size() > kMostSources)
        m_sources.resize(kMostSources);
    QList<QTreeWidgetItem *> items;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const auto &source = m_sources[i];
        auto *item = new QTreeWidgetItem;
        item->setText(Where, namesOf(source) + u": "_s + alikeText(source));
        item->setData(Where, kSourceRole, static_cast<qulonglong>(i));
        auto bold = font();
        bold.setWeight(QFont::DemiBold);
        item->setFont(Where, bold);
        item->setFirstColumnSpanned(true);
        if (source.differs)
            addMembers(item, source, comparison);
        items.append(item);
    }
    m_decisions->addTopLevelItems(items);
    for (auto *item : items)
        item->setFirstColumnSpanned(true);
    if (items.size() <= kMostOpened)
        m_decisions->expandAll();
    // That of a session which goes on stays chosen.
    if (current >= 0 && current < items.size())
        m_decisions->setCurrentItem(items.at(current));
}

void ComparePanel::addMembers(QTreeWidgetItem *item, const ComparedSource &source,
                              const Comparison &comparison)
{
    const auto theme = Theme::of(palette());
    const auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    using Text = QString (*)(const ComparedDecision &);
    const auto add = [&](const QString &what, const QString &a, const QString &b, bool matters) {
        auto *line = new QTreeWidgetItem(item, {what, a, b});
        line->setData(Where, kSourceRole, item->data(Where, kSourceRole));
        line->setForeground(Where, theme.dimText);
        for (const int column : {OfA, OfB}) {
            line->setFont(column, fixed);
            line->setForeground(column, matters && a != b ? theme.color(Tone::Error) : theme.text);
        }
    };
    const auto eventOf = [](const std::optional<ComparedDecision> &decision, Nanoseconds origin) {
        return decision ? tr("#%1, attempt %2, at %3")
                              .arg(groupedNumber(decision->seq), groupedNumber(decision->attempt),
                                   elapsedText(decision->t - origin))
                        : tr("no more decisions");
    };
    add(tr("Number %1").arg(groupedNumber(source.alike + 1)),
        eventOf(source.firstA, comparison.originA), eventOf(source.firstB, comparison.originB),
        !source.firstA || !source.firstB);
    for (const auto &[what, text] : {std::pair<QString, Text>(tr("Came in"), inputOf),
                                     std::pair<QString, Text>(tr("Rule"), ruleOf),
                                     std::pair<QString, Text>(tr("Action"), actionOf),
                                     std::pair<QString, Text>(tr("Delay"), delayOf)})
        add(what, source.firstA ? text(*source.firstA) : QString(),
            source.firstB ? text(*source.firstB) : QString(), true);
}

void ComparePanel::fillFindings(const Comparison &comparison)
{
    const auto isSame = [](const ComparedFinding &one, const ComparedFinding &other) {
        return one.a == other.a && one.b == other.b;
    };
    if (std::ranges::equal(m_shownFindings, comparison.findings, isSame) && m_findings)
        return;
    m_shownFindings = comparison.findings;
    // Made anew: a grid keeps the rows that it once had.
    for (auto *card :
         m_findingsPage->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
        card->deleteLater();
    delete m_findingsPage->layout();
    m_findings = new QGridLayout(m_findingsPage);
    m_findings->setContentsMargins(16, 10, 14, 12);
    m_findings->setSpacing(8);
    m_findings->setColumnStretch(0, 1);
    m_findings->setColumnStretch(1, 1);
    // What one has alone stands beside what the other has alone.
    std::array<int, 2> next{};
    const auto addOnly = [&](int column, const QString &title, const std::optional<Finding> &own,
                             const std::optional<Finding> &others) {
        if (!own || others)
            return;
        auto &row = next[static_cast<std::size_t>(column)];
        if (row == 0)
            m_findings->addWidget(heading(title), row++, column);
        addFinding(row++, column, *own);
    };
    for (const auto &each : comparison.findings) {
        addOnly(0, tr("Only in A"), each.a, each.b);
        addOnly(1, tr("Only in B"), each.b, each.a);
    }
    int row = std::max(next[0], next[1]);
    bool isFirst = true;
    for (const auto &each : comparison.findings) {
        if (!each.a || !each.b)
            continue;
        if (std::exchange(isFirst, false)) {
            m_findings->addWidget(heading(tr("In both: A")), row, 0);
            m_findings->addWidget(heading(tr("In both: B")), row++, 1);
        }
        addFinding(row, 0, *each.a);
        addFinding(row++, 1, *each.b);
    }
    if (row == 0)
        m_findings->addWidget(heading(tr("Nothing was found in either")), row++, 0, 1, 2);
    m_findings->setRowStretch(row, 1);
    const auto single = std::ranges::count_if(
        comparison.findings, [](const ComparedFinding &each) { return !each.a || !each.b; });
    setTabText(FindingsTab, single > 0
                                ? tr("Findings, whole sessions (%1 in one alone)").arg(single)
                                : tr("Findings, whole sessions"));
}

void ComparePanel::addFinding(int row, int column, const Finding &finding)
{
    auto *card = new FindingCard;
    card->setFinding(finding);
    card->setAdviceShown(false);
    const bool isOfB = column == 1;
    connect(card, &FindingCard::chosen, this,
            [this, card, isOfB] { emit findingChosen(isOfB, card->finding()); });
    m_findings->addWidget(card, row, column, Qt::AlignTop);
}

void ComparePanel::fillFigures(const Comparison &comparison)
{
    const auto theme = Theme::of(palette());
    const int scrolled = m_figures->verticalScrollBar()->value();
    m_figures->clear();
    QList<QTreeWidgetItem *> items;
    int differ = 0;
    for (const auto &figure : comparison.figures) {
        auto *item = new QTreeWidgetItem({titleOf(figure), shown(figure, figure.a),
                                          shown(figure, figure.b), differenceOf(figure)});
        for (const int column : {OfA, OfB, Difference})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        if (!figure.differs()) {
            for (const int column : {Where, OfA, OfB})
                item->setForeground(column, theme.dimText);
        }
        differ += figure.differs() ? 1 : 0;
        items.append(item);
    }
    m_figures->addTopLevelItems(items);
    m_figures->verticalScrollBar()->setValue(scrolled);
    setTabText(FiguresTab, differ > 0 ? tr("Figures, whole sessions (%1 differ)").arg(differ)
                                      : tr("Figures, whole sessions"));
}

void ComparePanel::choose(const QTreeWidgetItem *item)
{
    if (!item)
        return;
    const auto &source = m_sources[item->data(Where, kSourceRole).toULongLong()];
    if (source.differs)
        emit differenceChosen(source);
}

bool ComparePanel::chooseNextDifference()
{
    const auto differ = std::ranges::count_if(m_sources, &ComparedSource::differs);
    if (differ == 0)
        return false;
    setCurrentIndex(DecisionsTab);
    // They stand first.
    const auto *current = m_decisions->currentItem();
    const auto next = current
                          ? static_cast<int>((current->data(Where, kSourceRole).toULongLong() + 1) %
                                             static_cast<qulonglong>(differ))
                          : 0;
    {
        const QSignalBlocker blocker(m_decisions);
        m_decisions->setCurrentItem(m_decisions->topLevelItem(next));
    }
    choose(m_decisions->currentItem());
    return true;
}

} // namespace watchline
