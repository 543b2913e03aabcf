// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/jumpdialog.h"

#include "core/session/typedtime.h"
#include "ui/eventtext.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

JumpDialog::JumpDialog(const QDateTime &started, TimeRange session, QWidget *parent)
    : QDialog(parent)
    , m_started(started)
    , m_session(session)
    , m_text(new QLineEdit)
    , m_meaning(new QLabel)
    , m_go(nullptr)
{
    setWindowTitle(tr("Go to a time"));
    auto *caption = new QLabel(tr("Since the &start, or the time of day in UTC:"));
    caption->setBuddy(m_text);
    m_text->setPlaceholderText(tr("+90s  1:02:03  14:32:05"));
    m_text->setAccessibleName(tr("Time"));
    m_text->setMinimumWidth(fontMetrics().averageCharWidth() * 44);
    m_meaning->setTextFormat(Qt::PlainText);
    m_meaning->setProperty("dim", true);
    m_meaning->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_go = buttons->addButton(tr("Go"), QDialogButtonBox::AcceptRole);
    m_go->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_text, &QLineEdit::textChanged, this, &JumpDialog::read);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 14);
    layout->setSpacing(8);
    layout->addWidget(caption);
    layout->addWidget(m_text);
    layout->addWidget(m_meaning);
    layout->addSpacing(6);
    layout->addWidget(buttons);
    read();
}

void JumpDialog::read()
{
    const auto t = timeFromText(m_text->text(), m_started, m_session.end);
    const bool isInside = t && *t >= m_session.begin && *t <= m_session.end;
    m_target = isInside ? t : std::nullopt;
    m_go->setEnabled(isInside);
    const auto both = [this](Nanoseconds time) {
        return m_started.isValid()
                   ? tr("%1, %2 UTC").arg(elapsedText(time), clockText(m_started, time))
                   : elapsedText(time);
    };
    if (isInside)
        m_meaning->setText(both(*t));
    else if (t || m_text->text().trimmed().isEmpty())
        m_meaning->setText(
            tr("The session goes from %1 to %2.").arg(both(m_session.begin), both(m_session.end)));
    else
        m_meaning->setText(tr("That is no time. 90s, 1.5h, 2:03 and 1:02:03.5 are, and "
                              "2026-11-23 14:32:05 of a certain day."));
}

} // namespace watchline
