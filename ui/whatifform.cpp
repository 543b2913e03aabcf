// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/whatifform.h"

#include "core/base/text.h"
#include "ui/formparts.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr double kFactorStep = 0.5;

/// What the arrows go through, in milliseconds.
constexpr std::array<qint64, 24> kUsualWaits{
    1,      2,       5,       10,      20,        50,        100,       200,
    500,    1'000,   2'000,   5'000,   10'000,    15'000,    20'000,    30'000,
    60'000, 120'000, 300'000, 600'000, 1'800'000, 3'600'000, 7'200'000, 14'400'000};

/// In the words of the command line.
void tell(QLabel *label, const QString &problem)
{
    label->setText(breakLongWords(problem));
    label->setVisible(!problem.isEmpty());
}

bool isFactor(const QString &name)
{
    return name == "read_timeout_factor"_L1;
}

QString waitText(qint64 milliseconds)
{
    constexpr std::array<std::pair<qint64, const char *>, 3> kUnits{
        {{3'600'000, " h"}, {60'000, " m"}, {1'000, " s"}}};
    for (const auto &[unit, suffix] : kUnits) {
        if (milliseconds % unit == 0)
            return QString::number(milliseconds / unit) + QLatin1StringView(suffix);
    }
    if (milliseconds > 1'000)
        return QString::number(static_cast<double>(milliseconds) / 1'000, 'g', 12) + u" s"_s;
    return QString::number(milliseconds) + u" ms"_s;
}

QString shownValue(const WhatIfSettings &settings, const QString &name)
{
    const auto value = settingValue(settings, name);
    return isFactor(name) ? value : waitText(value.toLongLong());
}

QString title(const QString &name)
{
    if (name == "initial_backoff_ms"_L1)
        return WhatIfForm::tr("First backoff");
    if (name == "max_backoff_ms"_L1)
        return WhatIfForm::tr("Longest backoff");
    if (name == "lease_conflict_backoff_ms"_L1)
        return WhatIfForm::tr("After a conflict");
    if (name == "non_sse_response_backoff_ms"_L1)
        return WhatIfForm::tr("After no stream");
    return isFactor(name) ? WhatIfForm::tr("Read time-out") : name;
}

QString meaning(const QString &name)
{
    if (name == "initial_backoff_ms"_L1)
        return WhatIfForm::tr("The wait after a first transient failure");
    if (name == "max_backoff_ms"_L1)
        return WhatIfForm::tr("The backoff doubles with each failure, up to this");
    if (name == "lease_conflict_backoff_ms"_L1)
        return WhatIfForm::tr("The wait when another gateway has the lease");
    if (name == "non_sse_response_backoff_ms"_L1)
        return WhatIfForm::tr("The wait after an answer that is no event stream");
    return WhatIfForm::tr("A stream that is silent for this many heartbeat intervals is given up");
}

QString range(const QString &name)
{
    return isFactor(name) ? WhatIfForm::tr("above 0 and at most 1000")
                          : WhatIfForm::tr("500ms, 20s, 5m or 2h; from 1 ms to 10000 h");
}

} // namespace

WhatIfField::WhatIfField(const QString &name, QWidget *parent)
    : QAbstractSpinBox(parent)
    , m_name(name)
{
    setObjectName(name);
    setAccessibleName(title(name));
    setAccessibleDescription(meaning(name));
    lineEdit()->setMaxLength(100);
    connect(lineEdit(), &QLineEdit::textChanged, this, &WhatIfField::edited);
}

void WhatIfField::setValueOf(const WhatIfSettings &settings)
{
    const auto text = shownValue(settings, m_name);
    if (lineEdit()->text() != text)
        lineEdit()->setText(text);
}

QString WhatIfField::assignment() const
{
    // `20 s` is easier to read, `20s` is what the command line takes.
    auto text = lineEdit()->text().trimmed();
    if (const auto space = text.lastIndexOf(u' ');
        space > 0 && text.at(space - 1).isDigit() && !text.at(text.size() - 1).isDigit())
        text.remove(space, 1);
    return m_name + u'=' + text;
}

void WhatIfField::stepBy(int steps)
{
    WhatIfSettings settings;
    if (!assign(settings, assignment()).isEmpty())
        return;
    if (isFactor(m_name)) {
        const double place = settings.readTimeoutFactor / kFactorStep;
        const double from = steps > 0 ? std::floor(place + 1e-9) : std::ceil(place - 1e-9);
        const double value = std::clamp((from + steps) * kFactorStep, kFactorStep, 1'000.0);
        lineEdit()->setText(QString::number(value));
        return;
    }
    auto value = settingValue(settings, m_name).toLongLong();
    for (; steps > 0; --steps) {
        const auto *next = std::upper_bound(kUsualWaits.begin(), kUsualWaits.end(), value);
        value = next == kUsualWaits.end() ? value : *next;
    }
    for (; steps < 0; ++steps) {
        const auto *next = std::lower_bound(kUsualWaits.begin(), kUsualWaits.end(), value);
        value = next == kUsualWaits.begin() ? value : *std::prev(next);
    }
    lineEdit()->setText(waitText(value));
    selectAll();
}

QSize WhatIfField::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 13, QAbstractSpinBox::sizeHint().height()};
}

QSize WhatIfField::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 11, QAbstractSpinBox::minimumSizeHint().height()};
}

WhatIfForm::WhatIfForm(QWidget *parent)
    : QWidget(parent)
    , m_jitter(new QComboBox)
    , m_contradiction(problemLabel(u"contradiction"_s))
    , m_reset(new QPushButton(tr("Reset")))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(2, 1);
    const auto caption = [grid](const QString &text, QWidget *field, int line, int columns = 1) {
        auto *label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(field);
        label->setToolTip(field->toolTip());
        grid->addWidget(label, line, 0);
        grid->addWidget(field, line, 1, 1, columns);
    };
    int line = 0;
    for (const auto &name : settingNames()) {
        Row row{new WhatIfField(name), new QLabel, problemLabel(name + u"-problem"_s)};
        row.was->setTextFormat(Qt::PlainText);
        row.was->setProperty("dim", true);
        row.was->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        caption(title(name), row.field, line);
        grid->addWidget(row.was, line, 2);
        grid->addWidget(row.problem, line + 1, 0, 1, 3);
        connect(row.field, &WhatIfField::edited, this, &WhatIfForm::read);
        m_rows.push_back(row);
        line += 2;
    }
    for (const auto &[jitter, text] :
         {std::pair(Jitter::None, tr("none")), std::pair(Jitter::Equal, tr("equal: half drawn")),
          std::pair(Jitter::Full, tr("full: all drawn"))})
        m_jitter->addItem(text, static_cast<int>(jitter));
    m_jitter->setObjectName(u"jitter"_s);
    m_jitter->setAccessibleName(tr("Jitter"));
    m_jitter->setToolTip(tr("How waits are spread, so that many gateways do not come at once"));
    m_jitter->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_jitter->setMinimumContentsLength(8);
    caption(tr("Jitter"), m_jitter, line, 2);
    grid->addWidget(m_contradiction, line + 1, 0, 1, 3);
    m_reset->setObjectName(u"reset"_s);
    m_reset->setToolTip(tr("All as the session was recorded"));
    grid->addWidget(m_reset, line + 2, 1, 1, 2, Qt::AlignRight);
    connect(m_jitter, &QComboBox::currentIndexChanged, this, &WhatIfForm::read);
    connect(m_reset, &QPushButton::clicked, this, &WhatIfForm::reset);
    setRecorded({});
}

/// Where there is no room for the recorded values, the fields' tool tips have them.
void WhatIfForm::resizeEvent(QResizeEvent *event)
{
    const int right = m_rows.front().field->geometry().right();
    for (const auto &row : m_rows)
        row.was->setVisible(width() - right > fontMetrics().averageCharWidth() * 11);
    QWidget::resizeEvent(event);
}

void WhatIfForm::setRecorded(const WhatIfSettings &recorded)
{
    m_recorded = recorded;
    {
        const QScopedValueRollback filling(m_isFilling, true);
        for (const auto &row : m_rows)
            row.field->setValueOf(recorded);
        m_jitter->setCurrentIndex(m_jitter->findData(static_cast<int>(recorded.jitter)));
    }
    read();
}

void WhatIfForm::read()
{
    if (m_isFilling)
        return;
    WhatIfSettings settings;
    bool isPossible = true;
    for (const auto &row : m_rows) {
        const auto name = row.field->name();
        const auto problem = assign(settings, row.field->assignment());
        isPossible = isPossible && problem.isEmpty();
        tell(row.problem, problem);
        const bool isOther =
            !problem.isEmpty() || settingValue(settings, name) != settingValue(m_recorded, name);
        row.field->setToolTip(
            tr("%1: %2 (%3); recorded: %4")
                .arg(meaning(name), range(name), name, shownValue(m_recorded, name)));
        row.was->setText(isOther ? tr("was %1").arg(shownValue(m_recorded, name)) : QString());
    }
    settings.jitter = static_cast<Jitter>(m_jitter->currentData().toInt());
    const auto clash = isPossible ? contradiction(settings) : QString();
    tell(m_contradiction, clash);
    m_settings = isPossible && clash.isEmpty() ? std::optional(settings) : std::nullopt;
    m_reset->setEnabled(!isAsRecorded());
    emit changed();
}

} // namespace watchline
