// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/document.h"

#include <QFileInfo>

namespace watchline {

namespace {

constexpr int kFrameMs = 33;

} // namespace

Document::Document(QObject *parent)
    : QObject(parent)
{
    m_gate.setSingleShot(true);
    m_gate.setInterval(kFrameMs);
    connect(&m_gate, &QTimer::timeout, this, &Document::grown);
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
    const qsizetype size = store().size();
    if (size != m_statesSeen) {
        m_states->update();
        m_statesSeen = size;
    }
    return *m_states;
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
