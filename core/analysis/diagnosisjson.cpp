// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"
#include "core/base/text.h"

namespace watchline {

namespace {

/// Milliseconds, as many decimals as there are.
QByteArray milliseconds(Nanoseconds time)
{
    const qint64 whole = time.count() / 1'000'000;
    const qint64 rest = time.count() % 1'000'000;
    QByteArray text = QByteArray::number(whole);
    if (rest == 0)
        return text;
    if (whole == 0 && rest < 0)
        text.prepend('-');
    text += '.' + QByteArray::number(std::abs(rest)).rightJustified(6, '0');
    while (text.endsWith('0'))
        text.chop(1);
    return text;
}

QByteArray milliseconds(std::optional<Microseconds> time)
{
    return time ? milliseconds(Nanoseconds(*time)) : QByteArray("null");
}

QByteArray text(QStringView string)
{
    QByteArray out;
    appendJsonString(out, string);
    return out;
}

QByteArray text(std::string_view name)
{
    return '"' + QByteArray(name.data(), static_cast<qsizetype>(name.size())) + '"';
}

QByteArray object(const NamedCounts &counts)
{
    QByteArray out = "{";
    for (const auto &[name, count] : counts)
        out += (out.size() > 1 ? "," : "") + text(name) + ':' + QByteArray::number(count);
    return out + '}';
}

QByteArray object(const Finding &finding)
{
    QByteArray seqs;
    for (const auto seq : finding.seqs)
        seqs += (seqs.isEmpty() ? "" : ",") + QByteArray::number(seq);
    return R"({"code":)" + text(name(finding.code)) + R"(,"severity":)" +
           text(name(finding.severity)) + R"(,"from_ms":)" + milliseconds(finding.from) +
           R"(,"to_ms":)" + milliseconds(finding.to) + R"(,"count":)" +
           QByteArray::number(finding.count) + R"(,"seqs":[)" + seqs + R"(],"text":)" +
           text(finding.text) + R"(,"advice":)" + text(finding.advice) + '}';
}

} // namespace

QByteArray toJson(const Diagnosis &diagnosis)
{
    const auto figures = diagnosis.figures();
    QByteArray out =
        R"({"duration_ms":)" + milliseconds(figures.duration) + R"(,"connected_ms":)" +
        milliseconds(figures.connected) + R"(,"backoff_ms":)" + milliseconds(figures.backoff) +
        R"(,"device_info_ms":)" + milliseconds(figures.deviceInfo) + R"(,"attempts":)" +
        QByteArray::number(figures.attempts) + R"(,"attempts_by_outcome":)" +
        object(figures.attemptsByOutcome) + R"(,"watches":)" + QByteArray::number(figures.watches) +
        R"(,"watches_by_outcome":)" + object(figures.watchesByOutcome) + R"(,"leases":)" +
        QByteArray::number(figures.leases) + R"(,"keepalives":)" +
        QByteArray::number(figures.keepAlives) + R"(,"heartbeats":)" + object(figures.heartbeats) +
        R"(,"heartbeat_rtt_ms":{"p50":)" + milliseconds(figures.roundTripP50) + R"(,"p90":)" +
        milliseconds(figures.roundTripP90) + R"(,"p99":)" + milliseconds(figures.roundTripP99) +
        R"(,"max":)" + milliseconds(figures.roundTripMax) + R"(},"longest_silence_ms":)" +
        milliseconds(figures.longestSilence) + R"(,"decisions_by_rule":)" +
        object(figures.decisionsByRule) + R"(,"findings":[)";
    bool isFirst = true;
    for (const auto &finding : diagnosis.findings()) {
        out += (isFirst ? "" : ",") + object(finding);
        isFirst = false;
    }
    out += ']';
    if (const auto leftOut = diagnosis.leftOut(); !leftOut.isEmpty()) {
        out += R"(,"left_out":[)";
        for (qsizetype i = 0; i < leftOut.size(); ++i)
            out += (i == 0 ? "" : ",") + text(leftOut.at(i));
        out += ']';
    }
    return out + '}';
}

} // namespace watchline
