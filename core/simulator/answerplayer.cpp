// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/answerplayer.h"

#include "core/base/text.h"
#include "core/simulator/connection.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kStepsPerTurn = 64;
constexpr qint64 kFloodPiece = 64 * 1'024;

QString describe(ScenarioEnd end)
{
    switch (end) {
    case ScenarioEnd::End:
        return u"clean end"_s;
    case ScenarioEnd::Cut:
        return u"FIN inside a chunk"_s;
    case ScenarioEnd::Reset:
        return u"connection reset"_s;
    case ScenarioEnd::Close:
        return u"connection closed"_s;
    case ScenarioEnd::Garbage:
        return u"bytes that are no HTTP"_s;
    case ScenarioEnd::BadChunk:
        return u"a chunk with a malformed size"_s;
    case ScenarioEnd::Silence:
        return u"silence from now on"_s;
    }
    return {};
}

QByteArray helloEvent(const HelloStep &hello, const QString &lease)
{
    const QJsonObject data{{u"watchLeaseId"_s, lease},
                           {u"deviceWaitForViewerMs"_s, hello.waitMs},
                           {u"heartbeatIntervalMs"_s, hello.intervalMs}};
    return "event: hello\ndata: " + QJsonDocument(data).toJson(QJsonDocument::Compact) + "\n\n";
}

} // namespace

AnswerPlayer::AnswerPlayer(Connection &connection, Clock &clock, QList<ScenarioStep> steps,
                           PlayerHooks hooks)
    : m_connection(connection)
    , m_steps(std::move(steps))
    , m_hooks(std::move(hooks))
    , m_timer(clock.makeTimer([this] { run(); }))
{
    m_nextTurn.setSingleShot(true);
    QObject::connect(&m_nextTurn, &QTimer::timeout, &m_nextTurn, [this] { run(); });
}

void AnswerPlayer::run()
{
    for (int turn = 0; turn < kStepsPerTurn; ++turn) {
        if (m_over)
            return;
        if (m_index == m_steps.size()) {
            play(ScenarioEnd::Silence);
            return;
        }
        // An end discards what is unwritten, or says more than the client could have read by then.
        const auto &step = m_steps.at(m_index);
        const bool ends = std::holds_alternative<ScenarioEnd>(step);
        if (m_connection.isClogged() || (ends && !m_connection.isDrained())) {
            m_waitsForDrain = true;
            return;
        }
        if (!std::visit([this](const auto &what) { return play(what); }, step))
            return;
    }
    m_nextTurn.start();
}

void AnswerPlayer::drained()
{
    if (!m_waitsForDrain || m_over)
        return;
    m_waitsForDrain = false;
    run();
}

void AnswerPlayer::clientLeft()
{
    if (!m_over || m_silent)
        m_hooks.log(u"the client left"_s);
    m_over = true;
    m_timer->stop();
    m_nextTurn.stop();
}

bool AnswerPlayer::next()
{
    ++m_index;
    m_progress = 0;
    return true;
}

bool AnswerPlayer::wait(Nanoseconds delay)
{
    m_timer->start(delay);
    return false;
}

void AnswerPlayer::beginStream()
{
    if (!m_connection.isStreaming())
        m_connection.beginStream({});
}

bool AnswerPlayer::play(const WaitStep &step)
{
    next();
    return wait(step.duration);
}

bool AnswerPlayer::play(const HeadersStep &step)
{
    m_connection.beginStream(step);
    m_hooks.log(u"200 OK, %1%2"_s.arg(
        step.contentType.isEmpty() ? u"no content type"_s
                                   : singleLine(QString::fromUtf8(step.contentType), 80),
        step.closeDelimited ? u", ends with its connection"_s : QString()));
    return next();
}

bool AnswerPlayer::play(const HelloStep &step)
{
    beginStream();
    const auto lease = step.lease.isEmpty() ? m_hooks.newLease() : step.lease;
    m_connection.sendStream(helloEvent(step, lease));
    m_hooks.log(u"hello, lease %1, heartbeat interval %2"_s.arg(
        singleLine(lease, 80), readableDuration(std::chrono::milliseconds(step.intervalMs))));
    return next();
}

bool AnswerPlayer::play(const KeepAlivesStep &step)
{
    beginStream();
    if (m_progress == 0)
        m_hooks.log(u"%1 keep-alives, one each %2"_s.arg(step.count ? QString::number(*step.count)
                                                                    : u"endless"_s,
                                                         readableDuration(step.every)));
    m_connection.sendStream(": " + step.text + "\n\n");
    ++m_progress;
    if (step.count && m_progress >= *step.count)
        next();
    return wait(step.every);
}

bool AnswerPlayer::play(const SendStep &step)
{
    beginStream();
    if (m_progress == 0)
        m_hooks.log(step.what);
    if (!step.bytewise) {
        m_connection.sendStream(step.bytes);
        return next();
    }
    if (m_progress == step.bytes.size())
        return next();
    m_connection.sendStream(step.bytes.sliced(m_progress, 1));
    ++m_progress;
    return wait(*step.bytewise);
}

bool AnswerPlayer::play(const FloodStep &step)
{
    beginStream();
    if (m_progress == 0) {
        m_hooks.log(u"a comment of %1 KiB without an end"_s.arg(step.bytes / 1'024));
        m_connection.sendStream(": ");
    }
    const auto piece = std::min(kFloodPiece, step.bytes - m_progress);
    m_connection.sendStream(QByteArray(piece, 'x'));
    m_progress += piece;
    return m_progress < step.bytes || next();
}

bool AnswerPlayer::play(const ScenarioResponse &step)
{
    m_over = true;
    m_hooks.log(QString::number(step.status) + u' ' + QString::fromLatin1(httpReason(step.status)));
    m_connection.respond(step);
    return false;
}

bool AnswerPlayer::play(ScenarioEnd step)
{
    m_over = true;
    m_silent = step == ScenarioEnd::Silence || step == ScenarioEnd::BadChunk;
    m_hooks.log(describe(step));
    m_connection.end(step);
    return false;
}

} // namespace watchline
