// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/livesession.h"
#include "ui/document.h"

#include <memory>
#include <optional>

namespace watchline {

class SimulatorThread;

/// A session that is being watched and recorded: one watch, or a fleet of them.
class LiveDocument : public Document
{
    Q_OBJECT

public:
    /// Records to a new file in the session folder.
    explicit LiveDocument(const QList<ConnectionOptions> &watches, QObject *parent = nullptr);
    ~LiveDocument() override;

    /// The simulator that is watched lives as long as the document.
    void keep(std::unique_ptr<SimulatorThread> simulator);

    /// False when it cannot begin; error() says why. Nothing has been sent then.
    bool start();
    QString error() const;
    void stop();
    void retryNow(const QString &source);
    void retryAllNow();
    /// How the API is reached: HTTP version, TLS, proxy; empty while it is not known.
    QString connectionFacts() const;

    const SessionStore &store() const override;
    QString path() const override;
    QString addNote(const QString &text, Nanoseconds t, Nanoseconds length) override;
    bool isLive() const override { return m_running; }
    bool isGrowing() const override { return m_running; }
    Nanoseconds now() const override;
    Waiting waiting(quint16 source) const override;
    int watchCount() const { return m_session->watchCount(); }
    bool isFleet() const { return watchCount() > 1; }
    QUrl apiUrl(const QString &source) const;
    /// Of a fleet, the first one's.
    QUrl apiUrl() const { return m_session->watch(0).apiUrl; }
    HttpFailure lastFailure(const QString &source) const;
    /// Frames of a flood that are not shown.
    qint64 hiddenFrames() const { return m_session->hiddenFrames(); }
    /// How many of them are not in the file either, since that takes nothing any more.
    qint64 unrecordedFrames() const { return m_session->unrecordedFrames(); }
    bool hasRecordingFailed() const { return m_recordingFailed; }
    /// They are in the file, and the file is good.
    bool isFileFuller() const { return hiddenFrames() > 0 && !m_recordingFailed; }
    /// How fast the file grows, in bytes a second; nothing before it is known.
    std::optional<qint64> growthOfFile() const { return m_growth; }
    qint64 recordedEvents() const { return m_session->recordedEvents(); }
    bool isDemo() const { return m_simulator != nullptr; }

signals:
    void recordingFailed(const QString &error);
    void ended(watchline::RunEnd end);

private:
    void readFacts();
    void measureFile();

    QString m_httpVersion;
    QString m_tls;
    qsizetype m_factsUpTo = 0;
    QList<Waiting::For> m_waitsFor; // of each watch, as last told
    std::unique_ptr<SimulatorThread> m_simulator;
    std::unique_ptr<LiveSession> m_session; // goes before the simulator that it watches
    Nanoseconds m_measured{};               // when the file was
    qint64 m_fileSize = 0;                  // then
    std::optional<qint64> m_growth;
    bool m_recordingFailed = false;
    bool m_running = false;
};

} // namespace watchline
