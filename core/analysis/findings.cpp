// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/evidence.h"
#include "core/base/text.h"

#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

/// A robot that is away for that long is not reachable; less is put up with.
constexpr Nanoseconds kOutage = 10s;

/// "1 watch", "3 watches".
QString counted(qsizetype count, const QString &one, const QString &many)
{
    return QString::number(count) + u' ' + (count == 1 ? one : many);
}

QString counted(qsizetype count, const QString &noun)
{
    return counted(count, noun, noun + u's');
}

QString duration(Nanoseconds time)
{
    return readableDuration(time);
}

/// "60 s", or "59.1 s to 60.2 s" where that differs.
QString range(const Spread &spread)
{
    const auto least = duration(spread.min);
    const auto most = duration(spread.max);
    return least == most ? least : least + u" to "_s + most;
}

/// In seconds, as time-outs are set, unless it is very long.
QString limit(Nanoseconds time)
{
    if (time >= 2h)
        return duration(time);
    const double seconds = std::chrono::duration<double>(time).count();
    return QString::number(seconds, 'g', seconds < 100 ? 3 : 4) + u" s"_s;
}

/// " in 4 min 5 s" of what happened more than once.
QString within(const Evidence &evidence)
{
    return evidence.count > 1 && evidence.to > evidence.from
               ? u" in "_s + duration(evidence.to - evidence.from)
               : QString();
}

/// What it cost.
QString lost(const Evidence &evidence)
{
    QString text;
    if (evidence.lost > 0ns)
        text = u" It kept the gateway disconnected for %1."_s.arg(duration(evidence.lost));
    if (evidence.isOngoing)
        text += u" It had not ended when the session did."_s;
    return text;
}

/// How bad it is that connecting failed: by what it cost.
FindingSeverity byLoss(const Evidence &evidence)
{
    if (evidence.isOngoing || evidence.lost >= kOutage)
        return FindingSeverity::Error;
    return evidence.count > 1 ? FindingSeverity::Warning : FindingSeverity::Info;
}

FindingSeverity byCount(const Evidence &evidence)
{
    return evidence.count > 1 ? FindingSeverity::Warning : FindingSeverity::Info;
}

struct Verdict
{
    FindingSeverity severity;
    QString text;
    QString advice;
};

Verdict tokenRejected(const Evidences &all, const Evidence &evidence)
{
    return {
        FindingSeverity::Error,
        u"The API rejected the device token (401) %1: %2. The gateway stops at that and does "
        u"not try again."_s.arg(counted(evidence.count, u"time"_s), all.rejectedBy.text()),
        u"Check that the token was neither revoked nor replaced, that it is of this project and "
        u"device, and that the API URL is the one it was made for; then start the gateway "
        u"again."_s};
}

Verdict leaseContention(const Evidences &all, const Evidence &evidence)
{
    QStringList where;
    if (all.conflictsOnConnect > 0)
        where.append(u"%1 refused at connecting"_s.arg(all.conflictsOnConnect));
    if (all.conflictsOnHeartbeat > 0)
        where.append(
            u"%1 taken from a running watch, told by a heartbeat"_s.arg(all.conflictsOnHeartbeat));
    auto text = u"Another gateway holds this device's lease: %1 (409)%2, %3."_s.arg(
        counted(evidence.count, u"conflict"_s), within(evidence), where.join(u", "_s));
    const auto &gaps = all.conflictGaps;
    if (gaps.count == 1)
        text += u" They are %1 apart."_s.arg(duration(gaps.mean()));
    else if (gaps.count > 1 &&
             gaps.max - gaps.min <= std::max<Nanoseconds>(2s, Nanoseconds(gaps.mean().count() / 5)))
        text += u" They come in a steady rhythm, every %1."_s.arg(duration(gaps.mean()));
    else if (gaps.count > 1)
        text += u" They come every %1 on average (%2)."_s.arg(duration(gaps.mean()), range(gaps));
    text += lost(evidence);
    QString advice;
    if (all.conflictsOnHeartbeat > 1)
        advice = u"A lease that is taken away again and again looks like a second gateway with the "
                 u"same token: each one takes the lease from the other in turn. "_s;
    else if (all.conflictsOnHeartbeat > 0)
        advice =
            u"Somebody took the lease of a running watch: a second gateway with the same token "
            u"was started. "_s;
    else if (all.of(FindingCode::LeaseContention).count == 1)
        advice = u"A single conflict may be this gateway's own earlier run, whose lease had not "
                 u"expired yet. "_s;
    else
        advice = u"Conflicts at connecting alone mean that the other one keeps the lease alive. "_s;
    return {byLoss(evidence), text,
            QString(advice + u"Look for a copied robot image, a second process or container, or a "
                             u"Watchline that is still connected; give each device a token of its "
                             u"own."_s)};
}

Verdict leaseLost(const Evidences &, const Evidence &evidence)
{
    return {
        FindingSeverity::Warning,
        u"The API no longer knew the lease (410 on a heartbeat) %1%2. The gateway connects again "
        u"at once, without offering it."_s.arg(counted(evidence.count, u"time"_s),
                                               within(evidence)),
        u"Leases expire when heartbeats do not arrive in time, and with a restart of the API. "
        u"Compare the time with heartbeats that were slow or failed, and with the API's own "
        u"log."_s};
}

Verdict maintenancePage(const Evidences &all, const Evidence &evidence)
{
    return {
        byLoss(evidence),
        u"Something else than an event stream was sent with a successful status %1%2: %3.%4"_s.arg(
            counted(evidence.count, u"time"_s), within(evidence), all.contentTypes.text(),
            lost(evidence)),
        u"That is most often a maintenance page of a proxy or of the platform, or a captive "
        u"portal's login page. Open the API URL from the robot's network and look at what "
        u"answers; check API URL and path."_s};
}

Verdict unreachable(const Evidences &all, const Evidence &evidence)
{
    static const std::array<QString, kUnreachableCauseCount> kNames{
        u"host not found (DNS)"_s, u"connection refused"_s, u"timed out"_s,
        u"TLS failed"_s,           u"connection closed"_s,  u"other failures"_s};
    static const std::array<QString, kUnreachableCauseCount> kAdvice{
        u"Check the host's name in the API URL and the robot's DNS server."_s,
        u"The host is there, but nothing listens on that port: check the port, and whether the "
        u"service or the proxy runs."_s,
        u"Packets are dropped on the way: check the network, the firewall and the proxy that the "
        u"robot has to use."_s,
        u"Check the robot's clock, the certificate's dates and name, and whether a proxy that "
        u"opens "
        u"TLS needs its authority to be trusted (--ca-file)."_s,
        u"The connection stood and was closed before an answer: look at the proxy or load balancer "
        u"in front of the API."_s,
        u"Look at the details of these events."_s};
    QStringList causes;
    std::size_t most = 0;
    for (std::size_t i = 0; i < kUnreachableCauseCount; ++i) {
        if (all.unreachable[i] > 0)
            causes.append(kNames[i] + u' ' + QString::number(all.unreachable[i]));
        if (all.unreachable[i] > all.unreachable[most])
            most = i;
    }
    auto text = u"The API gave no answer %1%2: %3.%4"_s.arg(
        counted(evidence.count, u"time"_s), within(evidence), causes.join(u", "_s), lost(evidence));
    if (!all.unreachableExample.isEmpty())
        text += u" First: "_s + all.unreachableExample;
    return {byLoss(evidence), text, kAdvice[most]};
}

Verdict serverErrors(const Evidences &all, const Evidence &evidence)
{
    return {byLoss(evidence),
            u"The API failed %1%2: %3.%4"_s.arg(counted(evidence.count, u"time"_s),
                                                within(evidence), all.serverStatuses.text(),
                                                lost(evidence)),
            u"The fault is on the server's side or in the proxy before it (502 and 504 come from "
            u"proxies that cannot reach it). Look at the platform's status and its log at that "
            u"time."_s};
}

Verdict rateLimited(const Evidences &, const Evidence &evidence)
{
    return {byLoss(evidence),
            u"The API refused because of too many requests (429) %1%2.%3"_s.arg(
                counted(evidence.count, u"time"_s), within(evidence), lost(evidence)),
            u"Look for a gateway in a hot loop, or many robots behind one address that connect at "
            u"the same time."_s};
}

Verdict wrongEndpoint(const Evidences &all, const Evidence &evidence)
{
    return {
        byLoss(evidence),
        u"The API refused the request %1%2: %3.%4"_s.arg(
            counted(evidence.count, u"time"_s), within(evidence), all.endpointStatuses.text(),
            lost(evidence)),
        u"Check the API URL, its path prefix included: a 404 or a redirect means that something "
        u"else listens there, or another version of it. With a 403, check what the proxy and "
        u"the project allow."_s};
}

Verdict helloTimeout(const Evidences &, const Evidence &evidence)
{
    return {byLoss(evidence),
            u"The stream was opened, but its `hello` did not come in time, %1%2.%3"_s.arg(
                counted(evidence.count, u"time"_s), within(evidence), lost(evidence)),
            u"A proxy on the way that buffers answers holds back the first bytes (switch its "
            u"response buffering off for this path), or the server is stuck."_s};
}

Verdict silentStream(const Evidences &all, const Evidence &evidence)
{
    auto text = u"%1 ended because no frame came: silent for %2%3."_s.arg(
        counted(evidence.count, u"watch"_s, u"watches"_s), range(all.silences), within(evidence));
    if (all.isFromLog)
        return {evidence.count > 1 ? FindingSeverity::Error : FindingSeverity::Warning,
                QString(text + u" Whether heartbeats succeeded meanwhile is not in a log."_s),
                u"If heartbeats went on, only the stream's path was dead: a proxy that buffers, a "
                u"NAT that drops idle connections. If not, it was the robot's network. The "
                u"gateway's log at the level DEBUG has the heartbeats that failed."_s};
    text += all.heartbeatsInSilence > 0 ? u" %1 still succeeded meanwhile"_s.arg(
                                              counted(all.heartbeatsInSilence, u"heartbeat"_s))
                                        : u" No heartbeat succeeded meanwhile"_s;
    QString advice;
    if (all.silencesOfTheStream > 0) {
        text += u": only the stream's path was dead, and a wake could not have come through."_s;
        advice = u"Look at what stands in the stream's way alone: a proxy that buffers or forgets "
                 u"long connections, a NAT or firewall that drops idle ones without a word."_s;
    } else {
        text += all.heartbeatsInSilence > 0 ? u" at first, then none."_s : u"."_s;
        advice = u"The whole network path was dead, heartbeats too: look at the robot's network at "
                 u"that time (Wi-Fi roaming, mobile link, VPN)."_s;
    }
    return {evidence.count > 1 ? FindingSeverity::Error : FindingSeverity::Warning, text, advice};
}

struct CutSuspect
{
    Nanoseconds time;
    QStringView what;
};

/// Usual limits on the way, by their time.
constexpr std::array kCutSuspects{
    CutSuspect{15s, u"a service mesh's default limit for a whole request"},
    CutSuspect{30s, u"a router's or reverse proxy's short time-out"},
    CutSuspect{50s, u"a TCP proxy's example time-out that many copied"},
    CutSuspect{55s, u"a hosting platform's router that closes idle streams"},
    CutSuspect{60s, u"a reverse proxy's default read time-out, or an application load balancer's "
                    u"idle time-out"},
    CutSuspect{100s, u"a content delivery network's read time-out"},
    CutSuspect{120s, u"a content delivery network's or firewall's idle time-out"},
    CutSuspect{180s, u"a web server's or NAT's idle time-out"},
    CutSuspect{230s, u"a cloud load balancer's idle time-out"},
    CutSuspect{240s, u"a cloud load balancer's idle time-out"},
    CutSuspect{300s, u"a mesh proxy's stream idle time-out, a NAT's idle time-out, or a serverless "
                     u"platform's limit for a whole request"},
    CutSuspect{350s, u"a cloud network load balancer's or NAT gateway's idle time-out"},
    CutSuspect{600s, u"a cloud load balancer's keep-alive time-out"},
    CutSuspect{900s, u"a gateway's limit for a whole request"},
    CutSuspect{3600s, u"a limit of an hour: a serverless platform's or firewall's for a whole "
                      u"connection, or the life of a credential"},
};

QString cutSuspect(Nanoseconds time)
{
    for (const auto &suspect : kCutSuspects) {
        const auto difference = suspect.time > time ? suspect.time - time : time - suspect.time;
        if (difference <= std::max<Nanoseconds>(500ms, suspect.time / 50))
            return u"Usual suspects for %1, though only suspects: %2. "_s.arg(
                limit(suspect.time), suspect.what.toString());
    }
    return u"No usual default is known for %1; somebody may have set it. "_s.arg(limit(time));
}

Verdict periodicCut(const Evidences &all, const Evidence &evidence)
{
    const auto &run = all.longestCuts;
    const auto time = run.durations.mean();
    const auto silence = run.silences.mean();
    const auto least = limit(run.durations.min);
    const auto most = limit(run.durations.max);
    auto text = u"%1 in a row were cut after about %2%3%4."_s.arg(
        counted(run.durations.count, u"watch"_s, u"watches"_s), limit(time),
        least == most ? QString() : u" (%1 to %2)"_s.arg(least, most), within(evidence));
    auto suspected = time;
    const bool isSilenceTheSame =
        run.silences.max - run.silences.min <= std::max<Nanoseconds>(1s, run.silences.max / 20);
    if (run.withoutFrames == run.durations.count) {
        text += u" No frame is recorded after `hello`, so that it may be an idle time-out as well "
                u"as a limit for the whole connection."_s;
    } else if (isSilenceTheSame && silence >= time / 4) {
        suspected = silence;
        text +=
            u" The last frame came %1 before each cut: that looks like an idle time-out of that "
            u"length."_s.arg(limit(silence));
    } else {
        text += u" Frames came until %1 before the cut: that looks like a limit for the whole "
                u"connection, not for idle ones."_s.arg(range(run.silences));
    }
    if (evidence.count > run.durations.count)
        text += u" In all, %1 ended so."_s.arg(counted(evidence.count, u"watch"_s, u"watches"_s));
    return {FindingSeverity::Warning, text,
            QString(cutSuspect(suspected) +
                    u"Look at the time-outs of each proxy and load balancer between robot and "
                    u"API; for an idle one more frequent keep-alives help too."_s)};
}

Verdict burstyStream(const Evidences &all, const Evidence &evidence)
{
    return {FindingSeverity::Warning,
            u"Keep-alives came in bursts, up to %1 at once, after silences of %2: %3%4."_s.arg(
                QString::number(all.largestBurst), range(all.burstSilences),
                counted(evidence.count, u"burst"_s), within(evidence)),
            u"A proxy on the way buffers the stream: a wake would be as late. Switch response "
            u"buffering off for this path."_s};
}

Verdict hotLoop(const Evidences &all, const Evidence &evidence)
{
    return {
        FindingSeverity::Error,
        u"The gateway connected again and again without a wait: %1 within %2 at its longest, %3 "
        u"in all%4."_s.arg(counted(all.longestLoop, u"connect"_s), duration(all.longestLoopTime),
                           QString::number(evidence.count), within(evidence)),
        u"A server or proxy accepts the stream and ends it at once; the retry policy then "
        u"reconnects without a backoff. Find out who ends it: nobody can reach the robot "
        u"meanwhile, and the API has to bear the load."_s};
}

Verdict flapping(const Evidences &all, const Evidence &evidence)
{
    return {
        FindingSeverity::Error,
        u"%1 ended within one heartbeat interval, after %2,%3."_s.arg(
            counted(evidence.count, u"watch"_s, u"watches"_s), range(all.earlyEnds),
            within(evidence)),
        u"The stream is accepted and lost again before the first heartbeat: look at the outcomes "
        u"of these watches, and at proxies that restart or limit connections."_s};
}

Verdict slowHeartbeats(const Evidences &all, const Evidence &evidence)
{
    return {
        byCount(evidence),
        u"%1 took more than a third of the interval%2; the slowest %3, with an interval of "
        u"%4."_s.arg(counted(evidence.count, u"heartbeat"_s), within(evidence),
                     duration(all.slowestRoundTrip), duration(all.slowestInterval)),
        u"The API or the network is near its limit: late heartbeats become lost leases. Compare "
        u"with other robots, and with the load at that time."_s};
}

Verdict heartbeatFailures(const Evidences &all, const Evidence &evidence)
{
    const auto watches = all.watchesLostToHeartbeats;
    auto text = u"%1 failed%2"_s.arg(counted(evidence.count, u"heartbeat"_s), within(evidence));
    if (all.heartbeatFailures.total() > 0)
        text += u": "_s + all.heartbeatFailures.text();
    text += watches == 0 ? u". All were tolerated."_s
                         : u". %1 by them, the others were tolerated."_s.arg(
                               counted(watches, u"watch was ended"_s, u"watches were ended"_s));
    if (all.isFromLog)
        text += u" A log has no heartbeats that succeeded."_s;
    return {watches > 0 ? FindingSeverity::Error : byCount(evidence), text,
            u"Heartbeats go on a connection of their own: where the stream goes on, the network "
            u"stands, and the API or its proxy fails these requests. Three intervals without "
            u"success end the watch."_s};
}

Verdict malformed(const Evidences &all, const Evidence &evidence)
{
    QStringList parts;
    const auto say = [&parts](qsizetype count, const QString &one, const QString &many) {
        if (count > 0)
            parts.append(counted(count, one, many));
    };
    say(all.malformedHellos, u"`hello`"_s, u"`hello` events"_s);
    say(all.malformedWakes, u"`wake`"_s, u"`wake` events"_s);
    say(all.malformedLines, u"line that is not UTF-8"_s, u"lines that are not UTF-8"_s);
    say(all.malformedAnswers, u"answer to device-info"_s, u"answers to device-info"_s);
    say(all.endedBeforeHello, u"stream that ended before its `hello`"_s,
        u"streams that ended before their `hello`"_s);
    const auto severity = all.malformedWakes > 0 ? FindingSeverity::Error : byLoss(evidence);
    auto text = u"What came could not be understood %1%2: %3.%4"_s.arg(
        counted(evidence.count, u"time"_s), within(evidence), parts.join(u", "_s), lost(evidence));
    if (all.malformedWakes > 0)
        text += u" Somebody wanted to view the robot and could not."_s;
    return {
        severity, text,
        u"Something on the way cuts or rewrites the stream, or the API speaks another version of "
        u"the protocol. Look at the details of these events."_s};
}

const QString &firstNote(const Evidences &all, FindingCode code)
{
    return all
        .logNotes[static_cast<std::size_t>(code) - static_cast<std::size_t>(FindingCode::LogGap)];
}

Verdict logGap(const Evidences &all, const Evidence &evidence)
{
    return {FindingSeverity::Warning,
            QString(u"The log is silent where it should not be, %1%2. %3"_s.arg(
                counted(evidence.count, u"time"_s), within(evidence),
                firstNote(all, FindingCode::LogGap))),
            u"Look at the log around that line: lines that were rotated away or dropped by a rate "
            u"limit, a level above INFO, a robot that slept or hung. Figures are of what is "
            u"there."_s};
}

Verdict policyMismatch(const Evidences &all, const Evidence &evidence)
{
    return {FindingSeverity::Warning,
            QString(u"The log contradicts the retry policy %1%2. %3"_s.arg(
                counted(evidence.count, u"time"_s), within(evidence),
                firstNote(all, FindingCode::PolicyMismatch))),
            u"Check the gateway's version, whether two gateways write to this log, and whether the "
            u"robot's clock was set at that time."_s};
}

Verdict restarted(const Evidences &all, const Evidence &evidence)
{
    return {byCount(evidence),
            QString(u"The gateway started anew %1%2. %3"_s.arg(
                counted(evidence.count, u"time"_s), within(evidence),
                firstNote(all, FindingCode::Restarted))),
            u"If nobody restarted it, look at why the process ended: what the service manager says "
            u"of it, memory, a crash, the robot's power."_s};
}

Verdict woken(const Evidences &all, const Evidence &evidence)
{
    auto text =
        u"The robot was woken %1%2"_s.arg(counted(evidence.count, u"time"_s), within(evidence));
    if (!all.wakeSessions.isEmpty())
        text += u", for the session "_s + all.wakeSessions.join(u", "_s) +
                (evidence.count > all.wakeSessions.size() && all.wakeSessions.size() > 1
                     ? u" and others"_s
                     : u""_s);
    return {FindingSeverity::Info, QString(text + u'.'),
            u"Somebody wanted to view the robot, and the wake came through: nothing is wrong."_s};
}

Verdict healthy(const Evidences &all)
{
    auto text = u"Nothing was found: %1"_s.arg(counted(all.watches, u"watch"_s, u"watches"_s));
    if (all.duration > 0ns) {
        const double share = 100.0 * static_cast<double>(all.connected.count()) /
                             static_cast<double>(all.duration.count()) /
                             static_cast<double>(std::max(all.sources, 1));
        text += u", connected for %1 % of %2"_s.arg(QString::number(std::min(share, 100.0), 'f', 1),
                                                    duration(all.duration));
    }
    if (all.endedWatches > 0)
        text += all.endedWatches == 1
                    ? u". The watch that ended is usual"_s
                    : u". The %1 watches that ended are usual"_s.arg(all.endedWatches);
    return {
        FindingSeverity::Info, QString(text + u'.'),
        u"The gateway could be reached. If somebody could not, look at the viewer's side, or at "
        u"another time."_s};
}

Verdict verdict(FindingCode code, const Evidences &all)
{
    const auto &evidence = all.of(code);
    switch (code) {
    case FindingCode::TokenRejected:
        return tokenRejected(all, evidence);
    case FindingCode::LeaseContention:
        return leaseContention(all, evidence);
    case FindingCode::LeaseLost:
        return leaseLost(all, evidence);
    case FindingCode::MaintenancePage:
        return maintenancePage(all, evidence);
    case FindingCode::Unreachable:
        return unreachable(all, evidence);
    case FindingCode::ServerErrors:
        return serverErrors(all, evidence);
    case FindingCode::RateLimited:
        return rateLimited(all, evidence);
    case FindingCode::WrongEndpoint:
        return wrongEndpoint(all, evidence);
    case FindingCode::HelloTimeout:
        return helloTimeout(all, evidence);
    case FindingCode::SilentStream:
        return silentStream(all, evidence);
    case FindingCode::PeriodicCut:
        return periodicCut(all, evidence);
    case FindingCode::BurstyStream:
        return burstyStream(all, evidence);
    case FindingCode::HotLoop:
        return hotLoop(all, evidence);
    case FindingCode::Flapping:
        return flapping(all, evidence);
    case FindingCode::SlowHeartbeats:
        return slowHeartbeats(all, evidence);
    case FindingCode::HeartbeatFailures:
        return heartbeatFailures(all, evidence);
    case FindingCode::Malformed:
        return malformed(all, evidence);
    case FindingCode::LogGap:
        return logGap(all, evidence);
    case FindingCode::PolicyMismatch:
        return policyMismatch(all, evidence);
    case FindingCode::Restarted:
        return restarted(all, evidence);
    case FindingCode::Woken:
        return woken(all, evidence);
    case FindingCode::Healthy:
        break;
    }
    return healthy(all);
}

Finding makeFinding(FindingCode code, const Evidences &all)
{
    const auto &evidence = all.of(code);
    auto [severity, text, advice] = verdict(code, all);
    if (all.sources > 1 && evidence.sources == 1)
        text += u" Source: %1."_s.arg(evidence.source);
    else if (all.sources > 1 && evidence.sources > 1)
        text += u" On %1 of %2 sources, first on %3."_s.arg(
            QString::number(evidence.sources), QString::number(all.sources), evidence.source);
    return {code,           severity,      evidence.from, evidence.to,
            evidence.count, evidence.seqs, text,          advice};
}

} // namespace

std::vector<Finding> makeFindings(const Evidences &evidences)
{
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < kFindingCodeCount; ++i) {
        if (evidences.byCode[i].count > 0)
            findings.push_back(makeFinding(static_cast<FindingCode>(i), evidences));
    }
    if (findings.empty() && evidences.watches > 0 && !evidences.hasUnknownTroubles)
        findings.push_back(makeFinding(FindingCode::Healthy, evidences));
    std::stable_sort(findings.begin(), findings.end(), [](const Finding &a, const Finding &b) {
        return std::tie(a.severity, a.from) < std::tie(b.severity, b.from);
    });
    return findings;
}

} // namespace watchline
