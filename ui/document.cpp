// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/document.h"

#include <QFileInfo>

#include <chrono>

namespace watchline {

namespace {

constexpr int kFrameMs = 33;
/// Rows whose states are taken in at once, and for how long in one turn.
constexpr qsizetype kRowsAtOnce = 256;
constexpr auto kTakeInFor = std::chrono::milliseconds(8);

} // namespace

Document::Document(QObject *parent)
    : QObject(parent)
{
    m_gate.setSingleShot(true);
    m_gate.setInterval(kFrameMs);
    connect(&m_gate, &QTimer::timeout, this, &Document::grown);
    m_more.setSingleShot(true);
    connect(&m_more, &QTimer::timeout, this, [this] {
        takeInStates();
        emit statesGrown();
    });
}

Document::~Document() = default;

QString Document::name() const
{
    return QFileInfo(path()).fileName();
}

const RunStateIndex &Document::states()
{
    if (!m_states)
        m_states = std::make_unique<RunStateIndex>(store());
    // While more are under way this turn has had its share.
    if (!m_more.isActive())
        takeInStates();
    return *m_states;
}

void Document::takeInStates()
{
    const auto began = std::chrono::steady_clock::now();
    while (m_states->update(kRowsAtOnce)) {
        if (std::chrono::steady_clock::now() - began > kTakeInFor)
            break;
    }
    if (m_states->size() < store().size())
        m_more.start(0);
}

void Document::scheduleGrown()
{
    if (!m_gate.isActive())
        m_gate.start();
}

void Document::flushGrown()
{
    m_gate.stop();
    emit grown();
}

} // namespace watchline
