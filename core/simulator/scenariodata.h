// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/simulator/scenario.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

/// A scenario as the simulator plays it: plain values, checked when they were read. The format of
/// the files is in resources/scenarios/README.md.
namespace watchline {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

/// A whole HTTP answer.
struct ScenarioResponse
{
    int status = 200;
    std::optional<QByteArray> contentType; ///< Empty: the answer has none. Nothing: as usual.
    HttpHeaders headers;                   ///< Besides those that every answer has.
    std::optional<QByteArray> body;        ///< Nothing: what the endpoint usually says.
};

/// How a connection (or a stream on it) ends.
enum class ScenarioEnd {
    End,      ///< The body ends as it should.
    Cut,      ///< FIN in the middle of a chunk.
    Reset,    ///< RST.
    Close,    ///< FIN, wherever the answer stands; first of all: before any byte.
    Garbage,  ///< Bytes that are no HTTP, then FIN.
    BadChunk, ///< A chunk whose size is no number; the connection stays open.
    Silence,  ///< Nothing more; the connection stays open.
};

/// One answer of a list: what, and after which time (nothing: the scenario's round trip).
struct ScenarioAnswer
{
    std::variant<ScenarioResponse, ScenarioEnd> what;
    std::optional<std::chrono::milliseconds> delay;
};

/// Answers in order. Past the end the last one stays, or the list starts again.
struct ScenarioAnswers
{
    QList<ScenarioAnswer> answers{ScenarioAnswer()};
    bool cycle = false;

    const ScenarioAnswer &at(qsizetype number) const
    {
        return answers.at(cycle ? number % answers.size() : std::min(number, answers.size() - 1));
    }
};

struct WaitStep
{
    std::chrono::milliseconds duration;
};

/// The head of a stream; sent by itself before the first byte when no step says otherwise.
struct HeadersStep
{
    QByteArray contentType = QByteArrayLiteral("text/event-stream"); ///< Empty: none.
    HttpHeaders headers;
    bool closeDelimited = false; ///< The body ends where the connection ends.
};

struct HelloStep
{
    QString lease; ///< Empty: a new one.
    qint64 intervalMs = 1'000;
    qint64 waitMs = 30'000;
};

struct KeepAlivesStep
{
    std::optional<qint64> count; ///< Nothing: until the client leaves.
    std::chrono::milliseconds every;
    QByteArray text;
};

struct SendStep
{
    QByteArray bytes;
    std::optional<std::chrono::milliseconds> bytewise; ///< A chunk a byte, with this pause.
    QString what;                                      ///< For the log: no secrets.
};

/// One comment line without an end.
struct FloodStep
{
    qint64 bytes;
};

using ScenarioStep = std::variant<WaitStep, HeadersStep, HelloStep, KeepAlivesStep, SendStep,
                                  FloodStep, ScenarioResponse, ScenarioEnd>;

/// How one watch request is answered. Steps that run out leave the connection silent.
struct ScenarioConnect
{
    QList<ScenarioStep> steps;
    std::optional<ScenarioAnswers> heartbeats; ///< Nothing: the scenario's.
};

struct Scenario::Data
{
    QString name;
    QString title;
    QString remark;                  ///< What is not as one may think; empty when all is.
    std::optional<QByteArray> token; ///< Nothing: any is good.
    QByteArray prefix;               ///< Of the paths: empty, or `/...` without a slash at its end.
    QString deviceId;
    QString deviceName;
    QString projectId;
    quint32 seed = 1;
    std::chrono::milliseconds shortestRoundTrip{};
    std::chrono::milliseconds longestRoundTrip{};
    ScenarioAnswers deviceInfo;
    ScenarioAnswers heartbeats;
    QList<ScenarioConnect> connects;
    std::chrono::milliseconds length{};
};

} // namespace watchline
