// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/factlist.h"

#include "core/base/text.h"
#include "ui/valuetext.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QLabel *plainLabel(bool dim)
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->setProperty("dim", dim);
    return label;
}

} // namespace

FactList::FactList(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(14);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(1, 1);
}

void FactList::addLine()
{
    Line line;
    line.caption = plainLabel(true);
    line.value = new ValueText;
    line.note = plainLabel(true);
    line.note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line.link = new QPushButton;
    line.link->setObjectName(u"link"_s);
    line.link->setFlat(true);
    line.link->setCursor(Qt::PointingHandCursor);
    const auto index = m_lines.size();
    connect(line.link, &QPushButton::clicked, this,
            [this, index] { emit rowRequested(m_lines.at(index).row); });
    const int row = static_cast<int>(m_lines.size()) * 2;
    // Room above each, the first one too: a note belongs to what is above it.
    line.caption->setContentsMargins(0, ValueText::kGapAbove, 0, 0);
    m_grid->addWidget(line.caption, row, 0);
    m_grid->addWidget(line.value, row, 1);
    m_grid->addWidget(line.note, row + 1, 1);
    m_grid->addWidget(line.link, row + 1, 1, Qt::AlignLeft | Qt::AlignTop);
    m_lines.push_back(line);
}

void FactList::setFacts(const std::vector<Fact> &facts)
{
    if (facts == m_facts)
        return;
    m_facts = facts;
    while (m_lines.size() < facts.size())
        addLine();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        auto &line = m_lines.at(i);
        const bool used = i < facts.size();
        line.caption->setVisible(used);
        line.value->setVisible(used);
        line.note->setVisible(used && facts.at(i).row < 0 && !facts.at(i).note.isEmpty());
        line.link->setVisible(used && facts.at(i).row >= 0);
        if (!used)
            continue;
        const auto &fact = facts.at(i);
        line.caption->setText(fact.caption);
        line.value->setValue(singleLine(fact.value));
        line.value->setAccessibleName(fact.caption);
        line.note->setText(singleLine(fact.note));
        line.link->setText(singleLine(fact.note, 60));
        line.row = fact.row;
    }
}

} // namespace watchline
