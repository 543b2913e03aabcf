// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/whatifcalculator.h"

#include "ui/job.h"

#include <algorithm>

namespace watchline {

namespace {

/// Whoever types or turns a wheel has done so for a moment.
constexpr int kSettleMs = 150;
/// A session that grows is played again after so long, and after so many times what it took.
constexpr qint64 kGrowthMs = 1'000;
constexpr qint64 kLeastRest = 10;

} // namespace

WhatIfCalculator::WhatIfCalculator(QObject *parent)
    : QObject(parent)
{
    m_gate.setSingleShot(true);
    connect(&m_gate, &QTimer::timeout, this, &WhatIfCalculator::start);
}

WhatIfCalculator::~WhatIfCalculator() = default;

void WhatIfCalculator::setStore(const SessionStore *store)
{
    m_job.reset(); // it reads the store that goes
    m_gate.stop();
    m_store = store;
    m_settings.reset();
    m_result.reset();
    m_cost = 0;
    m_share = 0;
    m_isCancelled = false;
    emit resultChanged();
    emit changed();
}

void WhatIfCalculator::setSettings(const std::optional<WhatIfSettings> &settings)
{
    if (settings == m_settings)
        return;
    m_settings = settings;
    m_job.reset(); // nobody waits for what it finds any more
    m_gate.stop();
    m_isCancelled = false;
    if (m_store && m_settings && m_isActive && !isUpToDate())
        m_gate.start(kSettleMs);
    emit changed();
}

void WhatIfCalculator::setActive(bool active)
{
    if (m_isActive == active)
        return;
    m_isActive = active;
    if (active) {
        start();
        return;
    }
    m_job.reset();
    m_gate.stop();
    emit changed();
}

bool WhatIfCalculator::isUpToDate() const
{
    return !m_store || (m_result && m_settings && m_result->whatIf.settings == *m_settings &&
                        m_result->rows == m_store->size());
}

void WhatIfCalculator::refresh()
{
    if (m_isActive && m_settings && !m_job && !m_isCancelled && !m_gate.isActive() && !isUpToDate())
        m_gate.start(static_cast<int>(std::clamp(m_cost * kLeastRest, kGrowthMs, 60 * kGrowthMs)));
}

void WhatIfCalculator::calculate()
{
    m_isCancelled = false;
    m_job.reset();
    start();
}

void WhatIfCalculator::cancel()
{
    if (!m_job)
        return;
    m_job.reset();
    m_gate.stop();
    m_isCancelled = true;
    emit changed();
}

void WhatIfCalculator::start()
{
    m_gate.stop();
    if (!m_store || !m_settings || !m_isActive || m_job || m_isCancelled || isUpToDate())
        return;
    auto found = std::make_shared<std::optional<Result>>();
    auto work = [store = m_store, settings = *m_settings, found](const Job::Progress &progress) {
        auto lanes = std::make_shared<WhatIfLanes>();
        const auto rows = store->size();
        auto played = whatIf(*store, settings, *lanes, rows, [&](qsizetype done, qsizetype total) {
            return progress(done, total);
        });
        if (played)
            *found = Result{std::move(*played), std::move(lanes), rows};
        return QString();
    };
    m_found = found;
    m_share = 0;
    m_took.start();
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::progressed, this, [this](double share) {
        m_share = share;
        emit changed();
    });
    connect(m_job.get(), &Job::finished, this, [this, job = m_job.get()] {
        if (m_job.get() == job && !job->isCancelled())
            finish();
    });
    m_job->start();
    emit changed();
}

void WhatIfCalculator::finish()
{
    m_job.release()->deleteLater(); // this is called out of it
    m_cost = m_took.elapsed();
    const auto found = std::exchange(m_found, nullptr);
    if (!*found)
        return;
    m_result = std::move(**found);
    emit resultChanged();
    emit changed();
    refresh();
}

} // namespace watchline
