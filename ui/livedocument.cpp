// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/livedocument.h"

#include "core/base/text.h"
#include "core/simulator/simulator.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What one frame brings, with room to spare; a hot loop must not keep the window busy.
constexpr qsizetype kMostFactRows = 500;
constexpr std::chrono::seconds kMeasureEvery{2};

} // namespace

LiveDocument::LiveDocument(const QList<ConnectionOptions> &watches, QObject *parent)
    : Document(parent)
    , m_session(std::make_unique<LiveSession>(watches, QString(), SessionWriter::Existing::Refuse))
{
    connect(m_session.get(), &LiveSession::rowsAppended, this, [this] {
        readFacts();
        measureFile();
        scheduleGrown();
    });
    m_waitsFor.resize(watches.size());
    connect(m_session.get(), &LiveSession::waitingChanged, this, [this](int watch) {
        // Each frame sets the deadline anew: whoever shows it looks often enough.
        const auto what = m_session->waiting(watch).what;
        if (std::exchange(m_waitsFor[watch], what) != what)
            emit waitingChanged();
    });
    connect(m_session.get(), &LiveSession::recordingFailed, this, [this](const QString &error) {
        m_recordingFailed = true;
        emit recordingFailed(error);
    });
    connect(m_session.get(), &LiveSession::finished, this, [this](RunEnd end) {
        m_running = false;
        flushGrown();
        emit phaseChanged();
        emit ended(end);
    });
}

LiveDocument::~LiveDocument() = default;

void LiveDocument::keep(std::unique_ptr<SimulatorThread> simulator)
{
    m_simulator = std::move(simulator);
}

bool LiveDocument::start()
{
    m_running = m_session->start();
    return m_running;
}

QString LiveDocument::error() const
{
    return m_session->error();
}

void LiveDocument::stop()
{
    m_session->stop();
}

void LiveDocument::retryNow(const QString &source)
{
    if (const int watch = m_session->watchOf(source); watch >= 0)
        m_session->retryNow(watch);
}

void LiveDocument::retryAllNow()
{
    for (int watch = 0; watch < watchCount(); ++watch)
        m_session->retryNow(watch);
}

QUrl LiveDocument::apiUrl(const QString &source) const
{
    const int watch = m_session->watchOf(source);
    return watch < 0 ? QUrl() : m_session->watch(watch).apiUrl;
}

HttpFailure LiveDocument::lastFailure(const QString &source) const
{
    const int watch = m_session->watchOf(source);
    return watch < 0 ? HttpFailure::None : m_session->lastFailure(watch);
}

QString LiveDocument::addNote(const QString &text, Nanoseconds t, Nanoseconds length)
{
    m_session->addNote(text, t, length);
    return {};
}

QString LiveDocument::path() const
{
    return m_session->path();
}

void LiveDocument::readFacts()
{
    const qsizetype size = store().size();
    m_factsUpTo = std::max(m_factsUpTo, size - kMostFactRows);
    for (; m_factsUpTo < size; ++m_factsUpTo) {
        if (store().kind(m_factsUpTo) != EventKind::ConnectPhase)
            continue;
        const auto event = store().event(m_factsUpTo);
        if (event.has(Field::HttpVersion))
            m_httpVersion = singleLine(event.text(Field::HttpVersion), 20);
        if (event.word() == Word::Tls)
            m_tls = singleLine(event.text(Field::Detail), 60);
    }
}

void LiveDocument::measureFile()
{
    const auto now = m_session->sessionTime();
    const auto since = now - m_measured;
    if (since < kMeasureEvery)
        return;
    const auto size = QFileInfo(path()).size();
    const double seconds = static_cast<double>(since.count()) / 1e9;
    m_growth = static_cast<qint64>(static_cast<double>(size - m_fileSize) / seconds);
    m_fileSize = size;
    m_measured = now;
}

QString LiveDocument::connectionFacts() const
{
    QStringList facts;
    if (!m_httpVersion.isEmpty())
        facts.append(m_tls.isEmpty() ? m_httpVersion : tr("%1 over %2").arg(m_httpVersion, m_tls));
    const auto proxy = singleLine(m_session->proxyDescription(), 80);
    if (!proxy.isEmpty())
        facts.append(tr("proxy %1").arg(proxy));
    return facts.join(u" · "_s);
}

const SessionStore &LiveDocument::store() const
{
    return m_session->store();
}

Nanoseconds LiveDocument::now() const
{
    return m_running ? m_session->sessionTime() : store().lastTime();
}

Waiting LiveDocument::waiting(quint16 source) const
{
    const int watch =
        source < store().sourceCount() ? m_session->watchOf(store().sourceName(source)) : -1;
    return m_running && watch >= 0 ? m_session->waiting(watch) : Waiting{};
}

} // namespace watchline
