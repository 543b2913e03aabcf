// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/transportbar.h"

#include "ui/eventtext.h"
#include "ui/icons.h"
#include "ui/positionslider.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

#include <array>
#include <cmath>

namespace watchline {

namespace {

constexpr int kSliderSteps = 100'000;
constexpr std::array kSpeeds{0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 1000.0};
/// In a bar narrower than so many characters the session's end is not shown beside the position.
constexpr int kWideInCharacters = 115;

} // namespace

TransportBar::TransportBar(Playhead *playhead, QWidget *parent)
    : QWidget(parent)
    , m_playhead(playhead)
    , m_slider(new PositionSlider(this))
    , m_time(new QPushButton(this))
    , m_speed(new QComboBox(this))
{
    setAccessibleName(tr("Replay"));
    m_slider->setRange(0, kSliderSteps);
    m_slider->setPageStep(kSliderSteps / 20);
    m_slider->setSingleStep(kSliderSteps / 200);
    m_slider->setAccessibleName(tr("Position"));
    m_slider->setMinimumWidth(60);
    m_time->setObjectName(QStringLiteral("position"));
    m_time->setFlat(true);
    m_time->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_time->setToolTip(tr("Go to a time (Ctrl+G)"));
    m_time->setFocusPolicy(Qt::TabFocus);
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("Speed of the replay"));
    for (const double speed : kSpeeds)
        m_speed->addItem(tr("%1×").arg(speed), speed);
    m_speed->addItem(tr("max"), Playhead::kMaxSpeed);
    m_speed->setCurrentIndex(3);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 10, 4);
    row->setSpacing(2);
    addStep(tr("Previous attempt"), tr("To the attempt before (Ctrl+Page Up)"),
            Icon::PreviousAttempt, -1, StepTo::Attempt);
    addStep(tr("Previous decision"), tr("To the decision before (Ctrl+Up)"), Icon::PreviousDecision,
            -1, StepTo::Decision);
    addStep(tr("Previous event"), tr("To the event before (Ctrl+Left)"), Icon::Previous, -1,
            StepTo::Event);
    m_play = addButton(tr("Play"), tr("Play or pause (Space)"), Icon::Play);
    connect(m_play, &QToolButton::clicked, m_playhead,
            [this] { m_playhead->isPlaying() ? m_playhead->pause() : m_playhead->play(); });
    addStep(tr("Next event"), tr("To the next event (Ctrl+Right)"), Icon::Next, 1, StepTo::Event);
    addStep(tr("Next decision"), tr("To the next decision (Ctrl+Down)"), Icon::NextDecision, 1,
            StepTo::Decision);
    addStep(tr("Next attempt"), tr("To the next attempt (Ctrl+Page Down)"), Icon::NextAttempt, 1,
            StepTo::Attempt);
    row->addSpacing(8);
    row->addWidget(m_slider, 1);
    row->addSpacing(4);
    row->addWidget(m_time);
    row->addSpacing(4);
    row->addWidget(m_speed);

    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        const auto length = static_cast<double>((m_playhead->end() - m_playhead->begin()).count());
        m_playhead->moveTo(m_playhead->begin() +
                           Nanoseconds(std::llround(length * value / kSliderSteps)));
    });
    connect(m_time, &QPushButton::clicked, this, &TransportBar::jumpRequested);
    connect(m_speed, &QComboBox::currentIndexChanged, m_playhead,
            [this] { m_playhead->setSpeed(m_speed->currentData().toDouble()); });
    connect(m_playhead, &Playhead::moved, this, &TransportBar::showPosition);
    connect(m_playhead, &Playhead::playingChanged, this, &TransportBar::updateIcons);
    connect(m_playhead, &Playhead::loopChanged, this, &TransportBar::showLoop);
    updateIcons();
    refresh();
}

QToolButton *TransportBar::addButton(const QString &name, const QString &tip, Icon icon)
{
    auto *made = new QToolButton(this);
    made->setAccessibleName(name);
    made->setToolTip(tip);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::TabFocus);
    m_buttons.push_back({made, icon});
    static_cast<QHBoxLayout *>(layout())->addWidget(made);
    return made;
}

void TransportBar::addStep(const QString &name, const QString &tip, Icon icon, int direction,
                           StepTo what)
{
    connect(addButton(name, tip, icon), &QToolButton::clicked, this,
            [this, direction, what] { emit stepRequested(direction, what); });
}

void TransportBar::addToggle(QAction *action, Icon icon)
{
    auto *made = addButton(action->text().remove(QLatin1Char('&')), action->toolTip(), icon);
    made->setCheckable(true);
    made->setChecked(action->isChecked());
    connect(made, &QToolButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::toggled, made, &QToolButton::setChecked);
    updateIcons();
}

void TransportBar::refresh()
{
    showPosition();
    showLoop();
}

QString TransportBar::positionText() const
{
    return m_time->text();
}

int TransportBar::sliderValue(Nanoseconds t) const
{
    const auto length = (m_playhead->end() - m_playhead->begin()).count();
    const auto at = (t - m_playhead->begin()).count();
    return length > 0 ? static_cast<int>(std::lround(static_cast<double>(at) /
                                                     static_cast<double>(length) * kSliderSteps))
                      : 0;
}

void TransportBar::showPosition()
{
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(sliderValue(m_playhead->position()));
    auto text = elapsedText(m_playhead->position());
    if (width() > kWideInCharacters * fontMetrics().averageCharWidth())
        text += QStringLiteral(" / ") + elapsedText(m_playhead->end());
    m_time->setText(text);
}

void TransportBar::showLoop()
{
    const bool isShown = m_playhead->hasLoopMarks() || m_playhead->isLooping();
    const auto loop = m_playhead->loop();
    m_slider->setLoop(isShown
                          ? std::optional(std::pair(sliderValue(loop.begin), sliderValue(loop.end)))
                          : std::nullopt,
                      m_playhead->isLooping());
}

void TransportBar::updateIcons()
{
    const auto color = palette().color(QPalette::WindowText);
    for (const auto &[button, which] : m_buttons)
        button->setIcon(icon(which, color));
    if (m_playhead->isPlaying())
        m_play->setIcon(icon(Icon::Pause, color));
    m_play->setAccessibleName(m_playhead->isPlaying() ? tr("Pause") : tr("Play"));
}

void TransportBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcons();
}

void TransportBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showPosition();
}

} // namespace watchline
