// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/findingsdock.h"

#include "ui/findingcard.h"

#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QLabel *dim()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("dim", true);
    return label;
}

bool isAlarm(const Finding &finding)
{
    return finding.severity != FindingSeverity::Info;
}

} // namespace

FindingsDock::FindingsDock(QWidget *parent)
    : QDockWidget(tr("Findings"), parent)
    , m_scroll(new QScrollArea)
    , m_empty(dim())
    , m_leftOut(dim())
{
    setObjectName(u"findings"_s);
    setFeatures(DockWidgetClosable | DockWidgetMovable);
    m_scroll->setAccessibleName(tr("Findings"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus); // its cards have it

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 14, 16);
    layout->setSpacing(10);
    layout->addWidget(m_empty);
    for (std::size_t i = 0; i < kFindingCodeCount; ++i) {
        auto *card = new FindingCard;
        card->hide();
        connect(card, &FindingCard::chosen, this, [this, card] { choose(card->finding().code); });
        layout->addWidget(card);
        m_cards.push_back(card);
    }
    layout->addWidget(m_leftOut);
    layout->addStretch(1);
    m_scroll->setWidget(page);
    setWidget(m_scroll);
    connect(&m_watcher, &DiagnosisWatcher::changed, this, &FindingsDock::showFindings);
    showFindings();
}

void FindingsDock::setStore(const SessionStore *store, bool isLive)
{
    m_isLive = isLive;
    m_known.clear();
    m_place = 0;
    m_watcher.setStore(store);
}

void FindingsDock::setLive(bool isLive)
{
    if (std::exchange(m_isLive, isLive) != isLive)
        showEmpty();
}

std::vector<FindingCard *> FindingsDock::cards() const
{
    const auto count = static_cast<std::ptrdiff_t>(m_watcher.findings().size());
    return {m_cards.begin(), m_cards.begin() + count};
}

void FindingsDock::reveal()
{
    show();
    raise();
    if (!m_watcher.findings().empty())
        m_cards.front()->setFocus(Qt::ShortcutFocusReason);
    m_scroll->verticalScrollBar()->setValue(0);
}

void FindingsDock::showFindings()
{
    const auto &findings = m_watcher.findings();
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        if (i < findings.size())
            m_cards[i]->setFinding(findings[i]);
        m_cards[i]->setVisible(i < findings.size());
    }
    const auto alarms = std::count_if(findings.begin(), findings.end(), isAlarm);
    setWindowTitle(alarms == 0 ? tr("Findings") : tr("Findings (%1)").arg(alarms));
    showEmpty();
    announce();
}

void FindingsDock::showEmpty()
{
    const bool isEmpty = m_watcher.findings().empty();
    m_empty->setVisible(isEmpty);
    if (isEmpty)
        m_empty->setText(m_isLive ? tr("Nothing to say yet: findings come as the watch goes on.")
                         : m_watcher.isUpToDate()
                             ? tr("Nothing was found, and no watch began: there is little to judge "
                                  "by.")
                             : tr("Looking through the session …"));
    const auto leftOut = m_watcher.leftOut();
    m_leftOut->setVisible(!leftOut.isEmpty() && !(isEmpty && m_isLive));
    m_leftOut->setText(tr("Left out: %1.").arg(leftOut.join(u"; "_s)));
}

void FindingsDock::announce()
{
    QStringList titles;
    for (const auto &finding : m_watcher.findings()) {
        if (m_known.insert(finding.code).second && finding.code != FindingCode::Healthy)
            titles.append(findingTitle(finding.code));
    }
    if (m_isLive && !titles.isEmpty())
        emit announced(titles.size() == 1 ? tr("New finding: %1").arg(titles.first())
                                          : tr("New findings: %1").arg(titles.join(u", "_s)));
}

void FindingsDock::choose(FindingCode code)
{
    const auto &findings = m_watcher.findings();
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [code](const Finding &one) { return one.code == code; });
    if (found == findings.end() || found->seqs.empty())
        return;
    if (code != m_chosen)
        m_place = 0;
    m_chosen = code;
    // The one whose turn it is comes first.
    std::vector<qsizetype> rows;
    for (std::size_t i = 0; i < found->seqs.size(); ++i)
        rows.push_back(found->seqs[(m_place + i) % found->seqs.size()] - 1);
    m_place = (m_place + 1) % found->seqs.size();
    emit chosen(rows, {found->from, found->to});
}

} // namespace watchline
