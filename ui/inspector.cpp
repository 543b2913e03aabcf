// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/inspector.h"

#include "core/analysis/explanation.h"
#include "core/base/text.h"
#include "core/session/sessionstore.h"
#include "ui/eventtext.h"
#include "ui/factlist.h"
#include "ui/formparts.h"
#include "ui/siblingbar.h"

#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QLabel *plain(const QString &text = {})
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

/// Of a decision: what it does; of anything else: how it ended.
Tone toneOfWhy(const EventRow &row)
{
    if (row.kind != EventKind::Decision || !row.action)
        return toneOf(row.kind, row.word);
    switch (*row.action) {
    case Action::Run:
        return Tone::Ok;
    case Action::RetryAfter:
    case Action::Backoff:
        return row.rule == Rule::OutcomeHeartbeatConflict || row.rule == Rule::ConnectConflict
                   ? Tone::Conflict
                   : Tone::Waiting;
    case Action::Reconnect:
        return Tone::Ended;
    case Action::Wake:
        return Tone::Wake;
    case Action::Stop:
    case Action::StopUnauthorized:
        return Tone::Stopped;
    }
    return Tone::Quiet;
}

} // namespace

Inspector::Inspector(QWidget *parent)
    : QScrollArea(parent)
    , m_page(new QWidget)
    , m_empty(plain(tr("Select an event in the timeline or the table to see all of it, and why it "
                       "happened.")))
    , m_what(heading({}))
    , m_siblings(new SiblingBar)
    , m_card(new ToneFrame(Tone::Quiet))
    , m_title(heading({}))
    , m_sentence(plain())
    , m_why(new FactList)
    , m_agrees(new ToneFrame(Tone::Ok))
    , m_agreesText(plain())
    , m_membersTitle(heading(tr("Event")))
    , m_members(new FactList)
{
    setAccessibleName(tr("Inspector"));
    setWidgetResizable(true);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_empty->setProperty("dim", true);
    m_sentence->setProperty("dim", true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto larger = m_title->font();
    larger.setPointSizeF(larger.pointSizeF() * 1.08);
    m_title->setFont(larger);

    auto *card = new QVBoxLayout(m_card);
    card->setContentsMargins(42, 10, 12, 12);
    card->setSpacing(3);
    card->addWidget(m_title);
    card->addWidget(m_sentence);

    auto *agrees = new QVBoxLayout(m_agrees);
    agrees->setContentsMargins(42, 11, 12, 11);
    agrees->addWidget(m_agreesText);

    auto *layout = new QVBoxLayout(m_page);
    layout->setContentsMargins(16, 12, 14, 16);
    layout->setSpacing(12);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_empty), static_cast<QWidget *>(m_what),
          static_cast<QWidget *>(m_siblings), static_cast<QWidget *>(m_card),
          static_cast<QWidget *>(m_why), static_cast<QWidget *>(m_agrees),
          static_cast<QWidget *>(m_membersTitle), static_cast<QWidget *>(m_members)})
        layout->addWidget(widget);
    layout->addStretch(1);
    setWidget(m_page);
    connect(m_why, &FactList::rowRequested, this, &Inspector::rowRequested);
    showRow(nullptr, -1);
}

QSize Inspector::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 50, 400};
}

void Inspector::showRow(const SessionStore *store, qsizetype row)
{
    const bool any = store && row >= 0 && row < store->size();
    m_empty->setVisible(!any);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_what), static_cast<QWidget *>(m_siblings),
          static_cast<QWidget *>(m_card), static_cast<QWidget *>(m_why),
          static_cast<QWidget *>(m_agrees), static_cast<QWidget *>(m_membersTitle),
          static_cast<QWidget *>(m_members)})
        widget->setVisible(any);
    if (!any)
        return;
    const auto event = store->event(row);
    m_what->setText(
        tr("#%1 %2").arg(groupedNumber(store->seq(row)), singleLine(event.kindText(), 60)));
    showWhy(*store, row);
    showMembers(*store, row, event);
}

void Inspector::showMembers(const SessionStore &store, qsizetype row, const Event &event)
{
    std::vector<Fact> facts;
    const auto started = store.header().started;
    facts.push_back(
        {tr("time"), clockText(started, event.t),
         started.isValid()
             ? started.toUTC().addMSecs(event.t.count() / 1'000'000).toString(u"yyyy-MM-dd 'UTC'"_s)
             : QString(),
         -1});
    facts.push_back({tr("since start"), elapsedText(event.t), {}, -1});
    if (row > 0) {
        const auto before = event.t - store.time(row - 1);
        facts.push_back({tr("since #%1").arg(groupedNumber(row)),
                         readableDuration(std::chrono::round<Microseconds>(before)),
                         {},
                         -1});
    }
    facts.push_back({u"source"_s, event.source, {}, -1});
    facts.push_back({u"attempt"_s, QString::number(event.attempt), {}, -1});
    for (const auto &member : event.members) {
        const auto name =
            member.field == Field::Unknown ? member.name : fromView(watchline::name(member.field));
        facts.push_back({singleLine(name, 60), valueText(member.value), {}, -1});
    }
    m_members->setFacts(facts);
}

void Inspector::showWhy(const SessionStore &store, qsizetype row)
{
    const auto why = whyOf(store, row);
    m_card->setTone(toneOfWhy(store.row(row)));
    m_title->setText(why.title);
    m_sentence->setText(breakLongWords(why.sentence));
    m_sentence->setVisible(!why.sentence.isEmpty());
    std::vector<Fact> facts;
    for (const auto &line : why.rows) {
        auto note = line.note;
        if (line.related >= 0 && note.isEmpty())
            note = u'#' + groupedNumber(line.related + 1);
        facts.push_back({line.name, line.value, note, line.related});
    }
    m_why->setFacts(facts);
    m_why->setVisible(!facts.empty());
    m_agrees->setVisible(why.agrees.has_value());
    if (why.agrees) {
        m_agrees->setTone(*why.agrees ? Tone::Ok : Tone::Error);
        m_agreesText->setText(*why.agrees ? tr("The gateway would decide the same")
                                          : tr("The gateway would decide otherwise"));
    }
}

} // namespace watchline
