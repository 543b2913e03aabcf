// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/whatifdock.h"

#include "core/analysis/whatifwords.h"
#include "core/base/text.h"
#include "ui/eventtext.h"
#include "ui/formparts.h"
#include "ui/whatifform.h"
#include "ui/whatiftable.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QLabel *plain(bool dim)
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("dim", dim);
    return label;
}

QPushButton *link(const QString &text = {})
{
    auto *button = new QPushButton(text);
    button->setObjectName(u"link"_s);
    button->setFlat(true);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

/// Sentences as a list.
QString listed(const QStringList &sentences)
{
    QStringList lines;
    for (const auto &sentence : sentences)
        lines.append(u"• "_s + sentence);
    return lines.join(u'\n');
}

/// No line ends between a number and its unit.
QString withWholeDurations(QString text)
{
    static const QRegularExpression number(u"(\\d) (?=(?:ms|s|min|h|d)\\b)"_s);
    return text.replace(number, u"\\1\u00A0"_s);
}

/// How an attempt ends, in colour and shape.
Tone toneOf(const WhatIfStep &step)
{
    if (step.word == Word::None || step.word == Word::Other)
        return step.isWatch ? Tone::Ok : Tone::Quiet;
    return toneOf(EventKind::Outcome, step.word);
}

} // namespace

WhatIfDock::WhatIfDock(QWidget *parent)
    : QDockWidget(tr("What if"), parent)
    , m_scroll(new QScrollArea)
    , m_form(new WhatIfForm)
    , m_state(plain(true))
    , m_stateButton(new QPushButton)
    , m_table(new WhatIfTable)
    , m_difference(link())
    , m_same(plain(true))
    , m_remarks(plain(true))
    , m_card(new ToneFrame(Tone::Quiet))
    , m_cardTitle(heading({}))
    , m_cardText(plain(false))
    , m_previous(link(tr("‹ Previous")))
    , m_next(link(tr("Next ›")))
    , m_recorded(link(tr("Recorded event")))
    , m_assumptions(plain(true))
{
    setObjectName(u"whatIf"_s);
    setFeatures(DockWidgetClosable | DockWidgetMovable);
    m_scroll->setAccessibleName(tr("What if"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus); // its parts have it
    m_state->setObjectName(u"state"_s);
    m_stateButton->setObjectName(u"stateButton"_s);
    m_same->setObjectName(u"difference"_s);
    m_difference->setAccessibleName(tr("Show the first attempt that differs"));
    m_difference->setToolTip(tr("Shows that attempt on the timeline"));
    m_recorded->setToolTip(tr("Selects the event whose answer is assumed"));
    m_cardText->setObjectName(u"explanation"_s);
    m_assumptions->setObjectName(u"assumptions"_s);
    m_remarks->setObjectName(u"remarks"_s);

    auto *state = new QHBoxLayout;
    state->addWidget(m_state, 1);
    state->addWidget(m_stateButton);
    auto *difference = new QVBoxLayout;
    difference->setSpacing(2);
    difference->addWidget(m_same);
    difference->addWidget(m_difference, 0, Qt::AlignLeft);
    auto *card = new QVBoxLayout(m_card);
    card->setContentsMargins(42, 11, 12, 11);
    card->setSpacing(6);
    card->addWidget(m_cardTitle);
    card->addWidget(m_cardText);
    auto *links = new QHBoxLayout;
    links->setSpacing(16);
    for (auto *button : {m_previous, m_next})
        links->addWidget(button);
    links->addStretch(1);
    card->addWidget(m_recorded, 0, Qt::AlignLeft);
    card->addLayout(links);

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 14, 16);
    layout->setSpacing(10);
    layout->addWidget(m_form);
    layout->addLayout(state);
    layout->addWidget(m_table);
    layout->addLayout(difference);
    layout->addWidget(m_card);
    layout->addWidget(m_remarks);
    layout->addWidget(heading(tr("What this assumes")));
    layout->addWidget(m_assumptions);
    layout->addStretch(1);
    m_scroll->setWidget(page);
    setWidget(m_scroll);

    connect(m_form, &WhatIfForm::changed, this, [this] {
        m_calculator.setSettings(m_store ? m_form->settings() : std::nullopt);
        showState();
    });
    connect(&m_calculator, &WhatIfCalculator::changed, this, &WhatIfDock::showState);
    connect(&m_calculator, &WhatIfCalculator::resultChanged, this, &WhatIfDock::showResult);
    connect(m_table, &WhatIfTable::sourceChosen, this, &WhatIfDock::showDifference);
    connect(m_stateButton, &QPushButton::clicked, this, [this] {
        m_calculator.isRunning() ? m_calculator.cancel() : m_calculator.calculate();
    });
    connect(m_difference, &QPushButton::clicked, this, &WhatIfDock::showDifferingAttempt);
    connect(m_previous, &QPushButton::clicked, this, [this] { stepAttempt(-1); });
    connect(m_next, &QPushButton::clicked, this, [this] { stepAttempt(1); });
    connect(m_recorded, &QPushButton::clicked, this, [this] {
        const auto shown = lanes();
        const auto *lane = shown ? shown->lane(m_source) : nullptr;
        if (lane && m_attempt >= 0)
            emit rowRequested(lane->step(static_cast<std::size_t>(m_attempt)).row);
    });
    showResult();
}

void WhatIfDock::setStore(const SessionStore *store, bool isLive)
{
    m_store = store;
    m_isLive = isLive;
    m_calculator.setStore(store);
    m_form->setRecorded(store ? recordedSettings(store->headerLine()) : WhatIfSettings());
    // The same settings as before are no change to the form.
    m_calculator.setSettings(store ? m_form->settings() : std::nullopt);
    showState();
}

void WhatIfDock::setLive(bool isLive)
{
    m_isLive = isLive;
    refresh();
}

void WhatIfDock::reveal()
{
    show();
    raise();
    m_form->firstField()->setFocus(Qt::ShortcutFocusReason);
}

void WhatIfDock::refresh()
{
    m_calculator.refresh();
    if (m_isActive)
        showState();
}

std::shared_ptr<const WhatIfLanes> WhatIfDock::lanes() const
{
    const auto *result = m_calculator.result();
    return m_isActive && result ? result->lanes : nullptr;
}

bool WhatIfDock::event(QEvent *event)
{
    const bool result = QDockWidget::event(event);
    // Behind another dock it still is of use: its lanes are seen.
    switch (event->type()) {
    case QEvent::ShowToParent:
    case QEvent::HideToParent:
    case QEvent::Show:
        updateActivity();
        break;
    default:
        break;
    }
    return result;
}

void WhatIfDock::updateActivity()
{
    const bool isActive = !isHidden();
    if (m_isActive == isActive)
        return;
    m_isActive = isActive;
    m_calculator.setActive(isActive);
    emit lanesChanged();
}

void WhatIfDock::showResult()
{
    const auto *result = m_calculator.result();
    m_table->setVisible(result != nullptr);
    if (result) {
        m_table->showFigures(result->whatIf);
        QStringList remarks;
        if (!result->whatIf.incomplete.isEmpty())
            remarks.append(result->whatIf.incomplete);
        const bool hasSeveral = result->whatIf.sources.size() > 1;
        constexpr qsizetype kMostRemarks = 10;
        for (const auto &source : result->whatIf.sources) {
            auto said = whatIfRemarks(source);
            if (const auto guesses = whatIfGuessesText(source); !guesses.isEmpty())
                said.prepend(guesses);
            for (const auto &remark : said) {
                if (remarks.size() < kMostRemarks)
                    remarks.append(hasSeveral ? singleLine(source.name, 60) + u": "_s + remark
                                              : remark);
            }
        }
        if (result->lanes->leftOut > 0)
            remarks.append(tr("%1 more attempts are counted, but not on the timeline")
                               .arg(groupedNumber(result->lanes->leftOut)));
        m_remarks->setText(breakLongWords(listed(remarks)));
        m_remarks->setVisible(!remarks.isEmpty());
        m_assumptions->setText(listed(whatIfAssumptions(result->whatIf)));
    } else {
        m_remarks->hide();
        m_assumptions->setText(listed(whatIfAssumptions({})));
    }
    keepAttempt();
    showDifference();
    showState();
    emit lanesChanged();
}

void WhatIfDock::showState()
{
    const auto *result = m_calculator.result();
    QString text;
    QString button;
    if (!m_store) {
        text = tr("No session is open.");
    } else if (!m_form->settings()) {
        text = result ? tr("The figures are those of the last possible settings.")
                      : tr("These settings cannot be.");
    } else if (m_calculator.isRunning()) {
        const auto percent = static_cast<int>(m_calculator.share() * 100);
        text = tr("Playing the session … %1 %").arg(std::clamp(percent, 0, 100));
        button = tr("Cancel");
    } else if (m_calculator.isCancelled()) {
        text = result ? tr("Cancelled: the figures are those of before.") : tr("Cancelled.");
        button = tr("Play it");
    } else if (!result) {
        text = tr("Playing the session …");
    } else if (result->whatIf.sources.empty()) {
        text = tr("The session has no events: there is nothing to play.");
    } else if (!m_calculator.isUpToDate()) {
        text = tr("Of the first %1 events; renewed as the session grows.")
                   .arg(groupedNumber(result->rows));
        button = tr("Refresh");
    } else if (m_form->isAsRecorded()) {
        text = tr("With the recorded settings this is the recording: change one.");
    } else {
        text = m_isLive ? tr("Of %1 events so far.").arg(groupedNumber(result->rows))
                        : tr("Of all %1 events.").arg(groupedNumber(result->rows));
    }
    m_state->setText(text);
    m_stateButton->setText(button);
    m_stateButton->setVisible(!button.isEmpty());
}

/// The one that is chosen, else the first that differs, else the first.
int WhatIfDock::sourceOfInterest() const
{
    const auto *result = m_calculator.result();
    if (!result || result->whatIf.sources.empty())
        return -1;
    if (const int chosen = m_table->chosenSource(); chosen >= 0)
        return chosen;
    const auto &sources = result->whatIf.sources;
    const auto found = std::ranges::find_if(
        sources, [](const WhatIfSource &source) { return source.difference.has_value(); });
    return found == sources.end() ? 0 : static_cast<int>(found - sources.begin());
}

void WhatIfDock::showDifference()
{
    const int index = sourceOfInterest();
    m_difference->hide();
    m_same->hide();
    if (index < 0)
        return;
    const auto &sources = m_calculator.result()->whatIf.sources;
    const auto &source = sources[static_cast<std::size_t>(index)];
    auto text = whatIfDifferenceText(source);
    if (sources.size() > 1)
        text = singleLine(source.name, 60) + u": "_s + text;
    const bool hasPlace = source.difference && source.difference->whatIf;
    m_same->setText(withWholeDurations(breakLongWords(text)));
    m_same->show();
    m_difference->setText(
        tr("Show attempt %1").arg(source.difference ? source.difference->number : 0));
    m_difference->setVisible(hasPlace);
}

void WhatIfDock::showDifferingAttempt()
{
    const int index = sourceOfInterest();
    const auto shown = lanes();
    if (index < 0 || !shown)
        return;
    const auto &source = m_calculator.result()->whatIf.sources[static_cast<std::size_t>(index)];
    const auto *lane = shown->lane(source.number);
    if (!lane || !source.difference)
        return;
    const auto place = lane->indexOf(source.difference->number);
    if (place >= lane->size())
        return;
    showAttempt(source.number, static_cast<qsizetype>(place));
    emit attemptChosen(m_source, m_attempt);
}

void WhatIfDock::stepAttempt(int by)
{
    const auto shown = lanes();
    const auto *lane = shown ? shown->lane(m_source) : nullptr;
    const auto place = m_attempt + by;
    if (!lane || place < 0 || place >= static_cast<qsizetype>(lane->size()))
        return;
    showAttempt(m_source, place);
    emit attemptChosen(m_source, m_attempt);
}

/// As long as it is still that one: its number may be another's now.
void WhatIfDock::keepAttempt()
{
    const auto shown = lanes();
    const auto *lane = shown ? shown->lane(m_source) : nullptr;
    const auto place = static_cast<std::size_t>(m_attempt);
    const bool isThere = lane && m_attempt >= 0 && place < lane->size() &&
                         Nanoseconds(lane->attempts()[place].begin) == m_attemptAt;
    const int scrolled = m_scroll->verticalScrollBar()->value();
    showAttempt(isThere ? m_source : -1, m_attempt);
    m_scroll->verticalScrollBar()->setValue(scrolled);
}

void WhatIfDock::showAttempt(int source, qsizetype attempt)
{
    const auto shown = lanes();
    const auto *lane = shown ? shown->lane(source) : nullptr;
    const bool any = lane && attempt >= 0 && attempt < static_cast<qsizetype>(lane->size());
    m_source = any ? source : -1;
    m_attempt = any ? attempt : -1;
    m_card->setVisible(any);
    if (!any)
        return;
    const auto place = static_cast<std::size_t>(attempt);
    const auto step = lane->step(place);
    m_attemptAt = step.at;
    const auto started = m_store->header().started;
    auto title = tr("What if: attempt %1, %2")
                     .arg(groupedNumber(lane->attempts()[place].attempt),
                          started.isValid() ? clockText(started, step.at) : elapsedText(step.at));
    if (m_store->sourceCount() > 1)
        title = singleLine(m_store->sourceName(static_cast<quint16>(source)), 60) + u": "_s + title;
    m_cardTitle->setText(breakLongWords(title));
    m_cardText->setText(withWholeDurations(whatIfExplanation(step).join(u'\n')));
    m_card->setTone(toneOf(step));
    m_previous->setEnabled(attempt > 0);
    m_next->setEnabled(attempt + 1 < static_cast<qsizetype>(lane->size()));
    m_recorded->setVisible(step.row >= 0);
    m_scroll->ensureWidgetVisible(m_card);
    m_scroll->horizontalScrollBar()->setValue(0);
}

} // namespace watchline
