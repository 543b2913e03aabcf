// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/transportbar.h"

#include "ui/eventtext.h"
#include "ui/icons.h"

#include <QComboBox>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <array>
#include <cmath>

namespace watchline {

namespace {

constexpr int kSliderSteps = 100'000;
constexpr std::array kSpeeds{0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 1000.0};

QToolButton *button(const QString &name, const QString &tip, QWidget *parent)
{
    auto *made = new QToolButton(parent);
    made->setAccessibleName(name);
    made->setToolTip(tip);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::TabFocus);
    return made;
}

} // namespace

TransportBar::TransportBar(Playhead *playhead, QWidget *parent)
    : QWidget(parent)
    , m_playhead(playhead)
    , m_previousDecision(button(tr("Previous decision"), tr("To the decision before"), this))
    , m_previous(button(tr("Previous event"), tr("To the event before"), this))
    , m_play(button(tr("Play"), tr("Play or pause (Space)"), this))
    , m_next(button(tr("Next event"), tr("To the next event"), this))
    , m_nextDecision(button(tr("Next decision"), tr("To the next decision"), this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_time(new QLabel(this))
    , m_speed(new QComboBox(this))
{
    setAccessibleName(tr("Replay"));
    m_slider->setRange(0, kSliderSteps);
    m_slider->setPageStep(kSliderSteps / 20);
    m_slider->setSingleStep(kSliderSteps / 200);
    m_slider->setAccessibleName(tr("Position"));
    m_time->setTextFormat(Qt::PlainText);
    m_time->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("Speed of the replay"));
    for (const double speed : kSpeeds)
        m_speed->addItem(tr("%1×").arg(speed), speed);
    m_speed->addItem(tr("max"), Playhead::kMaxSpeed);
    m_speed->setCurrentIndex(3);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 10, 4);
    row->setSpacing(2);
    for (auto *widget : {m_previousDecision, m_previous, m_play, m_next, m_nextDecision})
        row->addWidget(widget);
    row->addSpacing(8);
    row->addWidget(m_slider, 1);
    row->addSpacing(8);
    row->addWidget(m_time);
    row->addSpacing(8);
    row->addWidget(m_speed);

    addButtons();
    updateIcons();
    refresh();
}

void TransportBar::addButtons()
{
    connect(m_play, &QToolButton::clicked, m_playhead,
            [this] { m_playhead->isPlaying() ? m_playhead->pause() : m_playhead->play(); });
    connect(m_previousDecision, &QToolButton::clicked, this,
            [this] { emit stepRequested(-1, true); });
    connect(m_previous, &QToolButton::clicked, this, [this] { emit stepRequested(-1, false); });
    connect(m_next, &QToolButton::clicked, this, [this] { emit stepRequested(1, false); });
    connect(m_nextDecision, &QToolButton::clicked, this, [this] { emit stepRequested(1, true); });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        const auto length = static_cast<double>((m_playhead->end() - m_playhead->begin()).count());
        m_playhead->moveTo(m_playhead->begin() +
                           Nanoseconds(std::llround(length * value / kSliderSteps)));
    });
    connect(m_speed, &QComboBox::currentIndexChanged, m_playhead,
            [this] { m_playhead->setSpeed(m_speed->currentData().toDouble()); });
    connect(m_playhead, &Playhead::moved, this, &TransportBar::showPosition);
    connect(m_playhead, &Playhead::playingChanged, this, &TransportBar::updateIcons);
}

void TransportBar::refresh()
{
    showPosition();
}

void TransportBar::showPosition()
{
    const auto length = (m_playhead->end() - m_playhead->begin()).count();
    const auto at = (m_playhead->position() - m_playhead->begin()).count();
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(
        length > 0 ? static_cast<int>(std::lround(static_cast<double>(at) /
                                                  static_cast<double>(length) * kSliderSteps))
                   : 0);
    m_time->setText(elapsedText(m_playhead->position()) + QStringLiteral(" / ") +
                    elapsedText(m_playhead->end()));
}

void TransportBar::updateIcons()
{
    const auto color = palette().color(QPalette::WindowText);
    m_previousDecision->setIcon(icon(Icon::PreviousDecision, color));
    m_previous->setIcon(icon(Icon::Previous, color));
    m_play->setIcon(icon(m_playhead->isPlaying() ? Icon::Pause : Icon::Play, color));
    m_play->setAccessibleName(m_playhead->isPlaying() ? tr("Pause") : tr("Play"));
    m_next->setIcon(icon(Icon::Next, color));
    m_nextDecision->setIcon(icon(Icon::NextDecision, color));
}

void TransportBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcons();
}

} // namespace watchline
