// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/findbar.h"

#include "ui/eventtext.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace watchline {

FindBar::FindBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLineEdit)
    , m_answer(new QLabel)
    , m_count(new QLabel)
{
    setAccessibleName(tr("Find"));
    m_text->setPlaceholderText(tr("Find in the events shown"));
    m_text->setAccessibleName(tr("Text to find"));
    m_text->setMaximumWidth(360);
    m_text->setClearButtonEnabled(true);
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setProperty("problem", true);
    m_count->setTextFormat(Qt::PlainText);
    m_count->setProperty("dim", true);
    m_count->setObjectName(u"findCount"_s);
    auto *previous = new QPushButton(tr("Previous"));
    auto *next = new QPushButton(tr("Next"));
    auto *close = new QPushButton(tr("Close"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 12, 5);
    row->addWidget(m_text, 1);
    row->addWidget(previous);
    row->addWidget(next);
    row->addWidget(m_count);
    row->addWidget(m_answer, 1);
    row->addWidget(close);
    connect(previous, &QPushButton::clicked, this, [this] { emit findRequested(text(), true); });
    connect(next, &QPushButton::clicked, this, [this] { emit findRequested(text(), false); });
    connect(m_text, &QLineEdit::textChanged, m_answer, &QLabel::clear);
    connect(m_text, &QLineEdit::textChanged, m_count, &QLabel::clear);
    connect(close, &QPushButton::clicked, this, [this] {
        hide();
        emit closed();
    });
    hide();
}

void FindBar::begin()
{
    show();
    m_text->selectAll();
    m_text->setFocus(Qt::ShortcutFocusReason);
}

QString FindBar::text() const
{
    return m_text->text();
}

void FindBar::setFound(bool found, bool isFiltered)
{
    m_answer->setText(found        ? QString()
                      : isFiltered ? tr("Not found among the filtered events")
                                   : tr("Not found"));
    if (!found)
        m_count->clear();
}

void FindBar::setCount(qsizetype place, qsizetype total, bool areMore)
{
    if (total == 0) {
        m_count->clear(); // it has gone meanwhile
        return;
    }
    const auto all = areMore ? tr("more than %1").arg(groupedNumber(total)) : groupedNumber(total);
    m_count->setText(place > 0 ? tr("%1 of %2").arg(groupedNumber(place), all) : all);
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        emit closed();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        emit findRequested(text(), event->modifiers().testFlag(Qt::ShiftModifier));
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace watchline
