// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/formparts.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

QLabel *problemLabel(const QString &objectName)
{
    auto *label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("problem", true);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->hide();
    return label;
}

void setProblem(QLabel *label, const QString &problem)
{
    label->setText(problem.left(1).toUpper() + problem.mid(1));
    label->setVisible(!problem.isEmpty());
}

void clearWhenEdited(QLineEdit *edit, QLabel *problem)
{
    QObject::connect(edit, &QLineEdit::textChanged, problem,
                     [problem] { setProblem(problem, {}); });
}

QWidget *withBrowse(QLineEdit *edit, const QString &title)
{
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto *browse = new QPushButton(QCoreApplication::translate("ConnectDialog", "Choose…"));
    browse->setAutoDefault(false);
    layout->addWidget(edit, 1);
    layout->addWidget(browse);
    QObject::connect(browse, &QPushButton::clicked, edit, [edit, title] {
        const auto path = QFileDialog::getOpenFileName(edit->window(), title, edit->text());
        if (!path.isEmpty())
            edit->setText(path);
    });
    return row;
}

QString breakLongWords(const QString &text)
{
    constexpr int kLongest = 24;
    constexpr QChar kBreakHere = u'\u200B';
    QString result;
    int length = 0;
    for (const auto c : text) {
        length = c.isSpace() ? 0 : length + 1;
        if (length > kLongest && !c.isLowSurrogate()) {
            result += kBreakHere;
            length = 1;
        }
        result += c;
    }
    return result;
}

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    auto font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QWidget *stacked(std::initializer_list<QWidget *> widgets)
{
    auto *stack = new QWidget;
    auto *layout = new QVBoxLayout(stack);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (auto *widget : widgets)
        layout->addWidget(widget);
    return stack;
}

QWidget *consentCard(const QString &title, const QString &text, QCheckBox *agreed, QLabel *problem)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    agreed->setObjectName(u"agreed"_s);
    QObject::connect(agreed, &QCheckBox::toggled, problem, [problem] { setProblem(problem, {}); });
    auto *card = new ToneFrame(Tone::Waiting);
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(44, 12, 14, 12);
    layout->setSpacing(8);
    layout->addWidget(heading(title));
    layout->addWidget(label);
    layout->addWidget(agreed);
    layout->addWidget(problem);
    return card;
}

ToneFrame::ToneFrame(Tone tone, QWidget *parent)
    : QFrame(parent)
    , m_tone(tone)
{}

void ToneFrame::setTone(Tone tone)
{
    if (tone == m_tone)
        return;
    m_tone = tone;
    update();
}

void ToneFrame::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto fill = theme.color(m_tone);
    fill.setAlphaF(theme.dark ? 0.22F : 0.13F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect()), 8, 8);
    paintGlyph(painter, QRectF(16, 14, 14, 14), m_tone, theme);
}

} // namespace watchline
