// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/messagebar.h"

#include "core/base/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace watchline {

namespace {

Tone toneOfMessage(MessageBar::Kind kind)
{
    switch (kind) {
    case MessageBar::Kind::Note:
        return Tone::Ok;
    case MessageBar::Kind::Warning:
        return Tone::Waiting;
    case MessageBar::Kind::Failure:
        return Tone::Error;
    }
    return Tone::Quiet;
}

/// Messages come from many places, some with a path or a host first, which stay as they are.
QString asSentence(QString line)
{
    if (line.isEmpty())
        return line;
    const auto first = line.section(u' ', 0, 0);
    if (std::all_of(first.begin(), first.end(), [](QChar c) { return c.isLetter(); }))
        line[0] = line[0].toUpper();
    const bool endsInAPath = line.section(u' ', -1).contains(u'/');
    if (!endsInAPath && !QStringView(u".!?…").contains(line.back()))
        line += u'.';
    return line;
}

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel)
    , m_action(new QPushButton)
    , m_dismiss(new QPushButton(tr("Dismiss")))
{
    m_action->setObjectName(QStringLiteral("messageAction"));
    m_dismiss->setObjectName(QStringLiteral("messageDismiss"));
    setAccessibleName(tr("Message"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(40, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        dismiss();
        emit actionTriggered();
    });
    connect(m_dismiss, &QPushButton::clicked, this, [this] {
        dismiss();
        emit waved();
    });
}

void MessageBar::tell(Kind kind, const QString &text, const QString &action)
{
    m_kind = kind;
    m_text->setText(asSentence(singleLine(text, 1000)));
    m_action->setText(action);
    m_action->setMinimumWidth(m_action->fontMetrics().horizontalAdvance(action) + 28);
    m_action->setVisible(!action.isEmpty());
    setAccessibleDescription(m_text->text());
    m_active = true;
    update();
    emit shown();
}

void MessageBar::dismiss()
{
    if (!m_active)
        return;
    m_active = false;
    emit dismissed();
}

QString MessageBar::text() const
{
    return m_active ? m_text->text() : QString();
}

void MessageBar::paintEvent(QPaintEvent *)
{
    const auto theme = Theme::of(palette());
    const auto tone = toneOfMessage(m_kind);
    QPainter painter(this);
    auto fill = theme.color(tone);
    fill.setAlphaF(theme.dark ? 0.20F : 0.13F);
    painter.fillRect(rect(), fill);
    painter.fillRect(QRect(0, 0, 3, height()), theme.color(tone));
    painter.setRenderHint(QPainter::Antialiasing);
    paintGlyph(painter, QRectF(15, height() / 2.0 - 7, 14, 14), tone, theme);
}

} // namespace watchline
