// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/findingcard.h"

#include "core/base/text.h"
#include "ui/eventtext.h"
#include "ui/formparts.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::array<const char *, kFindingCodeCount> kTitles{
    QT_TRANSLATE_NOOP("Finding", "Token rejected"),
    QT_TRANSLATE_NOOP("Finding", "Lease contention"),
    QT_TRANSLATE_NOOP("Finding", "Lease lost"),
    QT_TRANSLATE_NOOP("Finding", "A page instead of the stream"),
    QT_TRANSLATE_NOOP("Finding", "API unreachable"),
    QT_TRANSLATE_NOOP("Finding", "Server errors"),
    QT_TRANSLATE_NOOP("Finding", "Too many requests"),
    QT_TRANSLATE_NOOP("Finding", "Wrong endpoint"),
    QT_TRANSLATE_NOOP("Finding", "No hello"),
    QT_TRANSLATE_NOOP("Finding", "Silent stream"),
    QT_TRANSLATE_NOOP("Finding", "Cut after the same time"),
    QT_TRANSLATE_NOOP("Finding", "Stream in bursts"),
    QT_TRANSLATE_NOOP("Finding", "Hot loop"),
    QT_TRANSLATE_NOOP("Finding", "Flapping"),
    QT_TRANSLATE_NOOP("Finding", "Slow heartbeats"),
    QT_TRANSLATE_NOOP("Finding", "Heartbeats failed"),
    QT_TRANSLATE_NOOP("Finding", "Not understood"),
    QT_TRANSLATE_NOOP("Finding", "Gap in the log"),
    QT_TRANSLATE_NOOP("Finding", "Against the policy"),
    QT_TRANSLATE_NOOP("Finding", "Started anew"),
    QT_TRANSLATE_NOOP("Finding", "Woken"),
    QT_TRANSLATE_NOOP("Finding", "Healthy"),
};

QLabel *plain()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    // The card as a whole is clicked.
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    return label;
}

QString severityText(FindingSeverity severity)
{
    switch (severity) {
    case FindingSeverity::Error:
        return FindingCard::tr("error");
    case FindingSeverity::Warning:
        return FindingCard::tr("warning");
    case FindingSeverity::Info:
        break;
    }
    return FindingCard::tr("info");
}

QString facts(const Finding &finding)
{
    QStringList parts{severityText(finding.severity)};
    if (finding.count > 0) {
        parts.append(finding.count == 1
                         ? FindingCard::tr("once")
                         : FindingCard::tr("%1 times").arg(groupedNumber(finding.count)));
        const auto begin = elapsedText(finding.from);
        parts.append(finding.from == finding.to
                         ? FindingCard::tr("at %1").arg(begin)
                         : FindingCard::tr("%1 – %2").arg(begin, elapsedText(finding.to)));
    }
    return parts.join(u" · "_s);
}

} // namespace

QString findingTitle(FindingCode code)
{
    return QCoreApplication::translate("Finding", kTitles[static_cast<std::size_t>(code)]);
}

Tone toneOf(const Finding &finding)
{
    switch (finding.severity) {
    case FindingSeverity::Error:
        return Tone::Error;
    case FindingSeverity::Warning:
        return Tone::Waiting;
    case FindingSeverity::Info:
        break;
    }
    if (finding.code == FindingCode::Healthy)
        return Tone::Ok;
    return finding.code == FindingCode::Woken ? Tone::Wake : Tone::Quiet;
}

FindingCard::FindingCard(QWidget *parent)
    : ToneFrame(Tone::Quiet, parent)
    , m_title(heading({}))
    , m_facts(plain())
    , m_text(plain())
    , m_advice(plain())
{
    m_title->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_title->setWordWrap(true);
    m_facts->setProperty("dim", true);
    m_advice->setProperty("dim", true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(42, 10, 12, 12);
    layout->setSpacing(4);
    for (auto *label : {m_title, m_facts, m_text, m_advice})
        layout->addWidget(label);
    setFocusPolicy(Qt::StrongFocus);
}

void FindingCard::setFinding(const Finding &finding)
{
    if (finding == m_finding && !m_title->text().isEmpty())
        return;
    m_finding = finding;
    setTone(toneOf(finding));
    m_title->setText(findingTitle(finding.code));
    m_facts->setText(facts(finding));
    m_text->setText(breakLongWords(finding.text));
    m_advice->setText(breakLongWords(finding.advice));
    setAccessibleName(severityText(finding.severity) + u": "_s + m_title->text());
    setAccessibleDescription(finding.text + u' ' + finding.advice);
    setCursor(finding.seqs.empty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    setToolTip(finding.seqs.empty() ? QString()
                                    : tr("Click or Enter shows the events; again: the next one"));
}

void FindingCard::setAdviceShown(bool shown)
{
    m_advice->setVisible(shown);
}

void FindingCard::choose()
{
    if (!m_finding.seqs.empty())
        emit chosen();
}

void FindingCard::paintEvent(QPaintEvent *event)
{
    ToneFrame::paintEvent(event);
    if (!hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::of(palette()).accent, 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

void FindingCard::mouseReleaseEvent(QMouseEvent *event)
{
    ToneFrame::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        choose();
}

void FindingCard::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        choose();
        break;
    case Qt::Key_Down:
        focusNextChild();
        break;
    case Qt::Key_Up:
        focusPreviousChild();
        break;
    default:
        ToneFrame::keyPressEvent(event);
    }
}

void FindingCard::focusInEvent(QFocusEvent *event)
{
    ToneFrame::focusInEvent(event);
    update();
}

void FindingCard::focusOutEvent(QFocusEvent *event)
{
    ToneFrame::focusOutEvent(event);
    update();
}

} // namespace watchline
