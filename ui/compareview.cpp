// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/compareview.h"

#include "core/base/text.h"
#include "ui/comparepanel.h"
#include "ui/eventtext.h"
#include "ui/recordeddocument.h"
#include "ui/theme.h"
#include "ui/timeline/timelinelink.h"
#include "ui/timeline/timelineview.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestName = 120;
/// The lanes scroll where there is no room for them.
constexpr int kLeastTimeline = 96;
constexpr int kLeastPanel = 120;
/// How often a session that is still being recorded is compared again.
constexpr int kAgainMs = 5'000;

QString nameOf(Alignment alignment, qsizetype sharedLeases)
{
    switch (alignment) {
    case Alignment::Start:
        return CompareView::tr("their starts");
    case Alignment::Wall:
        return CompareView::tr("the clock");
    case Alignment::FirstOutcome:
        return CompareView::tr("their first outcomes");
    case Alignment::Leases:
        return CompareView::tr("shared leases (%1)").arg(groupedNumber(sharedLeases));
    }
    return {};
}

/// Not all that its file has is known.
bool isBeingRead(const Document &document)
{
    const auto *recorded = qobject_cast<const RecordedDocument *>(&document);
    return document.isGrowing() && !(recorded && recorded->isBeingRecorded());
}

SessionMoments momentsOf(const Document &document, const TimelineView &timeline)
{
    SessionMoments moments;
    if (document.store().isEmpty())
        return moments;
    moments.started = document.store().header().started;
    moments.first = timeline.extent().begin;
    moments.last = timeline.extent().end;
    return moments;
}

} // namespace

/// The line above a timeline: a letter, the file's name, and what is to be said of it; as long as
/// there is room.
class CompareView::Title : public QWidget
{
public:
    explicit Title(const QString &letter)
        : m_letter(letter)
    {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    void setTexts(const QString &name, const QString &facts)
    {
        if (name == m_name && facts == m_facts)
            return;
        m_name = name;
        m_facts = facts;
        setAccessibleName(m_letter + u": "_s + name + u", "_s + facts);
        update();
    }
    QString text() const { return m_name + u' ' + m_facts; }

    QSize sizeHint() const override { return {200, fontMetrics().height() + 9}; }
    QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const auto theme = Theme::of(palette());
        QPainter painter(this);
        painter.fillRect(rect(), theme.window);
        painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
        auto bold = font();
        bold.setWeight(QFont::DemiBold);
        const QFontMetrics metrics(bold);
        const int side = metrics.height();
        const QRect badge(12, (height() - side) / 2, side + 2, side);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawRoundedRect(badge, 4, 4);
        painter.setFont(bold);
        painter.setPen(Qt::white);
        painter.drawText(badge, Qt::AlignCenter | Qt::TextSingleLine, m_letter);
        int x = badge.right() + 9;
        const auto text = [&](const QFontMetrics &with, const QString &words, int most,
                              Qt::TextElideMode mode) {
            const auto shown = with.elidedText(words, mode, std::max(0, most));
            painter.drawText(QRect(x, 0, std::max(0, width() - x - 12), height()),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
            x += with.horizontalAdvance(shown) + 14;
        };
        painter.setPen(theme.text);
        text(metrics, m_name, (width() - x) * 6 / 10, Qt::ElideMiddle);
        painter.setFont(font());
        painter.setPen(theme.dimText);
        text(fontMetrics(), m_facts, width() - x - 12, Qt::ElideRight);
    }

private:
    const QString m_letter;
    QString m_name;
    QString m_facts;
};

CompareView::CompareView(QWidget *parent)
    : QWidget(parent)
    , m_alignments(new QComboBox)
    , m_offsetEdit(new QLineEdit)
    , m_facts(new QLabel)
    , m_titleA(new Title(tr("A")))
    , m_titleB(new Title(tr("B")))
    , m_timelineA(new TimelineView)
    , m_timelineB(new TimelineView)
    , m_link(new TimelineLink(m_timelineA, m_timelineB, this))
    , m_panel(new ComparePanel)
    , m_splitter(new QSplitter(Qt::Vertical))
{
    const auto lane = [](Title *title, TimelineView *timeline, const QString &name) {
        auto *part = new QWidget;
        auto *layout = new QVBoxLayout(part);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        layout->addWidget(title);
        layout->addWidget(timeline, 1);
        timeline->setMinimumHeight(kLeastTimeline);
        timeline->setAccessibleName(name);
        return part;
    };
    m_timelineB->setRulerHidden(true);
    m_panel->setMinimumHeight(kLeastPanel);
    m_splitter->addWidget(lane(m_titleA, m_timelineA, tr("Timeline of A")));
    m_splitter->addWidget(lane(m_titleB, m_timelineB, tr("Timeline of B")));
    m_splitter->addWidget(m_panel);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    // The upper one has the ruler.
    m_splitter->setSizes({350, 310, 240});
    for (int i = 0; i < m_splitter->count(); ++i)
        m_splitter->setStretchFactor(i, i < 2 ? 3 : 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildBar());
    layout->addWidget(m_splitter, 1);

    connectTimeline(m_timelineA);
    connectTimeline(m_timelineB);
    connect(&m_run, &ComparisonRun::read, this, &CompareView::readThrough);
    connect(&m_run, &ComparisonRun::compared, this,
            [this] { m_panel->showResult(m_run.result()); });
    connect(&m_run, &ComparisonRun::progressed, this, [this] { showState(); });
    m_more.setSingleShot(true);
    m_more.setInterval(kAgainMs);
    connect(&m_more, &QTimer::timeout, this, &CompareView::readOn);
    connect(m_panel, &ComparePanel::differenceChosen, this, &CompareView::showDifference);
    connect(m_panel, &ComparePanel::findingChosen, this, &CompareView::showFinding);
}

CompareView::~CompareView()
{
    end();
}

QWidget *CompareView::buildBar()
{
    auto *bar = new QWidget;
    auto *caption = new QLabel(tr("Align &by"));
    caption->setBuddy(m_alignments);
    m_alignments->setAccessibleName(tr("Align by"));
    m_alignments->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto *offsetCaption = new QLabel(tr("B &later by"));
    offsetCaption->setBuddy(m_offsetEdit);
    m_offsetEdit->setObjectName(u"offset"_s);
    m_offsetEdit->setAccessibleName(tr("B later by"));
    m_offsetEdit->setToolTip(tr("Moves B by this time: 1.5s, -20ms, 2m"));
    m_offsetEdit->setMaximumWidth(fontMetrics().averageCharWidth() * 14);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setProperty("dim", true);
    m_facts->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *next = new QPushButton(tr("Next difference"));
    next->setObjectName(u"nextDifference"_s);
    next->setAutoDefault(false);
    next->setToolTip(tr("Goes to the first decision that differs; of several sources, to the "
                        "next one's (Ctrl+D)"));
    auto *close = new QPushButton(tr("Close"));
    close->setObjectName(u"closeComparison"_s);
    close->setAutoDefault(false);
    close->setToolTip(tr("Back to A alone (Ctrl+W)"));
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->setSpacing(8);
    layout->addWidget(caption);
    layout->addWidget(m_alignments);
    layout->addSpacing(8);
    layout->addWidget(offsetCaption);
    layout->addWidget(m_offsetEdit);
    layout->addWidget(m_facts, 1);
    layout->addWidget(next);
    layout->addWidget(close);
    connect(next, &QPushButton::clicked, this, &CompareView::nextDifference);
    connect(close, &QPushButton::clicked, this, &CompareView::closeRequested);
    connect(m_alignments, &QComboBox::activated, this, &CompareView::align);
    connect(m_offsetEdit, &QLineEdit::editingFinished, this,
            [this] { setOffset(m_offsetEdit->text()); });
    return bar;
}

void CompareView::connectTimeline(TimelineView *timeline)
{
    connect(timeline, &TimelineView::rowActivated, this,
            [this, timeline](qsizetype row) { select(timeline, row); });
    connect(timeline, &TimelineView::rowsTaken, this, [this] {
        if (m_a && !m_run.hasRead())
            align();
        updateTitles();
    });
}

void CompareView::begin(Document *a, const TimelineView *timelineOfA, const QString &pathOfB)
{
    end();
    m_a = a;
    m_b = std::make_unique<RecordedDocument>(pathOfB);
    m_share = 0;
    m_offset = {};
    m_offsetEdit->setText(offsetText(m_offset));
    m_link->reset();
    fillAlignments();
    m_alignments->setCurrentIndex(0);
    m_timelineA->setStore(&a->store(), timelineOfA);
    m_timelineB->setStore(&m_b->store());
    m_timelineA->setReach(TimeRange());
    m_timelineB->setReach(TimeRange());
    connect(a, &Document::grown, this, [this] {
        m_timelineA->refresh();
        waitForMore();
    });
    connect(a, &Document::phaseChanged, this, &CompareView::startWhenRead);
    auto *b = m_b.get();
    connect(b, &Document::grown, this, [this] {
        m_timelineB->refresh();
        waitForMore();
    });
    connect(b, &Document::phaseChanged, this, &CompareView::updateTitles);
    connect(b, &RecordedDocument::followingEnded, this, [this, b](SessionFollower::End end) {
        using End = SessionFollower::End;
        if (end == End::Shorter || end == End::Replaced || end == End::Unreadable)
            emit told(MessageBar::Kind::Warning,
                      tr("%1 is another file now, or was cut shorter: compare with it anew")
                          .arg(b->name()));
    });
    connect(b, &RecordedDocument::progressed, this, [this](double share) {
        m_share = share;
        updateTitles();
        emit progressed(share);
    });
    connect(b, &RecordedDocument::loaded, this, &CompareView::loaded);
    m_link->fit();
    align();
    b->load();
    updateTitles();
    showState();
}

void CompareView::end()
{
    if (!m_a)
        return;
    m_more.stop();
    m_run.clear();
    disconnect(m_a, nullptr, this, nullptr);
    disconnect(m_b.get(), nullptr, this, nullptr);
    m_timelineA->setStore(nullptr);
    m_timelineB->setStore(nullptr);
    m_a = nullptr;
    m_b.reset();
    m_panel->showState({});
}

void CompareView::cancel()
{
    if (m_b)
        m_b->cancel();
}

void CompareView::loaded()
{
    emit progressed(1);
    const auto &result = m_b->result();
    switch (result.status) {
    case ReadResult::Status::Failed:
        // Not at once: whoever hears it ends the comparison, and this is called out of B.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_b && m_b->result().status == ReadResult::Status::Failed)
                    emit failed(QString(m_b->result().message)); // which goes meanwhile
            },
            Qt::QueuedConnection);
        return;
    case ReadResult::Status::Truncated:
    case ReadResult::Status::Damaged:
        emit told(MessageBar::Kind::Warning, result.message);
        break;
    case ReadResult::Status::Cancelled:
        emit told(MessageBar::Kind::Warning,
                  tr("Reading %1 was cancelled: a part of it is compared").arg(m_b->path()));
        break;
    case ReadResult::Status::Complete:
        break;
    }
    startWhenRead();
}

void CompareView::startWhenRead()
{
    updateTitles();
    if (isBeingRead(*m_a) || isBeingRead(*m_b) || m_run.isRunning() || m_run.hasRead())
        return;
    m_run.start(&m_a->store(), m_a->name(), &m_b->store(), m_b->name());
    showState();
}

void CompareView::readThrough()
{
    fillAlignments();
    align();
}

void CompareView::waitForMore()
{
    if (m_run.hasRead() && !m_more.isActive() &&
        m_a->store().size() + m_b->store().size() > m_run.eventsRead())
        m_more.start();
}

/// Of sessions that go on.
void CompareView::readOn()
{
    if (!m_a)
        return;
    if (m_run.isRunning())
        m_more.start();
    else
        m_run.start(&m_a->store(), m_a->name(), &m_b->store(), m_b->name());
}

/// Those that are known to be possible can be chosen; leases are offered where both got some.
void CompareView::fillAlignments()
{
    const auto &aligner = m_run.aligner();
    std::vector<Offer> offers;
    for (const auto each : kAlignments) {
        const bool can = aligner.can(each);
        if (each == Alignment::Leases && !can)
            continue;
        // The clocks are known as soon as both have begun to be read.
        const bool mayBe = can || (each == Alignment::Wall && !m_run.hasRead());
        QString tip;
        if (!mayBe)
            tip = m_run.hasRead() ? plainTip(aligner.problem(each, m_a->name(), m_b->name()))
                                  : tr("Known when both have been read");
        offers.push_back({each, nameOf(each, aligner.sharedLeases()), tip, mayBe});
    }
    // A list that is open now would be emptied under the user's hand.
    if (offers == m_offers)
        return;
    m_offers = offers;
    const auto chosen = alignment();
    m_alignments->clear();
    for (const auto &offer : offers) {
        m_alignments->addItem(offer.name, static_cast<int>(offer.alignment));
        const int index = m_alignments->count() - 1;
        if (offer.alignment == chosen)
            m_alignments->setCurrentIndex(index);
        auto *item = qobject_cast<QStandardItemModel *>(m_alignments->model())->item(index);
        item->setEnabled(offer.isEnabled);
        item->setToolTip(offer.tip);
    }
}

Alignment CompareView::alignment() const
{
    return static_cast<Alignment>(m_alignments->currentData().toInt());
}

void CompareView::setAlignment(Alignment alignment)
{
    m_alignments->setCurrentIndex(m_alignments->findData(static_cast<int>(alignment)));
    align();
}

bool CompareView::setOffset(const QString &typed)
{
    const auto offset = offsetFromText(typed);
    if (offset)
        m_offset = *offset;
    m_offsetEdit->setText(offsetText(m_offset));
    if (!offset)
        emit told(MessageBar::Kind::Warning,
                  tr("B cannot be moved by %1; type a time as 1.5s, -20ms or 2m")
                      .arg(singleLine(typed, kLongestName)));
    else if (m_a)
        align();
    return offset.has_value();
}

void CompareView::align()
{
    auto aligner = m_run.hasRead()
                       ? m_run.aligner()
                       : TimeAligner(momentsOf(*m_a, *m_timelineA), momentsOf(*m_b, *m_timelineB));
    const auto by = alignment();
    aligner.setAlignment(by);
    aligner.setOffset(m_offset);
    m_link->setShift(aligner.shift());
    m_link->setOrigin(aligner.origin());
    // One ruler for both: by the clock where that is the same one, else since what is aligned.
    const bool byClock =
        by == Alignment::Wall && aligner.can(by) && m_offset == Nanoseconds::zero();
    m_timelineA->setWallClock(byClock);
    m_timelineB->setWallClock(byClock);
    m_facts->clear();
    if (by == Alignment::Leases && aligner.can(by) && aligner.can(Alignment::Wall)) {
        auto wall = aligner;
        wall.setAlignment(Alignment::Wall);
        const auto apart = aligner.shift() - wall.shift();
        m_facts->setText(
            tr("the clocks are %1 apart").arg(readableDuration(std::max(apart, -apart))));
    }
    m_run.compare(by, m_offset);
}

QString CompareView::title() const
{
    if (!m_a)
        return {};
    return tr("%1 and %2")
        .arg(singleLine(m_a->name(), kLongestName), singleLine(m_b->name(), kLongestName));
}

void CompareView::updateTitles()
{
    if (!m_a)
        return;
    updateTitle(m_titleA, m_a, m_timelineA);
    updateTitle(m_titleB, m_b.get(), m_timelineB);
}

void CompareView::updateTitle(Title *title, const Document *document, const TimelineView *timeline)
{
    const auto &store = document->store();
    const auto started = store.isEmpty() ? QDateTime() : store.header().started;
    QStringList facts;
    if (isBeingRead(*document))
        facts.append(document == m_b.get() && m_share > 0
                         ? tr("being read: %1 %").arg(static_cast<int>(m_share * 100))
                         : tr("being read"));
    else if (document->isGrowing())
        facts.append(tr("still being recorded"));
    facts.append(tr("%1 events").arg(groupedNumber(store.size())));
    const auto row = timeline->selectedRow();
    if (row >= 0) {
        const auto event = store.event(row);
        auto what = event.kind == EventKind::Unknown ? singleLine(event.kindName, kLongestName)
                                                     : fromView(name(event.kind));
        if (const auto rule = store.row(row).rule)
            what += u' ' + fromView(name(*rule));
        facts.append(
            tr("#%1  %2  %3: %4")
                .arg(groupedNumber(store.seq(row)),
                     started.isValid() ? clockText(started, event.t) : elapsedText(event.t), what,
                     summaryText(event)));
    } else if (started.isValid()) {
        facts.append(started.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" UTC"_s);
    }
    title->setTexts(singleLine(document->name(), kLongestName), facts.join(u"  ·  "_s));
}

void CompareView::showState()
{
    if (!m_a || m_run.hasRead())
        return;
    if (isBeingRead(*m_a))
        m_panel->showState(tr("still reading %1").arg(singleLine(m_a->name(), kLongestName)));
    else if (isBeingRead(*m_b))
        m_panel->showState(tr("still reading %1").arg(singleLine(m_b->name(), kLongestName)));
    else
        m_panel->showState(tr("Both are being compared"));
}

/// The cursor stands at its time in both.
void CompareView::select(TimelineView *timeline, qsizetype row)
{
    auto *other = timeline == m_timelineA ? m_timelineB : m_timelineA;
    other->selectRow(-1, false);
    if (row >= 0) {
        const auto t = timeline->store()->time(row);
        m_link->setCursor(timeline == m_timelineA ? t : m_link->toA(t));
    }
    updateTitles();
}

void CompareView::showDifference(const ComparedSource &source)
{
    std::optional<Nanoseconds> a;
    std::optional<Nanoseconds> b;
    if (source.firstA)
        a = source.firstA->t;
    if (source.firstB)
        b = m_link->toA(source.firstB->t);
    if (!a && !b)
        return;
    m_link->reveal(a.value_or(*(a ? a : b)), b.value_or(*(a ? a : b)));
    const auto show = [](TimelineView *timeline, const std::optional<ComparedDecision> &decision) {
        const auto row = decision ? timeline->store()->rowOfSeq(decision->seq) : -1;
        timeline->selectRow(row, row >= 0);
    };
    show(m_timelineA, source.firstA);
    show(m_timelineB, source.firstB);
    m_link->setCursor(a ? a : b);
    updateTitles();
}

void CompareView::showFinding(bool isOfB, const Finding &finding)
{
    if (finding.seqs.empty())
        return;
    auto *timeline = isOfB ? m_timelineB : m_timelineA;
    const auto row = timeline->store()->rowOfSeq(finding.seqs.front());
    if (row >= timeline->store()->size())
        return;
    timeline->selectRow(row, true);
    select(timeline, row);
}

TimelineView *CompareView::timelineInUse() const
{
    return m_timelineB->hasFocus() || m_timelineB->underMouse() ? m_timelineB : m_timelineA;
}

void CompareView::fit()
{
    m_link->fit();
}

void CompareView::zoomIn()
{
    timelineInUse()->zoomIn();
}

void CompareView::zoomOut()
{
    timelineInUse()->zoomOut();
}

void CompareView::nextDifference()
{
    if (m_run.hasResult() && !m_panel->chooseNextDifference())
        emit told(MessageBar::Kind::Note, m_run.result().sources.empty()
                                              ? tr("There are no decisions that could be compared")
                                              : tr("No decision differs"));
}

void CompareView::changeEvent(QEvent *event)
{
    // The panel's words have colours of their own, and it hears of new ones after this.
    if (event->type() == QEvent::PaletteChange)
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_run.hasResult())
                    m_panel->showResult(m_run.result());
            },
            Qt::QueuedConnection);
    QWidget::changeEvent(event);
}

} // namespace watchline
