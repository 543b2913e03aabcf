// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/statusstrip.h"

#include "ui/statusparts.h"

#include <QEvent>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kMargin = 12;
constexpr int kGap = 22;

} // namespace

StatusStrip::StatusStrip(QWidget *parent)
    : QWidget(parent)
    , m_chip(new StatusChip(this))
    , m_watch(new StatusField(tr("Watch"), u"warehouse-crane-17"_s, tr("199 of 200 connected"),
                              false, this))
    , m_attempt(
          new StatusField(tr("Attempt"), u"999 999"_s, tr("hot loop: 999 a minute"), false, this))
    , m_lease(new StatusField(tr("Lease offered"), u"rwl_00000000"_s, tr("previous lease, kept"),
                              true, this))
    , m_heartbeat(
          new StatusField(tr("Last heartbeat"), u"unauthorized"_s, tr("ok, 59 s ago"), false, this))
    , m_readTimeout(new StatusField(tr("Read time-out"), u"12.5 s"_s, tr("12.5 s when connected"),
                                    false, this))
    , m_backoff(
          new StatusField(tr("Backoff"), u"999 ms"_s, tr("after the next failure"), false, this))
    , m_connected(new StatusField(tr("Connected"), u"100.0 %"_s, tr("1 h 17 min of 1 h 18 min"),
                                  false, this))
    , m_rule(new StatusField(tr("Rule"), u"outcome.heartbeat_unauthorized"_s, {}, true, this))
{
    setAccessibleName(tr("Status"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StatusStrip::setView(const StatusView &view)
{
    m_chip->setState(view.tone, view.state, view.sentence, view.left);
    m_watch->setFigure(view.watch);
    if (const bool isFleet = !view.watch.value.isEmpty(); isFleet != m_isFleet) {
        m_isFleet = isFleet;
        m_chip->setForFleet(isFleet);
        arrange();
    }
    m_attempt->setFigure(view.attempt);
    m_lease->setCaption(view.leaseCaption);
    m_lease->setFigure(view.lease);
    m_heartbeat->setFigure(view.heartbeat);
    m_readTimeout->setFigure(view.readTimeout);
    m_backoff->setFigure(view.backoff);
    m_connected->setFigure(view.connected);
    m_rule->setFigure(view.rule);
}

QSize StatusStrip::sizeHint() const
{
    const int height = std::max(m_chip->sizeHint().height(), m_attempt->sizeHint().height());
    return {900, height + 12};
}

QSize StatusStrip::minimumSizeHint() const
{
    return {m_chip->sizeHint().width() + 2 * kMargin, sizeHint().height()};
}

void StatusStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void StatusStrip::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        arrange();
    }
}

void StatusStrip::arrange()
{
    // Left to right; who stays longest when there is little room comes first in the second list.
    const std::array fields{m_watch,       m_attempt, m_lease,     m_heartbeat,
                            m_readTimeout, m_backoff, m_connected, m_rule};
    const std::array important{m_watch,     m_attempt,     m_rule,    m_lease,
                               m_heartbeat, m_readTimeout, m_backoff, m_connected};

    const int chipWidth = m_chip->sizeHint().width();
    int room = width() - 2 * kMargin - chipWidth;
    for (auto *field : important) {
        const int needed = field->sizeHint().width() + kGap;
        const bool fits = needed <= room && (field != m_watch || m_isFleet);
        field->setVisible(fits);
        if (fits)
            room -= needed;
    }
    const int chipHeight = m_chip->sizeHint().height();
    m_chip->setGeometry(kMargin, (height() - chipHeight) / 2, chipWidth, chipHeight);
    int x = kMargin + chipWidth + kGap;
    for (auto *field : fields) {
        if (field->isHidden())
            continue;
        // The rule's sentence is long: it gets what is left over.
        const int fieldWidth = field == m_rule ? width() - x - kMargin : field->sizeHint().width();
        field->setGeometry(x, 0, fieldWidth, height());
        x += fieldWidth + kGap;
    }
}

} // namespace watchline
