// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QList>

#include <utility>

namespace watchline {

/// One line as the gateway's own code writes it, taken apart; and put together again as other
/// programs shape and carry it.
struct WrittenLine
{
    QByteArray time; ///< `2026-11-23T09:36:36.161220Z`
    QByteArray level;
    QByteArray target; ///< `foxglove::remote_access::watch`
    QByteArray text;   ///< message and fields
    QByteArray message;
    QList<std::pair<QByteArray, QByteArray>> fields; ///< values as they stand in the text
};

/// The lines of a sample in tests/data/gateway-logs.
QList<WrittenLine> linesOfSample(const QByteArray &log);

/// Names of shapes: tracing, tracing-ansi, tracing-threads, tracing-spans, json, json-flat, env,
/// env-ms, env-us, env-ns, env-ansi, python, python-time, python-dashes, python-bare, python-json.
const QList<QByteArray> &logShapes();
/// A line without its end.
QByteArray shaped(const WrittenLine &line, const QByteArray &shape);
/// Whether the shape has the date and time itself; to how many nanoseconds.
qint64 resolutionOfShape(const QByteArray &shape);

/// Names of carriers: plain, short, short-precise, short-iso, short-full, journal-json,
/// journal-bytes, export, docker, docker-t, kubectl, kubectl-prefix, cri, compose, ros, rfc3164,
/// rfc5424.
const QList<QByteArray> &logCarriers();
/// Lines of a program, with their ends, in one carrier. `time` is when the carrier took them over.
QByteArray carried(const QByteArray &text, const QByteArray &time, const QByteArray &carrier);
/// What the carrier tells of whose line it is.
QByteArray originOfCarrier(const QByteArray &carrier);
/// 0: it has no time.
qint64 resolutionOfCarrier(const QByteArray &carrier);

} // namespace watchline
