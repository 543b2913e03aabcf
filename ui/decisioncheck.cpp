// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/decisioncheck.h"

#include "ui/document.h"
#include "ui/job.h"

namespace watchline {

namespace {

constexpr int kGateMs = 1'000;

} // namespace

DecisionCheck::DecisionCheck(QObject *parent)
    : QObject(parent)
{
    m_gate.setSingleShot(true);
    m_gate.setInterval(kGateMs);
    connect(&m_gate, &QTimer::timeout, this, &DecisionCheck::run);
}

DecisionCheck::~DecisionCheck() = default;

void DecisionCheck::setDocument(const Document *document)
{
    m_gate.stop();
    m_job.reset(); // it reads the store that goes
    m_document = document;
    m_verifier = document ? std::make_shared<Verifier>(document->store()) : nullptr;
    m_result = {};
    m_seen = 0;
    m_share = 0;
    m_hasResult = m_isRunning = m_isFinal = m_again = false;
    emit changed();
}

void DecisionCheck::rowsCame()
{
    if (!m_document || m_isFinal)
        return;
    // Most rows of a quiet watch are no decision; they change nothing in what is said.
    const auto &store = m_document->store();
    const auto size = store.size();
    while (!m_gate.isActive() && m_seen < size) {
        if (store.kind(m_seen++) == EventKind::Decision)
            m_gate.start();
    }
}

void DecisionCheck::check()
{
    m_gate.stop();
    if (m_document && !m_isFinal)
        run();
}

void DecisionCheck::run()
{
    if (m_isRunning) {
        m_again = true;
        return;
    }
    m_isRunning = true;
    m_seen = m_document->store().size();
    m_share = 0;
    const bool final = !m_document->isLive() && !m_document->isGrowing();
    auto work = [verifier = m_verifier, final](const Job::Progress &progress) {
        const bool isThrough = verifier->update(
            [&progress](qsizetype done, qsizetype total) { return progress(done, total); });
        if (isThrough && final)
            verifier->finish();
        return QString();
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::progressed, this, [this](double share) {
        m_share = share;
        emit changed();
    });
    connect(m_job.get(), &Job::finished, this, [this, final, job = m_job.get()] {
        if (job == m_job.get() && m_isRunning)
            ran(final);
    });
    m_job->start();
    emit changed();
}

void DecisionCheck::ran(bool final)
{
    m_isRunning = false;
    m_result = m_verifier->result();
    m_hasResult = true;
    m_isFinal = final;
    if (std::exchange(m_again, false) && !m_isFinal)
        run();
    else
        emit changed();
}

} // namespace watchline
