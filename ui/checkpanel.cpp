// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/checkpanel.h"

#include "core/base/text.h"
#include "core/watch/apicheckrunner.h"
#include "ui/formparts.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kMarkSize = 12;
constexpr int kTextWidth = 360;

Tone toneOf(CheckState state)
{
    switch (state) {
    case CheckState::Passed:
        return Tone::Ok;
    case CheckState::Failed:
        return Tone::Error;
    case CheckState::Running:
        return Tone::Timeout;
    case CheckState::NotUsed:
    case CheckState::NotReached:
        break;
    }
    return Tone::Quiet;
}

QString wordFor(CheckState state)
{
    switch (state) {
    case CheckState::Passed:
        return CheckPanel::tr("passed");
    case CheckState::Failed:
        return CheckPanel::tr("failed");
    case CheckState::Running:
        return CheckPanel::tr("running");
    case CheckState::NotUsed:
        return CheckPanel::tr("not used");
    case CheckState::NotReached:
        break;
    }
    return CheckPanel::tr("not reached");
}

QString detailOf(const CheckedStep &step)
{
    if (step.detail.isEmpty())
        return wordFor(step.state);
    const auto detail = breakLongWords(step.detail);
    return step.state == CheckState::NotUsed ? CheckPanel::tr("not used: %1").arg(detail) : detail;
}

QLabel *plainLabel(const QString &text = {})
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *wrappedLabel()
{
    auto *label = plainLabel();
    label->setWordWrap(true);
    label->setMinimumWidth(kTextWidth);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

/// The shape of a step's state.
class ToneMark : public QWidget
{
public:
    ToneMark() { setFixedSize(kMarkSize, kMarkSize); }

    void setState(CheckState state)
    {
        m_tone = toneOf(state);
        setAccessibleName(wordFor(state));
        setToolTip(wordFor(state));
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintGlyph(painter, QRectF(rect()), m_tone, Theme::of(palette()));
    }

private:
    Tone m_tone = Tone::Quiet;
};

CheckPanel::CheckPanel(QWidget *parent)
    : ToneFrame(Tone::Quiet, parent)
    , m_title(heading({}))
{
    m_title->setObjectName(u"checkTitle"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(44, 12, 14, 12);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(3, 1);
    for (std::size_t i = 0; i < kCheckSteps; ++i)
        m_rows.at(i) = addRow(*grid, static_cast<CheckStep>(i));
    layout->addLayout(grid);
    hide();
}

CheckPanel::~CheckPanel() = default;

CheckPanel::Row CheckPanel::addRow(QGridLayout &grid, CheckStep step)
{
    const Row row{new ToneMark, plainLabel(stepLabel(step)), plainLabel(), wrappedLabel(),
                  wrappedLabel()};
    row.mark->setObjectName(u"checkMark_"_s + stepName(step));
    row.detail->setObjectName(u"check_"_s + stepName(step));
    row.advice->setObjectName(u"checkAdvice_"_s + stepName(step));
    const int line = grid.rowCount();
    grid.addWidget(row.mark, line, 0, Qt::AlignTop);
    grid.addWidget(row.label, line, 1, Qt::AlignTop);
    grid.addWidget(row.time, line, 2, Qt::AlignTop | Qt::AlignRight);
    grid.addWidget(row.detail, line, 3, Qt::AlignTop);
    grid.addWidget(row.advice, line + 1, 3, Qt::AlignTop);
    return row;
}

QString CheckPanel::start(const ConnectionOptions &options)
{
    clear();
    m_runner = std::make_unique<ApiCheckRunner>(options);
    connect(m_runner.get(), &ApiCheckRunner::changed, this,
            [this] { showReport(m_runner->report()); });
    connect(m_runner.get(), &ApiCheckRunner::finished, this, [this] {
        setRunning(false);
        showReport(m_runner->report());
    });
    if (!m_runner->start())
        return m_runner->error();
    setRunning(true);
    showReport(m_runner->report());
    setVisible(true);
    return {};
}

void CheckPanel::clear()
{
    m_runner.reset();
    setRunning(false);
    hide();
}

void CheckPanel::setRunning(bool isRunning)
{
    if (isRunning == m_isRunning)
        return;
    m_isRunning = isRunning;
    emit runningChanged(isRunning);
}

void CheckPanel::showReport(const CheckReport &report)
{
    const auto failed = report.failed();
    if (failed)
        m_title->setText(
            tr("Failed at %1; the device's lease was not touched").arg(stepLabel(*failed)));
    else if (report.hasPassed())
        m_title->setText(tr("The API answers and takes the token; the lease was not touched"));
    else
        m_title->setText(tr("Checking …"));
    setTone(failed ? Tone::Error : report.hasPassed() ? Tone::Ok : Tone::Quiet);
    for (std::size_t i = 0; i < kCheckSteps; ++i)
        showRow(m_rows.at(i), report.steps.at(i));
}

void CheckPanel::showRow(const Row &row, const CheckedStep &step)
{
    row.mark->setState(step.state);
    row.time->setText(step.duration ? readableDuration(*step.duration) : QString());
    row.detail->setText(detailOf(step));
    row.detail->setToolTip(Qt::convertFromPlainText(step.facts.join(u'\n')));
    const bool isInUse = step.state != CheckState::NotReached && step.state != CheckState::NotUsed;
    row.detail->setEnabled(isInUse);
    row.label->setEnabled(isInUse);
    row.advice->setText(step.advice.isEmpty() ? QString()
                                              : QString(u"→ "_s + breakLongWords(step.advice)));
    row.advice->setVisible(!step.advice.isEmpty());
}

} // namespace watchline
